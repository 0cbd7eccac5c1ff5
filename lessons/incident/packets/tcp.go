package packets

import (
	"encoding/binary"
	"net/netip"
	"sort"
)

// maxStreams bounds how many streams are kept apart.
const maxStreams = 1 << 16

// Dir says who sent octets of a stream: the side that opened it, or the other one.
type Dir int

// The directions.
const (
	ToServer Dir = iota
	ToClient
)

// Stream is a TCP connection.
type Stream struct {
	Client, Server         string // addresses
	ClientPort, ServerPort uint16
	Chunks                 []Chunk // what was said, in the order in which it became whole
	Again                  int     // segments whose octets had all been there
	Early                  int     // segments that came before what belongs in front of them
	Missing                int64   // octets that are not in the capture
	Began                  bool    // its first packets are in the capture
	Reset                  bool    // a side broke it
	sides                  [2]flow
	sawSyn                 bool
}

// Chunk is octets that passed in one direction.
type Chunk struct {
	At     int64 // nanoseconds since 1970
	Dir    Dir
	Packet int // number of the packet that made them whole, from 1
	Data   []byte
	Gap    int64 // octets that are missing before it
}

// flow is one direction of a stream that is put together.
type flow struct {
	known bool   // next is
	next  uint32 // sequence number of the next octet
	early []segment
	held  int // octets of early
}

type segment struct {
	seq    uint32
	at     int64
	packet int
	data   []byte
}

// maxHeld is how many octets of a direction wait for what belongs before them: more than a window. Behind that the gap is given up.
const maxHeld = 4 << 20

// maxEarly is how many segments wait: a window of a quick connection, and few enough to keep them in order.
const maxEarly = 1024

type endpoint struct {
	address netip.Addr
	port    uint16
}

type key struct{ a, b endpoint }

type assembly struct {
	Found
	streams map[key]*Stream
}

func newAssembly() *assembly {
	return &assembly{Found: Found{Names: map[string]string{}}, streams: map[key]*Stream{}}
}

func addressText(octets []byte) string {
	a, _ := netip.AddrFromSlice(octets)
	return a.Unmap().String()
}

// packet takes a packet of a kind of network.
func (a *assembly) packet(at int64, link uint32, p []byte, short bool) {
	a.Packets++
	if short {
		a.Short++
	}
	ip, ok := network(link, p)
	if ok {
		a.understood = true
		ok = a.ip(at, ip)
	} else if !knownLink(link) {
		a.unknown = true
	} else {
		a.understood = true
	}
	if !ok {
		a.Other++
	}
}

// The kinds of networks (LINKTYPE_ values of tcpdump.org).
const (
	linkNull     = 0
	linkEthernet = 1
	linkRawBSD   = 12
	linkRaw      = 101
	linkLoop     = 108
	linkCooked   = 113
	linkIPv4     = 228
	linkIPv6     = 229
	linkCooked2  = 276
)

func knownLink(link uint32) bool {
	switch link {
	case linkNull, linkEthernet, linkRawBSD, linkRaw, linkLoop, linkCooked, linkIPv4, linkIPv6, linkCooked2:
		return true
	}
	return false
}

// network returns the IP packet in a packet of a kind of network.
func network(link uint32, p []byte) (ip []byte, ok bool) {
	skip, kind := 0, 0 // octets before the IP packet, and where two of them say what it is
	switch link {
	case linkRaw, linkRawBSD, linkIPv4, linkIPv6:
		return p, len(p) > 0
	case linkNull, linkLoop:
		return p[min(4, len(p)):], len(p) > 4
	case linkEthernet:
		kind, skip = 12, 14
		for len(p) > skip+4 && (binary.BigEndian.Uint16(p[kind:]) == 0x8100 || binary.BigEndian.Uint16(p[kind:]) == 0x88A8) { // IEEE 802.1Q
			kind, skip = kind+4, skip+4
		}
	case linkCooked:
		kind, skip = 14, 16
	case linkCooked2:
		kind, skip = 0, 20
	default:
		return nil, false
	}
	if len(p) <= skip {
		return nil, false
	}
	protocol := binary.BigEndian.Uint16(p[kind:])
	return p[skip:], protocol == 0x0800 || protocol == 0x86DD
}

// ip takes an IP packet, and says whether there is TCP in it.
func (a *assembly) ip(at int64, p []byte) bool {
	var from, to netip.Addr
	var payload []byte
	switch p[0] >> 4 {
	case 4:
		head := int(p[0]&15) * 4
		if head < 20 || len(p) < head || p[9] != 6 {
			return false
		}
		if binary.BigEndian.Uint16(p[6:])&0x3FFF != 0 { // more fragments, or an offset
			a.Fragments++
			return false
		}
		if total := int(binary.BigEndian.Uint16(p[2:])); total >= head && total < len(p) { // what is behind it fills a frame up
			p = p[:total]
		}
		from, to, payload = netip.AddrFrom4([4]byte(p[12:16])), netip.AddrFrom4([4]byte(p[16:20])), p[head:]
	case 6:
		if len(p) < 40 {
			return false
		}
		if total := 40 + int(binary.BigEndian.Uint16(p[4:])); total > 40 && total < len(p) {
			p = p[:total]
		}
		next, rest := p[6], p[40:]
		for next == 0 || next == 43 || next == 60 { // RFC 8200 §4: options by hop, routing, options at the destination
			if len(rest) < 8 || len(rest) < int(rest[1])*8+8 {
				return false
			}
			next, rest = rest[0], rest[int(rest[1])*8+8:]
		}
		if next == 44 {
			a.Fragments++
		}
		if next != 6 {
			return false
		}
		from, to, payload = netip.AddrFrom16([16]byte(p[8:24])), netip.AddrFrom16([16]byte(p[24:40])), rest
	default:
		return false
	}
	return a.tcp(at, from, to, payload)
}

// The flags of TCP (RFC 9293 §3.1).
const (
	flagFin = 1
	flagSyn = 2
	flagRst = 4
	flagAck = 16
)

// tcp takes a segment.
func (a *assembly) tcp(at int64, from, to netip.Addr, p []byte) bool {
	if len(p) < 20 || int(p[12]>>4)*4 < 20 || int(p[12]>>4)*4 > len(p) {
		return false
	}
	source, target := endpoint{from, binary.BigEndian.Uint16(p)}, endpoint{to, binary.BigEndian.Uint16(p[2:])}
	seq, flags, data := binary.BigEndian.Uint32(p[4:]), p[13], p[int(p[12]>>4)*4:]
	s, dir := a.stream(source, target, flags, seq)
	if s == nil {
		return false
	}
	f := &s.sides[dir]
	if flags&flagSyn != 0 {
		s.sawSyn = true
		f.known, f.next = true, seq+1
		if len(data) > 0 { // TCP Fast Open
			seq++
		}
	}
	if flags&flagRst != 0 {
		s.Reset = true
	}
	if len(data) > 0 {
		s.take(dir, segment{seq, at, a.Packets, data})
	}
	return true
}

// stream finds or begins the stream of a segment, and says who sent it.
func (a *assembly) stream(source, target endpoint, flags byte, seq uint32) (*Stream, Dir) {
	syn := flags&(flagSyn|flagAck) == flagSyn
	if s := a.streams[key{source, target}]; s != nil {
		if !syn || !s.sides[ToServer].known || s.sides[ToServer].next == seq+1 {
			return s, ToServer
		}
		s.flush(ToServer)
		s.flush(ToClient) // the same ports again: another connection
	} else if s := a.streams[key{target, source}]; s != nil && !syn {
		return s, ToClient
	}
	if len(a.Streams) >= maxStreams {
		return nil, 0
	}
	client, server, dir := source, target, ToServer
	if flags&flagSyn != 0 && flags&flagAck != 0 || flags&flagSyn == 0 && source.port < target.port {
		client, server, dir = target, source, ToClient // a server has the lower port
	}
	s := &Stream{Client: client.address.Unmap().String(), Server: server.address.Unmap().String(), ClientPort: client.port, ServerPort: server.port, Began: syn}
	a.streams[key{client, server}] = s
	delete(a.streams, key{server, client})
	a.Streams = append(a.Streams, s)
	return s, dir
}

// take puts a segment into its direction.
func (s *Stream) take(dir Dir, g segment) {
	f := &s.sides[dir]
	if !f.known {
		f.known, f.next = true, g.seq
	}
	switch ahead := int32(g.seq - f.next); {
	case ahead > 0:
		s.Early++
		f.wait(g)
		if f.held += len(g.data); f.held > maxHeld || len(f.early) > maxEarly {
			s.flush(dir)
		}
		return
	case int64(ahead)+int64(len(g.data)) <= 0:
		s.Again++
		return
	default:
		s.deliver(dir, g, 0)
	}
	s.settle(dir)
}

// wait keeps a segment, in the order of sequence numbers.
func (f *flow) wait(g segment) {
	i := sort.Search(len(f.early), func(i int) bool { return int32(f.early[i].seq-f.next) > int32(g.seq-f.next) })
	f.early = append(f.early, g)
	copy(f.early[i+1:], f.early[i:])
	f.early[i] = g
}

// deliver says what of a segment is new.
func (s *Stream) deliver(dir Dir, g segment, gap int64) {
	f := &s.sides[dir]
	g.data = g.data[f.next-g.seq:]
	f.next += uint32(len(g.data))
	s.Chunks = append(s.Chunks, Chunk{At: g.at, Dir: dir, Packet: g.packet, Data: g.data, Gap: gap})
}

// settle delivers what waited and is next now. at keeps the times in order: octets were there when the last in front of them came.
func (s *Stream) settle(dir Dir) {
	f := &s.sides[dir]
	if len(f.early) == 0 {
		return
	}
	last := s.Chunks[len(s.Chunks)-1]
	n := 0
	for ; n < len(f.early) && int32(f.early[n].seq-f.next) <= 0; n++ {
		g := f.early[n]
		f.held -= len(g.data)
		if int64(int32(g.seq-f.next))+int64(len(g.data)) <= 0 {
			s.Again++
			continue
		}
		g.at, g.packet = last.At, last.Packet
		s.deliver(dir, g, 0)
	}
	f.early = append(f.early[:0], f.early[n:]...)
}

// flush gives up the octets that are missing: what waited is delivered with the gaps before it.
func (s *Stream) flush(dir Dir) {
	f := &s.sides[dir]
	for _, g := range f.early {
		ahead := int64(int32(g.seq - f.next))
		if ahead+int64(len(g.data)) <= 0 {
			s.Again++
			continue
		}
		gap := max(ahead, 0)
		if gap > 0 {
			f.next = g.seq
		}
		s.Missing += gap
		s.deliver(dir, g, gap)
	}
	f.early, f.held = nil, 0
}

// finish delivers what still waits. Streams without octets are left out.
func (a *assembly) finish() {
	kept := a.Streams[:0]
	for _, s := range a.Streams {
		s.flush(ToServer)
		s.flush(ToClient)
		if len(s.Chunks) > 0 {
			kept = append(kept, s)
		}
	}
	a.Streams = kept
}
