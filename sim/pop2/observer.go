package pop2

import (
	"bytes"
	"slices"

	"ehlo/sim/engine"
	"ehlo/sim/machine"
	"ehlo/sim/trace"
	"ehlo/sim/wire"
)

// Observer reads a POP2 conversation between others. It implements [machine.Observer].
type Observer struct {
	state   machine.State
	greeted bool
	sent    []machine.Verb  // commands whose replies are outstanding, in their order
	size    int64           // of the current message, as "=" told it
	left    int64           // octets of a message that are still to come
	inside  bool            // of a message
	sides   [2]machine.Side // of the client and of the server
	lines   machine.Queue[machine.Line]
}

// NewObserver returns an observer of a session that has not begun.
func NewObserver() *Observer { return &Observer{} }

// State is the name of the state the session is in.
func (o *Observer) State() string { return Table().States[o.state] }

// Next takes the next line, and false where none is complete.
func (o *Observer) Next() (machine.Line, bool) { return o.lines.Next() }

// Clone returns an independent copy.
func (o *Observer) Clone() machine.Observer {
	c := *o
	c.sent, c.lines = slices.Clone(o.sent), o.lines.Clone()
	for i := range c.sides {
		c.sides[i] = o.sides[i].Clone()
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
	for len(s.Buf) > 0 {
		if dir == trace.ToClient && o.content(now, s) {
			continue
		}
		n := bytes.IndexByte(s.Buf, '\n') + 1
		if n == 0 {
			return
		}
		if dir == trace.ToServer {
			o.command(now, s, n)
		} else {
			o.reply(now, s, n)
		}
	}
}

// take gives the first n octets of a side as a line.
func (o *Observer) take(now engine.Time, s *machine.Side, n int, l machine.Line) {
	l.Next = o.State()
	o.lines.Add(s.Take(now, n, l))
}

func (o *Observer) command(now engine.Time, s *machine.Side, n int) {
	c, p := parse(s.Buf[:n])
	l := machine.Line{Dir: trace.ToServer, Class: trace.ClassCommand, Label: label(c.Keyword), State: o.State()}
	if p.verb != machine.NoVerb {
		l.Verb = c.Keyword
	}
	o.sent = append(o.sent, p.verb)
	o.take(now, s, n, l)
}

// label is a keyword as a packet shows it.
func label(keyword string) string {
	if keyword == "" || len(keyword) > 8 || bytes.IndexFunc([]byte(keyword), func(r rune) bool { return r <= ' ' || r > '~' }) >= 0 {
		return "?"
	}
	return keyword
}

// content takes octets of a message where they are its turn.
func (o *Observer) content(now engine.Time, s *machine.Side) bool {
	if !o.inside {
		if !o.greeted || len(o.sent) == 0 || o.sent[0] != verbRETR || o.state != Item || o.size == 0 {
			return false
		}
		o.inside, o.left = true, o.size
	}
	n := int(min(o.left, int64(len(s.Buf))))
	l := machine.Line{Dir: trace.ToClient, Class: trace.ClassContent, Verb: "RETR", State: o.State()}
	if o.left -= int64(n); o.left == 0 {
		o.inside, o.sent = false, o.sent[1:]
		o.state = Table().Next(o.state, verbRETR, trace.ClassOK)
	}
	o.take(now, s, n, l)
	return true
}

func (o *Observer) reply(now engine.Time, s *machine.Side, n int) {
	text, _ := wire.TrimEnd(s.Buf[:n])
	l := machine.Line{Dir: trace.ToClient, Label: "?", State: o.State()}
	sign, count, _, counts := parseCount(text)
	switch {
	case len(text) > 0 && text[0] == '-':
		l.Class, l.Label = trace.ClassPermanent, "-"
	case len(text) > 0 && text[0] == '+':
		l.Class, l.Label = trace.ClassOK, "+"
	case counts:
		if l.Class, l.Label = trace.ClassOK, string(sign); sign == '=' {
			o.size = count
		}
	}
	verb := machine.NoVerb
	switch {
	case !o.greeted:
		if o.greeted = true; l.Class == trace.ClassOK {
			l.Class = trace.ClassGreeting
		}
	case len(o.sent) > 0 && l.Class != trace.ClassNone:
		verb, o.sent = o.sent[0], o.sent[1:]
		if verb != machine.NoVerb {
			l.Verb = Table().Verbs[verb]
		}
		o.state = Table().Next(o.state, verb, l.Class)
	}
	if l.Class == trace.ClassPermanent {
		o.state = Done
	}
	o.take(now, s, n, l)
}
