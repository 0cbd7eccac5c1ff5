package clients

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// fetch is a way to a maildrop.
type fetch struct {
	name string
	keep bool
	tls  string // "", "starttls" or "tls"
	auth string
}

var fetches = []fetch{
	{"keeps", true, "", ""}, {"inside STLS", true, "starttls", ""}, {"inside TLS", true, "tls", ""}, {"deletes", false, "", ""},
}

// port of a way.
func (f fetch) port(l *Lab) string {
	if f.tls == "tls" {
		return l.Port("pop3s")
	}
	return l.Port("pop3")
}

// fetched checks what a program brought, and what it left.
func (f fetch) fetched(l *Lab, got string) {
	l.Helper()
	for _, subject := range []string{"One", "Two"} {
		if strings.Count(got, "Subject: "+subject) != 1 {
			l.Errorf("%s: %s came %d times in %q", f.name, subject, strings.Count(got, "Subject: "+subject), got)
		}
	}
	if !strings.Contains(got, "\n.A line with a dot.") {
		l.Errorf("%s: dots were doubled or lost: %q", f.name, got)
	}
	if left := len(l.Messages()); f.keep && left != 2 || !f.keep && left != 0 {
		l.Errorf("%s: %d messages are left", f.name, left)
	}
}

func (l *Lab) deliverTwo() {
	l.Helper()
	l.Deliver("One", "First.\r\n..A line with a dot.")
	l.Deliver("Two", "Second.")
}

func TestFetchmail(t *testing.T) {
	l := Start(t)
	l.deliverTwo()
	for i, f := range fetches {
		options := map[string]string{"": "sslproto ''", "starttls": "sslproto TLS1.2+ sslcertck sslcertfile " + l.CA,
			"tls": "ssl sslcertck sslcertfile " + l.CA}[f.tls]
		keep := map[bool]string{true: "keep", false: "nokeep"}[f.keep]
		box := filepath.Join(l.Dir, fmt.Sprintf("box%d", i))
		rc := l.File("fetchmailrc", fmt.Sprintf("poll localhost proto pop3 port %s user bob password %q %s %s fetchall mda \"cat >>%s\"\n", f.port(l), Password, options, keep, box))
		if out, err := l.Run("", "fetchmail", "-f", rc, "--nodetach", "--nosyslog", "--pidfile", filepath.Join(l.Dir, "pid"), "-i", filepath.Join(l.Dir, "ids")); err != nil {
			t.Errorf("%s: %v\n%s", f.name, err, out)
			continue
		}
		got, err := os.ReadFile(box)
		if err != nil {
			t.Fatal(err)
		}
		f.fetched(l, string(got))
	}
}

func TestMpop(t *testing.T) {
	l := Start(t)
	l.deliverTwo()
	for i, f := range fetches {
		options := map[string]string{"": "tls off\nauth cram-md5", "starttls": "tls on\ntls_starttls on\ntls_trust_file " + l.CA + "\nauth scram-sha-256",
			"tls": "tls on\ntls_starttls off\ntls_trust_file " + l.CA + "\nauth plain"}[f.tls]
		keep := map[bool]string{true: "on", false: "off"}[f.keep]
		box := filepath.Join(l.Dir, fmt.Sprintf("box%d", i))
		rc := l.File("mpoprc", fmt.Sprintf("account default\nhost localhost\nport %s\nuser bob\npassword %q\n%s\nkeep %s\nonly_new off\nuidls_file %s\ndelivery mbox %s\n",
			f.port(l), Password, options, keep, filepath.Join(l.Dir, "uidls"), box))
		if out, err := l.Run("", "mpop", "-C", rc); err != nil {
			t.Errorf("%s: %v\n%s", f.name, err, out)
			continue
		}
		got, err := os.ReadFile(box)
		if err != nil {
			t.Fatal(err)
		}
		f.fetched(l, string(got))
	}
}
