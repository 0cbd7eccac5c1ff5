package toml

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"ehlo/sim/machine"
)

// Error is one thing wrong in a file: where, what, and how to repair it. The sentences are made from the two notes by
// the locales. Where only the line is known, Column, Start and End are 0.
type Error struct {
	File       string
	Line       int    // counted from 1
	Column     int    // of the first character that is wrong, counted from 1
	Start, End int    // the octets of the file that are wrong
	Key        string // "host.relay-from", or "" for the file as a whole
	Note       machine.Note
	Repair     machine.Note
	Replace    string // what to write instead of them to repair it, or "" where only you can know
}

// Error gives "file:line: key: id argument=value …", for programs and tests; people are shown the rendered notes.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.File + ":" + strconv.Itoa(e.Line) + ": ")
	if e.Key != "" {
		b.WriteString(e.Key + ": ")
	}
	writeNote(&b, e.Note)
	b.WriteString("; ")
	writeNote(&b, e.Repair)
	return b.String()
}

func writeNote(b *strings.Builder, n machine.Note) {
	b.WriteString(n.ID)
	for _, name := range slices.Sorted(maps.Keys(n.Args)) {
		b.WriteString(" " + name + "=" + strconv.Quote(n.Args[name]))
	}
}

// Errors is everything wrong in a file. It is never empty.
type Errors []*Error

// Error gives one line for each.
func (e Errors) Error() string {
	lines := make([]string, len(e))
	for i, err := range e {
		lines[i] = err.Error()
	}
	return strings.Join(lines, "\n")
}

// Unwrap returns the errors one by one, for errors.As.
func (e Errors) Unwrap() []error {
	errs := make([]error, len(e))
	for i, err := range e {
		errs[i] = err
	}
	return errs
}
