package pop3

import "ehlo/sim/machine"

// Rpop is RPOP: in the place of PASS, it names the user on the client's side, and gives no password (RFC 1081, RFC 1225).
// A server took it from clients whose port was below 1024: on a Unix machine only the superuser could have opened it, whose
// programs were trusted to tell the truth. Whoever owns a machine of their own can open any port. RFC 1460 took RPOP out.
type Rpop struct{ ClientUser string }

// Verb is RPOP.
func (Rpop) Verb() machine.Verb { return verbRPOP }

func (c Rpop) append(dst []byte) []byte { return append(append(dst, "RPOP "...), c.ClientUser...) }

func (Rpop) follows() follows { return followsNothing }

func parseRpop(s *scanner) request {
	c := Rpop{s.word(termClientUser)}
	s.end()
	return c
}

func (c Rpop) execute(s *Server) {
	s.ask(c, Event{Kind: AskTrust, User: s.user, ActAs: c.ClientUser})
}

func (Rpop) answered(s *Server, a Answer) { s.opened(a) }
