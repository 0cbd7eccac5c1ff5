package imap

import (
	"strings"

	"ehlo/sim/wire"
)

// advance executes what has arrived, up to a question.
func (s *Server) advance() {
	for s.announce(); !s.done && s.task == nil && !s.upgrading && !s.compressing && s.step(); s.announce() {
	}
}

// step takes the next line, or the next octets of a literal; false where there are none yet.
func (s *Server) step() bool {
	switch {
	case s.skip > 0:
		n := len(s.in.Take(int(min(s.skip, maxTake))))
		s.skip -= int64(n)
		return n > 0
	case s.rest > 0:
		p := s.in.Take(int(min(s.rest, maxTake)))
		s.buf = append(s.buf, p...)
		s.rest -= int64(len(p))
		return len(p) > 0
	}
	line, tooLong, ok := s.in.Next()
	switch {
	case !ok:
	case s.talk != nil:
		s.converse(line, tooLong)
	default:
		s.line(line, tooLong)
	}
	return ok
}

const maxTake = 1 << 20

// line takes a line: a command, what follows a literal in one, or the rest of one that was refused.
func (s *Server) line(line []byte, tooLong bool) {
	text, ended := wire.TrimEnd(line)
	if s.junk {
		s.junk = false
		s.drop(text)
		return
	}
	if len(s.buf) > 0 {
		s.buf = append(s.buf, text...)
		text = s.buf
	}
	s.lines += len(line)
	switch {
	case tooLong || s.lines > s.cfg.MaxLine:
		s.reject(text, ReplyLineTooLong)
	case !ended:
		s.reject(text, ReplyLineEnd)
	default:
		s.command(text)
	}
}

// command parses a command as far as it has arrived, and executes it when it is complete. A command that cannot be
// right is refused before its next literal is asked for.
func (s *Server) command(text []byte) {
	sc := &s.scan
	*sc = newScanner(text)
	sc.max, sc.utf8 = s.cfg.MaxLiteral, s.unicode()
	r := sc.head()
	if !sc.bad {
		switch commands[r.verb].name {
		case "APPEND":
			sc.max, sc.one = appendsAtOnce*s.cfg.AppendLimit, s.cfg.AppendLimit
		case "REPLACE", "UID REPLACE":
			sc.max, sc.one = s.cfg.AppendLimit, s.cfg.AppendLimit
		}
	}
	s.begin(r)
	if !sc.bad {
		switch {
		case s.cfg.Without>>r.verb&1 != 0:
			s.bad(text, ReplyElsewhere, nil)
			return
		case commands[r.verb].in&(1<<s.state) == 0:
			s.bad(text, ReplyState, nil)
			return
		case s.uidOnly && numbered(s.name):
			s.bad(text, ReplyUIDRequired, nil)
			return
		}
	}
	if !sc.bad {
		r.command = commands[r.verb].parse(sc)
		sc.end()
	}
	switch {
	case sc.need >= 0:
		if len(s.buf) == 0 {
			s.buf = append(s.buf, text...)
		}
		s.buf = append(s.buf, "\r\n"...)
		s.rest = sc.need
		if !sc.eager {
			s.reply(plus, ReplyContinue, about{})
		}
	case sc.bad:
		s.bad(text, sc.err.reply, &sc.err)
	default:
		s.ready()
		r.command.serve(s)
	}
}

// begin makes a command the running one, whose tag and name replies bear.
func (s *Server) begin(r request) {
	s.tag = append(s.tag[:0], r.tag...)
	if len(r.tag) == 0 {
		s.tag = append(s.tag, '*')
	}
	s.verb, s.name = r.verb, elsewhereName(r.word)
	switch {
	case int(r.verb) < len(commands):
		s.name = commands[r.verb].name
	case s.name == "":
		s.name = strings.ToUpper(string(r.word))
	}
}

// ready makes room for the next command.
func (s *Server) ready() {
	s.buf, s.lines = s.buf[:0], 0
}

// reject refuses a line that was not parsed.
func (s *Server) reject(text []byte, id ReplyID) {
	sc := newScanner(text)
	r := sc.head()
	if id == ReplyLineTooLong && len(r.tag) == len(text) { // where it ends nobody knows
		r.tag = nil
	}
	s.begin(r)
	s.bad(text, id, nil)
}

// bad refuses a line, mostly with BAD, and drops what the client sends together with the line without being asked.
func (s *Server) bad(text []byte, id ReplyID, err *SyntaxError) {
	if s.errors++; s.errors == s.patience() {
		s.reply(star, ReplyTooManyErrors, about{})
		s.close()
		return
	}
	a := about{number: int64(s.cfg.MaxLine), err: err}
	switch id {
	case ReplyLiteralTooLong:
		a.number = s.cfg.MaxLiteral
	case ReplyTooBig:
		a.number = s.cfg.AppendLimit
	}
	if s.wording(id).Status == NO { // what is asked for is understood, and may lead to another state
		s.finishWith(id, a)
	} else {
		s.reply(s.tag, id, a)
	}
	s.drop(text)
	s.ready()
}

// patience is how many commands in a row the client may send that cannot be executed, 0 for any.
func (s *Server) patience() int {
	if s.state == NotAuthenticated && s.cfg.LoginErrors > 0 {
		return s.cfg.LoginErrors
	}
	return s.cfg.MaxErrors
}

// drop prepares to pass over the literal that a refused line announces with {n+}: whoever writes so does not wait, and
// the octets that follow are no commands (RFC 7888 §3).
func (s *Server) drop(text []byte) {
	if n, plus, ok := announced(text); ok && plus {
		s.skip, s.junk = n, true
	}
}
