package pop2

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"ehlo/sim/engine"
	"ehlo/sim/machine"
	"ehlo/sim/machine/machinetest"
	"ehlo/sim/message"
	"ehlo/sim/store"
	"ehlo/sim/trace"
)

var (
	_ machine.Session  = (*Server)(nil)
	_ machine.Session  = (*Client)(nil)
	_ machine.Observer = (*Observer)(nil)
)

// host is a server with surroundings that answer its questions: bob with the password plo ver, and the mailbox notes.
type host struct {
	*Server
	boxes   map[string]*store.Memory
	open    string
	fails   string
	reports []string
}

func newHost(settings map[string]string) *host {
	cfg := Config{Hostname: "mx.example.net"}
	cfg.IdleTimeout, _ = time.ParseDuration(settings["idle"])
	h := &host{Server: NewServer(cfg, 0), boxes: map[string]*store.Memory{}, fails: settings["fails"]}
	for name, letters := range map[string][]string{store.Inbox: {"Subject: One\n\n.\n", "Subject: Two\n\nHello Bob.\n"}, "notes": {"Subject: Note\n\nx\n"}} {
		h.boxes[name] = store.NewMemory(1)
		for _, l := range letters {
			if _, err := h.boxes[name].Commit(store.Batch{Append: []store.Draft{{Content: message.Canonical(l)}}}); err != nil {
				panic(err)
			}
		}
	}
	return h
}

func (h *host) Receive(now engine.Time, p []byte) {
	h.Server.Receive(now, p)
	for e, ok := h.Next(); ok; e, ok = h.Next() {
		a := Answer{OK: true}
		if e.Delete != nil {
			h.reports = append(h.reports, fmt.Sprintf("delete %d in %s", e.Delete, h.open))
			if _, err := h.boxes[h.open].Commit(store.Batch{Expunge: e.Delete}); err != nil {
				panic(err)
			}
		}
		switch e.Kind {
		case AskLogin:
			h.reports = append(h.reports, "login "+e.User+" "+e.Password)
			a.OK, a.Locked, h.open = e.User == "bob" && e.Password == "plo ver", h.fails == "login", store.Inbox
			a.Mailbox = h.boxes[h.open].Snapshot()
		case AskMailbox:
			if h.open = e.Mailbox; h.boxes[h.open] != nil {
				a.Mailbox = h.boxes[h.open].Snapshot()
			} else {
				a.OK = false
			}
		case AskContent:
			a.Content, _ = h.boxes[h.open].Content(e.UID)
			a.OK = h.fails != "content"
		}
		h.Answer(now, e.ID, a)
	}
}

func (h *host) Reports() []string {
	r := h.reports
	h.reports = nil
	return r
}

// user is a client whose commands come from a transcript.
type user struct{ *Client }

func (u user) Do(now engine.Time, command string) error {
	c, p := parse([]byte(strings.ReplaceAll(command, `\n`, "\n") + "\r\n"))
	if p.verb == machine.NoVerb {
		return errors.New("no such command")
	}
	u.Client.Do(now, c)
	return nil
}

func (u user) Reports() []string {
	var reports []string
	for h, ok := u.Next(); ok; h, ok = u.Next() {
		what := "-"
		if h.Command != nil {
			what = h.Command.Keyword
		}
		reports = append(reports, fmt.Sprintf("%s closed %t, %d, %q %q %v", what, h.Closed, h.Count, h.Text, h.Content, h.Err))
	}
	return reports
}

func TestServer(t *testing.T) {
	machinetest.Transcripts(t, "testdata/server/*.txt", func(settings map[string]string) machinetest.Peer { return newHost(settings) })
}

func TestClient(t *testing.T) {
	machinetest.Transcripts(t, "testdata/client/*.txt", func(map[string]string) machinetest.Peer { return user{NewClient()} })
}

// sessions is what one side says in each transcript.
func sessions(t testing.TB, pattern string, dir trace.Dir) (all []string) {
	for _, path := range machinetest.Paths(t, pattern) {
		var b strings.Builder
		for _, said := range machinetest.Conversation(t, path) {
			if said.Dir == dir {
				b.Write(said.Data)
			}
		}
		all = append(all, b.String())
	}
	return all
}

func told() user {
	u := user{NewClient()}
	for _, c := range []string{`HELO bob plo\ ver`, "READ", "RETR", "ACKD", "READ 2", "RETR", "NACK", "FOLD notes", "QUIT"} {
		if err := u.Do(0, c); err != nil {
			panic(err)
		}
	}
	return u
}

func FuzzServer(f *testing.F) {
	for _, s := range sessions(f, "testdata/server/*.txt", trace.ToServer) {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, input []byte) {
		machinetest.Bytewise(t, func() machinetest.Peer { return newHost(nil) }, input)
	})
}

func FuzzClient(f *testing.F) {
	for _, s := range sessions(f, "testdata/client/*.txt", trace.ToClient) {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, input []byte) {
		machinetest.Bytewise(t, func() machinetest.Peer { return told() }, input)
	})
}

var listed = MessageIDs()

// TestConversations observes and explains every line of every transcript, whole and octet by octet.
func TestConversations(t *testing.T) {
	for _, path := range machinetest.Paths(t, "testdata/*/*.txt") {
		for _, l := range machinetest.ObserveBytewise(t, func() machine.Observer { return NewObserver() }, machinetest.Conversation(t, path)) {
			e := Explain(l)
			end := 0
			for _, s := range e.Spans {
				if s.Start < end || s.End <= s.Start || s.End > len(l.Data) || !slices.Contains(listed, s.Term) {
					t.Errorf("%s: span %+v in %s", path, s, machinetest.Describe(l))
				}
				end = s.End
			}
			for _, n := range slices.Concat(e.Notes, e.Why) {
				if !slices.Contains(listed, n.ID) {
					t.Errorf("%s: the note %s is not listed", path, n.ID)
				}
			}
			if len(e.Notes)+len(e.Why) == 0 || l.Class == trace.ClassPermanent && len(e.Why) == 0 {
				t.Errorf("%s: too little is said about %s", path, machinetest.Describe(l))
			}
		}
	}
}

// TestObserverAgrees listens to a server and its client: after each line the observer is in the server's state.
func TestObserverAgrees(t *testing.T) {
	for i, input := range sessions(t, "testdata/server/*.txt", trace.ToServer) {
		h, o := newHost(nil), NewObserver()
		o.Observe(0, trace.ToClient, h.Output())
		for line := range strings.Lines(input) {
			if h.Done() {
				break
			}
			o.Observe(0, trace.ToServer, []byte(line))
			h.Receive(0, []byte(line))
			o.Observe(0, trace.ToClient, h.Output())
			if got, want := o.State(), Table().States[h.State()]; got != want && h.State() != Done {
				t.Fatalf("session %d: after %q the observer is in %s, the server in %s", i, line, got, want)
			}
		}
	}
}

// TestClientAgainstServer lets the two talk to each other, each as its own clone after every piece.
func TestClientAgainstServer(t *testing.T) {
	u, h := told(), newHost(nil)
	for range 100 {
		out := h.Output()
		u.Receive(0, out)
		u = user{u.Clone()}
		back := u.Output()
		h.Receive(0, back)
		h.Server = h.Server.Clone()
		if len(out)+len(back) == 0 {
			break
		}
	}
	if got := fmt.Sprint(h.Reports()); got != "[login bob plo ver delete [1] in INBOX]" || !u.Done() || !h.Done() || u.State() != h.State() {
		t.Errorf("%s, the client in %s, the server in %s", got, Table().States[u.State()], Table().States[h.State()])
	}
}
