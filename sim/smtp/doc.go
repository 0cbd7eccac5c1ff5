// Package smtp is SMTP (RFC 5321) as machines without I/O: a server, a client, an observer of conversations between
// others, and the explanation of each line. All of them share one parser and one transition table.
//
// Each command has a file with its type, its grammar, what the server does with it and what the client sends, and a row
// in the table of commands. A parameter of MAIL or RCPT and an extension that EHLO announces are each one entry in a
// table of their own.
//
// A server asks its surroundings three things, each as an [Event] that [Server.Answer] settles: whether it takes a
// sender, whether it takes a recipient, and what became of a whole message.
package smtp
