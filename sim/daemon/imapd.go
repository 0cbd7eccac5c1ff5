package daemon

import (
	"strings"

	"ehlo/sim/engine"
	"ehlo/sim/imap"
	"ehlo/sim/machine"
	"ehlo/sim/sasl"
	"ehlo/sim/store"
	"ehlo/sim/trace"
	"ehlo/sim/world"
)

// imapd is an IMAP service's session.
type imapd struct {
	*imap.Server
	noHold
	account string // address of who is logged in
	owner   string // address of whose mailbox is selected, or was the last one
	mailbox uint32 // its UIDVALIDITY
	rights  store.Rights
	told    store.UID
	acts    bool // what happens now is of this session's doing

	mistakes int // of those that the machine has found in AUTHENTICATE, how many were reported
}

// newIMAPD begins a session. Where a service offers TLS it takes passwords inside only, but for clients on its own
// machine, whom nobody overhears.
func newIMAPD(env Env, h *Host, s world.Service, client Client, info machine.TLSInfo) *imapd {
	safe := strings.HasPrefix(client.Address, "127.") || client.Address == "::1"
	cfg := imap.Config{Mechanisms: sasl.All, IdleTimeout: IMAPIdle}
	if s.Persona != nil {
		cfg = s.Persona.IMAP
	}
	cfg.Hostname, cfg.Epoch, cfg.AppendLimit = h.Name, env.Date(0), MaxMessageSize
	cfg.Mechanisms = mechanismsOf(s, cfg.Mechanisms)
	cfg.TLS, cfg.StartTLS = info != machine.TLSInfo{}, s.TLS == world.StartTLS
	cfg.Compress = client.Compress
	cfg.ClearNeedsTLS = cfg.ClearNeedsTLS || cfg.StartTLS && !safe
	cfg.Chance, cfg.SaltKey = [2]uint64{env.Chance(), env.Chance()}, h.saltKey(env)
	cfg.Others = others
	if cfg.ID == nil {
		cfg.ID = []string{"name", "ehlo"}
	}
	return &imapd{Server: imap.NewServer(cfg, env.Now())}
}

// Pump answers what the machine asks of the account.
func (s *imapd) Pump(env Env, h *Host, conn uint32) {
	for s.Step(env, h, conn) {
	}
}

// Step answers one question.
func (s *imapd) Step(env Env, h *Host, conn uint32) bool {
	for ; s.mistakes < s.Mistakes(); s.mistakes++ {
		env.Emit(trace.Event{Kind: trace.KindLogin, Actor: h.Name, Target: s.Claimed(), Conn: conn, Class: trace.ClassPermanent})
	}
	e, ok := s.Next()
	if ok && e.ID != 0 {
		s.acts = true
		a := s.answer(env, h, conn, e)
		s.acts = false
		s.Answer(env.Now(), e.ID, a)
	}
	if next := s.Told(); next > s.told {
		s.told = next
		if a, ok := h.account(s.owner); ok {
			a.tell(s.mailbox, next)
		}
	}
	return ok
}

func (s *imapd) answer(env Env, h *Host, conn uint32, e imap.Event) imap.Answer {
	switch e.Kind {
	case imap.AskLogin:
		a, ok := h.login(env, conn, e.User, e.Password)
		if ok {
			s.account = a.Address
		}
		return imap.Answer{OK: ok}
	case imap.AskSecret:
		return imap.Answer{Secret: h.secret(e.User, e.ActAs)}
	case imap.AskIdentity:
		a, ok := h.named(e.User)
		if !ok {
			return imap.Answer{}
		}
		s.account = a.Address
		env.Emit(trace.Event{Kind: trace.KindLogin, Actor: h.Name, Target: e.User, Conn: conn, Class: trace.ClassOK})
		return imap.Answer{OK: true}
	case imap.AskContent:
		box, _, ok := s.selected(h)
		if !ok {
			return imap.Answer{}
		}
		content, err := box.Content(e.UID)
		return imap.Answer{OK: err == nil, Content: content}
	case imap.AskStore:
		return s.commit(env, h, conn, e.Batch)
	case imap.AskExpunge:
		return s.commit(env, h, conn, store.Batch{Expunge: e.UIDs})
	case imap.AskCopy:
		return s.copy(env, h, conn, e)
	case imap.AskReplace:
		return s.replace(env, h, conn, e)
	case imap.AskList:
		return s.list(h)
	case imap.AskSelect, imap.AskStatus:
		return s.look(h, e)
	case imap.AskAppend:
		return s.append(env, h, conn, e)
	}
	return s.tree(env, h, conn, e)
}

// selected finds the selected mailbox under the name that it has now.
func (s *imapd) selected(h *Host) (box *store.Memory, name string, ok bool) {
	a, ok := h.account(s.owner)
	if !ok {
		return nil, "", false
	}
	return a.Store.ByID(s.mailbox)
}

// commit changes the selected mailbox.
func (s *imapd) commit(env Env, h *Host, conn uint32, b store.Batch) imap.Answer {
	box, name, ok := s.selected(h)
	if !ok {
		return imap.Answer{}
	}
	if !s.permitted(box.Snapshot(), &b) {
		return imap.Answer{Reason: imap.ReplyNoPermission}
	}
	before := box.Snapshot().HighestModSeq()
	r, err := box.Commit(b)
	if err != nil {
		return imap.Answer{Reason: imap.Refusal(err)}
	}
	if r.Snapshot.HighestModSeq() != before {
		h.changed(env, s.owner, name, r.Snapshot, conn)
	}
	return imap.Answer{OK: true, Snapshot: r.Snapshot, Modified: r.Modified}
}

// permitted leaves of a batch what the session may do to the selected mailbox, and says whether that is anything (RFC
// 4314 §4).
func (s *imapd) permitted(box store.Snapshot, b *store.Batch) bool {
	if s.rights.Has(store.AllRights) {
		return true
	}
	if len(b.Expunge) > 0 && !s.rights.Has(store.RightExpunge) {
		return false
	}
	any := len(b.Flags) == 0
	for i := range b.Flags {
		e := &b.Flags[i]
		given := s.allowed(e.Flags)
		any = any || given != (store.Flags{}) || e.Op == store.FlagSet && s.rights&(store.RightSeen|store.RightWrite|store.RightDeleteMarked) != 0
		if seq, ok := box.Seq(e.UID); ok && e.Op == store.FlagSet {
			m, _ := box.At(seq)
			given = m.Flags.Without(s.allowed(m.Flags)).With(given)
		}
		e.Flags = given
	}
	return any
}

// allowed is those of some flags that the session may change.
func (s *imapd) allowed(f store.Flags) store.Flags { return allowed(s.rights, f) }

// allowed is those of some flags that these rights let change (RFC 4314 §4).
func allowed(rights store.Rights, f store.Flags) store.Flags {
	seen, deleted := f.System&store.Seen, f.System&store.Deleted
	if !rights.Has(store.RightWrite) {
		f = store.Flags{}
	}
	f.System &^= store.Seen | store.Deleted
	if rights.Has(store.RightSeen) {
		f.System |= seen
	}
	if rights.Has(store.RightDeleteMarked) {
		f.System |= deleted
	}
	return f
}

// Watching is the mailbox that is selected, or was the last one.
func (s *imapd) Watching() (address string, mailbox uint32) { return s.owner, s.mailbox }

// Idling says that the client hears of news as soon as they come.
func (s *imapd) Idling() bool { return s.Server.Idling() || s.Listens() }

// Notify passes on a change of the selected mailbox, and to a session that listens that something has changed.
func (s *imapd) Notify(now engine.Time, address string, c store.Change) {
	if address == s.owner && c.Snapshot != (store.Snapshot{}) {
		if c.Mailbox != "" && s.owner != s.account {
			c.Mailbox = others + localPart(s.owner) + string(store.Delimiter) + c.Mailbox
		}
		s.Server.Notify(now, c)
	}
	if !s.acts {
		s.NotifyAny(now)
	}
}

// Copy returns an independent copy.
func (s *imapd) Copy() Session {
	c := *s
	c.Server = s.Server.Clone()
	return &c
}
