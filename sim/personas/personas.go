// Package personas holds the persona files that come with ehlo.
package personas

import (
	"embed"
	"strings"

	"ehlo/sim/persona"
)

// Files holds the persona files, each as NAME.toml.
//
//go:embed *.toml
var Files embed.FS

// Names lists the personas in alphabetical order.
func Names() []string {
	entries, _ := Files.ReadDir(".")
	names := make([]string, 0, len(entries))
	for _, e := range entries {
		names = append(names, strings.TrimSuffix(e.Name(), ".toml"))
	}
	return names
}

// Text returns the file of a persona, and false where there is none of that name.
func Text(name string) ([]byte, bool) {
	text, err := Files.ReadFile(name + ".toml")
	return text, err == nil
}

// All reads the personas, which are right: a test sees to it.
func All() []*persona.Persona {
	var all []*persona.Persona
	for _, name := range Names() {
		text, _ := Text(name)
		if p, err := persona.Parse(name, text); err == nil {
			all = append(all, p)
		}
	}
	return all
}
