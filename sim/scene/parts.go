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

// drawDraft paints the envelope of a message that crosses a connection, with what is known of it.
func (s *Scene) drawDraft(p pen, c *conn, dir trace.Dir, at Point, seq uint64) {
	d := &c.drafts[dir]
	if d.seq != seq { // an earlier message's envelope, still on its way
		p.begin(Node{Kind: NodeLetter, Seq: seq, Conn: c.id})
		q := p.moved(at)
		drawEnvelope(&q, false, 0)
		return
	}
	peer := s.hosts[c.server].name
	if dir == trace.ToClient {
		peer = s.hosts[c.client].name
	}
	p.begin(Node{Kind: NodeLetter, Name: d.subject, Peer: peer, Seq: seq, Conn: c.id, Num: d.octets})
	q := p.moved(at)
	drawEnvelope(&q, c.null && dir == trace.ToServer, d.marks)
	s.drawCaption(&q, c, d)
}

// drawEnvelope paints a message with its middle at the pen: a stamp, and a postmark for each host that has had it.
func drawEnvelope(p *pen, returned bool, marks int) {
	ink := LetterInk
	if returned {
		ink = LetterReturn
	}
	p.rect(-31, -20, 62, 40, 2, LetterPaper, ink, p.line)
	if returned {
		p.rect(-31, 8, 62, 12, 0, LetterReturn, Clear, 0)
		p.path(false, Clear, LetterReturn, 2, -6, -13, -12, -7, -6, -1).Round = true
		p.path(false, Clear, LetterReturn, 2, -12, -7, 4, -7, 8, -5.4, 9.5, -1.5, 8, 2.4, 4, 4, -6, 4).Round = true
		return
	}
	p.path(false, Clear, LetterInk, 1, -30, -19, 0, 5, 30, -19)
	p.path(false, Clear, Ink3, 2, -24, 9, -6, 9)
	p.path(false, Clear, Ink3, 2, -24, 14, -12, 14)
	p.rect(15, 3, 11, 12, 0, LetterPaper, LetterStamp, 1.6).Dash = [2]float64{1.6 * p.k, 1.4 * p.k}
	for i := range min(marks, 3) {
		x := 8 - 11*float64(i)
		p.circle(x, 11, 4.5, Clear, LetterInk, 1)
		p.circle(x, 11, 1.3, LetterInk, Clear, 0)
	}
}

// spots are where a caption can stand beside an envelope: the beginning, middle or end of the subject's baseline, in
// units from the envelope's middle.
var spots = [...]struct {
	x, y   float64
	anchor Anchor
}{{0, -42, Middle}, {0, 36, Middle}, {38, -4, Start}, {-38, -4, End}, {34, -32, Start}, {-34, -32, End}, {34, 26, Start}, {-34, 26, End},
	{24, 36, Middle}, {-24, 36, Middle}, {24, -42, Middle}, {-24, -42, Middle}}

// spotRect is what a caption of a width covers at a spot of an envelope.
func spotRect(p *pen, spot int, w float64) card {
	o := &spots[spot]
	x := o.x - w/2
	switch o.anchor {
	case Start:
		x = o.x
	case End:
		x = o.x - w
	}
	at := p.pt(x-2, o.y-12)
	return card{x: at.X, y: at.Y, w: (w + 4) * p.k, h: 32 * p.k}
}

// price says how much that matters a rectangle covers.
func (s *Scene) price(r card) int {
	sum := 0
	if r.x < 2 || r.y < 2 || r.x+r.w > s.view.Width-2 || r.y+r.h > s.view.Height-2 {
		sum += 1000
	}
	for i := range s.geo.cards {
		if c := &s.geo.cards[i]; r.x < c.x+c.w && r.x+r.w > c.x && r.y < c.y+c.h && r.y+r.h > c.y {
			sum += 1000
		}
	}
	for i := range s.conns {
		if r.meets(s.conns[i].path, 8*s.geo.k) {
			sum += 10
		}
	}
	for i := range s.geo.wires {
		if r.meets(s.geo.wires[i].path, 2) {
			sum += 3
		}
	}
	return sum
}

// meets says whether a path comes nearer to a rectangle than d.
func (c *card) meets(path []Point, d float64) bool {
	for i := 1; i < len(path); i++ {
		if c.cuts(path[i-1], path[i], d) {
			return true
		}
	}
	return false
}

// bestSpot is the spot that covers least on the whole way of a connection, so that a caption need not change its side.
func (s *Scene) bestSpot(c *conn) int {
	const typical = 170
	best, least := 0, -1
	if len(c.path) < 2 {
		return best
	}
	p := pen{k: s.geo.k}
	for spot := range spots {
		sum := 0
		for i := range 7 {
			at, _ := along(c.path, c.length*(float64(i)+1)/8)
			q := p.moved(at)
			r := spotRect(&q, spot, typical)
			sum += s.price(r)
			if r.meets(c.path, 8*s.geo.k) {
				sum += 10
			}
		}
		if least < 0 || sum < least {
			best, least = spot, sum
		}
	}
	return best
}

// drawCaption writes subject and caption beside an envelope.
func (s *Scene) drawCaption(p *pen, c *conn, d *draft) {
	if d.subject == "" && d.caption == "" {
		return
	}
	w := max(textWidth(d.subject, UIStrong, packetText), textWidth(d.caption, UI, subText))
	best, covers := s.chooseSpot(p, c.spot, w)
	caption := d.caption
	if covers && caption != "" { // where both lines cover something, the subject alone may not
		caption = ""
		best, covers = s.chooseSpot(p, c.spot, textWidth(d.subject, UIStrong, packetText))
	}
	if covers {
		return
	}
	o := &spots[best]
	y := o.y
	if d.subject == "" {
		y -= 8
	} else {
		p.text(o.x, y, d.subject, UIStrong, packetText, o.anchor, Ink).Stroke = Paper
	}
	if caption != "" {
		p.text(o.x, y+16, caption, UI, subText, o.anchor, Ink2).Stroke = Paper
	}
}

// chooseSpot is where a caption of a width stands: where its connection wants it, or where it covers least. covers says
// that it would lie on a card or beyond the edge even there.
func (s *Scene) chooseSpot(p *pen, wanted int, w float64) (best int, covers bool) {
	best = wanted
	least := s.price(spotRect(p, best, w))
	if least < 10 { // it covers a wire at most, and need not change sides
		return best, false
	}
	for spot := range spots {
		if n := s.price(spotRect(p, spot, w)); n < least {
			best, least = spot, n
		}
	}
	return best, least >= 1000
}
