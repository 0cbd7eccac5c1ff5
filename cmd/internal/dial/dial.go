// Package dial is a session with a real server at a terminal: what is typed goes out line by line, and each line of
// either side is shown with what explains it. STARTTLS and STLS are carried out as the server agrees to them.
package dial

import (
	"bufio"
	"bytes"
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"time"

	"ehlo/cmd/internal/reading"
	"ehlo/sim/daemon"
	"ehlo/sim/engine"
	"ehlo/sim/machine"
	"ehlo/sim/trace"
)

// Limits of a session.
const (
	connectTime = 15 * time.Second // for the connection and for each handshake
	patience    = 5 * time.Second  // how long a line from a script waits for the reply to the one before it
	farewell    = 10 * time.Second // how long the server may go on when the input has ended
)

// Options say where to connect and how.
type Options struct {
	Address  string         // "mail.example.org:587"
	Protocol string         // "smtp", "pop3" or "imap"
	TLS      bool           // from the first octet
	Name     string         // what the certificate must be for; "" is the host of Address
	Roots    *x509.CertPool // who may have signed it; nil is whom this machine trusts
	Insecure bool           // go on with a certificate that cannot be verified
	Script   bool           // the input is no person: wait for replies between lines
}

// Run connects and lets input and server talk until one of them is done or the context ends.
func Run(ctx context.Context, o Options, input io.Reader, p *reading.Printer) error {
	dialer := net.Dialer{Timeout: connectTime}
	raw, err := dialer.DialContext(ctx, "tcp", o.Address)
	if err != nil {
		return connectError(o.Address, err)
	}
	s := &session{Options: o, conn: raw, printer: p, observer: daemon.NewObserver(o.Protocol), begun: time.Now()}
	defer func() { _ = s.conn.Close() }()
	p.Heading("connected to " + raw.RemoteAddr().String())
	if o.TLS {
		if err := s.handshake(ctx); err != nil {
			return err
		}
	}
	if err := p.Flush(); err != nil {
		return err
	}
	return s.talk(ctx, input)
}

func connectError(address string, err error) error {
	var dns *net.DNSError
	if errors.As(err, &dns) {
		return fmt.Errorf("%s: no such host is known; check the name", address)
	}
	var op *net.OpError
	if errors.As(err, &op) && op.Err != nil {
		err = op.Err
	}
	return fmt.Errorf("%s: %w", address, err)
}

// session is one connection. Everything happens in the goroutine of talk; others only read for it.
type session struct {
	Options
	conn     net.Conn
	printer  *reading.Printer
	observer machine.Observer
	begun    time.Time
	command  []byte // the client's latest command line
	pending  int    // commands without a reply
}

// chunk is what one read got.
type chunk struct {
	p   []byte
	err error
}

// talk moves lines and replies until the session is over.
func (s *session) talk(ctx context.Context, input io.Reader) error {
	typed, heard := make(chan chunk, 1), make(chan chunk, 1)
	lines := bufio.NewReader(input)
	readLine(lines, typed)
	readConn(s.conn, heard)
	var quiet, last <-chan time.Time // what ends the wait for a reply, and the wait for the server's end
	s.pending = 1                    // the greeting
	for {
		next := typed
		if s.Script && s.pending > 0 { // a line waits for the reply to the one before it
			if next = nil; quiet == nil {
				quiet = time.After(patience)
			}
		}
		select {
		case <-ctx.Done():
			return s.printer.Flush()
		case <-last:
			return s.printer.Flush()
		case <-quiet:
			s.pending, quiet = 0, nil
		case c := <-next:
			if c.err != nil {
				typed, last = nil, time.After(farewell)
				continue
			}
			if err := s.send(c.p); err != nil {
				return err
			}
			readLine(lines, typed)
		case c := <-heard:
			if upgrade := s.show(trace.ToClient, c.p); upgrade {
				if err := s.handshake(ctx); err != nil {
					return errors.Join(s.printer.Flush(), err)
				}
			}
			if s.pending == 0 {
				quiet = nil
			}
			if c.err != nil {
				s.printer.Heading(ending(c.err))
				return s.printer.Flush()
			}
			if err := s.printer.Flush(); err != nil {
				return err
			}
			readConn(s.conn, heard)
		}
	}
}

// readConn reads once and hands over what came: whoever takes it decides who reads next, the connection or the TLS that
// begins on it.
func readConn(conn net.Conn, to chan<- chunk) {
	go func() {
		p := make([]byte, 16<<10)
		n, err := conn.Read(p)
		to <- chunk{p[:n], err}
	}()
}

// readLine reads one line. A last line without its end is a line.
func readLine(r *bufio.Reader, to chan<- chunk) {
	go func() {
		line, err := r.ReadBytes('\n')
		if len(line) > 0 {
			err = nil
		}
		to <- chunk{line, err}
	}()
}

// send puts a typed line on the wire with CR LF behind it.
func (s *session) send(line []byte) error {
	line = append(bytes.TrimRight(line, "\r\n"), "\r\n"...)
	if _, err := s.conn.Write(line); err != nil {
		return fmt.Errorf("the line could not be sent: %w", err)
	}
	s.show(trace.ToServer, line)
	return s.printer.Flush()
}

// show lets the observer read octets and prints the lines that they complete.
func (s *session) show(dir trace.Dir, p []byte) (upgrade bool) {
	s.observer.Observe(engine.Time(time.Since(s.begun)), dir, p)
	for l, ok := s.observer.Next(); ok; l, ok = s.observer.Next() {
		s.printer.Line(0, l, daemon.Explain(s.Protocol, l))
		switch {
		case l.Class == trace.ClassCommand:
			s.command = bytes.Clone(l.Data)
			s.pending++
		case l.Dir == trace.ToClient && ends(l):
			s.pending = max(s.pending-1, 0)
			upgrade = l.Class == trace.ClassOK && asksForTLS(s.command)
		}
	}
	return upgrade
}

// ends says whether a line of the server ends the wait for a reply.
func ends(l machine.Line) bool {
	switch l.Class {
	case trace.ClassGreeting, trace.ClassOK, trace.ClassMore, trace.ClassTransient, trace.ClassPermanent:
		return true
	}
	return false
}

// asksForTLS says whether a command line is STARTTLS or STLS, behind a tag or not.
func asksForTLS(line []byte) bool {
	words := bytes.Fields(line)
	if len(words) == 0 || len(words) > 2 {
		return false
	}
	last := words[len(words)-1]
	return bytes.EqualFold(last, []byte("STARTTLS")) || bytes.EqualFold(last, []byte("STLS"))
}

func ending(err error) string {
	if errors.Is(err, io.EOF) {
		return "the server has closed the connection"
	}
	return "the connection broke: " + err.Error()
}
