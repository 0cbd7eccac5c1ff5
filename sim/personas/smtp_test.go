package personas_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"ehlo/sim"
	"ehlo/sim/personas"
	"ehlo/sim/script"
	"ehlo/sim/world"
)

// mtaWorld is a host for the servers of SMTP: it knows bob, and relays for nobody.
const mtaWorld = `grammar = 1
title = "An MTA"
start = 2026-11-26T04:23:20Z
domain = [{ name = "example.net", mx = "mx.example.net" }]
link = [{ between = ["laptop.example.org", "mx.example.net"], latency = "1ms" }]
[[user]]
address = "bob@example.net"
password = "plover"
[[host]]
name = "laptop.example.org"
address = "192.0.2.1"
role = "mua"
you = true
[[host]]
name = "mx.example.net"
address = "192.0.2.2"
role = "mta"
  [[host.service]]
  protocol = "smtp"
  persona = %q
`

var smtpPersona = regexp.MustCompile(`(?m)^# persona: (\S+)$`)

// variable is what differs from one session, or one configuration, to the next.
var variable = []struct {
	what *regexp.Regexp
	mask string
}{
	{regexp.MustCompile(`(?m)^(S: 220 .*Sendmail) \S+ `), "$1 VERSION; "},
	{regexp.MustCompile(`[A-Z][a-z]{2}, \d+ [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d (GMT|\+0000)`), "DATE"},
	{regexp.MustCompile(`(queued as |id=|2\.0\.0 )[0-9A-Za-z-]{10,16}\b`), "${1}ID"},
	{regexp.MustCompile(`Hello .*(, pleased|\])`), "Hello CLIENT$1"},
	{regexp.MustCompile(`SIZE \d+`), "SIZE N"},
}

func masked(text string) string {
	for _, v := range variable {
		text = v.what.ReplaceAllString(text, v.mask)
	}
	return text
}

// TestRecordedSMTP plays the sessions that were recorded at real servers of SMTP.
func TestRecordedSMTP(t *testing.T) {
	paths, err := filepath.Glob("testdata/smtp/*.txt")
	if err != nil || len(paths) < 3 {
		t.Fatalf("%d sessions, %v", len(paths), err)
	}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		name := smtpPersona.FindSubmatch(text)
		if name == nil {
			t.Fatalf("%s names no persona", path)
		}
		got, want := strings.Split(masked(playedSMTP(t, string(name[1]), string(text))), "\n"), strings.Split(masked(string(text)), "\n")
		for i := range want {
			if i >= len(got) || got[i] != want[i] {
				t.Errorf("%s:%d: the server with the persona says\n%s\nand not\n%s", path, i+1, strings.Join(got[min(i, len(got)):min(i+3, len(got))], "\n"), want[i])
				break
			}
		}
	}
}

// playedSMTP is a session as the simulated server makes it: the client's lines and comments stay.
func playedSMTP(t *testing.T, name, text string) string {
	t.Helper()
	def, err := world.Parse("mta", fmt.Appendf(nil, mtaWorld, name), personas.All()...)
	if err != nil {
		t.Fatal(err)
	}
	tl, err := sim.NewTimeline(def)
	if err != nil {
		t.Fatal(err)
	}
	player := script.NewPlayer("recorded", tl)
	play(t, player, "telnet mx.example.net 25\n")
	var out strings.Builder
	answers := 0
	say := func() {
		all := heard(tl, 1)
		for line := range strings.Lines(all[answers:]) {
			out.WriteString("S: " + strings.TrimSuffix(line, "\r\n") + "\n")
		}
		answers = len(all)
	}
	for line := range strings.Lines(text) {
		said, isClient := strings.CutPrefix(line, "C: ")
		switch {
		case isClient:
			say()
			out.WriteString(line)
			play(t, player, "> "+said)
		case !strings.HasPrefix(line, "S: "):
			out.WriteString(line)
		}
	}
	say()
	return out.String()
}
