package tutor

import (
	"errors"
	"strconv"

	"ehlo/lessons"
	"ehlo/sim/machine"
	"ehlo/sim/trace"
)

// describe renders the error of a file: what is wrong, where, and how to repair it.
func (s *Session) describe(err error) string {
	var format *trace.FormatError
	var faults lessons.Errors
	switch {
	case errors.As(err, &format):
		args := machine.Args(format.Args)
		text := s.render(format.ID, args) + " " + s.render(format.RepairID(), args)
		if format.Line > 0 {
			text = s.render("tutor.at-line", machine.Args{"line": strconv.Itoa(format.Line)}) + " " + text
		}
		return text
	case errors.As(err, &faults):
		text := ""
		for _, f := range faults {
			text += f.File + ":" + strconv.Itoa(f.Line) + ": " + s.note(f.Note) + " " + s.note(f.Repair) + "\n"
		}
		return text
	}
	return err.Error()
}
