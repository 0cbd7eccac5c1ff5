package sim

import (
	"ehlo/sim/daemon"
	"ehlo/sim/engine"
	"ehlo/sim/machine"
	"ehlo/sim/store"
	"ehlo/sim/trace"
)

// relayed is stunnel's end of a connection: what it hears goes out on another one, for which it speaks there. One of the two
// is plain and leads to it, the other one is inside TLS and leads on.
type relayed struct {
	other uint32    // the other connection
	dir   trace.Dir // in which it speaks there
	heard []byte    // and has not passed on
	eof   bool
	done  bool
	depth int // how many tunnels have led here
}

// deepest is how many tunnels may lead into each other: who builds a ring of them has no more sockets then.
const deepest = 8

// onward is the end of the connection that leads on, which begins with TLS. Whose certificate the other side shows is not
// looked at: nothing was said of whom to trust.
type onward struct{ relayed }

// ImplicitTLS says that the connection begins with TLS.
func (o *onward) ImplicitTLS() {}

// Demands says that any certificate will do.
func (o *onward) Demands() (strict bool, tlsa [][]byte) { return false, nil }

func (r *relayed) Receive(_ engine.Time, p []byte) { r.heard = append(r.heard, p...) }

func (r *relayed) ReceiveEOF(engine.Time) { r.eof = true }

func (r *relayed) HandleTimeout(engine.Time) {}

func (r *relayed) Upgrading() bool { return false }

func (r *relayed) Upgraded(engine.Time, machine.TLSInfo) {}

func (r *relayed) Output() []byte { return nil }

func (r *relayed) Timeout() (engine.Time, bool) { return 0, false }

func (r *relayed) Done() bool { return r.done }

func (r *relayed) Notify(engine.Time, string, store.Change) {}

// Pump passes on what was heard, as soon as the other connection can take it.
func (r *relayed) Pump(env daemon.Env, _ *daemon.Host, _ uint32) {
	w := env.(*World)
	c := w.conn(r.other)
	switch {
	case c.closed:
		r.done = true
		return
	case r.dir == trace.ToServer && !c.up:
		return
	}
	if len(r.heard) > 0 {
		w.send(r.other, r.dir, r.heard)
		r.heard = nil
	}
	if r.eof {
		w.finish(r.other, r.dir)
	}
}

// End closes the other connection, too.
func (r *relayed) End(env daemon.Env, _ *daemon.Host, _ uint32) {
	w := env.(*World)
	if c := w.conn(r.other); !c.closed {
		w.finish(r.other, r.dir)
	}
}

// Copy returns an independent copy.
func (r *relayed) Copy() daemon.Session {
	c := *r
	c.heard = append([]byte(nil), r.heard...)
	return &c
}

// Copy returns an independent copy.
func (o *onward) Copy() daemon.Session {
	return &onward{*o.relayed.Copy().(*relayed)}
}

// relay lets a tunnel of a host take a connection and lead it on, inside TLS.
func (w *World) relay(id uint32, host int, t daemon.Tunnel) {
	depth := 0
	if o, ok := w.conn(id).ends[trace.ToClient].session.(*onward); ok {
		depth = o.depth + 1
	}
	if depth > deepest {
		w.finish(id, trace.ToClient)
		return
	}
	on := uint32(w.conns.Len() + 1)
	w.conn(id).ends[trace.ToServer].session = &relayed{other: on, dir: trace.ToServer, depth: depth}
	w.open(w.def.Hosts[host].Name, t.Host, t.Connect, 0, &onward{relayed{other: id, dir: trace.ToClient, depth: depth}})
}
