package smtp

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"ehlo/sim/machine"
	"ehlo/sim/trace"
)

// describe writes an explanation in a few words.
func describe(l machine.Line, e machine.Explanation) string {
	var parts []string
	for _, s := range e.Spans {
		parts = append(parts, fmt.Sprintf("%s %q", strings.TrimPrefix(s.Term, "smtp."), l.Data[s.Start:s.End]))
	}
	for _, n := range slices.Concat(e.Notes, e.Why) {
		parts = append(parts, strings.TrimPrefix(n.ID, "smtp."))
	}
	if e.Repair != "" {
		parts = append(parts, "repair: "+e.Repair)
	}
	return strings.Join(parts, ", ")
}

// checkExplanation checks what holds for every explanation: identifiers are listed, spans follow each other within the
// line, a repair is a command.
func checkExplanation(t testing.TB, l machine.Line) {
	t.Helper()
	e := Explain(l)
	end := 0
	for _, s := range e.Spans {
		if s.Start < end || s.End <= s.Start || s.End > len(l.Data) || s.Ref == "" {
			t.Errorf("%q: span %+v", l.Data, s)
			return
		}
		end = s.End
		if !messageIDs[s.Term] || !messageIDs[s.Term+".meaning"] {
			t.Errorf("%q: term %s is not listed", l.Data, s.Term)
		}
	}
	for _, n := range slices.Concat(e.Notes, e.Why) {
		if !messageIDs[n.ID] {
			t.Errorf("%q: note %s is not listed", l.Data, n.ID)
		}
	}
	if e.Repair != "" {
		if _, _, err := ParseCommand([]byte(e.Repair)); err != nil {
			t.Errorf("%q: repair %q: %v", l.Data, e.Repair, err)
		}
	}
	refused := l.Class == trace.ClassTransient || l.Class == trace.ClassPermanent
	if refused && len(e.Why) == 0 {
		t.Errorf("%q in %s: refused without a reason", l.Data, l.State)
	}
}

var messageIDs = func() map[string]bool {
	ids := make(map[string]bool)
	for _, id := range MessageIDs() {
		ids[id] = true
	}
	return ids
}()

func TestMessageIDs(t *testing.T) {
	ids := MessageIDs()
	if len(ids) != len(messageIDs) {
		t.Error("an identifier is listed twice")
	}
	text, err := os.ReadFile("../../web/locales/en/smtp.toml")
	if err != nil {
		t.Fatal(err)
	}
	there := make(map[string]bool)
	for line := range strings.Lines(string(text)) {
		if quoted, err := strconv.QuotedPrefix(line); err == nil {
			id, _ := strconv.Unquote(quoted)
			there[id] = true
			if !messageIDs[id] {
				t.Errorf("the text %s is not used", id)
			}
		}
	}
	for _, id := range ids {
		if !there[id] {
			t.Errorf("the text %s is missing", id)
		}
	}
}
