package script_test

import (
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ehlo/sim"
	"ehlo/sim/personas"
	_ "ehlo/sim/shell" // stories type at terminals
	"ehlo/sim/trace"
	"ehlo/sim/witness"
	"ehlo/sim/world"
)

// TestDaemons plays the scripts of testdata/daemons, each in a small world of its own, and compares what the daemons do and say
// with what is written behind it: with -rewrite that is written down.
func TestDaemons(t *testing.T) {
	files, err := filepath.Glob("testdata/daemons/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no daemon has a story: %v", err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".txtar")
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			head, rest, ok := strings.Cut(string(text), "-- world --\n")
			toml, rest, ok2 := strings.Cut(rest, "-- script --\n")
			play, want, _ := strings.Cut(rest, mark)
			if !ok || !ok2 {
				t.Fatalf("%s wants the sections world and script", file)
			}
			def, err := world.Parse(name, []byte(toml), personas.All()...)
			if err != nil {
				t.Fatal(err)
			}
			tl, err := sim.NewTimeline(def)
			if err != nil {
				t.Fatal(err)
			}
			got := story(t, tl, play, spoken) + known(tl)
			if *rewrite {
				all := head + "-- world --\n" + toml + "-- script --\n" + play + mark + got
				if err := os.WriteFile(file, []byte(all), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if got != want {
				t.Errorf("another thing happens; look at it, then go test ./sim/script -rewrite:\n%s", got)
			}
			log := tl.InputLog("test")
			if _, err := sim.Replay(def, log); err != nil {
				t.Errorf("a replay differs: %v", err)
			}
		})
	}
}

// spoken are the kinds of event that a daemon's story holds besides those of a world's: what is said to a person too.
var spoken = func() map[trace.Kind]bool {
	kinds := maps.Clone(told)
	for _, k := range []trace.Kind{trace.KindLine, trace.KindTerminal, trace.KindCut, trace.KindRefused, trace.KindUnreachable, trace.KindMailbox, trace.KindRecord} {
		kinds[k] = true
	}
	return kinds
}()

// known is what the eavesdroppers of a world have read.
func known(tl *sim.Timeline) string {
	var b strings.Builder
	eve := map[string]bool{}
	for _, h := range tl.Definition().Hosts {
		eve[h.Name] = h.Role == "eve"
	}
	for _, w := range witness.Read(tl.Trace().All()) {
		for _, f := range w.Facts {
			if eve[w.Host] {
				b.WriteString(w.Host + " knows: " + string(f.Kind) + " " + f.Text + "\n")
			}
		}
	}
	return b.String()
}
