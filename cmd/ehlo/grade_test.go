package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ehlo/lessons"
	"ehlo/lessons/content"
	"ehlo/sim"
	"ehlo/sim/personas"
	"ehlo/sim/script"
	"ehlo/sim/world"
)

// worked is what a learner has typed into an exercise: the solution of the seed that solved says, in the world of another.
func worked(t *testing.T, seed, solved uint32) work {
	t.Helper()
	l, err := content.Drawn("en", "488-practice-pop3", seed)
	if err != nil {
		t.Fatal(err)
	}
	of, err := content.Drawn("en", "488-practice-pop3", solved)
	if err != nil {
		t.Fatal(err)
	}
	def, err := world.Parse(l.World, []byte(l.WorldText), personas.All()...)
	if err != nil {
		t.Fatal(err)
	}
	tl, err := sim.NewTimeline(def)
	if err != nil {
		t.Fatal(err)
	}
	tl.Run()
	s, err := script.Parse("solution", []byte(of.Solution.Text))
	if err != nil {
		t.Fatal(err)
	}
	_ = s.Play(tl) // what was copied may not be possible at all
	log := tl.InputLog("test")
	log.Lesson, log.WorldText = l.ID, l.WorldText
	return work{lesson: l.ID, log: string(log.Marshal())}
}

// What a neighbour has typed leads to nothing in one's own exercise, and whose exercise it was is told.
func TestGradeDrawn(t *testing.T) {
	file := filepath.Join(t.TempDir(), "seeds.csv")
	if err := os.WriteFile(file, []byte("learner,seed,link\nAnna,5,?lesson=practice-pop3@5\nBen,6,?lesson=practice-pop3@6\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	seeds, err := readSeeds(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		file         string
		seed, solved uint32
		done         bool
		note         string
	}{
		{"in/anna.json", 5, 5, true, ""},
		{"ben.json", 6, 5, false, ""},
		{"ben.json", 5, 5, true, "this is the seed of anna, not the learner's, which is 6"},
		{"Ben.log", 7, 7, true, "this is not the learner's seed, which is 6"},
		{"carla.json", 5, 5, true, "no learner is called carla"},
	} {
		w := worked(t, c.seed, c.solved)
		g := w.grade(nil)
		learner := seeds.check(c.file, w, &g)
		if (g.done == g.tasks) != c.done || g.tasks != 3 || g.note != c.note || g.lesson != "practice-pop3" || !strings.EqualFold(learner+filepath.Ext(c.file), filepath.Base(c.file)) {
			t.Errorf("%+v: %d of %d, %q, lesson %s of %s", c, g.done, g.tasks, g.note, g.lesson, learner)
		}
	}
	w := worked(t, 5, 5)
	w.log = strings.Replace(w.log, "About ", "Regarding ", 1)
	if g := w.grade(nil); g.done > 0 || g.note == "" {
		t.Errorf("another world: %+v", g)
	}
	source, err := content.Source("en", "488-practice-pop3")
	if err != nil {
		t.Fatal(err)
	}
	w = worked(t, 5, 5)
	for _, id := range []string{"own:practice-pop3@5", "https://teacher.example/practice.zip@5"} {
		w.lesson = id
		if g := w.grade(&source); g.done != 3 || g.seed != "5" || lessons.Seeded(g.lesson, 5) != id {
			t.Errorf("a lesson that was brought as %s: %+v", id, g)
		}
	}
}
