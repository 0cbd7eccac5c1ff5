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
	var room [len("255.255.255.255")]byte // on the stack
	b := room[:0]
	for i, c := range p {
		if i > 0 {
			b = append(b, '.')
		}
		if c >= 100 {
			b = append(b, '0'+c/100)
		}
		if c >= 10 {
			b = append(b, '0'+c/10%10)
		}
		b = append(b, '0'+c%10)
	}
	return string(b)
}

// FormatAddress is an address of 4 or 16 octets as text.
func FormatAddress(p []byte) string {
	if len(p) == 4 {
		return formatIPv4(p)
	}
	return formatIPv6(p)
}

// formatIPv6 writes an address as RFC 5952 §4 has it: the first of the longest runs of two or more zeros is two colons.
func formatIPv6(p []byte) string {
	run, length := -1, 1
	for i := 0; i+1 < len(p); i += 2 {
		n := 0
		for i+2*n+1 < len(p) && p[i+2*n]|p[i+2*n+1] == 0 {
			n++
		}
		if n > length {
			run, length = i, n
		}
	}
	var b []byte
	for i := 0; i+1 < len(p); i += 2 {
		if i == run {
			b = append(b, ':', ':')
			i += 2 * (length - 1)
			continue
		}
		if i > 0 && b[len(b)-1] != ':' {
			b = append(b, ':')
		}
		b = strconv.AppendUint(b, uint64(p[i])<<8|uint64(p[i+1]), 16)
	}
	return string(b)
}

// CanonicalAddress is an address in the one form in which it is compared: for IPv6 that of RFC 5952. ok is false where the text
// is no address.
func CanonicalAddress(s string) (address string, ok bool) {
	p, ok := ParseAddress(s)
	if !ok {
		return s, false
	}
	return FormatAddress(p), true
}

// IsIPv6 says that an address in its canonical form is one of IPv6.
func IsIPv6(address string) bool { return strings.IndexByte(address, ':') >= 0 }

// tagIPv6 begins the address literals of IPv6.
const tagIPv6 = "IPv6:"

// Literal is an address as a mail domain: "[192.0.2.1]" or "[IPv6:2001:db8::1]" (RFC 5321 §4.1.3).
func Literal(address string) string {
	if IsIPv6(address) {
		return "[" + tagIPv6 + address + "]"
	}
	return "[" + address + "]"
}

// LiteralAddress is the address that an address literal stands for, in its canonical form, and false where it is none.
func LiteralAddress(domain string) (address string, ok bool) {
	if len(domain) < 2 || domain[0] != '[' || domain[len(domain)-1] != ']' {
		return "", false
	}
	inner := domain[1 : len(domain)-1]
	if n := len(tagIPv6); len(inner) > n && strings.EqualFold(inner[:n], tagIPv6) {
		address, ok = CanonicalAddress(inner[n:])
		return address, ok && IsIPv6(address)
	}
	_, ok = ParseIPv4(inner)
	return inner, ok
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
