package scene

import (
	"sort"

	"ehlo/sim/engine"
	"ehlo/sim/trace"
)

// At high rates single packets would be a flicker: what crosses a link is then a stream with a count of what has crossed
// it during the last moments. Nothing is left out of the count.
const (
	// streamRate and calmRate are paces, in times real time. Above the first, packets are a stream; above the second, only
	// messages, queues and mailboxes move.
	streamRate, calmRate = 10, 100
	// streamSpan is the time, as a person looking on has it, of which a stream counts.
	streamSpan = 600e6
	// streamKept is how long what has crossed a link is remembered: streamSpan at the highest pace.
	streamKept = engine.Time(1000 * streamSpan)
)

// mode is what of the traffic is painted.
type mode uint8

const (
	modeAll mode = iota
	modeStream
	modeCalm
)

func (v *View) mode() mode {
	switch {
	case v.Rate > calmRate:
		return modeCalm
	case v.Rate > streamRate:
		return modeStream
	}
	return modeAll
}

// flow remembers when something crossed a link in one direction.
type flow struct {
	times []engine.Time
	said  trace.Dir // who spoke last
	count int       // what text was made for
	text  string
}

func (f *flow) add(at engine.Time, said trace.Dir) {
	f.said = said
	if n := len(f.times); n == cap(f.times) && n > 0 && f.times[0]+streamKept < at {
		old := sort.Search(n, func(i int) bool { return f.times[i]+streamKept >= at })
		f.times = f.times[:copy(f.times, f.times[old:])]
	}
	f.times = append(f.times, at)
}

// since counts what has crossed after a moment.
func (f *flow) since(at engine.Time) int {
	i, n := 0, len(f.times)
	for i < n {
		if m := (i + n) / 2; f.times[m] > at {
			n = m
		} else {
			i = m + 1
		}
	}
	return len(f.times) - i
}

// traffic is what crosses a link: lines and messages, by direction, the first from the link's first end to its second.
type traffic struct{ lines, letters [2]flow }

// count notes a line of a connection on each link of its way.
func (s *Scene) count(c *conn, e *trace.Event) {
	s.eachLink(c, e.Dir, func(l *link, way int) { l.traffic.lines[way].add(e.At, e.Dir) })
}

// countMessage notes a message of a connection on each link of its way.
func (s *Scene) countMessage(c *conn, e *trace.Event) {
	s.eachLink(c, e.Dir, func(l *link, way int) { l.traffic.letters[way].add(e.At, e.Dir) })
}

func (s *Scene) eachLink(c *conn, dir trace.Dir, do func(l *link, way int)) {
	at := c.client
	for _, i := range c.route {
		l := &s.links[i]
		way := 0
		if (l.a == at) != (dir == trace.ToServer) {
			way = 1
		}
		do(l, way)
		at = l.other(at)
	}
}

// span is how much virtual time a stream counts.
func (v *View) span() engine.Time { return engine.Time(v.Rate * streamSpan) }

// drawStreams paints what crosses each link at a high rate.
func (s *Scene) drawStreams(p pen, now engine.Time) {
	m := s.view.mode()
	if m == modeAll {
		return
	}
	span := s.view.span()
	for i := range s.links {
		l := &s.links[i]
		for way := range 2 {
			if m == modeStream {
				s.drawStream(p, i, way, &l.traffic.lines[way], now, span, false)
			} else {
				s.drawStream(p, i, way, &l.traffic.letters[way], now, span, true)
			}
		}
	}
}

func (s *Scene) drawStream(p pen, link, way int, f *flow, now, span engine.Time, letters bool) {
	n := f.since(now - span)
	if n == 0 {
		return
	}
	if n != f.count {
		f.count, f.text = n, "×"+number(n)
	}
	w, l := &s.geo.wires[link], &s.links[link]
	all := lengthOf(w.path)
	half := 14 + textWidth(f.text, MonoStrong, packetText)/2
	room := all - 2*half*p.k
	f1 := 0.5
	if !s.view.ReducedMotion {
		f1 = float64(now%span) / float64(span)
	}
	peer := s.hosts[l.b].name
	if way == 1 {
		peer = s.hosts[l.a].name
	}
	p.begin(Node{Kind: NodeStream, Name: f.text, Peer: peer, Num: int64(n)})
	for k := range 3 {
		g := f1 + float64(k)/3
		if g >= 1 {
			g--
		}
		if k > 0 && (s.view.ReducedMotion || room < 120*p.k) {
			break
		}
		d := half*p.k + max(room, 0)*g
		if way == 1 {
			d = all - d
		}
		at, dir := along(w.path, d)
		if way == 1 {
			dir = Point{-dir.X, -dir.Y}
		}
		side := 12.0
		if letters {
			side = 15
		}
		at = at.plus(Point{-dir.Y, dir.X}, side*p.k)
		switch {
		case letters && k == 0:
			p.stamp(at, stampKey{kind: stampEnvelope, small: true, many: uint8(min(n, 2))})
			q := p.moved(at)
			q.text(18, 4.2, f.text, MonoStrong, packetText, Start, Ink).Stroke = Paper
			s.place(at, 40, 11)
		case letters:
			p.stamp(at, stampKey{kind: stampEnvelope, small: true, many: 1})
		case k == 0:
			q := p.moved(at)
			fill, ink := Client, OnInk
			if f.said == trace.ToClient {
				fill, ink = Sheet, Server
			}
			stroke := Client
			if f.said == trace.ToClient {
				stroke = Server
			}
			q.arrow(half-2, dir, fill, stroke)
			q.text(0, 4.2, f.text, MonoStrong, packetText, Middle, ink)
			s.place(at, half, 11)
		default:
			p.stamp(at, stampKey{kind: stampCar, look: lookBare, quad: quadOf(dir), said: f.said, many: 1})
		}
	}
}

// flowing says whether a stream moves or its count changes.
func (s *Scene) flowing(now engine.Time) bool {
	m := s.view.mode()
	if m == modeAll {
		return false
	}
	from := now - s.view.span()
	for i := range s.links {
		t := &s.links[i].traffic
		for way := range 2 {
			f := &t.lines[way]
			if m == modeCalm {
				f = &t.letters[way]
			}
			if n := len(f.times); n > 0 && (f.times[n-1] > from || f.count > 0 && f.since(from) != f.count) {
				return true
			}
		}
	}
	return false
}
