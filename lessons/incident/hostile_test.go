package incident_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"ehlo/lessons/incident"
	"ehlo/lessons/locale/localetest"
	"ehlo/sim"
	"ehlo/sim/machine"
	"ehlo/sim/paste"
	"ehlo/sim/script"
	"ehlo/sim/trace"
	"ehlo/sim/trace/export"
	"ehlo/sim/world"
	"ehlo/sim/worlds"
)

// FuzzRead reads anything: it ends without a panic, the parts of each line lie in it, what is said has a text, masking keeps the length, and a
// world that is made of it is one.
func FuzzRead(f *testing.F) {
	known := map[string]bool{}
	for _, id := range incident.MessageIDs() {
		known[id] = true
	}
	for _, file := range inputs(f) {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		in, err := incident.Read(data, "")
		if err != nil {
			var bad *paste.Error
			if !errors.As(err, &bad) {
				t.Fatal(err)
			}
			return
		}
		for _, p := range in.Parts {
			for _, e := range p.Entries {
				for _, s := range e.Spans {
					if s.Start < 0 || s.Start >= s.End || s.End > len(e.Text) {
						t.Fatalf("a part of %q goes from %d to %d", e.Text, s.Start, s.End)
					}
				}
				for _, n := range slices.Concat(p.Summary, e.Notes) {
					if strings.HasPrefix(n.ID, "incident.") && !known[n.ID] {
						t.Fatalf("%s is on no list", n.ID)
					}
				}
			}
			if c := p.Conversation; c != nil {
				for i := range c.Lines {
					c.Explain(i)
				}
			}
		}
		in.Contents()
		if text, _ := in.Masked(); in.Kind != incident.Capture && len(text) != len(data) {
			t.Fatalf("%d octets are %d with passwords masked", len(data), len(text))
		}
		r, err := in.World()
		if err != nil {
			return
		}
		if _, err := world.Parse("fuzz", []byte(r.World)); err != nil {
			t.Fatalf("%v\n%s", err, r.World)
		}
	})
}

func TestWhatCannotBeRead(t *testing.T) {
	texts := localetest.English(t, "../..")
	pcap := func(link uint32, packets ...byte) string {
		head := binary.LittleEndian.AppendUint32(nil, 0xA1B2C3D4)
		head = append(head, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0)
		return string(append(binary.LittleEndian.AppendUint32(head, link), packets...))
	}
	for _, c := range []struct{ text, id string }{
		{"", "paste.empty"}, {"Dear Bob,\nhow are you?\n", "paste.unknown"}, {"\x7fELF\x00\x01\x02", "incident.binary"},
		{strings.Repeat("x", paste.MaxText+1), "paste.too-long"}, {pcap(1)[:20], "incident.capture.cut"}, {pcap(1), "incident.capture.no-mail"},
		{pcap(147, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 'x'), "incident.capture.unknown-link"},
		{"\n\r\r\n\x08\x00\x00\x00", "incident.capture.cut"},
	} {
		_, err := incident.Read([]byte(c.text), "")
		var bad *paste.Error
		if !errors.As(err, &bad) || bad.ID != c.id || !texts.Has(bad.ID) || !texts.Has(bad.ID+".repair") {
			t.Errorf("%.20q: %v, want %s", c.text, err, c.id)
		}
	}
}

// TestLongAndDeep gives what would not end before the tests' own limit, or would run out of stack, if something in it were
// followed without bounds.
func TestLongAndDeep(t *testing.T) {
	if testing.Short() {
		t.Skip("it reads 40 MB")
	}
	long := strings.Repeat("a=b, ", 1<<20)
	for name, text := range map[string]string{
		"a log line of 5 MB":       "Mar  2 08:00:01 mail sendmail[1]: 62280xyz004711: from=<a@b.example>, " + long + "\n",
		"a field of 10 MB":         "Received: from a by b; " + strings.Repeat("(", 10<<20) + "\n",
		"folds":                    "Received: from a by b\n" + strings.Repeat(" (\n", 1<<18),
		"many fields":              strings.Repeat("Received: from a by b with ESMTP id 1 for <a@b.example>; Mon, 2 Mar 2026 08:00:00 +0000\n", 20000),
		"many queue IDs":           strings.Repeat("Mar  2 08:00:01 mail postfix/smtp[1]: 11476B7E3F2: to=<bob@example.net>, relay=none, delay=1, dsn=4.4.1, status=deferred (x)\n", 20000),
		"parts within parts":       "From: a@b.example\nTo: c@d.example\nContent-Type: multipart/report; boundary=x\n\n" + strings.Repeat("--x\n\n", 50000),
		"an escape in a log":       "Mar  2 08:00:01 mail sendmail[1]: \x1b[2J\x1b]0;x\x07: from=<a@b.example>\n",
		"numbers without an end":   "* 1 FETCH (BODY[] {99999999999999999999}\n",
		"C: without anything else": strings.Repeat("C: \nS: \n", 10000),
		"commands, no replies":     strings.Repeat("MAIL FROM:<a@b.example>\nRSET\n.\n", 10000),
		"then replies":             strings.Repeat("RSET\n", 20000) + strings.Repeat("250 ok\n500 no\nNOOP\n", 10000),
		"POP3, no replies":         strings.Repeat("AUTH PLAIN\nSTAT\n", 10000) + strings.Repeat("+OK\n+ \nSTAT\n", 10000),
		"tags":                     "* OK\n" + many("a%d OK\n", 20000) + many("a%d NOOP\na%[1]d OK\n* 1 EXISTS\n", 10000),
		"tags, no replies":         "* OK\n" + many("a%d NOOP\n", 10000) + strings.Repeat("* 1 EXISTS\n* BAD x\n+ \n", 10000),
		"a literal, no reply":      "S: * OK\nC: a LOGIN {5}\n" + strings.Repeat("C: x\n", 20000) + "S: + go on\n" + strings.Repeat("C: x\nS: * 1 EXISTS\n", 10000),
		"DATA, no reply":           "S: 220 a\nC: EHLO b\nC: DATA\n" + strings.Repeat("C: x\n", 20000) + "S: 250 a\nS: 354 go on\n" + strings.Repeat("C: x\nS: 250 b\n", 10000),
		"AUTH, no reply":           "S: 220 a\nC: EHLO b\nC: AUTH PLAIN\n" + strings.Repeat("C: x\n", 20000) + "S: 250 a\n" + strings.Repeat("S: 334 \nC: x\n", 10000),
	} {
		begin := time.Now()
		in, err := incident.Read([]byte(text), "")
		if err == nil {
			in.Contents()
			_, err = in.World()
		}
		t.Logf("%s: %v after %v", name, err, time.Since(begin).Round(time.Millisecond))
	}
}

// many writes lines with the numbers up to n.
func many(format string, n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, format, i)
	}
	return b.String()
}

// TestNoPasswordIsShared masks sessions with every kind of login.
func TestNoPasswordIsShared(t *testing.T) {
	secrets := []string{"wonder", "d29uZGVy", "open sesame", "tr0ub4dor&3", "c4c9334bac560ecc979e58001b3e22fb", "AGFsaWNlAHdvbmRlcg==", "dim-b3Blbg=="}
	for name, text := range map[string]string{
		"PASS":         "S: +OK hi\nC: USER alice\nS: +OK\nC: PASS open sesame\nS: +OK\n",
		"APOP":         "S: +OK hi <1@a.example>\nC: APOP alice c4c9334bac560ecc979e58001b3e22fb\nS: +OK\n",
		"AUTH PLAIN":   "S: 220 a.example\nC: EHLO b.example\nS: 250 a.example\nC: AUTH PLAIN AGFsaWNlAHdvbmRlcg==\nS: 235 ok\n",
		"AUTH LOGIN":   "S: 220 a.example\nC: EHLO b.example\nS: 250 a.example\nC: AUTH LOGIN\nS: 334 VXNlcm5hbWU6\nC: YWxpY2U=\nS: 334 UGFzc3dvcmQ6\nC: d29uZGVy\nS: 235 ok\n",
		"LOGIN":        "S: * OK hi\nC: a1 LOGIN alice wonder\nS: a1 OK\nC: a2 NOOP\nS: a2 OK\n",
		"literal":      "S: * OK hi\nC: a1 LOGIN alice {6}\nS: + go on\nC: wonder\nS: a1 OK\n",
		"swaks":        "=== Connected\n<-  220 a.example\n -> EHLO b.example\n<-  250 a.example\n -> AUTH PLAIN AGFsaWNlAHdvbmRlcg==\n<-  235 ok\n",
		"smtplib":      "send: 'ehlo b.example\\r\\n'\nreply: b'250 a.example\\r\\n'\nsend: 'AUTH PLAIN AGFsaWNlAHdvbmRlcg==\\r\\n'\nreply: b'235 ok\\r\\n'\n",
		"in a message": "S: 220 a.example\nC: MAIL FROM:<a@b.example>\nS: 250 ok\nC: RCPT TO:<c@d.example>\nS: 250 ok\nC: DATA\nS: 354 go\nC: Password: tr0ub4dor&3\nC: .\nS: 250 ok\n",
		"in a log":     "Mar  2 08:00:01 mail dovecot[1]: auth: user=alice password=wonder failed\nMar  2 08:00:01 mail postfix/smtpd[1]: AUTH PLAIN AGFsaWNlAHdvbmRlcg==\n",
	} {
		in, err := incident.Read([]byte(text), "")
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		masked, n := in.Masked()
		all := string(masked)
		if r, err := in.World(); err == nil {
			all += r.World + r.Script
		}
		again, err := in.Mask("")
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for _, p := range again.Parts {
			if p.Conversation != nil {
				for _, l := range p.Conversation.Lines {
					all += string(l.Data)
				}
			}
			for _, e := range p.Entries {
				all += string(e.Text)
			}
		}
		for _, s := range secrets {
			if strings.Contains(all, s) {
				t.Errorf("%s: %q is in what is shared: %s", name, s, all)
			}
		}
		if n == 0 || bytes.Equal(masked, []byte(text)) {
			t.Errorf("%s: nothing is masked", name)
		}
	}
}

// played plays a script in one of the worlds and exports what happened.
func played(t *testing.T, name, lines string) (*sim.Timeline, []byte) {
	t.Helper()
	text, _ := worlds.Text(name)
	def, err := world.Parse(name, text)
	if err != nil {
		t.Fatal(err)
	}
	tl, err := sim.NewTimeline(def)
	if err != nil {
		t.Fatal(err)
	}
	s, err := script.Parse("test", []byte(lines))
	if err == nil {
		err = s.Play(tl)
	}
	if err != nil {
		t.Fatal(err)
	}
	return tl, export.Pcapng(tl.Trace().Events(0, tl.Trace().Len()), export.Options{})
}

// TestTLSInACapture: what was said before STARTTLS is explained, what came behind it is named.
func TestTLSInACapture(t *testing.T) {
	_, data := played(t, "eavesdropper", "telnet mail.example.org 25\n> EHLO laptop.example.org\n> STARTTLS\n> EHLO laptop.example.org\n> QUIT\n")
	in, err := incident.Read(data, "")
	if err != nil || len(in.Parts) != 1 {
		t.Fatal(err)
	}
	c, records := in.Parts[0].Conversation, in.Parts[0].Entries
	if last := c.Lines[len(c.Lines)-1]; last.Verb != "STARTTLS" || len(records) < 10 {
		t.Errorf("%q, then %d records", last.Data, len(records))
	}
	if n := records[0].Notes[0]; n.ID != "incident.tls.client-hello.named" || n.Args["name"] != "mail.example.org" {
		t.Errorf("%v", n)
	}
	r, err := in.World()
	if err != nil || !strings.Contains(r.World, `tls = "starttls"`) || !slices.ContainsFunc(r.Assumed, func(n machine.Note) bool { return n.ID == "incident.assume.sealed" }) {
		t.Errorf("%v %+v", err, r)
	}
}

// TestCaptureOfOurOwn reads back what a world exports as pcapng: each line of the trace is there again, once.
func TestCaptureOfOurOwn(t *testing.T) {
	tl, data := played(t, "two-domains", "telnet mail.example.org 25\n> EHLO laptop.example.org\n> MAIL FROM:<alice@example.org>\n> RCPT TO:<bob@example.net>\n> DATA\n> Subject: x\n>\n> ..\n> .\n> QUIT\n"+
		"telnet mx.example.net 110\n> USER bob\n> PASS plover\n> RETR 1\n> QUIT\ntelnet mx.example.net 143\n> a LOGIN bob plover\n> b SELECT INBOX\n> c FETCH 1 BODY[]\n> d LOGOUT\n")
	in, err := incident.Read(data, "")
	if err != nil {
		t.Fatal(err)
	}
	count := func(of map[string]int, dir trace.Dir, data []byte, n int) {
		for row := range bytes.Lines(data) {
			of[dir.String()+string(row)] += n
		}
	}
	differ := map[string]int{}
	for _, e := range tl.Trace().Events(0, tl.Trace().Len()) {
		if e.Kind == trace.KindLine {
			count(differ, e.Dir, e.Data, 1)
		}
	}
	lines := len(differ)
	for _, p := range in.Parts {
		if p.Conversation != nil {
			for _, l := range p.Conversation.Lines {
				count(differ, l.Dir, l.Data, -1)
			}
		}
	}
	for line, n := range differ {
		if n != 0 {
			t.Errorf("%q: %d more in the trace than in the capture", line, n)
		}
	}
	if len(in.Parts) != 4 || lines < 50 {
		t.Errorf("%d conversations, %d lines", len(in.Parts), lines)
	}
}
