package export

import (
	"encoding/binary"

	"ehlo/sim/dns"
	"ehlo/sim/packet"
	"ehlo/sim/trace"
)

// address is a host with its addresses, of IPv6 perhaps "".
type address struct {
	name       string
	ipv4, ipv6 packet.Address
}

// capture collects what hosts send.
type capture struct {
	hosts []address
	flows map[uint32]*flow
	asked map[question]string // who was asked, or is answered, by the host that sends the datagram and the query's number
	items []item
	id    uint16 // of the last IP packet
}

// question is a DNS message: the host that sends it and its ID.
type question struct {
	host string
	id   uint16
}

func newCapture() *capture {
	return &capture{flows: map[uint32]*flow{}, asked: map[question]string{}}
}

const (
	firstPort = 49152 // of the ports that clients take for themselves (RFC 6335)
	dnsPort   = 53
	tagIPv6   = "IPv6"
	segment   = 1460 // octets in a TCP segment at most
)

// addressOf is a host's address, of IPv6 where that is wanted and there is one. A host without an IPv4 address gets one of those
// that are for documentation.
func (c *capture) addressOf(name string, ipv6 bool) packet.Address {
	for _, h := range c.hosts {
		if h.name == name && ipv6 && h.ipv6 != "" {
			return h.ipv6
		} else if h.name == name {
			return h.ipv4
		}
	}
	c.host(name, "", "")
	return c.hosts[len(c.hosts)-1].ipv4
}

func (c *capture) host(name, ipv4, ipv6 string) {
	h := address{name: name, ipv4: packet.Address([]byte{203, 0, 113, byte(len(c.hosts) + 1)})} // RFC 5737
	if p, ok := dns.ParseIPv4(ipv4); ok {
		h.ipv4 = packet.Address(p)
	}
	if p, ok := dns.ParseAddress(ipv6); ok && len(p) == 16 {
		h.ipv6 = packet.Address(p)
	}
	c.hosts = append(c.hosts, h)
}

// event takes what a host sends, and what reaches one, out of an event.
func (c *capture) event(e *trace.Event) {
	switch e.Kind {
	case trace.KindHost:
		c.host(e.Actor, e.Target, e.State)
		return
	case trace.KindOpen:
		port := e.Off
		if port == 0 {
			port = firstPort + int64(e.Conn)%(1<<16-firstPort)
		}
		f := &flow{client: e.Actor, server: e.Target, ipv6: e.Verb == tagIPv6, clientPort: uint16(port), serverPort: uint16(e.Num)}
		c.flows[e.Conn] = f
		c.items = append(c.items, item{at: e.At, kind: itemSyn, flow: f, client: true})
		return
	case trace.KindQuery, trace.KindAnswer:
		c.asked[question{e.Actor, uint16(e.Num)}] = e.Target
		return
	case trace.KindDatagram, trace.KindLost:
		if e.Conn == 0 {
			c.datagram(e)
			return
		}
	}
	if f := c.flows[e.Conn]; f != nil {
		c.onFlow(f, e)
	}
}

// onFlow takes an event of a connection. Octets count as sent over their first link and as arrived over their last one.
func (c *capture) onFlow(f *flow, e *trace.Event) {
	it := item{at: e.At, flow: f, client: e.Dir == trace.ToServer}
	switch e.Kind {
	case trace.KindAccept:
		it.kind, f.ipv6 = itemSynAck, e.Verb == tagIPv6 // it may have come by the other than the one that was tried first
	case trace.KindEstablished:
		it.kind, it.client = itemAck, true
	case trace.KindRefused:
		it.kind = itemReset
	case trace.KindFin: // behind the octets that wait for a busy link
		it.kind, it.at = itemFin, max(e.At, f.left[side(it.client)])
		f.last = it.client
	case trace.KindClosed:
		it.kind, it.client = itemAck, !f.last
	case trace.KindSegment, trace.KindLost:
		if len(e.Data) > 0 {
			f.left[side(it.client)] = e.From
			c.items = append(c.items, item{at: e.From, kind: itemData, flow: f, client: it.client, off: e.Off, data: append([]byte{}, e.Data...)})
		}
		to := f.server
		if !it.client {
			to = f.client
		}
		if e.Kind == trace.KindLost || e.Target != to {
			return
		}
		it = item{at: e.Until, kind: itemArrived, flow: f, client: !it.client, off: e.Off, arrived: e.Off + e.Num}
	default:
		return
	}
	c.items = append(c.items, it)
}

// datagram takes a DNS message, which names its ends by what was asked.
func (c *capture) datagram(e *trace.Event) {
	if len(e.Data) < 4 || e.Label != "dns" {
		return
	}
	id := binary.BigEndian.Uint16(e.Data)
	own := uint16(firstPort + int(id)%(1<<16-firstPort))
	from, to := own, uint16(dnsPort)
	if e.Data[2]&0x80 != 0 { // an answer
		from, to = dnsPort, own
	}
	target := c.asked[question{e.Actor, id}]
	if target == "" {
		target = e.Target
	}
	source, sink := c.addressOf(e.Actor, false), c.addressOf(target, false)
	c.items = append(c.items, item{at: e.From, kind: itemDatagram,
		packet: c.ip(source, sink, packet.UDP, packet.Datagram(source, sink, from, to, e.Data))})
}

// packets are what an item puts on the wire.
func (c *capture) packets(it *item) [][]byte {
	f, me := it.flow, side(it.client)
	switch it.kind {
	case itemDatagram:
		return [][]byte{it.packet}
	case itemSyn:
		return [][]byte{c.tcp(f, it.client, -1, packet.Syn, nil)}
	case itemSynAck:
		return [][]byte{c.tcp(f, it.client, -1, packet.Syn|packet.Ack, nil)}
	case itemAck:
		return [][]byte{c.tcp(f, it.client, f.end(me), packet.Ack, nil)}
	case itemReset:
		return [][]byte{c.tcp(f, it.client, -1, packet.Reset|packet.Ack, nil)}
	case itemFin:
		finish := c.tcp(f, it.client, f.sent[me], packet.Fin|packet.Ack, nil)
		f.finished[me] = true
		return [][]byte{finish}
	case itemArrived:
		if !f.arrive(me, it.off, it.arrived) {
			return nil
		}
		return [][]byte{c.tcp(f, it.client, f.end(me), packet.Ack, nil)}
	}
	var packets [][]byte
	for off := 0; off < len(it.data); off += segment {
		part := it.data[off:min(off+segment, len(it.data))]
		packets = append(packets, c.tcp(f, it.client, it.off+int64(off), packet.Ack|packet.Push, part))
	}
	f.sent[me] = max(f.sent[me], it.off+int64(len(it.data)))
	return packets
}

// end is where a side's next octet has its place: its FIN counts as one.
func (f *flow) end(me int) int64 {
	if f.finished[me] {
		return f.sent[me] + 1
	}
	return f.sent[me]
}

// tcp makes a segment. off is its place in the stream; -1 is that of the SYN.
func (c *capture) tcp(f *flow, client bool, off int64, flags byte, data []byte) []byte {
	from, to, source, target := f.client, f.server, f.clientPort, f.serverPort
	if !client {
		from, to, source, target = to, from, target, source
	}
	var ack uint32
	if flags&packet.Ack != 0 {
		me := side(client)
		ack = uint32(f.seen[me] + 1)
		if f.finished[1-me] && f.seen[me] == f.sent[1-me] {
			ack++
		}
	}
	t := packet.Segment{From: source, To: target, Seq: uint32(off + 1), Ack: ack, Flags: flags, Window: packet.Window, Data: data}
	ends := [2]packet.Address{c.addressOf(from, f.ipv6), c.addressOf(to, f.ipv6)}
	return c.ip(ends[0], ends[1], packet.TCP, t.Append(nil, ends[0], ends[1]))
}

// ip puts the header of IP before a TCP segment or a UDP datagram.
func (c *capture) ip(from, to packet.Address, protocol byte, payload []byte) []byte {
	c.id++
	return packet.IP(c.id, from, to, protocol, payload)
}
