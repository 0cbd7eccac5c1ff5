// Package written reads what people write for the page: world files. It is apart from lessons/tutor because a browser needs
// it only where somebody brings a world of their own: it is a part of the program that renders lessons, which hands the core
// what comes of it in the form of package packed.
package written

import (
	"errors"
	"fmt"
	"strings"

	"ehlo/lessons/json"
	"ehlo/lessons/locale"
	"ehlo/lessons/packed"
	"ehlo/sim/machine"
	"ehlo/sim/persona"
	"ehlo/sim/toml"
	"ehlo/sim/world"
)

// Request is a world file, as the tutor asks to have it read.
type Request struct {
	Name string `json:"name"` // the world's name
	Text string `json:"text"`
}

// Problem is an error for people and programs, as the tutor's calls give it.
type Problem struct {
	ID     string `json:"id"`
	Text   string `json:"text"`
	Detail string `json:"detail"` // a line for each thing that is wrong
}

// MessageIDs lists the locale identifiers that this package uses.
func MessageIDs() []string { return []string{"tutor.bad-world"} }

// World reads a world file, given as a [Request] in JSON, and returns its definition, packed. Its services can have the
// personas that are given, packed as a list. What is wrong with the file is returned as a [Problem] in JSON, in the words of
// the texts; the error is that of a caller who passes something else.
func World(request, personas []byte, texts *locale.Catalogue) (definition, problem []byte, err error) {
	var r Request
	if err := json.Read(request, &r); err != nil {
		return nil, nil, err
	}
	var known []*persona.Persona
	if len(personas) > 0 {
		if err := packed.Read(personas, &known); err != nil {
			return nil, nil, err
		}
	}
	def, err := world.Parse(r.Name, []byte(r.Text), known...)
	var faults world.Errors
	if errors.As(err, &faults) {
		p := Problem{ID: "tutor.bad-world", Text: texts.Render("tutor.bad-world", machine.Args{}), Detail: list(faults, texts)}
		return nil, json.Append(nil, p), nil
	}
	if err != nil {
		return nil, nil, err
	}
	return packed.Append(nil, *def), nil, nil
}

// list renders what is wrong in a file, a line for each.
func list(faults toml.Errors, texts *locale.Catalogue) string {
	var b strings.Builder
	for _, e := range faults {
		fmt.Fprintf(&b, "%s:%d: ", e.File, e.Line)
		if e.Key != "" {
			b.WriteString(e.Key + ": ")
		}
		b.WriteString(texts.Note(e.Note) + " " + texts.Note(e.Repair) + "\n")
	}
	return b.String()
}
