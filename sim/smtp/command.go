package smtp

import (
	"bytes"
	"strconv"
	"strings"

	"ehlo/sim/engine"
	"ehlo/sim/machine"
	"ehlo/sim/wire"
)

// Command is one of [Hello], [StartTLS], [Auth], [Mail], [Rcpt], [Data], [Bdat], [Rset], [Vrfy], [Expn], [Etrn], [Help],
// [Noop] and [Quit].
type Command interface {
	// verb is the command's place in the table.
	verb() machine.Verb
	// appendTo adds the line that a client sends, without CR LF. Parameters that the server does not offer are left out.
	appendTo(dst []byte, offered *extensions) []byte
	// serve lets a server perform the command, which the table allows in its state.
	serve(s *Server, now engine.Time)
	// explain notes what the command does.
	explain(e *explainer)
}

// SyntaxError says that a line is no command, or none that this package performs.
type SyntaxError struct {
	Verb  machine.Verb // the command, or [machine.NoVerb] where it is none
	Pos   int          // the octet at which the line goes wrong, from 0
	Want  string       // the part of the grammar that should stand there: a term such as "smtp.domain"
	Reply ReplyID      // how a server refuses the line
}

// Error returns the place and the term.
func (e *SyntaxError) Error() string { return "octet " + strconv.Itoa(e.Pos) + ": want " + e.Want }

// ParseCommand reads a command line, with its end or without. A line with an end other than CR LF, or with a CR or LF
// inside, is wrong (RFC 5321 §2.3.8). The spans are those of the parts that are right. The error is a [*SyntaxError].
func ParseCommand(line []byte) (Command, []machine.Span, error) {
	p := parser{note: true, offered: allExtensions}
	c := p.command(line)
	if p.err != nil {
		return nil, p.spans, p.err
	}
	return c, p.spans, nil
}

// command reads a line with its end, or without.
func (p *parser) command(line []byte) Command {
	p.verb = machine.NoVerb
	text, crlf := wire.TrimEnd(line)
	// White space before the line end is tolerated (RFC 5321 §4.1.1).
	p.line = trimBlank(text)
	p.pos = wordLen(p.line)
	word := p.line[:p.pos]
	p.verb = verbOf(word)
	if i := indexLineEnd(text); i < len(text) {
		p.failAt(i, termCRLF, ReplyBareLineEnd)
		return nil
	}
	if !crlf && len(text) < len(line) && !p.takes(LenientLineEnds) {
		p.failAt(len(text), termCRLF, ReplyBareLineEnd)
		return nil
	}
	if p.verb == machine.NoVerb {
		reply := ReplyUnknown
		if isObsolete(word) {
			reply = ReplyNotImplemented
		}
		p.failAt(0, termVerb, reply)
		return nil
	}
	c := &commands[p.verb]
	if p.note {
		p.spans = append(p.spans, machine.Span{Start: 0, End: p.pos, Term: "smtp.verb." + c.name, Ref: c.ref})
	}
	command := c.parse(p)
	if p.err != nil {
		return nil
	}
	return command
}

// trimBlank returns a line without the white space at its end.
func trimBlank(line []byte) []byte {
	n := len(line)
	for n > 0 && isBlank(line[n-1]) {
		n--
	}
	return line[:n]
}

// indexLineEnd is the place of the first CR or LF, and the length of p where there is none.
func indexLineEnd(p []byte) int {
	n := len(p)
	if i := bytes.IndexByte(p, '\n'); i >= 0 {
		n = i
	}
	if i := bytes.IndexByte(p[:n], '\r'); i >= 0 {
		n = i
	}
	return n
}

// verbOf returns the command that a word in any case is, or [machine.NoVerb]. What ends content or an exchange is none.
func verbOf(word []byte) machine.Verb {
	if len(word) < 4 || len(word) > 8 {
		return machine.NoVerb
	}
	for v := range commands {
		c := &commands[v]
		if c.parse != nil && len(c.name) == len(word) && c.name[0]|0x20 == word[0]|0x20 &&
			(string(word) == c.name || strings.EqualFold(string(word), c.name)) {
			return machine.Verb(v)
		}
	}
	return machine.NoVerb
}

func isObsolete(word []byte) bool {
	for _, name := range obsolete {
		if strings.EqualFold(string(word), name) {
			return true
		}
	}
	return false
}
