package smtp

import (
	"bytes"
	"slices"
	"strings"
	"time"

	"ehlo/sim/engine"
	"ehlo/sim/machine"
	"ehlo/sim/sasl"
	"ehlo/sim/trace"
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

// Client is the client's side of a session: it performs commands in their order and reports what each came to. Where the
// server has offered PIPELINING it sends as many together as may be (RFC 2920 §3.1). Make one with [NewClient].
type Client struct {
	cfg   ClientConfig
	lines wire.Lines
	out   []byte

	greeted   bool // the greeting came
	done      bool
	upgrading bool
	flight    []sent                 // what was sent and has no reply yet, in order
	waiting   machine.Queue[Command] // what is to be sent after it
	pipelined bool                   // the transaction was sent together
	accepted  int                    // recipients that the server has taken since MAIL
	reply     Reply                  // what its lines say so far, save their text
	text      []byte                 // of them
	offered   extensions
	before    extensions            // what was offered last, also in a session before this one
	texts     [len(commands)]string // the last reply to each command: most are the same as the last time
	tls       machine.TLSInfo
	sasl      sasl.Client
	reason    sasl.Reason // why the exchange ends without trust
	deadline  engine.Time
	events    machine.Queue[Event]
}

// sent is a command that awaits its reply.
type sent struct {
	command Command
	verb    machine.Verb // what the reply answers
}

var _ machine.Session = (*Client)(nil)

// NewClient returns a client whose connection has just opened: it waits for the greeting.
func NewClient(cfg ClientConfig, now engine.Time) *Client {
	c := new(Client)
	c.Begin(cfg, now)
	return c
}

// Begin makes a client whose connection has just opened of what may have been another one, in whose memory it goes on.
func (c *Client) Begin(cfg ClientConfig, now engine.Time) {
	c.lines.Empty()
	c.events.Empty()
	c.waiting.Empty()
	*c = Client{cfg: cfg, lines: c.lines, out: wire.Room(c.out, 0), text: wire.Room(c.text, usualReply), flight: c.flight[:0],
		events: c.events, waiting: c.waiting, before: c.before, texts: c.texts}
	c.lines.Limit = maxReplyLine
	c.wait(now, greetingTimeout)
}

// Clone returns an independent copy.
func (c *Client) Clone() *Client {
	d := *c
	d.lines = c.lines.Clone()
	d.out, d.text = bytes.Clone(c.out), bytes.Clone(c.text)
	d.flight = slices.Clone(c.flight)
	d.waiting = c.waiting.Clone()
	d.events = c.events.Clone()
	return &d
}

// Do performs a command behind those that were given before. After the connection ended it does nothing.
func (c *Client) Do(now engine.Time, cmd Command) {
	if c.done {
		return
	}
	c.waiting.Add(cmd)
	c.advance(now)
}

// Extension returns the parameters with which the server has offered an extension, and false where it has not.
func (c *Client) Extension(keyword string) (params string, ok bool) { return c.offered.find(keyword) }

// Offers says whether the server has offered all of some extensions.
func (c *Client) Offers(x Extensions) bool { return c.offered.has(x) }

// Limit is a limit that the server has announced (RFC 9422 §4), and 0 where it has not.
func (c *Client) Limit(l Limit) int { return c.offered.limits[l] }

// Mechanisms is the SASL mechanisms that the server has offered.
func (c *Client) Mechanisms() sasl.Set {
	params, _ := c.offered.find("AUTH")
	return sasl.Offered(strings.Fields(params))
}

// Receive takes octets from the server.
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

// Output takes the octets to send. The slice is valid until the client is called again.
func (c *Client) Output() []byte {
	out := c.out
	c.out = c.out[:0]
	return out
}

// Timeout is when the server has been silent for too long; there is none where no reply is due.
func (c *Client) Timeout() (engine.Time, bool) {
	if c.done || c.cfg.Timeout < 0 || c.greeted && len(c.flight) == 0 {
		return 0, false
	}
	return c.deadline, true
}

// Done says that the session is over.
func (c *Client) Done() bool { return c.done }

// Next takes the next event, and false where none waits. It is valid until the client is fed again.
func (c *Client) Next() (*Event, bool) { return c.events.Take() }

// advance sends what may be sent now.
func (c *Client) advance(now engine.Time) {
	for c.greeted && !c.done && !c.upgrading && c.maySend() {
		cmd, ok := c.waiting.Next()
		if !ok {
			return
		}
		c.send(now, cmd)
	}
}

// maySend says whether another command may follow those that have no reply yet.
func (c *Client) maySend() bool {
	n := len(c.flight)
	if n == 0 {
		return true
	}
	switch c.flight[n-1].verb { // all others have to be the last of what is sent together
	case MAIL, RCPT, RSET, BDAT:
		return c.offered.has(ExtPipelining)
	}
	return false
}

func (c *Client) send(now engine.Time, cmd Command) {
	if _, ok := cmd.(Mail); ok {
		c.pipelined = false
	}
	if len(c.flight) > 0 {
		c.pipelined = true
	} else {
		c.wait(now, commands[cmd.verb()].wait)
	}
	c.flight = append(c.flight, sent{cmd, cmd.verb()})
	c.out = cmd.appendTo(c.out, &c.offered)
	if a, ok := cmd.(Auth); ok {
		c.sendInitial(a)
	}
	c.out = append(c.out, "\r\n"...)
	if b, ok := cmd.(Bdat); ok {
		c.out = append(c.out, b.Chunk...)
	}
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
	if !ok || tooLong || len(c.text)+len(text) > maxReply {
		text, _ := wire.TrimEnd(line)
		c.lose(Reply{Text: string(text)})
		return
	}
	if c.reply.Code != 0 {
		c.text = append(c.text, '\n')
	}
	var enhanced string
	if enhanced, text = cutEnhanced(code, text); c.reply.Code == 0 {
		c.reply.Enhanced = enhanced
	}
	c.reply.Code = code
	c.text = append(c.text, text...)
	if !more {
		r := c.reply
		r.Text = c.known()
		c.reply, c.text = Reply{}, c.text[:0]
		c.take(now, r)
	}
}

// known is the text of a complete reply, in the memory of the last one to the same command where that said the same.
func (c *Client) known() string {
	if len(c.flight) == 0 {
		return string(c.text)
	}
	last := &c.texts[c.flight[0].verb]
	if *last != string(c.text) {
		*last = string(c.text)
	}
	return *last
}

// take takes a complete reply.
func (c *Client) take(now engine.Time, r Reply) {
	switch {
	case !c.greeted:
		c.greeted = true
		c.report(now, nil, r)
	case len(c.flight) == 0: // nobody asked; mostly 421
		c.lose(r)
	case !c.follow(now, r):
		c.finish(now, r)
	}
}

// finish ends the command that the server has answered.
func (c *Client) finish(now engine.Time, r Reply) {
	front := c.flight[0]
	if c.flight = slices.Delete(c.flight, 0, 1); len(c.flight) > 0 { // its memory is used again
		c.wait(now, commands[c.flight[0].verb].wait)
	}
	switch front.verb {
	case MAIL, RSET:
		c.accepted = 0
	case RCPT:
		if r.Class() == trace.ClassOK {
			c.accepted++
		}
	case QUIT:
		e := c.events.Make()
		e.Kind, e.Command, e.Reply = EventReply, front.command, r
		c.done = true
		return
	}
	c.report(now, front.command, r)
}

func (c *Client) report(now engine.Time, cmd Command, r Reply) {
	e := c.events.Make()
	e.Kind, e.Command, e.Reply, e.TLS = EventReply, cmd, r, c.tls
	if _, ok := cmd.(Auth); ok {
		e.Reason, c.reason = c.reason, sasl.ReasonNone
		c.sasl = sasl.Client{}
	}
	if r.Code == 421 { // RFC 5321 §3.8
		c.lose(Reply{})
		return
	}
	c.advance(now)
}

// follow does what a command's reply asks for besides being reported, and says whether another reply will come.
func (c *Client) follow(now engine.Time, r Reply) bool {
	switch cmd := c.flight[0].command.(type) {
	case Hello:
		return c.followHello(now, cmd, r)
	case StartTLS:
		return c.followStartTLS(r)
	case Auth:
		return c.followAuth(now, r)
	case Data:
		return c.followData(now, cmd, r)
	}
	return false
}

// lose ends a session that did not end with QUIT. Of what was under way the first command is named; nothing behind it has
// a reply either.
func (c *Client) lose(r Reply) {
	if c.done {
		return
	}
	c.done, c.upgrading = true, false
	e := c.events.Make()
	e.Kind, e.Reply = EventClosed, r
	if len(c.flight) > 0 {
		e.Command = c.flight[0].command
	}
	c.flight = c.flight[:0]
	c.waiting.Empty()
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
	rest = bytes.TrimPrefix(text[n:], []byte(" "))
	for _, usual := range [...]string{"2.1.0", "2.1.5", "2.0.0"} { // without new memory
		if usual == string(text[:n]) {
			return usual, rest
		}
	}
	return string(text[:n]), rest
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
