package pop3

import (
	"ehlo/sim/engine"
	"ehlo/sim/machine"
)

// late is a refusal that waits for its time.
type late struct {
	waits  bool
	at     engine.Time
	answer Answer
}

// isDeaf says that the session has refused so many logins that it takes none any more, and does not say so.
func (s *Server) isDeaf() bool {
	return s.cfg.Quirks&SilentLockout != 0 && s.cfg.MaxLogins > 0 && s.logins >= s.cfg.MaxLogins
}

// opened ends a login: with the maildrop, or with a refusal.
func (s *Server) opened(a Answer) {
	if !a.OK || s.isDeaf() {
		s.refuseLogin(a)
		return
	}
	s.drop = maildrop{snapshot: a.Maildrop, recent: a.Recent}
	if s.cfg.Quirks&StatusHeader != 0 {
		s.drop.extra = int64(len(statusField))
	}
	if s.cfg.Quirks&LastSeen != 0 {
		s.drop.seen()
	}
	s.lines.Limit = s.cfg.MaxLine
	s.reply(ReplyLogin)
}

// refuseLogin refuses a login, now or later.
func (s *Server) refuseLogin(a Answer) {
	if s.cfg.RefusalDelay > 0 {
		s.late = late{waits: true, at: s.heard.Add(s.cfg.RefusalDelay), answer: a}
		return
	}
	s.speakRefusal(a)
}

func (s *Server) speakLate() {
	a := s.late.answer
	s.late = late{}
	s.speakRefusal(a)
}

func (s *Server) speakRefusal(a Answer) {
	s.lines.Limit = s.cfg.MaxLine
	s.logins++
	switch {
	case a.Reason == ReplyLocked && s.cfg.Quirks&EndWhenLocked != 0:
		s.refuse(a, ReplyLocked)
		s.done = true
	case s.logins == s.cfg.MaxLogins && s.cfg.Quirks&SilentLockout == 0:
		s.reply(ReplyTooManyLogins)
		s.done = true
	default:
		s.refuse(a, ReplyLoginRefused)
	}
}

// openTask opens the maildrop of who has proved to be its user.
type openTask struct{}

func (openTask) answered(s *Server, a Answer) { s.opened(a) }

// open asks for the maildrop of a user who has proved to be that.
func (s *Server) open(user string) {
	s.user = user
	s.ask(openTask{}, Event{Kind: AskMaildrop, User: user})
}

// Login is a client's USER and, where that is accepted, PASS. Its reply is that of the last of the two.
type Login struct{ User, Password string }

// Verb is PASS.
func (Login) Verb() machine.Verb { return verbPASS }

func (c Login) append(dst []byte) []byte { return User{c.User}.append(dst) }

func (Login) follows() follows { return followsNothing }
