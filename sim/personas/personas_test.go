package personas_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"ehlo/sim/imap"
	"ehlo/sim/persona"
	"ehlo/sim/personas"
	"ehlo/sim/pop3"
	"ehlo/sim/smtp"
)

func TestEveryPersonaIsRight(t *testing.T) {
	for _, name := range personas.Names() {
		text, ok := personas.Text(name)
		if _, err := persona.Parse(name, text); !ok || err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, ok := personas.Text("nobody"); ok {
		t.Error("a persona that is not there has a text")
	}
}

// TestDocumentation reads docs/personas.md: its example is right, and it names every reply and every quirk.
func TestDocumentation(t *testing.T) {
	text, err := os.ReadFile("../../docs/personas.md")
	if err != nil {
		t.Fatal(err)
	}
	doc := string(text)
	_, rest, _ := strings.Cut(doc, "## An example\n\n```toml\n")
	example, _, _ := strings.Cut(rest, "```")
	if _, err := persona.Parse("example", []byte(example)); err != nil {
		t.Error(err)
	}
	for _, name := range slices.Concat(pop3.ReplyNames(), pop3.QuirkNames(), smtp.ReplyNames(), smtp.LeniencyNames(), imap.ReplyNames(), personas.Names()) {
		if !strings.Contains(doc, "`"+name+"`") {
			t.Errorf("docs/personas.md does not name %s", name)
		}
	}
}
