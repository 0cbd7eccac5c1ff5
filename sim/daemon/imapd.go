package daemon

import (
	"ehlo/sim/engine"
	"ehlo/sim/imap"
	"ehlo/sim/machine"
	"ehlo/sim/store"
	"ehlo/sim/world"
)

// imapd is an IMAP service's session.
type imapd struct {
	*imap.Server
	noHold
	account string // address of who is logged in
	mailbox uint32 // UIDVALIDITY of the mailbox that is selected, or was the last one
	told    store.UID
}

func newIMAPD(env Env, h *Host, _ world.Service, _ machine.TLSInfo) *imapd {
	return &imapd{Server: imap.NewServer(imap.Config{Hostname: h.Name, IdleTimeout: IMAPIdle, Epoch: env.Date(0)}, env.Now())}
}

// Pump answers what the machine asks of the account.
func (s *imapd) Pump(env Env, h *Host, conn uint32) {
	for s.Step(env, h, conn) {
	}
}

// Step answers one question.
func (s *imapd) Step(env Env, h *Host, conn uint32) bool {
	e, ok := s.Next()
	if ok && e.ID != 0 {
		s.Answer(env.Now(), e.ID, s.answer(env, h, conn, e))
	}
	if next := s.Told(); next > s.told {
		s.told = next
		if a, ok := h.account(s.account); ok {
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
	case imap.AskList:
		return imap.Answer{OK: true, Mailboxes: s.list(h)}
	case imap.AskSelect:
		a, _ := h.account(s.account)
		box, ok := a.Store.Mailbox(e.Mailbox)
		if !ok {
			return imap.Answer{}
		}
		s.mailbox, s.told = box.Snapshot().UIDValidity(), 0
		return imap.Answer{OK: true, Snapshot: box.Snapshot(), FirstRecent: a.recent(s.mailbox)}
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
	}
	return imap.Answer{}
}

func (s *imapd) list(h *Host) []imap.MailboxInfo {
	var infos []imap.MailboxInfo
	if a, ok := h.account(s.account); ok {
		for _, name := range a.Store.Names() {
			infos = append(infos, imap.MailboxInfo{Name: name, Delimiter: '/'})
		}
	}
	return infos
}

// selected finds the selected mailbox under the name that it has now.
func (s *imapd) selected(h *Host) (box *store.Memory, name string, ok bool) {
	a, ok := h.account(s.account)
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
	before := box.Snapshot().HighestModSeq()
	r, err := box.Commit(b)
	if err != nil {
		return imap.Answer{}
	}
	if r.Snapshot.HighestModSeq() != before {
		h.changed(env, s.account, name, r.Snapshot, conn)
	}
	return imap.Answer{OK: true, Snapshot: r.Snapshot, Modified: r.Modified}
}

// Watching is the mailbox that is selected, or was the last one.
func (s *imapd) Watching() (address string, mailbox uint32) { return s.account, s.mailbox }

// Notify passes on a change of the selected mailbox.
func (s *imapd) Notify(now engine.Time, address string, c store.Change) {
	if address == s.account {
		s.Server.Notify(now, c)
	}
}

// Copy returns an independent copy.
func (s *imapd) Copy() Session {
	c := *s
	c.Server = s.Server.Clone()
	return &c
}
