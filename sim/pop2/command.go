package pop2

import (
	"bytes"
	"math"
	"strconv"
	"strings"

	"ehlo/sim/machine"
	"ehlo/sim/wire"
)

// Command is what a client says, one of the eight of RFC 937.
type Command struct {
	Keyword  string // "HELO", in capitals
	User     string // HELO
	Password string // HELO
	Mailbox  string // FOLD
	N        int    // READ; 0 is the current message
}

// append adds the command as it crosses the wire, without its line end.
func (c Command) append(dst []byte) []byte {
	dst = append(dst, c.Keyword...)
	switch verb := Table().VerbNamed(c.Keyword); {
	case verb == verbHELO:
		dst = append(append(append(append(dst, ' '), c.User...), ' '), quote(c.Password)...)
	case verb == verbFOLD:
		dst = append(append(dst, ' '), c.Mailbox...)
	case verb == verbREAD && c.N > 0:
		dst = strconv.AppendInt(append(dst, ' '), int64(c.N), 10)
	}
	return dst
}

// quote puts a backslash before each octet of a password that the grammar has a use for (RFC 937: "\" quotes).
func quote(s string) string {
	return strings.NewReplacer(`\`, `\\`, " ", `\ `).Replace(s)
}

// SyntaxError is where a line leaves the grammar.
type SyntaxError struct {
	Pos  int    // the octet, from 0
	Want string // the term that the grammar wants there
	id   string // of the reason
}

// Error gives the place and the term.
func (e *SyntaxError) Error() string { return "octet " + strconv.Itoa(e.Pos+1) + ": want " + e.Want }

// parser reads a command from left to right.
type parser struct {
	text  []byte
	pos   int
	verb  machine.Verb
	spans []machine.Span
	err   *SyntaxError
}

// parse reads a line with its line end (RFC 937, "Command Summary"). The spans cover what could be read.
func parse(line []byte) (Command, parser) {
	text, crlf := wire.TrimEnd(line)
	p := parser{text: text}
	end := bytes.IndexByte(text, ' ')
	if end < 0 {
		end = len(text)
	}
	keyword := strings.ToUpper(string(text[:end]))
	p.pos, p.verb = end, Table().VerbNamed(keyword)
	c := Command{Keyword: keyword}
	switch {
	case end == 0:
		p.fail(0, termKeyword, "empty")
	case p.verb == machine.NoVerb:
		p.span(0, end, termKeyword)
		p.fail(0, termKeyword, "unknown")
	default:
		p.spans = append(p.spans, machine.Span{Start: 0, End: end, Term: "pop2.verb." + keyword, Ref: reference})
		p.arguments(&c)
	}
	if i := bytes.IndexFunc(text, func(r rune) bool { return r < ' ' || r > '~' }); i >= 0 && p.err == nil {
		p.fail(i, termPrintable, "octet")
	}
	if !crlf {
		p.fail(len(text), termEnd, "line-end")
	}
	p.span(len(text), len(line), termEnd)
	return c, p
}

func (p *parser) fail(pos int, want term, id string) {
	if p.err == nil {
		p.err = &SyntaxError{Pos: pos, Want: want.id(), id: id}
	}
}

func (p *parser) span(start, end int, t term) {
	if start < end {
		p.spans = append(p.spans, machine.Span{Start: start, End: end, Term: t.id(), Ref: reference})
	}
}

func (p *parser) arguments(c *Command) {
	switch commands[p.verb].takes {
	case takesLogin:
		c.User = p.word(termUser)
		c.Password = p.password()
	case takesMailbox:
		c.Mailbox = p.word(termMailbox)
	case takesNumber:
		if p.pos < len(p.text) {
			c.N = p.number()
		}
	}
	if p.err == nil && p.pos < len(p.text) {
		p.fail(p.pos, termEnd, "extra")
	}
}

// argument steps over the space before an argument; false where there is none.
func (p *parser) argument(want term) bool {
	if p.err != nil {
		return false
	}
	if len(p.text)-p.pos < 2 || p.text[p.pos+1] == ' ' {
		p.fail(min(p.pos+1, len(p.text)), want, "missing")
		return false
	}
	p.pos++
	return true
}

func (p *parser) word(t term) string {
	if !p.argument(t) {
		return ""
	}
	start := p.pos
	for p.pos < len(p.text) && p.text[p.pos] != ' ' {
		p.pos++
	}
	p.span(start, p.pos, t)
	return string(p.text[start:p.pos])
}

// password reads everything up to the end of the line, in which a backslash stands for the octet behind it.
func (p *parser) password() string {
	if !p.argument(termPassword) {
		return ""
	}
	start, plain := p.pos, []byte(nil)
	for ; p.pos < len(p.text); p.pos++ {
		if p.text[p.pos] == '\\' && p.pos+1 < len(p.text) {
			p.pos++
		}
		plain = append(plain, p.text[p.pos])
	}
	p.span(start, p.pos, termPassword)
	return string(plain)
}

func (p *parser) number() int {
	if !p.argument(termMessage) {
		return 0
	}
	start, n := p.pos, 0
	for ; p.pos < len(p.text) && p.text[p.pos] != ' '; p.pos++ {
		c := p.text[p.pos]
		if c < '0' || c > '9' {
			p.fail(p.pos, termMessage, "number")
			return 0
		}
		n = min(n*10+int(c-'0'), math.MaxInt32/16)
	}
	if n == 0 {
		p.fail(start, termMessage, "number")
	}
	p.span(start, p.pos, termMessage)
	return n
}

// parseCount reads a reply of the kind "#nnn text" or "=ccc text": its sign, its number, and where the number ends.
func parseCount(text []byte) (sign byte, n int64, end int, ok bool) {
	if len(text) < 2 || text[0] != '#' && text[0] != '=' {
		return 0, 0, 0, false
	}
	for end = 1; end < len(text) && text[end] >= '0' && text[end] <= '9'; end++ {
	}
	n, err := strconv.ParseInt(string(text[1:end]), 10, 63)
	return text[0], n, end, err == nil && (end == len(text) || text[end] == ' ')
}
