package pop3

import "ehlo/sim/machine"

// Quit is QUIT: it ends the session. In the TRANSACTION state the marked messages go (RFC 1939 §6); before it there is
// nothing to remove (RFC 1939 §4).
type Quit struct{}

// Verb is QUIT.
func (Quit) Verb() machine.Verb { return verbQUIT }

func (Quit) append(dst []byte) []byte { return append(dst, "QUIT"...) }

func (Quit) follows() follows { return followsNothing }

func parseQuit(s *scanner) request {
	s.end()
	return Quit{}
}

func (c Quit) execute(s *Server) {
	if s.state == Transaction {
		s.ask(c, Event{Kind: AskUpdate, Delete: s.drop.uids(s.drop.marks), Seen: s.drop.uids(s.drop.sent)})
		return
	}
	s.reply(ReplyQuit)
	s.done = true
}

func (Quit) answered(s *Server, a Answer) {
	if a.OK {
		s.reply(ReplyUpdated)
	} else {
		s.refuse(a, ReplyNotRemoved)
	}
	s.done = true
}
