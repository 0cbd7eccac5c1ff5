package sim_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"ehlo/sim"
	"ehlo/sim/trace"
	"ehlo/sim/world"
	"ehlo/sim/worlds"
)

const readerWorld = `grammar = 1
title = "A reader that stays"
start = 2026-09-21T12:00:00Z
domain = [{ name = "example.net", mx = "mx.example.net" }]
user = [{ address = "bob@example.net", password = "plover" }]
link = [{ between = ["desk.example.net", "mx.example.net"], latency = "10ms", bandwidth = "1Mbit/s" }]
fault = [{ kind = "crash", host = "mx.example.net", at = "1m3s", for = "10s" }]

[[host]]
name = "desk.example.net"
address = "192.0.2.1"
role = "mua"
you = true

[[host]]
name = "mx.example.net"
address = "192.0.2.2"
role = "mailbox"
  [[host.service]]
  protocol = "smtp"
  [[host.service]]
  protocol = "imap"
  tls = "starttls"

[[actor]]
kind = "reader"
host = "desk.example.net"
every = "1m"
protocol = "imap"
server = "mx.example.net"
user = "bob"
password = "plover"
idle = true

[[letter]]
to = "bob@example.net"
text = '''
Subject: Long

%s'''
`

// A mail program that stays speaks inside TLS, goes on where a crash has cut a long message, hears at once of what comes,
// and says IDLE anew before the server sends it away.
func TestReaderStays(t *testing.T) {
	def, err := world.Parse("reader", fmt.Appendf(nil, readerWorld, strings.Repeat(strings.Repeat("x", 70)+"\n", 5500))) // 396 kB: three seconds
	if err != nil {
		t.Fatal(err)
	}
	tl, err := sim.NewTimeline(def)
	if err != nil {
		t.Fatal(err)
	}
	tl.Advance(tl.Now().Add(5 * time.Minute))
	first, second := commands(tl, 1), commands(tl, 2)
	if !strings.HasPrefix(first, "STARTTLS CAPABILITY AUTHENTICATE ") || !strings.Contains(first, "UID FETCH 1 (BODY[]<131072.65536>)") || strings.Contains(first, "IDLE") {
		t.Errorf("before the crash it says %s", first)
	}
	last := first[strings.LastIndex(first, "UID FETCH"):]
	if !strings.Contains(second, last) || strings.Contains(second, "BODY[]<0.65536>") || !strings.HasSuffix(second, "IDLE") {
		t.Errorf("it was cut in %q and then says %s", last, second)
	}
	tl.Advance(tl.Now().Add(time.Hour))
	if more := commands(tl, 2); !strings.HasSuffix(more, "IDLE DONE IDLE DONE IDLE") {
		t.Errorf("in an hour it says %s", strings.TrimPrefix(more, second))
	}
	if conns := tl.World().Conns(); len(conns) != 2 || conns[1].Over {
		t.Errorf("the connections are %+v", conns)
	}
}

// commands are those that the client of a connection has said, without tags.
func commands(tl *sim.Timeline, conn uint32) string {
	var said []string
	for _, e := range tl.Trace().Events(0, tl.Seen()) {
		if e.Kind == trace.KindLine && e.Conn == conn && e.Dir == trace.ToServer && e.Class == trace.ClassCommand {
			text := strings.TrimSpace(string(e.Data))
			if _, rest, ok := strings.Cut(text, " "); ok {
				text = rest
			}
			said = append(said, text)
		}
	}
	return strings.Join(said, " ")
}

// A mail program puts what its user has sent into Sent, which it makes the first time, and each message once, whatever
// breaks in between.
func TestReaderKeepsSent(t *testing.T) {
	text, _ := worlds.Text("mailing-list")
	def, err := world.Parse("mailing-list", text)
	if err != nil {
		t.Fatal(err)
	}
	def.Faults = append(def.Faults, world.Fault{Kind: world.Crash, Host: "mail.example.edu", At: 3*time.Hour + 20*time.Minute, For: 30 * time.Minute})
	tl, err := sim.NewTimeline(def)
	if err != nil {
		t.Fatal(err)
	}
	tl.Advance(tl.Now().Add(10 * time.Hour))
	said := ""
	for _, e := range tl.Trace().Events(0, tl.Seen()) {
		words := strings.Fields(string(e.Data))
		if e.Kind == trace.KindLine && e.Dir == trace.ToServer && len(words) > 2 && (words[1] == "CREATE" || words[1] == "APPEND") {
			said += words[1] + " " + words[2] + "\n"
		}
	}
	if want := "CREATE Sent\n" + strings.Repeat("APPEND Sent\n", 3); said != want {
		t.Errorf("the program says\n%swant\n%s", said, want)
	}
}
