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

// part appends the stretch of a path between two distances along it.
func part(dst, path []Point, from, to float64) []Point {
	if from >= to {
		return dst
	}
	at, _ := along(path, max(from, 0))
	dst = append(dst, at)
	d := 0.0
	for i := 1; i < len(path)-1; i++ {
		if d += path[i-1].to(path[i]); d > from && d < to {
			dst = append(dst, path[i])
		}
	}
	at, _ = along(path, to)
	return append(dst, at)
}

func lengthOf(path []Point) float64 {
	sum := 0.0
	for i := 1; i < len(path); i++ {
		sum += path[i-1].to(path[i])
	}
	return sum
}

// rounded takes the edges off a path's corners.
func rounded(path []Point, r float64) []Point {
	if len(path) < 3 {
		return path
	}
	const steps = 6
	out := []Point{path[0]}
	for i := 1; i < len(path)-1; i++ {
		a, at, b := path[i-1], path[i], path[i+1]
		d := min(r, a.to(at)/2, at.to(b)/2)
		from, to := at.plus(at.toward(a), d), at.plus(at.toward(b), d)
		for k := range steps + 1 {
			f := float64(k) / steps
			u, v, w := (1-f)*(1-f), 2*f*(1-f), f*f
			out = append(out, Point{u*from.X + v*at.X + w*to.X, u*from.Y + v*at.Y + w*to.Y})
		}
	}
	return append(out, path[len(path)-1])
}
