package clients

import (
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
	if out, err := l.Run("QUIT\n", "openssl", "s_client", "-connect", l.Address("smtps"), "-tls1_1", "-ign_eof"); err == nil && strings.Contains(out, "220 ") {
		t.Errorf("TLS 1.1 is spoken: %s", out)
	}
}
