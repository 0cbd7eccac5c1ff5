package imap

import (
	"bytes"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"ehlo/sim/engine"
	"ehlo/sim/machine"
	"ehlo/sim/sasl"
	"ehlo/sim/store"
	"ehlo/sim/wire"
)

// ClientConfig is what a client is set up with.
type ClientConfig struct {
	MaxLine    int           // octets of one line of the server; default 1048576
	MaxLiteral int64         // octets of one literal of the server; default 67108864
	Timeout    time.Duration // how long the client waits for the server to say something; 0 is for ever
	LongTags   bool          // A0001 in the place of a1, as some programs write them
}

const (
	defaultClientMaxLine    = 1 << 20
	defaultClientMaxLiteral = 1 << 26
)

// Why a session of a client ended otherwise than by LOGOUT.
var (
	ErrProtocol = errors.New("the server does not speak IMAP")
	ErrRefused  = errors.New("the server refused the session")
	ErrClosed   = errors.New("the server closed the connection")
	ErrTimeout  = errors.New("the server says nothing")
	ErrProof    = errors.New("the server has not proved that it knows the password")
)

// ClientEventKind is what a [ClientEvent] is about.
type ClientEventKind uint8

// The events of a client.
const (
	EventGreeting ClientEventKind = iota + 1 // the server is there: Response
	EventReply                               // Command is over: Response ends it, Untagged is what came before
	EventUntagged                            // data that came while no command was running: Untagged
	EventEnded                               // the session is over: Err is nil after LOGOUT
)

// ClientEvent is what a client reports.
type ClientEvent struct {
	Kind     ClientEventKind
	Command  Command
	Response Response
	Untagged []Response
	Err      error
}

// Client is the client's side of one session. Make one with [NewClient]. It sends one command at a time, with the tags
// a1, a2 and so on, and keeps the others until their turn comes.
type Client struct {
	cfg   ClientConfig
	state machine.State
	in    wire.Lines
	buf   []byte // the response so far, with its literals
	rest  int64  // octets of the literal still to come
	out   []byte

	greeted bool
	queue   machine.Queue[Command]
	current Command // waits for its reply, or nil
	tag     int
	parts   [][]byte // of the current command, each to be sent when the server is ready for a literal

	untagged  []Response
	mailbox   Mailbox
	offered   []string   // what the server has last said that it offers
	enabled   extensions // what it has said is enabled
	sasl      sasl.Client
	idling    bool // the server has taken IDLE: DONE ends it
	upgrading bool
	events    machine.Queue[ClientEvent]
	deadline  engine.Time
	done      bool
}

// Mailbox is what a client knows of the mailbox that is selected.
type Mailbox struct {
	Name           string
	ReadOnly       bool
	Exists, Recent uint32
	Unseen         uint32 // number of the first unseen message, 0 where it was not told
	UIDNext        store.UID
	UIDValidity    uint32
	HighestModSeq  store.ModSeq // 0 where it was not told
	PermanentFlags []string
}

// NewClient begins a session: it waits for the greeting.
func NewClient(cfg ClientConfig, now engine.Time) *Client {
	if cfg.MaxLine <= 0 {
		cfg.MaxLine = defaultClientMaxLine
	}
	if cfg.MaxLiteral <= 0 {
		cfg.MaxLiteral = defaultClientMaxLiteral
	}
	c := &Client{cfg: cfg}
	c.in.Limit = cfg.MaxLine
	c.await(now)
	return c
}

// Do sends a command as soon as those before it are answered. Its answer comes as an EventReply; where the session ends
// before that, the commands that were not sent are dropped.
//
// A client that idles says DONE when there is a command to send.
func (c *Client) Do(now engine.Time, command Command) {
	if !c.done {
		c.queue.Add(command)
		c.wake(now)
		c.send(now)
	}
}

// Receive takes octets from the server.
func (c *Client) Receive(now engine.Time, p []byte) {
	if c.done || c.upgrading {
		return
	}
	c.await(now)
	c.in.Feed(p)
	for !c.done && !c.upgrading && c.step(now) {
	}
}

// ReceiveEOF says that the server will send nothing more.
func (c *Client) ReceiveEOF(engine.Time) { c.end(ErrClosed) }

// Upgrading says that the server has agreed to STARTTLS: the handshake comes next.
func (c *Client) Upgrading() bool { return c.upgrading }

// Upgraded says that the handshake is over: the commands that wait are sent.
func (c *Client) Upgraded(now engine.Time, _ machine.TLSInfo) {
	if c.upgrading {
		c.upgrading = false
		c.send(now)
	}
}

// Timeout is when the client gives the server up.
func (c *Client) Timeout() (engine.Time, bool) {
	if c.done || c.cfg.Timeout <= 0 || c.greeted && c.current == nil || c.idling {
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

// Mailbox is what the client knows of the selected mailbox; its Name is "" where none is.
func (c *Client) Mailbox() Mailbox { return c.mailbox }

// Next takes the next event.
func (c *Client) Next() (ClientEvent, bool) { return c.events.Next() }

// Clone returns an independent copy. What the client was told is shared: nobody changes it.
func (c *Client) Clone() *Client {
	d := *c
	d.in = c.in.Clone()
	d.buf = bytes.Clone(c.buf)
	d.out = bytes.Clone(c.out)
	d.queue = c.queue.Clone()
	d.parts = slices.Clone(c.parts)
	d.untagged = slices.Clone(c.untagged)
	d.events = c.events.Clone()
	return &d
}

func (c *Client) await(now engine.Time) { c.deadline = now.Add(c.cfg.Timeout) }

func (c *Client) end(err error) {
	if !c.done {
		c.done = true
		c.events.Add(ClientEvent{Kind: EventEnded, Err: err})
	}
}

// send sends the next command where no reply is outstanding.
func (c *Client) send(now engine.Time) {
	if !c.greeted || c.done || c.upgrading || c.current != nil || c.queue.Len() == 0 {
		return
	}
	c.current, _ = c.queue.Next()
	c.tag++
	if a, ok := c.current.(Authenticate); ok && a.Credentials.User != "" {
		c.current = c.begin(a)
	}
	e := encoder{utf8: c.unicode()}
	e.text(c.tagText() + " " + c.current.Name())
	c.current.append(&e)
	e.text("\r\n")
	c.parts = nil
	from := 0
	for _, stop := range append(e.stops, len(e.buf)) {
		c.parts = append(c.parts, e.buf[from:stop])
		from = stop
	}
	c.part(now)
}

func (c *Client) tagText() string {
	number := strconv.Itoa(c.tag)
	if c.cfg.LongTags {
		return "A" + strings.Repeat("0", max(4-len(number), 0)) + number
	}
	return "a" + number
}

// part sends the next part of the current command.
func (c *Client) part(now engine.Time) {
	c.out = append(c.out, c.parts[0]...)
	c.parts = c.parts[1:]
	c.await(now)
}

// step takes the next line or the next octets of a literal; false where there are none yet.
func (c *Client) step(now engine.Time) bool {
	if c.rest > 0 {
		p := c.in.Take(int(min(c.rest, maxTake)))
		c.buf = append(c.buf, p...)
		c.rest -= int64(len(p))
		return len(p) > 0
	}
	line, tooLong, ok := c.in.Next()
	if !ok {
		return false
	}
	text, ended := wire.TrimEnd(line)
	if tooLong || !ended {
		c.end(ErrProtocol)
		return false
	}
	first := len(c.buf) == 0
	c.buf = append(c.buf, line...)
	if n, ok := literalAtEnd(text); ok && (!first || !isStatus(text)) {
		if n > c.cfg.MaxLiteral {
			c.end(ErrProtocol)
		}
		c.rest = n
		return true
	}
	r, err := parseResponse(c.buf, c.unicode())
	c.buf = c.buf[:0]
	if err != nil {
		c.end(ErrProtocol)
		return false
	}
	c.response(now, r)
	return true
}

// parseResponse is [ParseResponse] without spans.
func parseResponse(line []byte, utf8 bool) (Response, error) {
	text, _ := wire.TrimEnd(line)
	s := newScanner(text)
	s.utf8 = utf8
	r := s.response()
	if s.bad {
		return r, &s.err
	}
	return r, nil
}

// response takes a whole response.
func (c *Client) response(now engine.Time, r Response) {
	switch {
	case !c.greeted:
		c.greet(now, r)
	case r.Tag == "+":
		c.proceed(now, r)
	case r.Tag == "*":
		c.mailbox.learn(&r)
		c.learn(&r)
		if c.current == nil || c.idling {
			c.events.Add(ClientEvent{Kind: EventUntagged, Untagged: []Response{r}})
		} else {
			c.untagged = append(c.untagged, r)
		}
		if r.Name == "BYE" && !c.leaving() {
			c.end(ErrClosed)
		}
	case c.current == nil || r.Tag != c.tagText():
		c.end(ErrProtocol)
	default:
		c.finish(now, r)
	}
}

func (c *Client) leaving() bool {
	_, ok := c.current.(Logout)
	return ok
}

// greet takes the greeting (RFC 3501 §7.1).
func (c *Client) greet(now engine.Time, r Response) {
	if r.Tag != "*" || !r.IsStatus() || r.Status == NO || r.Status == BAD {
		c.end(ErrProtocol)
		return
	}
	c.greeted = true
	c.learn(&r)
	c.events.Add(ClientEvent{Kind: EventGreeting, Response: r})
	switch r.Status {
	case PREAUTH:
		c.state = Authenticated
	case BYE:
		c.end(ErrRefused)
		return
	}
	c.send(now)
}

// finish takes the response that ends the current command.
func (c *Client) finish(now engine.Time, r Response) {
	command := c.current
	switch command.(type) {
	case Login, Authenticate, StartTLS:
		if r.Status == OK {
			c.offered = nil // it may offer other things now (RFC 3501 §6.2.1)
		}
	}
	c.learn(&r)
	if a, ok := command.(Authenticate); ok && r.Status == OK && a.Credentials.User != "" && c.sasl.Succeeded() != sasl.ReasonNone {
		c.end(ErrProof)
		return
	}
	if r.Status != BAD {
		c.state = Table().Next(c.state, verbOf(command), r.Status.Class())
	}
	if s, ok := command.(Select); ok && r.Status == OK {
		c.mailbox = Mailbox{Name: s.Mailbox, ReadOnly: s.ReadOnly || r.Code == "READ-ONLY"}
		for i := range c.untagged {
			c.mailbox.learn(&c.untagged[i])
		}
	}
	if c.state != Selected {
		c.mailbox = Mailbox{}
	}
	c.events.Add(ClientEvent{Kind: EventReply, Command: command, Response: r, Untagged: c.untagged})
	c.current, c.parts, c.untagged, c.idling = nil, nil, nil, false
	if c.state == LoggedOut {
		c.end(nil)
	}
	if _, ok := command.(StartTLS); ok && r.Status == OK {
		c.upgrading = true
		c.in.Reset() // what came with the reply came before TLS, from whomever
		return
	}
	c.send(now)
}

// learn takes what untagged data says of the selected mailbox.
func (m *Mailbox) learn(r *Response) {
	switch r.Name {
	case "EXISTS":
		m.Exists = r.Number
	case "RECENT":
		m.Recent = r.Number
	case "EXPUNGE":
		m.Exists -= min(m.Exists, 1)
	case "VANISHED":
		if len(r.Words) == 0 { // not EARLIER
			for _, part := range r.UIDs[0] {
				m.Exists -= min(m.Exists, max(part.From, part.To)-min(part.From, part.To)+1)
			}
		}
	case "OK":
		switch r.Code {
		case "UNSEEN":
			m.Unseen = r.Number
		case "UIDNEXT":
			m.UIDNext = store.UID(r.Number)
		case "UIDVALIDITY":
			m.UIDValidity = r.Number
		case "HIGHESTMODSEQ":
			m.HighestModSeq = r.ModSeq
		case "PERMANENTFLAGS":
			m.PermanentFlags = r.Words
		}
	}
}
