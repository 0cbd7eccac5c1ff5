package pop3

import "ehlo/sim/machine"

// Utf8 is UTF8: messages may hold UTF-8 in their header from now on (RFC 6856 §2.1).
type Utf8 struct{}

// Verb is UTF8.
func (Utf8) Verb() machine.Verb { return verbUTF8 }

func (Utf8) append(dst []byte) []byte { return append(dst, "UTF8"...) }

func (Utf8) follows() follows { return followsNothing }

func parseUtf8(s *scanner) request {
	s.end()
	return Utf8{}
}

func (Utf8) execute(s *Server) {
	s.utf8 = true
	s.reply(ReplyUtf8)
}

// needsUTF8 says whether a header may not be sent to this client as it is. A server that does not know of UTF8 sends what
// it has.
func (s *Server) needsUTF8(header []byte) bool {
	if s.utf8 || !s.cfg.Commands.has(verbUTF8) {
		return false
	}
	for _, c := range header {
		if c >= 0x80 {
			return true
		}
	}
	return false
}
