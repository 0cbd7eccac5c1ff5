package pop3

import (
	"bytes"
	"errors"
	"slices"
	"time"

	"ehlo/sim/engine"
	"ehlo/sim/machine"
	"ehlo/sim/trace"
	"ehlo/sim/wire"
)

// ClientConfig is what a client is set up with.
type ClientConfig struct {
	MaxLine int           // octets of a line of the server with its end; 0 means 65536
	Timeout time.Duration // how long the client waits for the server to say something; 0 is for ever
}

// Why a session of a client ended otherwise than by QUIT.
var (
	ErrProtocol = errors.New("the server does not speak POP3")
	ErrClosed   = errors.New("the server closed the connection")
	ErrRefused  = errors.New("the server refuses the session")
	ErrTimeout  = errors.New("the server says nothing")
)

// ErrArgument is the answer to a command that cannot be written as one line.
var ErrArgument = errors.New("a line end in an argument")

// Client is the client's side of one session. Make one with [NewClient]. It sends one command at a time and keeps the
// others until their turn comes.
type Client struct {
	cfg   ClientConfig
	state machine.State
	lines wire.Lines
	out   []byte

	queue    machine.Queue[Command]
	current  Command // waits for its reply, or nil
	named    bool    // of a Login, USER is accepted
	greeted  bool
	multi    bool  // the first line of a multi-line reply is there
	reply    Event // as far as it is there
	events   machine.Queue[Event]
	deadline engine.Time
	done     bool
}

// NewClient begins a session: it waits for the greeting.
func NewClient(cfg ClientConfig, now engine.Time) *Client {
	if cfg.MaxLine <= 0 {
		cfg.MaxLine = 1 << 16
	}
	c := &Client{cfg: cfg}
	c.lines.Limit = cfg.MaxLine
	c.await(now)
	return c
}

// Do sends a command as soon as those before it are answered. Its answer comes as an EventReply; where the session ends
// before that, the commands that were not sent are dropped. A name or password that would end the line is never sent:
// its answer is [ErrArgument].
func (c *Client) Do(now engine.Time, command Command) {
	if c.done {
		return
	}
	line := command.append(nil)
	if login, ok := command.(Login); ok {
		line = append(line, login.Password...)
	}
	if bytes.ContainsAny(line, "\r\n") {
		c.events.Add(Event{Kind: EventReply, Command: command, Err: ErrArgument})
		return
	}
	c.queue.Add(command)
	c.send(now)
}

// Receive takes octets from the server.
func (c *Client) Receive(now engine.Time, p []byte) {
	if c.done {
		return
	}
	c.lines.Feed(p)
	for !c.done {
		line, tooLong, ok := c.lines.Next()
		if !ok {
			return
		}
		if tooLong || !c.line(now, line) {
			c.end(ErrProtocol)
		}
	}
}

// ReceiveEOF says that the server will send nothing more.
func (c *Client) ReceiveEOF(engine.Time) {
	if !c.done {
		c.end(ErrClosed)
	}
}

// Upgrading is never true: this client asks for no handshake.
func (*Client) Upgrading() bool { return false }

// Upgraded is for a TLS handshake, which this client does not ask for.
func (c *Client) Upgraded(engine.Time, machine.TLSInfo) {}

// Timeout is when the client gives the server up.
func (c *Client) Timeout() (engine.Time, bool) {
	if c.done || c.cfg.Timeout <= 0 || c.greeted && c.current == nil {
		return engine.Never, false
	}
	return c.deadline, true
}

// HandleTimeout gives the server up where it has said nothing for too long.
func (c *Client) HandleTimeout(now engine.Time) {
	if at, ok := c.Timeout(); ok && now >= at {
		c.end(ErrTimeout)
	}
}

// Output takes the octets for the server; they are valid until the client is called again.
func (c *Client) Output() []byte {
	out := c.out
	c.out = c.out[:0]
	return out
}

// Done says that the session is over.
func (c *Client) Done() bool { return c.done }

// State is where the session is in [Table].
func (c *Client) State() machine.State { return c.state }

// Next takes the next event.
func (c *Client) Next() (Event, bool) { return c.events.Next() }

// Clone returns an independent copy.
func (c *Client) Clone() *Client {
	d := *c
	d.lines = c.lines.Clone()
	d.out = bytes.Clone(c.out)
	d.queue = c.queue.Clone()
	d.events = c.events.Clone()
	d.reply.Scans = slices.Clone(c.reply.Scans)
	d.reply.Content = bytes.Clone(c.reply.Content)
	return &d
}

func (c *Client) await(now engine.Time) { c.deadline = now.Add(c.cfg.Timeout) }

// send sends the next command where no reply is outstanding.
func (c *Client) send(now engine.Time) {
	if !c.greeted || c.done || c.current != nil {
		return
	}
	if command, ok := c.queue.Next(); ok {
		c.current, c.named = command, false
		c.write(now, command)
	}
}

func (c *Client) write(now engine.Time, command Command) {
	c.out = append(command.append(c.out), "\r\n"...)
	c.await(now)
}

// line takes a line of the server; false where it makes no sense.
func (c *Client) line(now engine.Time, line []byte) bool {
	c.await(now)
	if c.multi {
		return c.more(now, line)
	}
	if c.greeted && c.current == nil {
		return false // nobody asked
	}
	class, start, ok := parseStatus(line)
	text, crlf := wire.TrimEnd(line)
	if !ok || !crlf {
		return false
	}
	c.reply = Event{Kind: EventReply, Command: c.current, OK: class == trace.ClassOK, Text: string(text[start:])}
	if !c.greeted {
		c.greeted = true
		c.events.Add(c.reply)
		if !c.reply.OK {
			c.end(ErrRefused)
		}
		c.send(now)
		return true
	}
	verb := c.current.Verb()
	if login, ok := c.current.(Login); ok && !c.named {
		c.state = Table.Next(c.state, verbUSER, class)
		if c.reply.OK {
			c.named = true
			c.write(now, Pass{login.Password})
			return true
		}
	} else {
		c.state = Table.Next(c.state, verb, class)
	}
	if c.reply.OK {
		switch c.current.follows() {
		case followsListing, followsContent:
			c.multi = true
			return true
		}
		if !c.numbers(text[start:]) {
			return false
		}
	}
	c.finish(now)
	return true
}

// numbers reads what the replies to STAT and LIST say in their first line.
func (c *Client) numbers(text []byte) bool {
	switch c.current.(type) {
	case Stat:
		count, octets, _, ok := parseNumbers(text)
		c.reply.Count, c.reply.Octets = count, octets
		return ok
	case List:
		n, octets, _, ok := parseNumbers(text)
		c.reply.Scans = []Scan{{n, octets}}
		return ok
	}
	return true
}

// more takes a further line of a multi-line reply.
func (c *Client) more(now engine.Time, line []byte) bool {
	text, end := wire.Unstuff(line)
	if end {
		c.multi = false
		c.finish(now)
		return true
	}
	if c.current.follows() == followsContent {
		c.reply.Content = append(c.reply.Content, text...)
		return true
	}
	text, _ = wire.TrimEnd(text)
	n, octets, _, ok := parseNumbers(text)
	c.reply.Scans = append(c.reply.Scans, Scan{n, octets})
	return ok
}

// finish reports a reply that is complete.
func (c *Client) finish(now engine.Time) {
	c.events.Add(c.reply)
	verb := c.current.Verb()
	c.current, c.reply = nil, Event{}
	if verb == verbQUIT {
		c.end(nil)
		return
	}
	c.send(now)
}

// end ends the session.
func (c *Client) end(err error) {
	c.events.Add(Event{Kind: EventClosed, Command: c.current, Err: err})
	c.done, c.current, c.queue, c.reply = true, nil, machine.Queue[Command]{}, Event{}
	c.multi = false
	c.lines.Reset()
}
