package imap

import (
	"strconv"

	"ehlo/sim/message"
)

// ValueKind says what a [Value] is.
type ValueKind uint8

// The kinds of value (RFC 3501 §4).
const (
	ValueNil ValueKind = iota
	ValueAtom
	ValueString
	ValueList
)

// Value is data of a response as it stands there: NIL, an atom or number, a string, or a list of values.
type Value struct {
	Kind ValueKind
	Text string  // of an atom or a string
	List []Value // of a list
}

// Number is the value as a number, and false where it is none.
func (v Value) Number() (int64, bool) {
	n, err := strconv.ParseInt(v.Text, 10, 64)
	return n, v.Kind == ValueAtom && err == nil && n >= 0
}

// Strings is the texts of a list's members.
func (v Value) Strings() []string {
	texts := make([]string, 0, len(v.List))
	for _, m := range v.List {
		texts = append(texts, m.Text)
	}
	return texts
}

// Envelope is a message's header as a server has read it (RFC 3501 §7.4.2). The begin and the end of a group of
// addresses are addresses without a host, the end without a mailbox too.
type Envelope struct {
	Date, Subject                      string
	From, Sender, ReplyTo, To, Cc, Bcc []message.Address
	InReplyTo, MessageID               string
}

// Envelope reads the value as an envelope structure, and false where it is none.
func (v Value) Envelope() (Envelope, bool) {
	if len(v.List) != 10 {
		return Envelope{}, false
	}
	f := v.List
	return Envelope{f[0].Text, f[1].Text, f[2].addresses(), f[3].addresses(), f[4].addresses(), f[5].addresses(),
		f[6].addresses(), f[7].addresses(), f[8].Text, f[9].Text}, true
}

func (v Value) addresses() []message.Address {
	var list []message.Address
	for _, a := range v.List {
		if len(a.List) == 4 {
			list = append(list, message.Address{Name: a.List[0].Text, Route: a.List[1].Text, Mailbox: a.List[2].Text,
				Host: a.List[3].Text})
		}
	}
	return list
}

// maxNesting is how deep lists may lie in each other.
const maxNesting = 100

// value reads any value.
func (s *scanner) value(t term, depth int) Value {
	if depth > maxNesting {
		s.fail(t)
	}
	switch c := s.peek(); c {
	case '"', '{':
		return Value{Kind: ValueString, Text: s.str(t)}
	case '~':
		if s.pos+1 < len(s.p) && s.p[s.pos+1] == '{' {
			return Value{Kind: ValueString, Text: string(s.literal8(t))}
		}
	case '(':
		return s.list(depth, func(int) term { return t })
	}
	if s.isNil() {
		return Value{}
	}
	start := s.pos
	for isValueChar(s.peek()) {
		s.pos++
	}
	if s.pos == start {
		s.fail(t)
		return Value{}
	}
	s.mark(start, t)
	return Value{Kind: ValueAtom, Text: string(s.p[start:s.pos])}
}

// list reads a list in parentheses, at a depth, with what each of its values is.
func (s *scanner) list(depth int, of func(i int) term) Value {
	s.pos++
	v := Value{Kind: ValueList}
	for s.peek() != ')' && !s.bad {
		v.List = append(v.List, s.value(of(len(v.List)), depth+1))
		if s.peek() != '(' && !s.accept(' ') { // the parts of a multipart stand without a space
			break
		}
	}
	s.expect(')', termClose)
	return v
}

// envelope reads the value of ENVELOPE, whose fields have no names but their places.
func (s *scanner) envelope() Value {
	if s.peek() != '(' {
		return s.value(termValue, 0)
	}
	return s.list(0, func(i int) term { return min(termEnvelopeDate+term(i), termEnvelopeMessageID) })
}

// isValueChar says whether an atom, a number or a flag in a response may hold c.
func isValueChar(c byte) bool {
	return c > ' ' && c < 0x7f && c != '(' && c != ')' && c != '"' && c != '{'
}
