package pop3

import (
	"bytes"
	"errors"
	"slices"
	"strconv"
	"time"

	"ehlo/sim/engine"
	"ehlo/sim/machine"
	"ehlo/sim/sasl"
	"ehlo/sim/trace"
	"ehlo/sim/wire"
)

// ClientConfig is what a client is set up with.
type ClientConfig struct {
	MaxLine int           // octets of a line of the server with its end; 0 means 65536
	Timeout time.Duration // how long the client waits for the server to say something; 0 is for ever
	TLS     bool          // the connection began inside TLS
}

// Why a session of a client ended otherwise than by QUIT.
var (
	ErrProtocol = errors.New("the server does not speak POP3")
	ErrClosed   = errors.New("the server closed the connection")
	ErrRefused  = errors.New("the server refuses the session")
	ErrTimeout  = errors.New("the server says nothing")
)

// What a client says of a command that it does not send, or not to its end.
var (
	ErrArgument = errors.New("a line end in an argument")
	ErrNoTLS    = errors.New("the server offers no TLS, and the login needs it")
	ErrNoLogin  = errors.New("the server offers no login that the client may use")
)

// AuthError is why a client gives up the exchange of an AUTH, or does not trust a server that has accepted it.
type AuthError struct {
	Reason sasl.Reason
	Fault  string // the error that the server named (RFC 5802 §5.1)
}

// Error gives the identifier of the reason.
func (e *AuthError) Error() string {
	if e.Fault != "" {
		return e.Reason.ID() + ": " + e.Fault
	}
	return e.Reason.ID()
}

// Client is the client's side of one session. Make one with [NewClient]. It sends one command at a time and keeps the
// others until their turn comes.
type Client struct {
	cfg   ClientConfig
	state machine.State
	lines wire.Lines
	out   []byte

	queue     machine.Queue[Command]
	current   Command // waits for its reply, or nil
	sent      Command // the part of it that is on its way
	logon     logon
	sasl      sasl.Client
	fault     error // why the client gives up the exchange
	timestamp string
	greeted   bool
	tls       bool
	upgrading bool
	multi     bool  // the first line of a multi-line reply is there
	reply     Event // as far as it is there
	events    machine.Queue[Event]
	deadline  engine.Time
	done      bool
}

// NewClient begins a session: it waits for the greeting.
func NewClient(cfg ClientConfig, now engine.Time) *Client {
	if cfg.MaxLine <= 0 {
		cfg.MaxLine = 1 << 16
	}
	c := &Client{cfg: cfg, tls: cfg.TLS}
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
	if !isOneLine(command) {
		c.events.Add(Event{Kind: EventReply, Command: command, Err: ErrArgument})
		return
	}
	c.queue.Add(command)
	c.send(now)
}

// isOneLine says whether a command has no line end in what it says as it is.
func isOneLine(command Command) bool {
	line := command.append(nil)
	switch c := command.(type) {
	case Login:
		line = append(line, c.Password...)
	case Logon:
		line = append(append(line, c.User...), c.Password...)
	}
	return !bytes.ContainsAny(line, "\r\n")
}

// Receive takes octets from the server. What comes behind the reply to STLS and before the handshake is dropped.
func (c *Client) Receive(now engine.Time, p []byte) {
	if c.done || c.upgrading {
		return
	}
	c.lines.Feed(p)
	for !c.done && !c.upgrading {
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

// Upgrading says that the server has accepted STLS: the handshake comes next.
func (c *Client) Upgrading() bool { return c.upgrading && !c.done }

// Upgraded says that the handshake is over. What the server said that it can do is forgotten (RFC 2595 §4).
func (c *Client) Upgraded(now engine.Time, _ machine.TLSInfo) {
	if !c.upgrading || c.done {
		return
	}
	c.upgrading, c.tls = false, true
	c.lines.Reset()
	c.await(now)
	if _, ok := c.current.(Logon); ok {
		c.write(now, Capa{})
		return
	}
	c.send(now)
}

// Timeout is when the client gives the server up.
func (c *Client) Timeout() (engine.Time, bool) {
	if c.done || c.cfg.Timeout <= 0 || c.greeted && c.current == nil && !c.upgrading {
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
	d.reply.IDs = slices.Clone(c.reply.IDs)
	d.reply.Lines = slices.Clone(c.reply.Lines)
	d.reply.Content = bytes.Clone(c.reply.Content)
	return &d
}

func (c *Client) await(now engine.Time) { c.deadline = now.Add(c.cfg.Timeout) }

// send sends the next command where no reply is outstanding.
func (c *Client) send(now engine.Time) {
	if !c.greeted || c.done || c.current != nil || c.upgrading {
		return
	}
	if command, ok := c.queue.Next(); ok {
		c.current, c.logon, c.fault = command, logon{}, nil
		c.begin(now, command)
	}
}

// begin sends a command, or the first part of one that has several.
func (c *Client) begin(now engine.Time, command Command) {
	switch command := command.(type) {
	case Login:
		c.write(now, User{command.User})
	case Authenticate:
		c.authenticate(now, command)
	case Logon:
		c.write(now, Capa{})
	default:
		c.write(now, command)
	}
}

func (c *Client) write(now engine.Time, command Command) {
	c.sent = command
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
	if _, ok := c.sent.(Auth); ok && isChallenge(line) {
		return c.challenged(now, line)
	}
	class, start, ok := parseStatus(line)
	text, crlf := wire.TrimEnd(line)
	if !ok || !crlf {
		return false
	}
	c.reply = Event{Kind: EventReply, OK: class == trace.ClassOK, Text: string(text[start:])}
	if !c.greeted {
		c.greet(now, text[start:])
		return true
	}
	if a, ok := c.sent.(Auth); !ok || a.Mechanism != "" {
		c.state = Table().Next(c.state, c.sent.Verb(), class)
	}
	if c.reply.OK {
		if c.sent.follows() != followsNothing {
			c.multi = true
			return true
		}
		if !c.numbers(text[start:]) {
			return false
		}
	}
	c.answered(now)
	return true
}

// greet takes the greeting.
func (c *Client) greet(now engine.Time, text []byte) {
	c.greeted = true
	if start, end, ok := timestampOf(text); ok {
		c.timestamp = string(text[start:end])
	}
	c.events.Add(c.reply)
	if !c.reply.OK {
		c.end(ErrRefused)
	}
	c.send(now)
}

// numbers reads what replies say in their first line.
func (c *Client) numbers(text []byte) bool {
	switch c.sent.(type) {
	case Stat:
		count, octets, _, ok := parseNumbers(text)
		c.reply.Count, c.reply.Octets = count, octets
		return ok
	case List:
		n, octets, _, ok := parseNumbers(text)
		c.reply.Scans = []Scan{{n, octets}}
		return ok
	case Uidl:
		u, _, ok := parseUniqueID(text)
		c.reply.IDs = []UniqueID{u}
		return ok
	case Last:
		word, _, _ := bytes.Cut(text, []byte(" "))
		n, err := strconv.ParseUint(string(word), 10, 31)
		c.reply.Count = int(n)
		return err == nil
	}
	return true
}

// more takes a further line of a multi-line reply.
func (c *Client) more(now engine.Time, line []byte) bool {
	text, end := wire.Unstuff(line)
	if end {
		c.multi = false
		c.answered(now)
		return true
	}
	if c.sent.follows() == followsContent {
		c.reply.Content = append(c.reply.Content, text...)
		return true
	}
	text, _ = wire.TrimEnd(text)
	switch c.sent.(type) {
	case List:
		n, octets, _, ok := parseNumbers(text)
		c.reply.Scans = append(c.reply.Scans, Scan{n, octets})
		return ok
	case Uidl:
		u, _, ok := parseUniqueID(text)
		c.reply.IDs = append(c.reply.IDs, u)
		return ok
	}
	c.reply.Lines = append(c.reply.Lines, string(text))
	return true
}

// answered goes on with a command of several parts, or reports the reply.
func (c *Client) answered(now engine.Time) {
	switch command := c.current.(type) {
	case Login:
		if _, ok := c.sent.(User); ok && c.reply.OK {
			c.write(now, Pass{command.Password})
			return
		}
	case Logon:
		if c.logOn(now, command) {
			return
		}
	}
	if _, ok := c.sent.(Auth); ok && c.reply.OK && c.sasl.Mechanism() != sasl.None {
		if r := c.sasl.Succeeded(); r != sasl.ReasonNone {
			c.fault = &AuthError{Reason: r}
		}
	}
	if c.reply.Err == nil {
		c.reply.Err = c.fault
	}
	c.finish(now)
}

// finish reports a reply that is complete.
func (c *Client) finish(now engine.Time) {
	c.reply.Command = c.current
	c.events.Add(c.reply)
	_, tls := c.sent.(Stls)
	c.upgrading = tls && c.reply.OK
	if c.upgrading {
		c.lines.Reset()
	}
	_, quit := c.current.(Quit)
	c.current, c.sent, c.reply, c.sasl = nil, nil, Event{}, sasl.Client{}
	if quit {
		c.end(nil)
		return
	}
	c.send(now)
}

// end ends the session.
func (c *Client) end(err error) {
	c.events.Add(Event{Kind: EventClosed, Command: c.current, Err: err})
	c.done, c.current, c.sent, c.queue, c.reply = true, nil, nil, machine.Queue[Command]{}, Event{}
	c.multi, c.sasl = false, sasl.Client{}
	c.lines.Reset()
}
