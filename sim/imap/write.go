package imap

import (
	"bytes"
	"strconv"
	"time"

	"ehlo/sim/store"
)

// quotable says whether a quoted string can hold s (RFC 3501 §9, QUOTED-CHAR).
func quotable[T string | []byte](s T) bool {
	for i := range len(s) {
		if c := s[i]; c == 0 || c == '\r' || c == '\n' || c > 0x7f {
			return false
		}
	}
	return true
}

func appendQuoted[T string | []byte](dst []byte, s T) []byte {
	dst = append(dst, '"')
	for i := range len(s) {
		if s[i] == '"' || s[i] == '\\' {
			dst = append(dst, '\\')
		}
		dst = append(dst, s[i])
	}
	return append(dst, '"')
}

func appendLiteralHead(dst []byte, n int) []byte {
	return append(strconv.AppendInt(append(dst, '{'), int64(n), 10), "}\r\n"...)
}

// appendLiteral writes octets as they are, but for NUL, which no literal may hold: it becomes 0x80 (RFC 3501 §9, CHAR8).
func appendLiteral[T string | []byte](dst []byte, octets T) []byte {
	dst = appendLiteralHead(dst, len(octets))
	from := len(dst)
	dst = append(dst, octets...)
	for p := dst[from:]; ; {
		i := bytes.IndexByte(p, 0)
		if i < 0 {
			return dst
		}
		p[i] = 0x80
		p = p[i+1:]
	}
}

// appendString writes a quoted string where that can hold s, else a literal.
func appendString[T string | []byte](dst []byte, s T) []byte {
	if quotable(s) {
		return appendQuoted(dst, s)
	}
	return appendLiteral(dst, s)
}

// appendNString writes NIL where ok is false.
func appendNString[T string | []byte](dst []byte, s T, ok bool) []byte {
	if !ok {
		return append(dst, "NIL"...)
	}
	return appendString(dst, s)
}

// appendAstring writes an atom where that can hold s, else a string.
func appendAstring(dst []byte, s string) []byte {
	if s != "" && all(s, charString) && !equalFold([]byte(s), "NIL") {
		return append(dst, s...)
	}
	return appendString(dst, s)
}

// appendFlags writes a flag list, with \Recent where the message is that.
func appendFlags(dst []byte, f store.Flags, recent bool) []byte {
	dst = append(dst, '(')
	n := len(dst)
	dst = f.Append(dst)
	if recent {
		if len(dst) > n {
			dst = append(dst, ' ')
		}
		dst = append(dst, `\Recent`...)
	}
	return append(dst, ')')
}

// appendDateTime writes a moment, given in seconds since 1970-01-01 UTC, as "17-Jul-1996 02:44:25 +0000" with its quotes
// (RFC 3501 §9, date-time).
func appendDateTime(dst []byte, unix int64) []byte {
	return time.Unix(unix, 0).UTC().AppendFormat(dst, `"_2-Jan-2006 15:04:05 -0700"`)
}
