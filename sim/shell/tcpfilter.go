package shell

import (
	"slices"
	"strconv"
	"strings"

	"ehlo/sim/dns"
	"ehlo/sim/packet"
)

// condition is what a filter asks of a packet. Nobody changes it.
type condition struct {
	op       string // "and", "or", "not"; "" for one that asks itself
	of       []*condition
	protocol byte             // 0 for any
	dir      string           // "src", "dst", "both", or "" for either
	kind     string           // what it asks: "host", "net", "port", "portrange", "less", "greater", or "" for a protocol alone
	address  []packet.Address // of a host or a network
	bits     int              // of the address of a network
	size     int              // octets of an address: of IPv4, of IPv6, 0 for either
	low, top uint16           // of ports
	length   int              // of a packet with the frame around it, in octets
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
	switch c.kind {
	case "host":
		return c.ends(slices.Contains(c.address, t.From), slices.Contains(c.address, t.To))
	case "net":
		return c.ends(c.contains(t.From), c.contains(t.To))
	case "port", "portrange":
		has := func(port uint16) bool { return c.low <= port && port <= c.top }
		return t.Protocol != packet.ICMP && t.Protocol != packet.ICMPv6 && c.ends(has(t.TCP.From), has(t.TCP.To))
	case "less":
		return etherSize+t.Size <= c.length
	case "greater":
		return etherSize+t.Size >= c.length
	case "arp":
		return false // the links of a world need no ARP
	}
	return true
}

// ends says whether a packet is one of those when its ends are.
func (c *condition) ends(src, dst bool) bool {
	switch c.dir {
	case "src":
		return src
	case "dst":
		return dst
	case "both":
		return src && dst
	}
	return src || dst
}

// contains says whether an address lies in the network.
func (c *condition) contains(a packet.Address) bool {
	network := c.address[0]
	if len(a) != len(network) {
		return false
	}
	for i := range c.bits {
		if bit := byte(128 >> (i % 8)); a[i/8]&bit != network[i/8]&bit {
			return false
		}
	}
	return true
}

// filterParser reads a filter (pcap-filter(7)): protocols, hosts, networks, ports and lengths, and, or, not and parentheses.
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
	if kind := f.take("less", "greater"); kind != "" {
		c := condition{kind: kind}
		n, err := strconv.Atoi(f.word())
		if c.length = n; err != nil {
			f.syntax()
		}
		return &c
	}
	name := f.take("tcp", "udp", "icmp", "icmp6", "ip", "ip6", "arp")
	c := condition{protocol: map[string]byte{"tcp": packet.TCP, "udp": packet.UDP, "icmp": packet.ICMP, "icmp6": packet.ICMPv6}[name],
		size: map[string]int{"ip": 4, "ip6": 16}[name]}
	c.dir = f.direction()
	c.kind = f.take("host", "net", "port", "portrange")
	switch {
	case c.kind == "" && c.dir == "" && name != "":
		if name == "arp" {
			c.kind = name
		}
		return &c
	case c.kind == "" && c.dir != "":
		c.kind = "host"
	case c.kind == "" && f.last.kind != "":
		c = f.last
		c.address = nil
	case c.kind == "":
		c.kind = "host"
	case c.protocol != 0 && (c.kind == "host" || c.kind == "net"):
		f.wrong = "'" + name + "' modifier applied to " + c.kind
	case c.protocol == packet.ICMP || c.protocol == packet.ICMPv6:
		f.wrong = "illegal qualifier of 'port'"
	}
	f.last = c
	f.value(&c)
	return &c
}

// direction reads src or dst, or both of them with or or and between.
func (f *filterParser) direction() string {
	dir := f.take("src", "dst")
	other := map[string]string{"src": "dst", "dst": "src"}[dir]
	if dir == "" || len(f.words) < 2 || f.words[1] != other {
		return dir
	}
	switch f.take("or", "and", "||", "&&") {
	case "or", "||":
		dir = ""
	case "and", "&&":
		dir = "both"
	default:
		return dir
	}
	f.take(other)
	return dir
}

// word takes the next word, "" where there is none that could be a name.
func (f *filterParser) word() string {
	if len(f.words) == 0 || slices.Contains([]string{"and", "or", "not", "(", ")", "!", "&&", "||"}, f.words[0]) {
		f.syntax()
		return ""
	}
	w := f.words[0]
	f.words = f.words[1:]
	return w
}

// value reads the host, the network or the ports.
func (f *filterParser) value(c *condition) {
	word := f.word()
	switch {
	case word == "":
	case c.kind == "port":
		c.low = f.port(word, "unknown port '"+word+"'")
		c.top = c.low
	case c.kind == "portrange":
		low, top, ranges := strings.Cut(word, "-")
		if c.low = f.port(low, "unknown port in range '"+word+"'"); !ranges {
			top = low
		}
		if c.top = f.port(top, "unknown port in range '"+word+"'"); c.low > c.top {
			c.low, c.top = c.top, c.low
		}
	case c.kind == "net":
		f.network(c, word)
	default:
		f.host(c, word)
	}
}

// port is the number of a port, or of a service.
func (f *filterParser) port(word, unknown string) uint16 {
	n, ok := portOf(word)
	if number, err := strconv.Atoi(word); err == nil && number > 65535 {
		f.wrong = "illegal port number " + word + " > 65535"
	} else if !ok {
		f.wrong = unknown
	}
	return uint16(n)
}

// network reads a network: 192.0.2, 192.0.2.0/24, 192.0.2.0 mask 255.255.255.0 or 2001:db8::/32.
func (f *filterParser) network(c *condition, word string) {
	text, length, sized := strings.Cut(word, "/")
	whole := text
	if !strings.Contains(text, ":") { // an address that is cut short
		c.bits = 8 * (strings.Count(text, ".") + 1)
		whole += strings.Repeat(".0", max(3-strings.Count(text, "."), 0))
	} else {
		c.bits = 128
	}
	octets, ok := dns.ParseAddress(whole)
	if _, err := strconv.Atoi(strings.ReplaceAll(text, ".", "")); !ok && err == nil {
		f.wrong = "invalid IPv4 address '" + text + "'"
		return
	}
	if !ok {
		f.wrong = "unknown network '" + text + "'"
		return
	}
	c.address = []packet.Address{packet.Address(octets)}
	if sized {
		n, err := strconv.Atoi(length)
		if err != nil {
			f.syntax()
			return
		}
		if c.bits = n; n > 8*len(octets) {
			f.wrong = "mask length must be <= " + strconv.Itoa(8*len(octets))
			return
		}
	}
	if f.take("mask") != "" {
		c.bits = f.mask()
	}
	if f.wrong != "" {
		return
	}
	for i := c.bits; i < 8*len(octets); i++ {
		if octets[i/8]&(128>>(i%8)) != 0 {
			f.wrong = "non-network bits set in \"" + word + "\""
			return
		}
	}
}

// mask is how many bits lead in a mask as 255.255.255.0.
func (f *filterParser) mask() (bits int) {
	octets, ok := dns.ParseAddress(f.word())
	if !ok {
		f.syntax()
	}
	for bits < 8*len(octets) && octets[bits/8]&(128>>(bits%8)) != 0 {
		bits++
	}
	return bits
}

// host reads a host.
func (f *filterParser) host(c *condition, word string) {
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
