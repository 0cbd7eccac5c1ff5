package clients

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// until runs a sync program until it succeeds, and says how often it did not.
func (l *Lab) until(program func() (string, error)) (failed int) {
	l.Helper()
	for ; ; failed++ {
		out, err := program()
		if err == nil {
			return failed
		}
		if failed == 12 {
			l.Fatalf("it still does not succeed: %v\n%s", err, out)
		}
	}
}

// fill puts letters of many sizes into bob's INBOX.
func (l *Lab) fill() (n int) {
	l.Helper()
	for i := range 12 {
		l.Deliver(fmt.Sprintf("Letter %d", i), strings.Repeat("Many words.\r\n", i*i*50))
	}
	l.File("film", attachment("Film", 2_000_000))
	l.imap("bob", fmt.Sprintf(`M.append('INBOX', r'\Flagged', None, open(%q, 'rb').read())`, filepath.Join(l.Dir, "film")))
	return 13
}

// change lets the Maildir change: a flag, a removal, a message that was made here, and a move.
func (l *Lab) change() {
	l.Helper()
	one := l.files("INBOX", "Subject: Letter 1\n")[0]
	seen := filepath.Join(l.Dir, "mail/INBOX/cur", strings.Split(filepath.Base(one), ":")[0]+":2,RS")
	if err := os.Rename(one, seen); err != nil {
		l.Fatal(err)
	}
	l.remove("INBOX", "Subject: Letter 2\n")
	l.File("mail/INBOX/new/1.local", strings.ReplaceAll(attachment("Made here", 1_500_000), "\r\n", "\n"))
	three := l.files("INBOX", "Subject: Letter 3\n")[0]
	if err := os.Rename(three, filepath.Join(l.Dir, "mail/Kept/new/2.local")); err != nil {
		l.Fatal(err)
	}
}

// A sync is cut in the middle of a literal that comes, in the middle of one that goes, and where only the reply is lost. It
// goes on the next time, and at the end both sides have the same messages, none of them twice.
func TestCutMbsync(t *testing.T) {
	l := Start(t)
	if err := os.Mkdir(filepath.Join(l.Dir, "mail"), 0o700); err != nil {
		t.Fatal(err)
	}
	n := l.fill()
	l.imap("bob", `M.create('Kept')`)
	l.Fault(map[string]any{"service": "imap", "command": "FETCH", "argument": "BODY", "cut": 50_000, "times": 2})
	l.Fault(map[string]any{"service": "imap", "command": "FETCH", "argument": "BODY", "cut": 1_000_000, "times": 1})
	l.Fault(map[string]any{"service": "imap", "command": "SELECT", "cut": 30, "times": 1})
	sync := func() (string, error) { return l.tryMbsync(l.Port("imap"), "STARTTLS") }
	if failed := l.until(sync); failed < 3 || l.Cuts() < 4 {
		t.Errorf("it failed %d times and was cut %d times", failed, l.Cuts())
	}
	l.Heal()
	l.Same("INBOX", n)

	l.change()
	b := l.Bridge("imap", 40_000, 1_200_000)
	if failed := l.until(func() (string, error) { return l.tryMbsync(b.port, "None") }); failed < 2 || b.cuts.Load() != 2 {
		t.Errorf("it failed %d times and was cut %d times", failed, b.cuts.Load())
	}
	l.Same("INBOX", n-1)
	l.Same("Kept", 1)

	l.File("mail/INBOX/new/3.local", "Subject: Only the reply is lost\n\nx\n")
	l.Fault(map[string]any{"service": "imap", "command": "APPEND", "cut": 0, "times": 1})
	if failed := l.until(sync); failed != 1 {
		t.Errorf("it failed %d times", failed)
	}
	l.Same("INBOX", n)
}

func TestCutOfflineIMAP(t *testing.T) {
	l := Start(t)
	n := l.fill()
	l.imap("bob", `M.create('Kept')`)
	l.Fault(map[string]any{"service": "imaps", "command": "FETCH", "argument": "BODY", "cut": 50_000, "times": 2})
	l.Fault(map[string]any{"service": "imaps", "command": "FETCH", "argument": "BODY", "cut": 1_000_000, "times": 1})
	l.until(func() (string, error) { return l.offlineIMAP(l.Port("imaps")) })
	if l.Cuts() < 3 {
		t.Errorf("it was cut %d times", l.Cuts())
	}
	l.Heal()
	l.Same("INBOX", n)

	l.change()
	b := l.Bridge("imaps", 40_000, 1_200_000)
	if l.until(func() (string, error) { return l.offlineIMAP(b.port) }); b.cuts.Load() != 2 {
		t.Errorf("it was cut %d times", b.cuts.Load())
	}
	l.Same("INBOX", n-1)
	l.Same("Kept", 1)
}

// curl has no resumption of its own for IMAP, but can ask for the part of a message that is missing (RFC 5092 §4).
func TestCutCurl(t *testing.T) {
	l := Start(t)
	l.File("film", attachment("Film", 2_000_000))
	url := "imap://localhost:" + l.Port("imap") + "/INBOX;UID=1"
	tls := []string{"-s", "--ssl-reqd", "--cacert", l.CA, "-u", "bob:" + Password}
	l.Must("", "curl", append(tls, "-T", filepath.Join(l.Dir, "film"), "imap://localhost:"+l.Port("imap")+"/INBOX")...)
	l.Fault(map[string]any{"service": "imap", "command": "FETCH", "cut": 1_234_567, "times": 1})
	part := filepath.Join(l.Dir, "part")
	if out, err := l.Run("", "curl", append(tls, "-o", part, url)...); err == nil {
		t.Errorf("the cut went unnoticed: %s", out)
	}
	first, _ := os.ReadFile(part)
	if len(first) < 1_200_000 || len(first) > 1_234_567 {
		t.Fatalf("%d octets came before the cut", len(first))
	}
	rest := l.Must("", "curl", append(tls, fmt.Sprintf("%s/;PARTIAL=%d.%d", url, len(first), 4_000_000))...)
	if whole, _ := os.ReadFile(filepath.Join(l.Dir, "film")); string(first)+rest != string(whole) {
		t.Errorf("%d and %d octets are not the message of %d", len(first), len(rest), len(whole))
	}
	if l.Cuts() != 1 {
		t.Errorf("it was cut %d times", l.Cuts())
	}
}

// getmail removes messages when it leaves: where it is cut in the middle of the second, it brings the first once more, and
// the others whole.
func TestCutGetmail(t *testing.T) {
	l := Start(t)
	l.Deliver("One", "First.")
	l.Deliver("Two", strings.Repeat("Second.\r\n", 100_000))
	l.Deliver("Three", "Third.")
	l.Fault(map[string]any{"service": "imap", "command": "FETCH", "argument": " 2 ", "cut": 300_000, "times": 1})
	failed := l.until(func() (string, error) { return l.getmail(l.Port("imap")) })
	got, err := os.ReadFile(filepath.Join(l.Dir, "box"))
	for text, n := range map[string]int{"Subject: One\n": 2, "Subject: Two\n": 1, "Subject: Three\n": 1, "Second.\n": 100_000} {
		if strings.Count(string(got), text) != n {
			t.Errorf("%q came %d times, want %d (%v)", text, strings.Count(string(got), text), n, err)
		}
	}
	if left := len(l.Messages()); failed != 1 || l.Cuts() != 1 || left != 0 {
		t.Errorf("it failed %d times and was cut %d times; %d messages are left", failed, l.Cuts(), left)
	}
}
