package clients

import (
	"encoding/base64"
	"strings"
	"testing"
)

// TestOpenSSL has openssl s_client shake hands and speak at each door that knows TLS.
func TestOpenSSL(t *testing.T) {
	l := Start(t)
	for _, c := range []struct{ service, starttls, say, want string }{
		{"smtps", "", "EHLO client.example.org\r\nQUIT\r\n", "221 "},
		{"smtp", "smtp", "EHLO client.example.org\r\nQUIT\r\n", "221 "},
		{"submission", "smtp", "EHLO client.example.org\r\nQUIT\r\n", "221 "},
		{"pop3s", "", "USER bob\r\nPASS " + Password + "\r\nSTAT\r\nQUIT\r\n", "+OK 0 0"},
		{"pop3", "pop3", "USER bob\r\nPASS " + Password + "\r\nSTAT\r\nQUIT\r\n", "+OK 0 0"},
		{"imaps", "", "a LOGIN bob \"" + Password + "\"\r\nb LOGOUT\r\n", "a OK"},
		{"imap", "imap", "a LOGIN bob \"" + Password + "\"\r\nb LOGOUT\r\n", "a OK"},
	} {
		for _, version := range []string{"-tls1_2", "-tls1_3"} {
			args := []string{"s_client", "-connect", l.Address(c.service), "-servername", "localhost", "-verify_hostname", "localhost", "-CAfile", l.CA,
				"-verify_return_error", "-ign_eof", "-crlf", version}
			if c.starttls != "" {
				args = append(args, "-starttls", c.starttls)
			}
			out, err := l.Run(strings.ReplaceAll(c.say, "\r\n", "\n"), "openssl", args...)
			if err != nil || !strings.Contains(out, "Verify return code: 0 (ok)") || !strings.Contains(out, "\n"+c.want) {
				t.Errorf("%s %s: %v\n%s", c.service, version, err, out)
			}
		}
	}
	l.speaksByHand()
	if out, err := l.Run("QUIT\n", "openssl", "s_client", "-connect", l.Address("smtps"), "-tls1_1", "-ign_eof"); err == nil && strings.Contains(out, "220 ") {
		t.Errorf("TLS 1.1 is spoken: %s", out)
	}
}

// speaksByHand sends a message as alice over the submission service, and fetches, keeps and deletes as bob, with what people
// type at openssl s_client.
func (l *Lab) speaksByHand() {
	l.Helper()
	type dialog struct{ service, starttls, say, want string }
	login := base64.StdEncoding.EncodeToString([]byte("\x00alice\x00" + Password))
	letter := "MAIL FROM:<alice@example.test>\nRCPT TO:<bob@example.test>\nDATA\nSubject: openssl, "
	dialogs := []dialog{
		{"submission", "smtp", "EHLO client.example.org\nAUTH PLAIN " + login + "\n" + letter + "one\n\n..dot\n.\nQUIT\n", "235 "},
		{"smtps", "", "EHLO client.example.org\nAUTH PLAIN " + login + "\n" + letter + "two\n\nx\n.\nQUIT\n", "235 "},
	}
	enter := "USER bob\nPASS " + Password + "\n"
	for _, d := range append(dialogs, dialog{"pop3", "pop3", enter + "LIST\nRETR 1\nQUIT\n", "..dot\n"}, dialog{"pop3s", "", enter + "DELE 1\nRETR 2\nQUIT\n", "Subject: openssl, two"}) {
		args := []string{"s_client", "-quiet", "-connect", l.Address(d.service), "-servername", "localhost", "-CAfile", l.CA, "-verify_return_error", "-crlf"}
		if d.starttls != "" {
			args = append(args, "-starttls", d.starttls)
		}
		if out := strings.ReplaceAll(l.Must(d.say, "openssl", args...), "\r\n", "\n"); !strings.Contains(out, "\n"+d.want) {
			l.Errorf("%s: %s", d.service, out)
		}
	}
	if left := l.Messages(); len(left) != 1 || left[0].Subject != "openssl, two" || left[0].From != "alice@example.test" {
		l.Errorf("left: %+v", left)
	}
}
