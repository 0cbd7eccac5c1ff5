package overhear_test

import (
	"strings"
	"testing"

	"ehlo/lessons/overhear"
	"ehlo/sim/persona"
)

// TestDraft makes personas of sessions as Postfix and Dovecot have them, by SMTP, POP3 and IMAP.
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
		{"imap", []string{"S: * OK [CAPABILITY IMAP4rev1 SASL-IR LOGIN-REFERRALS ID ENABLE IDLE LITERAL+ STARTTLS AUTH=PLAIN AUTH=XOAUTH2] Dovecot (Debian) on mail.real.example ready.",
			"C: a1 CAPABILITY", "S: * CAPABILITY IMAP4rev1 SASL-IR LOGIN-REFERRALS IDLE APPENDLIMIT=5000 AUTH=PLAIN", "S: a1 OK Pre-login capabilities listed, post-login capabilities have more.",
			"C: a2 FROB 1", "S: a2 BAD Error in IMAP command received by server: FROB.", "C: a3 SELECT INBOX", "S: a3 BAD Log in first", "C: a4 LOGIN alice wrong",
			"S: a4 NO [AUTHENTICATIONFAILED] Authentication failed.", "C: a5 LOGIN alice plover", "S: a5 OK [CAPABILITY IMAP4rev1 IDLE UIDPLUS XLIST SORT=DISPLAY] alice logged in",
			"C: a6 SELECT Nowhere", "S: a6 NO [NONEXISTENT] Mailbox doesn't exist: Nowhere", "C: a7 SELECT INBOX", `S: * FLAGS (\Answered \Seen)`, `S: * OK [PERMANENTFLAGS (\Answered \Seen \*)] Flags permitted.`,
			"S: * 2 EXISTS", "S: * 0 RECENT", "S: * OK [UIDVALIDITY 1772438400] UIDs valid", "S: * OK [UIDNEXT 12] Predicted next UID", "S: a7 OK [READ-WRITE] Select completed.",
			"C: a8 FETCH 1 BODY[]", "S: * 1 FETCH (BODY[] {6}", "S: * OK x", "S: )", "S: a8 OK Fetch completed.", "C: a9 NOOP", "S: a9 OK NOOP completed.", "C: b1 FETCH x FLAGS",
			"S: b1 BAD Invalid messageset", "C: b2 IDLE", "S: + idling", "C: DONE", "S: b2 OK Idle completed.", "C: b3 APPEND INBOX {1}", "S: + OK", "C: x", "S: b3 OK [APPENDUID 1772438400 12] Append completed.",
			"C: b4 LOGOUT", "S: * BYE Logging out", "S: b4 OK Logout completed."},
			[]string{`protocol = "imap"`, `capabilities = ["IMAP4REV1", "IDLE", "UIDPLUS", "SORT=DISPLAY"]`, `greeting-capabilities = ["IMAP4REV1", "SASL-IR", "ID", "ENABLE", "IDLE", "LITERAL+", "STARTTLS", "AUTH="]`,
				`mechanisms = ["PLAIN"]`, `greeting = "OK [CAPABILITY {capabilities}] Dovecot (Debian) on {host} ready."`, `unknown = "BAD Error in IMAP command received by server: {command}."`,
				`state = "BAD Log in first"`, `login-refused = "NO [AUTHENTICATIONFAILED] Authentication failed."`, `login = "OK [CAPABILITY {capabilities}] {user} logged in"`,
				`no-mailbox = "NO [NONEXISTENT] Mailbox doesn't exist: Nowhere"`, `permanent-flags = "OK [PERMANENTFLAGS ({permanent})] Flags permitted."`, `uid-validity = "OK [UIDVALIDITY {number}] UIDs valid"`,
				`uid-next = "OK [UIDNEXT {number}] Predicted next UID"`, `selected = "OK [READ-WRITE] Select completed."`, "[replies.\"FETCH\"]\ncompleted = \"OK Fetch completed.\"",
				`completed = "OK {command} completed."`, `syntax = "BAD Invalid messageset"`, `idling = "+ idling"`, `continue = "+ OK"`, `appended = "OK [APPENDUID {number} {text}] Append completed."`,
				`bye = "BYE Logging out"`}},
		{"imap", []string{"S: * BYE Too many connections", "C: x"}, []string{`protocol = "imap"`}},
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
