// Package machine is the one shape that every protocol machine has: octets and moments in, octets and events out, no
// I/O. It also holds what the machines of all protocols share: the transition table, the spans of a parsed line, and
// what an observer reports.
//
// A server or client of a protocol package adds to [Session] its own typed Next, which yields its events (questions to
// its surroundings among them), Answer, which takes what came of a question, and, for clients, Do. A machine that waits
// for an answer keeps further input and goes on where it stopped, so that being fed whole or octet by octet makes no
// difference. It holds no closure and no reference to its surroundings; Clone copies it whole.
package machine

import (
	"ehlo/sim/engine"
	"ehlo/sim/trace"
)

// Session is what servers and clients of every protocol have in common.
type Session interface {
	// Receive takes octets from the peer. The slice is the caller's again when it returns.
	Receive(now engine.Time, p []byte)
	// ReceiveEOF says that the peer will send nothing more.
	ReceiveEOF(now engine.Time)
	// HandleTimeout says that the moment Timeout named has come; at an earlier moment it does nothing.
	HandleTimeout(now engine.Time)
	// Upgrading says that the machine goes on inside TLS: once Output is sent the driver performs the handshake, as the
	// server or the client that the machine is, and then calls Upgraded, or ends the session where the handshake fails.
	// Until then Receive drops what it is given, so that nothing injected before the handshake survives it.
	Upgrading() bool
	// Upgraded says that the TLS handshake the machine asked for is over.
	Upgraded(now engine.Time, info TLSInfo)
	// Output takes the octets to send. The slice is valid until the machine is called again.
	Output() []byte
	// Timeout is the next moment at which the machine wants HandleTimeout, and false where it wants none.
	Timeout() (engine.Time, bool)
	// Done says that the machine will neither say nor hear anything more: close the connection when Output is sent.
	Done() bool
}

// TLSInfo is what a machine may know of the TLS around it. The zero value is no TLS.
type TLSInfo struct {
	Version    string // "TLS 1.3"
	Cipher     string // "TLS_AES_128_GCM_SHA256"
	ServerName string // from SNI
}

// QuestionID names a question of one machine; its answer carries the same number.
type QuestionID uint32

// Note is a message identifier of the locales with its arguments, as in Note{"smtp.why.sequence", Args{"verb": "RCPT"}}.
// The text is made elsewhere: machines write no prose.
type Note struct {
	ID   string
	Args Args
}

// NewNote returns a note; args are names and values in turn. A name without a value is left out.
func NewNote(id string, args ...string) Note {
	n := Note{ID: id}
	for i := 0; i+1 < len(args); i += 2 {
		if n.Args == nil {
			n.Args = Args{}
		}
		n.Args[args[i]] = args[i+1]
	}
	return n
}

// Args are a note's arguments by name.
type Args map[string]string

// Span is a part of a line: octets Start up to and without End. Term is the name of the part, a locale identifier such
// as "smtp.reverse-path"; Ref is where it is specified, as in "RFC 5321 §4.1.2".
type Span struct {
	Start, End int
	Term       string
	Ref        string
}

// Line is one protocol line as an observer reads it.
type Line struct {
	From, At    engine.Time // when its first and its last octet passed
	Dir         trace.Dir
	Off         int64  // position of its first octet in its direction of the stream
	Data        []byte // its octets with the line end; valid until the observer is called again
	Label       string // what a packet shows: "MAIL", "250", "+OK", "a1 NO"
	Verb        string // the command it is, or that it answers; "" for a greeting
	Class       trace.Class
	State, Next string // the session's state before and after
	Takes       string // names of the forms that the server takes though the grammar forbids them, with blanks between; "" where none is known
}

// Observer reads a conversation between others. It is fed the octets of both directions in the order in which they were
// sent, and shares parser and table with the machines.
type Observer interface {
	// Observe takes octets that passed in one direction.
	Observe(now engine.Time, dir trace.Dir, p []byte)
	// Next takes the next line, and false where none is complete.
	Next() (Line, bool)
	// State is the name of the state the session is in.
	State() string
	// Clone returns an independent copy.
	Clone() Observer
}

// Explanation is what a line consists of and why it was answered as it was.
type Explanation struct {
	Spans  []Span
	Notes  []Note   // what the line does, or what the reply says, most important first
	Why    []Note   // for a refused line or the reply that refuses it: the reason
	Legal  []string // verbs that the state after the line allows
	Repair string   // the smallest change that makes the line right, without line end; "" where none is known
}
