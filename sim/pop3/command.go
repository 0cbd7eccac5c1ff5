package pop3

import (
	"bytes"
	"math"
	"strconv"
	"strings"

	"ehlo/sim/machine"
	"ehlo/sim/wire"
)

// Command is what a client says. The types are User, Pass, Stat, List, Retr, Dele, Noop, Rset, Quit, and for clients
// [Login], which is User and Pass in one.
type Command interface {
	// Verb is the command's place in [Table]'s Verbs.
	Verb() machine.Verb
	// append adds the command as it crosses the wire, without its line end.
	append(dst []byte) []byte
	// follows is what comes behind the first line of a positive reply.
	follows() follows
}

// request is a command that a server can be given.
type request interface {
	Command
	// execute does the command in a state that allows it: it replies once, or asks and replies later.
	execute(s *Server)
}

// SyntaxError is where a line leaves the grammar.
type SyntaxError struct {
	Pos  int          // the octet, from 0
	Want string       // the term that the grammar wants there
	Verb machine.Verb // what the line would be, or [machine.NoVerb]

	reply   ReplyID // how the server says it
	keyword string  // in upper case
}

// Error gives the place and the term.
func (e *SyntaxError) Error() string {
	return "octet " + strconv.Itoa(e.Pos+1) + ": want " + e.Want
}

// ParseCommand reads a line with its line end (RFC 1939 §3, and RFC 2449 §4 for its length). The spans cover what could
// be read, also where there is an error; an error is a [*SyntaxError].
func ParseCommand(line []byte) (Command, []machine.Span, error) {
	s := scanner{explain: true}
	c, err := s.command(line)
	if err != nil {
		return nil, s.spans, err
	}
	return c, s.spans, nil
}

// scanner reads a command from left to right. It keeps spans only where they are wanted: a server wants none.
type scanner struct {
	text    []byte // the line without its end
	pos     int
	verb    machine.Verb
	keyword string
	err     *SyntaxError
	explain bool
	spans   []machine.Span
}

func (s *scanner) command(line []byte) (request, *SyntaxError) {
	text, crlf := wire.TrimEnd(line)
	s.text = text
	s.verb, s.pos = verbOf(text)
	if s.verb == machine.NoVerb {
		s.keyword = strings.ToUpper(string(text[:s.pos]))
	} else {
		s.keyword = commands[s.verb].keyword
	}
	if s.explain && s.pos > 0 {
		id, ref := termKeyword.id(), termKeyword.ref()
		if s.verb != machine.NoVerb {
			id, ref = "pop3.verb."+s.keyword, commands[s.verb].ref
		}
		s.span(0, s.pos, id, ref)
	}
	c := s.arguments()
	if s.err == nil && !crlf {
		s.fail(len(text), termEnd, replyLineEnd)
	}
	if i := bytes.IndexFunc(text, func(r rune) bool { return r < ' ' || r > '~' }); i >= 0 {
		s.err = nil
		s.fail(i, termPrintable, replyOctet)
	}
	if len(line) > len(text) {
		s.span(len(text), len(line), termEnd.id(), termEnd.ref())
	}
	return c, s.err
}

func (s *scanner) arguments() request {
	switch _, known := elsewhere[s.keyword]; {
	case s.verb != machine.NoVerb:
		return commands[s.verb].parse(s)
	case s.pos == 0:
		s.fail(0, termKeyword, replyEmpty)
	case known:
		s.fail(0, termKeyword, replyElsewhere)
	default:
		s.fail(0, termKeyword, replyUnknown)
	}
	return nil
}

// verbOf finds the keyword that a line begins with, in any case, and where it ends. Server, observer and explanation
// take it from here, also for lines that are wrong behind it.
func verbOf(text []byte) (machine.Verb, int) {
	end := bytes.IndexByte(text, ' ')
	if end < 0 {
		end = len(text)
	}
	if end == len("USER") { // all are that long
		for v := range commands {
			if equalFold(text[:end], commands[v].keyword) {
				return machine.Verb(v), end
			}
		}
	}
	return machine.NoVerb, end
}

func equalFold(text []byte, keyword string) bool {
	for i := range len(keyword) {
		if text[i]&^0x20 != keyword[i] {
			return false
		}
	}
	return true
}

// fail notes the first error.
func (s *scanner) fail(pos int, want term, reply ReplyID) {
	if s.err == nil {
		s.err = &SyntaxError{Pos: pos, Want: want.id(), Verb: s.verb, reply: reply, keyword: s.keyword}
	}
}

func (s *scanner) span(start, end int, id, ref string) {
	if s.explain {
		s.spans = append(s.spans, machine.Span{Start: start, End: end, Term: id, Ref: ref})
	}
}

// argument steps over the space before an argument; false where there is none.
func (s *scanner) argument(want term) bool {
	if s.err != nil {
		return false
	}
	if len(s.text)-s.pos < 2 { // nothing, or a space and nothing
		s.fail(len(s.text), want, replyMissing)
		return false
	}
	if s.text[s.pos+1] == ' ' && want != termPassword {
		s.fail(s.pos+1, want, replySpace)
		return false
	}
	s.pos++
	return true
}

// word reads an argument up to the next space.
func (s *scanner) word(t term) string {
	if !s.argument(t) {
		return ""
	}
	start := s.pos
	for s.pos < len(s.text) && s.text[s.pos] != ' ' {
		s.pos++
	}
	s.span(start, s.pos, t.id(), t.ref())
	return string(s.text[start:s.pos])
}

// rest reads everything up to the end of the line as one argument.
func (s *scanner) rest(t term) string {
	if !s.argument(t) {
		return ""
	}
	start := s.pos
	s.pos = len(s.text)
	s.span(start, s.pos, t.id(), t.ref())
	return string(s.text[start:])
}

// message reads a message-number (RFC 1939 §4). One that is greater than any mailbox comes as the greatest int32.
func (s *scanner) message() int {
	if !s.argument(termMessage) {
		return 0
	}
	start := s.pos
	n := int64(0)
	for ; s.pos < len(s.text) && s.text[s.pos] != ' '; s.pos++ {
		c := s.text[s.pos]
		if c < '0' || c > '9' {
			s.fail(s.pos, termMessage, replyNumber)
			return 0
		}
		n = min(n*10+int64(c-'0'), math.MaxInt32)
	}
	if n == 0 {
		s.fail(start, termMessage, replyNumber)
		return 0
	}
	s.span(start, s.pos, termMessage.id(), termMessage.ref())
	return int(n)
}

// end says that no further argument may come.
func (s *scanner) end() {
	if s.err != nil || s.pos == len(s.text) {
		return
	}
	if len(bytes.Trim(s.text[s.pos:], " ")) == 0 {
		s.fail(s.pos, termEnd, replySpace)
	} else {
		s.fail(s.pos, termEnd, replyExtra)
	}
}

// appendMessage adds a space and a message-number.
func appendMessage(dst []byte, n int) []byte {
	return strconv.AppendInt(append(dst, ' '), int64(n), 10)
}
