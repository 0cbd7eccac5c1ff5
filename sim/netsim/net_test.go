package netsim

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"ehlo/sim/engine"
	"ehlo/sim/trace"
)

// a - router - b, and c on its own.
func three() *Net {
	return New([]Host{{"a", "192.0.2.1", ""}, {"router", "192.0.2.2", ""}, {"b", "192.0.2.3", ""}, {"c", "192.0.2.4", ""}}, []Link{
		{A: "a", B: "router", Latency: 10 * time.Millisecond, Bandwidth: 8_000_000},
		{A: "router", B: "b", Latency: 5 * time.Millisecond, Bandwidth: 800_000},
	}, engine.NewRand(1))
}

// run lets everything arrive and returns it as text.
func run(n *Net) (now engine.Time, log []string) {
	for {
		t, ok := n.Timeout()
		if !ok {
			return now, log
		}
		if t < now {
			panic("time went back")
		}
		now = t
		n.HandleTimeout(now)
		for d, ok := n.Next(); ok; d, ok = n.Next() {
			log = append(log, fmt.Sprintf("%v %d %d %s %d", now, d.Kind, d.Conn, d.Dir, len(d.Data)))
			if d.Kind == Arrived {
				n.Accept(now, d.Conn)
			}
		}
	}
}

func TestHandshakeCrossesEachLink(t *testing.T) {
	n := three()
	id := n.Dial(0, "a", "192.0.2.3", 25)
	now, log := run(n)
	// Two links forth and two back: latency and 40 octets of header at 8 and 0.8 Mbit/s.
	want := 2 * (15*time.Millisecond + 40*time.Microsecond + 400*time.Microsecond)
	if now != engine.Time(want) || len(log) != 2 {
		t.Fatalf("the handshake ended at %v with %q, want %v", now, log, want)
	}
	if c, _ := n.Conn(id); !c.Open || c.Server != "b" {
		t.Errorf("the connection is %+v", c)
	}
}

func TestNobodyThere(t *testing.T) {
	n := three()
	n.Dial(0, "a", "c", 25)
	n.Dial(0, "a", "d", 25)
	if _, log := run(n); fmt.Sprint(log) != fmt.Sprintf("[00:00.000 %d 1 S 0 00:00.000 %d 2 S 0]", Unreachable, Unreachable) {
		t.Errorf("a host without a link and a host that does not exist: %q", log)
	}
}

func TestStreamIsInOrderAndWhole(t *testing.T) {
	n := three()
	id := n.Dial(0, "a", "b", 25)
	now, _ := run(n)
	sent := bytes.Repeat([]byte("0123456789"), 1000)
	n.Send(now, id, trace.ToServer, sent[:4000])
	n.Send(now, id, trace.ToServer, sent[4000:])
	n.Finish(now, id, trace.ToServer)
	if off := n.Send(now, id, trace.ToServer, []byte("late")); off != 10000 {
		t.Errorf("octets after the end are at %d", off)
	}
	clone := n.Clone()
	for _, n := range []*Net{n, clone} {
		var got []byte
		fin := false
		now := now
		for {
			at, ok := n.Timeout()
			if !ok {
				break
			}
			now = at
			n.HandleTimeout(now)
			for d, ok := n.Next(); ok; d, ok = n.Next() {
				got = append(got, d.Data...)
				fin = fin || d.Kind == Fin
			}
		}
		if !bytes.Equal(got, sent) || !fin {
			t.Errorf("%d octets arrived, end %v", len(got), fin)
		}
		// The slow link alone needs 8 segments of 40 octets header and 10,000 octets at 0.8 Mbit/s.
		if now < engine.Time((10000+8*40)*8*time.Second/800_000) {
			t.Errorf("10,000 octets crossed in %v", now)
		}
	}
}

func TestCut(t *testing.T) {
	n := three()
	id := n.Dial(0, "a", "b", 25)
	now, _ := run(n)
	n.Send(now, id, trace.ToClient, []byte("lost"))
	n.Send(now, id, trace.ToServer, []byte("kept"))
	n.Break(now, id, trace.ToServer)
	_, log := run(n)
	want := []string{fmt.Sprintf(" %d 1 C 4", Data), fmt.Sprintf(" %d 1 C 0", Cut)}
	if len(log) != 2 || !strings.HasSuffix(log[0], want[0]) || !strings.HasSuffix(log[1], want[1]) {
		t.Fatalf("after a cut arrived %q", log)
	}
	if c, _ := n.Conn(id); c.Open || !c.Finished(trace.ToClient) {
		t.Errorf("the connection is %+v", c)
	}
}

func TestLoopback(t *testing.T) {
	for _, name := range []string{"c", "localhost", "127.0.0.1"} {
		n := three()
		id := n.Dial(0, "c", name, 25)
		if now, log := run(n); now != engine.Time(2*Loopback) || len(log) != 2 {
			t.Errorf("a host reached itself as %s at %v: %q", name, now, log)
		}
		if c, _ := n.Conn(id); c.Server != "c" {
			t.Errorf("%s is %s", name, c.Server)
		}
	}
}

func TestSegmentsSayWhereOctetsAre(t *testing.T) {
	n := three()
	id := n.Dial(0, "a", "b", 25)
	now, _ := run(n)
	n.Events()
	n.Send(now, id, trace.ToServer, make([]byte, SegmentSize+1))
	run(n)
	var legs []string
	for _, e := range n.Events() {
		legs = append(legs, fmt.Sprintf("%s-%s %d+%d data %d", e.Actor, e.Target, e.Off, e.Num, len(e.Data)))
		if e.Until <= e.From || e.From < e.At {
			t.Errorf("a segment leaves at %v and arrives at %v", e.From, e.Until)
		}
	}
	want := "[a-router 0+1460 data 1460 a-router 1460+1 data 1 router-b 0+1460 data 0 router-b 1460+1 data 0]"
	if fmt.Sprint(legs) != want {
		t.Errorf("legs are\n%v, want\n%v", legs, want)
	}
}
