// Package worlds is the catalogue: the world files that come with ehlo.
package worlds

import (
	"embed"
	"strings"
)

// Files holds the world files, each as NAME.toml.
//
//go:embed *.toml
var Files embed.FS

// Names lists the worlds in alphabetical order.
func Names() []string {
	entries, _ := Files.ReadDir(".")
	names := make([]string, 0, len(entries))
	for _, e := range entries {
		names = append(names, strings.TrimSuffix(e.Name(), ".toml"))
	}
	return names
}

// Text returns the file of a world, and false where there is none of that name.
func Text(name string) ([]byte, bool) {
	text, err := Files.ReadFile(name + ".toml")
	return text, err == nil
}
