package shell

import (
	"encoding/binary"
	"encoding/hex"
	"strconv"
	"strings"
	"time"

	"ehlo/sim/dns"
	"ehlo/sim/packet"
)

// seqBase is from where the octets of a connection are counted.
type seqBase struct {
	from, to       packet.Address
	source, target uint16
	seq, ack       uint32
}

// line is a packet as tcpdump shows it.
func (d *tcpdump) line(p *Process, at time.Time, k passing) string {
	t, ok := packet.Parse(k.raw)
	if !ok {
		return ""
	}
	lead := d.moment(at)
	if d.look.numbered {
		lead = padLeft(strconv.Itoa(d.taken), 5, ' ') + "  " + lead
	}
	if d.look.any {
		lead += padRight(k.iface, 5) + " " + padRight(map[bool]string{true: "Out", false: "In"}[k.sent && k.iface != "lo"], 3) + " "
	}
	switch {
	case d.look.frame:
		lead += d.frame(p, k, t.Size)
	case d.look.old:
	case len(t.From) == 16:
		lead += "IP6 "
	default:
		lead += "IP "
	}
	text := lead + d.packet(p, &t) + "\n"
	octets := k.raw
	if d.look.whole {
		octets = append(frameOf(k.raw), k.raw...)
	}
	switch {
	case d.look.ascii:
		text += asciiDump(k.raw) + "\n"
	case d.look.hex:
		text += hexDump(octets, true)
	case d.look.plainHex:
		text += hexDump(octets, false)
	}
	return text
}

// moment is when a packet was there, as the number of -t wants it.
func (d *tcpdump) moment(at time.Time) string {
	before := d.before
	d.before = at
	switch d.look.times {
	case 0:
		return at.Format("15:04:05.000000 ")
	case 2:
		return strconv.FormatInt(at.Unix(), 10) + at.Format(".000000 ")
	case 3:
		if before.IsZero() {
			before = at
		}
		return time.Unix(0, int64(at.Sub(before))).UTC().Format(" 15:04:05.000000 ")
	case 4:
		return at.Format("2006-01-02 15:04:05.000000 ")
	}
	return ""
}

// packet is what a packet says, without its time.
func (d *tcpdump) packet(p *Process, t *packet.Packet) string {
	ends := d.end2(p, t.From, t.TCP.From, t.Protocol) + " > " + d.end2(p, t.To, t.TCP.To, t.Protocol) + ": "
	protocol := map[byte]string{packet.TCP: "TCP (6)", packet.UDP: "UDP (17)", packet.ICMP: "ICMP (1)", packet.ICMPv6: "ICMPv6 (58)"}[t.Protocol]
	if d.look.verbose && len(t.From) == 16 {
		return "(hlim 64, next-header " + protocol + " payload length: " + strconv.Itoa(len(t.Payload)) + ") " + ends + d.said(t)
	}
	if d.look.verbose && !d.look.old {
		ends = "(tos 0x0, ttl 64, id " + strconv.Itoa(int(t.ID)) + ", offset 0, flags [DF], proto " + protocol + ", length " + strconv.Itoa(t.Size) + ")\n    " + ends
	}
	tail := ""
	if d.look.old {
		tail = " (DF)"
		if d.look.verbose {
			tail = " (DF) (ttl 64, id " + strconv.Itoa(int(t.ID)) + ")"
		}
	}
	return ends + d.said(t) + tail
}

// said is what IP carries.
func (d *tcpdump) said(t *packet.Packet) string {
	switch t.Protocol {
	case packet.TCP:
		return d.segment(t)
	case packet.UDP:
		return d.datagram(t)
	}
	return d.echo(t)
}

// end2 is one end of a packet.
func (d *tcpdump) end2(p *Process, address packet.Address, port uint16, protocol byte) string {
	name, service := dns.FormatAddress([]byte(address)), strconv.Itoa(int(port))
	if !d.look.numeric {
		if address == loopback {
			name = "localhost"
		} else if host, _, ok := p.Env().Find(name); ok {
			name = host
		}
		for _, s := range ports {
			if s.port == int(port) {
				service = s.name
			}
		}
	}
	if protocol == packet.ICMP || protocol == packet.ICMPv6 {
		return name
	}
	return name + "." + service
}

// segment is what a TCP segment says.
func (d *tcpdump) segment(t *packet.Packet) string {
	size := strconv.Itoa(len(t.TCP.Data))
	if d.look.quick {
		return "tcp " + size
	}
	seq, ack := d.counted(t)
	letters, has := "", func(f byte) bool { return t.TCP.Flags&f != 0 }
	for _, f := range []struct {
		bit  byte
		name string
	}{{packet.Fin, "F"}, {packet.Syn, "S"}, {packet.Reset, "R"}, {packet.Push, "P"}} {
		letters += strings.Repeat(f.name, boolToInt(has(f.bit)))
	}
	number := func(n uint32) string { return strconv.FormatUint(uint64(n), 10) }
	placed := len(t.TCP.Data) > 0 || has(packet.Fin|packet.Syn|packet.Reset)
	end := seq + uint32(len(t.TCP.Data))
	if d.look.old {
		return oldSegment(t, letters, seq, ack, placed)
	}
	s := "Flags [" + letters + strings.Repeat(".", boolToInt(has(packet.Ack))) + "]"
	if d.look.verbose {
		s += ", cksum 0x" + hex.EncodeToString(t.Payload[16:18]) + " (correct)"
	}
	if placed {
		s += ", seq " + number(seq)
		if len(t.TCP.Data) > 0 {
			s += ":" + number(end)
		}
	}
	if has(packet.Ack) {
		s += ", ack " + number(ack)
	}
	s += ", win " + strconv.Itoa(int(t.TCP.Window))
	if t.TCP.MSS > 0 {
		s += ", options [mss " + strconv.Itoa(int(t.TCP.MSS)) + "]"
	}
	s += ", length " + size
	if len(t.TCP.Data) > 0 && (t.TCP.From == 25 || t.TCP.To == 25) {
		s += d.smtp(t.TCP.Data)
	}
	return s
}

// oldSegment is a TCP segment as tcpdump 3.4 showed it.
func oldSegment(t *packet.Packet, letters string, seq, ack uint32, placed bool) string {
	number := func(n uint32) string { return strconv.FormatUint(uint64(n), 10) }
	if letters == "" {
		letters = "."
	}
	s := letters
	if placed {
		s += " " + number(seq) + ":" + number(seq+uint32(len(t.TCP.Data))) + "(" + strconv.Itoa(len(t.TCP.Data)) + ")"
	}
	if t.TCP.Flags&packet.Ack != 0 {
		s += " ack " + number(ack)
	}
	s += " win " + strconv.Itoa(int(t.TCP.Window))
	if t.TCP.MSS > 0 {
		s += " <mss " + strconv.Itoa(int(t.TCP.MSS)) + ">"
	}
	return s
}

// counted are the numbers of a segment, counted from the first one of its connection with an acknowledgement.
func (d *tcpdump) counted(t *packet.Packet) (seq, ack uint32) {
	seq, ack = t.TCP.Seq, t.TCP.Ack
	if d.look.absolute || t.TCP.Flags&packet.Ack == 0 {
		return seq, ack
	}
	for i := range d.bases {
		b := &d.bases[i]
		switch {
		case t.TCP.Flags&packet.Syn != 0:
		case b.from == t.From && b.to == t.To && b.source == t.TCP.From && b.target == t.TCP.To:
			return seq - b.seq, ack - b.ack
		case b.from == t.To && b.to == t.From && b.source == t.TCP.To && b.target == t.TCP.From:
			return seq - b.ack, ack - b.seq
		}
	}
	if len(d.bases) >= flowsKept {
		d.bases = append([]seqBase(nil), d.bases[1:]...)
	}
	d.bases = append(d.bases, seqBase{t.From, t.To, t.TCP.From, t.TCP.To, seq, ack - 1})
	return seq, ack
}

// smtp is the first line of what passes at port 25, with -v all lines up to an empty one.
func (d *tcpdump) smtp(data []byte) string {
	s := ": SMTP"
	for i, line := range strings.SplitAfter(string(data), "\n") {
		text := strings.TrimRight(line, "\r\n")
		if text == "" || strings.IndexFunc(text, func(r rune) bool { return r != '\t' && (r < ' ' || r > '~') }) >= 0 {
			break
		}
		if d.look.verbose {
			s += strings.Repeat(", length: "+strconv.Itoa(len(data)), boolToInt(i == 0)) + "\n\t" + text
			continue
		}
		return s + ": " + text
	}
	return s
}

// datagram is what a UDP datagram says: a question to the DNS, or its answer.
func (d *tcpdump) datagram(t *packet.Packet) string {
	m, ok := dns.Parse(t.TCP.Data)
	size := strconv.Itoa(len(t.TCP.Data))
	switch {
	case d.look.quick && d.look.old:
		return "udp " + size
	case d.look.quick || !ok:
		return "UDP, length " + size
	}
	s := strings.Repeat("[udp sum ok] ", boolToInt(d.look.verbose)) + strconv.Itoa(int(m.ID))
	if !m.Response {
		return s + strings.Repeat("+", boolToInt(m.Recursion)) + " " + asked(&m) + " (" + size + ")"
	}
	switch m.Code {
	case dns.NoError:
	case dns.NXDomain:
		s += " NXDomain"
	default:
		s += " ServFail"
	}
	s += strings.Repeat("*", boolToInt(m.Authoritative)) + strings.Repeat("-", boolToInt(!m.Recursion)) + strings.Repeat("$", boolToInt(m.Authentic))
	if d.look.verbose {
		s += " q: " + asked(&m)
	}
	additional := int(binary.BigEndian.Uint16(t.TCP.Data[10:]))
	s += " " + strconv.Itoa(len(m.Answers)) + "/" + strconv.Itoa(len(m.Authority)) + "/" + strconv.Itoa(additional)
	s += d.records("", m.Answers)
	if d.look.verbose {
		s += d.records(" ns:", m.Authority)
	}
	return s + " (" + size + ")"
}

func asked(m *dns.Message) string { return m.Question.Type.String() + "? " + m.Question.Name + "." }

// records are those of a section.
func (d *tcpdump) records(lead string, list []dns.Record) string {
	for i := range list {
		r := &list[i]
		name, data, _ := strings.Cut(r.String(), " IN ")
		kind, data, _ := strings.Cut(data, " ")
		switch r.Type {
		case dns.MX:
			data = r.Target + ". " + strconv.Itoa(int(r.Pref))
		case dns.SOA:
			data = strings.Repeat(data, boolToInt(d.look.verbose))
		}
		if i > 0 {
			lead += ","
		}
		if d.look.verbose {
			owner, _, _ := strings.Cut(name, " ")
			lead += " " + owner + " [" + spanOf(r.TTL) + "]"
		}
		lead += strings.TrimRight(" "+kind+" "+data, " ")
	}
	return strings.Repeat(lead, boolToInt(len(list) > 0))
}

// spanOf is a number of seconds as tcpdump writes one: 1d12h.
func spanOf(seconds uint32) (s string) {
	if seconds == 0 {
		return "0s"
	}
	for _, u := range []struct {
		name string
		size uint32
	}{{"w", 7 * 86400}, {"d", 86400}, {"h", 3600}, {"m", 60}, {"s", 1}} {
		if n := seconds / u.size; n > 0 {
			s += strconv.Itoa(int(n)) + u.name
			seconds %= u.size
		}
	}
	return s
}

// echo is what a message of ping says.
func (d *tcpdump) echo(t *packet.Packet) string {
	what := map[byte]string{0: "echo reply", 8: "echo request", 128: "echo request", 129: "echo reply"}[t.Payload[0]]
	name := "ICMP"
	if t.Protocol == packet.ICMPv6 {
		name = "ICMP6"
	}
	if d.look.old {
		return strings.ToLower(name) + ": " + what
	}
	if t.Protocol == packet.ICMPv6 {
		what = ", " + what
	} else {
		what = " " + what
	}
	return name + what + ", id " + strconv.Itoa(int(binary.BigEndian.Uint16(t.Payload[4:]))) + ", seq " + strconv.Itoa(int(binary.BigEndian.Uint16(t.Payload[6:]))) +
		", length " + strconv.Itoa(len(t.Payload))
}

// asciiDump is a packet as -A shows it.
func asciiDump(raw []byte) string {
	var b strings.Builder
	for i, c := range raw {
		switch {
		case c == '\r' && i+1 < len(raw) && raw[i+1] == '\n', c == '\r' && i+1 == len(raw):
		case c == '\n' || c == '\t' || c >= ' ' && c <= '~':
			b.WriteByte(c)
		default:
			b.WriteByte('.')
		}
	}
	return b.String()
}

// hexDump is a packet as -X and -x show it.
func hexDump(raw []byte, ascii bool) string {
	var b strings.Builder
	for at := 0; at < len(raw); at += 16 {
		part := raw[at:min(at+16, len(raw))]
		digits := ""
		for i, c := range part {
			digits += strings.Repeat(" ", boolToInt(i%2 == 0)) + hex.EncodeToString([]byte{c})
		}
		b.WriteString("\t0x" + padLeft(strconv.FormatInt(int64(at), 16), 4, '0') + ": ")
		if ascii {
			digits = padRight(digits, 40) + "  "
			for _, c := range part {
				if c <= ' ' || c > '~' {
					c = '.'
				}
				digits += string(rune(c))
			}
		}
		b.WriteString(digits + "\n")
	}
	return b.String()
}
