//go:build unix

package lab

import (
	"net"
	"syscall"
)

// peek reads from a connection without waiting.
type peek struct {
	conn syscall.RawConn
	once func(fd uintptr) bool // reads into buf
	buf  []byte
	n    int
	err  error
}

// read takes what has arrived. ok says that nothing has, and that there is no other reason to stop looking.
func (p *peek) read(c net.Conn, buf []byte) (n int, ok bool) {
	if p.conn == nil {
		s, is := c.(syscall.Conn)
		if !is {
			return 0, false
		}
		var err error
		if p.conn, err = s.SyscallConn(); err != nil {
			return 0, false
		}
		p.once = func(fd uintptr) bool {
			p.n, p.err = syscall.Read(int(fd), p.buf)
			return true
		}
	}
	p.buf = buf
	if err := p.conn.Read(p.once); err != nil { // the moment to stop reading has come, or the connection is closed
		return 0, false
	}
	return max(p.n, 0), p.err == syscall.EAGAIN || p.err == syscall.EINTR
}
