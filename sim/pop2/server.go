package pop2

import (
	"bytes"
	"fmt"
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
	IdleTimeout time.Duration // 0 is none
}

// wordings are what the server says to a line that leaves the grammar, by what is wrong with it.
var wordings = map[string]string{"empty": "The line begins with no command", "unknown": "Unknown command", "missing": "An argument is missing",
	"number": "A message-number is digits, from 1", "extra": "Too many arguments", "octet": "Only printable ASCII is allowed",
	"line-end": "A line ends with CR LF"}

const maxLine = 512 // octets of a command with its line end

// EventKind is what an [Event] asks.
type EventKind uint8

// The questions, of which one is open at a time.
const (
	AskLogin   EventKind = iota + 1 // is Password that of User, and is the mailbox free? Answer: OK, Mailbox
	AskMailbox                      // remove Delete, then open Mailbox. Answer: OK, Mailbox; not OK where there is none
	AskContent                      // what are the octets of message UID? Answer: OK, Content
	AskUpdate                       // remove Delete: the session ends. Answer: OK
)

// Event is a question of a server to its surroundings.
type Event struct {
	Kind           EventKind
	ID             machine.QuestionID
	User, Password string
	Mailbox        string
	UID            store.UID
	Delete         []store.UID // what ACKD has acknowledged, ascending
}

// Answer is what came of a question.
type Answer struct {
	OK      bool
	Locked  bool // another session has the mailbox
	Mailbox store.Snapshot
	Content []byte // not changed by the server
}

// Server is the server's side of one session. Make one with [NewServer].
type Server struct {
	cfg      Config
	state    machine.State
	lines    wire.Lines
	out      []byte
	question machine.QuestionID
	asked    EventKind // the question that is open, 0 for none
	event    Event     // until Next has taken it

	verb    machine.Verb
	user    string
	name    string // of the mailbox
	box     store.Snapshot
	current int
	gone    []store.UID
	heard   engine.Time
	eof     bool
	done    bool
}

// NewServer begins a session. The greeting is in its Output.
func NewServer(cfg Config, now engine.Time) *Server {
	s := &Server{cfg: cfg, heard: now, verb: machine.NoVerb}
	s.lines.Limit = maxLine
	s.say("+ POP2 %s server ready", cfg.Hostname)
	return s
}

// Receive takes octets from the client.
func (s *Server) Receive(now engine.Time, p []byte) {
	if !s.done && !s.eof {
		s.lines.Feed(p)
		s.advance(now)
	}
}

// ReceiveEOF says that the client will send nothing more. What is marked stays.
func (s *Server) ReceiveEOF(now engine.Time) {
	s.eof = true
	s.advance(now)
}

// Upgrading is never true: POP2 knows no TLS.
func (*Server) Upgrading() bool { return false }

// Upgraded is for a handshake that POP2 does not ask for.
func (*Server) Upgraded(engine.Time, machine.TLSInfo) {}

// Timeout is when a client that says nothing is left; a question stops the clock.
func (s *Server) Timeout() (engine.Time, bool) {
	if s.cfg.IdleTimeout <= 0 || s.done || s.asked != 0 {
		return engine.Never, false
	}
	return s.heard.Add(s.cfg.IdleTimeout), true
}

// HandleTimeout ends the session when its time is up.
func (s *Server) HandleTimeout(now engine.Time) {
	if at, ok := s.Timeout(); ok && now >= at {
		s.fail("Idle for too long")
	}
}

// Shutdown ends the session: the service stops, or has no room for this client.
func (s *Server) Shutdown(engine.Time) {
	if !s.done {
		s.asked, s.event = 0, Event{}
		s.fail("No service now")
	}
}

// Output takes the octets for the client; they are valid until the server is called again.
func (s *Server) Output() []byte {
	out := s.out
	s.out = s.out[:0]
	return out
}

// Done says that the session is over.
func (s *Server) Done() bool { return s.done }

// State is where the session is in [Table].
func (s *Server) State() machine.State { return s.state }

// Next takes the question that is open, once.
func (s *Server) Next() (Event, bool) {
	e := s.event
	s.event = Event{}
	return e, e.Kind != 0
}

// Clone returns an independent copy.
func (s *Server) Clone() *Server {
	c := *s
	c.lines = s.lines.Clone()
	c.out = bytes.Clone(s.out)
	c.gone = s.gone[:len(s.gone):len(s.gone)]
	return &c
}

func (s *Server) advance(now engine.Time) {
	for !s.done && s.asked == 0 {
		line, tooLong, ok := s.lines.Next()
		if !ok {
			s.done = s.eof
			return
		}
		s.heard = now
		c, p := parse(line)
		s.verb = p.verb
		switch {
		case tooLong:
			s.fail("Command line too long")
		case p.err != nil:
			s.fail(wordings[p.err.id])
		case !Table().Allows(s.state, p.verb):
			s.fail(c.Keyword + " is out of sequence")
		default:
			s.execute(c)
		}
	}
}

func (s *Server) execute(c Command) {
	switch s.verb {
	case verbHELO:
		s.user, s.name = c.User, store.Inbox
		s.ask(Event{Kind: AskLogin, User: c.User, Password: c.Password})
	case verbFOLD:
		s.name = c.Mailbox
		s.ask(Event{Kind: AskMailbox, Mailbox: c.Mailbox, Delete: s.gone})
	case verbREAD:
		if c.N > 0 {
			s.current = c.N
		}
		s.size()
	case verbRETR:
		if m, ok := s.message(); ok {
			s.ask(Event{Kind: AskContent, UID: m.UID})
		} else { // RFC 937: there is nothing to send, and no reply that could say so
			s.state, s.done = Done, true
		}
	case verbACKS:
		s.current++
		s.size()
	case verbACKD:
		if m, ok := s.message(); ok {
			s.gone = append(s.gone, m.UID)
		}
		s.current++
		s.size()
	case verbNACK:
		s.size()
	case verbQUIT:
		if s.state == Authorization {
			s.say("+ %s closes the connection", s.cfg.Hostname)
			s.done = true
			return
		}
		s.ask(Event{Kind: AskUpdate, Delete: s.gone})
	}
}

// Answer says what came of a question. An answer to a question that is not open is ignored.
func (s *Server) Answer(now engine.Time, id machine.QuestionID, a Answer) {
	if s.asked == 0 || id != s.question || s.done {
		return
	}
	asked := s.asked
	s.asked, s.event, s.heard = 0, Event{}, now
	switch {
	case asked == AskLogin && a.Locked:
		s.fail("Another session has the mailbox")
	case asked == AskLogin && !a.OK:
		s.fail("Wrong user name or password")
	case asked == AskLogin, asked == AskMailbox: // a mailbox that is not there has no messages (RFC 937)
		s.box, s.current, s.gone = a.Mailbox, 1, nil
		s.say("#%d messages in %s", s.box.Len(), s.name)
	case asked == AskContent && a.OK:
		s.out = append(s.out, a.Content...)
		s.state = Table().Next(s.state, s.verb, trace.ClassOK)
	case asked == AskContent: // the client takes what comes for the message: nothing can be said
		s.state, s.done = Done, true
	case asked == AskUpdate && a.OK:
		s.say("+ %s closes the connection", s.cfg.Hostname)
		s.done = true
	default:
		s.fail("Something went wrong in the server")
	}
	s.advance(now)
}

// message is the current one, unless it is gone.
func (s *Server) message() (store.Message, bool) {
	m, ok := s.box.At(s.current)
	for _, uid := range s.gone {
		ok = ok && uid != m.UID
	}
	return m, ok
}

// size tells how long the current message is; 0 says that there is none (RFC 937).
func (s *Server) size() {
	if m, ok := s.message(); ok {
		s.say("=%d octets in message %d", m.Size, s.current)
		return
	}
	s.say("=0 no message %d", s.current)
}

func (s *Server) ask(e Event) {
	s.question++
	e.ID = s.question
	s.asked, s.event = e.Kind, e
}

// say writes a reply that accepts the command at hand.
func (s *Server) say(format string, args ...any) {
	s.out = append(fmt.Appendf(s.out, format, args...), "\r\n"...)
	s.state = Table().Next(s.state, s.verb, trace.ClassOK)
}

// fail writes what is wrong and ends the session (RFC 937).
func (s *Server) fail(text string) {
	s.out = append(append(append(s.out, "- "...), text...), "\r\n"...)
	s.state, s.done = Done, true
}
