package netsim

import (
	"slices"
	"strings"
	"time"

	"ehlo/sim/engine"
	"ehlo/sim/trace"
)

// fallback is how long a client that may take either waits for IPv6 before it takes IPv4 (RFC 8305 §5).
const fallback = 250 * time.Millisecond

// Dial asks for a connection from one host to a port of another, by name or address, and returns its number; "localhost",
// 127.0.0.1 and ::1 are the host itself. What comes of it arrives: Arrived at the server's host, then Established or Refused at
// the client's; or Unreachable. A name means both addresses of its host: IPv6 is tried first where both ends have it, and
// where nothing comes back IPv4.
func (n *Net) Dial(now engine.Time, from, to string, port int) uint32 {
	c := Conn{ID: uint32(n.conns.Len() + 1), Client: from, Server: to, Port: port, client: n.topo.index[from], server: -1}
	to = n.topo.loop(c.client, to)
	if i, ok := n.topo.index[to]; ok {
		both := n.topo.hosts[c.client].IPv6 != "" && n.topo.hosts[i].IPv6 != ""
		c.either = both && to == n.topo.hosts[i].Name
		if c.IPv6 = c.either || isIPv6(to); (both || !c.IPv6) && (i == c.client || n.topo.way(c.client, i) >= 0) {
			c.server = i
		}
		c.Server = n.topo.hosts[i].Name
	}
	n.conns.Append(c)
	if c.server < 0 {
		n.flights.Push(now, flight{conn: c.ID, dir: trace.ToClient, kind: Unreachable, at: int32(c.client), link: -1})
		return c.ID
	}
	n.setOut(now, flight{conn: c.ID, dir: trace.ToServer, kind: Arrived})
	return c.ID
}

// isIPv6 says that what is dialled is an IPv6 address.
func isIPv6(to string) bool { return strings.IndexByte(to, ':') >= 0 }

// Accept takes a connection that arrived.
func (n *Net) Accept(now engine.Time, id uint32) {
	c := n.conn(id)
	c.Open, c.either = true, false
	n.setOut(now, flight{conn: id, dir: trace.ToClient, kind: Established})
}

// Refuse turns a connection away that arrived.
func (n *Net) Refuse(now engine.Time, id uint32) {
	n.setOut(now, flight{conn: id, dir: trace.ToClient, kind: Refused})
}

// Send sends octets; they are dropped where the direction is closed. It returns the position of the first one in the
// stream.
func (n *Net) Send(now engine.Time, id uint32, dir trace.Dir, p []byte) int64 {
	c := n.conn(id)
	off := c.sent[dir]
	if !c.Open || c.finished[dir] {
		return off
	}
	p = n.keep(p)
	for len(p) > 0 {
		k := min(len(p), SegmentSize)
		n.setOut(now, flight{conn: id, dir: dir, kind: Data, off: c.sent[dir], data: p[:k:k]})
		c.sent[dir] += int64(k)
		p = p[k:]
	}
	return off
}

// roomSize is how much memory is taken at once for octets on their way: most of what is sent is a line.
const roomSize = 8 << 10

// keep returns a copy of octets that never changes.
func (n *Net) keep(p []byte) []byte {
	if len(p) > roomSize/8 {
		return slices.Clone(p)
	}
	if len(p) > cap(n.room)-len(n.room) {
		n.room = make([]byte, 0, roomSize)
	}
	from := len(n.room)
	n.room = append(n.room, p...)
	return n.room[from:len(n.room):len(n.room)]
}

// Finish closes one direction after what was sent.
func (n *Net) Finish(now engine.Time, id uint32, dir trace.Dir) { n.end(now, id, dir, Fin) }

// Break cuts the connection from the side that sends in the given direction: what the other side still sends is lost,
// and it learns of the cut after what is on its way to it.
func (n *Net) Break(now engine.Time, id uint32, dir trace.Dir) {
	c := n.conn(id)
	if c.over {
		return
	}
	n.end(now, id, dir, Cut)
	c.cut, c.Open = true, false
	c.arrived[dir.Reverse()] = true
}

func (n *Net) end(now engine.Time, id uint32, dir trace.Dir, kind DeliveryKind) {
	c := n.conn(id)
	if c.finished[dir] || !c.Open {
		return
	}
	c.finished[dir] = true
	n.setOut(now, flight{conn: id, dir: dir, kind: kind, off: c.sent[dir]})
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

// setOut sends something on its way that must not overtake what set out before it.
func (n *Net) setOut(now engine.Time, f flight) {
	c := n.conn(f.conn)
	f.nth = c.launched[f.dir]
	c.launched[f.dir]++
	n.begin(now, c, f)
}

// begin sends something of a connection on its way.
func (n *Net) begin(now engine.Time, c *Conn, f flight) {
	f.src, f.dst = int32(c.end(f.dir.Reverse())), int32(c.end(f.dir))
	f.at = f.src
	n.enter(now, f)
}

// enter sends a flight from where it begins.
func (n *Net) enter(now engine.Time, f flight) {
	if arrive, ok := n.launch(now, &f); ok {
		n.flights.Push(arrive, f)
	}
}

// byIPv6 says that a flight crosses the network by IPv6.
func (n *Net) byIPv6(f *flight) bool {
	if f.kind == Datagram {
		return f.ipv6
	}
	return n.conn(f.conn).IPv6
}

// launch sends a flight from the host it is at over the next link of its way, and says when it arrives there; false where it
// is lost.
func (n *Net) launch(now engine.Time, f *flight) (arrive engine.Time, ok bool) {
	from, dst := int(f.at), int(f.dst)
	f.resend = false
	if from == dst {
		arrive := now.Add(Loopback)
		n.segment(now, now, arrive, from, dst, f)
		n.tap(now, arrive, from, dst, f, false)
		f.from, f.link = now, -1
		return arrive, true
	}
	l := n.topo.way(from, dst)
	link, ends, state := &n.topo.links[l], n.topo.ends[l], &n.links[l]
	side := 0
	if ends[1] == from {
		side = 1
	}
	to := ends[1-side]
	busy := &n.busy[2*int(l)+side]
	depart := max(now, *busy)
	*busy = depart.Add(transmission(len(f.data), link.Bandwidth) * time.Duration(state.slow))
	arrive = busy.Add(link.Latency * time.Duration(state.slow))
	if link.Jitter > 0 {
		arrive = arrive.Add(time.Duration(n.chance.N(uint64(link.Jitter) + 1)))
	}
	if state.down || state.noIPv6 && n.byIPv6(f) || n.down[from] || state.loss > 0 && n.chance.N(1e6) < uint64(state.loss) {
		n.tap(depart, arrive, from, to, f, true)
		n.lose(now, *f, n.crossing(now, depart, arrive, from, to, f))
		return 0, false
	}
	n.segment(now, depart, arrive, from, to, f)
	n.tap(depart, arrive, from, to, f, false)
	f.at, f.from, f.link = int32(to), depart, l
	return arrive, true
}

// transmission is how long a link of the given bandwidth is busy with a segment.
func transmission(octets int, bandwidth int64) time.Duration {
	if bandwidth <= 0 {
		return 0
	}
	return time.Duration(int64(octets+HeaderSize) * 8 * int64(time.Second) / bandwidth)
}

// segment reports octets that set out over a link.
func (n *Net) segment(now, depart, arrive engine.Time, from, to int, f *flight) {
	if n.silent || f.kind != Data && f.kind != Datagram {
		return
	}
	e := n.crossing(now, depart, arrive, from, to, f)
	if from == int(f.src) {
		e.Data = f.data
	}
	n.events = append(n.events, e)
}

// crossing is a flight crossing a link as an event without octets.
func (n *Net) crossing(now, depart, arrive engine.Time, from, to int, f *flight) trace.Event {
	e := trace.Event{At: now, Kind: trace.KindSegment, Actor: n.topo.hosts[from].Name, Target: n.topo.hosts[to].Name,
		Conn: f.conn, Dir: f.dir, Off: f.off, Num: int64(len(f.data)), From: depart, Until: arrive}
	if f.kind == Datagram {
		e.Kind, e.Label = trace.KindDatagram, f.label
	}
	return e
}

// HandleTimeout lets the earliest flight arrive. It must be called at the moment that Timeout names.
func (n *Net) HandleTimeout(now engine.Time) {
	first := n.flights.First()
	if n.isPassing(first) {
		if arrive, ok := n.launch(now, first); ok {
			n.flights.Postpone(arrive)
		} else {
			n.flights.Pop()
		}
		return
	}
	_, f := n.flights.Pop()
	switch {
	case f.kind == Unreachable: // it never left
		n.arrive(now, f)
	case f.conn != 0 && n.conn(f.conn).over && f.kind != reset:
	case f.resend:
		if !n.conn(f.conn).gone[f.dir.Reverse()] {
			n.enter(now, f)
		}
	case n.isBroken(&f):
		from := int(f.src)
		if f.link >= 0 {
			from = n.topo.ends[f.link][0] + n.topo.ends[f.link][1] - int(f.at)
		}
		n.lose(now, f, n.crossing(now, f.from, now, from, int(f.at), &f))
	case f.kind == Datagram:
		n.arrived = append(n.arrived, Delivery{Kind: Datagram, Data: f.data, Label: f.label, IPv6: f.ipv6,
			From: n.topo.hosts[f.src].Name, To: n.topo.hosts[f.dst].Name})
	case n.conn(f.conn).gone[f.dir]:
		n.refuse(now, f)
	default:
		n.arrive(now, f)
	}
}

// isPassing says that a flight is at a host between its ends, which sends it on.
func (n *Net) isPassing(f *flight) bool {
	return f.at != f.dst && !f.resend && f.kind != Unreachable && (f.conn == 0 || f.kind == reset || !n.conn(f.conn).over) && !n.isBroken(f)
}

// isBroken says that a flight does not come through the link that it is on, or the host that it reaches.
func (n *Net) isBroken(f *flight) bool {
	return f.link >= 0 && (n.links[f.link].down || n.links[f.link].noIPv6 && n.byIPv6(f)) || n.down[f.at]
}

// arrive delivers a flight that is at its end, and what waited there for it.
func (n *Net) arrive(now engine.Time, f flight) {
	c := n.conn(f.conn)
	switch {
	case f.kind == reset:
		if !c.over {
			c.cut, c.Open, c.over = true, false, true
			n.arrived = append(n.arrived, Delivery{Kind: Cut, Conn: f.conn, Dir: f.dir})
		}
		return
	case f.kind != Unreachable && f.nth != c.taken[f.dir]:
		n.early = append(n.early, f)
		return
	}
	for {
		c.taken[f.dir]++
		n.deliver(f)
		if len(n.early) == 0 {
			return
		}
		i := slices.IndexFunc(n.early, func(e flight) bool { return e.conn == f.conn && e.dir == f.dir && e.nth == c.taken[f.dir] })
		if i < 0 {
			return
		}
		f = n.early[i]
		n.early = slices.Delete(n.early, i, i+1)
	}
}

// deliver hands a flight over.
func (n *Net) deliver(f flight) {
	c := n.conn(f.conn)
	if c.arrived[f.dir] { // this end is closed to whatever comes
		return
	}
	switch f.kind {
	case Data:
		c.got[f.dir] += int64(len(f.data))
	case Fin:
		c.arrived[f.dir] = true
		if c.arrived[trace.ToServer] && c.arrived[trace.ToClient] {
			c.Open, c.over = false, true
		}
	case Cut:
		c.arrived[f.dir] = true
		c.cut, c.Open, c.over = true, false, true
	case Refused, Unreachable:
		c.over = true
	}
	n.arrived = append(n.arrived, Delivery{Kind: f.kind, Conn: f.conn, Dir: f.dir, Data: f.data})
}
