//go:build js && wasm

// Command stage paints a world in the page's stage iframe with Ebitengine. It is fed with packed trace events and the
// clock by stage.js, and paints the display list that sim/scene makes of them; it decides nothing about the picture.
package main

import (
	"syscall/js"

	"github.com/hajimehoshi/ebiten/v2"
)

func main() {
	host := js.Global().Get("stage")
	g := newGame(host)
	g.install()
	host.Call("installed")
	ebiten.SetScreenClearedEveryFrame(false)
	ebiten.SetTPS(ebiten.SyncWithFPS)
	err := ebiten.RunGameWithOptions(g, &ebiten.RunGameOptions{InitUnfocused: true, ScreenTransparent: true})
	reason := "crash"
	if !g.painted { // it never came to a picture: there is no WebGL 2
		reason = "webgl"
	}
	if err == nil {
		err = ebiten.Termination
	}
	host.Call("dead", reason, err.Error())
	select {} // the page takes the document away; until then the browser still calls the library's event handlers
}
