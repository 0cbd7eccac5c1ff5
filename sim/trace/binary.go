package trace

import (
	"encoding/binary"
	"iter"
	"strconv"

	"ehlo/sim/engine"
)

// BinaryVersion is the version of the binary encoding that this package writes, and the newest that it reads.
const BinaryVersion = 4

const magic = "ehlt"

// The bits of an event's field mask, in the order in which the fields follow it (docs/encodings.md).
const (
	hasAt = 1 << iota
	hasSeq
	hasActor
	hasTarget
	hasConn
	hasDir
	hasLetter
	hasFrom
	hasUntil
	hasOff
	hasNum
	hasLabel
	hasVerb
	hasClass
	hasState
	hasNext
	hasData
	isSealed   // the field itself: no octets follow
	hasUnknown // the first bit without a meaning
)

// Encoder writes one chunk of the binary encoding, event by event. The zero value begins a chunk. It is not to be used
// again after a chunk was handed out: each chunk stands for itself.
type Encoder struct {
	begun   bool
	at      engine.Time
	seq     uint64 // that the next event has, if it says nothing
	numbers map[string]uint64
	body    []byte
}

// Append adds an event to dst, and before the first one the head of the chunk.
func (c *Encoder) Append(dst []byte, e *Event) []byte {
	if !c.begun {
		c.begun = true
		dst = append(append(dst, magic...), BinaryVersion)
	}
	b := c.fields(append(c.body[:0], byte(e.Kind)), e)
	c.body = b
	return append(binary.AppendUvarint(dst, uint64(len(b))), b...)
}

func (c *Encoder) fields(b []byte, e *Event) []byte {
	var mask uint64
	set := func(bit uint64, present bool) {
		if present {
			mask |= bit
		}
	}
	set(hasAt, e.At != c.at)
	set(hasSeq, e.Seq != c.seq)
	set(hasActor, e.Actor != "")
	set(hasTarget, e.Target != "")
	set(hasConn, e.Conn != 0)
	set(hasDir, e.Dir != 0)
	set(hasLetter, e.Letter != 0)
	set(hasFrom, e.From != 0)
	set(hasUntil, e.Until != 0)
	set(hasOff, e.Off != 0)
	set(hasNum, e.Num != 0)
	set(hasLabel, e.Label != "")
	set(hasVerb, e.Verb != "")
	set(hasClass, e.Class != 0)
	set(hasState, e.State != "")
	set(hasNext, e.Next != "")
	set(hasData, len(e.Data) > 0)
	set(isSealed, e.Sealed)
	b = binary.AppendUvarint(b, mask)
	if mask&hasAt != 0 {
		b = binary.AppendVarint(b, int64(e.At-c.at))
	}
	if mask&hasSeq != 0 {
		b = binary.AppendVarint(b, int64(e.Seq-c.seq))
	}
	c.at, c.seq = e.At, e.Seq+1
	b = c.name(c.name(b, e.Actor), e.Target)
	b = number(b, uint64(e.Conn))
	b = number(b, uint64(e.Dir))
	b = number(b, uint64(e.Letter))
	if mask&hasFrom != 0 {
		b = binary.AppendVarint(b, int64(e.From-e.At))
	}
	if mask&hasUntil != 0 {
		b = binary.AppendVarint(b, int64(e.Until-e.At))
	}
	if mask&hasOff != 0 {
		b = binary.AppendVarint(b, e.Off)
	}
	if mask&hasNum != 0 {
		b = binary.AppendVarint(b, e.Num)
	}
	b = c.name(c.name(b, e.Label), e.Verb)
	b = number(b, uint64(e.Class))
	b = c.name(c.name(b, e.State), e.Next)
	if mask&hasData != 0 {
		b = append(binary.AppendUvarint(b, uint64(len(e.Data))), e.Data...)
	}
	return b
}

// number adds a number that is not 0.
func number(b []byte, n uint64) []byte {
	if n == 0 {
		return b
	}
	return binary.AppendUvarint(b, n)
}

// name adds a name that is not empty: its number, or 0 and the name where the chunk does not have it yet.
func (c *Encoder) name(b []byte, name string) []byte {
	if name == "" {
		return b
	}
	if n, ok := c.numbers[name]; ok {
		return binary.AppendUvarint(b, n)
	}
	if c.numbers == nil {
		c.numbers = make(map[string]uint64)
	}
	c.numbers[name] = uint64(len(c.numbers)) + 1
	return append(binary.AppendUvarint(append(b, 0), uint64(len(name))), name...)
}

// Append adds one chunk of the binary encoding to dst that holds the events. No events make no chunk.
func Append(dst []byte, events ...Event) []byte {
	var c Encoder
	for i := range events {
		dst = c.Append(dst, &events[i])
	}
	return dst
}

// AppendChunk adds one chunk of the binary encoding to dst that holds the events from place i up to and without place
// end, which is cut to the log's length.
func (l *Log) AppendChunk(dst []byte, i, end int) []byte {
	var c Encoder
	for _, e := range l.Events(i, end) {
		dst = c.Append(dst, &e)
	}
	return dst
}

// Decode yields the events of a chunk of the binary encoding; an empty chunk holds none. A chunk that cannot be read
// ends with a [*FormatError] and a nil event. Event and Data are valid until the next one; Data is a part of the chunk.
func Decode(chunk []byte) iter.Seq2[*Event, error] {
	return func(yield func(*Event, error) bool) {
		if len(chunk) == 0 {
			return
		}
		d := decoder{p: chunk, rest: len(chunk)}
		if len(chunk) <= len(magic) || string(chunk[:len(magic)]) != magic {
			yield(nil, &FormatError{ID: "trace.chunk.magic"})
			return
		}
		if v := chunk[len(magic)]; v == 0 || v > BinaryVersion {
			yield(nil, &FormatError{ID: "trace.chunk.version", Offset: len(magic),
				Args: map[string]string{"version": strconv.Itoa(int(v)), "known": strconv.Itoa(BinaryVersion)}})
			return
		}
		d.p = chunk[len(magic)+1:]
		var e Event
		for len(d.p) > 0 {
			d.event(&e)
			if d.bad {
				yield(nil, &FormatError{ID: "trace.chunk.broken", Offset: d.rest - len(d.p),
					Args: map[string]string{"offset": strconv.Itoa(d.rest - len(d.p))}})
				return
			}
			if !yield(&e, nil) {
				return
			}
		}
	}
}

type decoder struct {
	p     []byte
	rest  int // octets of the whole chunk
	bad   bool
	at    engine.Time
	seq   uint64
	names []string
}

func (d *decoder) event(e *Event) {
	n := d.uvarint()
	if d.bad || n == 0 || n > uint64(len(d.p)) {
		d.bad = true
		return
	}
	after := d.p[n:]
	d.p = d.p[:n]
	d.fields(e)
	d.bad = d.bad || len(d.p) > 0
	d.p = after
}

func (d *decoder) fields(e *Event) {
	*e = Event{Kind: Kind(d.p[0])}
	d.p = d.p[1:]
	mask := d.uvarint()
	has := func(bit uint64) bool { return mask&bit != 0 }
	if has(hasAt) {
		d.at += engine.Time(d.varint())
	}
	if has(hasSeq) {
		d.seq += uint64(d.varint())
	}
	e.At, e.Seq = d.at, d.seq
	d.seq++
	e.Actor = d.name(has(hasActor))
	e.Target = d.name(has(hasTarget))
	e.Conn = uint32(d.number(has(hasConn), 1<<32-1))
	e.Dir = Dir(d.number(has(hasDir), uint64(ToClient)))
	e.Letter = uint32(d.number(has(hasLetter), 1<<32-1))
	if has(hasFrom) {
		e.From = e.At + engine.Time(d.varint())
	}
	if has(hasUntil) {
		e.Until = e.At + engine.Time(d.varint())
	}
	if has(hasOff) {
		e.Off = d.varint()
	}
	if has(hasNum) {
		e.Num = d.varint()
	}
	e.Label = d.name(has(hasLabel))
	e.Verb = d.name(has(hasVerb))
	e.Class = Class(d.number(has(hasClass), uint64(len(classNames)-1)))
	e.State = d.name(has(hasState))
	e.Next = d.name(has(hasNext))
	if has(hasData) {
		e.Data = d.octets()
	}
	e.Sealed = has(isSealed)
	if mask >= hasUnknown || e.Kind == KindNone || int(e.Kind) >= len(kindNames) {
		d.bad = true
	}
}

func (d *decoder) uvarint() uint64 {
	v, n := binary.Uvarint(d.p)
	if n <= 0 {
		d.bad = true
		return 0
	}
	d.p = d.p[n:]
	return v
}

func (d *decoder) varint() int64 {
	v := d.uvarint()
	return int64(v>>1) ^ -int64(v&1)
}

// number reads a number from 1 up to a limit, and 0 where there is none.
func (d *decoder) number(present bool, limit uint64) uint64 {
	if !present {
		return 0
	}
	n := d.uvarint()
	if n == 0 || n > limit {
		d.bad = true
		return 0
	}
	return n
}

// octets reads a length that is not 0 and as many octets.
func (d *decoder) octets() []byte {
	n := d.uvarint()
	if n == 0 || n > uint64(len(d.p)) {
		d.bad = true
		return nil
	}
	p := d.p[:n:n]
	d.p = d.p[n:]
	return p
}

func (d *decoder) name(present bool) string {
	if !present {
		return ""
	}
	switch n := d.uvarint(); {
	case d.bad:
		return ""
	case n == 0:
		name := string(d.octets())
		d.names = append(d.names, name)
		return name
	case n <= uint64(len(d.names)):
		return d.names[n-1]
	}
	d.bad = true
	return ""
}
