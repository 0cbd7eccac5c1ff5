package shell

import (
	"encoding/binary"
	"slices"
	"strconv"
	"strings"
	"time"

	"ehlo/sim/dns"
	"ehlo/sim/engine"
	"ehlo/sim/packet"
)

// condition is what a filter asks of a packet. Nobody changes it.
type condition struct {
	op       string // "and", "or", "not"; "" for one that asks itself
	of       []*condition
	protocol byte             // 0 for any
	dir      string           // "src", "dst" or "" for either
	kind     string           // "host", "port" or "" for a protocol alone
	address  []packet.Address // of a host
	size     int              // octets of an address: of IPv4, of IPv6, 0 for either
	port     uint16
}

// holds says whether a packet is one of those.
func (c *condition) holds(raw []byte) bool {
	t, ok := packet.Parse(raw)
	return ok && c.of1(&t)
}

func (c *condition) of1(t *packet.Packet) bool {
	if c == nil {
		return true
	}
	switch c.op {
	case "not":
		return !c.of[0].of1(t)
	case "and":
		return c.of[0].of1(t) && c.of[1].of1(t)
	case "or":
		return c.of[0].of1(t) || c.of[1].of1(t)
	}
	if c.protocol != 0 && c.protocol != t.Protocol || c.size > 0 && c.size != len(t.From) {
		return false
	}
	either := func(src, dst bool) bool { return src && c.dir != "dst" || dst && c.dir != "src" }
	switch c.kind {
	case "host":
		return either(slices.Contains(c.address, t.From), slices.Contains(c.address, t.To))
	case "port":
		return t.Protocol != packet.ICMP && t.Protocol != packet.ICMPv6 && either(t.TCP.From == c.port, t.TCP.To == c.port)
	}
	return true
}

// filterParser reads a filter (pcap-filter(7)): protocols, hosts and ports, and, or, not and parentheses.
type filterParser struct {
	p     *Process
	words []string
	last  condition // whose qualifiers hold for a name alone
	wrong string
}

// parseFilter reads the words of a filter; wrong is what tcpdump says where it cannot.
func parseFilter(p *Process, words []string) (c *condition, wrong string) {
	var all []string
	for _, w := range words {
		w = strings.NewReplacer("(", " ( ", ")", " ) ", "!", " ! ").Replace(w)
		all = append(all, strings.Fields(w)...)
	}
	if len(all) == 0 {
		return nil, ""
	}
	f := filterParser{p: p, words: all}
	c = f.either()
	if len(f.words) > 0 {
		f.syntax()
	}
	return c, f.wrong
}

func (f *filterParser) syntax() {
	if f.wrong == "" {
		f.wrong = "can't parse filter expression: syntax error"
		if f.p.old() {
			f.wrong = "parse error"
		}
	}
}

// take takes the next word if it is one of some.
func (f *filterParser) take(names ...string) string {
	if len(f.words) == 0 || !slices.Contains(names, f.words[0]) {
		return ""
	}
	w := f.words[0]
	f.words = f.words[1:]
	return w
}

// either reads what is joined by and and or, which bind alike, from left to right.
func (f *filterParser) either() *condition {
	c := f.one()
	for f.wrong == "" {
		op := map[string]string{"and": "and", "&&": "and", "or": "or", "||": "or"}[f.take("and", "&&", "or", "||")]
		if op == "" {
			break
		}
		c = &condition{op: op, of: []*condition{c, f.one()}}
	}
	return c
}

func (f *filterParser) one() *condition {
	switch {
	case f.take("not", "!") != "":
		return &condition{op: "not", of: []*condition{f.one()}}
	case f.take("(") != "":
		c := f.either()
		if f.take(")") == "" {
			f.syntax()
		}
		return c
	}
	name := f.take("tcp", "udp", "icmp", "icmp6", "ip", "ip6")
	c := condition{protocol: map[string]byte{"tcp": packet.TCP, "udp": packet.UDP, "icmp": packet.ICMP, "icmp6": packet.ICMPv6}[name],
		size: map[string]int{"ip": 4, "ip6": 16}[name]}
	named := name != ""
	c.dir = f.take("src", "dst")
	c.kind = f.take("host", "port")
	switch {
	case c.kind == "" && c.dir == "" && named:
		return &c
	case c.kind == "" && c.dir != "":
		c.kind = "host"
	case c.kind == "" && f.last.kind != "":
		c = f.last
	case c.kind == "":
		c.kind = "host"
	}
	f.last = c
	f.value(&c)
	return &c
}

// value reads the host or the port.
func (f *filterParser) value(c *condition) {
	if len(f.words) == 0 || slices.Contains([]string{"and", "or", "not", "(", ")", "!", "&&", "||"}, f.words[0]) {
		f.syntax()
		return
	}
	word := f.words[0]
	f.words = f.words[1:]
	if c.kind == "port" {
		n, ok := portOf(word)
		if number, err := strconv.Atoi(word); err == nil && number > 65535 {
			f.wrong = "illegal port number " + word + " > 65535"
		} else if !ok {
			f.wrong = "unknown port '" + word + "'"
		}
		c.port = uint16(n)
		return
	}
	_, addresses, ok := f.p.local(word)
	if !ok || isAddress(word) {
		addresses = []string{word}
	}
	for _, a := range addresses {
		octets, right := dns.ParseAddress(a)
		if !right {
			f.wrong = "unknown host '" + word + "'"
			return
		}
		c.address = append(c.address, packet.Address(octets))
	}
}

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
	to, from, kind := raw[16:20], raw[12:16], uint16(etherTypeIPv4)
	if raw[0]>>4 == 6 {
		to, from, kind = raw[36:40], raw[20:24], etherTypeIPv6
	}
	b = append(append(b, 2, 0), to...)
	b = append(append(b, 2, 0), from...)
	return append(binary.BigEndian.AppendUint16(b, kind), raw...)
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
