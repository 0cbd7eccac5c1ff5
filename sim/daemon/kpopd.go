package daemon

import (
	"strconv"
	"strings"

	"ehlo/sim/engine"
	"ehlo/sim/kpop"
	"ehlo/sim/machine"
	"ehlo/sim/trace"
	"ehlo/sim/world"
)

// popService is how Kerberos calls the service, whichever host it is on.
const popService = "pop"

// gate is what a KPOP service's session has before POP3. nil is an open one.
type gate struct {
	kpop.Gate
	ready   bool   // there is a request to judge
	refusal []byte // what is said in the place of the greeting
	done    bool
}

func newKPOPD(env Env, h *Host, s world.Service, client Client) *pop3d {
	s.Auth, s.TLS = []string{}, world.NoTLS // who comes through the gate needs no other way to log in
	d := newPOP3D(env, h, s, client, machine.TLSInfo{})
	d.gate = &gate{}
	return d
}

func (g *gate) clone() *gate {
	if g == nil {
		return nil
	}
	c := *g
	c.Gate = g.Gate.Clone()
	return &c
}

// Receive takes octets of the client.
func (s *pop3d) Receive(now engine.Time, p []byte) {
	switch g := s.gate; {
	case g == nil:
		s.Server.Receive(now, p)
	case !g.done && !g.ready:
		g.ready = g.Receive(p)
	}
}

// ReceiveEOF says that the client will send nothing more.
func (s *pop3d) ReceiveEOF(now engine.Time) {
	if s.gate != nil {
		s.gate.done = true
	}
	s.Server.ReceiveEOF(now)
}

// Output takes the octets to send: POP3's greeting waits behind the gate.
func (s *pop3d) Output() []byte {
	if s.gate == nil {
		return s.Server.Output()
	}
	out := s.gate.refusal
	s.gate.refusal = nil
	return out
}

// Done says that the session is over.
func (s *pop3d) Done() bool { return s.gate != nil && s.gate.done || s.Server.Done() }

// pass judges the request, and opens the gate or says why not.
func (s *pop3d) pass(env Env, h *Host, conn uint32) {
	g, now := s.gate, env.Now()
	g.ready = false
	client, rest, fault := g.Judge(kpop.Service{Name: popService, Host: h.Name, Key: h.serviceKey(h.Name), Client: s.client.Address,
		Now: env.Date(now)})
	if fault != kpop.OK {
		g.refusal, g.done = []byte("-ERR Kerberos authentication failure: "+fault.String()+"\r\n"), true
		env.Emit(trace.Event{Kind: trace.KindLogin, Actor: h.Name, Conn: conn, Class: trace.ClassPermanent})
		return
	}
	s.gate, s.proved = nil, client
	s.Server.Receive(now, rest)
}

// serviceKey is what a mail host and Kerberos share, the host's srvtab.
func (h *Host) serviceKey(host string) kpop.Key {
	return kpop.KeyOf("srvtab", popService, host, strconv.FormatUint(h.world.Seed, 10))
}

// ticketFor is what a program at this host has to show to a mail host, as if its user had said kinit before and typed a
// password. What Kerberos sends then can be read with the right one alone: with another, the session key is a wrong one.
func (h *Host) ticketFor(env Env, server, user, password string) kpop.Request {
	now := env.Date(env.Now())
	session := kpop.KeyOf(strconv.FormatUint(env.Chance(), 10))
	t := kpop.Ticket{Client: user, Realm: strings.ToUpper(server), Address: h.def.Address, Session: session, Life: 96, Issued: now,
		Service: popService, Host: server}
	known := false
	for _, u := range h.world.Users {
		known = known || u.Host == server && u.Name == user && u.Password == password && password != ""
	}
	if !known {
		session = kpop.Key{}
	}
	a := kpop.Authenticator{Client: t.Client, Realm: t.Realm, Time: now}
	return kpop.Request{Realm: t.Realm, Ticket: t.Seal(h.serviceKey(server)), Authenticator: a.Seal(session)}
}

// showing is how a program shows a ticket first. nil is not at all.
type showing struct {
	password, server string
	request          []byte
	asked            bool
}

// newKPOPCollector fetches mail by KPOP. In the place of the password it says the name once more: the server does not look.
func newKPOPCollector(now engine.Time, user, password string, remove bool) *pop3Collector {
	c := newPOP3Collector(now, user, user, remove)
	c.showing = &showing{password: password}
	return c
}

// Dialed tells to which host the connection goes: a ticket is for one.
func (c *pop3Collector) Dialed(server string) {
	if c.showing != nil {
		c.showing.server = server
	}
}

// show asks for the ticket, once.
func (c *pop3Collector) show(env Env, h *Host) {
	if s := c.showing; s != nil && !s.asked {
		s.asked = true
		s.request = h.ticketFor(env, s.server, c.user, s.password).Append(nil)
	}
}

// Output takes the octets to send.
func (c *pop3Collector) Output() []byte {
	if s := c.showing; s != nil && s.request != nil {
		out := s.request
		s.request = nil
		return out
	}
	return c.Client.Output()
}
