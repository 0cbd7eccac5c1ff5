// Package localetest reads the project's own texts for tests.
package localetest

import (
	"os"
	"path/filepath"
	"testing"

	"ehlo/lessons/locale"
)

// English reads the English catalogue from the project's directory, which is given as seen from the test.
func English(t *testing.T, root string) *locale.Catalogue {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(root, "web", "locales", "en", "*.toml"))
	if err != nil || len(names) == 0 {
		t.Fatal(names, err)
	}
	var files []locale.File
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, locale.File{Name: name, Text: text})
	}
	c, err := locale.Load("en", files...)
	if err != nil {
		t.Fatal(err)
	}
	return c
}
