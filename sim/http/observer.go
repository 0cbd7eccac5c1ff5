package http

import (
	"bytes"
	"strings"

	"ehlo/sim/engine"
	"ehlo/sim/machine"
	"ehlo/sim/trace"
)

// Observer reads a conversation between others, line by line. It implements [machine.Observer].
type Observer struct {
	sides [2]side
	lines machine.Queue[machine.Line]
	state string
	verb  string // of the request
}

type side struct {
	machine.Side
	lines int
	body  bool // the header is over
}

// NewObserver returns an observer of a connection on which nothing was said.
func NewObserver() *Observer { return &Observer{state: "request"} }

// State is "request" until the request is whole, and then "answer".
func (o *Observer) State() string { return o.state }

// Next takes the next line, and false where none is complete.
func (o *Observer) Next() (machine.Line, bool) { return o.lines.Next() }

// Clone returns an independent copy.
func (o *Observer) Clone() machine.Observer {
	c := *o
	c.lines = o.lines.Clone()
	for i := range c.sides {
		c.sides[i].Side = o.sides[i].Side.Clone()
	}
	return &c
}

// Observe takes octets that passed in one direction.
func (o *Observer) Observe(now engine.Time, dir trace.Dir, p []byte) {
	if dir != trace.ToServer && dir != trace.ToClient {
		return
	}
	s := &o.sides[dir-trace.ToServer]
	s.Add(now, p)
	for {
		n := bytes.IndexByte(s.Buf, '\n') + 1
		if n == 0 {
			return
		}
		l := s.Take(now, n, machine.Line{Dir: dir, State: o.state})
		words := strings.Fields(string(l.Data))
		switch {
		case s.body:
			l.Class = trace.ClassContent
		case len(words) == 0:
			s.body, l.Class = true, trace.ClassUntagged
			if dir == trace.ToServer {
				o.state = "answer"
			}
		case dir == trace.ToServer && s.lines == 0:
			o.verb = words[0]
			l.Class, l.Verb, l.Label = trace.ClassCommand, o.verb, o.verb
		case dir == trace.ToClient && s.lines == 0 && len(words) > 1:
			l.Label, l.Verb, l.Class = words[1], o.verb, trace.ClassPermanent
			if words[1][0] == '2' {
				l.Class = trace.ClassOK
			}
		default:
			l.Class = trace.ClassUntagged
		}
		l.Next = o.state
		s.lines++
		o.lines.Add(l)
	}
}
