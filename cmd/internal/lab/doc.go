// Package lab puts the machines, daemons and stores of the simulated internet on real sockets, for real mail programs
// and for test suites: SMTP takes mail for the lab's users, POP3 and IMAP show it at once, and an HTTP interface lists,
// awaits, fetches and deletes it (docs/lab.md).
//
// There is no world and no simulated network. Each connection has one goroutine, a session, that owns the connection's
// machine: it reads, feeds the machine, lets the host answer what the machine asks, and writes what the machine says,
// one after the other, so that a client that does not read is not read from. What sessions share is behind the post
// office's one mutex. Time is that of the monotonic clock since the lab began.
//
// The lab never opens a connection: mail for elsewhere ends in a mailbox here, or is refused.
package lab
