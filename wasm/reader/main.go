//go:build js && wasm

// Command reader is what the page shows to be read: it renders the texts of lessons, explains protocol lines and what people bring, draws
// traces and makes files of them; and it reads world files and lessons that somebody brings. It installs its functions and waits to be
// called, in a Web Worker of its own. It loads when the console answers already, so that nobody waits for parsers of Markdown and
// TOML or for what only a line in focus needs.
package main

import (
	"syscall/js"

	"ehlo/lessons"
	"ehlo/lessons/compare"
	"ehlo/lessons/explain"
	"ehlo/lessons/incident/shown"
	"ehlo/lessons/json"
	"ehlo/lessons/letter"
	"ehlo/lessons/locale"
	"ehlo/lessons/markdown"
	"ehlo/lessons/overhear"
	"ehlo/lessons/recorded"
	"ehlo/lessons/traced"
	"ehlo/lessons/written"
)

func main() {
	// ehloRender(markdown, paragraph, teacher) returns HTML that is safe to show. Faults are for authors: pack takes no lesson that
	// has any, and what has no place in a lesson does not come into the HTML.
	js.Global().Set("ehloRender", js.FuncOf(func(_ js.Value, args []js.Value) any {
		render := markdown.Render
		if args[2].Truthy() {
			render = markdown.RenderForTeachers
		}
		html, _ := render("", lessons.Text{Markdown: args[0].String(), Line: 1, Paragraph: args[1].Truthy()})
		return html
	}))
	texts := locale.Unpack("en", nil)
	// ehloTexts(lang, packed, english) takes the texts of a language for protocol lines, packed; those that it lacks are shown in English.
	js.Global().Set("ehloTexts", js.FuncOf(func(_ js.Value, args []js.Value) any {
		texts = locale.Unpack(args[0].String(), []byte(args[1].String())).Or(locale.Unpack("en", []byte(args[2].String())))
		return nil
	}))
	// ehloExplain(line) takes a line of the tutor's call "line" and returns its explanation, both in JSON; null where the
	// line is none.
	js.Global().Set("ehloExplain", js.FuncOf(func(_ js.Value, args []js.Value) any {
		view, err := explain.Call([]byte(args[0].String()), texts)
		if err != nil {
			return nil
		}
		return string(view)
	}))
	// ehloWorld(request, personas) reads a world file, given in JSON, whose services can have the personas that are packed. It
	// returns the definition as packed octets, or what is wrong with the file as a problem in JSON.
	js.Global().Set("ehloWorld", js.FuncOf(func(_ js.Value, args []js.Value) any {
		return answer(written.World([]byte(args[0].String()), octets(args[1]), texts))
	}))
	// ehloLesson(request) reads a lesson's files, given in JSON, likewise.
	js.Global().Set("ehloLesson", js.FuncOf(func(_ js.Value, args []js.Value) any {
		return answer(written.Lesson([]byte(args[0].String()), texts))
	}))
	// ehloLadder(chunk, filter) draws events in the binary encoding as SVG, but for those that a filter in JSON leaves out; ehloKnows(chunk) says in JSON what hosts could read of them.
	js.Global().Set("ehloLadder", js.FuncOf(func(_ js.Value, args []js.Value) any {
		return traced.Ladder(octets(args[0]), []byte(args[1].String()), texts)
	}))
	js.Global().Set("ehloKnows", js.FuncOf(func(_ js.Value, args []js.Value) any {
		return string(traced.Knows(octets(args[0])))
	}))
	// ehloTable(protocol) gives a protocol's table in JSON.
	js.Global().Set("ehloTable", js.FuncOf(func(_ js.Value, args []js.Value) any {
		return string(traced.Table(args[0].String()))
	}))
	var ear overhear.Ear
	// ehloHear(request) reads along with sessions with real servers, in JSON; null where the request is none.
	js.Global().Set("ehloHear", js.FuncOf(func(_ js.Value, args []js.Value) any {
		answer, err := ear.Call([]byte(args[0].String()))
		if err != nil {
			return nil
		}
		return string(answer)
	}))
	// ehloRecord(octets, protocol, masked) explains what somebody brings line by line, in JSON; protocol "" leaves to the text what is
	// spoken. ehloReplay(octets, protocol) makes a world of it, in JSON; ehloShared(octets, protocol) masks its passwords, in octets.
	js.Global().Set("ehloRecord", js.FuncOf(func(_ js.Value, args []js.Value) any {
		return string(shown.Record(octets(args[0]), args[1].String(), args[2].Truthy(), texts))
	}))
	js.Global().Set("ehloReplay", js.FuncOf(func(_ js.Value, args []js.Value) any {
		return string(shown.WorldOf(octets(args[0]), args[1].String(), texts))
	}))
	js.Global().Set("ehloShared", js.FuncOf(func(_ js.Value, args []js.Value) any {
		return array(shown.Shared(octets(args[0]), args[1].String()))
	}))
	// ehloExport(form, chunk, conn, start) makes a file of events in the binary encoding, in octets; null where no form has the name.
	js.Global().Set("ehloExport", js.FuncOf(func(_ js.Value, args []js.Value) any {
		file, ok := traced.Export(args[0].String(), octets(args[1]), uint32(args[2].Int()), int64(args[3].Float()), texts)
		if !ok {
			return nil
		}
		return array(file)
	}))
	// ehloMade(request, chunk) makes a lesson of a session: its files by name, in JSON (lessons/recorded).
	js.Global().Set("ehloMade", js.FuncOf(func(_ js.Value, args []js.Value) any {
		files, err := recorded.Call([]byte(args[0].String()), octets(args[1]))
		if err != nil {
			return nil
		}
		return string(files)
	}))
	// ehloChange(request, personas) changes a world file by hand, in JSON, and says what is wrong with it then.
	js.Global().Set("ehloChange", js.FuncOf(func(_ js.Value, args []js.Value) any {
		answer, err := written.Change([]byte(args[0].String()), octets(args[1]), texts)
		if err != nil {
			return nil
		}
		return string(answer)
	}))
	// ehloLetter(octets) takes a message apart, in JSON.
	js.Global().Set("ehloLetter", js.FuncOf(func(_ js.Value, args []js.Value) any {
		return string(letter.Call(octets(args[0]), texts))
	}))
	// ehloCompare(request) says how two outcomes of the tutor's call "outcome" differ, in JSON.
	js.Global().Set("ehloCompare", js.FuncOf(func(_ js.Value, args []js.Value) any {
		answer, err := compare.Call([]byte(args[0].String()))
		if err != nil {
			return string(json.Append(nil, map[string]string{"error": err.Error()}))
		}
		return string(answer)
	}))
	select {}
}

// answer is what was read as packed octets, or what is wrong with it in JSON.
func answer(read, problem []byte, err error) any {
	if err != nil {
		return string(json.Append(nil, written.Problem{ID: "tutor.bad-arguments", Text: err.Error()}))
	}
	if problem != nil {
		return string(problem)
	}
	return array(read)
}

// array copies octets into a Uint8Array.
func array(octets []byte) js.Value {
	to := js.Global().Get("Uint8Array").New(len(octets))
	js.CopyBytesToJS(to, octets)
	return to
}

// octets copies a Uint8Array.
func octets(array js.Value) []byte {
	p := make([]byte, array.Length())
	js.CopyBytesToGo(p, array)
	return p
}
