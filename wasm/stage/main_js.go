//go:build js && wasm

// Command stage paints a world in the page's stage iframe with Ebitengine. It is fed with packed trace events and the
// clock by stage.js, and paints the display list that sim/scene makes of them; it decides nothing about the picture.
package main

import (
	"runtime/debug"
	"syscall/js"
	"time"

	"github.com/hajimehoshi/ebiten/v2"
)

func main() {
	debug.SetGCPercent(300) // there is little to keep, and all of it comes with the first frames: the page waits for each collection
	host := js.Global().Get("stage")
	p := newPage(host)
	p.install()
	host.Call("installed")
	if host.Get("painted").Truthy() { // without a canvas the page shows the picture as SVG
		p.game.painter = newPainter(canvas{host})
		time.Sleep(time.Millisecond) // what waits for the page's thread comes before the graphics library makes itself ready
		p.run()
	}
	select {} // the page takes the document away; until then the browser still calls what the program has given it
}

func (p *page) run() {
	started := false
	p.game.begun = func() {
		started = true
		p.host.Call("ready")
	}
	ebiten.SetScreenClearedEveryFrame(false)
	ebiten.SetTPS(ebiten.SyncWithFPS)
	err := ebiten.RunGameWithOptions(p.game, &ebiten.RunGameOptions{InitUnfocused: true, ScreenTransparent: true})
	reason := "crash"
	if !started { // it never came to a picture: there is no WebGL 2
		reason = "webgl"
	}
	if err == nil {
		err = ebiten.Termination
	}
	p.host.Call("dead", reason, err.Error())
}
