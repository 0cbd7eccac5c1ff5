package tutor

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"ehlo/sim/machine"
	"ehlo/sim/toml"
	"ehlo/sim/trace"
)

// describe renders the error of a file: what is wrong, where, and how to repair it.
func (s *Session) describe(err error) string {
	var format *trace.FormatError
	var faults toml.Errors
	switch {
	case errors.As(err, &format):
		args := machine.Args(format.Args)
		text := s.render(format.ID, args) + " " + s.render(format.RepairID(), args)
		if format.Line > 0 {
			text = s.render("tutor.at-line", machine.Args{"line": strconv.Itoa(format.Line)}) + " " + text
		}
		return text
	case errors.As(err, &faults):
		return s.faults(faults)
	}
	return err.Error()
}

// faults renders what is wrong in a world file or a lesson, a line for each.
func (s *Session) faults(errs toml.Errors) string {
	var b strings.Builder
	for _, e := range errs {
		fmt.Fprintf(&b, "%s:%d: ", e.File, e.Line)
		if e.Key != "" {
			b.WriteString(e.Key + ": ")
		}
		b.WriteString(s.note(e.Note) + " " + s.note(e.Repair) + "\n")
	}
	return b.String()
}
