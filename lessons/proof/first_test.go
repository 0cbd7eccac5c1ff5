//go:build first

package proof_test

import (
	"errors"
	"testing"

	"ehlo/lessons/content"
	"ehlo/lessons/proof"
	"ehlo/sim"
	"ehlo/sim/personas"
	"ehlo/sim/script"
	"ehlo/sim/terminal"
	"ehlo/sim/world"
	"ehlo/sim/worlds"
)

// TestFirstCourse plays the course in the program that starts the page, which has neither shells nor mail programs: a lesson is solved
// there, or its world or its solution is refused before anything has happened, and then the page gets the whole program.
func TestFirstCourse(t *testing.T) {
	terminal.Install(nil)
	terminal.InstallMail(nil)
	var solved, refused int
	for _, folder := range content.Folders("en") {
		l, err := content.Lesson("en", folder)
		if err != nil {
			t.Fatal(err)
		}
		if len(l.Solution.Steps) == 0 {
			continue
		}
		text := []byte(l.WorldText)
		if len(text) == 0 {
			text, _ = worlds.Text(l.World)
		}
		def, err := world.Parse(l.World, text, personas.All()...)
		if err != nil {
			t.Fatalf("%s: %v", l.ID, err)
		}
		def = def.SitAt(l.Host)
		steps, err := script.Parse(l.ID, []byte(l.Solution.Text))
		if err != nil {
			t.Fatal(err)
		}
		tl, err := sim.NewTimeline(def)
		var input *sim.InputError
		switch {
		case errors.As(err, &input) && input.ID == "sim.not-whole" || steps.Lacks(def):
			refused++
			continue
		case err != nil:
			t.Fatalf("%s: %v", l.ID, err)
		}
		tl.Run()
		if err := steps.Play(tl); err != nil {
			t.Errorf("the solution of %s stops: %v", l.ID, err)
			continue
		}
		for _, r := range proof.Check(l, tl) {
			if !r.Done {
				t.Errorf("the solution of %s does not do the task %s", l.ID, r.ID)
			}
		}
		solved++
	}
	if t.Logf("%d lessons solved, %d refused", solved, refused); solved < 10 || refused < 10 {
		t.Errorf("%d lessons are solved and %d refused", solved, refused)
	}
}
