package bridge

import (
	"os"
	"strings"
	"testing"

	"ehlo/lessons/locale"
)

// TestEveryRefusalHasAText reads the page's texts: each reason has one, and each text is of a reason.
func TestEveryRefusalHasAText(t *testing.T) {
	const file = "../../../web/locales/en/bridge.toml"
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	c, err := locale.Load("en", locale.File{Name: file, Text: text})
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for _, id := range RefusalIDs() {
		if known[id] = true; !c.Has(id) {
			t.Errorf("%s has no text for %s", file, id)
		}
	}
	for _, id := range c.IDs() {
		if strings.HasPrefix(id, refused) && !known[id] {
			t.Errorf("%s has a text for %s, which nobody says", file, id)
		}
	}
}
