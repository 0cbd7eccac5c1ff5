package scene

import (
	"math"

	"ehlo/sim/trace"
)

// drawCar paints a packet or a sheet that goes in the direction dir.
func drawCar(p *pen, k *car, dir Point, said trace.Dir) {
	fill, stroke, ink := Sheet, Server, Server
	switch {
	case k.look == lookSheet:
		p.rect(-9, -7, 18, 14, 1, LetterPaper, LetterInk, 1.2)
		p.path(false, Clear, LetterInk, 1, -6, -2.5, 6, -2.5)
		p.path(false, Clear, LetterInk, 1, -6, 2, 2, 2)
		return
	case k.look == lookSealed:
		p.rect(-k.half, -4.5, 2*k.half, 9, 0, TLSWash, TLS, 1)
		return
	case k.look == lookRecord:
		fill, stroke, ink = TLSWash, TLS, TLS
	case k.look == lookSoft:
		fill, stroke, ink = TransientFill, OnTransient, OnTransient
	case k.look == lookHard:
		fill, stroke, ink = PermanentFill, PermanentFill, OnPermanent
	case said == trace.ToServer:
		fill, stroke, ink = Client, Client, OnInk
	}
	if k.lines > 1 { // the edge of the lines behind
		q := p.moved(p.pt(-4*sign(dir.X), -4))
		if vertical(dir) {
			q = p.moved(p.pt(4, -4*sign(dir.Y)))
		}
		q.arrow(k.half, dir, fill, stroke)
	}
	outline := p.arrow(k.half, dir, fill, stroke)
	if k.look == lookSoft {
		outline.Dash = [2]float64{3 * p.k, 2.5 * p.k}
	}
	if k.label == "" {
		return
	}
	width := textWidth(k.label, MonoStrong, packetText)
	x, y := -2*sign(dir.X), 0.0
	if vertical(dir) {
		x, y = 0, -3*sign(dir.Y)
	}
	switch k.look {
	case lookHard:
		m := x - width/2 - 3
		p.path(false, Clear, ink, 2, m-4, y-4, m+4, y+4).Round = true
		p.path(false, Clear, ink, 2, m+4, y-4, m-4, y+4).Round = true
		x += 7
	case lookSoft:
		drawOpenRing(p, x-width/2-3, y, ink)
		x += 7
	}
	p.text(x, y+4.2, k.label, MonoStrong, packetText, Middle, ink)
}

func vertical(dir Point) bool { return math.Abs(dir.Y) > math.Abs(dir.X)*1.2 }

func sign(x float64) float64 {
	if x < 0 {
		return -1
	}
	return 1
}

// arrow is a packet's outline: a plate with a point that says where it goes.
func (p *pen) arrow(half float64, dir Point, fill, stroke Token) *Item {
	w := p.line + 0.2
	if vertical(dir) {
		y := sign(dir.Y)
		return p.path(true, fill, stroke, w, -half, -13*y, half, -13*y, half, 7*y, 0, 15*y, -half, 7*y)
	}
	x := sign(dir.X)
	return p.path(true, fill, stroke, w, -half*x, -11, (half-8)*x, -11, half*x, 0, (half-8)*x, 11, -half*x, 11)
}

// drawOpenRing is the mark of "not now".
func drawOpenRing(p *pen, x, y float64, ink Token) {
	n := len(p.l.Points)
	for i := range 13 {
		a := 2 * math.Pi * 0.72 * float64(i) / 12
		p.l.Points = append(p.l.Points, p.pt(x+5*math.Sin(a), y-5*math.Cos(a)))
	}
	p.add(Item{Shape: Path, Stroke: ink, Round: true, Width: 2 * p.k, From: int32(n), To: int32(len(p.l.Points))})
}

// drawDraft paints the envelope of a message that crosses a connection.
func (s *Scene) drawDraft(p pen, o *placed) {
	p.begin(s.letterNode(o))
	key := stampKey{kind: stampEnvelope, many: 1, small: o.half < 31}
	if d := &o.c.drafts[o.said]; d.seq == o.seq {
		key.marks = uint8(min(d.marks, 3))
		key.bad = o.c.null && o.said == trace.ToServer
		if o.said == trace.ToServer && o.c.rcpts > 1 {
			key.many = 2
		}
	}
	key.sealed = o.k != nil && o.k.sealed || o.c.sealed()
	if key.small {
		key.marks, key.sealed = 0, false
	}
	p.stamp(o.at, key)
}

// drawEnvelope paints a message with its middle at the pen: a stamp, and a postmark for each host that has had it. One
// for several recipients has another behind it; inside TLS it is in a sleeve.
func drawEnvelope(p *pen, key stampKey) {
	ink := LetterInk
	if key.bad {
		ink = LetterReturn
	}
	if key.many > 1 {
		p.rect(-26, -25, 62, 40, 2, LetterPaper, ink, p.line)
	}
	p.rect(-31, -20, 62, 40, 2, LetterPaper, ink, p.line)
	switch {
	case key.small:
		p.path(false, Clear, ink, 2.4, -30, -19, 0, 5, 30, -19)
		if key.bad {
			p.rect(-31, 8, 62, 12, 0, LetterReturn, Clear, 0)
		}
		return
	case key.bad:
		p.rect(-31, 8, 62, 12, 0, LetterReturn, Clear, 0)
		p.path(false, Clear, LetterReturn, 2, -6, -13, -12, -7, -6, -1).Round = true
		p.path(false, Clear, LetterReturn, 2, -12, -7, 4, -7, 8, -5.4, 9.5, -1.5, 8, 2.4, 4, 4, -6, 4).Round = true
	default:
		p.path(false, Clear, LetterInk, 1, -30, -19, 0, 5, 30, -19)
		p.path(false, Clear, Ink3, 2, -24, 9, -6, 9)
		p.path(false, Clear, Ink3, 2, -24, 14, -12, 14)
		p.rect(15, 3, 11, 12, 0, LetterPaper, LetterStamp, 1.6).Dash = [2]float64{1.6 * p.k, 1.4 * p.k}
		for i := range min(key.marks, 3) {
			x := 8 - 11*float64(i)
			p.circle(x, 11, 4.5, Clear, LetterInk, 1)
			p.circle(x, 11, 1.3, LetterInk, Clear, 0)
		}
	}
	if key.sealed {
		p.rect(-31, -20, 62, 7, 0, TLS, Clear, 0)
		for x := -27.0; x < 30; x += 6 {
			p.path(false, Clear, TLSWash, 1, x, -13.5, x+3, -19.5)
		}
	}
}
