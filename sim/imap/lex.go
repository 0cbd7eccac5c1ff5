package imap

import (
	"bytes"
	"math"
	"strconv"
	"unicode/utf8"

	"ehlo/sim/machine"
	"ehlo/sim/store"
)

// SyntaxError says where a line leaves the grammar and what could have stood there.
type SyntaxError struct {
	Pos  int    // octets before the place
	Want string // the term that was wanted, as in "imap.sequence-set"

	reply ReplyID
}

// Error names the place for a log; people read the locale's text of Want.
func (e *SyntaxError) Error() string {
	return "octet " + strconv.Itoa(e.Pos+1) + ": expected " + e.Want
}

// scanner reads one command or one response with its literals, without its last line end. The first error sticks, and
// all that is read after it is empty.
type scanner struct {
	p     []byte
	pos   int
	bad   bool
	err   SyntaxError
	need  int64 // octets of the literal that the end of p announces, or -1
	eager bool  // that literal comes without being asked for: {n+}
	max   int64 // octets of all literals together that are taken; 0 is no limit
	took  int64 // octets of the literals so far
	one   int64 // octets of a single literal that are taken; 0 is no limit
	utf8  bool  // quoted strings may hold UTF-8 (RFC 6855 §3, RFC 9051 §4.3)
	note  bool  // spans are wanted
	spans []machine.Span
}

func newScanner(p []byte) scanner { return scanner{p: p, need: -1} }

// fail records that the grammar wants t here.
func (s *scanner) fail(t term) { s.failAt(s.pos, t, ReplySyntax) }

func (s *scanner) failAt(pos int, t term, r ReplyID) {
	if !s.bad {
		s.bad = true
		s.err = SyntaxError{Pos: pos, Want: terms[t].id, reply: r}
	}
}

// mark records what stands from start to here as a term.
func (s *scanner) mark(start int, t term) { s.markAs(start, terms[t].id, terms[t].ref) }

func (s *scanner) markAs(start int, id, ref string) {
	if s.note && !s.bad && s.pos > start {
		s.spans = append(s.spans, machine.Span{Start: start, End: s.pos, Term: id, Ref: ref})
	}
}

// peek is the next octet, 0 at the end and after an error.
func (s *scanner) peek() byte {
	if s.bad || s.pos >= len(s.p) {
		return 0
	}
	return s.p[s.pos]
}

// atEnd says that nothing is left, or that an error makes the rest worthless.
func (s *scanner) atEnd() bool { return s.bad || s.pos >= len(s.p) }

// sees says that a text is next.
func (s *scanner) sees(text string) bool {
	return !s.bad && bytes.HasPrefix(s.p[s.pos:], []byte(text))
}

// accept takes c if it is next.
func (s *scanner) accept(c byte) bool {
	if s.peek() != c || c == 0 {
		return false
	}
	s.pos++
	return true
}

// expect takes c or fails for the want of t.
func (s *scanner) expect(c byte, t term) {
	if !s.accept(c) {
		s.fail(t)
	}
}

// space takes the one space before t. At the end of the line it is t that is missing.
func (s *scanner) space(t term) {
	if !s.atEnd() {
		t = termSpace
	}
	s.expect(' ', t)
	if s.peek() == ' ' {
		s.fail(termSpace)
	}
}

// end wants the end of the line.
func (s *scanner) end() {
	if !s.bad && s.pos < len(s.p) {
		s.fail(termEnd)
	}
}

// The classes of octets (RFC 3501 §9).
const (
	charAtom   = 1 << iota // ATOM-CHAR
	charString             // ASTRING-CHAR
	charList               // list-char
	charTag                // what a tag may consist of
)

var chars = func() (t [256]uint8) {
	for c := byte(0x21); c < 0x7f; c++ {
		switch c {
		case '(', ')', '{', '"', '\\':
		case '%', '*':
			t[c] = charList
		case ']':
			t[c] = charString | charList | charTag
		case '+':
			t[c] = charAtom | charString | charList
		default:
			t[c] = charAtom | charString | charList | charTag
		}
	}
	return t
}()

// run takes octets of a class, at least one, or fails for the want of t.
func (s *scanner) run(class uint8, t term) []byte {
	start := s.pos
	for !s.bad && s.pos < len(s.p) && chars[s.p[s.pos]]&class != 0 {
		s.pos++
	}
	if s.pos == start {
		s.fail(t)
		return nil
	}
	return s.p[start:s.pos]
}

func (s *scanner) atom(t term) []byte {
	start := s.pos
	a := s.run(charAtom, t)
	s.mark(start, t)
	return a
}

// astring reads an atom, a quoted string or a literal.
func (s *scanner) astring(t term) string { return s.stringOf(charString, t) }

// listMailbox is an astring that may hold wildcards.
func (s *scanner) listMailbox(t term) string { return s.stringOf(charList, t) }

func (s *scanner) stringOf(class uint8, t term) string {
	switch s.peek() {
	case '"', '{':
		return s.str(t)
	}
	start := s.pos
	a := string(s.run(class, t))
	s.mark(start, t)
	return a
}

// str reads a quoted string or a literal (RFC 3501 §4.3).
func (s *scanner) str(t term) string {
	switch s.peek() {
	case '"':
		return s.quoted(t)
	case '{':
		return string(s.literal(t))
	}
	s.fail(t)
	return ""
}

func (s *scanner) quoted(t term) string {
	start := s.pos
	s.pos++
	from := s.pos
	var unescaped []byte
	for s.pos < len(s.p) {
		switch c := s.p[s.pos]; {
		case c == '"':
			text := s.p[from:s.pos]
			s.pos++
			s.mark(start, t)
			return string(append(unescaped, text...))
		case c == '\\':
			if s.pos+1 >= len(s.p) || s.p[s.pos+1] != '"' && s.p[s.pos+1] != '\\' {
				s.fail(termQuoted)
				return ""
			}
			unescaped = append(unescaped, s.p[from:s.pos]...)
			from = s.pos + 1
			s.pos += 2
		case c >= utf8.RuneSelf && s.utf8:
			r, n := utf8.DecodeRune(s.p[s.pos:])
			if r == utf8.RuneError && n < 2 {
				s.fail(termQuoted)
				return ""
			}
			s.pos += n
		case c == 0 || c == '\r' || c == '\n' || c >= utf8.RuneSelf:
			s.fail(termQuoted)
			return ""
		default:
			s.pos++
		}
	}
	s.failAt(s.pos, termQuoted, ReplyQuoteOpen)
	return ""
}

// literal reads {n} CR LF and n octets, none of which is NUL (RFC 3501 §4.3), or {n+} and the same (RFC 7888 §3). At
// the end of what there is it sets need and stops.
func (s *scanner) literal(t term) []byte {
	data := s.octets(s.pos, t)
	if i := bytes.IndexByte(data, 0); i >= 0 {
		s.failAt(s.pos-len(data)+i, termLiteralData, ReplySyntax)
		return nil
	}
	return data
}

// literal8 reads ~{n} CR LF and n octets of any value (RFC 3516 §4.4).
func (s *scanner) literal8(t term) []byte {
	start := s.pos
	s.pos++
	if s.peek() != '{' {
		s.fail(termLiteral)
		return nil
	}
	return s.octets(start, t)
}

// octets reads a literal from its brace on; what announces it began at start.
func (s *scanner) octets(start int, t term) []byte {
	s.pos++
	n, ok := s.digits()
	if !ok {
		s.fail(termLiteral)
		return nil
	}
	eager := s.accept('+')
	s.expect('}', termLiteral)
	s.mark(start, termLiteral)
	switch s.took += n; {
	case s.bad:
		return nil
	case s.one > 0 && n > s.one:
		s.failAt(start, termLiteral, ReplyTooBig)
		return nil
	case s.max > 0 && s.took > s.max:
		s.failAt(start, termLiteral, ReplyLiteralTooLong)
		return nil
	case s.pos == len(s.p):
		s.need, s.eager, s.bad = n, eager, true
		s.err = SyntaxError{Pos: s.pos, Want: terms[termLiteralData].id, reply: ReplySyntax}
		return nil
	case !bytes.HasPrefix(s.p[s.pos:], crlf) || n > int64(len(s.p)-s.pos-2):
		s.fail(termLiteral)
		return nil
	}
	s.pos += 2
	from := s.pos
	s.pos += int(n)
	s.mark(from, t)
	return s.p[from:s.pos]
}

var crlf = []byte("\r\n")

// digits reads 1*DIGIT up to 4294967295.
func (s *scanner) digits() (int64, bool) { return s.digitsTo(math.MaxUint32) }

// digits64 reads 1*DIGIT up to 9223372036854775807 (RFC 9051 §9, number64).
func (s *scanner) digits64() (int64, bool) { return s.digitsTo(math.MaxInt64) }

func (s *scanner) digitsTo(largest int64) (int64, bool) {
	start := s.pos
	var n int64
	for !s.atEnd() && s.p[s.pos] >= '0' && s.p[s.pos] <= '9' {
		digit := int64(s.p[s.pos] - '0')
		if n > (largest-digit)/10 {
			s.pos = start
			return 0, false
		}
		n = n*10 + digit
		s.pos++
	}
	return n, s.pos > start
}

// number64 reads a number of up to 63 bits.
func (s *scanner) number64(t term) int64 {
	start := s.pos
	n, ok := s.digits64()
	if !ok {
		s.fail(t)
	}
	s.mark(start, t)
	return n
}

// modSeq reads a modification sequence; nz says that it is not 0 (RFC 7162 §7, mod-sequence-value).
func (s *scanner) modSeq(nz bool) store.ModSeq {
	if nz && s.peek() == '0' {
		s.fail(termModSeq)
	}
	return store.ModSeq(s.number64(termModSeq))
}

// number reads a number, or a number above 0 where t is [termNzNumber] or stands for one.
func (s *scanner) number(t term) uint32 {
	start := s.pos
	n, ok := s.digits()
	if !ok {
		s.fail(t)
		return 0
	}
	s.mark(start, t)
	return uint32(n)
}

// nzNumber reads a number that is not 0 and does not begin with 0.
func (s *scanner) nzNumber(t term) uint32 {
	if s.peek() == '0' {
		s.fail(t)
		return 0
	}
	return s.number(t)
}

// sequenceSet reads message numbers or UIDs.
func (s *scanner) sequenceSet(t term) SequenceSet {
	start := s.pos
	if s.accept('$') {
		s.mark(start, t)
		return SequenceSet{{Saved: true}}
	}
	var set SequenceSet
	for {
		r := Range{From: s.seqNumber(t)}
		r.To = r.From
		if s.accept(':') {
			r.To = s.seqNumber(t)
		}
		set = append(set, r)
		if s.bad {
			return nil
		}
		if !s.accept(',') {
			s.mark(start, t)
			return set
		}
	}
}

func (s *scanner) seqNumber(t term) uint32 {
	if s.accept('*') {
		return Star
	}
	c := s.peek()
	if c < '1' || c > '9' {
		s.fail(t)
		return 0
	}
	n, ok := s.digits()
	if !ok {
		s.fail(t)
	}
	return uint32(n)
}

// isNil takes NIL if it is next.
func (s *scanner) isNil() bool {
	if s.bad || len(s.p)-s.pos < 3 || !bytes.EqualFold(s.p[s.pos:s.pos+3], []byte("NIL")) ||
		s.pos+3 < len(s.p) && chars[s.p[s.pos+3]]&charString != 0 {
		return false
	}
	s.pos += 3
	s.mark(s.pos-3, termNil)
	return true
}
