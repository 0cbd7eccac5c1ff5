// Package packet writes and reads the packets of TCP/IP as they stand on a wire: IPv4, IPv6, TCP, UDP and ICMP. The network of a
// world carries streams and datagrams; what TCP makes of them is written here for whoever looks at a link.
package packet

import "encoding/binary"

// The protocols that IP carries (RFC 790).
const (
	ICMP   = 1
	TCP    = 6
	UDP    = 17
	ICMPv6 = 58 // RFC 4443
)

// The flags of a TCP segment (RFC 9293 §3.1).
const (
	Fin = 1 << iota
	Syn
	Reset
	Push
	Ack
)

const (
	ipSize  = 20 // octets of an IPv4 header without options
	ip6Size = 40 // octets of an IPv6 header
	tcpSize = 20 // octets of a TCP header without options
	udpSize = 8  // octets of a UDP header
	// Window is what a segment offers to take: as much as can be said without options.
	Window = 0xffff
)

// Segment is a TCP segment, its ports and numbers.
type Segment struct {
	From, To uint16 // ports
	Seq, Ack uint32
	Flags    byte
	Window   uint16
	MSS      uint16 // the maximum segment size, an option of a SYN; 0 for none
	Data     []byte
}

// Address is an IP address: its 4 octets, or 16 of IPv6.
type Address string

// IP puts an IP header before what it carries: that of IPv4 with the packet's number (RFC 791), or where the addresses are such
// that of IPv6, which has none (RFC 8200 §3).
func IP(id uint16, from, to Address, protocol byte, payload []byte) []byte {
	if len(from) == 16 && len(to) == 16 {
		p := binary.BigEndian.AppendUint16([]byte{6 << 4, 0, 0, 0}, uint16(len(payload)))
		p = append(append(append(p, protocol, 64), from...), to...) // 64 hops
		return append(p, payload...)
	}
	p := []byte{4<<4 | ipSize/4, 0}
	p = binary.BigEndian.AppendUint16(p, uint16(ipSize+len(payload)))
	p = binary.BigEndian.AppendUint16(p, id)
	p = append(p, 0x40, 0, 64, protocol, 0, 0) // not to be taken to pieces; 64 hops
	p = append(append(p, from...), to...)
	binary.BigEndian.PutUint16(p[10:], checksum(0, p))
	return append(p, payload...)
}

// Append writes the segment between two addresses, the checksum too.
func (s *Segment) Append(dst []byte, from, to Address) []byte {
	begin := len(dst)
	dst = binary.BigEndian.AppendUint16(dst, s.From)
	dst = binary.BigEndian.AppendUint16(dst, s.To)
	dst = binary.BigEndian.AppendUint32(dst, s.Seq)
	dst = binary.BigEndian.AppendUint32(dst, s.Ack)
	size := tcpSize
	if s.MSS > 0 {
		size += 4
	}
	dst = append(dst, byte(size/4)<<4, s.Flags)
	dst = binary.BigEndian.AppendUint16(dst, s.Window)
	dst = append(dst, 0, 0, 0, 0) // the checksum, no urgent octets
	if s.MSS > 0 {
		dst = binary.BigEndian.AppendUint16(append(dst, 2, 4), s.MSS)
	}
	dst = append(dst, s.Data...)
	binary.BigEndian.PutUint16(dst[begin+16:], checksum(pseudo(from, to, TCP, len(dst)-begin), dst[begin:]))
	return dst
}

// Datagram puts a UDP header before a datagram between two addresses (RFC 768).
func Datagram(from, to Address, fromPort, toPort uint16, data []byte) []byte {
	p := binary.BigEndian.AppendUint16(nil, fromPort)
	p = binary.BigEndian.AppendUint16(p, toPort)
	p = binary.BigEndian.AppendUint16(p, uint16(udpSize+len(data)))
	p = append(append(p, 0, 0), data...)
	sum := checksum(pseudo(from, to, UDP, len(p)), p)
	if sum == 0 {
		sum = 0xffff // 0 would say that there is none
	}
	binary.BigEndian.PutUint16(p[6:], sum)
	return p
}

// pseudo is the sum over what a checksum takes of the IP header.
func pseudo(from, to Address, protocol, size int) uint32 {
	sum := uint32(protocol) + uint32(size)
	for _, a := range []Address{from, to} {
		for i := 0; i+1 < len(a); i += 2 {
			sum += uint32(a[i])<<8 | uint32(a[i+1])
		}
	}
	return sum
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

// Packet is an IPv4 packet that was read.
type Packet struct {
	ID       uint16
	Protocol byte
	From, To Address
	Size     int     // octets in all
	TCP      Segment // where it carries TCP; of UDP the ports and the data
	Payload  []byte  // what IP carries
}

// Parse reads a packet; ok is false where it is none.
func Parse(p []byte) (k Packet, ok bool) {
	if len(p) >= ip6Size && p[0]>>4 == 6 {
		size := ip6Size + int(binary.BigEndian.Uint16(p[4:]))
		if size > len(p) {
			return k, false
		}
		k = Packet{Protocol: p[6], From: Address(p[8:24]), To: Address(p[24:40]), Size: size, Payload: p[ip6Size:size]}
		return k, k.read()
	}
	if len(p) < ipSize || p[0]>>4 != 4 {
		return k, false
	}
	head, size := int(p[0]&15)*4, int(binary.BigEndian.Uint16(p[2:]))
	if head < ipSize || size < head || size > len(p) {
		return k, false
	}
	k = Packet{ID: binary.BigEndian.Uint16(p[4:]), Protocol: p[9], From: Address(p[12:16]), To: Address(p[16:20]), Size: size, Payload: p[head:size]}
	return k, k.read()
}

// read reads what IP carries, and says whether that is whole.
func (k *Packet) read() bool {
	d := k.Payload
	switch {
	case k.Protocol == TCP && len(d) >= tcpSize:
		at := int(d[12]>>4) * 4
		if at < tcpSize || at > len(d) {
			return false
		}
		k.TCP = Segment{From: binary.BigEndian.Uint16(d), To: binary.BigEndian.Uint16(d[2:]), Seq: binary.BigEndian.Uint32(d[4:]),
			Ack: binary.BigEndian.Uint32(d[8:]), Flags: d[13], Window: binary.BigEndian.Uint16(d[14:]), Data: d[at:]}
		if at >= tcpSize+4 && d[tcpSize] == 2 {
			k.TCP.MSS = binary.BigEndian.Uint16(d[tcpSize+2:])
		}
	case k.Protocol == UDP && len(d) >= udpSize:
		k.TCP = Segment{From: binary.BigEndian.Uint16(d), To: binary.BigEndian.Uint16(d[2:]), Data: d[udpSize:]}
	case k.Protocol == TCP, k.Protocol == UDP, len(d) < 8:
		return false
	}
	return true
}

// Echo is a message of ICMP between two addresses, with its checksum: an echo request or reply as ICMPv6 has it where the
// addresses are of IPv6 (RFC 4443 §4).
func Echo(from, to Address, message []byte) (protocol byte, p []byte) {
	if len(from) != 16 {
		return ICMP, message
	}
	p = append([]byte{128}, message[1:]...)
	if message[0] == 0 { // a reply
		p[0] = 129
	}
	p[2], p[3] = 0, 0
	binary.BigEndian.PutUint16(p[2:], checksum(pseudo(from, to, ICMPv6, len(p)), p))
	return ICMPv6, p
}
