// Package mesh turns a display list of the stage into triangles with soft edges, so that a whole picture is one draw
// call from one texture. It knows no graphics library.
package mesh

import (
	"math"

	"ehlo/sim/scene"
)

// Vertex is a corner of a triangle: its place in device pixels, the place in the texture, and a colour that multiplies
// the texture's, not premultiplied by its alpha.
type Vertex struct {
	X, Y, U, V float32
	R, G, B, A float32
}

// Ink is a piece of text in the texture, painted white.
type Ink struct {
	U, V, W, H float32 // where it lies, in texels
	Left, Up   float32 // how far its corner is left of and above the beginning of the baseline
	Advance    float32 // how far the text reaches along the baseline
}

// Inks has the texts in the texture.
type Inks interface {
	// Ink returns a text at a type size in device pixels; halo is the thickness of the line around the letters, and 0
	// is the letters themselves. It is false where there is no room.
	Ink(text string, face scene.Face, size, halo float64) (Ink, bool)
	// Stamp returns a stamp of a list as it was painted, at the builder's scale. Its beginning is the place it is put at.
	Stamp(l *scene.List, stamp int32) (Ink, bool)
}

// Builder collects the triangles of items. Reset keeps its memory.
type Builder struct {
	Vertices []Vertex
	Indices  []uint32
	Scale    float64 // device pixels of a CSS pixel
	X, Y     float64 // where the place 0, 0 is, in device pixels
	Palette  *scene.Palette
	Inks     Inks
	White    [2]float32 // a place in the texture that is white all around
	Full     bool       // a text found no room in the texture

	points []point
	dash   []point
	colour [4]float32
}

type point struct{ x, y float64 }

// Reset drops what was collected.
func (b *Builder) Reset() {
	b.Vertices, b.Indices, b.Full = b.Vertices[:0], b.Indices[:0], false
}

// Add collects the triangles of items from place i up to and without place end.
func (b *Builder) Add(l *scene.List, i, end int) {
	for ; i < end; i++ {
		b.item(l, &l.Items[i])
	}
}

func (b *Builder) item(l *scene.List, it *scene.Item) {
	b.points = b.points[:0]
	closed := true
	switch it.Shape {
	case scene.Text:
		b.text(it)
		return
	case scene.Dots:
		b.dots(it)
		return
	case scene.Stamped:
		k, ok := b.Inks.Stamp(l, it.From)
		b.white()
		b.place(k, ok, math.Round(b.X+it.At.X*b.Scale), math.Round(b.Y+it.At.Y*b.Scale))
		return
	case scene.Rect:
		b.rect(it.At, it.Size, it.Radius)
	case scene.Circle:
		b.circle(it.At, it.Radius)
	case scene.Path:
		closed = it.Closed
		for _, p := range l.Path(it) {
			b.point(p.X, p.Y)
		}
	}
	b.unique(closed)
	if it.Fill != scene.Clear {
		b.set(it.Fill)
		b.fill(b.points)
	}
	if it.Stroke == scene.Clear {
		return
	}
	b.set(it.Stroke)
	width := it.Width * b.Scale
	if it.Dash[0] > 0 {
		b.dashes(closed, width, it.Dash[0]*b.Scale, it.Dash[1]*b.Scale)
		return
	}
	b.stroke(b.points, closed, width)
	if it.Round && !closed {
		b.caps(width / 2)
	}
}

func (b *Builder) point(x, y float64) {
	b.points = append(b.points, point{b.X + x*b.Scale, b.Y + y*b.Scale})
}

// unique drops points that lie where the one before them lies: they have no direction.
func (b *Builder) unique(closed bool) {
	kept := b.points[:min(1, len(b.points))]
	for _, p := range b.points[len(kept):] {
		if last := kept[len(kept)-1]; math.Abs(p.x-last.x)+math.Abs(p.y-last.y) > 1e-3 {
			kept = append(kept, p)
		}
	}
	if n := len(kept); closed && n > 1 && math.Abs(kept[0].x-kept[n-1].x)+math.Abs(kept[0].y-kept[n-1].y) < 1e-3 {
		kept = kept[:n-1]
	}
	b.points = kept
}

func (b *Builder) rect(at, size scene.Point, r float64) {
	x0, y0, x1, y1 := at.X, at.Y, at.X+size.X, at.Y+size.Y
	if r <= 0 {
		b.point(x0, y0)
		b.point(x1, y0)
		b.point(x1, y1)
		b.point(x0, y1)
		return
	}
	const steps = 5
	centres := [4][2]float64{{x1 - r, y0 + r}, {x1 - r, y1 - r}, {x0 + r, y1 - r}, {x0 + r, y0 + r}}
	for q, c := range centres {
		for i := range steps + 1 {
			sin, cos := math.Sincos((float64(q) - 1 + float64(i)/steps) * math.Pi / 2)
			b.point(c[0]+r*cos, c[1]+r*sin)
		}
	}
}

func (b *Builder) circle(at scene.Point, r float64) {
	n := min(max(int(r*b.Scale*1.5), 10), 48)
	for i := range n {
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / float64(n))
		b.point(at.X+r*cos, at.Y+r*sin)
	}
}

func (b *Builder) dots(it *scene.Item) {
	b.set(it.Fill)
	for y := it.At.Y; y < it.Size.Y; y += it.Width {
		for x := it.At.X; x < it.Size.X; x += it.Width {
			b.points = b.points[:0]
			for i := range 6 {
				sin, cos := math.Sincos(math.Pi / 3 * float64(i))
				b.point(x+it.Radius*cos, y+it.Radius*sin)
			}
			b.fill(b.points)
		}
	}
}

// text places a text on whole pixels, so that its letters stay as sharp as they were painted.
func (b *Builder) text(it *scene.Item) {
	if it.Text == "" {
		return
	}
	size := it.Height * b.Scale
	ink, ok := b.Inks.Ink(it.Text, it.Face, size, 0)
	x := b.X + it.At.X*b.Scale
	switch it.Anchor {
	case scene.Middle:
		x -= float64(ink.Advance) / 2
	case scene.End:
		x -= float64(ink.Advance)
	}
	x, y := math.Round(x), math.Round(b.Y+it.At.Y*b.Scale)
	if it.Stroke != scene.Clear {
		halo, ok := b.Inks.Ink(it.Text, it.Face, size, 0.4*size)
		b.set(it.Stroke)
		b.place(halo, ok, x, y)
	}
	b.set(it.Fill)
	b.place(ink, ok, x, y)
}

func (b *Builder) place(k Ink, ok bool, x, y float64) {
	if !ok {
		b.Full = true
		return
	}
	x0, y0 := float32(x)-k.Left, float32(y)-k.Up
	n := uint32(len(b.Vertices))
	for _, c := range [4][2]float32{{0, 0}, {1, 0}, {1, 1}, {0, 1}} {
		b.Vertices = append(b.Vertices, Vertex{X: x0 + c[0]*k.W, Y: y0 + c[1]*k.H, U: k.U + c[0]*k.W, V: k.V + c[1]*k.H,
			R: b.colour[0], G: b.colour[1], B: b.colour[2], A: 1})
	}
	b.Indices = append(b.Indices, n, n+1, n+2, n, n+2, n+3)
}

// white leaves the texture's own colours.
func (b *Builder) white() { b.colour = [4]float32{1, 1, 1, 1} }

func (b *Builder) set(t scene.Token) {
	v := b.Palette[t]
	b.colour = [4]float32{float32(v>>16) / 255, float32(v>>8&255) / 255, float32(v&255) / 255, 1}
}

func (b *Builder) vertex(x, y, alpha float64) uint32 {
	b.Vertices = append(b.Vertices, Vertex{X: float32(x), Y: float32(y), U: b.White[0], V: b.White[1], R: b.colour[0],
		G: b.colour[1], B: b.colour[2], A: float32(alpha)})
	return uint32(len(b.Vertices) - 1)
}

func (b *Builder) quad(a, c, d, e uint32) { b.Indices = append(b.Indices, a, c, d, a, d, e) }
