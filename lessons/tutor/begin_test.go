package tutor_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// What a session begins with it does not ask for; what came in pieces it does.
func TestBegin(t *testing.T) {
	var head, all strings.Builder
	for _, path := range []string{"locales/index.txt", "worlds/index.txt", "lessons/index.txt", "locales/en/texts.txt", "lessons/en/001-first-message/lesson.bin", "worlds/two-domains.bin"} {
		file := fetch(t, path)
		fmt.Fprintf(&head, "%s\t%d\n", path, len(file))
		all.WriteString(file)
	}
	pack := head.String() + "\n" + all.String()
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
		if got := c.need("load", map[string]string{"lesson": "first-message"}); !slices.Equal(got, test.need) {
			t.Errorf("%s: it asks for %q, want %q", test.name, got, test.need)
		}
		if s := must[state](c, "load", map[string]string{"lesson": "first-message"}); s.Lesson == nil {
			t.Errorf("%s: no lesson is open", test.name)
		}
	}
}
