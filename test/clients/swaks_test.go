package clients

import (
	"strings"
	"testing"
)

func TestSwaks(t *testing.T) {
	l := Start(t)
	swaks := func(subject string, args ...string) (string, error) {
		return l.Run("", "swaks", append([]string{"--server", "localhost", "--from", "alice@example.test", "--to", "bob@example.test",
			"--helo", "client.example.org", "--header", "Subject: " + subject, "--body", "Hello from swaks"}, args...)...)
	}
	for subject, args := range map[string][]string{
		"plain":    {"--port", l.Port("smtp")},
		"STARTTLS": {"--port", l.Port("smtp"), "--tls", "--tls-verify", "--tls-ca-path", l.CA},
		"SMTPS":    {"--port", l.Port("smtps"), "--tls-on-connect", "--tls-verify", "--tls-ca-path", l.CA, "--auth", "PLAIN", "--auth-user", "alice", "--auth-password", Password},
		"LOGIN":    {"--port", l.Port("submission"), "--tls", "--auth", "LOGIN", "--auth-user", "alice", "--auth-password", Password},
		"CRAM-MD5": {"--port", l.Port("submission"), "--tls", "--auth", "CRAM-MD5", "--auth-user", "alice", "--auth-password", Password},
		"pipeline": {"--port", l.Port("smtp"), "--pipeline"},
		"HELO":     {"--port", l.Port("smtp"), "--protocol", "SMTP"},
	} {
		if out, err := swaks("swaks, "+subject, args...); err != nil {
			t.Errorf("%s: %v\n%s", subject, err, out)
			continue
		}
		if m := l.Arrived("swaks, " + subject); !strings.Contains(m.Body, "Hello from swaks") {
			t.Errorf("%s: it is %+v", subject, m)
		}
	}
	for to, want := range map[string]string{"nobody@example.test": "550 5.1.1", "bob@example.org": "554 5.7.1", "tempfail-451@example.test": "451 4.3.0"} {
		out, err := swaks("refused", "--port", l.Port("smtp"), "--to", to)
		if err == nil || !strings.Contains(out, want) {
			t.Errorf("to %s: %v\n%s", to, err, out)
		}
	}
	out, err := swaks("wrong password", "--port", l.Port("submission"), "--tls", "--auth", "PLAIN", "--auth-user", "alice", "--auth-password", "wrong")
	if err == nil || !strings.Contains(out, "535 ") {
		t.Errorf("a wrong password: %v\n%s", err, out)
	}
	out, err = swaks("without login", "--port", l.Port("submission"))
	if err == nil || !strings.Contains(out, "530 ") {
		t.Errorf("submission without a login: %v\n%s", err, out)
	}
}
