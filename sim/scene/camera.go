package scene

// MostZoom is how many times larger than whole the stage can be seen.
const MostZoom = 8

// camera is what of the stage is seen, kept within what there is to see.
func (s *Scene) camera() (zoom float64, origin Point, note string) {
	zoom, origin = s.view.Zoom, Point{s.view.X, s.view.Y}
	if s.follow != 0 {
		if z, at, ok := s.frameConn(s.follow); ok {
			zoom, origin = z, at
		}
	}
	if zoom <= 1 {
		return 1, Point{}, s.view.Note
	}
	zoom = min(zoom, MostZoom)
	origin.X = min(max(origin.X, 0), s.view.Width*(1-1/zoom))
	origin.Y = min(max(origin.Y, 0), s.view.Height*(1-1/zoom))
	return zoom, origin, s.view.Note
}

// Camera is what [Scene.Frame] would show now: the place in the upper left corner, and how many times larger than whole.
func (s *Scene) Camera() (zoom, x, y float64) {
	s.lay()
	zoom, at, _ := s.camera()
	return zoom, at.X, at.Y
}

// Follow keeps a connection in sight, as large as the surface allows; 0 keeps to the view.
func (s *Scene) Follow(conn uint32) { s.follow = conn }

// frameConn is the camera that shows a connection with the hosts at its ends.
func (s *Scene) frameConn(id uint32) (zoom float64, at Point, ok bool) {
	c := s.conn(id)
	if c == nil || len(s.geo.cards) == 0 {
		return 1, Point{}, false
	}
	r := s.geo.cards[c.client]
	r.include(s.geo.cards[c.server])
	for _, p := range s.tubes[c.tube].path {
		r.include(card{x: p.X, y: p.Y})
	}
	m := 44 * s.geo.k // room for captions beside messages
	r.x, r.y, r.w, r.h = r.x-m, r.y-m, r.w+2*m, r.h+2*m
	v := s.view
	zoom = min(v.Width/r.w, v.Height/r.h, MostZoom)
	if zoom <= 1 {
		return 1, Point{}, true
	}
	return zoom, Point{r.x + r.w/2 - v.Width/2/zoom, r.y + r.h/2 - v.Height/2/zoom}, true
}

func (c *card) include(d card) {
	x1, y1 := max(c.x+c.w, d.x+d.w), max(c.y+c.h, d.y+d.h)
	c.x, c.y = min(c.x, d.x), min(c.y, d.y)
	c.w, c.h = x1-c.x, y1-c.y
}

// Pin puts a host's middle at a place, given as parts of the surface's width and height, where it stays however the rest
// is laid out. It reports whether there is such a host.
func (s *Scene) Pin(host string, x, y float64) bool {
	s.pins[host] = Point{min(max(x, 0), 1), min(max(y, 0), 1)}
	return s.rearranged(host)
}

// Unpin lets a host stand where the layout wants it; without a name all of them.
func (s *Scene) Unpin(host string) {
	if host == "" {
		clear(s.pins)
	} else {
		delete(s.pins, host)
	}
	s.rearranged(host)
}

func (s *Scene) rearranged(host string) bool {
	s.laid = false
	s.version++
	return s.host(host) >= 0
}

// Place is where a host's middle is, as parts of the surface's width and height.
func (s *Scene) Place(host string) (x, y float64, ok bool) {
	s.lay()
	h := s.host(host)
	if h < 0 || h >= len(s.geo.cards) {
		return 0, 0, false
	}
	c := &s.geo.cards[h]
	return (c.x + c.w/2) / s.view.Width, (c.y + c.h/2) / s.view.Height, true
}

// pin moves the cards that somebody has put elsewhere. Their doors are in the wall that looks at the others.
func (s *Scene) pin() {
	if len(s.pins) == 0 {
		return
	}
	v := s.view
	for h := range s.hosts {
		at, ok := s.pins[s.hosts[h].name]
		if !ok {
			continue
		}
		c := &s.geo.cards[h]
		c.x = min(max(at.X*v.Width-c.w/2, 2), max(v.Width-c.w-2, 2))
		c.y = min(max(at.Y*v.Height-c.h/2, 2), max(v.Height-c.h-2, 2))
		if !c.narrow {
			c.side = s.facing(h)
		}
		c.doors = c.doors[:0]
		c.setDoors(len(s.hosts[h].doors), s.geo.k)
	}
}

// facing is the wall of a card that looks at the hosts it has links to.
func (s *Scene) facing(h int) side {
	sum := 0.0
	for i := range s.links {
		if l := &s.links[i]; l.a == h || l.b == h {
			o := &s.geo.cards[l.other(h)]
			sum += o.x + o.w/2 - (s.geo.cards[h].x + s.geo.cards[h].w/2)
		}
	}
	if sum > 0 {
		return right
	}
	return left
}

// Bounds is the rectangle in CSS pixels of the surface, as the camera shows it, that a node of the picture last made
// covers: an index of List.Nodes.
func (s *Scene) Bounds(node int) (from, to Point) {
	l := &s.list
	first := true
	grow := func(a, b Point) {
		if first {
			from, to, first = a, b, false
			return
		}
		from = Point{min(from.X, a.X), min(from.Y, a.Y)}
		to = Point{max(to.X, b.X), max(to.Y, b.Y)}
	}
	for i := range l.Items {
		it := &l.Items[i]
		if int(it.Node) != node {
			continue
		}
		switch it.Shape {
		case Rect:
			grow(it.At, it.At.plus(it.Size, 1))
		case Circle:
			r := Point{it.Radius, it.Radius}
			grow(it.At.plus(r, -1), it.At.plus(r, 1))
		case Stamped:
			k := &l.Stamps[it.From]
			grow(it.At.plus(k.From, 1), it.At.plus(k.To, 1))
		case Path:
			for _, p := range l.Path(it) {
				w := Point{it.Width / 2, it.Width / 2}
				grow(p.plus(w, -1), p.plus(w, 1))
			}
		}
	}
	return l.Seen(from), l.Seen(to)
}

// Seen is where the camera shows a place.
func (l *List) Seen(at Point) Point {
	return Point{(at.X - l.Origin.X) * l.Zoom, (at.Y - l.Origin.Y) * l.Zoom}
}

// Unseen is the place that the camera shows at a point of the surface.
func (l *List) Unseen(at Point) Point { return at.scaled(1/max(l.Zoom, 1e-9)).plus(l.Origin, 1) }

func (a Point) scaled(f float64) Point { return Point{a.X * f, a.Y * f} }
