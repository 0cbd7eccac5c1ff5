package scene

// Hit returns what is painted topmost at a point of the surface in the picture last made, as an index of List.Nodes, and
// false where only the ground is. Thin strokes can be hit a few pixels beside them.
func (s *Scene) Hit(at Point) (node int, ok bool) {
	l := &s.list
	at = l.Unseen(at)
	for i := len(l.Items) - 1; i >= 0; i-- {
		it := &l.Items[i]
		if it.Node >= 0 && l.covers(it, at) {
			return int(it.Node), true
		}
	}
	return 0, false
}

// Nodes are the nodes of the picture last made.
func (s *Scene) Nodes() []Node { return s.list.Nodes }

func (l *List) covers(it *Item, at Point) bool {
	switch it.Shape {
	case Rect:
		return at.X >= it.At.X && at.X <= it.At.X+it.Size.X && at.Y >= it.At.Y && at.Y <= it.At.Y+it.Size.Y
	case Circle:
		return at.to(it.At) <= it.Radius
	case Stamped:
		k := &l.Stamps[it.From]
		return at.X >= it.At.X+k.From.X && at.X <= it.At.X+k.To.X && at.Y >= it.At.Y+k.From.Y && at.Y <= it.At.Y+k.To.Y
	case Path:
		return l.onPath(it, at)
	}
	return false
}

// onPath says whether a place is inside a filled path, which is convex, or on or near a stroke.
func (l *List) onPath(it *Item, at Point) bool {
	pts := l.Path(it)
	if it.Fill != Clear && len(pts) > 2 {
		turn, inside := 0.0, true
		for i, a := range pts {
			b := pts[(i+1)%len(pts)]
			c := (b.X-a.X)*(at.Y-a.Y) - (b.Y-a.Y)*(at.X-a.X)
			if c*turn < 0 {
				inside = false
				break
			}
			if c != 0 {
				turn = c
			}
		}
		if inside {
			return true
		}
	}
	near := max(it.Width/2, 5)
	for i := 1; i < len(pts); i++ {
		a, b := pts[i-1], pts[i]
		dir := a.toward(b)
		t := (at.X-a.X)*dir.X + (at.Y-a.Y)*dir.Y
		if at.to(a.plus(dir, min(max(t, 0), a.to(b)))) <= near {
			return true
		}
	}
	return false
}
