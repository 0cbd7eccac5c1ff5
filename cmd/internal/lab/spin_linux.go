package lab

import (
	"net"
	"syscall"
)

// smallCommand is how many octets a session that looks for the next command wants to be woken for, since it looks anyway. What
// is shorter would wake the runtime's thread that waits for all connections, each time to no use.
const smallCommand = firstRead

// peek reads from a connection without waiting.
type peek struct {
	conn  syscall.RawConn
	once  func(fd uintptr) bool // reads into buf
	buf   []byte
	n     int
	err   error
	quiet bool // the runtime does not hear of what arrives
}

// begin prepares to look at a connection; false where that cannot be done.
func (p *peek) begin(c net.Conn) bool {
	if p.conn == nil {
		s, is := c.(syscall.Conn)
		if !is {
			return false
		}
		conn, err := s.SyscallConn()
		if err != nil {
			return false
		}
		p.conn = conn
		p.once = func(fd uintptr) bool {
			p.n, p.err = syscall.Read(int(fd), p.buf)
			return true
		}
	}
	if !p.quiet {
		p.quiet = p.wakeAt(smallCommand)
	}
	return p.quiet
}

// wakeAt sets how many octets have to arrive before the runtime hears of them. The end of a connection it hears of anyway.
func (p *peek) wakeAt(octets int) (ok bool) {
	err := p.conn.Control(func(fd uintptr) {
		ok = syscall.SetsockoptInt(int(fd), syscall.SOL_SOCKET, syscall.SO_RCVLOWAT, octets) == nil
	})
	return ok && err == nil
}

// end lets the runtime hear of every octet again. Whoever waits for the connection calls it before.
func (p *peek) end() {
	if p.quiet {
		p.wakeAt(1) // where it fails, the connection is closed
		p.quiet = false
	}
}

// read takes what has arrived. ok says that nothing has, and that there is no other reason to stop looking.
func (p *peek) read(buf []byte) (n int, ok bool) {
	p.buf = buf
	if err := p.conn.Read(p.once); err != nil { // the moment to stop reading has come, or the connection is closed
		return 0, false
	}
	return max(p.n, 0), p.err == syscall.EAGAIN || p.err == syscall.EINTR
}

// yield lets another thread have the processor, the client's perhaps. runtime.Gosched would not: it wakes a thread of this
// process besides, which looks for work that there is not.
func yield() { _, _, _ = syscall.Syscall(syscall.SYS_SCHED_YIELD, 0, 0, 0) }
