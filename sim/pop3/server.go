package pop3

import (
	"bytes"

	"ehlo/sim/engine"
	"ehlo/sim/machine"
	"ehlo/sim/sasl"
	"ehlo/sim/store"
	"ehlo/sim/wire"
)

// keptOutput is the room for output, in octets, that a session keeps when it has said something long.
const keptOutput = 64 << 10

// EventKind is what an [Event] is about.
type EventKind uint8

// The events. Those of a server are questions, of which one is open at a time.
const (
	AskLogin    EventKind = iota + 1 // is Password that of User, and is the maildrop free? Answer: OK, Maildrop; or Reason
	AskSecret                        // what is the password of User, and may it act as ActAs? Answer: Secret
	AskMaildrop                      // User has proved who it is: is the maildrop free? Answer: OK, Maildrop; or Reason
	AskTrust                         // does the client's machine vouch that ActAs may be User here? Answer: as for AskLogin
	AskContent                       // what are the octets of message UID? Answer: OK, Content; or Reason
	AskUpdate                        // remove Delete, set \Seen on Seen, unlock the maildrop. Answer: OK; or Reason
	EventReply                       // for clients: Command was answered; nil is the greeting
	EventClosed                      // for clients: the session is over; Err says why where QUIT did not end it
)

// Event is a question of a server to its surroundings, or what a client has heard.
type Event struct {
	Kind EventKind
	ID   machine.QuestionID // of a question, for [Server.Answer]

	User, Password string      // AskLogin; AskMaildrop and AskSecret: User
	ActAs          string      // AskSecret: the identity that User wants to act as, or ""; AskTrust: the user on the client's side
	UID            store.UID   // AskContent
	Delete, Seen   []store.UID // AskUpdate: the messages that DELE marked, and those that RETR sent, ascending

	Command Command // EventReply; EventClosed: what was not answered any more, or nil
	OK      bool    // +OK
	Text    string  // what stands behind the status indicator
	Count   int     // STAT; LAST: the message-number
	Octets  int64   // STAT
	Scans   []Scan  // LIST
	IDs     []UniqueID
	Lines   []string // CAPA, AUTH and LANG without an argument: the lines of the list
	Content []byte   // RETR, TOP: the message as it is stored
	Err     error    // EventClosed; EventReply: why the client itself does not take it for done
}

// Answer is what came of a question.
type Answer struct {
	OK       bool
	Reason   ReplyID // why not; the zero value gives the question's usual refusal
	Text     string  // in the place of the reply's wording, where it is not ""
	Secret   sasl.Secret
	Maildrop store.Snapshot
	Recent   store.UID // with Maildrop: the first message that no session has seen; 0 is none
	Content  []byte    // not changed by the server
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
	late     late  // the refusal that waits for its time

	scanner   scanner
	verb      machine.Verb // the command at hand, or NoVerb where its line is wrong
	keyword   string       // what its line begins with, in capitals
	n         int          // the message it names
	octets    int64
	lineCount int

	user      string
	sasl      sasl.Server
	exchanges uint64 // how many there were
	tls       bool
	upgrading bool
	utf8      bool
	lang      int // of cfg.Languages
	drop      maildrop
	errors    int
	logins    int         // refused
	mistakes  int         // of them, those that APOP or AUTH found
	heard     engine.Time // when the last command came
	eof       bool
	done      bool
}

// task is a command that asks. It holds nothing that changes.
type task interface{ answered(s *Server, a Answer) }

// NewServer begins a session. The greeting is in its Output.
func NewServer(cfg Config, now engine.Time) *Server {
	cfg = cfg.withDefaults()
	s := &Server{cfg: cfg, heard: now, verb: machine.NoVerb, tls: cfg.TLS}
	s.lines.Limit = cfg.MaxLine
	if s.offers(verbAPOP) {
		s.reply(ReplyGreetingAPOP)
	} else {
		s.reply(ReplyGreeting)
	}
	return s
}

// Receive takes octets from the client.
func (s *Server) Receive(now engine.Time, p []byte) {
	if s.done || s.eof || s.upgrading {
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

// Upgrading says that STLS was accepted: the handshake comes next.
func (s *Server) Upgrading() bool { return s.upgrading && !s.done }

// Upgraded says that the handshake is over. What the client sent before it and told the server is forgotten (RFC 2595
// §4).
func (s *Server) Upgraded(now engine.Time, _ machine.TLSInfo) {
	if !s.upgrading {
		return
	}
	s.upgrading, s.tls = false, true
	s.user, s.lang = "", 0
	s.lines.Reset()
	s.heard = now
	s.advance(now)
}

// Timeout is when a client that says nothing is left, or a refusal that waits is sent; a question stops the clock.
func (s *Server) Timeout() (engine.Time, bool) {
	idle := s.cfg.IdleTimeout
	if s.state < Transaction {
		idle = s.cfg.LoginTimeout
	}
	switch {
	case s.late.waits && !s.done:
		return s.late.at, true
	case idle <= 0 || s.done || s.task != nil:
		return engine.Never, false
	}
	return s.heard.Add(idle), true
}

// Hesitates says that a refusal waits for its time.
func (s *Server) Hesitates() bool { return s.late.waits && !s.done }

// HandleTimeout sends the refusal that waited, or ends the session when its time is up: without a word, unless the server
// is known for one (RFC 1939 §3). Marked messages stay.
func (s *Server) HandleTimeout(now engine.Time) {
	at, ok := s.Timeout()
	if !ok || now < at {
		return
	}
	if s.late.waits {
		s.heard = now
		s.speakLate()
		s.advance(now)
		return
	}
	s.keyword, s.verb = "", machine.NoVerb
	if r := s.wording(ReplyIdle); r.Text != "" {
		s.write(r)
	}
	s.done = true
}

// Shutdown ends the session: the service stops, or has no room for this client, whose next command, if it has sent one,
// is thereby answered. Marked messages stay.
func (s *Server) Shutdown(engine.Time) {
	if s.done {
		return
	}
	s.task, s.event, s.late = nil, Event{}, late{}
	s.keyword, s.verb = "", machine.NoVerb
	s.reply(ReplyShutdown)
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

// User is the name that the client gave last, or "".
func (s *Server) User() string { return s.user }

// Mistakes is how many logins by APOP and AUTH were refused because of the name, the password or the digest. Those by PASS
// are for the answer to [AskLogin] to count.
func (s *Server) Mistakes() int { return s.mistakes }

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

// advance executes the lines that are there, up to one that asks or that has to wait.
func (s *Server) advance(now engine.Time) {
	for !s.done && s.task == nil && !s.late.waits && !s.upgrading {
		line, tooLong, ok := s.lines.Next()
		if !ok {
			s.done = s.eof
			return
		}
		s.heard = now
		if s.state == Exchange {
			s.respond(line, tooLong)
			continue
		}
		before := len(s.out)
		s.execute(line, tooLong)
		s.judge(before)
	}
}

func (s *Server) execute(line []byte, tooLong bool) {
	s.scanner = scanner{quirks: s.cfg.Quirks, utf8: s.cfg.Commands.has(verbUTF8)}
	c, err := s.scanner.command(line)
	verb := s.scanner.verb
	s.verb, s.keyword = machine.NoVerb, s.scanner.keyword
	switch {
	case tooLong:
		s.reply(ReplyTooLong)
	case verb != machine.NoVerb && !s.cfg.Commands.has(verb):
		s.refer(verb, c, err, ReplyElsewhere)
	case verb != machine.NoVerb && !Table().Allows(s.state, verb) && !s.remembers(verb):
		s.reply(ReplyState)
	case verb != machine.NoVerb && !s.offers(verb):
		s.refer(verb, c, err, s.unoffered(verb))
	case err != nil:
		s.reply(err.reply)
	default:
		s.verb = verb
		c.execute(s)
	}
}

// refer refuses a command that does not work in this session. To whoever reads along it is a command that was refused:
// where its line is right the refusal leads where the table says.
func (s *Server) refer(verb machine.Verb, c request, err *SyntaxError, id ReplyID) {
	if list := verb == verbAUTH && c.follows() == followsListing; err == nil && !list && Table().Allows(s.state, verb) {
		s.verb = verb
	}
	s.reply(id)
}

// remembers says whether PASS comes without a USER before it, to a server that still knows the name.
func (s *Server) remembers(verb machine.Verb) bool {
	return verb == verbPASS && s.cfg.Quirks&KeepUser != 0 && s.state == Authorization && s.user != ""
}

// judge counts a command that was refused at once, and ends the session after too many. before is where its reply begins
// in the output.
func (s *Server) judge(before int) {
	if !bytes.HasPrefix(s.out[before:], []byte("-ERR")) || s.done {
		return
	}
	if s.errors++; s.errors == s.cfg.MaxErrors {
		s.keyword, s.verb = "", machine.NoVerb
		s.reply(ReplyTooManyErrors)
		s.done = true
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
		s.reply(ReplyNoMessage)
	case s.drop.isMarked(n):
		s.reply(ReplyMarked)
		ok = false
	}
	s.octets = m.Size + s.drop.extra
	return m, ok
}
