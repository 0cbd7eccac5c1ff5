package scene

import (
	"ehlo/sim/engine"
	"ehlo/sim/trace"
)

// train is one segment on its way, with the lines that end in it, the first in front.
type train struct {
	dir      trace.Dir
	seq      uint64
	off, end int64 // which octets of the stream
	lost     bool  // its last link loses it half way
	legs     []leg
	cars     []car
}

// leg is the crossing of one link.
type leg struct {
	hop         int
	from, until engine.Time
}

// allHops is the hop of a line of which no segment is known: it crosses its whole way in one go.
const allHops = -1

// car is what is seen of a line: a packet, the envelope of a message, or a sheet that follows it.
type car struct {
	look    look
	label   string
	verb    string
	seq     uint64
	lines   int // how many lines the packet stands for
	octets  int64
	verdict bool    // it has the line that ends a reply, or is no reply
	sealed  bool    // it is inside TLS
	behind  float64 // how far its middle is behind the middle of the first car, in units
	half    float64 // half its length, in units
}

type look uint8

const (
	lookCommand look = iota
	lookReply
	lookSoft   // 4yz
	lookHard   // 5yz
	lookBare   // octets without an end of line
	lookRecord // a TLS record that everybody can read
	lookSealed // a TLS record that nobody can
	lookSheet
	lookEnvelope
)

// segment puts octets on a link.
func (s *Scene) segment(e *trace.Event) {
	c := s.conn(e.Conn)
	if c == nil {
		return
	}
	from := max(e.From, e.At)
	l := leg{s.hop(c, e), from, max(e.Until, from)}
	if l.hop < len(c.route) {
		s.links[c.route[l.hop]].load(e)
	}
	s.soonest = min(s.soonest, l.until)
	for i := range c.trains {
		if t := &c.trains[i]; t.dir == e.Dir && t.off == e.Off && l.hop != t.legs[len(t.legs)-1].hop {
			t.legs = append(t.legs, l)
			t.lost = e.Kind == trace.KindLost
			return
		}
	}
	t := s.hitch(c)
	t.dir, t.seq, t.off, t.end, t.lost = e.Dir, e.Seq, e.Off, e.Off+e.Num, e.Kind == trace.KindLost
	t.legs = append(t.legs, l)
}

// hitch adds a train to a connection; what an earlier one left of memory is used again.
func (s *Scene) hitch(c *conn) *train {
	n := len(c.trains)
	if n < cap(c.trains) {
		c.trains = c.trains[:n+1]
		t := &c.trains[n]
		*t = train{legs: t.legs[:0], cars: t.cars[:0]}
	} else {
		c.trains = append(c.trains, train{})
	}
	s.flying++
	return &c.trains[n]
}

// hop is which link of its route a segment crosses.
func (s *Scene) hop(c *conn, e *trace.Event) int {
	a, b := s.host(e.Actor), s.host(e.Target)
	for i, l := range c.route {
		if k := &s.links[l]; k.a == a && k.b == b || k.a == b && k.b == a {
			return i
		}
	}
	return 0
}

// retire takes away what has reached its end before a moment.
func (s *Scene) retire(now engine.Time) {
	if now < s.soonest {
		return
	}
	s.soonest = engine.Never
	for _, c := range s.conns {
		n := 0
		for i := range c.trains {
			if c.trains[i].arrived(c, now) {
				continue
			}
			if n != i {
				c.trains[n], c.trains[i] = c.trains[i], c.trains[n]
			}
			s.soonest = min(s.soonest, max(c.trains[n].last().until, now+1))
			n++
		}
		s.flying -= len(c.trains) - n
		c.trains = c.trains[:n]
	}
	s.retireSlips(now)
}

func (t *train) last() *leg { return &t.legs[len(t.legs)-1] }

// arrived says whether a train is at the end of its way.
func (t *train) arrived(c *conn, now engine.Time) bool {
	last := t.last()
	if last.until > now {
		return false
	}
	switch {
	case t.lost || last.hop == allHops || len(c.route) < 2:
		return true
	case t.dir == trace.ToServer:
		return last.hop == len(c.route)-1
	}
	return last.hop == 0
}

// line puts a protocol line into the train that carries its last octet.
func (s *Scene) line(e *trace.Event) {
	c := s.conn(e.Conn)
	if c == nil {
		return
	}
	s.clearCrosses(c.client)
	c.refused = 0
	if e.Dir == trace.ToClient && e.Class == trace.ClassPermanent {
		c.refused = e.Seq
	}
	s.count(c, e)
	t := s.trainOf(c, e)
	s.heard(c, e)
	if e.Class == trace.ClassContent {
		s.content(c, t, e)
		return
	}
	if e.Label != "" && (!e.Sealed || !t.sealed()) {
		t.load(e)
	}
	t.couple()
}

// record puts a TLS record into the train that carries its last octet. Those inside TLS that follow each other are one.
func (s *Scene) record(e *trace.Event) {
	c := s.conn(e.Conn)
	if c == nil {
		return
	}
	t := s.trainOf(c, e)
	k := car{look: lookRecord, label: e.Label, seq: e.Seq, lines: 1, octets: e.Num, verdict: true}
	if e.Sealed {
		k.look, k.label, k.sealed = lookSealed, "", true
		if n := len(t.cars); n > 0 && t.cars[n-1].sealed {
			t.cars[n-1].octets += e.Num
			t.couple()
			return
		}
	}
	t.cars = append(t.cars, k)
	t.couple()
}

// sealed says that something inside TLS is on the train already, with all that lies in the same octets.
func (t *train) sealed() bool {
	for i := range t.cars {
		if t.cars[i].sealed {
			return true
		}
	}
	return false
}

// load puts a line on a train: into the packet before it where both are lines of one reply, otherwise behind.
func (t *train) load(e *trace.Event) {
	k := car{look: lookOf(e), label: e.Label, verb: e.Verb, seq: e.Seq, lines: 1, octets: e.Num,
		verdict: e.Class != trace.ClassUntagged, sealed: e.Sealed}
	if e.Sealed {
		k.look, k.label = lookSealed, ""
	}
	if n := len(t.cars); n > 0 && e.Dir == trace.ToClient {
		last := &t.cars[n-1]
		if last.look >= lookSheet && !k.verdict {
			return // what closes a message that was fetched
		}
		if last.look < lookRecord && last.verb == k.verb && !(last.verdict && k.verdict) {
			k.lines += last.lines
			k.octets += last.octets
			if last.verdict {
				k.look, k.label, k.seq, k.verdict = last.look, last.label, last.seq, true
			}
			*last = k
			return
		}
	}
	t.cars = append(t.cars, k)
}

// trainOf finds the train that carries the last octet of a line, or makes one where no segment is known.
func (s *Scene) trainOf(c *conn, e *trace.Event) *train {
	last := e.Off + max(e.Num, 1) - 1
	for i := len(c.trains) - 1; i >= 0; i-- {
		if t := &c.trains[i]; t.dir == e.Dir && t.off <= last && last < t.end {
			return t
		}
	}
	t := s.hitch(c)
	t.dir, t.seq, t.off, t.end = e.Dir, e.Seq, e.Off, e.Off+e.Num
	t.legs = append(t.legs, leg{allHops, e.From, max(e.Until, e.From)})
	s.soonest = min(s.soonest, e.Until)
	return t
}

func lookOf(e *trace.Event) look {
	switch {
	case e.Dir == trace.ToServer:
		return lookCommand
	case e.Class == trace.ClassTransient:
		return lookSoft
	case e.Class == trace.ClassPermanent:
		return lookHard
	}
	return lookReply
}

// gap is the space between two cars in units.
const gap = 3

// couple measures the cars and puts each behind the one before it.
func (t *train) couple() {
	for i := range t.cars {
		k := &t.cars[i]
		k.half = k.measure()
		if i > 0 {
			k.behind = t.cars[i-1].behind + t.cars[i-1].half + gap + k.half
		}
	}
}

// measure is half the length of a car.
func (k *car) measure() float64 {
	switch k.look {
	case lookEnvelope:
		return envelopeReach
	case lookSheet:
		return sheetWidth / 2
	case lookBare:
		return 8
	case lookSealed: // its length is all that can be seen
		return min(8+float64(k.octets)/24, 40)
	case lookSoft, lookHard:
		return (textWidth(k.label, MonoStrong, packetText) + 34) / 2
	}
	return (textWidth(k.label, MonoStrong, packetText) + 20) / 2
}
