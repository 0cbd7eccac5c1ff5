package scene

import "ehlo/sim/trace"

// Stamp is a small picture that is painted again and again: an envelope, a packet. Its items are in pixels from the place
// that the item of shape [Stamped] names. A painter may keep what it made of a stamp for as long as List.Stamps is the
// same list.
type Stamp struct {
	List
	From, To Point // what it covers at most
	kind     stampKind
}

// mostStamps is how many stamps a scene keeps before it makes them anew.
const mostStamps = 600

type stampKind uint8

const (
	stampCar stampKind = iota
	stampEnvelope
	stampQueued
	stampSlip
	stampBump
	stampLock
)

// stampKey is everything that a stamp's look depends on, besides the scale.
type stampKey struct {
	kind   stampKind
	look   look
	label  string
	quad   quad
	many   uint8 // letters on each other, lines in a packet
	marks  uint8
	long   uint8 // half the length of a record in units
	said   trace.Dir
	answer bool
	bad    bool
	sealed bool
	small  bool
}

// quad is the one of four directions that is nearest to a packet's.
type quad uint8

const (
	quadRight quad = iota
	quadLeft
	quadDown
	quadUp
)

func quadOf(dir Point) quad {
	switch {
	case vertical(dir) && dir.Y < 0:
		return quadUp
	case vertical(dir):
		return quadDown
	case dir.X < 0:
		return quadLeft
	}
	return quadRight
}

// dir is a direction of the quad.
func (q quad) dir() Point { return [...]Point{{1, 0}, {-1, 0}, {0, 1}, {0, -1}}[q] }

// stamp adds a stamp with its middle at a place in CSS pixels.
func (p *pen) stamp(at Point, key stampKey) {
	i, ok := p.l.known[key]
	if !ok {
		i = p.draw(key)
		p.l.known[key] = i
	}
	k := &p.l.Stamps[i]
	p.add(Item{Shape: Stamped, At: at, Size: Point{k.To.X - k.From.X, k.To.Y - k.From.Y}, From: i})
}

// draw makes a stamp.
func (p *pen) draw(key stampKey) int32 {
	p.l.Stamps = append(p.l.Stamps, Stamp{kind: key.kind})
	k := &p.l.Stamps[len(p.l.Stamps)-1]
	q := pen{l: &k.List, k: p.k, line: p.line, node: -1}
	switch key.kind {
	case stampCar:
		c := car{look: key.look, label: key.label, lines: int(key.many), octets: 0}
		c.half = float64(key.long)
		if key.look != lookSealed {
			c.half = c.measure()
		}
		drawCar(&q, &c, key.quad.dir(), key.said)
	case stampEnvelope:
		if key.small {
			q.k *= 0.45
		}
		drawEnvelope(&q, key)
	case stampQueued:
		drawQueued(&q, int(key.many), key.bad, key.sealed)
	case stampSlip:
		drawSlip(&q, key.label, key.answer, key.bad)
	case stampBump:
		drawBump(q)
	case stampLock:
		drawLock(&q)
	}
	k.From, k.To = k.reach()
	return int32(len(p.l.Stamps) - 1)
}

// reach is the rectangle that the items of a list cover, at most.
func (l *List) reach() (from, to Point) {
	grow := func(at Point, d float64) {
		from = Point{min(from.X, at.X-d), min(from.Y, at.Y-d)}
		to = Point{max(to.X, at.X+d), max(to.Y, at.Y+d)}
	}
	for i := range l.Items {
		it := &l.Items[i]
		edge := 0.5
		if it.Stroke != Clear {
			edge += it.Width * 0.75
		}
		switch it.Shape {
		case Rect:
			grow(it.At, edge)
			grow(it.At.plus(it.Size, 1), edge)
		case Circle:
			grow(it.At, it.Radius+edge)
		case Path:
			for _, p := range l.Path(it) {
				grow(p, edge)
			}
		case Text:
			half := textWidth(it.Text, it.Face, it.Height) * 0.6
			grow(it.At.plus(Point{half, 0}, 1), 0)
			grow(it.At.plus(Point{-half, -it.Height}, 1), 0)
			grow(it.At.plus(Point{0, it.Height * 0.35}, 1), 0)
		}
	}
	return from, to
}

// freshen forgets the stamps: they were made for another scale, or there are too many.
func (l *List) freshen() {
	clear(l.known)
	l.Stamps = l.Stamps[:0:0]
	l.Batch++
}
