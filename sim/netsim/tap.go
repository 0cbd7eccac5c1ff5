package netsim

import (
	"ehlo/sim/engine"
	"ehlo/sim/trace"
)

// Crossing is something that crosses a link: what a tap at one of its ends sees. The trace tells of octets only; a tap sees the
// steps of a handshake and the ends of streams, too.
type Crossing struct {
	Kind         DeliveryKind // what it is when it arrives; what breaks a connection is Cut
	Conn         uint32       // 0 of a datagram
	Dir          trace.Dir
	Off          int64  // of the first octet in its stream
	Data         []byte // must not be changed
	Label        string // a datagram's protocol
	Source, Sink string // the hosts between which it is on its way
	Client       string // the host that opened the connection
	Port         int    // at which the connection's server listens
	From, To     string // the ends of the link; of a host that talks to itself both are that host
	Depart       engine.Time
	Arrive       engine.Time
	Lost         bool // on this link: it does not arrive
	IPv6         bool
	Got          int64 // how many octets of the other direction its source had
	GotFin       bool  // and their end
}

// Tap lets the network keep what crosses its links from now on, for [Net.Crossings].
func (n *Net) Tap() { n.tapped = true }

// Crossings takes what has begun to cross a link since the last call. It is valid until the network is called again.
func (n *Net) Crossings() []Crossing {
	if len(n.crossings) == 0 {
		return nil
	}
	c := n.crossings
	n.crossings = n.crossings[:0]
	return c
}

// tap keeps a flight that begins to cross a link.
func (n *Net) tap(depart, arrive engine.Time, from, to int, f *flight, lost bool) {
	if !n.tapped {
		return
	}
	c := Crossing{Kind: f.kind, Conn: f.conn, Dir: f.dir, Off: f.off, Data: f.data, Label: f.label, Source: n.topo.hosts[f.src].Name,
		Sink: n.topo.hosts[f.dst].Name, From: n.topo.hosts[from].Name, To: n.topo.hosts[to].Name, Depart: depart, Arrive: arrive, Lost: lost}
	c.IPv6 = n.byIPv6(f)
	if f.kind == reset {
		c.Kind = Cut
	}
	if f.conn != 0 {
		k, back := n.conn(f.conn), f.dir.Reverse()
		c.Client, c.Port, c.Got, c.GotFin = k.Client, k.Port, k.got[back], k.arrived[back]
	}
	n.crossings = append(n.crossings, c)
}
