//go:build (js && wasm) || desktop

package main

import (
	"image"
	"math"

	"github.com/hajimehoshi/ebiten/v2"

	"ehlo/sim/scene"
	"ehlo/wasm/stage/mesh"
)

// sheetSize is the extent of the texture in texels.
const sheetSize = 2048

// written is a text that a writer has painted: how much of each pixel it covers, row by row.
type written struct {
	width, height     int
	left, up, advance float64
	alpha             []byte
}

// writer paints texts. A halo is the thickness of the line around the letters, and 0 is the letters themselves. What it
// returns holds until the next call.
type writer interface {
	write(text string, face scene.Face, size, halo float64) written
}

// texts is the texture from which everything is painted: texts, each painted once, stamps, and a white spot for all that
// is neither.
type texts struct {
	writer  writer
	palette *scene.Palette
	colours int // counts the palettes
	sheet   *ebiten.Image
	known   map[textKey]mesh.Ink
	x, y, h int // where the next text goes in the current row, and the row's height
	pixels  []byte

	stamps  []stamp // by number
	batch   uint64
	made    int // of which palette
	scale   float64
	scratch *ebiten.Image
	build   mesh.Builder
	corners []ebiten.Vertex
}

type textKey struct {
	text       string
	face       scene.Face
	size, halo float64
}

// stamp is a stamp in the texture.
type stamp struct {
	ink  mesh.Ink
	made bool
}

func newTexts(w writer, palette *scene.Palette) *texts {
	t := &texts{writer: w, palette: palette, known: map[textKey]mesh.Ink{}}
	t.build.Palette, t.build.Inks = palette, t
	t.sheet = ebiten.NewImageWithOptions(image.Rect(0, 0, sheetSize, sheetSize), &ebiten.NewImageOptions{Unmanaged: true})
	t.clear()
	return t
}

// clear forgets all texts and stamps.
func (t *texts) clear() {
	clear(t.known)
	t.stamps = t.stamps[:0]
	const spot = 4
	white := make([]byte, 4*spot*spot)
	for i := range white {
		white[i] = 255
	}
	t.sheet.Clear()
	t.sheet.SubImage(image.Rect(0, 0, spot, spot)).(*ebiten.Image).WritePixels(white)
	t.x, t.y, t.h = spot+1, 0, spot
}

func (t *texts) white() [2]float32 { return [2]float32{2, 2} }

// fit forgets the stamps where they were made for another list, scale or palette.
func (t *texts) fit(l *scene.List, scale float64) {
	if t.batch != l.Batch || t.scale != scale || t.made != t.colours {
		t.stamps = t.stamps[:0]
		t.batch, t.scale, t.made = l.Batch, scale, t.colours
	}
}

// Ink implements [mesh.Inks].
func (t *texts) Ink(text string, face scene.Face, size, halo float64) (mesh.Ink, bool) {
	key := textKey{text, face, size, halo}
	if k, ok := t.known[key]; ok {
		return k, true
	}
	w := t.writer.write(text, face, size, halo)
	if w.width > sheetSize/2 || !t.room(w.width, w.height) {
		return mesh.Ink{}, w.width > sheetSize/2
	}
	k := mesh.Ink{U: float32(t.x), V: float32(t.y), W: float32(w.width), H: float32(w.height), Left: float32(w.left),
		Up: float32(w.up), Advance: float32(w.advance)}
	t.pixels = t.pixels[:0]
	for _, a := range w.alpha {
		t.pixels = append(t.pixels, a, a, a, a)
	}
	t.sheet.SubImage(image.Rect(t.x, t.y, t.x+w.width, t.y+w.height)).(*ebiten.Image).WritePixels(t.pixels)
	t.x += w.width + 1
	t.known[key] = k
	return k, true
}

// Stamp implements [mesh.Inks]. A stamp is painted beside the texture, since it is painted from the texture, and copied.
func (t *texts) Stamp(l *scene.List, number int32) (mesh.Ink, bool) {
	for int(number) >= len(t.stamps) {
		t.stamps = append(t.stamps, stamp{})
	}
	if k := &t.stamps[number]; k.made {
		return k.ink, true
	}
	k := &l.Stamps[number]
	const edge = 1
	left, up := math.Ceil(-k.From.X*t.scale)+edge, math.Ceil(-k.From.Y*t.scale)+edge
	w, h := int(left+math.Ceil(k.To.X*t.scale))+edge, int(up+math.Ceil(k.To.Y*t.scale))+edge
	t.build.Reset()
	t.build.White = t.white()
	t.build.Scale, t.build.X, t.build.Y = t.scale, left, up
	t.build.Add(&k.List, 0, len(k.Items)) // its texts come into the texture first
	if t.build.Full || w > sheetSize/2 || !t.room(w, h) {
		return mesh.Ink{}, w > sheetSize/2
	}
	if s := t.scratch; s == nil || s.Bounds().Dx() < w || s.Bounds().Dy() < h {
		if s != nil {
			s.Deallocate()
		}
		t.scratch = ebiten.NewImageWithOptions(image.Rect(0, 0, max(w, 256), max(h, 128)), &ebiten.NewImageOptions{Unmanaged: true})
	}
	t.scratch.Clear()
	t.corners = corners(t.corners[:0], &t.build)
	t.scratch.DrawTriangles32(t.corners, t.build.Indices, t.sheet, nil)
	var o ebiten.DrawImageOptions
	o.Blend = ebiten.BlendCopy
	o.GeoM.Translate(float64(t.x), float64(t.y))
	t.sheet.DrawImage(t.scratch.SubImage(image.Rect(0, 0, w, h)).(*ebiten.Image), &o)
	ink := mesh.Ink{U: float32(t.x), V: float32(t.y), W: float32(w), H: float32(h), Left: float32(left), Up: float32(up)}
	t.x += w + 1
	t.stamps[number] = stamp{ink, true}
	return ink, true
}

// room makes place for a text, in the current row or a new one.
func (t *texts) room(w, h int) bool {
	if t.x+w > sheetSize {
		t.x, t.y, t.h = 0, t.y+t.h+1, 0
	}
	t.h = max(t.h, h)
	return t.y+t.h <= sheetSize
}
