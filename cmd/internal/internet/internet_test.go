package internet

import (
	"testing"
	"time"

	"ehlo/sim/world"
	"ehlo/sim/worlds"
)

func run1(t *testing.T, o Options) Report {
	t.Helper()
	r, err := Run(o)
	if err != nil {
		t.Fatal(err)
	}
	r.Real, r.Memory = 0, 0
	return r
}

func TestEveryRecipientIsAccountedFor(t *testing.T) {
	hours := 0
	o := Options{Domains: 500, Messages: 1500, Seed: 7, Progress: func(r Report) {
		if hours++; !r.Balanced {
			t.Errorf("after %v: %+v", r.Virtual, r.Ledger)
		}
	}}
	r := run1(t, o)
	l := r.Ledger
	if r.Sent != 1500 || l.Queued != 0 || l.Delivered < 1500 || l.Bounced == 0 || l.Generated != l.Bounced || hours < 20 {
		t.Errorf("%d hours, %+v", hours, r)
	}
	// Each recipient who was relayed was accepted again by the next host.
	if l.Accepted-l.Relayed+l.Generated != l.Delivered+l.Bounced+l.Discarded {
		t.Errorf("%+v", l)
	}
	if again := run1(t, o); again != r {
		t.Errorf("the same seed gives\n%+v, then\n%+v", r, again)
	}
	o.Seed = 8
	if other := run1(t, o); other == r {
		t.Error("another seed gives the same")
	}
}

func TestAnyWorldRuns(t *testing.T) {
	text, _ := worlds.Text("two-domains")
	def, err := world.Parse("two-domains", text)
	if err != nil {
		t.Fatal(err)
	}
	if r := run1(t, Options{World: def, Messages: 300, Seed: 3}); r.Ledger.Delivered < 300 || r.Ledger.Queued != 0 || r.Virtual < 20*time.Hour {
		t.Errorf("%+v", r)
	}
	empty := *def
	empty.Users = nil
	if _, err := Run(Options{World: &empty, Messages: 1}); err == nil {
		t.Error("a world without users writes")
	}
}
