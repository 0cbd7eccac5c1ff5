package dns

import (
	"strconv"
	"strings"
)

const hexDigits = "0123456789abcdef"

func hexOf(p []byte) string {
	b := make([]byte, 0, 2*len(p))
	for _, c := range p {
		b = append(b, hexDigits[c>>4], hexDigits[c&15])
	}
	return string(b)
}

func formatIPv4(p []byte) string {
	var b []byte
	for i, c := range p {
		if i > 0 {
			b = append(b, '.')
		}
		b = strconv.AppendUint(b, uint64(c), 10)
	}
	return string(b)
}

func formatAddress(p []byte) string {
	if len(p) == 4 {
		return formatIPv4(p)
	}
	var b []byte // RFC 5952 without its shortening of zeros
	for i := 0; i+1 < len(p); i += 2 {
		if i > 0 {
			b = append(b, ':')
		}
		b = strconv.AppendUint(b, uint64(p[i])<<8|uint64(p[i+1]), 16)
	}
	return string(b)
}

// ParseIPv4 reads four numbers.
func ParseIPv4(s string) ([]byte, bool) {
	parts := strings.Split(s, ".")
	if len(parts) != 4 {
		return nil, false
	}
	p := make([]byte, 4)
	for i, part := range parts {
		n, err := strconv.ParseUint(part, 10, 8)
		if err != nil || len(part) > 1 && part[0] == '0' || part[0] == '+' {
			return nil, false
		}
		p[i] = byte(n)
	}
	return p, true
}

// ParseAddress reads an IPv4 or an IPv6 address: 4 or 16 octets.
func ParseAddress(s string) ([]byte, bool) {
	if p, ok := ParseIPv4(s); ok {
		return p, true
	}
	return parseIPv6(s)
}

// parseIPv6 reads groups of hexadecimal digits, one run of zeros written as two colons (RFC 4291 §2.2).
func parseIPv6(s string) ([]byte, bool) {
	head, tail, short := strings.Cut(s, "::")
	groups := func(s string) (p []byte, ok bool) {
		if s == "" {
			return nil, true
		}
		for g := range strings.SplitSeq(s, ":") {
			n, err := strconv.ParseUint(g, 16, 16)
			if err != nil || len(g) > 4 {
				return nil, false
			}
			p = append(p, byte(n>>8), byte(n))
		}
		return p, true
	}
	a, okA := groups(head)
	b, okB := groups(tail)
	n := len(a) + len(b)
	if !okA || !okB || n > 16 || short && n == 16 || !short && n != 16 {
		return nil, false
	}
	return append(append(a, make([]byte, 16-n)...), b...), true
}
