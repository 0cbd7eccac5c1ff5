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
	cfg := Config{Hostname: "mx.example.net"}
	cfg.IdleTimeout, _ = time.ParseDuration(settings["idle"])
	fmt.Sscan(settings["line"], &cfg.MaxLine)
	return &host{Server: NewServer(cfg, 0), box: maildropOf(n), fails: settings["fails"], text: settings["text"]}
}

func (h *host) Receive(now engine.Time, p []byte) {
	h.Server.Receive(now, p)
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
		case AskContent:
			h.reports = append(h.reports, fmt.Sprintf("content %d", e.UID))
			octets, err := h.box.Content(e.UID)
			a = Answer{OK: err == nil && h.fails != "content", Content: octets}
		case AskUpdate:
			h.reports = append(h.reports, fmt.Sprintf("update %d", e.Delete))
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

func TestServerBytewise(t *testing.T) {
	for _, input := range sessions(t) {
		machinetest.Bytewise(t, func() machinetest.Peer { return newHost(nil) }, []byte(input))
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
	s := NewServer(Config{Hostname: "h", Replies: map[ReplyID]Reply{
		replyGreeting: {true, "{host} at your service {"},
		replyNoop:     {true, "{nonsense} {marked}"},
	}}, 0)
	s.Receive(0, []byte("NOOP\r\n"))
	want := "+OK h at your service {\r\n-ERR NOOP is not allowed in the authorization state\r\n"
	if got := string(s.Output()); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	for id := replyDefault + 1; id < numReplies; id++ {
		if r := replies[id]; r.Text == "" && id != replyNoop {
			t.Errorf("reply %d has no wording", id)
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

func BenchmarkServerStat(b *testing.B) {
	h := newHost(nil)
	h.Receive(0, []byte("USER bob\r\nPASS plover\r\n"))
	line := []byte("STAT\r\n")
	b.ReportAllocs()
	for b.Loop() {
		h.Server.Receive(0, line)
		h.Output()
	}
}
