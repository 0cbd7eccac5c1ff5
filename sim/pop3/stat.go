package pop3

import "ehlo/sim/machine"

// Stat is STAT: how many messages there are and how many octets they have together (RFC 1939 §5). Its reply has Count
// and Octets.
type Stat struct{}

// Verb is STAT.
func (Stat) Verb() machine.Verb { return verbSTAT }

func (Stat) append(dst []byte) []byte { return append(dst, "STAT"...) }

func (Stat) follows() follows { return followsNothing }

func parseStat(s *scanner) request {
	s.end()
	return Stat{}
}

func (Stat) execute(s *Server) { s.reply(ReplyStat) }
