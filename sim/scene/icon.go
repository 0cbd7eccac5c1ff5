package scene

import "math"

// An icon is strokes on a grid of 20 units; each stroke is x, y, x, y … and closed where it ends where it began.
type icon [][]float64

var (
	iconScreen = icon{{4, 5, 4, 12.5, 16, 12.5, 16, 4, 4, 4, 4, 5}, {1.5, 16, 18.5, 16}}
	iconArrows = icon{{3, 7, 15, 7}, {11.5, 3.5, 15, 7, 11.5, 10.5}, {17, 13, 5, 13}, {8.5, 9.5, 5, 13, 8.5, 16.5}}
	iconSigns  = icon{{10, 2, 10, 18}, {4, 4, 12.5, 4, 15, 6, 12.5, 8, 4, 8, 4, 4},
		{16, 10.5, 8.5, 10.5, 6, 12.5, 8.5, 14.5, 16, 14.5, 16, 10.5}}
	iconEye  = icon{eye(-1), eye(1), ring(10, 10, 2.6)}
	iconTray = icon{{2.5, 11, 5, 4, 15, 4, 17.5, 11, 17.5, 16.5, 2.5, 16.5, 2.5, 11},
		{2.5, 11, 7, 11, 8, 13.5, 12, 13.5, 13, 11, 17.5, 11}}
)

// eye is the upper or the lower lid.
func eye(side float64) []float64 {
	var xy []float64
	for i := range 13 {
		a := math.Pi * float64(i) / 12
		xy = append(xy, 10-8.5*math.Cos(a), 10+side*5.5*math.Sin(a))
	}
	return xy
}

func ring(x, y, r float64) []float64 {
	var xy []float64
	for i := range 13 {
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / 12)
		xy = append(xy, x+r*cos, y+r*sin)
	}
	return xy
}

// draw paints the icon with its top left corner at x, y, size units wide.
func (ic icon) draw(p *pen, x, y, size float64, colour Token) {
	q := p.moved(p.pt(x, y))
	q.k *= size / 20
	for _, s := range ic {
		q.path(false, Clear, colour, 1.6, s...).Round = true
	}
}
