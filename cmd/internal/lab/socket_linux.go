package lab

import (
	"io"
	"net"
	"os"
	"syscall"
	"unsafe"
)

// smallCommand is how many octets a session that looks for the next command wants to be woken for, since it looks anyway. What
// is shorter would wake the runtime's thread that waits for all connections, each time to no use.
const smallCommand = firstRead

// socket is a TCP connection that can also be read without waiting, and whose system calls the scheduler is not told of. They
// never wait, since the runtime polls the connection; but what is written to a client on the same machine is handed to it
// within the call, and that takes so long that the runtime would give the processor to another thread meanwhile and let this
// one wait for it. One goroutine at a time reads, and one writes. A nil socket cannot be looked at.
type socket struct {
	*net.TCPConn
	raw     syscall.RawConn
	in, out transfer
	quiet   bool // the runtime does not hear of what arrives
}

// transfer is octets that go one way, and what came of the last system call.
type transfer struct {
	once func(fd uintptr) bool // makes one call; false says that the runtime is to wait and to ask again
	wait bool                  // for what there is not yet
	p    []byte
	n    int
	err  error
}

// socketOf makes a socket of a connection, where it is one of TCP.
func socketOf(c net.Conn) *socket {
	t, ok := c.(*net.TCPConn)
	if !ok {
		return nil
	}
	raw, err := t.SyscallConn()
	if err != nil {
		return nil
	}
	s := &socket{TCPConn: t, raw: raw}
	s.in.once = func(fd uintptr) bool { return s.in.call(syscall.SYS_READ, fd) }
	s.out.once = func(fd uintptr) bool { return s.out.call(syscall.SYS_WRITE, fd) }
	return s
}

// call makes one call.
func (t *transfer) call(trap, fd uintptr) bool {
	for {
		n, _, err := syscall.RawSyscall(trap, fd, uintptr(unsafe.Pointer(unsafe.SliceData(t.p))), uintptr(len(t.p)))
		switch err {
		case 0:
			t.n, t.err = int(n), nil
			return true
		case syscall.EINTR:
		default:
			t.n, t.err = 0, err
			return !t.wait || err != syscall.EAGAIN
		}
	}
}

// start makes one call, and with wait true more until there is an answer.
func (t *transfer) start(polled func(func(fd uintptr) bool) error, p []byte, wait bool) (int, error) {
	t.p, t.wait = p, wait
	err := polled(t.once)
	t.p = nil
	if err != nil {
		return 0, err
	}
	return t.n, t.err
}

// Read reads what has arrived, and waits for something.
func (s *socket) Read(p []byte) (int, error) {
	n, err := s.in.start(s.raw.Read, p, true)
	if n == 0 && err == nil && len(p) > 0 {
		return 0, io.EOF
	}
	return n, ofCall("read", err)
}

// Write writes all of p.
func (s *socket) Write(p []byte) (written int, err error) {
	for written < len(p) && err == nil {
		var n int
		n, err = s.out.start(s.raw.Write, p[written:], true)
		written += n
	}
	return written, ofCall("write", err)
}

// ofCall says in which call an error of the system came up.
func ofCall(name string, err error) error {
	if e, ok := err.(syscall.Errno); ok {
		return os.NewSyscallError(name, e)
	}
	return err
}

// begin prepares to look at what arrives; false where that cannot be done.
func (s *socket) begin() bool {
	if s != nil && !s.quiet {
		s.quiet = s.wakeAt(smallCommand)
	}
	return s != nil && s.quiet
}

// look reads what has arrived, without waiting. ok says that nothing has, and that there is no other reason to stop looking,
// such as that the moment to stop reading has come.
func (s *socket) look(p []byte) (n int, ok bool) {
	n, err := s.in.start(s.raw.Read, p, false)
	return n, err == syscall.EAGAIN
}

// end lets the runtime hear of every octet again. Whoever waits for the connection calls it before.
func (s *socket) end() {
	if s != nil && s.quiet {
		s.wakeAt(1) // where it fails, the connection is closed
		s.quiet = false
	}
}

// wakeAt sets how many octets have to arrive before the runtime hears of them. The end of a connection it hears of anyway.
func (s *socket) wakeAt(octets int) (ok bool) {
	err := s.raw.Control(func(fd uintptr) {
		ok = syscall.SetsockoptInt(int(fd), syscall.SOL_SOCKET, syscall.SO_RCVLOWAT, octets) == nil
	})
	return ok && err == nil
}

// yield lets another thread have the processor, the client's perhaps. runtime.Gosched would not: it wakes a thread of this
// process besides, which looks for work that there is not.
func yield() { _, _, _ = syscall.Syscall(syscall.SYS_SCHED_YIELD, 0, 0, 0) }
