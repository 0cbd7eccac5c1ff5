package smtp

import (
	"bytes"
	"maps"
	"testing"

	"ehlo/sim/engine"
	"ehlo/sim/machine"
	"ehlo/sim/machine/machinetest"
	"ehlo/sim/trace"
)

// octets returns what one side says in a transcript.
func octets(t testing.TB, path string, dir trace.Dir) []byte {
	var b []byte
	for _, s := range machinetest.Conversation(t, path) {
		if s.Dir == dir {
			b = append(b, s.Data...)
		}
	}
	return b
}

var small = map[string]string{"size": "2000", "recipients": "3", "line": "512", "idle": "5m"}

func newSmallServer() machinetest.Peer { return newServer(small) }

// rich is a server that does all it can. It waits for a handshake for ever.
var rich = map[string]string{"size": "2000", "recipients": "3", "line": "512", "idle": "5m", "extensions": "all", "starttls": "held",
	"auth": "PLAIN LOGIN CRAM-MD5 SCRAM-SHA-256", "clear-auth": "yes", "verify": "yes", "errors": "15"}

func newRichServer() machinetest.Peer { return newServer(rich) }

func newLenientServer() machinetest.Peer {
	s := maps.Clone(rich)
	s["lenient"] = "space brackets name line-ends"
	return newServer(s)
}

// servers are the servers that are fed everything.
var servers = map[string]func() machinetest.Peer{"small": newSmallServer, "rich": newRichServer, "lenient": newLenientServer}

// newLoginClient returns a client that logs in, inside TLS where it gets there, and sends by BDAT.
func newLoginClient() machinetest.Peer {
	c := client{NewClient(ClientConfig{}, 0)}
	for _, do := range []string{"ehlo laptop.example.org", "auth SCRAM-SHA-256 user pencil", "auth CRAM-MD5 tim tanstaaftanstaaf",
		"ask PLAIN alice wonder", "auth LOGIN alice wonder", "say MAIL FROM:<alice@example.org> RET=HDRS SMTPUTF8", "say RCPT TO:<bob@example.net> NOTIFY=NEVER",
		`bdat "one\r\n"`, `last ".\r\n"`, "say VRFY bob", "say STARTTLS", "quit"} {
		if err := c.Do(0, do); err != nil {
			panic(err)
		}
	}
	return heldClient{c}
}

// heldClient waits for a handshake for ever.
type heldClient struct{ client }

func (c heldClient) Receive(now engine.Time, p []byte) { c.Client.Receive(now, p) }

// newBusyClient returns a client that has much to do.
func newBusyClient() machinetest.Peer {
	c := client{NewClient(ClientConfig{}, 0)}
	for _, do := range []string{"ehlo laptop.example.org", "mail alice@example.org 10 8BITMIME", "rcpt bob@example.net",
		`data ".one\r\n.\r\n"`, "rset", "noop", `data "two"`, "quit"} {
		if err := c.Do(0, do); err != nil {
			panic(err)
		}
	}
	return c
}

func newObserver() machine.Observer { return NewObserver() }

func TestBytewise(t *testing.T) {
	for _, path := range machinetest.Paths(t, "testdata/*.txt") {
		for _, s := range servers {
			machinetest.Bytewise(t, s, octets(t, path, trace.ToServer))
		}
		machinetest.Bytewise(t, newBusyClient, octets(t, path, trace.ToClient))
		machinetest.Bytewise(t, newLoginClient, octets(t, path, trace.ToClient))
		for _, l := range machinetest.ObserveBytewise(t, newObserver, machinetest.Conversation(t, path)) {
			checkExplanation(t, l)
		}
	}
}

// TestClone cuts every session at every octet, clones there, and lets both copies go on.
func TestClone(t *testing.T) {
	for _, path := range machinetest.Paths(t, "testdata/server-*.txt") {
		input := octets(t, path, trace.ToServer)
		if len(input) > 5_000 {
			continue
		}
		for _, settings := range []map[string]string{small, rich} {
			whole := run(newServer(settings), input)
			for i := range input {
				s := newServer(settings)
				s.Receive(0, input[:i])
				said := bytes.Clone(s.Output())
				c := &server{Server: s.Server.Clone(), settings: s.settings, reports: append([]string(nil), s.reports...)}
				// The original does something else, which must not show in the copy.
				run(s, []byte("\r\nRSET\r\nMAIL FROM:<eve@example.org>\r\nRCPT TO:<eve@example.org>\r\nxxxxxxxxxx\r\n.\r\n"))
				if got := append(said, run(c, input[i:])...); !bytes.Equal(got, whole) {
					t.Fatalf("%s: cloned at octet %d the server says\n%s\nand not\n%s", path, i, got, whole)
				}
			}
		}
	}
}

// TestCloneWhileAsking clones a server with an open question.
func TestCloneWhileAsking(t *testing.T) {
	s := NewServer(Config{Hostname: "mx.example.net"}, 0)
	s.Receive(0, []byte("EHLO laptop.example.org\r\nMAIL FROM:<alice@example.org>\r\nRCPT TO:<bob@example.net>\r\n"))
	s.Output()
	c := s.Clone()
	e, ok := s.Next()
	if !ok || e.Kind != AskSender {
		t.Fatalf("the server asks %+v", e)
	}
	s.Answer(0, e.ID, Answer{Reply: &Reply{Code: 550, Enhanced: "5.7.1", Text: "no"}})
	if got := string(s.Output()); got != "550 5.7.1 no\r\n503 5.5.1 Send MAIL first\r\n" {
		t.Errorf("the original says %q", got)
	}
	if e, ok = c.Next(); !ok || e.Kind != AskSender || e.Path.String() != "alice@example.org" {
		t.Fatalf("the copy asks %+v", e)
	}
	c.Answer(0, e.ID+1, Answer{}) // another question's answer
	if got := c.Output(); len(got) > 0 {
		t.Errorf("the copy says %q", got)
	}
	c.Answer(0, e.ID, Answer{})
	if e, ok = c.Next(); !ok || e.Kind != AskRecipient || e.Envelope.From.String() != "alice@example.org" {
		t.Fatalf("the copy asks %+v", e)
	}
	if _, ok := c.Next(); ok {
		t.Error("the copy asks twice")
	}
}

func TestCloneClient(t *testing.T) {
	for _, path := range machinetest.Paths(t, "testdata/*.txt") {
		input := octets(t, path, trace.ToClient)
		whole := run(newLoginClient(), input)
		for i := range input {
			c := newLoginClient().(heldClient)
			c.Receive(0, input[:i])
			said := bytes.Clone(c.Output())
			d := heldClient{client{c.Client.Clone()}}
			run(c, []byte("\r\n250 one\r\n354 two\r\n421 three\r\n"))
			if got := append(said, run(d, input[i:])...); !bytes.Equal(got, whole) {
				t.Fatalf("%s: cloned at octet %d the client says\n%s\nand not\n%s", path, i, got, whole)
			}
		}
	}
}

// run feeds input to a machine and returns what it says.
func run(p machinetest.Peer, input []byte) []byte {
	said := bytes.Clone(p.Output())
	p.Receive(0, input)
	return append(said, p.Output()...)
}

func fuzzSeeds(f *testing.F, dir trace.Dir) {
	for _, path := range machinetest.Paths(f, "testdata/*.txt") {
		if p := octets(f, path, dir); len(p) < 4000 {
			f.Add(p)
		}
	}
}

// states are what a client says to bring a server that does all it can into each state; behind the last of them it logs in.
var states = [...]string{"", "EHLO a\r\n", "HELO a\r\n", "EHLO a\r\nMAIL FROM:<>\r\n", "EHLO a\r\nMAIL FROM:<a@b>\r\nRCPT TO:<b@c>\r\n",
	"EHLO a\r\nMAIL FROM:<a@b>\r\nRCPT TO:<b@c>\r\nDATA\r\n", "EHLO a\r\nMAIL FROM:<a@b>\r\nRCPT TO:<b@c>\r\nBDAT 3\r\na\r\n",
	"EHLO a\r\nMAIL FROM:<a@b>\r\nRCPT TO:<b@c>\r\nBDAT 50\r\na", "EHLO a\r\nAUTH PLAIN AGFsaWNlAHdvbmRlcg==\r\n", "EHLO a\r\nAUTH PLAIN\r\n",
	"EHLO a\r\nAUTH LOGIN YWxpY2U=\r\n", "EHLO a\r\nAUTH CRAM-MD5\r\n", "EHLO a\r\nAUTH SCRAM-SHA-256 biwsbj11c2VyLHI9ck9wck5HZndFYmVSV2diTkVrcU8=\r\n"}

// FuzzServer feeds input from each state, whole and octet by octet.
func FuzzServer(f *testing.F) {
	for _, path := range machinetest.Paths(f, "testdata/server-*.txt") {
		if p := octets(f, path, trace.ToServer); len(p) < 2000 {
			f.Add(uint8(0), p)
		}
	}
	for i := range states {
		f.Add(uint8(i), []byte("NOOP\r\n.\r\n*\r\n"))
	}
	f.Fuzz(func(t *testing.T, from uint8, input []byte) {
		whole := append([]byte(states[int(from)%len(states)]), input...)
		for _, newPeer := range servers {
			machinetest.Bytewise(t, newPeer, whole)
		}
		// Whatever was said, each line of the server is a reply, and it still talks SMTP.
		s := newServer(rich)
		for _, line := range bytes.SplitAfter(run(s, whole), []byte("\n")) {
			if _, _, _, ok := parseReplyLine(line); (!ok || line[0] == '3' && line[1] != '3' && line[1] != '5') && len(line) > 0 {
				t.Fatalf("%q is no reply", line)
			}
		}
		if s.chunk.under || s.Upgrading() {
			return
		}
		s.Receive(0, []byte("\r\n.\r\n*\r\n"))
		s.Output()
		if s.Receive(0, []byte("NOOP\r\n")); !s.Done() && !bytes.Equal(s.Output(), []byte("250 2.0.0 OK\r\n")) {
			t.Fatal("the server does not answer NOOP any more")
		}
	})
}

// FuzzClient feeds input to clients that are under way.
func FuzzClient(f *testing.F) {
	fuzzSeeds(f, trace.ToClient)
	f.Fuzz(func(t *testing.T, input []byte) {
		machinetest.Bytewise(t, newBusyClient, input)
		machinetest.Bytewise(t, newLoginClient, input)
		machinetest.Bytewise(t, newLoginClient, append([]byte("220 a\r\n250-a\r\n250-PIPELINING\r\n250-DSN\r\n250-SMTPUTF8\r\n250 CHUNKING\r\n"), input...))
	})
}

// FuzzObserver reads input as a conversation: an octet 0xFE or 0xFF says who speaks next, and a moment passes.
func FuzzObserver(f *testing.F) {
	for _, path := range machinetest.Paths(f, "testdata/*.txt") {
		var input []byte
		for _, s := range machinetest.Conversation(f, path) {
			input = append(append(input, 0xFF-byte(s.Dir)%2), s.Data...)
		}
		if len(input) < 4000 {
			f.Add(input)
		}
	}
	f.Fuzz(func(t *testing.T, input []byte) {
		said := []machinetest.Said{{Dir: trace.ToServer}}
		for _, c := range input {
			last := &said[len(said)-1]
			if c >= 0xFE {
				said = append(said, machinetest.Said{At: last.At + engine.Time(1e6), Dir: trace.ToClient - trace.Dir(c-0xFE)})
				continue
			}
			last.Data = append(last.Data, c)
		}
		for _, l := range machinetest.ObserveBytewise(t, newObserver, said) {
			checkExplanation(t, l)
		}
	})
}
