package daemon

import (
	"time"

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
	noMailbox // a session sees the maildrop as it was when it began (RFC 1939 §4)
	client    Client
	account   string        // address of who is logged in
	mistakes  int           // of those that the machine has found, how many were reported
	delay     time.Duration // between two logins of a user
	recent    bool          // the server tells old messages from new ones
	secrets   bool          // APOP goes by a file of its own
	gate      *gate         // of KPOP, nil where nothing stands before POP3
	proved    string        // who the client is by its Kerberos ticket; then no password is asked for
}

func newPOP3D(env Env, h *Host, s world.Service, client Client, info machine.TLSInfo) *pop3d {
	cfg := pop3.Config{Mechanisms: sasl.All, IdleTimeout: POP3Idle}
	if s.Persona != nil {
		cfg = s.Persona.POP3
	}
	cfg.Hostname = h.Name
	cfg.Mechanisms = mechanismsOf(s, cfg.Mechanisms)
	if cfg.Mechanisms.Has(sasl.CRAMMD5) { // APOP needs what CRAM-MD5 needs: the password itself, on the server
		cfg.Timestamp = sasl.Timestamp(env.Chance(), env.Date(env.Now()), h.Name)
	}
	cfg.Chance = [2]uint64{env.Chance(), env.Chance()}
	cfg.SaltKey = h.saltKey(env)
	cfg.StartTLS = s.TLS == world.StartTLS
	cfg.TLS = s.TLS == world.ImplicitTLS || info != machine.TLSInfo{}
	return &pop3d{Server: pop3.NewServer(cfg, env.Now()), client: client, delay: cfg.LoginDelay, recent: cfg.Quirks&pop3.StatusHeader != 0,
		secrets: keepsPOPSecrets(s)}
}

// Pump answers what the machine asks of the account.
func (s *pop3d) Pump(env Env, h *Host, conn uint32) {
	for s.Step(env, h, conn) {
	}
}

// Step answers one question.
func (s *pop3d) Step(env Env, h *Host, conn uint32) bool {
	if s.gate != nil && s.gate.ready {
		s.pass(env, h, conn)
		return true
	}
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
		secret := h.secret(e.User, e.ActAs)
		if s.secrets {
			secret.Password, secret.Known = h.POPSecret(e.User)
		}
		s.Answer(env.Now(), e.ID, pop3.Answer{Secret: secret})
	case pop3.AskMaildrop:
		s.Answer(env.Now(), e.ID, s.proven(env, h, conn, e.User))
	case pop3.AskTrust:
		s.Answer(env.Now(), e.ID, s.trust(env, h, conn, e))
	case pop3.AskContent:
		content, err := s.inbox(h).Content(e.UID)
		s.Answer(env.Now(), e.ID, pop3.Answer{OK: err == nil, Content: content})
	case pop3.AskUpdate:
		s.Answer(env.Now(), e.ID, pop3.Answer{OK: s.update(env, h, conn, e)})
	}
	return true
}

// login opens the maildrop of a user who has given the right password.
func (s *pop3d) login(env Env, h *Host, conn uint32, e pop3.Event) pop3.Answer {
	if s.proved != "" && e.User == s.proved {
		return s.proven(env, h, conn, e.User)
	}
	a, ok := (*Account)(nil), false
	if s.proved == "" {
		a, ok = h.login(env, conn, e.User, e.Password)
	} else {
		env.Emit(trace.Event{Kind: trace.KindLogin, Actor: h.Name, Target: e.User, Conn: conn, Class: trace.ClassPermanent})
	}
	if !ok {
		return pop3.Answer{}
	}
	return s.open(env, a, conn)
}

// proven opens the maildrop of a user who has logged in by APOP or AUTH.
func (s *pop3d) proven(env Env, h *Host, conn uint32, user string) pop3.Answer {
	a, ok := h.named(user)
	if !ok {
		return pop3.Answer{}
	}
	env.Emit(trace.Event{Kind: trace.KindLogin, Actor: h.Name, Target: user, Conn: conn, Class: trace.ClassOK})
	return s.open(env, a, conn)
}

// trust opens the maildrop of a user of the same name on a machine whose superuser has opened the connection (RFC 1225).
func (s *pop3d) trust(env Env, h *Host, conn uint32, e pop3.Event) pop3.Answer {
	const reserved = 1024 // ports below are the superuser's on Unix
	if s.client.Port > 0 && s.client.Port < reserved && e.ActAs == e.User {
		return s.proven(env, h, conn, e.User)
	}
	env.Emit(trace.Event{Kind: trace.KindLogin, Actor: h.Name, Target: e.User, Conn: conn, Class: trace.ClassPermanent})
	return pop3.Answer{}
}

// open locks a maildrop for the session (RFC 1939 §4).
func (s *pop3d) open(env Env, a *Account, conn uint32) pop3.Answer {
	now := env.Now()
	if s.delay > 0 && now < a.nextLogin {
		return pop3.Answer{Reason: pop3.ReplyLoginDelay}
	}
	if !a.Store.TryLock(conn) {
		return pop3.Answer{Reason: pop3.ReplyLocked}
	}
	s.account, a.nextLogin = a.Address, now.Add(s.delay)
	box, _ := a.Store.Mailbox(store.Inbox)
	answer := pop3.Answer{OK: true, Maildrop: box.Snapshot()}
	if s.recent {
		id := answer.Maildrop.UIDValidity()
		answer.Recent = a.recent(id)
		a.tell(id, answer.Maildrop.UIDNext())
	}
	return answer
}

// update removes what the session has marked, and notes what was read where the server does that.
func (s *pop3d) update(env Env, h *Host, conn uint32, e pop3.Event) bool {
	b := store.Batch{Expunge: e.Delete}
	for _, uid := range e.Seen {
		b.Flags = append(b.Flags, store.FlagEdit{UID: uid, Op: store.FlagAdd, Flags: store.Flags{System: store.Seen}})
	}
	box := s.inbox(h)
	before := box.Snapshot()
	r, err := box.Commit(b)
	if err == nil && r.Snapshot != before {
		h.changed(env, s.account, store.Inbox, r.Snapshot, conn)
	}
	return err == nil
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
	c.Server, c.gate = s.Server.Clone(), s.gate.clone()
	return &c
}
