package sim_test

import (
	"strings"
	"testing"
	"time"

	"ehlo/sim"
	"ehlo/sim/engine"
	"ehlo/sim/personas"
	"ehlo/sim/store"
	"ehlo/sim/trace"
	"ehlo/sim/world"
	"ehlo/sim/worlds"
)

// said gives what a connection's server sent, each line once, as the learner's side has it.
func said(tl *sim.Timeline, conn uint32) string {
	var b strings.Builder
	for _, e := range tl.Trace().Events(0, tl.Seen()) {
		if e.Kind == trace.KindSegment && e.Conn == conn && e.Dir == trace.ToClient && e.Data != nil {
			b.Write(e.Data)
		}
	}
	return b.String()
}

// lines checks that a text has lines with the given beginnings, in this order.
func lines(t *testing.T, text string, want ...string) {
	t.Helper()
	rest := strings.Split(text, "\r\n")
	for _, w := range want {
		i := 0
		for i < len(rest) && !strings.HasPrefix(rest[i], w) {
			i++
		}
		if i == len(rest) {
			t.Fatalf("no line begins with %q after those before it in\n%s", w, text)
		}
		rest = rest[i+1:]
	}
}

func inbox(t *testing.T, tl *sim.Timeline, address string) (store.Snapshot, string) {
	t.Helper()
	box, ok := tl.World().Mailbox(address, "INBOX")
	if !ok {
		t.Fatalf("%s has no INBOX", address)
	}
	s := box.Snapshot()
	last, _ := s.At(s.Len())
	text, _ := box.Content(last.UID)
	return s, string(text)
}

func kinds(tl *sim.Timeline, k trace.Kind) (found []trace.Event) {
	for _, e := range tl.Trace().Events(0, tl.Seen()) {
		if e.Kind == k {
			found = append(found, e)
		}
	}
	return found
}

func TestARelayedMessageCrossesTheNetwork(t *testing.T) {
	tl := start(t, "two-domains")
	play(t, tl, "telnet mail.example.org 25\n> EHLO laptop.example.org\n> MAIL FROM:<alice@example.org>\n"+
		"> RCPT TO:<bob@example.net>\n> RCPT TO:<carla@example.net>\n> DATA\n> Subject: Both of you\n>\n> ..dot\n> .\n> QUIT")
	s, text := inbox(t, tl, "bob@example.net")
	if s.Len() != 3 {
		t.Fatalf("bob has %d messages\n%s", s.Len(), said(tl, 2))
	}
	lines(t, text, "Return-Path: <alice@example.org>", "Received: from mail.example.org", "Received: from laptop.example.org",
		"Subject: Both of you", ".dot")
	if _, text := inbox(t, tl, "carla@example.net"); !strings.Contains(text, "Both of you") {
		t.Error("carla has no copy")
	}
	if n := len(kinds(tl, trace.KindDelivered)); n != 2 {
		t.Errorf("%d deliveries are in the trace", n)
	}
	if q := tl.World().Queue(); len(q) != 0 {
		t.Errorf("the queue holds %v", q)
	}
	lines(t, said(tl, 2), "220 mx.example.net", "250-mx.example.net", "250 2.1.0", "250 2.1.5", "250 2.1.5", "354", "250 2.0.0", "221")
}

func TestRefusals(t *testing.T) {
	tl := start(t, "two-domains")
	play(t, tl, "telnet mx.example.net 25\n> HELO laptop.example.org\n> MAIL FROM:<alice@example.org>\n> RCPT TO:<dora@example.net>\n"+
		"> RCPT TO:<alice@example.org>\n> RCPT TO:<postmaster>\n> RCPT TO:<Bob@EXAMPLE.NET>\n")
	lines(t, said(tl, 1), "220", "250", "250", "550 5.1.1", "554 5.7.1", "250", "250")
}

func TestAMessageThatCannotGoOnComesBack(t *testing.T) {
	tl := start(t, "two-domains")
	play(t, tl, "telnet mail.example.org 25\n> EHLO laptop.example.org\n> MAIL FROM:<alice@example.org>\n"+
		"> RCPT TO:<dora@example.net>\n> DATA\n> Subject: Are you there\n>\n> .")
	if f := kinds(tl, trace.KindFailed); len(f) != 1 || f[0].Target != "dora@example.net" {
		t.Fatalf("failures: %v", f)
	}
	_, text := inbox(t, tl, "alice@example.org")
	lines(t, text, "Return-Path: <>", "Subject: Undelivered Mail", "    550 5.1.1", "Subject: Are you there")
}

func TestAMessageWaitsForFiveDaysAndComesBack(t *testing.T) {
	tl := start(t, "two-domains")
	play(t, tl, "telnet mail.example.org 25\n> EHLO laptop.example.org\n> MAIL FROM:<alice@example.org>\n"+
		"> RCPT TO:<dora@desk.example.net>\n> DATA\n> Subject: Nobody\n>\n> .\n> QUIT")
	q := tl.World().Queue()
	if len(q) != 1 || q[0].Attempts != 1 || q[0].Next.Sub(tl.Now()) > 30*time.Minute {
		t.Fatalf("the queue is %+v", q)
	}
	play(t, tl, "wait 118h")
	if q := tl.World().Queue(); len(q) != 1 || q[0].Attempts < 200 {
		t.Fatalf("after 118 hours the queue is %+v", q)
	}
	play(t, tl, "wait 4h")
	if q := tl.World().Queue(); len(q) != 0 {
		t.Fatalf("after 122 hours the queue is %+v", q)
	}
	// One says that it takes long, and one that it has failed.
	if s, text := inbox(t, tl, "alice@example.org"); s.Len() != 2 || !strings.Contains(text, "Action: failed\r\nStatus: 4.4.1\r\n") {
		t.Errorf("alice has %d messages, the last one\n%s", s.Len(), text)
	}
}

func TestADomainThatDoesNotExistIsSaidAtOnce(t *testing.T) {
	tl := start(t, "two-domains")
	play(t, tl, "telnet mail.example.org 25\n> EHLO laptop.example.org\n> MAIL FROM:<alice@example.org>\n"+
		"> RCPT TO:<dora@example.com>\n> DATA\n> Subject: Nobody\n>\n> .\n> QUIT")
	if _, text := inbox(t, tl, "alice@example.org"); !strings.Contains(text, "550 5.1.2 No such domain") {
		t.Errorf("alice has\n%s", text)
	}
	if l := kinds(tl, trace.KindLookup); len(l) != 1 || l[0].Label != "example.com MX" || l[0].Verb != "NXDOMAIN" {
		t.Errorf("looked up: %v", l)
	}
}

func TestACutLineDeletesNothing(t *testing.T) {
	for end, want := range map[string]int{"> QUIT": 1, "cut": 2, "fin": 2} {
		tl := start(t, "two-domains")
		play(t, tl, "telnet mx.example.net 110\n> USER bob\n> PASS plover\n> DELE 1\n"+end)
		if s, _ := inbox(t, tl, "bob@example.net"); s.Len() != want {
			t.Errorf("after %q bob has %d messages, want %d", end, s.Len(), want)
		}
	}
}

func TestTheMaildropIsLocked(t *testing.T) {
	tl := start(t, "two-domains")
	play(t, tl, "telnet mx.example.net 110\n> USER bob\n> PASS plover\ntelnet mx.example.net 110\n> USER bob\n> PASS plover\n"+
		"use 1\n> QUIT\ntelnet mx.example.net 110\n> USER bob\n> PASS plover\n")
	lines(t, said(tl, 2), "+OK", "+OK", "-ERR")
	lines(t, said(tl, 3), "+OK", "+OK", "+OK")
}

func TestIMAPHearsOfNewMail(t *testing.T) {
	tl := start(t, "two-domains")
	play(t, tl, "telnet mx.example.net 143\n> a LOGIN bob plover\n> b SELECT INBOX\n"+
		"telnet mx.example.net 25\n> HELO laptop.example.org\n> MAIL FROM:<>\n> RCPT TO:<bob@example.net>\n> DATA\n> Subject: New\n>\n> .\n"+
		"use 1\n> c NOOP\n> d STORE 3 +FLAGS (\\Deleted)\n> e EXPUNGE")
	lines(t, said(tl, 1), "* OK", "a OK", "* 2 EXISTS", "b OK", "* 3 EXISTS", "c OK", "* 3 FETCH", "d OK", "* 3 EXPUNGE", "e OK")
}

func TestNobodyListens(t *testing.T) {
	tl := start(t, "two-domains")
	play(t, tl, "telnet desk.example.net 25\ntelnet mx.example.com 25")
	if len(kinds(tl, trace.KindRefused)) != 1 || len(kinds(tl, trace.KindUnreachable)) != 1 {
		t.Error("a host without a server and a host that does not exist")
	}
	err := tl.Input(trace.Input{Kind: trace.InputType, Actor: "laptop.example.org", Conn: 1, Data: []byte("x")})
	if e, ok := err.(*sim.InputError); !ok || e.ID != "sim.conn-closed" {
		t.Errorf("typing into it says %v", err)
	}
}

func TestIdleSessionsAreEnded(t *testing.T) {
	tl := start(t, "two-domains")
	play(t, tl, "telnet mx.example.net 25\nwait 4m\n> NOOP\nwait 4m")
	if c, _ := tl.World().Conn(1); !c.Open {
		t.Fatal("a session that spoke four minutes ago is over")
	}
	play(t, tl, "wait 2m")
	lines(t, said(tl, 1), "220", "250", "421")
	if c, _ := tl.World().Conn(1); !c.Over {
		t.Error("the connection is still open")
	}
}

func TestCloneIsIndependent(t *testing.T) {
	tl := start(t, "two-domains")
	play(t, tl, "telnet mx.example.net 110\n> USER bob\n> PASS plover\n> DELE 1")
	before := describe(tl.World())
	c := tl.World().Clone(trace.Discard{})
	for _, text := range []string{"DELE 2\r\n", "QUIT\r\n"} {
		if err := c.Input(trace.Input{Kind: trace.InputType, Actor: "laptop.example.org", Conn: 1, Data: []byte(text)}); err != nil {
			t.Fatal(err)
		}
		for !c.Quiet() {
			c.StepUntil(c.Now().Add(time.Second))
		}
	}
	if box, _ := c.Mailbox("bob@example.net", "INBOX"); box.Snapshot().Len() != 0 {
		t.Errorf("the clone still holds %d messages", box.Snapshot().Len())
	}
	if got := describe(tl.World()); got != before {
		t.Errorf("the original became\n%s, was\n%s", got, before)
	}
}

func TestAMailProgramCollects(t *testing.T) {
	tl := start(t, "two-domains")
	play(t, tl, "at desk.example.net\ncollect pop3 mx.example.net 110 bob plover\ncollect imap mx.example.net 143 bob plover\n"+
		"collect pop3 mx.example.net 110 bob wrong\ncollect imap mx.example.net 143 alice wonder\ncollect imap mx.example.net 143 carla opal\n")
	lines(t, said(tl, 1), "+OK", "+OK", "+OK", "+OK 2 ", "+OK", "Subject: The garden", ".", "+OK", "..", ".", "+OK")
	lines(t, said(tl, 2), "* OK", "+ ", "a1 OK", "a2 OK", "* LIST", "* 2 EXISTS", "a4 OK", "* 1 FETCH", "* 2 FETCH", "a5 OK", "* 2 FETCH (", "a6 OK", "* BYE", "a7 OK")
	lines(t, said(tl, 3), "+OK", "+OK", "-ERR", "+OK")
	lines(t, said(tl, 4), "* OK", "a1 NO", "* BYE", "a2 OK")
	lines(t, said(tl, 5), "* OK", "a1 OK", "* 0 EXISTS", "a4 OK", "* BYE")
	// The next time it asks only for what is new.
	play(t, tl, "at desk.example.net\ncollect imap mx.example.net 143 bob plover\n")
	lines(t, said(tl, 6), "* 2 EXISTS", "* 2 FETCH (FLAGS (\\Seen) UID 2", "a4 OK", "* BYE")
	if again := said(tl, 6); strings.Contains(again, "ENVELOPE") || strings.Contains(again, "* 1 FETCH") {
		t.Errorf("it asks for what it knows:\n%s", again)
	}
	for _, c := range tl.World().Conns() {
		if !c.Over || c.Typed {
			t.Errorf("connection %+v", c)
		}
	}
	// It left the mail on the server, and IMAP marked what it fetched whole.
	if s, _ := inbox(t, tl, "bob@example.net"); s.Len() != 2 || s.Unseen() != 0 {
		t.Errorf("bob has %d messages, %d of them unseen", s.Len(), s.Unseen())
	}
}

// TestHesitation: a server that takes its time before it refuses a login is waited for.
func TestHesitation(t *testing.T) {
	text, _ := worlds.Text("old-servers")
	def, err := world.Parse("old-servers", text, personas.All()...)
	if err != nil {
		t.Fatal(err)
	}
	for _, pace := range []sim.Pace{sim.Show, 0} {
		tl, err := sim.NewTimeline(def)
		if err != nil {
			t.Fatal(err)
		}
		if err := tl.Input(trace.Input{Kind: trace.InputOpen, Actor: "desk.example.org", Target: "mail.example.org:110"}); err != nil {
			t.Fatal(err)
		}
		tl.Run()
		if err := tl.Input(trace.Input{Kind: trace.InputType, Actor: "desk.example.org", Conn: 1, Data: []byte("USER rich\r\nPASS drums\r\n")}); err != nil {
			t.Fatal(err)
		}
		if pace == 0 {
			tl.Run()
		}
		for range 1000 {
			if !tl.Play(sim.Show, time.Second) {
				break
			}
		}
		var last trace.Event
		for _, e := range tl.Trace().All() {
			if e.Kind == trace.KindLine {
				last = e
			}
		}
		if string(last.Data) != "-ERR Bad login\r\n" || tl.Now() < engine.Time(3*time.Second) {
			t.Errorf("at %v the last line is %q", tl.Now(), last.Data)
		}
	}
}
