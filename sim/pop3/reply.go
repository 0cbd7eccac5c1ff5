package pop3

import (
	"bytes"
	"strconv"

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
