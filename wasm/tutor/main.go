//go:build js && wasm

// Command tutor is the core for the browser: it installs five functions and waits to be called. It runs in a Web Worker;
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
		session.File(args[0].String(), octets(args[1]))
		return nil
	}))
	js.Global().Set("ehloBegin", js.FuncOf(func(_ js.Value, args []js.Value) any {
		roomy()
		session.Begin(args[0].String(), octets(args[1]))
		return nil
	}))
	js.Global().Set("ehloChunk", js.FuncOf(func(_ js.Value, args []js.Value) any {
		chunk := session.Chunk(args[0].Int(), args[1].Int())
		array := js.Global().Get("Uint8Array").New(len(chunk))
		js.CopyBytesToJS(array, chunk)
		return array
	}))
	js.Global().Set("ehloTidy", js.FuncOf(func(js.Value, []js.Value) any {
		tidy()
		return nil
	}))
	if ready := js.Global().Get("ehloReady"); ready.Type() == js.TypeFunction {
		ready.Invoke()
	}
	select {}
}

// tidy collects the garbage when it would soon be collected anyway: then nobody waits for it.
func tidy() {
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	if memory.HeapAlloc > memory.NextGC/4*3 {
		runtime.GC()
	}
}

// octets copies a Uint8Array.
func octets(array js.Value) []byte {
	copied := make([]byte, array.Length())
	js.CopyBytesToGo(copied, array)
	return copied
}

// room is how much stack a session's calls have: more than the start of any world takes.
const room = 32 << 10

// roomy makes the stack of the goroutine that answers JavaScript as large as a session's calls need, while there is next to
// nothing on it. Otherwise it would double again and again deep inside of the first calls, and each time a browser compiles
// and runs what moves and corrects all that stands there.
//
//go:noinline
func roomy() {
	var stack [room]byte
	touch(&stack)
}

//go:noinline
func touch(stack *[room]byte) { stack[0] = 1 }
