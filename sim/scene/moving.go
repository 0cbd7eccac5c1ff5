package scene

import (
	"math"

	"ehlo/sim/engine"
	"ehlo/sim/trace"
)

// How many trains are on their way decides how much is drawn of each: a crowd of large envelopes would hide itself.
const (
	captionCrowd = 24 // up to here what moves keeps out of the way of the rest, and messages say what they are
	smallCrowd   = 60 // up to here messages are drawn large
)

// placed is a car with its place in the picture.
type placed struct {
	c          *conn
	t          *train // nil for a message that stands at the end of its tube
	k          *car
	at, dir    Point
	seq        uint64
	said       trace.Dir
	d          float64 // how far from its sender
	half, tall float64 // its extent, in units
	fresh      float64 // 0 where it has just left or is about to arrive, 1 elsewhere
	aside      float64 // how far it has stepped aside, from 0 to 1
	mute       bool    // another one's label lies there
}

// Frame is the picture at a moment that is not before the last event applied. The list is the scene's and changes with
// its next call. Once the scene has grown to its busiest moment no further memory is taken for a frame.
func (s *Scene) Frame(now engine.Time) *List {
	s.lay()
	if len(s.list.Stamps) > mostStamps {
		s.list.freshen()
	}
	if s.drawn != s.version {
		s.drawStill()
	}
	s.list.reset(s.still)
	s.list.Zoom, s.list.Origin, s.list.Note = s.camera()
	if len(s.hosts) == 0 {
		return &s.list
	}
	s.taken = append(s.taken[:0], s.fixed...)
	p := pen{l: &s.list, k: s.geo.k, line: s.view.Stroke, node: -1}
	m := s.view.mode()
	if m < modeCalm {
		s.drawRequests(p, now)
	}
	s.drawQueues(p, now)
	if m < modeCalm {
		s.placeCars(now, m)
		s.drawCars(p, now)
		s.drawSlips(p, now)
		s.drawLocks(p)
	}
	s.drawStreams(p, now)
	if m < modeCalm && !s.crowded() && !s.view.Plain {
		for i := range s.placed {
			s.captionOf(p, &s.placed[i])
		}
	}
	s.drawLinks(p, now)
	return &s.list
}

func (s *Scene) crowded() bool { return s.flying > captionCrowd }

// Moving says whether the picture changes as virtual time passes, without any further event.
func (s *Scene) Moving(now engine.Time) bool { return s.NextChange(now) == now }

// NextChange is the next moment, now included, at which the picture differs from that of the moment before without any
// further event, and [engine.Never] where it does not.
func (s *Scene) NextChange(now engine.Time) engine.Time {
	if s.flowing(now) {
		return now
	}
	next := engine.Never
	leg := func(from, until engine.Time) {
		if now <= until {
			next = min(next, max(now, from))
		}
	}
	for _, c := range s.conns {
		if !c.stands && now <= c.reaches {
			return now
		}
		for i := range c.trains {
			for _, l := range c.trains[i].legs {
				leg(l.from, l.until)
			}
		}
		if next == now {
			return now
		}
	}
	for i := range s.slips {
		for _, l := range s.slips[i].legs {
			leg(l.from, l.until)
		}
	}
	s.restack()
	for h := range s.hosts {
		for i := range s.hosts[h].stacks {
			if s.hosts[h].stacks[i].until > now {
				return now
			}
		}
	}
	return next
}

// place is how far along its connection the front of a train is, from 0 at its sender to 1 at its end, and false where
// it is not on the way yet or no more.
func (t *train) place(c *conn, u *tube, now engine.Time, still bool) (float64, bool) {
	if len(t.legs) == 0 || now < t.legs[0].from || t.arrived(c, now) {
		return 0, false
	}
	l := &t.legs[0]
	for i := 1; i < len(t.legs); i++ {
		if now >= t.legs[i].from {
			l = &t.legs[i]
		}
	}
	f := 1.0
	if now < l.until {
		f = float64(now-l.from) / float64(l.until-l.from)
	}
	if still {
		f = 0.5
	}
	if t.lost && l == t.last() {
		f = min(f, 0.5)
	}
	if l.hop == allHops || len(u.ends) < 2 {
		return f, true
	}
	from, to := 0.0, u.ends[l.hop]
	if l.hop > 0 {
		from = u.ends[l.hop-1]
	}
	all := u.ends[len(u.ends)-1]
	if t.dir == trace.ToClient {
		from, to = all-to, all-from
	}
	return (from + (to-from)*f) / all, true
}

// fallen says that a train has come to where its octets are lost.
func (t *train) fallen(now engine.Time) bool {
	l := t.last()
	return t.lost && now >= l.from+(l.until-l.from)/2
}

// bare is the car of octets that end no line yet.
var bare = car{look: lookBare, half: 8}

// placeCars finds where everything is that crosses a connection.
func (s *Scene) placeCars(now engine.Time, m mode) {
	s.placed = s.placed[:0]
	s.frame++
	small := s.flying > smallCrowd
	for _, c := range s.conns {
		u := &s.tubes[c.tube]
		if len(u.path) < 2 {
			continue // its client has no wall without doors
		}
		for i := range c.trains {
			t := &c.trains[i]
			f, ok := t.place(c, u, now, s.view.ReducedMotion)
			if !ok {
				continue
			}
			if len(t.cars) == 0 {
				if m == modeAll {
					s.spot(c, u, t, &bare, 0, f, small)
				}
				continue
			}
			for k := len(t.cars) - 1; k >= 0; k-- {
				if m == modeAll || t.cars[k].look == lookEnvelope {
					s.spot(c, u, t, &t.cars[k], t.cars[len(t.cars)-1].behind, f, small)
				}
			}
		}
		if !c.stands {
			continue
		}
		for _, dir := range [2]trace.Dir{trace.ToServer, trace.ToClient} {
			if d := &c.drafts[dir]; d.active && d.flies != s.frame {
				far := u.length - envelopeReach*s.geo.k
				if dir == trace.ToClient {
					far = envelopeReach * s.geo.k
				}
				at, way := u.along(far)
				s.placed = append(s.placed, placed{c: c, at: at, dir: way, seq: d.seq, said: dir, half: 31, tall: 20, fresh: 1})
			}
		}
	}
	if !s.crowded() {
		s.stepAside()
	}
}

// spot places a car whose train is at f: its place on the stage and which way it goes. A car that is still, or already,
// inside a card has none.
func (s *Scene) spot(c *conn, u *tube, t *train, k *car, trail, f float64, small bool) {
	unit := s.geo.k
	length := u.length
	first, lastHalf := bare.half, bare.half
	if n := len(t.cars); n > 0 {
		first, lastHalf = t.cars[0].half, t.cars[n-1].half
	}
	run := length - (first+lastHalf)*unit + trail*unit
	d := first*unit + max(run, 0)*f - k.behind*unit
	least, most := min(k.half*unit, length/2), max(length-k.half*unit, length/2)
	if d < least-0.01 || d > most+0.01 {
		if k.look != lookEnvelope && len(t.cars) > 1 {
			return
		}
		d = min(max(d, least), most) // a message stays in sight until all of its train has come
	}
	o := placed{c: c, t: t, k: k, seq: k.seq, said: t.dir, d: d, half: k.half, tall: 11}
	o.fresh = min((d-least)/(24*unit), (most-d)/(24*unit), 1)
	if k.look == lookEnvelope {
		c.drafts[t.dir].flew(k.seq, s.frame)
		o.half, o.tall = 31, 20
		if small {
			o.half, o.tall = 14, 9
		}
	}
	if t.dir == trace.ToClient {
		o.at, o.dir = u.along(length - d)
		o.dir = Point{-o.dir.X, -o.dir.Y}
	} else {
		o.at, o.dir = u.along(d)
	}
	if vertical(o.dir) && k.look < lookSheet {
		o.tall = 15
	}
	s.placed = append(s.placed, o)
}

// flew notes that the octets a draft is drawn with are on a link or wait for one.
func (d *draft) flew(seq uint64, frame uint64) {
	if d.seq == seq {
		d.flies = frame
	}
}

// stepAside lets what meets on a tube pass by, each on its right, and silences labels that would lie on each other.
func (s *Scene) stepAside() {
	k := s.geo.k
	all := s.placed
	for i := range all {
		for j := range i {
			a, b := &all[i], &all[j]
			if a.c.tube != b.c.tube || a.said == b.said {
				continue
			}
			near := a.at.to(b.at) - (a.half+b.half+4)*k
			q := (1 - near/(26*k)) * min(a.fresh, b.fresh)
			q = min(max(q, 0), 1)
			a.aside, b.aside = max(a.aside, q), max(b.aside, q)
		}
	}
	for i := range all {
		o := &all[i]
		if o.aside > 0 {
			n := Point{-o.dir.Y, o.dir.X}
			across := o.tall*math.Abs(n.Y) + o.half*math.Abs(n.X)
			o.at = o.at.plus(n, o.aside*(across+2)*k)
		}
	}
	for i := range all {
		r := all[i].box(k)
		if all[i].t != nil && all[i].k.look != lookEnvelope {
			all[i].mute = all[i].mute || s.onLabel(r) || s.onCard(r)
		}
		for j := range i {
			if b := &all[j]; !b.mute && r.touches(b.box(k)) {
				all[i].mute = true
			}
		}
	}
}

// onLabel says whether a rectangle covers a label of the still part.
func (s *Scene) onLabel(r card) bool {
	for i := range s.fixed {
		if s.fixed[i].touches(r) {
			return true
		}
	}
	return false
}

// onCard says whether a rectangle covers more of a card than its edge.
func (s *Scene) onCard(r card) bool {
	const edge = 2
	r = card{x: r.x + edge, y: r.y + edge, w: r.w - 2*edge, h: r.h - 2*edge}
	for i := range s.geo.cards {
		if s.geo.cards[i].touches(r) {
			return true
		}
	}
	return false
}

// box is what a car covers.
func (o *placed) box(k float64) card {
	return card{x: o.at.X - o.half*k, y: o.at.Y - o.tall*k, w: 2 * o.half * k, h: 2 * o.tall * k}
}

// drawCars paints what was placed: first what has no label to show, so that it hides none.
func (s *Scene) drawCars(p pen, now engine.Time) {
	for _, mute := range [2]bool{true, false} {
		for i := range s.placed {
			if o := &s.placed[i]; o.mute == mute {
				s.drawPlaced(p, o, now)
			}
		}
	}
}

func (s *Scene) drawPlaced(p pen, o *placed, now engine.Time) {
	c := o.c
	if o.t != nil && o.t.fallen(now) {
		p.begin(Node{Kind: NodeStop, Seq: o.seq, Conn: c.id, Peer: s.hosts[c.client].name})
		p.stamp(o.at, stampKey{kind: stampBump})
		return
	}
	s.taken = append(s.taken, o.box(p.k))
	if o.k == nil || o.k.look == lookEnvelope {
		s.drawDraft(p, o)
		return
	}
	k := o.k
	if o.mute && s.onCard(card{x: o.at.X, y: o.at.Y, w: 4, h: 4}) {
		return // it is inside a host on its way
	}
	peer := s.hosts[c.server].name
	if o.said == trace.ToClient {
		peer = s.hosts[c.client].name
	}
	p.begin(Node{Kind: NodeLine, Name: k.label, Peer: peer, Seq: max(k.seq, o.t.seq), Conn: c.id, Num: k.octets})
	at := o.at
	if k.look == lookHard {
		s.drawTrail(p, o)
		at = s.shake(o, now)
	}
	key := stampKey{kind: stampCar, look: k.look, label: k.label, quad: quadOf(o.dir), said: o.said, many: uint8(min(k.lines, 2))}
	if o.mute || s.flying > smallCrowd && k.look != lookSoft && k.look != lookHard {
		key.look, key.label = lookBare, ""
	}
	if k.look == lookSealed {
		key.long = uint8(k.half)
	}
	p.stamp(at, key)
}

// shake moves the reply that refuses to and fro across its way while it leaves the door: three swings of 3 pixels in
// the first 0.35 of its first hop, which at the pace that shows hops is 280 ms.
func (s *Scene) shake(o *placed, now engine.Time) Point {
	l := &o.t.legs[0]
	span := float64(l.until-l.from) * 0.35
	q := float64(now-l.from) / span
	if s.view.ReducedMotion || span <= 0 || q >= 1 {
		return o.at
	}
	return o.at.plus(Point{-o.dir.Y, o.dir.X}, 3*math.Sin(q*3*2*math.Pi))
}

// drawTrail is the dotted way that a refusal has come from the door.
func (s *Scene) drawTrail(p pen, o *placed) {
	u := &s.tubes[o.c.tube]
	if o.c.refused == 0 {
		return
	}
	n := len(p.l.Points)
	p.l.Points = part(p.l.Points, u.path, u.length-o.d+(o.half+6)*p.k, u.length-36*p.k)
	if len(p.l.Points)-n > 1 {
		p.add(Item{Shape: Path, Stroke: PermanentFill, Width: 2 * p.k, Dash: [2]float64{2 * p.k, 4 * p.k}, From: int32(n),
			To: int32(len(p.l.Points))})
	}
}

// drawRequests paints connections that are being asked for: dots that reach as far as the question has come; and the
// crosses at the doors of those that stand.
func (s *Scene) drawRequests(p pen, now engine.Time) {
	for _, c := range s.conns {
		u := &s.tubes[c.tube]
		if len(u.path) < 2 {
			continue
		}
		if c.stands {
			if c.refused != 0 {
				at, _ := u.along(u.length - 22*p.k)
				p.begin(Node{Kind: NodeStop, Seq: c.refused, Conn: c.id, Peer: s.hosts[c.client].name})
				p.stamp(at, stampKey{kind: stampBump})
			}
			continue
		}
		n := len(p.l.Points)
		p.l.Points = part(p.l.Points, u.path, 0, u.length*part1(now, c.asked, c.reaches))
		p.begin(Node{Kind: NodeConn, Name: s.hosts[c.client].name, Peer: s.hosts[c.server].name, Seq: c.seq, Conn: c.id, Num: c.port})
		if len(p.l.Points)-n > 1 {
			p.add(Item{Shape: Path, Stroke: Client, Width: 3 * p.k, Dash: [2]float64{4 * p.k, 4 * p.k}, From: int32(n),
				To: int32(len(p.l.Points))})
		}
	}
}

// drawLocks paints the lock of each sleeve, over whatever passes below it.
func (s *Scene) drawLocks(p pen) {
	for i := range s.tubes {
		u := &s.tubes[i]
		if u.sealed == 0 || len(u.path) < 2 {
			continue
		}
		at, _ := u.along(u.length / 2)
		p.begin(Node{Kind: NodeLock, Name: s.hosts[u.client].name, Peer: s.hosts[u.server].name, Num: u.port})
		p.stamp(at, stampKey{kind: stampLock})
	}
}
