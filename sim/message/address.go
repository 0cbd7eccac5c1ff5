package message

import "strings"

// Address is one address of a list, in the parts that IMAP's ENVELOPE gives (RFC 3501 §7.4.2). The start of a group has
// its name in Mailbox and no Host; its end has neither.
type Address struct {
	Name    string // display name as written, without quotes; encoded words are left (see [DecodeWords])
	Mailbox string // local part, without quotes
	Host    string
	Route   string // source route as in "@a.example,@b.example" (RFC 5322 §4.4)
}

// ParseAddressList reads the unfolded value of From, To, Cc and their like (RFC 5322 §3.4, with the obsolete syntax of
// §4.4). What is no address is passed over up to the next comma; an address without a domain comes with Host "".
func ParseAddressList(value string) []Address {
	p := addressParser{rest: value}
	var list []Address
	inGroup := false
	for {
		p.comment = ""
		switch p.space(); p.peek() {
		case 0:
			if inGroup {
				list = append(list, Address{})
			}
			return list
		case ',':
			p.take()
			continue
		case ';':
			p.take()
			if inGroup {
				list = append(list, Address{})
			}
			inGroup = false
			continue
		}
		phrase, name := p.words()
		switch p.peek() {
		case ':':
			p.take()
			if inGroup { // groups do not nest
				list = append(list, Address{})
			}
			list = append(list, Address{Mailbox: phrase})
			inGroup = true
		case '<':
			p.take()
			if a, ok := p.angle(); ok {
				a.Name = phrase
				list = append(list, a)
			}
			p.skip()
		case '@':
			p.take()
			p.space()
			a := Address{Mailbox: name, Host: p.domain()}
			p.space()
			a.Name = p.comment
			list = append(list, a)
			p.skip()
		default:
			if name != "" {
				list = append(list, Address{Mailbox: name, Name: p.comment})
			}
			p.skip()
		}
	}
}

// addressParser reads from the front of rest.
type addressParser struct {
	rest    string
	comment string // the last comment that was passed
}

func (p *addressParser) peek() byte {
	if p.rest == "" {
		return 0
	}
	return p.rest[0]
}

func (p *addressParser) take() byte {
	c := p.rest[0]
	p.rest = p.rest[1:]
	return c
}

// space passes white space and comments (RFC 5322 §3.2.2, CFWS).
func (p *addressParser) space() {
	for p.rest != "" {
		switch p.rest[0] {
		case ' ', '\t', '\r', '\n':
			p.take()
		case '(':
			p.comment = p.commentText()
		default:
			return
		}
	}
}

func (p *addressParser) commentText() string {
	var text []byte
	for depth := 0; p.rest != ""; {
		c := p.take()
		switch {
		case c == '\\' && p.rest != "":
			text = append(text, p.take())
			continue
		case c == '(':
			if depth++; depth == 1 {
				continue
			}
		case c == ')':
			if depth--; depth == 0 {
				return strings.TrimSpace(string(text))
			}
		}
		text = append(text, c)
	}
	return strings.TrimSpace(string(text))
}

// words reads atoms, dots and quoted strings up to a special. As a phrase they have one space where white space was
// (RFC 5322 §3.2.5), as a local part or domain none.
func (p *addressParser) words() (phrase, name string) {
	var text, tight []byte
	for gap := false; ; {
		before := len(p.rest)
		p.space()
		gap = gap || len(p.rest) < before
		c := p.peek()
		if c == 0 || strings.IndexByte(",:;<>@()[]", c) >= 0 {
			return string(text), string(tight)
		}
		if gap && len(text) > 0 {
			text = append(text, ' ')
		}
		gap = false
		word := p.rest[:1]
		if c == '"' {
			word = p.quoted()
		} else {
			p.take()
		}
		text, tight = append(text, word...), append(tight, word...)
	}
}

// quoted reads a quoted string and returns what it means (RFC 5322 §3.2.4).
func (p *addressParser) quoted() string {
	var text []byte
	for p.take(); p.rest != ""; {
		c := p.take()
		if c == '"' {
			break
		}
		if c == '\\' && p.rest != "" {
			c = p.take()
		}
		text = append(text, c)
	}
	return string(text)
}

// angle reads the inside of an angle-addr and its ">"; an empty one is no address.
func (p *addressParser) angle() (Address, bool) {
	var a Address
	p.space()
	if p.peek() == '@' { // obs-route
		end := strings.IndexAny(p.rest, ":>")
		if end >= 0 && p.rest[end] == ':' {
			a.Route = strings.ReplaceAll(p.rest[:end], " ", "")
			p.rest = p.rest[end+1:]
		}
	}
	_, a.Mailbox = p.words()
	if p.peek() == '@' {
		p.take()
		p.space()
		a.Host = p.domain()
	}
	if p.space(); p.peek() == '>' {
		p.take()
	}
	return a, a.Mailbox != "" || a.Host != ""
}

// domain reads a domain or a domain literal (RFC 5322 §3.4.1).
func (p *addressParser) domain() string {
	if p.peek() == '[' {
		end := strings.IndexByte(p.rest, ']') + 1
		if end == 0 {
			end = len(p.rest)
		}
		literal := p.rest[:end]
		p.rest = p.rest[end:]
		return literal
	}
	_, name := p.words()
	return name
}

// skip passes everything up to the comma or semicolon behind an address.
func (p *addressParser) skip() {
	for {
		p.space()
		switch p.peek() {
		case 0, ',', ';':
			return
		case '"':
			p.quoted()
		default:
			p.take()
		}
	}
}
