package mesh

import "math"

// soft is half the width of the edge over which a colour fades out, in device pixels.
const soft = 0.5

// fill paints a convex shape.
func (b *Builder) fill(pts []point) {
	n := len(pts)
	if n < 3 {
		return
	}
	turn := 1.0
	if area(pts) < 0 {
		turn = -1
	}
	first := uint32(len(b.Vertices))
	for i, p := range pts {
		m := miter(pts[(i+n-1)%n], p, pts[(i+1)%n], turn)
		b.vertex(p.x-m.x*soft, p.y-m.y*soft, 1)
		b.vertex(p.x+m.x*soft, p.y+m.y*soft, 0)
	}
	for i := range n {
		a, c := first+uint32(2*i), first+uint32(2*((i+1)%n))
		if i > 0 && i < n-1 {
			b.Indices = append(b.Indices, first, a, c)
		}
		b.quad(a, a+1, c+1, c)
	}
}

func area(pts []point) float64 {
	sum := 0.0
	for i, p := range pts {
		q := pts[(i+1)%len(pts)]
		sum += p.x*q.y - q.x*p.y
	}
	return sum
}

// miter is how far a corner moves when both its edges move outwards by one; side tells outwards.
func miter(before, at, after point, side float64) point {
	n, m := normal(before, at), normal(at, after)
	x, y := n.x+m.x, n.y+m.y
	d := x*n.x + y*n.y
	if d < 0.4 { // a point so sharp that it would reach far out
		d = 0.4
	}
	return point{side * x / d, side * y / d}
}

// normal is the unit vector to the right of the way from a to c, which is outwards where y grows downwards.
func normal(a, c point) point {
	d := math.Hypot(c.x-a.x, c.y-a.y)
	if d == 0 {
		return point{}
	}
	return point{(c.y - a.y) / d, (a.x - c.x) / d}
}

// stroke paints a line of a width through points; one thinner than a pixel is a pixel wide and fainter.
func (b *Builder) stroke(pts []point, closed bool, width float64) {
	n := len(pts)
	if n < 2 {
		return
	}
	alpha := min(width, 1)
	inner := max(width/2-soft, 0)
	outer := inner + 2*soft
	closed = closed && n > 2
	first := uint32(len(b.Vertices))
	rows := 0
	row := func(p, m point, alpha float64) {
		b.vertex(p.x-m.x*outer, p.y-m.y*outer, 0)
		b.vertex(p.x-m.x*inner, p.y-m.y*inner, alpha)
		b.vertex(p.x+m.x*inner, p.y+m.y*inner, alpha)
		b.vertex(p.x+m.x*outer, p.y+m.y*outer, 0)
		rows++
	}
	for i, p := range pts {
		switch {
		case closed:
			row(p, miter(pts[(i+n-1)%n], p, pts[(i+1)%n], 1), alpha)
		case i == 0:
			m := normal(p, pts[1])
			row(point{p.x + m.y*soft, p.y - m.x*soft}, m, 0)
			row(point{p.x - m.y*soft, p.y + m.x*soft}, m, alpha)
		case i == n-1:
			m := normal(pts[i-1], p)
			row(point{p.x + m.y*soft, p.y - m.x*soft}, m, alpha)
			row(point{p.x - m.y*soft, p.y + m.x*soft}, m, 0)
		default:
			row(p, miter(pts[i-1], p, pts[i+1], 1), alpha)
		}
	}
	last := rows - 1
	if closed {
		last = rows
	}
	for i := range last {
		a, c := first+uint32(4*i), first+uint32(4*((i+1)%rows))
		for k := uint32(0); k < 3; k++ {
			b.quad(a+k, a+k+1, c+k+1, c+k)
		}
	}
}

// caps rounds both ends of the line last stroked.
func (b *Builder) caps(r float64) {
	if r < 0.75 || len(b.points) < 2 {
		return
	}
	ends := [2]point{b.points[0], b.points[len(b.points)-1]}
	n := min(max(int(r*2), 8), 16)
	for _, c := range ends {
		b.dash = b.dash[:0]
		for i := range n {
			sin, cos := math.Sincos(2 * math.Pi * float64(i) / float64(n))
			b.dash = append(b.dash, point{c.x + r*cos, c.y + r*sin})
		}
		b.fill(b.dash)
	}
}

// dashes strokes a line in pieces: on long, then off long not.
func (b *Builder) dashes(closed bool, width, on, off float64) {
	pts := b.points
	n := len(pts)
	if n < 2 {
		return
	}
	if closed {
		n++
	}
	left, drawing := on, true
	b.dash = append(b.dash[:0], pts[0])
	for i := 1; i < n; i++ {
		a, c := pts[i-1], pts[i%len(pts)]
		d := math.Hypot(c.x-a.x, c.y-a.y)
		for at := 0.0; at < d; {
			step := min(left, d-at)
			at += step
			left -= step
			p := point{a.x + (c.x-a.x)*at/d, a.y + (c.y-a.y)*at/d}
			if drawing {
				b.dash = append(b.dash, p)
			}
			if left > 1e-9 {
				break
			}
			if drawing {
				b.stroke(b.dash, false, width)
			}
			drawing = !drawing
			b.dash = append(b.dash[:0], p)
			left = on
			if !drawing {
				left = off
			}
		}
	}
	if drawing {
		b.stroke(b.dash, false, width)
	}
}
