package spf

import (
	"slices"
	"strconv"
	"strings"
)

// letters of macros; the last three only in explanations (RFC 7208 §7.2).
const (
	macroLetters   = "slodipvh"
	explainLetters = macroLetters + "crt"
	delimiters     = ".-+,/_="
)

// macro is what stands between the braces.
type macro struct {
	letter  byte
	keep    int // labels from the right, 0 for all
	reverse bool
	splits  string
	escape  bool
}

// cutMacro takes the macro at the beginning of a text that begins with "%{".
func cutMacro(text, letters string) (m macro, rest string, ok bool) {
	inside, rest, ok := strings.Cut(text[2:], "}")
	if !ok || inside == "" {
		return m, rest, false
	}
	m.letter = inside[0] | 0x20
	m.escape = inside[0] < 'a'
	if strings.IndexByte(letters, m.letter) < 0 {
		return m, rest, false
	}
	inside = inside[1:]
	digits := len(inside) - len(strings.TrimLeft(inside, "0123456789"))
	if digits > 0 {
		n, err := strconv.Atoi(inside[:digits])
		if err != nil || n == 0 {
			return m, rest, false
		}
		m.keep, inside = n, inside[digits:]
	}
	if inside != "" && inside[0]|0x20 == 'r' {
		m.reverse, inside = true, inside[1:]
	}
	if strings.Trim(inside, delimiters) != "" {
		return m, rest, false
	}
	if m.splits = inside; inside == "" {
		m.splits = "."
	}
	return m, rest, true
}

// validMacros says whether a text is a macro-string (RFC 7208 §7.1); an explanation may have spaces and more letters.
func validMacros(text string, explain bool) bool {
	letters := macroLetters
	if explain {
		letters = explainLetters
	}
	for text != "" {
		switch {
		case text[0] != '%':
			if text[0] < '!' && !(explain && text[0] == ' ') || text[0] > '~' {
				return false
			}
			text = text[1:]
		case len(text) > 1 && strings.IndexByte("%_-", text[1]) >= 0:
			text = text[2:]
		case len(text) > 1 && text[1] == '{':
			var ok bool
			if _, text, ok = cutMacro(text, letters); !ok {
				return false
			}
		default:
			return false
		}
	}
	return true
}

// expand replaces the macros of a macro-string. ok is false where an answer is missing. A name that becomes too long loses
// labels from the left (RFC 7208 §7.3).
func (c *check) expand(text, domain string, explain bool) (out string, ok bool) {
	var b strings.Builder
	ok = true
	for text != "" {
		i := strings.IndexByte(text, '%')
		if i < 0 {
			b.WriteString(text)
			break
		}
		b.WriteString(text[:i])
		text = text[i:]
		if text[1] == '{' {
			m, rest, _ := cutMacro(text, explainLetters)
			value, known := c.value(m.letter, domain)
			ok = ok && known
			b.WriteString(m.apply(value))
			text = rest
			continue
		}
		b.WriteString(map[byte]string{'%': "%", '_': " ", '-': "%20"}[text[1]])
		text = text[2:]
	}
	out = b.String()
	if !explain {
		out = strings.TrimSuffix(out, ".")
		for len(out) > 253 {
			if _, out, _ = strings.Cut(out, "."); out == "" {
				break
			}
		}
	}
	return out, ok
}

// value is what a letter stands for.
func (c *check) value(letter byte, domain string) (string, bool) {
	switch letter {
	case 's':
		return c.q.Local + "@" + c.q.Domain, true
	case 'l':
		return c.q.Local, true
	case 'o':
		return c.q.Domain, true
	case 'd':
		return domain, true
	case 'i', 'c':
		return dotted(c.q.Address), true
	case 'v':
		if len(c.q.Address) == 16 {
			return "ip6", true
		}
		return "in-addr", true
	case 'h':
		return c.q.Hello, true
	case 'r':
		return c.q.Receiver, true
	case 'p':
		names, _, ok := c.names(domain)
		if slices.Contains(names, domain) {
			return domain, ok
		}
		for _, n := range names {
			if strings.HasSuffix(n, "."+domain) {
				return n, ok
			}
		}
		if len(names) > 0 {
			return names[0], ok
		}
		return "unknown", ok
	}
	return "0", true // the time, which is of no use in a world
}

// apply cuts, turns and joins a value as the macro says.
func (m *macro) apply(value string) string {
	parts := strings.FieldsFunc(value, func(r rune) bool { return strings.ContainsRune(m.splits, r) })
	if m.reverse {
		slices.Reverse(parts)
	}
	if m.keep > 0 && m.keep < len(parts) {
		parts = parts[len(parts)-m.keep:]
	}
	joined := strings.Join(parts, ".")
	if !m.escape {
		return joined
	}
	var b strings.Builder
	for _, c := range []byte(joined) {
		if c|0x20 >= 'a' && c|0x20 <= 'z' || c >= '0' && c <= '9' || strings.IndexByte("-._~", c) >= 0 {
			b.WriteByte(c)
			continue
		}
		b.WriteString("%" + strings.ToUpper(strconv.FormatUint(uint64(c)|0x100, 16)[1:]))
	}
	return b.String()
}

// dotted is an address with dots: numbers, or for IPv6 each hexadecimal digit (RFC 7208 §7.3).
func dotted(addr []byte) string {
	var b []byte
	for i, c := range addr {
		if i > 0 {
			b = append(b, '.')
		}
		if len(addr) == 4 {
			b = strconv.AppendUint(b, uint64(c), 10)
			continue
		}
		b = strconv.AppendUint(b, uint64(c>>4), 16)
		b = strconv.AppendUint(append(b, '.'), uint64(c&15), 16)
	}
	return string(b)
}
