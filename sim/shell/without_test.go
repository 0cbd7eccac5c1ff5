package shell_test

import (
	"os"
	"strings"
	"testing"

	"ehlo/sim"
	"ehlo/sim/script"
	"ehlo/sim/shell"
	"ehlo/sim/simtest"
	"ehlo/sim/terminal"
)

// TestShellsChangeNothing: where nobody types at a terminal, a program without shells gives the same trace. The page rests
// on that when the whole core takes a world over.
func TestShellsChangeNothing(t *testing.T) {
	for _, name := range []string{"two-domains", "old-servers", "today", "dial-up"} {
		text, err := os.ReadFile("../script/testdata/worlds/" + name + ".txt")
		if err != nil {
			t.Fatal(err)
		}
		lines, _, _ := strings.Cut(string(text), "-- what happens --\n")
		s, err := script.Parse(name, []byte(lines))
		if err != nil {
			t.Fatal(err)
		}
		with := simtest.World(t, name)
		if err := s.Play(with); err != nil {
			t.Fatal(err)
		}
		without(t, func() {
			tl := simtest.World(t, name)
			if err := s.Play(tl); err != nil {
				t.Fatal(err)
			}
			a, b := with.InputLog("test"), tl.InputLog("test")
			if a, b := string(a.Marshal()), string(b.Marshal()); a != b {
				t.Errorf("%s: with shells\n%s\nwithout\n%s", name, a, b)
			}
			if _, err := sim.Replay(with.Definition(), with.InputLog("test")); err != nil {
				t.Errorf("%s: without shells the log of a program with shells gives %v", name, err)
			}
		})
	}
}

// without lets a function run in a program without shells.
func without(t *testing.T, run func()) {
	t.Helper()
	terminal.Install(nil)
	defer terminal.Install(func(host string, number int, user string) terminal.Shell { return shell.New(host, number, user) })
	run()
}
