package pop3

import (
	"strconv"
	"strings"

	"ehlo/sim/trace"
)

// reply writes the first line of a reply and takes the session to where it leads.
func (s *Server) reply(id ReplyID) { s.write(s.wording(id)) }

// refuse replies to an answer that was not OK.
func (s *Server) refuse(a Answer, usual ReplyID) {
	if a.Reason == replyDefault || a.Reason >= numReplies {
		a.Reason = usual
	}
	r := s.wording(a.Reason)
	r.OK = false
	if a.Text != "" {
		r.Text = a.Text
	}
	s.write(r)
}

// wording is what the server says: to the command at hand, in general, or by default; in the language that LANG chose
// first.
func (s *Server) wording(id ReplyID) Reply {
	if s.lang > 0 {
		if r, ok := wordingIn(s.cfg.Languages[s.lang].Replies, id, s.keyword); ok {
			return r
		}
	}
	if r, ok := wordingIn(s.cfg.Replies, id, s.keyword); ok {
		return r
	}
	return replies[id].Reply
}

func wordingIn(replies map[Wording]Reply, id ReplyID, keyword string) (Reply, bool) {
	if len(replies) == 0 {
		return Reply{}, false
	}
	r, ok := replies[Wording{id, keyword}]
	if !ok {
		r, ok = replies[Wording{id, ""}]
	}
	return r, ok
}

func (s *Server) write(r Reply) {
	class := trace.ClassPermanent
	if r.OK {
		class = trace.ClassOK
	}
	s.out = append(s.out, statusOf(class)...)
	text := r.Text
	if text != "" {
		s.out = append(s.out, ' ')
	}
	for {
		before, rest, found := strings.Cut(text, "{")
		name, after, closed := strings.Cut(rest, "}")
		if !found || !closed {
			break
		}
		s.out = append(s.out, before...)
		s.placeholder(name)
		text = after
	}
	s.out = append(append(s.out, text...), "\r\n"...)
	s.state = Table().Next(s.state, s.verb, class)
}

// UnknownPlaceholder finds the first placeholder of a wording that is none; ok says that there is no such.
func UnknownPlaceholder(text string) (name string, ok bool) {
	var s Server
	s.cfg = s.cfg.withDefaults()
	for {
		_, rest, found := strings.Cut(text, "{")
		name, after, closed := strings.Cut(rest, "}")
		if !found || !closed {
			return "", true
		}
		_, isText := s.text(name)
		_, isNumber := s.number(name)
		if !isText && !isNumber && name != "uid" {
			return name, false
		}
		text = after
	}
}

// placeholder writes what stands for a name in a wording. What is no name stays as it is.
func (s *Server) placeholder(name string) {
	if text, ok := s.text(name); ok {
		s.out = append(s.out, text...)
	} else if n, ok := s.number(name); ok {
		s.out = strconv.AppendInt(s.out, n, 10)
	} else if name == "uid" {
		s.out = s.appendUniqueID(s.out, s.n)
	} else {
		s.out = append(append(append(s.out, '{'), name...), '}')
	}
}

func (s *Server) text(name string) (string, bool) {
	switch name {
	case "host":
		return s.cfg.Hostname, true
	case "timestamp":
		return s.cfg.Timestamp, true
	case "user":
		return s.user, true
	case "verb":
		return s.keyword, true
	case "state":
		return Table().States[s.state], true
	case "phase":
		return phases[s.state], true
	case "tag":
		return s.cfg.Languages[s.lang].Tag, true
	case "s":
		if s.drop.count() == 1 {
			return "", true
		}
		return "s", true
	case "mechanism":
		return s.sasl.Mechanism().String(), true
	}
	return "", false
}

func (s *Server) number(name string) (int64, bool) {
	switch name {
	case "n":
		return int64(s.n), true
	case "octets":
		return s.octets, true
	case "lines":
		return int64(s.lineCount), true
	case "last":
		return int64(s.drop.last), true
	case "count":
		return int64(s.drop.count()), true
	case "size":
		return s.drop.size(), true
	case "marked":
		return int64(s.drop.gone), true
	case "limit":
		return int64(s.lines.Limit), true
	}
	return 0, false
}
