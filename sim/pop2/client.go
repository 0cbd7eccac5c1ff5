package pop2

import (
	"bytes"
	"errors"

	"ehlo/sim/engine"
	"ehlo/sim/machine"
	"ehlo/sim/trace"
	"ehlo/sim/wire"
)

// Why a session of a client ended otherwise than by QUIT.
var (
	ErrProtocol = errors.New("the server does not speak POP2")
	ErrClosed   = errors.New("the server closed the connection")
	ErrRefused  = errors.New("the server refuses the command and ends the session")
	ErrArgument = errors.New("a line end in an argument")
)

// Heard is what a client has heard.
type Heard struct {
	Command *Command // that was answered; nil is the greeting
	Closed  bool     // the session is over; Err says why where QUIT did not end it
	Count   int64    // of "#": messages; of "=": octets of the current message
	Text    string   // the reply's line
	Content []byte   // RETR
	Err     error
}

// Client is the client's side of one session. Make one with [NewClient]. It sends one command at a time and keeps the
// others until their turn comes.
type Client struct {
	state   machine.State
	buf     []byte
	out     []byte
	queue   machine.Queue[Command]
	current *Command
	greeted bool
	size    int64 // of the current message
	events  machine.Queue[Heard]
	done    bool
}

// NewClient begins a session: it waits for the greeting.
func NewClient() *Client { return &Client{} }

// Do sends a command as soon as those before it are answered.
func (c *Client) Do(_ engine.Time, command Command) {
	switch {
	case c.done:
	case bytes.ContainsAny(command.append(nil), "\r\n"):
		c.events.Add(Heard{Command: &command, Err: ErrArgument})
	default:
		c.queue.Add(command)
		c.send()
	}
}

// Receive takes octets from the server.
func (c *Client) Receive(_ engine.Time, p []byte) {
	if c.done {
		return
	}
	c.buf = append(c.buf, p...)
	for !c.done && c.step() {
	}
}

// step takes one reply or one message; false where it is not complete.
func (c *Client) step() bool {
	if c.current != nil && Table().VerbNamed(c.current.Keyword) == verbRETR {
		if int64(len(c.buf)) < c.size {
			return false
		}
		h := Heard{Content: bytes.Clone(c.buf[:c.size])}
		c.buf = c.buf[:copy(c.buf, c.buf[c.size:])]
		c.answered(h)
		return true
	}
	i := bytes.IndexByte(c.buf, '\n')
	if i < 0 {
		if len(c.buf) > 1<<16 {
			c.end(ErrProtocol)
		}
		return false
	}
	line := bytes.Clone(c.buf[:i+1])
	c.buf = c.buf[:copy(c.buf, c.buf[i+1:])]
	text, _ := wire.TrimEnd(line)
	h := Heard{Text: string(text)}
	sign, n, _, counts := parseCount(text)
	switch {
	case len(text) == 0, c.greeted && c.current == nil:
		c.end(ErrProtocol)
	case text[0] == '-':
		h.Command, h.Err = c.current, ErrRefused
		c.events.Add(h)
		c.end(ErrRefused)
	case text[0] == '+' && (!c.greeted || Table().VerbNamed(c.current.Keyword) == verbQUIT):
		c.answered(h)
	case counts && c.greeted:
		h.Count = n
		if sign == '=' {
			c.size = n
		}
		c.answered(h)
	default:
		c.end(ErrProtocol)
	}
	return true
}

func (c *Client) answered(h Heard) {
	h.Command = c.current
	c.events.Add(h)
	verb := machine.NoVerb
	if c.current != nil {
		verb = Table().VerbNamed(c.current.Keyword)
		c.state = Table().Next(c.state, verb, trace.ClassOK)
	}
	c.current, c.greeted = nil, true
	if verb == verbQUIT {
		c.end(nil)
		return
	}
	c.send()
}

func (c *Client) send() {
	if !c.greeted || c.done || c.current != nil {
		return
	}
	if command, ok := c.queue.Next(); ok {
		c.current = &command
		c.out = append(command.append(c.out), "\r\n"...)
	}
}

func (c *Client) end(err error) {
	c.events.Add(Heard{Closed: true, Err: err})
	c.done, c.current, c.buf = true, nil, nil
}

// ReceiveEOF says that the server will send nothing more.
func (c *Client) ReceiveEOF(engine.Time) {
	if !c.done {
		c.end(ErrClosed)
	}
}

// Upgrading is never true: POP2 knows no TLS.
func (*Client) Upgrading() bool { return false }

// Upgraded is for a handshake that POP2 does not ask for.
func (*Client) Upgraded(engine.Time, machine.TLSInfo) {}

// Timeout is never: this client waits for ever.
func (*Client) Timeout() (engine.Time, bool) { return engine.Never, false }

// HandleTimeout does nothing.
func (*Client) HandleTimeout(engine.Time) {}

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
func (c *Client) Next() (Heard, bool) { return c.events.Next() }

// Clone returns an independent copy.
func (c *Client) Clone() *Client {
	d := *c
	d.buf, d.out = bytes.Clone(c.buf), bytes.Clone(c.out)
	d.queue, d.events = c.queue.Clone(), c.events.Clone()
	return &d
}
