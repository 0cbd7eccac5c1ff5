// Package trace is what a world says of itself: typed events in the order (time, sequence), recorders for them, their
// encodings, and the input log from which the same trace can be made again. See docs/encodings.md.
//
// The trace is free of language: it carries octets, names, numbers and verdicts, never a sentence.
package trace

import (
	"slices"

	"ehlo/sim/engine"
)

// Kind says what happened, and with it which fields of an [Event] mean something.
type Kind uint8

// The kinds of event. The comment names the fields that each uses besides At and Seq.
const (
	KindNone Kind = iota
	// KindWorld is the first event: Label is the world's name, Num its seed, Data its definition's digest.
	KindWorld
	// KindHost is a host of the world, at its start: Actor its name, Target its address, Label its role ("mua", "mta",
	// "dns", "mailbox", "eve", "bridge"), Verb the person who sits there or "", Num 1 where that is the learner, State its IPv6
	// address or "".
	KindHost
	// KindLink is a link of the world, at its start: Actor and Target its ends, Num bits a second (0: no limit), Until
	// the latency as a duration.
	KindLink
	// KindListen is a door: Actor the host, Num the port, Label the protocol.
	KindListen
	// KindInput is an input-log entry taking effect: Actor, Target, Label (the input's kind), Data.
	KindInput
	// KindOpen is a host asking another for a connection: Actor the client's host, Target the server's, Conn, Num the
	// port, Off the client's own port where it chose one, Label the protocol that listens there ("" where nothing does), Verb
	// "IPv6" where it is tried so first.
	KindOpen
	// KindAccept is the server's host taking the connection: Actor the server's host, Target the client's, Conn, State the
	// names of the forms that the server takes though the grammar forbids them ("space line-ends"), Verb "IPv6" where it came so.
	KindAccept
	// KindEstablished is the client learning that its connection stands: Actor the client's host, Target, Conn, Verb
	// "IPv6" where it stands so.
	KindEstablished
	// KindRefused is the client learning that nobody listens: Actor the client's host, Target, Conn, Num the port.
	KindRefused
	// KindUnreachable is a host or a route that does not exist: Actor the client's host, Target the name, Conn, Num.
	KindUnreachable
	// KindSegment is octets crossing one link: Actor and Target the hosts at its two ends, Conn, Dir, Off the position
	// of the first octet in the stream, Num how many, From the departure (later than At where the link is busy), Until
	// the arrival. Data is the octets on the first link and empty on later ones.
	KindSegment
	// KindLine is one protocol line as an observer at its sender reads it: Actor the speaker's host, Target the
	// listener's, Conn, Dir, Off, Num, From when its first octet left, Until when its last one is over the first link
	// (the segments of later links carry on),
	// Label what a packet shows ("MAIL", "250", "a1 OK"), Verb the command it is or answers, Class, State and Next the
	// session's states before and after, Data the octets with their line end. Consecutive message octets of one segment
	// are one event of class ClassContent. Sealed says that it passed inside TLS: then Off and Num are the place of its
	// records in the stream.
	KindLine
	// KindFin is one side closing its direction: Actor, Target, Conn, Dir.
	KindFin
	// KindClosed is a connection over in both directions: Conn, Actor the client's host, Target the server's.
	KindClosed
	// KindCut is a connection that broke: Conn, Actor the client's host, Target the server's.
	KindCut
	// KindQueued is an MTA taking responsibility for a message: Actor its host, Letter, Conn the session that brought it,
	// Label the Subject, Num octets, Data the envelope (see [Envelope]).
	KindQueued
	// KindAttempt is an MTA starting to hand a message on: Actor, Target the next host, Letter, Conn.
	KindAttempt
	// KindDeferred is an attempt that has to wait: Actor, Target, Letter, Until the next try, Data the reply or "".
	KindDeferred
	// KindRelayed is the next host having taken a message for some recipients: Actor, Target, Letter, Num recipients.
	KindRelayed
	// KindDelivered is a message in its mailbox: Actor the host, Target the mailbox's address, Letter, Num the UID, Verb
	// the mailbox where it is not the INBOX.
	KindDelivered
	// KindFailed is a message that cannot go on: Actor, Target the recipient, Letter, Data the reply.
	KindFailed
	// KindMailbox is the state of a mailbox after a change: Actor its host, Target the owner's address, Label the
	// mailbox name, Num messages, Data the counts (see [Counts]).
	KindMailbox
	// KindLogin is a login judged by its server: Actor the server's host, Target the user, Conn, Class.
	KindLogin
	// KindFault is a machine that broke and was ended: Actor its host, Conn, Data what it said.
	KindFault
	// KindDatagram is a datagram crossing one link: Actor and Target the hosts at its two ends, Label its protocol
	// ("dns"), Num octets, From the departure, Until the arrival. Data is the octets on the first link and empty on later
	// ones. A host that asks itself is both ends.
	KindDatagram
	// KindQuery is a host asking a name server: Actor the host, Target the server's host, Num the query's ID, Label the
	// question ("example.net MX").
	KindQuery
	// KindAnswer is an answer on its way: Actor the server's host, Target who asked, Num the query's ID, Label the
	// question, Verb the verdict ("NOERROR", "NXDOMAIN", "SERVFAIL"), Class the same as a class, Data the records, each
	// on a line as a zone file has it.
	KindAnswer
	// KindLookup is a host learning what it asked for: Actor the host, Label the question, Verb the verdict ("TIMEOUT"
	// where nobody answered), Class, Num 1 where its cache knew, Data the records.
	KindLookup
	// KindRecord is a TLS record being sent: Actor, Target, Conn, Dir, Off its place in the stream, Num its octets, Label
	// what it holds ("ClientHello", "application data"), Verb the content type on the wire. Sealed says that nobody but
	// the two ends can tell what it holds.
	KindRecord
	// KindTLS is one end's verdict on a handshake: Actor its host, Target the other, Conn, Dir the direction in which
	// this end speaks, Label the version, Verb the cipher suite, State the name the client asked for, Class ClassOK or
	// ClassPermanent, Next what is wrong ("expired", "name", "issuer", …), Data the certificate, a line for each part.
	KindTLS
	// KindLost is octets that a link lost; fields as for KindSegment and KindDatagram, Until when they would have arrived.
	KindLost
	// KindExpanded is an address that stood for others: Actor the host, Target the address, Letter, Num how many take its
	// place, Label "alias", "list", "forward" or "srs", Data their addresses, each on a line.
	KindExpanded
	// KindDiscarded is a message that ends without a notice: Actor, Target the recipient, Letter, Data the reason.
	KindDiscarded
	// KindNotice is an MTA writing to a sender about a message: Actor, Target the recipient that it is about, Letter the
	// new message, Num the letter it is about, Label the action ("failed", "delayed", "delivered", "relayed",
	// "expanded"; RFC 3464 §2.3.3).
	KindNotice
	// KindTrouble is a fault that begins or ends: Actor the host or one end of the link, Target the other end or "",
	// Label the fault ("link-down"), Verb its argument, Num 1 where it begins, Until when it ends by itself.
	KindTrouble
	// KindAct is a scripted actor doing something by itself: Actor its host, Label what it is ("reader"), Verb what it
	// does ("poll"), Target to whom or what.
	KindAct
	// KindAuth is a host that has found out whether something comes from where it says, or goes where it should: Actor the
	// host, Target the domain that vouches for it, Conn the session, Label the method ("spf", "dkim", "arc",
	// "dmarc", "mta-sts", "dane"), Verb the
	// result ("pass", "fail", "temperror"), Class the same as a class, Next what is wrong or what is to be done ("reject"),
	// Data what decided, each part on a line.
	KindAuth
	// KindTerminal is what a terminal of a host shows: Actor the host, Num the terminal from 1, Label the tool that writes, ""
	// for the shell and for what is typed, Class ClassCommand where it is a line that was typed, Data the octets, Verb a manual page that is to be shown in place of octets.
	KindTerminal
	// KindCommand is a tool that begins to run: Actor the host, Num the terminal, Verb the user, Label the tool's name, Data
	// its words with a space between them.
	KindCommand
	// KindExit is a tool that has ended: Actor, Num the terminal, Label the tool's name, Off its exit status, Next the message
	// identifier of why it failed or "", State what that is about.
	KindExit
)

var kindNames = [...]string{"none", "world", "host", "link", "listen", "input", "open", "accept", "established", "refused",
	"unreachable", "segment", "line", "fin", "closed", "cut", "queued", "attempt", "deferred", "relayed", "delivered",
	"failed", "mailbox", "login", "fault", "datagram", "query", "answer", "lookup", "record", "tls", "lost", "expanded",
	"discarded", "notice", "trouble", "act", "auth", "terminal", "command", "exit"}

// String returns the kind's name in the JSON encoding.
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return "unknown"
}

// KindByName returns the kind with that name, and false where there is none.
func KindByName(name string) (Kind, bool) {
	i := slices.Index(kindNames[1:], name) + 1
	return Kind(i), i > 0
}

// Dir is a direction within a connection.
type Dir uint8

// The directions.
const (
	DirNone  Dir = iota
	ToServer     // from the client, who opened the connection, to the server
	ToClient
)

// Reverse returns the other direction.
func (d Dir) Reverse() Dir {
	switch d {
	case ToServer:
		return ToClient
	case ToClient:
		return ToServer
	}
	return DirNone
}

// String returns "C" for what the client says and "S" for what the server says.
func (d Dir) String() string { return [...]string{"", "C", "S"}[d%3] }

// Class is what a protocol line is, or its verdict.
type Class uint8

// The classes. A reply's class follows SMTP's first digit (RFC 5321 §4.2.1); POP3's +OK and IMAP's OK are ClassOK,
// -ERR, NO and BAD are ClassPermanent, a continuation request is ClassMore.
const (
	ClassNone      Class = iota
	ClassCommand         // a client's command
	ClassOK              // 2yz, +OK, OK
	ClassMore            // 3yz, "+": go on
	ClassTransient       // 4yz: not now
	ClassPermanent       // 5yz, -ERR, NO, BAD: not like this
	ClassUntagged        // data of a reply: IMAP "*", the lines of a multi-line reply before its last
	ClassContent         // octets of a message, in either direction
	ClassGreeting        // the server's first line
)

var classNames = [...]string{"", "command", "ok", "more", "transient", "permanent", "untagged", "content", "greeting"}

// String returns the class's name in the JSON encoding.
func (c Class) String() string { return classNames[int(c)%len(classNames)] }

// Event is one thing that happened. Which fields mean something is said at each [Kind]; the others are zero. Events are
// reused: whoever keeps one beyond the call that hands it over copies Data.
type Event struct {
	At          engine.Time
	Seq         uint64
	Kind        Kind
	Actor       string
	Target      string
	Conn        uint32
	Dir         Dir
	Letter      uint32
	From, Until engine.Time
	Off         int64
	Num         int64
	Label       string
	Verb        string
	Class       Class
	State, Next string
	Sealed      bool // it passed inside TLS: only the two ends can read it
	Data        []byte
}
