//go:build (js && wasm) || desktop

package main

import (
	"github.com/hajimehoshi/ebiten/v2"

	"ehlo/sim/engine"
	"ehlo/sim/scene"
)

// game paints the scene. What shows the world to it changes the scene between frames, on the one thread there is; nothing
// in Draw yields while it reads the scene.
type game struct {
	player  *scene.Player
	now     engine.Time
	view    scene.View
	painter *painter
	begun   func() // called before the first frame
	tick    func() // called before each frame
}

// Update does nothing: a clock moves the picture, not the frames.
func (g *game) Update() error {
	if g.tick != nil {
		g.tick()
	}
	return nil
}

// Layout is only there for the interface; LayoutF takes its place.
func (g *game) Layout(w, h int) (int, int) { return w, h }

// LayoutF makes a pixel of the picture a pixel of the screen.
func (g *game) LayoutF(w, h float64) (float64, float64) {
	s := ebiten.Monitor().DeviceScaleFactor()
	return max(w*s, 1), max(h*s, 1)
}

// Draw paints the picture of the moment.
func (g *game) Draw(screen *ebiten.Image) {
	if g.begun != nil {
		g.begun()
		g.begun = nil
	}
	if g.view.Width <= 0 {
		return
	}
	g.painter.paint(screen, g.player.Scene.Frame(g.now))
}

// theme is the palette of a theme by its name, with the type size and the lines that go with it.
func theme(name string) (p scene.Palette, base, stroke float64) {
	switch name {
	case "dark":
		return scene.Dark, 16, 1.5
	case "projector":
		return scene.Projector, 20, 2.5
	}
	return scene.Light, 16, 1.5
}
