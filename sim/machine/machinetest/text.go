package machinetest

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// format writes octets as a line of a transcript.
func format(side string, octets []byte) string {
	text, ok := bytes.CutSuffix(octets, []byte("\r\n"))
	if !ok || !utf8.Valid(text) || bytes.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) }) ||
		bytes.HasSuffix(text, []byte(" ")) {
		return side + "-raw: " + strconv.Quote(string(octets))
	}
	if len(text) == 0 {
		return side + ":"
	}
	return side + ": " + string(text)
}

// unquote reads Go strings, each perhaps with `*n` behind it, and joins them.
func unquote(s string) ([]byte, error) {
	var octets []byte
	for s = strings.TrimSpace(s); s != ""; s = strings.TrimSpace(s) {
		quoted, err := strconv.QuotedPrefix(s)
		if err != nil {
			return nil, fmt.Errorf("no Go string at %q", s)
		}
		text, err := strconv.Unquote(quoted)
		if err != nil {
			return nil, fmt.Errorf("no Go string at %q", s)
		}
		s = s[len(quoted):]
		n := 1
		if rest, ok := strings.CutPrefix(s, "*"); ok {
			digits, _, _ := strings.Cut(rest, " ")
			if n, err = strconv.Atoi(digits); err != nil || n < 0 {
				return nil, fmt.Errorf("%q is no number of repetitions", digits)
			}
			s = rest[len(digits):]
		}
		octets = append(octets, strings.Repeat(text, n)...)
	}
	return octets, nil
}
