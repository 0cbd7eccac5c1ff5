package shell

import (
	"bytes"
	"encoding/binary"
	"slices"
	"strconv"
	"time"

	"ehlo/sim/dns"
	"ehlo/sim/engine"
	"ehlo/sim/netsim"
	"ehlo/sim/packet"
	"ehlo/sim/trace"
)

// tapWire makes the packets of a host's links out of what the network tells: the network brings streams, handshakes and
// their ends; TCP's numbers and acknowledgements are added as Linux does it.
type tapWire struct {
	flows  []tapFlow
	flying []flying  // that have left their source and are not at their end
	queue  []passing // by their moments
	id     uint16    // of the newest IP packet
}

// tapFlow is a connection as a tap knows it.
type tapFlow struct {
	conn     uint32
	address  [2]packet.Address // of client and server
	port     [2]uint16
	shownAck [2]uint32 // the last acknowledgement of each side that was seen
	next     [2]uint32 // the number of the next octet of each side
	ended    [2]bool   // the side has said that it says no more
}

// flying is a packet on its way.
type flying struct {
	conn   uint32
	dir    trace.Dir
	kind   netsim.DeliveryKind
	off    int64
	raw    []byte
	passed engine.Time // this host
	here   string      // the interface at which it did, "" while it has not
}

// pureAck is an acknowledgement without octets. Linux sends it when nothing else has carried it for a while.
type pureAck struct {
	conn   uint32
	side   int
	number uint32 // up to where it acknowledges
	seq    uint32 // of its sender, where nothing else tells
}

// delayedAck is how long an acknowledgement waits for octets to go with (RFC 9293 §3.8.6.3).
const delayedAck = 40 * time.Millisecond

// flowsKept is how many connections a tap remembers.
const flowsKept = 64

// crossed takes what begins to cross a link.
func (w *tapWire) crossed(p *Process, c *netsim.Crossing) {
	k := w.packetOf(p, c)
	if k == nil {
		return
	}
	switch host := p.Host(); {
	case c.From == host:
		k.passed, k.here = c.Depart, interfaceTo(p, c.To)
		w.push(passing{at: c.Depart, iface: k.here, sent: true, raw: k.raw})
	case c.To == host && !c.Lost:
		k.passed, k.here = c.Arrive, interfaceTo(p, c.From)
		w.push(passing{at: c.Arrive, iface: k.here, raw: k.raw})
	}
	if c.To == c.Sink && !c.Lost {
		if k.here != "" && c.Conn != 0 {
			w.acknowledge(p, c, k)
		}
		w.flying = slices.DeleteFunc(w.flying, func(f flying) bool { return f.is(c) })
	}
}

func (f *flying) is(c *netsim.Crossing) bool {
	said := c.Data[min(4, len(c.Data)):] // behind type and checksum, which ICMPv6 changes
	return f.conn == c.Conn && f.dir == c.Dir && f.kind == c.Kind && f.off == c.Off && (c.Conn != 0 || bytes.HasSuffix(f.raw, said))
}

// interfaceTo is the interface at which a host's link to another is.
func interfaceTo(p *Process, other string) string {
	if other == p.Host() {
		return "lo"
	}
	return "eth" + strconv.Itoa(slices.Index(linksOf(p.Env().Definition(), p.Host()), other))
}

// packetOf is the packet that crosses a link: made where it sets out, and the same one from then on.
func (w *tapWire) packetOf(p *Process, c *netsim.Crossing) *flying {
	i := slices.IndexFunc(w.flying, func(f flying) bool { return f.is(c) })
	if i >= 0 && c.From != c.Source {
		return &w.flying[i]
	}
	k := flying{conn: c.Conn, dir: c.Dir, kind: c.Kind, off: c.Off, raw: w.build(p, c)}
	if k.raw == nil {
		return nil
	}
	if i >= 0 { // it sets out again
		w.flying[i] = k
		return &w.flying[i]
	}
	w.flying = append(w.flying, k)
	return &w.flying[len(w.flying)-1]
}

// build makes a packet.
func (w *tapWire) build(p *Process, c *netsim.Crossing) []byte {
	if c.Conn == 0 {
		return w.datagram(p, c)
	}
	f := w.flow(p, c)
	me := boolToInt(c.Dir == trace.ToClient)
	s := packet.Segment{Seq: isn(c.Conn, me) + 1 + uint32(c.Off), Ack: isn(c.Conn, 1-me) + 1 + uint32(c.Got) + uint32(boolToInt(c.GotFin)),
		Flags: packet.Ack, Window: packet.Window, Data: c.Data}
	switch c.Kind {
	case netsim.Arrived, netsim.Established:
		s.Seq, s.MSS, s.Flags = isn(c.Conn, me), netsim.SegmentSize, packet.Syn|packet.Ack
		if me == 0 {
			s.Flags, s.Ack = packet.Syn, 0
		}
	case netsim.Refused:
		s.Seq, s.Flags, s.Window = 0, packet.Reset|packet.Ack, 0
	case netsim.Fin:
		s.Flags |= packet.Fin
	case netsim.Cut:
		s.Flags |= packet.Reset
	default:
		s.Flags |= packet.Push
	}
	return w.segment(f, me, s)
}

// isn is the number with which a side of a connection begins to count: a mixture of what it is (RFC 9293 §3.4.1).
func isn(conn uint32, side int) uint32 {
	n := (conn*2 + uint32(side) + 1) * 0x9e3779b1
	n ^= n >> 15
	return n * 0x85ebca6b
}

// segment puts the headers before a segment.
func (w *tapWire) segment(f *tapFlow, me int, s packet.Segment) []byte {
	s.From, s.To = f.port[me], f.port[1-me]
	return w.ip(f.address[me], f.address[1-me], packet.TCP, s.Append(nil, f.address[me], f.address[1-me]))
}

func (w *tapWire) ip(from, to packet.Address, protocol byte, payload []byte) []byte {
	w.id++
	return packet.IP(w.id, from, to, protocol, payload)
}

// flow is the connection of a crossing.
func (w *tapWire) flow(p *Process, c *netsim.Crossing) *tapFlow {
	if i := slices.IndexFunc(w.flows, func(f tapFlow) bool { return f.conn == c.Conn }); i >= 0 {
		return &w.flows[i]
	}
	server := c.Sink
	if c.Dir == trace.ToClient {
		server = c.Source
	}
	f := tapFlow{conn: c.Conn, address: [2]packet.Address{addressOf(p, c.Client, c.IPv6), addressOf(p, server, c.IPv6)},
		port: [2]uint16{uint16(p.Env().ClientPort(c.Conn)), uint16(c.Port)}}
	if c.Client == server {
		f.address = [2]packet.Address{loopback, loopback}
	}
	if len(w.flows) >= flowsKept {
		w.flows = slices.Clone(w.flows[1:])
	}
	w.flows = append(w.flows, f)
	return &w.flows[len(w.flows)-1]
}

// loopback is how a host calls itself.
const loopback packet.Address = "\x7f\x00\x00\x01"

// addressOf is a host's address of one of the two kinds.
func addressOf(p *Process, host string, ipv6 bool) packet.Address {
	for _, h := range p.Env().Definition().Hosts {
		if h.Name != host {
			continue
		}
		address := h.Address
		if ipv6 {
			address = h.IPv6
		}
		octets, _ := dns.ParseAddress(address)
		return packet.Address(octets)
	}
	return "\x00\x00\x00\x00"
}

// datagram makes the packet of a datagram.
func (w *tapWire) datagram(p *Process, c *netsim.Crossing) []byte {
	from, to := addressOf(p, c.Source, c.IPv6), addressOf(p, c.Sink, c.IPv6)
	if c.Source == c.Sink && !c.IPv6 {
		from, to = loopback, loopback
	}
	if c.Label == "icmp" {
		protocol, message := packet.Echo(from, to, c.Data)
		return w.ip(from, to, protocol, message)
	}
	if len(c.Data) < 4 {
		return nil
	}
	own, port := uint16(32768+int(binary.BigEndian.Uint16(c.Data))%28232), uint16(53)
	if c.Data[2]&0x80 != 0 { // an answer
		own, port = port, own
	}
	return w.ip(from, to, packet.UDP, packet.Datagram(from, to, own, port, c.Data))
}

// acknowledge lets the end that a packet reaches acknowledge it, after a while where it might have something to say.
func (w *tapWire) acknowledge(p *Process, c *netsim.Crossing, k *flying) {
	f := w.flow(p, c)
	from := boolToInt(c.Dir == trace.ToClient)
	wait := delayedAck
	end := isn(c.Conn, from) + 1 + uint32(c.Off) + uint32(len(c.Data))
	switch c.Kind {
	case netsim.Established:
		wait = 0
	case netsim.Data:
	case netsim.Fin:
		end++
		f.ended[from] = true
		if f.ended[1-from] {
			wait = 0
		}
	default:
		return
	}
	back := c.Arrive.Sub(k.passed) // as long as the packet took from here
	w.push(passing{at: c.Arrive.Add(wait + back), iface: k.here, sent: back == 0, ack: &pureAck{c.Conn, 1 - from, end, isn(c.Conn, 1-from) + 1 + uint32(c.Got)}})
}

// push puts a packet into the queue, behind those of the same moment.
func (w *tapWire) push(k passing) {
	i := len(w.queue)
	for i > 0 && w.queue[i-1].at > k.at {
		i--
	}
	w.queue = slices.Insert(w.queue, i, k)
}

// until is when the next packet passes.
func (w *tapWire) until() (engine.Time, bool) {
	if len(w.queue) == 0 {
		return 0, false
	}
	return w.queue[0].at, true
}

// next takes the next packet that has passed; an acknowledgement that others have carried is none.
func (w *tapWire) next(now engine.Time) (k passing, ok bool) {
	for len(w.queue) > 0 && w.queue[0].at <= now {
		k = w.queue[0]
		w.queue = slices.Clone(w.queue[1:])
		if k.ack != nil && !w.due(&k) {
			continue
		}
		w.noted(k.raw)
		return k, true
	}
	return k, false
}

// due makes a packet of an acknowledgement, unless others have carried it.
func (w *tapWire) due(k *passing) bool {
	i := slices.IndexFunc(w.flows, func(f tapFlow) bool { return f.conn == k.ack.conn })
	if i < 0 {
		return false
	}
	f := &w.flows[i]
	last := f.shownAck[k.ack.side]
	if last != 0 && int32(last-k.ack.number) >= 0 {
		return false
	}
	s := packet.Segment{Seq: f.next[k.ack.side], Ack: k.ack.number, Flags: packet.Ack, Window: packet.Window}
	if s.Seq == 0 {
		s.Seq = k.ack.seq
	}
	k.raw = w.segment(f, k.ack.side, s)
	return true
}

// noted remembers how far the sides of a connection are.
func (w *tapWire) noted(raw []byte) {
	t, ok := packet.Parse(raw)
	if !ok || t.Protocol != packet.TCP {
		return
	}
	for i := range w.flows {
		f := &w.flows[i]
		for side := range f.port {
			if f.port[side] != t.TCP.From || f.port[1-side] != t.TCP.To || f.address[side] != t.From || f.address[1-side] != t.To {
				continue
			}
			if t.TCP.Flags&packet.Ack != 0 {
				f.shownAck[side] = t.TCP.Ack
			}
			end := t.TCP.Seq + uint32(len(t.TCP.Data)) + uint32(boolToInt(t.TCP.Flags&(packet.Syn|packet.Fin) != 0))
			if f.next[side] == 0 || int32(end-f.next[side]) > 0 {
				f.next[side] = end
			}
		}
	}
}

// copy returns an independent copy.
func (w *tapWire) copy() tapWire {
	c := *w
	c.flows, c.flying, c.queue = slices.Clone(w.flows), slices.Clone(w.flying), slices.Clone(w.queue)
	return c
}
