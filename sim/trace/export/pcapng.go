package export

import (
	"encoding/binary"
	"iter"
	"sort"

	"ehlo/sim/engine"
	"ehlo/sim/trace"
)

// The block types and options of a capture file (draft-ietf-opsawg-pcapng).
const (
	blockSection   = 0x0A0D0D0A
	blockInterface = 1
	blockNames     = 4
	blockPacket    = 6
	byteOrder      = 0x1A2B3C4D

	optionEnd        = 0
	optionName       = 2 // of an interface
	optionResolution = 9 // of its times
	recordIPv4       = 1 // of a block of names
	recordIPv6       = 2

	linkRawIP = 101 // packets begin with the IP header
)

// Pcapng writes what hosts sent as a capture file for Wireshark: each packet once, at the moment at which it left. What a
// trace does not tell is what TCP/IP makes of it: headers, handshakes, acknowledgements. Inside TLS are the octets that
// were on the wire; nothing decrypts them.
func Pcapng(events iter.Seq2[int, trace.Event], o Options) []byte {
	c := newCapture()
	for _, e := range events {
		if o.Conn == 0 || e.Conn == o.Conn || e.Kind == trace.KindHost {
			c.event(&e)
		}
	}
	sort.SliceStable(c.items, func(i, j int) bool { return c.items[i].at < c.items[j].at })
	out := appendBlock(nil, blockSection, func(b []byte) []byte {
		b = binary.LittleEndian.AppendUint32(b, byteOrder)
		b = binary.LittleEndian.AppendUint32(b, 1) // version 1.0
		return binary.LittleEndian.AppendUint64(b, 1<<64-1)
	})
	out = appendBlock(out, blockInterface, func(b []byte) []byte {
		b = binary.LittleEndian.AppendUint32(b, linkRawIP)
		b = binary.LittleEndian.AppendUint32(b, 0) // no packet is cut
		b = appendOption(b, optionName, []byte("ehlo"))
		b = appendOption(b, optionResolution, []byte{9}) // nanoseconds
		return appendOption(b, optionEnd, nil)
	})
	out = appendBlock(out, blockNames, c.appendNames)
	for i := range c.items {
		for _, p := range c.packets(&c.items[i]) {
			out = appendPacket(out, o.Start*1e9+int64(c.items[i].at), p)
		}
	}
	return out
}

// appendBlock adds a block around its body, which is filled up to whole words.
func appendBlock(dst []byte, kind uint32, body func([]byte) []byte) []byte {
	begin := len(dst)
	dst = binary.LittleEndian.AppendUint32(dst, kind)
	dst = fill(body(append(dst, 0, 0, 0, 0)), begin)
	size := uint32(len(dst) - begin + 4)
	binary.LittleEndian.PutUint32(dst[begin+4:], size)
	return binary.LittleEndian.AppendUint32(dst, size)
}

func appendOption(dst []byte, code uint16, value []byte) []byte {
	dst = binary.LittleEndian.AppendUint16(dst, code)
	dst = binary.LittleEndian.AppendUint16(dst, uint16(len(value)))
	begin := len(dst)
	return fill(append(dst, value...), begin)
}

// fill adds zeros up to a whole number of words since begin.
func fill(dst []byte, begin int) []byte {
	for (len(dst)-begin)%4 != 0 {
		dst = append(dst, 0)
	}
	return dst
}

func appendPacket(dst []byte, at int64, packet []byte) []byte {
	return appendBlock(dst, blockPacket, func(b []byte) []byte {
		b = binary.LittleEndian.AppendUint32(b, 0)
		b = binary.LittleEndian.AppendUint32(b, uint32(uint64(at)>>32))
		b = binary.LittleEndian.AppendUint32(b, uint32(at))
		b = binary.LittleEndian.AppendUint32(b, uint32(len(packet)))
		b = binary.LittleEndian.AppendUint32(b, uint32(len(packet)))
		return append(b, packet...)
	})
}

// appendNames adds the hosts' names, so that a reader of the file shows them in place of addresses.
func (c *capture) appendNames(b []byte) []byte {
	for _, h := range c.hosts {
		b = appendOption(b, recordIPv4, append(append(append([]byte{}, h.ipv4...), h.name...), 0))
		if h.ipv6 != "" {
			b = appendOption(b, recordIPv6, append(append(append([]byte{}, h.ipv6...), h.name...), 0))
		}
	}
	return appendOption(b, optionEnd, nil)
}

// item is something that a host sends, or that reaches it.
type item struct {
	at      engine.Time
	kind    itemKind
	flow    *flow
	client  bool // the client's host does it
	off     int64
	data    []byte
	packet  []byte // of a datagram, whole
	arrived int64  // octets of the other side's stream: up to where they are there
}

type itemKind uint8

const (
	itemSyn itemKind = iota
	itemSynAck
	itemAck
	itemData
	itemArrived
	itemFin
	itemReset
	itemDatagram
)

// flow is a connection.
type flow struct {
	client, server         string // hosts
	ipv6                   bool
	clientPort, serverPort uint16
	seen                   [2]int64 // up to where each side has the other's octets: the client's at 0
	sent                   [2]int64 // up to where it has sent its own
	finished               [2]bool
	gaps                   [2][]span
	left                   [2]engine.Time // when the last octets that it sent left
	last                   bool           // the client was the last to close its direction
}

// span is octets that arrived before what belongs in front of them.
type span struct{ from, to int64 }

func side(client bool) int {
	if client {
		return 0
	}
	return 1
}

// arrive counts octets that reached a side, and says whether that moved what it can acknowledge.
func (f *flow) arrive(at int, from, to int64) bool {
	before := f.seen[at]
	f.gaps[at] = append(f.gaps[at], span{from, to})
	for moved := true; moved; {
		moved = false
		kept := f.gaps[at][:0]
		for _, g := range f.gaps[at] {
			if g.from <= f.seen[at] {
				if g.to > f.seen[at] {
					f.seen[at], moved = g.to, true
				}
				continue
			}
			kept = append(kept, g)
		}
		f.gaps[at] = kept
	}
	return f.seen[at] > before
}
