package pop3

import (
	"strconv"
	"strings"
	"time"

	"ehlo/sim/machine"
)

// Capa is CAPA: what the server can do now (RFC 2449 §5). Its reply has Lines.
type Capa struct{}

// Verb is CAPA.
func (Capa) Verb() machine.Verb { return verbCAPA }

func (Capa) append(dst []byte) []byte { return append(dst, "CAPA"...) }

func (Capa) follows() follows { return followsListing }

func parseCapa(s *scanner) request {
	s.end()
	return Capa{}
}

// capabilities is what CAPA says where a server has no list of its own (RFC 2449 §6, RFC 2595 §4, RFC 3206 §5, RFC 6856
// §2).
var capabilities = []string{"TOP", "UIDL", "USER", "SASL", "STLS", "UTF8 USER", "LANG", "RESP-CODES", "AUTH-RESP-CODE",
	"PIPELINING", "LOGIN-DELAY", "EXPIRE NEVER"}

func (Capa) execute(s *Server) {
	s.reply(ReplyCapa)
	lines := s.cfg.Capabilities
	if s.cfg.Early != nil && s.state != Transaction {
		lines = s.cfg.Early
	}
	if lines == nil {
		lines = capabilities
	}
	for _, line := range lines {
		s.capability(line)
	}
	s.out = append(s.out, ".\r\n"...)
}

// capability writes one line, unless what it names does not work. RFC 2449 §5 wants in TRANSACTION too what AUTHORIZATION
// has; STLS alone is named where it is allowed only (RFC 2595 §4).
func (s *Server) capability(line string) {
	tag, _, arguments := strings.Cut(line, " ")
	switch verb := Table().VerbNamed(tag); {
	case tag == "SASL" && !arguments:
		if !s.offers(verbAUTH) {
			return
		}
		s.out = s.mechanisms().AppendNames(append(s.out, line...), " ")
		s.out = append(s.out, "\r\n"...)
		return
	case tag == "LOGIN-DELAY" && !arguments:
		if s.cfg.LoginDelay <= 0 {
			return
		}
		s.out = strconv.AppendInt(append(s.out, "LOGIN-DELAY "...), int64((s.cfg.LoginDelay+time.Second-1)/time.Second), 10)
		s.out = append(s.out, "\r\n"...)
		return
	case verb != machine.NoVerb && !s.offers(verb), verb == verbSTLS && !Table().Allows(s.state, verbSTLS):
		return
	}
	s.out = append(append(s.out, line...), "\r\n"...)
}
