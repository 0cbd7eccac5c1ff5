package netsim

import (
	"slices"
	"time"

	"ehlo/sim/engine"
	"ehlo/sim/trace"
)

// linkState is what a link is like at present.
type linkState struct {
	down   bool
	noIPv6 bool   // nothing crosses it by IPv6
	loss   uint32 // of a million segments
	slow   int64  // how many times its latency and its transmission take, 1 as it was built
}

// How the sender of a stream deals with octets that were lost: it sends them again after a second, then after twice the
// time each time up to a minute (RFC 6298 §2, §5.5), and in the end gives the connection up.
const (
	firstRetransmission = time.Second
	lastRetransmission  = time.Minute
	retransmissions     = 7 // 123 seconds in all
)

// LinkBetween returns the number of the link between two hosts, and false where there is none.
func (n *Net) LinkBetween(a, b string) (int, bool) {
	i := slices.IndexFunc(n.topo.links, func(l Link) bool { return l.A == a && l.B == b || l.A == b && l.B == a })
	return i, i >= 0
}

// SetDown takes a link down, or up again. What is on it is lost.
func (n *Net) SetDown(link int, down bool) { n.links[link].down = down }

// SetNoIPv6 lets nothing cross a link by IPv6 any more, or lets it again. What is on it is lost.
func (n *Net) SetNoIPv6(link int, off bool) { n.links[link].noIPv6 = off }

// SetLoss lets a link lose so many of a million segments; below 0 is what it was built with.
func (n *Net) SetLoss(link int, ppm int64) {
	if ppm < 0 {
		ppm = int64(n.topo.links[link].Loss)
	}
	n.links[link].loss = uint32(ppm)
}

// SetSlow lets a link take several times as long; 1 is as it was built.
func (n *Net) SetSlow(link int, times int64) { n.links[link].slow = max(times, 1) }

// Crash stops a host: what arrives there is lost, and its ends of all connections are gone. The other ends learn of it
// when they get no acknowledgement, or after it started again the answer that there is no such connection. It returns
// the connections that had an end there.
func (n *Net) Crash(host string) (conns []uint32) {
	h := n.topo.index[host]
	n.down[h] = true
	for i := range n.conns.Len() {
		c := n.conns.At(i)
		if c.over || c.client != h && c.server != h {
			continue
		}
		conns = append(conns, c.ID)
		c.gone[trace.ToClient] = c.gone[trace.ToClient] || c.client == h
		c.gone[trace.ToServer] = c.gone[trace.ToServer] || c.server == h
		if c.gone[trace.ToClient] && c.gone[trace.ToServer] {
			c.over, c.Open = true, false
		}
	}
	return conns
}

// Boot starts a host again.
func (n *Net) Boot(host string) { n.down[n.topo.index[host]] = false }

// IsDown says that a host is stopped.
func (n *Net) IsDown(host string) bool {
	i, ok := n.topo.index[host]
	return ok && n.down[i]
}

// lose reports what a link, or a host that is down, has lost, and lets the sender of a stream try again.
func (n *Net) lose(now engine.Time, f flight, e trace.Event) {
	e.Kind, e.At, e.Data = trace.KindLost, now, nil
	if !n.silent {
		n.events = append(n.events, e)
	}
	if f.kind == Datagram || f.kind == reset {
		return
	}
	if f.tries++; f.tries > retransmissions {
		n.giveUp(now, f)
		return
	}
	wait := min(firstRetransmission<<(f.tries-1), lastRetransmission)
	if c := n.conn(f.conn); c.either && f.kind == Arrived {
		c.IPv6, c.either, wait, f.tries = false, false, fallback, 0
	}
	f.resend, f.from, f.link = true, now, -1
	f.at = f.src
	n.flights.Push(now.Add(wait), f)
}

// giveUp ends a connection on which octets could not be brought across: the sender's side learns of it.
func (n *Net) giveUp(now engine.Time, f flight) {
	c := n.conn(f.conn)
	if c.over {
		return
	}
	kind, dir := Cut, f.dir.Reverse()
	if f.kind == Arrived || f.kind == Established || f.kind == Refused { // the client gets no answer
		kind, dir = Unreachable, trace.ToClient
	}
	c.Open, c.cut, c.over = false, true, true
	n.arrived = append(n.arrived, Delivery{Kind: kind, Conn: f.conn, Dir: dir})
}

// refuse answers what arrives for a connection that its host no longer knows (RFC 9293 §3.5.1).
func (n *Net) refuse(now engine.Time, f flight) {
	if f.kind == reset || n.conn(f.conn).over {
		return
	}
	n.begin(now, n.conn(f.conn), flight{conn: f.conn, dir: f.dir.Reverse(), kind: reset, link: -1})
}
