package lessons

import (
	"errors"
	"strings"
	"testing"
)

const drawsOfTest = `
key = "{{Me}} on {{port}}: {{fault.what}}"

[[draw]]
name = "me"
pool = "people"

[[draw]]
name = "you"
pool = "people"

[[draw]]
name = "port"
of = ["2525", "2626"]

[[draw]]
name = "n"
range = [10, 12]

[[draw]]
name = "fault"

  [[draw.case]]
  id = "one"
  what = "{{me}} is gone"

  [[draw.case]]
  id = "two"
  what = "{{you}} is gone"
`

func TestDraw(t *testing.T) {
	f := Files{Name: "x", Draws: []byte(drawsOfTest), Lesson: []byte("{{me}} {{Me}} {{you}} {{port}} {{n}} {{fault.id}} {{seed}}")}
	seen := map[string]bool{}
	for seed := uint32(1); seed < 60; seed++ {
		a, err := f.Draw(seed)
		b, _ := f.Draw(seed)
		if err != nil || string(a.Lesson) != string(b.Lesson) || a.Key != b.Key || string(f.Lesson[:6]) != "{{me}}" {
			t.Fatal(err, string(a.Lesson), string(b.Lesson))
		}
		w := strings.Fields(string(a.Lesson))
		if len(w) != 7 || w[0] == w[2] || strings.ToLower(w[1]) != w[0] || w[1] == w[0] {
			t.Fatal(w)
		}
		if want := w[1] + " on " + w[3] + ": "; !strings.HasPrefix(a.Key, want) || !strings.HasSuffix(a.Key, " is gone") {
			t.Errorf("the key is %q, want %q…", a.Key, want)
		}
		for _, word := range w[3:6] {
			seen[word] = true
		}
	}
	for _, word := range []string{"2525", "2626", "10", "11", "12", "one", "two"} {
		if !seen[word] {
			t.Errorf("%s was never drawn", word)
		}
	}
	if seeds := f.Seeds(3); len(seeds) < 3 || seeds[0] != 1 {
		t.Errorf("seeds %v", seeds)
	}
	if id, seed := CutSeed(Seeded("practice-smtp", 17)); id != "practice-smtp" || seed != 17 {
		t.Error(id, seed)
	}
	if id, seed := CutSeed("a@b"); id != "a@b" || seed != 0 {
		t.Error(id, seed)
	}
}

func TestDrawFaults(t *testing.T) {
	for _, c := range []struct{ from, to, want string }{
		{`pool = "people"`, `pool = "peple"`, "lessons.error.choice"},
		{`name = "you"`, `name = "me"`, "lessons.error.draw-twice"},
		{`name = "you"`, `name = "seed"`, "lessons.error.draw-twice"},
		{`of = ["2525", "2626"]`, ``, "lessons.error.draw"},
		{`of = ["2525", "2626"]`, "of = [\"1\"]\nrange = [1, 2]", "lessons.error.draw"},
		{`[10, 12]`, `[12, 10]`, "lessons.error.draw-range"},
		{`  id = "two"`, ``, "lessons.error.draw-case"},
		{`  id = "two"`, `  key = "two"`, "lessons.error.draw-case"},
		{`{{you}} is`, `{{yuo}} is`, "lessons.error.placeholder"},
		{`{{fault.what}}"`, `{{fault.what"`, "lessons.error.placeholder"},
		{`key =`, `[key`, "lessons.error.toml"},
		{`key =`, `keys =`, "lessons.error.key-unknown"},
	} {
		draws := strings.Replace(drawsOfTest, c.from, c.to, 1)
		found := false
		for seed := uint32(1); seed < 9 && !found; seed++ {
			_, err := Files{Name: "x", Draws: []byte(draws), Lesson: []byte("a\n{{me}}")}.Draw(seed)
			var faults Errors
			found = errors.As(err, &faults) && faults[0].Note.ID == c.want && faults[0].Line > 0 && faults[0].File == "x/draws.toml"
		}
		if !found {
			t.Errorf("%s for %s: no %s", c.to, c.from, c.want)
		}
	}
	_, err := Files{Name: "x", Draws: []byte(drawsOfTest), Solution: []byte("a\n{{mine}}")}.Draw(1)
	var faults Errors
	if !errors.As(err, &faults) || faults[0].File != "x/solution.txt" || faults[0].Line != 2 {
		t.Errorf("an unknown name in the solution: %v", err)
	}
}
