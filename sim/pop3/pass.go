package pop3

import "ehlo/sim/machine"

// Pass is PASS: it gives the password for the name that USER gave (RFC 1939 §7). Spaces belong to the password.
type Pass struct{ Password string }

// Verb is PASS.
func (Pass) Verb() machine.Verb { return verbPASS }

func (c Pass) append(dst []byte) []byte { return append(append(dst, "PASS "...), c.Password...) }

func (Pass) follows() follows { return followsNothing }

func parsePass(s *scanner) request { return Pass{s.rest(termPassword)} }

func (c Pass) execute(s *Server) {
	s.ask(c, Event{Kind: AskLogin, User: s.user, Password: c.Password})
}

func (Pass) answered(s *Server, a Answer) { s.opened(a) }
