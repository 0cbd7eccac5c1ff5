package lab

import "testing"

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
