package daemon_test

import (
	"os"
	"strings"
	"testing"

	"ehlo/sim"
	"ehlo/sim/simtest"
)

// hears wants lines among what a connection's server said, in this order.
func hears(t *testing.T, tl *sim.Timeline, conn uint32, lines ...string) {
	t.Helper()
	rest := heard(tl, conn)
	for _, l := range lines {
		_, after, ok := strings.Cut(rest, l+"\r\n")
		if !ok {
			t.Fatalf("connection %d does not hear %q where it should, in\n%s", conn, l, heard(tl, conn))
		}
		rest = after
	}
}

// Bob lets carla read his INBOX, then write in it, then nothing; she does what he allows and no more.
func TestSharedMailbox(t *testing.T) {
	tl := start(t)
	play(t, tl, `telnet mx.example.net 143
> a1 LOGIN bob plover
> a2 SETACL INBOX carla lrs
> a3 SETACL INBOX nobody-here l
> a4 GETACL INBOX
> a5 LISTRIGHTS INBOX carla
> a6 MYRIGHTS INBOX
telnet mx.example.net 143
> b1 LOGIN carla opal
> b2 LIST "" *
> b3 SELECT user/bob/INBOX
> b4 STORE 2 +FLAGS (\Seen \Flagged)
> b5 STORE 2 +FLAGS (\Deleted)
> b6 EXPUNGE
> b7 APPEND user/bob/INBOX {3+}
> x
>
> b75 REPLACE 1 INBOX {3+}
> x
>
> b8 MYRIGHTS user/bob/INBOX
> b9 GETACL user/bob/INBOX
> c1 CREATE user/bob/INBOX/Sub
> c2 CREATE user
> c3 SELECT user/bob/Archive
use 1
> d1 SETACL INBOX carla +wite
use 2
> e1 SELECT user/bob/INBOX
> e2 STORE 1 +FLAGS.SILENT (\Deleted)
> e3 EXPUNGE
> e4 COPY 1 INBOX
> e5 GETQUOTAROOT user/bob/INBOX
use 1
> f1 SETQUOTA "" (MESSAGE 1)
> f2 DELETEACL INBOX carla
> f3 GETACL INBOX
> f4 GETQUOTAROOT INBOX
> f5 APPEND INBOX {3+}
> x
>
> f6 SELECT INBOX
> f7 REPLACE 1 INBOX (\Draft) {3+}
> x
>
use 2
> g1 STATUS user/bob/INBOX (MESSAGES)
> g2 LIST "" *
`)
	hears(t, tl, 1, "a2 OK SETACL completed", "a3 NO Nobody has that name", "* ACL INBOX bob lrswipkxteacd carla lrs",
		`* LISTRIGHTS INBOX carla "" l r s w i p k x t e a`, "* MYRIGHTS INBOX lrswipkxteacd", "f1 OK SETQUOTA completed",
		"* ACL INBOX bob lrswipkxteacd", `* QUOTAROOT INBOX ""`, `* QUOTA "" (MESSAGE 1 1)`, "f5 NO [OVERQUOTA] The mailbox is full",
		"* 1 EXPUNGE", "* 1 EXISTS", "f7 OK REPLACE completed") // what goes makes room for what comes
	hears(t, tl, 2, `* LIST (\HasNoChildren) "/" INBOX`, `* LIST (\HasNoChildren) "/" user/bob/INBOX`,
		`* OK [PERMANENTFLAGS (\Seen)] Flags that last`, "b3 OK [READ-WRITE] SELECT completed",
		`* 2 FETCH (FLAGS (\Seen \Recent))`, "b5 NO [NOPERM] You may not do that with this mailbox",
		"b7 NO [NOPERM] You may not do that with this mailbox", "b75 NO [NOPERM] You may not do that with this mailbox", "* MYRIGHTS user/bob/INBOX lrs",
		"b9 NO [NOPERM] You may not do that with this mailbox", "c1 NO [NOPERM] You may not do that with this mailbox",
		"c2 NO [CANNOT] No mailbox can have that name", "c3 NO [NONEXISTENT] There is no such mailbox",
		"* 1 EXPUNGE", "e3 OK EXPUNGE completed", "* QUOTAROOT user/bob/INBOX user/bob", "* QUOTA user/bob ()",
		"g1 NO [NONEXISTENT] There is no such mailbox", "g2 OK LIST completed")
	if got := inbox(t, tl, "carla@example.net"); len(got) == 0 {
		t.Error("carla has no copy")
	}
}

// A mail program that idles hears of a delivery in the moment in which it happens.
func TestIdleInTheWorld(t *testing.T) {
	tl := start(t)
	play(t, tl, "telnet mx.example.net 143\n> a1 LOGIN bob plover\n> a2 SELECT INBOX\n> a3 IDLE\n")
	before := len(heard(tl, 1))
	send(t, tl, "mx.example.net", "bob@example.net", "Subject: Now\n\nNow.\n")
	if news := heard(tl, 1)[before:]; !strings.HasPrefix(news, "* 3 EXISTS\r\n") {
		t.Errorf("bob hears %q", news)
	}
}

// Two computers have the same mailbox open, as docs/imap.md shows it.
func TestTwoComputers(t *testing.T) {
	text, err := os.ReadFile("../../docs/imap.md")
	if err != nil {
		t.Fatal(err)
	}
	_, block, _ := strings.Cut(string(text), "**To try it**")
	_, block, _ = strings.Cut(block, "\n\n")
	block, _, _ = strings.Cut(block, "**A mail program**")
	var commands strings.Builder
	for line := range strings.Lines(block) {
		commands.WriteString(strings.TrimPrefix(line, "    "))
	}
	tl := simtest.World(t, "split-mailbox")
	play(t, tl, commands.String())
	hears(t, tl, 1, "a2 OK [READ-WRITE] SELECT completed", "+ Idling; DONE ends it", "a3 OK IDLE completed")
	if news := heard(tl, 1); !strings.Contains(news, " EXISTS\r\n") || !strings.Contains(news, "* 1 FETCH (FLAGS (") {
		t.Errorf("the office hears\n%s", news)
	}
	if got := heard(tl, 2); !strings.Contains(got, "b3 OK [APPENDUID ") {
		t.Errorf("home hears\n%s", got)
	}
}

// The other session goes on under the new name, and is sent away when the mailbox is deleted.
func TestRenamedUnderneath(t *testing.T) {
	tl := start(t)
	play(t, tl, `telnet mx.example.net 143
> a1 LOGIN bob plover
> a2 CREATE Work
> a3 APPEND Work {3+}
> x
>
> a4 SELECT Work
telnet mx.example.net 143
> b1 LOGIN bob plover
> b2 RENAME Work Play
> b3 APPEND Play {3+}
> y
>
use 1
> a5 NOOP
> a6 FETCH 2 BODY[]
use 2
> b4 DELETE Play
`)
	hears(t, tl, 1, "* 2 EXISTS", "* 2 FETCH (BODY[] {3}", "* BYE The mailbox was deleted by another session")
	hears(t, tl, 2, "b2 OK RENAME completed", "b4 OK DELETE completed")
}

// Carla listens to bob's mailbox as far as he lets her: to its name alone, then to what comes, then to nothing.
func TestNotifyOfOthers(t *testing.T) {
	tl := start(t)
	play(t, tl, `telnet mx.example.net 143
> a1 LOGIN bob plover
> a2 SETACL INBOX carla l
telnet mx.example.net 143
> b1 LOGIN carla opal
> b2 LIST "" * RETURN (STATUS (MESSAGES))
> b3 NOTIFY SET STATUS (mailboxes user/bob/INBOX (MessageNew MessageExpunge MailboxName)) (personal (MessageNew MessageExpunge))
use 1
> a3 SETACL INBOX carla +r
> a4 SETMETADATA INBOX (/shared/comment "mine")
`)
	hears(t, tl, 2, `* LIST (\HasNoChildren) "/" user/bob/INBOX`, "b2 OK LIST completed", "* STATUS INBOX (MESSAGES 0 UIDNEXT 1 UIDVALIDITY 1772438400)",
		`* LIST (\HasNoChildren \NoAccess) "/" user/bob/INBOX`, "b3 OK NOTIFY completed")
	if strings.Contains(heard(tl, 2), "STATUS user/bob") {
		t.Errorf("carla hears how much bob has:\n%s", heard(tl, 2))
	}
	before := len(heard(tl, 2))
	send(t, tl, "mx.example.net", "bob@example.net", "Subject: Now\n\nNow.\n")
	if news := heard(tl, 2)[before:]; !strings.HasPrefix(news, "* STATUS user/bob/INBOX (MESSAGES 3 UIDNEXT ") {
		t.Errorf("carla hears %q", news)
	}
	send(t, tl, "mx.example.net", "carla@example.net", "Subject: Now\n\nNow.\n")
	hears(t, tl, 2, "* STATUS INBOX (MESSAGES 1 UIDNEXT 2)")
	before = len(heard(tl, 2))
	play(t, tl, "telnet mx.example.net 143\n> c1 LOGIN bob plover\n> c2 DELETEACL INBOX carla\n")
	if news := heard(tl, 2)[before:]; news != "* LIST (\\NonExistent) \"/\" user/bob/INBOX\r\n" {
		t.Errorf("carla hears %q", news)
	}
}
