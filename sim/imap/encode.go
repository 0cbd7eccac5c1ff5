package imap

import "strconv"

// encoder writes a command. stops are the positions up to which it may be sent before the server says that it is ready
// for a literal.
type encoder struct {
	buf   []byte
	stops []int
	utf8  bool // mailbox names are written in UTF-8
}

func (e *encoder) text(s string) { e.buf = append(e.buf, s...) }

// astring writes an atom where that says it, else a quoted string, else a literal.
func (e *encoder) astring(s string) {
	if s != "" && all(s, charString) && !equalFold([]byte(s), "NIL") {
		e.text(s)
		return
	}
	e.str(s)
}

// listMailbox is an astring that may hold wildcards.
func (e *encoder) listMailbox(s string) {
	if s != "" && all(s, charList) {
		e.text(s)
		return
	}
	e.str(s)
}

// str writes a quoted string, or a literal where s has octets that cannot be quoted.
func (e *encoder) str(s string) {
	if quotable(s) {
		e.buf = appendQuoted(e.buf, s)
		return
	}
	e.buf = appendLiteralHead(e.buf, len(s))
	e.stops = append(e.stops, len(e.buf))
	e.text(s)
}

func all(s string, class uint8) bool {
	for i := range len(s) {
		if chars[s[i]]&class == 0 {
			return false
		}
	}
	return true
}

// section writes a section; its field names are strings that may need literals.
func (e *encoder) section(sec *Section) {
	e.buf = sec.append(e.buf, func(dst []byte, s string) []byte {
		e.buf = dst
		e.astring(s)
		return e.buf
	})
}

func (e *encoder) number(n uint64) { e.buf = strconv.AppendUint(e.buf, n, 10) }

// literal writes octets as a literal, which waits for the server.
func (e *encoder) literal(octets []byte) {
	e.buf = appendLiteralHead(e.buf, len(octets))
	e.stops = append(e.stops, len(e.buf))
	e.buf = append(e.buf, octets...)
}
