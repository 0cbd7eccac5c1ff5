package scene

import (
	"math"

	"ehlo/sim/engine"
	"ehlo/sim/trace"
)

// Frame is the picture at a moment that is not before the last event applied. The list is the scene's and changes with
// its next call. Once the scene has grown to its busiest moment no further memory is taken for a frame.
func (s *Scene) Frame(now engine.Time) *List {
	s.lay()
	if s.drawn != s.version {
		s.drawStill()
	}
	s.list.reset(s.still)
	if len(s.hosts) == 0 {
		return &s.list
	}
	p := pen{l: &s.list, k: s.geo.k, line: s.view.Stroke, node: -1}
	for i := range s.conns {
		s.drawConn(p, &s.conns[i], now)
	}
	s.drawQueues(p, now)
	for i := range s.trains {
		s.drawTrain(p, &s.trains[i], now)
	}
	return &s.list
}

// Moving says whether the picture changes as virtual time passes, without any further event.
func (s *Scene) Moving(now engine.Time) bool { return s.NextChange(now) == now }

// NextChange is the next moment, now included, at which the picture differs from that of the moment before without any
// further event, and [engine.Never] where it does not.
func (s *Scene) NextChange(now engine.Time) engine.Time {
	next := engine.Never
	for i := range s.trains {
		for _, l := range s.trains[i].legs {
			if now <= l.until {
				next = min(next, max(now, l.from))
			}
		}
	}
	for i := range s.conns {
		if c := &s.conns[i]; !c.stands && now <= c.reaches {
			return now
		}
	}
	for i := range s.letters {
		for _, sl := range s.letters[i].slots {
			if sl.until > now {
				return now
			}
		}
	}
	return next
}

// place is how far along its connection the front of a train is, from 0 at its sender to 1 at its end, and false where
// it is not on the way yet or no more.
func (t *train) place(c *conn, now engine.Time, still bool) (float64, bool) {
	if len(t.legs) == 0 || now < t.legs[0].from || t.arrived(c, now) {
		return 0, false
	}
	l := t.legs[0]
	for _, next := range t.legs[1:] {
		if now >= next.from {
			l = next
		}
	}
	f := 1.0
	if now < l.until {
		f = float64(now-l.from) / float64(l.until-l.from)
	}
	if still {
		f = 0.5
	}
	if l.hop == allHops || len(c.ends) < 2 {
		return f, true
	}
	from, to := 0.0, c.ends[l.hop]
	if l.hop > 0 {
		from = c.ends[l.hop-1]
	}
	all := c.ends[len(c.ends)-1]
	if t.dir == trace.ToClient {
		from, to = all-to, all-from
	}
	return (from + (to-from)*f) / all, true
}

// spot is where the middle of a car is on the stage when its train is at f, and which way it goes. ok is false where
// the car is still, or already, inside a card. d is how far it is from its sender.
func (s *Scene) spot(c *conn, t *train, k *car, f float64) (at, dir Point, d float64, ok bool) {
	unit := s.geo.k
	length := c.length
	first, last := &t.cars[0], &t.cars[len(t.cars)-1]
	run := length - (first.half+last.half)*unit + last.behind*unit
	d = first.half*unit + max(run, 0)*f - k.behind*unit
	least, most := min(k.half*unit, length/2), max(length-k.half*unit, length/2)
	if d < least-0.01 || d > most+0.01 {
		if k.look != lookEnvelope && len(t.cars) > 1 {
			return at, dir, d, false
		}
		d = min(max(d, least), most) // a message stays in sight until all of its train has come
	}
	if t.dir == trace.ToClient {
		at, dir = along(c.path, length-d)
		return at, Point{-dir.X, -dir.Y}, d, true
	}
	at, dir = along(c.path, d)
	return at, dir, d, true
}

// bare is the car of octets that end no line yet.
var bare = car{look: lookBare, half: 8}

func (s *Scene) drawTrain(p pen, t *train, now engine.Time) {
	c := s.conn(t.conn)
	if c == nil || len(c.path) < 2 {
		return
	}
	f, ok := t.place(c, now, s.view.ReducedMotion)
	if !ok {
		return
	}
	if len(t.cars) == 0 {
		t.cars = append(t.cars, bare)
		defer func() { t.cars = t.cars[:0] }()
	}
	for i := len(t.cars) - 1; i >= 0; i-- {
		k := &t.cars[i]
		at, dir, d, ok := s.spot(c, t, k, f)
		if !ok {
			continue
		}
		if k.look == lookEnvelope {
			s.drawDraft(p, c, t.dir, at, k.seq)
			continue
		}
		peer := s.hosts[c.server].name
		if t.dir == trace.ToClient {
			peer = s.hosts[c.client].name
		}
		p.begin(Node{Kind: NodeLine, Name: k.label, Peer: peer, Seq: max(k.seq, t.seq), Conn: c.id, Num: k.octets})
		if k.look == lookHard {
			s.drawTrail(p, c, k, d)
			at = s.shake(t, at, dir, now)
		}
		q := p.moved(at)
		drawCar(&q, k, dir, t.dir)
	}
}

// shake moves the reply that refuses to and fro across its way while it leaves the door: three swings of 3 pixels in
// the first 0.35 of its first hop, which at the pace that shows hops is 280 ms.
func (s *Scene) shake(t *train, at, dir Point, now engine.Time) Point {
	l := t.legs[0]
	span := float64(l.until-l.from) * 0.35
	q := float64(now-l.from) / span
	if s.view.ReducedMotion || span <= 0 || q >= 1 {
		return at
	}
	return at.plus(Point{-dir.Y, dir.X}, 3*math.Sin(q*3*2*math.Pi))
}

// drawTrail is the dotted way that a refusal has come from the door: d is how far from there it is.
func (s *Scene) drawTrail(p pen, c *conn, k *car, d float64) {
	if c.refused == 0 {
		return
	}
	n := len(p.l.Points)
	p.l.Points = part(p.l.Points, c.path, c.length-d+(k.half+6)*p.k, c.length-36*p.k)
	if len(p.l.Points)-n > 1 {
		p.add(Item{Shape: Path, Stroke: PermanentFill, Width: 2 * p.k, Dash: [2]float64{2 * p.k, 4 * p.k}, From: int32(n),
			To: int32(len(p.l.Points))})
	}
}

// drawConn paints what of a connection depends on the moment: a request on its way, the cross at the door, and the
// messages that stand at its ends.
func (s *Scene) drawConn(p pen, c *conn, now engine.Time) {
	if len(c.path) < 2 {
		return // its client has no wall without doors
	}
	if !c.stands {
		s.drawRequest(p, c, now)
		return
	}
	if c.refused != 0 {
		at, _ := along(c.path, c.length-22*p.k)
		p.begin(Node{Kind: NodeLine, Seq: c.refused, Conn: c.id, Peer: s.hosts[c.client].name})
		drawBump(p.moved(at))
	}
	for _, dir := range [2]trace.Dir{trace.ToServer, trace.ToClient} {
		if d := &c.drafts[dir]; d.active && !s.flies(c, d, dir, now) {
			far := c.length - envelopeReach*p.k
			if dir == trace.ToClient {
				far = envelopeReach * p.k
			}
			at, _ := along(c.path, far)
			s.drawDraft(p, c, dir, at, d.seq)
		}
	}
}

// flies says whether the octets that a draft is drawn with are on a link or waiting for one.
func (s *Scene) flies(c *conn, d *draft, dir trace.Dir, now engine.Time) bool {
	for i := range s.trains {
		if t := &s.trains[i]; t.conn == c.id && t.dir == dir && !t.arrived(c, now) {
			for k := range t.cars {
				if t.cars[k].look == lookEnvelope && t.cars[k].seq == d.seq {
					return true
				}
			}
		}
	}
	return false
}

// drawRequest is a connection that is being asked for: dots that reach as far as the question has come.
func (s *Scene) drawRequest(p pen, c *conn, now engine.Time) {
	f := 1.0
	if now < c.reaches {
		f = float64(now-c.asked) / float64(c.reaches-c.asked)
	}
	n := len(p.l.Points)
	p.l.Points = part(p.l.Points, c.path, 0, c.length*f)
	p.begin(Node{Kind: NodeConn, Name: s.hosts[c.client].name, Peer: s.hosts[c.server].name, Seq: c.seq, Conn: c.id, Num: c.port})
	if len(p.l.Points)-n > 1 {
		p.add(Item{Shape: Path, Stroke: Client, Width: 3 * p.k, Dash: [2]float64{4 * p.k, 4 * p.k}, From: int32(n),
			To: int32(len(p.l.Points))})
	}
}

// drawQueues paints what waits at each MTA: a ring that closes until the next attempt.
func (s *Scene) drawQueues(p pen, now engine.Time) {
	for h := range s.hosts {
		if s.hosts[h].role != "mta" {
			continue
		}
		d := &s.geo.cards[h]
		x, end := s.body(h)
		more := 0
		q := p.moved(Point{d.x, d.y})
		y := d.h/p.k - 24
		for i := range s.letters {
			l := &s.letters[i]
			if l.host != h {
				continue
			}
			for k := range l.slots {
				if x+34 > end {
					more++
					continue
				}
				r := q.moved(q.pt(x+17, y))
				s.drawSlot(&r, l, &l.slots[k], now)
				x += 76
			}
		}
		if more > 0 {
			q.node = -1
			q.text(end-12, y+4, "+", UIStrong, subText, End, Ink2)
		}
	}
}

func (s *Scene) drawSlot(p *pen, l *letter, sl *slot, now engine.Time) {
	p.begin(Node{Kind: NodeLetter, Name: l.subject, Peer: s.hosts[l.host].name, Seq: l.seq, Conn: sl.conn, Num: l.octets})
	p.circle(0, 0, 17, Sheet, Rule, 3)
	if sl.until > now && sl.until > sl.since {
		drawArc(p, 17, float64(now-sl.since)/float64(sl.until-sl.since))
		if left := (int64(sl.until-now) + 999_999_999) / 1e9; left != sl.shown {
			var buf [24]byte
			sl.shown, sl.text = left, string(wait(buf[:0], sl.until-now))
		}
		p.text(23, 4, sl.text, MonoStrong, packetText, Start, Ink)
	}
	paper, ink := LetterPaper, LetterInk
	away := s.transit(sl)
	if away {
		paper, ink = Clear, RuleStrong
	} else if l.null {
		ink = LetterReturn
	}
	sheet := p.rect(-10, -6.5, 20, 13, 1, paper, ink, p.line)
	if away {
		sheet.Dash = [2]float64{3 * p.k, 3 * p.k}
	}
	p.path(false, Clear, ink, 1, -9.5, -6, 0, 1.5, 9.5, -6)
}

// drawArc is the part f of a circle, clockwise from the top.
func drawArc(p *pen, r, f float64) {
	n := len(p.l.Points)
	steps := max(int(f*48), 1)
	for i := range steps + 1 {
		a := 2 * math.Pi * f * float64(i) / float64(steps)
		p.l.Points = append(p.l.Points, p.pt(r*math.Sin(a), -r*math.Cos(a)))
	}
	p.add(Item{Shape: Path, Stroke: Queue, Round: true, Width: 3 * p.k, From: int32(n), To: int32(len(p.l.Points))})
}
