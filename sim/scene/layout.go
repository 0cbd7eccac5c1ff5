package scene

import (
	"slices"
	"strings"
)

// Lengths of the drawing in units of its scale.
const (
	nameText, subText, packetText = 13, 12, 12

	headHeight    = 40
	boxRow        = 42
	queueRow      = 46
	doorStep      = 27
	margin        = 20
	envelopeReach = 38 // how far from a card's wall an envelope's middle stays
	sheetWidth    = 18
)

// geometry is where everything stands on a surface.
type geometry struct {
	k       float64 // CSS pixels of one unit
	cards   []card  // by host
	wires   []wire  // by link
	corners []Point // where a way around a card may bend
	sees    [][]bool
	lanes   [][]lane // by host, made when its first connection is laid
}

// card is a host on the stage.
type card struct {
	x, y, w, h float64 // CSS pixels
	side       side    // the wall its doors are in
	narrow     bool
	name, sub  string
	doors      []Point
}

type wire struct {
	path   []Point
	middle Point   // of its longest stretch
	normal Point   // to that stretch
	label  Point   // where the latency is written
	half   float64 // half its width, in units
	gap    bool    // it interrupts the wire
}

type side uint8

const (
	left side = iota
	right
	top
	bottom
)

// normal points out of a card.
func (w side) normal() Point {
	return [...]Point{{-1, 0}, {1, 0}, {0, -1}, {0, 1}}[w]
}

// plan is a way to arrange the hosts: columns from left to right, each from top to bottom.
type plan struct {
	columns   [][]int
	staggered bool // the second and third column lean to the top and to the bottom
	narrow    bool // one column downwards, with a channel for connections to its right
	k         float64
}

// role brings a role word into one of the columns: who reads and writes, who relays, who only keeps or answers.
func (h *host) role3() int {
	switch h.role {
	case "mua":
		return 0
	case "mta", "bridge":
		return 1
	}
	return 2
}

// plans lists the arrangements, the one that tells most first.
func (s *Scene) plans() []plan {
	var by [3][]int
	for i := range s.hosts {
		by[s.hosts[i].role3()] = append(by[s.hosts[i].role3()], i)
	}
	var even, odd, here, near, down, later []int
	for i, h := range by[1] {
		if i%2 == 0 {
			even = append(even, h)
		} else {
			odd = append(odd, h)
		}
	}
	for _, h := range by[0] {
		if s.hosts[h].you {
			down = append(down, h)
		} else {
			later = append(later, h)
		}
		if !s.hosts[h].you && s.meets(h, odd) {
			near = append(near, h)
		} else {
			here = append(here, h)
		}
	}
	down = append(append(append(down, by[1]...), by[2]...), later...)
	plans := []plan{
		{columns: filled(here, even, append(near, odd...), by[2]), staggered: len(here) > 0},
		{columns: filled(by[0], by[1], by[2])},
		{columns: filled(down), narrow: true},
	}
	if len(by[1]) < 2 {
		plans = plans[1:]
	}
	return plans
}

// meets says whether a host's first link leads to one of others.
func (s *Scene) meets(h int, others []int) bool {
	for i := range s.links {
		if l := &s.links[i]; l.a == h || l.b == h {
			return slices.Contains(others, l.other(h))
		}
	}
	return false
}

func filled(columns ...[]int) [][]int {
	kept := columns[:0]
	for _, c := range columns {
		if len(c) > 0 {
			kept = append(kept, c)
		}
	}
	return kept
}

// size is how large a host's card is in units.
func (s *Scene) size(h *host, narrow bool) (w, height float64) {
	w = 180
	height = headHeight + 34
	if s.keeps(h) {
		w, height = 240, headHeight+boxRow+4
		if narrow {
			w = 206
		}
	}
	if h.role == "mta" {
		height += queueRow - 4
	}
	height = max(height, headHeight+float64(len(h.doors))*doorStep+10)
	w = max(w, 56+textWidth(h.name, MonoStrong, nameText), 56+textWidth(s.sub(h), UI, subText))
	return w, height
}

// keeps says whether a host has mailboxes to show.
func (s *Scene) keeps(h *host) bool {
	return h.role == "mta" || h.role == "mailbox" || len(h.boxes) > 0
}

// sub is the second line of a card: the role and who sits there.
func (s *Scene) sub(h *host) string {
	sub := strings.ToUpper(h.role)
	if h.role == "mailbox" {
		sub = "MDA"
	}
	if h.person != "" {
		sub += " · " + h.person
	}
	if you := s.word("page.stage.you", ""); h.you && you != "" {
		if h.person != "" {
			sub += ", " + you
		} else {
			sub += " · " + you
		}
	}
	return sub
}

// lay places everything, if something changed since it was last placed.
func (s *Scene) lay() {
	if s.laid {
		return
	}
	s.laid = true
	s.geo = geometry{k: 1}
	if len(s.hosts) == 0 {
		return
	}
	base := s.view.Base / 16
	most := 1.3 * base
	if base > 1 {
		most = 1.7 * base
	}
	plans := s.plans()
	best := 0
	for i := range plans {
		p := &plans[i]
		w, h := s.needs(p, 60)
		if p.k = min(s.view.Width/w, s.view.Height/h, most); p.k < base {
			w, h = s.needs(p, 28)
			p.k = max(min(s.view.Width/w, s.view.Height/h, base), 0.5)
		}
		if p.k > plans[best].k*1.05 {
			best = i
		}
	}
	s.arrangeClear(&plans[best])
	s.pin()
	s.geo.corner(s.view)
	for i := range s.links {
		s.geo.wires = append(s.geo.wires, s.layWire(&s.links[i]))
	}
	for i := range s.tubes {
		s.tubes[i].path = nil
	}
	s.list.freshen()
}

// arrangeClear arranges a plan so that no card lies in the page's corner: smaller where that is needed. Where even that does not help,
// what is large is better.
func (s *Scene) arrangeClear(p *plan) {
	const least, step = 0.7, 0.97
	for k := p.k; k >= max(p.k*least, 0.5); k *= step {
		s.geo = geometry{k: k}
		if s.arrange(p); !s.cornered() {
			return
		}
	}
	s.geo = geometry{k: p.k}
	s.arrange(p)
}

// cornered says whether a card lies in the page's corner.
func (s *Scene) cornered() bool {
	v := s.view
	return slices.ContainsFunc(s.geo.cards, func(c card) bool { return c.x+c.w > v.Width-v.Corner.X && c.y < v.Corner.Y })
}

// needs is the surface that a plan takes, in units, with a gap between the cards of a column.
func (s *Scene) needs(p *plan, gap float64) (w, h float64) {
	const between, channel = 130, 106
	for _, column := range p.columns {
		cw, ch := 0.0, 0.0
		for _, i := range column {
			x, y := s.size(&s.hosts[i], p.narrow)
			cw, ch = max(cw, x), ch+y+gap
		}
		w, h = w+cw, max(h, ch-gap)
	}
	w += float64(len(p.columns)-1) * between
	if p.narrow || len(s.hosts) == 1 {
		w += channel
	}
	if p.narrow {
		return w + 28, h + 28
	}
	return w + 2*margin, h + 2*margin
}

// arrange puts the cards of a plan on the surface.
func (s *Scene) arrange(p *plan) {
	k, m := s.geo.k, margin*s.geo.k
	if p.narrow {
		m = 14 * k
	}
	s.geo.cards = make([]card, len(s.hosts))
	s.geo.lanes = make([][]lane, len(s.hosts))
	widths := make([]float64, len(p.columns))
	heights := make([]float64, len(p.columns))
	total, tallest := 0.0, 0.0
	for c, column := range p.columns {
		for _, i := range column {
			w, h := s.size(&s.hosts[i], p.narrow)
			s.geo.cards[i] = card{w: w * k, h: h * k, narrow: p.narrow, name: s.hosts[i].name, sub: s.sub(&s.hosts[i])}
			widths[c] = max(widths[c], w*k)
			heights[c] += h * k
		}
		total += widths[c]
		tallest = max(tallest, heights[c]+float64(len(column)-1)*28*k)
	}
	inner := min(s.view.Height-2*m, tallest+200*k)
	y0 := (s.view.Height - inner) / 2
	x, gap := m, 0.0
	if n := len(p.columns); n > 1 {
		gap = min((s.view.Width-2*m-total)/float64(n-1), 420*k)
		x = (s.view.Width - total - gap*float64(n-1)) / 2
	}
	for c, column := range p.columns {
		y, step := s.column(p, c, y0, inner, heights[c], x+widths[c])
		for _, i := range column {
			d := &s.geo.cards[i]
			d.x, d.y, d.side = x, y, left
			if c == 0 && len(p.columns) > 1 {
				d.side = right
			}
			y += d.h + step
			s.placeAlone(p, d, m, &s.hosts[i])
			d.setDoors(len(s.hosts[i].doors), k)
		}
		x += widths[c] + gap
	}
}

// column is where the cards of a column begin and how far they are apart, in a surface from y0 on that is inner high. The
// column is height high and reaches to the right as far as end. Its first card keeps out of the page's corner, if that
// leaves room for the rest.
func (s *Scene) column(p *plan, c int, y0, inner, height, end float64) (y, step float64) {
	n := len(p.columns[c])
	if v := s.view; end > v.Width-v.Corner.X && y0 < v.Corner.Y {
		if room := y0 + inner - v.Corner.Y; room >= height+float64(n-1)*14*s.geo.k {
			y0, inner = v.Corner.Y, room
		}
	}
	switch {
	case n > 1:
		return y0, (inner - height) / float64(n-1)
	case p.staggered && c == 1:
		return y0, 0
	case p.staggered && c == 2:
		return y0 + inner - height, 0
	}
	if len(p.columns) == 1 && !p.narrow { // connections to itself run above it
		return y0 + (inner-height)*0.75, 0
	}
	return y0 + (inner-height)/2, 0
}

// placeAlone puts a card of a world of one column: to the side that leaves room for connections.
func (s *Scene) placeAlone(p *plan, d *card, m float64, h *host) {
	switch {
	case p.narrow:
		d.side, d.x = right, m
		if h.role == "mua" && len(s.hosts) > 1 {
			d.x = s.view.Width - m - d.w
		}
	case len(p.columns) == 1:
		loop := min(s.view.Width-d.w-2*m, 380*s.geo.k)
		d.x = (s.view.Width-d.w-loop)/2 + loop
	}
}

// setDoors places a card's doors below its head.
func (d *card) setDoors(n int, k float64) {
	x := d.x
	if d.side == right {
		x += d.w
	}
	room := d.h - headHeight*k
	step := min(doorStep*k, room/float64(max(n, 1)))
	y := d.y + headHeight*k + (room-step*float64(n-1))/2
	for i := range n {
		d.doors = append(d.doors, Point{x, y + float64(i)*step})
	}
}

// room is how long a wall is.
func (d *card) room(w side) float64 {
	if w == top || w == bottom {
		return d.w
	}
	return d.h
}

// wall is a place in one of a card's walls, off from its middle.
func (d *card) wall(w side, off float64) Point {
	switch w {
	case left:
		return Point{d.x, d.y + d.h/2 + off}
	case right:
		return Point{d.x + d.w, d.y + d.h/2 + off}
	case top:
		return Point{d.x + d.w/2 + off, d.y}
	}
	return Point{d.x + d.w/2 + off, d.y + d.h}
}
