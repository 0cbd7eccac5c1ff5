package pop3

import (
	"bytes"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"ehlo/sim/machine"
	"ehlo/sim/wire"
)

// Command is what a client says. The types are named after the commands: User, Pass, Apop, … For clients there are
// besides [Login], which is User and Pass in one, and [Logon], which finds the best way that the server offers.
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

// ParseCommand reads a line with its line end (RFC 1939 §3, and RFC 2449 §4 for its length), names and passwords in UTF-8
// among them (RFC 6856 §2.2). The spans cover what could be read, also where there is an error; an error is a
// [*SyntaxError].
func ParseCommand(line []byte) (Command, []machine.Span, error) {
	s := scanner{explain: true, utf8: true}
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
	quirks  Quirks
	utf8    bool // names and passwords may be UTF-8
	explain bool
	spans   []machine.Span
}

func (s *scanner) command(line []byte) (request, *SyntaxError) {
	text, crlf := wire.TrimEnd(line)
	s.text = text
	if s.quirks&ExtraSpaces != 0 {
		s.text = bytes.TrimRight(text, " ")
		s.pos = len(s.text) - len(bytes.TrimLeft(s.text, " "))
	}
	start := s.pos
	s.verb, s.pos = verbOf(s.text, start)
	if s.verb == machine.NoVerb {
		s.keyword = strings.ToUpper(string(s.text[start:s.pos]))
	} else {
		s.keyword = commands[s.verb].keyword
	}
	if s.explain && s.pos > 0 {
		id, ref := termKeyword.id(), termKeyword.ref()
		if s.verb != machine.NoVerb {
			id, ref = "pop3.verb."+s.keyword, commands[s.verb].ref
		}
		s.span(start, s.pos, id, ref)
	}
	c := s.arguments()
	if s.err == nil && !crlf && s.quirks&BareLF == 0 {
		s.fail(len(text), termEnd, ReplyLineEnd)
	}
	s.octets()
	if len(line) > len(text) {
		s.span(len(text), len(line), termEnd.id(), termEnd.ref())
	}
	return c, s.err
}

// octets looks for one that no command may have (RFC 1939 §3). It is the error before all others: what else is wrong may
// come of it.
func (s *scanner) octets() {
	if s.quirks&AnyOctet != 0 {
		return
	}
	unicode := s.utf8 && (s.verb == verbUSER || s.verb == verbPASS || s.verb == verbAPOP)
	for i := 0; i < len(s.text); {
		c, n := rune(s.text[i]), 1
		if unicode {
			c, n = utf8.DecodeRune(s.text[i:])
		}
		if c < ' ' || c == 0x7F || c > '~' && (!unicode || c < 0xA0 || c == utf8.RuneError && n == 1) {
			s.err = nil
			s.fail(i, termPrintable, ReplyOctet)
			return
		}
		i += n
	}
}

func (s *scanner) arguments() request {
	switch {
	case s.verb != machine.NoVerb:
		return commands[s.verb].parse(s)
	case s.keyword == "":
		s.fail(0, termKeyword, ReplyEmpty)
	case slices.Contains(elsewhere, s.keyword):
		s.fail(0, termKeyword, ReplyElsewhere)
	default:
		s.fail(0, termKeyword, ReplyUnknown)
	}
	return nil
}

// verbOf finds the keyword that a line begins with at an octet, in any case, and where it ends. Server, observer and
// explanation take it from here, also for lines that are wrong behind it.
func verbOf(text []byte, start int) (machine.Verb, int) {
	end := bytes.IndexByte(text[start:], ' ')
	if end += start; end < start {
		end = len(text)
	}
	if verb, ok := (*keywords.Get(buildKeywords))[packed(text[start:end])]; ok {
		return verb, end
	}
	return machine.NoVerb, end
}

// keywords finds commands by their packed keywords.
var keywords machine.Later[map[uint32]machine.Verb]

func buildKeywords() *map[uint32]machine.Verb {
	m := make(map[uint32]machine.Verb)
	for v, c := range commands {
		m[packed([]byte(c.keyword))] = machine.Verb(v)
	}
	return &m
}

// packed is a keyword of three or four letters, which all are (RFC 1939 §3), in capitals in one number; 0 for other text.
func packed(text []byte) (n uint32) {
	if len(text) < 3 || len(text) > 4 {
		return 0
	}
	for _, c := range text {
		if 'a' <= c && c <= 'z' {
			c -= 'a' - 'A'
		}
		n = n<<8 | uint32(c)
	}
	return n
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

// unspan takes the last span back, for one that says more or for an error.
func (s *scanner) unspan() {
	if s.explain && len(s.spans) > 0 {
		s.spans = s.spans[:len(s.spans)-1]
	}
}

// bare says that no argument follows: the command is the short one of two.
func (s *scanner) bare() bool { return s.pos == len(s.text) }

// argument steps over the space before an argument; false where there is none.
func (s *scanner) argument(want term) bool {
	if s.err != nil {
		return false
	}
	if len(s.text)-s.pos < 2 { // nothing, or a space and nothing
		s.fail(len(s.text), want, ReplyMissing)
		return false
	}
	s.pos++
	if s.quirks&ExtraSpaces != 0 {
		for s.pos < len(s.text)-1 && s.text[s.pos] == ' ' {
			s.pos++
		}
	} else if s.text[s.pos] == ' ' && want != termPassword {
		s.fail(s.pos, want, ReplySpace)
		return false
	}
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
func (s *scanner) message() int { return s.number(termMessage, ReplyNumber, 1) }

// number reads digits. A number that is less than the least is an error, unless numbers are read loosely: then it
// is -1, which no message has.
func (s *scanner) number(t term, reply ReplyID, least int64) int {
	if !s.argument(t) {
		return 0
	}
	start := s.pos
	n := int64(0)
	if c := s.text[start]; s.quirks&LooseNumbers != 0 && (c < '0' || c > '9') {
		least = 1 // there are no digits
	}
	for ; s.pos < len(s.text) && s.text[s.pos] != ' '; s.pos++ {
		c := s.text[s.pos]
		if c < '0' || c > '9' {
			if s.quirks&LooseNumbers == 0 {
				s.fail(s.pos, t, reply)
				return 0
			}
			for s.pos < len(s.text) && s.text[s.pos] != ' ' {
				s.pos++
			}
			break
		}
		n = min(n*10+int64(c-'0'), math.MaxInt32)
	}
	if n < least {
		if s.quirks&LooseNumbers == 0 {
			s.fail(start, t, reply)
			return 0
		}
		n = -1
	}
	s.span(start, s.pos, t.id(), t.ref())
	return int(n)
}

// end says that no further argument may come.
func (s *scanner) end() {
	if s.err != nil || s.pos == len(s.text) || s.quirks&ExtraArguments != 0 {
		return
	}
	if len(bytes.Trim(s.text[s.pos:], " ")) == 0 {
		s.fail(s.pos, termEnd, ReplySpace)
	} else {
		s.fail(s.pos, termEnd, ReplyExtra)
	}
}

// appendMessage adds a space and a message-number.
func appendMessage(dst []byte, n int) []byte {
	return strconv.AppendInt(append(dst, ' '), int64(n), 10)
}
