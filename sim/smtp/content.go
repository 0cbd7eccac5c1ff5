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
type dots struct{ at dotPlace }

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
	case c == '\r':
		d.at = afterCR
	default:
		d.at = inLine
	}
	if was == afterCR || was == afterDotCR {
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
	for n < len(p) {
		if m.dots.at == inLine { // most octets are inside a line
			run := p[n:]
			if i := bytes.IndexByte(run, '\n'); i >= 0 {
				run = run[:i]
			}
			if i := bytes.IndexByte(run, '\r'); i >= 0 {
				run = run[:i]
			}
			m.add(run, maxSize)
			if n += len(run); n == len(p) {
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
			m.refuse(ReplyBareText)
		}
		if held {
			m.add([]byte{'\r'}, maxSize)
		}
		m.add(p[n-1:n], maxSize)
		if m.dots.at == lineStart {
			m.line = 0
		}
	}
	return n, false
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

// refuse notes the first reason why the message will be refused.
func (m *content) refuse(fault ReplyID) {
	if !m.bad {
		m.bad, m.fault, m.text = true, fault, nil
	}
}
