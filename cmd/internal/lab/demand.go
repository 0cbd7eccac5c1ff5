package lab

import (
	"bytes"
	"errors"
	"strconv"
	"strings"
	"time"

	"ehlo/sim/daemon"
	"ehlo/sim/trace"
)

// errDemand ends a session that a fault cuts.
var errDemand = errors.New("a fault on demand cut the connection")

// demand is what faults on demand do to a session. Only the session's goroutine touches it, or who answers for it.
type demand struct {
	delay time.Duration // before the next reply
	cut   bool          // cut the connection after left octets of the next reply
	left  int
	line  []byte // the beginning of a line: whether it is to fail can be said only at its end
	fed   bool   // the machine has the beginning of the line already
	skip  int64  // octets of a refused command that the client sends unasked
	inner bool   // the line behind them goes on with the refused command
}

// longestHeldLine is the longest beginning of a line that a session keeps back, in octets.
const longestHeldLine = 16 << 10

// heard is a command as the observer read it.
type heard struct{ verb, line string }

// order takes the delay and the cut of a fault.
func (d *demand) order(f Fault) {
	d.delay += f.Delay
	if f.Cut {
		d.cut, d.left = true, f.CutAt
	}
}

// gather keeps the beginning of a line until its end has come. It returns what is complete, nil for nothing.
func (d *demand) gather(p []byte) []byte {
	if len(d.line) == 0 && p[len(p)-1] == '\n' {
		return p
	}
	d.line = append(d.line, p...)
	if p[len(p)-1] != '\n' && len(d.line) < longestHeldLine {
		return nil
	}
	p, d.line = d.line, nil
	return p
}

// feed hands a piece of what the client says to the machine, unless a fault on demand answers it.
func (s *session) feed(piece []byte) (spoke bool, err error) {
	now := s.lab.now()
	c := s.record.observe(now, trace.ToServer, piece)
	if piece = s.skipped(piece); len(piece) == 0 {
		return true, nil
	}
	if c.verb != "" && !s.demand.fed {
		if f, ok := s.lab.faults.choose(s.door, c.verb, c.line); ok {
			s.demand.order(f)
			if f.Reply != "" {
				return true, s.refuse(f.Reply, c)
			}
		}
	}
	s.demand.fed = piece[len(piece)-1] != '\n'
	s.lab.hear(s)
	s.machine.Receive(now, piece)
	return s.steps()
}

// refuse answers a command in the machine's place. What the client sends behind it without being asked to is skipped: the
// octets of BDAT (RFC 3030 §2) and of literals (RFC 7888 §4).
func (s *session) refuse(reply string, c heard) error {
	words := strings.Fields(c.line)
	switch {
	case s.door.Protocol == "imap":
		if n, plus, ok := literalOf([]byte(c.line)); ok && plus {
			s.demand.skip, s.demand.inner = n, true
		}
		if tag := words[0]; strings.HasPrefix(reply, "BYE") {
			reply = "* " + reply
		} else {
			reply = tag + " " + reply
		}
	case c.verb == "BDAT" && len(words) > 1:
		s.demand.skip, _ = strconv.ParseInt(words[1], 10, 64) // what is no number has no octets behind it
	}
	return s.say(reply)
}

// say sends a reply that is not the machine's, and ends the session where the reply says so.
func (s *session) say(reply string) error {
	if err := s.put([]byte(reply + "\r\n")); err != nil {
		return err
	}
	if s.demand.cut { // the whole reply was shorter
		return s.cutOff()
	}
	if strings.HasPrefix(reply, "421 ") || strings.HasPrefix(reply, "* BYE") {
		s.lab.stepAside(s)
		return s.flush()
	}
	return nil
}

// skipped drops what belongs to a refused command.
func (s *session) skipped(p []byte) []byte {
	for len(p) > 0 {
		n := int(min(s.demand.skip, int64(len(p))))
		s.demand.skip -= int64(n)
		if p = p[n:]; len(p) == 0 || !s.demand.inner {
			return p
		}
		i := bytes.IndexByte(p, '\n')
		if i < 0 {
			return nil
		}
		s.demand.skip, _, s.demand.inner = literalOf(p[:i+1])
		p = p[i+1:]
	}
	return p
}

// literalOf reads the announcement of a literal at the end of a line (RFC 3501 §4.3); plus says that its octets follow
// at once.
func literalOf(line []byte) (n int64, plus, ok bool) {
	line, ok = bytes.CutSuffix(bytes.TrimRight(line, "\r\n"), []byte("}"))
	i := bytes.LastIndexByte(line, '{')
	if !ok || i < 0 {
		return 0, false, false
	}
	line, plus = bytes.CutSuffix(line[i+1:], []byte("+"))
	n, err := strconv.ParseInt(string(line), 10, 64)
	return n, plus, err == nil && n >= 0
}

// greet lets a fault on demand change the greeting, and says whether it stands in its place.
func (s *session) greet() (instead bool, err error) {
	f, ok := s.lab.faults.choose(s.door, atGreeting, "")
	if !ok {
		return false, nil
	}
	s.demand.order(f)
	if f.Reply == "" {
		return false, nil
	}
	s.machine.Output() // the greeting
	if s.door.Protocol == "imap" {
		f.Reply = "* " + f.Reply
	}
	if err := s.say(f.Reply); err != nil || s.machine.Done() {
		return true, err
	}
	s.lab.stepAside(s)
	return true, s.flush()
}

// put sends a reply when what it tells of is kept, and as the faults on demand want it: late, or not whole.
func (s *session) put(p []byte) error {
	if s.mark > 0 {
		if err := s.lab.journal.wait(s.mark); err != nil {
			return err
		}
		s.mark = 0
	}
	d := &s.demand
	if d.delay > 0 {
		if err := s.flush(); err != nil {
			return err
		}
		late := time.NewTimer(d.delay)
		defer late.Stop()
		select {
		case <-late.C:
		case <-s.lab.stop:
		}
		d.delay = 0
	}
	if d.cut {
		p = p[:min(len(p), d.left)]
		d.left -= len(p)
	}
	for now, rest := s.lab.now(), p; len(rest) > 0; {
		n := min(len(rest), writeAt)
		s.record.observe(now, trace.ToClient, rest[:n])
		rest = rest[n:]
	}
	if len(s.out)+len(p) <= writeAt {
		s.out = append(s.out, p...)
	} else if err := s.flush(); err != nil {
		return err
	} else if err := s.send(p); err != nil {
		return err
	}
	if d.cut && d.left == 0 {
		return s.cutOff()
	}
	return nil
}

// cutOff sends what has gathered and ends the session.
func (s *session) cutOff() error {
	if err := s.flush(); err != nil {
		return err
	}
	return errDemand
}

// stepAside ends a session's machine without its having said so.
func (p *post) stepAside(s *session) {
	s.machine.Shutdown(p.now())
	s.machine.Output()
	p.do(func(env daemon.Env, h *daemon.Host) {
		if !s.ended {
			s.ended = true
			s.machine.End(env, h, s.id)
		}
	})
}
