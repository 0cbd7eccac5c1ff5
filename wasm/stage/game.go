//go:build js && wasm

package main

import (
	"image"
	"syscall/js"

	"github.com/hajimehoshi/ebiten/v2"

	"ehlo/sim/engine"
	"ehlo/sim/scene"
	"ehlo/sim/trace"
	"ehlo/wasm/stage/mesh"
)

// game paints the scene. The page's messages change it between frames, on the one thread there is; nothing in Draw
// yields while it reads the scene.
type game struct {
	host    js.Value
	player  *scene.Player
	now     engine.Time
	view    scene.View
	palette scene.Palette
	painted bool

	texts   *texts
	build   mesh.Builder
	corners []ebiten.Vertex
	still   *ebiten.Image   // the part of the picture that depends on the events alone
	drawn   uint64          // its version
	scale   float64         // and device pixels of a CSS pixel
	over    image.Rectangle // where the last frame painted over it
}

func newGame(host js.Value) *game {
	g := &game{host: host, player: scene.NewPlayer(), palette: scene.Light, texts: newTexts(host)}
	g.build.Palette, g.build.Inks = &g.palette, g.texts
	return g
}

// Update does nothing: the page's clock moves the picture, not the frames.
func (g *game) Update() error { return nil }

// Layout is only there for the interface; LayoutF takes its place.
func (g *game) Layout(w, h int) (int, int) { return w, h }

// LayoutF makes a pixel of the picture a pixel of the screen.
func (g *game) LayoutF(w, h float64) (float64, float64) {
	s := ebiten.Monitor().DeviceScaleFactor()
	return max(w*s, 1), max(h*s, 1)
}

// Draw paints the still part where it changed or something moved over it, and then what moves. The screen keeps what it
// shows from frame to frame.
func (g *game) Draw(screen *ebiten.Image) {
	if !g.painted {
		g.painted = true
		g.host.Call("ready")
	}
	if g.view.Width <= 0 {
		return
	}
	list := g.player.Scene.Frame(g.now)
	size := screen.Bounds()
	scale := float64(size.Dx()) / g.view.Width
	g.build.Scale = scale
	if g.still == nil || g.still.Bounds() != size {
		if g.still != nil {
			g.still.Deallocate()
		}
		g.still = ebiten.NewImageWithOptions(size, &ebiten.NewImageOptions{Unmanaged: true})
		g.drawn = 0
	}
	if g.drawn != list.Version || g.scale != scale {
		g.paint(g.still, list, 0, list.Still)
		g.drawn, g.scale = list.Version, scale
		g.over = size
	}
	if g.over = g.over.Intersect(size); !g.over.Empty() {
		var o ebiten.DrawImageOptions
		o.Blend = ebiten.BlendCopy
		o.GeoM.Translate(float64(g.over.Min.X), float64(g.over.Min.Y))
		screen.DrawImage(g.still.SubImage(g.over).(*ebiten.Image), &o)
	}
	g.paint(screen, list, list.Still, len(list.Items))
	g.over = g.reach()
}

// reach is the rectangle that what was painted last lies in.
func (g *game) reach() image.Rectangle {
	if len(g.corners) == 0 {
		return image.Rectangle{}
	}
	x0, y0 := g.corners[0].DstX, g.corners[0].DstY
	x1, y1 := x0, y0
	for i := range g.corners {
		c := &g.corners[i]
		x0, y0, x1, y1 = min(x0, c.DstX), min(y0, c.DstY), max(x1, c.DstX), max(y1, c.DstY)
	}
	return image.Rect(int(x0)-1, int(y0)-1, int(x1)+2, int(y1)+2)
}

// paint draws items with one call. Where the texture has no room for another text it starts afresh with those needed.
func (g *game) paint(onto *ebiten.Image, list *scene.List, i, end int) {
	for range 2 {
		g.build.Reset()
		g.build.White = g.texts.white()
		g.build.Add(list, i, end)
		if !g.build.Full {
			break
		}
		g.texts.clear()
	}
	g.corners = g.corners[:0]
	for _, v := range g.build.Vertices {
		g.corners = append(g.corners, ebiten.Vertex{DstX: v.X, DstY: v.Y, SrcX: v.U, SrcY: v.V, ColorR: v.R, ColorG: v.G,
			ColorB: v.B, ColorA: v.A})
	}
	onto.DrawTriangles32(g.corners, g.build.Indices, g.texts.sheet, nil)
}

// install gives stage.js what it calls with the page's messages. Each says whether the picture has changed.
func (g *game) install() {
	set := func(name string, f func(args []js.Value) any) {
		g.host.Set(name, js.FuncOf(func(_ js.Value, args []js.Value) any { return f(args) }))
	}
	set("events", func(args []js.Value) any { return g.events(args[0].Int(), args[1]) })
	set("clock", func(args []js.Value) any { return g.clock(engine.Time(args[0].Float()), args[1].Int()) })
	set("view", func(args []js.Value) any { return g.setView(args[0]) })
	set("hit", func(args []js.Value) any { return g.hit(args[0].Float(), args[1].Float()) })
}

// events keeps the first events and appends those of a chunk.
func (g *game) events(keep int, chunk js.Value) any {
	changed := keep < g.player.Applied()
	g.player.Keep(keep)
	if !chunk.Truthy() {
		return changed
	}
	p := make([]byte, chunk.Length())
	js.CopyBytesToGo(p, chunk)
	for e, err := range trace.Decode(p) {
		if err != nil {
			g.host.Call("dead", "crash", err.Error())
			break
		}
		g.player.Record(e)
	}
	return changed
}

func (g *game) clock(now engine.Time, total int) any {
	s := g.player.Scene
	changed := s.Moving(g.now)
	changed = g.player.Show(total) || changed
	g.now = max(now, g.player.Now())
	return changed || s.Moving(g.now)
}

func (g *game) setView(v js.Value) any {
	theme := v.Get("theme").String()
	g.palette = scene.Light
	g.view = scene.View{Width: v.Get("width").Float(), Height: v.Get("height").Float(), ReducedMotion: v.Get("reducedMotion").Truthy()}
	switch theme {
	case "dark":
		g.palette = scene.Dark
	case "projector":
		g.palette = scene.Projector
		g.view.Base, g.view.Stroke = 20, 2.5
	}
	each(v.Get("colors"), func(name, colour string) { g.palette.Set(name, colour) })
	words := map[string]string{}
	each(v.Get("words"), func(id, text string) { words[id] = text })
	if len(words) > 0 {
		g.player.Scene.SetWords(words)
	}
	g.player.Scene.Layout(g.view)
	g.drawn = 0
	return true
}

// each calls f for every text in an object.
func each(object js.Value, f func(key, text string)) {
	if object.Type() != js.TypeObject {
		return
	}
	keys := js.Global().Get("Object").Call("keys", object)
	for i := range keys.Length() {
		key := keys.Index(i).String()
		if v := object.Get(key); v.Type() == js.TypeString {
			f(key, v.String())
		}
	}
}

// hit says what is painted at a place, or null.
func (g *game) hit(x, y float64) any {
	n, ok := g.player.Scene.Hit(scene.Point{X: x, Y: y})
	if !ok {
		return nil
	}
	title := n.Title()
	args := map[string]any{}
	for k, v := range title.Args {
		args[k] = v
	}
	return map[string]any{"kind": n.Kind.String(), "name": n.Name, "peer": n.Peer, "seq": float64(n.Seq),
		"conn": float64(n.Conn), "title": map[string]any{"id": title.ID, "args": args}}
}
