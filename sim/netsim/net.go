// Package netsim is the network of a world: hosts, links with latency and bandwidth, and reliable byte streams between
// hosts, in virtual time and without I/O.
//
// A stream is what TCP gives a mail program: octets arrive once, in order, or the connection breaks. Handshake, segments
// and closing cross each link of the route one after the other and wait where a link is busy. What a link loses is sent
// again by the host it came from, and what came behind it waits at the other end. Acknowledgements and windows are not
// simulated: the sender knows what was lost, and when one end gives a connection up it is over for both. A host talking
// to itself crosses no link but needs [Loopback].
package netsim

import (
	"slices"
	"time"

	"ehlo/sim/engine"
	"ehlo/sim/trace"
)

const (
	// SegmentSize is the most octets of a stream that one segment carries: an Ethernet frame's.
	SegmentSize = 1460
	// HeaderSize is what IP and TCP add to a segment on a link of limited bandwidth, in octets.
	HeaderSize = 40
	// Loopback is how long octets take from a host to itself.
	Loopback = 50 * time.Microsecond
)

// Host is a machine on the network: with an IPv4 address, and perhaps with one of IPv6 too, in the form of RFC 5952.
type Host struct{ Name, Address, IPv6 string }

// Link joins two hosts.
type Link struct {
	A, B      string
	Latency   time.Duration
	Bandwidth int64         // bits a second, 0 for no limit
	Loss      uint32        // of a million segments
	Jitter    time.Duration // up to how much longer a segment may take
}

// DeliveryKind says what reached an end of a connection.
type DeliveryKind uint8

// What can reach an end.
const (
	Arrived     DeliveryKind = iota // a request for a connection is at the server's host: Accept or Refuse it
	Established                     // the client's side learns that the connection stands
	Refused                         // the client's side learns that nobody listens
	Unreachable                     // the client's side learns that there is no such host or no way to it
	Data                            // octets
	Fin                             // the other side will send nothing more
	Cut                             // the other side broke the connection, or nothing gets through to it any more
	Datagram                        // a datagram, for which there is no connection
	reset                           // the other side knows no such connection; arrives as Cut
)

// Delivery is something that reached the end of a connection to which Dir leads, or a datagram that reached To.
type Delivery struct {
	Kind     DeliveryKind
	Conn     uint32
	Dir      trace.Dir
	Data     []byte
	From, To string // hosts, of a datagram
	Label    string // its protocol
	IPv6     bool   // it came by IPv6
}

// Conn is a connection as the network knows it.
type Conn struct {
	ID             uint32
	Client, Server string // host names; Server is what was asked for where no such host exists
	Port           int
	IPv6           bool // it crosses the network by IPv6
	Open           bool // the handshake is done and neither side has cut or both have finished
	either         bool // it may still go on by IPv4: the client has named a host, and not an address
	sent           [3]int64
	got            [3]int64  // by direction: octets that have arrived
	launched       [3]uint32 // by direction: flights that set out
	taken          [3]uint32 // and those that were delivered in order
	finished       [3]bool   // by direction: Fin or Cut was sent
	arrived        [3]bool   // by direction: Fin or Cut has arrived
	gone           [3]bool   // by direction: the end to which it leads has forgotten the connection
	cut            bool
	over           bool // nothing will be delivered any more, and it never changes again
	client, server int  // host indexes, -1 for none
}

// Net is the network. It is a value to be cloned with [Net.Clone]; its topology is shared by clones.
type Net struct {
	topo    *topology
	chance  engine.Rand   // of losses and jitter
	busy    []engine.Time // by link and direction: until when it transmits
	links   []linkState
	down    []bool // by host
	conns   engine.Ledger[Conn]
	flights engine.Queue[flight]
	early   []flight // at their end, but something that set out before them is not
	arrived []Delivery
	taken   int // of arrived, from the front
	events  []trace.Event
	silent  bool   // nobody wants events
	room    []byte // in which the next octets to be sent are kept

	tapped    bool // somebody looks at links
	crossings []Crossing
}

// flight is what crosses the network: a handshake step, a segment, an end, or a datagram.
type flight struct {
	conn     uint32
	nth      uint32 // of its direction
	dir      trace.Dir
	kind     DeliveryKind
	tries    uint8       // how often it was lost
	resend   bool        // it waits at its sender to set out again
	ipv6     bool        // of a datagram
	at       int32       // the host it reaches next
	link     int32       // that it is on, -1 for none
	src, dst int32       // the hosts from which and to which it goes
	from     engine.Time // when it set out on the link it is on
	off      int64
	data     []byte
	label    string // of a datagram
}

// New builds a network. Links must name hosts that exist; chance decides on losses and jitter.
func New(hosts []Host, links []Link, chance engine.Rand) *Net {
	n := &Net{topo: newTopology(hosts, links), chance: chance, busy: make([]engine.Time, 2*len(links)),
		links: make([]linkState, len(links)), down: make([]bool, len(hosts))}
	for i, l := range links {
		n.links[i] = linkState{loss: l.Loss, slow: 1}
	}
	return n
}

// Clone returns an independent copy.
func (n *Net) Clone() *Net {
	c := *n
	c.busy = slices.Clone(n.busy)
	c.links = slices.Clone(n.links)
	c.down = slices.Clone(n.down)
	c.conns = n.conns.Clone(func(k *Conn) bool { return k.over })
	c.early = slices.Clone(n.early)
	c.flights = n.flights.Clone()
	c.arrived = slices.Clone(n.arrived)
	c.events = slices.Clone(n.events)
	c.crossings = slices.Clone(n.crossings)
	c.room = nil
	return &c
}

// Lookup returns the name of the host with that name or address, and false where there is none.
func (n *Net) Lookup(name string) (string, bool) {
	i, ok := n.topo.index[name]
	if !ok {
		return "", false
	}
	return n.topo.hosts[i].Name, true
}

// Addresses returns the IPv4 address of the host with that name, and the IPv6 address, "" where it has none; false where there
// is no such host.
func (n *Net) Addresses(name string) (ipv4, ipv6 string, ok bool) {
	i, ok := n.topo.index[name]
	if !ok {
		return "", "", false
	}
	return n.topo.hosts[i].Address, n.topo.hosts[i].IPv6, true
}

// Hosts are the places of a connection's ends among the network's hosts, -1 for a host that cannot be reached.
func (c *Conn) Hosts() (client, server int) { return c.client, c.server }

// Ends returns the addresses between which a connection is, "" for a host that does not exist.
func (n *Net) Ends(c *Conn) (client, server string) {
	far, ok := c.server, c.server >= 0
	if !ok {
		far, ok = n.topo.index[c.Server]
	}
	var from, to Host
	if from = n.topo.hosts[c.client]; ok {
		to = n.topo.hosts[far]
	}
	if c.IPv6 {
		return from.IPv6, to.IPv6
	}
	return from.Address, to.Address
}

// Conn returns a connection, and false where none has that number. Nobody else may change it.
func (n *Net) Conn(id uint32) (*Conn, bool) {
	if id == 0 || int(id) > n.conns.Len() {
		return &Conn{}, false
	}
	return n.conn(id), true
}

// conn is the connection with that number.
func (n *Net) conn(id uint32) *Conn { return n.conns.At(int(id) - 1) }

// Sent returns how many octets of a direction have set out.
func (n *Net) Sent(id uint32, dir trace.Dir) int64 { return n.conn(id).sent[dir] }

// Conns returns the number of connections there have been; they are numbered from 1.
func (n *Net) Conns() uint32 { return uint32(n.conns.Len()) }

// Idle says that nothing is on its way.
func (n *Net) Idle() bool { return n.flights.Len() == 0 }

// Timeout is the next moment at which something arrives, and false where nothing is on its way.
func (n *Net) Timeout() (engine.Time, bool) { return n.flights.Next() }

// Next takes what has reached an end, and false where nothing more has.
func (n *Net) Next() (Delivery, bool) {
	if len(n.arrived) == n.taken {
		return Delivery{}, false
	}
	d := n.arrived[n.taken]
	n.arrived[n.taken] = Delivery{}
	if n.taken++; n.taken == len(n.arrived) {
		n.arrived, n.taken = n.arrived[:0], 0
	}
	return d, true
}

// Silence lets the network tell of nothing from now on: no events are made.
func (n *Net) Silence() { n.silent = true }

// Events takes the trace events since the last call. They are valid until the network is called again.
func (n *Net) Events() []trace.Event {
	if len(n.events) == 0 {
		return nil
	}
	e := n.events
	n.events = n.events[:0]
	return e
}

// Hop is how long the quickest of what is on its way needs for the link it is on, and false where nothing is on its way.
func (n *Net) Hop() (time.Duration, bool) {
	hop := time.Duration(-1)
	n.flights.Each(func(until engine.Time, f flight) {
		if d := until.Sub(f.from); hop < 0 || d < hop {
			hop = d
		}
	})
	return max(hop, 0), hop >= 0
}
