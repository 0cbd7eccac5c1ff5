package machine

import (
	"bytes"

	"ehlo/sim/engine"
)

// Side is one direction of a conversation as an [Observer] reads it: the octets that are not a line yet, and where and when
// they passed. The zero Side has seen nothing.
type Side struct {
	Buf  []byte // what has not been taken
	off  int64  // position of its first octet in the direction
	from engine.Time
}

// Add puts octets that passed now behind those that wait.
func (s *Side) Add(now engine.Time, p []byte) {
	if len(s.Buf) == 0 {
		s.from = now
	}
	s.Buf = append(s.Buf, p...)
}

// Take makes the first n octets, the last of which passed now, the Data of a line, and says in it where and when they
// passed.
func (s *Side) Take(now engine.Time, n int, l Line) Line {
	l.From, l.At, l.Off, l.Data = s.from, now, s.off, bytes.Clone(s.Buf[:n])
	s.off += int64(n)
	s.Buf = s.Buf[:copy(s.Buf, s.Buf[n:])]
	s.from = now
	return l
}

// Clone returns an independent copy.
func (s *Side) Clone() Side {
	c := *s
	c.Buf = bytes.Clone(s.Buf)
	return c
}
