package smtp

import (
	"bytes"
	"strings"

	"ehlo/sim/machine"
)

// The longest parts of a path in octets (RFC 5321 §4.5.3.1.1 to §4.5.3.1.3).
const (
	maxLocalPart = 64
	maxDomain    = 255
	maxPath      = 256
)

// parser reads one command line without its end. The first fault stops it: every method that reads returns false then.
type parser struct {
	line  []byte
	pos   int
	verb  machine.Verb
	err   *SyntaxError
	note  bool // keep spans
	spans []machine.Span
}

// fail notes where the line goes wrong and what should stand there.
func (p *parser) fail(want term, reply ReplyID) bool { return p.failAt(p.pos, want, reply) }

func (p *parser) failAt(pos int, want term, reply ReplyID) bool {
	if p.err == nil {
		p.err = &SyntaxError{Verb: p.verb, Pos: pos, Want: terms[want].id, Reply: reply}
	}
	return false
}

// span names the octets from start to where the parser is.
func (p *parser) span(start int, t term) {
	if p.note {
		p.spans = append(p.spans, machine.Span{Start: start, End: p.pos, Term: terms[t].id, Ref: terms[t].ref})
	}
}

func (p *parser) end() bool { return p.pos == len(p.line) }

// at returns the octet at the parser's place, and 0 at the end.
func (p *parser) at() byte {
	if p.end() {
		return 0
	}
	return p.line[p.pos]
}

// octet takes one given octet.
func (p *parser) octet(c byte) bool {
	if p.at() != c || p.end() {
		return false
	}
	p.pos++
	return true
}

// keyword takes letters in any case.
func (p *parser) keyword(word string) bool {
	rest := p.line[p.pos:]
	if len(rest) < len(word) || !strings.EqualFold(string(rest[:len(word)]), word) {
		return false
	}
	p.pos += len(word)
	return true
}

// while takes the octets that belong to a class.
func (p *parser) while(is func(byte) bool) []byte {
	start := p.pos
	for !p.end() && is(p.line[p.pos]) {
		p.pos++
	}
	return p.line[start:p.pos]
}

// argument takes the space behind a verb and the word with which its argument begins.
func (p *parser) argument(word string, t term) bool {
	if !p.octet(' ') {
		return p.fail(termSpace, ReplySyntax)
	}
	start := p.pos
	if !p.keyword(word) {
		return p.fail(t, ReplySyntax)
	}
	p.span(start, t)
	return true
}

// noArgument takes the end of a command that has no parameters (RFC 5321 §4.1.1).
func (p *parser) noArgument() bool {
	return p.end() || p.fail(termNoArgument, ReplySyntax)
}

// path takes "<" [ A-d-l ":" ] Mailbox ">"; the source route is read and dropped (RFC 5321 §4.1.1.3).
func (p *parser) path(reply ReplyID) (path Path, route, ok bool) {
	start := p.pos
	if !p.octet('<') {
		return Path{}, false, p.fail(termOpen, ReplySyntax)
	}
	if route = p.at() == '@'; route && !p.sourceRoute(reply) {
		return Path{}, false, false
	}
	if path, ok = p.mailbox(); !ok {
		p.err.Reply = reply
		return Path{}, false, false
	}
	if !p.octet('>') {
		return Path{}, false, p.fail(termClose, reply)
	}
	if p.pos-start > maxPath {
		return Path{}, false, p.failAt(start, termPathLimit, reply)
	}
	return path, route, true
}

// sourceRoute takes At-domain *( "," At-domain ) ":".
func (p *parser) sourceRoute(reply ReplyID) bool {
	for {
		if !p.octet('@') {
			return p.fail(termRoute, reply)
		}
		if !p.domain(reply) {
			return false
		}
		if p.octet(':') {
			return true
		}
		if !p.octet(',') {
			return p.fail(termRoute, reply)
		}
	}
}

// mailbox takes Local-part "@" ( Domain / address-literal ).
func (p *parser) mailbox() (Path, bool) {
	local, ok := p.localPart()
	if !ok {
		return Path{}, false
	}
	if !p.octet('@') {
		return Path{}, p.fail(termAt, ReplySyntax)
	}
	start := p.pos
	if !p.domainOrLiteral(ReplySyntax) {
		return Path{}, false
	}
	return Path{Local: local, Domain: string(p.line[start:p.pos])}, true
}

// localPart takes Dot-string / Quoted-string and returns it without quotes.
func (p *parser) localPart() (string, bool) {
	start := p.pos
	var local []byte
	if p.at() == '"' {
		var ok bool
		if local, ok = p.quotedString(); !ok {
			return "", false
		}
	} else {
		for {
			if len(p.while(isAtext)) == 0 {
				return "", p.fail(termLocalPart, ReplySyntax)
			}
			if !p.octet('.') {
				break
			}
		}
		local = p.line[start:p.pos]
	}
	if p.pos-start > maxLocalPart {
		return "", p.failAt(start, termLocalPartLimit, ReplySyntax)
	}
	return string(local), true
}

// quotedString takes DQUOTE *QcontentSMTP DQUOTE and returns what it stands for.
func (p *parser) quotedString() ([]byte, bool) {
	p.pos++
	var text []byte
	for !p.end() {
		c := p.line[p.pos]
		switch {
		case c == '"':
			p.pos++
			return text, true
		case c == '\\' && p.pos+1 < len(p.line) && isPrintable(p.line[p.pos+1]):
			p.pos++
			c = p.line[p.pos]
		case c == '\\' || !isPrintable(c):
			return nil, p.fail(termQuotedString, ReplySyntax)
		}
		text = append(text, c)
		p.pos++
	}
	return nil, p.fail(termQuotedString, ReplySyntax)
}

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
		label := p.while(isLdh)
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

func isDigit(c byte) bool     { return '0' <= c && c <= '9' }
func isAlpha(c byte) bool     { return 'a' <= c|0x20 && c|0x20 <= 'z' }
func isLetDig(c byte) bool    { return isAlpha(c) || isDigit(c) }
func isLdh(c byte) bool       { return isLetDig(c) || c == '-' }
func isPrintable(c byte) bool { return ' ' <= c && c <= '~' }

// isAtext is RFC 5322's atext.
func isAtext(c byte) bool {
	return isLetDig(c) || strings.IndexByte("!#$%&'*+-/=?^_`{|}~", c) >= 0
}

// isValue is an octet of an esmtp-value.
func isValue(c byte) bool { return '!' <= c && c <= '~' && c != '=' }
