// Package shown is an incident as the page shows it, in the words of a language. It is apart from lessons/explain, which the core links: what
// reads incidents belongs into the page's reader only.
package shown

import (
	"errors"
	"slices"
	"strings"
	"unicode/utf8"

	"ehlo/lessons/explain"
	"ehlo/lessons/incident"
	"ehlo/lessons/json"
	"ehlo/lessons/locale"
	"ehlo/sim/machine"
	"ehlo/sim/paste"
)

// Recording is what the page shows of what somebody brings from elsewhere: a session, a log, a bounce, a header or a capture.
type Recording struct {
	Kind    string   `json:"kind"`
	Summary string   `json:"summary"`
	Parts   []Part   `json:"parts"`
	Holds   []string `json:"holds"`           // what of it may be private
	Error   string   `json:"error,omitempty"` // why it is none of these, and what to do
}

// Part is what belongs together in it.
type Part struct {
	Title   string   `json:"title"`
	Summary []string `json:"summary"`
	Lines   []Said   `json:"lines"`
	More    int      `json:"more,omitempty"` // lines that are left out
}

// Said is a line with the line of the text at which it begins, from 1, or the packet of a capture.
type Said struct {
	At   int          `json:"at"`
	View explain.View `json:"view"`
}

// The most lines that a page is given: of a part, and in all.
const mostOfPart, mostLines = 400, 3000

// Record reads what somebody brings (package incident) and explains each of its lines, as JSON. protocol names what is spoken, "" leaves
// it to the text; with masked no password is in what is shown.
func Record(data []byte, protocol string, masked bool, texts *locale.Catalogue) []byte {
	r := Recording{Parts: []Part{}, Holds: []string{}}
	in, err := incident.Read(data, protocol)
	if err == nil {
		for _, m := range in.Contents() {
			r.Holds = append(r.Holds, texts.Note(m.Note()))
		}
		if masked {
			in, err = in.Mask(protocol)
		}
	}
	if err != nil {
		r.Error = Problem(err, texts)
		return json.Append(nil, r)
	}
	r.Kind, r.Summary = string(in.Kind), texts.Note(in.Summary())
	left := mostLines
	for i := range in.Parts {
		p := part(&in.Parts[i], min(left, mostOfPart), texts)
		left -= len(p.Lines)
		r.Parts = append(r.Parts, p)
	}
	return json.Append(nil, r)
}

// part is a part with at most so many lines.
func part(of *incident.Part, most int, texts *locale.Catalogue) Part {
	p := Part{Title: texts.Note(of.Title), Summary: explain.Notes(of.Summary, texts), Lines: []Said{}}
	total := len(of.Entries)
	if c := of.Conversation; c != nil {
		total += len(c.Lines)
		for i := range c.Lines[:min(len(c.Lines), most)] {
			l := &c.Lines[i]
			p.Lines = append(p.Lines, Said{l.At, short(explain.Shown(l.Line, c.Explain(i), texts))})
		}
	}
	for i := range of.Entries[:min(len(of.Entries), most-len(p.Lines))] {
		e := &of.Entries[i]
		v := explain.Shown(machine.Line{Data: e.Text}, e.Explanation, texts)
		v.Dir, v.Class = "", ""
		p.Lines = append(p.Lines, Said{e.At, short(v)})
	}
	p.More = total - len(p.Lines)
	return p
}

// longestShown is how many octets of a line a page is given.
const longestShown = 4000

// short cuts the text of a line that nobody would read to its end. What has parts behind the cut loses them.
func short(v explain.View) explain.View {
	if len(v.Text) <= longestShown {
		return v
	}
	end := longestShown
	for !utf8.RuneStart(v.Text[end]) {
		end--
	}
	v.Text = v.Text[:end]
	shown := explain.Units([]byte(v.Text), end)
	v.Text += " …"
	v.Spans = slices.DeleteFunc(v.Spans, func(s explain.Span) bool { return s.End > shown })
	return v
}

// Replay is a world that is made of a recording.
type Replay struct {
	World   string   `json:"world"`  // a world file
	Script  string   `json:"script"` // an input script
	Assumed []string `json:"assumed"`
	Error   string   `json:"error,omitempty"`
}

// WorldOf makes a world of what somebody brings, as JSON.
func WorldOf(data []byte, protocol string, texts *locale.Catalogue) []byte {
	in, err := incident.Read(data, protocol)
	var r incident.Replay
	if err == nil {
		r, err = in.World()
	}
	if err != nil {
		return json.Append(nil, Replay{Assumed: []string{}, Error: Problem(err, texts)})
	}
	return json.Append(nil, Replay{World: r.World, Script: r.Script, Assumed: explain.Notes(r.Assumed, texts)})
}

// Shared is what somebody brings as a text that can be shared: its passwords are masked. It is empty where it cannot be read.
func Shared(data []byte, protocol string) []byte {
	in, err := incident.Read(data, protocol)
	if err != nil {
		return nil
	}
	text, _ := in.Masked()
	return text
}

// Problem says what is wrong with a recording, and how to repair it.
func Problem(err error, texts *locale.Catalogue) string {
	var bad *paste.Error
	if !errors.As(err, &bad) {
		return err.Error()
	}
	return strings.TrimSpace(texts.Render(bad.ID, bad.Args) + " " + texts.Render(bad.ID+".repair", bad.Args))
}
