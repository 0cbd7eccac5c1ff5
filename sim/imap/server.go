package imap

import (
	"bytes"
	"slices"
	"strconv"
	"strings"

	"ehlo/sim/engine"
	"ehlo/sim/machine"
	"ehlo/sim/sasl"
	"ehlo/sim/store"
	"ehlo/sim/wire"
)

// keptOutput is the room for output, in octets, that a session keeps when it has said something long.
const keptOutput = 64 << 10

var (
	star = []byte("*")
	plus = []byte("+")
)

// EventKind is what an [Event] is about.
type EventKind uint8

// The events of a server. All but EventClosed are questions, of which one is open at a time.
const (
	AskLogin       EventKind = iota + 1 // is Password the one of User? Answer: OK
	AskList                             // which mailboxes are there, and which names are subscribed to? Answer: OK, Boxes; the server leaves out those that do not match
	AskSelect                           // may the user open Mailbox? Answer: OK, Snapshot, FirstRecent, ReadOnly, ObjectID
	AskContent                          // the octets of message UID. Answer: OK, Content
	AskStore                            // do Batch. Answer: OK, Snapshot
	AskExpunge                          // remove UIDs. Answer: OK, Snapshot
	AskSecret                           // what is the password of User, and may it act as ActAs? Answer: Secret
	AskIdentity                         // User has proved who it is. Answer: OK
	AskStatus                           // what is there to say of Mailbox? Answer: OK, Snapshot, FirstRecent, ObjectID
	AskCreate                           // make Mailbox, for Use. Answer: OK, ObjectID
	AskDelete                           // remove Mailbox. Answer: OK
	AskRename                           // give Mailbox the name To. Answer: OK
	AskSubscribe                        // add Mailbox to the subscriptions. Answer: OK
	AskUnsubscribe                      // take it off them. Answer: OK
	AskAppend                           // put Drafts into Mailbox; a date of 0 is now. Answer: OK, Snapshot, UIDs
	AskCopy                             // put copies of UIDs into Mailbox and, with Move, remove UIDs. Answer: OK, Snapshot, Target, Copied, UIDs
	AskReplace                          // put Drafts into Mailbox and remove UIDs. Answer: OK, Snapshot, Target, UIDs
	AskQuota                            // what may the account Root, or that of Mailbox, hold, and what does it? Answer: OK, Root, Quota, Usage
	AskSetQuota                         // limit the account Root to Quota. Answer: OK, Root, Quota, Usage
	AskACL                              // who may do what with Mailbox? Answer: OK, Grants
	AskSetACL                           // let User have Rights on Mailbox, with Op. Answer: OK
	AskRights                           // what may the user do with Mailbox? Answer: OK, Rights
	AskListRights                       // which rights on Mailbox has User in any case? Answer: OK, Rights
	AskMetadata                         // what is kept with Mailbox, or with the account for ""? Answer: OK, Annotations
	AskSetMetadata                      // keep Annotations there, and drop those named in Forget. Answer: OK
	EventClosed                         // the session is over
)

// Event is a question of the server to its surroundings, or the news that the session is over.
type Event struct {
	Kind        EventKind
	ID          machine.QuestionID // to be given to [Server.Answer]
	User        string
	Password    string
	ActAs       string // the identity that User wants to act as, or ""
	Reference   string
	Pattern     string
	Mailbox     string
	To          string
	Use         store.Uses
	Annotations []store.Annotation
	Forget      []string
	Root        string // of a quota: "" is the user's own account
	Quota       store.Quota
	Op          store.FlagOp
	Rights      store.Rights
	Drafts      []store.Draft
	ReadOnly    bool // EXAMINE
	Move        bool
	UID         store.UID
	UIDs        []store.UID
	Batch       store.Batch
}

// Answer is what came of a question.
type Answer struct {
	OK          bool
	Reason      ReplyID // why not; the zero value gives the question's usual refusal
	Secret      sasl.Secret
	Boxes       []Box // in the order in which LIST names them
	Snapshot    store.Snapshot
	Target      store.Snapshot // where copies are
	Copied      []store.UID    // the messages that were copied, ascending
	Root        string
	Quota       store.Quota
	Usage       store.Usage
	Grants      []store.Grant
	Annotations []store.Annotation // of AskMetadata; of AskList those kept with the account
	ObjectID    string             // of the mailbox (RFC 8474 §4.1), or ""
	UIDs        []store.UID        // of the messages that came, ascending
	Modified    []store.UID        // those whose flags UnchangedSince protects, ascending
	Rights      store.Rights       // what the user may do with the mailbox; 0 is everything
	ReadOnly    bool               // the mailbox can be read only, even by SELECT
	FirstRecent store.UID          // the first message that no session was told of before; 0 makes all messages \Recent
	Content     []byte             // not changed by the server
}

// Server is the server's side of one session. Make one with [NewServer].
type Server struct {
	cfg   Config
	state machine.State
	in    wire.Lines
	buf   []byte // the command so far, with its literals
	lines int    // octets of the command outside literals
	rest  int64  // octets of the literal still to come
	skip  int64  // octets of a literal that nobody asked for, still to be dropped
	junk  bool   // the line that comes next belongs to a literal that was dropped
	scan  scanner
	out   []byte

	events   []Event
	question machine.QuestionID
	task     task   // the command that waits for an answer
	answered Answer // while the task has it: the room for it is here, so that it is not copied for each
	talk     talk   // the command that waits for more lines
	tag      []byte
	verb     machine.Verb
	name     string // of the command, where it has one

	user      string
	box       view
	condstore bool // the client is told modification sequences (RFC 7162 §3.1)
	rev2      bool // the client has chosen IMAP4rev2 (RFC 9051 §6.3.1)
	qresync   bool // and UIDs of what vanishes (RFC 7162 §3.2.3)
	uidOnly   bool // the client neither says nor hears message numbers (RFC 9586)

	tls         bool
	upgrading   bool
	compressing bool // the driver is to take compression on
	compressed  bool
	sasl        sasl.Server
	exchanges   uint64 // how many there were
	mistakes    int
	errors      int // commands in a row that could not be executed
	claimed     string
	enabled     extensions

	listening listening   // to what happens between commands
	asked     EventKind   // what the open question is
	heard     engine.Time // when the client last said something
	done      bool
}

// task is a command that waits for an answer.
type task interface {
	answer(s *Server, a *Answer)
	clone() task
}

// NewServer begins a session. The greeting is in its Output.
func NewServer(cfg Config, now engine.Time) *Server {
	if cfg.MaxLine <= 0 {
		cfg.MaxLine = defaultMaxLine
	}
	if cfg.MaxLiteral <= 0 {
		cfg.MaxLiteral = defaultMaxLiteral
	}
	if cfg.AppendLimit <= 0 {
		cfg.AppendLimit = defaultAppend
	}
	s := &Server{cfg: cfg, heard: now, tls: cfg.TLS}
	s.in.Limit = cfg.MaxLine
	s.reply(star, ReplyGreeting, about{})
	return s
}

// Receive takes octets from the client.
func (s *Server) Receive(now engine.Time, p []byte) {
	if s.done || s.upgrading || s.compressing {
		return
	}
	s.heard = now
	s.in.Feed(p)
	s.advance()
}

// ReceiveEOF says that the client will send nothing more: the session is over.
func (s *Server) ReceiveEOF(now engine.Time) { s.close() }

// Upgrading says that the client has asked for TLS and waits for the handshake (RFC 3501 §6.2.1).
func (s *Server) Upgrading() bool { return s.upgrading }

// Upgraded says that the handshake is over.
func (s *Server) Upgraded(now engine.Time, _ machine.TLSInfo) {
	if s.upgrading {
		s.upgrading, s.tls, s.heard = false, true, now
	}
}

// Timeout is when a client that says nothing is sent away; a command that waits for an answer stops the clock.
func (s *Server) Timeout() (engine.Time, bool) {
	idle := s.cfg.IdleTimeout
	if s.state == NotAuthenticated && s.cfg.LoginTimeout > 0 {
		idle = s.cfg.LoginTimeout
	}
	if idle <= 0 || s.done || s.task != nil {
		return engine.Never, false
	}
	return s.heard.Add(idle), true
}

// HandleTimeout sends the client away when its time is up (RFC 3501 §5.4).
func (s *Server) HandleTimeout(now engine.Time) {
	if at, ok := s.Timeout(); ok && now >= at {
		s.reply(star, ReplyIdle, about{})
		s.close()
	}
}

// Shutdown sends the client away with an untagged BYE (RFC 3501 §7.1.5): the service stops, or has no room for it.
func (s *Server) Shutdown(engine.Time) {
	if s.done {
		return
	}
	s.reply(star, ReplyShutdown, about{})
	s.close()
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

// Idle says that the client has said nothing that is not answered, IDLE included.
func (s *Server) Idle() bool {
	return s.task == nil && s.talk == nil && !s.upgrading && !s.compressing && len(s.buf) == 0 && s.Literal() == 0 && !s.junk && s.in.Pending() == 0
}

// Literal is how many octets of a literal are still to come; 0 where the next octets begin a line, or go on with one.
func (s *Server) Literal() int64 { return s.rest + s.skip }

// State is where the session is.
func (s *Server) State() machine.State { return s.state }

// User is who is logged in, or "".
func (s *Server) User() string { return s.user }

// Mailbox is the name of the selected mailbox, or "".
func (s *Server) Mailbox() string { return s.box.name }

// Told is the UID from which on the client was not told yet of messages in the selected mailbox, and 0 where none is
// selected or it is read-only: what it was told of is \Recent in no later session (RFC 3501 §2.3.2).
func (s *Server) Told() store.UID {
	if s.state != Selected || s.box.readOnly {
		return 0
	}
	return s.box.told.UIDNext()
}

// Next takes the next event.
func (s *Server) Next() (Event, bool) {
	if len(s.events) == 0 {
		return Event{}, false
	}
	e := s.events[0]
	rest := copy(s.events, s.events[1:])
	s.events[rest] = Event{}
	s.events = s.events[:rest]
	return e, true
}

// Answer says what came of a question. An answer to a question that is not open is ignored.
func (s *Server) Answer(now engine.Time, id machine.QuestionID, a Answer) {
	if s.task == nil || id != s.question || s.done {
		return
	}
	t, kind := s.task, s.asked
	s.task = nil
	s.heard = now
	s.answered = a
	t.answer(s, &s.answered)
	if s.answered = (Answer{}); a.OK {
		s.changedIt(kind)
	}
	s.advance()
}

// Notify says that a mailbox has changed. The client hears of it when its next command ends (RFC 3501 §5.2), and at once
// where it idles. Where the mailbox is gone, the session is over (RFC 2180 §3.3).
func (s *Server) Notify(_ engine.Time, c store.Change) {
	if s.state != Selected || s.done || c.Snapshot.UIDValidity() != s.box.latest.UIDValidity() {
		return
	}
	if c.Gone {
		s.reply(star, ReplyGone, about{})
		s.close()
		return
	}
	s.box.name = c.Mailbox
	s.box.hear(c.Snapshot)
	s.push()
	s.announce()
}

// Clone returns an independent copy.
func (s *Server) Clone() *Server {
	c := *s
	c.in = s.in.Clone()
	c.buf = bytes.Clone(s.buf)
	c.scan = scanner{}
	c.out = bytes.Clone(s.out)
	c.tag = bytes.Clone(s.tag)
	c.events = slices.Clone(s.events)
	c.box.ghosts = slices.Clone(s.box.ghosts)
	c.box.fresh, c.box.made = slices.Clone(s.box.fresh), slices.Clone(s.box.made)
	if s.task != nil {
		c.task = s.task.clone()
	}
	if s.talk != nil {
		c.talk = s.talk.clone()
	}
	return &c
}

func (s *Server) close() {
	if s.done {
		return
	}
	s.done, s.task, s.talk = true, nil, nil
	s.state = LoggedOut
	s.events = append(s.events, Event{Kind: EventClosed})
}

// ask puts a question; t takes the answer.
func (s *Server) ask(e *Event, t task) {
	s.question++
	e.ID = s.question
	s.task, s.asked = t, e.Kind
	s.events = append(s.events, *e)
}

// finish ends the running command with a tagged reply.
func (s *Server) finish(id ReplyID) { s.finishWith(id, about{}) }

// finishWith is finish with what the reply is about.
func (s *Server) finishWith(id ReplyID, a about) {
	status := s.wording(id).Status
	if status == OK {
		s.errors = 0
	}
	if status != BAD {
		s.state = Table().Next(s.state, s.verb, status.Class())
	}
	s.reply(s.tag, id, a)
	if s.state != Selected {
		s.box = view{}
	}
}

// refuse ends the running command because an answer was not OK.
func (s *Server) refuse(a *Answer, usual ReplyID) {
	if a.Reason == ReplyDefault || a.Reason >= numReplies {
		a.Reason = usual
	}
	s.finish(a.Reason)
}

// untagged writes an untagged response with a number.
func (s *Server) untagged(n int64, name string) {
	s.out = strconv.AppendInt(append(s.out, "* "...), n, 10)
	s.out = append(append(append(s.out, ' '), name...), "\r\n"...)
}

// complete ends the running command well, after telling the client what has happened to its mailbox.
func (s *Server) complete() { s.completeWith(ReplyCompleted, about{}) }

// completeWith is complete with a reply of its own.
func (s *Server) completeWith(id ReplyID, a about) {
	if s.state == Selected {
		s.update(true, strings.HasPrefix(s.name, "UID "), believed{})
	}
	s.finishWith(id, a)
}

// badSet refuses a message number that the mailbox does not have (RFC 3501 §9, seq-number).
func (s *Server) badSet() {
	s.reply(s.tag, ReplySetTooLarge, about{number: int64(s.box.len())})
}
