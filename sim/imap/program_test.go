package imap_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"ehlo/sim/engine"
	"ehlo/sim/imap"
	"ehlo/sim/machine"
	"ehlo/sim/sasl"
	"ehlo/sim/store"
)

// meet lets a mail program and a server talk until neither has anything to say. hide is capabilities that the client is
// not told of.
func meet(p *imap.Program, h *host, hide []string) (log string) {
	var b strings.Builder
	for range 1000 {
		if p.Upgrading() && h.Upgrading() {
			b.WriteString("(TLS)\n")
			p.Upgraded(0, machine.TLSInfo{})
			h.Upgraded(0, machine.TLSInfo{})
		}
		said := string(h.Output())
		for _, name := range hide {
			said = strings.ReplaceAll(said, " "+name, "")
		}
		b.WriteString(said)
		p.Receive(0, []byte(said))
		p.Work(0)
		out := string(p.Output())
		b.WriteString(out)
		h.Receive(0, []byte(out))
		if out == "" && len(said) == 0 && !p.Upgrading() {
			return b.String()
		}
	}
	return b.String() + "...for ever"
}

// A mail program that comes again and again, to servers of different abilities, knows after each visit what there is.
func TestProgramKeepsUp(t *testing.T) {
	seed := *seedFlag
	if seed == 0 {
		seed = rand.Uint64()
	}
	r := rand.New(rand.NewPCG(seed, 3))
	abilities := [][]string{nil, {"QRESYNC"}, {"QRESYNC", "CONDSTORE"}, {"AUTH=SCRAM-SHA-256", "AUTH=CRAM-MD5", "AUTH=PLAIN", "QRESYNC", "SASL-IR"}}
	for round := range 60 {
		a := account(nil, []string{"Sent"})
		box, _ := a.Mailbox("INBOX")
		var known imap.Cache
		for visit := range 8 {
			for range r.IntN(6) {
				changeAtRandom(r, box)
			}
			hide := abilities[r.IntN(len(abilities))]
			h := newHost(imap.Config{Mechanisms: sasl.All, Chance: [2]uint64{1, 2}}, a)
			plan := imap.Plan{User: "bob", Password: password, Nonce: "abc", Read: r.IntN(3) == 0}
			p := imap.NewProgram(imap.ClientConfig{}, plan, known, 0)
			log := meet(p, h, hide)
			if !p.Done() || !p.Synced() {
				t.Fatalf("round %d, visit %d: the session is not over:\n%s\nrepeat with: go test -run %s -seed %d", round, visit, log, t.Name(), seed)
			}
			known = p.Cache
			if got, want := describeCache(&known), describeBox(box, &known); got != want {
				t.Fatalf("round %d, visit %d: the program knows\n%s\nand not\n%s\nafter\n%s\nrepeat with: go test -run %s -seed %d",
					round, visit, got, want, log, t.Name(), seed)
			}
		}
	}
}

func changeAtRandom(r *rand.Rand, box *store.Memory) {
	var b store.Batch
	m, _ := box.Snapshot().At(1 + r.IntN(max(1, box.Snapshot().Len())))
	switch r.IntN(4) {
	case 0:
		b.Flags = []store.FlagEdit{{UID: m.UID, Op: store.FlagOp(r.IntN(3)), Flags: store.Flags{System: store.SystemFlags(1 << r.IntN(3))}}}
	case 1:
		b.Expunge = []store.UID{m.UID}
	default:
		b.Append = []store.Draft{{Content: fmt.Appendf(nil, "Subject: %d\r\n\r\nx\r\n", r.IntN(100))}}
	}
	if _, err := box.Commit(b); err != nil {
		panic(err)
	}
}

func describeCache(c *imap.Cache) string {
	var b strings.Builder
	for _, m := range c.Messages {
		flags := slices.Clone(m.Flags)
		slices.Sort(flags)
		fmt.Fprintf(&b, "%d %q %d %q\n", m.UID, flags, m.Size, m.Envelope.Subject)
	}
	return b.String()
}

func describeBox(box *store.Memory, known *imap.Cache) string {
	var b strings.Builder
	for _, m := range box.Snapshot().All() {
		content, _ := box.Content(m.UID)
		subject, _, _ := strings.Cut(strings.TrimPrefix(string(content), "Subject: "), "\r\n")
		flags := m.Flags.Strings()
		slices.Sort(flags)
		fmt.Fprintf(&b, "%d %q %d %q\n", m.UID, flags, m.Size, subject)
	}
	return b.String()
}

// What a mail program says, step by step: it keeps a copy of what was sent, reads, idles, and hears of what comes.
func TestProgramAtWork(t *testing.T) {
	h := newHost(imap.Config{Mechanisms: sasl.SetOf(sasl.Plain)}, account([]string{"plain"}, []string{"Sent"}))
	p := imap.NewProgram(imap.ClientConfig{}, imap.Plan{User: "bob", Password: password, Keep: []string{"Subject: sent\r\n\r\nx\r\n"},
		Read: true, Idle: true}, imap.Cache{}, 0)
	log := meet(p, h, nil)
	if !p.Idling() || !p.Synced() || len(p.Cache.Messages) != 1 || !p.Cache.Messages[0].Fetched {
		t.Fatalf("it does not idle over one message that it has read:\n%s", log)
	}
	if sent, _ := h.account.Mailbox("Sent"); sent.Snapshot().Len() != 1 || sent.Snapshot().Unseen() != 0 {
		t.Error("no copy of what was sent was kept")
	}
	h.happen(0, "deliver groups")
	h.happen(0, `flag 1 \Seen \Flagged`)
	log = meet(p, h, nil)
	if !p.Idling() || len(p.Cache.Messages) != 2 || !slices.Contains(p.Cache.Messages[0].Flags, `\Flagged`) || !p.Cache.Messages[1].Fetched {
		t.Errorf("after news it knows\n%s%s", describeCache(&p.Cache), log)
	}
	h.happen(0, "expunge 1")
	if log = meet(p, h, nil); len(p.Cache.Messages) != 1 || p.Cache.Messages[0].UID != 2 {
		t.Errorf("after an expunge it knows\n%s%s", describeCache(&p.Cache), log)
	}
	left := p.Clone()
	p.Do(0, imap.Logout{})
	if log = meet(p, h, nil); !strings.HasPrefix(log, "DONE\r\n") || !p.Done() || left.Done() {
		t.Errorf("at the end:\n%s", log)
	}

	wrong := imap.NewProgram(imap.ClientConfig{}, imap.Plan{User: "bob", Password: "x"}, imap.Cache{}, 0)
	if log := meet(wrong, newHost(imap.Config{}, account(nil, nil)), nil); !wrong.Done() || wrong.Synced() {
		t.Errorf("with a wrong password:\n%s", log)
	}
}

// A program goes on inside TLS where that is offered, and tells no password to a server that would not take it.
func TestProgramTLS(t *testing.T) {
	h := newHost(imap.Config{StartTLS: true, ClearNeedsTLS: true}, account([]string{"plain"}, nil))
	p := imap.NewProgram(imap.ClientConfig{}, imap.Plan{User: "bob", Password: password, TLS: true}, imap.Cache{}, 0)
	if log := meet(p, h, nil); !p.Synced() || !strings.Contains(log, "a1 STARTTLS\r\n") || strings.Index(log, "(TLS)") > strings.Index(log, "LOGIN bob") {
		t.Error(log)
	}
	h = newHost(imap.Config{ClearNeedsTLS: true}, account(nil, nil))
	p = imap.NewProgram(imap.ClientConfig{}, imap.Plan{User: "bob", Password: password, TLS: true}, imap.Cache{}, 0)
	if log := meet(p, h, nil); !p.Done() || strings.Contains(log, password) || !strings.Contains(log, "a1 LOGOUT\r\n") {
		t.Errorf("without TLS:\n%s", log)
	}
}

// A transfer that is cut at any octet goes on in the next session: the message is whole at the end, and what crossed the
// line is little more than its octets.
func TestProgramResumes(t *testing.T) {
	seed := *seedFlag
	if seed == 0 {
		seed = rand.Uint64()
	}
	r := rand.New(rand.NewPCG(seed, 5))
	for range 30 {
		a := account(nil, nil)
		box, _ := a.Mailbox("INBOX")
		text := []byte("Subject: long\r\n\r\n" + strings.Repeat("0123456789abcde\n", r.IntN(40_000)))
		small := []byte("Subject: small\r\n\r\nx\r\n")
		if _, err := box.Commit(store.Batch{Append: []store.Draft{{Content: text}, {Content: small}}}); err != nil {
			t.Fatal(err)
		}
		var known imap.Cache
		crossed, cuts := 0, 0
		for ; ; cuts++ {
			h := newHost(imap.Config{}, a)
			p := imap.NewProgram(imap.ClientConfig{}, imap.Plan{User: "bob", Password: password, Read: true}, known, 0)
			left := 2000 + r.IntN(300_000)
			for !p.Done() {
				said := h.Output()
				if len(said) == 0 {
					t.Fatalf("nobody says anything; repeat with: go test -run %s -seed %d", t.Name(), seed)
				}
				said = said[:min(len(said), left)]
				left -= len(said)
				crossed += len(said)
				if p.Receive(0, said); left == 0 {
					p.Work(0)
					p.ReceiveEOF(0)
				}
				p.Work(0)
				h.Receive(0, p.Output())
			}
			if p.Synced() {
				known = p.Cache
			}
			if left > 0 {
				break
			}
		}
		m := known.Messages
		if len(m) != 2 || m[0].Content != string(text) || !m[0].Fetched || m[1].Content != string(small) || !m[1].Fetched {
			t.Errorf("after %d cuts it has not the whole of a message of %d octets; repeat with: go test -run %s -seed %d", cuts, len(text), t.Name(), seed)
		}
		if most := len(text)*11/10 + (cuts+1)*(64<<10+3000); crossed > most {
			t.Errorf("%d octets crossed for %d with %d cuts; repeat with: go test -run %s -seed %d", crossed, len(text), cuts, t.Name(), seed)
		}
	}
}

// A program that idles says so anew before half an hour is over, and gives a server up that does not answer.
func TestProgramRenewsIdle(t *testing.T) {
	h := newHost(imap.Config{}, account(nil, nil))
	p := imap.NewProgram(imap.ClientConfig{Timeout: time.Minute}, imap.Plan{User: "bob", Password: password, Idle: true}, imap.Cache{}, 0)
	meet(p, h, nil)
	at, ok := p.Timeout()
	if !ok || at < engine.Time(20*time.Minute) || at >= engine.Time(29*time.Minute) {
		t.Fatalf("it waits until %v, %v", at, ok)
	}
	p.HandleTimeout(at - 1)
	if out := p.Output(); len(out) > 0 {
		t.Errorf("too early it says %q", out)
	}
	p.HandleTimeout(at)
	p.Work(at)
	if out := string(p.Output()); out != "DONE\r\n" {
		t.Errorf("it says %q", out)
	}
	if until, ok := p.Timeout(); !ok || until != at.Add(time.Minute) {
		t.Errorf("it waits for the reply until %v, %v", until, ok)
	}
	h.Receive(at, []byte("DONE\r\n"))
	if log := meet(p, h, nil); !p.Idling() || !strings.HasSuffix(log, "Idling; DONE ends it\r\n") {
		t.Errorf("it goes on with\n%s", log)
	}
}
