package toml_test

import (
	"testing"

	"ehlo/sim/toml"
)

// What is quoted is read back as it was, but for octets that no file can hold.
func TestQuote(t *testing.T) {
	for text, want := range map[string]string{
		"": "", `a "word" and a \ more`: `a "word" and a \ more`, "two\nlines\tand\ra return": "two\nlines\tand\ra return",
		"bell \a, escape \x1b, delete \x7f": "bell \a, escape \x1b, delete \x7f", "ящик": "ящик", "\uFFFD": "\uFFFD", "a \xff b\xc3": "a ? b?",
	} {
		root, faults := toml.NewSource([]byte("x = " + toml.Quote(text) + "\ny = " + toml.QuoteAll([]string{text, "z"}) + "\n")).Parse()
		if len(faults) > 0 {
			t.Errorf("%q is written as %s: %v", text, toml.Quote(text), faults)
			continue
		}
		if got := root.Get("x").Text; got != want {
			t.Errorf("%q is read back as %q", text, got)
		}
		if list := root.Get("y").List; len(list) != 2 || list[0].Text != want || list[1].Text != "z" {
			t.Errorf("%q in a list is read back as %v", text, list)
		}
	}
	if got := toml.QuoteAll(nil); got != "[]" {
		t.Errorf("no texts are written as %s", got)
	}
}
