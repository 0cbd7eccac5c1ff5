package export

import (
	"encoding/binary"
	"strconv"
	"strings"

	"ehlo/sim/trace"
)

// address is a host with its IPv4 address.
type address struct {
	name    string
	address [4]byte
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
	segment   = 1460 // octets in a TCP segment at most
)

// addressOf is a host's address. A host without an IPv4 address gets one of those that are for documentation.
func (c *capture) addressOf(name string) [4]byte {
	for _, h := range c.hosts {
		if h.name == name {
			return h.address
		}
	}
	return c.host(name, "")
}

func (c *capture) host(name, written string) [4]byte {
	a, ok := parseIPv4(written)
	if !ok {
		a = [4]byte{203, 0, 113, byte(len(c.hosts) + 1)} // RFC 5737
	}
	c.hosts = append(c.hosts, address{name, a})
	return a
}

func parseIPv4(s string) (a [4]byte, ok bool) {
	parts := strings.Split(s, ".")
	if len(parts) != len(a) {
		return a, false
	}
	for i, p := range parts {
		n, err := strconv.ParseUint(p, 10, 8)
		if err != nil {
			return a, false
		}
		a[i] = byte(n)
	}
	return a, true
}

// event takes what a host sends, and what reaches one, out of an event.
func (c *capture) event(e *trace.Event) {
	switch e.Kind {
	case trace.KindHost:
		c.host(e.Actor, e.Target)
		return
	case trace.KindOpen:
		port := e.Off
		if port == 0 {
			port = firstPort + int64(e.Conn)%(1<<16-firstPort)
		}
		f := &flow{client: c.addressOf(e.Actor), server: c.addressOf(e.Target), clientPort: uint16(port), serverPort: uint16(e.Num)}
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
		it.kind = itemSynAck
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
		if e.Kind == trace.KindLost || c.addressOf(e.Target) != to {
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
	if len(e.Data) < 4 {
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
	udp := binary.BigEndian.AppendUint16(nil, from)
	udp = binary.BigEndian.AppendUint16(udp, to)
	udp = binary.BigEndian.AppendUint16(udp, uint16(8+len(e.Data)))
	udp = append(append(udp, 0, 0), e.Data...)
	c.items = append(c.items, item{at: e.From, kind: itemDatagram,
		packet: c.ip(c.addressOf(e.Actor), c.addressOf(target), protocolUDP, udp, 6)})
}

// The flags of a TCP segment (RFC 9293).
const (
	flagFin = 1 << iota
	flagSyn
	flagReset
	flagPush
	flagAck
)

// packets are what an item puts on the wire.
func (c *capture) packets(it *item) [][]byte {
	f, me := it.flow, side(it.client)
	switch it.kind {
	case itemDatagram:
		return [][]byte{it.packet}
	case itemSyn:
		return [][]byte{c.tcp(f, it.client, -1, flagSyn, nil)}
	case itemSynAck:
		return [][]byte{c.tcp(f, it.client, -1, flagSyn|flagAck, nil)}
	case itemAck:
		return [][]byte{c.tcp(f, it.client, f.end(me), flagAck, nil)}
	case itemReset:
		return [][]byte{c.tcp(f, it.client, -1, flagReset|flagAck, nil)}
	case itemFin:
		packet := c.tcp(f, it.client, f.sent[me], flagFin|flagAck, nil)
		f.finished[me] = true
		return [][]byte{packet}
	case itemArrived:
		if !f.arrive(me, it.off, it.arrived) {
			return nil
		}
		return [][]byte{c.tcp(f, it.client, f.end(me), flagAck, nil)}
	}
	var packets [][]byte
	for off := 0; off < len(it.data); off += segment {
		part := it.data[off:min(off+segment, len(it.data))]
		packets = append(packets, c.tcp(f, it.client, it.off+int64(off), flagAck|flagPush, part))
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
	p := binary.BigEndian.AppendUint16(nil, source)
	p = binary.BigEndian.AppendUint16(p, target)
	p = binary.BigEndian.AppendUint32(p, uint32(off+1))
	var ack uint32
	if flags&flagAck != 0 {
		me := side(client)
		ack = uint32(f.seen[me] + 1)
		if f.finished[1-me] && f.seen[me] == f.sent[1-me] {
			ack++
		}
	}
	p = binary.BigEndian.AppendUint32(p, ack)
	p = append(p, 5<<4, flags)
	p = append(p, 0xff, 0xff, 0, 0, 0, 0) // the window, the checksum, no urgent octets
	return c.ip(from, to, protocolTCP, append(p, data...), 16)
}

const (
	protocolTCP = 6
	protocolUDP = 17
)

// ip puts an IPv4 header before a TCP segment or a UDP datagram, whose checksum is at an offset (RFC 791).
func (c *capture) ip(from, to [4]byte, protocol byte, payload []byte, at int) []byte {
	c.id++
	head := []byte{4<<4 | 5, 0}
	head = binary.BigEndian.AppendUint16(head, uint16(20+len(payload)))
	head = binary.BigEndian.AppendUint16(head, c.id)
	head = append(head, 0x40, 0, 64, protocol, 0, 0) // not to be taken to pieces; 64 hops
	head = append(append(head, from[:]...), to[:]...)
	binary.BigEndian.PutUint16(head[10:], checksum(0, head))
	pseudo := uint32(protocol) + uint32(len(payload))
	for _, a := range [][4]byte{from, to} {
		pseudo += uint32(binary.BigEndian.Uint16(a[:])) + uint32(binary.BigEndian.Uint16(a[2:]))
	}
	sum := checksum(pseudo, payload)
	if sum == 0 && protocol == protocolUDP {
		sum = 0xffff // 0 would say that there is none (RFC 768)
	}
	binary.BigEndian.PutUint16(payload[at:], sum)
	return append(head, payload...)
}

// checksum is the ones' complement of the sum of 16-bit words (RFC 1071).
func checksum(sum uint32, p []byte) uint16 {
	for i := 0; i+1 < len(p); i += 2 {
		sum += uint32(binary.BigEndian.Uint16(p[i:]))
	}
	if len(p)%2 == 1 {
		sum += uint32(p[len(p)-1]) << 8
	}
	for sum>>16 != 0 {
		sum = sum&0xffff + sum>>16
	}
	return ^uint16(sum)
}
