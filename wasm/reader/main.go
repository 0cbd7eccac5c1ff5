//go:build js && wasm

// Command reader renders the texts of lessons for the page: it installs one function and waits to be called. It runs in a
// Web Worker of its own and loads when the console answers already, so that nobody waits for a Markdown parser.
package main

import (
	"syscall/js"

	"ehlo/lessons"
	"ehlo/lessons/markdown"
)

func main() {
	// ehloRender(markdown, paragraph) returns HTML that is safe to show. Faults are for authors: pack takes no lesson that
	// has any, and what has no place in a lesson does not come into the HTML.
	js.Global().Set("ehloRender", js.FuncOf(func(_ js.Value, args []js.Value) any {
		html, _ := markdown.Render("", lessons.Text{Markdown: args[0].String(), Line: 1, Paragraph: args[1].Truthy()})
		return html
	}))
	select {}
}
