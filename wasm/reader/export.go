//go:build js && wasm

package main

import (
	"syscall/js"

	"ehlo/lessons/locale"
	"ehlo/sim/trace"
	"ehlo/sim/trace/export"
)

// exported is ehloExport(form, chunk, conn, start): the events of a chunk of the binary encoding as a file in one of the forms of
// package export, in octets. conn 0 is all connections, start the moment of virtual time 0 in seconds of Unix time. null where
// the chunk cannot be read or no form has the name.
func exported(args []js.Value, texts *locale.Catalogue) any {
	var failed error
	events := func(yield func(int, trace.Event) bool) {
		i := 0
		for e, err := range trace.Decode(octets(args[1])) {
			if failed = err; err != nil || !yield(i, *e) {
				return
			}
			i++
		}
	}
	file, ok := export.Write(args[0].String(), events, export.Options{Conn: uint32(args[2].Int()), Start: int64(args[3].Float()),
		Lang: texts.Lang(), Text: func(id string, words map[string]string) string { return texts.Render(id, words) }})
	if !ok || failed != nil {
		return nil
	}
	array := js.Global().Get("Uint8Array").New(len(file))
	js.CopyBytesToJS(array, file)
	return array
}
