// Package written reads what people write for the page: world files, and lessons. It is apart from lessons/tutor because a browser needs
// it only where somebody brings a world of their own: it is a part of the program that renders lessons, which hands the core
// what comes of it in the form of package packed.
package written

import (
	"errors"
	"fmt"
	"strings"

	"ehlo/lessons"
	"ehlo/lessons/json"
	"ehlo/lessons/locale"
	"ehlo/lessons/markdown"
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

	Faults []Fault `json:"faults"` // the same, with their places
}

// Fault is one thing that is wrong with a file.
type Fault struct {
	Line int    `json:"line"` // from 1
	Key  string `json:"key"`  // as in "host.name", "" where it is about none
	Text string `json:"text"` // what is wrong, and how to repair it
}

// MessageIDs lists the locale identifiers that this package uses.
func MessageIDs() []string { return []string{"tutor.bad-world", "tutor.wrong-lesson"} }

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
	if problem := problemOf("tutor.bad-world", err, texts); problem != nil || err != nil {
		return nil, problem, otherThan(problem, err)
	}
	return packed.Append(nil, *def), nil, nil
}

// problemOf is what is wrong with a file as a [Problem] in JSON, nil where it is something else.
func problemOf(id string, err error, texts *locale.Catalogue) []byte {
	var faults toml.Errors
	if !errors.As(err, &faults) {
		return nil
	}
	return json.Append(nil, *wrong(id, faults, texts))
}

// otherThan is the error where it is no problem of a file.
func otherThan(problem []byte, err error) error {
	if problem != nil {
		return nil
	}
	return err
}

// LessonRequest is a lesson's folder, as the tutor asks to have it read.
type LessonRequest struct {
	Name  string         `json:"name"` // its identifier, with the seed for which it is drawn
	Files lessons.Bundle `json:"files"`
}

// Lesson reads a lesson's folder, given as a [LessonRequest] in JSON, draws it where it is drawn, and returns it packed, with the
// name as its identifier. What is wrong with it is returned as [World] returns it.
func Lesson(request []byte, texts *locale.Catalogue) (lesson, problem []byte, err error) {
	var r LessonRequest
	if err := json.Read(request, &r); err != nil {
		return nil, nil, err
	}
	_, seed := lessons.CutSeed(r.Name)
	files, err := r.Files.Files("").Draw(max(seed, 1))
	var l *lessons.Lesson
	if err == nil {
		l, err = markdown.Read(files)
	}
	if problem := problemOf("tutor.wrong-lesson", err, texts); problem != nil || err != nil {
		return nil, problem, otherThan(problem, err)
	}
	if l.ID = r.Name; l.WorldText != "" {
		l.World = l.ID
	}
	return l.Pack(), nil, nil
}

// wrong renders what is wrong in a file.
func wrong(id string, faults toml.Errors, texts *locale.Catalogue) *Problem {
	p := &Problem{ID: id, Text: texts.Render(id, machine.Args{}), Detail: list(faults, texts)}
	for _, e := range faults {
		p.Faults = append(p.Faults, Fault{e.Line, e.Key, texts.Note(e.Note) + " " + texts.Note(e.Repair)})
	}
	return p
}

// list renders what is wrong in a file, a line for each.
func list(faults toml.Errors, texts *locale.Catalogue) string {
	var b strings.Builder
	for _, e := range faults {
		fmt.Fprintf(&b, "%s:%d: ", strings.TrimPrefix(e.File, "/"), e.Line)
		if e.Key != "" {
			b.WriteString(e.Key + ": ")
		}
		b.WriteString(texts.Note(e.Note) + " " + texts.Note(e.Repair) + "\n")
	}
	return b.String()
}
