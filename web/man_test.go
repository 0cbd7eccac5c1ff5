package web_test

import (
	"strings"
	"testing"

	"ehlo/sim/shell"
	"ehlo/web"
)

// Each tool of a simulated host has a manual page, of lines that a terminal holds.
func TestManual(t *testing.T) {
	for _, name := range shell.Tools() {
		page, ok := web.Manual(name)
		if !ok || !strings.Contains(string(page), "\n    "+name+" - ") {
			t.Errorf("web/man/en/%s.txt is not there, or does not say what %s is", name, name)
		}
		for line := range strings.Lines(string(page)) {
			if len(line) > 80 {
				t.Errorf("%s: %q is too long for a terminal", name, line)
			}
		}
	}
}
