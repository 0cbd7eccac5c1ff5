package smtp

import (
	"bytes"
	"slices"
	"strings"

	"ehlo/sim/engine"
	"ehlo/sim/machine"
	"ehlo/sim/trace"
)

// maxObserved is the longest piece of a line that an observer keeps, in octets. A longer line is reported in pieces; all
// but the last are of class [trace.ClassNone].
const maxObserved = 8192

// Observer reads an SMTP session between others. Make one with [NewObserver].
type Observer struct {
	state   machine.State
	greeted bool
	pending []pending // commands whose replies are not complete
	content bool      // the client sends a message
	dots    dots
	client  stream
	server  stream
	lines   []machine.Line
}

// pending is a command that awaits its reply.
type pending struct {
	verb machine.Verb
	name string
}

// stream is the octets of one direction that no line has taken yet.
type stream struct {
	buf    []byte
	off    int64   // position of buf[0]
	read   int     // octets of buf that were looked at
	stamps []stamp // when they passed, in order
}

// stamp says that the octets before position end, from where the stamp before it ends, passed at one moment.
type stamp struct {
	end int64
	at  engine.Time
}

var _ machine.Observer = (*Observer)(nil)

// NewObserver returns an observer of a session that has just begun.
func NewObserver() *Observer { return &Observer{} }

// Clone returns an independent copy.
func (o *Observer) Clone() machine.Observer {
	c := *o
	c.pending = slices.Clone(o.pending)
	c.client = o.client.clone()
	c.server = o.server.clone()
	c.lines = slices.Clone(o.lines)
	return &c
}

// State is the name of the session's state: what the replies so far have made of it.
func (o *Observer) State() string { return stateNames[o.state] }

// Observe takes octets that passed in one direction.
func (o *Observer) Observe(now engine.Time, dir trace.Dir, p []byte) {
	if dir == trace.ToClient {
		o.server.feed(now, p)
		o.readReplies()
	} else {
		o.client.feed(now, p)
	}
	o.readClient()
}

// Next takes the next line, and false where none is complete.
func (o *Observer) Next() (machine.Line, bool) {
	if len(o.lines) == 0 {
		return machine.Line{}, false
	}
	l := o.lines[0]
	o.lines = o.lines[1:]
	return l, true
}

// readClient reads what the client said as far as it is known what that is: behind DATA this is for the reply to say.
func (o *Observer) readClient() {
	for {
		if o.content {
			if !o.readContent() {
				return
			}
			continue
		}
		if slices.ContainsFunc(o.pending, func(p pending) bool { return p.verb == DATA }) {
			return
		}
		line, whole, ok := o.client.line(trace.ToServer)
		if !ok {
			return
		}
		state := o.expected()
		line.State, line.Next = stateNames[state], stateNames[state]
		if whole {
			c := o.command(line.Data)
			line.Class, line.Verb, line.Label = trace.ClassCommand, c.name, c.name
			o.pending = append(o.pending, c)
		}
		o.lines = append(o.lines, line)
	}
}

// expected is the state in which a command of the client meets the server if it takes all that is still unanswered.
func (o *Observer) expected() machine.State {
	s := o.state
	for _, c := range o.pending {
		if c.verb != machine.NoVerb && commands[c.verb].in.has(s) {
			s = Table.Next(s, c.verb, trace.ClassOK)
		}
	}
	return s
}

// command says which command a line is. What is none is named by its first word.
func (o *Observer) command(line []byte) pending {
	var p parser
	p.command(line)
	if p.verb != machine.NoVerb {
		return pending{p.verb, commands[p.verb].name}
	}
	word := p.line[:p.pos]
	if len(word) == 0 || len(word) > 12 || bytes.ContainsFunc(word, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return pending{machine.NoVerb, "?"}
	}
	return pending{machine.NoVerb, strings.ToUpper(string(word))}
}

// readContent reads octets of a message, and says whether it is complete.
func (o *Observer) readContent() bool {
	c := &o.client
	for i := c.read; i < len(c.buf); i++ {
		if o.dots.next(c.buf[i]) != isEnd {
			continue
		}
		o.emitContent(i - 2)
		line := c.take(3, trace.ToServer)
		line.Class, line.Verb, line.Label = trace.ClassCommand, ".", "."
		line.State, line.Next = stateNames[Content], stateNames[Content]
		o.lines = append(o.lines, line)
		o.pending = append(o.pending, pending{EndOfData, "."})
		o.content = false
		return true
	}
	// A dot at the start of a line may be the end.
	sure := len(c.buf)
	switch o.dots.at {
	case afterDot:
		sure--
	case afterDotCR:
		sure -= 2
	}
	o.emitContent(sure)
	c.read = len(c.buf)
	return false
}

// emitContent reports the first n octets of the client's stream as octets of the message.
func (o *Observer) emitContent(n int) {
	if n <= 0 {
		return
	}
	line := o.client.take(n, trace.ToServer)
	line.Class = trace.ClassContent
	line.State, line.Next = stateNames[Content], stateNames[Content]
	o.lines = append(o.lines, line)
}

// readReplies reads what the server said.
func (o *Observer) readReplies() {
	for {
		line, whole, ok := o.server.line(trace.ToClient)
		if !ok {
			return
		}
		line.State = stateNames[o.state]
		if whole {
			o.reply(&line)
		}
		line.Next = stateNames[o.state]
		o.lines = append(o.lines, line)
		o.readClient()
	}
}

// reply says what a line of a reply is, and follows where it leads.
func (o *Observer) reply(l *machine.Line) {
	code, more, _, ok := parseReplyLine(l.Data)
	l.Class, l.Label = trace.ClassUntagged, "?"
	verb := machine.NoVerb
	if o.greeted && len(o.pending) > 0 {
		verb, l.Verb = o.pending[0].verb, o.pending[0].name
	}
	if !ok {
		return
	}
	l.Label = string(l.Data[:3])
	if more {
		return
	}
	l.Class = Reply{Code: code}.Class()
	switch {
	case !o.greeted:
		o.greeted = true
		if l.Class == trace.ClassOK {
			l.Class = trace.ClassGreeting
		}
	case len(o.pending) > 0:
		o.pending = slices.Delete(o.pending, 0, 1)
		if verb != machine.NoVerb {
			o.state = Table.Next(o.state, verb, l.Class)
		}
		if verb == DATA && l.Class == trace.ClassMore {
			o.content, o.dots = true, dots{}
		}
	}
	if code == 421 { // RFC 5321 §3.8
		o.state = Closed
	}
}

func (s *stream) clone() stream {
	c := *s
	c.buf = bytes.Clone(s.buf)
	c.stamps = slices.Clone(s.stamps)
	return c
}

func (s *stream) feed(now engine.Time, p []byte) {
	if len(p) == 0 {
		return
	}
	s.buf = append(s.buf, p...)
	end := s.off + int64(len(s.buf))
	if n := len(s.stamps); n > 0 && s.stamps[n-1].at == now {
		s.stamps[n-1].end = end
	} else {
		s.stamps = append(s.stamps, stamp{end, now})
	}
}

// line takes a line that is complete, or the piece of one that is too long; whole is false for a piece but the last.
func (s *stream) line(dir trace.Dir) (line machine.Line, whole, ok bool) {
	i := bytes.IndexByte(s.buf[s.read:], '\n')
	switch n := s.read + i + 1; {
	case i >= 0 && n <= maxObserved:
		return s.take(n, dir), true, true
	case i >= 0 || len(s.buf) >= maxObserved:
		return s.take(maxObserved, dir), false, true
	}
	s.read = len(s.buf)
	return machine.Line{}, false, false
}

// take takes the first n octets. Their memory is the line's own.
func (s *stream) take(n int, dir trace.Dir) machine.Line {
	l := machine.Line{Dir: dir, Off: s.off, Data: s.buf[:n:n], From: s.at(s.off), At: s.at(s.off + int64(n) - 1)}
	s.off += int64(n)
	s.buf, s.read = s.buf[n:], 0
	if len(s.buf) == 0 {
		s.buf = nil
	}
	for len(s.stamps) > 0 && s.stamps[0].end <= s.off {
		s.stamps = s.stamps[1:]
	}
	return l
}

// at is when an octet passed.
func (s *stream) at(off int64) engine.Time {
	for _, st := range s.stamps {
		if off < st.end {
			return st.at
		}
	}
	return 0
}
