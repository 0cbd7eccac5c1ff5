package explain_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"ehlo/lessons/explain"
	"ehlo/lessons/locale/localetest"
	"ehlo/sim/daemon"
	"ehlo/sim/machine"
	"ehlo/sim/trace"
)

// explained is the way of a line through JSON and back.
func explained(t *testing.T, protocol string, e trace.Event) (v explain.View) {
	t.Helper()
	line, err := json.Marshal(explain.Of(protocol, "", &e))
	if err != nil {
		t.Fatal(err)
	}
	view, err := explain.Call(line, localetest.English(t, "../.."))
	if err == nil {
		err = json.Unmarshal(view, &v)
	}
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestALineInParts(t *testing.T) {
	v := explained(t, "smtp", trace.Event{Dir: trace.ToServer, Data: []byte("MAIL FROM:<alice@example.org>\r\n"), Label: "MAIL", Verb: "MAIL",
		Class: trace.ClassCommand, State: "greeted", Next: "greeted"})
	if v.Dir != "C" || v.Text != "MAIL FROM:<alice@example.org>" || len(v.Why) != 0 || len(v.Notes) == 0 {
		t.Errorf("%+v", v)
	}
	found := false
	for _, s := range v.Spans {
		if s.Start < len(v.Text) && v.Text[s.Start:min(s.End, len(v.Text))] == "<alice@example.org>" {
			found = s.Name != "" && strings.HasPrefix(s.Ref, "RFC 5321")
		}
	}
	if !found {
		t.Errorf("the reverse-path is no part of %+v", v.Spans)
	}
}

func TestARefusalHasReasonAndRepair(t *testing.T) {
	v := explained(t, "smtp", trace.Event{Dir: trace.ToServer, Data: []byte("MAIL FROM: <alice@example.org>\r\n"), Label: "MAIL", Verb: "MAIL",
		Class: trace.ClassCommand, State: "greeted", Next: "greeted"})
	if len(v.Why) == 0 || v.Repair != "MAIL FROM:<alice@example.org>" {
		t.Errorf("%+v", v)
	}
}

// TestPositionsCountAsThePageCounts: a character beyond the first plane is two units of UTF-16, and octets that are no
// text are a character each.
func TestPositionsCountAsThePageCounts(t *testing.T) {
	for text, end := range map[string]int{"NOOP \U0001F4E7x\r\n": len("NOOP ") + 3, "NOOP \xff\xfex\r\n": len("NOOP ") + 3} {
		v := explained(t, "smtp", trace.Event{Dir: trace.ToServer, Data: []byte(text), Label: "NOOP", Verb: "NOOP", Class: trace.ClassCommand,
			State: "greeted", Next: "greeted"})
		last := 0
		for _, s := range v.Spans {
			last = max(last, s.End)
		}
		if last != end {
			t.Errorf("%q: the last part ends at %d, want %d (%+v)", text, last, end, v.Spans)
		}
	}
}

func TestWhatIsNoLine(t *testing.T) {
	for _, text := range []string{"", "[]", `{"data":"?"}`} {
		if _, err := explain.Call([]byte(text), localetest.English(t, "../..")); err == nil {
			t.Errorf("%q is taken for a line", text)
		}
	}
}

// TestListsOfIMAP: parts lie as deep as their lists, whatever stands in quotes, and the fields of an envelope have their names.
func TestListsOfIMAP(t *testing.T) {
	line := machine.Line{Dir: trace.ToClient, Class: trace.ClassUntagged, Data: []byte(`* 1 FETCH (FLAGS (\Seen) INTERNALDATE "02-Mar-2026 08:00:00 +0000" ENVELOPE ("Mon" "(\")" (("Bob" NIL "bob" "example.net")) NIL NIL NIL NIL NIL NIL "<a@b>"))` + "\r\n")}
	v := explain.Shown(line, daemon.Explain("imap", line), localetest.English(t, "../.."))
	var got []string
	for _, s := range v.Spans {
		got = append(got, fmt.Sprintf("%d %s: %s", s.Depth, v.Text[s.Start:s.End], s.Name))
	}
	want := []string{"0 *: untagged", "0 1: message number", "0 FETCH: FETCH", "1 FLAGS: FLAGS", `2 \Seen: flag`, "1 INTERNALDATE: INTERNALDATE", `1 "02-Mar-2026 08:00:00 +0000": date and time`,
		"1 ENVELOPE: ENVELOPE", `2 "Mon": date`, `2 "(\")": subject`, `4 "Bob": from`, "4 NIL: NIL", `4 "bob": from`, `4 "example.net": from`,
		"2 NIL: NIL", "2 NIL: NIL", "2 NIL: NIL", "2 NIL: NIL", "2 NIL: NIL", "2 NIL: NIL", `2 "<a@b>": message-id`}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("the parts are\n%s", strings.Join(got, "\n"))
	}
}
