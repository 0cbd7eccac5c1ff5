package daemon

import (
	"ehlo/sim/pop2"
	"ehlo/sim/store"
)

// pop2d is a POP2 service's session.
type pop2d struct {
	*pop2.Server
	noMailbox
	account string // address of who is logged in
	mailbox string
}

func newPOP2D(env Env, h *Host) *pop2d {
	return &pop2d{Server: pop2.NewServer(pop2.Config{Hostname: h.Name, IdleTimeout: POP3Idle}, env.Now())}
}

// Pump answers what the machine asks of the account.
func (s *pop2d) Pump(env Env, h *Host, conn uint32) {
	for s.Step(env, h, conn) {
	}
}

// Step answers one question.
func (s *pop2d) Step(env Env, h *Host, conn uint32) bool {
	e, ok := s.Next()
	if !ok {
		return false
	}
	var a pop2.Answer
	switch e.Kind {
	case pop2.AskLogin:
		a = s.login(env, h, conn, e)
	case pop2.AskMailbox:
		s.remove(env, h, conn, e.Delete)
		s.mailbox = e.Mailbox
		var box *store.Memory
		if box, a.OK = s.box(h); a.OK {
			a.Mailbox = box.Snapshot()
		}
	case pop2.AskContent:
		if box, ok := s.box(h); ok {
			content, err := box.Content(e.UID)
			a = pop2.Answer{OK: err == nil, Content: content}
		}
	case pop2.AskUpdate:
		a.OK = s.remove(env, h, conn, e.Delete)
	}
	s.Answer(env.Now(), e.ID, a)
	return true
}

// login opens INBOX and locks the account, as POP3 does.
func (s *pop2d) login(env Env, h *Host, conn uint32, e pop2.Event) pop2.Answer {
	a, ok := h.login(env, conn, e.User, e.Password)
	if !ok {
		return pop2.Answer{}
	}
	if !a.Store.TryLock(conn) {
		return pop2.Answer{Locked: true}
	}
	s.account, s.mailbox = a.Address, store.Inbox
	box, _ := s.box(h)
	return pop2.Answer{OK: true, Mailbox: box.Snapshot()}
}

// box is the mailbox that is open.
func (s *pop2d) box(h *Host) (*store.Memory, bool) {
	a, ok := h.account(s.account)
	if !ok {
		return nil, false
	}
	return a.Store.Mailbox(s.mailbox)
}

// remove removes messages from the mailbox that is open.
func (s *pop2d) remove(env Env, h *Host, conn uint32, uids []store.UID) bool {
	box, ok := s.box(h)
	if !ok || len(uids) == 0 {
		return len(uids) == 0
	}
	r, err := box.Commit(store.Batch{Expunge: uids})
	if err == nil {
		h.changed(env, s.account, s.mailbox, r.Snapshot, conn)
	}
	return err == nil
}

// End releases the account.
func (s *pop2d) End(_ Env, h *Host, conn uint32) {
	if a, ok := h.account(s.account); ok {
		a.Store.Unlock(conn)
	}
}

// Copy returns an independent copy.
func (s *pop2d) Copy() Session {
	c := *s
	c.Server = s.Server.Clone()
	return &c
}
