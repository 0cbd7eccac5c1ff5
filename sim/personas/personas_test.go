package personas_test

import (
	"testing"

	"ehlo/sim/persona"
	"ehlo/sim/personas"
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
