package lessons_test

import (
	"testing"

	"ehlo/lessons"
	"ehlo/sim/engine"
)

const smtp = "open 1 smtp mx.example.net 25\nS greeting: 220 mx\n"

func TestConnected(t *testing.T) {
	cases(t, "kind = 'connected'\nprotocol = 'smtp'\nhost = 'mx.example.net'", state{}, [][2]string{
		{smtp, "done"},
		{"", "No connection to mx.example.net yet: telnet mx.example.net 25"},
		{"unreachable 1 - mx.example.nte 25", "No host is called mx.example.nte. Connect to mx.example.net: telnet mx.example.net 25"},
		{"refused 1 - mx.example.net 26", "Nothing listens on port 26 of mx.example.net. Try port 25."},
		{"open 1 smtp mail.example.org 25", "You are connected to mail.example.org, port 25. The task asks for mx.example.net, port 25."},
		{"open 1 pop3 mx.example.net 110\n" + smtp, "done"},
		{smtp + "attempt", "No connection to mx.example.net yet: telnet mx.example.net 25"},
	})
}

func TestDialogue(t *testing.T) {
	cases(t, `kind = 'dialogue'
protocol = 'smtp'
host = 'mx.example.net'
steps = [{verb = ['EHLO', 'HELO']}, {verb = 'MAIL', argument = 'alice@example.org'}, {verb = 'QUIT'}]`, state{}, [][2]string{
		{"", "Connect first: telnet mx.example.net 25"},
		{smtp, "mx.example.net has not received EHLO/HELO yet."},
		{smtp + "attempt\nC: EHLO x\nS ok: 250 mx\nC: MAIL FROM:<alice@example.org>\nS ok: 250 ok\nC: QUIT\nS ok: 221 bye", "Connect first: telnet mx.example.net 25"},
		{smtp + "C: HELO laptop\nS ok: 250 mx\nC: NOOP\nS ok: 250 ok\nC: mail from:<Alice@Example.ORG> SIZE=9\nS ok: 250 ok\nC: quit\nS ok: 221 bye", "done"},
		{smtp + "C: EHLO laptop\nS untagged: 250-mx\nS ok: 250 SIZE", "mx.example.net has not received MAIL with alice@example.org yet."},
		{smtp + "C: EHLO laptop", "EHLO has no reply yet."},
		{smtp + "C: EHLO\nS permanent: 501 5.5.4 argument", "mx.example.net has refused EHLO: 501 5.5.4 argument"},
		{smtp + "C: EHLO laptop\nS ok: 250 mx\nC: MAIL FROM:<dora@example.org>\nS ok: 250 ok", "mx.example.net has accepted MAIL, but alice@example.org was not in it."},
		{smtp + "C: EHLO laptop\nS ok: 250 mx\nC: MAIL FROM:<alice@example.org>\nS transient: 451 4.3.0 busy", "mx.example.net does not take MAIL now: 451 4.3.0 busy"},
		{smtp + "C: MAIL FROM:<alice@example.org>\nS ok: 250 ok\nC: EHLO laptop\nS ok: 250 mx", "MAIL has to come after EHLO/HELO, in the same connection."},
		{smtp + "C: EHLO laptop\nS ok: 250 mx\nC: MAIL FROM:<alice@example.org>\nS ok: 250 ok\nopen 2 smtp mx.example.net 25\nC: QUIT\nS ok: 221 bye", "mx.example.net has not received QUIT yet."},
		// All at once: the replies come later, in the order of the commands.
		{smtp + "C: EHLO laptop\nC: MAIL FROM:<alice@example.org>\nC: QUIT\nS ok EHLO: 250 mx\nS ok MAIL: 250 ok\nS ok QUIT: 221 bye", "done"},
	})
}

func TestDialogueAsksForARefusal(t *testing.T) {
	cases(t, "kind = 'dialogue'\nverb = 'RCPT'\nreply = 'refused'\ncode = '503'", state{}, [][2]string{
		{smtp + "C: RCPT TO:<bob@example.net>\nS permanent: 503 5.5.1 MAIL first", "done"},
		{smtp + "C: RCPT TO:<bob@example.net>\nS ok: 250 ok", "mx.example.net has to refuse RCPT. It has answered: 250 ok"},
	})
	cases(t, "kind = 'dialogue'\nverb = 'DATA'\ncode = '354'", state{}, [][2]string{
		{smtp + "C: DATA\nS more: 354 go on", "done"},
		{smtp + "C: DATA\nS ok: 250 what", "The task asks for the reply 354 to DATA. mx.example.net has answered: 250 what"},
	})
	cases(t, "kind = 'dialogue'\nverb = 'MAIL'\nreply = 'not-now'", state{}, [][2]string{
		{smtp + "C: MAIL FROM:<>\nS ok: 250 ok", "mx.example.net has to put MAIL off with a 4yz reply. It has answered: 250 ok"},
	})
}

func TestIMAPTagsAreKeptApart(t *testing.T) {
	cases(t, "kind = 'dialogue'\nprotocol = 'imap'\nverb = 'SELECT'\nargument = 'INBOX'", state{}, [][2]string{
		{"open 1 imap mx.example.net 143\nC: x SELECT nowhere\nC: y SELECT \"inbox\"\nS ok: y OK done\nS permanent: x NO no such mailbox", "done"},
		{"open 1 imap mx.example.net 143\nC: x SELECT INBOX\nS permanent: x NO not now", "mx.example.net has refused SELECT: x NO not now"},
		{"open 1 imap mx.example.net 143\nC: x SELECT {5}\nS more: + go on\nC: INBOX x\nS ok SELECT: x OK done", "done"},
	})
}

func TestLogin(t *testing.T) {
	pop3 := "open 1 pop3 mx.example.net 110\nC: PASS plover\n"
	cases(t, "kind = 'login'\nprotocol = 'pop3'\nhost = 'mx.example.net'\nuser = 'bob@example.net'", state{}, [][2]string{
		{pop3 + "login bob ok\nS ok: +OK", "done"},
		{pop3 + "login bob@example.net ok\nS ok: +OK", "done"},
		{pop3 + "login bob ok", "bob@example.net has not logged in to mx.example.net yet."},
		{pop3 + "login bob permanent\nS permanent: -ERR", "mx.example.net has refused the login. Check the name bob@example.net and the password."},
		{pop3 + "login carla ok\nS ok: +OK", "carla has logged in. The task asks for bob@example.net."},
		{"open 1 imap mx.example.net 143\nlogin bob ok\nS ok: a1 OK", "bob@example.net has not logged in to mx.example.net yet."},
	})
}

const lunch = "\nReturn-Path: <alice@example.org>\nFrom: Alice <alice@example.org>\nSubject: Lunch\n\nNoon?\n"

func TestDelivered(t *testing.T) {
	const check = "kind = 'delivered'\nto = 'bob@example.net'\nfrom = 'alice@example.org'\nheader = {From = 'alice@example.org', Subject = '*'}\ntext = '*'"
	const came = smtp + "queued 7 mx.example.net alice@example.org bob@example.net\n"
	cases(t, check, inbox(t, lunch), [][2]string{
		{"", "No new message has reached the mailbox of bob@example.net yet."},
		{came, "The message for bob@example.net is on its way: mx.example.net has it."},
		{came + "failed 7 550 5.1.1", "mx.example.net could not deliver the message for bob@example.net: 550 5.1.1"},
		{came + "delivered 7 bob@example.net 1", "done"},
		{came + "delivered 7 bob@example.net 2", "A message has come, but the mailbox of bob@example.net does not hold it any more."},
		{came + "delivered 7 carla@example.net 1", "The message for bob@example.net is on its way: mx.example.net has it."},
		{"queued 7 mx.example.net eve@example.org bob@example.net\ndelivered 7 bob@example.net 1", "The message has come with the reverse-path <eve@example.org>. The task asks for <alice@example.org>."},
	})
	for text, want := range map[string]string{
		"\nFrom: alice@example.org\n\nNoon?\n":                              "The header of the message has no Subject field.",
		"\nFrom: Eve <eve@example.org>\nSubject: x\n\nNoon?\n":              "The From field says Eve <eve@example.org>. The task asks for alice@example.org.",
		"\nFrom: alice@example.org\nSubject: Lunch\nNoon?\n":                "The message has no text. An empty line ends the header; the text follows it.",
		"\nFrom: alice@example.org\nSubject: =?UTF-8?Q?Caf=C3=A9?=\n\nOk\n": "done",
	} {
		cases(t, check, inbox(t, text), [][2]string{{came + "delivered 7 bob@example.net 1", want}})
	}
	cases(t, "kind = 'delivered'\nto = 'bob@example.net'\nfrom = '<>'\ntext = 'delay'", inbox(t, lunch), [][2]string{
		{"queued 7 mx.example.net <> bob@example.net\n", "The message for bob@example.net is on its way: mx.example.net has it."},
		{came + "delivered 7 bob@example.net 1", "The message has come with the reverse-path <alice@example.org>. The task asks for <>."},
		{"delivered 8 bob@example.net 1", "The text of the message does not contain: delay"},
	})
}

func TestMailbox(t *testing.T) {
	const check = "kind = 'mailbox'\naddress = 'bob@example.net'\nheader = {Subject = 'Lunch'}\nflags = ['\\Flagged', '\\Seen']\nwithout-flags = '\\Deleted'"
	for flags, want := range map[string]string{
		`\Seen \Flagged`:          "done",
		`\Seen \Flagged \Deleted`: `The message “Lunch” has the flag \Deleted. Remove it.`,
		`\Seen`:                   `The message “Lunch” does not have the flag \Flagged yet.`,
		``:                        `The message “Lunch” does not have the flag \Flagged yet.`,
	} {
		cases(t, check, inbox(t, flags+lunch), [][2]string{{"", want}})
	}
	cases(t, check, inbox(t, "\nSubject: Dinner\n\nx\n"), [][2]string{{"", "The mailbox INBOX of bob@example.net does not hold the message “Lunch”."}})
	cases(t, check, state{}, [][2]string{{"", "bob@example.net has no mailbox called INBOX."}})
	cases(t, "kind = 'mailbox'\naddress = 'bob@example.net'\ncount = 2", inbox(t, lunch), [][2]string{{"", "The mailbox INBOX of bob@example.net holds 1 such message. The task asks for 2."}})
	cases(t, "kind = 'mailbox'\naddress = 'bob@example.net'\ncount = 2", inbox(t, lunch, lunch), [][2]string{{"", "done"}})
	cases(t, "kind = 'mailbox'\naddress = 'bob@example.net'\nname = 'INBOX'", inbox(t), [][2]string{{"", "The mailbox INBOX of bob@example.net does not hold the message that the task asks for."}})
}

func TestRetrieved(t *testing.T) {
	pop3 := "open 1 pop3 mx.example.net 110\n"
	whole := "C: RETR 1\nS ok: +OK\nS content: From: alice@example.org\nS content: Subject: Lunch\nS content: \nS content: ..\nS content: Noon?\nS untagged: .\n"
	cases(t, "kind = 'retrieved'\nhost = 'mx.example.net'\nheader = {Subject = 'Lunch'}\ntext = 'Noon'", state{}, [][2]string{
		{pop3, "No message has been fetched from mx.example.net yet."},
		{pop3 + whole, "done"},
		{pop3 + "C: RETR 1\nS ok: +OK\nS content: Subject: Lunch\n", "The message has not come whole: the line with the lone dot is missing."},
		{pop3 + "C: RETR 1\nS ok: +OK\nS content: Subject: Dinner\nS untagged: .\n", "That was another message. The task asks for “Lunch”."},
		{pop3 + "C: RETR 9\nS permanent: -ERR no such message\n", "mx.example.net has refused RETR: -ERR no such message"},
	})
}

func TestFetched(t *testing.T) {
	imap := "open 1 imap mx.example.net 143\nlogin bob ok\nC: a1 LOGIN bob plover\nS ok: a1 OK in\nC: a2 SELECT INBOX\nS ok: a2 OK\nC: a3 FETCH x y\n"
	q := inbox(t, "\nSubject: BODY[] \n\nother\n", lunch)
	check := func(part string) string {
		return "kind = 'fetched'\npart = '" + part + "'\naddress = 'bob@example.net'\nheader = {Subject = 'Lunch'}"
	}
	cases(t, check("header"), q, [][2]string{
		{imap, "The header of “Lunch” has not been fetched yet."},
		{imap + `S untagged: * 2 FETCH (ENVELOPE ("x" "RFC822.TEXT"))`, "done"},
		{imap + "S untagged: * 2 FETCH (FLAGS () BODY[HEADER.FIELDS (SUBJECT)] {34}", "done"},
		{imap + "S untagged: * 2 FETCH (RFC822.SIZE 10 RFC822 {10}\nS content: x\nS untagged: )", "done"},
		{imap + "S untagged: * 1 FETCH (ENVELOPE ())", "That was another message. The task asks for “Lunch”."},
		{imap + "S untagged: * 2 FETCH (BODY[HEADER]<0> {3}", "The header of “Lunch” has not been fetched yet."},
		// Message 3 is 2 by now.
		{imap + "S untagged: * 3 FETCH (ENVELOPE ())\nS untagged: * 1 EXPUNGE", "done"},
		{imap + "S untagged: * 2 FETCH (ENVELOPE ())\nS untagged: * 2 EXPUNGE", "That was another message. The task asks for “Lunch”."},
	})
	cases(t, check("text"), q, [][2]string{
		{imap + `S untagged: * 2 FETCH (ENVELOPE ("x" "RFC822.TEXT"))`, "The text of “Lunch” has not been fetched yet."},
		{imap + "S untagged: * 2 FETCH (BODY[HEADER] {3}\nS content: x\nS untagged:  BODY[TEXT] {3}\nS untagged: )", "done"},
		{imap + "S untagged: * 2 FETCH (UID 9 BODY[] {3}", "done"},
		{"open 1 imap mx.example.net 143\nS untagged: * 2 FETCH (BODY[] {3}", "The text of “Lunch” has not been fetched yet."},
	})
	cases(t, check("whole"), q, [][2]string{{imap + "S untagged: * 2 FETCH (BODY[TEXT] {3}", "“Lunch” has not been fetched whole yet."}})
	cases(t, check("flags"), q, [][2]string{
		{imap + "S untagged: * 2 FETCH (FLAGS (\\Seen))", "done"},
		{imap, "The flags of “Lunch” have not been fetched yet."},
	})
	cases(t, "kind = 'fetched'\npart = 'text'\naddress = 'bob@example.net'", q, [][2]string{{imap, "No message has been fetched as the task asks."}})
	cases(t, check("structure"), q, [][2]string{{imap + "S untagged: * 2 FETCH (ENVELOPE ())", "The structure of “Lunch” has not been fetched yet."}})
}

func TestAfterAndNot(t *testing.T) {
	l := lesson(t, `
[[task]]
id = 'hello'
text = 'T'
[[task.check]]
kind = 'dialogue'
verb = 'EHLO'
[[task]]
id = 'noop'
text = 'T'
[[task.check]]
kind = 'dialogue'
verb = 'NOOP'
after = 'hello'
[[task.check]]
kind = 'dialogue'
verb = 'RSET'
after = 'hello'
not = true
`)
	const noop, hello, rset = "C: NOOP\nS ok: 250 ok\n", "C: EHLO x\nS ok: 250 ok\n", "C: RSET\nS ok: 250 ok\n"
	for text, want := range map[string]string{
		smtp + noop + hello:               "mx.example.net has not received NOOP yet.",
		smtp + rset + hello + noop:        "done",
		smtp + noop + hello + noop:        "done",
		smtp + hello + noop + rset:        "RSET was sent and answered. Here the task is to do without it.",
		smtp + hello + rset + noop + noop: "RSET was sent and answered. Here the task is to do without it.",
	} {
		if got := verdict(t, l, tape(t, text), state{}); got != want {
			t.Errorf("%s\n gives %q\n want  %q", text, got, want)
		}
	}
	events := tape(t, smtp+noop)
	c := lessons.NewChecker(l)
	for i := range events {
		c.Feed(&events[i])
	}
	if r := c.Results(engine.Never, state{}); english.Note(r[1].Missing) != "Do task 1 first." {
		t.Errorf("the task that stands behind another says %v", r[1])
	}
}

// Each kind of check can be forbidden, and then says so.
func TestNotSaysWhatHappened(t *testing.T) {
	for check, tapeAndText := range map[string][2]string{
		"kind = 'connected'\nhost = 'mx.example.net'\nprotocol = 'smtp'": {smtp, "You have connected to mx.example.net, port 25. Here the task is to do without it."},
		"kind = 'login'\nuser = 'bob'":                                   {"open 1 pop3 mx 110\nlogin bob ok\nS ok: +OK", "bob has logged in. Here the task is to do without it."},
		"kind = 'delivered'\nto = 'bob@example.net'":                     {"delivered 1 bob@example.net 1", "A message has reached the mailbox of bob@example.net. Here none may."},
		"kind = 'mailbox'\naddress = 'bob@example.net'":                  {"", "The mailbox INBOX of bob@example.net holds a message that may not be there."},
		"kind = 'retrieved'":                                             {"open 1 pop3 mx 110\nC: RETR 1\nS ok: +OK\nS untagged: .", "The message was fetched whole. Here the task is to do without it."},
		"kind = 'fetched'\npart = 'text'\naddress = 'bob@example.net'":   {"open 1 imap mx 143\nlogin bob ok\nC: a SELECT INBOX\nS ok: a OK\nS untagged: * 1 FETCH (BODY[] {1}", "The text was fetched. Here the task is to do without it."},
	} {
		l := lesson(t, "[[task]]\nid = 't'\ntext = 'T'\n[[task.check]]\nkind = 'mailbox'\naddress = 'bob@example.net'\n[[task.check]]\nnot = true\n"+check)
		if got := verdict(t, l, tape(t, tapeAndText[0]), inbox(t, lunch)); got != tapeAndText[1] {
			t.Errorf("%s gives %q, want %q", check, got, tapeAndText[1])
		}
	}
}

// A reply counts from the moment at which the learner hears it.
func TestRepliesCountWhenTheyArrive(t *testing.T) {
	l := one(t, "kind = 'dialogue'\nverb = 'NOOP'")
	events := tape(t, smtp+"C: NOOP\nS ok: 250 ok")
	c := lessons.NewChecker(l)
	for i := range events {
		c.Feed(&events[i])
	}
	last := events[len(events)-1]
	if c.Results(last.Until-1, state{})[0].Done {
		t.Error("done while the reply is on its way")
	}
	if !c.Results(last.Until, state{})[0].Done {
		t.Error("not done when the reply is there")
	}
}
