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

// talk lets a send octets to b until nothing is on its way, and returns what arrived, how it ended, and when.
func talk(n *Net, sent []byte) (got []byte, ends string, now engine.Time) {
	id := n.Dial(0, "a", "b", 25)
	for {
		t, ok := n.Timeout()
		if !ok {
			return got, ends, now
		}
		now = t
		n.HandleTimeout(now)
		for d, ok := n.Next(); ok; d, ok = n.Next() {
			switch d.Kind {
			case Arrived:
				n.Accept(now, id)
			case Established:
				for p := sent; len(p) > 0; {
					k := min(len(p), 700)
					n.Send(now, id, trace.ToServer, p[:k])
					p = p[k:]
				}
				n.Finish(now, id, trace.ToServer)
			case Data:
				got = append(got, d.Data...)
			default:
				ends += fmt.Sprintf("%d%s ", d.Kind, d.Dir)
			}
		}
	}
}

func TestWhatIsLostIsSentAgain(t *testing.T) {
	sent := bytes.Repeat([]byte("0123456789"), 5000)
	for seed := range uint64(20) {
		links := []Link{{A: "a", B: "router", Latency: 10 * time.Millisecond, Loss: 100_000, Jitter: 30 * time.Millisecond},
			{A: "router", B: "b", Latency: 5 * time.Millisecond, Bandwidth: 800_000, Loss: 50_000}}
		n := New([]Host{{"a", "192.0.2.1", ""}, {"router", "192.0.2.2", ""}, {"b", "192.0.2.3", ""}}, links, engine.NewRand(seed))
		got, ends, _ := talk(n, sent)
		if !bytes.Equal(got, sent) || ends != fmt.Sprintf("%dC ", Fin) {
			t.Fatalf("seed %d: %d octets of %d arrived, then %s", seed, len(got), len(sent), ends)
		}
		lost := 0
		for _, e := range n.Events() {
			if e.Kind == trace.KindLost {
				lost++
			}
		}
		if lost == 0 {
			t.Errorf("seed %d: nothing was lost", seed)
		}
	}
}

func TestLinkDown(t *testing.T) {
	n := three()
	link, ok := n.LinkBetween("b", "router")
	if !ok {
		t.Fatal("no link")
	}
	n.SetDown(link, true)
	if _, ends, now := talk(n, nil); ends != fmt.Sprintf("%dS ", Unreachable) || now < engine.Time(120*time.Second) {
		t.Errorf("over a link that is down: %s at %v", ends, now)
	}
	n = three()
	id := n.Dial(0, "a", "b", 25)
	now, _ := run(n)
	n.SetDown(link, true)
	n.Send(now, id, trace.ToServer, []byte("wait"))
	for range 4 { // it is lost twice
		at, _ := n.Timeout()
		now = at
		n.HandleTimeout(now)
	}
	n.SetDown(link, false)
	if _, log := run(n); len(log) != 1 || !strings.HasSuffix(log[0], " 1 C 4") {
		t.Errorf("after the link came up again: %q", log)
	}
	n.SetDown(link, true)
	n.Send(now, id, trace.ToServer, []byte("never"))
	if _, log := run(n); len(log) != 1 || !strings.HasSuffix(log[0], fmt.Sprintf(" %d 1 S 0", Cut)) {
		t.Errorf("the link stays down: %q", log)
	}
}

func TestCrash(t *testing.T) {
	n := three()
	id := n.Dial(0, "a", "b", 25)
	now, _ := run(n)
	if conns := n.Crash("b"); len(conns) != 1 || conns[0] != id || !n.IsDown("b") {
		t.Fatalf("the crash ends %v", conns)
	}
	n.Send(now, id, trace.ToServer, []byte("hello"))
	for range 3 {
		at, _ := n.Timeout()
		now = at
		n.HandleTimeout(now)
	}
	n.Boot("b")
	if _, log := run(n); len(log) != 1 || !strings.HasSuffix(log[0], fmt.Sprintf(" %d 1 S 0", Cut)) {
		t.Errorf("a host that starts again answers %q", log)
	}
	if c, _ := n.Conn(id); c.Open {
		t.Error("the connection stands")
	}
	if conns := n.Crash("a"); len(conns) != 0 {
		t.Errorf("a connection that is over ends again: %v", conns)
	}
	n.Boot("a")
	n.Dial(now, "a", "b", 25)
	if _, log := run(n); len(log) != 2 {
		t.Errorf("afterwards %q", log)
	}
}

func TestDatagrams(t *testing.T) {
	n := three()
	n.SendDatagram(0, "a", "192.0.2.3", "dns", []byte("query"))
	n.SendDatagram(0, "a", "nowhere", "dns", []byte("query"))
	n.SendDatagram(0, "c", "c", "dns", []byte("self"))
	_, log := run(n)
	if len(log) != 2 || !strings.HasSuffix(log[1], fmt.Sprintf("%d 0  5", Datagram)) {
		t.Errorf("got %q", log)
	}
	var legs []string
	for _, e := range n.Events() {
		legs = append(legs, fmt.Sprintf("%s %s-%s %s %d data %d", e.Kind, e.Actor, e.Target, e.Label, e.Num, len(e.Data)))
	}
	if want := "[datagram a-router dns 5 data 5 datagram c-c dns 4 data 4 datagram router-b dns 5 data 0]"; fmt.Sprint(legs) != want {
		t.Errorf("legs are %v, want %s", legs, want)
	}
}

func TestSlowLink(t *testing.T) {
	fast, slow := three(), three()
	slow.SetSlow(1, 10)
	_, _, a := talk(fast, make([]byte, 10000))
	_, _, b := talk(slow, make([]byte, 10000))
	if b < 5*a {
		t.Errorf("it takes %v, and on a slow link %v", a, b)
	}
}
