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
	packed := locale.Pack(c.Texts(""))
	again := locale.Unpack("en", packed)
	if string(locale.Pack(again.Texts(""))) != string(packed) || len(again.IDs()) != 3 || again.Lang() != "en" {
		t.Fatalf("packed:\n%s\nand again:\n%s", packed, locale.Pack(again.Texts("")))
	}
	for _, id := range []string{"", "a", "aa", "b.meaning", "c.", "d", "a.meaning\t"} {
		if again.Has(id) {
			t.Errorf("it has a text for %q", id)
		}
	}
	for _, id := range c.IDs() {
		args := map[string]string{"n": "2"}
		if got, want := again.Render(id, args), c.Render(id, args); got != want || got == id {
			t.Errorf("%s is %q, was %q", id, got, want)
		}
	}
}

// Each text of the language is found among all of them.
func TestEveryPackedTextIsFound(t *testing.T) {
	for lang, c := range languages(t) {
		packed := locale.Unpack(lang, locale.Pack(c.Texts("")))
		for _, id := range c.IDs() {
			if got, want := packed.Render(id, nil), c.Render(id, nil); got != want || !packed.Has(id) {
				t.Errorf("%s in %s is %q, want %q", id, lang, got, want)
			}
		}
	}
}
