package netsim

import (
	"fmt"
	"testing"
	"time"

	"ehlo/sim/engine"
	"ehlo/sim/trace"
)

// twoFamilies is a - b with both kinds of address, and c with IPv4 only.
func twoFamilies() *Net {
	return New([]Host{{"a", "192.0.2.1", "2001:db8::1"}, {"b", "192.0.2.2", "2001:db8::2"}, {"c", "192.0.2.3", ""}}, []Link{
		{A: "a", B: "b", Latency: 10 * time.Millisecond}, {A: "b", B: "c", Latency: 10 * time.Millisecond}}, engine.NewRand(1))
}

func TestEitherFamily(t *testing.T) {
	for _, x := range []struct {
		from, to string
		broken   bool // IPv6 between a and b
		want     string
	}{
		{"a", "b", false, "2001:db8::1 2001:db8::2 after 20ms"},
		{"a", "192.0.2.2", false, "192.0.2.1 192.0.2.2 after 20ms"},
		{"a", "2001:db8::2", false, "2001:db8::1 2001:db8::2 after 20ms"},
		{"a", "c", false, "192.0.2.1 192.0.2.3 after 40ms"},
		{"c", "2001:db8::2", false, "unreachable after 0s"},
		{"a", "2001:db8::9", false, "unreachable after 0s"},
		{"a", "::1", false, "2001:db8::1 2001:db8::1 after 100µs"},
		{"c", "::1", false, "unreachable after 0s"},
		{"a", "b", true, "192.0.2.1 192.0.2.2 after 270ms"},
		{"a", "192.0.2.2", true, "192.0.2.1 192.0.2.2 after 20ms"},
		{"a", "2001:db8::2", true, "unreachable after 2m3s"},
	} {
		n := twoFamilies()
		n.SetNoIPv6(0, x.broken)
		id := n.Dial(0, x.from, x.to, 25)
		now, _ := run(n)
		c, _ := n.Conn(id)
		client, server := n.Ends(c)
		got := client + " " + server
		if !c.Open {
			got = "unreachable"
		}
		if got = fmt.Sprintf("%s after %v", got, time.Duration(now)); got != x.want {
			t.Errorf("from %s to %s: %s, want %s", x.from, x.to, got, x.want)
		}
	}
}

func TestNoIPv6LosesWhatIsOnTheLink(t *testing.T) {
	n := twoFamilies()
	id := n.Dial(0, "a", "2001:db8::2", 25)
	now, _ := run(n)
	n.Send(now, id, trace.ToServer, []byte("lost, and sent again"))
	n.SetNoIPv6(0, true)
	at, _ := n.Timeout()
	n.HandleTimeout(at)
	n.SetNoIPv6(0, false)
	if end, log := run(n); end < now.Add(time.Second) || len(log) != 1 {
		t.Errorf("it arrived at %v: %q", end, log)
	}
	n.SendDatagram(now, "c", "2001:db8::1", "icmp", []byte("from who has no IPv6"))
	if !n.Idle() {
		t.Error("a host without IPv6 sends by it")
	}
}
