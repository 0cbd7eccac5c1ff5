package smtp

import (
	"bytes"
	"slices"
	"strings"

	"ehlo/sim/engine"
	"ehlo/sim/machine"
	"ehlo/sim/trace"
	"ehlo/sim/wire"
)

// maxObserved is the longest piece of a line that an observer keeps, in octets. A longer line is reported in pieces; all
// but the last are of class [trace.ClassNone].
const maxObserved = 8192

// maxKeptBuffer is how much memory an observer keeps for the octets to come, in octets.
const maxKeptBuffer = 8 * maxObserved

// manyPending is from how many commands without a reply on they are not moved when the first of them gets one.
const manyPending = 64

// Observer reads an SMTP session between others. Make one with [NewObserver].
type Observer struct {
	takes   Leniency // what the server takes besides what the grammar allows
	state   machine.State
	greeted bool
	pending []pending // commands whose replies are not complete
	content bool      // the client sends a message
	dots    dots
	chunk   int64   // octets of a BDAT that are still to come from the client
	long    pending // the command of a line that comes in pieces; without a name within no such line
	login   login
	client  stream
	server  stream
	lines   machine.Queue[machine.Line]
}

// pending is a command that awaits its reply.
type pending struct {
	verb machine.Verb
	name string
	next machine.State // behind it, if the server takes it and all before it
}

var _ machine.Observer = (*Observer)(nil)

// NewObserver returns an observer of a session that has just begun.
func NewObserver() *Observer { return &Observer{} }

// NewObserverOf is NewObserver where it is known what the server takes besides what the grammar allows.
func NewObserverOf(takes Leniency) *Observer { return &Observer{takes: takes} }

// NewObserverLater is NewObserverOf for a session that is under way, at a moment at which its server is [Server.Idle].
func NewObserverLater(takes Leniency) *Observer {
	return &Observer{takes: takes, state: Greeted, greeted: true}
}

// Clone returns an independent copy.
func (o *Observer) Clone() machine.Observer {
	c := *o
	c.pending = slices.Clone(o.pending)
	c.client = o.client.clone()
	c.server = o.server.clone()
	c.lines = o.lines.Clone()
	return &c
}

// State is the name of the session's state: what the replies so far have made of it.
func (o *Observer) State() string { return stateNames[o.state] }

// Observe takes octets that passed in one direction.
func (o *Observer) Observe(now engine.Time, dir trace.Dir, p []byte) {
	taken := o.lines.Len() == 0
	if dir == trace.ToClient {
		o.server.feed(now, p, taken)
		o.readReplies()
	} else {
		o.client.feed(now, p, taken)
	}
	o.readClient()
}

// Next takes the next line, and false where none is complete.
func (o *Observer) Next() (machine.Line, bool) {
	l, ok := o.lines.Next()
	l.Takes = o.takes.String()
	return l, ok
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
		if o.chunk > 0 {
			if !o.readChunk() {
				return
			}
			continue
		}
		if n := len(o.pending); n > 0 && o.pending[n-1].opens() { // nothing is read behind one that does
			return
		}
		line, whole, ok := o.client.line(trace.ToServer)
		if !ok {
			return
		}
		if o.login.awaited && whole {
			o.response(line)
			continue
		}
		state := o.expected()
		line.State, line.Next = stateNames[state], stateNames[state]
		switch {
		case o.login.awaited:
		case o.long.name != "" || !whole:
			o.piece(&line, whole)
		default:
			c := o.command(line.Data)
			line.Class, line.Verb, line.Label = trace.ClassCommand, c.name, c.name
			o.await(c)
		}
		o.lines.Add(line)
	}
}

// restOfLine is the label of a piece of a line that began in another.
const restOfLine = "…"

// piece takes a piece of a command line that is longer than a server takes, but for AUTH: the first says which command it is, and with
// the last the line is over.
func (o *Observer) piece(l *machine.Line, last bool) {
	l.Label = restOfLine
	if o.long.name == "" {
		o.long = o.command(l.Data)
		if o.chunk = 0; o.long.verb != AUTH {
			o.long.verb = machine.NoVerb
		}
		l.Label = o.long.name
	}
	if l.Verb = o.long.name; !last {
		return
	}
	l.Class = trace.ClassCommand
	o.await(o.long)
	o.long = pending{}
}

// opens says that the reply decides what the client's next octets are.
func (p pending) opens() bool { return p.verb == DATA || p.verb == AUTH }

// readChunk reads octets that BDAT announced, and says whether all have come.
func (o *Observer) readChunk() bool {
	n := int(min(o.chunk, int64(len(o.client.rest()))))
	if n == 0 {
		return false
	}
	line := o.client.take(n, trace.ToServer)
	line.Class, line.State, line.Next = trace.ClassContent, stateNames[Chunks], stateNames[Chunks]
	o.lines.Add(line)
	o.chunk -= int64(n)
	return o.chunk == 0
}

// expected is the state in which a command of the client meets the server if it takes all that is still unanswered.
func (o *Observer) expected() machine.State {
	if n := len(o.pending); n > 0 {
		return o.pending[n-1].next
	}
	return o.state
}

// behind is where a command leads from a state if the server takes it there.
func (c pending) behind(s machine.State) machine.State {
	if c.verb != machine.NoVerb && commands[c.verb].in.has(s) {
		return Table().Next(s, c.verb, trace.ClassOK)
	}
	return s
}

// await adds a command to those that have no reply yet.
func (o *Observer) await(c pending) {
	c.next = c.behind(o.expected())
	o.pending = append(o.pending, c)
}

// answered takes the oldest command from those that have no reply yet. A recording may have many of them, which then stay where they are.
func (o *Observer) answered() {
	if len(o.pending) > manyPending {
		o.pending = o.pending[1:]
	} else {
		o.pending = slices.Delete(o.pending, 0, 1)
	}
}

// foresee says anew where the commands lead that have no reply yet, up to the first that leads where it did before.
func (o *Observer) foresee() {
	s := o.state
	for i := range o.pending {
		c := &o.pending[i]
		if s = c.behind(s); s == c.next {
			return
		}
		c.next = s
	}
}

// command says which command a line is. What is none is named by its first word. Only those whose argument says what comes
// next are read to their end.
func (o *Observer) command(line []byte) pending {
	text, _ := wire.TrimEnd(line)
	word := trimBlank(text)
	word = word[:wordLen(word)]
	switch v := verbOf(word); v {
	case BDAT, AUTH:
		return o.announcement(line, v)
	case machine.NoVerb:
	default:
		return pending{verb: v, name: commands[v].name}
	}
	if len(word) == 0 || len(word) > 12 || bytes.ContainsFunc(word, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return pending{verb: machine.NoVerb, name: "?"}
	}
	return pending{verb: machine.NoVerb, name: strings.ToUpper(string(word))}
}

// announcement reads a command that says what the client's next octets are.
func (o *Observer) announcement(line []byte, v machine.Verb) pending {
	p := parser{offered: allExtensions, lenient: LenientLineEnds}
	switch c := p.command(line).(type) {
	case Bdat:
		o.chunk = c.Size
		v = c.verb()
	case Auth:
		o.beginLogin(c)
	}
	return pending{verb: v, name: commands[v].name}
}

// readContent reads octets of a message, and says whether it is complete.
func (o *Observer) readContent() bool {
	c := &o.client
	rest := c.rest()
	for i := c.read; i < len(rest); i++ {
		if o.dots.at == inLine {
			if i += indexLineEnd(rest[i:]); i == len(rest) {
				break
			}
		}
		start := i - 2             // of the lone dot
		if o.dots.at == afterDot { // and LF alone ends its line
			start = i - 1
		}
		if o.dots.next(rest[i]) != isEnd {
			continue
		}
		o.emitContent(start)
		line := c.take(i+1-start, trace.ToServer)
		line.Class, line.Verb, line.Label = trace.ClassCommand, ".", "."
		line.State, line.Next = stateNames[Content], stateNames[Content]
		o.lines.Add(line)
		o.await(pending{verb: EndOfData, name: "."})
		o.content = false
		return true
	}
	// A dot at the start of a line may be the end.
	sure := len(rest)
	switch o.dots.at {
	case afterDot:
		sure--
	case afterDotCR:
		sure -= 2
	}
	o.emitContent(sure)
	c.read = len(c.rest())
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
	o.lines.Add(line)
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
		o.lines.Add(line)
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
	l.Label = codeName(l.Data[:3])
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
		o.answered()
		if verb != machine.NoVerb {
			o.state = Table().Next(o.state, verb, l.Class)
		}
		o.follow(l, verb, code)
	}
	if code == 421 { // RFC 5321 §3.8
		o.state = Closed
	}
	o.foresee()
}

// follow does what a reply means for the octets that come next.
func (o *Observer) follow(l *machine.Line, verb machine.Verb, code int) {
	switch {
	case verb == DATA && l.Class == trace.ClassMore:
		o.content, o.dots = true, dots{lenient: o.takes.has(LenientLineEnds)}
	case verb == AUTH && l.Class == trace.ClassMore:
		o.challenge(l)
	case verb == AUTH:
		o.login = login{}
	case verb == STARTTLS && code == 220:
		// The server drops what came behind the command: it gets no replies.
		o.pending, o.chunk = nil, 0
		if n := len(o.client.rest()); n > 0 {
			line := o.client.take(n, trace.ToServer)
			line.State, line.Next = stateNames[Connected], stateNames[Connected]
			o.lines.Add(line)
		}
	case (verb == BDAT || verb == LastChunk) && (code == 500 || code == 502):
		o.chunk = 0 // the server does not know the command, and takes what follows for commands
	}
}
