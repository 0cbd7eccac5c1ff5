package dns

import (
	"encoding/binary"
	"strings"
)

// Message is a query or its answer (RFC 1035 §4.1).
type Message struct {
	ID            uint16
	Response      bool
	Authoritative bool
	Recursion     bool // desired in a query, available in an answer
	Authentic     bool // the records were validated (RFC 4035 §3.2.3)
	Code          RCode
	Question      Question
	Answers       []Record
	Authority     []Record
}

// The flags of a message's header (RFC 1035 §4.1.1).
const (
	flagResponse      = 1 << 15
	flagAuthoritative = 1 << 10
	flagDesired       = 1 << 8
	flagAvailable     = 1 << 7
	flagAuthentic     = 1 << 5
)

const classIN = 1

// Append adds the message as it stands in a datagram. Names are compressed (RFC 1035 §4.1.4).
func (m *Message) Append(dst []byte) []byte {
	e := encoder{p: dst, start: len(dst)}
	e.uint16(m.ID)
	flags := uint16(m.Code & 15)
	for _, f := range []struct {
		on  bool
		bit uint16
	}{{m.Response, flagResponse}, {m.Authoritative, flagAuthoritative}, {m.Recursion, flagDesired},
		{m.Recursion && m.Response, flagAvailable}, {m.Authentic, flagAuthentic}} {
		if f.on {
			flags |= f.bit
		}
	}
	e.uint16(flags)
	e.uint16(1)
	e.uint16(uint16(len(m.Answers)))
	e.uint16(uint16(len(m.Authority)))
	e.uint16(0)
	e.name(m.Question.Name)
	e.uint16(uint16(m.Question.Type))
	e.uint16(classIN)
	for i := range m.Answers {
		e.record(&m.Answers[i])
	}
	for i := range m.Authority {
		e.record(&m.Authority[i])
	}
	return e.p
}

type encoder struct {
	p     []byte
	start int
	names []place
}

// place is where a name stands in the message.
type place struct {
	name string
	at   uint16
}

func (e *encoder) uint16(n uint16) { e.p = binary.BigEndian.AppendUint16(e.p, n) }
func (e *encoder) uint32(n uint32) { e.p = binary.BigEndian.AppendUint32(e.p, n) }

// name writes labels up to an end that was written before, or to the root.
func (e *encoder) name(name string) {
	for name != "" {
		for _, known := range e.names {
			if known.name == name {
				e.uint16(0xc000 | known.at)
				return
			}
		}
		if at := len(e.p) - e.start; at < 1<<14 {
			e.names = append(e.names, place{name, uint16(at)})
		}
		var label string
		label, name, _ = strings.Cut(name, ".")
		e.p = append(append(e.p, byte(len(label))), label...)
	}
	e.p = append(e.p, 0)
}

func (e *encoder) record(r *Record) {
	e.name(r.Name)
	e.uint16(uint16(r.Type))
	e.uint16(classIN)
	e.uint32(r.TTL)
	length := len(e.p)
	e.uint16(0)
	switch r.Type {
	case CNAME, NS, PTR:
		e.name(r.Target)
	case MX:
		e.uint16(r.Pref)
		e.name(r.Target)
	case SRV:
		e.uint16(r.Pref)
		for _, n := range r.Numbers {
			e.uint16(uint16(n))
		}
		e.names = nil // the target is not compressed (RFC 2782), and what follows must not point into it
		e.name(r.Target)
	case SOA:
		e.name(r.Target)
		e.name(r.Mbox)
		for _, n := range r.Numbers {
			e.uint32(n)
		}
	case TXT:
		for _, t := range r.Texts {
			e.p = append(append(e.p, byte(len(t))), t...)
		}
	default:
		e.p = append(e.p, r.Octets...)
	}
	binary.BigEndian.PutUint16(e.p[length:], uint16(len(e.p)-length-2))
}

// Parse reads a datagram with one question. Records of unknown types and the additional section are passed over. ok is
// false where it is no message.
func Parse(p []byte) (m Message, ok bool) {
	d := decoder{p: p}
	m.ID = d.uint16()
	flags := d.uint16()
	m.Response, m.Authoritative, m.Authentic = flags&flagResponse != 0, flags&flagAuthoritative != 0, flags&flagAuthentic != 0
	m.Recursion = flags&flagDesired != 0
	m.Code = RCode(flags & 15)
	questions, answers, authority, _ := d.uint16(), d.uint16(), d.uint16(), d.uint16()
	if questions != 1 {
		return m, false
	}
	m.Question = Question{d.name(), Type(d.uint16())}
	if d.uint16() != classIN {
		return m, false
	}
	m.Answers = d.records(answers)
	m.Authority = d.records(authority)
	return m, !d.bad
}

type decoder struct {
	p   []byte
	at  int
	bad bool
}

func (d *decoder) take(n int) []byte {
	if d.bad || n < 0 || len(d.p)-d.at < n {
		d.bad = true
		return nil
	}
	p := d.p[d.at : d.at+n]
	d.at += n
	return p
}

func (d *decoder) uint16() uint16 {
	p := d.take(2)
	if d.bad {
		return 0
	}
	return binary.BigEndian.Uint16(p)
}

func (d *decoder) uint32() uint32 {
	p := d.take(4)
	if d.bad {
		return 0
	}
	return binary.BigEndian.Uint32(p)
}

// name reads labels and follows pointers, each of which must point before the one it was reached by.
func (d *decoder) name() string {
	var b []byte
	at, back, limit := d.at, -1, len(d.p)
	for !d.bad {
		if at >= len(d.p) || len(b) > 254 {
			d.bad = true
			break
		}
		n := int(d.p[at])
		switch {
		case n == 0:
			if back < 0 {
				back = at + 1
			}
			d.at = back
			return strings.ToLower(string(b))
		case n >= 0xc0:
			if at+1 >= len(d.p) {
				d.bad = true
				break
			}
			to := (n&0x3f)<<8 | int(d.p[at+1])
			if back < 0 {
				back = at + 2
			}
			if to >= limit || to >= at {
				d.bad = true
			}
			at, limit = to, to
		case n > 63 || at+1+n > len(d.p):
			d.bad = true
		default:
			if len(b) > 0 {
				b = append(b, '.')
			}
			label := d.p[at+1 : at+1+n]
			for _, c := range label {
				if c == '.' || c <= ' ' || c >= 0x7f { // no name of a world, and text could not tell it from another
					d.bad = true
				}
			}
			b = append(b, label...)
			at += 1 + n
		}
	}
	return ""
}

func (d *decoder) records(n uint16) (records []Record) {
	for range n {
		r := Record{Name: d.name(), Type: Type(d.uint16())}
		class := d.uint16()
		r.TTL = d.uint32()
		length := int(d.uint16())
		end := d.at + length
		if d.bad || end > len(d.p) {
			d.bad = true
			return nil
		}
		known := d.data(&r, length)
		if d.bad || d.at > end {
			d.bad = true
			return nil
		}
		if d.at = end; known && class == classIN {
			records = append(records, r)
		}
	}
	return records
}

// data reads what a record holds, and says whether its type is known.
func (d *decoder) data(r *Record, length int) bool {
	end := d.at + length
	switch r.Type {
	case CNAME, NS, PTR:
		r.Target = d.name()
	case MX:
		r.Pref = d.uint16()
		r.Target = d.name()
	case SRV:
		r.Pref = d.uint16()
		r.Numbers = []uint32{uint32(d.uint16()), uint32(d.uint16())}
		r.Target = d.name()
	case SOA:
		r.Target, r.Mbox = d.name(), d.name()
		for range 5 {
			r.Numbers = append(r.Numbers, d.uint32())
		}
	case TXT:
		for d.at < end && !d.bad {
			n := d.take(1)
			if d.bad || d.at+int(n[0]) > end {
				d.bad = true
				return false
			}
			r.Texts = append(r.Texts, string(d.take(int(n[0]))))
		}
	case A, AAAA, TLSA:
		if want := map[Type]int{A: 4, AAAA: 16}[r.Type]; want > 0 && length != want || length < 3 {
			d.bad = true
			return false
		}
		r.Octets = append([]byte(nil), d.take(length)...)
	default:
		return false
	}
	return true
}
