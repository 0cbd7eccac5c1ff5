package shell

import "ehlo/sim/terminal"

// What a shell and its world know of each other is said in package terminal.
type (
	// Env is what a terminal and its tools may do to the world around them.
	Env = terminal.Env
	// Event is something that a tool is told, and EventKind what it says.
	Event     = terminal.Event
	EventKind = terminal.EventKind
	// TLS is how a handshake went.
	TLS = terminal.TLS
)

// The kinds of event.
const (
	Start       = terminal.Start
	Input       = terminal.Input
	EOF         = terminal.EOF
	Interrupt   = terminal.Interrupt
	Timer       = terminal.Timer
	Resolved    = terminal.Resolved
	Unresolved  = terminal.Unresolved
	Answer      = terminal.Answer
	Connected   = terminal.Connected
	Refused     = terminal.Refused
	Unreachable = terminal.Unreachable
	Received    = terminal.Received
	Secured     = terminal.Secured
	Hangup      = terminal.Hangup
	Over        = terminal.Over
	Crossed     = terminal.Crossed
	Looked      = terminal.Looked
)

func init() {
	terminal.Install(func(host string, number int, user string) terminal.Shell { return New(host, number, user) })
}
