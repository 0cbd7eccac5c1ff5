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

// A session becomes a lesson that its test accepts: its solution does its task, nobody has done it who types nothing, and its
// mistakes are told something. Where somebody has
// answered in a server's place, what would be right as well is for an author to say.
func TestRecord(t *testing.T) {
	english := localetest.English(t, "../..")
	for folder, alone := range map[string]bool{"001-first-message": false, "110-reply-codes": false, "410-three-states": false, "510-tags": false, "195-starttls": false,
		"474-fetchmail": false, "593-vanished": false, "342-other-words": false, "810-play-the-server": true} {
		l, err := content.Lesson("en", folder)
		if err != nil {
			t.Fatal(err)
		}
		tl := played(t, l)
		log := tl.InputLog("test")
		files, ok := proof.Record("recorded", l.World, &log, tl, english)
		if !ok {
			t.Errorf("nothing has come of %s", folder)
			continue
		}
		src := proof.Source{Files: lessons.Files{Name: folder, Lesson: []byte(files[lessons.LessonFile]), Solution: []byte(files[lessons.SolutionFile]),
			Tests: []byte(files[lessons.TestsFile])}, World: proof.BuiltWorld, Texts: english}
		for _, f := range proof.Test(src) {
			if alone && strings.HasSuffix(f.File, "/"+lessons.TestsFile) {
				continue
			}
			t.Errorf("%s\n%s\n%s\n%s", f, files[lessons.LessonFile], files[lessons.SolutionFile], files[lessons.TestsFile])
		}
	}
}

// played is a lesson's world after its solution.
func played(t *testing.T, l *lessons.Lesson) *sim.Timeline {
	t.Helper()
	def, err := proof.BuiltWorld(l.World)
	if err != nil {
		t.Fatal(err)
	}
	tl, err := sim.NewTimeline(def)
	if err != nil {
		t.Fatal(err)
	}
	tl.Run()
	s, err := script.Parse(l.ID, []byte(l.Solution.Text))
	if err == nil {
		err = s.Play(tl)
	}
	if err != nil {
		t.Fatal(err)
	}
	return tl
}
