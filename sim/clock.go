package sim

import (
	"slices"

	"ehlo/sim/daemon"
	"ehlo/sim/engine"
	"ehlo/sim/machine"
	"ehlo/sim/netsim"
	"ehlo/sim/tlssim"
	"ehlo/sim/trace"
	"ehlo/sim/world"
)

// World is a simulated mail internet at one moment. It is a value to be cloned with [World.Clone].
type World struct {
	def       *world.Definition
	rec       trace.Recorder
	now       engine.Time
	steps     uint64 // what has happened so far, in events of the network and of timers
	seq       uint64 // trace events so far
	letter    uint32
	chance    engine.Rand // of the daemons
	tlsChance engine.Rand
	troubles  []world.Fault // that last
	plans     engine.Queue[plan]
	actors    []actor
	actChance engine.Rand
	net       *netsim.Net
	hosts     []*daemon.Host
	index     map[string]int // of hosts by name; shared by clones
	conns     engine.Ledger[conn]
	live      []uint32 // the connections that are not over, in order
	unread    bool     // the recorder wants no lines: nobody reads along
	unheard   bool     // nor any event
	event     trace.Event
	later     []uint32 // connections whose server side has news to say
	timers    engine.Queue[timer]
	seats     []seat       // the terminals, in the order in which they were first used
	spent     []*alive     // of the connections that were over in this step
	idle      []*alive     // for those that will be opened
	spare     daemon.Spare // for their sessions
}

// conn is a connection. What only matters while it lasts is in the part behind the pointer, which is nil afterwards.
type conn struct {
	protocol string // of the service that listens, "" for none
	state    string // what the observer said last, once the connection is over
	person   bool   // somebody types at the client's end
	served   bool   // somebody types at the server's end
	up       bool   // the client knows that the connection stands
	lost     bool   // the host at which somebody typed has crashed
	closed   bool   // it is over: sessions and observer are gone, and it never changes again
	tool     tool   // that speaks at the client's end, at a terminal
	*alive
}

// alive is a connection with what speaks at its ends and who reads along.
type alive struct {
	ends     [3]end           // by the direction that leads to it
	observer machine.Observer // nil where nobody listens
	asked    string           // under which name or address the client looked for the server
	from     int              // the port that the client chose for itself, 0 for any
	wantTLS  bool             // the client begins with TLS
	secret   struct {
		value tlssim.Secret
		drawn bool
	}
	upgradeAt int64    // octets the server has said before TLS, once it waits for a handshake; 0 before
	heard     int64    // octets that reached the client
	said      [3]int64 // octets that the observer has read, by direction
	cutAt     int64    // octets from the client after which it is cut, 0 for never
	typed     []byte   // what a person typed before the connection, or its TLS, stood
}

// end is one end of a connection.
type end struct {
	session daemon.Session // nil where a person types
	host    int            // index of the host, -1 for none
	tls     *secure        // nil where there is no TLS
	armed   engine.Time    // a timer is set for this moment; 0 for none
}

type timerKind uint8

const (
	timerSession  timerKind = iota // a session's own timeout
	timerQueue                     // a host's queue wants to run
	timerTerminal                  // a tool at a terminal wants to go on: host is the place among the seats
)

type timer struct {
	kind timerKind
	conn uint32
	dir  trace.Dir // leads to the end whose session it is
	host int
}

// New builds a world at its first moment and reports it to the recorder. A world that needs what this program lacks is refused with
// an [*InputError].
func New(def *world.Definition, rec trace.Recorder) (*World, error) {
	if lacksWorld(def) {
		return nil, errNotWhole
	}
	w := &World{def: def, rec: rec, chance: engine.NewRand(def.Seed).Stream("daemon"), tlsChance: engine.NewRand(def.Seed).Stream("tls"),
		actChance: engine.NewRand(def.Seed).Stream("actors")}
	hosts := make([]netsim.Host, len(def.Hosts))
	links := make([]netsim.Link, len(def.Links))
	for i, h := range def.Hosts {
		hosts[i] = netsim.Host{Name: h.Name, Address: h.Address, IPv6: h.IPv6}
	}
	for i, l := range def.Links {
		links[i] = netsim.Link{A: l.A, B: l.B, Latency: l.Latency, Bandwidth: l.Bandwidth, Loss: l.Loss, Jitter: l.Jitter}
	}
	w.index = make(map[string]int, len(def.Hosts))
	for i, h := range def.Hosts {
		w.index[h.Name] = i
	}
	if q, ok := rec.(interface{ NoLines() bool }); ok {
		w.unread = q.NoLines()
	}
	w.unheard = w.unread && isDeaf(rec)
	w.net = netsim.New(hosts, links, engine.NewRand(def.Seed).Stream("network"))
	if w.unread {
		w.net.Silence()
	}
	var err error
	if w.hosts, err = daemon.NewHosts(def); err != nil {
		return nil, err
	}
	w.announce()
	w.arrange()
	return w, nil
}

// isDeaf says that a recorder wants no events.
func isDeaf(rec trace.Recorder) bool {
	q, ok := rec.(interface{ NoEvents() bool })
	return ok && q.NoEvents()
}

// announce puts the world's make-up into the trace.
func (w *World) announce() {
	w.Emit(trace.Event{Kind: trace.KindWorld, Label: w.def.Name, Num: int64(w.def.Seed), Data: w.def.Digest[:]})
	for _, h := range w.def.Hosts {
		e := trace.Event{Kind: trace.KindHost, Actor: h.Name, Target: h.Address, Label: h.Role, Verb: h.Person, State: h.IPv6}
		if h.You {
			e.Num = 1
		}
		w.Emit(e)
		for _, s := range h.Services {
			if s.IsOff() {
				continue
			}
			w.Emit(trace.Event{Kind: trace.KindListen, Actor: h.Name, Num: int64(s.Port), Label: s.Protocol})
		}
	}
	for _, l := range w.def.Links {
		w.Emit(trace.Event{Kind: trace.KindLink, Actor: l.A, Target: l.B, Num: l.Bandwidth, Until: engine.Time(l.Latency)})
	}
	for _, h := range w.hosts {
		h.Announce(w)
	}
}

// Clone returns an independent copy whose events go to rec.
func (w *World) Clone(rec trace.Recorder) *World {
	c := *w
	c.rec = rec
	c.unheard = w.unread && isDeaf(rec)
	c.spent, c.idle, c.spare = nil, nil, daemon.Spare{}
	c.net = w.net.Clone()
	c.hosts = make([]*daemon.Host, len(w.hosts))
	for i, h := range w.hosts {
		c.hosts[i] = h.Clone()
	}
	c.later = slices.Clone(w.later)
	c.live = slices.Clone(w.live)
	c.troubles = slices.Clone(w.troubles)
	c.conns = w.conns.Clone(func(k *conn) bool { return k.closed })
	for _, id := range c.live {
		k := c.conn(id)
		living := *k.alive
		k.alive = &living
		k.typed = slices.Clone(k.typed)
		for d := range k.ends {
			if s := k.ends[d].session; s != nil {
				k.ends[d].session = s.Copy()
			}
			k.ends[d].tls = k.ends[d].tls.clone()
		}
		if k.observer != nil {
			k.observer = k.observer.Clone()
		}
	}
	c.timers = w.timers.Clone()
	c.plans = w.plans.Clone()
	c.actors = slices.Clone(w.actors)
	c.seats = cloneSeats(w.seats)
	return &c
}

// conn is a connection by its number.
func (w *World) conn(id uint32) *conn { return w.conns.At(int(id) - 1) }

// Now is the world's virtual time.
func (w *World) Now() engine.Time { return w.now }

// Steps is how much has happened: each arrival on the network and each timer is a step.
func (w *World) Steps() uint64 { return w.steps }

// Quiet says that nothing is on its way and nobody is about to speak: only timers remain that wait for somebody else.
func (w *World) Quiet() bool {
	if !w.net.Idle() {
		return false
	}
	for i := range w.seats {
		if w.seats[i].Hesitates() {
			return false
		}
	}
	for _, id := range w.live {
		for _, e := range w.conn(id).ends {
			if s, ok := e.session.(daemon.Hesitant); ok && s.Hesitates() {
				return false
			}
		}
	}
	return true
}

// Next is the moment of the next step, and false where nothing will ever happen by itself.
func (w *World) Next() (engine.Time, bool) {
	next := engine.Never
	if t, ok := w.net.Timeout(); ok {
		next = t
	}
	if t, ok := w.NextTimer(); ok {
		next = min(next, t)
	}
	return next, next < engine.Never
}

// NextTimer is the moment of the next timer that will do something, and false where there is none.
func (w *World) NextTimer() (engine.Time, bool) {
	next := engine.Never
	for _, id := range w.live {
		for d := range w.conn(id).ends {
			if s := w.conn(id).ends[d].session; s != nil {
				if t, ok := s.Timeout(); ok {
					next = min(next, t)
				}
			}
		}
	}
	for _, h := range w.hosts {
		if t, ok := h.NextRun(); ok {
			next = min(next, t)
		}
	}
	for i := range w.seats {
		if t, ok := w.seats[i].Timeout(); ok {
			next = min(next, t)
		}
	}
	if t, ok := w.plans.Next(); ok {
		next = min(next, t)
	}
	return next, next < engine.Never
}

// StepUntil does the next step if it is not after the limit, and says whether there was one.
func (w *World) StepUntil(limit engine.Time) bool {
	w.reuse()
	for {
		tn, flying := w.net.Timeout()
		tt, timed := w.timers.Next()
		tp, planned := w.plans.Next()
		switch {
		case flying && tn <= limit && (!timed || tn <= tt) && (!planned || tn <= tp):
			w.now = max(w.now, tn)
			w.steps++
			w.net.HandleTimeout(w.now)
			w.collect()
			return true
		case planned && tp <= limit && (!timed || tp <= tt):
			w.now = max(w.now, tp)
			w.steps++
			w.carryOut()
			w.collect()
			return true
		case timed && tt <= limit:
			if w.fire() {
				return true
			}
		default:
			return false
		}
	}
}

// Skip moves the clock on to a moment before which nothing happens any more.
func (w *World) Skip(to engine.Time) { w.now = max(w.now, to) }

// settleTimers drops or renews the timers up to now that have nothing to do, so that an input finds the same timers
// however the clock came to this moment.
func (w *World) settleTimers() {
	for {
		t, ok := w.timers.Next()
		if !ok || t > w.now || w.due(w.timers.Peek(), t) {
			return
		}
		_, tm := w.timers.Pop()
		w.rearm(tm)
	}
}

// fire takes the earliest timer and says whether it did something.
func (w *World) fire() bool {
	t, tm := w.timers.Pop()
	if !w.due(tm, t) {
		w.rearm(tm)
		return false
	}
	w.now = max(w.now, t)
	w.steps++
	switch tm.kind {
	case timerSession:
		e := &w.conn(tm.conn).ends[tm.dir]
		e.armed = 0
		e.session.HandleTimeout(w.now)
		w.pump(tm.conn, tm.dir)
	case timerQueue:
		w.hosts[tm.host].RunQueue(w)
	case timerTerminal:
		w.seats[tm.host].armed = 0
		w.seats[tm.host].HandleTimeout(surroundings{w, tm.host})
		w.armSeat(tm.host)
	}
	w.collect()
	return true
}

// due says whether a timer that was set for t has something to do.
func (w *World) due(tm timer, t engine.Time) bool {
	if tm.kind == timerQueue {
		next, ok := w.hosts[tm.host].NextRun()
		return ok && next <= t
	}
	if tm.kind == timerTerminal {
		want, ok := w.seats[tm.host].Timeout()
		return ok && want <= t
	}
	c := w.conn(tm.conn)
	if c.closed || c.ends[tm.dir].session == nil {
		return false
	}
	want, ok := c.ends[tm.dir].session.Timeout()
	return ok && want <= t
}

// rearm sets a session's timer anew where the session wants one later than it did.
func (w *World) rearm(tm timer) {
	if tm.kind == timerTerminal {
		w.seats[tm.host].armed = 0
		w.armSeat(tm.host)
	}
	if tm.kind == timerSession && !w.conn(tm.conn).closed {
		w.conn(tm.conn).ends[tm.dir].armed = 0
		w.arm(tm.conn, tm.dir)
	}
}

// arm makes sure that a timer is set for the moment a session wants.
func (w *World) arm(id uint32, dir trace.Dir) {
	c := w.conn(id)
	if c.closed || c.ends[dir].session == nil {
		return
	}
	e := &c.ends[dir]
	if t, ok := e.session.Timeout(); ok && (e.armed == 0 || t < e.armed) {
		e.armed = t
		w.timers.Push(t, timer{kind: timerSession, conn: id, dir: dir})
	}
}
