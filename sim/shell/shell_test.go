package shell_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ehlo/sim"
	"ehlo/sim/simtest"
	"ehlo/sim/trace"
	"ehlo/sim/world"
)

var rewrite = flag.Bool("rewrite", false, "write down what terminals show now")

// session is a file of testdata: which world, what is typed, and what the terminal then shows.
type session struct {
	world, in, out string
	own            string // a world of its own
	name           string
}

func read(t *testing.T, name string) session {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	head, rest, ok := strings.Cut(string(text), "-- in --\n")
	in, out, ok2 := strings.Cut(rest, "-- out --\n")
	_, w, ok3 := strings.Cut(head, "world: ")
	w, _, _ = strings.Cut(w, "\n")
	if !ok || !ok2 || !ok3 {
		t.Fatalf("%s: wants a line \"world: NAME\", -- in -- and -- out --", name)
	}
	_, own, _ := strings.Cut(head, "-- world --\n")
	return session{w, in, out, own, name}
}

// place is where somebody types: a host and the number of a terminal there.
type place struct {
	host   string
	number uint32
}

// keys turns a line of a session into the input that it stands for, or lets time pass.
func keys(t *testing.T, tl *sim.Timeline, at *place, line string) (in trace.Input, ok bool) {
	t.Helper()
	in = trace.Input{Kind: trace.InputTerminal, Actor: at.host, Conn: at.number, Data: []byte(line + "\n")}
	word, arg, _ := strings.Cut(line, " ")
	switch word {
	case "%at":
		host, number, _ := strings.Cut(arg, " ")
		*at = place{host, 1}
		if number != "" {
			_, _ = fmt.Sscan(number, &at.number)
		}
		return in, false
	case "%wait":
		d, err := time.ParseDuration(arg)
		if err != nil {
			t.Fatal(err)
		}
		tl.Advance(tl.Now().Add(d))
		return in, false
	case "%fault", "%repair":
		f := strings.Fields(arg)
		in = trace.Input{Kind: trace.InputFault, Actor: f[0], Target: f[1], Data: []byte(strings.Join(f[2:], " "))}
		if word == "%repair" {
			in.Kind = trace.InputRepair
		}
	case "^C":
		in.Data = []byte{3}
	case "^D":
		in.Data = []byte{4}
	case "^]":
		in.Data = []byte{0x1d, '\n'}
	}
	return in, true
}

// play types a session and returns what the terminals have shown.
func play(t *testing.T, s session) (*sim.Timeline, string) {
	t.Helper()
	var tl *sim.Timeline
	if s.own == "" {
		tl = simtest.World(t, s.world)
	} else {
		tl = simtest.Written(t, s.world, []byte(s.own))
	}
	at := place{tl.Definition().You(), 1}
	for line := range strings.Lines(s.in) {
		if in, ok := keys(t, tl, &at, strings.TrimSuffix(line, "\n")); ok {
			if err := tl.Input(in); err != nil {
				t.Fatalf("%s: %s: %v", s.name, line, err)
			}
			tl.Run()
		}
	}
	return tl, shown(tl)
}

// shown is what the terminals of a timeline show, the reasons of failures in brackets.
func shown(tl *sim.Timeline) string {
	var b bytes.Buffer
	for _, e := range tl.Trace().All() {
		switch {
		case e.Kind == trace.KindTerminal && e.Verb != "":
			b.WriteString("[manual page " + e.Verb + "]\n")
		case e.Kind == trace.KindTerminal:
			b.Write(e.Data)
		case e.Kind == trace.KindExit && e.Next != "":
			b.WriteString("[" + e.Next + " " + e.State + "]\n")
		}
	}
	return b.String() + "\n"
}

func TestSessions(t *testing.T) {
	names, _ := filepath.Glob("testdata/*.txtar")
	if len(names) == 0 {
		t.Fatal("there are no sessions")
	}
	for _, name := range names {
		s := read(t, name)
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			tl, got := play(t, s)
			if *rewrite {
				text, _ := os.ReadFile(name)
				head, _, _ := strings.Cut(string(text), "-- out --\n")
				if err := os.WriteFile(name, []byte(head+"-- out --\n"+got), 0o644); err != nil {
					t.Fatal(err)
				}
			} else if got != s.out {
				t.Errorf("the terminal shows\n%s\nwant\n%s", got, s.out)
			}
			replays(t, tl)
		})
	}
}

// replays checks that the same happens again: from the input log, and from every checkpoint and moment in between.
func replays(t *testing.T, tl *sim.Timeline) {
	t.Helper()
	sum, _ := tl.Trace().Digests(tl.Trace().Len())
	log := tl.InputLog("test")
	text := log.Marshal()
	again, err := trace.ParseInputLog(text)
	if err != nil {
		t.Fatal(err)
	}
	other, err := sim.Replay(tl.Definition(), *again)
	if err != nil {
		t.Fatal(err)
	}
	if got, _ := other.Trace().Digests(other.Trace().Len()); got != sum {
		t.Error("a replay of the input log gives another trace")
	}
	if got := disturbed(t, tl.Definition(), *again); got != sum {
		t.Error("what happens to a copy of the world changes the world")
	}
}

// disturbed plays a log and lets all kinds of things happen to copies of the world on the way. It returns the digest of the
// trace, which must not care.
func disturbed(t *testing.T, def *world.Definition, log trace.InputLog) [32]byte {
	t.Helper()
	var rec trace.Log
	w, err := sim.New(def, &rec)
	if err != nil {
		t.Fatal(err)
	}
	disturb := func() {
		c := w.Clone(trace.Discard{})
		for _, term := range c.Terminals() {
			for _, data := range []string{"x\n", "\x03", "history\n", "\x04", "mailq\n"} {
				_ = c.Input(trace.Input{Kind: trace.InputTerminal, Actor: term.Host, Conn: uint32(term.Number), Data: []byte(data)})
				c.StepUntil(log.End)
			}
		}
	}
	for _, in := range log.Inputs {
		for w.Steps() < in.Seq && w.StepUntil(in.At) {
			if w.Steps()%3 == 0 {
				disturb()
			}
		}
		w.Skip(in.At)
		if err := w.Input(in); err != nil {
			t.Fatal(err)
		}
		disturb()
	}
	for w.Steps() < log.EndSeq && w.StepUntil(log.End) {
	}
	sum, _ := rec.Digests(rec.Len())
	return sum
}
