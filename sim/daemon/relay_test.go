package daemon

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"ehlo/sim/engine"
	"ehlo/sim/smtp"
	"ehlo/sim/store"
	"ehlo/sim/trace"
	"ehlo/sim/world"
	"ehlo/sim/worlds"
)

// hand is the surroundings of one host whose next host is played by hand.
type hand struct {
	t       *testing.T
	host    *Host
	dialed  []Session
	letters uint32
}

func (*hand) Now() engine.Time                            { return engine.Time(time.Second) }
func (*hand) Date(engine.Time) int64                      { return 0 }
func (*hand) Emit(trace.Event)                            {}
func (*hand) Chance() uint64                              { return 1 }
func (*hand) Told() bool                                  { return true }
func (*hand) Send(*Host, string, []byte)                  {}
func (*hand) Resume(*Host, uint32)                        {}
func (*hand) Wake(*Host, engine.Time)                     {}
func (*hand) Changed(*Host, string, store.Change, uint32) {}
func (x *hand) Spare() *Spare                             { return &Spare{} }
func (x *hand) NewLetter() uint32                         { x.letters++; return x.letters }
func (x *hand) Dial(_, _ string, _ int, s Session) (id uint32) {
	x.dialed = append(x.dialed, s)
	return uint32(len(x.dialed))
}

// byHand is mail.example.org with more keys in its part of the file.
func byHand(t *testing.T, keys string) *hand {
	text, _ := worlds.Text("two-domains")
	def, err := world.Parse("two-domains", []byte(strings.Replace(string(text), `relay-from = ["laptop.example.org"]`, keys, 1)))
	if err != nil {
		t.Fatal(err)
	}
	h, err := NewHost(def, slices.IndexFunc(def.Hosts, func(h world.Host) bool { return h.Name == "mail.example.org" }))
	if err != nil {
		t.Fatal(err)
	}
	return &hand{t: t, host: h}
}

// post gives the host a message of so many octets for recipients at example.net.
func (x *hand) post(octets int, to ...string) {
	e := smtp.Envelope{From: smtp.Path{Local: "alice", Domain: "example.org"}}
	for _, name := range to {
		e.To = append(e.To, smtp.Recipient{Path: smtp.Path{Local: name, Domain: "example.net"}})
	}
	text := "Subject: x\r\n\r\n" + strings.Repeat(strings.Repeat("x", 62)+"\r\n", octets/64)
	x.host.Accept(x, e, []byte(text))
}

// play says the server's part of the newest session, a piece of each pair, and wants the client's answer, the other one. "\n"
// is CR LF, and of a message the first line counts, and how many octets there are.
func (x *hand) play(pairs ...string) {
	x.t.Helper()
	id := len(x.dialed)
	s := x.dialed[id-1]
	for i := 0; i < len(pairs); i += 2 {
		s.Receive(x.Now(), []byte(strings.ReplaceAll(pairs[i], "\n", "\r\n")))
		s.Pump(x, x.host, uint32(id))
		if got := short(string(s.Output())); got != pairs[i+1] {
			x.t.Errorf("behind %q the client says\n%q, want\n%q", pairs[i], got, pairs[i+1])
		}
	}
}

// short is what a client says, with its messages as the number of their octets.
func short(said string) string {
	var b strings.Builder
	for said != "" {
		line, rest, _ := strings.Cut(said, "\r\n")
		var n int
		if _, err := fmt.Sscanf(line, "BDAT %d", &n); err == nil {
			rest = rest[n:]
		} else if strings.HasPrefix(line, "Subject: ") {
			text, after, _ := strings.Cut(said, "\r\n.\r\n")
			line, rest = fmt.Sprintf("(%d)\n.", len(text)+2), after
		}
		b.WriteString(line + "\n")
		said = rest
	}
	return b.String()
}

// ended wants that many recipients to be relayed, given up, and waiting.
func (x *hand) ended(relayed, failed, waiting int64) {
	x.t.Helper()
	l := x.host.Ledger()
	waiting += l.Generated - l.Delivered // alice's notices are delivered
	if l.Relayed != relayed || l.Bounced != failed || l.Queued != waiting || l.Balance() != 0 {
		x.t.Errorf("the ledger says %+v, want %d relayed, %d failed, %d waiting", l, relayed, failed, waiting)
	}
}

const (
	helo  = "EHLO mail.example.org\n"
	mail1 = "MAIL FROM:<alice@example.org>\n"
)

func rcpt(names ...string) (all string) {
	for _, n := range names {
		all += "RCPT TO:<" + n + "@example.net>\n"
	}
	return all
}

func TestRelaySendsTogether(t *testing.T) {
	const offer = "250-mx\n250 PIPELINING\n"
	for name, c := range map[string]struct {
		replies, says            string
		relayed, failed, waiting int64
	}{
		"one is unknown":  {"250 ok\n250 ok\n550 5.1.1 no\n354 go\n", "(78)\n.\n", 1, 1, 0},
		"nobody is taken": {"250 ok\n550 no\n450 no\n354 go\n", ".\n", 0, 1, 1},
		"no sender":       {"550 no\n503 no\n503 no\n503 no\n", "QUIT\n", 0, 2, 0},
		"no text":         {"250 ok\n250 ok\n250 ok\n451 no\n", "QUIT\n", 0, 0, 2},
	} {
		t.Run(name, func(t *testing.T) {
			x := byHand(t, "pipelining = true")
			x.post(64, "bob", "carl")
			x.play("220 mx\n", helo, offer, mail1+rcpt("bob", "carl")+"DATA\n", c.replies, c.says)
			if strings.HasSuffix(c.says, ".\n") {
				last := "250 taken\n"
				if c.relayed == 0 {
					last = "554 nobody\n"
				}
				x.play(last, "QUIT\n")
			}
			x.ended(c.relayed, c.failed, c.waiting)
		})
	}
	x := byHand(t, `tls = "never"`) // without the key, and at a host that does not offer it, one after the other
	x.post(64, "bob")
	x.play("220 mx\n", helo, offer, mail1, "250 ok\n", rcpt("bob"), "250 ok\n", "DATA\n", "354 go\n", "(78)\n.\n", "250 ok\n", "QUIT\n")
	x.ended(1, 0, 0)
}

func TestRelaySendsChunks(t *testing.T) {
	const offer = "250-mx\n250-PIPELINING\n250 CHUNKING\n"
	x := byHand(t, "chunking = true")
	x.post(20000, "bob")
	x.play("220 mx\n", helo, offer, mail1, "250 ok\n", rcpt("bob"), "250 ok\n", "BDAT 8192\n", "250 ok\n", "BDAT 8192\n", "250 ok\n", "BDAT 3598 LAST\n", "250 taken\n", "QUIT\n")
	x.ended(1, 0, 0)

	x = byHand(t, "chunking = true") // a chunk that is refused ends the message
	x.post(20000, "bob")
	x.post(64, "carl")
	x.play("220 mx\n", helo, offer, mail1, "250 ok\n", rcpt("bob"), "250 ok\n", "BDAT 8192\n", "552 5.3.4 no\n", "RSET\n", "250 ok\n", mail1, "250 ok\n", rcpt("carl"),
		"250 ok\n", "BDAT 78 LAST\n", "250 ok\n", "QUIT\n")
	x.ended(1, 1, 0)

	x = byHand(t, "chunking = true\npipelining = true")
	x.post(20000, "bob", "carl")
	x.play("220 mx\n", helo, offer, mail1+rcpt("bob", "carl")+"BDAT 8192\nBDAT 8192\nBDAT 3598 LAST\n", "250 ok\n250 ok\n550 no\n250 ok\n452 4.3.1 full\n503 no\n", "QUIT\n")
	x.ended(0, 1, 1)
}

// A host that takes few recipients at once gets the message as often as it must, in one session, and each recipient has a
// verdict of its own.
func TestRelayKeepsToLimits(t *testing.T) {
	x := byHand(t, `tls = "never"`)
	x.post(64, "a", "b", "c", "d", "e")
	text := []string{"354 go\n", "(78)\n.\n"}
	x.play("220 mx\n", helo, "250-mx\n250 LIMITS RCPTMAX=2\n", mail1, "250 ok\n", rcpt("a"), "250 ok\n", rcpt("b"), "250 ok\n", "DATA\n")
	x.play(append(text, "250 ok\n", mail1, "250 ok\n", rcpt("c"), "550 no\n", rcpt("d"), "550 no\n", "RSET\n", "250 ok\n", mail1, "250 ok\n", rcpt("e"), "250 ok\n", "DATA\n")...)
	x.play(append(text, "250 ok\n", "QUIT\n")...)
	x.ended(3, 2, 0)

	x = byHand(t, `tls = "never"`) // one that has not said so (RFC 5321 §4.5.3.1.10)
	x.post(64, "a", "b", "c")
	x.play("220 mx\n", helo, "250 mx\n", mail1, "250 ok\n", rcpt("a"), "250 ok\n", rcpt("b"), "452 4.5.3 enough\n", "DATA\n")
	x.play(append(text, "250 ok\n", mail1, "250 ok\n", rcpt("b"), "250 ok\n", rcpt("c"), "250 ok\n", "DATA\n")...)
	x.dialed[0].End(x, x.host, 1) // the connection breaks: a has it, the others may get it twice
	x.ended(1, 0, 2)

	x = byHand(t, "pipelining = true")
	x.post(64, "a", "b", "c")
	x.play("220 mx\n", helo, "250-mx\n250 PIPELINING\n", mail1+rcpt("a", "b", "c")+"DATA\n", "250 ok\n250 ok\n452 4.5.3 enough\n452 4.5.3 enough\n354 go\n", "(78)\n.\n",
		"250 ok\n", mail1+rcpt("b", "c")+"DATA\n", "250 ok\n250 ok\n250 ok\n354 go\n", "(78)\n.\n", "250 ok\n", "QUIT\n")
	x.ended(3, 0, 0)

	x = byHand(t, `tls = "never"`) // one message in a session
	x.post(64, "a")
	x.post(64, "b")
	for _, name := range []string{"a", "b"} {
		x.play("220 mx\n", helo, "250-mx\n250 LIMITS MAILMAX=1\n", mail1, "250 ok\n", rcpt(name), "250 ok\n", "DATA\n")
		s := x.dialed[len(x.dialed)-1]
		x.play(text...)
		s.Receive(x.Now(), []byte("250 ok\r\n"))
		s.Pump(x, x.host, uint32(len(x.dialed)))
		if got := string(s.Output()); got != "QUIT\r\n" {
			t.Errorf("it says %q", got)
		}
	}
	if len(x.dialed) != 2 {
		t.Errorf("it dialed %d times", len(x.dialed))
	}
	x.ended(2, 0, 0)
}

func TestRelayShare(t *testing.T) {
	r := newRelay(&hand{}, 1, "mx")
	r.Receive(0, []byte("220 mx\r\n"))
	r.Do(0, smtp.Hello{Name: "a"})
	r.Receive(0, []byte("250-mx\r\n250 LIMITS RCPTMAX=3 RCPTDOMAINMAX=2\r\n"))
	for _, domain := range []string{"a", "A", "a", "a", "b", "c", "c"} {
		r.envelope.To = append(r.envelope.To, smtp.Recipient{Path: smtp.Path{Local: "x", Domain: domain}})
	}
	var ends []int
	for r.first < len(r.envelope.To) {
		r.first = r.share()
		ends = append(ends, r.first)
	}
	if !slices.Equal(ends, []int{3, 5, 7}) {
		t.Errorf("the parts end at %v", ends)
	}
}
