package sim

import (
	"fmt"
	"strconv"
	"strings"

	"ehlo/sim/daemon"
	"ehlo/sim/engine"
	"ehlo/sim/machine"
	"ehlo/sim/netsim"
	"ehlo/sim/store"
	"ehlo/sim/trace"
	"ehlo/sim/world"
)

// collect passes on what has reached the ends of connections and lets sessions speak that have news, until nothing more
// is to be done at this moment.
func (w *World) collect() {
	for {
		for _, e := range w.net.Events() {
			w.Emit(e)
		}
		if d, ok := w.net.Next(); ok {
			w.deliver(d)
		} else if len(w.later) > 0 {
			id := w.later[0]
			w.later = w.later[1:]
			w.pump(id, trace.ToServer)
		} else {
			return
		}
	}
}

// deliver handles one thing that reached an end.
func (w *World) deliver(d netsim.Delivery) {
	if d.Kind == netsim.Datagram {
		if i, ok := w.host(d.To); ok {
			w.hosts[i].ReceiveDatagram(w, d.From, d.Data)
		}
		return
	}
	nc, _ := w.net.Conn(d.Conn)
	c := w.conns[d.Conn-1]
	if c.closed {
		return
	}
	near := trace.Event{Actor: nc.Client, Target: nc.Server, Conn: d.Conn, Num: int64(nc.Port)}
	switch d.Kind {
	case netsim.Arrived:
		w.arrived(d.Conn, nc)
	case netsim.Established:
		near.Kind = trace.KindEstablished
		w.Emit(near)
		if c.up = true; len(c.typed) > 0 {
			w.send(d.Conn, trace.ToServer, c.typed)
			c.typed = nil
		}
		w.pump(d.Conn, trace.ToClient)
	case netsim.Refused:
		near.Kind = trace.KindRefused
		w.Emit(near)
		w.over(d.Conn)
	case netsim.Unreachable:
		near.Kind = trace.KindUnreachable
		w.Emit(near)
		w.over(d.Conn)
	case netsim.Data:
		if s := c.ends[d.Dir].session; s != nil {
			s.Receive(w.now, d.Data)
			w.pump(d.Conn, d.Dir)
		}
	case netsim.Fin:
		if s := c.ends[d.Dir].session; s != nil {
			s.ReceiveEOF(w.now)
			w.pump(d.Conn, d.Dir)
		}
		// A telnet client hangs up when the server has, and so does whoever's machine is done.
		if s := c.ends[d.Dir].session; s == nil || s.Done() {
			w.finish(d.Conn, d.Dir.Reverse())
		}
		w.checkOver(d.Conn)
	case netsim.Cut:
		near.Kind = trace.KindClosed
		w.Emit(near)
		w.over(d.Conn)
	}
}

// arrived lets a request for a connection find who listens.
func (w *World) arrived(id uint32, nc netsim.Conn) {
	c := w.conns[id-1]
	h := w.hostIndex(nc.Server)
	service := w.listener(h, nc.Port)
	c.protocol = service.Protocol
	if c.protocol == "" {
		w.net.Refuse(w.now, id)
		return
	}
	w.net.Accept(w.now, id)
	w.Emit(trace.Event{Kind: trace.KindAccept, Actor: nc.Server, Target: nc.Client, Conn: id, Num: int64(nc.Port)})
	peer, _ := w.net.Address(nc.Client)
	c.ends[trace.ToServer] = end{session: w.hosts[h].Serve(w, service, daemon.Client{Host: nc.Client, Address: peer}, machine.TLSInfo{}), host: h}
	c.observer = daemon.NewObserver(c.protocol)
	w.pump(id, trace.ToServer)
}

// listener is the service at a port of a host, the zero value for none.
func (w *World) listener(host, port int) world.Service {
	for _, s := range w.def.Hosts[host].Services {
		if s.Port == port {
			return s
		}
	}
	return world.Service{}
}

// pump lets the session at the end to which dir leads do all it can, and sends what it says.
func (w *World) pump(id uint32, dir trace.Dir) {
	e := w.conns[id-1].ends[dir]
	if e.session == nil || w.conns[id-1].closed {
		return
	}
	if nc, _ := w.net.Conn(id); !nc.Open {
		return
	}
	e.session.Pump(w, w.hosts[e.host], id)
	if out := e.session.Output(); len(out) > 0 {
		w.send(id, dir.Reverse(), out)
	}
	if e.session.Done() {
		w.finish(id, dir.Reverse())
	}
	w.arm(id, dir)
}

// send puts octets on their way and lets the connection's observer read them.
func (w *World) send(id uint32, dir trace.Dir, p []byte) {
	w.net.Send(w.now, id, dir, p)
	nc, _ := w.net.Conn(id)
	from, to := nc.Client, nc.Server
	if dir == trace.ToClient {
		from, to = to, from
	}
	observer := w.conns[id-1].observer
	for _, e := range w.net.Events() {
		w.Emit(e)
		if observer == nil || e.Data == nil {
			continue
		}
		observer.Observe(w.now, dir, e.Data)
		for {
			l, ok := observer.Next()
			if !ok {
				break
			}
			line := trace.Event{Kind: trace.KindLine, Actor: from, Target: to, Conn: id, Dir: l.Dir, Off: l.Off,
				Num: int64(len(l.Data)), From: l.From, Until: l.At.Add(e.Until.Sub(w.now)), Label: l.Label, Verb: l.Verb,
				Class: l.Class, State: l.State, Next: l.Next, Data: l.Data}
			if l.Dir != dir {
				line.Actor, line.Target = to, from
			}
			w.Emit(line)
		}
	}
}

// finish closes one direction.
func (w *World) finish(id uint32, dir trace.Dir) {
	nc, _ := w.net.Conn(id)
	if !nc.Open || nc.Finished(dir) {
		return
	}
	w.net.Finish(w.now, id, dir)
	e := trace.Event{Kind: trace.KindFin, Actor: nc.Client, Target: nc.Server, Conn: id, Dir: dir}
	if dir == trace.ToClient {
		e.Actor, e.Target = e.Target, e.Actor
	}
	w.Emit(e)
}

// checkOver reports a connection that both sides have closed.
func (w *World) checkOver(id uint32) {
	if nc, _ := w.net.Conn(id); !nc.Open && !w.conns[id-1].closed {
		w.Emit(trace.Event{Kind: trace.KindClosed, Actor: nc.Client, Target: nc.Server, Conn: id})
		w.over(id)
	}
}

// over ends the sessions of a connection.
func (w *World) over(id uint32) {
	c := w.conns[id-1]
	if c.closed {
		return
	}
	c.closed = true
	if c.observer != nil {
		c.state, c.observer = c.observer.State(), nil
	}
	ends := c.ends
	c.ends = [3]end{}
	for _, e := range ends {
		if e.session != nil {
			e.session.End(w, w.hosts[e.host], id)
		}
	}
}

// Input lets an entry of an input log take effect now. Its error says what cannot be done; the world is then unchanged.
func (w *World) Input(in trace.Input) error {
	if err := w.check(in); err != nil {
		return err
	}
	w.settleTimers()
	w.Emit(trace.Event{Kind: trace.KindInput, Actor: in.Actor, Target: in.Target, Conn: in.Conn, Label: in.Kind.String(),
		Data: in.Data})
	switch in.Kind {
	case trace.InputOpen:
		name, port, _ := splitTarget(in.Target)
		w.open(in.Actor, name, port, nil)
	case trace.InputType:
		// As a terminal does, keep what is typed before the connection stands.
		if c := w.conns[in.Conn-1]; c.up {
			w.send(in.Conn, trace.ToServer, in.Data)
		} else {
			c.typed = append(c.typed, in.Data...)
		}
	case trace.InputFin:
		w.finish(in.Conn, trace.ToServer)
	case trace.InputCut:
		nc, _ := w.net.Conn(in.Conn)
		w.net.Break(w.now, in.Conn, trace.ToServer)
		w.Emit(trace.Event{Kind: trace.KindCut, Actor: nc.Client, Target: nc.Server, Conn: in.Conn, Dir: trace.ToServer})
	case trace.InputRun:
		session, target, _ := program(w.now, in)
		name, port, _ := splitTarget(target)
		w.open(in.Actor, name, port, session)
	}
	w.collect()
	return nil
}

// Collect is the program that fetches a user's mail as a mail program does. Its arguments are a protocol, "pop3" or
// "imap", a target as in "mx.example.net:110", a user and a password.
const Collect = "collect"

// program makes the session of the program that an input starts, and says where it connects.
func program(now engine.Time, in trace.Input) (s daemon.Session, target string, ok bool) {
	args := strings.Fields(string(in.Data))
	if in.Target != Collect || len(args) != 4 {
		return nil, "", false
	}
	if _, _, ok := splitTarget(args[1]); !ok {
		return nil, "", false
	}
	s = daemon.NewCollector(now, args[0], args[2], args[3])
	return s, args[1], s != nil
}

// InputError is an input that a world cannot take.
type InputError struct {
	ID   string // locale identifier of what is wrong
	Args map[string]string
}

// Error gives the identifier with its arguments.
func (e *InputError) Error() string { return e.ID + " " + fmt.Sprint(e.Args) }

func (w *World) check(in trace.Input) error {
	if _, ok := w.host(in.Actor); !ok {
		return &InputError{"sim.no-host", map[string]string{"host": in.Actor}}
	}
	if in.Kind == trace.InputOpen {
		if _, _, ok := splitTarget(in.Target); !ok {
			return &InputError{"sim.bad-target", map[string]string{"target": in.Target}}
		}
		return nil
	}
	if in.Kind == trace.InputRun {
		if _, _, ok := program(w.now, in); !ok {
			return &InputError{"sim.bad-program", map[string]string{"program": in.Target}}
		}
		return nil
	}
	nc, ok := w.net.Conn(in.Conn)
	conn := map[string]string{"conn": strconv.Itoa(int(in.Conn))}
	switch {
	case in.Kind != trace.InputType && in.Kind != trace.InputFin && in.Kind != trace.InputCut:
		return &InputError{"sim.bad-input", map[string]string{"kind": in.Kind.String()}}
	case !ok || nc.Client != in.Actor || !w.conns[in.Conn-1].person:
		return &InputError{"sim.no-conn", conn}
	case in.Kind == trace.InputType && !w.conns[in.Conn-1].up && !w.conns[in.Conn-1].closed:
		return nil
	case !nc.Open || nc.Finished(trace.ToServer):
		return &InputError{"sim.conn-closed", conn}
	}
	return nil
}

// MessageIDs lists the locale identifiers that this package uses.
func MessageIDs() []string {
	return []string{"sim.no-host", "sim.bad-target", "sim.bad-input", "sim.bad-program", "sim.no-conn", "sim.conn-closed", "sim.past"}
}

// splitTarget takes "host:port" apart.
func splitTarget(target string) (name string, port int, ok bool) {
	i := strings.LastIndexByte(target, ':')
	if i <= 0 {
		return "", 0, false
	}
	port, err := strconv.Atoi(target[i+1:])
	return target[:i], port, err == nil && port > 0 && port < 65536
}

// open dials, and reports it.
func (w *World) open(from, to string, port int, s daemon.Session) uint32 {
	id := w.net.Dial(w.now, from, to, port)
	nc, _ := w.net.Conn(id)
	c := &conn{person: s == nil}
	c.ends[trace.ToClient] = end{session: s, host: w.hostIndex(from)}
	w.conns = append(w.conns, c)
	e := trace.Event{Kind: trace.KindOpen, Actor: from, Target: nc.Server, Conn: id, Num: int64(port)}
	if h, ok := w.host(nc.Server); ok {
		e.Label = w.listener(h, port).Protocol
	}
	w.Emit(e)
	w.arm(id, trace.ToClient)
	return id
}

func (w *World) host(name string) (int, bool) {
	for i := range w.hosts {
		if w.hosts[i].Name == name {
			return i, true
		}
	}
	return -1, false
}

func (w *World) hostIndex(name string) int {
	i, _ := w.host(name)
	return i
}

// The rest is what daemons ask of the world: see [daemon.Env].

// Date is the calendar time of a moment in Unix seconds.
func (w *World) Date(t engine.Time) int64 { return w.def.Start.Unix() + int64(t)/1e9 }

// Emit adds an event to the trace.
func (w *World) Emit(e trace.Event) {
	w.seq++
	e.At, e.Seq = w.now, w.seq
	w.rec.Record(&e)
}

// Chance returns the next bits of the world's seed.
func (w *World) Chance() uint64 { return w.chance.Uint64() }

// NewLetter numbers a message.
func (w *World) NewLetter() uint32 {
	w.letter++
	return w.letter
}

// Dial opens a connection for a daemon.
func (w *World) Dial(from, to string, port int, s daemon.Session) uint32 {
	return w.open(from, to, port, s)
}

// Send sends a datagram of the DNS for a daemon.
func (w *World) Send(h *daemon.Host, to string, data []byte) {
	w.net.SendDatagram(w.now, h.Name, to, "dns", data)
}

// Resume lets the server's session on a connection go on, which has waited for something.
func (w *World) Resume(_ *daemon.Host, conn uint32) { w.later = append(w.later, conn) }

// Wake sets a timer for a host's queue.
func (w *World) Wake(h *daemon.Host, at engine.Time) {
	w.timers.Push(at, timer{kind: timerQueue, host: w.hostIndex(h.Name)})
}

// Changed tells the sessions of a host that a mailbox has a new state, save the one that changed it.
func (w *World) Changed(h *daemon.Host, address string, c store.Change, by uint32) {
	for i, k := range w.conns {
		e := k.ends[trace.ToServer]
		if k.closed || e.session == nil || w.hosts[e.host] != h || uint32(i+1) == by {
			continue
		}
		e.session.Notify(w.now, address, c)
		w.later = append(w.later, uint32(i+1))
	}
}
