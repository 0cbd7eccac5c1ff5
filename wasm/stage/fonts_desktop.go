//go:build desktop && !js

package main

import (
	"image"
	"math"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/gomono"
	"golang.org/x/image/font/gofont/gomonobold"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"

	"ehlo/sim/scene"
)

// goFonts writes texts in the Go fonts, which have Latin, Greek and Cyrillic.
type goFonts struct{}

// faces are the fonts opened so far, by face and size.
var faces = map[faceKey]font.Face{}

type faceKey struct {
	face scene.Face
	size float64
}

func faceOf(face scene.Face, size float64) font.Face {
	key := faceKey{face, size}
	if f := faces[key]; f != nil {
		return f
	}
	parsed, err := opentype.Parse([...][]byte{goregular.TTF, gobold.TTF, gomono.TTF, gomonobold.TTF}[face%4])
	if err != nil {
		panic(err) // the fonts are part of the library
	}
	f, err := opentype.NewFace(parsed, &opentype.FaceOptions{Size: size, DPI: 72, Hinting: font.HintingFull})
	if err != nil {
		panic(err)
	}
	faces[key] = f
	return f
}

func (goFonts) write(text string, face scene.Face, size, halo float64) written {
	f := faceOf(face, size)
	bounds, advance := font.BoundString(f, text)
	edge := int(math.Ceil(halo/2)) + 1
	left, up := max(-bounds.Min.X.Floor(), 0)+edge, max(-bounds.Min.Y.Floor(), 0)+edge
	w, h := left+max(bounds.Max.X.Ceil(), advance.Ceil())+edge, up+max(bounds.Max.Y.Ceil(), 0)+edge
	m := image.NewAlpha(image.Rect(0, 0, w, h))
	d := font.Drawer{Dst: m, Src: image.Opaque, Face: f}
	turns := 1
	if halo > 0 {
		turns = 16
	}
	for i := range turns { // a halo is the text all around itself
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / float64(turns))
		x, y := float64(left), float64(up)
		if halo > 0 {
			x, y = x+cos*halo/2, y+sin*halo/2
		}
		d.Dot = fixed.Point26_6{X: fixed.Int26_6(x * 64), Y: fixed.Int26_6(y * 64)}
		d.DrawString(text)
	}
	return written{width: w, height: h, left: float64(left), up: float64(up), advance: float64(advance) / 64, alpha: m.Pix}
}
