package sasl

import (
	"math"
	"strconv"
	"strings"
)

// clientFirst reads client-first-message (RFC 5802 §7).
func (p *parser) clientFirst() {
	switch {
	case p.in == "" || strings.IndexByte("nyp", p.in[0]) < 0:
		p.fail(0, termFlag)
		return
	case p.in[0] == 'p':
		p.channelBinding()
	default:
		p.take(1, termFlag)
	}
	p.m.flag = p.in[0]
	p.mark(",", termComma)
	if strings.HasPrefix(p.rest(), "a=") {
		p.take(2, termAttribute)
		p.m.authzid = p.saslname(termAuthzid)
	}
	p.mark(",", termComma)
	p.m.gs2 = p.in[:p.pos]
	start := p.pos
	p.mandatory()
	if p.attribute('n', termAuthcid) {
		p.m.authcid = p.saslname(termAuthcid)
	}
	p.mark(",", termComma)
	p.nonce()
	p.extensions(0)
	p.m.bare = p.in[start:p.pos]
}

// channelBinding reads "p=" cb-name.
func (p *parser) channelBinding() {
	n := p.upTo(",")
	for i := range n {
		c := p.in[i]
		if i == 1 && c != '=' || i > 1 && !isAlpha(c) && (c < '0' || c > '9') && c != '.' && c != '-' {
			p.fail(i, termFlag)
		}
	}
	if n < 3 {
		p.fail(n, termFlag)
	}
	p.take(n, termFlag)
}

// serverFirst reads server-first-message (RFC 5802 §7).
func (p *parser) serverFirst() {
	p.mandatory()
	p.nonce()
	p.mark(",", termComma)
	if p.attribute('s', termSalt) {
		p.m.salt = p.base64(termSalt)
	}
	p.mark(",", termComma)
	if p.attribute('i', termIterations) {
		p.number()
	}
	p.extensions(0)
}

// clientFinal reads client-final-message (RFC 5802 §7).
func (p *parser) clientFinal() {
	if p.attribute('c', termBinding) {
		p.m.binding = p.base64(termBinding)
	}
	p.mark(",", termComma)
	p.nonce()
	p.extensions('p')
	if p.err == nil {
		p.m.bare = p.in[:p.pos]
	}
	p.mark(",", termComma)
	if p.attribute('p', termProof) {
		p.m.proof = p.base64(termProof)
	}
}

// serverFinal reads server-final-message (RFC 5802 §7).
func (p *parser) serverFinal() {
	if strings.HasPrefix(p.in, "e=") {
		p.take(2, termAttribute)
		p.m.fault = p.utf8Word(termServerError, ",\x00")
	} else if p.attribute('v', termSignature) {
		p.m.proof = p.base64(termSignature)
	}
	p.extensions(0)
}

// attribute reads the name of an attribute and "=".
func (p *parser) attribute(name byte, value term) bool {
	if p.err == nil && (len(p.rest()) < 2 || p.rest()[0] != name || p.rest()[1] != '=') {
		p.fail(p.pos, value)
	}
	if p.err != nil {
		return false
	}
	p.take(2, termAttribute)
	return true
}

// mandatory reads reserved-mext and its comma, where there is one.
func (p *parser) mandatory() {
	if p.err == nil && strings.HasPrefix(p.rest(), "m=") {
		p.m.extension = true
		p.utf8Word(termExtension, ",\x00")
		p.mark(",", termComma)
	}
}

// extensions reads extensions with the commas before them, up to the attribute that has to come last.
func (p *parser) extensions(last byte) {
	for p.err == nil && strings.HasPrefix(p.rest(), ",") {
		rest := p.rest()[1:]
		if last != 0 && len(rest) > 0 && rest[0] == last {
			return
		}
		p.take(1, termComma)
		if len(rest) < 3 || !isAlpha(rest[0]) || rest[1] != '=' || rest[2] == ',' {
			p.fail(p.pos, termExtension)
		}
		if p.err == nil && rest[0] == 'm' {
			p.m.extension = true
		}
		p.utf8Word(termExtension, ",\x00")
	}
}

// nonce reads r= and printable ASCII without a comma.
func (p *parser) nonce() {
	if !p.attribute('r', termNonce) {
		return
	}
	n := 0
	for n < len(p.rest()) && isNonce(p.rest()[n]) {
		n++
	}
	if n == 0 {
		p.fail(p.pos, termNonce)
	}
	p.m.nonce = p.take(n, termNonce)
	if p.err == nil && p.rest() != "" && p.rest()[0] != ',' {
		p.fail(p.pos, termNonce)
	}
}

// number reads posit-number. One beyond 31 bits is as good as the greatest: nobody accepts it.
func (p *parser) number() {
	n := p.upTo(",")
	digits := p.rest()[:n]
	for i := range n {
		if digits[i] < '0' || digits[i] > '9' {
			p.fail(p.pos+i, termIterations)
		}
	}
	if n == 0 || digits[0] == '0' {
		p.fail(p.pos, termIterations)
	}
	i, err := strconv.ParseInt(digits, 10, 32)
	if err != nil {
		i = math.MaxInt32
	}
	p.m.iterations = int(i)
	p.take(n, termIterations)
}

// base64 reads base64 up to a comma.
func (p *parser) base64(t term) []byte {
	start, n := p.pos, p.upTo(",")
	octets, err := Decode([]byte(p.rest()[:n]))
	if e, ok := err.(*Base64Error); ok {
		p.fail(start+e.Pos, t)
	}
	if n == 0 {
		p.fail(start, t)
	}
	p.take(n, t)
	return octets
}

// saslname reads a name in which "=2C" stands for a comma and "=3D" for "=".
func (p *parser) saslname(t term) string {
	start := p.pos
	name := p.utf8Word(t, ",\x00")
	for i := range len(name) {
		if name[i] == '=' && !strings.HasPrefix(name[i:], "=2C") && !strings.HasPrefix(name[i:], "=3D") {
			p.fail(start+i, termEscape)
			break
		}
	}
	return strings.ReplaceAll(strings.ReplaceAll(name, "=2C", ","), "=3D", "=")
}

// appendName appends a name as saslname.
func appendName(dst []byte, name string) []byte {
	for i := range len(name) {
		switch name[i] {
		case ',':
			dst = append(dst, "=2C"...)
		case '=':
			dst = append(dst, "=3D"...)
		default:
			dst = append(dst, name[i])
		}
	}
	return dst
}

func isNonce(c byte) bool { return c > ' ' && c < 0x7F && c != ',' }

func isAlpha(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }
