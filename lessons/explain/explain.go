// Package explain tells what a protocol line consists of, what it does and why it was refused, in the words of a language
// and as the page shows it. It is apart from lessons/tutor because a browser needs it only when the console answers
// already: it is a part of the program that renders lessons.
package explain

import (
	"bytes"
	"encoding/base64"
	"strings"
	"unicode/utf8"

	"ehlo/lessons/json"
	"ehlo/lessons/locale"
	"ehlo/sim/daemon"
	"ehlo/sim/machine"
	"ehlo/sim/trace"
)

// Line is a recorded line, as the tutor's call "line" gives it.
type Line struct {
	Protocol string `json:"protocol"`
	Dir      int    `json:"dir"` // a [trace.Dir]
	Off      int64  `json:"off"`
	Data     string `json:"data"` // its octets in base64
	Label    string `json:"label"`
	Verb     string `json:"verb"`
	Class    int    `json:"class"` // a [trace.Class]
	State    string `json:"state"`
	Next     string `json:"next"`
	Takes    string `json:"takes,omitempty"` // forms that the server takes though the grammar forbids them
}

// Of is the line of a trace event of kind [trace.KindLine]; takes is what the server takes besides what the grammar allows.
func Of(protocol, takes string, e *trace.Event) Line {
	return Line{Protocol: protocol, Takes: takes, Dir: int(e.Dir), Off: e.Off, Data: base64.StdEncoding.EncodeToString(e.Data), Label: e.Label,
		Verb: e.Verb, Class: int(e.Class), State: e.State, Next: e.Next}
}

// View is what the page shows of a line. Span positions count UTF-16 code units of Text.
type View struct {
	Text   string   `json:"text"`
	Dir    string   `json:"dir"`
	Label  string   `json:"label"`
	Class  string   `json:"class"`
	Spans  []Span   `json:"spans"`
	Notes  []string `json:"notes"`
	Why    []string `json:"why"`
	Legal  []string `json:"legal"`
	Repair string   `json:"repair,omitempty"`
	State  string   `json:"state"`
	Next   string   `json:"next"`
}

// Span is a part of a line with its name, what it means, and where it is specified.
type Span struct {
	Start   int    `json:"start"`
	End     int    `json:"end"`
	Depth   int    `json:"depth,omitempty"` // how many lists of IMAP it is in
	Name    string `json:"name"`
	Meaning string `json:"meaning,omitempty"`
	Ref     string `json:"ref,omitempty"`
}

// Explain takes a line apart. The error is of its base64.
func Explain(l Line, texts *locale.Catalogue) (View, error) {
	data, err := base64.StdEncoding.DecodeString(l.Data)
	if err != nil {
		return View{}, err
	}
	line := machine.Line{Dir: trace.Dir(l.Dir), Off: l.Off, Data: data, Label: l.Label, Verb: l.Verb, Class: trace.Class(l.Class),
		State: l.State, Next: l.Next, Takes: l.Takes}
	return Shown(line, daemon.Explain(l.Protocol, line), texts), nil
}

// Shown is what the page shows of a line and its explanation.
func Shown(l machine.Line, x machine.Explanation, texts *locale.Catalogue) View {
	text := bytes.TrimRight(l.Data, "\r\n")
	v := View{Text: Visible(text), Dir: l.Dir.String(), Label: l.Label, Class: l.Class.String(), Spans: []Span{},
		Notes: Notes(x.Notes, texts), Why: Notes(x.Why, texts), Legal: append([]string{}, x.Legal...), Repair: x.Repair,
		State: l.State, Next: l.Next}
	depths := Depths(text, x.Spans)
	for i, s := range x.Spans {
		span := Span{Depth: depths[i], Start: Units(text, s.Start), End: Units(text, s.End), Name: texts.Render(s.Term, nil), Ref: s.Ref}
		if meaning := s.Term + ".meaning"; texts.Has(meaning) {
			span.Meaning = texts.Render(meaning, nil)
		}
		v.Spans = append(v.Spans, span)
	}
	return v
}

// Depths is in how many lists of IMAP each part of a line is (RFC 3501 §4.4); parts of other protocols are in none.
func Depths(line []byte, spans []machine.Span) []int {
	depths := make([]int, len(spans))
	depth, at, quoted := 0, 0, false
	for i, s := range spans {
		if !strings.HasPrefix(s.Term, "imap.") {
			continue
		}
		for ; at < min(s.Start, len(line)); at++ {
			switch c := line[at]; {
			case c == '"':
				quoted = !quoted
			case quoted && c == '\\':
				at++
			case !quoted && c == '(':
				depth++
			case !quoted && c == ')':
				depth--
			}
		}
		depths[i] = max(depth, 0)
	}
	return depths
}

// Call is Explain for a line and a view in JSON.
func Call(line []byte, texts *locale.Catalogue) ([]byte, error) {
	var l Line
	if err := json.Read(line, &l); err != nil {
		return nil, err
	}
	v, err := Explain(l, texts)
	if err != nil {
		return nil, err
	}
	return json.Append(nil, v), nil
}

// Notes renders notes, one after the other.
func Notes(list []machine.Note, texts *locale.Catalogue) []string {
	out := make([]string, len(list))
	for i, n := range list {
		out[i] = texts.Note(n)
	}
	return out
}

// Visible is octets as text: UTF-8 as it is, and what is none with a character for each octet.
func Visible(p []byte) string {
	if utf8.Valid(p) {
		return string(p)
	}
	runes := make([]rune, len(p))
	for i, c := range p {
		runes[i] = rune(c)
	}
	return string(runes)
}

// Units turns an octet's position into the position in the UTF-16 text that the page has.
func Units(p []byte, octets int) int {
	p = p[:min(octets, len(p))]
	if !utf8.Valid(p) {
		return len(p)
	}
	n := 0
	for _, r := range string(p) {
		if n++; r > 0xffff {
			n++
		}
	}
	return n
}
