package scene

import "math"

// cuts says whether the way from a to b passes through a card that is larger by d on each side.
func (c *card) cuts(a, b Point, d float64) bool {
	t0, t1 := 0.0, 1.0
	for _, e := range [4][2]float64{
		{a.X - b.X, a.X - (c.x - d)}, {b.X - a.X, c.x + c.w + d - a.X},
		{a.Y - b.Y, a.Y - (c.y - d)}, {b.Y - a.Y, c.y + c.h + d - a.Y},
	} {
		p, q := e[0], e[1]
		switch {
		case p == 0 && q <= 0:
			return false
		case p < 0:
			t0 = max(t0, q/p)
		case p > 0:
			t1 = min(t1, q/p)
		}
	}
	return t1-t0 > 1e-9
}

// clear says whether nothing stands between two places. The cards from and to are touched by their own ends.
func (g *geometry) clear(a, b Point, from, to int) bool {
	for i := range g.cards {
		d := 8 * g.k
		if i == from || i == to {
			d = -1
		}
		if g.cards[i].cuts(a, b, d) {
			return false
		}
	}
	return true
}

// corner finds where ways around the cards may bend, and which of these places see each other.
func (g *geometry) corner(v View) {
	d := 16 * g.k
	for i := range g.cards {
		c := &g.cards[i]
		for _, p := range [4]Point{{c.x - d, c.y - d}, {c.x + c.w + d, c.y - d}, {c.x - d, c.y + c.h + d}, {c.x + c.w + d, c.y + c.h + d}} {
			if e := 11 * g.k; p.X > e && p.Y > e && p.X < v.Width-e && p.Y < v.Height-e {
				g.corners = append(g.corners, p)
			}
		}
	}
	g.sees = make([][]bool, len(g.corners))
	for i := range g.corners {
		g.sees[i] = make([]bool, len(g.corners))
		for j := range i {
			ok := g.clear(g.corners[i], g.corners[j], -1, -1)
			g.sees[i][j], g.sees[j][i] = ok, ok
		}
	}
}

// way is the shortest way from a to b that goes through no card, both ends included. Of two equally short ones it is
// the one whose bends belong to earlier hosts. Where there is none it goes straight.
func (g *geometry) way(a, b Point) (path []Point, ok bool) {
	if g.clear(a, b, -1, -1) {
		return []Point{a, b}, true
	}
	n := len(g.corners)
	dist := make([]float64, n)
	prev := make([]int, n)
	done := make([]bool, n)
	bend := 40 * g.k
	for i, c := range g.corners {
		dist[i], prev[i] = math.Inf(1), -1
		if g.clear(a, c, -1, -1) {
			dist[i] = a.to(c) + bend
		}
	}
	best, end := math.Inf(1), -1
	for {
		at := -1
		for i := range dist {
			if !done[i] && !math.IsInf(dist[i], 1) && (at < 0 || dist[i] < dist[at]) {
				at = i
			}
		}
		if at < 0 || dist[at] >= best {
			break
		}
		done[at] = true
		if d := dist[at] + g.corners[at].to(b); d < best && g.clear(g.corners[at], b, -1, -1) {
			best, end = d, at
		}
		for j := range dist {
			if d := dist[at] + g.corners[at].to(g.corners[j]) + bend; !done[j] && g.sees[at][j] && d < dist[j] {
				dist[j], prev[j] = d, at
			}
		}
	}
	ok = end >= 0
	back := []Point{b}
	for ; end >= 0; end = prev[end] {
		back = append(back, g.corners[end])
	}
	back = append(back, a)
	for i, j := 0, len(back)-1; i < j; i, j = i+1, j-1 {
		back[i], back[j] = back[j], back[i]
	}
	return back, ok
}
