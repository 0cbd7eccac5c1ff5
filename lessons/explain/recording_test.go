package explain_test

import (
	"encoding/json"
	"strings"
	"testing"

	"ehlo/lessons/explain"
	"ehlo/lessons/locale/localetest"
)

func TestRecord(t *testing.T) {
	texts := localetest.English(t, "../..")
	record := func(text, protocol string) (r explain.Recording) {
		t.Helper()
		if err := json.Unmarshal(explain.Record([]byte(text), protocol, texts), &r); err != nil {
			t.Fatal(err)
		}
		return r
	}
	r := record("220 mx.example.net ESMTP\nEHLO laptop.example.org\n250 mx.example.net\nMAIL FROM: <alice@example.org>\n501 5.5.4 Syntax\n", "")
	if len(r.Conversations) != 1 || r.Error != "" {
		t.Fatalf("%+v", r)
	}
	c := r.Conversations[0]
	if c.Protocol != "smtp" || len(c.Lines) != 5 || c.Lines[3].At != 4 || c.Lines[3].View.Repair != "MAIL FROM:<alice@example.org>" || !strings.Contains(c.Summary, "1 refusal") {
		t.Errorf("%+v", c)
	}
	if r := record("Dear Bob,\nhow are you?\n", ""); len(r.Conversations) != 0 || !strings.Contains(r.Error, "No line looks like") {
		t.Errorf("%+v", r)
	}
}
