package personas_test

import (
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"ehlo/sim/personas"
	"ehlo/test/recorded"
)

// ehloOwn are the personas that are after no program.
var ehloOwn = []string{"strict", "lenient-mta"}

var sourcesOf = regexp.MustCompile(`(?m)^# Sources: (.+)\.$`)

// TestEveryPersonaHasItsOriginal holds each persona to what it is after: the package of Debian at which its sessions were recorded,
// or the sources that it cites.
func TestEveryPersonaHasItsOriginal(t *testing.T) {
	packages := map[string]string{}
	for _, pattern := range []string{"testdata/smtp/*.txt", "testdata/mail/*.txt"} {
		sessions, err := recorded.Read(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range sessions {
			if len(strings.Fields(s.Package)) != 2 {
				t.Errorf("%s does not name the package and the version of its server", s.Path)
			}
			packages[s.Persona] = s.Package
		}
	}
	for _, name := range personas.Names() {
		if packages[name] != "" || slices.Contains(ehloOwn, name) {
			continue
		}
		text, _ := personas.Text(name)
		m := sourcesOf.FindSubmatch(text)
		if m == nil {
			t.Errorf("%s was recorded at no package, and cites no sources", name)
			continue
		}
		for _, source := range strings.Split(string(m[1]), "; ") {
			if len(strings.Fields(source)) == 1 { // a file of this repository
				if found, _ := filepath.Glob(source); len(found) != 1 {
					t.Errorf("%s cites %s, which is not there", name, source)
				}
			}
		}
	}
}
