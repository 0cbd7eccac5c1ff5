package smtp

import (
	"bytes"
	"slices"

	"ehlo/sim/engine"
	"ehlo/sim/machine"
	"ehlo/sim/trace"
)

// stream is the octets of one direction that no line has taken yet.
type stream struct {
	buf    []byte
	from   int     // where they begin in buf; those before are in lines
	off    int64   // position of buf[from]
	read   int     // how many of them were looked at
	stamps []stamp // when they passed, in order
}

// stamp says that the octets before position end, from where the stamp before it ends, passed at one moment.
type stamp struct {
	end int64
	at  engine.Time
}

func (s *stream) clone() stream {
	c := *s
	c.buf, c.from = bytes.Clone(s.rest()), 0
	c.stamps = slices.Clone(s.stamps)
	return c
}

// rest is the octets that no line has taken.
func (s *stream) rest() []byte { return s.buf[s.from:] }

// feed adds octets. Where taken says that nobody reads the lines any more that were taken, their memory is used again.
func (s *stream) feed(now engine.Time, p []byte, taken bool) {
	if len(p) == 0 {
		return
	}
	switch {
	case s.from == 0:
	case taken && s.from >= len(s.rest()): // otherwise more would be moved than is won
		s.buf = append(s.buf[:0], s.rest()...)
		s.from = 0
	case len(s.rest())+len(p) > cap(s.buf)-s.from:
		s.buf = bytes.Clone(s.rest())
		s.from = 0
	}
	if cap(s.buf) > maxKeptBuffer && len(s.rest())+len(p) <= maxKeptBuffer {
		s.buf, s.from = bytes.Clone(s.rest()), 0
	}
	s.buf = append(s.buf, p...)
	end := s.off + int64(len(s.rest()))
	if n := len(s.stamps); n > 0 && s.stamps[n-1].at == now {
		s.stamps[n-1].end = end
	} else {
		s.stamps = append(s.stamps, stamp{end, now})
	}
}

// line takes a line that is complete, or the piece of one that is too long; whole is false for a piece but the last.
func (s *stream) line(dir trace.Dir) (line machine.Line, whole, ok bool) {
	rest := s.rest()
	i := bytes.IndexByte(rest[s.read:], '\n')
	switch n := s.read + i + 1; {
	case i >= 0 && n <= maxObserved:
		return s.take(n, dir), true, true
	case i >= 0 || len(rest) >= maxObserved:
		return s.take(maxObserved, dir), false, true
	}
	s.read = len(rest)
	return machine.Line{}, false, false
}

// take takes the first n octets. They are valid until the next feed.
func (s *stream) take(n int, dir trace.Dir) machine.Line {
	end := s.from + n
	l := machine.Line{Dir: dir, Off: s.off, Data: s.buf[s.from:end:end], From: s.at(s.off), At: s.at(s.off + int64(n) - 1)}
	s.off += int64(n)
	s.from, s.read = end, 0
	past := 0
	for past < len(s.stamps) && s.stamps[past].end <= s.off {
		past++
	}
	if len(s.stamps) > manyPending {
		s.stamps = s.stamps[past:]
	} else {
		s.stamps = s.stamps[:copy(s.stamps, s.stamps[past:])]
	}
	return l
}

// at is when an octet passed.
func (s *stream) at(off int64) engine.Time {
	for _, st := range s.stamps {
		if off < st.end {
			return st.at
		}
	}
	return 0
}
