package scene

import (
	"ehlo/sim/engine"
	"ehlo/sim/trace"
)

// conn is a connection from the moment its client asks for it until it is over.
type conn struct {
	id             uint32
	seq            uint64
	client, server int
	port           int64
	nth            int     // which of the client's connections to this door it is
	tube           int     // an index of Scene.tubes
	stands         bool    // the server has taken it
	secure         [3]bool // by direction: whoever speaks in it has agreed to TLS
	asked, reaches engine.Time
	route          []int    // links from client to server; empty for a host that talks to itself
	refused        uint64   // the reply whose cross stands at the door, 0 for none
	from           string   // what MAIL said, for the letter's picture
	to             string   // what RCPT said
	rcpts          int      // how often RCPT has named somebody
	null           bool     // MAIL named nobody
	drafts         [3]draft // by direction: the message whose octets are crossing
	trains         []train
	label          string // what the client's card says of it
	carries        *letter
}

func (s *Scene) conn(id uint32) *conn { return s.byID[id] }

func (s *Scene) open(e *trace.Event) {
	client, server := s.host(e.Actor), s.host(e.Target)
	if client < 0 {
		return
	}
	s.clearCrosses(client)
	if server < 0 || s.byID[e.Conn] != nil {
		return // for a host that is not there KindUnreachable follows
	}
	c := s.fresh()
	c.id, c.seq, c.client, c.server, c.port, c.asked, c.reaches = e.Conn, e.Seq, client, server, e.Num, e.At, e.At
	c.nth = s.nth(client, server, e.Num)
	c.label = "→ " + shortName(e.Target) + " " + number(int(e.Num))
	c.route = s.route(client, server)
	for _, l := range c.route {
		c.reaches += s.links[l].latency
	}
	if l, ok := s.carried[e.Conn]; ok {
		c.carries = l
	}
	s.conns = append(s.conns, c)
	s.byID[c.id] = c
	c.tube = s.tubeOf(c)
}

// fresh is a connection to be filled in; one that is over lends its memory.
func (s *Scene) fresh() *conn {
	n := len(s.spare)
	if n == 0 {
		return &conn{}
	}
	c := s.spare[n-1]
	s.spare = s.spare[:n-1]
	*c = conn{trains: c.trains[:0]}
	return c
}

// nth is the first number that no other connection from the client to that door has.
func (s *Scene) nth(client, server int, port int64) int {
	var taken [bundle]bool
	n := 0
	for _, c := range s.conns {
		if c.client != client || c.server != server || c.port != port {
			continue
		}
		if n++; c.nth < bundle {
			taken[c.nth] = true
		}
	}
	for i, t := range taken {
		if !t {
			return i
		}
	}
	return n
}

// route is the way that octets take: the quickest, and of two equally quick ones the one over the earlier link.
func (s *Scene) route(from, to int) []int {
	if key := [2]int{from, to}; s.routes[key] != nil {
		return s.routes[key]
	}
	dist := make([]engine.Time, len(s.hosts))
	via := make([]int, len(s.hosts))
	done := make([]bool, len(s.hosts))
	for i := range dist {
		dist[i], via[i] = engine.Never, -1
	}
	dist[to] = 0
	for {
		at := -1
		for i := range dist {
			if !done[i] && dist[i] < engine.Never && (at < 0 || dist[i] < dist[at]) {
				at = i
			}
		}
		if at < 0 {
			break
		}
		done[at] = true
		for l := range s.links {
			k := &s.links[l]
			for _, end := range [2][2]int{{k.a, k.b}, {k.b, k.a}} {
				if end[1] == at && dist[at]+k.latency+1 < dist[end[0]] {
					dist[end[0]], via[end[0]] = dist[at]+k.latency+1, l
				}
			}
		}
	}
	route := []int{}
	for at := from; at != to && via[at] >= 0; at = s.links[via[at]].other(at) {
		route = append(route, via[at])
	}
	s.routes[[2]int{from, to}] = route
	return route
}

func (l *link) other(host int) int {
	if l.a == host {
		return l.b
	}
	return l.a
}

func (s *Scene) stand(e *trace.Event) {
	c := s.conn(e.Conn)
	if c == nil || c.stands {
		return
	}
	c.stands = true
	s.tubes[c.tube].stand++
	if d := s.door(c.server, c.port); d != nil {
		d.tubes++
	}
}

// secure is one end's verdict on a TLS handshake: the sleeve is there when both have agreed.
func (s *Scene) secure(e *trace.Event) {
	c := s.conn(e.Conn)
	if c == nil {
		return
	}
	if e.Class != trace.ClassOK {
		c.refused = e.Seq
		return
	}
	was := c.sealed()
	if c.secure[e.Dir%3] = true; c.sealed() && !was {
		s.tubes[c.tube].sealed++
	}
}

// sealed says that what crosses the connection now is inside TLS.
func (c *conn) sealed() bool { return c.secure[trace.ToServer] && c.secure[trace.ToClient] }

func (s *Scene) door(host int, port int64) *door {
	for i := range s.hosts[host].doors {
		if d := &s.hosts[host].doors[i]; d.port == port {
			return d
		}
	}
	return nil
}

func (s *Scene) refuse(e *trace.Event) {
	client := s.host(e.Actor)
	if client < 0 {
		return
	}
	s.close(e.Conn)
	s.crosses = append(s.crosses, cross{seq: e.Seq, client: client, host: s.host(e.Target), port: e.Num})
}

func (s *Scene) cut(e *trace.Event) {
	c := s.conn(e.Conn)
	if c == nil {
		return
	}
	x := cross{seq: e.Seq, client: c.client, host: c.server}
	s.close(e.Conn)
	s.crosses = append(s.crosses, x)
}

// close takes a connection off the stage, with what was on it.
func (s *Scene) close(id uint32) {
	if l := s.carried[id]; l != nil {
		l.release(id)
		delete(s.carried, id)
		s.stacked = false
	}
	c := s.byID[id]
	if c == nil {
		return
	}
	delete(s.byID, id)
	t := &s.tubes[c.tube]
	t.users--
	if c.stands {
		t.stand--
		if d := s.door(c.server, c.port); d != nil {
			d.tubes--
		}
	}
	if c.sealed() {
		t.sealed--
	}
	for i := range s.conns {
		if s.conns[i] == c {
			s.conns = append(s.conns[:i], s.conns[i+1:]...)
			break
		}
	}
	s.flying -= len(c.trains)
	s.spare = append(s.spare, c)
}

// clearCrosses takes away the marks of a host that goes on.
func (s *Scene) clearCrosses(client int) {
	if len(s.crosses) == 0 {
		return
	}
	s.version++
	kept := s.crosses[:0]
	for _, x := range s.crosses {
		if x.client != client {
			kept = append(kept, x)
		}
	}
	s.crosses = kept
}
