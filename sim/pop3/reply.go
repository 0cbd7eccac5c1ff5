package pop3

import (
	"bytes"
	"strconv"
	"strings"

	"ehlo/sim/trace"
	"ehlo/sim/wire"
)

// statusOf returns the status indicator of a reply's class (RFC 1939 §3).
func statusOf(c trace.Class) string {
	if c == trace.ClassOK {
		return "+OK"
	}
	return "-ERR"
}

// parseStatus reads the first line of a reply. start is where the text behind the status indicator begins; ok is false
// where there is no status indicator, which stands in upper case (RFC 1939 §3).
func parseStatus(line []byte) (class trace.Class, start int, ok bool) {
	text, _ := wire.TrimEnd(line)
	for _, c := range [...]trace.Class{trace.ClassOK, trace.ClassPermanent} {
		status := statusOf(c)
		if !bytes.HasPrefix(text, []byte(status)) {
			continue
		}
		switch n := len(status); {
		case len(text) == n:
			return c, n, true
		case text[n] == ' ':
			return c, n + 1, true
		}
	}
	return trace.ClassNone, 0, false
}

// isChallenge says whether a line of the server goes on with an exchange (RFC 1734 §2).
func isChallenge(line []byte) bool {
	return len(line) > 1 && line[0] == '+' && (line[1] == ' ' || line[1] == '\r')
}

// challengeText is what stands behind the "+ " of such a line.
func challengeText(line []byte) []byte {
	text, _ := wire.TrimEnd(line)
	return text[min(len(text), 2):]
}

// parseCode finds the extended response code at the beginning of a reply's text: its octets without the brackets, in
// capitals, "" where there is none (RFC 2449 §8).
func parseCode(text []byte) string {
	i := bytes.IndexByte(text, ']')
	if i < 2 || text[0] != '[' {
		return ""
	}
	for _, c := range text[1:i] {
		if c <= ' ' || c > '~' {
			return ""
		}
	}
	return strings.ToUpper(string(text[1:i]))
}

// timestampOf finds the timestamp in a greeting: what stands in angle brackets, with an @ in it (RFC 1939 §7, RFC 822
// §6.1).
func timestampOf(text []byte) (start, end int, ok bool) {
	start = bytes.IndexByte(text, '<')
	if start < 0 {
		return 0, 0, false
	}
	end = start + bytes.IndexByte(text[start:], '>') + 1
	return start, end, end > start && bytes.IndexByte(text[start:end], '@') > 0 && bytes.IndexByte(text[start:end], ' ') < 0
}

// parseUniqueID reads a unique-id listing: a message-number and octets of printable ASCII. RFC 1939 §7 allows 70
// of them; a few more are let pass.
func parseUniqueID(text []byte) (u UniqueID, space int, ok bool) {
	space = bytes.IndexByte(text, ' ')
	if space < 0 {
		return u, 0, false
	}
	n, err := strconv.ParseUint(string(text[:space]), 10, 31)
	id := text[space+1:]
	for _, c := range id {
		if c < '!' || c > '~' {
			return u, 0, false
		}
	}
	return UniqueID{int(n), string(id)}, space, err == nil && len(id) > 0
}

// parseNumbers reads two numbers with one space between them, as drop listings and scan listings have them (RFC 1939
// §5). What follows them behind a space belongs to no standard and is let pass.
func parseNumbers(text []byte) (a int, b int64, ends [2]int, ok bool) {
	first := bytes.IndexByte(text, ' ')
	if first < 0 {
		return 0, 0, ends, false
	}
	second := len(text)
	if i := bytes.IndexByte(text[first+1:], ' '); i >= 0 {
		second = first + 1 + i
	}
	n, err1 := strconv.ParseUint(string(text[:first]), 10, 31)
	octets, err2 := strconv.ParseUint(string(text[first+1:second]), 10, 63)
	return int(n), int64(octets), [2]int{first, second}, err1 == nil && err2 == nil
}
