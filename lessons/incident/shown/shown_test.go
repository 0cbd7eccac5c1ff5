package shown_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"ehlo/lessons/incident/shown"
	"ehlo/lessons/locale/localetest"
)

const recorded = "220 mx.example.net ESMTP\nEHLO laptop.example.org\n250 mx.example.net\nMAIL FROM: <alice@example.org>\n501 5.5.4 Syntax\n"

func record(t *testing.T, text, protocol string, masked bool) (r shown.Recording) {
	t.Helper()
	if err := json.Unmarshal(shown.Record([]byte(text), protocol, masked, localetest.English(t, "../../..")), &r); err != nil {
		t.Fatal(err)
	}
	return r
}

func TestRecord(t *testing.T) {
	r := record(t, recorded, "", false)
	if len(r.Parts) != 1 || r.Error != "" || r.Kind != "session" {
		t.Fatalf("%+v", r)
	}
	p := r.Parts[0]
	if p.Title != "SMTP" || len(p.Lines) != 5 || p.Lines[3].At != 4 || p.Lines[3].View.Repair != "MAIL FROM:<alice@example.org>" || !strings.Contains(p.Summary[0], "1 refusal") {
		t.Errorf("%+v", p)
	}
	if r := record(t, "Dear Bob,\nhow are you?\n", "", false); len(r.Parts) != 0 || !strings.Contains(r.Error, "No line looks like") {
		t.Errorf("%+v", r)
	}
}

// TestRecordALog: its lines are entries with names for their parts, and a reply in one has its reason.
func TestRecordALog(t *testing.T) {
	text, err := os.ReadFile("../testdata/sendmail.log")
	if err != nil {
		t.Fatal(err)
	}
	r := record(t, string(text), "", false)
	if r.Kind != "log" || len(r.Parts) < 3 || !strings.HasPrefix(r.Parts[0].Title, "Message ") {
		t.Fatalf("%+v", r)
	}
	for _, p := range r.Parts {
		for _, l := range p.Lines {
			if len(l.View.Spans) < 4 || l.View.Dir != "" {
				t.Errorf("%+v", l)
			}
		}
	}
}

func TestRecordMasked(t *testing.T) {
	text := "S: +OK ready\nC: USER bob\nS: +OK\nC: PASS plover\nS: +OK\n"
	if r := record(t, text, "", false); r.Parts[0].Lines[3].View.Text != "PASS plover" || !strings.Contains(r.Holds[0], "1 password") {
		t.Errorf("%+v", r)
	}
	if r := record(t, text, "", true); r.Parts[0].Lines[3].View.Text != "PASS xxxxxx" {
		t.Errorf("%+v", r)
	}
	if got := string(shown.Shared([]byte(text), "")); got != strings.Replace(text, "plover", "xxxxxx", 1) {
		t.Errorf("%q", got)
	}
}

// TestALongLineIsCut: a page gets no line of megabytes, and no part that lies behind the cut.
func TestALongLineIsCut(t *testing.T) {
	r := record(t, "220 x\nEHLO a\n250 x\nNOOP "+strings.Repeat("x", 2<<20)+"\n250 ok\n", "", false)
	v := r.Parts[0].Lines[3].View
	if len(v.Text) > 5000 || !strings.HasSuffix(v.Text, "x …") {
		t.Errorf("%d octets: %.20q", len(v.Text), v.Text)
	}
	for _, s := range v.Spans {
		if s.End > 4000 {
			t.Errorf("%+v", s)
		}
	}
}

func TestWorldOf(t *testing.T) {
	var r shown.Replay
	if err := json.Unmarshal(shown.WorldOf([]byte(recorded), "", localetest.English(t, "../../..")), &r); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(r.World, `name = "mx.example.net"`) || !strings.Contains(r.Script, "> MAIL FROM: <alice@example.org>") || len(r.Assumed) == 0 || r.Error != "" {
		t.Errorf("%+v", r)
	}
	if err := json.Unmarshal(shown.WorldOf([]byte("220 mx.example.net ESMTP\n"), "", localetest.English(t, "../../..")), &r); err != nil || !strings.Contains(r.Error, "No world can be made") {
		t.Errorf("%+v %v", r, err)
	}
}
