// Package bridge lets the page talk to real mail servers: it carries octets between a WebSocket and a TCP connection to a
// server that its configuration names (docs/bridge.md).
//
// Nothing is reachable that is not named. A host name is checked, resolved once, and dialled by the address that was
// checked, so that no second answer of a name server leads elsewhere. Whoever connects shows a ticket: signed, good for
// one connection and half a minute, bound to the page's origin and to a room. A page gets tickets for the invitation that
// a teacher hands out. What is allowed per learner and in all is bounded: connections, rate, octets, time and silence.
//
// The bridge stores nothing of what is said. Its audit log tells who reached what, when, and how much; never content.
package bridge
