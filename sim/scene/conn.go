package scene

import (
	"ehlo/sim/engine"
	"ehlo/sim/trace"
)

// conn is a connection from the moment its client asks for it until it is over.
type conn struct {
	id             uint32
	seq            uint64
	client, server int
	port           int64
	nth            int  // which of the client's connections to this door it is
	stands         bool // the server has taken it
	asked, reaches engine.Time
	route          []int  // links from client to server; empty for a host that talks to itself
	refused        uint64 // the reply whose cross stands at the door, 0 for none
	from           string // what MAIL said, for the letter's picture
	to             string
	null           bool
	drafts         [3]draft // by direction: the message whose octets are crossing
	label          string   // what the client's card says of it

	path   []Point   // from the client's wall to the server's door
	length float64   // of path
	ends   []float64 // how far along path each link of route ends
	spot   int       // where captions of its messages cover least, an index of spots
}

// train is one segment on its way, with the lines that end in it, the first in front.
type train struct {
	conn     uint32
	dir      trace.Dir
	seq      uint64
	off, end int64 // which octets of the stream
	legs     []leg
	cars     []car
}

// leg is the crossing of one link.
type leg struct {
	hop         int
	from, until engine.Time
}

// car is what is seen of a line: a packet, the envelope of a message, or a sheet that follows it.
type car struct {
	look    look
	label   string
	verb    string
	seq     uint64
	lines   int // how many lines the packet stands for
	octets  int64
	verdict bool    // it has the line that ends a reply, or is no reply
	behind  float64 // how far its middle is behind the middle of the first car, in units
	half    float64 // half its length, in units
}

type look uint8

const (
	lookCommand look = iota
	lookReply
	lookSoft // 4yz
	lookHard // 5yz
	lookBare // octets without an end of line
	lookSheet
	lookEnvelope
)

func (s *Scene) conn(id uint32) *conn {
	for i := range s.conns {
		if s.conns[i].id == id {
			return &s.conns[i]
		}
	}
	return nil
}

func (s *Scene) open(e *trace.Event) {
	client, server := s.host(e.Actor), s.host(e.Target)
	if client < 0 {
		return
	}
	s.clearCrosses(client)
	if server < 0 {
		return // KindUnreachable follows
	}
	c := conn{id: e.Conn, seq: e.Seq, client: client, server: server, port: e.Num, asked: e.At, reaches: e.At,
		nth: s.nth(client, server, e.Num), label: "→ " + shortName(e.Target) + " " + number(int(e.Num))}
	c.route = s.route(client, server)
	for _, l := range c.route {
		c.reaches += s.links[l].latency
	}
	s.conns = append(s.conns, c)
	if s.laid {
		s.layConn(&s.conns[len(s.conns)-1])
	}
}

// nth is the first number that no other connection from the client to that door has.
func (s *Scene) nth(client, server int, port int64) int {
	for n := 0; ; n++ {
		taken := false
		for i := range s.conns {
			c := &s.conns[i]
			taken = taken || c.client == client && c.server == server && c.port == port && c.nth == n
		}
		if !taken {
			return n
		}
	}
}

// route is the way that octets take: the quickest, and of two equally quick ones the one over the earlier link.
func (s *Scene) route(from, to int) []int {
	dist := make([]engine.Time, len(s.hosts))
	via := make([]int, len(s.hosts))
	done := make([]bool, len(s.hosts))
	for i := range dist {
		dist[i], via[i] = engine.Never, -1
	}
	dist[to] = 0
	for {
		at := -1
		for i := range dist {
			if !done[i] && dist[i] < engine.Never && (at < 0 || dist[i] < dist[at]) {
				at = i
			}
		}
		if at < 0 {
			break
		}
		done[at] = true
		for l := range s.links {
			k := &s.links[l]
			for _, end := range [2][2]int{{k.a, k.b}, {k.b, k.a}} {
				if end[1] == at && dist[at]+k.latency+1 < dist[end[0]] {
					dist[end[0]], via[end[0]] = dist[at]+k.latency+1, l
				}
			}
		}
	}
	var route []int
	for at := from; at != to && via[at] >= 0; at = s.links[via[at]].other(at) {
		route = append(route, via[at])
	}
	return route
}

func (l *link) other(host int) int {
	if l.a == host {
		return l.b
	}
	return l.a
}

func (s *Scene) stand(e *trace.Event) {
	c := s.conn(e.Conn)
	if c == nil || c.stands {
		return
	}
	c.stands = true
	if d := s.door(c.server, c.port); d != nil {
		d.tubes++
	}
}

func (s *Scene) door(host int, port int64) *door {
	for i := range s.hosts[host].doors {
		if d := &s.hosts[host].doors[i]; d.port == port {
			return d
		}
	}
	return nil
}

func (s *Scene) refuse(e *trace.Event) {
	client := s.host(e.Actor)
	if client < 0 {
		return
	}
	s.close(e.Conn)
	s.crosses = append(s.crosses, cross{seq: e.Seq, client: client, host: s.host(e.Target), port: e.Num})
}

func (s *Scene) cut(e *trace.Event) {
	c := s.conn(e.Conn)
	if c == nil {
		return
	}
	x := cross{seq: e.Seq, client: c.client, host: c.server}
	s.close(e.Conn)
	s.crosses = append(s.crosses, x)
}

// close takes a connection off the stage, with what was on it.
func (s *Scene) close(id uint32) {
	for i := range s.conns {
		if s.conns[i].id != id {
			continue
		}
		if d := s.door(s.conns[i].server, s.conns[i].port); d != nil && s.conns[i].stands {
			d.tubes--
		}
		s.conns = append(s.conns[:i], s.conns[i+1:]...)
		break
	}
	kept := s.trains[:0]
	for _, t := range s.trains {
		if t.conn != id {
			kept = append(kept, t)
		}
	}
	s.trains = kept
	for i := range s.letters {
		s.letters[i].release(id)
	}
}

// clearCrosses takes away the marks of a host that goes on.
func (s *Scene) clearCrosses(client int) {
	if len(s.crosses) == 0 {
		return
	}
	s.version++
	kept := s.crosses[:0]
	for _, x := range s.crosses {
		if x.client != client {
			kept = append(kept, x)
		}
	}
	s.crosses = kept
}

// segment puts octets on a link.
func (s *Scene) segment(e *trace.Event) {
	c := s.conn(e.Conn)
	if c == nil {
		return
	}
	from := max(e.From, e.At)
	l := leg{s.hop(c, e), from, max(e.Until, from)}
	for i := range s.trains {
		if t := &s.trains[i]; t.conn == e.Conn && t.dir == e.Dir && t.off == e.Off && l.hop != t.legs[len(t.legs)-1].hop {
			t.legs = append(t.legs, l)
			return
		}
	}
	s.trains = append(s.trains, train{conn: e.Conn, dir: e.Dir, seq: e.Seq, off: e.Off, end: e.Off + e.Num, legs: []leg{l}})
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
	kept := s.trains[:0]
	for i := range s.trains {
		t := &s.trains[i]
		if c := s.conn(t.conn); c != nil && !t.arrived(c, now) {
			kept = append(kept, *t)
		}
	}
	clear(s.trains[len(kept):])
	s.trains = kept
}

// arrived says whether a train is at the end of its way.
func (t *train) arrived(c *conn, now engine.Time) bool {
	last := t.legs[len(t.legs)-1]
	if last.until > now {
		return false
	}
	switch {
	case last.hop == allHops || len(c.route) < 2:
		return true
	case t.dir == trace.ToServer:
		return last.hop == len(c.route)-1
	}
	return last.hop == 0
}

// allHops is the hop of a line of which no segment is known: it crosses its whole way in one go.
const allHops = -1

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
	t := s.trainOf(e)
	s.heard(c, t, e)
	if e.Class == trace.ClassContent {
		s.content(c, t, e)
		return
	}
	if e.Label != "" {
		t.load(e)
	}
	t.couple()
}

// load puts a line on a train: into the packet before it where both are lines of one reply, otherwise behind.
func (t *train) load(e *trace.Event) {
	k := car{look: lookOf(e), label: e.Label, verb: e.Verb, seq: e.Seq, lines: 1, octets: e.Num,
		verdict: e.Class != trace.ClassUntagged}
	if n := len(t.cars); n > 0 && e.Dir == trace.ToClient {
		last := &t.cars[n-1]
		if last.look >= lookSheet && !k.verdict {
			return // what closes a message that was fetched
		}
		if last.look < lookSheet && last.verb == k.verb && !(last.verdict && k.verdict) {
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
func (s *Scene) trainOf(e *trace.Event) *train {
	last := e.Off + max(e.Num, 1) - 1
	for i := len(s.trains) - 1; i >= 0; i-- {
		if t := &s.trains[i]; t.conn == e.Conn && t.dir == e.Dir && t.off <= last && last < t.end {
			return t
		}
	}
	s.trains = append(s.trains, train{conn: e.Conn, dir: e.Dir, seq: e.Seq, off: e.Off, end: e.Off + e.Num,
		legs: []leg{{allHops, e.From, max(e.Until, e.From)}}})
	return &s.trains[len(s.trains)-1]
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
	case lookSoft, lookHard:
		return (textWidth(k.label, MonoStrong, packetText) + 34) / 2
	}
	return (textWidth(k.label, MonoStrong, packetText) + 20) / 2
}
