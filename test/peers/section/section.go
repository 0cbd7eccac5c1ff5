// Package section writes what a benchmark has measured into a document.
package section

import (
	"os"
	"strings"
)

// Replace puts a section, which begins with its heading, where the last one of that heading was in the file, or at the
// end.
func Replace(file, heading, section string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	before, after, found := strings.Cut(string(text), heading)
	rest := ""
	if found {
		if i := strings.Index(after, "\n## "); i >= 0 {
			rest = after[i:]
		}
	}
	return os.WriteFile(file, []byte(strings.TrimRight(before, "\n")+"\n\n"+section+rest), 0o644)
}
