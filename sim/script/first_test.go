//go:build first

package script_test

import (
	"errors"
	"os"
	"strings"
	"testing"

	"ehlo/sim"
	"ehlo/sim/personas"
	"ehlo/sim/script"
	"ehlo/sim/terminal"
	"ehlo/sim/world"
	"ehlo/sim/worlds"
)

// TestFirstStories tells the stories of [TestStories] in the program that starts the page, which has neither shells nor mail programs: the
// same thing happens, to the last event, or the world or the script is refused before anything has.
func TestFirstStories(t *testing.T) {
	terminal.Install(nil)
	terminal.InstallMail(nil)
	var same, refused int
	for _, name := range worlds.Names() {
		text, err := os.ReadFile("testdata/worlds/" + name + ".txt")
		if err != nil {
			t.Fatal(err)
		}
		play, want, _ := strings.Cut(string(text), mark)
		file, _ := worlds.Text(name)
		def, err := world.Parse(name, file, personas.All()...)
		if err != nil {
			t.Fatal(err)
		}
		tl, err := sim.NewTimeline(def)
		steps, bad := script.Parse(name, []byte(play))
		var input *sim.InputError
		switch {
		case bad != nil:
			t.Fatal(bad)
		case errors.As(err, &input) && input.ID == "sim.not-whole" || steps.Lacks(def):
			refused++
		case err != nil:
			t.Fatal(err)
		default:
			if same++; story(t, tl, play, told) != want {
				t.Errorf("another thing happens in %s", name)
			}
		}
	}
	if t.Logf("%d stories told, %d refused", same, refused); same == 0 || refused == 0 {
		t.Errorf("%d stories are told and %d refused", same, refused)
	}
}
