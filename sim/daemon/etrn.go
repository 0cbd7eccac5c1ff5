package daemon

import (
	"ehlo/sim/engine"
	"ehlo/sim/smtp"
	"ehlo/sim/trace"
)

// starter is the client session of a host whose line is up only now and then: it asks the server that keeps its mail to
// send it (RFC 1985 §3).
type starter struct {
	*smtp.Client
	noMailbox
	noHold
	domain string
}

// NewStarter returns a session that asks a server by ETRN to send what it keeps for a domain.
func NewStarter(now engine.Time, domain string) Session {
	return &starter{Client: smtp.NewClient(smtp.ClientConfig{}, now), domain: domain}
}

// Pump gives the next command after each reply. A server that does not offer ETRN is left alone.
func (s *starter) Pump(env Env, h *Host, _ uint32) {
	for {
		e, ok := s.Next()
		if !ok {
			return
		}
		if e.Kind != smtp.EventReply {
			continue
		}
		offered := s.Offers(smtp.ExtETRN)
		switch e.Command.(type) {
		case nil:
			if e.Reply.Class() == trace.ClassOK {
				s.Do(env.Now(), smtp.Hello{Name: h.Name})
				continue
			}
			s.Do(env.Now(), smtp.Quit{})
		case smtp.Hello:
			if e.Reply.Class() == trace.ClassOK && offered {
				s.Do(env.Now(), smtp.Etrn{Domain: s.domain})
				continue
			}
			s.Do(env.Now(), smtp.Quit{})
		case smtp.Etrn:
			s.Do(env.Now(), smtp.Quit{})
		}
	}
}

// Copy returns an independent copy.
func (s *starter) Copy() Session {
	c := *s
	c.Client = s.Client.Clone()
	return &c
}
