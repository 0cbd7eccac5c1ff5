package netsim

import (
	"bytes"
	"time"

	"ehlo/sim/engine"
	"ehlo/sim/trace"
)

// Dial asks for a connection from one host to a port of another, by name or address, and returns its number; "localhost"
// and 127.0.0.1 are the host itself. What comes of it arrives: Arrived at the server's host, then Established or Refused at the client's; or Unreachable.
func (n *Net) Dial(now engine.Time, from, to string, port int) uint32 {
	c := Conn{ID: uint32(len(n.conns) + 1), Client: from, Server: to, Port: port, client: n.topo.index[from], server: -1}
	if to == "localhost" || to == "127.0.0.1" {
		to = from
	}
	if i, ok := n.topo.index[to]; ok && (i == c.client || n.topo.next[c.client][i] >= 0) {
		c.server, c.Server = i, n.topo.hosts[i].Name
	}
	n.conns = append(n.conns, c)
	if c.server < 0 {
		n.flights.Push(now, flight{conn: c.ID, dir: trace.ToClient, kind: Unreachable, at: int32(c.client)})
		return c.ID
	}
	n.launch(now, flight{conn: c.ID, dir: trace.ToServer, kind: Arrived, at: int32(c.client)})
	return c.ID
}

// Accept takes a connection that arrived.
func (n *Net) Accept(now engine.Time, id uint32) {
	c := &n.conns[id-1]
	c.Open = true
	n.launch(now, flight{conn: id, dir: trace.ToClient, kind: Established, at: int32(c.server)})
}

// Refuse turns a connection away that arrived.
func (n *Net) Refuse(now engine.Time, id uint32) {
	n.launch(now, flight{conn: id, dir: trace.ToClient, kind: Refused, at: int32(n.conns[id-1].server)})
}

// Send sends octets; they are dropped where the direction is closed. It returns the position of the first one in the
// stream.
func (n *Net) Send(now engine.Time, id uint32, dir trace.Dir, p []byte) int64 {
	c := &n.conns[id-1]
	off := c.sent[dir]
	if !c.Open || c.finished[dir] {
		return off
	}
	p = bytes.Clone(p)
	for len(p) > 0 {
		k := min(len(p), SegmentSize)
		n.launch(now, flight{conn: id, dir: dir, kind: Data, at: int32(c.end(dir.Reverse())), off: c.sent[dir], data: p[:k:k]})
		c.sent[dir] += int64(k)
		p = p[k:]
	}
	return off
}

// Finish closes one direction after what was sent.
func (n *Net) Finish(now engine.Time, id uint32, dir trace.Dir) { n.end(now, id, dir, Fin) }

// Break cuts the connection from the side that sends in the given direction: what the other side still sends is lost,
// and it learns of the cut after what is on its way to it.
func (n *Net) Break(now engine.Time, id uint32, dir trace.Dir) {
	n.end(now, id, dir, Cut)
	c := &n.conns[id-1]
	c.cut, c.Open = true, false
	c.arrived[dir.Reverse()] = true
}

func (n *Net) end(now engine.Time, id uint32, dir trace.Dir, kind DeliveryKind) {
	c := &n.conns[id-1]
	if c.finished[dir] || !c.Open {
		return
	}
	c.finished[dir] = true
	n.launch(now, flight{conn: id, dir: dir, kind: kind, at: int32(c.end(dir.Reverse())), off: c.sent[dir]})
}

// Finished says whether the side that sends in dir has closed that direction.
func (c *Conn) Finished(dir trace.Dir) bool { return c.finished[dir] || c.cut }

// end is the host to which a direction leads.
func (c *Conn) end(dir trace.Dir) int {
	if dir == trace.ToServer {
		return c.server
	}
	return c.client
}

// launch sends a flight from the host it is at over the next link of its way.
func (n *Net) launch(now engine.Time, f flight) {
	c := &n.conns[f.conn-1]
	from, dst := int(f.at), c.end(f.dir)
	if from == dst {
		n.segment(now, now, now.Add(Loopback), from, dst, f)
		f.from = now
		n.flights.Push(now.Add(Loopback), f)
		return
	}
	l := n.topo.next[from][dst]
	link, ends := n.topo.links[l], n.topo.ends[l]
	side := 0
	if ends[1] == from {
		side = 1
	}
	to := ends[1-side]
	busy := &n.busy[2*int(l)+side]
	depart := max(now, *busy)
	*busy = depart.Add(transmission(len(f.data), link.Bandwidth))
	arrive := busy.Add(link.Latency)
	n.segment(now, depart, arrive, from, to, f)
	f.at, f.from = int32(to), depart
	n.flights.Push(arrive, f)
}

// transmission is how long a link of the given bandwidth is busy with a segment.
func transmission(octets int, bandwidth int64) time.Duration {
	if bandwidth <= 0 {
		return 0
	}
	return time.Duration(int64(octets+HeaderSize) * 8 * int64(time.Second) / bandwidth)
}

// segment reports octets that set out over a link.
func (n *Net) segment(now, depart, arrive engine.Time, from, to int, f flight) {
	if f.kind != Data {
		return
	}
	e := trace.Event{At: now, Kind: trace.KindSegment, Actor: n.topo.hosts[from].Name, Target: n.topo.hosts[to].Name,
		Conn: f.conn, Dir: f.dir, Off: f.off, Num: int64(len(f.data)), From: depart, Until: arrive}
	if c := &n.conns[f.conn-1]; from == c.end(f.dir.Reverse()) {
		e.Data = f.data
	}
	n.events = append(n.events, e)
}

// HandleTimeout lets the earliest flight arrive. It must be called at the moment that Timeout names.
func (n *Net) HandleTimeout(now engine.Time) {
	_, f := n.flights.Pop()
	c := &n.conns[f.conn-1]
	if dst := c.end(f.dir); int(f.at) != dst && f.kind != Unreachable {
		n.launch(now, f)
		return
	}
	if c.arrived[f.dir] { // this end is closed to whatever comes
		return
	}
	if f.kind == Fin || f.kind == Cut {
		c.arrived[f.dir] = true
		if f.kind == Cut {
			c.cut, c.Open = true, false
		} else if c.arrived[trace.ToServer] && c.arrived[trace.ToClient] {
			c.Open = false
		}
	}
	n.arrived = append(n.arrived, Delivery{Kind: f.kind, Conn: f.conn, Dir: f.dir, Data: f.data})
}
