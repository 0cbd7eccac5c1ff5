package scene

import (
	"math"
	"strconv"
	"testing"

	"ehlo/sim/engine"
	"ehlo/sim/trace"
)

// TestNothingBreaksTheScene applies events that no world would emit, in an order that none would have: the picture must
// stay one. A failure names its seed.
func TestNothingBreaksTheScene(t *testing.T) {
	for seed := range uint64(20) {
		r := engine.NewRand(seed)
		name := func() string { return "h" + strconv.Itoa(int(r.N(6))) + ".example" }
		s := New()
		s.SetWords(words)
		s.Layout(View{Width: float64(200 + r.N(1400)), Height: float64(150 + r.N(800)), ReducedMotion: r.N(4) == 0})
		now := engine.Time(0)
		for n := range 250 {
			now += engine.Time(r.N(8e6))
			kind := trace.Kind(r.N(uint64(trace.KindFault) + 1))
			if kind == trace.KindWorld && n > 0 || n < 12 {
				kind = trace.KindHost + trace.Kind(r.N(3))
			}
			e := trace.Event{At: now, Seq: uint64(n + 1), Kind: kind, Actor: name(), Target: name(), Conn: uint32(r.N(5)),
				Dir: trace.Dir(r.N(3)), Letter: uint32(r.N(4)), From: now, Until: now + engine.Time(r.N(20e6)), Off: int64(r.N(40)),
				Num: int64(r.N(60)), Label: []string{"", "mta", "mua", "250", "INBOX", "a1 OK"}[r.N(6)],
				Verb: []string{"", "MAIL", "DATA", "alice"}[r.N(4)], Class: trace.Class(r.N(9)),
				Data: []byte([]string{"", "Subject: x\r\n\r\ny", "3 1 1", "a@b\nc@d", "MAIL FROM:<a@b>\r\n"}[r.N(5)])}
			s.Apply(&e)
			l := s.Frame(now + engine.Time(r.N(3e6)))
			for i := range l.Items {
				if it := &l.Items[i]; math.IsNaN(it.At.X+it.At.Y+it.Radius) || int(it.Node) >= len(l.Nodes) || int(it.To) > len(l.Points) {
					t.Fatalf("seed %d, event %d (%v): item %d is %+v", seed, n, e.Kind, i, it)
				}
			}
			for i, p := range l.Points {
				if math.IsNaN(p.X+p.Y) || math.IsInf(p.X+p.Y, 0) {
					t.Fatalf("seed %d, event %d (%v): point %d is %v", seed, n, e.Kind, i, p)
				}
			}
			s.Hit(Point{float64(r.N(1000)), float64(r.N(500))})
			if s.NextChange(now) < now {
				t.Fatalf("seed %d, event %d: the next change is in the past", seed, n)
			}
		}
	}
}
