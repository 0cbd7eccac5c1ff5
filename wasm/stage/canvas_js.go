//go:build js && wasm

package main

import (
	"strconv"
	"syscall/js"

	"ehlo/sim/scene"
)

// canvas writes texts with the browser's 2D canvas in the page's own faces. So every script that the browser can write is
// right, and no font is in the program.
type canvas struct{ host js.Value }

// octets is the memory that the last text is in.
var octets []byte

func (c canvas) write(text string, face scene.Face, size, halo float64) written {
	style := [...]string{"400 ", "700 ", "600 ", "700 "}[face%4] + strconv.FormatFloat(size, 'f', 2, 64) + "px "
	r := c.host.Call("ink", text, style, face >= scene.Mono, halo)
	w, h := r.Get("width").Int(), r.Get("height").Int()
	octets = append(octets[:0], make([]byte, w*h)...)
	js.CopyBytesToGo(octets, r.Get("alpha"))
	return written{width: w, height: h, left: r.Get("left").Float(), up: r.Get("up").Float(), advance: r.Get("advance").Float(), alpha: octets}
}
