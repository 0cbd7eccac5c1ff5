package smtp

import (
	"bytes"
	"strings"
	"time"

	"ehlo/sim/engine"
	"ehlo/sim/machine"
	"ehlo/sim/wire"
)

// ClientConfig is how a client behaves.
type ClientConfig struct {
	// Timeout is how long it waits for any reply; 0 is what RFC 5321 §4.5.3.2 says for each command, and below 0 is for
	// ever.
	Timeout time.Duration
}

const (
	maxReplyLine    = 4096 // RFC 5321 §4.5.3.1.5 asks for 512
	maxReply        = 64 << 10
	greetingTimeout = 5 * time.Minute // RFC 5321 §4.5.3.2.1
)

// Client is the client's side of a session: it performs one command after the other and reports what each came to. Make
// one with [NewClient].
type Client struct {
	cfg   ClientConfig
	lines wire.Lines
	out   []byte

	greeted  bool // the greeting came
	done     bool
	verb     machine.Verb           // what the next reply answers
	current  Command                // what is performed; nil while the greeting is awaited, or nothing is
	waiting  machine.Queue[Command] // what is to be performed after it
	reply    Reply                  // its lines so far
	offered  extensions
	deadline engine.Time
	events   machine.Queue[Event]
}

var _ machine.Session = (*Client)(nil)

// NewClient returns a client whose connection has just opened: it waits for the greeting.
func NewClient(cfg ClientConfig, now engine.Time) *Client {
	c := &Client{cfg: cfg, verb: machine.NoVerb}
	c.lines.Limit = maxReplyLine
	c.wait(now, greetingTimeout)
	return c
}

// Clone returns an independent copy.
func (c *Client) Clone() *Client {
	d := *c
	d.lines = c.lines.Clone()
	d.out = bytes.Clone(c.out)
	d.waiting = c.waiting.Clone()
	d.events = c.events.Clone()
	return &d
}

// Do performs a command once those before it have their replies. After the connection ended it does nothing.
func (c *Client) Do(now engine.Time, cmd Command) {
	if c.done {
		return
	}
	c.waiting.Add(cmd)
	c.advance(now)
}

// Extension returns the parameters with which the server has offered an extension, and false where it has not.
func (c *Client) Extension(keyword string) (params string, ok bool) { return c.offered.find(keyword) }

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
		c.line(now, line, tooLong)
	}
}

// ReceiveEOF says that the server will send nothing more.
func (c *Client) ReceiveEOF(engine.Time) { c.lose(Reply{}) }

// HandleTimeout gives the connection up where the server was silent for too long.
func (c *Client) HandleTimeout(now engine.Time) {
	if at, ok := c.Timeout(); ok && now >= at {
		c.lose(Reply{})
	}
}

// Upgrading is never true: this client asks for no handshake.
func (*Client) Upgrading() bool { return false }

// Upgraded does nothing: this client asks for no handshake.
func (c *Client) Upgraded(engine.Time, machine.TLSInfo) {}

// Output takes the octets to send. The slice is valid until the client is called again.
func (c *Client) Output() []byte {
	out := c.out
	c.out = c.out[:0]
	return out
}

// Timeout is when the server has been silent for too long; there is none where no reply is due.
func (c *Client) Timeout() (engine.Time, bool) {
	if c.done || c.cfg.Timeout < 0 || c.greeted && c.current == nil {
		return 0, false
	}
	return c.deadline, true
}

// Done says that the session is over.
func (c *Client) Done() bool { return c.done }

// Next takes the next event, and false where none waits.
func (c *Client) Next() (Event, bool) { return c.events.Next() }

// advance sends the next command where no reply is due.
func (c *Client) advance(now engine.Time) {
	if !c.greeted || c.current != nil || c.done {
		return
	}
	if cmd, ok := c.waiting.Next(); ok {
		c.send(now, cmd)
	}
}

func (c *Client) send(now engine.Time, cmd Command) {
	c.current, c.verb = cmd, cmd.verb()
	c.out = append(cmd.appendTo(c.out, c.offered), "\r\n"...)
	c.wait(now, commands[c.verb].wait)
}

// wait starts the timeout anew.
func (c *Client) wait(now engine.Time, d time.Duration) {
	if c.cfg.Timeout > 0 {
		d = c.cfg.Timeout
	}
	c.deadline = now.Add(d)
}

// line takes one line of a reply.
func (c *Client) line(now engine.Time, line []byte, tooLong bool) {
	code, more, text, ok := parseReplyLine(line)
	if !ok || tooLong || len(c.reply.Text)+len(text) > maxReply {
		text, _ := wire.TrimEnd(line)
		c.lose(Reply{Text: string(text)})
		return
	}
	if c.reply.Code != 0 {
		c.reply.Text += "\n"
	}
	var enhanced string
	if enhanced, text = cutEnhanced(code, text); c.reply.Code == 0 {
		c.reply.Enhanced = enhanced
	}
	c.reply.Code = code
	c.reply.Text += string(text)
	if !more {
		r := c.reply
		c.reply = Reply{}
		c.take(now, r)
	}
}

// take takes a complete reply.
func (c *Client) take(now engine.Time, r Reply) {
	switch {
	case !c.greeted:
		c.greeted = true
	case c.current == nil: // nobody asked; mostly 421
		c.lose(r)
		return
	default:
		if c.follow(now, r) {
			return
		}
	}
	quit := c.verb == QUIT
	c.events.Add(Event{Kind: EventReply, Command: c.current, Reply: r})
	c.current, c.verb = nil, machine.NoVerb
	switch {
	case quit:
		c.done = true
	case r.Code == 421: // RFC 5321 §3.8
		c.lose(Reply{})
	default:
		c.advance(now)
	}
}

// follow does what a command's reply asks for besides being reported, and says whether another reply will come.
func (c *Client) follow(now engine.Time, r Reply) bool {
	switch cmd := c.current.(type) {
	case Hello:
		return c.followHello(now, cmd, r)
	case Data:
		return c.followData(now, cmd, r)
	}
	return false
}

// lose ends a session that did not end with QUIT.
func (c *Client) lose(r Reply) {
	if c.done {
		return
	}
	c.done = true
	c.events.Add(Event{Kind: EventClosed, Command: c.current, Reply: r})
	c.current, c.waiting = nil, machine.Queue[Command]{}
	c.lines.Reset()
}

// parseReplyLine reads a line of a reply: code, whether more lines follow, and text (RFC 5321 §4.2).
func parseReplyLine(line []byte) (code int, more bool, text []byte, ok bool) {
	text, _ = wire.TrimEnd(line)
	if len(text) < 3 || text[0] < '2' || text[0] > '5' || !isDigit(text[1]) || !isDigit(text[2]) {
		return 0, false, text, false
	}
	code = int(text[0]-'0')*100 + int(text[1]-'0')*10 + int(text[2]-'0')
	if len(text) == 3 { // tolerated (RFC 5321 §4.2)
		return code, false, nil, true
	}
	if text[3] != ' ' && text[3] != '-' {
		return 0, false, text, false
	}
	return code, text[3] == '-', text[4:], true
}

// cutEnhanced takes an enhanced status code of the code's own class from the front of a reply's text (RFC 2034 §4).
func cutEnhanced(code int, text []byte) (enhanced string, rest []byte) {
	n := enhancedLen(text)
	if n == 0 || int(text[0]-'0') != code/100 {
		return "", text
	}
	return string(text[:n]), []byte(strings.TrimPrefix(string(text[n:]), " "))
}

// enhancedLen is the length of class "." subject "." detail at the front of a text, and 0 where there is none (RFC 3463
// §2).
func enhancedLen(text []byte) int {
	n := 0
	for part := range 3 {
		digits := 0
		for n < len(text) && isDigit(text[n]) {
			n++
			digits++
		}
		if digits < 1 || digits > 3 || part == 0 && (digits != 1 || text[0] != '2' && text[0] != '4' && text[0] != '5') {
			return 0
		}
		if part < 2 {
			if n == len(text) || text[n] != '.' {
				return 0
			}
			n++
		}
	}
	if n < len(text) && text[n] != ' ' {
		return 0
	}
	return n
}
