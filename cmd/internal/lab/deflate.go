package lab

import (
	"compress/flate"
	"errors"
	"net"
	"os"
	"time"

	"ehlo/sim/engine"
)

// deflateOctets is about what the two directions of a compressed connection hold; it counts as much as messages on their way.
const deflateOctets = 1 << 20

// deflated is a connection inside DEFLATE (RFC 4978). What decompresses waits in the middle of an octet, so it is a goroutine
// that reads without deadlines, up to the end of the connection, into a pipe that has deadlines of its own.
type deflated struct {
	net.Conn // the session's end of the pipe
	under    net.Conn
	w        *flate.Writer
}

// compresser is a machine that can leave compression to its driver.
type compresser interface {
	Compressing() bool
	Compressed(engine.Time)
}

// compressing says that the machine waits for the session to compress.
func (s *session) compressing() bool {
	m, ok := s.machine.(compresser)
	return ok && m.Compressing()
}

// compress puts the connection inside DEFLATE, behind the reply that says so.
func (s *session) compress() error {
	if err := s.flush(); err != nil {
		return err
	}
	if s.lab.held.Add(deflateOctets) > s.lab.limits.Memory {
		s.lab.held.Add(-deflateOctets)
		return errMemory
	}
	if err := s.conn.SetReadDeadline(time.Time{}); err != nil {
		s.lab.held.Add(-deflateOctets)
		return err
	}
	s.socket.end()
	ours, theirs := net.Pipe()
	w, _ := flate.NewWriter(s.conn, flate.BestSpeed) // the level is one that there is
	d := &deflated{Conn: ours, under: s.conn, w: w}
	s.readBy = 0
	if s.closing.Load() { // wake set the deadline before this took it away
		_ = ours.SetReadDeadline(time.Unix(1, 0))
	}
	s.conn = d
	go d.decompress(theirs)
	s.machine.(compresser).Compressed(s.lab.now())
	s.input, s.silent = 0, false
	return s.step()
}

// decompress reads what the client says to the end. Where the session is woken, that is handed on.
func (d *deflated) decompress(to net.Conn) {
	err := inflate(to, d.under)
	if errors.Is(err, os.ErrDeadlineExceeded) {
		_ = d.Conn.SetReadDeadline(time.Unix(1, 0))
		return
	}
	_ = to.Close() // which is how a session hears that its client is gone
}

// Write compresses, and lets the client have all of it.
func (d *deflated) Write(p []byte) (int, error) {
	n, err := d.w.Write(p)
	if err == nil {
		err = d.w.Flush()
	}
	return n, err
}

// inside is the connection that carries the octets of the session, compressed or not.
func (s *session) inside() net.Conn {
	if d, ok := s.conn.(*deflated); ok {
		return d.under
	}
	return s.conn
}

// decompressed ends compression with the session.
func (s *session) decompressed() {
	if d, ok := s.conn.(*deflated); ok {
		_ = d.Conn.Close() // the goroutine that writes into it ends
		s.lab.held.Add(-deflateOctets)
	}
}
