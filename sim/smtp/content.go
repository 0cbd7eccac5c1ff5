package smtp

import (
	"bytes"
	"math"
)

// MaxTextLine is the longest line of a message in octets with CR LF, without the dot that is doubled for transparency
// (RFC 5321 §4.5.3.1.6).
const MaxTextLine = 1000

// dots follows the octets of a message to the line with the lone dot that ends it: CR LF "." CR LF and nothing else
// (RFC 5321 §4.1.1.4). The zero value stands at the beginning of a line.
type dots struct {
	at      dotPlace
	lenient bool // LF alone is a line end as CR LF is
}

type dotPlace uint8

const (
	lineStart  dotPlace = iota // after CR LF
	afterDot                   // after CR LF "."
	afterDotCR                 // after CR LF "." CR
	inLine
	afterCR
)

// verdict is what one octet is.
type verdict uint8

const (
	isText     verdict = iota // an octet of the message
	isStuffing                // a dot at the start of a line; it is the transparency procedure's, or ends the message
	isHeldCR                  // a CR behind that dot: it may end the message
	isEnd                     // the LF that ends the message
	isBareCR                  // no LF follows the CR before this octet
	isBareLF                  // an LF without CR before it
)

// next judges one octet. After [isHeldCR] the CR belongs to the message unless [isEnd] follows at once.
func (d *dots) next(c byte) verdict {
	was := d.at
	switch {
	case was == lineStart && c == '.':
		d.at = afterDot
		return isStuffing
	case was == afterDot && c == '\r':
		d.at = afterDotCR
		return isHeldCR
	case c == '\n' && was == afterDotCR:
		d.at = lineStart
		return isEnd
	case c == '\n' && was == afterCR:
		d.at = lineStart
		return isText
	case c == '\n' && d.lenient:
		if d.at = lineStart; was == afterDot {
			return isEnd
		}
		return isBareLF
	case c == '\r':
		d.at = afterCR
	default:
		d.at = inLine
	}
	if was == afterCR || was == afterDotCR {
		if d.lenient {
			return isText
		}
		return isBareCR
	}
	if c == '\n' {
		return isBareLF
	}
	return isText
}

// content is a message that arrives.
type content struct {
	dots  dots
	text  []byte // without the stuffed dots
	line  int    // octets of the current line
	size  int64  // octets of the message, also of one that is too big to keep
	fault ReplyID
	bad   bool // fault refuses the message; its text is not kept
}

// take takes octets up to the end of the message, and says how many those were.
func (m *content) take(p []byte, maxSize int64) (n int, end bool) {
	if len(p) > 0 {
		m.expect(len(p), maxSize)
	}
	for n < len(p) {
		if m.dots.at == inLine || m.dots.at == lineStart && p[n] != '.' { // most octets are inside a line, which most often is here
			run := indexLineEnd(p[n:])
			whole := bytes.HasPrefix(p[n+run:], crlf)
			if whole {
				run += len(crlf)
			}
			m.add(p[n:n+run], maxSize)
			if n += run; whole {
				m.dots.at, m.line = lineStart, 0
				continue
			}
			if run > 0 {
				m.dots.at = inLine
			}
			if n == len(p) {
				break
			}
		}
		c := p[n]
		held := m.dots.at == afterDotCR
		v := m.dots.next(c)
		n++
		switch v {
		case isEnd:
			return n, true
		case isStuffing, isHeldCR:
			continue
		case isBareCR, isBareLF:
			if !m.dots.lenient {
				m.refuse(ReplyBareText)
			} else if !held {
				m.add(cr, maxSize)
			}
		}
		if held {
			m.add(cr, maxSize)
		}
		m.add(p[n-1:n], maxSize)
		if m.dots.at == lineStart {
			m.line = 0
		}
	}
	return n, false
}

var (
	cr   = []byte{'\r'}
	crlf = []byte("\r\n")
)

// takeChunk takes octets that BDAT announced: there are no dots in them that mean something, but a line ends with CR LF
// here too, since the message is no binary one (RFC 3030 §2).
func (m *content) takeChunk(p []byte, maxSize int64) {
	m.expect(len(p), maxSize)
	for n := 0; n < len(p); {
		run := p[n:]
		if run = run[:indexLineEnd(run)]; len(run) > 0 {
			m.bareCR()
			m.dots.at = inLine
			m.add(run, maxSize)
			if n += len(run); n == len(p) {
				return
			}
		}
		c := p[n]
		n++
		switch {
		case c == '\r':
			m.bareCR()
			m.dots.at = afterCR
		case m.dots.at == afterCR:
			m.dots.at = lineStart
		default:
			m.dots.at = lineStart
			if m.dots.lenient {
				m.add(cr, maxSize)
			} else {
				m.refuse(ReplyBareText)
			}
		}
		if m.add(p[n-1:n], maxSize); c == '\n' {
			m.line = 0
		}
	}
}

// bareCR refuses a CR without LF before the next octet.
func (m *content) bareCR() {
	if m.dots.at == afterCR && !m.dots.lenient {
		m.refuse(ReplyBareText)
	}
}

// finishChunks ends a message that came by BDAT. Its last line is ended where the client has not done so.
func (m *content) finishChunks(maxSize int64) {
	switch m.dots.at {
	case afterCR:
		m.bareCR()
	case inLine:
		m.add([]byte("\r\n"), maxSize)
	}
}

// add keeps octets of the message. Which limit they break first does not depend on how they were cut.
func (m *content) add(p []byte, maxSize int64) {
	line, size := int64(MaxTextLine-m.line), int64(math.MaxInt64) // what may still come
	if maxSize > 0 {
		size = maxSize - m.size
	}
	m.size += int64(len(p))
	m.line = min(m.line+len(p), MaxTextLine+1)
	switch n := int64(len(p)); {
	case n > size && size < line:
		m.refuse(ReplyTooBig)
	case n > line:
		m.refuse(ReplyTextLineTooLong)
	}
	if !m.bad {
		m.text = append(m.text, p...)
	}
}

// firstRoom is room for a small message, in octets.
const firstRoom = 1 << 10

// expect makes room for octets that have come and will be looked at, so that a small message needs one piece of memory.
func (m *content) expect(n int, maxSize int64) {
	if n = max(n, firstRoom); len(m.text) == 0 && cap(m.text) < n && !m.bad && (maxSize == 0 || int64(n) <= maxSize) {
		m.text = make([]byte, 0, n)
	}
}

// refuse notes the first reason why the message will be refused.
func (m *content) refuse(fault ReplyID) {
	if !m.bad {
		m.bad, m.fault, m.text = true, fault, nil
	}
}
