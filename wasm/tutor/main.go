//go:build js && wasm

// Command tutor is the core for the browser: it installs four functions and waits to be called. It runs in a Web Worker;
// see docs/api.md for what can be asked.
package main

import (
	"runtime"
	"syscall/js"

	"ehlo/lessons/tutor"
)

func main() {
	var session tutor.Session
	js.Global().Set("ehloCall", js.FuncOf(func(_ js.Value, args []js.Value) any {
		text := ""
		if len(args) > 1 {
			text = args[1].String()
		}
		return string(session.Call(args[0].String(), []byte(text)))
	}))
	js.Global().Set("ehloFile", js.FuncOf(func(_ js.Value, args []js.Value) any {
		text := make([]byte, args[1].Length())
		js.CopyBytesToGo(text, args[1])
		session.File(args[0].String(), text)
		return nil
	}))
	js.Global().Set("ehloChunk", js.FuncOf(func(_ js.Value, args []js.Value) any {
		chunk := session.Chunk(args[0].Int(), args[1].Int())
		array := js.Global().Get("Uint8Array").New(len(chunk))
		js.CopyBytesToJS(array, chunk)
		return array
	}))
	js.Global().Set("ehloTidy", js.FuncOf(func(js.Value, []js.Value) any {
		runtime.GC()
		return nil
	}))
	if ready := js.Global().Get("ehloReady"); ready.Type() == js.TypeFunction {
		ready.Invoke()
	}
	select {}
}
