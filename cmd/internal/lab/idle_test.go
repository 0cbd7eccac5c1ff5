package lab

import (
	"strings"
	"testing"
)

// A client that idles hears of mail, of flags and of what is gone without saying a word.
func TestIdleIsTold(t *testing.T) {
	r := start(t, Options{})
	idle := r.login("imap", "bob", "plover")
	idle.says("s SELECT inbox", "i IDLE")
	idle.until("+ ")

	r.mail("eve@example.org", "bob@example.test", "One")
	idle.until("* 1 EXISTS")
	other := r.login("imap", "bob", "plover")
	other.says("s SELECT inbox", `f STORE 1 +FLAGS (\Flagged)`)
	other.until("f OK")
	idle.until(`* 1 FETCH (FLAGS (\Flagged`)
	other.says(`d STORE 1 +FLAGS.SILENT (\Deleted)`, "e EXPUNGE", "n CREATE Saved", "m RENAME INBOX Older")
	idle.until("* 1 EXPUNGE")
	other.until("m OK")

	idle.says("DONE", "x LOGOUT")
	idle.until("i OK")
	idle.until("x OK")
	idle.ends()

	// Who has a mailbox open that another session deletes is sent away.
	open := r.login("imap", "bob", "plover")
	open.says("s SELECT Saved", "i IDLE")
	open.until("+ ")
	other.says("r RENAME Saved Kept", "d DELETE Kept", "x LOGOUT")
	open.until("* BYE")
	open.ends()
	other.until("d OK")
	other.until("x OK")
	other.ends()
}

// A client that has said NOTIFY hears of all mailboxes between its commands, and of what was done while it had none open; what
// it does itself it is not told.
func TestNotifyIsTold(t *testing.T) {
	r := start(t, Options{})
	listens := r.login("imap", "bob", "plover")
	listens.says("n NOTIFY SET STATUS (personal (MessageNew MessageExpunge MailboxName SubscriptionChange)) (selected (MessageNew (UID) MessageExpunge FlagChange))")
	listens.until("* STATUS INBOX (MESSAGES 0 ")
	listens.until("n OK")

	r.mail("eve@example.org", "bob@example.test", "One")
	listens.until("* STATUS INBOX (MESSAGES 1 UIDNEXT 2)")
	other := r.login("imap", "bob", "plover")
	other.says("c CREATE Work")
	listens.until(`* LIST (\HasNoChildren) "/" Work`)
	other.says("s SUBSCRIBE Work")
	listens.until(`* LIST (\Subscribed \HasNoChildren) "/" Work`)
	other.says("r RENAME Work Play")
	listens.until(`* LIST (\HasNoChildren) "/" Play ("OLDNAME" (Work))`)

	listens.says("o SELECT INBOX")
	listens.until("o OK")
	r.mail("eve@example.org", "bob@example.test", "Two")
	listens.until("* 2 EXISTS")
	listens.until("* 2 FETCH (UID 2)")
	other.says("s SELECT INBOX", `f STORE 1 +FLAGS (\Deleted)`)
	listens.until(`* 1 FETCH (FLAGS (\Deleted`)
	other.says("e EXPUNGE")
	listens.until("* 1 EXPUNGE")
	other.says("a APPEND Play {1+}", "x")
	listens.until("* STATUS Play (MESSAGES 1 UIDNEXT 2)")
	other.says("x LOGOUT")
	other.until("x OK")
	other.ends()

	listens.says("b CREATE Own", "x LOGOUT")
	if all := listens.until("x OK"); strings.Contains(all, "* LIST") {
		t.Errorf("of its own doing it is told %s", all)
	}
	listens.ends()
}
