package smtp

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"ehlo/sim/engine"
	"ehlo/sim/machine"
	"ehlo/sim/machine/machinetest"
	"ehlo/sim/trace"
)

// said parses a conversation: lines that begin with C or S, each a millisecond after the one before; `\n` in a line is
// CR LF, so that several go in one piece.
func said(lines ...string) []machinetest.Said {
	var out []machinetest.Said
	for i, l := range lines {
		dir := trace.ToServer
		if l[0] == 'S' {
			dir = trace.ToClient
		}
		data := strings.ReplaceAll(l[2:], "\n", "\r\n")
		out = append(out, machinetest.Said{At: engine.Time(i) * 1e6, Dir: dir, Data: []byte(data)})
	}
	return out
}

func TestObserver(t *testing.T) {
	for name, c := range map[string]struct {
		said []machinetest.Said
		want []string
	}{
		"a refused greeting": {said("S 554 no service\n", "C QUIT\n", "S 221 bye\n"), []string{
			`0-0 S 554  permanent connected>connected "554 no service\r\n"`,
			`1-1 C QUIT QUIT command connected>connected "QUIT\r\n"`,
			`2-2 S 221 QUIT ok connected>closed "221 bye\r\n"`,
		}},
		"shutdown": {said("S 220 mx\n", "S 421 mx going down\n"), []string{
			`0-0 S 220  greeting connected>connected "220 mx\r\n"`,
			`1-1 S 421  transient connected>closed "421 mx going down\r\n"`,
		}},
		"no SMTP": {said("S hello\n220 mx\n", "C what is this\n", "C \n", "S 500-what\n500 indeed\n", "S 500 what\n"), []string{
			`0-0 S ?  untagged connected>connected "hello\r\n"`,
			`0-0 S 220  greeting connected>connected "220 mx\r\n"`,
			`1-1 C WHAT WHAT command connected>connected "what is this\r\n"`,
			`2-2 C ? ? command connected>connected "\r\n"`,
			`3-3 S 500 WHAT untagged connected>connected "500-what\r\n"`,
			`3-3 S 500 WHAT permanent connected>connected "500 indeed\r\n"`,
			`4-4 S 500 ? permanent connected>connected "500 what\r\n"`,
		}},
		"pipelining": {said("S 220 mx\n", "C EHLO a\nMAIL FROM:<>\nRCPT TO:<b@c>\nRCPT TO:<d@e>\nQUIT\n",
			"S 250 mx\n250 ok\n550 no\n", "S 550 no\n221 bye\n"), []string{
			`0-0 S 220  greeting connected>connected "220 mx\r\n"`,
			`1-1 C EHLO EHLO command connected>connected "EHLO a\r\n"`,
			`1-1 C MAIL MAIL command greeted>greeted "MAIL FROM:<>\r\n"`,
			`1-1 C RCPT RCPT command sender>sender "RCPT TO:<b@c>\r\n"`,
			`1-1 C RCPT RCPT command recipients>recipients "RCPT TO:<d@e>\r\n"`,
			`1-1 C QUIT QUIT command recipients>recipients "QUIT\r\n"`,
			`2-2 S 250 EHLO ok connected>greeted "250 mx\r\n"`,
			`2-2 S 250 MAIL ok greeted>sender "250 ok\r\n"`,
			`2-2 S 550 RCPT permanent sender>sender "550 no\r\n"`,
			`3-3 S 550 RCPT permanent sender>sender "550 no\r\n"`,
			`3-3 S 221 QUIT ok sender>closed "221 bye\r\n"`,
		}},
		// What comes behind DATA is read when the reply says what it is.
		"talking ahead": {said("S 220 mx\n", "C HELO a\nMAIL FROM:<>\nRCPT TO:<b@c>\nDATA\n", "C one\n", "C .\nDATA\nRSET\n",
			"S 250 mx\n250 ok\n250 ok\n354 go\n250 ok\n", "S 503 no\n"), []string{
			`0-0 S 220  greeting connected>connected "220 mx\r\n"`,
			`1-1 C HELO HELO command connected>connected "HELO a\r\n"`,
			`1-1 C MAIL MAIL command greeted>greeted "MAIL FROM:<>\r\n"`,
			`1-1 C RCPT RCPT command sender>sender "RCPT TO:<b@c>\r\n"`,
			`1-1 C DATA DATA command recipients>recipients "DATA\r\n"`,
			`4-4 S 250 HELO ok connected>greeted "250 mx\r\n"`,
			`4-4 S 250 MAIL ok greeted>sender "250 ok\r\n"`,
			`4-4 S 250 RCPT ok sender>recipients "250 ok\r\n"`,
			`4-4 S 354 DATA more recipients>content "354 go\r\n"`,
			`2-2 C   content content>content "one\r\n"`,
			`3-3 C . . command content>content ".\r\n"`,
			`3-3 C DATA DATA command greeted>greeted "DATA\r\n"`,
			`4-4 S 250 . ok content>greeted "250 ok\r\n"`,
			`5-5 S 503 DATA permanent greeted>greeted "503 no\r\n"`,
			`3-3 C RSET RSET command greeted>greeted "RSET\r\n"`,
		}},
		// The labels name the messages, and never a password.
		"a login": {said("S 220 mx\n", "C EHLO a\n", "S 250 mx\n", "C AUTH LOGIN\n", "S 334 VXNlcm5hbWU6\n", "C YWxpY2U=\n", "S 334 UGFzc3dvcmQ6\n",
			"C d29uZGVy\n", "S 535 no\n", "C AUTH PLAIN AGFsaWNlAHdvbmRlcg==\n", "S 535 no\n", "C AUTH X\n", "S 334 =\n", "C what\n", "S 334 \n", "C *\n",
			"S 501 ok\n", "C NOOP\n", "S 250 ok\n"), []string{
			`0-0 S 220  greeting connected>connected "220 mx\r\n"`,
			`1-1 C EHLO EHLO command connected>connected "EHLO a\r\n"`,
			`2-2 S 250 EHLO ok connected>greeted "250 mx\r\n"`,
			`3-3 C AUTH AUTH command greeted>greeted "AUTH LOGIN\r\n"`,
			`4-4 S 334 user-prompt AUTH more greeted>exchange "334 VXNlcm5hbWU6\r\n"`,
			`5-5 C user AUTH command exchange>exchange "YWxpY2U=\r\n"`,
			`6-6 S 334 password-prompt AUTH more exchange>exchange "334 UGFzc3dvcmQ6\r\n"`,
			`7-7 C password AUTH command exchange>exchange "d29uZGVy\r\n"`,
			`8-8 S 535 AUTH permanent exchange>greeted "535 no\r\n"`,
			`9-9 C AUTH AUTH command greeted>greeted "AUTH PLAIN AGFsaWNlAHdvbmRlcg==\r\n"`,
			`10-10 S 535 AUTH permanent greeted>greeted "535 no\r\n"`,
			`11-11 C AUTH AUTH command greeted>greeted "AUTH X\r\n"`,
			`12-12 S 334 AUTH more greeted>exchange "334 =\r\n"`,
			`13-13 C AUTH AUTH command exchange>exchange "what\r\n"`,
			`14-14 S 334 AUTH more exchange>exchange "334 \r\n"`,
			`15-15 C * * command exchange>exchange "*\r\n"`,
			`16-16 S 501 * permanent exchange>greeted "501 ok\r\n"`,
			`17-17 C NOOP NOOP command greeted>greeted "NOOP\r\n"`,
			`18-18 S 250 NOOP ok greeted>greeted "250 ok\r\n"`,
		}},
		"chunks": {said("S 220 mx\n", "C EHLO a\nMAIL FROM:<>\nRCPT TO:<b@c>\nBDAT 7\nQUIT\n.", "C \nBDAT 3 LAST\nab", "C cNOOP\n", "S 250 mx\n250 ok\n250 ok\n250 7\n",
			"S 250 taken\n250 ok\n"), []string{
			`0-0 S 220  greeting connected>connected "220 mx\r\n"`,
			`1-1 C EHLO EHLO command connected>connected "EHLO a\r\n"`,
			`1-1 C MAIL MAIL command greeted>greeted "MAIL FROM:<>\r\n"`,
			`1-1 C RCPT RCPT command sender>sender "RCPT TO:<b@c>\r\n"`,
			`1-1 C BDAT BDAT command recipients>recipients "BDAT 7\r\n"`,
			`1-1 C   content chunks>chunks "QUIT\r\n."`,
			`2-2 C ? ? command chunks>chunks "\r\n"`,
			`2-2 C BDAT LAST BDAT LAST command chunks>chunks "BDAT 3 LAST\r\n"`,
			`2-3 C   content chunks>chunks "abc"`,
			`3-3 C NOOP NOOP command greeted>greeted "NOOP\r\n"`,
			`4-4 S 250 EHLO ok connected>greeted "250 mx\r\n"`,
			`4-4 S 250 MAIL ok greeted>sender "250 ok\r\n"`,
			`4-4 S 250 RCPT ok sender>recipients "250 ok\r\n"`,
			`4-4 S 250 BDAT ok recipients>chunks "250 7\r\n"`,
			`5-5 S 250 ? ok chunks>chunks "250 taken\r\n"`,
			`5-5 S 250 BDAT LAST ok chunks>greeted "250 ok\r\n"`,
		}},
		"a server without chunks": {said("S 220 mx\n", "C EHLO a\n", "S 250 mx\n", "C BDAT 100 LAST\n", "S 502 no\n", "C NOOP\n", "S 250 ok\n"), []string{
			`0-0 S 220  greeting connected>connected "220 mx\r\n"`,
			`1-1 C EHLO EHLO command connected>connected "EHLO a\r\n"`,
			`2-2 S 250 EHLO ok connected>greeted "250 mx\r\n"`,
			`3-3 C BDAT LAST BDAT LAST command greeted>greeted "BDAT 100 LAST\r\n"`,
			`4-4 S 502 BDAT LAST permanent greeted>greeted "502 no\r\n"`,
			`5-5 C NOOP NOOP command greeted>greeted "NOOP\r\n"`,
			`6-6 S 250 NOOP ok greeted>greeted "250 ok\r\n"`,
		}},
		// What was injected behind STARTTLS gets no reply, and the session begins again inside TLS.
		"TLS": {said("S 220 mx\n", "C EHLO a\nSTARTTLS\nMAIL FROM:<>\nRCPT TO", "S 250 mx\n220 go\n", "C EHLO b\n", "S 250 mx\n"), []string{
			`0-0 S 220  greeting connected>connected "220 mx\r\n"`,
			`1-1 C EHLO EHLO command connected>connected "EHLO a\r\n"`,
			`1-1 C STARTTLS STARTTLS command greeted>greeted "STARTTLS\r\n"`,
			`1-1 C MAIL MAIL command connected>connected "MAIL FROM:<>\r\n"`,
			`2-2 S 250 EHLO ok connected>greeted "250 mx\r\n"`,
			`1-1 C    connected>connected "RCPT TO"`,
			`2-2 S 220 STARTTLS ok greeted>connected "220 go\r\n"`,
			`3-3 C EHLO EHLO command connected>connected "EHLO b\r\n"`,
			`4-4 S 250 EHLO ok connected>greeted "250 mx\r\n"`,
		}},
		"a dot that comes in pieces": {said("S 220 mx\n", "C HELO a\nMAIL FROM:<>\nRCPT TO:<b@c>\nDATA\n",
			"S 250 mx\n250 ok\n250 ok\n354 go\n", "C x\n..y", "C \n.", "C .", "C z\n.", "C \n", "S 250 ok\n"), []string{
			`0-0 S 220  greeting connected>connected "220 mx\r\n"`,
			`1-1 C HELO HELO command connected>connected "HELO a\r\n"`,
			`1-1 C MAIL MAIL command greeted>greeted "MAIL FROM:<>\r\n"`,
			`1-1 C RCPT RCPT command sender>sender "RCPT TO:<b@c>\r\n"`,
			`1-1 C DATA DATA command recipients>recipients "DATA\r\n"`,
			`2-2 S 250 HELO ok connected>greeted "250 mx\r\n"`,
			`2-2 S 250 MAIL ok greeted>sender "250 ok\r\n"`,
			`2-2 S 250 RCPT ok sender>recipients "250 ok\r\n"`,
			`2-2 S 354 DATA more recipients>content "354 go\r\n"`,
			`3-6 C   content content>content "x\r\n..y\r\n..z\r\n"`,
			`6-7 C . . command content>content ".\r\n"`,
			`8-8 S 250 . ok content>greeted "250 ok\r\n"`,
		}},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, l := range machinetest.ObserveBytewise(t, newObserver, c.said) {
				checkExplanation(t, l)
				got = append(got, brief(l))
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(c.want, "\n"))
			}
		})
	}
}

// TestObserverOfLenientServer reads as a server does that takes LF for a line end: the message ends where that one sees its
// end, and what it takes for commands is explained as such.
func TestObserverOfLenientServer(t *testing.T) {
	conversation := said("S 220 mx\n", "C EHLO my_laptop\nMAIL FROM: e@example.com\nRCPT TO:<b@c>\nDATA\n", "S 250 mx\n250 ok\n250 ok\n354 go\n", "C ",
		"S 250 ok\n250 ok\n250 ok\n", "C QUIT\n", "S 221 bye\n")
	conversation[3].Data = []byte("x\n..\ny\r\n.\nRSET\nNOOP\r\n")
	want := []string{
		`0-0 S 220  greeting connected>connected "220 mx\r\n"`,
		`1-1 C EHLO EHLO command connected>connected "EHLO my_laptop\r\n"`,
		`1-1 C MAIL MAIL command greeted>greeted "MAIL FROM: e@example.com\r\n"`,
		`1-1 C RCPT RCPT command sender>sender "RCPT TO:<b@c>\r\n"`,
		`1-1 C DATA DATA command recipients>recipients "DATA\r\n"`,
		`2-2 S 250 EHLO ok connected>greeted "250 mx\r\n"`,
		`2-2 S 250 MAIL ok greeted>sender "250 ok\r\n"`,
		`2-2 S 250 RCPT ok sender>recipients "250 ok\r\n"`,
		`2-2 S 354 DATA more recipients>content "354 go\r\n"`,
		`3-3 C   content content>content "x\n..\ny\r\n"`,
		`3-3 C . . command content>content ".\n"`,
		`3-3 C RSET RSET command greeted>greeted "RSET\n"`,
		`3-3 C NOOP NOOP command greeted>greeted "NOOP\r\n"`,
		`4-4 S 250 . ok content>greeted "250 ok\r\n"`,
		`4-4 S 250 RSET ok greeted>greeted "250 ok\r\n"`,
		`4-4 S 250 NOOP ok greeted>greeted "250 ok\r\n"`,
		`5-5 C QUIT QUIT command greeted>greeted "QUIT\r\n"`,
		`6-6 S 221 QUIT ok greeted>closed "221 bye\r\n"`,
	}
	forms := LenientSpace | LenientBrackets | LenientName | LenientLineEnds
	var got []string
	for _, l := range machinetest.ObserveBytewise(t, func() machine.Observer { return NewObserverOf(forms) }, conversation) {
		checkExplanation(t, l)
		got = append(got, brief(l))
		if e := Explain(l); l.Dir == trace.ToServer && (len(e.Why) > 0 || e.Repair != "") {
			t.Errorf("%q is taken, and still it is said to be wrong: %+v", l.Data, e)
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// TestObserverLongLine sees that a line without end is not kept whole.
func TestObserverLongLine(t *testing.T) {
	o := NewObserver()
	for range 1000 {
		o.Observe(0, trace.ToServer, bytes.Repeat([]byte("x"), 1000))
		for l, ok := o.Next(); ok; l, ok = o.Next() {
			if l.Class != trace.ClassNone || len(l.Data) != maxObserved {
				t.Fatal(machinetest.Describe(l))
			}
			checkExplanation(t, l)
		}
	}
	o.Observe(0, trace.ToServer, []byte("\r\n"))
	l, _ := o.Next()
	if l.Class != trace.ClassCommand || l.Label != restOfLine || l.Verb != "?" {
		t.Error(machinetest.Describe(l))
	}
	checkExplanation(t, l)
	if e := Explain(l); len(e.Why) != 1 || e.Why[0].ID != "smtp.why.long-rest" {
		t.Errorf("the end of the line is explained by %+v", e.Why)
	}
	if cap(o.client.buf) > 100_000 {
		t.Errorf("the observer keeps %d octets", cap(o.client.buf))
	}
}
