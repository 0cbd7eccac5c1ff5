package smtp

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"ehlo/sim/machine"
	"ehlo/sim/machine/machinetest"
)

// describe writes an explanation on one line.
func describe(l machine.Line, e machine.Explanation) string {
	var b strings.Builder
	for _, s := range e.Spans {
		fmt.Fprintf(&b, "[%s %q %s] ", strings.TrimPrefix(s.Term, "smtp."), l.Data[s.Start:s.End], s.Ref)
	}
	for _, n := range append(e.Notes, e.Why...) {
		fmt.Fprintf(&b, "%s%v ", strings.TrimPrefix(n.ID, "smtp."), n.Args)
	}
	if e.Repair != "" {
		fmt.Fprintf(&b, "repair %q ", e.Repair)
	}
	return b.String()
}

func TestIDs(t *testing.T) {
	fmt.Println(strings.Join(MessageIDs(), "\n"))
	for _, path := range machinetest.Paths(t, "testdata/server-*.txt") {
		for _, l := range machinetest.ObserveBytewise(t, func() machine.Observer { return NewObserver() }, machinetest.Conversation(t, path)) {
			fmt.Println(machinetest.Describe(l))
			fmt.Println("    ", describe(l, Explain(l)))
		}
	}
	slices.Sort([]int{})
}
