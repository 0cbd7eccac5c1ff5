package export_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"ehlo/sim/trace"
	"ehlo/sim/trace/export"
)

// TestFormats compares each form of the conversation with its golden file; `-rewrite` writes them.
func TestFormats(t *testing.T) {
	names := export.Formats()
	if len(names) != 7 {
		t.Errorf("the forms are %v", names)
	}
	for _, name := range names {
		got, ok := export.Write(name, all(conversation()), export.Options{Start: 1772438400})
		if !ok || len(got) == 0 {
			t.Errorf("%s: nothing", name)
			continue
		}
		if name == "svg" || name == "pcapng" { // the one has its own tests, the other a judge in test/clients
			continue
		}
		file := filepath.Join("testdata", "conversation."+name)
		if *rewrite {
			if err := os.WriteFile(file, got, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if string(got) != string(want) {
			t.Errorf("%s is\n%s", file, got)
		}
	}
	if _, ok := export.Write("pdf", all(conversation()), export.Options{}); ok {
		t.Error("there is a form called pdf")
	}
}

// TestAsciicastIsJSON reads each line as asciinema does.
func TestAsciicastIsJSON(t *testing.T) {
	for i, line := range strings.Split(strings.TrimSpace(export.Asciicast(all(conversation()), export.Options{})), "\n") {
		if i == 0 {
			var head struct{ Version, Width, Height int }
			if err := json.Unmarshal([]byte(line), &head); err != nil || head.Version != 2 || head.Width == 0 {
				t.Errorf("the head is %s: %v", line, err)
			}
			continue
		}
		var event [3]any
		if err := json.Unmarshal([]byte(line), &event); err != nil || event[1] != "o" {
			t.Errorf("line %d is %s: %v", i+1, line, err)
		}
	}
}

// hostile is a connection on which the server says a line.
func hostile(line string) []trace.Event {
	return []trace.Event{
		{Seq: 1, Kind: trace.KindOpen, Actor: laptop, Target: mail, Conn: 1, Num: 25, Label: "smtp"},
		{Seq: 2, Kind: trace.KindLine, Actor: mail, Target: laptop, Conn: 1, Dir: trace.ToClient, Class: trace.ClassGreeting, Num: int64(len(line)), Data: []byte(line)},
	}
}

// TestHostileTranscript: what a peer says is text everywhere, never markup, a statement or an escape.
func TestHostileTranscript(t *testing.T) {
	events := hostile("220 <script>alert(1)</script>; \x1b[2J\u202e# end\r\n")
	if html := export.TranscriptHTML(all(events), export.Options{}); strings.Contains(html, "<script") || strings.ContainsAny(html, "\x1b\u202e") {
		t.Errorf("HTML: %s", html)
	}
	mermaid := export.Mermaid(all(events), export.Options{})
	_, said, _ := strings.Cut(mermaid, "S: ")
	if rest := regexp.MustCompile(`#\d+;`).ReplaceAllString(said, ""); strings.ContainsAny(rest, "<>#;\x1b\u202e") || !strings.Contains(rest, "script") {
		t.Errorf("Mermaid: %s", mermaid)
	}
	if text := export.Transcript(all(events), export.Options{}); strings.ContainsAny(text, "\x1b\u202e") {
		t.Errorf("text: %q", text)
	}
}
