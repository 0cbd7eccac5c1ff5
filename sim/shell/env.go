package shell

import (
	"ehlo/sim/daemon"
	"ehlo/sim/tlssim"
	"ehlo/sim/world"
)

// Env is what a terminal and its tools may do to the world around them. It is passed to each call and never kept.
type Env interface {
	daemon.Env
	// Machine is the host at which the terminal is.
	Machine() *daemon.Host
	// Definition is what the world was before it started.
	Definition() *world.Definition
	// Find returns name and address of the host that is called so, or has that address, and false where there is none.
	Find(name string) (host, address string, ok bool)
	// Connect opens a connection for a process. What happens to it comes to [Terminal.Happened]. typed says that a person
	// types into it.
	Connect(process uint32, to string, port int, typed bool) (conn uint32)
	// Write sends octets on a connection that stands.
	Write(conn uint32, p []byte)
	// Finish closes this side's direction of a connection.
	Finish(conn uint32)
	// Break breaks a connection.
	Break(conn uint32)
	// StartTLS begins TLS on a connection. [Secured] tells how it went.
	StartTLS(conn uint32)
	// Query sends a datagram of the DNS to a host; answers come to [Terminal.Datagram].
	Query(to string, p []byte)
}

// EventKind says what an [Event] tells a tool.
type EventKind uint8

// The kinds of event. The comment names the fields that each uses.
const (
	Start       EventKind = iota // the tool begins to run
	Input                        // Data came from the standard input, which is read by lines where somebody types
	EOF                          // the standard input is at its end
	Interrupt                    // somebody typed Ctrl-C
	Timer                        // the moment of [Process.SetTimer] is there
	Resolved                     // the name that [Process.Resolve] asked for is Host's, at Address
	Unresolved                   // nobody has that name
	Answer                       // a query's answer: Data is the message, Host who sent it
	Connected                    // Conn stands
	Refused                      // nobody listens at Conn's port
	Unreachable                  // no way leads to Conn's other end
	Received                     // Data came on Conn
	Secured                      // TLS of Conn is there, or has failed: TLS says which
	Hangup                       // the other side of Conn says nothing more
	Over                         // Conn is over
)

// Event is something that a tool is told.
type Event struct {
	Kind          EventKind
	Conn          uint32
	Data          []byte
	Host, Address string
	TLS           *TLS
}

// TLS is how a handshake went.
type TLS struct {
	Version, Cipher string
	Name            string             // that the client asked for, "" for none
	Fault           tlssim.Fault       // of the certificate, "" for none
	Failed          string             // why there is no TLS, "" where there is
	Certificate     tlssim.Certificate // that the server showed
}
