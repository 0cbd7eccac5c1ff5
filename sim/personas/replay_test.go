package personas_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"ehlo/sim"
	"ehlo/sim/personas"
	"ehlo/sim/script"
	"ehlo/sim/trace"
	"ehlo/sim/world"
)

var rewrite = flag.Bool("rewrite", false, "write what servers really say into testdata/more")

// A recorded session is a text file: the persona and the mailbox in comments at its beginning, then what the client says
// (C:) and the server answers (S:), line by line. Each greeting begins a connection.
var (
	personaOf = regexp.MustCompile(`# persona: UW (ipop3d|imapd),? v(?:ersion )?([0-9.]+f?)`)
	userOf    = regexp.MustCompile(`(?:user )?(\w+)(?:, password| exists \(password) (\w+)`)
	sizesOf   = regexp.MustCompile(`messages? of ([0-9, and]+) octets`)
	authOf    = regexp.MustCompile(`; auth ([A-Z0-9-]+(?: [A-Z0-9-]+)*)`)
)

// TestRecorded plays the recorded sessions at a world whose server has the persona, and compares every octet.
func TestRecorded(t *testing.T) { replay(t, "testdata/recorded/*.txt", 5, false) }

// TestMore plays what the same servers answer besides, from what is known of them.
func TestMore(t *testing.T) { replay(t, "testdata/more/*.txt", 1, true) }

func replay(t *testing.T, pattern string, least int, mayRewrite bool) {
	paths, err := filepath.Glob(pattern)
	if err != nil || len(paths) < least {
		t.Fatalf("%d sessions match %s, %v", len(paths), pattern, err)
	}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		switch got := played(t, string(text)); {
		case got == string(text):
		case *rewrite && mayRewrite:
			if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		default:
			t.Errorf("%s is, at a server with the persona,\n%s", path, got)
		}
	}
}

// played is a file as the simulated server makes it.
func played(t *testing.T, text string) string {
	t.Helper()
	def, err := world.Parse("recorded", worldOf(t, text), personas.All()...)
	if err != nil {
		t.Fatal(err)
	}
	tl, err := sim.NewTimeline(def)
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	player, conn := script.NewPlayer("recorded", tl), 0
	answers := "" // of the connection, as far as they are not written yet
	wait := func() {
		for line := range strings.Lines(heard(tl, uint32(conn))[len(answers):]) {
			answers += line
			out.WriteString("S: " + strings.TrimSuffix(line, "\r\n") + "\n")
		}
	}
	for line := range strings.Lines(text) {
		said, isClient := strings.CutPrefix(line, "C: ")
		switch {
		case strings.HasPrefix(line, "S: +OK POP3 "), strings.HasPrefix(line, "S: * OK ") && strings.Contains(line, " IMAP4rev1 20"):
			conn++
			answers = ""
			play(t, player, "telnet 192.0.2.2 "+map[bool]string{true: "110", false: "143"}[line[3] == '+']+"\n")
			wait()
		case isClient:
			out.WriteString(line)
			play(t, player, "> "+said)
			wait()
		case !strings.HasPrefix(line, "S: "):
			out.WriteString(line)
		}
	}
	return out.String()
}

// worldOf makes the world that a file describes.
func worldOf(t *testing.T, text string) []byte {
	t.Helper()
	version := personaOf.FindStringSubmatch(text)
	if version == nil {
		t.Fatalf("no persona in %s", text)
	}
	auth := ""
	if a := authOf.FindStringSubmatch(text); a != nil {
		auth = "\n  auth = [\"" + strings.Join(strings.Fields(a[1]), `", "`) + `"]`
	}
	var b strings.Builder
	fmt.Fprintf(&b, `grammar = 1
title = "Recorded"
start = 1999-11-02T08:00:00Z
domain = [{ name = "example.org", mx = "localhost" }]
link = [{ between = ["desk", "localhost"], latency = "1ms" }]

[[host]]
name = "desk"
address = "192.0.2.1"
role = "mua"
you = true

[[host]]
name = "localhost"
address = "192.0.2.2"
role = "mailbox"
  [[host.service]]
  protocol = "%s"
  persona = "uw-%s-%s"%s
`, map[string]string{"ipop3d": "pop3", "imapd": "imap"}[version[1]], version[1], version[2], auth)
	user := userOf.FindStringSubmatch(text)
	if user == nil {
		return []byte(b.String())
	}
	fmt.Fprintf(&b, "[[user]]\naddress = \"%s@example.org\"\npassword = %q\n", user[1], user[2])
	if sizes := sizesOf.FindStringSubmatch(text); sizes != nil {
		for i, n := range regexp.MustCompile(`\d+`).FindAllString(sizes[1], -1) {
			octets, _ := strconv.Atoi(n)
			fmt.Fprintf(&b, "[[letter]]\nto = \"%s@example.org\"\ntext = '''\n%s'''\n", user[1], letter(i+1, octets-len("Status:  O\r\n")))
		}
	}
	return []byte(b.String())
}

// letter is a message of so many octets with CR LF line ends: the server adds a Status field to it.
func letter(n, octets int) string {
	head := fmt.Sprintf("From: Rosa <rosa@example.org>\nSubject: Message %d\n\n.A line that begins with a dot.\n", n)
	rest := octets - len(head) - strings.Count(head, "\n")
	for rest > 72 {
		head += strings.Repeat("x", 60) + "\n"
		rest -= 62
	}
	return head + strings.Repeat("y", rest-2) + "\n"
}

func play(t *testing.T, player *script.Player, text string) {
	t.Helper()
	s, err := script.Parse("recorded", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range s.Steps {
		if err := player.Do(step); err != nil {
			t.Fatal(err)
		}
	}
}

// heard is what a connection's server said.
func heard(tl *sim.Timeline, conn uint32) string {
	var b strings.Builder
	for _, e := range tl.Trace().Events(0, tl.Seen()) {
		if e.Kind == trace.KindSegment && e.Conn == conn && e.Dir == trace.ToClient {
			b.Write(e.Data)
		}
	}
	return b.String()
}
