package lessons_test

import (
	"testing"

	"ehlo/lessons"
)

func TestDialogueInsideTLS(t *testing.T) {
	cases(t, "kind = 'dialogue'\nverb = 'AUTH'\ntls = true", state{}, [][2]string{
		{smtp + "C: AUTH PLAIN x\nS ok: 235 in", "AUTH has passed in clear. The task asks for it inside TLS."},
		{smtp + "C: STARTTLS\nS ok: 220 go\ntls\nC: AUTH PLAIN x\nS ok: 235 in", "done"},
	})
	cases(t, "kind = 'login'\nuser = 'bob'\nprotocol = 'pop3'\ntls = true", state{}, [][2]string{
		{"open 1 pop3 mx.example.net 995\nC: PASS x\nlogin bob ok\nS ok: +OK", "bob has logged in, but in clear. The task asks for a login inside TLS."},
		{"open 1 pop3 mx.example.net 995\ntls\nC: PASS x\nlogin bob ok\nS ok: +OK", "done"},
	})
}

func TestDialogueWithLines(t *testing.T) {
	cases(t, "kind = 'dialogue'\nverb = 'SEARCH'\nargument = ['FROM', 'alice']\nline = '* SEARCH 2'", state{}, [][2]string{
		{"open 1 imap mx.example.net 143\nC: a SEARCH FROM alice\nS untagged: * SEARCH 1\nS ok: a OK", "mx.example.net has answered SEARCH, but no line of the reply says: * SEARCH 2"},
		{"open 1 imap mx.example.net 143\nC: a SEARCH FROM bob\nS untagged: * SEARCH 2\nS ok: a OK", "mx.example.net has accepted SEARCH, but FROM alice was not in it."},
		{"open 1 imap mx.example.net 143\nC: a SEARCH UNSEEN FROM \"alice\"\nS untagged: * SEARCH 2\nS ok: a OK", "done"},
	})
	cases(t, "kind = 'dialogue'\nverb = 'EHLO'\nline = 'SIZE'", state{}, [][2]string{
		{smtp + "C: EHLO x\nS untagged: 250-mx\nS untagged: 250-SIZE 9\nS ok: 250 HELP", "done"},
		{smtp + "C: EHLO x\nS untagged: 250-mx\nS ok: 250 SIZE 9", "done"},
		{smtp + "C: EHLO x\nS untagged: 250-mx\nS ok: 250 HELP", "mx.example.net has answered EHLO, but no line of the reply says: SIZE"},
	})
	cases(t, "kind = 'dialogue'\nverb = 'CAPA'\nline = 'TOP'", state{}, [][2]string{
		{"open 1 pop3 mx.example.net 110\nC: CAPA\nS ok: +OK\nS untagged: USER\nS untagged: TOP\nS untagged: .", "done"},
	})
}

func TestDialogueWithAWordThatIsNoCommand(t *testing.T) {
	l := one(t, "kind = 'dialogue'\nsteps = [{ verb = 'QUIT', reply = 'refused' }]")
	events := tape(t, "open 1 imap mx.example.net 143\nC: a1 QUIT\nS permanent: a1 BAD no command")
	for i := range events {
		events[i].Verb = "" // what the observer says of both
	}
	if got := verdict(t, l, events, state{}); got != "done" {
		t.Error(got)
	}
}

func TestDialogueOfALoginThatIsGivenUp(t *testing.T) {
	cases(t, "kind = 'dialogue'\nsteps = [{ verb = 'AUTH', reply = 'refused', code = '501' }]", state{}, [][2]string{
		{smtp + "C: AUTH CRAM-MD5\nS more: 334 PDE=", "AUTH has no reply yet."},
		{smtp + "C: AUTH CRAM-MD5\nS more: 334 PDE=\nC: *\nS permanent: 501 cancelled", "done"},
	})
}

func TestOverheard(t *testing.T) {
	const check = "kind = 'overheard'\nby = 'cafe.example.com'\nprotocol = 'pop3'\nverb = 'PASS'\nargument = 'wonder'"
	const open = "open 1 pop3 mail.example.org 110\npast cafe.example.com\n"
	cases(t, check, state{}, [][2]string{
		{"", "cafe.example.com has not been able to read PASS yet."},
		{"open 1 pop3 mail.example.org 110\nC: PASS wonder\nS ok: +OK", "cafe.example.com has not been able to read PASS yet."},
		{open + "C: PASS wonder\nS ok: +OK", "done"},
		{open + "tls\nC: PASS wonder\nS ok: +OK", "cafe.example.com has not been able to read PASS yet."},
	})
	l := lesson(t, "[[task]]\nid = 't'\ntext = 'T'\n[[task.check]]\nkind = 'dialogue'\nverb = 'PASS'\n[[task.check]]\nnot = true\n"+check)
	if got := verdict(t, l, tape(t, open+"C: PASS wonder\nS ok: +OK"), state{}); got != "cafe.example.com could read PASS. Here nobody on the way may read it." {
		t.Error(got)
	}
}

func TestPassedOn(t *testing.T) {
	const queued = "queued 7 mail.example.org alice@example.org bob@example.net\n"
	check := func(result string) string {
		return "kind = 'passed-on'\nfrom = 'mail.example.org'\nto = 'mx.example.net'\nrecipient = 'bob@example.net'\nresult = '" + result + "'"
	}
	cases(t, check("taken"), state{}, [][2]string{
		{queued, "mail.example.org has not handed the message on to mx.example.net yet."},
		{queued + "deferred 7 mail.example.org mx.example.net", "mail.example.org has not handed the message on to mx.example.net yet."},
		{queued + "relayed 7 mail.example.org mx2.example.net", "mail.example.org has not handed the message on to mx.example.net yet."},
		{queued + "relayed 7 mail.example.org mx.example.net", "done"},
	})
	cases(t, check("taken")+"\nsubject = 'ten'", state{}, [][2]string{
		{queued + "relayed 7 mail.example.org mx.example.net", "mail.example.org has not handed the message on to mx.example.net yet."},
	})
	cases(t, check("deferred"), state{}, [][2]string{
		{queued, "mail.example.org has not been told to wait by mx.example.net yet."},
		{queued + "deferred 7 mail.example.org mx.example.net", "done"},
	})
	cases(t, "kind = 'passed-on'\nfrom = 'mx.example.net'\nrecipient = 'bob@example.net'\nresult = 'returned'", state{}, [][2]string{
		{queued, "mx.example.net has not returned the message for bob@example.net yet."},
		{queued + "failed 7 550 5.1.1", "mx.example.net has not returned the message for bob@example.net yet."},
	})
}

func TestAsked(t *testing.T) {
	cases(t, "kind = 'asked'\nhost = 'mail.example.org'\nquestion = 'example.net MX'\nanswer = 'NOERROR'", state{}, [][2]string{
		{"lookup mx.example.net NOERROR example.net MX", "mail.example.org has not asked the DNS for example.net MX yet."},
		{"lookup mail.example.org NXDOMAIN example.net MX", "mail.example.org has asked for example.net MX and has got the answer NXDOMAIN. The task asks for NOERROR."},
		{"lookup mail.example.org NOERROR example.net MX", "done"},
	})
}

// A mistake that a learner makes has words of its own, until the task is done.
func TestMistakes(t *testing.T) {
	l := lesson(t, `[[task]]
id = 't'
text = 'T'
[[task.check]]
kind = 'dialogue'
verb = 'RSET'
[[task.mistake]]
kind = 'dialogue'
verb = 'NOOP'
says = 'That does nothing.'`)
	for said, want := range map[string]string{
		smtp:                                "mx.example.net has not received RSET yet.",
		smtp + "C: NOOP\nS ok: 250 nothing": "That does nothing.",
		smtp + "C: NOOP\nS ok: 250 nothing\nC: RSET\nS ok: 250 done": "done",
	} {
		if got := verdict(t, l, tape(t, said), state{}); got != want {
			t.Errorf("%q: %s, want %s", said, got, want)
		}
	}
}

func TestRan(t *testing.T) {
	const fetch = "run linux.example.org fetchmail fetchmail -k\nshows 2 messages\n"
	cases(t, "kind = 'ran'\nhost = 'linux.example.org'\ntool = 'fetchmail'\nargument = '-k'\nshows = '2 messages'", state{}, [][2]string{
		{"", "Nobody has typed fetchmail -k at a terminal yet."},
		{"run desk.example.org fetchmail fetchmail -k\nshows 2 messages\nexit 0", "Nobody has typed fetchmail -k at a terminal yet."},
		{"run linux.example.org fetchmail fetchmail\nshows 2 messages\nexit 0", "Nobody has typed fetchmail -k at a terminal yet."},
		{"run linux.example.org fetchmail fetchmail -k\nshows no mail\nexit 0", "fetchmail was typed, but it has not shown: 2 messages"},
		{fetch + "exit 1", "fetchmail has ended otherwise than the task asks: read what it says."},
		{fetch + "exit 0", "done"},
		{fetch, "done"},
	})
	cases(t, "kind = 'ran'\ntool = 'fetchmail'\nfailed = true", state{}, [][2]string{
		{fetch + "exit 0", "fetchmail has ended otherwise than the task asks: read what it says."},
		{fetch + "exit 1", "done"},
	})
	if got := verdict(t, lesson(t, "[[task]]\nid = 't'\ntext = 'T'\n[[task.check]]\nkind = 'ran'\ntool = 'ls'\n[[task.check]]\nkind = 'ran'\ntool = 'cat'\nnot = true"),
		tape(t, "run a ls ls\nexit 0\nrun a cat cat x\nexit 0"), state{}); got != "cat was typed. Here the task is to do without it." {
		t.Error(got)
	}
}

// What an MTA hands on counts only where the learner answers in the server's place.
func TestServed(t *testing.T) {
	const handed = smtp + "attempt 1\nC: RCPT TO:<dora@example.net>\nS permanent: 550 nobody\n"
	cases(t, "kind = 'dialogue'\nprotocol = 'smtp'\nhost = 'mx.example.net'\nserved = true\nsteps = [{ verb = 'RCPT', reply = 'refused' }]", state{}, [][2]string{
		{"", "Nobody has come to port 25 of mx.example.net yet. Let time pass."},
		{smtp + "C: RCPT TO:<dora@example.net>\nS permanent: 550 nobody", "Nobody has come to port 25 of mx.example.net yet. Let time pass."},
		{handed, "done"},
	})
	cases(t, "kind = 'dialogue'\nprotocol = 'smtp'\nsteps = [{ verb = 'RCPT', reply = 'refused' }]", state{}, [][2]string{
		{handed, "Connect first: telnet  25"},
	})
}

// What counts where the fewest commands count: not the dot of a message, and not what others say.
func TestCommands(t *testing.T) {
	c := lessons.NewChecker(one(t, "kind = 'dialogue'\nverb = 'NOOP'"))
	for _, e := range tape(t, smtp+"C: NOOP\nS ok: 250\nC: DATA\nS more: 354\nC: .\nS ok: 250\nopen 2 smtp mx.example.net 25\nattempt 2\nC: NOOP\nS ok: 250") {
		c.Feed(&e)
	}
	if n := c.Commands(); n != 2 {
		t.Errorf("%d commands", n)
	}
}

// A check may ask how long something took on the virtual clock: from the beginning, or from an earlier task.
func TestWithin(t *testing.T) {
	const late = "That is done, but it took 6ms of the simulated time. The task asks for 5ms at most: undo, and let less time pass."
	cases(t, "kind = 'dialogue'\nverb = 'NOOP'\nwithin = '5ms'", state{}, [][2]string{
		{smtp + "C: NOOP\nS ok: 250 ok", "done"},
		{smtp + "C: RSET\nC: NOOP\nS ok NOOP: 250 ok", late},
		{smtp + "C: RSET\nC: RSET\nC: RSET", "mx.example.net has not received NOOP yet."},
	})
	l := lesson(t, "[[task]]\nid = 'a'\ntext = 'T'\n[[task.check]]\nkind = 'dialogue'\nverb = 'RSET'\n[[task]]\nid = 'b'\ntext = 'T'\n[[task.check]]\nkind = 'dialogue'\nverb = 'NOOP'\nafter = 'a'\nwithin = '2ms'")
	const first = smtp + "C: MAIL\nC: DATA\nC: RSET\nS ok RSET: 250 ok\n"
	for said, want := range map[string]string{
		first + "C: NOOP\nS ok: 250 ok":               "done",
		first + "C: HELP\nC: NOOP\nS ok NOOP: 250 ok": "That is done, but it took 3ms of the simulated time. The task asks for 2ms at most: undo, and let less time pass.",
	} {
		if got := verdict(t, l, tape(t, said), state{}); got != want {
			t.Errorf("%q: %s, want %s", said, got, want)
		}
	}
}
