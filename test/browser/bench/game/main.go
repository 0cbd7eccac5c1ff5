//go:build js

// Command game is the smallest Ebitengine program that paints frames: what the stage is compared with.
package main

import (
	"syscall/js"

	"github.com/hajimehoshi/ebiten/v2"
)

type game struct{}

func (game) Update() error { return nil }

func (game) Draw(*ebiten.Image) {}

func (game) Layout(w, h int) (int, int) { return w, h }

func main() {
	ebiten.SetTPS(ebiten.SyncWithFPS)
	if err := ebiten.RunGame(game{}); err != nil {
		js.Global().Get("console").Call("error", err.Error())
	}
}
