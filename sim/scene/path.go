package scene

import "math"

func (a Point) plus(b Point, f float64) Point { return Point{a.X + b.X*f, a.Y + b.Y*f} }

func (a Point) to(b Point) float64 { return math.Hypot(b.X-a.X, b.Y-a.Y) }

// toward is the unit vector from a to b.
func (a Point) toward(b Point) Point {
	d := a.to(b)
	if d == 0 {
		return Point{1, 0}
	}
	return Point{(b.X - a.X) / d, (b.Y - a.Y) / d}
}

// along is the place a distance along a path, and the direction the path has there.
func along(path []Point, d float64) (at, dir Point) {
	for i := 1; i < len(path); i++ {
		step := path[i-1].to(path[i])
		if d <= step || i == len(path)-1 {
			dir = path[i-1].toward(path[i])
			return path[i-1].plus(dir, d), dir
		}
		d -= step
	}
	return path[0], Point{1, 0}
}

func lengthOf(path []Point) float64 {
	sum := 0.0
	for i := 1; i < len(path); i++ {
		sum += path[i-1].to(path[i])
	}
	return sum
}

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
			if p.X > 4 && p.Y > 4 && p.X < v.Width-4 && p.Y < v.Height-4 {
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
func (g *geometry) way(a, b Point) []Point {
	if g.clear(a, b, -1, -1) {
		return []Point{a, b}
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
	back := []Point{b}
	for ; end >= 0; end = prev[end] {
		back = append(back, g.corners[end])
	}
	back = append(back, a)
	for i, j := 0, len(back)-1; i < j; i, j = i+1, j-1 {
		back[i], back[j] = back[j], back[i]
	}
	return back
}

// porch is how far in front of a wall a way may turn, in units.
const porch = 20

// toDoor is the way from a card's wall to a place in the wall of another, of which out points outwards.
func (g *geometry) toDoor(from, to int, slot int, door, out Point) []Point {
	var best []Point
	cost := math.Inf(1)
	step := door.plus(out, porch*g.k)
	src := &g.cards[from]
	for w := left; w <= bottom; w++ {
		if w == src.side && len(src.doors) > 0 {
			continue
		}
		exit := src.wall(w, slot, g.k)
		path := g.straight(exit, w, door, step, out, from, to)
		if path == nil {
			before := exit.plus(w.normal(), porch*g.k)
			path = append([]Point{exit}, g.way(before, step)...)
			path = append(path, door)
		}
		if c := lengthOf(path) + 40*g.k*float64(len(path)); c < cost {
			best, cost = path, c
		}
	}
	return best
}

// straight goes to the door, or to its porch, without turning, where that is possible and not too slanted.
func (g *geometry) straight(exit Point, w side, door, step, out Point, from, to int) []Point {
	leaves := func(p Point) bool {
		d, n := exit.toward(p), w.normal()
		return d.X*n.X+d.Y*n.Y > 0.3
	}
	if d := door.toward(exit); d.X*out.X+d.Y*out.Y > 0.5 && leaves(door) && g.clear(exit, door, from, to) {
		return []Point{exit, door}
	}
	if leaves(step) && g.clear(exit, step, from, -1) {
		return []Point{exit, step, door}
	}
	return nil
}

// loop is the way of a host's connection to itself: out of the top, round the corner and in at the door.
func (g *geometry) loop(i, slot int, door Point, v View) []Point {
	c := &g.cards[i]
	n := float64(slot)
	out := c.side.normal()
	exit := Point{c.x + (44+n*24)*g.k, c.y}
	far := max(c.x-(300+n*24)*g.k, (26+n*4)*g.k)
	if c.side == right {
		exit.X = c.x + c.w - (44+n*24)*g.k
		far = min(c.x+c.w+(300+n*24)*g.k, v.Width-(26+n*4)*g.k)
	}
	up := max(c.y-(34+n*20)*g.k, 14*g.k)
	if out.X == 0 {
		far = c.x
	}
	return []Point{exit, {exit.X, up}, {far, up}, {far, door.Y}, door}
}

// layConn lays a connection's tube and finds where the links of its way end on it.
func (s *Scene) layConn(c *conn) {
	g := &s.geo
	door, out := g.doorOf(s, c.server, c.port)
	c.ends = c.ends[:0]
	if c.client == c.server {
		c.path = g.loop(c.client, c.slot, door, s.view)
		return
	}
	c.path = nil
	from := c.client
	at := Point{}
	for i, l := range c.route {
		to := s.links[l].other(from)
		var part []Point
		switch last := i == len(c.route)-1; {
		case i == 0 && last:
			part = g.toDoor(from, to, c.slot, door, out)
		case i == 0:
			w := &s.geo.wires[l]
			part = orient(w.path, s.links[l].a == from)
		case last:
			part = append([]Point{at}, g.toDoor(from, to, c.slot, door, out)...)
		default:
			part = append([]Point{at}, orient(s.geo.wires[l].path, s.links[l].a == from)...)
		}
		c.path = append(c.path, part...)
		at = part[len(part)-1]
		c.ends = append(c.ends, lengthOf(c.path))
		from = to
	}
}

// orient gives a path in its own direction or backwards.
func orient(path []Point, forward bool) []Point {
	p := append([]Point(nil), path...)
	if !forward {
		for i, j := 0, len(p)-1; i < j; i, j = i+1, j-1 {
			p[i], p[j] = p[j], p[i]
		}
	}
	return p
}

// doorOf is where a port's door is, or would be if somebody listened there, and which way it opens.
func (g *geometry) doorOf(s *Scene, host int, port int64) (at, out Point) {
	c := &g.cards[host]
	out = c.side.normal()
	for i := range s.hosts[host].doors {
		if s.hosts[host].doors[i].port == port {
			return c.doors[i], out
		}
	}
	if len(c.doors) == 0 {
		at = c.wall(c.side, 0, g.k)
	} else {
		at = Point{c.doors[0].X, c.y + 20*g.k}
	}
	return at, out
}

// layWire lays a link as a connection over it to the first door would run.
func (s *Scene) layWire(l *link) wire {
	g := &s.geo
	from, to := l.a, l.b
	if len(s.hosts[to].doors) == 0 && len(s.hosts[from].doors) > 0 {
		from, to = to, from
	}
	var w wire
	if len(s.hosts[to].doors) > 0 {
		w.path = g.toDoor(from, to, 0, g.cards[to].doors[0], g.cards[to].side.normal())
	} else {
		best := math.Inf(1)
		for side := left; side <= bottom; side++ {
			p := g.toDoor(from, to, 0, g.cards[to].wall(side, 0, g.k), side.normal())
			if n := lengthOf(p) + 40*g.k*float64(len(p)); n < best {
				w.path, best = p, n
			}
		}
	}
	if from != l.a {
		w.path = orient(w.path, false)
	}
	longest := -1.0
	for i := 1; i < len(w.path); i++ {
		a, b := w.path[i-1], w.path[i]
		if d := a.to(b); d > longest {
			longest = d
			w.middle = Point{(a.X + b.X) / 2, (a.Y + b.Y) / 2}
			dir := a.toward(b)
			w.normal = Point{-dir.Y, dir.X}
		}
	}
	return w
}
