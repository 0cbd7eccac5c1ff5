package world_test

import (
	"testing"

	"ehlo/sim/world"
	"ehlo/sim/worlds"
)

func TestCatalogue(t *testing.T) {
	for _, name := range worlds.Names() {
		text, _ := worlds.Text(name)
		def, err := world.Parse(name, text)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		t.Logf("%+v", def)
	}
}
