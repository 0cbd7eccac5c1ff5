package pop3

import (
	"strconv"

	"ehlo/sim/machine"
)

// List is LIST: the size of message N, or of all messages where N is 0 (RFC 1939 §5). Its reply has Scans.
type List struct{ N int }

// Scan is a scan listing: a message-number and the message's size in octets (RFC 1939 §5).
type Scan struct {
	N      int
	Octets int64
}

// Verb is LIST.
func (List) Verb() machine.Verb { return verbLIST }

func (c List) append(dst []byte) []byte {
	dst = append(dst, "LIST"...)
	if c.N == 0 {
		return dst
	}
	return appendMessage(dst, c.N)
}

func (c List) follows() follows {
	if c.N == 0 {
		return followsListing
	}
	return followsNothing
}

func parseList(s *scanner) request {
	var c List
	if !s.bare() {
		c.N = s.message()
		s.end()
	}
	return c
}

func (c List) execute(s *Server) {
	if c.N != 0 {
		if _, ok := s.message(c.N); ok {
			s.reply(ReplyScan)
		}
		return
	}
	s.reply(ReplyList)
	for n, m := range s.drop.snapshot.All() {
		if s.drop.isMarked(n) {
			continue
		}
		s.out = strconv.AppendInt(s.out, int64(n), 10)
		s.out = strconv.AppendInt(append(s.out, ' '), m.Size+s.drop.extra, 10)
		s.out = append(s.out, "\r\n"...)
	}
	s.out = append(s.out, ".\r\n"...)
}
