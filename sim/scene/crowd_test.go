package scene

import (
	"cmp"
	"fmt"
	"slices"
	"testing"
	"time"

	"ehlo/sim/trace"
)

// crowd is a world in which so many messages are on their way at once, over connections between six hosts.
func crowd(letters int) *tape {
	t := newTape()
	t.add(trace.Event{Kind: trace.KindWorld, Label: "crowd"})
	names := make([]string, 6)
	for i := range names {
		names[i] = fmt.Sprintf("mx%d.example.net", i)
		t.host(names[i], "mta", "", i == 0, "smtp")
	}
	for i := range names {
		for k := range i {
			t.link(names[k], names[i], 10*time.Second)
		}
	}
	var events []trace.Event
	for n := range letters {
		a, b := names[n%6], names[(n+1+n/6%5)%6]
		id := uint32(n + 1)
		t.now = ms(float64(n%97) * 60)
		start := len(t.events)
		t.letter = uint32(n)
		t.queued(a, 0)
		t.add(trace.Event{Kind: trace.KindAttempt, Actor: a, Target: b, Letter: id, Conn: id})
		t.hops[id], t.sent[id] = []string{a, b}, &[3]int64{}
		t.add(trace.Event{Kind: trace.KindOpen, Actor: a, Target: b, Conn: id, Num: 25})
		t.add(trace.Event{Kind: trace.KindAccept, Actor: b, Target: a, Conn: id, Num: 25})
		t.say(id, trace.ToServer, text(lunch), line{".", "DATA", trace.ClassCommand, ".\r\n"})
		events = append(events, t.events[start:]...)
		t.events = t.events[:start]
	}
	slices.SortStableFunc(events, func(a, b trace.Event) int { return cmp.Compare(a.At, b.At) })
	for _, e := range events {
		e.Seq = uint64(len(t.events) + 1)
		t.events = append(t.events, e)
	}
	t.now = ms(6000)
	return t
}

func BenchmarkCrowd(b *testing.B) {
	for _, n := range []int{500, 2000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			t := crowd(n)
			s := t.play(wide)
			s.Frame(t.now)
			now := t.now
			b.ReportAllocs()
			for b.Loop() {
				now += 1e5
				s.Frame(now)
			}
		})
	}
}

func TestCrowdTakesNoMemory(t *testing.T) {
	tp := crowd(500)
	s := tp.play(wide)
	now := tp.now
	l := s.Frame(now)
	letters := 0
	for i := range l.Items {
		if l.shows(&l.Items[i], stampEnvelope) {
			letters++
		}
	}
	if letters != 500 {
		t.Errorf("%d messages are in the picture, want 500", letters)
	}
	if n := testing.AllocsPerRun(50, func() { now += 1e6; s.Frame(now) }); n != 0 {
		t.Errorf("a frame takes memory %v times", n)
	}
}
