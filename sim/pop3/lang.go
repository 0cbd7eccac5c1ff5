package pop3

import (
	"strings"

	"ehlo/sim/machine"
)

// Lang is LANG: the language of the texts in replies, "*" for the server's own; without one, the list of them (RFC 6856
// §3.2). For the list the reply has Lines.
type Lang struct{ Range string }

// Verb is LANG.
func (Lang) Verb() machine.Verb { return verbLANG }

func (c Lang) append(dst []byte) []byte {
	dst = append(dst, "LANG"...)
	if c.Range != "" {
		dst = append(append(dst, ' '), c.Range...)
	}
	return dst
}

func (c Lang) follows() follows {
	if c.Range == "" {
		return followsListing
	}
	return followsNothing
}

func parseLang(s *scanner) request {
	var c Lang
	if !s.bare() {
		c.Range = s.word(termLanguage)
		s.end()
	}
	return c
}

func (c Lang) execute(s *Server) {
	if c.Range == "" {
		s.reply(ReplyLangs)
		for _, l := range s.cfg.Languages {
			s.out = append(append(s.out, l.Tag...), ' ')
			s.out = append(append(s.out, l.Name...), "\r\n"...)
		}
		s.out = append(s.out, ".\r\n"...)
		return
	}
	for i, l := range s.cfg.Languages {
		if isInRange(l.Tag, c.Range) {
			s.lang = i
			s.reply(ReplyLang)
			return
		}
	}
	s.reply(ReplyNoLanguage)
}

// isInRange says whether a language tag is in a basic language range (RFC 4647 §3.3.1).
func isInRange(tag, r string) bool {
	return r == "*" || len(tag) >= len(r) && strings.EqualFold(tag[:len(r)], r) && (len(tag) == len(r) || tag[len(r)] == '-')
}
