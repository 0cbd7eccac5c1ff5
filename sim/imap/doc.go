// Package imap speaks IMAP4rev1 (RFC 3501), with the extensions that capability.go lists, as a server, as a client, and as
// an observer of the conversation between two others.
//
// The three share one vocabulary. Table says which command a session's state allows and where it leads; each command
// has a file of its own (fetch.go, store.go, …) with its grammar, what the client writes and what the server does. What
// explains a line is the parser that executes it.
//
// A further command is a new file with a type that implements [Command], and a row in the commands table; a further
// FETCH item is a row in the fetchAtts table.
package imap
