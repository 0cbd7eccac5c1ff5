package export

import (
	"bytes"
	"encoding/binary"
	"testing"

	"ehlo/sim/dns"
	"ehlo/sim/packet"
	"ehlo/sim/trace"
)

// TestCaptureOfIPv6 looks into the packets of a connection that went by IPv6, and of one that fell back to IPv4.
func TestCaptureOfIPv6(t *testing.T) {
	c := newCapture()
	for _, e := range []trace.Event{
		{Kind: trace.KindHost, Actor: "a", Target: "192.0.2.1", State: "2001:db8::1"},
		{Kind: trace.KindHost, Actor: "b", Target: "192.0.2.2", State: "2001:db8::2"},
		{Kind: trace.KindOpen, Actor: "a", Target: "b", Conn: 1, Num: 25, Verb: "IPv6"},
		{Kind: trace.KindAccept, Actor: "b", Target: "a", Conn: 1, Num: 25, Verb: "IPv6"},
		{Kind: trace.KindOpen, Actor: "a", Target: "b", Conn: 2, Num: 25, Verb: "IPv6"},
		{Kind: trace.KindAccept, Actor: "b", Target: "a", Conn: 2, Num: 25},
	} {
		c.event(&e)
	}
	client, _ := dns.ParseAddress("2001:db8::1")
	server, _ := dns.ParseAddress("2001:db8::2")
	for i, want := range [][2][]byte{{client, server}, {server, client}} {
		p := c.packets(&c.items[i])[0]
		if p[0]>>4 != 6 || p[6] != packet.TCP || int(binary.BigEndian.Uint16(p[4:]))+40 != len(p) || !bytes.Equal(p[8:24], want[0]) || !bytes.Equal(p[24:40], want[1]) {
			t.Errorf("packet %d is % x", i, p)
		}
	}
	for i := range 2 {
		if p := c.packets(&c.items[2+i])[0]; p[0]>>4 != 4 || len(p) != 40 {
			t.Errorf("after falling back packet %d is % x", i, p)
		}
	}
	if names := c.appendNames(nil); !bytes.Contains(names, append(append([]byte{}, client...), 'a', 0)) {
		t.Errorf("the names are %q", names)
	}
}
