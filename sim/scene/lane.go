package scene

import (
	"cmp"
	"math"
	"slices"
)

// porch is how far in front of a wall a way may turn, in units.
const porch = 20

// porchOf is how far in front of a door a way turns. Where all ways share one channel each door has a lane, the first
// door's in its middle, so that a message and its caption fit beside the cards.
func (g *geometry) porchOf(host int, door Point) float64 {
	c := &g.cards[host]
	if !c.narrow {
		return porch
	}
	for i := range c.doors {
		if c.doors[i] == door {
			return max(66-18*float64(i), porch)
		}
	}
	return porch
}

// exit is a place in a card's wall where a way begins.
type exit struct {
	wall side
	at   Point
}

// exits are the middles of a card's walls that have no doors.
func (g *geometry) exits(host int) []exit {
	c := &g.cards[host]
	var all []exit
	for w := left; w <= bottom; w++ {
		if w != c.side || len(c.doors) == 0 {
			all = append(all, exit{w, c.wall(w, 0)})
		}
	}
	return all
}

// toDoor is the way from a card to a place in the wall of another, of which out points outwards: from the exit that makes
// it shortest and straightest.
func (g *geometry) toDoor(from, to int, exits []exit, door, out Point) (best []Point, wall side) {
	cost := math.Inf(1)
	step := door.plus(out, g.porchOf(to, door)*g.k)
	for _, e := range exits {
		blocked := 0.0
		path := g.straight(e.at, e.wall, door, step, out, from, to)
		if path == nil {
			way, ok := g.way(e.at.plus(e.wall.normal(), porch*g.k), step)
			path = append(append([]Point{e.at}, way...), door)
			if !ok {
				blocked = 1e6
			}
		}
		if c := blocked + lengthOf(path) + 40*g.k*float64(len(path)); c < cost {
			best, wall, cost = path, e.wall, c
		}
	}
	return best, wall
}

// lane is where connections from a card to a door leave it.
type lane struct {
	exit
	host, door int
	turn       float64 // how far along the wall the door lies, seen from its middle
}

// lanesOf gives every door elsewhere its own place on a client's walls, in the order in which the doors lie around it,
// so that connections do not cross.
func (s *Scene) lanesOf(client int) []lane {
	g := &s.geo
	if g.lanes[client] != nil {
		return g.lanes[client]
	}
	lanes := []lane{}
	exits := g.exits(client)
	for h := range g.cards {
		for d, door := range g.cards[h].doors {
			if h == client || len(exits) == 0 {
				continue
			}
			_, w := g.toDoor(client, h, exits, door, g.cards[h].side.normal())
			dir := g.cards[client].wall(w, 0).toward(door)
			turn := dir.Y
			if w == top || w == bottom {
				turn = dir.X
			}
			lanes = append(lanes, lane{exit{wall: w}, h, d, turn})
		}
	}
	slices.SortStableFunc(lanes, func(a, b lane) int {
		if a.wall != b.wall {
			return int(a.wall) - int(b.wall)
		}
		return cmp.Compare(a.turn, b.turn)
	})
	for i := 0; i < len(lanes); {
		n := i
		for n < len(lanes) && lanes[n].wall == lanes[i].wall {
			n++
		}
		c := &g.cards[client]
		step := min(20*g.k, (c.room(lanes[i].wall)-24*g.k)/float64(max(n-i-1, 1)))
		for k := i; k < n; k++ {
			lanes[k].at = c.wall(lanes[k].wall, (float64(k-i)-float64(n-i-1)/2)*step)
		}
		i = n
	}
	g.lanes[client] = lanes
	return lanes
}

// straight goes to the door, or to its porch, without turning, where that is possible and not too slanted.
func (g *geometry) straight(exit Point, w side, door, step, out Point, from, to int) []Point {
	leaves := func(p Point) bool {
		d, n := exit.toward(p), w.normal()
		return d.X*n.X+d.Y*n.Y > 0.3
	}
	if d := door.toward(exit); !g.cards[to].narrow && d.X*out.X+d.Y*out.Y > 0.5 && leaves(door) && g.clear(exit, door, from, to) {
		return []Point{exit, door}
	}
	if leaves(step) && g.clear(exit, step, from, -1) {
		return []Point{exit, step, door}
	}
	return nil
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
		at = c.wall(c.side, 0)
	} else {
		at = Point{c.doors[0].X, c.y + 20*g.k}
	}
	return at, out
}

// layWire lays a link: to the first door, as a connection over it would run, or to another wall where that is nearer.
func (s *Scene) layWire(l *link) wire {
	g := &s.geo
	from, to := l.a, l.b
	if len(s.hosts[to].doors) == 0 && len(s.hosts[from].doors) > 0 {
		from, to = to, from
	}
	var w wire
	best := math.Inf(1)
	exits := g.exits(from)
	try := func(door, out Point) {
		p, _ := g.toDoor(from, to, exits, door, out)
		if n := lengthOf(p) + 40*g.k*float64(len(p)); n < best {
			w.path, best = p, n
		}
	}
	if len(s.hosts[to].doors) > 0 {
		try(g.cards[to].doors[0], g.cards[to].side.normal())
	}
	for side := left; side <= bottom; side++ {
		if len(s.hosts[to].doors) == 0 || side != g.cards[to].side {
			try(g.cards[to].wall(side, 0), side.normal())
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
	w.path = rounded(w.path, 16*g.k)
	return w
}
