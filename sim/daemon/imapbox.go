package daemon

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"sort"
	"strconv"
	"strings"

	"ehlo/sim/imap"
	"ehlo/sim/store"
)

// others is where the mailboxes of other users begin, in whose names a user's name follows (RFC 2342 §5).
const others = "user/"

// place is where a mailbox's name leads, and what the session may do there.
type place struct {
	account *Account
	name    string // within the account
	rights  store.Rights
}

// find says where a name leads; false where it leads nowhere, as far as the session may know.
func (s *imapd) find(h *Host, name string) (place, bool) {
	rest, foreign := strings.CutPrefix(name, others)
	if !foreign {
		a, ok := h.account(s.account)
		return place{a, name, store.AllRights}, ok && name+"/" != others
	}
	user, inner, _ := strings.Cut(rest, string(store.Delimiter))
	a, ok := h.named(user)
	if !ok || inner == "" {
		return place{}, false
	}
	if a.Address == s.account {
		return place{a, inner, store.AllRights}, true
	}
	p := place{a, inner, a.Store.RightsOf(inner, s.account)}
	return p, p.rights.Has(store.RightLookup)
}

// above is what the session may do with the mailbox above a name that is to be made.
func (s *imapd) above(h *Host, name string) (place, bool) {
	p, ok := s.find(h, name)
	if p.account == nil || p.account.Address == s.account {
		return p, ok
	}
	for inner := p.name; ; {
		i := strings.LastIndexByte(inner, store.Delimiter)
		if i < 0 {
			return p, false
		}
		inner = inner[:i]
		if _, there := p.account.Store.Mailbox(inner); there {
			p.rights = p.account.Store.RightsOf(inner, s.account)
			return p, p.rights.Has(store.RightLookup)
		}
	}
}

func localPart(address string) string {
	local, _, _ := strings.Cut(address, "@")
	return local
}

// objectID is an identifier of a mailbox that no other has and that stays when it is renamed (RFC 8474 §4).
func objectID(address string, uidValidity uint32) string {
	sum := sha256.Sum256([]byte(address))
	return "F" + hex.EncodeToString(sum[:4]) + "-" + strconv.FormatUint(uint64(uidValidity), 10)
}

// look answers SELECT, EXAMINE and STATUS.
func (s *imapd) look(h *Host, e imap.Event) imap.Answer {
	p, ok := s.find(h, e.Mailbox)
	if !ok {
		return imap.Answer{}
	}
	box, ok := p.account.Store.Mailbox(p.name)
	switch {
	case !ok:
		return imap.Answer{}
	case !p.rights.Has(store.RightRead):
		return imap.Answer{Reason: imap.ReplyNoPermission}
	}
	id := box.Snapshot().UIDValidity()
	if e.Kind == imap.AskSelect {
		s.owner, s.mailbox, s.rights, s.told = p.account.Address, id, p.rights, 0
	}
	change := store.RightSeen | store.RightWrite | store.RightDeleteMarked | store.RightExpunge | store.RightInsert
	return imap.Answer{OK: true, Snapshot: box.Snapshot(), FirstRecent: p.account.recent(id), ObjectID: objectID(p.account.Address, id),
		ReadOnly: p.rights&change == 0, Rights: p.rights}
}

// list answers which mailboxes there are.
func (s *imapd) list(h *Host) imap.Answer {
	a := imap.Answer{OK: true, Boxes: s.boxes(h)}
	if own, ok := h.account(s.account); ok {
		a.Annotations, _ = own.Store.Annotations("")
	}
	return a
}

// boxes lists the user's mailboxes and subscriptions, and the mailboxes of others that the user may see.
func (s *imapd) boxes(h *Host) []imap.Box {
	own, ok := h.account(s.account)
	if !ok {
		return nil
	}
	var list []imap.Box
	for i := range h.accounts {
		a := &h.accounts[i]
		prefix := ""
		if a != own {
			prefix = others + a.Name + string(store.Delimiter)
		}
		for _, name := range a.Store.Names() {
			if a != own && (a.Password == "" || !a.Store.RightsOf(name, s.account).Has(store.RightLookup)) {
				continue
			}
			box, _ := a.Store.Mailbox(name)
			id := box.Snapshot().UIDValidity()
			notes, _ := a.Store.Annotations(name)
			if a != own {
				notes = shared(notes)
			}
			list = append(list, imap.Box{Name: prefix + name, Use: a.Store.Use(name).Strings(), Snapshot: box.Snapshot(),
				FirstRecent: a.recent(id), ObjectID: objectID(a.Address, id), Annotations: notes,
				Locked: a != own && !a.Store.RightsOf(name, s.account).Has(store.RightRead)})
		}
	}
	for _, name := range own.Store.Subscribed() {
		i := slices.IndexFunc(list, func(b imap.Box) bool { return b.Name == name })
		if i < 0 {
			i = len(list)
			list = append(list, imap.Box{Name: name, Absent: true})
		}
		list[i].Subscribed = true
	}
	sort.Slice(list, func(i, j int) bool { // the INBOX is the first
		a, b := list[i].Name, list[j].Name
		return a != b && (a == store.Inbox || b != store.Inbox && a < b)
	})
	return list
}

// append puts messages into a mailbox.
func (s *imapd) append(env Env, h *Host, conn uint32, e imap.Event) imap.Answer {
	p, box, reason := s.inserts(env, h, e)
	if box == nil {
		return imap.Answer{Reason: reason}
	}
	r, err := box.Commit(store.Batch{Append: e.Drafts})
	if err != nil {
		return imap.Answer{Reason: imap.Refusal(err)}
	}
	h.changed(env, p.account.Address, p.name, r.Snapshot, conn)
	return imap.Answer{OK: true, Snapshot: r.Snapshot, UIDs: r.Appended}
}

// inserts finds the mailbox into which messages are to be put, and makes the messages ready; box is nil where that may not
// be.
func (s *imapd) inserts(env Env, h *Host, e imap.Event) (p place, box *store.Memory, reason imap.ReplyID) {
	p, ok := s.find(h, e.Mailbox)
	if !ok {
		return p, nil, imap.ReplyDefault
	}
	box, ok = p.account.Store.Mailbox(p.name)
	switch {
	case !ok && store.CheckName(p.name) != nil:
		return p, nil, imap.ReplyBadName
	case !ok:
		return p, nil, imap.ReplyDefault
	case !p.rights.Has(store.RightInsert):
		return p, nil, imap.ReplyNoPermission
	}
	now := env.Date(env.Now())
	octets := int64(0)
	for i := range e.Drafts {
		d := &e.Drafts[i]
		if d.Saved = now; d.Date == 0 {
			d.Date = now
		}
		if !p.rights.Has(store.AllRights) {
			d.Flags = allowed(p.rights, d.Flags)
		}
		octets += int64(len(d.Content))
	}
	if room, ok := h.policy.(Room); ok && !room.Room(octets) {
		return p, nil, imap.ReplyOverQuota
	}
	return p, box, imap.ReplyDefault
}

// tree makes, removes and renames mailboxes, and keeps subscriptions.
func (s *imapd) tree(env Env, h *Host, conn uint32, e imap.Event) imap.Answer {
	own, ok := h.account(s.account)
	if !ok {
		return imap.Answer{}
	}
	switch e.Kind {
	case imap.AskSubscribe:
		return s.changes(env, h, conn, done(own.Store.Subscribe(e.Mailbox)))
	case imap.AskUnsubscribe:
		return s.changes(env, h, conn, done(own.Store.Unsubscribe(e.Mailbox)))
	case imap.AskCreate:
		return s.changes(env, h, conn, s.create(env, h, e))
	case imap.AskDelete:
		return s.delete(env, h, conn, e)
	case imap.AskRename:
		return s.rename(env, h, conn, e)
	case imap.AskQuota, imap.AskSetQuota:
		return s.quota(h, e)
	case imap.AskMetadata:
		return s.metadata(h, e)
	case imap.AskSetMetadata:
		return s.changes(env, h, conn, s.metadata(h, e))
	case imap.AskSetACL:
		return s.changes(env, h, conn, s.acl(h, e))
	}
	return s.acl(h, e)
}

// changes lets the sessions that listen hear of what was done.
func (s *imapd) changes(env Env, h *Host, conn uint32, a imap.Answer) imap.Answer {
	if a.OK {
		env.Changed(h, s.account, store.Change{}, conn)
	}
	return a
}

// done is the answer where only an error counts.
func done(err error) imap.Answer { return imap.Answer{OK: err == nil, Reason: imap.Refusal(err)} }

func (s *imapd) create(env Env, h *Host, e imap.Event) imap.Answer {
	p, ok := s.above(h, e.Mailbox)
	if !ok || !p.rights.Has(store.RightCreate) {
		return refused(p, ok)
	}
	if err := p.account.Store.CreateFor(p.name, e.Use); err != nil {
		return done(err)
	}
	box, _ := p.account.Store.Mailbox(p.name)
	h.report(env, p.account.Address, p.name, box.Snapshot())
	return imap.Answer{OK: true, ObjectID: objectID(p.account.Address, box.Snapshot().UIDValidity())}
}

// refused is the answer where a name leads nowhere, or where the session lacks a right.
func refused(p place, found bool) imap.Answer {
	switch {
	case found:
		return imap.Answer{Reason: imap.ReplyNoPermission}
	case p.account != nil && p.account.Store.HasChildren(p.name):
		return imap.Answer{Reason: imap.ReplyNoPermission}
	case p.name+"/" == others:
		return imap.Answer{Reason: imap.ReplyBadName}
	}
	return imap.Answer{Reason: imap.ReplyNoMailbox}
}

func (s *imapd) delete(env Env, h *Host, conn uint32, e imap.Event) imap.Answer {
	p, ok := s.find(h, e.Mailbox)
	if !ok || !p.rights.Has(store.RightDelete) {
		return refused(p, ok)
	}
	box, ok := p.account.Store.Mailbox(p.name)
	if ok && s.Mailbox() != "" && p.account.Address == s.owner && box.Snapshot().UIDValidity() == s.mailbox {
		return imap.Answer{Reason: imap.ReplySelf}
	}
	if err := p.account.Store.Delete(p.name); err != nil {
		return done(err)
	}
	h.report(env, p.account.Address, p.name, store.Snapshot{})
	env.Changed(h, p.account.Address, store.Change{Mailbox: p.name, Snapshot: box.Snapshot(), Gone: true}, conn)
	return imap.Answer{OK: true}
}

// rename tells the sessions that have a mailbox open under which name it is now.
func (s *imapd) rename(env Env, h *Host, conn uint32, e imap.Event) imap.Answer {
	from, ok := s.find(h, e.Mailbox)
	if !ok || !from.rights.Has(store.RightDelete) {
		return refused(from, ok)
	}
	to, ok := s.above(h, e.To)
	if !ok || !to.rights.Has(store.RightCreate) {
		return refused(to, ok)
	}
	if from.account != to.account {
		return imap.Answer{Reason: imap.ReplyBadName}
	}
	a := from.account
	before := a.Store.Names()
	ids := make([]uint32, len(before))
	for i, name := range before {
		box, _ := a.Store.Mailbox(name)
		ids[i] = box.Snapshot().UIDValidity()
	}
	if err := a.Store.Rename(from.name, to.name); err != nil {
		return done(err)
	}
	for _, name := range a.Store.Names() {
		box, _ := a.Store.Mailbox(name)
		c := store.Change{Mailbox: name, Snapshot: box.Snapshot()}
		i := slices.Index(ids, c.Snapshot.UIDValidity())
		switch {
		case i >= 0 && before[i] == name && (name != store.Inbox || store.CanonicalName(from.name) != store.Inbox):
			continue
		case i >= 0 && before[i] != name:
			c.Was = before[i]
			h.report(env, a.Address, c.Was, store.Snapshot{})
		}
		h.report(env, a.Address, name, c.Snapshot)
		env.Changed(h, a.Address, c, 0)
	}
	return imap.Answer{OK: true}
}
