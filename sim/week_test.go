package sim_test

import (
	"flag"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"ehlo/sim"
	"ehlo/sim/engine"
	"ehlo/sim/personas"
	"ehlo/sim/trace"
	"ehlo/sim/world"
	"ehlo/sim/worlds"
)

var (
	soak  = flag.Bool("soak", false, "play a week of every world from 100 seeds, with troubles of chance besides")
	first = flag.Uint64("first", 1, "the seed with which -soak begins")
	last  = flag.Uint64("last", 100, "the seed with which it ends")
)

// follower is a recorder that counts the copies of what actors write, and how often a line was cut or a host fell.
type follower struct {
	copies  map[[2]string]int
	broken  int
	letters int
}

func (f *follower) Record(e *trace.Event) {
	switch e.Kind {
	case trace.KindQueued:
		if e.Conn == 0 {
			f.letters++
		}
	case trace.KindDelivered:
		f.copies[[2]string{e.Label, e.Target}]++
	case trace.KindCut, trace.KindTrouble:
		f.broken++
	}
}

// week plays a world for seven days and checks that every recipient is accounted for and that nobody gets anything twice
// without a reason.
func week(t *testing.T, def *world.Definition, seed uint64, troubles bool) {
	t.Helper()
	d := *def
	d.Seed = seed
	f := &follower{copies: map[[2]string]int{}}
	w, err := sim.New(&d, f)
	if err != nil {
		t.Fatal(err)
	}
	const end = engine.Time(7 * 24 * time.Hour)
	chance := engine.NewRand(seed).Stream("soak")
	for hour := engine.Time(0); hour < end; hour += engine.Time(time.Hour) {
		for w.StepUntil(hour) {
		}
		w.Skip(hour)
		if troubles {
			trouble(w, &d, &chance)
		}
		if hour%engine.Time(4*time.Hour) == 0 && !slices.ContainsFunc(d.Actors, func(a world.Actor) bool { return a.Kind == world.Writer }) {
			write(t, w, &d, &chance, int(hour/engine.Time(time.Hour)))
		}
		for _, l := range w.Ledgers() {
			if l.Balance() != 0 {
				t.Fatalf("seed %d, %v: %s does not account for %d recipients: %+v", seed, w.Now(), l.Host, l.Balance(), l.Ledger)
			}
		}
	}
	if troubles {
		settle(t, w, &d, seed)
	}
	if f.letters == 0 && len(d.Users) > 0 {
		t.Error("nobody wrote anything")
	}
	for k, n := range f.copies {
		// Notices have the same subject, and a letter to two addresses of one person comes twice.
		if n > 1 && f.broken == 0 && !strings.HasPrefix(k[0], "Undelivered") && !strings.HasPrefix(k[0], "Delayed") {
			t.Errorf("seed %d: %q came to %s %d times", seed, k[0], k[1], n)
		}
	}
	total := sim.LedgerInfo{}
	for _, l := range w.Ledgers() {
		total.Delivered += l.Delivered
		total.Queued += l.Queued
	}
	if f.letters > 0 && (total.Delivered == 0 || !troubles && total.Queued > total.Delivered) {
		t.Errorf("seed %d: %d delivered, %d still wait", seed, total.Delivered, total.Queued)
	}
}

// settle repairs all that is broken, and lets the hosts send what waits: after the time that they try for at most nothing is
// left of what was there.
func settle(t *testing.T, w *sim.World, d *world.Definition, seed uint64) {
	t.Helper()
	for _, f := range w.Troubles() {
		if err := w.Input(trace.Input{Kind: trace.InputRepair, Actor: f.Host, Target: f.Kind, Data: []byte(f.Args())}); err != nil {
			t.Fatal(err)
		}
	}
	repaired := w.Now()
	limit := 6 * 24 * time.Hour
	for _, h := range d.Hosts {
		limit = max(limit, h.MTA.GiveUpAfter+24*time.Hour)
	}
	for w.StepUntil(repaired.Add(limit)) {
	}
	for _, q := range w.Queue() {
		if q.Arrived < repaired {
			t.Errorf("seed %d: %s still has letter %d for %s, which came at %v", seed, q.Host, q.Letter, q.Domain, q.Arrived)
		}
	}
	for _, l := range w.Ledgers() {
		if l.Balance() != 0 {
			t.Errorf("seed %d: %s does not account for %d recipients: %+v", seed, l.Host, l.Balance(), l.Ledger)
		}
	}
}

// write lets a user write to another one, in worlds where nobody does by himself.
func write(t *testing.T, w *sim.World, d *world.Definition, chance *engine.Rand, n int) {
	t.Helper()
	if len(d.Users) == 0 {
		return
	}
	from, to := d.Users[chance.N(uint64(len(d.Users)))], d.Users[chance.N(uint64(len(d.Users)))]
	in := trace.Input{Kind: trace.InputRun, Actor: from.Host, Target: sim.Sendmail,
		Data: fmt.Appendf(nil, "%s@%s %s@%s Letter %d", from.Name, from.Domain, to.Name, to.Domain, n)}
	if err := w.Input(in); err != nil && !slices.ContainsFunc(w.Troubles(), func(f world.Fault) bool { return f.Kind == world.Crash && f.Host == from.Host }) {
		t.Fatal(err)
	}
}

// trouble lets something break, or something else be repaired.
func trouble(w *sim.World, d *world.Definition, chance *engine.Rand) {
	if broken := w.Troubles(); len(broken) > 0 && chance.N(2) == 0 {
		f := broken[chance.N(uint64(len(broken)))]
		_ = w.Input(trace.Input{Kind: trace.InputRepair, Actor: f.Host, Target: f.Kind, Data: []byte(f.Args())})
		return
	}
	h := d.Hosts[chance.N(uint64(len(d.Hosts)))].Name
	in := trace.Input{Kind: trace.InputFault, Actor: h}
	switch chance.N(8) {
	case 0:
		in.Target = world.Crash
	case 1:
		in.Target = world.DiskFull
	case 2:
		in.Target, in.Data = world.CutAt, fmt.Append(nil, 1+chance.N(400))
	case 3:
		in.Target, in.Data = world.ReplyReplaced, []byte("250 => 451 4.3.0 Not now")
	case 4:
		in.Target = world.NamesFail
	case 5, 6:
		if len(d.Links) > 0 {
			l := d.Links[chance.N(uint64(len(d.Links)))]
			in.Actor, in.Target, in.Data = l.A, world.LinkLoss, []byte(l.B+" 20%")
		}
	case 7:
		if len(d.Links) > 0 {
			l := d.Links[chance.N(uint64(len(d.Links)))]
			in.Actor, in.Target, in.Data = l.A, world.LinkDown, []byte(l.B)
		}
	}
	_ = w.Input(in)
}

func TestEveryWorldPlaysAWeek(t *testing.T) {
	from, seeds := uint64(1), uint64(5)
	if raceDetector || runtime.GOARCH == "wasm" {
		seeds = 1 // make test plays the others on 386: ten times as fast, and nothing in a world runs side by side
	}
	if *soak {
		from, seeds = *first, *last
	}
	for _, name := range worlds.Names() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text, _ := worlds.Text(name)
			def, err := world.Parse(name, text, personas.All()...)
			if err != nil {
				t.Fatal(err)
			}
			began := time.Now()
			for seed := from; seed <= seeds; seed++ {
				week(t, def, seed, false)
				if *soak || seed == 1 {
					week(t, def, seed, true)
				}
			}
			t.Log(time.Since(began))
		})
	}
}
