//go:build (js && wasm) || desktop

package main

import (
	"slices"
	"time"

	"github.com/hajimehoshi/ebiten/v2"

	"ehlo/sim/scene"
)

// game paints pictures of a scene. What shows the world to it changes the scene between frames, on the one thread there
// is; nothing in Draw yields while it reads the scene.
type game struct {
	picture func() *scene.List // of the moment, or nil
	painter *painter
	begun   func()       // called before the first frame
	tick    func() error // called before each frame
	work    [workKept]time.Duration
	frames  int
}

// workKept is how many of the last frames' work is remembered.
const workKept = 64

// typical is the median work of the last frames: the scene's and the painter's, without what the graphics library does
// with it afterwards.
func (g *game) typical() time.Duration {
	last := slices.Clone(g.work[:min(g.frames, workKept)])
	if len(last) == 0 {
		return 0
	}
	slices.Sort(last)
	return last[len(last)/2]
}

// Update does nothing in a page, where a clock moves the picture, not the frames.
func (g *game) Update() error {
	if g.tick != nil {
		return g.tick()
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
	begin := time.Now()
	list := g.picture()
	if list == nil || list.Width <= 0 {
		return
	}
	g.painter.paint(screen, list)
	g.work[g.frames%workKept] = time.Since(begin)
	g.frames++
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
