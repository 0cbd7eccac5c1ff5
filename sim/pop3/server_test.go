package pop3

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"ehlo/sim/engine"
	"ehlo/sim/machine"
	"ehlo/sim/machine/machinetest"
	"ehlo/sim/message"
	"ehlo/sim/sasl"
	"ehlo/sim/store"
)

var (
	_ machine.Session  = (*Server)(nil)
	_ machine.Session  = (*Client)(nil)
	_ machine.Observer = (*Observer)(nil)
)

// letters are what bob's mailbox holds in the tests: the second has lines that begin with dots.
var letters = []string{
	"From: alice@example.org\nSubject: Plover\n\nHello Bob.\n",
	"Subject: Dots\n\n.\n..\n.hidden\nend.\n",
	"Subject: No end of the last line\n\nlast",
	"Subject: Grüße\n\nHallo\n",
}

func maildropOf(n int) *store.Memory {
	box := store.NewMemory(1)
	for i := range n {
		draft := store.Draft{Content: message.Canonical(letters[i%len(letters)])}
		if _, err := box.Commit(store.Batch{Append: []store.Draft{draft}}); err != nil {
			panic(err)
		}
	}
	return box
}

// host is a server with surroundings that answer its questions: bob with the password plover.
type host struct {
	*Server
	box     *store.Memory
	fails   string // the question that is answered with a refusal
	text    string // what the refusal says
	reports []string
}

func newHost(settings map[string]string) *host {
	n := 2
	if s, ok := settings["messages"]; ok {
		fmt.Sscan(s, &n)
	}
	return &host{Server: NewServer(configOf(settings), 0), box: maildropOf(n), fails: settings["fails"], text: settings["text"]}
}

// configOf reads the settings of a transcript.
func configOf(settings map[string]string) Config {
	cfg := Config{Hostname: "mx.example.net", Timestamp: settings["timestamp"], SaltKey: "salt", Chance: [2]uint64{1, 2}}
	for name, d := range map[string]*time.Duration{"idle": &cfg.IdleTimeout, "login-timeout": &cfg.LoginTimeout,
		"refusal-delay": &cfg.RefusalDelay, "login-delay": &cfg.LoginDelay} {
		*d, _ = time.ParseDuration(settings[name])
	}
	for name, n := range map[string]*int{"line": &cfg.MaxLine, "errors": &cfg.MaxErrors, "logins": &cfg.MaxLogins} {
		fmt.Sscan(settings[name], n)
	}
	for _, word := range strings.Fields(settings["auth"]) {
		cfg.Mechanisms |= sasl.SetOf(sasl.Named(word))
	}
	for _, word := range strings.Fields(settings["commands"]) {
		cfg.Commands |= VerbsOf(word)
	}
	for _, word := range strings.Fields(settings["quirks"]) {
		q, _ := QuirkNamed(word)
		cfg.Quirks |= q
	}
	for _, word := range strings.Fields(settings["tls"]) {
		cfg.StartTLS = cfg.StartTLS || word == "starttls"
		cfg.TLS = cfg.TLS || word == "implicit"
		cfg.ClearNeedsTLS = cfg.ClearNeedsTLS || word == "required"
	}
	if settings["lang"] != "" {
		cfg.Languages = []Language{{Tag: "en", Name: "English"}, {Tag: "de", Name: "Deutsch", Replies: map[Wording]Reply{
			{ReplyLang, ""}: {true, "{tag} Der Server spricht Deutsch"},
			{ReplyNoop, ""}: {true, "Nichts getan"},
		}}}
	}
	return cfg
}

// Receive feeds the server, and performs the handshake where it asks for one.
func (h *host) Receive(now engine.Time, p []byte) {
	h.Server.Receive(now, p)
	h.answer(now)
	if h.Upgrading() {
		h.reports = append(h.reports, "handshake")
		h.Upgraded(now, machine.TLSInfo{Version: "TLS 1.3"})
	}
}

// HandleTimeout tells the server the time, and answers what it asks then.
func (h *host) HandleTimeout(now engine.Time) {
	h.Server.HandleTimeout(now)
	h.answer(now)
}

func (h *host) answer(now engine.Time) {
	for e, ok := h.Next(); ok; e, ok = h.Next() {
		var a Answer
		switch e.Kind {
		case AskLogin:
			h.reports = append(h.reports, fmt.Sprintf("login %s %s", e.User, e.Password))
			a = Answer{OK: e.User == "bob" && e.Password == "plover", Maildrop: h.box.Snapshot()}
			if h.fails == "login" {
				a = Answer{Reason: ReplyLocked, Text: h.text}
			}
		case AskSecret:
			h.reports = append(h.reports, strings.TrimSpace("secret "+e.User+" "+e.ActAs))
			if e.User == "bob" {
				a.Secret = sasl.Secret{Known: true, Password: "plover", MayAct: e.ActAs == "carla"}
			}
		case AskTrust:
			h.reports = append(h.reports, "trust "+e.ActAs+" as "+e.User)
			a = Answer{OK: e.User == "bob" && e.ActAs == "bob", Maildrop: h.box.Snapshot()}
		case AskMaildrop:
			h.reports = append(h.reports, "maildrop "+e.User)
			a = Answer{OK: h.fails != "login", Reason: ReplyLocked, Maildrop: h.box.Snapshot()}
		case AskContent:
			h.reports = append(h.reports, fmt.Sprintf("content %d", e.UID))
			octets, err := h.box.Content(e.UID)
			a = Answer{OK: err == nil && h.fails != "content", Content: octets}
		case AskUpdate:
			h.reports = append(h.reports, fmt.Sprintf("update %d", e.Delete))
			if e.Seen != nil {
				h.reports = append(h.reports, fmt.Sprintf("seen %d", e.Seen))
			}
			a.OK = h.fails != "update"
			if _, err := h.box.Commit(store.Batch{Expunge: e.Delete}); err != nil {
				panic(err)
			}
		}
		h.Answer(now, e.ID+1, Answer{OK: true}) // of another question: ignored
		h.Answer(now, e.ID, a)
	}
}

func (h *host) Reports() []string {
	r := h.reports
	h.reports = nil
	return r
}

func (h *host) clone() *host {
	c := *h
	c.Server, c.box = h.Server.Clone(), h.box.Clone()
	return &c
}

func TestServer(t *testing.T) {
	machinetest.Transcripts(t, "testdata/server/*.txt", func(settings map[string]string) machinetest.Peer { return newHost(settings) })
}

// everything is the settings of a server that offers all it can without TLS: what comes right behind STLS is dropped only
// where it arrives with it.
var everything = map[string]string{"timestamp": "<1896.697170952@dbc.mtview.ca.us>", "auth": "LOGIN PLAIN CRAM-MD5 SCRAM-SHA-256",
	"lang": "en de", "messages": "4", "errors": "20"}

func TestServerBytewise(t *testing.T) {
	for _, input := range sessions(t) {
		machinetest.Bytewise(t, func() machinetest.Peer { return newHost(nil) }, []byte(input))
		machinetest.Bytewise(t, func() machinetest.Peer { return newHost(everything) }, []byte(input))
	}
}

// sessions is what the clients of the transcripts say.
func sessions(t testing.TB) []string {
	var all []string
	for _, path := range machinetest.Paths(t, "testdata/server/*.txt") {
		var b strings.Builder
		for _, said := range machinetest.Conversation(t, path) {
			if said.Dir.String() == "C" {
				b.Write(said.Data)
			}
		}
		all = append(all, b.String())
	}
	return all
}

// TestServerClone replaces a server by its clone after each octet, and goes on with the original a little so that what
// the two share would show.
func TestServerClone(t *testing.T) {
	for _, input := range sessions(t) {
		plain, cloned := newHost(nil), newHost(nil)
		var want, got strings.Builder
		for i := range len(input) {
			plain.Receive(0, []byte{input[i]})
			want.Write(plain.Output())

			next := cloned.clone()
			cloned.Receive(0, []byte("\r\nUSER bob\r\nPASS plover\r\nDELE 2\r\nRSET\r\nRETR 1\r\nDELE 1\r\n"))
			cloned = next
			cloned.Receive(0, []byte{input[i]})
			got.Write(cloned.Output())
		}
		if want.String() != got.String() {
			t.Errorf("after %q the clones say\n%s\nand not\n%s", input, got.String(), want.String())
		}
	}
}

// TestServerWaits sends commands while a question is open: they have to wait.
func TestServerWaits(t *testing.T) {
	s := NewServer(Config{IdleTimeout: 10 * time.Minute}, 0)
	s.Output()
	s.Receive(1, []byte("USER bob\r\nPASS plover\r\nSTAT\r\nQUIT\r\n"))
	s.ReceiveEOF(1)
	if out := string(s.Output()); strings.Count(out, "\n") != 1 || s.Done() {
		t.Fatalf("before the answer: %q, done %v", out, s.Done())
	}
	e, ok := s.Next()
	if _, again := s.Next(); !ok || again || e.Kind != AskLogin {
		t.Fatalf("event %+v, %v, and again %v", e, ok, again)
	}
	if at, ok := s.Timeout(); ok {
		t.Errorf("the clock runs up to %v while a question is open", at)
	}
	s.Answer(2, e.ID, Answer{OK: true, Maildrop: maildropOf(1).Snapshot()})
	e, ok = s.Next()
	if !ok || e.Kind != AskUpdate || len(e.Delete) != 0 {
		t.Fatalf("event %+v, %v", e, ok)
	}
	s.Answer(3, e.ID, Answer{OK: true})
	if out := string(s.Output()); strings.Count(out, "\n") != 3 || !s.Done() || s.State() != Update {
		t.Errorf("after the answers: %q, done %v, state %v", out, s.Done(), s.State())
	}
}

func TestReplies(t *testing.T) {
	s := NewServer(Config{Hostname: "h", Replies: map[Wording]Reply{
		{ReplyGreeting, ""}:  {true, "{host} at your service {"},
		{ReplyNoop, ""}:      {true, "{nonsense} {marked}"},
		{ReplyState, "LIST"}: {false, "first things first in {phase}"},
	}}, 0)
	s.Receive(0, []byte("NOOP\r\nLIST\r\nUSER bob\r\nPASS plover\r\n"))
	e, _ := s.Next()
	s.Answer(0, e.ID, Answer{OK: true})
	s.Receive(0, []byte("NOOP\r\n"))
	want := "+OK h at your service {\r\n-ERR NOOP is not allowed in the authorization state\r\n" +
		"-ERR first things first in AUTHORIZATION\r\n+OK Send the password with PASS\r\n" +
		"+OK Maildrop locked, messages: 0, octets: 0\r\n+OK {nonsense} 0\r\n"
	if got := string(s.Output()); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	for id := replyDefault + 1; id < numReplies; id++ {
		if r := replies[id]; r.Text == "" && id != ReplyNoop && id != ReplyIdle {
			t.Errorf("reply %s has no wording", id)
		}
		if again, ok := ReplyNamed(id.String()); !ok || again != id {
			t.Errorf("reply %d is named %q, and that is reply %d", id, id, again)
		}
	}
}

func TestServerSteadyCommandsDoNotAllocate(t *testing.T) {
	h := newHost(nil)
	h.Receive(0, []byte("USER bob\r\nPASS plover\r\n"))
	line := []byte("NOOP\r\nSTAT\r\nLIST 1\r\nRSET\r\n")
	if n := testing.AllocsPerRun(100, func() {
		h.Server.Receive(0, line)
		h.Output()
	}); n > 0 {
		t.Errorf("%v allocations for %q", n, line)
	}
}

// BenchmarkServer gives a server one command at a time; a million in a second is what it has to do.
func BenchmarkServer(b *testing.B) {
	for _, command := range []string{"NOOP", "RSET", "STAT", "LIST 1", "UIDL 1", "DELE 9"} {
		b.Run(command, func(b *testing.B) {
			h := newHost(nil)
			h.Receive(0, []byte("USER bob\r\nPASS plover\r\n"))
			line := []byte(command + "\r\n")
			b.ReportAllocs()
			for b.Loop() {
				h.Server.Receive(0, line)
				h.Output()
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "commands/s")
		})
	}
}
