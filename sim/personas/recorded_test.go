package personas_test

import (
	"os"
	"strings"
	"testing"

	"ehlo/test/recorded"
)

// TestPersonas plays every recorded session. Where a persona answers differently there must be a reason, and no reason is
// there without a difference.
func TestPersonas(t *testing.T) {
	given := map[string]bool{}
	var summary recorded.Summary
	for _, pattern := range []string{"testdata/smtp/*.txt", "testdata/mail/*.txt"} {
		sessions, err := recorded.Read(pattern)
		if err != nil || len(sessions) < 3 {
			t.Fatalf("%d sessions match %s, %v", len(sessions), pattern, err)
		}
		for _, s := range sessions {
			differences, commands, err := recorded.Compare(s)
			if err != nil || commands < 5 {
				t.Fatalf("%s: %d commands, %v", s.Path, commands, err)
			}
			summary.Add(s.Persona, s.Package, commands, differences)
			for _, d := range differences {
				for _, text := range d.Reasons {
					given[text] = true
				}
				if len(d.Reasons) == 0 {
					t.Errorf("%s:%d: to %q the server with the persona says\n\t%s\nand not\n\t%s", s.Path, d.Line, d.Command,
						strings.Join(d.Ours, "\n\t"), strings.Join(d.Real, "\n\t"))
				}
			}
		}
	}
	if doc, err := os.ReadFile("../../docs/personas.md"); err != nil || !strings.Contains(string(doc), summary.Table()) {
		t.Errorf("docs/personas.md lacks the table, %v:\n%s", err, summary.Table())
	}
	for _, text := range recorded.Reasons() {
		if !given[text] {
			t.Errorf("nothing differs any more where %s", text)
		}
	}
}
