package trace

import (
	"strconv"
	"strings"
)

// Envelope is what MAIL and RCPT said: addresses without angle brackets, the null reverse-path as "".
type Envelope struct {
	From string
	To   []string
}

// Append adds the encoding: the reverse-path and each forward-path on a line of its own.
func (e Envelope) Append(dst []byte) []byte {
	dst = append(dst, e.From...)
	for _, to := range e.To {
		dst = append(dst, '\n')
		dst = append(dst, to...)
	}
	return dst
}

// ParseEnvelope reads what [Envelope.Append] wrote.
func ParseEnvelope(p []byte) Envelope {
	lines := strings.Split(string(p), "\n")
	return Envelope{From: lines[0], To: lines[1:]}
}

// Counts is how many messages a mailbox holds, how many of them nobody has read, and how many are marked \Deleted but
// still there.
type Counts struct{ Messages, Unseen, Deleted int }

// Append adds the encoding: the three numbers with a space between them.
func (c Counts) Append(dst []byte) []byte {
	dst = strconv.AppendInt(dst, int64(c.Messages), 10)
	dst = strconv.AppendInt(append(dst, ' '), int64(c.Unseen), 10)
	return strconv.AppendInt(append(dst, ' '), int64(c.Deleted), 10)
}

// ParseCounts reads what [Counts.Append] wrote; what is not a number counts as 0.
func ParseCounts(p []byte) Counts {
	var n [3]int
	for i, f := range strings.Fields(string(p)) {
		if i < len(n) {
			n[i], _ = strconv.Atoi(f)
		}
	}
	return Counts{n[0], n[1], n[2]}
}
