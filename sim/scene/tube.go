package scene

import "math"

// bundle is how many connections from one host to one door have a tube each; further ones share these.
const bundle = 4

// tube is the way of connections from a host to a door.
type tube struct {
	client, server int
	port           int64
	nth            int    // of the tubes from the client to that door
	users          int    // connections
	stand          int    // those that stand
	sealed         int    // those inside TLS
	drawn          uint64 // the version in whose still part it is

	path   []Point   // from the client's wall to the server's door; nil while it is not laid
	sums   []float64 // how far along the path each of its points is
	length float64   // of path
	ends   []float64 // how far along path each link of the route ends
	spot   int       // where captions of its messages cover least, an index of spots
}

// tubeOf finds or makes the tube of a connection.
func (s *Scene) tubeOf(c *conn) int {
	nth := c.nth % bundle
	for i := range s.tubes {
		t := &s.tubes[i]
		if t.client == c.client && t.server == c.server && t.port == c.port && t.nth == nth {
			t.users++
			return i
		}
	}
	s.tubes = append(s.tubes, tube{client: c.client, server: c.server, port: c.port, nth: nth, users: 1})
	return len(s.tubes) - 1
}

// along is the place a distance along the tube, and the direction it has there.
func (t *tube) along(d float64) (at, dir Point) {
	i := 1
	for i < len(t.path)-1 && t.sums[i] < d {
		i++
	}
	a, b := t.path[i-1], t.path[i]
	if n := t.sums[i] - t.sums[i-1]; n > 0 {
		dir = Point{(b.X - a.X) / n, (b.Y - a.Y) / n}
	} else {
		dir = Point{1, 0}
	}
	return a.plus(dir, d-t.sums[i-1]), dir
}

// from lists where a tube may leave its client: in the lane of its door, or anywhere for a door that is not there.
func (s *Scene) from(t *tube, client, server int) []exit {
	for _, l := range s.lanesOf(client) {
		if l.host == server && s.hosts[server].doors[l.door].port == t.port {
			along := Point{0, 1}
			if l.wall == top || l.wall == bottom {
				along = Point{1, 0}
			}
			off := float64((t.nth+1)/2) * 6 * s.geo.k
			if t.nth%2 == 0 {
				off = -off
			}
			return []exit{{l.wall, l.at.plus(along, off)}}
		}
	}
	return s.geo.exits(client)
}

// loop is the way of a host's connection to itself: out of the top, round the corner and in at the door.
func (g *geometry) loop(i, nth int, door Point, v View) []Point {
	c := &g.cards[i]
	n := float64(nth)
	for d := range c.doors {
		if c.doors[d] == door {
			n += float64(d)
		}
	}
	out := c.side.normal()
	exit := Point{c.x + (44+n*24)*g.k, c.y}
	far := max(c.x-(300+n*24)*g.k, (26+n*4)*g.k)
	if c.side == right {
		exit.X = c.x + c.w - (44+n*24)*g.k
		far = min(c.x+c.w+(300+n*24)*g.k, v.Width-(26+n*4)*g.k)
	}
	up := max(c.y-(34+n*20)*g.k, 26*g.k) // an envelope needs as much
	if out.X == 0 {
		far = c.x
	}
	return []Point{exit, {exit.X, up}, {far, up}, {far, door.Y}, door}
}

// layTube lays a tube and finds where the links of its way end on it.
func (s *Scene) layTube(t *tube) {
	if t.path != nil || len(s.geo.cards) == 0 {
		return
	}
	t.path, t.ends = s.wayOf(t)
	t.sums = t.sums[:0]
	sum := 0.0
	for i, p := range t.path {
		if i > 0 {
			sum += t.path[i-1].to(p)
		}
		t.sums = append(t.sums, sum)
	}
	t.length = sum
	t.spot = s.bestSpot(t)
}

// wayOf finds the path of a tube along its route, and how far along it each link ends.
func (s *Scene) wayOf(t *tube) (path []Point, ends []float64) {
	g := &s.geo
	door, out := g.doorOf(s, t.server, t.port)
	bend := 16 * g.k
	if t.client == t.server {
		return rounded(g.loop(t.client, t.nth, door, s.view), bend), nil
	}
	route := s.route(t.client, t.server)
	if len(route) == 0 { // a conversation between hosts of which no link is known
		way, _ := g.toDoor(t.client, t.server, s.from(t, t.client, t.server), door, out)
		return rounded(way, bend), nil
	}
	from := t.client
	at := Point{}
	for i, l := range route {
		to := s.links[l].other(from)
		var way []Point
		switch last := i == len(route)-1; {
		case i == 0 && last:
			way, _ = g.toDoor(from, to, s.from(t, from, to), door, out)
		case i == 0:
			way = orient(g.wires[l].path, s.links[l].a == from)
		case last:
			way, _ = g.toDoor(from, to, g.exits(from), door, out)
			way = append([]Point{at}, way...)
		default:
			way = append([]Point{at}, orient(g.wires[l].path, s.links[l].a == from)...)
		}
		path = append(path, rounded(way, bend)...)
		at = way[len(way)-1]
		ends = append(ends, lengthOf(path))
		from = to
	}
	return path, ends
}

const tubeWidth = 14

// drawTubes paints the connections that stand.
func (s *Scene) drawTubes(p *pen) {
	for _, c := range s.conns {
		t := &s.tubes[c.tube]
		if t.drawn == s.version || !c.stands || len(t.path) < 2 {
			continue
		}
		t.drawn = s.version
		p.begin(Node{Kind: NodeConn, Name: s.hosts[c.client].name, Peer: s.hosts[c.server].name, Seq: c.seq, Conn: c.id, Num: c.port})
		if t.sealed > 0 {
			s.drawSleeve(p, t)
		} else {
			wall := Wire
			if s.hosts[c.client].you {
				wall = Outline
			}
			p.polyline(t.path, wall, tubeWidth+2*p.line)
			p.polyline(t.path, Sheet, tubeWidth)
			p.polyline(t.path, Rule, 1)
		}
		p.node = -1
	}
}

// drawSleeve paints a tube inside TLS: woven, so that nobody looks in, with a lock in its middle.
func (s *Scene) drawSleeve(p *pen, t *tube) {
	p.polyline(t.path, TLS, tubeWidth+2*p.line)
	const weave = 9
	half := tubeWidth / 2 * p.k
	for d := 14 * p.k; d < t.length-6*p.k; d += weave * p.k {
		at, dir := t.along(d)
		side := Point{-dir.Y, dir.X}
		a, b := at.plus(side, half).plus(dir, -3*p.k), at.plus(side, -half).plus(dir, 3*p.k)
		n := len(p.l.Points)
		p.l.Points = append(p.l.Points, a, b)
		p.add(Item{Shape: Path, Stroke: TLSWash, Width: 1 * p.k, From: int32(n), To: int32(n + 2)})
	}
}

// drawLock paints the lock of a sleeve with its middle at the pen.
func drawLock(p *pen) {
	p.circle(0, 0, 13, TLS, Paper, 2.5)
	p.rect(-5, -1.5, 10, 7, 1, Clear, OnInk, 1.5)
	xy := []float64{-3, -1.5}
	for i := range 9 {
		sin, cos := math.Sincos(math.Pi + math.Pi*float64(i)/8)
		xy = append(xy, 3*cos, -3.5+3*sin)
	}
	p.path(false, Clear, OnInk, 1.5, append(xy, 3, -1.5)...)
}
