// Package dns is the domain name system of a world: zones as zone files have them, messages as they cross the network,
// and a resolver with its cache. Like every machine it does no I/O: datagrams go in and come out, moments are given.
//
// The root and the registries above the zones of a world are not simulated: a resolver knows which host serves which
// zone, as if it had followed the delegations long ago. DNSSEC is a property of a zone and not a computation.
package dns

import (
	"strconv"
	"strings"
)

// Type is the type of a record (RFC 1035 §3.2.2).
type Type uint16

// The types that zones may have.
const (
	A     Type = 1
	NS    Type = 2
	CNAME Type = 5
	SOA   Type = 6
	PTR   Type = 12
	MX    Type = 15
	TXT   Type = 16
	AAAA  Type = 28 // RFC 3596 §2.1
	SRV   Type = 33 // RFC 2782
	TLSA  Type = 52 // RFC 6698 §2.1
)

var types = []struct {
	t    Type
	name string
}{{A, "A"}, {NS, "NS"}, {CNAME, "CNAME"}, {SOA, "SOA"}, {PTR, "PTR"}, {MX, "MX"}, {TXT, "TXT"}, {AAAA, "AAAA"}, {SRV, "SRV"}, {TLSA, "TLSA"}}

// String returns the type as zone files write it.
func (t Type) String() string {
	for _, k := range types {
		if k.t == t {
			return k.name
		}
	}
	return "TYPE" + strconv.Itoa(int(t)) // RFC 3597 §5
}

// TypeNamed returns the type with a name, in any case, and false where there is none.
func TypeNamed(name string) (Type, bool) {
	for _, k := range types {
		if strings.EqualFold(k.name, name) {
			return k.t, true
		}
	}
	return 0, false
}

// RCode is the verdict of an answer (RFC 1035 §4.1.1).
type RCode uint8

// The verdicts. Timeout is no answer at all and stands on no wire.
const (
	NoError  RCode = 0
	FormErr  RCode = 1
	ServFail RCode = 2
	NXDomain RCode = 3
	NotImp   RCode = 4
	Refused  RCode = 5
	Timeout  RCode = 255
)

// String returns the verdict as dig shows it.
func (r RCode) String() string {
	switch r {
	case NoError:
		return "NOERROR"
	case FormErr:
		return "FORMERR"
	case ServFail:
		return "SERVFAIL"
	case NXDomain:
		return "NXDOMAIN"
	case NotImp:
		return "NOTIMP"
	case Refused:
		return "REFUSED"
	case Timeout:
		return "TIMEOUT"
	}
	return "RCODE" + strconv.Itoa(int(r))
}

// Question is what is asked for: the records of a type at a name. Names are in lower case, without the dot at the end.
type Question struct {
	Name string
	Type Type
}

// String returns name and type, as in "example.net MX".
func (q Question) String() string { return dotted(q.Name) + " " + q.Type.String() }

func dotted(name string) string {
	if name == "" {
		return "."
	}
	return name
}

// Record is one resource record. Which fields mean something depends on its type.
type Record struct {
	Name    string
	Type    Type
	TTL     uint32   // seconds
	Pref    uint16   // MX: the preference, the lowest first. SRV: the priority
	Target  string   // CNAME, MX, NS, PTR, SRV: a name. SOA: the primary server
	Mbox    string   // SOA: the mailbox of who runs the zone, as a name
	Numbers []uint32 // SOA: serial, refresh, retry, expire, minimum. SRV: weight, port
	Octets  []byte   // A, AAAA: the address. TLSA: usage, selector, matching type, and the data
	Texts   []string // TXT: its strings
}

// Address is the address of an A or AAAA record as text, "" for another type.
func (r *Record) Address() string {
	if r.Type == A && len(r.Octets) == 4 || r.Type == AAAA && len(r.Octets) == 16 {
		return FormatAddress(r.Octets)
	}
	return ""
}

// Text is all of a TXT record as one text (RFC 7208 §3.3).
func (r *Record) Text() string { return strings.Join(r.Texts, "") }

// String returns the record as a line of a zone file, with the whole name.
func (r *Record) String() string {
	s := absolute(r.Name) + " " + strconv.FormatUint(uint64(r.TTL), 10) + " IN " + r.Type.String()
	number := func(n uint32) { s += " " + strconv.FormatUint(uint64(n), 10) }
	switch r.Type {
	case A, AAAA:
		s += " " + FormatAddress(r.Octets)
	case CNAME, NS, PTR:
		s += " " + absolute(r.Target)
	case MX:
		number(uint32(r.Pref))
		s += " " + absolute(r.Target)
	case SOA:
		s += " " + absolute(r.Target) + " " + absolute(r.Mbox)
		for _, n := range r.Numbers {
			number(n)
		}
	case SRV:
		number(uint32(r.Pref))
		for _, n := range r.Numbers {
			number(n)
		}
		s += " " + absolute(r.Target)
	case TXT:
		for _, t := range r.Texts {
			s += " " + quoteText(t)
		}
	case TLSA:
		for _, c := range r.Octets[:min(3, len(r.Octets))] {
			number(uint32(c))
		}
		s += " " + hexOf(r.Octets[min(3, len(r.Octets)):])
	}
	return s
}

// absolute writes a name with the dot at its end.
func absolute(name string) string { return name + "." }

// quoteText writes a character string (RFC 1035 §5.1).
func quoteText(t string) string {
	var b strings.Builder
	b.WriteByte('"')
	for i := range len(t) {
		switch c := t[i]; {
		case c == '"' || c == '\\':
			b.WriteByte('\\')
			b.WriteByte(c)
		case c < ' ' || c > '~':
			b.WriteString("\\" + strconv.Itoa(1000 + int(c))[1:])
		default:
			b.WriteByte(c)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// Text is records as lines of a zone file.
func Text(records []Record) string {
	var b strings.Builder
	for i := range records {
		b.WriteString(records[i].String())
		b.WriteByte('\n')
	}
	return b.String()
}

// The domains below which addresses stand as names, for PTR records (RFC 1035 §3.5, RFC 3596 §2.5).
const (
	ReverseIPv4 = "in-addr.arpa"
	ReverseIPv6 = "ip6.arpa"
)

// Reverse is the name under which the PTR record of an address stands, "" for what is no address.
func Reverse(address string) string {
	labels, zone := ReverseLabels(address)
	if zone == "" {
		return ""
	}
	return labels + "." + zone
}

// ReverseLabels is an address from its end: its numbers, or its hexadecimal digits, and the domain below which they stand, which
// is "" for what is no address. Blocklists put them before a name of their own (RFC 5782 §2.1, §2.4).
func ReverseLabels(address string) (labels, zone string) {
	p, ok := ParseAddress(address)
	if !ok {
		return "", ""
	}
	var b []byte
	for i := len(p) - 1; i >= 0; i-- {
		if len(b) > 0 {
			b = append(b, '.')
		}
		if len(p) == 4 {
			b = strconv.AppendUint(b, uint64(p[i]), 10)
			continue
		}
		b = append(b, hexDigits[p[i]&15], '.', hexDigits[p[i]>>4])
	}
	if len(p) == 4 {
		return string(b), ReverseIPv4
	}
	return string(b), ReverseIPv6
}

// Canonical returns a name in lower case without the dot at its end.
func Canonical(name string) string { return strings.ToLower(strings.TrimSuffix(name, ".")) }

// within says whether a name is another one or lies below it.
func within(name, zone string) bool {
	return zone == "" || name == zone || strings.HasSuffix(name, "."+zone)
}
