package daemon

import (
	"ehlo/sim/machine"
	"ehlo/sim/pop3"
	"ehlo/sim/sasl"
	"ehlo/sim/store"
	"ehlo/sim/trace"
	"ehlo/sim/world"
)

// pop3d is a POP3 service's session.
type pop3d struct {
	*pop3.Server
	noMailbox        // a session sees the maildrop as it was when it began (RFC 1939 §4)
	account   string // address of who is logged in
	mistakes  int    // of those that the machine has found, how many were reported
}

func newPOP3D(env Env, h *Host, s world.Service, info machine.TLSInfo) *pop3d {
	return &pop3d{Server: pop3.NewServer(pop3.Config{
		Hostname:    h.Name,
		IdleTimeout: POP3Idle,
		Timestamp:   sasl.Timestamp(env.Chance(), env.Date(env.Now()), h.Name),
		Mechanisms:  mechanismsOf(s, sasl.All),
		Chance:      [2]uint64{env.Chance(), env.Chance()},
		SaltKey:     h.saltKey(env),
		StartTLS:    s.TLS == world.StartTLS,
		TLS:         s.TLS == world.ImplicitTLS || info != machine.TLSInfo{},
	}, env.Now())}
}

// Pump answers what the machine asks of the account.
func (s *pop3d) Pump(env Env, h *Host, conn uint32) {
	for s.Step(env, h, conn) {
	}
}

// Step answers one question.
func (s *pop3d) Step(env Env, h *Host, conn uint32) bool {
	for ; s.mistakes < s.Mistakes(); s.mistakes++ {
		env.Emit(trace.Event{Kind: trace.KindLogin, Actor: h.Name, Target: s.User(), Conn: conn, Class: trace.ClassPermanent})
	}
	e, ok := s.Next()
	if !ok {
		return false
	}
	switch e.Kind {
	case pop3.AskLogin:
		s.Answer(env.Now(), e.ID, s.login(env, h, conn, e))
	case pop3.AskSecret:
		s.Answer(env.Now(), e.ID, pop3.Answer{Secret: h.secret(e.User, e.ActAs)})
	case pop3.AskMaildrop:
		s.Answer(env.Now(), e.ID, s.proven(env, h, conn, e.User))
	case pop3.AskContent:
		content, err := s.inbox(h).Content(e.UID)
		s.Answer(env.Now(), e.ID, pop3.Answer{OK: err == nil, Content: content})
	case pop3.AskUpdate:
		r, err := s.inbox(h).Commit(store.Batch{Expunge: e.Delete})
		if err == nil && len(e.Delete) > 0 {
			h.changed(env, s.account, store.Inbox, r.Snapshot, conn)
		}
		s.Answer(env.Now(), e.ID, pop3.Answer{OK: err == nil})
	}
	return true
}

// login opens the maildrop of a user who has given the right password.
func (s *pop3d) login(env Env, h *Host, conn uint32, e pop3.Event) pop3.Answer {
	a, ok := h.login(env, conn, e.User, e.Password)
	if !ok {
		return pop3.Answer{}
	}
	return s.open(a, conn)
}

// proven opens the maildrop of a user who has logged in by APOP or AUTH.
func (s *pop3d) proven(env Env, h *Host, conn uint32, user string) pop3.Answer {
	a, ok := h.named(user)
	if !ok {
		return pop3.Answer{}
	}
	env.Emit(trace.Event{Kind: trace.KindLogin, Actor: h.Name, Target: user, Conn: conn, Class: trace.ClassOK})
	return s.open(a, conn)
}

// open locks a maildrop for the session (RFC 1939 §4).
func (s *pop3d) open(a *Account, conn uint32) pop3.Answer {
	if !a.Store.TryLock(conn) {
		return pop3.Answer{Reason: pop3.ReplyLocked}
	}
	s.account = a.Address
	box, _ := a.Store.Mailbox(store.Inbox)
	return pop3.Answer{OK: true, Maildrop: box.Snapshot()}
}

// login judges a name and a password, and reports it.
func (h *Host) login(env Env, conn uint32, user, password string) (*Account, bool) {
	a, ok := h.Login(user, password)
	class := trace.ClassPermanent
	if ok {
		class = trace.ClassOK
	}
	env.Emit(trace.Event{Kind: trace.KindLogin, Actor: h.Name, Target: user, Conn: conn, Class: class})
	return a, ok
}

func (s *pop3d) inbox(h *Host) *store.Memory {
	a, _ := h.account(s.account)
	box, _ := a.Store.Mailbox(store.Inbox)
	return box
}

// End releases the maildrop.
func (s *pop3d) End(_ Env, h *Host, conn uint32) {
	if a, ok := h.account(s.account); ok {
		a.Store.Unlock(conn)
	}
}

// Copy returns an independent copy.
func (s *pop3d) Copy() Session {
	c := *s
	c.Server = s.Server.Clone()
	return &c
}
