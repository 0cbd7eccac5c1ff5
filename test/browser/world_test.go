package browser

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// The parts of the page's answers that the tests look at (docs/api.md).
type (
	line struct {
		Seq              int
		Dir, Text, Class string
	}
	worldState struct {
		Now, End, Steps, Total, Horizon float64
		Playing, Past, Quiet            bool
		World                           struct{ Name string }
		Conns                           []struct {
			ID       int
			Protocol string
			Open     bool
		}
		Lesson *struct {
			ID    string
			Done  bool
			Tasks []struct {
				ID   string
				Done bool
			}
		}
	}
	mailbox struct {
		Address  string
		Messages []struct{ Subject string }
	}
)

// letter is what a person types to send a message to bob.
var letter = []string{
	"EHLO laptop.example.org", "MAIL FROM:<alice@example.org>", "RCPT TO:<bob@example.net>", "DATA",
	"Subject: Lunch on Friday?", "", "At noon, by the gate.", ".", "QUIT",
}

// world opens a world and stops its clock: then what is typed is answered at once, and no wall time matters.
func (p *tab) world(name string) {
	p.t.Helper()
	p.open("?world=" + name)
	call[any](p, "pause")
}

// dial opens a connection from the learner's host by the automation interface.
func (p *tab) dial(host, target string, port int) int {
	p.t.Helper()
	conn := call[int](p, "open", host, target, port)
	p.quiet()
	return conn
}

// say types lines, each with CR LF, and waits for what comes of it.
func (p *tab) say(conn int, lines ...string) {
	p.t.Helper()
	for _, l := range lines {
		call[any](p, "line", conn, l)
		p.quiet()
	}
}

// quiet lets virtual time run until only timers remain.
func (p *tab) quiet() {
	p.t.Helper()
	call[any](p, "run", "quiet")
}

func (p *tab) state() worldState {
	p.t.Helper()
	return call[worldState](p, "state")
}

// heard is what a connection's server said, line by line.
func (p *tab) heard(conn int) []string {
	p.t.Helper()
	var texts []string
	for _, l := range call[[]line](p, "transcript", conn) {
		if l.Dir == "S" {
			texts = append(texts, strings.Split(strings.TrimSuffix(l.Text, "\r\n"), "\r\n")...)
		}
	}
	return texts
}

// hears fails the test unless the server of a connection said a line that contains a text.
func (p *tab) hears(conn int, part string) {
	p.t.Helper()
	all := strings.Join(p.heard(conn), "\n")
	if !strings.Contains(all, part) {
		p.t.Errorf("connection %d never says %q:\n%s", conn, part, all)
	}
}

func (p *tab) subjects(address string) string {
	p.t.Helper()
	var list []string
	for _, m := range call[[]mailbox](p, "mailboxes") {
		if m.Address == address {
			for _, msg := range m.Messages {
				list = append(list, msg.Subject)
			}
		}
	}
	return strings.Join(list, ", ")
}

func TestOneLetterFetchedTwice(t *testing.T) {
	p := newTab(t, nil)
	p.world("two-domains")
	smtp := p.dial("laptop.example.org", "mail.example.org", 25)
	p.say(smtp, letter...)
	if got := p.subjects("bob@example.net"); !strings.Contains(got, "Lunch on Friday?") {
		t.Fatalf("bob has %q", got)
	}
	last := len(strings.Split(p.subjects("bob@example.net"), ", "))

	pop3 := p.dial("desk.example.net", "mx.example.net", 110)
	p.say(pop3, "USER bob", "PASS plover", fmt.Sprint("RETR ", last), "QUIT")
	p.hears(pop3, "At noon, by the gate.")

	imap := p.dial("desk.example.net", "mx.example.net", 143)
	p.say(imap, "a1 LOGIN bob plover", "a2 SELECT INBOX", fmt.Sprintf("a3 FETCH %d BODY[TEXT]", last), "a4 LOGOUT")
	p.hears(imap, "At noon, by the gate.")

	relayed := false
	for _, c := range p.state().Conns {
		relayed = relayed || c.Protocol == "smtp" && c.ID != smtp
	}
	if !relayed {
		t.Error("no second SMTP connection: the message was not relayed over the network")
	}
	if queue := call[[]any](p, "queue"); len(queue) != 0 {
		t.Errorf("something waits in a queue: %v", queue)
	}
}

func TestRefusalIsExplained(t *testing.T) {
	p := newTab(t, nil)
	p.world("two-domains")
	conn := p.dial("laptop.example.org", "mx.example.net", 25)
	p.say(conn, "EHLO laptop.example.org", "RCPT TO:<bob@example.net>")
	p.hears(conn, "503")
	lines := call[[]line](p, "transcript", conn)
	explained := call[struct {
		Spans []struct{ Name, Ref string }
		Why   []string
		Legal []string
	}](p, "explain", lines[len(lines)-1].Seq)
	if len(explained.Spans) == 0 || len(explained.Why) == 0 || len(explained.Legal) == 0 {
		text, _ := json.Marshal(explained)
		t.Errorf("the refusal explains itself by %s", text)
	}
}

func TestPauseStepSeek(t *testing.T) {
	p := newTab(t, nil)
	p.world("two-domains")
	conn := p.dial("laptop.example.org", "mx.example.net", 25)
	p.say(conn, "EHLO laptop.example.org")
	end := p.state()
	call[any](p, "seek", 0)
	past := p.state()
	if !past.Past || past.Now != 0 || past.End != end.End || past.Horizon != end.Horizon {
		t.Errorf("seeking to 0 leads from %+v to %+v", end, past)
	}
	if l := p.heard(conn); len(l) != 0 {
		t.Errorf("at the beginning the server has said %q", l)
	}
	call[any](p, "step")
	if after := p.state(); after.Steps != past.Steps+1 || after.Playing || !after.Past {
		t.Errorf("a step leads from %+v to %+v", past, after)
	}
	call[any](p, "seek", int64(end.End))
	if back := p.state(); back.Past || back.Total != end.Total {
		t.Errorf("seeking to the end leads to %+v instead of %+v", back, end)
	}
	p.hears(conn, "250")
}
