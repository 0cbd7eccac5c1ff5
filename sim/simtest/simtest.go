// Package simtest begins worlds for tests.
package simtest

import (
	"testing"

	"ehlo/sim"
	"ehlo/sim/personas"
	"ehlo/sim/world"
	"ehlo/sim/worlds"
)

// World is a world that comes with ehlo, at its first moment.
func World(t testing.TB, name string) *sim.Timeline {
	t.Helper()
	text, ok := worlds.Text(name)
	if !ok {
		t.Fatalf("there is no world %q", name)
	}
	return Written(t, name, text)
}

// Written is a world that a test has written, at its first moment.
func Written(t testing.TB, name string, text []byte) *sim.Timeline {
	t.Helper()
	def, err := world.Parse(name, text, personas.All()...)
	if err != nil {
		t.Fatal(err)
	}
	tl, err := sim.NewTimeline(def)
	if err != nil {
		t.Fatal(err)
	}
	return tl
}
