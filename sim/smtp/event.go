package smtp

import (
	"ehlo/sim/machine"
	"ehlo/sim/sasl"
)

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
	// AskVerify asks what VRFY of Text is answered; without a Reply the server cannot say (252).
	AskVerify
	// AskExpand asks the same for EXPN.
	AskExpand
	// AskQueue asks to send what waits for the domain Text, and for those below it where Subdomains says so, and what ETRN is
	// answered. Without a Reply the queue is started (250).
	AskQueue
	// AskExchange asks for the Exchange of a login by Mechanism: its nonces have to be new. A Reply refuses it.
	AskExchange
	// AskSecret asks for the Secret of the user of Question. A Reply ends the login for a reason of another kind, as 454.
	AskSecret
	// EventLogin is a login that is over: Mechanism, Accepted, Identity as far as it is known, and the Reason where it failed.
	// It is no question.
	EventLogin
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
	Envelope Envelope        // not to be modified
	Message  []byte          // not to be modified, and gone when the question is answered
	Hello    string          // what the client called itself
	Extended bool            // it said EHLO
	Login    sasl.Identity   // who has logged in, zero for nobody
	TLS      machine.TLSInfo // what the session is inside of, zero for nothing
	Command  Command
	Reply    Reply

	Text       string
	Subdomains bool
	Mechanism  sasl.Mechanism
	Question   sasl.Question
	Identity   sasl.Identity
	Accepted   bool
	Reason     sasl.Reason // of EventLogin, and of a client's AUTH: why it gave up, or does not trust the server's yes
}

// Answer settles a question. The zero value says yes with the server's own wording; Reply says yes or no by its class,
// and a reply that is neither 2yz, 4yz nor 5yz becomes a local error.
type Answer struct {
	Reply    *Reply
	ID       string // what the surroundings call a message that they take, for a reply that tells it
	Exchange sasl.Config
	Secret   sasl.Secret
}

// Protocol is what the trace field says of how the message came (RFC 3848 §1, RFC 6531 §4.3).
func (e *Event) Protocol() string {
	with := "ESMTP"
	switch {
	case !e.Extended:
		return "SMTP"
	case e.Envelope.UTF8:
		with = "UTF8SMTP"
	}
	if e.TLS.Version != "" {
		with += "S"
	}
	if e.Login.User != "" {
		with += "A"
	}
	return with
}
