package tutor

import (
	"errors"
	"strconv"

	"ehlo/sim/machine"
	"ehlo/sim/trace"
)

// describe renders the error of an input log: what is wrong, where, and how to repair it.
func (s *Session) describe(err error) string {
	var format *trace.FormatError
	if !errors.As(err, &format) {
		return err.Error()
	}
	args := machine.Args(format.Args)
	text := s.render(format.ID, args) + " " + s.render(format.RepairID(), args)
	if format.Line > 0 {
		text = s.render("tutor.at-line", machine.Args{"line": strconv.Itoa(format.Line)}) + " " + text
	}
	return text
}
