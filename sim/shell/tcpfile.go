package shell

import (
	"encoding/binary"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"
	"time"

	"ehlo/sim/engine"
	"ehlo/sim/packet"
)

// The form of a capture file: a header, then packets with theirs (draft-ietf-opsawg-pcap).
const (
	captureMagic  = 0xa1b2c3d4
	ethernetLink  = 1
	etherTypeIPv4 = 0x0800
	etherTypeIPv6 = 0x86dd
	etherSize     = 14
)

func captureHeader() (b []byte) {
	b = binary.LittleEndian.AppendUint32(b, captureMagic)
	b = append(b, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0) // version 2.4, UTC
	b = binary.LittleEndian.AppendUint32(b, snapshot)
	return binary.LittleEndian.AppendUint32(b, ethernetLink)
}

// appendCaptured adds a packet, in a frame of Ethernet whose addresses are made of those of IP.
func appendCaptured(b []byte, at time.Time, raw []byte) []byte {
	b = binary.LittleEndian.AppendUint32(b, uint32(at.Unix()))
	b = binary.LittleEndian.AppendUint32(b, uint32(at.Nanosecond()/1000))
	for range 2 { // what there is of it, and what there was
		b = binary.LittleEndian.AppendUint32(b, uint32(etherSize+len(raw)))
	}
	return append(append(b, frameOf(raw)...), raw...)
}

// frameOf is the header of Ethernet before a packet, with addresses that are made of those of IP; what a host says to itself
// has none.
func frameOf(raw []byte) []byte {
	to, from, kind := raw[16:20], raw[12:16], uint16(etherTypeIPv4)
	if raw[0]>>4 == 6 {
		to, from, kind = raw[36:40], raw[20:24], etherTypeIPv6
	}
	b := make([]byte, 12, etherSize)
	if t, ok := packet.Parse(raw); ok && !isLoopback(t.From) {
		b[0], b[6] = 2, 2
		copy(b[2:], to)
		copy(b[8:], from)
	}
	return binary.BigEndian.AppendUint16(b, kind)
}

// isLoopback says whether an address is a host's own (RFC 1122 §3.2.1.3, RFC 4291 §2.5.3).
func isLoopback(a packet.Address) bool {
	return len(a) == 4 && a[0] == 127 || len(a) == 16 && a == packet.Address("\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01")
}

// readCapture reads a file of packets; fault is what tcpdump says where it is none.
func readCapture(b []byte, start time.Time) (packets []passing, fault string) {
	const header, record = 24, 16
	switch {
	case len(b) < 4:
		return nil, "truncated dump file; tried to read 4 file header bytes, only got " + strconv.Itoa(len(b))
	case binary.LittleEndian.Uint32(b) != captureMagic:
		return nil, "unknown file format"
	case len(b) < header:
		return nil, "truncated dump file; tried to read 24 file header bytes, only got " + strconv.Itoa(len(b))
	}
	for b = b[header:]; len(b) >= record; {
		at := time.Unix(int64(binary.LittleEndian.Uint32(b)), int64(binary.LittleEndian.Uint32(b[4:]))*1000)
		size := int(binary.LittleEndian.Uint32(b[8:]))
		if b = b[record:]; size < etherSize || size > len(b) {
			break
		}
		packets = append(packets, passing{at: engine.Time(at.Sub(start)), raw: b[etherSize:size]})
		b = b[size:]
	}
	return packets, ""
}

// frame is what -e says of the frame around a packet: Ethernet's, or for all interfaces that of Linux.
func (d *tcpdump) frame(p *Process, k passing, size int) string {
	head := frameOf(k.raw)
	ether := func(octets []byte) string {
		var parts []string
		for _, b := range octets {
			if s := strconv.FormatUint(uint64(b), 16); d.look.old {
				parts = append(parts, s)
			} else {
				parts = append(parts, padLeft(s, 2, '0'))
			}
		}
		return strings.Join(parts, ":")
	}
	kind, number := "IPv4", hex.EncodeToString(head[12:])
	if number == "86dd" {
		kind = "IPv6"
	}
	if d.look.old {
		return ether(head[6:12]) + " " + ether(head[:6]) + " ip " + strconv.Itoa(etherSize+size) + ": "
	}
	const cooked = 20 // octets of Linux's own header
	ends, around, of := ether(head[6:12])+" > "+ether(head[:6])+", ", etherSize, "ethertype "+kind+" (0x"+number+")"
	if d.look.any {
		index := slices.Index(interfacesOf(p), k.iface) + 2 // lo is the first
		if k.iface == "lo" {
			index = 1
		}
		ends, around = "ifindex "+strconv.Itoa(index)+" "+ether(head[6:12])+" ", cooked
		if d.look.quick {
			return ends
		}
	}
	if d.look.quick {
		of = kind
	}
	return ends + of + ", length " + strconv.Itoa(around+size) + ": "
}
