package imap

import (
	"encoding/base64"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// utf7 is the base64 of modified UTF-7, with "," in the place of "/" and without "=" (RFC 3501 §5.1.3).
var utf7 = base64.NewEncoding("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,").WithPadding(base64.NoPadding).Strict()

// EncodeUTF7 is a mailbox name as the wire carries it before UTF-8 is agreed on: modified UTF-7 (RFC 3501 §5.1.3).
func EncodeUTF7(name string) string {
	if printableASCII(name) && !strings.Contains(name, "&") {
		return name
	}
	var out, shifted []byte
	flush := func() {
		if len(shifted) > 0 {
			out = append(utf7.AppendEncode(append(out, '&'), shifted), '-')
			shifted = shifted[:0]
		}
	}
	for _, r := range name {
		switch {
		case r == '&':
			flush()
			out = append(out, "&-"...)
		case r >= ' ' && r <= '~':
			flush()
			out = append(out, byte(r))
		default:
			for _, u := range utf16.AppendRune(nil, r) {
				shifted = append(shifted, byte(u>>8), byte(u))
			}
		}
	}
	flush()
	return string(out)
}

// DecodeUTF7 reads modified UTF-7. pos is the octet at which it goes wrong, or -1: an octet that is not printable ASCII,
// base64 that is not closed, encodes what needs no encoding, or is no UTF-16 (RFC 3501 §5.1.3).
func DecodeUTF7(wire string) (name string, pos int) {
	if printableASCII(wire) && !strings.Contains(wire, "&") {
		return wire, -1
	}
	var out []byte
	for i := 0; i < len(wire); {
		c := wire[i]
		if c < ' ' || c > '~' {
			return "", i
		}
		if c != '&' {
			out = append(out, c)
			i++
			continue
		}
		n := strings.IndexByte(wire[i:], '-')
		switch {
		case n < 0:
			return "", i
		case n == 1:
			out = append(out, '&')
		default:
			text, ok := decodeShifted(wire[i+1 : i+n])
			if !ok || strings.HasPrefix(wire[i+n+1:], "&") && !strings.HasPrefix(wire[i+n+1:], "&-") {
				return "", i
			}
			out = append(out, text...)
		}
		i += n + 1
	}
	return string(out), -1
}

// decodeShifted reads what stands between "&" and "-".
func decodeShifted(text string) (string, bool) {
	octets, err := utf7.DecodeString(text)
	if err != nil || len(octets)%2 != 0 {
		return "", false
	}
	units := make([]uint16, len(octets)/2)
	for i := range units {
		units[i] = uint16(octets[2*i])<<8 | uint16(octets[2*i+1])
	}
	runes := utf16.Decode(units)
	back := utf16.Encode(runes)
	for i := range units {
		if back[i] != units[i] || units[i] >= ' ' && units[i] <= '~' {
			return "", false // half a surrogate pair, or a character that stands for itself
		}
	}
	return string(runes), true
}

func printableASCII(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// mailbox reads a mailbox's name as people know it, in UTF-8.
func (s *scanner) mailbox(t term) string {
	start := s.pos
	return canonicalMailbox(s.named(start, t, s.astring(t)))
}

// named turns a name from the wire into the one that people know.
func (s *scanner) named(start int, t term, name string) string {
	if s.bad || s.utf8 && !s.note {
		if !s.bad && !utf8.ValidString(name) {
			s.failAt(start, t, ReplyMailboxName)
		}
		return name
	}
	decoded, pos := DecodeUTF7(name)
	if pos < 0 {
		return decoded
	}
	if s.note { // nobody who explains a line knows what was agreed on
		return name
	}
	s.failAt(start, t, ReplyMailboxName)
	return ""
}

// pattern reads a LIST pattern as people know it. What is no modified UTF-7 in it matches as it is.
func (s *scanner) pattern(t term) string {
	p := s.listMailbox(t)
	if decoded, pos := DecodeUTF7(p); pos < 0 && !s.utf8 {
		return decoded
	}
	return p
}

// mailbox writes a mailbox's name.
func (e *encoder) mailbox(name string) { e.astring(e.wireName(name)) }

// pattern writes a LIST pattern.
func (e *encoder) pattern(p string) {
	if p == "" {
		e.text(`""`)
		return
	}
	e.listMailbox(e.wireName(p))
}

func (e *encoder) wireName(name string) string {
	if e.utf8 {
		return name
	}
	return EncodeUTF7(name)
}

// appendMailbox writes a mailbox's name into a response.
func (s *Server) appendMailbox(dst []byte, name string) []byte {
	if !s.unicode() {
		return appendAstring(dst, EncodeUTF7(name))
	}
	if printableASCII(name) || !utf8.ValidString(name) {
		return appendAstring(dst, name)
	}
	return appendQuoted(dst, name)
}
