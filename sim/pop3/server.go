package pop3

import (
	"bytes"
	"strconv"
	"strings"
	"time"

	"ehlo/sim/engine"
	"ehlo/sim/machine"
	"ehlo/sim/store"
	"ehlo/sim/trace"
	"ehlo/sim/wire"
)

// Config is what a server is set up with.
type Config struct {
	Hostname    string
	MaxLine     int           // octets of a command with its line end; 0 means 255 (RFC 2449 §4)
	IdleTimeout time.Duration // 0 is none; RFC 1939 §3 wants at least 10 minutes
	Replies     map[ReplyID]Reply
}

const maxLine = 255

// keptOutput is the room for output, in octets, that a session keeps when it has said something long.
const keptOutput = 64 << 10

// EventKind is what an [Event] is about.
type EventKind uint8

// The events. Those of a server are questions, of which one is open at a time.
const (
	AskLogin    EventKind = iota + 1 // is Password that of User, and is the maildrop free? Answer: OK, Maildrop; or Reason
	AskContent                       // what are the octets of message UID? Answer: OK, Content; or Reason
	AskUpdate                        // remove Delete and unlock the maildrop. Answer: OK; or Reason
	EventReply                       // for clients: Command was answered; nil is the greeting
	EventClosed                      // for clients: the session is over; Err says why where QUIT did not end it
)

// Event is a question of a server to its surroundings, or what a client has heard.
type Event struct {
	Kind EventKind
	ID   machine.QuestionID // of a question, for [Server.Answer]

	User, Password string      // AskLogin
	UID            store.UID   // AskContent
	Delete         []store.UID // AskUpdate: the messages that DELE marked, ascending

	Command Command // EventReply; EventClosed: what was not answered any more, or nil
	OK      bool    // +OK
	Text    string  // what stands behind the status indicator
	Count   int     // STAT
	Octets  int64   // STAT
	Scans   []Scan  // LIST
	Content []byte  // RETR: the message as it is stored
	Err     error   // EventClosed; EventReply: [ErrArgument]
}

// Answer is what came of a question.
type Answer struct {
	OK       bool
	Reason   ReplyID // why not; the zero value gives the question's usual refusal
	Text     string  // in the place of the reply's wording, where it is not ""
	Maildrop store.Snapshot
	Content  []byte // not changed by the server
}

// Server is the server's side of one session. Make one with [NewServer].
type Server struct {
	cfg   Config
	state machine.State
	lines wire.Lines
	out   []byte

	question machine.QuestionID
	task     task  // the command that waits for an answer, or nil
	event    Event // the question, until Next has taken it

	scanner scanner
	verb    machine.Verb // the command at hand, or NoVerb where its line is wrong
	keyword string
	n       int // the message it names
	octets  int64

	user  string
	drop  maildrop
	heard engine.Time // when the last command came
	eof   bool
	done  bool
}

// task is a command that asks. It holds nothing that changes.
type task interface{ answered(s *Server, a Answer) }

// NewServer begins a session. The greeting is in its Output.
func NewServer(cfg Config, now engine.Time) *Server {
	if cfg.MaxLine <= 0 {
		cfg.MaxLine = maxLine
	}
	s := &Server{cfg: cfg, heard: now, verb: machine.NoVerb}
	s.lines.Limit = cfg.MaxLine
	s.reply(replyGreeting)
	return s
}

// Receive takes octets from the client.
func (s *Server) Receive(now engine.Time, p []byte) {
	if s.done || s.eof {
		return
	}
	s.lines.Feed(p)
	s.advance(now)
}

// ReceiveEOF says that the client will send nothing more. Marked messages stay (RFC 1939 §6).
func (s *Server) ReceiveEOF(now engine.Time) {
	s.eof = true
	s.advance(now)
}

// Upgrading is never true: this server asks for no handshake.
func (*Server) Upgrading() bool { return false }

// Upgraded is for a TLS handshake, which this server does not offer.
func (s *Server) Upgraded(engine.Time, machine.TLSInfo) {}

// Timeout is when a client that says nothing is left; a question stops the clock.
func (s *Server) Timeout() (engine.Time, bool) {
	if s.cfg.IdleTimeout <= 0 || s.done || s.task != nil {
		return engine.Never, false
	}
	return s.heard.Add(s.cfg.IdleTimeout), true
}

// HandleTimeout ends the session without a word when its time is up (RFC 1939 §3). Marked messages stay.
func (s *Server) HandleTimeout(now engine.Time) {
	if at, ok := s.Timeout(); ok && now >= at {
		s.done = true
	}
}

// Shutdown ends the session: the service stops, or has no room for this client, whose next command, if it has sent one,
// is thereby answered. Marked messages stay.
func (s *Server) Shutdown(engine.Time) {
	if s.done {
		return
	}
	s.task, s.event, s.verb = nil, Event{}, machine.NoVerb
	s.reply(replyShutdown)
	s.done = true
}

// Output takes the octets for the client; they are valid until the server is called again.
func (s *Server) Output() []byte {
	out := s.out
	if s.out = s.out[:0]; cap(out) > keptOutput {
		s.out = nil
	}
	return out
}

// Done says that the session is over.
func (s *Server) Done() bool { return s.done }

// State is where the session is in [Table].
func (s *Server) State() machine.State { return s.state }

// User is the name that USER gave last, or "".
func (s *Server) User() string { return s.user }

// Next takes the question that is open, once.
func (s *Server) Next() (Event, bool) {
	e := s.event
	s.event = Event{}
	return e, e.Kind != 0
}

// Answer says what came of a question. An answer to a question that is not open is ignored.
func (s *Server) Answer(now engine.Time, id machine.QuestionID, a Answer) {
	if s.task == nil || id != s.question || s.done {
		return
	}
	t := s.task
	s.task, s.event = nil, Event{}
	s.heard = now
	t.answered(s, a)
	s.advance(now)
}

// Clone returns an independent copy.
func (s *Server) Clone() *Server {
	c := *s
	c.lines = s.lines.Clone()
	c.out = bytes.Clone(s.out)
	c.drop = s.drop.clone()
	c.scanner = scanner{}
	return &c
}

// advance executes the lines that are there, up to one that asks.
func (s *Server) advance(now engine.Time) {
	for !s.done && s.task == nil {
		line, tooLong, ok := s.lines.Next()
		if !ok {
			s.done = s.eof
			return
		}
		s.heard = now
		s.execute(line, tooLong)
	}
}

func (s *Server) execute(line []byte, tooLong bool) {
	s.scanner = scanner{}
	c, err := s.scanner.command(line)
	s.verb, s.keyword = machine.NoVerb, s.scanner.keyword
	switch {
	case tooLong:
		s.reply(replyTooLong)
	case s.scanner.verb != machine.NoVerb && !Table.Allows(s.state, s.scanner.verb):
		s.reply(replyState)
	case err != nil:
		s.reply(err.reply)
	default:
		s.verb = s.scanner.verb
		c.execute(s)
	}
}

// ask puts a question; t takes the answer.
func (s *Server) ask(t task, e Event) {
	s.question++
	e.ID = s.question
	s.task, s.event = t, e
}

// message finds the message that a command names, or replies that there is none.
func (s *Server) message(n int) (store.Message, bool) {
	s.n = n
	m, ok := s.drop.snapshot.At(n)
	switch {
	case !ok:
		s.reply(replyNoMessage)
	case s.drop.isMarked(n):
		s.reply(replyMarked)
		ok = false
	}
	s.octets = m.Size
	return m, ok
}

// refuse replies to an answer that was not OK.
func (s *Server) refuse(a Answer, usual ReplyID) {
	if a.Reason == replyDefault || a.Reason >= numReplies {
		a.Reason = usual
	}
	r := s.wording(a.Reason)
	r.OK = false
	if a.Text != "" {
		r.Text = a.Text
	}
	s.write(r)
}

// reply writes the first line of a reply and takes the session to where it leads.
func (s *Server) reply(id ReplyID) { s.write(s.wording(id)) }

func (s *Server) wording(id ReplyID) Reply {
	if r, ok := s.cfg.Replies[id]; ok {
		return r
	}
	return replies[id]
}

func (s *Server) write(r Reply) {
	class := trace.ClassPermanent
	if r.OK {
		class = trace.ClassOK
	}
	s.out = append(s.out, statusOf(class)...)
	text := r.Text
	if text != "" {
		s.out = append(s.out, ' ')
	}
	for {
		before, rest, found := strings.Cut(text, "{")
		name, after, closed := strings.Cut(rest, "}")
		if !found || !closed {
			break
		}
		s.out = append(s.out, before...)
		s.argument(name)
		text = after
	}
	s.out = append(append(s.out, text...), "\r\n"...)
	s.state = Table.Next(s.state, s.verb, class)
}

func (s *Server) argument(name string) {
	number := int64(0)
	switch name {
	case "host":
		s.out = append(s.out, s.cfg.Hostname...)
		return
	case "user":
		s.out = append(s.out, s.user...)
		return
	case "verb":
		s.out = append(s.out, s.keyword...)
		return
	case "state":
		s.out = append(s.out, Table.States[s.state]...)
		return
	case "n":
		number = int64(s.n)
	case "octets":
		number = s.octets
	case "count":
		number = int64(s.drop.count())
	case "size":
		number = s.drop.size()
	case "marked":
		number = int64(s.drop.gone)
	case "limit":
		number = int64(s.cfg.MaxLine)
	}
	s.out = strconv.AppendInt(s.out, number, 10)
}
