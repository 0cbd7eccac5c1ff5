package world

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"ehlo/sim/dns"
)

// isDomain says whether a text is a domain name as hosts have them (RFC 5321 §2.3.5, §4.1.2; RFC 1035 §2.3.1).
func isDomain(s string) bool {
	if len(s) > 253 {
		return false
	}
	for label := range strings.SplitSeq(s, ".") {
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' {
			return false
		}
		for i := range len(label) {
			if c := label[i]; c != '-' && !isLetter(c) && !isDigit(c) {
				return false
			}
		}
	}
	return !isIPv4(s)
}

// Network is the addresses that begin with the same bits.
type Network struct {
	Address string // its first one, in 4 or 16 octets
	Bits    int    // how many count
}

// ParseNetwork reads a network as "192.0.2.0/24" and "2001:db8::/32" write it, without bits behind those that count.
func ParseNetwork(s string) (Network, bool) {
	address, bits, found := strings.Cut(s, "/")
	n, err := strconv.ParseUint(bits, 10, 8)
	first, ok := dns.ParseAddress(address)
	if !found || err != nil || bits != strconv.FormatUint(n, 10) || !ok || int(n) > 8*len(first) {
		return Network{}, false
	}
	for bit := int(n); bit < 8*len(first); bit++ {
		if first[bit/8]<<(bit%8)&0x80 != 0 {
			return Network{}, false
		}
	}
	return Network{string(first), int(n)}, true
}

// Contains says whether an address is one of the network.
func (n Network) Contains(address string) bool {
	p, ok := dns.ParseAddress(address)
	if !ok || len(p) != len(n.Address) {
		return false
	}
	whole, rest := n.Bits/8, n.Bits%8
	return string(p[:whole]) == n.Address[:whole] && (rest == 0 || (p[whole]^n.Address[whole])>>(8-rest) == 0)
}

// isIPv4 says whether a text is an address of four numbers.
func isIPv4(s string) bool {
	parts := strings.Split(s, ".")
	return len(parts) == 4 && !slices.ContainsFunc(parts, func(p string) bool {
		if p == "" || len(p) > 3 || p[0] == '0' && p != "0" {
			return true
		}
		n := 0
		for i := range len(p) {
			if !isDigit(p[i]) {
				return true
			}
			n = n*10 + int(p[i]-'0')
		}
		return n > 255
	})
}

// cutAddress takes a mail address apart. The local part is an RFC 5321 §4.1.2 Dot-string; the domain is given in lower
// case.
func cutAddress(s string) (local, domain string, ok bool) {
	local, domain, _ = strings.Cut(s, "@")
	domain = strings.ToLower(domain)
	if len(local) > 64 || !isDomain(domain) {
		return local, domain, false
	}
	for atom := range strings.SplitSeq(local, ".") {
		if atom == "" {
			return local, domain, false
		}
		for i := range len(atom) {
			if c := atom[i]; !isLetter(c) && !isDigit(c) && !strings.ContainsRune("!#$%&'*+-/=?^_`{|}~", rune(c)) {
				return local, domain, false
			}
		}
	}
	return local, domain, true
}

// isFlag says whether a text is a flag that can be stored: one of the system flags, in any case, or a keyword, which is
// an atom (RFC 3501 §2.3.2, §9).
func isFlag(s string) bool {
	if slices.ContainsFunc(flags, func(f string) bool { return strings.EqualFold(f, s) }) {
		return true
	}
	for i := range len(s) {
		if c := s[i]; c <= ' ' || c >= 0x7f || strings.IndexByte(`(){%*"\]`, c) >= 0 {
			return false
		}
	}
	return s != ""
}

// isPassword says whether a text can be sent by PASS and by LOGIN: printable ASCII.
func isPassword(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] >= 0x7f {
			return false
		}
	}
	return s != ""
}

// isWords says whether a text is one line that is not empty.
func isWords(s string) bool {
	return strings.TrimSpace(s) != "" && len(s) <= 200 && !strings.ContainsFunc(s, func(r rune) bool {
		return r < ' ' || r == 0x7f || r == utf8.RuneError
	})
}

// isMessage says whether a text begins with a header field (RFC 5322 §2.2) and its lines are at most 998 octets long
// (RFC 5322 §2.1.1).
func isMessage(s string) bool {
	for line := range strings.SplitSeq(s, "\r\n") {
		if len(line) > 998 || strings.ContainsAny(line, "\r\x00") {
			return false
		}
	}
	name, _, found := strings.Cut(s, ":")
	return found && name != "" && !strings.ContainsFunc(name, func(r rune) bool { return r <= ' ' || r >= 0x7f })
}

// canonical returns a text with CR LF as every line end, the last line ended.
func canonical(s string) string {
	s = strings.ReplaceAll(s, "\r\n", "\n")
	if s != "" && !strings.HasSuffix(s, "\n") {
		s += "\n"
	}
	return strings.ReplaceAll(s, "\n", "\r\n")
}

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

func isDigit(c byte) bool { return '0' <= c && c <= '9' }
