// Package wire is what the mail protocols share below their grammar: lines that end in CR LF, limits on their length,
// and the transparency procedure for message text (RFC 5321 §4.5.2, RFC 1939 §3).
package wire

import "bytes"

// Lines cuts a stream into lines. The zero value has no limit; set Limit before the first Feed.
//
// A line ends with LF. Whether a CR stands before it is left to the caller, who sees the line with its end.
type Lines struct {
	Limit int // the longest line in octets with its end; 0 is no limit

	buf  []byte
	from int  // where the unread part of buf begins
	scan int  // up to where buf holds no LF
	skip bool // inside a line that was too long and whose beginning is gone
}

// Feed takes octets; the slice is the caller's again when it returns.
func (l *Lines) Feed(p []byte) {
	if l.from > 0 && l.from == len(l.buf) {
		l.buf, l.scan, l.from = l.buf[:0], 0, 0
	} else if l.from > 4096 && l.from > len(l.buf)/2 {
		n := copy(l.buf, l.buf[l.from:])
		l.buf, l.scan, l.from = l.buf[:n], l.scan-l.from, 0
	}
	if l.skip { // drop what belongs to the line that is too long
		i := bytes.IndexByte(p, '\n')
		if i < 0 {
			return
		}
		p = p[i:]
	}
	if l.buf == nil && len(p) < firstRoom {
		l.buf = make([]byte, 0, firstRoom)
	}
	l.buf = append(l.buf, p...)
}

// firstRoom is the least memory for what is fed, in octets: most lines, and replies of several, fit into it.
const firstRoom = 512

// Next takes the next complete line with its end. It is valid until the next Feed. tooLong says that the line was over
// the limit; then only its first octets and an LF are given, and the rest was dropped. ok is false where no line is
// complete.
func (l *Lines) Next() (line []byte, tooLong, ok bool) {
	rest := l.buf[l.from:]
	i := bytes.IndexByte(rest[l.scan-l.from:], '\n')
	if i < 0 {
		l.scan = len(l.buf)
		if l.Limit > 0 && len(rest) > l.Limit {
			l.buf = l.buf[:l.from+l.Limit]
			l.scan, l.skip = len(l.buf), true
		}
		return nil, false, false
	}
	end := l.scan - l.from + i + 1
	line = rest[:end]
	l.from += end
	l.scan = l.from
	if l.skip || l.Limit > 0 && end > l.Limit {
		l.skip = false
		if len(line) > l.Limit+1 {
			line = line[:l.Limit+1]
			line[l.Limit] = '\n'
		}
		return line, true, true
	}
	return line, false, true
}

// Take takes up to n octets as they are, for literals and BDAT. They are valid until the next Feed.
func (l *Lines) Take(n int) []byte {
	rest := l.buf[l.from:]
	p := rest[:min(n, len(rest))]
	l.from += len(p)
	l.scan = max(l.scan, l.from)
	return p
}

// Peek returns the octets that were fed and not taken; Take takes the first of them. They are valid until the next Feed.
func (l *Lines) Peek() []byte { return l.buf[l.from:] }

// Pending returns the number of octets that were fed and not taken.
func (l *Lines) Pending() int { return len(l.buf) - l.from }

// Reset drops what was fed and not taken.
func (l *Lines) Reset() { l.buf, l.from, l.scan, l.skip = l.buf[:0], 0, 0, false }

// Empty makes the lines of a new stream of those of another, in the same memory.
func (l *Lines) Empty() { *l = Lines{buf: Room(l.buf, 0)} }

// keptRoom is the most memory in octets that goes from one session to the next.
const keptRoom = 16 << 10

// Room is memory for at least n octets, that of a session before where it has as much and not too much; nil for none.
func Room(before []byte, n int) []byte {
	switch size := cap(before); {
	case size >= n && size <= keptRoom:
		return before[:0]
	case n == 0:
		return nil
	}
	return make([]byte, 0, n)
}

// Clone returns an independent copy.
func (l *Lines) Clone() Lines {
	c := *l
	c.buf = bytes.Clone(l.buf)
	return c
}

// TrimEnd returns a line without its CR LF or LF, and whether it ended in CR LF.
func TrimEnd(line []byte) (text []byte, crlf bool) {
	if n := len(line); n > 0 && line[n-1] == '\n' {
		if n > 1 && line[n-2] == '\r' {
			return line[:n-2], true
		}
		return line[:n-1], false
	}
	return line, false
}

// Unstuff returns a line of message text as it is stored: without the dot that the sender put before a leading one. end
// says that the line is the lone dot that ends the text (RFC 5321 §4.5.2, RFC 1939 §3).
func Unstuff(line []byte) (text []byte, end bool) {
	if len(line) == 0 || line[0] != '.' {
		return line, false
	}
	if string(line) == ".\r\n" {
		return nil, true
	}
	return line[1:], false
}

// AppendStuffed adds a whole message to dst as it crosses the wire: with a dot before each leading dot, the last line
// ended, and the lone dot after it.
func AppendStuffed(dst, message []byte) []byte {
	const dot = ".\r\n"
	if room := len(message) + len(message)/32 + 2*len(dot); cap(dst)-len(dst) < room {
		dst = append(make([]byte, 0, len(dst)+room), dst...)
	}
	for rest := message; len(rest) > 0; {
		n := bytes.IndexByte(rest, '\n') + 1
		if n == 0 {
			n = len(rest)
		}
		if rest[0] == '.' {
			dst = append(dst, '.')
		}
		dst = append(dst, rest[:n]...)
		rest = rest[n:]
	}
	if !bytes.HasSuffix(message, []byte("\r\n")) && len(message) > 0 {
		dst = append(dst, "\r\n"...)
	}
	return append(dst, dot...)
}
