package pop3

import (
	"errors"
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"ehlo/sim/engine"
	"ehlo/sim/machine"
	"ehlo/sim/machine/machinetest"
	"ehlo/sim/sasl"
	"ehlo/sim/trace"
)

// user is a client whose commands come from a transcript.
type user struct{ *Client }

func newUser(settings map[string]string) user {
	cfg := ClientConfig{TLS: settings["tls"] == "implicit"}
	cfg.Timeout, _ = time.ParseDuration(settings["timeout"])
	return user{NewClient(cfg, 0)}
}

// Do reads a command such as "login bob plover" or "retr 1".
func (u user) Do(now engine.Time, command string) error {
	words := strings.Split(command, " ")
	words = append(words, "", "")[:max(3, len(words))]
	n, lines := 0, 0
	fmt.Sscan(words[1], &n)
	fmt.Sscan(words[2], &lines)
	switch words[0] {
	case "login":
		u.Client.Do(now, Login{words[1], strings.ReplaceAll(words[2], `\n`, "\n")})
	case "user":
		u.Client.Do(now, User{words[1]})
	case "pass":
		u.Client.Do(now, Pass{words[1]})
	case "stat":
		u.Client.Do(now, Stat{})
	case "list":
		u.Client.Do(now, List{n})
	case "retr":
		u.Client.Do(now, Retr{n})
	case "dele":
		u.Client.Do(now, Dele{n})
	case "noop":
		u.Client.Do(now, Noop{})
	case "rset":
		u.Client.Do(now, Rset{})
	case "logon": // logon bob plover, and further words
		u.Client.Do(now, Logon{User: words[1], Password: words[2], Nonce: "fyko+d2lbbFgONRv9qkxdawL", TLS: policies[words[3]],
			NeverClear: words[len(words)-1] == "never-clear"})
	case "authenticate": // authenticate PLAIN bob plover, and perhaps no-initial
		u.Client.Do(now, Authenticate{Mechanism: sasl.Named(words[1]), NoInitial: words[len(words)-1] == "no-initial",
			Credentials: sasl.Credentials{User: words[2], Password: words[3], Nonce: "fyko+d2lbbFgONRv9qkxdawL"}})
	case "apop":
		u.Client.Do(now, Apop{words[1], words[2]})
	case "auth":
		u.Client.Do(now, Auth{Mechanism: words[1]})
	case "rpop":
		u.Client.Do(now, Rpop{words[1]})
	case "capa":
		u.Client.Do(now, Capa{})
	case "stls":
		u.Client.Do(now, Stls{})
	case "utf8":
		u.Client.Do(now, Utf8{})
	case "lang":
		u.Client.Do(now, Lang{words[1]})
	case "uidl":
		u.Client.Do(now, Uidl{n})
	case "top":
		u.Client.Do(now, Top{n, lines})
	case "last":
		u.Client.Do(now, Last{})
	case "quit":
		u.Client.Do(now, Quit{})
	default:
		return errors.New("no such command")
	}
	return nil
}

var policies = map[string]TLSPolicy{"never": TLSNever, "offered": TLSIfOffered, "required": TLSRequired}

// Receive feeds the client, and performs the handshake where it asks for one.
func (u user) Receive(now engine.Time, p []byte) {
	u.Client.Receive(now, p)
	if u.Upgrading() {
		u.events.Add(Event{Kind: handshake})
		u.Upgraded(now, machine.TLSInfo{Version: "TLS 1.3"})
	}
}

// handshake is an event of the test.
const handshake = EventKind(255)

func (u user) Reports() []string {
	var reports []string
	for e, ok := u.Next(); ok; e, ok = u.Next() {
		if e.Kind == handshake {
			reports = append(reports, "handshake")
			continue
		}
		what := fmt.Sprintf("%T", e.Command)[len("pop3."):]
		if e.Command == nil {
			what = "-"
		}
		switch {
		case e.Kind == EventClosed:
			reports = append(reports, fmt.Sprintf("closed %s %v", what, e.Err))
		case e.Err != nil:
			reports = append(reports, fmt.Sprintf("%s %v %q %v", what, e.OK, e.Text, e.Err))
		default:
			r := fmt.Sprintf("%s %v %q", what, e.OK, e.Text)
			if _, ok := e.Command.(Stat); ok {
				r += fmt.Sprintf(" %d messages, %d octets", e.Count, e.Octets)
			}
			if _, ok := e.Command.(Last); ok {
				r += fmt.Sprintf(" message %d", e.Count)
			}
			if e.IDs != nil {
				r += fmt.Sprintf(" %v", e.IDs)
			}
			if e.Lines != nil {
				r += fmt.Sprintf(" %q", e.Lines)
			}
			if e.Scans != nil {
				r += fmt.Sprintf(" %v", e.Scans)
			}
			if e.Content != nil {
				r += fmt.Sprintf(" %q", e.Content)
			}
			reports = append(reports, r)
		}
	}
	return reports
}

func TestClient(t *testing.T) {
	machinetest.Transcripts(t, "testdata/client/*.txt", func(settings map[string]string) machinetest.Peer { return newUser(settings) })
}

// TestClientBytewise tells a client everything at the start and feeds it what the server says.
func TestClientBytewise(t *testing.T) {
	for _, input := range serverSays {
		machinetest.Bytewise(t, func() machinetest.Peer { return told() }, []byte(input))
	}
}

// serverSays is what different servers say to the client that told returns. The last is long.
var serverSays = []string{
	"+OK\r\n+OK\r\n+OK\r\n+OK 2 95\r\n+OK\r\n1 56\r\n2 39\r\n.\r\n+OK 2 39\r\n+OK\r\n..\r\n...\r\n.\r\n+OK\r\n+OK\r\n+OK\r\n+OK bye\r\nmore",
	"+OK\r\n-ERR no\r\n-ERR\r\n-ERR\r\n-ERR\r\n-ERR\r\n-ERR\r\n-ERR\r\n-ERR\r\n-ERR\r\n",
	"+OK\r\n+OK\r\n-ERR locked\r\n+OK nonsense\r\n",
	"-ERR too busy\r\n+OK\r\n",
	"220 smtp.example.org\r\n",
	"+OK\n",
	"+OKAY\r\n",
	"+OK\r\n+OK\r\n+OK\r\n+OK 2 95\r\n+OK\r\n1 56\r\ntwo 39\r\n",
	"+OK " + strings.Repeat("x", 1<<16) + "\r\n",
}

// told is a client that has been told every command.
func told() user {
	u := newUser(nil)
	for _, command := range []string{"login bob plover", "stat", "list", "list 2", "retr 2", "noop", "dele 1", "rset", "quit"} {
		if err := u.Do(0, command); err != nil {
			panic(err)
		}
	}
	return u
}

// TestClientClone replaces a client by its clone after each octet.
func TestClientClone(t *testing.T) {
	for _, input := range serverSays[:len(serverSays)-1] {
		plain, cloned := told(), told()
		var want, got strings.Builder
		for i := range len(input) {
			plain.Receive(0, []byte{input[i]})
			fmt.Fprintf(&want, "%s%q", plain.Output(), plain.Reports())

			next := user{cloned.Clone()}
			cloned.Receive(0, []byte("\r\n+OK 1 2\r\n3 4\r\nspoiled\r\n.\r\n+OK 5 6\r\n"))
			cloned = next
			cloned.Receive(0, []byte{input[i]})
			fmt.Fprintf(&got, "%s%q", cloned.Output(), cloned.Reports())
		}
		if want.String() != got.String() {
			t.Errorf("after %q the clones say\n%s\nand not\n%s", input, got.String(), want.String())
		}
	}
}

// TestClientAgainstServer lets the two talk to each other.
func TestClientAgainstServer(t *testing.T) {
	u, h := told(), newHost(nil)
	for !u.Done() || !h.Done() {
		moved := false
		if out := h.Output(); len(out) > 0 {
			u.Receive(0, out)
			moved = true
		}
		if out := u.Output(); len(out) > 0 {
			h.Receive(0, out)
			moved = true
		}
		if !moved {
			t.Fatalf("they are stuck: the client in %s, the server in %s", Table().States[u.State()], Table().States[h.State()])
		}
	}
	got := strings.Join(u.Reports(), "\n")
	want := strings.Join([]string{
		`- true "mx.example.net POP3 server ready"`,
		`Login true "Maildrop locked, messages: 2, octets: 95"`,
		`Stat true "2 95" 2 messages, 95 octets`,
		`List true "Messages: 2, octets: 95" [{1 56} {2 39}]`,
		`List true "2 39" [{2 39}]`,
		`Retr true "39 octets" "Subject: Dots\r\n\r\n.\r\n..\r\n.hidden\r\nend.\r\n"`,
		`Noop true ""`,
		`Dele true "Message 1 is marked as deleted"`,
		`Rset true "Messages: 2, octets: 95"`,
		`Quit true "mx.example.net closes the connection, messages left: 2"`,
		`closed - <nil>`,
	}, "\n")
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if u.State() != h.State() {
		t.Errorf("the client ends in %s, the server in %s", Table().States[u.State()], Table().States[h.State()])
	}
}

// ways lead a server to each state that reads.
var ways = []string{"", "USER bob\r\n", "AUTH LOGIN\r\n", "AUTH SCRAM-SHA-256 biwsbj1ib2Iscj1meWtvK2QybGJiRmdPTlJ2OXFreGRhd0w=\r\n",
	"UTF8\r\nUSER bob\r\nPASS plover\r\n", "USER bob\r\nPASS plover\r\nDELE 1\r\n"}

// FuzzServer feeds servers in each state, a strict one and a lenient one.
func FuzzServer(f *testing.F) {
	for way := range ways {
		for _, s := range sessions(f) {
			f.Add(uint8(way), []byte(s))
			f.Add(uint8(way+len(ways)), []byte(s))
		}
	}
	lenient := maps.Clone(everything)
	lenient["quirks"] = strings.Join(QuirkNames(), " ")
	f.Fuzz(func(t *testing.T, way uint8, input []byte) {
		settings := everything
		if int(way)/len(ways)%2 == 1 {
			settings = lenient
		}
		input = append([]byte(ways[int(way)%len(ways)]), input...)
		machinetest.Bytewise(t, func() machinetest.Peer { return newHost(settings) }, input)
	})
}

// tasks are what fuzzed clients are told.
var tasks = [][]string{
	{"login bob plover", "stat", "list", "list 2", "retr 2", "noop", "dele 1", "rset", "quit"},
	{"logon bob plover never", "uidl", "uidl 1", "top 1 2", "last", "quit"},
	{"capa", "auth", "lang", "utf8", "apop bob c4c9334bac560ecc979e58001b3e22fb"},
	{"authenticate SCRAM-SHA-256 bob plover"}, {"authenticate CRAM-MD5 bob plover"}, {"authenticate LOGIN bob plover"}, {"auth GSSAPI"},
}

// FuzzClient feeds clients that have been told different things.
func FuzzClient(f *testing.F) {
	for task := range tasks {
		for _, s := range serverSays[:len(serverSays)-1] {
			f.Add(uint8(task), []byte(s))
		}
		for _, path := range machinetest.Paths(f, "testdata/client/*.txt") {
			var says []byte
			for _, said := range machinetest.Conversation(f, path) {
				if said.Dir == trace.ToClient {
					says = append(says, said.Data...)
				}
			}
			f.Add(uint8(task), says)
		}
	}
	f.Fuzz(func(t *testing.T, task uint8, input []byte) {
		machinetest.Bytewise(t, func() machinetest.Peer {
			u := newUser(nil)
			for _, command := range tasks[int(task)%len(tasks)] {
				if err := u.Do(0, command); err != nil {
					panic(err)
				}
			}
			return u
		}, input)
	})
}
