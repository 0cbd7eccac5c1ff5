package pop3

import (
	"bytes"
	"slices"
	"strings"

	"ehlo/sim/engine"
	"ehlo/sim/machine"
	"ehlo/sim/sasl"
	"ehlo/sim/trace"
	"ehlo/sim/wire"
)

// manySent is from how many commands without a reply on they are not moved when the first of them gets one.
const manySent = 64

// Observer reads a POP3 conversation between others. It implements [machine.Observer].
type Observer struct {
	state   machine.State
	greeted bool
	sent    []sent // commands whose replies are outstanding, in their order
	reading follows
	auth    auth
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

	// response says that the line belongs to the exchange of the AUTH before it, if that goes so far.
	response bool
}

// auth is how far an AUTH has come.
type auth struct {
	open           bool          // what the client says is a response
	client, server sasl.Exchange // as far as each side has spoken
	challenges     int
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
func (o *Observer) State() string { return Table().States[o.state] }

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
	line := s.buf[s.start : s.start+n]
	next := read(line)
	l := machine.Line{Dir: trace.ToServer, Label: label(next.keyword), Verb: o.verbName(next), Class: trace.ClassCommand}
	if o.auth.open {
		next.response = true
		l.Label, l.Verb = o.auth.respond(line)
	} else if next.verb == verbAUTH && !next.wrong {
		o.auth = begin(line)
	}
	o.sent = append(o.sent, next)
	o.take(now, s, n, l)
}

// read parses a command.
func read(line []byte) sent {
	sc := scanner{utf8: true}
	c, err := sc.command(line)
	next := sent{verb: sc.verb, keyword: sc.keyword, wrong: err != nil || len(line) > maxLine}
	if err == nil {
		next.follows = c.follows()
		return next
	}
	bare := len(bytes.TrimRight(line, " \r\n")) <= len(sc.keyword)
	switch sc.verb { // a lenient server may take it all the same
	case verbRETR, verbTOP:
		next.follows = followsContent
	case verbCAPA:
		next.follows = followsListing
	case verbLIST, verbUIDL, verbLANG, verbAUTH:
		if bare {
			next.follows = followsListing
		}
	}
	return next
}

// begin begins the exchange of an AUTH command. Of a mechanism that is not known here nothing follows until the server
// asks for it.
func begin(line []byte) auth {
	var sc scanner
	c, _ := sc.command(line)
	a, _ := c.(Auth)
	m := sasl.Named(a.Mechanism)
	x := sasl.Begin(m, a.Initial != "" && m.TakesInitial())
	if a.Initial != "" {
		x.Advance()
	}
	return auth{open: m != sasl.None && a.Initial == "" || x.Step() != sasl.StepNone, client: x, server: x}
}

// respond takes a response, and returns what a packet shows of it, and its verb.
func (a *auth) respond(line []byte) (label, verb string) {
	text, _ := wire.TrimEnd(line)
	step := pass(&a.client, false)
	if a.client.Mechanism() != sasl.None {
		a.open = a.client.Step() != sasl.StepNone
	}
	switch {
	case sasl.IsCancel(text):
		return "*", "*"
	case step == sasl.StepNone:
		return unknownStep, ""
	}
	return step.String(), ""
}

// unknownStep is what a packet shows of a message of a mechanism that is not known here.
const unknownStep = "response"

// pass takes the next message of a side: what the other side had to say before is over.
func pass(x *sasl.Exchange, server bool) sasl.Step {
	for x.Step() != sasl.StepNone && x.Step().FromServer() != server {
		x.Advance()
	}
	step := x.Step()
	x.Advance()
	return step
}

func (o *Observer) verbName(c sent) string {
	if c.verb != machine.NoVerb || slices.Contains(elsewhere, c.keyword) {
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
		o.listed(line, &l)
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
	case len(o.sent) > 0 && o.sent[0].verb == verbAUTH && isChallenge(line):
		o.challenge(&l)
	case len(o.sent) > 0 && ok:
		o.status(&l, class)
	}
	o.take(now, s, n, l)
}

// listed takes a line behind the first of a reply.
func (o *Observer) listed(line []byte, l *machine.Line) {
	l.Verb = o.verbName(o.sent[0])
	l.Class = trace.ClassUntagged
	text, end := wire.Unstuff(line)
	if end {
		l.Label = "."
		o.answered(1)
		return
	}
	text, _ = wire.TrimEnd(text)
	l.Label = label(string(text))
}

// challenge takes a line with which an exchange goes on.
func (o *Observer) challenge(l *machine.Line) {
	l.Verb, l.Class, l.Label = "AUTH", trace.ClassMore, unknownStep
	if step := pass(&o.auth.server, true); step != sasl.StepNone {
		l.Label = step.String()
	}
	if o.auth.challenges++; o.auth.client.Mechanism() == sasl.None {
		o.auth.open = true
	}
	o.state = Table().Next(o.state, verbAUTH, trace.ClassMore)
}

// status takes the first line of a reply to the oldest command.
func (o *Observer) status(l *machine.Line, class trace.Class) {
	c := o.sent[0]
	l.Verb = o.verbName(c)
	list := c.verb == verbAUTH && c.follows == followsListing
	if (class == trace.ClassOK || !c.wrong) && !list {
		o.state = Table().Next(o.state, c.verb, class)
	}
	switch {
	case c.verb == verbAUTH && !list:
		o.answered(1 + o.auth.challenges)
		for i := len(o.sent) - 1; i >= 0 && o.sent[i].response; i-- { // they are the newest
			o.sent[i].response = false
		}
		o.auth = auth{}
	case class == trace.ClassOK && c.follows != followsNothing:
		o.reading = c.follows
	case class == trace.ClassOK && c.verb == verbSTLS:
		o.sent, o.auth = nil, auth{} // the server forgets what was sent before the handshake
	default:
		o.answered(1)
	}
}

// answered says that the reply to the oldest command is complete; with responses, so many lines are.
func (o *Observer) answered(n int) {
	for i := 1; i < n; i++ {
		if i >= len(o.sent) || !o.sent[i].response {
			n = i
		}
	}
	if o.reading = followsNothing; len(o.sent) > manySent {
		o.sent = o.sent[n:]
	} else {
		o.sent = slices.Delete(o.sent, 0, n)
	}
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
		o.answered(1)
		o.take(now, s, len(end), l)
	}
	return n > 0 || over
}
