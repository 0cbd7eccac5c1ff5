package daemon_test

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
	"time"

	"ehlo/sim"
	"ehlo/sim/personas"
	"ehlo/sim/simtest"
	"ehlo/sim/trace"
	"ehlo/sim/world"
	"ehlo/sim/worlds"
)

// wants checks that a text holds others, in this order.
func wants(t *testing.T, text string, wants ...string) {
	t.Helper()
	rest := text
	for _, w := range wants {
		i := strings.Index(rest, w)
		if i < 0 {
			t.Fatalf("no %q after those before it in\n%s", w, text)
		}
		rest = rest[i+len(w):]
	}
}

// What a person types at a submission service, with both kinds of password that can be typed.
func TestSubmission(t *testing.T) {
	tl := simtest.World(t, "submission")
	text := func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }
	play(t, tl, "telnet mail.example.org 587\n> EHLO laptop.example.org\n> MAIL FROM:<alice@example.org>\n"+
		"> AUTH PLAIN "+text("\x00alice\x00wander")+"\n> AUTH LOGIN\n> "+text("alice@example.org")+"\n> "+text("wonder")+"\n"+
		"> MAIL FROM:<alice@example.org>\n> RCPT TO:<bob@example.net>\n> DATA\n> Subject: x\n>\n> Hello.\n> .\n"+
		"> MAIL FROM:<alice@example.org>\n> RCPT TO:<bob@example.net>\n> DATA\n> From: Eve <eve@example.com>\n> Date: today\n> Message-ID: <1@x>\n>\n> Hello.\n> .\n"+
		"> MAIL FROM:<alice@example.org>\n> RCPT TO:<bob@example.net>\n> DATA\n> nothing but text\n> .\n> QUIT\n")
	wants(t, heard(tl, 1), "250-AUTH SCRAM-SHA-256 CRAM-MD5 PLAIN LOGIN\r\n", "530 5.7.0", "535 5.7.8", "334 VXNlcm5hbWU6", "334 UGFzc3dvcmQ6", "235 2.7.0",
		"250 2.0.0 Message", "250 2.0.0 Message", "250 2.0.0 Message", "221 2.0.0")
	got := inbox(t, tl, "bob@example.net")
	if len(got) != 3 {
		t.Fatalf("bob has %q", got)
	}
	wants(t, got[0], "Return-Path: <alice@example.org>\r\nReceived: ", "by mail.example.org with ESMTPA id", "\r\nFrom: <alice@example.org>\r\nDate: Mon, 2 Mar 2026 08:00:0",
		"\r\nMessage-ID: <", "@mail.example.org>\r\nSubject: x\r\n\r\nHello.\r\n")
	wants(t, got[1], "\r\nSender: <alice@example.org>\r\nFrom: Eve <eve@example.com>\r\nDate: today\r\nMessage-ID: <1@x>\r\n\r\nHello.\r\n")
	wants(t, got[2], "\r\nFrom: <alice@example.org>\r\nDate: ", "@mail.example.org>\r\n\r\nnothing but text\r\n")
	if strings.Contains(got[1], "Sender: <alice@example.org>\r\nDate") {
		t.Errorf("a field was added that was there:\n%s", got[1])
	}
	var logins []string
	for _, e := range tl.Trace().Events(0, tl.Seen()) {
		if e.Kind == trace.KindLogin {
			logins = append(logins, e.Target+" "+e.Class.String())
		}
		if e.Kind == trace.KindLine && strings.Contains(e.Label+e.Verb, text("wonder")) {
			t.Errorf("a label tells the password: %+v", e)
		}
	}
	if strings.Join(logins, ", ") != "alice permanent, alice@example.org ok" {
		t.Errorf("logins: %q", logins)
	}
}

// With own-senders the address in MAIL is to be of the user who has logged in.
func TestOwnSenders(t *testing.T) {
	text, _ := worlds.Text("submission")
	tl := simtest.Written(t, "submission", []byte(strings.Replace(string(text), `role = "mta"`, "role = \"mta\"\nown-senders = true\n"+
		`aliases = "sales: alice\nall: alice, bob@example.net"`, 1)))
	script := "telnet mail.example.org 587\n> EHLO laptop.example.org\n> AUTH PLAIN " + base64.StdEncoding.EncodeToString([]byte("\x00alice\x00wonder")) + "\n"
	for _, from := range []string{"alice@example.org", "Alice@EXAMPLE.org", "sales@example.org", "", "all@example.org", "postmaster@example.org", "bob@example.net", "nobody@example.org"} {
		script += "> MAIL FROM:<" + from + ">\n> RSET\n"
	}
	play(t, tl, script+"> QUIT\n")
	wants(t, heard(tl, 1), "235 ", "250 2.1.0", "250 2.0.0", "250 2.1.0", "250 2.0.0", "250 2.1.0", "250 2.0.0", "250 2.1.0", "250 2.0.0", "550 5.7.1 That sender", "250 2.0.0",
		"550 5.7.1 That sender", "250 2.0.0", "550 5.7.1 That sender", "250 2.0.0", "550 5.7.1 That sender")
}

// Without a login nobody may send to other domains, and the service between servers offers none.
func TestSubmissionIsNotRelaying(t *testing.T) {
	tl := simtest.World(t, "submission")
	play(t, tl, "telnet mail.example.org 25\n> EHLO laptop.example.org\n> AUTH PLAIN AGFsaWNlAHdvbmRlcg==\n> MAIL FROM:<alice@example.org> RET=HDRS\n"+
		"> RCPT TO:<bob@example.net>\n> RCPT TO:<alice@example.org> NOTIFY=SUCCESS\n> QUIT\n")
	got := heard(tl, 1)
	wants(t, got, "502 5.5.1", "250 2.1.0", "554 5.7.1", "250 2.1.5")
	if strings.Contains(got, "AUTH") {
		t.Errorf("the MTA offers AUTH:\n%s", got)
	}
}

func TestVerify(t *testing.T) {
	tl := start(t, `role = "mta"
relay-from = ["desk.example.net"]`, `role = "mta"
relay-from = ["desk.example.net"]
aliases = "staff: bob, alice@example.org"`)
	play(t, tl, "telnet mx.example.net 25\n> VRFY bob\n> VRFY Bob Builder <bob@example.net>\n> VRFY nobody\n> VRFY alice@example.org\n> VRFY staff\n"+
		"> EXPN staff\n> EXPN bob\n> QUIT\n")
	wants(t, heard(tl, 1), "220 ", "250 2.1.5 <bob@example.net>", "250 2.1.5 <bob@example.net>", "550 5.1.1", "252 2.0.0", "250 2.1.5 <staff>",
		"250-2.1.5 <bob@mx.example.net>\r\n250 2.1.5 <alice@example.org>", "550 5.1.1", "221 ")
}

// ETRN tries at once what would wait for half an hour.
func TestQueueIsStarted(t *testing.T) {
	tl := start(t)
	send(t, tl, "mail.example.org", "bob@desk.example.net", "Subject: wait\n")
	attempts := func() (n int) {
		for _, e := range tl.Trace().Events(0, tl.Seen()) {
			if e.Kind == trace.KindDeferred {
				n++
			}
		}
		return n
	}
	before := attempts()
	play(t, tl, "telnet mail.example.org 25\n> EHLO laptop.example.org\n> ETRN example.com\n> ETRN @example.net\n> QUIT\n")
	var said string
	for conn := uint32(1); conn < 10; conn++ {
		said += heard(tl, conn)
	}
	wants(t, said, "251 2.0.0 No messages wait for example.com", "253 2.0.0 1 messages for example.net")
	if before == 0 || attempts() <= before {
		t.Errorf("%d attempts before, %d after", before, attempts())
	}
}

// A message whose addresses or demands the next host cannot take comes back.
func TestWhatTheNextHostCannotTake(t *testing.T) {
	tl := start(t)
	play(t, tl, "telnet mail.example.org 25\n> EHLO laptop.example.org\n> MAIL FROM:<alice@example.org> SMTPUTF8 BODY=8BITMIME RET=HDRS ENVID=77\n"+
		"> RCPT TO:<bob@example.net> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;bob@example.net\n> DATA\n> Subject: caf\u00e9\n> .\n> QUIT\n")
	got := last(t, tl, "bob@example.net")
	wants(t, got, "by mx.example.net with UTF8SMTP id", "by mail.example.org with UTF8SMTP id", "Subject: caf\u00e9\r\n")
	wants(t, last(t, tl, "alice@example.org"), "Original-Envelope-Id: 77\r\n", "Original-Recipient: rfc822;bob@example.net\r\n", "Action: delivered\r\n")
}

// The same octets at a strict server and at one that takes LF for a line end: there they are two messages, and the second
// is from whom its author likes.
func TestSmuggling(t *testing.T) {
	const session = "telnet mx.example.net 25\n> EHLO my_laptop\n> EHLO laptop.example.org\n> MAIL FROM: <eve@example.com>\n> MAIL FROM:<eve@example.com>\n" +
		"> RCPT TO:<bob@example.net>\n> DATA\n" +
		`raw "Subject: one\r\n\r\nHello.\n.\nMAIL FROM:<boss@example.net>\r\nRCPT TO:<bob@example.net>\r\nDATA\r\nSubject: two\r\n\r\nPay.\r\n.\r\n"` + "\n> QUIT\n"
	strict := start(t)
	play(t, strict, session)
	wants(t, heard(strict, 1), "501 ", "501 ", "250 2.1.0", "354 ", "554 5.6.0", "221 ")
	text, _ := worlds.Text("two-domains")
	lenient, err := world.Parse("lenient", []byte(strings.Replace(string(text), "protocol = \"smtp\"\n", "protocol = \"smtp\"\n  persona = \"lenient-mta\"\n", 2)), personas.All()...)
	if err != nil {
		t.Fatal(err)
	}
	tl, err := sim.NewTimeline(lenient)
	if err != nil {
		t.Fatal(err)
	}
	play(t, tl, session)
	wants(t, heard(tl, 1), "220 mx.example.net Mail service ready", "Hello my_laptop", "250 Sender ok", "503 ", "354 ", "250 Mail accepted", "250 Sender ok", "354 ", "250 Mail accepted", "221 ")
	read := ""
	for _, e := range tl.Trace().Events(0, tl.Seen()) {
		if e.Kind == trace.KindLine && e.Conn == 1 && e.Dir == trace.ToServer && e.Class == trace.ClassCommand {
			read += e.Verb + " "
		}
		if e.Kind == trace.KindAccept && e.Conn == 1 && e.State != "space brackets name line-ends" {
			t.Errorf("the trace says that the server takes %q", e.State)
		}
	}
	if read != "EHLO EHLO MAIL MAIL RCPT DATA . MAIL RCPT DATA . QUIT " { // what was executed
		t.Errorf("the trace has read %s", read)
	}
	if got := inbox(t, tl, "bob@example.net"); len(got) != 4 || !strings.Contains(got[3], "Return-Path: <boss@example.net>") {
		t.Errorf("bob has %d messages:\n%s", len(got), strings.Join(got, "\n"))
	}
}

// A server that calls its provider asks by ETRN for what that keeps, and gets it while the line is up.
func TestDialUpAsksForItsMail(t *testing.T) {
	tl := simtest.World(t, "dial-up")
	play(t, tl, "wait 15m\n") // dora has written to carla, whose line is down
	if n := len(inbox(t, tl, "carla@example.com")); n != 0 {
		t.Fatalf("%d messages crossed a line that is down", n)
	}
	play(t, tl, "wait 8m\n")
	said := ""
	for _, e := range tl.Trace().Events(0, tl.Seen()) {
		if e.Kind == trace.KindLine && e.Verb == "ETRN" {
			said += e.Actor + " " + string(e.Data)
		}
	}
	want(t, said, "gate.example.com ETRN example.com\r\nmail.isp.example.net 253 2.0.0 1 messages for example.com are tried now\r\n")
	if n := len(inbox(t, tl, "carla@example.com")); n != 1 {
		t.Errorf("%d messages came", n)
	}
	balanced(t, tl)
}

// DELIVERBY is kept to: the next host hears how much of the time is left, and what is late comes back or is told of.
func TestDeliverBy(t *testing.T) {
	both := []string{`role = "mta"`, "role = \"mta\"\ndeliver-by = true"}
	say := func(tl *sim.Timeline, by string) {
		play(t, tl, "telnet mail.example.org 25\n> EHLO laptop.example.org\n> MAIL FROM:<alice@example.org> BY="+by+"\n> RCPT TO:<bob@example.net>\n"+
			"> DATA\n> Subject: soon\n>\n> x\n> .\n> QUIT\n")
	}
	relayed := func(tl *sim.Timeline) (line string) {
		for _, e := range tl.Trace().Events(0, tl.Seen()) {
			if e.Kind == trace.KindLine && e.Verb == "MAIL" && e.Class == trace.ClassCommand && e.Actor == "mail.example.org" && e.Target == "mx.example.net" {
				line = string(e.Data)
			}
		}
		return line
	}
	soon := func(tl *sim.Timeline) bool { // bob has it
		list := inbox(t, tl, "bob@example.net")
		return len(list) > 0 && strings.Contains(list[len(list)-1], "\r\nSubject: soon\r\n")
	}
	t.Run("in time", func(t *testing.T) {
		tl := start(t, both...)
		say(tl, "60;R")
		wants(t, heard(tl, 1), "250-DELIVERBY", "250 2.1.0")
		if line := relayed(tl); !strings.Contains(line, " BY=59;R\r\n") || !soon(tl) {
			t.Errorf("the next host is told %q", line)
		}
		say(tl, "0;R")
		wants(t, heard(tl, 3), "501 5.5.4")
	})
	t.Run("next host", func(t *testing.T) { // does not offer it
		tl := start(t, "[[host.service]]\n  protocol = \"smtp\"", "[[host.service]]\n  protocol = \"smtp\"", `relay-from = ["laptop.example.org"]`, "relay-from = [\"laptop.example.org\"]\ndeliver-by = true")
		say(tl, "60;R")
		if got := inbox(t, tl, "alice@example.org"); len(got) != 1 || !strings.Contains(got[0], "\r\nStatus: 5.3.3\r\n") {
			t.Errorf("alice has %q", got)
		}
		say(tl, "60;N")
		if line := relayed(tl); !strings.HasPrefix(line, "MAIL FROM:<alice@example.org>") || strings.Contains(line, "BY=") || !soon(tl) {
			t.Errorf("the next host is told %q", line)
		}
	})
	for _, c := range []struct {
		by, rcpt string // parameters of MAIL and RCPT
		offered  bool   // DELIVERBY, by the next host
		told     bool   // that it has the message
	}{
		{"60;R", "", true, false}, {"60;RT", "", true, true}, {"60;NT", "", true, true}, {"60;N", "", true, false}, {"60;N", "", false, true},
		{"60;NT", " NOTIFY=FAILURE", true, true}, {"60;RT", " NOTIFY=NEVER", true, false}, {"60;N", " NOTIFY=NEVER", false, false},
	} {
		t.Run(fmt.Sprint("trace ", c), func(t *testing.T) {
			changes := both
			if !c.offered {
				changes = []string{`relay-from = ["laptop.example.org"]`, "relay-from = [\"laptop.example.org\"]\ndeliver-by = true"}
			}
			tl := start(t, changes...)
			play(t, tl, "telnet mail.example.org 25\n> EHLO laptop.example.org\n> MAIL FROM:<alice@example.org> BY="+c.by+"\n> RCPT TO:<bob@example.net>"+c.rcpt+
				"\n> DATA\n> Subject: soon\n>\n> x\n> .\n> QUIT\n")
			got := inbox(t, tl, "alice@example.org")
			if !soon(tl) || !c.told && len(got) != 0 || c.told && len(got) != 1 {
				t.Fatalf("alice has %q", got)
			}
			if c.told {
				wants(t, got[0], "Deliver-By-Date: Mon, 2 Mar 2026 08:01:0", "Action: relayed\r\nStatus: 2.0.0\r\nRemote-MTA: dns; mx.example.net")
			}
			balanced(t, tl)
		})
	}
	for mode, want := range map[string][]string{"R": {"Action: failed", "Status: 5.4.7"}, "N": {"Action: delayed", "Status: 4.4.1"}} {
		t.Run("late "+mode, func(t *testing.T) {
			tl := start(t, both...)
			play(t, tl, "fault mx.example.net crash")
			say(tl, "300;"+mode)
			tl.Advance(tl.Now().Add(4 * time.Minute))
			if got := inbox(t, tl, "alice@example.org"); len(got) != 0 {
				t.Errorf("alice has %q", got)
			}
			tl.Advance(tl.Now().Add(5 * time.Minute))
			got := inbox(t, tl, "alice@example.org")
			if len(got) != 1 {
				t.Fatalf("alice has %q", got)
			}
			wants(t, got[0], want...)
			if n := len(tl.World().Queue()); n != map[string]int{"R": 0, "N": 1}[mode] {
				t.Errorf("%d messages wait", n)
			}
		})
	}
}
