package pop3

import (
	"bytes"
	"slices"
	"strings"

	"ehlo/sim/engine"
	"ehlo/sim/machine"
	"ehlo/sim/trace"
	"ehlo/sim/wire"
)

// Observer reads a POP3 conversation between others. It implements [machine.Observer].
type Observer struct {
	state   machine.State
	greeted bool
	sent    []sent // commands whose replies are outstanding, in their order
	reading follows
	sides   [2]side // of the client and of the server
	lines   []machine.Line
	given   int // of lines, how many Next has given
}

// sent is a command on its way to its reply.
type sent struct {
	verb    machine.Verb
	keyword string
	follows follows // behind a positive reply
	wrong   bool    // the line leaves the grammar: a negative reply leads nowhere
}

// side is one direction.
type side struct {
	buf   []byte      // a line that is not complete, or octets that may become the end of a message
	start int         // where in buf that begins, while Observe reads it
	off   int64       // position of its first octet
	from  engine.Time // when that passed
	inner bool        // it does not begin at the beginning of a line
}

// NewObserver returns an observer of a session that has not begun.
func NewObserver() *Observer { return &Observer{} }

// State is the name of the state the session is in.
func (o *Observer) State() string { return Table.States[o.state] }

// Clone returns an independent copy.
func (o *Observer) Clone() machine.Observer {
	c := *o
	c.sent = slices.Clone(o.sent)
	c.lines, c.given = slices.Clone(o.lines[o.given:]), 0
	for i := range c.lines {
		c.lines[i].Data = bytes.Clone(c.lines[i].Data)
	}
	for i := range c.sides {
		c.sides[i].buf = bytes.Clone(o.sides[i].buf)
	}
	return &c
}

// Next takes the next line, and false where none is complete.
func (o *Observer) Next() (machine.Line, bool) {
	if o.given == len(o.lines) {
		o.lines, o.given = o.lines[:0], 0
		return machine.Line{}, false
	}
	l := o.lines[o.given]
	o.lines[o.given] = machine.Line{}
	o.given++
	return l, true
}

// Observe takes octets that passed in one direction.
func (o *Observer) Observe(now engine.Time, dir trace.Dir, p []byte) {
	if dir != trace.ToServer && dir != trace.ToClient {
		return
	}
	s := &o.sides[dir-trace.ToServer]
	if len(s.buf) == 0 {
		s.from = now
	}
	s.buf = append(s.buf, p...)
	for more := true; more && s.start < len(s.buf); {
		if dir == trace.ToClient && o.reading == followsContent {
			more = o.content(now, s)
			continue
		}
		n := bytes.IndexByte(s.buf[s.start:], '\n') + 1
		switch {
		case n == 0:
			more = false
		case dir == trace.ToServer:
			o.command(now, s, n)
		default:
			o.reply(now, s, n)
		}
	}
	s.buf = s.buf[:copy(s.buf, s.buf[s.start:])]
	s.start = 0
}

// take gives the first n octets of a side as a line.
func (o *Observer) take(now engine.Time, s *side, n int, l machine.Line) {
	l.From, l.At, l.Off = s.from, now, s.off
	l.Data = bytes.Clone(s.buf[s.start : s.start+n])
	if l.State == "" {
		l.State = o.State()
	}
	l.Next = o.State()
	o.lines = append(o.lines, l)
	s.off += int64(n)
	s.start += n
	s.from = now
}

// command takes a line of the client. What the server says to it decides where it leads.
func (o *Observer) command(now engine.Time, s *side, n int) {
	var sc scanner
	line := s.buf[s.start : s.start+n]
	c, err := sc.command(line)
	next := sent{verb: sc.verb, keyword: sc.keyword, wrong: err != nil || n > maxLine}
	if f, known := elsewhere[sc.keyword]; known {
		next.follows = f
		if f == followsArgument {
			next.follows = followsListing
			if bytes.IndexByte(line, ' ') >= 0 {
				next.follows = followsNothing
			}
		}
	} else if err == nil {
		next.follows = c.follows()
	} else if sc.verb == verbRETR { // a lenient server may take it all the same
		next.follows = followsContent
	}
	o.sent = append(o.sent, next)
	o.take(now, s, n, machine.Line{Dir: trace.ToServer, Label: label(sc.keyword), Verb: o.verbName(next), Class: trace.ClassCommand})
}

func (o *Observer) verbName(c sent) string {
	if _, known := elsewhere[c.keyword]; known || c.verb != machine.NoVerb {
		return c.keyword
	}
	return ""
}

// label is a keyword as a packet shows it: short and printable, whatever was sent.
func label(keyword string) string {
	keyword = strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return '?'
		}
		return r
	}, keyword)
	if keyword == "" {
		return "?"
	}
	return keyword[:min(len(keyword), 8)]
}

// reply takes a line of the server that is not part of a message.
func (o *Observer) reply(now engine.Time, s *side, n int) {
	line := s.buf[s.start : s.start+n]
	l := machine.Line{Dir: trace.ToClient, State: o.State()}
	if o.reading == followsListing {
		l.Verb = o.verbName(o.sent[0])
		l.Class = trace.ClassUntagged
		text, end := wire.Unstuff(line)
		if end {
			l.Label = "."
			o.answered()
		} else {
			text, _ = wire.TrimEnd(text)
			l.Label = label(string(text))
		}
		o.take(now, s, n, l)
		return
	}
	class, _, ok := parseStatus(line)
	l.Class, l.Label = class, "?"
	if ok {
		l.Label = statusOf(class)
	}
	switch {
	case !o.greeted:
		o.greeted = true
		if ok && class == trace.ClassOK {
			l.Class = trace.ClassGreeting
		}
	case len(o.sent) > 0 && ok:
		c := o.sent[0]
		l.Verb = o.verbName(c)
		if class == trace.ClassOK || !c.wrong {
			o.state = Table.Next(o.state, c.verb, class)
		}
		if class == trace.ClassOK && c.follows != followsNothing {
			o.reading = c.follows
		} else {
			o.answered()
		}
	}
	o.take(now, s, n, l)
}

// answered says that the reply to the oldest command is complete.
func (o *Observer) answered() {
	o.sent = slices.Delete(o.sent, 0, 1)
	o.reading = followsNothing
}

// content takes octets of a message: all that are there, but for those that may yet become its end, and the end. It
// returns false where it has to wait for more.
func (o *Observer) content(now engine.Time, s *side) bool {
	const end = ".\r\n"
	buf := s.buf[s.start:]
	n, inner, over := 0, s.inner, false
	for n < len(buf) {
		rest := buf[n:]
		if !inner {
			if over = bytes.HasPrefix(rest, []byte(end)); over || strings.HasPrefix(end, string(rest[:min(len(rest), len(end))])) {
				break
			}
		}
		i := bytes.IndexByte(rest, '\n')
		if inner = i < 0; inner {
			n = len(buf)
		} else {
			n += i + 1
		}
	}
	l := machine.Line{Dir: trace.ToClient, Verb: o.verbName(o.sent[0])}
	if n > 0 {
		l.Class = trace.ClassContent
		o.take(now, s, n, l)
	}
	s.inner = inner
	if over {
		l.Class, l.Label = trace.ClassUntagged, "."
		o.answered()
		o.take(now, s, len(end), l)
	}
	return n > 0 || over
}
