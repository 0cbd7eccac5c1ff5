// Package pop3 speaks the Post Office Protocol, version 3 (RFC 1939), as a server, as a client, and as an observer of a
// conversation between two others.
//
// The three share one vocabulary. [Table] says which command a session's state allows and where a reply to it leads; each
// command has a file of its own (retr.go, dele.go, …) with its grammar, what the client writes and what the server does.
// What explains a line is the parser that executes it. A further command is a new file and a row in table.go.
//
// A server asks its surroundings for whatever it does not know itself:
//
//	server.Receive(now, octets)
//	for e, ok := server.Next(); ok; e, ok = server.Next() {
//		// AskLogin, AskContent or AskUpdate: find out, then
//		server.Answer(now, e.ID, answer)
//	}
//	send(server.Output())
package pop3
