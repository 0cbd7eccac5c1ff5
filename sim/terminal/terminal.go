// Package terminal is what a world and the shells at its terminals know of each other. A world reaches a shell in no other
// way, so that a program can go without: package shell is the one that there is, and whoever imports it has it.
package terminal

import (
	"ehlo/sim/daemon"
	"ehlo/sim/engine"
	"ehlo/sim/netsim"
	"ehlo/sim/tlssim"
	"ehlo/sim/world"
)

// Shell is what runs at a terminal of a host, where somebody has logged in. Its tools are part of it.
type Shell interface {
	// Host is the name of the terminal's host.
	Host() string
	// Number tells the terminals of a host apart, from 1.
	Number() int
	// User is who is logged in.
	User() string
	// Running is the name of the tool that has the terminal, "" while the shell waits for a command.
	Running() string
	// Hidden says that what is typed is not shown.
	Hidden() bool
	// History lists the lines that were typed, oldest first. It must not be changed.
	History() []string
	// Prompt is what the shell writes when it waits for a command.
	Prompt() string
	// Complete lists what the last word of a line could become, in order.
	Complete(env Env, line string) []string

	// Type takes octets that somebody typed.
	Type(env Env, p []byte)
	// Echo shows what somebody types into a connection of a process.
	Echo(env Env, process uint32, p []byte)
	// Happened tells a process what has become of one of its connections.
	Happened(env Env, process uint32, e Event)
	// Datagram takes a datagram of the DNS that reached the host, and says whether one of its processes has waited for it.
	Datagram(env Env, from string, data []byte) bool
	// Timeout is when the shell wants HandleTimeout, and false where it wants none.
	Timeout() (engine.Time, bool)
	// HandleTimeout lets a moment have come.
	HandleTimeout(env Env)
	// Hesitates says that a tool is about to do something by itself.
	Hesitates() bool
	// Follows says that a tool waits for something to happen at the host, so that Look has to be called after each step.
	Follows() bool
	// Look lets the tools that wait for that look at what is there now.
	Look(env Env)
	// Overhear tells of something that begins to cross a link of the world.
	Overhear(env Env, c netsim.Crossing)
	// Crash ends all that runs: the host has stopped.
	Crash()
	// Clone returns an independent copy.
	Clone() Shell
}

// begin makes a shell, nil in a program that has none. Only init sets it: it is no state of a world.
var begin func(host string, number int, user string) Shell

// Install says how a shell begins at the terminal with a number, from 1, of a host, for a user. A package that has shells
// calls it when it is initialised.
func Install(shell func(host string, number int, user string) Shell) { begin = shell }

// Installed says whether this program has shells. Where it has none, nobody can type at a terminal.
func Installed() bool { return begin != nil }

// New returns the shell of a terminal at which nobody has typed yet. The program must have shells.
func New(host string, number int, user string) Shell { return begin(host, number, user) }

// Env is what a shell and its tools may do to the world around them. It is passed to each call and never kept.
type Env interface {
	daemon.Env
	// Machine is the host at which the terminal is.
	Machine() *daemon.Host
	// Definition is what the world was before it started.
	Definition() *world.Definition
	// Find returns the name of the host that is called so, or has that address, and its addresses in the order in which they are
	// tried: the one that was given, or all that the terminal's host can reach. It is false where there is none.
	Find(name string) (host string, addresses []string, ok bool)
	// Connect opens a connection for a process to an address of a host, or to its name, which stands for all. What happens to it
	// comes to [Shell.Happened]. typed says that a person types into it.
	Connect(process uint32, host, address string, port int, typed bool) (conn uint32)
	// Write sends octets on a connection that stands.
	Write(conn uint32, p []byte)
	// Finish closes this side's direction of a connection.
	Finish(conn uint32)
	// Break breaks a connection.
	Break(conn uint32)
	// StartTLS begins TLS on a connection. [Secured] tells how it went.
	StartTLS(conn uint32)
	// Query sends a datagram of the DNS to a host; answers come to [Shell.Datagram].
	Query(to string, p []byte)
	// Ping sends a message of ICMP to a host for a process; the reply to an echo request comes to it as [Answer].
	Ping(process uint32, to string, p []byte)
	// Tap asks for [Shell.Overhear] from now on.
	Tap()
	// ClientPort is the port at which the client's end of a connection is.
	ClientPort(conn uint32) int
	// Sockets lists at which ports the host listens, and its connections.
	Sockets() []Socket
}

// Socket is a port at which a host listens, or a connection of the host.
type Socket struct {
	Address  string // the host's own
	Port     int
	Peer     string // the other's address, "" of a port at which it listens
	PeerPort int
}

// EventKind says what an [Event] tells a tool.
type EventKind uint8

// The kinds of event. The comment names the fields that each uses. Those up to Answer come from the shell, the others from
// the world.
const (
	Start       EventKind = iota // the tool begins to run
	Input                        // Data came from the standard input, which is read by lines where somebody types
	EOF                          // the standard input is at its end
	Interrupt                    // somebody typed Ctrl-C
	Timer                        // the moment that the tool has asked for is there
	Resolved                     // the name that the tool has asked for is Host's, at Address
	Unresolved                   // nobody has that name
	Answer                       // a query's answer: Data is the message, Host who sent it
	Connected                    // Conn stands
	Refused                      // nobody listens at Conn's port
	Unreachable                  // no way leads to Conn's other end
	Received                     // Data came on Conn
	Secured                      // TLS of Conn is there, or has failed: TLS says which
	Hangup                       // the other side of Conn says nothing more
	Over                         // Conn is over
	Crossed                      // Crossing begins to cross a link of the world
	Looked                       // something has happened since the last time, perhaps at this host
)

// Event is something that a tool is told.
type Event struct {
	Kind          EventKind
	Conn          uint32
	Data          []byte
	Host, Address string
	Tried         string    // of Resolved: another address of the host, where nobody has answered
	Fault         EventKind // and how it failed
	TLS           *TLS
	Crossing      *netsim.Crossing
}

// TLS is how a handshake went.
type TLS struct {
	Version, Cipher string
	Name            string             // that the client asked for, "" for none
	Fault           tlssim.Fault       // of the certificate, "" for none
	Failed          string             // why there is no TLS, "" where there is
	Certificate     tlssim.Certificate // that the server showed
}
