package smtp

import (
	"bytes"
	"strings"
)

// domainOrLiteral takes Domain / address-literal.
func (p *parser) domainOrLiteral(reply ReplyID) bool {
	if p.at() == '[' {
		return p.addressLiteral(reply)
	}
	return p.domain(reply)
}

// domain takes sub-domain *("." sub-domain).
func (p *parser) domain(reply ReplyID) bool {
	start := p.pos
	for {
		label := p.wide(ldh)
		if len(label) == 0 {
			return p.fail(termDomain, reply)
		}
		if label[0] == '-' {
			return p.failAt(p.pos-len(label), termDomain, reply)
		}
		if label[len(label)-1] == '-' {
			return p.failAt(p.pos-1, termDomain, reply)
		}
		if !p.octet('.') {
			break
		}
	}
	if !p.end() && strings.IndexByte(" >,:", p.at()) < 0 {
		return p.fail(termDomain, reply)
	}
	if p.pos-start > maxDomain {
		return p.failAt(start, termDomainLimit, reply)
	}
	return true
}

// addressLiteral takes "[" ( IPv4 / "IPv6:" IPv6 / tag ":" 1*dcontent ) "]" (RFC 5321 §4.1.3).
func (p *parser) addressLiteral(reply ReplyID) bool {
	n := bytes.IndexByte(p.line[p.pos:], ']')
	if n < 0 || !isAddress(string(p.line[p.pos+1:p.pos+n])) {
		return p.fail(termAddressLiteral, reply)
	}
	p.pos += n + 1
	return true
}

func isAddress(s string) bool {
	tag, rest, tagged := strings.Cut(s, ":")
	if !tagged {
		return isIPv4(s)
	}
	if strings.EqualFold(tag, "IPv6") {
		return isIPv6(rest)
	}
	if tag == "" || rest == "" || tag[len(tag)-1] == '-' {
		return false
	}
	for i := range len(tag) {
		if !isLdh(tag[i]) {
			return false
		}
	}
	for i := range len(rest) {
		if c := rest[i]; !isPrintable(c) || c == ' ' || c == '[' || c == '\\' || c == ']' {
			return false
		}
	}
	return true
}

// isIPv4 checks Snum 3("." Snum).
func isIPv4(s string) bool {
	n := 0
	for num := range strings.SplitSeq(s, ".") {
		n++
		value := 0
		for i := range len(num) {
			if !isDigit(num[i]) {
				return false
			}
			value = value*10 + int(num[i]-'0')
		}
		if len(num) < 1 || len(num) > 3 || value > 255 {
			return false
		}
	}
	return n == 4
}

// isIPv6 checks IPv6-full / IPv6-comp / IPv6v4-full / IPv6v4-comp.
func isIPv6(s string) bool {
	groups := 8
	// An IPv4 address at the end stands for two groups.
	if i := strings.LastIndexByte(s, ':'); strings.IndexByte(s, '.') >= 0 {
		if i < 0 || !isIPv4(s[i+1:]) {
			return false
		}
		groups = 6
		if s = s[:i+1]; !strings.HasSuffix(s, "::") {
			s = s[:i]
		}
	}
	before, after, compressed := strings.Cut(s, "::")
	if !compressed {
		return hexGroups(s) == groups
	}
	// The "::" stands for at least two groups.
	a, b := 0, 0
	if before != "" {
		a = hexGroups(before)
	}
	if after != "" {
		b = hexGroups(after)
	}
	return a >= 0 && b >= 0 && a+b <= groups-2
}

// hexGroups counts the groups of IPv6-hex *(":" IPv6-hex), and returns -1 where there is anything else.
func hexGroups(s string) int {
	n := 0
	for g := range strings.SplitSeq(s, ":") {
		if len(g) < 1 || len(g) > 4 {
			return -1
		}
		for i := range len(g) {
			if c := g[i] | 0x20; !isDigit(g[i]) && (c < 'a' || c > 'f') {
				return -1
			}
		}
		n++
	}
	return n
}
