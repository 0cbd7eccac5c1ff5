package imap

import (
	"bytes"
	"strconv"
	"strings"
)

// about is what a reply is about.
type about struct {
	number int64
	text   string       // messages, or a name
	copied Answer       // of COPY and MOVE
	err    *SyntaxError // the place that a BAD names, or nil
}

// wording is how a reply is said.
func (s *Server) wording(id ReplyID) Reply {
	if r, ok := s.cfg.Replies[id]; ok {
		return r
	}
	return replies[id]
}

// reply writes a status response.
func (s *Server) reply(tag []byte, id ReplyID, a about) {
	r := s.wording(id)
	s.out = append(append(s.out, tag...), ' ')
	if id != ReplyContinue && id != ReplyIdling {
		s.out = append(append(s.out, r.Status.String()...), ' ')
	}
	if r.Code != "" {
		s.out = append(s.out, '[')
		s.template(r.Code, a)
		s.out = append(s.out, "] "...)
	}
	s.template(r.Text, a)
	s.out = append(s.out, "\r\n"...)
}

// template writes text with its arguments in their places.
func (s *Server) template(text string, a about) {
	for {
		i := strings.IndexByte(text, '{')
		j := strings.IndexByte(text, '}')
		if i < 0 || j < i {
			s.out = append(s.out, text...)
			return
		}
		s.out = append(s.out, text[:i]...)
		s.argument(text[i+1:j], a)
		text = text[j+1:]
	}
}

func (s *Server) argument(name string, a about) {
	switch name {
	case "host":
		s.out = append(s.out, s.cfg.Hostname...)
	case "capabilities":
		s.out = s.offer(bytes.TrimSuffix(s.out, []byte(" ")))
	case "command":
		s.out = append(s.out, s.name...)
	case "state":
		s.out = append(s.out, stateNames[s.state]...)
	case "flags":
		s.out = append(s.out, systemFlags...)
		if s.box.keywords != "" {
			s.out = append(append(s.out, ' '), s.box.keywords...)
		}
	case "permanent":
		s.out = s.box.appendPermanent(s.out)
	case "number":
		s.out = strconv.AppendInt(s.out, a.number, 10)
	case "text":
		s.out = append(s.out, a.text...)
	case "copied":
		s.out = appendCopied(s.out, &a.copied)
	case "want":
		if a.err != nil {
			s.out = append(s.out, wanted(a.err.Want)...)
		}
	case "pos":
		if a.err != nil {
			s.out = strconv.AppendInt(s.out, int64(a.err.Pos)+1, 10)
		}
	}
}
