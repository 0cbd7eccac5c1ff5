package sasl

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"ehlo/sim/machine"
)

// SyntaxError is a message that its mechanism's grammar does not allow.
type SyntaxError struct {
	Pos  int    // the octet of the message at which it goes wrong, from 0
	Want string // the part that the grammar wants there: a term such as "sasl.authcid"
}

// Error gives the place and the term.
func (e *SyntaxError) Error() string { return "octet " + strconv.Itoa(e.Pos+1) + ": want " + e.Want }

// message is what a message says, as far as its step has such parts.
type message struct {
	authzid, authcid, password string

	text       string // a prompt, or the timestamp of CRAM-MD5
	digest     string // of CRAM-MD5, in hexadecimal
	gs2        string // the GS2 header, both commas included
	flag       byte   // 'n', 'y' or 'p', which begins it
	bare       string // client-first-message-bare, or client-final-message-without-proof
	extension  bool   // a mandatory extension is there
	nonce      string
	salt       []byte
	iterations int
	binding    []byte // what c= holds
	proof      []byte // or the server's signature
	fault      string // the server's error
}

// parser reads one message from left to right. The first error stays.
type parser struct {
	in    string
	pos   int
	m     message
	err   *SyntaxError
	note  bool // spans are wanted
	spans []machine.Span
}

// parse reads the message of a step.
func parse(step Step, octets []byte, note bool) parser {
	p := parser{in: string(octets), note: note}
	switch step {
	case StepGo, StepEnd, StepNone:
	case StepPlain:
		p.plain()
	case StepUserPrompt, StepPasswordPrompt:
		p.m.text = p.take(len(p.in), termPrompt)
	case StepUser:
		p.m.authcid = p.word(termAuthcid, "\x00\r\n")
	case StepPassword:
		p.m.password = p.word(termPassword, "\x00\r\n")
	case StepTimestamp:
		p.timestamp()
	case StepDigest:
		p.digest()
	case StepClientFirst:
		p.clientFirst()
	case StepServerFirst:
		p.serverFirst()
	case StepClientFinal:
		p.clientFinal()
	case StepServerFinal:
		p.serverFinal()
	}
	if p.err == nil && p.pos < len(p.in) {
		p.fail(p.pos, termNothing)
	}
	return p
}

func (p *parser) fail(pos int, want term) {
	if p.err == nil {
		p.err = &SyntaxError{Pos: pos, Want: want.id()}
	}
}

func (p *parser) rest() string { return p.in[p.pos:] }

// take reads n octets as one part.
func (p *parser) take(n int, t term) string {
	if p.err != nil {
		return ""
	}
	start := p.pos
	p.pos += n
	if p.note && n > 0 {
		p.spans = append(p.spans, machine.Span{Start: start, End: p.pos, Term: t.id(), Ref: t.ref()})
	}
	return p.in[start:p.pos]
}

// mark reads a mark of the grammar, and fails where it does not stand there.
func (p *parser) mark(mark string, t term) bool {
	if p.err == nil && !strings.HasPrefix(p.rest(), mark) {
		p.fail(p.pos, t)
	}
	p.take(len(mark), t)
	return p.err == nil
}

// upTo is how many octets there are before the first of a set, or before the end.
func (p *parser) upTo(set string) int {
	if i := strings.IndexAny(p.rest(), set); i >= 0 {
		return i
	}
	return len(p.rest())
}

// word reads one octet or more, up to the first of a set of octets that may not be in it. LOGIN's are not always UTF-8.
func (p *parser) word(t term, without string) string {
	n := p.upTo(without)
	if n == 0 {
		p.fail(p.pos, t)
	}
	return p.take(n, t)
}

// utf8Word is a word in UTF-8.
func (p *parser) utf8Word(t term, without string) string {
	start := p.pos
	s := p.word(t, without)
	for i, r := range s {
		if _, n := utf8.DecodeRuneInString(s[i:]); r == utf8.RuneError && n == 1 {
			p.fail(start+i, termUTF8)
			break
		}
	}
	return s
}

// plain reads message = [authzid] UTF8NUL authcid UTF8NUL passwd (RFC 4616 §2).
func (p *parser) plain() {
	if p.upTo("\x00") > 0 {
		p.m.authzid = p.utf8Word(termAuthzid, "\x00")
	}
	p.mark("\x00", termSeparator)
	p.m.authcid = p.utf8Word(termAuthcid, "\x00")
	p.mark("\x00", termSeparator)
	p.m.password = p.utf8Word(termPassword, "\x00")
}

// timestamp reads a challenge of CRAM-MD5, which is written as a msg-id (RFC 2195 §2).
func (p *parser) timestamp() {
	in := p.in
	at := strings.IndexByte(in, '@')
	switch {
	case in == "" || in[0] != '<':
		p.fail(0, termTimestamp)
	case in[len(in)-1] != '>' || len(in) < 2:
		p.fail(len(in), termTimestamp)
	case at < 2 || at == len(in)-2:
		p.fail(max(at, 1), termTimestamp)
	}
	for i := range len(in) {
		if in[i] <= ' ' || in[i] >= 0x7F {
			p.fail(i, termTimestamp)
			break
		}
	}
	p.m.text = p.take(len(in), termTimestamp)
}

// digest reads a name, a space and 16 octets in lower-case hexadecimal (RFC 2195 §2). The name may have spaces.
func (p *parser) digest() {
	space := strings.LastIndexByte(p.in, ' ')
	if space < 0 {
		space = len(p.in)
	}
	if space == 0 {
		p.fail(0, termAuthcid)
	}
	p.m.authcid = p.take(space, termAuthcid)
	p.mark(" ", termSpace)
	for i := p.pos; i < p.pos+32 && p.err == nil; i++ {
		if i == len(p.in) || !strings.Contains("0123456789abcdef", p.in[i:i+1]) {
			p.fail(i, termDigest)
		}
	}
	p.m.digest = p.take(32, termDigest)
}
