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
	off    int64   // position of buf[0]
	read   int     // octets of buf that were looked at
	stamps []stamp // when they passed, in order
}

// stamp says that the octets before position end, from where the stamp before it ends, passed at one moment.
type stamp struct {
	end int64
	at  engine.Time
}

func (s *stream) clone() stream {
	c := *s
	c.buf = bytes.Clone(s.buf)
	c.stamps = slices.Clone(s.stamps)
	return c
}

func (s *stream) feed(now engine.Time, p []byte) {
	if len(p) == 0 {
		return
	}
	s.buf = append(s.buf, p...)
	end := s.off + int64(len(s.buf))
	if n := len(s.stamps); n > 0 && s.stamps[n-1].at == now {
		s.stamps[n-1].end = end
	} else {
		s.stamps = append(s.stamps, stamp{end, now})
	}
}

// line takes a line that is complete, or the piece of one that is too long; whole is false for a piece but the last.
func (s *stream) line(dir trace.Dir) (line machine.Line, whole, ok bool) {
	i := bytes.IndexByte(s.buf[s.read:], '\n')
	switch n := s.read + i + 1; {
	case i >= 0 && n <= maxObserved:
		return s.take(n, dir), true, true
	case i >= 0 || len(s.buf) >= maxObserved:
		return s.take(maxObserved, dir), false, true
	}
	s.read = len(s.buf)
	return machine.Line{}, false, false
}

// take takes the first n octets. Their memory is the line's own.
func (s *stream) take(n int, dir trace.Dir) machine.Line {
	l := machine.Line{Dir: dir, Off: s.off, Data: s.buf[:n:n], From: s.at(s.off), At: s.at(s.off + int64(n) - 1)}
	s.off += int64(n)
	s.buf, s.read = s.buf[n:], 0
	if len(s.buf) == 0 {
		s.buf = nil
	}
	for len(s.stamps) > 0 && s.stamps[0].end <= s.off {
		s.stamps = s.stamps[1:]
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
