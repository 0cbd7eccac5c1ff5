//go:build desktop && !js

// Command stage, built with the tag desktop, shows a trace in a window, to look into the stage without a page:
//
//	bin/ehlo play -trace SCRIPT | go run -tags desktop ./wasm/stage [-theme light|dark|projector] [FILE]
//
// It plays at the pace that shows each hop. Space stops and goes on, R begins anew, T changes the theme, the wheel zooms,
// and a host can be dragged. On Linux Ebitengine needs a C compiler and the headers of X11 and OpenGL: on Debian gcc,
// libgl1-mesa-dev, libxcursor-dev, libxi-dev, libxinerama-dev, libxrandr-dev, libxxf86vm-dev.
package main

import (
	"bufio"
	"flag"
	"fmt"
	"io"
	"os"

	"github.com/hajimehoshi/ebiten/v2"
	"github.com/hajimehoshi/ebiten/v2/inpututil"

	"ehlo/sim/engine"
	"ehlo/sim/scene"
	"ehlo/sim/trace"
)

// themes are the names of the themes in the order in which T goes through them.
var themes = []string{"light", "dark", "projector"}

// words are the few words of the picture; a window has no page to give them in another language.
var words = map[string]string{"page.stage.you": "that is you", "page.stage.empty": "empty", "page.stage.new": "{count} new",
	"page.stage.deleted": "{count} deleted", "page.stage.octets": "{count} octets", "page.stage.recipients": "{count} recipients"}

// window is a trace in a window.
type window struct {
	game   *game
	player *scene.Player
	reel   *scene.Reel
	end    engine.Time
	theme  int
	paused bool
	zoom   float64
	x, y   float64
	held   string // the host that is dragged
}

func main() {
	name := flag.String("theme", "light", "`NAME` of the theme: light, dark or projector")
	flag.Parse()
	if err := show(*name, flag.Arg(0)); err != nil {
		fmt.Fprintf(os.Stderr, "stage: %v\n", err)
		os.Exit(1)
	}
}

func show(themeName, file string) error {
	in := io.Reader(os.Stdin)
	if file != "" {
		f, err := os.Open(file)
		if err != nil {
			return err
		}
		defer f.Close()
		in = f
	}
	w := &window{player: scene.NewPlayer(), zoom: 1, game: &game{painter: newPainter(goFonts{})}}
	for i, t := range themes {
		if t == themeName {
			w.theme = i
		}
	}
	if err := w.read(in); err != nil {
		return err
	}
	w.player.Scene.SetWords(words)
	w.game.picture = func() *scene.List { return w.reel.Frame() }
	w.game.tick = w.tick
	w.layout(1096, 420)
	w.rewind()
	ebiten.SetWindowSize(1096, 420)
	ebiten.SetWindowResizingMode(ebiten.WindowResizingModeEnabled)
	ebiten.SetWindowTitle("ehlo: the stage")
	ebiten.SetScreenClearedEveryFrame(false)
	return ebiten.RunGame(w.game)
}

// read keeps the events of a trace, one a line in JSON.
func (w *window) read(in io.Reader) error {
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, 1<<24)
	for n := 1; lines.Scan(); n++ {
		if len(lines.Bytes()) == 0 {
			continue
		}
		e, err := trace.ParseJSON(lines.Bytes())
		if err != nil {
			return fmt.Errorf("line %d is no trace event (ehlo play -trace prints them): %w", n, err)
		}
		w.player.Record(&e)
		w.end = max(w.end, e.At)
	}
	return lines.Err()
}

func (w *window) layout(width, height float64) {
	palette, base, stroke := theme(themes[w.theme])
	w.game.painter.colour(palette)
	v := scene.View{Width: width, Height: height, Base: base, Stroke: stroke, Zoom: w.zoom, X: w.x, Y: w.y}
	w.player.Scene.Layout(v)
	if w.reel != nil {
		w.reel.Scene().Layout(v)
	}
}

// rewind begins the run anew.
func (w *window) rewind() { w.reel = w.player.Reel(0, w.player.Len(), w.end, ebiten.DefaultTPS) }

// tick lets the time of one frame pass and does what keys and mouse ask for.
func (w *window) tick() error {
	width, height := ebiten.WindowSize()
	switch {
	case inpututil.IsKeyJustPressed(ebiten.KeySpace):
		w.paused = !w.paused
	case inpututil.IsKeyJustPressed(ebiten.KeyR):
		w.rewind()
	case inpututil.IsKeyJustPressed(ebiten.KeyT):
		w.theme = (w.theme + 1) % len(themes)
	}
	cx, cy := ebiten.CursorPosition()
	scale := ebiten.Monitor().DeviceScaleFactor()
	at := scene.Point{X: float64(cx) / scale, Y: float64(cy) / scale}
	if _, turn := ebiten.Wheel(); turn != 0 {
		zoom := min(max(w.zoom*(1+0.1*turn), 1), scene.MostZoom)
		w.x, w.y = w.x+at.X/w.zoom-at.X/zoom, w.y+at.Y/w.zoom-at.Y/zoom
		w.zoom = zoom
	}
	w.drag(at, float64(width), float64(height))
	w.layout(float64(width), float64(height))
	if !w.paused {
		w.reel.Next()
	}
	return nil
}

func (w *window) drag(at scene.Point, width, height float64) {
	s := w.reel.Scene()
	switch {
	case inpututil.IsMouseButtonJustPressed(ebiten.MouseButtonLeft):
		if i, ok := s.Hit(at); ok && s.Nodes()[i].Kind == scene.NodeHost {
			w.held = s.Nodes()[i].Name
		}
	case !ebiten.IsMouseButtonPressed(ebiten.MouseButtonLeft):
		w.held = ""
	case w.held != "":
		x, y := (w.x+at.X/w.zoom)/width, (w.y+at.Y/w.zoom)/height
		w.player.Scene.Pin(w.held, x, y)
		s.Pin(w.held, x, y)
	}
}
