//go:build js && wasm

package main

import (
	"image"
	"strconv"
	"syscall/js"

	"github.com/hajimehoshi/ebiten/v2"

	"ehlo/sim/scene"
	"ehlo/wasm/stage/mesh"
)

// sheetSize is the extent of the texture in texels.
const sheetSize = 1024

// texts is the texture from which everything is painted: texts in the page's own faces, each painted once by the
// browser, and a white spot for all that is not text. So every script that the browser can write is right, and no font
// is in the program.
type texts struct {
	host    js.Value
	sheet   *ebiten.Image
	known   map[textKey]mesh.Ink
	x, y, h int // where the next text goes in the current row, and the row's height
	alpha   []byte
	pixels  []byte
}

type textKey struct {
	text       string
	face       scene.Face
	size, halo float64
}

func newTexts(host js.Value) *texts {
	t := &texts{host: host, known: map[textKey]mesh.Ink{}}
	t.sheet = ebiten.NewImageWithOptions(image.Rect(0, 0, sheetSize, sheetSize), &ebiten.NewImageOptions{Unmanaged: true})
	t.clear()
	return t
}

// clear forgets all texts.
func (t *texts) clear() {
	clear(t.known)
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

// Ink implements [mesh.Inks].
func (t *texts) Ink(text string, face scene.Face, size, halo float64) (mesh.Ink, bool) {
	key := textKey{text, face, size, halo}
	if k, ok := t.known[key]; ok {
		return k, true
	}
	style := [...]string{"400 ", "700 ", "600 ", "700 "}[face%4] + strconv.FormatFloat(size, 'f', 2, 64) + "px "
	r := t.host.Call("ink", text, style, face >= scene.Mono, halo)
	w, h := r.Get("width").Int(), r.Get("height").Int()
	if w > sheetSize/2 || !t.room(w, h) {
		return mesh.Ink{}, w > sheetSize/2
	}
	k := mesh.Ink{U: float32(t.x), V: float32(t.y), W: float32(w), H: float32(h), Left: float32(r.Get("left").Float()),
		Up: float32(r.Get("up").Float()), Advance: float32(r.Get("advance").Float())}
	t.alpha = append(t.alpha[:0], make([]byte, w*h)...)
	js.CopyBytesToGo(t.alpha, r.Get("alpha"))
	t.pixels = t.pixels[:0]
	for _, a := range t.alpha {
		t.pixels = append(t.pixels, a, a, a, a)
	}
	t.sheet.SubImage(image.Rect(t.x, t.y, t.x+w, t.y+h)).(*ebiten.Image).WritePixels(t.pixels)
	t.x += w + 1
	t.known[key] = k
	return k, true
}

// room makes place for a text, in the current row or a new one.
func (t *texts) room(w, h int) bool {
	if t.x+w > sheetSize {
		t.x, t.y, t.h = 0, t.y+t.h+1, 0
	}
	t.h = max(t.h, h)
	return t.y+t.h <= sheetSize
}
