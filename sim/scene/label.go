package scene

import "ehlo/sim/trace"

// fix notes that a label of the still part lies at a place outside of cards or at their edge.
func (s *Scene) fix(at Point, half, tall float64) {
	k := s.geo.k
	s.fixed = append(s.fixed, card{x: at.X - half*k, y: at.Y - tall*k, w: 2 * half * k, h: 2 * tall * k})
}

// place notes that a label lies at a place, so that no other is put there. half and tall are in units.
func (s *Scene) place(at Point, half, tall float64) {
	k := s.geo.k
	s.taken = append(s.taken, card{x: at.X - half*k, y: at.Y - tall*k, w: 2 * half * k, h: 2 * tall * k})
}

// covered says whether something with a label lies in a rectangle.
func (s *Scene) covered(r card) bool {
	for i := range s.taken {
		if s.taken[i].touches(r) {
			return true
		}
	}
	return false
}

func (c card) touches(d card) bool {
	return c.x < d.x+d.w && c.x+c.w > d.x && c.y < d.y+d.h && c.y+c.h > d.y
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

// outside says whether a rectangle is not wholly on the surface, or lies in the page's corner.
func (s *Scene) outside(r card) bool {
	v := &s.view
	return r.x < 2 || r.y < 2 || r.x+r.w > v.Width-2 || r.y+r.h > v.Height-2 || r.x+r.w > v.Width-v.Corner.X && r.y < v.Corner.Y
}

// price says how much that matters a rectangle covers.
func (s *Scene) price(r card) int {
	sum := 0
	if s.outside(r) {
		sum += 1000
	}
	for i := range s.geo.cards {
		if s.geo.cards[i].touches(r) {
			sum += 1000
		}
	}
	for i := range s.tubes {
		if u := &s.tubes[i]; u.users > 0 && r.meets(u.path, 8*s.geo.k) {
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

// bestSpot is the spot that covers least on the whole way of a tube, so that a caption need not change its side.
func (s *Scene) bestSpot(u *tube) int {
	const typical = 170
	best, least := 0, -1
	if len(u.path) < 2 {
		return best
	}
	p := pen{k: s.geo.k}
	for spot := range spots {
		sum := 0
		for i := range 7 {
			at, _ := along(u.path, u.length*(float64(i)+1)/8)
			q := p.moved(at)
			r := spotRect(&q, spot, typical)
			if s.outside(r) {
				sum += 1000
			}
			for c := range s.geo.cards {
				if s.geo.cards[c].touches(r) {
					sum += 1000
				}
			}
			for w := range s.geo.wires {
				if r.meets(s.geo.wires[w].path, 2) {
					sum += 3
				}
			}
			if r.meets(u.path, 8*s.geo.k) {
				sum += 20
			}
		}
		if least < 0 || sum < least {
			best, least = spot, sum
		}
	}
	return best
}

// captionOf writes subject and envelope beside a message that is drawn large.
func (s *Scene) captionOf(p pen, o *placed) {
	if o.mute || o.k != nil && o.k.look != lookEnvelope {
		return
	}
	d := &o.c.drafts[o.said]
	if d.seq != o.seq || d.subject == "" && d.caption == "" || o.t != nil && o.t.lost {
		return
	}
	p.begin(s.letterNode(o))
	q := p.moved(o.at)
	spot := s.tubes[o.c.tube].spot
	caption := d.caption
	best, ok := s.chooseSpot(&q, spot, d.wide())
	if !ok && d.subject != "" { // where both lines cover something, the subject alone may not
		caption = ""
		best, ok = s.chooseSpot(&q, spot, textWidth(d.subject, UIStrong, packetText))
	}
	if !ok {
		return
	}
	s.taken = append(s.taken, spotRect(&q, best, d.wide()))
	c := &spots[best]
	y := c.y
	if d.subject == "" {
		y -= 8
	} else {
		q.text(c.x, y, d.subject, UIStrong, packetText, c.anchor, Ink).Stroke = Paper
		y += 16
	}
	if caption != "" {
		q.text(c.x, y, caption, UI, subText, c.anchor, Ink2).Stroke = Paper
	}
}

// wide is how wide the caption of a draft is, in units.
func (d *draft) wide() float64 {
	return max(textWidth(d.subject, UIStrong, packetText), textWidth(d.caption, UI, subText))
}

// chooseSpot is where a caption of a width stands: where its connection wants it, or where it covers least. It is false
// where it would lie on a card, on another label or beyond the edge even there.
func (s *Scene) chooseSpot(p *pen, wanted int, w float64) (best int, ok bool) {
	cost := func(spot int) int {
		r := spotRect(p, spot, w)
		n := s.price(r)
		if s.covered(r) {
			n += 1000
		}
		return n
	}
	best = wanted
	least := cost(best)
	if least < 10 { // it covers a wire at most, and need not change sides
		return best, true
	}
	for spot := range spots {
		if n := cost(spot); n < least {
			best, least = spot, n
		}
	}
	return best, least < 1000
}

// letterNode is what a message on a connection is called.
func (s *Scene) letterNode(o *placed) Node {
	c := o.c
	d := &c.drafts[o.said]
	n := Node{Kind: NodeLetter, Seq: o.seq, Conn: c.id}
	if d.seq != o.seq { // an earlier message, still on its way
		return n
	}
	n.Name, n.Peer, n.Num = d.subject, s.hosts[c.server].name, d.octets
	if o.said == trace.ToClient {
		n.Peer = s.hosts[c.client].name
	}
	if c.carries != nil && o.said == trace.ToServer {
		n.Letter = c.carries.id
	}
	return n
}
