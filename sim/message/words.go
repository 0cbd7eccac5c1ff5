package message

import (
	"encoding/base64"
	"strings"
)

// DecodeWords returns a value with its encoded words decoded (RFC 2047 §6) in the charsets of
// [ToUTF8]. What it cannot decode stays as it is written; octets that are no UTF-8 become U+FFFD.
func DecodeWords(value string) string {
	var out strings.Builder
	afterWord := false // white space between two encoded words is no part of the text
	for value != "" {
		i := strings.Index(value, "=?")
		if i < 0 {
			break
		}
		text, n, ok := decodeWord(value[i:])
		if !ok {
			out.WriteString(value[:i+2])
			value, afterWord = value[i+2:], false
			continue
		}
		if between := value[:i]; !afterWord || strings.Trim(between, " \t") != "" {
			out.WriteString(between)
		}
		out.WriteString(text)
		value, afterWord = value[i+n:], true
	}
	out.WriteString(value)
	return strings.ToValidUTF8(out.String(), "\uFFFD")
}

// decodeWord decodes the encoded word that s begins with; n is its length.
func decodeWord(s string) (text string, n int, ok bool) {
	parts := strings.SplitN(s[len("=?"):], "?", 4)
	if len(parts) < 4 || !strings.HasPrefix(parts[3], "=") || strings.ContainsAny(parts[0]+parts[2], " \t") {
		return "", 0, false
	}
	var octets []byte
	switch parts[1] {
	case "B", "b":
		var err error
		if octets, err = base64.StdEncoding.DecodeString(parts[2]); err != nil {
			return "", 0, false
		}
	case "Q", "q":
		if octets, ok = decodeQ(parts[2]); !ok {
			return "", 0, false
		}
	default:
		return "", 0, false
	}
	charset, _, _ := strings.Cut(parts[0], "*") // RFC 2231 §5: a language may follow
	text, ok = ToUTF8(charset, octets)
	return text, len("=??"+"??=") + len(parts[0]) + len(parts[1]) + len(parts[2]), ok
}

// decodeQ decodes the "Q" encoding (RFC 2047 §4.2).
func decodeQ(s string) ([]byte, bool) {
	var octets []byte
	for i := 0; i < len(s); i++ {
		switch c := s[i]; c {
		case '_':
			octets = append(octets, ' ')
		case '=':
			if i+2 >= len(s) {
				return nil, false
			}
			hi, lo := unhex(s[i+1]), unhex(s[i+2])
			if hi < 0 || lo < 0 {
				return nil, false
			}
			octets = append(octets, byte(hi<<4|lo))
			i += 2
		default:
			octets = append(octets, c)
		}
	}
	return octets, true
}

func unhex(c byte) int { return strings.IndexByte("0123456789ABCDEF", upper(c)) }

func upper(c byte) byte {
	if 'a' <= c && c <= 'z' {
		return c - ('a' - 'A')
	}
	return c
}
