package imap

import (
	"bytes"
	"strconv"
	"strings"
	"time"

	"ehlo/sim/engine"
	"ehlo/sim/message"
)

// about is what a reply is about.
type about struct {
	number int64
	text   string       // messages, or a name
	copied *Answer      // of COPY and MOVE
	err    *SyntaxError // the place that a BAD names, or nil
}

// wording is how a reply is said: to the running command, or else to all.
func (s *Server) wording(id ReplyID) Reply {
	if len(s.cfg.Replies) > 0 {
		if r, ok := s.cfg.Replies[Wording{id, s.name}]; ok {
			return r
		}
		if r, ok := s.cfg.Replies[Wording{Reply: id}]; ok {
			return r
		}
	}
	return replies[id].Reply
}

// reply writes a status response. One that no command waits for and that has no text is left out.
func (s *Server) reply(tag []byte, id ReplyID, a about) {
	r := s.wording(id)
	if r.Text == "" && r.Code == "" && len(tag) == 1 && tag[0] == '*' {
		return
	}
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

// argument writes what stands for a name.
func (s *Server) argument(name string, a about) {
	switch name {
	case "host":
		s.out = append(s.out, s.cfg.Hostname...)
	case "capabilities":
		s.out = s.offer(bytes.TrimSuffix(s.out, []byte(" ")))
	case "user":
		s.out = append(s.out, s.user...)
	case "date":
		s.out = append(s.out, message.FormatDate(s.cfg.Epoch+int64(s.heard/engine.Time(time.Second)))...)
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
		if a.copied != nil {
			s.out = appendCopied(s.out, a.copied)
		}
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
