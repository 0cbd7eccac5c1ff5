package clients

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// mbsync syncs bob's mailboxes with a Maildir, by a way of speaking TLS.
func (l *Lab) mbsync(ssl string) {
	l.Helper()
	service := "imap"
	if ssl == "IMAPS" {
		service = "imaps"
	}
	if out, err := l.tryMbsync(l.Port(service), ssl); err != nil {
		l.Fatalf("mbsync: %v\n%s", err, out)
	}
}

// tryMbsync is mbsync by some port, where it need not succeed.
func (l *Lab) tryMbsync(port, ssl string) (string, error) {
	l.Helper()
	rc := l.File("mbsyncrc", fmt.Sprintf(`IMAPAccount lab
Host localhost
Port %s
User bob
Pass %q
SSLType %s
CertificateFile %s

IMAPStore far
Account lab

MaildirStore near
Path %[5]s/mail/
Inbox %[5]s/mail/INBOX
SubFolders Verbatim

Channel lab
Far :far:
Near :near:
Patterns *
Create Both
Remove Both
Expunge Both
SyncState *
`, port, Password, ssl, l.CA, l.Dir))
	return l.Run("", "mbsync", "-c", rc, "lab")
}

// files are the messages of a mailbox in bob's Maildir that contain a text.
func (l *Lab) files(mailbox, text string) (paths []string) {
	l.Helper()
	for _, part := range []string{"cur", "new"} {
		all, _ := filepath.Glob(filepath.Join(l.Dir, "mail", mailbox, part, "*"))
		for _, path := range all {
			if content, err := os.ReadFile(path); err == nil && strings.Contains(string(content), text) {
				paths = append(paths, path)
			}
		}
	}
	return paths
}

// remove removes the one message with a text from bob's Maildir.
func (l *Lab) remove(mailbox, text string) {
	l.Helper()
	paths := l.files(mailbox, text)
	if len(paths) != 1 {
		l.Fatalf("%d messages with %q in %s", len(paths), text, mailbox)
	}
	if err := os.Remove(paths[0]); err != nil {
		l.Fatal(err)
	}
}

func TestMbsync(t *testing.T) {
	l := Start(t)
	if err := os.Mkdir(filepath.Join(l.Dir, "mail"), 0o700); err != nil {
		t.Fatal(err)
	}
	l.Deliver("One", "First.")
	l.Deliver("Two", "Second.")
	l.Deliver("Three", strings.Repeat(strings.Repeat("x", 70)+"\r\n", 40_000)) // 2.8 MB
	l.mbsync("None")
	if got := l.files("INBOX", "Subject: "); len(got) != 3 {
		t.Fatalf("%d messages came: %q", len(got), got)
	}

	// Both sides change: a flag and a new mailbox here, a delivery and a removal there.
	old := l.files("INBOX", "Subject: One")[0]
	if err := os.Rename(old, filepath.Join(l.Dir, "mail/INBOX/cur", strings.Split(filepath.Base(old), ":")[0]+":2,FS")); err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{"cur", "new", "tmp"} {
		if err := os.MkdirAll(filepath.Join(l.Dir, "mail/Entw&APw-rfe", part), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	l.File("mail/Entw&APw-rfe/new/1.local", "Subject: Local\n\nMade here.\n")
	l.imap("bob", `M.select(); M.uid('STORE', '2', '+FLAGS', r'(\Deleted)'); M.expunge()`)
	l.Deliver("Four", "Fourth.")
	l.mbsync("STARTTLS")
	if got := l.files("INBOX", "Subject: Two"); len(got) != 0 || len(l.files("INBOX", "Subject: Four")) != 1 {
		t.Errorf("what was removed is still here, or what came is not: %q", got)
	}
	if m := l.Arrived("Local"); !strings.Contains(m.Body, "Made here.") {
		t.Errorf("the message that was made here came as %q", m.Body)
	}
	if m := l.Arrived("One"); strings.Join(m.Flags, " ") != `\Seen \Flagged` {
		t.Errorf("the flags that were set here came as %q", m.Flags)
	}

	// What is removed here goes there, and nothing comes twice.
	l.remove("INBOX", "Subject: Four")
	l.mbsync("IMAPS")
	l.mbsync("IMAPS")
	if got := len(l.Messages()); got != 3 {
		t.Errorf("%d messages are there, want 3: One, Three and Local", got)
	}
}
