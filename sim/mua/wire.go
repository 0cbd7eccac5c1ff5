package mua

import (
	"strconv"
	"strings"

	"ehlo/sim/engine"
	"ehlo/sim/machine"
	"ehlo/sim/terminal"
)

// line is a session with its connection.
type line interface {
	wire() *wire
	machine() clientMachine
	// begin makes the machine: octets can pass.
	begin(p *Program, env terminal.Env)
	// pump handles the machine's events.
	pump(p *Program, env terminal.Env)
	// over says that the connection is gone.
	over(p *Program, env terminal.Env)
	timeout() (engine.Time, bool)
	handleTimeout(now engine.Time)
}

// clientMachine is what the clients of all protocols have in common.
type clientMachine interface {
	Receive(now engine.Time, p []byte)
	ReceiveEOF(now engine.Time)
	Output() []byte
	Upgrading() bool
	Upgraded(now engine.Time, info machine.TLSInfo)
	Timeout() (engine.Time, bool)
	HandleTimeout(now engine.Time)
	Done() bool
}

// timeoutOf is the timeout of a client; one that is not there yet has none.
func timeoutOf(m clientMachine) (engine.Time, bool) {
	if m == nil {
		return engine.Never, false
	}
	return m.Timeout()
}

// expire tells a client, where it is there, that its time is over.
func expire(m clientMachine, now engine.Time) {
	if m != nil {
		m.HandleTimeout(now)
	}
}

// wire is a connection of the program.
type wire struct {
	process uint32
	conn    uint32
	host    string
	sealing bool // a handshake is under way
	sealed  bool
	ended   bool
}

// dial opens a connection for a session, and says why there is none.
func (p *Program) dial(env terminal.Env, l line, target string) bool {
	if target == "" {
		p.fail("mua.no-account")
		return false
	}
	name, number := split(target)
	port, err := strconv.Atoi(number)
	host, _, ok := env.Find(name)
	if err != nil || !ok {
		p.fail("mua.no-host", "host", name)
		return false
	}
	p.process++
	w := l.wire()
	*w = wire{process: p.process, host: host}
	w.conn = env.Connect(p.process, name, name, port, false)
	p.conns = append(p.conns, w.conn)
	return true
}

// happened passes on what became of a connection.
func (p *Program) happened(env terminal.Env, l line, e terminal.Event) {
	w := l.wire()
	switch e.Kind {
	case terminal.Connected:
		if p.security(l) == implicitTLS {
			w.sealing = true
			env.StartTLS(w.conn)
			return
		}
		l.begin(p, env)
	case terminal.Refused:
		p.fail("mua.refused", "host", w.host)
	case terminal.Unreachable:
		p.fail("mua.unreachable", "host", w.host)
	case terminal.Secured:
		p.secured(env, l, e.TLS)
	case terminal.Received:
		if m := l.machine(); m != nil {
			m.Receive(env.Now(), e.Data)
		}
	case terminal.Hangup:
		if m := l.machine(); m != nil {
			m.ReceiveEOF(env.Now())
		}
	case terminal.Over:
		w.ended = true
		l.over(p, env)
		return
	}
	p.advance(env, l)
}

// secured goes on inside TLS. A certificate that is not right ends the connection: nobody has to be asked for a password by
// whoever showed it.
func (p *Program) secured(env terminal.Env, l line, how *terminal.TLS) {
	w := l.wire()
	first := w.sealing && l.machine() == nil
	w.sealing = false
	switch {
	case how.Failed != "":
		p.fail("mua.no-tls", "host", w.host)
		env.Break(w.conn)
		return
	case how.Fault != "":
		p.fail("mua.certificate", "host", w.host, "name", strings.Join(how.Certificate.Names, ", "))
		env.Break(w.conn)
		return
	}
	w.sealed = true
	if first {
		l.begin(p, env)
		return
	}
	if m := l.machine(); m != nil {
		m.Upgraded(env.Now(), machine.TLSInfo{Version: how.Version, Cipher: how.Cipher, ServerName: how.Name})
	}
}

// advance handles a machine's events and sends what it says.
func (p *Program) advance(env terminal.Env, l line) {
	w := l.wire()
	if w.ended || l.machine() == nil {
		return
	}
	l.pump(p, env)
	if w.ended {
		return
	}
	m := l.machine()
	if out := m.Output(); len(out) > 0 {
		env.Write(w.conn, out)
	}
	switch {
	case m.Done():
		env.Finish(w.conn)
	case m.Upgrading() && !w.sealing:
		w.sealing = true
		env.StartTLS(w.conn)
	}
}
