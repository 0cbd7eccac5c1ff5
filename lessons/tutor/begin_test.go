package tutor_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// pack packs files as the page's builder does.
func pack(files ...[2]string) []byte {
	var head, all strings.Builder
	for _, file := range files {
		fmt.Fprintf(&head, "%s\t%d\n", file[0], len(file[1]))
		all.WriteString(file[1])
	}
	return []byte(head.String() + "\n" + all.String())
}

// What a session begins with it does not ask for; what came in pieces it does.
func TestBegin(t *testing.T) {
	var files [][2]string
	for _, path := range []string{"locales/index.txt", "worlds/index.txt", "lessons/index.txt", "locales/en/texts.txt", "lessons/en/001-first-message/lesson.bin", "worlds/two-domains.bin"} {
		files = append(files, [2]string{path, fetch(t, path)})
	}
	pack := string(pack(files...))
	for _, test := range []struct {
		name, pack string
		need       []string
	}{
		{"whole", pack, nil},
		{"cut", pack[:len(pack)-1], []string{"worlds/two-domains.bin"}},
		{"no length", strings.Replace(pack, "worlds/two-domains.bin\t", "worlds/two-domains.bin\t-", 1), []string{"worlds/two-domains.bin"}},
		{"not one", "<!doctype html>", []string{"locales/index.txt"}},
		{"nothing", "", []string{"locales/index.txt"}},
	} {
		c := &client{t: t}
		c.s.Begin("en", []byte(test.pack))
		if got := c.ask("load", map[string]string{"lesson": "first-message"}).Need; !slices.Equal(got, test.need) {
			t.Errorf("%s: it asks for %q, want %q", test.name, got, test.need)
		}
		if s := must[state](c, "load", map[string]string{"lesson": "first-message"}); s.Lesson == nil {
			t.Errorf("%s: no lesson is open", test.name)
		}
	}
}

// Nobody need say hello for a session to speak the language that it begins with.
func TestBeginInALanguage(t *testing.T) {
	files := pack([2]string{"locales/index.txt", "en\nxx\n"}, [2]string{"locales/en/texts.txt", fetch(t, "locales/en/texts.txt")},
		[2]string{"locales/xx/texts.txt", "tutor.live.title\tWas kommt\ntutor.other-world\tKeine Welt {world}\n"})
	live := &client{t: t}
	live.s.Begin("xx", files)
	if s := must[struct{ World struct{ Title string } }](live, "follow", map[string]any{"begin": true}); s.World.Title != "Was kommt" {
		t.Errorf("a tape is called %q", s.World.Title)
	}
	c := &client{t: t}
	c.s.Begin("xx", files)
	if _, _, text := c.call("load", map[string]string{"world": "none"}); text != "Keine Welt none\n" {
		t.Errorf("a world that is not there is told as %q", text)
	}
}
