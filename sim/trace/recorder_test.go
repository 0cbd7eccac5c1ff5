package trace_test

import (
	"bytes"
	"fmt"
	"slices"
	"testing"

	"ehlo/sim/engine"
	"ehlo/sim/trace"
)

func TestLogKeepsCopies(t *testing.T) {
	var l trace.Log
	var e trace.Event
	for i := range 5000 {
		e = trace.Event{At: engine.Time(i / 2), Seq: uint64(i), Kind: trace.KindLine, Actor: fmt.Sprint("host", i%7),
			Data: append(e.Data[:0], fmt.Sprint("line ", i)...)}
		if i%3 == 0 {
			e.Data = e.Data[:0]
		}
		l.Record(&e)
	}
	if l.Len() != 5000 {
		t.Fatalf("%d events", l.Len())
	}
	check := func(n int) {
		t.Helper()
		for i, e := range l.All() {
			data := fmt.Sprint("line ", i)
			if i%3 == 0 {
				data = ""
			}
			if e.Seq != uint64(i) || e.Actor != fmt.Sprint("host", i%7) || string(e.Data) != data {
				t.Fatalf("event %d of %d is %+v", i, n, e)
			}
		}
	}
	check(5000)
	if n := l.SearchTime(99); n != 200 {
		t.Errorf("%d events are visible at 99, want 200", n)
	}
	if l.SearchTime(-1) != 0 || l.SearchTime(engine.Never) != 5000 {
		t.Error("before the first and after the last event")
	}
	for _, n := range []int{6000, 4608, 4607, 513, 512, 2, 1, 0, -1} {
		l.Truncate(n)
		if want := max(min(n, 5000), 0); l.Len() != want {
			t.Fatalf("%d events are left of %d", l.Len(), want)
		}
		check(n)
		l.Record(&trace.Event{Seq: 77, Kind: trace.KindFin, Data: []byte("new")})
		if e := l.At(l.Len() - 1); e.Seq != 77 || string(e.Data) != "new" {
			t.Fatalf("what is recorded after Truncate(%d) reads as %+v", n, e)
		}
		l.Truncate(l.Len() - 1)
	}
}

func TestLogKeepsLongData(t *testing.T) {
	var l trace.Log
	long := bytes.Repeat([]byte("x"), 100<<10)
	l.Record(&trace.Event{Kind: trace.KindLine, Data: long})
	l.Record(&trace.Event{Kind: trace.KindLine, Data: []byte("short")})
	if !bytes.Equal(l.At(0).Data, long) || string(l.At(1).Data) != "short" {
		t.Error("long octets are not kept")
	}
}

func TestChunksOfALog(t *testing.T) {
	var l trace.Log
	events := sample()
	for i := range events {
		l.Record(&events[i])
	}
	for i := range events {
		same(t, decode(t, l.AppendChunk(nil, i, i+4)), events[i:min(i+4, len(events))])
	}
	if len(l.AppendChunk(nil, 3, 3)) != 0 || len(decode(t, nil)) != 0 {
		t.Error("no events are something")
	}
}

func TestDifference(t *testing.T) {
	make := func(n, odd int) *trace.Log {
		var l trace.Log
		for i := range n {
			e := trace.Event{At: engine.Time(i), Seq: uint64(i), Kind: trace.KindFin}
			if i == odd {
				e.Conn = 1
			}
			l.Record(&e)
		}
		return &l
	}
	sum, marks := make(1000, -1).Digests(1000)
	if other, _ := make(1000, 700).Digests(1000); other == sum {
		t.Error("another trace has the same digest")
	}
	if len(marks) > 16 || len(marks) < 8 {
		t.Errorf("%d marks", len(marks))
	}
	if from, _, ok := make(1000, -1).Difference(marks); ok || from != marks[len(marks)-1].Events {
		t.Error("the same trace differs")
	}
	for _, odd := range []int{0, 63, 64, 700} {
		if from, end, ok := make(1000, odd).Difference(marks); !ok || from > odd || end <= odd || end-from > 64 {
			t.Errorf("a difference at %d is found in %d to %d, %v", odd, from, end, ok)
		}
	}
	if from, end, ok := make(100, -1).Difference(marks); !ok || from > 100 || end <= 100 {
		t.Errorf("a trace that ends early differs in %d to %d, %v", from, end, ok)
	}
}

func TestRing(t *testing.T) {
	r := trace.NewRing(3)
	for i := range 8 {
		if i < 3 && r.Len() != i {
			t.Errorf("%d events are kept of %d", r.Len(), i)
		}
		data := []byte{byte(i)}
		r.Record(&trace.Event{Seq: uint64(i), Kind: trace.KindFin, Data: data})
		data[0] = 99
	}
	want := uint64(5)
	for i, e := range r.All() {
		if i != want || e.Seq != want || e.Data[0] != byte(want) {
			t.Errorf("event %d is %+v, want %d", i, e, want)
		}
		want++
	}
	if want != 8 || r.Total() != 8 {
		t.Errorf("the ring ends at %d of %d", want, r.Total())
	}
}

func TestCounters(t *testing.T) {
	var c trace.Counters
	for _, e := range sample() {
		c.Record(&e)
	}
	if c.Events != uint64(len(sample())) || c.Kinds[trace.KindHost] != 2 || c.Lines[trace.ClassGreeting] != 1 || c.Octets[trace.ToClient] != 6 {
		t.Errorf("%+v", c)
	}
}

func BenchmarkLog(b *testing.B) {
	events := sample()
	b.ReportAllocs()
	var l trace.Log
	for i := 0; b.Loop(); i++ {
		if l.Record(&events[i%len(events)]); l.Len() == 100_000 {
			l.Truncate(0)
		}
	}
}

func BenchmarkDigest(b *testing.B) {
	events := sample()
	b.ReportAllocs()
	var d trace.Digest
	for i := 0; b.Loop(); i++ {
		d.Record(&events[i%len(events)])
	}
}

func TestDigestsOfALogThatGrows(t *testing.T) {
	fill := func(l *trace.Log, to, conn int) {
		for i := l.Len(); i < to; i++ {
			l.Record(&trace.Event{At: engine.Time(i), Seq: uint64(i), Kind: trace.KindFin, Conn: uint32(conn), Actor: "a"})
		}
	}
	var grown trace.Log
	for _, step := range []struct{ truncate, to, conn, ask int }{
		{0, 100, 1, 100}, {100, 5000, 1, 5000}, {5000, 5000, 1, 700}, {4990, 5100, 2, 5100}, {63, 64, 3, 64}, {64, 1200, 1, 1200},
	} {
		grown.Truncate(step.truncate)
		fill(&grown, step.to, step.conn)
		var fresh trace.Log
		for _, e := range grown.All() {
			fresh.Record(&e)
		}
		sum, marks := grown.Digests(step.ask)
		wantSum, wantMarks := fresh.Digests(step.ask)
		if sum != wantSum || !slices.Equal(marks, wantMarks) {
			t.Errorf("%+v: the digest differs from that of a log made at once", step)
		}
	}
}
