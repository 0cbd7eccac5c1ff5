package proof_test

import (
	"strings"
	"testing"

	"ehlo/lessons"
	"ehlo/lessons/content"
	"ehlo/lessons/locale/localetest"
	"ehlo/lessons/proof"
	"ehlo/sim"
	"ehlo/sim/script"
)

// A session becomes a lesson whose solution does its task, and which nobody has done who types nothing.
func TestRecord(t *testing.T) {
	english := localetest.English(t, "../..")
	for _, folder := range []string{"001-first-message", "474-fetchmail", "593-vanished", "810-play-the-server", "342-other-words"} {
		l, err := content.Lesson("en", folder)
		if err != nil {
			t.Fatal(err)
		}
		def, err := proof.BuiltWorld(l.World)
		if err != nil {
			t.Fatal(err)
		}
		tl, err := sim.NewTimeline(def)
		if err != nil {
			t.Fatal(err)
		}
		tl.Run()
		s, err := script.Parse(folder, []byte(l.Solution.Text))
		if err == nil {
			err = s.Play(tl)
		}
		if err != nil {
			t.Fatal(err)
		}
		log := tl.InputLog("test")
		files := proof.Record("recorded", l.World, &log, tl)
		if folder == "474-fetchmail" { // a goal of the terminal is for its author to write
			if want := "$ fetchmail -v\n"; !strings.Contains(files[lessons.SolutionFile], want) {
				t.Errorf("%s is recorded as\n%s", folder, files[lessons.SolutionFile])
			}
			continue
		}
		src := proof.Source{Files: lessons.Files{Name: folder, Lesson: []byte(files[lessons.LessonFile]), Solution: []byte(files[lessons.SolutionFile]),
			Tests: []byte(files[lessons.TestsFile])}, World: proof.BuiltWorld, Texts: english}
		for _, f := range proof.Test(src) {
			if strings.HasSuffix(f.File, "/"+lessons.TestsFile) || strings.Contains(f.Text, "the step is not needed") {
				continue // that is what its author has to do
			}
			t.Errorf("%s\n%s\n%s", f, files[lessons.LessonFile], files[lessons.SolutionFile])
		}
	}
}
