package smtp

import (
	"bytes"
	"maps"
	"strconv"
	"time"

	"ehlo/sim/engine"
	"ehlo/sim/machine"
	"ehlo/sim/wire"
)

// Config is how a server behaves.
type Config struct {
	Hostname      string            // what it calls itself
	MaxSize       int64             // the largest message in octets, announced with SIZE; 0 is no limit
	MaxRecipients int               // of one message; 0 is 100, the least that RFC 5321 §4.5.3.1.8 allows
	MaxLine       int               // the longest command line in octets with CR LF; 0 is 1024, RFC 5321 §4.5.3.1.4 asks for 512
	IdleTimeout   time.Duration     // how long it waits for the client; 0 is for ever, RFC 5321 §4.5.3.2.7 asks for 5 minutes
	Replies       map[ReplyID]Reply // in place of the default ones; not to be modified later
}

const (
	defaultRecipients = 100
	defaultLine       = 1024
)

// Server is the server's side of a session. Make one with [NewServer].
type Server struct {
	cfg    Config
	lines  wire.Lines
	parser parser // of the line that is answered
	out    []byte

	state    machine.State
	done     bool
	eof      bool
	deadline engine.Time

	hello    string
	extended bool
	envelope Envelope
	refused  int       // recipients of this transaction that were refused
	to       Recipient // the recipient that a question is about
	message  content

	event    Event
	hasEvent bool // event waits for Next
	asked    bool // a question is open: nothing is read
	question machine.QuestionID
}

var _ machine.Session = (*Server)(nil)

// NewServer returns a server whose client has just connected; its greeting is in Output.
func NewServer(cfg Config, now engine.Time) *Server {
	if cfg.MaxRecipients <= 0 {
		cfg.MaxRecipients = defaultRecipients
	}
	if cfg.MaxLine <= 0 {
		cfg.MaxLine = defaultLine
	}
	s := &Server{cfg: cfg}
	s.lines.Limit = cfg.MaxLine
	s.wait(now)
	s.write(s.reply(ReplyGreeting))
	return s
}

// Clone returns an independent copy.
func (s *Server) Clone() *Server {
	c := *s
	c.lines, c.parser = s.lines.Clone(), parser{}
	c.out = bytes.Clone(s.out)
	// These only grow: the copy shares what there is and moves away when it adds something.
	c.envelope.To = s.envelope.To[:len(s.envelope.To):len(s.envelope.To)]
	c.message.text = s.message.text[:len(s.message.text):len(s.message.text)]
	c.cfg.Replies = maps.Clone(s.cfg.Replies)
	return &c
}

// State is the session's state.
func (s *Server) State() machine.State { return s.state }

// Receive takes octets from the client.
func (s *Server) Receive(now engine.Time, p []byte) {
	if s.done || len(p) == 0 {
		return
	}
	s.lines.Feed(p)
	if s.state == Content && !s.asked {
		s.wait(now)
	}
	s.run(now)
}

// ReceiveEOF says that the client will send nothing more; what it has sent is still answered.
func (s *Server) ReceiveEOF(now engine.Time) {
	s.eof = true
	s.run(now)
}

// HandleTimeout ends the session with 421 where the client was silent for too long.
func (s *Server) HandleTimeout(now engine.Time) {
	if at, ok := s.Timeout(); ok && now >= at {
		s.write(s.reply(ReplyIdle))
		s.close()
	}
}

// Shutdown ends the session with 421 (RFC 5321 §3.8): the service stops, or has no room for this client. A question that
// is open is settled by it.
func (s *Server) Shutdown(engine.Time) {
	if s.done {
		return
	}
	s.asked, s.hasEvent, s.event = false, false, Event{}
	s.write(s.reply(ReplyShutdown))
	s.close()
}

// Upgrading is never true: this server asks for no handshake.
func (*Server) Upgrading() bool { return false }

// Upgraded does nothing: this server asks for no handshake.
func (s *Server) Upgraded(engine.Time, machine.TLSInfo) {}

// Output takes the octets to send. The slice is valid until the server is called again.
func (s *Server) Output() []byte {
	out := s.out
	s.out = s.out[:0]
	return out
}

// Timeout is when the client has been silent for too long. There is none while a question is open.
func (s *Server) Timeout() (engine.Time, bool) {
	if s.done || s.asked || s.cfg.IdleTimeout <= 0 {
		return 0, false
	}
	return s.deadline, true
}

// Done says that the session is over.
func (s *Server) Done() bool { return s.done }

// Next takes the next question, and false where none waits.
func (s *Server) Next() (Event, bool) {
	if !s.hasEvent {
		return Event{}, false
	}
	e := s.event
	s.event, s.hasEvent = Event{}, false
	return e, true
}

// Answer settles the open question. An answer to another one does nothing.
func (s *Server) Answer(now engine.Time, id machine.QuestionID, a Answer) {
	if s.done || !s.asked || id != s.question {
		return
	}
	s.asked, s.hasEvent, s.event = false, false, Event{}
	switch {
	case s.state == Content:
		s.settleMessage(a)
	case s.state == Greeted:
		s.settleSender(a)
	default:
		s.settleRecipient(a)
	}
	s.wait(now)
	s.run(now)
}

// ask opens a question. The server reads nothing more until it is settled.
func (s *Server) ask(e Event) {
	s.question++
	e.ID, e.Hello, e.Extended = s.question, s.hello, s.extended
	s.event, s.hasEvent, s.asked = e, true, true
}

// verdict is the reply that an answer stands for.
func (s *Server) verdict(a Answer, yes ReplyID) Reply {
	if a.Reply == nil {
		return s.reply(yes)
	}
	if code := a.Reply.Code; code < 200 || code > 599 || code/100 == 3 {
		return s.reply(ReplyLocalError)
	}
	return *a.Reply
}

// run reads what was received until a question is open or nothing complete is left.
func (s *Server) run(now engine.Time) {
	for !s.done && !s.asked {
		if s.state == Content {
			n, end := s.message.take(s.lines.Peek(), s.cfg.MaxSize)
			s.lines.Take(n)
			if !end {
				break
			}
			s.endOfData()
			continue
		}
		line, tooLong, ok := s.lines.Next()
		if !ok {
			break
		}
		s.wait(now)
		s.command(now, line, tooLong)
	}
	if s.eof && !s.asked {
		s.close()
	}
}

// command answers one line.
func (s *Server) command(now engine.Time, line []byte, tooLong bool) {
	if tooLong {
		s.answer(machine.NoVerb, s.reply(ReplyLineTooLong, "limit", strconv.Itoa(s.cfg.MaxLine)))
		return
	}
	p := &s.parser // here, since what is called through a table would otherwise allocate it anew
	*p = parser{}
	c := p.command(line)
	// The order comes before the grammar: what has no place here need not be right.
	if p.verb != machine.NoVerb && !commands[p.verb].in.has(s.state) &&
		(p.err == nil || p.err.Reply != ReplyBareLineEnd) {
		s.answer(p.verb, s.reply(outOfOrder(s.state, p.verb, s.refused > 0)))
		return
	}
	if p.err != nil {
		s.refuse(p.err)
		return
	}
	c.serve(s, now)
}

// refuse answers a line that is no command.
func (s *Server) refuse(err *SyntaxError) {
	usage := ""
	if err.Verb != machine.NoVerb {
		usage = commands[err.Verb].usage
	}
	r := s.reply(err.Reply, "usage", usage)
	if err.Verb == EHLO || err.Verb == HELO {
		r.Enhanced = "" // RFC 2034 §4
	}
	s.answer(err.Verb, r)
}

// outOfOrder is the reply to a command that the state does not allow.
func outOfOrder(state machine.State, v machine.Verb, refused bool) ReplyID {
	switch {
	case state == Connected:
		return ReplyNeedHello
	case state == Greeted:
		return ReplyNeedMail
	case v == MAIL:
		return ReplyNestedMail
	case refused:
		return ReplyNoRecipients
	}
	return ReplyNeedRcpt
}

// answer writes the reply to a command and goes where the table leads.
func (s *Server) answer(v machine.Verb, r Reply) {
	s.write(r)
	if r.Code == 421 {
		s.close()
		return
	}
	if v != machine.NoVerb {
		s.state = Table.Next(s.state, v, r.Class())
	}
}

// reply returns a reply with its text filled; args are names and values in turn.
func (s *Server) reply(id ReplyID, args ...string) Reply {
	r, ok := s.cfg.Replies[id]
	if !ok {
		r = replies[id].Reply
	}
	r.Text = fill(r.Text, args)
	r.Text = fill(r.Text, []string{"host", s.cfg.Hostname, "client", s.hello})
	return r
}

// write adds a reply to the output.
func (s *Server) write(r Reply) {
	s.out = r.Append(s.out)
}

// reset ends the transaction (RFC 5321 §4.1.1.5).
func (s *Server) reset() {
	s.envelope, s.refused, s.to, s.message = Envelope{}, 0, Recipient{}, content{}
}

// wait starts the idle timeout anew.
func (s *Server) wait(now engine.Time) { s.deadline = now.Add(s.cfg.IdleTimeout) }

// close ends the session. An open transaction is gone (RFC 5321 §4.1.1.10).
func (s *Server) close() {
	s.reset()
	s.lines.Reset()
	s.state, s.done = Closed, true
}
