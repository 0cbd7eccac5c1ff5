package smtp

import (
	"bytes"
	"strings"
	"unicode/utf8"

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

	offered Extensions // whose parameters may stand in the line
	lenient Leniency   // forms that are taken besides those of the grammar
	used    Leniency   // which of them the line has
	utf8    int        // the octet behind the last character beyond ASCII in an address, 0 for none
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
	if n := len(word); len(rest) < n || string(rest[:n]) != word && !strings.EqualFold(string(rest[:n]), word) {
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

// wide takes the octets that belong to a class, and characters beyond ASCII (RFC 6531 §3.3).
func (p *parser) wide(set class) []byte {
	start := p.pos
	for !p.end() {
		if c := p.line[p.pos]; set.has(c) {
			p.pos++
		} else if c > '~' && p.wideRune() {
			p.pos = p.utf8
		} else {
			break
		}
	}
	return p.line[start:p.pos]
}

// wideRune says whether a character beyond ASCII that may be there stands at the parser's place, and notes where it ends.
// Those that are not seen may not.
func (p *parser) wideRune() bool {
	r, n := utf8.DecodeRune(p.line[p.pos:])
	if r < 0xA0 || r == utf8.RuneError || !p.offered.has(ExtSMTPUTF8) {
		return false
	}
	p.utf8 = p.pos + n
	return true
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
	if p.at() == ' ' && p.takes(LenientSpace) {
		p.while(func(c byte) bool { return c == ' ' })
	}
	return true
}

// pathAsTyped is what stands behind FROM: or TO:, up to a blank.
func (p *parser) pathAsTyped() []byte {
	_, path, _ := bytes.Cut(p.line, []byte(":"))
	path = bytes.TrimLeft(path, " ")
	return path[:wordLen(path)]
}

// noArgument takes the end of a command that has no parameters (RFC 5321 §4.1.1).
func (p *parser) noArgument() bool {
	return p.end() || p.fail(termNoArgument, ReplySyntax)
}

// path takes "<" [ A-d-l ":" ] Mailbox ">"; the source route is read and dropped (RFC 5321 §4.1.1.3).
func (p *parser) path(reply ReplyID) (path Path, route, ok bool) {
	start := p.pos
	open := p.octet('<')
	if !open && (p.end() || !p.takes(LenientBrackets)) {
		return Path{}, false, p.fail(termOpen, ReplySyntax)
	}
	if route = p.at() == '@'; route && !p.sourceRoute(reply) {
		return Path{}, false, false
	}
	if path, ok = p.mailbox(); !ok {
		p.err.Reply = reply
		return Path{}, false, false
	}
	if !p.octet('>') && (open || !p.end() && p.at() != ' ') {
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
	local, domain, ok := p.mailboxParts()
	if !ok {
		return Path{}, false
	}
	return Path{Local: string(local), Domain: string(p.line[domain:p.pos])}, true
}

// mailboxParts takes a mailbox, and says what its local part is and where its domain begins, which ends where the parser is.
func (p *parser) mailboxParts() (local []byte, domain int, ok bool) {
	if local, ok = p.localPart(); !ok {
		return nil, 0, false
	}
	if !p.octet('@') {
		return nil, 0, p.fail(termAt, ReplySyntax)
	}
	domain = p.pos
	return local, domain, p.domainOrLiteral(ReplySyntax)
}

// localPart takes Dot-string / Quoted-string and returns it without quotes.
func (p *parser) localPart() ([]byte, bool) {
	start := p.pos
	var local []byte
	if p.at() == '"' {
		var ok bool
		if local, ok = p.quotedString(); !ok {
			return nil, false
		}
	} else {
		for {
			if len(p.wide(atext)) == 0 {
				return nil, p.fail(termLocalPart, ReplySyntax)
			}
			if !p.octet('.') {
				break
			}
		}
		local = p.line[start:p.pos]
	}
	if p.pos-start > maxLocalPart {
		return nil, p.failAt(start, termLocalPartLimit, ReplySyntax)
	}
	return local, true
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
		case c > '~' && p.wideRune():
			text = append(text, p.line[p.pos:p.utf8]...)
			p.pos = p.utf8
			continue
		case c == '\\' || !isPrintable(c):
			return nil, p.fail(termQuotedString, ReplySyntax)
		}
		text = append(text, c)
		p.pos++
	}
	return nil, p.fail(termQuotedString, ReplySyntax)
}

func isBlank(c byte) bool     { return c == ' ' || c == '\t' }
func isDigit(c byte) bool     { return '0' <= c && c <= '9' }
func isAlpha(c byte) bool     { return 'a' <= c|0x20 && c|0x20 <= 'z' }
func isLetDig(c byte) bool    { return isAlpha(c) || isDigit(c) }
func isLdh(c byte) bool       { return ldh.has(c) }
func isPrintable(c byte) bool { return ' ' <= c && c <= '~' }

// class is a class of octets of ASCII, a bit for each.
type class struct{ low, high uint64 }

func (o class) has(c byte) bool { return c < 64 && o.low>>c&1 != 0 || c >= 64 && o.high>>(c-64)&1 != 0 }

var (
	// atext is RFC 5322's: letters, digits, and !#$%&'*+-/=?^_`{|}~.
	atext = class{0xA3FFACFA00000000, 0x7FFFFFFFC7FFFFFE}
	// ldh is letters, digits and "-".
	ldh = class{0x03FF200000000000, 0x07FFFFFE07FFFFFE}
)

func isAtext(c byte) bool { return atext.has(c) }

// isValue is an octet of an esmtp-value.
func isValue(c byte) bool { return '!' <= c && c <= '~' && c != '=' }
