package tutor_test

import (
	"strings"
	"testing"

	"ehlo/sim/shell"
	"ehlo/sim/terminal"
)

type terminalView struct {
	User, Prompt, Running string
	History               []string
	Parts                 []struct {
		Seq              uint64
		Kind, Tool, Text string
	}
}

// text is all that a terminal shows, with the kind of each part that is no text before it.
func (v terminalView) text() string {
	var b strings.Builder
	for _, p := range v.Parts {
		if p.Kind != "text" {
			b.WriteString(p.Kind + ": ")
		}
		b.WriteString(p.Text)
	}
	return b.String()
}

func TestTerminal(t *testing.T) {
	c := open(t)
	fresh := must[terminalView](c, "terminal", map[string]any{})
	if fresh.Prompt != "alice@laptop:~$ " || fresh.User != "alice" || len(fresh.Parts) != 0 {
		t.Errorf("a new terminal is %+v", fresh)
	}
	for _, line := range []string{"echo one", "telnte x", "man echo"} {
		must[state](c, "shell", map[string]any{"text": line + "\n"})
	}
	v := must[terminalView](c, "terminal", map[string]any{})
	for _, want := range []string{"alice@laptop:~$ echo one\none\n", "command not found\nwhy: No program on this host is called that. Did you mean `telnet`?", "manual: ECHO(1)"} {
		if !strings.Contains(v.text(), want) {
			t.Errorf("the terminal shows\n%s\nand not %q", v.text(), want)
		}
	}
	if len(v.History) != 3 || v.Running != "" {
		t.Errorf("history %q, running %q", v.History, v.Running)
	}
	after := must[terminalView](c, "terminal", map[string]any{"after": v.Parts[len(v.Parts)-1].Seq})
	if len(after.Parts) != 0 {
		t.Errorf("behind the last part there is %+v", after.Parts)
	}
	words := must[struct{ Words []string }](c, "complete", map[string]any{"text": "telnet mx.e"})
	if len(words.Words) != 1 || words.Words[0] != "mx.example.net" {
		t.Errorf("telnet mx.e goes on with %q", words.Words)
	}
	must[state](c, "undo", nil)
	if v = must[terminalView](c, "terminal", map[string]any{}); strings.Contains(v.text(), "manual") {
		t.Errorf("after an undo it still shows\n%s", v.text())
	}
	if _, id, _ := c.call("shell", map[string]any{"terminal": 5, "text": "x\n"}); id != "sim.no-terminal" {
		t.Errorf("a terminal that is not there is %q", id)
	}
	if _, id, _ := c.call("terminal", map[string]any{"host": "nowhere"}); id != "sim.no-host" {
		t.Errorf("a terminal of no host is %q", id)
	}
}

// TestNeedsShells: a program without shells does everything else, and says what it lacks before anything has happened.
func TestNeedsShells(t *testing.T) {
	c := open(t)
	must[state](c, "shell", map[string]any{"text": "echo one\n"})
	log := must[struct{ Log string }](c, "export", map[string]any{}).Log

	without(t)
	c = open(t)
	before := must[state](c, "state", map[string]any{})
	for method, args := range map[string]map[string]any{
		"shell":  {"text": "echo one\n"},
		"script": {"text": "telnet mx.example.net 25\n$ echo one\n"},
		"load":   {"log": log},
	} {
		if _, id, _ := c.call(method, args); id != "sim.not-whole" {
			t.Errorf("%s is answered %q", method, id)
		}
	}
	if after := must[state](c, "state", map[string]any{}); after.Total != before.Total {
		t.Errorf("what was refused has changed the world from %+v to %+v", before, after)
	}
}

// without takes shells away from the program until the end of a test.
func without(t *testing.T) {
	terminal.Install(nil)
	t.Cleanup(func() {
		terminal.Install(func(host string, number int, user string) terminal.Shell { return shell.New(host, number, user) })
	})
}
