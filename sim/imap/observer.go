package imap

import (
	"bytes"
	"slices"

	"ehlo/sim/engine"
	"ehlo/sim/machine"
	"ehlo/sim/sasl"
	"ehlo/sim/trace"
)

// Observer reads an IMAP conversation between others. It implements [machine.Observer].
type Observer struct {
	state   machine.State
	greeted bool
	sent    []sent // commands whose replies are outstanding, in their order
	sasl    sasl.Exchange
	client  stream
	server  stream
	lines   []machine.Line
	given   int // of lines, how many Next has given
}

// maxSent is how many commands without a reply are known: a client that sends more does not wait for any, and each response is looked
// up among them.
const maxSent = 1000

// sent is a command on its way to its reply.
type sent struct {
	tag  string
	verb machine.Verb
	name string
}

// stream is one direction.
type stream struct {
	buf     []byte // what is not yet a line
	start   int    // where in buf that begins, while Observe reads it
	off     int64  // position of its first octet
	marks   []mark // when the octets of buf passed
	literal int64  // octets of a literal still to come
	wait    int64  // octets of the literal that the server has not yet asked for; -1 is none
	inner   bool   // the next line goes on with a command or response
	refused bool   // that command is answered already: the server asks for none of its literals
	holds   string // the command that may go on in lines of its own, if the server says so
	talk    string // the command of which the next line is one
	verb    string // of that
}

// mark says that the octets before position end, as far as no earlier mark says so, passed at a moment.
type mark struct {
	end int64
	at  engine.Time
}

// NewObserver returns an observer of a session that has not begun.
func NewObserver() *Observer {
	return &Observer{client: stream{wait: -1}, server: stream{wait: -1}}
}

// NewObserverLater is NewObserver for a session that is under way, in a state, at a moment at which its server is [Server.Idle].
func NewObserverLater(state machine.State) *Observer {
	o := NewObserver()
	o.state, o.greeted = state, true
	return o
}

// State is the name of the state the session is in.
func (o *Observer) State() string { return stateNames[o.state] }

// Clone returns an independent copy.
func (o *Observer) Clone() machine.Observer {
	c := *o
	c.sent = slices.Clone(o.sent)
	c.client, c.server = o.client.clone(), o.server.clone()
	c.lines, c.given = slices.Clone(o.lines[o.given:]), 0
	for i := range c.lines {
		c.lines[i].Data = bytes.Clone(c.lines[i].Data)
	}
	return &c
}

func (s stream) clone() stream {
	s.buf, s.marks = bytes.Clone(s.buf), slices.Clone(s.marks)
	return s
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
	s := &o.client
	switch {
	case len(p) == 0 || dir == trace.DirNone:
		return
	case dir == trace.ToClient:
		s = &o.server
	}
	s.buf = append(s.buf, p...)
	end := s.off + int64(len(s.buf)-s.start)
	if n := len(s.marks); n > 0 && s.marks[n-1].at == now {
		s.marks[n-1].end = end
	} else {
		s.marks = append(s.marks, mark{end, now})
	}
	if dir == trace.ToServer {
		o.read(s, dir)
	} else { // What the server says may decide what the client's next octets are.
		for o.piece(s, dir) {
			o.read(&o.client, trace.ToServer)
		}
	}
	for _, s := range [...]*stream{&o.client, &o.server} {
		if s.start >= len(s.buf)-s.start { // otherwise more would be moved than is won
			s.buf, s.start = s.buf[:copy(s.buf, s.buf[s.start:])], 0
		}
	}
}

func (o *Observer) read(s *stream, dir trace.Dir) {
	for o.piece(s, dir) {
	}
}

// piece takes the next line, or octets of a literal; false where there is nothing that can be told yet.
func (o *Observer) piece(s *stream, dir trace.Dir) bool {
	rest := s.buf[s.start:]
	if s.wait >= 0 || len(rest) == 0 {
		return false
	}
	if s.literal > 0 {
		n := int(min(s.literal, int64(len(rest))))
		s.literal -= int64(n)
		state := o.State()
		o.take(s, n, machine.Line{Dir: dir, Label: "", Verb: s.verb, Class: trace.ClassContent, State: state, Next: state})
		return true
	}
	i := bytes.IndexByte(rest, '\n')
	if i < 0 {
		return false
	}
	l := machine.Line{Dir: dir, State: o.State()}
	text := trimLineEnd(rest[:i+1])
	if dir == trace.ToServer {
		o.command(&l, text)
	} else {
		o.response(&l, text)
	}
	l.Next = o.State()
	o.take(s, i+1, l)
	return true
}

// take gives the first n octets of a stream as a line.
func (o *Observer) take(s *stream, n int, l machine.Line) {
	l.Off = s.off
	l.From = s.at(s.off)
	l.At = s.at(s.off + int64(n) - 1)
	l.Data = bytes.Clone(s.buf[s.start : s.start+n])
	o.lines = append(o.lines, l)
	s.off += int64(n)
	s.start += n
	past := 0
	for past < len(s.marks) && s.marks[past].end <= s.off {
		past++
	}
	if len(s.marks) > maxSent {
		s.marks = s.marks[past:]
	} else {
		s.marks = s.marks[:copy(s.marks, s.marks[past:])]
	}
}

// at is when the octet at a position passed.
func (s *stream) at(off int64) engine.Time {
	for _, m := range s.marks {
		if off < m.end {
			return m.at
		}
	}
	return engine.Never
}

// command takes a line of the client.
func (o *Observer) command(l *machine.Line, text []byte) {
	s := &o.client
	l.Class = trace.ClassCommand
	if s.talk != "" {
		o.said(l, text)
		return
	}
	if !s.inner {
		sc := newScanner(text)
		r := sc.head()
		c := sent{string(r.tag), r.verb, elsewhereName(r.word)}
		if r.verb != machine.NoVerb {
			c.name = commands[r.verb].name
		}
		s.verb, s.refused = c.name, false
		if len(o.sent) == maxSent {
			o.sent = o.sent[1:]
		}
		o.sent = append(o.sent, c)
		l.Label = label(r.word)
	} else {
		l.Label = s.verb
	}
	l.Verb = s.verb
	n, plus, ok := announced(text)
	s.inner = ok && (plus || !s.refused)
	switch {
	case ok && plus:
		s.literal = n
	case s.inner:
		s.wait = n
	case s.verb == "IDLE":
		s.wait, s.holds = 0, s.verb
	case s.verb == "AUTHENTICATE":
		s.wait, s.holds = 0, s.verb
		o.sasl = sasl.Exchange{}
		if c, ok := parsed(text).(Authenticate); ok {
			o.sasl = sasl.Begin(sasl.Named(c.Mechanism), c.Initial != "")
			if c.Initial != "" {
				o.sasl.Advance()
			}
		}
	}
}

// parsed is the command of a line, or nil.
func parsed(text []byte) Command {
	s := newScanner(text)
	r := s.request()
	if s.bad {
		return nil
	}
	return r.command
}

// said takes a line within IDLE or AUTHENTICATE. Its label is DONE, or the name of the mechanism's step.
func (o *Observer) said(l *machine.Line, text []byte) {
	s := &o.client
	l.Verb, l.Label = s.talk, label(text)
	if s.talk == "AUTHENTICATE" {
		l.Label = o.sasl.Step().String()
		o.sasl.Advance()
		s.wait, s.holds = 0, s.talk
	}
	if l.Label == "" || l.Label == l.Verb {
		l.Label = "?"
	}
	s.talk = ""
}

// decide lets the client's octets go on after the server has said whether it takes the literal.
func (o *Observer) decide(taken bool) {
	s := &o.client
	if s.wait < 0 {
		return
	}
	if s.holds != "" {
		if taken {
			s.talk = s.holds
		}
		s.wait, s.holds = -1, ""
		return
	}
	if taken {
		s.literal = s.wait
	}
	s.inner, s.wait = taken, -1
}

// response takes a line of the server.
func (o *Observer) response(l *machine.Line, text []byte) {
	s := &o.server
	if s.inner {
		l.Class, l.Verb, l.Label = trace.ClassUntagged, s.verb, printable(text)
		s.literal, s.inner = literalAtEnd(text)
		return
	}
	var room [4][]byte
	words := split(room[:0], text)
	tag := string(words[0])
	switch {
	case !o.greeted:
		o.greeted = true
		l.Class, l.Label = trace.ClassGreeting, untaggedLabel(words)
		o.greeting(words)
	case tag == "+":
		l.Class, l.Label = trace.ClassMore, "+"
		if n := len(o.sent); n > 0 {
			l.Verb = o.sent[n-1].name
		}
		if step := o.sasl.Step(); o.client.holds == "AUTHENTICATE" && step != sasl.StepNone {
			l.Label = step.String()
			o.sasl.Advance()
		}
		o.decide(true)
	case tag == "*":
		l.Class, l.Label = trace.ClassUntagged, untaggedLabel(words)
		if i := slices.IndexFunc(o.sent, func(c sent) bool { return c.name != "" }); i >= 0 {
			l.Verb = o.sent[i].name
		}
		o.untagged(l, text, words)
	default:
		o.tagged(l, tag, words)
	}
}

func (o *Observer) greeting(words [][]byte) {
	if len(words) < 2 {
		return
	}
	switch {
	case equalFold(words[1], "PREAUTH"):
		o.state = Authenticated
	case equalFold(words[1], "BYE"):
		o.state = LoggedOut
	}
}

// untagged takes data and statuses without a tag.
func (o *Observer) untagged(l *machine.Line, text []byte, words [][]byte) {
	s := &o.server
	if !isStatus(text) {
		s.literal, s.inner = literalAtEnd(text)
		s.verb = l.Verb
		return
	}
	switch {
	case equalFold(words[1], "BYE"):
		if !slices.ContainsFunc(o.sent, func(c sent) bool { return c.name == "LOGOUT" }) {
			o.state = LoggedOut
		}
	case equalFold(words[1], "BAD"): // what it answers had no tag
		if i := slices.IndexFunc(o.sent, func(c sent) bool { return c.tag == "" }); i >= 0 {
			l.Class, l.Verb = trace.ClassPermanent, o.sent[i].name
			o.answered(i)
		}
	}
}

// tagged takes the end of a command.
func (o *Observer) tagged(l *machine.Line, tag string, words [][]byte) {
	l.Class, l.Label = trace.ClassUntagged, printable(words[0])
	i := slices.IndexFunc(o.sent, func(c sent) bool { return c.tag == tag })
	if len(words) < 2 {
		return
	}
	for status := OK; status <= BAD; status++ {
		if !equalFold(words[1], status.String()) {
			continue
		}
		l.Class = status.Class()
		l.Label = printable(words[0]) + " " + status.String()
		if i < 0 {
			return
		}
		c := o.sent[i]
		l.Verb = c.name
		if status != BAD {
			o.state = Table().Next(o.state, c.verb, l.Class)
		}
		o.answered(i)
	}
}

// answered drops a command whose reply is complete; a literal it waited for is not asked for any more.
func (o *Observer) answered(i int) {
	if i == len(o.sent)-1 {
		o.decide(false)
		o.client.refused = true
	}
	o.sent = append(o.sent[:i], o.sent[i+1:]...)
}
