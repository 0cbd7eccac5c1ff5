package worlds_test

import (
	"os"
	"strings"
	"testing"

	"ehlo/sim/personas"
	"ehlo/sim/world"
	"ehlo/sim/worlds"
)

func TestEveryWorldIsRight(t *testing.T) {
	for _, name := range worlds.Names() {
		text, ok := worlds.Text(name)
		def, err := world.Parse(name, text, personas.All()...)
		if !ok || err != nil {
			t.Fatal(err)
		}
		you := 0
		for _, h := range def.Hosts {
			if h.You {
				you++
			}
		}
		if you != 1 {
			t.Errorf("%s: the learner sits at %d hosts", name, you)
		}
	}
	if _, ok := worlds.Text("nowhere"); ok {
		t.Error("a world that is not there has a text")
	}
}

func TestDocumentedWorldIsRight(t *testing.T) {
	doc, err := os.ReadFile("../../docs/world-files.md")
	if err != nil {
		t.Fatal(err)
	}
	_, example, _ := strings.Cut(string(doc), "```toml\n")
	example, _, _ = strings.Cut(example, "```")
	if _, err := world.Parse("docs", []byte(example)); err != nil {
		t.Error(err)
	}
}
