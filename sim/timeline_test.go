package sim_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"ehlo/sim"
	"ehlo/sim/engine"
	"ehlo/sim/script"
	"ehlo/sim/simtest"
	"ehlo/sim/trace"
	"ehlo/sim/world"
	"ehlo/sim/worlds"
)

func define(t testing.TB, name string) *world.Definition {
	t.Helper()
	text, ok := worlds.Text(name)
	if !ok {
		t.Fatalf("no world %s", name)
	}
	def, err := world.Parse(name, text)
	if err != nil {
		t.Fatal(err)
	}
	return def
}

func start(t testing.TB, name string) *sim.Timeline {
	t.Helper()
	return simtest.World(t, name)
}

func play(t testing.TB, tl *sim.Timeline, text string) {
	t.Helper()
	s, err := script.Parse("test", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Play(tl); err != nil {
		t.Fatal(err)
	}
}

// busy makes a timeline in which a lot has happened: sessions of all three protocols, relayed messages, cut lines and
// waiting, chosen by a seed.
func busy(t testing.TB, events int) *sim.Timeline {
	tl := start(t, "two-domains")
	r := engine.NewRand(42)
	for n := 0; tl.Trace().Len() < events; n++ {
		to := []string{"bob@example.net", "carla@example.net", "alice@example.org"}[r.N(3)]
		switch r.N(6) {
		case 0, 1, 2:
			server := []string{"mail.example.org", "mx.example.net"}[r.N(2)]
			play(t, tl, fmt.Sprintf("telnet %s 25\n> EHLO laptop.example.org\n> MAIL FROM:<alice@example.org>\n> RCPT TO:<%s>\n"+
				"> DATA\n> Subject: number %d\n>\n> %s\n> .\n> QUIT\n", server, to, n, strings.Repeat("x", int(r.N(900)))))
		case 3:
			play(t, tl, "telnet mx.example.net 110\n> USER bob\n> PASS plover\n> STAT\n> RETR 1\n> DELE 2\n"+
				[]string{"> QUIT", "cut", "fin"}[r.N(3)])
		case 4:
			play(t, tl, "telnet mx.example.net 143\n> a LOGIN carla opal\n> b SELECT INBOX\n> c FETCH 1:* (FLAGS UID)\n"+
				"> d STORE 1 +FLAGS (\\Seen \\Deleted)\n> e EXPUNGE\n> f LOGOUT")
		case 5:
			play(t, tl, fmt.Sprintf("telnet mail.example.org 25\n> NOOP\nwait %dms", r.N(20_000)))
		}
	}
	return tl
}

// describe gives the state of a world as text, with what it will do next.
func describe(w *sim.World) string {
	var b strings.Builder
	for _, m := range w.Mailboxes() {
		fmt.Fprintln(&b, m.Address, m.Mailbox, m.Snapshot.Len(), m.Snapshot.UIDNext(), m.Snapshot.HighestModSeq(), m.Snapshot.Unseen())
	}
	for _, c := range w.Conns() {
		fmt.Fprintln(&b, c)
	}
	for _, q := range w.Queue() {
		fmt.Fprintln(&b, q.Host, q.ID, q.To, q.Attempts, q.Active, q.Next)
	}
	next, ok := w.Next()
	fmt.Fprintln(&b, w.Now(), w.Steps(), w.Quiet(), next, ok)
	var log trace.Log
	c := w.Clone(&log)
	for range 60 {
		if !c.StepUntil(engine.Never) {
			break
		}
	}
	sum, _ := log.Digests(log.Len())
	fmt.Fprintf(&b, "then %d events %x at %v", log.Len(), sum, c.Now())
	return b.String()
}

// A world of 100,000 events shows the same at any moment, whether it was reached by seeking or by playing from zero.
func TestSeekIsReplay(t *testing.T) {
	events, moments := 100_000, 40
	if testing.Short() {
		events, moments = 10_000, 10
	}
	tl := busy(t, events)
	end, _ := tl.End()
	last := describe(tl.World())
	r := engine.NewRand(7)
	for range moments {
		to := engine.Time(r.N(uint64(end)))
		tl.Seek(to)
		zero := start(t, "two-domains")
		for _, in := range tl.Inputs() {
			if in.At > to {
				break
			}
			zero.AdvanceSteps(in.At, in.Seq)
			if err := zero.Input(in); err != nil {
				t.Fatal(err)
			}
		}
		zero.Advance(to)
		if got, want := describe(tl.World()), describe(zero.World()); got != want {
			t.Fatalf("at %v (seeds 42 and 7), sought:\n%s\nplayed from zero:\n%s", to, got, want)
		}
		if got, want := tl.Seen(), zero.Seen(); got != want {
			t.Fatalf("at %v %d events are seen, from zero %d", to, got, want)
		}
	}
	tl.Seek(end)
	if got := describe(tl.World()); got != last || tl.Past() {
		t.Errorf("back at the end the world is\n%s, was\n%s", got, last)
	}
}

func TestReplayGivesTheSameTrace(t *testing.T) {
	tl := busy(t, 3000)
	log := tl.InputLog("test")
	parsed, err := trace.ParseInputLog(log.Marshal())
	if err != nil {
		t.Fatal(err)
	}
	again, err := sim.Replay(define(t, "two-domains"), *parsed)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := describe(again.World()), describe(tl.World()); got != want || again.Past() {
		t.Errorf("replayed:\n%s\nwas:\n%s", got, want)
	}
	parsed.Inputs[3].Data = []byte("NOOP\r\n")
	if _, err := sim.Replay(define(t, "two-domains"), *parsed); err == nil {
		t.Error("a log that was changed is not noticed")
	}
}

func TestUndoTakesBackOneLine(t *testing.T) {
	tl := start(t, "two-domains")
	play(t, tl, "telnet mx.example.net 25\n> EHLO laptop.example.org")
	before := describe(tl.World())
	seen := tl.Seen()
	if err := tl.Input(trace.Input{Kind: trace.InputType, Actor: "laptop.example.org", Conn: 1, Data: []byte("RSET\r\n")}); err != nil {
		t.Fatal(err)
	}
	tl.Run()
	if err := tl.Undo(); err != nil {
		t.Fatal(err)
	}
	if got := describe(tl.World()); got != before || tl.Seen() != seen || tl.Trace().Len() != seen {
		t.Errorf("after undo:\n%s\nbefore:\n%s", got, before)
	}
	for range 2 {
		if err := tl.Undo(); err != nil {
			t.Fatal(err)
		}
	}
	if err := tl.Undo(); err != sim.ErrNothingToUndo {
		t.Errorf("undo of nothing says %v", err)
	}
}

func TestStepAndBackVisitTheSameMoments(t *testing.T) {
	tl := start(t, "two-domains")
	play(t, tl, "telnet mx.example.net 25\n> EHLO laptop.example.org\n> QUIT")
	end := describe(tl.World())
	var back []string
	for tl.Seen() > start(t, "two-domains").Seen() {
		back = append(back, describe(tl.World()))
		tl.Back()
	}
	for i := len(back) - 1; i >= 0; i-- {
		if !tl.Step() {
			t.Fatal("no step forward where there was one back")
		}
		if got := describe(tl.World()); got != back[i] {
			t.Fatalf("moment %d forward:\n%s\nand back:\n%s", i, got, back[i])
		}
	}
	if got := describe(tl.World()); got != end {
		t.Errorf("the end is\n%s, was\n%s", got, end)
	}
}

func TestForkGoesOnFromThePast(t *testing.T) {
	tl := start(t, "two-domains")
	play(t, tl, "telnet mx.example.net 25\n> EHLO laptop.example.org\n> MAIL FROM:<alice@example.org>")
	tl.Seek(tl.Inputs()[1].At)
	in := trace.Input{Kind: trace.InputType, Actor: "laptop.example.org", Conn: 1, Data: []byte("NOOP\r\n")}
	if err := tl.Input(in); err != sim.ErrPast {
		t.Fatalf("an input in the past says %v", err)
	}
	tl.Fork()
	if tl.Past() || len(tl.Inputs()) != 2 {
		t.Fatalf("after a fork there are %d inputs", len(tl.Inputs()))
	}
	if err := tl.Input(in); err != nil {
		t.Fatal(err)
	}
	tl.Run()
}

func TestPaceShowTakesItsTimeForAHop(t *testing.T) {
	tl := start(t, "two-domains")
	if tl.Play(sim.Show, time.Second); tl.Now() != 0 {
		t.Fatal("the clock runs although nothing is on its way")
	}
	if err := tl.Input(trace.Input{Kind: trace.InputOpen, Actor: "laptop.example.org", Target: "mx.example.net:25"}); err != nil {
		t.Fatal(err)
	}
	var looked time.Duration
	for tl.Play(sim.Show, 10*time.Millisecond) {
		looked += 10 * time.Millisecond
	}
	// There, the acknowledgement with the greeting behind it: three hops, of which two fly together.
	if looked < 1500*time.Millisecond || looked > 2500*time.Millisecond {
		t.Errorf("a connection with its greeting takes %v to look at", looked)
	}
	if tl.Play(1000, time.Second); !tl.World().Quiet() {
		t.Error("something is on its way that show does not show")
	}
}
