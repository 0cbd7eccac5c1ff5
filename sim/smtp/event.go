package smtp

import "ehlo/sim/machine"

// EventKind says what a machine reports.
type EventKind uint8

// The kinds of event. A server asks; a client reports what came of its commands.
const (
	// AskSender asks a server's surroundings whether they take Path as sender: Envelope holds what MAIL declared.
	AskSender EventKind = iota + 1
	// AskRecipient asks whether they take Path as recipient: Envelope is what stands so far.
	AskRecipient
	// AskMessage asks what becomes of a complete Message for Envelope. Dots are removed, no trace field is added. A
	// positive answer takes responsibility for it (RFC 5321 §4.2.5).
	AskMessage
	// EventReply is the Reply to a client's Command; Command is nil for the greeting.
	EventReply
	// EventClosed is a connection that ended without QUIT, or a server that was silent for too long or says what is no
	// reply: Command, where there is one, got no answer and counts as refused for now (RFC 5321 §3.8).
	EventClosed
)

// Event is what a machine reports or asks. Which fields mean something is said at each [EventKind].
type Event struct {
	Kind     EventKind
	ID       machine.QuestionID // of a question
	Path     Path
	Envelope Envelope // not to be modified
	Message  []byte   // not to be modified
	Hello    string   // what the client called itself
	Extended bool     // it said EHLO
	Command  Command
	Reply    Reply
}

// Answer settles a question. The zero value says yes with the server's own wording; Reply says yes or no by its class,
// and a reply that is neither 2yz, 4yz nor 5yz becomes a local error.
type Answer struct {
	Reply *Reply
}
