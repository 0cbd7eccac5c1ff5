package daemon_test

import (
	"strings"
	"testing"

	"ehlo/sim"
	"ehlo/sim/script"
	"ehlo/sim/simtest"
	"ehlo/sim/store"
	"ehlo/sim/trace"
	"ehlo/sim/worlds"
)

// start begins the world two-domains, with changes to its file: old and new text in turn.
func start(t *testing.T, changes ...string) *sim.Timeline {
	t.Helper()
	text, _ := worlds.Text("two-domains")
	return simtest.Written(t, "two-domains", []byte(strings.NewReplacer(changes...).Replace(string(text))))
}

func play(t *testing.T, tl *sim.Timeline, text string) {
	t.Helper()
	s, err := script.Parse("test", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Play(tl); err != nil {
		t.Fatal(err)
	}
}

// send plays a session that brings one message, whose text is given in lines, to a host.
func send(t *testing.T, tl *sim.Timeline, host, to, text string) {
	t.Helper()
	s := "telnet " + host + " 25\n> EHLO laptop.example.org\n> MAIL FROM:<alice@example.org>\n"
	for r := range strings.FieldsSeq(to) {
		s += "> RCPT TO:<" + r + ">\n"
	}
	s += "> DATA\n"
	for line := range strings.Lines(text) {
		s += "> " + line
	}
	play(t, tl, s+"> .\n> QUIT\n")
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

// inbox is the texts of a user's messages.
func inbox(t *testing.T, tl *sim.Timeline, address string) (texts []string) {
	t.Helper()
	box, ok := tl.World().Mailbox(address, store.Inbox)
	if !ok {
		t.Fatalf("%s has no INBOX", address)
	}
	for _, m := range box.Snapshot().All() {
		text, err := box.Content(m.UID)
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, string(text))
	}
	return texts
}

// last is the text of a user's newest message.
func last(t *testing.T, tl *sim.Timeline, address string) string {
	t.Helper()
	texts := inbox(t, tl, address)
	if len(texts) == 0 {
		t.Fatalf("%s has no message", address)
	}
	return texts[len(texts)-1]
}

// Whom an MTA lets send to other domains is for the world to say.
func TestRelayPolicy(t *testing.T) {
	const listed = `relay-from = ["desk.example.net"]`
	for key, want := range map[string]string{
		listed:                           "554 5.7.1 Relay access denied",
		`relay-from = []`:                "554 5.7.1 Relay access denied",
		`relay-from = ["192.0.2.16/28"]`: "554 5.7.1 Relay access denied",
		`relay-from = ["192.0.2.0/28"]`:  "250 2.1.5 Recipient accepted",
		`open-relay = true`:              "250 2.1.5 Recipient accepted",
	} {
		tl := start(t, listed, key)
		play(t, tl, "telnet mx.example.net 25\n> HELO laptop.example.org\n> MAIL FROM:<alice@example.org>\n> RCPT TO:<alice@example.org>\n> QUIT\n")
		if got := heard(tl, 1); !strings.Contains(got, want) {
			t.Errorf("%s: want %s in\n%s", key, want, got)
		}
	}
}

func TestAHostIsKnownByItsAddress(t *testing.T) {
	tl := start(t)
	send(t, tl, "mx.example.net", "bob@[198.51.100.25]", "Subject: here\n")
	if !strings.Contains(last(t, tl, "bob@example.net"), "Subject: here\r\n") {
		t.Error("a message to the host's own address went elsewhere")
	}
	send(t, tl, "mail.example.org", "bob@[198.51.100.25]", "Subject: there\n")
	if !strings.Contains(last(t, tl, "bob@example.net"), "Subject: there\r\n") {
		t.Error("a message to another host's address did not arrive")
	}
}

func TestACircleIsLeft(t *testing.T) {
	tl := start(t, `relay-from = ["laptop.example.org"]`, `relay-from = ["laptop.example.org", "mx.example.net"]
smarthost = "mx.example.net"`, `relay-from = ["desk.example.net"]`, `relay-from = ["mail.example.org"]
smarthost = "mail.example.org"`)
	send(t, tl, "mail.example.org", "eve@example.com", "Subject: round and round\n")
	if q := tl.World().Queue(); len(q) != 0 {
		t.Fatalf("still on its way: %+v", q)
	}
	if text := last(t, tl, "alice@example.org"); !strings.Contains(text, "554 5.4.6") {
		t.Errorf("alice gets\n%s", text)
	}
}

func TestTheTraceFieldsStayApart(t *testing.T) {
	for text, want := range map[string]string{
		"":                            "+0000\r\n\r\n",
		"Hello\n":                     "+0000\r\n\r\nHello\r\n",
		"Hello: this is\nno header\n": "+0000\r\nHello: this is\r\nno header\r\n",
		"\nHello\n":                   "+0000\r\n\r\nHello\r\n",
		" Hello\n":                    "+0000\r\n\r\n Hello\r\n",
		"Subject: x\n\nHello\n":       "+0000\r\nSubject: x\r\n\r\nHello\r\n",
		"Return-Path: <eve@example.com>\nSubject: x\nreturn-path:\n <y@example.com>\nTo: z\n\nReturn-Path: <kept>\n": "+0000\r\n" +
			"Subject: x\r\nTo: z\r\n\r\nReturn-Path: <kept>\r\n",
	} {
		tl := start(t)
		send(t, tl, "mx.example.net", "bob@example.net", text)
		got := last(t, tl, "bob@example.net")
		if !strings.HasPrefix(got, "Return-Path: <alice@example.org>\r\nReceived: ") || !strings.HasSuffix(got, want) {
			t.Errorf("%q arrives as\n%s", text, got)
		}
	}
}

// Both recipients' mail goes to the same next host as the notice about the third.
func TestANoticeKeepsToItsRecipient(t *testing.T) {
	tl := start(t, `user]]
address = "carla@example.net"`, `user]]
address = "dora@example.org"
password = "agate"

[[user]]
address = "carla@example.net"`, `relay-from = ["desk.example.net"]`, `relay-from = ["laptop.example.org"]`)
	a, _ := tl.World().Account("bob@example.net")
	if err := a.SetQuota(store.Quota{Messages: 2}); err != nil {
		t.Fatal(err)
	}
	send(t, tl, "mx.example.net", "bob@example.net dora@example.org", "Subject: For both\n")
	got := inbox(t, tl, "dora@example.org")
	if len(got) != 1 || !strings.Contains(got[0], "Subject: For both\r\n") || strings.Contains(got[0], "Undelivered") {
		t.Errorf("dora has %q", got)
	}
	if got := inbox(t, tl, "alice@example.org"); len(got) != 1 || !strings.Contains(got[0], "552 5.2.2") {
		t.Errorf("alice has %q", got)
	}
}

func TestEightBitMessagesAreDeclared(t *testing.T) {
	tl := start(t)
	send(t, tl, "mail.example.org", "bob@example.net", "Subject: plain\n")
	send(t, tl, "mail.example.org", "bob@example.net", "Subject: caf\u00e9\n")
	var declared []bool
	for _, e := range tl.Trace().Events(0, tl.Seen()) {
		if e.Kind == trace.KindLine && e.Verb == "MAIL" && e.Dir == trace.ToServer && e.Actor == "mail.example.org" {
			declared = append(declared, strings.HasSuffix(string(e.Data), " BODY=8BITMIME\r\n"))
		}
	}
	if len(declared) != 2 || declared[0] || !declared[1] {
		t.Errorf("BODY=8BITMIME: %v", declared)
	}
}

func TestANoticeSaysThatNobodyAnswered(t *testing.T) {
	tl := start(t)
	send(t, tl, "mail.example.org", "bob@desk.example.net eve@desk.example.net", "Subject: Is anybody there\n")
	play(t, tl, "wait 122h")
	got := inbox(t, tl, "alice@example.org")
	if len(got) != 2 || !strings.Contains(got[0], "    451 4.4.1 No answer from desk.example.net\r\n") {
		t.Fatalf("alice has %q", got)
	}
	id := func(text string) string {
		_, rest, _ := strings.Cut(text, "Message-ID: ")
		return rest[:strings.IndexByte(rest, '\r')]
	}
	if id(got[0]) == id(got[1]) {
		t.Errorf("both notices are %s", id(got[0]))
	}
}

// What one session was told of while it had the mailbox open is recent in no later one (RFC 3501 §2.3.2).
func TestRecentOnce(t *testing.T) {
	tl := start(t)
	login := "telnet mx.example.net 143\n> a LOGIN bob plover\n"
	play(t, tl, login+"> b SELECT INBOX\ntelnet mx.example.net 25\n> HELO laptop.example.org\n> MAIL FROM:<>\n"+
		"> RCPT TO:<bob@example.net>\n> DATA\n> Subject: new\n> .\n"+
		login+"> b EXAMINE INBOX\nuse 1\n> c NOOP\n> d LOGOUT\n"+login+"> b SELECT INBOX\n")
	for conn, want := range map[uint32]string{1: "* 2 RECENT", 3: "* 1 RECENT", 4: "* 0 RECENT"} {
		if got := heard(tl, conn); !strings.Contains(got, want) {
			t.Errorf("connection %d: want %s in\n%s", conn, want, got)
		}
	}
	if got := heard(tl, 1); !strings.Contains(got, "* 3 EXISTS\r\n* 3 RECENT\r\n") {
		t.Errorf("the open session hears\n%s", got)
	}
}

// TestRPOP: a server of 1991 trusts a client whose port only a superuser can have opened, and nobody else.
func TestRPOP(t *testing.T) {
	tl := start(t, "  protocol = \"pop3\"\n", "  protocol = \"pop3\"\n  persona = \"rfc1225\"\n")
	play(t, tl, "telnet mx.example.net 110\n> USER bob\n> RPOP bob\n> QUIT\n")
	if got := heard(tl, 1); !strings.Contains(got, "\r\n-ERR permission denied\r\n") {
		t.Errorf("RPOP is answered\n%s", got)
	}
}
