package clients

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// getmail fetches bob's INBOX into a file and removes what it has.
func (l *Lab) getmail(port string) (string, error) {
	l.Helper()
	rc := l.File("getmailrc", fmt.Sprintf("[retriever]\ntype = SimpleIMAPRetriever\nserver = 127.0.0.1\nport = %s\nusername = bob\npassword = %s\nmailboxes = (\"INBOX\",)\n"+
		"[destination]\ntype = MDA_external\npath = /bin/sh\narguments = (\"-c\", \"cat >>%s\")\nallow_root_commands = true\n[options]\ndelete = true\nread_all = true\nreceived = false\ndelivered_to = false\n",
		port, Password, filepath.Join(l.Dir, "box")))
	return l.Run("", "getmail", "--getmaildir", l.Dir, "--rcfile", rc)
}

// getmail fetches whole mailboxes by IMAP, and removes what it has.
func TestGetmail(t *testing.T) {
	l := Start(t)
	l.deliverTwo()
	if out, err := l.getmail(l.Port("imap")); err != nil {
		t.Fatal(err, out)
	}
	got, err := os.ReadFile(filepath.Join(l.Dir, "box"))
	if err != nil || strings.Count(string(got), "Subject: ") != 2 || !strings.Contains(string(got), "\n.A line with a dot.") {
		t.Errorf("it brought %q (%v)", got, err)
	}
	if left := len(l.Messages()); left != 0 {
		t.Errorf("%d messages are left", left)
	}
}

// mutt opens the mailbox inside DEFLATE, moves a message and leaves.
func TestMutt(t *testing.T) {
	l := Start(t)
	l.deliverTwo()
	l.imap("bob", `M.create('Kept')`)
	rc := l.File("muttrc", fmt.Sprintf(`set imap_user=bob
set imap_pass=%[1]q
set folder=imap://localhost:%[2]s/
set spoolfile=imap://localhost:%[2]s/INBOX
set ssl_starttls=no ssl_force_tls=no imap_deflate=yes
set confirmappend=no confirmcreate=no delete=yes quit=yes mark_old=no beep=no wait_key=no sleep_time=0 move=no
set header_cache=%[3]s/cache
push "<first-entry><tag-pattern>~s Two<enter><tag-prefix><save-message>=Kept<enter><limit>all<enter><first-entry><flag-message><sync-mailbox><quit>"
`, Password, l.Port("imap"), l.Dir))
	l.Must("", "script", "-qec", "TERM=xterm mutt -F "+rc, "/dev/null")
	if s := l.Ended("imap"); !s[len(s)-1].Said("COMPRESS") || !s[len(s)-1].Said("UID STORE") {
		t.Errorf("the session is %+v", s[len(s)-1])
	}
	for _, m := range l.Messages() {
		if m.Subject == "One" && !strings.Contains(strings.Join(m.Flags, " "), `\Flagged`) {
			t.Errorf("One has the flags %q", m.Flags)
		}
	}
	if got := l.imap("bob", `print(M.status('INBOX', '(MESSAGES)')[1], M.status('Kept', '(MESSAGES)')[1])`); got != "[b'INBOX (MESSAGES 1)'] [b'Kept (MESSAGES 1)']\n" {
		t.Error(got)
	}
}

// curl lists, fetches and appends.
func TestCurlIMAP(t *testing.T) {
	l := Start(t)
	l.Deliver("One", "First.")
	user := "bob:" + Password
	imaps := "imaps://localhost:" + l.Port("imaps") + "/"
	curl := func(args ...string) string {
		t.Helper()
		return l.Must("", "curl", append([]string{"-s", "--cacert", l.CA, "-u", user}, args...)...)
	}
	if got := curl(imaps + "INBOX;UID=1;SECTION=TEXT"); got != "First.\r\n" {
		t.Errorf("the text is %q", got)
	}
	letter := l.File("letter", "Subject: Big\r\n\r\n"+strings.Repeat(strings.Repeat("y", 98)+"\r\n", 30_000))
	curl("-T", letter, imaps+"INBOX")
	if m := l.Arrived("Big"); m.Size != 16+3_000_000 {
		t.Errorf("the message that was put there has %d octets", m.Size)
	}
	whole := curl("-o", filepath.Join(l.Dir, "back"), imaps+"INBOX;UID=2")
	back, err := os.ReadFile(filepath.Join(l.Dir, "back"))
	sent, _ := os.ReadFile(letter)
	if err != nil || string(back) != string(sent) || whole != "" {
		t.Errorf("it came back with %d octets of %d (%v)", len(back), len(sent), err)
	}
	if got := curl("imap://localhost:"+l.Port("imap")+"/", "--ssl-reqd", "-X", "LIST \"\" *"); got != "* LIST (\\HasNoChildren) \"/\" INBOX\r\n" {
		t.Errorf("the list is %q", got)
	}
}
