package sim_test

import (
	"testing"

	"ehlo/sim"
	"ehlo/sim/trace"
	"ehlo/sim/world"
	"ehlo/sim/worlds"
)

// A person answers what comes to a host in its server's place: types, closes, cuts; nobody else does.
func TestServedByHand(t *testing.T) {
	text, _ := worlds.Text("by-hand")
	def, err := world.Parse("by-hand", text)
	if err != nil {
		t.Fatal(err)
	}
	const you = "mx.example.net"
	come := func() *sim.Timeline {
		tl, err := sim.NewTimeline(def)
		if err != nil {
			t.Fatal(err)
		}
		tl.Advance(tl.Now().Add(2 * 60 * 1e9))
		return tl
	}
	tl := come()
	say := func(kind trace.InputKind, actor, text string) error {
		err := tl.Input(trace.Input{Kind: kind, Actor: actor, Conn: 2, Data: []byte(text)})
		tl.Run()
		return err
	}
	c, ok := tl.World().Conn(2)
	if !ok || !c.Served || c.Typed || !c.Open || c.To != you || c.Port != 25 {
		t.Fatalf("who comes: %+v", c)
	}
	if err := say(trace.InputType, "mail.example.org", "220 mx\r\n"); err == nil {
		t.Error("the client's host answers, too")
	}
	if err := say(trace.InputType, you, "220 mx\r\n"); err != nil {
		t.Fatal(err)
	}
	if err := say(trace.InputFin, you, ""); err != nil {
		t.Fatal(err)
	}
	if err := say(trace.InputType, you, "250 mx\r\n"); err == nil {
		t.Error("one can still type into a direction that is closed")
	}
	tl = come()
	if err := say(trace.InputCut, you, ""); err != nil {
		t.Fatal(err)
	}
	if c, _ := tl.World().Conn(2); !c.Over {
		t.Errorf("after a cut: %+v", c)
	}
	if q := tl.World().Queue(); len(q) != 1 || q[0].Reason == "" {
		t.Errorf("the client keeps its message: %+v", q)
	}
}
