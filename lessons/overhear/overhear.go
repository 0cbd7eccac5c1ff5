// Package overhear reads along with sessions between the page and real servers: it takes octets with the moments at which
// they passed, and gives events of a trace, which the page shows as it shows those of a world. Passwords are masked before
// anything is recorded.
//
// A session passes through a bridge, so there are three hosts. What passes takes a moment on the way, so that an eye can
// follow; the trace says so by times that are a little later than the real ones.
package overhear

import (
	"bytes"
	"slices"
	"strconv"
	"time"

	"ehlo/sim/daemon"
	"ehlo/sim/engine"
	"ehlo/sim/machine"
	"ehlo/sim/trace"
)

const (
	hop     = 80 * time.Millisecond  // how long octets are shown on each of the two links
	stretch = 400 * time.Millisecond // what is further behind than this catches up
	longest = 1 << 17                // octets without a line end after which a session is not read any more
)

// Peer is a server and how it is reached.
type Peer struct {
	Conn     uint32 `json:"conn"` // a number that no other session has
	You      string `json:"you"`  // what the page's own host is called
	Bridge   string `json:"bridge"`
	Host     string `json:"host"`
	Address  string `json:"address"`
	Port     int    `json:"port"`
	Protocol string `json:"protocol"`
}

// Ear follows any number of sessions. Its zero value has heard nothing.
type Ear struct {
	hosts map[string]bool // that were announced, and doors as "host:port"
	conns map[uint32]*conversation
	last  engine.Time
}

// conversation is one session.
type conversation struct {
	Peer
	observer machine.Observer // nil when its octets cannot be told apart any more
	secrets  Secrets
	rest     [2][]byte // octets that are in no line yet, by direction
	off      [2]int64
	free     engine.Time // when the last of what was said has arrived
	state    string
	command  string // verb of the last command
}

// Heard is what octets came to.
type Heard struct {
	Events []trace.Event
	TLS    bool // the server has agreed to begin TLS
	Blind  bool // what comes cannot be read: its lines have no end
	Ends   int  // replies that are complete
}

// Begin gives the events with which a trace begins.
func (e *Ear) Begin() []trace.Event {
	e.hosts, e.conns = map[string]bool{}, map[uint32]*conversation{}
	return []trace.Event{{Kind: trace.KindWorld, Label: "real"}}
}

// Resume goes on behind events that were recorded before: their hosts are known, and nothing happens before their end.
func (e *Ear) Resume(events []trace.Event) {
	e.Begin()
	for i := range events {
		switch ev := &events[i]; ev.Kind {
		case trace.KindHost:
			e.hosts[ev.Actor] = true
		case trace.KindListen:
			e.hosts[door(ev.Actor, int(ev.Num))] = true
		}
		e.last = max(e.last, events[i].At, events[i].Until)
	}
}

func door(host string, port int) string { return host + ":" + strconv.Itoa(port) }

// Open records that a session has begun.
func (e *Ear) Open(at engine.Time, p Peer) []trace.Event {
	at = max(at, e.last)
	var events []trace.Event
	announce := func(name, address, role, peer string) {
		if e.hosts[name] {
			return
		}
		e.hosts[name] = true
		events = append(events, trace.Event{At: at, Kind: trace.KindHost, Actor: name, Target: address, Label: role})
		if peer != "" {
			events = append(events, trace.Event{At: at, Kind: trace.KindLink, Actor: peer, Target: name})
		}
	}
	role := "mailbox"
	if p.Protocol == "smtp" {
		role = "mta"
	}
	announce(p.You, "", "mua", "")
	announce(p.Bridge, "", "bridge", p.You)
	announce(p.Host, p.Address, role, p.Bridge)
	if !e.hosts[door(p.Host, p.Port)] {
		e.hosts[door(p.Host, p.Port)] = true
		events = append(events, trace.Event{At: at, Kind: trace.KindListen, Actor: p.Host, Num: int64(p.Port), Label: p.Protocol})
	}
	c := &conversation{Peer: p, observer: daemon.NewObserver(p.Protocol), free: at}
	if c.observer != nil {
		c.state = c.observer.State()
	}
	e.conns[p.Conn], e.last = c, at
	return append(events,
		trace.Event{At: at, Kind: trace.KindOpen, Actor: p.You, Target: p.Host, Conn: p.Conn, Num: int64(p.Port), Label: p.Protocol},
		trace.Event{At: at, Kind: trace.KindAccept, Actor: p.Host, Target: p.You, Conn: p.Conn},
		trace.Event{At: at, Kind: trace.KindEstablished, Actor: p.You, Target: p.Host, Conn: p.Conn})
}

// Hear takes octets of a session. With plain, passwords in them are recorded as they are.
func (e *Ear) Hear(at engine.Time, conn uint32, dir trace.Dir, p []byte, plain bool) Heard {
	var h Heard
	c := e.conns[conn]
	if c == nil || len(p) == 0 {
		return h
	}
	if c.observer == nil {
		h.Blind = true
		return h
	}
	side := dir - trace.ToServer
	c.rest[side] = append(c.rest[side], p...)
	c.observer.Observe(at, dir, p)
	at = e.moment(c, at)
	var lines []machine.Line
	for l, ok := c.observer.Next(); ok; l, ok = c.observer.Next() {
		l.Data = bytes.Clone(l.Data) // the observer keeps its own for what comes next
		if !plain {
			l.Data = c.secrets.Mask(c.Protocol, l)
		}
		c.read(&h, l)
		lines = append(lines, l)
	}
	h.Events = c.said(at, lines)
	if len(c.rest[0]) > longest || len(c.rest[1]) > longest {
		h.Events = append(h.Events, c.remains(at)...)
		c.observer, h.Blind = nil, true
	}
	return h
}

// moment is when something is shown: when it happened, or a little later, when what was said before has arrived.
func (e *Ear) moment(c *conversation, at engine.Time) engine.Time {
	at = max(at, e.last)
	if c.free > at && c.free <= at.Add(stretch) {
		at = c.free
	}
	e.last = at
	return at
}

// read notes what a line means.
func (c *conversation) read(h *Heard, l machine.Line) {
	side := l.Dir - trace.ToServer
	c.rest[side] = c.rest[side][min(len(l.Data), len(c.rest[side])):]
	switch {
	case l.Class == trace.ClassCommand:
		c.command = l.Verb
	case l.Dir == trace.ToClient && ends(l.Class):
		h.Ends++
		h.TLS = h.TLS || l.Class == trace.ClassOK && (c.command == "STARTTLS" || c.command == "STLS")
	}
}

// said gives the events of lines that passed together: each line, and their octets on both links. What was asked for before
// an answer may be among them.
func (c *conversation) said(at engine.Time, lines []machine.Line) []trace.Event {
	var events []trace.Event
	middle, end := at.Add(hop), at.Add(2*hop)
	for len(lines) > 0 {
		dir, from, to := lines[0].Dir, c.You, c.Host
		if dir == trace.ToClient {
			from, to = c.Host, c.You
		}
		off := &c.off[dir-trace.ToServer]
		part := trace.Event{At: at, Kind: trace.KindSegment, Conn: c.Conn, Dir: dir, Off: *off}
		first, second := part, part
		for len(lines) > 0 && lines[0].Dir == dir {
			l := lines[0]
			lines = lines[1:]
			n := int64(len(l.Data))
			events = append(events, trace.Event{At: at, Kind: trace.KindLine, Actor: from, Target: to, Conn: c.Conn, Dir: dir, Off: *off, Num: n,
				From: at, Until: middle, Label: l.Label, Verb: l.Verb, Class: l.Class, State: c.state, Next: l.Next, Data: l.Data})
			first.Data = append(first.Data, l.Data...)
			*off += n
			c.state = l.Next
		}
		first.Num = *off - part.Off
		second.Num = first.Num
		first.Actor, first.Target, first.From, first.Until = from, c.Bridge, at, middle
		second.Actor, second.Target, second.From, second.Until = c.Bridge, to, middle, end
		events = append(events, first, second)
		c.free = end
	}
	return events
}

// remains are octets that never became a line. What the client began to say is masked: it may be a password.
func (c *conversation) remains(at engine.Time) []trace.Event {
	var events []trace.Event
	for side, rest := range c.rest {
		if len(rest) == 0 {
			continue
		}
		dir := trace.Dir(side) + trace.ToServer
		rest = rest[:min(len(rest), 1<<10)]
		if dir == trace.ToServer {
			rest = bytes.Repeat([]byte("x"), len(rest))
		}
		events = append(events, c.said(at, []machine.Line{{Dir: dir, Class: trace.ClassContent, Next: c.state, Data: bytes.Clone(rest)}})...)
		c.rest[side] = nil
	}
	return events
}

// ends says whether a line of the server completes a reply, or begins one whose rest is content.
func ends(class trace.Class) bool {
	return slices.Contains([]trace.Class{trace.ClassGreeting, trace.ClassOK, trace.ClassMore, trace.ClassTransient, trace.ClassPermanent}, class)
}

// Handshake is a TLS handshake of the bridge with the server.
type Handshake struct {
	Version string `json:"version"`
	Cipher  string `json:"cipher"`
	Name    string `json:"name"`    // whom the certificate has to name
	Chain   string `json:"chain"`   // a line for each certificate
	Problem string `json:"problem"` // why it cannot be trusted, or ""
}

// Secure records a handshake.
func (e *Ear) Secure(at engine.Time, conn uint32, hs Handshake) []trace.Event {
	c := e.conns[conn]
	if c == nil {
		return nil
	}
	e.last = max(e.moment(c, at), c.free) // behind the reply that agreed to it
	event := trace.Event{At: e.last, Kind: trace.KindTLS, Actor: c.Bridge, Target: c.Host, Conn: conn, Dir: trace.ToServer,
		Label: hs.Version, Verb: hs.Cipher, State: hs.Name, Class: trace.ClassOK, Next: hs.Problem, Data: []byte(hs.Chain)}
	if hs.Version == "" {
		event.Class = trace.ClassPermanent
	}
	return []trace.Event{event}
}

// Finish records that the client has closed its direction and goes on listening.
func (e *Ear) Finish(at engine.Time, conn uint32) []trace.Event {
	c := e.conns[conn]
	if c == nil {
		return nil
	}
	at = e.moment(c, at)
	return []trace.Event{{At: at, Kind: trace.KindInput, Actor: c.You, Conn: conn, Label: trace.InputFin.String()},
		{At: at, Kind: trace.KindFin, Actor: c.You, Target: c.Host, Conn: conn, Dir: trace.ToServer}}
}

// End records that a session is over: closed by the server, or cut for a reason, which is a message identifier with its
// arguments in JSON.
func (e *Ear) End(at engine.Time, conn uint32, cut bool, reason, args string) []trace.Event {
	c := e.conns[conn]
	if c == nil {
		return nil
	}
	delete(e.conns, conn)
	at = e.moment(c, at)
	events := c.remains(at)
	at = max(at, c.free) // it ends when what was said last has arrived
	e.last = at
	end := trace.Event{At: at, Kind: trace.KindClosed, Actor: c.You, Target: c.Host, Conn: conn, Label: reason, Data: []byte(args)}
	if cut {
		end.Kind = trace.KindCut
	}
	return append(events, end)
}
