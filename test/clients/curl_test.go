package clients

import (
	"strings"
	"testing"
)

const letter = "From: alice@example.test\r\nTo: bob@example.test\r\nSubject: %s\r\n\r\nHello Bob.\r\n.A line with a dot.\r\n"

// text is a message with a subject.
func text(subject string) string { return strings.ReplaceAll(letter, "%s", subject) }

func TestCurlSends(t *testing.T) {
	l := Start(t)
	file := l.File("plain.eml", text("curl, plain"))
	l.Must("", "curl", "-sS", "smtp://"+l.Address("smtp"), "--mail-from", "alice@example.test", "--mail-rcpt", "bob@example.test", "-T", file)
	if m := l.Arrived("curl, plain"); m.From != "alice@example.test" || m.Body != "Hello Bob.\r\n.A line with a dot.\r\n" {
		t.Errorf("it is %+v", m)
	}
	file = l.File("tls.eml", text("curl, STARTTLS"))
	l.Must("", "curl", "-sS", "--ssl-reqd", "--cacert", l.CA, "smtp://localhost:"+l.Port("submission"), "-u", "alice:"+Password,
		"--mail-from", "alice@example.test", "--mail-rcpt", "bob@example.test", "-T", file)
	l.Arrived("curl, STARTTLS")
	file = l.File("smtps.eml", text("curl, SMTPS"))
	l.Must("", "curl", "-sS", "--cacert", l.CA, "smtps://localhost:"+l.Port("smtps"), "-u", "alice:"+Password,
		"--mail-from", "alice@example.test", "--mail-rcpt", "bob@example.test", "-T", file)
	l.Arrived("curl, SMTPS")
	if s := l.Ended("smtps")[0]; s.TLS == nil || s.TLS.ServerName != "localhost" || !s.Said("AUTH") {
		t.Errorf("the session is %+v", s)
	}
	out, err := l.Run("", "curl", "-sS", "smtp://"+l.Address("smtp"), "--mail-from", "alice@example.test", "--mail-rcpt", "nobody@example.test", "-T", file)
	if err == nil || !strings.Contains(out, "550") {
		t.Errorf("to nobody: %v %s", err, out)
	}
	out, err = l.Run("", "curl", "-sS", "smtps://localhost:"+l.Port("smtps"))
	if err == nil || !strings.Contains(out, "SSL certificate problem") {
		t.Errorf("without trust: %v %s", err, out)
	}
}

func TestCurlFetches(t *testing.T) {
	l := Start(t)
	l.Deliver("One", "First.")
	l.Deliver("Two", "Second.")
	for _, c := range []struct {
		url  string
		args []string
	}{
		{"pop3://" + l.Address("pop3"), nil},
		{"pop3://localhost:" + l.Port("pop3"), []string{"--ssl-reqd", "--cacert", l.CA}},
		{"pop3s://localhost:" + l.Port("pop3s"), []string{"--cacert", l.CA}},
	} {
		args := append([]string{"-sS", "-u", "bob:" + Password}, c.args...)
		if list := l.Must("", "curl", append(args, c.url)...); strings.Count(list, "\n") != 2 {
			t.Errorf("%s lists %q", c.url, list)
		}
		if two := l.Must("", "curl", append(args, c.url+"/2")...); !strings.Contains(two, "Subject: Two\r\n") || !strings.HasSuffix(two, "\r\n\r\nSecond.\r\n") {
			t.Errorf("%s has %q", c.url, two)
		}
	}
	for _, mechanism := range []string{"PLAIN", "LOGIN", "CRAM-MD5", "+APOP"} {
		out := l.Must("", "curl", "-sS", "-u", "bob:"+Password, "--login-options", "AUTH="+mechanism, "pop3://"+l.Address("pop3")+"/1")
		if !strings.Contains(out, "Subject: One") {
			t.Errorf("%s: %q", mechanism, out)
		}
	}
	if out, err := l.Run("", "curl", "-sS", "-u", "bob:wrong", "pop3://"+l.Address("pop3")); err == nil {
		t.Errorf("a wrong password: %s", out)
	}
	l.Must("", "curl", "-sS", "-u", "bob:"+Password, "-X", "DELE 1", "-I", "pop3://"+l.Address("pop3"))
	if left := l.Messages(); len(left) != 1 || left[0].Subject != "Two" {
		t.Errorf("left: %+v", left)
	}
}
