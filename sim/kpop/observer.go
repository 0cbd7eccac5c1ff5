package kpop

import (
	"bytes"

	"ehlo/sim/engine"
	"ehlo/sim/machine"
	"ehlo/sim/pop3"
	"ehlo/sim/trace"
)

// Verb is what the line of a request is called.
const Verb = "SENDAUTH"

// Observer reads a KPOP conversation between others: the request as one line, and what follows as POP3. It implements
// [machine.Observer].
type Observer struct {
	pop   *pop3.Observer
	gate  Gate
	from  engine.Time // when the first octet of the request passed
	past  bool        // the request is over
	skip  int64       // its octets
	lines machine.Queue[machine.Line]
}

// NewObserver returns an observer of a session that has not begun.
func NewObserver() *Observer { return &Observer{pop: pop3.NewObserver()} }

// State is the name of the state the session is in.
func (o *Observer) State() string { return o.pop.State() }

// Clone returns an independent copy.
func (o *Observer) Clone() machine.Observer {
	c := *o
	c.pop, c.gate, c.lines = o.pop.Clone().(*pop3.Observer), o.gate.Clone(), o.lines.Clone()
	return &c
}

// Next takes the next line, and false where none is complete.
func (o *Observer) Next() (machine.Line, bool) {
	if l, ok := o.lines.Next(); ok {
		return l, true
	}
	l, ok := o.pop.Next()
	if l.Dir == trace.ToServer {
		l.Off += o.skip
	}
	return l, ok
}

// Observe takes octets that passed in one direction.
func (o *Observer) Observe(now engine.Time, dir trace.Dir, p []byte) {
	if dir != trace.ToServer || o.past {
		o.pop.Observe(now, dir, p)
		return
	}
	if len(o.gate.buf) == 0 {
		o.from = now
	}
	if !o.gate.Receive(p) {
		return
	}
	o.past = true
	n, _ := o.gate.length()
	if o.skip = int64(n); n > 0 {
		o.lines.Add(machine.Line{From: o.from, At: now, Dir: dir, Data: bytes.Clone(o.gate.buf[:n]), Label: sendauth, Verb: Verb,
			Class: trace.ClassCommand, State: o.State(), Next: o.State()})
	}
	if n < len(o.gate.buf) {
		o.pop.Observe(now, dir, o.gate.buf[n:])
	}
	o.gate = Gate{}
}
