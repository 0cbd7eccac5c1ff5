package pop3

import "ehlo/sim/machine"

// Retr is RETR: message N with all its octets (RFC 1939 §5). Its reply has Content.
type Retr struct{ N int }

// Verb is RETR.
func (Retr) Verb() machine.Verb { return verbRETR }

func (c Retr) append(dst []byte) []byte { return appendMessage(append(dst, "RETR"...), c.N) }

func (Retr) follows() follows { return followsContent }

func parseRetr(s *scanner) request {
	c := Retr{s.message()}
	s.end()
	return c
}

func (c Retr) execute(s *Server) {
	if m, ok := s.message(c.N); ok {
		s.ask(c, Event{Kind: AskContent, UID: m.UID})
	}
}

func (c Retr) answered(s *Server, a Answer) {
	if s.readable(a) {
		s.octets = int64(len(a.Content)) + s.drop.extra
		s.drop.access(c.N)
		if s.cfg.Quirks&MarkSeen != 0 {
			s.drop.sent = setBit(s.drop.sent, c.N)
		}
		s.reply(ReplyRetr)
		s.out = s.appendContent(s.out, a.Content)
	}
}
