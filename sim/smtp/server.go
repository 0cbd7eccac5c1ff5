package smtp

import (
	"bytes"
	"maps"
	"strings"
	"time"

	"ehlo/sim/engine"
	"ehlo/sim/machine"
	"ehlo/sim/message"
	"ehlo/sim/sasl"
	"ehlo/sim/wire"
)

// Config is how a server behaves.
type Config struct {
	Hostname      string            // what it calls itself
	MaxSize       int64             // the largest message in octets, announced with SIZE; 0 is no limit
	MaxRecipients int               // of one message; 0 is 100, the least that RFC 5321 §4.5.3.1.8 allows
	MaxLine       int               // the longest command line in octets with CR LF; 0 is 2048, more than extensions ask for
	MaxErrors     int               // commands refused for good since the last message, before it closes; 0 is no limit
	IdleTimeout   time.Duration     // how long it waits for the client; 0 is for ever, RFC 5321 §4.5.3.2.7 asks for 5 minutes
	Replies       map[Wording]Reply // in place of the default ones; not to be modified later
	Epoch         int64             // the calendar moment of engine time 0, in Unix seconds, for a greeting with a date
	Peer          string            // the client's address, for replies that name it

	Extensions Extensions // what it can do; 0 is [Standard]
	Order      []string   // their keywords as it announces them, nil for ehlo's own order; not to be modified later
	Without    uint32     // commands it does not perform, a bit for each verb
	Lenient    Leniency   // what it takes besides what the grammar allows
	Verify     bool       // VRFY and EXPN are asked of the surroundings; otherwise nothing is told (RFC 5321 §7.3)

	TLS        machine.TLSInfo // that the connection began with
	StartTLS   bool            // the driver can perform a handshake
	NeedTLS    bool            // nothing is done for a client outside TLS (RFC 3207 §4)
	Mechanisms sasl.Set        // by which clients can log in
	ClearAuth  bool            // those that tell the password are offered outside TLS too
	NeedAuth   bool            // mail is taken from those only who have logged in (RFC 6409 §4.3)
}

const (
	defaultRecipients = 100
	defaultLine       = 2048
)

// Server is the server's side of a session. Make one with [NewServer].
type Server struct {
	cfg    Config
	lines  wire.Lines
	parser parser       // of the line that is answered, empty once a question about it was open
	verb   machine.Verb // of that line
	named  string       // what it asks about: of VRFY, EXPN and ETRN
	about  string       // what the reply is about that an answer gives
	out    []byte

	state     machine.State
	done      bool
	eof       bool
	upgrading bool
	deadline  engine.Time
	errors    int // commands that were refused for good

	hello    string
	extended bool
	offered  Extensions // what the reply to EHLO announced

	announced struct { // the last time, also in a session before this one
		of      announcing
		offered Extensions
		lines   string
	}
	tls      machine.TLSInfo
	identity sasl.Identity // who has logged in
	exchange *exchange     // that is under way, nil for none
	envelope Envelope
	refused  int       // recipients of this transaction that were refused
	to       Recipient // the recipient that a question is about
	message  content
	shared   bool // a copy of the server has the text of the message, too
	chunk    chunk
	ending   machine.Verb // what ended the message that a question is about

	events   machine.Queue[Event]
	asked    EventKind // a question is open: nothing is read
	question machine.QuestionID
}

var _ machine.Session = (*Server)(nil)

// usualReply is room for most replies, in octets: that to EHLO is the longest.
const usualReply = 320

// NewServer returns a server whose client has just connected; its greeting is in Output.
func NewServer(cfg Config, now engine.Time) *Server {
	s := new(Server)
	s.Begin(cfg, now)
	return s
}

// Begin makes a server whose client has just connected of what may have been another one, in whose memory it goes on.
func (s *Server) Begin(cfg Config, now engine.Time) {
	if cfg.MaxRecipients <= 0 {
		cfg.MaxRecipients = defaultRecipients
	}
	if cfg.MaxLine <= 0 {
		cfg.MaxLine = defaultLine
	}
	if cfg.Extensions == 0 {
		cfg.Extensions = Standard
	}
	s.lines.Empty()
	s.events.Empty()
	*s = Server{cfg: cfg, tls: cfg.TLS, verb: machine.NoVerb, out: wire.Room(s.out, usualReply), lines: s.lines, events: s.events,
		announced: s.announced, message: s.message, shared: s.shared}
	if s.lines.Limit = cfg.MaxLine; cfg.Mechanisms != 0 {
		s.lines.Limit = max(cfg.MaxLine, maxExchange)
	}
	s.reset()
	s.wait(now)
	s.write(s.reply(ReplyGreeting, "date", s.date(now)))
}

// Clone returns an independent copy.
func (s *Server) Clone() *Server {
	s.shared = true
	c := *s
	c.lines, c.parser = s.lines.Clone(), parser{}
	c.out = bytes.Clone(s.out)
	c.events = s.events.Clone()
	// These only grow: the copy shares what there is and moves away when it adds something.
	c.envelope.To = s.envelope.To[:len(s.envelope.To):len(s.envelope.To)]
	c.message.text = s.message.text[:len(s.message.text):len(s.message.text)]
	c.cfg.Replies = maps.Clone(s.cfg.Replies)
	if s.exchange != nil {
		x := *s.exchange
		c.exchange = &x
	}
	return &c
}

// State is the session's state.
func (s *Server) State() machine.State { return s.state }

// Receive takes octets from the client.
func (s *Server) Receive(now engine.Time, p []byte) {
	if s.done || s.upgrading || len(p) == 0 {
		return
	}
	s.lines.Feed(p)
	if (s.state == Content || s.chunk.under) && s.asked == 0 {
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
	s.asked, s.events = 0, machine.Queue[Event]{}
	s.write(s.reply(ReplyShutdown))
	s.close()
}

// Output takes the octets to send. The slice is valid until the server is called again.
func (s *Server) Output() []byte {
	out := s.out
	s.out = s.out[:0]
	return out
}

// Timeout is when the client has been silent for too long. There is none while a question is open.
func (s *Server) Timeout() (engine.Time, bool) {
	if s.done || s.asked != 0 || s.cfg.IdleTimeout <= 0 {
		return 0, false
	}
	return s.deadline, true
}

// Done says that the session is over.
func (s *Server) Done() bool { return s.done }

// Idle says that no transaction is open, and that the client has said nothing that is not answered.
func (s *Server) Idle() bool {
	return s.state == Greeted && s.asked == 0 && !s.upgrading && !s.chunk.under && s.lines.Pending() == 0
}

// Next takes the next event, and false where none waits. It is valid until the server is fed again, or has its answer.
func (s *Server) Next() (*Event, bool) { return s.events.Take() }

// Answer settles the open question. An answer to another one does nothing.
func (s *Server) Answer(now engine.Time, id machine.QuestionID, a Answer) {
	if s.done || s.asked == 0 || id != s.question {
		return
	}
	kind := s.asked
	s.asked, s.parser = 0, parser{} // its line may be gone
	switch kind {
	case AskSender:
		s.settleSender(a)
	case AskRecipient:
		s.settleRecipient(a)
	case AskMessage:
		s.settleMessage(a)
	case AskVerify:
		s.answer(VRFY, s.verdict(a, ReplyUnverified))
	case AskExpand:
		s.answer(EXPN, s.verdict(a, ReplyUnverified))
	case AskQueue:
		s.answer(ETRN, s.verdict(a, ReplyQueueStarted))
	case AskExchange:
		s.settleExchange(a)
	case AskSecret:
		s.settleSecret(a)
	}
	s.wait(now)
	s.run(now)
}

// ask opens a question, which the caller completes. The server reads nothing more until it is settled.
func (s *Server) ask(kind EventKind) *Event {
	s.question++
	s.asked, s.named = kind, ""
	e := s.events.Make()
	e.Kind, e.ID, e.Hello, e.Extended, e.Login, e.TLS = kind, s.question, s.hello, s.extended, s.identity, s.tls
	return e
}

// askNamed opens a question about what a command names.
func (s *Server) askNamed(kind EventKind, text string) *Event {
	e := s.ask(kind)
	s.named, e.Text = text, text
	return e
}

// verdict is the reply that an answer stands for.
func (s *Server) verdict(a Answer, yes ReplyID, args ...string) Reply {
	if a.Reply == nil {
		return s.reply(yes, args...)
	}
	if code := a.Reply.Code; code < 200 || code > 599 || code/100 == 3 {
		return s.reply(ReplyLocalError)
	}
	if a.Reply.ID != 0 {
		r, own := s.wording(a.Reply.ID)
		if !own {
			r = *a.Reply
		}
		s.about = a.Reply.About
		return s.filled(r, nil)
	}
	return *a.Reply
}

// date is the moment as a greeting tells it, where it does.
func (s *Server) date(now engine.Time) string {
	if r, _ := s.wording(ReplyGreeting); !strings.Contains(r.Text, "{date}") {
		return ""
	}
	return message.FormatDate(s.cfg.Epoch + int64(now/engine.Time(time.Second)))
}

// reset ends the transaction (RFC 5321 §4.1.1.5).
func (s *Server) reset() {
	room := s.message.text
	if s.shared {
		room, s.shared = nil, false
	}
	s.envelope, s.refused, s.to, s.message = Envelope{}, 0, Recipient{}, content{text: wire.Room(room, 0)}
	s.message.dots.lenient = s.cfg.Lenient.has(LenientLineEnds)
}

// wait starts the idle timeout anew.
func (s *Server) wait(now engine.Time) { s.deadline = now.Add(s.cfg.IdleTimeout) }

// close ends the session. An open transaction is gone (RFC 5321 §4.1.1.10).
func (s *Server) close() {
	s.reset()
	s.lines.Reset()
	s.exchange, s.chunk, s.upgrading = nil, chunk{}, false
	s.state, s.done = Closed, true
}
