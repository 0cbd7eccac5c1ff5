package incident_test

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"ehlo/lessons/explain"
	"ehlo/lessons/incident"
	"ehlo/lessons/locale"
	"ehlo/lessons/locale/localetest"
	"ehlo/sim"
	"ehlo/sim/machine"
	"ehlo/sim/paste"
	"ehlo/sim/script"
	"ehlo/sim/trace"
	"ehlo/sim/world"
)

var rewrite = flag.Bool("rewrite", false, "write what incidents are read as; then read it")

func inputs(t testing.TB) []string {
	t.Helper()
	all, err := filepath.Glob("testdata/*")
	if err != nil || len(all) == 0 {
		t.Fatal(all, err)
	}
	return slices.DeleteFunc(all, func(f string) bool {
		return strings.HasSuffix(f, ".golden") || strings.HasSuffix(f, ".replay") || filepath.Base(f) == "fuzz"
	})
}

func read(t testing.TB, file string) *incident.Incident {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	in, err := incident.Read(data, "")
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return in
}

// golden compares a text with a file, or writes it there.
func golden(t *testing.T, file, got string) {
	t.Helper()
	if *rewrite {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s is other now (-rewrite writes it down):\n%s", file, got)
	}
}

// TestWhatIsSaid compares what is said of each incident of testdata, in English, with what was right when somebody read it.
func TestWhatIsSaid(t *testing.T) {
	texts := localetest.English(t, "../..")
	for _, file := range inputs(t) {
		golden(t, file+".golden", told(t, read(t, file), texts))
	}
}

// told writes what is said of an incident. The parts of lines are between brackets, with their names.
func told(t *testing.T, in *incident.Incident, texts *locale.Catalogue) string {
	var b strings.Builder
	say := func(mark string, n machine.Note) {
		if !texts.Has(n.ID) {
			t.Errorf("%s has no text", n.ID)
		}
		fmt.Fprintf(&b, "%s%s\n", mark, strings.TrimSpace(texts.Note(n)))
	}
	say("", in.Summary())
	for _, p := range in.Parts {
		b.WriteString("\n")
		say("== ", p.Title)
		for _, n := range p.Summary {
			say("= ", n)
		}
		for _, e := range p.Entries {
			fmt.Fprintf(&b, "%3d %s\n", e.At, bytes.ReplaceAll(e.Text, []byte("\n"), []byte("\n    ")))
			for _, s := range e.Spans {
				if s.Start < 0 || s.End > len(e.Text) || s.Start >= s.End {
					t.Fatalf("a part of %q goes from %d to %d", e.Text, s.Start, s.End)
				}
				fmt.Fprintf(&b, "      [%.60q %s %s]\n", e.Text[s.Start:s.End], texts.Render(s.Term, nil), s.Ref)
			}
			for _, n := range e.Notes {
				say("      ", n)
			}
			for _, n := range e.Why {
				say("      why: ", n)
			}
		}
		if c := p.Conversation; c != nil {
			for _, l := range c.Lines {
				fmt.Fprintf(&b, "%3d %s %q %s\n", l.At, l.Dir, l.Data, l.Label)
			}
		}
	}
	b.WriteString("\n== contains\n")
	for _, m := range in.Contents() {
		say("", m.Note())
	}
	return b.String()
}

// TestReplays makes a world of each incident and plays it: the world file is right, the script runs to its end, and what happened is
// what is written down.
func TestReplays(t *testing.T) {
	texts := localetest.English(t, "../..")
	sessions, err := filepath.Glob("../../sim/paste/testdata/*.txt")
	if err != nil || len(sessions) == 0 {
		t.Fatal(sessions, err)
	}
	for _, file := range append(sessions, inputs(t)...) {
		in := read(t, file)
		to := "testdata/" + filepath.Base(file) + ".replay"
		r, err := in.World()
		var bad *paste.Error
		if errors.As(err, &bad) {
			golden(t, to, texts.Render(bad.ID, bad.Args)+"\n")
			continue
		}
		golden(t, to, replayed(t, file, r, texts))
	}
}

func replayed(t *testing.T, name string, r incident.Replay, texts *locale.Catalogue) string {
	t.Helper()
	def, err := world.Parse(name, []byte(r.World))
	if err != nil {
		t.Fatalf("%s: %v\n%s", name, err, r.World)
	}
	tl, err := sim.NewTimeline(def)
	if err != nil {
		t.Fatal(err)
	}
	s, err := script.Parse(name, []byte(r.Script))
	if err == nil {
		err = s.Play(tl)
	}
	if err != nil {
		t.Fatalf("%s: %v\n%s", name, err, r.Script)
	}
	var b strings.Builder
	for _, n := range r.Assumed {
		b.WriteString("assumed: " + texts.Note(n) + "\n")
	}
	b.WriteString(r.World + "\n" + r.Script + "\n")
	for _, e := range tl.Trace().Events(0, tl.Trace().Len()) {
		switch e.Kind {
		case trace.KindLine:
			fmt.Fprintf(&b, "%s -> %s %q\n", e.Actor, e.Target, e.Data)
		case trace.KindDelivered, trace.KindFailed, trace.KindDeferred, trace.KindRelayed:
			fmt.Fprintf(&b, "%s %s %s %q\n", e.Kind, e.Actor, e.Target, e.Data)
		}
	}
	return b.String()
}

var _ = explain.Visible
