package clients

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// offlineIMAP syncs bob's mailboxes with a Maildir inside TLS and DEFLATE, by some port.
func (l *Lab) offlineIMAP(port string) (string, error) {
	l.Helper()
	rc := l.File("offlineimaprc", fmt.Sprintf(`[general]
accounts = lab
metadata = %[1]s/meta
ui = quiet
[Account lab]
localrepository = near
remoterepository = far
[Repository near]
type = Maildir
localfolders = %[1]s/mail
[Repository far]
type = IMAP
remotehost = localhost
remoteport = %[2]s
remoteuser = bob
remotepass = %[3]s
ssl = yes
sslcacertfile = %[4]s
usecompression = yes
`, l.Dir, port, Password, l.CA))
	return l.Run("", "offlineimap", "-o", "-c", rc)
}

func TestOfflineIMAP(t *testing.T) {
	l := Start(t)
	l.Deliver("One", "First.")
	l.Deliver("Two", "Second.")
	must := func() {
		t.Helper()
		if out, err := l.offlineIMAP(l.Port("imaps")); err != nil {
			t.Fatal(err, out)
		}
	}
	l.imap("bob", `M.create('Work/2026'); M.append('Work/2026', r'\Flagged', None, b'Subject: Kept\r\n\r\nx\r\n')`)
	must()
	if len(l.files("INBOX", "Subject: ")) != 2 || len(l.files("Work.2026", "Subject: Kept")) != 1 {
		t.Fatalf("here are %q and %q", l.files("INBOX", ""), l.files("Work.2026", ""))
	}
	l.remove("INBOX", "Subject: Two")
	one := l.files("INBOX", "Subject: One")[0]
	seen := filepath.Join(l.Dir, "mail/INBOX/cur", strings.TrimSuffix(filepath.Base(one), ":2,")+":2,S")
	if err := os.Rename(one, seen); err != nil {
		t.Fatal(err)
	}
	l.Deliver("Three", "Third.")
	must()
	if s := l.Ended("imaps"); s[0].TLS == nil || !s[0].Said("COMPRESS") {
		t.Errorf("the session is %+v", s[0])
	}
	if m := l.Arrived("One"); strings.Join(m.Flags, " ") != `\Seen` {
		t.Errorf("One has the flags %q", m.Flags)
	}
	if len(l.files("INBOX", "Subject: Three")) != 1 || len(l.Messages()) != 3 {
		t.Errorf("here are %q, there are %d", l.files("INBOX", ""), len(l.Messages()))
	}
}
