package overhear_test

import (
	"strings"
	"testing"

	"ehlo/lessons/overhear"
	"ehlo/sim/persona"
)

// TestDraft makes personas of sessions as Postfix and Dovecot have them.
func TestDraft(t *testing.T) {
	for _, test := range []struct {
		protocol string
		said     []string
		want     []string
	}{
		{"smtp", []string{"S: 220 mx.real.example ESMTP Postfix (Debian/GNU)", "C: EHLO me.example.org", "S: 250-mx.real.example", "S: 250-PIPELINING",
			"S: 250-SIZE 10240000", "S: 250-VRFY", "S: 250-STARTTLS", "S: 250-AUTH PLAIN LOGIN OAUTHBEARER", "S: 250-ENHANCEDSTATUSCODES", "S: 250-8BITMIME", "S: 250 CHUNKING",
			"C: HELO me.example.org", "S: 250 mx.real.example Hello me.example.org", "C: FROB", "S: 502 5.5.2 Error: command not recognized", "C: MAIL FROM:<a@example.org>", "S: 250 2.1.0 Ok",
			"C: RCPT TO:<b@example.org>", "S: 250 2.1.5 Ok", "C: DATA", "S: 354 End data with <CR><LF>.<CR><LF>", "C: Subject: \"x\"", "C: ", "C: .",
			"S: 250 2.0.0 Ok: queued as 4F1B2", "C: QUIT", "S: 221 2.0.0 Bye"},
			[]string{`title = "mail.example.org"`, `protocol = "smtp"`, `greeting = "220 {host} ESMTP Postfix (Debian/GNU)"`, `ehlo = "250 {host}"`, `"STARTTLS"`, `"8BITMIME"`,
				`mechanisms = ["PLAIN", "LOGIN"]`, `helo = "250 {host} Hello {client}"`, `sender-ok = "250 2.1.0 Ok"`, `send-message = "354 End data with <CR><LF>.<CR><LF>"`,
				`message-ok = "250 2.0.0 Ok: queued as 4F1B2"`, `goodbye = "221 2.0.0 Bye"`, `not-implemented = "502 5.5.2 Error: command not recognized"`}},
		{"pop3", []string{"S: +OK Dovecot (Debian) ready. <1f.1.6@mail.real.example>", "C: CAPA", "S: +OK", "S: CAPA", "S: TOP", "S: UIDL", "S: SASL PLAIN XOAUTH2", "S: .",
			"C: FROB", "S: -ERR Unknown command.", "C: USER alice", "S: +OK", "C: PASS wrong", "S: -ERR [AUTH] Authentication failed.", "C: USER alice", "S: +OK", "C: PASS plover",
			"S: +OK Logged in.", "C: LIST", "S: +OK 1 messages:", "S: 1 312", "S: .", "C: RETR 1", "S: +OK 312 octets", "S: Subject: x", "S: ", "S: .",
			"C: RETR 9", "S: -ERR There's no message 9.", "C: DELE 1", "S: +OK Marked to be deleted.", "C: QUIT", "S: +OK Logging out, messages deleted."},
			[]string{`greeting-apop = "+OK Dovecot (Debian) ready. {timestamp}"`, `capabilities = ["CAPA", "TOP", "UIDL", "SASL"]`, `mechanisms = ["PLAIN"]`, `unknown = "-ERR Unknown command."`,
				`login-refused = "-ERR [AUTH] Authentication failed."`, `login = "+OK Logged in."`, `list = "+OK {count} messages:"`, `retr = "+OK {octets} octets"`,
				`no-message = "-ERR There's no message 9."`, `dele = "+OK Marked to be deleted."`, `updated = "+OK Logging out, messages deleted."`}},
		{"smtp", []string{"S: 554 no"}, []string{`title = "mail.example.org"`}},
		{"pop3", []string{"S: hello \"\\\x00\x7f"}, []string{`protocol = "pop3"`}},
	} {
		_, all, _ := session(t, test.protocol, false, test.said...)
		text := overhear.Draft("mail.example.org", test.protocol, all)
		for _, want := range test.want {
			if !strings.Contains(text, want) {
				t.Errorf("the draft lacks %s:\n%s", want, text)
			}
		}
		if _, err := persona.Parse("draft", []byte(text)); err != nil {
			t.Errorf("%v:\n%s", err, text)
		}
	}
}
