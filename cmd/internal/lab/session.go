package lab

import (
	"bytes"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"runtime"
	"sync/atomic"
	"time"

	"ehlo/sim/daemon"
	"ehlo/sim/engine"
	"ehlo/sim/machine"
	"ehlo/sim/store"
	"ehlo/sim/world"
)

// Sizes of what a session holds, in octets.
const (
	firstRead   = 4 << 10  // the read buffer at the start
	largestRead = 32 << 10 // and for a client that sends much
	writeAt     = 64 << 10 // replies are gathered up to here
	smallShare  = 64 << 10 // a session may hold that much whatever the others hold
	largestHeld = daemon.MaxMessageSize + writeAt
)

// How long a connection that was closed waits for the client to close too, so that the last reply is not lost to a reset
// (RFC 1122 §4.2.2.13), and how much it then reads to no use.
const (
	lingerTime   = time.Second
	lingerOctets = 1 << 20
)

var quit = []byte("QUIT")

// session is one connection and its machine. Its goroutine alone touches the machine.
type session struct {
	lab      *Lab
	id       uint32
	raw      net.Conn // what the client dialled
	conn     net.Conn // the same, or the TLS on it; only the session's goroutine uses it
	door     Door
	machine  daemon.Server // nil until a handshake at the start is over
	mail     mailSession   // the same, where it is of SMTP
	resting  resting       // the same, where it is of SMTP or IMAP
	record   *record
	split    bool   // the machine is always fed line by line, since a line can ask for much
	quit     bool   // the last that the client said was QUIT: nothing more comes
	silent   bool   // the last line got no reply: the client is sending a message
	out      []byte // gathered replies
	input    int64  // octets received since the machine last said something
	held     int64  // of the lab's memory
	demand   demand
	writeBy  time.Time   // when the client must have taken what is sent
	readBy   engine.Time // when the connection's reading ends by itself, at the latest when the machine wants to know
	mark     uint64      // of the journal: what the next reply tells of is kept when this is
	ended    bool        // the machine was told that the connection is over
	closing  atomic.Bool
	unwanted bool // nobody wants to read about it when it is over; the lab's mutex guards it

	hasNews  atomic.Bool // news waits; set with the post office's mutex held
	idle     atomic.Bool // the client is told of news at once; set likewise
	news     store.Change
	listens  bool // it is among those who hear of every change
	pace     pace
	socket   *socket // raw, where it can be read without waiting; nil where not
	watching struct {
		address string
		mailbox uint32 // UIDVALIDITY
	}
}

// mailSession is what a session of SMTP says of itself besides.
type mailSession interface {
	Receiving() bool // a message is coming
}

// resting is what a session says of itself where an observer can begin in the middle.
type resting interface {
	Idle() bool // nothing is under way
	State() machine.State
}

// Reasons why a session is over, as the interface for test suites tells them.
const (
	overQuit     = "closed"   // the machine was done
	overCut      = "cut"      // the client's connection broke
	overStalled  = "stalled"  // the client took nothing of what was sent for too long
	overShutdown = "shutdown" // the lab closed
	overFull     = "memory"   // too much was on its way
	overFault    = "fault"    // the session broke: a defect of the lab
	overDemand   = "demand"   // a fault on demand cut it
	overDisk     = "disk"     // what the session asked for could not be written
	overTLS      = "tls"      // the handshake failed
)

var errMemory = errors.New("too many octets are on their way")

// serve runs the session to its end.
func (s *session) serve() {
	reason, detail := overFault, ""
	defer func() {
		if v := recover(); v != nil {
			s.lab.logf("session %d (%s, client %s) broke and was ended: %v (%s)", s.id, s.record.service, s.record.client, v, culprit())
			s.lastWords()
		}
		s.end(reason, detail)
	}()
	err := s.begin()
	for err == nil && !s.machine.Done() {
		err = s.turn()
	}
	if reason = s.reason(err); reason == overTLS || reason == overDisk {
		detail = err.Error()
	}
	if reason == overDisk {
		s.lastWords() // in the place of the reply, which would not be true
	}
	if reason == overQuit && !s.quit || reason == overShutdown || reason == overFull {
		s.linger()
	}
}

// begin does the handshake where TLS comes first, and greets the client.
func (s *session) begin() error {
	var info machine.TLSInfo
	if s.door.service.TLS == world.ImplicitTLS {
		var err error
		if info, err = s.handshake(); err != nil {
			return err
		}
	}
	s.machine = s.lab.server(s.door, s.raw, info)
	s.mail, _ = s.machine.(mailSession)
	s.resting, _ = s.machine.(resting)
	if instead, err := s.greet(); instead || err != nil {
		return err
	}
	return s.step()
}

// lastWords sends what had gathered before the session broke, since the client may rely on it, and a goodbye.
func (s *session) lastWords() {
	defer func() { _ = recover() }() // the machine may be beyond even that; the log has the reason
	s.machine.Shutdown(s.lab.now())
	s.out = append(s.out, s.machine.Output()...)
	_ = s.flush() // the connection is closed next
}

// culprit is the line of code that panicked.
func culprit() string {
	var pcs [32]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(3, pcs[:])])
	behind := false // runtime.gopanic
	for {
		f, more := frames.Next()
		if behind && !bytes.HasPrefix([]byte(f.Function), []byte("runtime.")) {
			return fmt.Sprintf("%s, line %d", f.Function, f.Line)
		}
		behind = behind || f.Function == "runtime.gopanic"
		if !more {
			return "place unknown"
		}
	}
}

func (s *session) reason(err error) string {
	var failed *handshakeError
	var noDisk errDisk
	switch {
	case s.closing.Load() && s.machine == nil:
		return overShutdown
	case errors.As(err, &failed):
		return overTLS
	case s.closing.Load() && err == nil:
		return overShutdown
	case err == nil:
		return overQuit
	case errors.As(err, &noDisk):
		return overDisk
	case errors.Is(err, errDemand):
		return overDemand
	case errors.Is(err, errMemory):
		return overFull
	case errors.Is(err, os.ErrDeadlineExceeded):
		return overStalled
	}
	return overCut
}

// turn waits for the client, or for the moment that the machine wants to know of, and lets the machine go on. Its error
// ends the session.
func (s *session) turn() error {
	n, err := s.read()
	switch {
	case n > 0:
		return s.take(s.record.buf[:n])
	case errors.Is(err, os.ErrDeadlineExceeded) && s.closing.Load():
		s.machine.Shutdown(s.lab.now())
		return s.step()
	case errors.Is(err, os.ErrDeadlineExceeded):
		s.lab.hear(s)
		s.machine.HandleTimeout(s.lab.now())
		return s.step()
	case errors.Is(err, io.EOF):
		s.machine.ReceiveEOF(s.lab.now())
		if err := s.step(); err != nil || s.machine.Done() {
			return err
		}
		return io.EOF
	}
	return err
}

// read waits for octets of the client. Most commands move the moment at which the machine has waited for too long; the
// connection is told of that when the earlier one has come.
func (s *session) read() (int, error) {
	if s.resting != nil {
		s.record.settle(len(s.demand.line) == 0 && s.resting.Idle(), s.resting.State())
	} else {
		s.record.settle(false, 0)
	}
	for {
		until := engine.Never
		if t, ok := s.machine.Timeout(); ok {
			until = t
		}
		if s.readBy > until || s.readBy == 0 {
			if err := s.readUntil(until); err != nil {
				return 0, err
			}
		}
		if s.closing.Load() || s.idle.Load() && s.hasNews.Load() { // wake or Changed set the deadline before this did
			s.readBy = 0
			return 0, os.ErrDeadlineExceeded
		}
		buf := s.record.buf
		began := time.Now()
		n, err := s.await(buf, began), error(nil)
		if n == 0 {
			n, err = s.conn.Read(buf)
		}
		s.pace.waited(time.Since(began))
		if n == len(buf) && n < largestRead {
			s.record.buf = append(make([]byte, 0, 2*n), buf...)[:2*n]
		}
		if !errors.Is(err, os.ErrDeadlineExceeded) {
			return n, err
		}
		s.readBy = 0
		if n > 0 || s.closing.Load() || s.idle.Load() && s.hasNews.Load() || s.lab.now() >= until {
			return n, err
		}
	}
}

// readUntil lets reading end at a moment by itself, [engine.Never] for not.
func (s *session) readUntil(t engine.Time) error {
	s.readBy = t
	if t == engine.Never {
		return s.conn.SetReadDeadline(time.Time{})
	}
	return s.conn.SetReadDeadline(s.lab.wall(t))
}

// wake asks the session, from another goroutine, to say goodbye.
func (s *session) wake() {
	s.closing.Store(true)
	_ = s.raw.SetReadDeadline(time.Unix(1, 0)) // of a connection that is closed already, nobody waits
}

// take feeds the machine.
func (s *session) take(p []byte) error {
	for len(p) > 0 && !s.machine.Done() {
		piece := p
		faults := s.lab.faults.some.Load() || len(s.demand.line) > 0
		if n := s.stored(); n > 0 && !faults {
			piece = p[:min(n, int64(len(p)))]
		} else if i := bytes.IndexByte(p, '\n'); i >= 0 && (s.split || !s.silent || faults) {
			piece = p[:i+1]
		}
		p = p[len(piece):]
		if faults {
			if piece = s.demand.gather(piece); piece == nil {
				continue
			}
		}
		spoke, err := s.feed(piece)
		s.quit = len(p) == 0 && s.conn == s.raw && bytes.EqualFold(bytes.TrimRight(piece, "\r\n"), quit)
		if err != nil {
			return err
		}
		if s.machine.Upgrading() {
			return s.upgrade()
		}
		if s.compressing() {
			return s.compress()
		}
		if piece[len(piece)-1] == '\n' {
			s.silent = !spoke || s.mail != nil && s.mail.Receiving()
		}
		if spoke {
			s.input = 0
		} else {
			s.input = min(s.input+int64(len(piece)), largestHeld)
		}
		if !s.hold(s.input) {
			s.machine.Shutdown(s.lab.now())
			if err := s.step(); err != nil {
				return err
			}
			return errMemory
		}
	}
	return s.flush()
}

// stored is how many of the next octets the machine takes without a word: those of a literal of IMAP.
func (s *session) stored() int64 {
	if m, ok := s.machine.(interface{ Literal() int64 }); ok {
		return m.Literal()
	}
	return 0
}

// step lets the machine do what it can and sends what it says.
func (s *session) step() error {
	if _, err := s.steps(); err != nil {
		return err
	}
	return s.flush()
}

// steps lets the host answer the machine's questions one by one, and sends what has gathered where that is much. spoke
// says that the machine had something to say.
func (s *session) steps() (spoke bool, err error) {
	for more := true; more && err == nil; {
		more = s.lab.step(s)
		p := s.machine.Output()
		if len(p) == 0 {
			continue
		}
		spoke = true
		err = s.put(p)
	}
	if spoke && err == nil && s.demand.cut { // the whole reply was shorter
		err = s.cutOff()
	}
	return spoke, err
}

// hear passes on news of the mailbox that the session has open.
func (p *post) hear(s *session) {
	if s.hasNews.Load() {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.tell(s)
	}
}

// step lets the host answer a question of a session's machine. SMTP's replies are short: there the machine goes on to what
// the client has said behind that.
func (p *post) step(s *session) (more bool) {
	p.do(func(env daemon.Env, h *daemon.Host) {
		p.policy.session = s
		p.tell(s)
		before := p.journal.mark()
		for more = s.machine.Step(env, h, s.id); more && !s.split && s.demand.delay == 0 && !s.demand.cut; {
			more = s.machine.Step(env, h, s.id)
		}
		if now := p.journal.mark(); now != before {
			s.mark = now
		}
		if !s.ended && s.machine.Done() { // before the client hears of it, so that it finds the maildrop free
			s.ended = true
			s.machine.End(env, h, s.id)
		}
		p.watch(s)
		s.idle.Store(s.machine.Idling())
	})
	return more
}

// flush sends what has gathered.
func (s *session) flush() error {
	if len(s.out) == 0 {
		return nil
	}
	err := s.send(s.out)
	s.out = s.out[:0]
	return err
}

// send writes in pieces, each of which the client has some time to take.
func (s *session) send(p []byte) error {
	if !s.hold(int64(len(p))) {
		return errMemory
	}
	for len(p) > 0 {
		piece := p[:min(len(p), writeAt)]
		if now := time.Now(); s.writeBy.Sub(now) < s.lab.limits.WriteTimeout*3/4 { // not each time: it costs as much as a small write
			s.writeBy = now.Add(s.lab.limits.WriteTimeout)
			if err := s.raw.SetWriteDeadline(s.writeBy); err != nil {
				return err
			}
		}
		if _, err := s.conn.Write(piece); err != nil {
			return err
		}
		p = p[len(piece):]
	}
	s.hold(0)
	return nil
}

// hold says how many octets the session has on their way now; false where the lab has no room for that.
func (s *session) hold(n int64) bool {
	total := s.lab.held.Add(n - s.held)
	s.held = n
	return n <= smallShare || total <= s.lab.limits.Memory
}

// linger closes the sending direction and waits a moment for the client to close the other.
func (s *session) linger() {
	s.socket.end()
	if c, ok := s.inside().(*tls.Conn); ok && c.CloseWrite() != nil {
		return
	}
	c, ok := s.raw.(interface{ CloseWrite() error })
	if !ok || c.CloseWrite() != nil {
		return
	}
	if s.conn.SetReadDeadline(time.Now().Add(lingerTime)) == nil {
		_, _ = io.CopyN(io.Discard, s.conn, lingerOctets) // whatever ends it, the connection is closed next
	}
}

// end releases what the session holds, whatever state it is in.
func (s *session) end(reason, detail string) {
	defer s.lab.over(s, reason, detail)
	defer s.raw.Close()
	defer s.decompressed()
	s.pace.rest()
	defer func() {
		if v := recover(); v != nil {
			s.lab.logf("session %d (%s, client %s) could not be ended: %v (%s)", s.id, s.record.service, s.record.client, v, culprit())
		}
	}()
	s.hold(0)
	s.lab.do(func(env daemon.Env, h *daemon.Host) {
		s.lab.unwatch(s)
		delete(s.lab.hearers, s)
		if !s.ended && s.machine != nil {
			s.machine.End(env, h, s.id)
		}
	})
}
