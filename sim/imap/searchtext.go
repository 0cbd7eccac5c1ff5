package imap

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"ehlo/sim/message"
)

// read says whether a message fulfils a criterion that is about its octets.
func (c *criterion) read(m *fetched) bool {
	switch c.name {
	case BodyKey:
		return m.root().holds(c.text, false)
	case TextKey:
		return m.root().holds(c.text, true)
	case SentBeforeKey, SentOnKey, SentSinceKey:
		value, _ := message.Get(header(m.content), "Date")
		unix, zone, ok := message.ParseDate(value)
		return ok && c.within(unix+int64(zone))
	}
	addresses := c.name == BccKey || c.name == CcKey || c.name == FromKey || c.name == ToKey
	return anyField(header(m.content), c.field, func(value []byte) bool {
		return c.text == "" || valueHolds(value, c.text) || addresses && addressHolds(value, c.text)
	})
}

// addressHolds says whether an address of a field holds a text where it is written with comments, white space or quotes that
// do not belong to it: the envelope counts (RFC 3501 §6.4.4).
func addressHolds(value []byte, text string) bool {
	if bytes.IndexByte(value, '@') < 0 || bytes.IndexByte(value, '(') < 0 && bytes.IndexByte(value, '"') < 0 && !bytes.Contains(value, []byte(" @")) &&
		!bytes.Contains(value, []byte("@ ")) && !bytes.Contains(value, []byte("@\r")) {
		return false
	}
	for _, a := range message.ParseAddressList(message.Unfold(value)) {
		if a.Host != "" && holdsFold([]byte(a.Mailbox+"@"+a.Host), text) {
			return true
		}
	}
	return false
}

// anyField says whether a field has a raw value that is wanted; its name is given in capital letters.
func anyField(head []byte, name string, wanted func(value []byte) bool) bool {
	for len(head) > 0 {
		end := message.FieldEnd(head, 0)
		field := head[:end]
		head = head[end:]
		if len(field) > len(name) && equalFold(field[:len(name)], name) {
			if rest := bytes.TrimLeft(field[len(name):], " \t"); len(rest) > 0 && rest[0] == ':' && wanted(rest[1:]) {
				return true
			}
		}
	}
	return false
}

// valueHolds says whether a field's value, unfolded and with its encoded words decoded, holds a text.
func valueHolds(value []byte, text string) bool {
	value = bytes.TrimSpace(value)
	if bytes.IndexByte(value, '\n') < 0 && !bytes.Contains(value, []byte("=?")) {
		return holdsFold(value, text)
	}
	return holdsFold([]byte(message.DecodeWords(message.Unfold(value))), text)
}

// holds says whether a part's text holds a text, or that of a part in it; the header of a message in it is its text. With
// head, its own header and those of its parts count too.
func (e *entity) holds(text string, head bool) bool {
	if head && e.headHolds(text) {
		return true
	}
	for i := range e.parts {
		if e.parts[i].holds(text, head) {
			return true
		}
	}
	switch {
	case e.parts != nil:
		return false
	case e.message != nil:
		return e.message.headHolds(text) || e.message.holds(text, head)
	case e.mediaType != "TEXT":
		return false
	}
	decoded, ok := e.text()
	if !ok { // a charset that nobody knows: its octets may be the text all the same
		octets, _ := e.decoded()
		return holdsFold(octets, text)
	}
	return holdsFold([]byte(decoded), text)
}

func (e *entity) headHolds(text string) bool {
	for head := e.header; len(head) > 0; {
		end := message.FieldEnd(head, 0)
		if valueHolds(head[:end], text) {
			return true
		}
		head = head[end:]
	}
	return false
}

// holdsFold says whether octets hold a text, which is in small letters, in any case.
func holdsFold(octets []byte, text string) bool {
	if text == "" {
		return true
	}
	for i := range len(text) {
		if text[i] >= utf8.RuneSelf {
			return strings.Contains(strings.ToLower(string(octets)), text)
		}
	}
	small, large := text[0], text[0]
	if 'a' <= small && small <= 'z' {
		large -= 'a' - 'A'
	}
	end := len(octets) - len(text) + 1
	next := func(from int, c byte) int {
		if i := bytes.IndexByte(octets[min(from, max(end, 0)):max(end, 0)], c); i >= 0 {
			return from + i
		}
		return end
	}
	s, l := next(0, small), end
	if large != small {
		l = next(0, large)
	}
	for {
		i := min(s, l)
		switch {
		case i >= end:
			return false
		case startsFold(octets[i:], text):
			return true
		case i == s:
			s = next(i+1, small)
		default:
			l = next(i+1, large)
		}
	}
}

// startsFold says whether octets begin with a text in small ASCII letters, in any case.
func startsFold(octets []byte, text string) bool {
	for i := range len(text) {
		c := octets[i]
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		if c != text[i] {
			return false
		}
	}
	return true
}
