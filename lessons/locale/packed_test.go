package locale_test

import (
	"testing"

	"ehlo/lessons/locale"
)

func TestPackedTextsAreTheSame(t *testing.T) {
	c, err := locale.Load("en", locale.File{Name: "a.toml", Text: []byte(`
"b" = "two {n|one:# line|other:# lines}"
"a.meaning" = "one"
"c" = """a tab	and
a line, a \\n and a back\\slash"""
`)})
	if err != nil {
		t.Fatal(err)
	}
	again := locale.Unpack("en", c.Pack())
	if string(again.Pack()) != string(c.Pack()) || len(again.IDs()) != 3 || again.Lang() != "en" {
		t.Fatalf("packed:\n%s\nand again:\n%s", c.Pack(), again.Pack())
	}
	for _, id := range c.IDs() {
		args := map[string]string{"n": "2"}
		if got, want := again.Render(id, args), c.Render(id, args); got != want || got == id {
			t.Errorf("%s is %q, was %q", id, got, want)
		}
	}
}
