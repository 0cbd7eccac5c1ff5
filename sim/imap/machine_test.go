package imap_test

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"ehlo/sim/engine"
	"ehlo/sim/imap"
	"ehlo/sim/machine"
	"ehlo/sim/machine/machinetest"
	"ehlo/sim/store"
	"ehlo/sim/trace"
)

var (
	_ machine.Session  = (*imap.Server)(nil)
	_ machine.Session  = (*imap.Client)(nil)
	_ machine.Observer = (*imap.Observer)(nil)
)

// said is the octets of one direction of a transcript, without its times.
func said(t testing.TB, path string, dir trace.Dir) []byte {
	var octets []byte
	for _, s := range machinetest.Conversation(t, path) {
		if s.Dir == dir {
			octets = append(octets, s.Data...)
		}
	}
	return octets
}

// head reads the settings of a transcript.
func head(t testing.TB, path string) map[string]string {
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	s := map[string]string{}
	for _, line := range strings.Split(string(text), "\n") {
		if name, value, ok := strings.Cut(line, ":"); ok && name == strings.ToLower(name) && name[0] != '#' {
			s[name] = strings.TrimSpace(value)
		}
	}
	return s
}

func serverPaths(t testing.TB) []string { return machinetest.Paths(t, "testdata/server/*.txt") }

func TestServerBytewise(t *testing.T) {
	for _, path := range serverPaths(t) {
		s := head(t, path)
		delete(s, "news")
		machinetest.Bytewise(t, func() machinetest.Peer { return settings(s) }, said(t, path, trace.ToServer))
	}
}

// asker is a client that was told everything before its server said a word.
func asker(t testing.TB, path string) machinetest.Peer {
	p := newProgram(head(t, path)).(program)
	text, _ := os.ReadFile(path)
	for _, line := range strings.Split(string(text), "\n") {
		if command, ok := strings.CutPrefix(line, "Do: "); ok {
			if err := p.Do(0, command); err != nil {
				t.Fatal(err)
			}
		}
	}
	return p
}

func TestClientBytewise(t *testing.T) {
	for _, path := range machinetest.Paths(t, "testdata/client/*.txt") {
		machinetest.Bytewise(t, func() machinetest.Peer { return asker(t, path) }, said(t, path, trace.ToClient))
	}
}

// A server that is replaced by its clone after each octet says the same, and the one that is left behind is not
// disturbed.
func TestServerClone(t *testing.T) {
	for _, path := range serverPaths(t) {
		s := head(t, path)
		delete(s, "news")
		input := said(t, path, trace.ToServer)
		whole := settings(s)
		whole.Receive(0, input)
		want := string(whole.Output())
		h := settings(s)
		var got []byte
		for i := range input {
			got = append(got, h.Output()...)
			left := *h
			left.Server, left.account = h.Server.Clone(), h.account.Clone()
			left.recent = map[string]store.UID{}
			left.Receive(0, []byte("junk\r\n{3}\r\nx FETCH 1 BODY[]\r\nx STORE 1 FLAGS (\\Deleted)\r\nx EXPUNGE\r\nx LOGOUT\r\n"))
			h.Server = h.Server.Clone()
			h.Receive(0, input[i:i+1])
		}
		if got = append(got, h.Output()...); string(got) != want {
			t.Errorf("%s: cloned after each octet the server says\n%s\nand not\n%s", path, got, want)
		}
	}
}

func TestClientClone(t *testing.T) {
	for _, path := range machinetest.Paths(t, "testdata/client/*.txt") {
		input := said(t, path, trace.ToClient)
		whole := asker(t, path).(program)
		whole.Receive(0, input)
		want, reports := string(whole.Output()), whole.Reports()
		p := asker(t, path).(program)
		var got []byte
		var told []string
		for i := range input {
			got = append(got, p.Output()...)
			told = append(told, p.Reports()...)
			left := p.Client
			p = program{p.Client.Clone()}
			left.Receive(0, []byte("* 9 EXISTS\r\n+ x\r\na1 NO x\r\n"))
			p.Receive(0, input[i:i+1])
		}
		got, told = append(got, p.Output()...), append(told, p.Reports()...)
		if string(got) != want || !slices.Equal(told, reports) {
			t.Errorf("%s: cloned after each octet the client says\n%s\n%q\nand not\n%s\n%q", path, got, told, want, reports)
		}
	}
}

func newObserver() machine.Observer { return imap.NewObserver() }

// observed are the server's transcripts of which observer.golden says what an observer makes of them.
var observed = []string{"session", "two-sessions", "literals", "wrong-order", "end", "push", "authenticate-refused"}

func TestObserver(t *testing.T) {
	var b strings.Builder
	for _, path := range append(serverPaths(t), machinetest.Paths(t, "testdata/observer/*.txt")...) {
		lines := machinetest.ObserveBytewise(t, newObserver, machinetest.Conversation(t, path))
		name := strings.TrimSuffix(filepath.Base(path), ".txt")
		if strings.Contains(path, "/server/") && !slices.Contains(observed, name) {
			continue
		}
		b.WriteString(path + "\n")
		for _, l := range lines {
			b.WriteString("\t" + machinetest.Describe(l) + "\n")
		}
	}
	golden(t, "testdata/observer.golden", b.String())
}

// What the observer takes for the session's state is what the server's own is.
func TestObserverState(t *testing.T) {
	for _, path := range serverPaths(t) {
		h, o := settings(head(t, path)), newObserver()
		for _, s := range machinetest.Conversation(t, path) {
			o.Observe(s.At, trace.ToClient, bytes.Clone(h.Output()))
			if s.Dir == trace.ToServer {
				for _, line := range bytes.SplitAfter(s.Data, []byte("\n")) {
					o.Observe(s.At, trace.ToServer, line)
					h.Receive(s.At, line)
					o.Observe(s.At, trace.ToClient, bytes.Clone(h.Output()))
					if want := imap.Table().States[h.State()]; !h.Done() && o.State() != want {
						t.Fatalf("%s: behind %q the state is %s, the observer says %s", path, line, want, o.State())
					}
				}
			}
		}
	}
}

// An observer holds what a client sends too early until the server has decided what it is.
func TestObserverEarlyLiteral(t *testing.T) {
	for _, c := range []struct{ answer, want string }{
		{"+ go\r\n", `greeting:* OK hi|command:a1 LOGIN {3}|more:+ go|content:bob|command: x|command:a2 NOOP`},
		{"a1 BAD no\r\n", `greeting:* OK hi|command:a1 LOGIN {3}|permanent:a1 BAD no|command:bob x|command:a2 NOOP`},
		{"* 1 EXISTS\r\n", `greeting:* OK hi|command:a1 LOGIN {3}|untagged:* 1 EXISTS`},
	} {
		lines := machinetest.ObserveBytewise(t, newObserver, []machinetest.Said{
			{At: 0, Dir: trace.ToClient, Data: []byte("* OK hi\r\n")},
			{At: 1, Dir: trace.ToServer, Data: []byte("a1 LOGIN {3}\r\n")},
			{At: 2, Dir: trace.ToServer, Data: []byte("bob x\r\n")},
			{At: 3, Dir: trace.ToServer, Data: []byte("a2 NOOP\r\n")},
			{At: 4, Dir: trace.ToClient, Data: []byte(c.answer)},
		})
		var got []string
		for _, l := range lines {
			got = append(got, l.Class.String()+":"+strings.TrimSpace(strings.TrimSuffix(string(l.Data), "\r\n")))
			if string(l.Data) == "a2 NOOP\r\n" && (l.From != 3 || l.At != 3) {
				t.Errorf("%s: the early line passed from %v to %v", c.answer, l.From, l.At)
			}
		}
		if want := strings.ReplaceAll(c.want, "command: x", "command:x"); strings.Join(got, "|") != want {
			t.Errorf("after %q: %s, want %s", c.answer, strings.Join(got, "|"), want)
		}
	}
}

// A timeout at an earlier moment than the one asked for does nothing, and an answered question cannot be answered again.
func TestServerIgnores(t *testing.T) {
	s := imap.NewServer(imap.Config{IdleTimeout: 1000}, 0)
	s.Output()
	s.HandleTimeout(999)
	if s.Done() {
		t.Error("sent away too early")
	}
	s.Receive(5, []byte("a1 LOGIN bob plover\r\na2 NOOP\r\n"))
	e, ok := s.Next()
	if !ok || e.Kind != imap.AskLogin {
		t.Fatal("no question")
	}
	if _, ok := s.Timeout(); ok {
		t.Error("the clock runs while a question is open")
	}
	s.HandleTimeout(engine.Never)
	s.Answer(6, e.ID+1, imap.Answer{OK: true})
	if out := s.Output(); len(out) > 0 {
		t.Errorf("an answer to another question is taken: %s", out)
	}
	s.Answer(7, e.ID, imap.Answer{OK: true})
	s.Answer(8, e.ID, imap.Answer{})
	if out := string(s.Output()); strings.Count(out, "\r\n") != 2 || !strings.Contains(out, "a2 OK") {
		t.Errorf("%s", out)
	}
	s.ReceiveEOF(9)
	s.Answer(10, e.ID, imap.Answer{})
	s.Receive(10, []byte("a3 NOOP\r\n"))
	if out := s.Output(); !s.Done() || len(out) > 0 {
		t.Errorf("after the end: %s", out)
	}
}

// Wordings can be replaced one by one.
func TestReplies(t *testing.T) {
	h := newHost(imap.Config{Replies: map[imap.Wording]imap.Reply{
		{Reply: imap.ReplyLoginRefused}: {Status: imap.NO, Text: "{host} does not know you, {unknown}"},
	}}, account(nil, nil))
	h.Output()
	h.Receive(0, []byte("a1 LOGIN eve x\r\n"))
	if got := string(h.Output()); got != "a1 NO mx.example.net does not know you, \r\n" {
		t.Error(got)
	}
}

// Before a login the server may have less patience, a command may be missing, and wordings may be for one command.
func TestHabits(t *testing.T) {
	h := newHost(imap.Config{IdleTimeout: 30 * time.Minute, LoginTimeout: 3 * time.Minute, Without: imap.WithoutAllBut([]string{"LOGIN", "NOOP", "SELECT"}),
		Capabilities: []string{"IMAP4REV1", "STARTTLS", "AUTH="}, Greeted: []string{"IMAP4"},
		Replies: map[imap.Wording]imap.Reply{{Reply: imap.ReplyMailboxID}: {}, {Reply: imap.ReplyState, Command: "SELECT"}: {Status: imap.NO, Text: "Who are you?"}}},
		account(nil, nil))
	if at, ok := h.Timeout(); !ok || at != engine.Time(3*time.Minute) {
		t.Errorf("it waits until %v, %v", at, ok)
	}
	for _, c := range []struct{ say, want string }{
		{"", "* OK [CAPABILITY IMAP4] mx.example.net IMAP server ready\r\n"},
		{"a1 SELECT INBOX\r\n", "a1 NO Who are you?\r\n"},
		{"a2 CAPABILITY\r\n", "a2 BAD CAPABILITY is not offered here\r\n"},
		{"a3 LOGIN bob plover\r\n", "a3 OK [CAPABILITY IMAP4REV1] LOGIN completed\r\n"},
	} {
		h.Receive(0, []byte(c.say))
		if got := string(h.Output()); got != c.want {
			t.Errorf("%q is answered with %q", c.say, got)
		}
	}
	h.Receive(0, []byte("a4 SELECT INBOX\r\n"))
	if got := string(h.Output()); strings.Contains(got, "MAILBOXID") || !strings.Contains(got, "HIGHESTMODSEQ") {
		t.Errorf("SELECT says %q", got)
	}
	if at, ok := h.Timeout(); !ok || at != engine.Time(30*time.Minute) {
		t.Errorf("it waits until %v, %v", at, ok)
	}
}

// The machine leaves compression to its driver, and hears nothing until that has taken it on.
func TestCompress(t *testing.T) {
	h := newHost(imap.Config{Compress: true, Replies: quiet}, account(nil, nil))
	h.Output()
	for _, c := range []struct{ say, want string }{
		{"a1 COMPRESS DEFLATE\r\n", "a1 BAD COMPRESS is not allowed in the not authenticated state\r\n"},
		{"a2 LOGIN bob plover\r\n", "a2 OK LOGIN completed\r\n"},
		{"a3 COMPRESS LZW\r\n", "a3 BAD Expected algorithm at octet 13\r\n"},
		{"a4 compress deflate\r\na5 NOOP\r\n", "a4 OK DEFLATE from the next line on\r\n"},
		{"a6 NOOP\r\n", ""},
	} {
		h.Receive(0, []byte(c.say))
		if got := string(h.Output()); got != c.want {
			t.Errorf("%q is answered with %q", c.say, got)
		}
	}
	if !h.Compressing() {
		t.Fatal("it does not wait for its driver")
	}
	h.Compressed(0)
	h.Receive(0, []byte("a7 CAPABILITY\r\na8 COMPRESS DEFLATE\r\n"))
	if got := string(h.Output()); strings.Contains(got, "COMPRESS=") || !strings.HasSuffix(got, "a8 BAD [COMPRESSIONACTIVE] DEFLATE is active already\r\n") {
		t.Errorf("inside it says %q", got)
	}
	h = newHost(imap.Config{}, account(nil, nil))
	h.Receive(0, []byte("a1 LOGIN bob plover\r\na2 COMPRESS DEFLATE\r\n"))
	if got := string(h.Output()); strings.Contains(got, "COMPRESS=") || !strings.HasSuffix(got, "a2 BAD COMPRESS is not offered here\r\n") {
		t.Errorf("where nobody can compress it says %q", got)
	}
}
