//go:build (js && wasm) || desktop

package main

import (
	"image"
	"math"

	"github.com/hajimehoshi/ebiten/v2"

	"ehlo/sim/scene"
	"ehlo/wasm/stage/mesh"
)

// painter paints display lists onto a screen that keeps what it shows from frame to frame. The part that depends on the
// events alone is kept as a picture.
type painter struct {
	palette scene.Palette
	texts   *texts
	build   mesh.Builder
	corners []ebiten.Vertex
	still   *ebiten.Image   // the part of the picture that depends on the events alone
	drawn   look            // what it shows
	over    image.Rectangle // where the last frame painted over it
}

// look is everything that the still part of a picture depends on.
type look struct {
	version uint64
	colours int
	scale   float64 // device pixels of a CSS pixel
	zoom    float64
	origin  scene.Point
}

func newPainter(w writer) *painter {
	p := &painter{palette: scene.Light}
	p.texts = newTexts(w, &p.palette)
	p.build.Palette, p.build.Inks = &p.palette, p.texts
	// Room for a usual picture at once: growing there step by step would take half of the first frame.
	p.build.Vertices, p.build.Indices, p.corners = make([]mesh.Vertex, 0, 1<<14), make([]uint32, 0, 1<<15), make([]ebiten.Vertex, 0, 1<<14)
	return p
}

// colour changes the palette.
func (p *painter) colour(palette scene.Palette) {
	if p.palette != palette {
		p.palette = palette
		p.texts.colours++
	}
}

// paint paints the still part where it changed or something moved over it, and then what moves.
func (p *painter) paint(screen *ebiten.Image, list *scene.List) {
	size := screen.Bounds()
	now := look{list.Version, p.texts.colours, float64(size.Dx()) / list.Width, list.Zoom, list.Origin}
	if p.still == nil || p.still.Bounds() != size {
		if p.still != nil {
			p.still.Deallocate()
		}
		p.still = ebiten.NewImageWithOptions(size, &ebiten.NewImageOptions{Unmanaged: true})
		p.drawn = look{}
	}
	p.texts.fit(list, now.scale*now.zoom)
	if p.drawn != now {
		p.layer(p.still, list, 0, list.Ground, now, false)
		p.layer(p.still, list, list.Ground, list.Still, now, true)
		p.drawn = now
		p.over = size
	}
	if p.over = p.over.Intersect(size); !p.over.Empty() {
		var o ebiten.DrawImageOptions
		o.Blend = ebiten.BlendCopy
		o.GeoM.Translate(float64(p.over.Min.X), float64(p.over.Min.Y))
		screen.DrawImage(p.still.SubImage(p.over).(*ebiten.Image), &o)
	}
	p.layer(screen, list, list.Still, len(list.Items), now, true)
	p.over = p.reach()
}

// layer draws items with one call. Where the texture has no room for another text it starts afresh with those needed.
func (p *painter) layer(onto *ebiten.Image, list *scene.List, i, end int, now look, camera bool) {
	p.build.Scale, p.build.X, p.build.Y = now.scale, 0, 0
	if camera {
		p.build.Scale *= now.zoom
		p.build.X, p.build.Y = math.Round(-now.origin.X*p.build.Scale), math.Round(-now.origin.Y*p.build.Scale)
	}
	for range 2 {
		p.build.Reset()
		p.build.White = p.texts.white()
		p.build.Add(list, i, end)
		if !p.build.Full {
			break
		}
		p.texts.clear()
	}
	p.corners = corners(p.corners[:0], &p.build)
	onto.DrawTriangles32(p.corners, p.build.Indices, p.texts.sheet, nil)
}

// corners appends the corners of a builder's triangles.
func corners(dst []ebiten.Vertex, b *mesh.Builder) []ebiten.Vertex {
	for i := range b.Vertices {
		v := &b.Vertices[i]
		dst = append(dst, ebiten.Vertex{DstX: v.X, DstY: v.Y, SrcX: v.U, SrcY: v.V, ColorR: v.R, ColorG: v.G, ColorB: v.B, ColorA: v.A})
	}
	return dst
}

// reach is the rectangle that what was painted last lies in.
func (p *painter) reach() image.Rectangle {
	if len(p.corners) == 0 {
		return image.Rectangle{}
	}
	x0, y0 := p.corners[0].DstX, p.corners[0].DstY
	x1, y1 := x0, y0
	for i := range p.corners {
		c := &p.corners[i]
		x0, y0, x1, y1 = min(x0, c.DstX), min(y0, c.DstY), max(x1, c.DstX), max(y1, c.DstY)
	}
	return image.Rect(int(x0)-1, int(y0)-1, int(x1)+2, int(y1)+2)
}
