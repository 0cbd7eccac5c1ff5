package kpop

import (
	"bytes"
	"encoding/binary"
)

// Gate reads a client's request for a server. The zero Gate has read nothing.
type Gate struct {
	buf []byte
}

// Clone returns an independent copy.
func (g *Gate) Clone() Gate {
	c := *g
	c.buf = bytes.Clone(g.buf)
	return c
}

// Receive takes octets of the client, and says whether there is something to [Gate.Judge].
func (g *Gate) Receive(p []byte) bool {
	g.buf = append(g.buf, p...)
	_, ready := g.length()
	return ready
}

// length is how many octets the request has, 0 where it is none; known is false while that cannot be said, or they have not
// all come.
func (g *Gate) length() (n int, known bool) {
	versions := sendauth + application
	if k := min(len(g.buf), len(versions)); string(g.buf[:k]) != versions[:k] {
		return 0, true
	}
	if len(g.buf) < requestAt {
		return 0, false
	}
	size := binary.BigEndian.Uint32(g.buf[lengthAt:])
	if size > maxRequest {
		return 0, true
	}
	return requestAt + int(size), len(g.buf) >= requestAt+int(size)
}

// Service is whom a ticket has to be for, and from where and when it is used.
type Service struct {
	Name, Host string
	Key        Key
	Client     string // the client's address
	Now        int64  // Unix seconds
}

// Judge says who the client is, or with a [Fault] why that is not proven. rest is what came behind the request.
func (g *Gate) Judge(s Service) (client string, rest []byte, f Fault) {
	n, _ := g.length()
	if n == 0 {
		return "", nil, Version
	}
	r, ok := parseBody(g.buf[requestAt:n])
	if !ok {
		return "", nil, MessageType
	}
	rest, g.buf = g.buf[n:], nil
	t, ok := openTicket(s.Key, r.Ticket)
	a, fits := openAuthenticator(t.Session, r.Authenticator)
	switch {
	case !ok || !fits:
		return "", nil, Undecodable
	case t.Service != s.Name || t.Host != s.Host:
		return "", nil, WrongServer
	case t.Client != a.Client || t.Realm != a.Realm:
		return "", nil, Inconsistent
	case t.Address != s.Client:
		return "", nil, WrongAddress
	case a.Time < s.Now-Skew || a.Time > s.Now+Skew:
		return "", nil, OutOfBounds
	case s.Now > t.Issued+int64(t.Life)*lifeUnit+Skew:
		return "", nil, Expired
	case t.Issued > s.Now+Skew:
		return "", nil, Future
	}
	return t.Client, rest, OK
}

// Fault is why a request proves nothing.
type Fault uint8

// The faults, of which the library of Kerberos 4 knows some more.
const (
	OK Fault = iota
	Undecodable
	Expired
	Future
	WrongServer
	Inconsistent
	OutOfBounds
	WrongAddress
	Version
	MessageType
)

var faults = [...]string{"OK", "Can't decode authenticator", "Ticket expired", "Ticket issued in the future", "Ticket for wrong server",
	"Request inconsistent", "Time is out of bounds", "Incorrect network address", "Protocol version mismatch", "Illegal message type"}

// String is the fault in the words of the library.
func (f Fault) String() string { return faults[f] + " (krb_rd_req)" }
