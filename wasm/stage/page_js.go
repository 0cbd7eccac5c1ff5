//go:build js && wasm

package main

import (
	"strconv"
	"syscall/js"

	"ehlo/sim/engine"
	"ehlo/sim/scene"
	"ehlo/sim/trace"
)

// page is what stage.js calls with the page's messages, and what it is told.
type page struct {
	host    js.Value
	game    *game
	player  *scene.Player
	now     engine.Time
	look    scene.View
	palette scene.Palette
	words   map[string]string
	reel    *scene.Reel
}

func newPage(host js.Value) *page {
	p := &page{host: host, player: scene.NewPlayer(), palette: scene.Light}
	p.game = &game{picture: func() *scene.List { return p.scene().Frame(p.now) }}
	return p
}

func (p *page) scene() *scene.Scene { return p.player.Scene }

// install gives stage.js its functions. Those that can change the picture say whether they have.
func (p *page) install() {
	set := func(name string, f func(args []js.Value) any) {
		p.host.Set(name, js.FuncOf(func(_ js.Value, args []js.Value) any { return f(args) }))
	}
	set("events", func(args []js.Value) any { return p.events(args[0].Int(), args[1]) })
	set("clock", func(args []js.Value) any { return p.clock(engine.Time(args[0].Float()), args[1].Int()) })
	set("view", func(args []js.Value) any { return p.view(args[0]) })
	set("camera", func(args []js.Value) any {
		p.look.Zoom, p.look.X, p.look.Y = args[0].Float(), args[1].Float(), args[2].Float()
		p.scene().Follow(0)
		p.scene().Layout(p.look)
		return true
	})
	set("rate", func(args []js.Value) any {
		changed := p.look.Rate != args[0].Float()
		p.look.Rate = args[0].Float()
		p.scene().Layout(p.look)
		return changed
	})
	set("plain", func(args []js.Value) any {
		p.look.Plain = args[0].Bool()
		p.scene().Layout(p.look)
		return true
	})
	set("follow", func(args []js.Value) any { p.scene().Follow(uint32(args[0].Int())); return true })
	set("pin", func(args []js.Value) any { return p.scene().Pin(args[0].String(), args[1].Float(), args[2].Float()) })
	set("unpin", func(args []js.Value) any { p.scene().Unpin(args[0].String()); return true })
	set("hit", func(args []js.Value) any { return p.hit(args[0].Float(), args[1].Float()) })
	set("things", func([]js.Value) any { return p.things() })
	set("seen", func([]js.Value) any {
		z, x, y := p.scene().Camera()
		return map[string]any{"zoom": z, "x": x, "y": y, "now": float64(p.now), "total": p.player.Applied()}
	})
	set("svg", func(args []js.Value) any {
		list := p.scene().Frame(p.now)
		list.Note = args[0].String()
		return string(list.AppendSVG(nil, &p.palette, scene.Titles(p.words)))
	})
	set("still", func(args []js.Value) any { return p.still(args[0], args[1].Float(), args[2].Float()) })
	set("work", func([]js.Value) any { return p.game.typical().Seconds() * 1000 })
	set("roll", func(args []js.Value) any {
		p.reel = p.player.Reel(args[0].Int(), args[1].Int(), engine.Time(args[2].Float()), args[3].Int())
		return nil
	})
	set("nextPicture", func(args []js.Value) any { return p.nextPicture(args[0]) })
}

// nextPicture is the reel's next picture as SVG, or null where the run is over. note writes its moment for its corner.
func (p *page) nextPicture(note js.Value) any {
	if p.reel == nil {
		return nil
	}
	list, now, ok := p.reel.Next()
	if !ok {
		p.reel = nil
		return nil
	}
	list.Note = note.Invoke(float64(now)).String()
	return string(list.AppendSVG(nil, &p.palette, nil))
}

// events keeps the first events and appends those of a chunk.
func (p *page) events(keep int, chunk js.Value) any {
	changed := keep < p.player.Applied()
	p.player.Keep(keep)
	if !chunk.Truthy() {
		return changed
	}
	if err := record(p.player, chunk); err != nil {
		p.host.Call("dead", "crash", err.Error())
	}
	return changed
}

// record appends the events of a chunk, up to one that cannot be read.
func record(player *scene.Player, chunk js.Value) error {
	octets := make([]byte, chunk.Length())
	js.CopyBytesToGo(octets, chunk)
	for e, err := range trace.Decode(octets) {
		if err != nil {
			return err
		}
		player.Record(e)
	}
	return nil
}

// still draws the stage after the events of a chunk, whatever the page shows now, on a surface of its own.
func (p *page) still(chunk js.Value, width, height float64) string {
	player := scene.NewPlayer()
	player.Scene.SetWords(p.words)
	player.Scene.Layout(scene.View{Width: width, Height: height, Plain: true})
	if record(player, chunk) != nil {
		return ""
	}
	player.Show(player.Len())
	return string(player.Scene.Frame(player.Now()).AppendSVG(nil, nil, scene.Titles(p.words)))
}

func (p *page) clock(now engine.Time, total int) any {
	changed := p.scene().Moving(p.now)
	changed = p.player.Show(total) || changed
	p.now = max(now, p.player.Now())
	return changed || p.scene().Moving(p.now)
}

func (p *page) view(v js.Value) any {
	palette, base, stroke := theme(v.Get("theme").String())
	view := scene.View{Width: v.Get("width").Float(), Height: v.Get("height").Float(), Base: base, Stroke: stroke,
		ReducedMotion: v.Get("reducedMotion").Truthy(), Rate: p.look.Rate, Plain: p.look.Plain, Zoom: p.look.Zoom, X: p.look.X, Y: p.look.Y}
	if corner := v.Get("corner"); corner.Truthy() {
		view.Corner = scene.Point{X: corner.Get("width").Float(), Y: corner.Get("height").Float()}
	}
	if note := v.Get("note"); note.Type() == js.TypeString {
		view.Note = note.String()
	}
	each(v.Get("colors"), func(name, colour string) { palette.Set(name, colour) })
	p.palette = palette
	if g := p.game; g.painter != nil {
		g.painter.colour(palette)
	}
	words := map[string]string{}
	each(v.Get("words"), func(id, text string) { words[id] = text })
	if len(words) > 0 && !same(words, p.words) {
		p.words = words
		p.scene().SetWords(words)
	}
	p.look = view
	p.scene().Layout(view)
	return true
}

func same(a, b map[string]string) bool {
	if len(a) != len(b) {
		return false
	}
	for k, v := range a {
		if b[k] != v {
			return false
		}
	}
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

// hit says what is painted at a point, or null.
func (p *page) hit(x, y float64) any {
	i, ok := p.scene().Hit(scene.Point{X: x, Y: y})
	if !ok {
		return nil
	}
	return p.thing(i)
}

// thing describes a node of the picture last made.
func (p *page) thing(i int) map[string]any {
	n := p.scene().Nodes()[i]
	from, to := p.scene().Bounds(i)
	title := n.Title()
	args := map[string]any{}
	for k, v := range title.Args {
		args[k] = v
	}
	return map[string]any{"kind": n.Kind.String(), "name": n.Name, "peer": n.Peer, "seq": float64(n.Seq), "conn": float64(n.Conn),
		"letter": float64(n.Letter), "num": float64(n.Num), "title": map[string]any{"id": title.ID, "args": args},
		"box": []any{from.X, from.Y, to.X - from.X, to.Y - from.Y}}
}

// things lists what is in the picture, each once.
func (p *page) things() any {
	p.scene().Frame(p.now)
	seen := map[string]bool{}
	list := []any{}
	for i, n := range p.scene().Nodes() {
		key := n.Kind.String() + " " + n.Name + " " + n.Peer + " " + strconv.FormatUint(n.Seq, 10) + " " + strconv.FormatInt(n.Num, 10)
		if seen[key] {
			continue
		}
		seen[key] = true
		list = append(list, p.thing(i))
	}
	return list
}
