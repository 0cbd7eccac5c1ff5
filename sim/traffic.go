package sim

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"ehlo/sim/daemon"
	"ehlo/sim/engine"
	"ehlo/sim/machine"
	"ehlo/sim/netsim"
	"ehlo/sim/shell"
	"ehlo/sim/smtp"
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
		if i, ok := w.host(d.To); ok && !w.answers(i, d.From, d.Data) {
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
		c.up = true
		if c.wantTLS {
			w.startTLS(d.Conn, trace.ToClient)
			return
		}
		if len(c.typed) > 0 {
			w.send(d.Conn, trace.ToServer, c.typed)
			c.typed = nil
		}
		w.pump(d.Conn, trace.ToClient)
		w.inform(c.tool, shell.Event{Kind: shell.Connected, Conn: d.Conn})
	case netsim.Refused:
		near.Kind = trace.KindRefused
		w.Emit(near)
		w.inform(c.tool, shell.Event{Kind: shell.Refused, Conn: d.Conn})
		w.over(d.Conn)
	case netsim.Unreachable:
		near.Kind = trace.KindUnreachable
		w.Emit(near)
		w.inform(c.tool, shell.Event{Kind: shell.Unreachable, Conn: d.Conn})
		w.over(d.Conn)
	case netsim.Data:
		if d.Dir == trace.ToClient {
			c.heard += int64(len(d.Data))
		} else if c.cutAt > 0 {
			n := min(c.cutAt, int64(len(d.Data)))
			d.Data = d.Data[:n]
			if c.cutAt -= n; c.cutAt == 0 {
				defer w.sever(d.Conn)
			}
		}
		if c.ends[d.Dir].tls != nil {
			w.receiveTLS(d.Conn, d.Dir, d.Data)
			return
		}
		w.hand(d.Conn, d.Dir, d.Data)
		w.personUpgrades(d.Conn)
	case netsim.Fin:
		w.ended(d.Conn, d.Dir)
		w.checkOver(d.Conn)
	case netsim.Cut:
		near.Kind = trace.KindClosed
		w.Emit(near)
		w.over(d.Conn)
	}
}

// hand gives octets to what speaks at the end to which dir leads.
func (w *World) hand(id uint32, dir trace.Dir, p []byte) {
	if c := w.conns[id-1]; dir == trace.ToClient && c.tool.seat > 0 {
		w.inform(c.tool, shell.Event{Kind: shell.Received, Conn: id, Data: p})
		return
	}
	if s := w.conns[id-1].ends[dir].session; s != nil {
		s.Receive(w.now, p)
		w.pump(id, dir)
	}
}

// ended says to what speaks at the end to which dir leads that the other side will say nothing more.
func (w *World) ended(id uint32, dir trace.Dir) {
	c := w.conns[id-1]
	if s := c.ends[dir].session; s != nil {
		s.ReceiveEOF(w.now)
		w.pump(id, dir)
	}
	if dir == trace.ToClient {
		w.inform(c.tool, shell.Event{Kind: shell.Hangup, Conn: id})
	}
	if c.closed {
		return
	}
	// A telnet client hangs up when the server has, and so does whoever's machine is done.
	if s := c.ends[dir].session; s == nil || s.Done() {
		w.finish(id, dir.Reverse())
	}
}

// personUpgrades lets a person's end go on inside TLS when the server waits for that and all that it said before is
// there, as openssl s_client does after STARTTLS.
func (w *World) personUpgrades(id uint32) {
	c := w.conns[id-1]
	if c.person && !c.closed && c.ends[trace.ToClient].tls == nil && c.upgradeAt > 0 && c.heard >= c.upgradeAt {
		w.startTLS(id, trace.ToClient)
	}
}

// arrived lets a request for a connection find who listens.
func (w *World) arrived(id uint32, nc netsim.Conn) {
	c := w.conns[id-1]
	h := w.hostIndex(nc.Server)
	service := w.listener(h, nc.Port)
	c.protocol = service.Protocol
	if c.protocol == "" || c.protocol == "dns" {
		c.protocol = ""
		w.net.Refuse(w.now, id)
		return
	}
	w.net.Accept(w.now, id)
	w.Emit(trace.Event{Kind: trace.KindAccept, Actor: nc.Server, Target: nc.Client, Conn: id, Num: int64(nc.Port)})
	peer, _ := w.net.Address(nc.Client)
	if !w.unread {
		c.observer = daemon.NewObserver(c.protocol)
	}
	c.cutAt = w.cutting(nc.Server)
	c.ends[trace.ToServer] = end{host: h}
	if service.TLS == world.ImplicitTLS {
		w.startTLS(id, trace.ToServer) // and the session begins when the handshake is over
		return
	}
	c.ends[trace.ToServer].session = w.hosts[h].Serve(w, service, daemon.Client{Host: nc.Client, Address: peer, Port: c.from}, machine.TLSInfo{})
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
	if w.conns[id-1].closed || w.conns[id-1].ends[dir].session == nil {
		return
	}
	e := w.conns[id-1].ends[dir]
	if nc, _ := w.net.Conn(id); !nc.Open {
		return
	}
	e.session.Pump(w, w.hosts[e.host], id)
	if out := e.session.Output(); len(out) > 0 {
		w.send(id, dir.Reverse(), out)
	}
	w.upgrade(id, dir)
	if e.session.Done() {
		w.finish(id, dir.Reverse())
	}
	w.arm(id, dir)
}

// upgrade begins a handshake where a session has asked for it.
func (w *World) upgrade(id uint32, dir trace.Dir) {
	c := w.conns[id-1]
	e := &c.ends[dir]
	if e.tls != nil || !e.session.Upgrading() {
		return
	}
	if dir == trace.ToServer {
		c.upgradeAt = w.net.Sent(id, trace.ToClient)
	}
	w.startTLS(id, dir)
}

// send puts octets on their way, inside TLS where there is one, and lets the connection's observer read them.
func (w *World) send(id uint32, dir trace.Dir, p []byte) {
	if s := w.conns[id-1].ends[dir.Reverse()].tls; s != nil {
		if !s.conn.Established() {
			s.waiting = append(s.waiting, p...)
			return
		}
		s.conn.Send(p)
		w.flush(id, dir.Reverse(), p)
		return
	}
	if nc, _ := w.net.Conn(id); dir == trace.ToClient && len(w.troubles) > 0 {
		p = w.tamper(nc.Server, p)
	}
	w.net.Send(w.now, id, dir, p)
	for _, e := range w.net.Events() {
		w.Emit(e)
		if e.Kind == trace.KindSegment && e.Data != nil {
			w.observe(id, dir, e.Data, e.Until, false, 0)
		}
	}
}

// observe lets a connection's observer read octets, whose last one is over the first link at the moment until. Lines
// inside TLS are placed so that they end where the records that hold them do.
func (w *World) observe(id uint32, dir trace.Dir, p []byte, until engine.Time, sealed bool, end int64) {
	c := w.conns[id-1]
	if c.observer == nil {
		return
	}
	nc, _ := w.net.Conn(id)
	from, to := nc.Client, nc.Server
	if dir == trace.ToClient {
		from, to = to, from
	}
	c.observer.Observe(w.now, dir, p)
	c.said[dir] += int64(len(p))
	for {
		l, ok := c.observer.Next()
		if !ok {
			return
		}
		line := trace.Event{Kind: trace.KindLine, Actor: from, Target: to, Conn: id, Dir: l.Dir, Off: l.Off,
			Num: int64(len(l.Data)), From: l.From, Until: l.At.Add(until.Sub(w.now)), Label: l.Label, Verb: l.Verb,
			Class: l.Class, State: l.State, Next: l.Next, Sealed: sealed, Data: l.Data}
		if l.Dir != dir {
			line.Actor, line.Target = to, from
		}
		if sealed && l.Dir == dir {
			line.Off = max(end-(c.said[dir]-l.Off), 0)
		}
		w.Emit(line)
	}
}

// finish closes one direction.
func (w *World) finish(id uint32, dir trace.Dir) {
	nc, _ := w.net.Conn(id)
	if !nc.Open || nc.Finished(dir) {
		return
	}
	if s := w.conns[id-1].ends[dir.Reverse()].tls; s != nil {
		s.conn.Close()
		w.flush(id, dir.Reverse(), nil)
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
		c.state = c.observer.State()
	}
	ends := c.ends
	c.alive = nil
	if i, ok := slices.BinarySearch(w.live, id); ok {
		w.live = slices.Delete(w.live, i, i+1)
	}
	w.inform(c.tool, shell.Event{Kind: shell.Over, Conn: id})
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
		tls, from, _ := openOptions(in.Data)
		w.open(in.Actor, name, port, from, nil)
		w.conns[len(w.conns)-1].wantTLS = tls
	case trace.InputType:
		// As a terminal does, keep what is typed before the connection stands.
		c := w.conns[in.Conn-1]
		if s := c.ends[trace.ToClient].tls; c.up && (s == nil || s.conn.Established()) {
			w.send(in.Conn, trace.ToServer, in.Data)
		} else {
			c.typed = append(c.typed, in.Data...)
		}
		if t := c.tool; t.seat > 0 {
			w.seats[t.seat-1].Echo(surroundings{w, t.seat - 1}, t.process, in.Data)
		}
	case trace.InputFin:
		w.finish(in.Conn, trace.ToServer)
	case trace.InputCut:
		w.cutByClient(in.Conn)
	case trace.InputFault, trace.InputRepair:
		w.fault(in)
	case trace.InputTerminal:
		w.typeAt(in)
	case trace.InputRun:
		if in.Target == Sendmail {
			w.sendmail(in)
			break
		}
		session, target, _ := program(w.now, in)
		name, port, _ := splitTarget(target)
		w.open(in.Actor, name, port, 0, session)
	}
	w.collect()
	return nil
}

// cutByClient breaks a connection from the client's side.
func (w *World) cutByClient(id uint32) {
	nc, _ := w.net.Conn(id)
	w.net.Break(w.now, id, trace.ToServer)
	w.Emit(trace.Event{Kind: trace.KindCut, Actor: nc.Client, Target: nc.Server, Conn: id, Dir: trace.ToServer})
}

// What the data of an input that opens a connection may be.
const (
	OpenTLS  = "tls"   // TLS from the first octet
	OpenFrom = "from " // and a number: the client's own port, as programs of a superuser choose one below 1024
)

// openOptions reads the data of an input that opens a connection; from is 0 for any port.
func openOptions(data []byte) (tls bool, from int, ok bool) {
	if len(data) == 0 || string(data) == OpenTLS {
		return len(data) > 0, 0, true
	}
	number, found := strings.CutPrefix(string(data), OpenFrom)
	from, err := strconv.Atoi(number)
	return false, from, found && err == nil && from > 0 && from < 65536
}

// Collect is the program that fetches a user's mail as a mail program does. Its arguments are a protocol, "pop3", "kpop" or
// "imap", a target as in "mx.example.net:110", a user and a password.
const Collect = "collect"

// Sendmail is the program that gives a message to the MTA of the host where it runs. Its arguments are the sender, the
// recipients with commas between them, and the words of the subject.
const Sendmail = "sendmail"

// letterOf reads the arguments of [Sendmail].
func letterOf(in trace.Input) (e smtp.Envelope, subject string, ok bool) {
	from, rest, _ := strings.Cut(string(in.Data), " ")
	to, subject, _ := strings.Cut(rest, " ")
	if e.From, ok = smtp.ParsePath(from); !ok {
		return e, "", false
	}
	for address := range strings.SplitSeq(to, ",") {
		path, ok := smtp.ParsePath(address)
		if !ok || path.Null {
			return e, "", false
		}
		e.To = append(e.To, smtp.Recipient{Path: path})
	}
	return e, subject, !strings.ContainsAny(subject, "\r\n")
}

func (w *World) sendmail(in trace.Input) {
	e, subject, _ := letterOf(in)
	h := w.hosts[w.hostIndex(in.Actor)]
	h.Accept(w, e, h.Compose(w, e, subject))
}

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
	if in.Kind == trace.InputFault || in.Kind == trace.InputRepair {
		return w.checkFault(in)
	}
	if w.net.IsDown(in.Actor) {
		return &InputError{"sim.host-down", map[string]string{"host": in.Actor}}
	}
	if in.Kind == trace.InputTerminal {
		return w.checkTerminal(in)
	}
	if in.Kind == trace.InputOpen {
		_, _, ok := splitTarget(in.Target)
		if _, _, known := openOptions(in.Data); !ok || !known {
			return &InputError{"sim.bad-target", map[string]string{"target": in.Target}}
		}
		return nil
	}
	if in.Kind == trace.InputRun && in.Target == Sendmail {
		if _, _, ok := letterOf(in); !ok {
			return &InputError{"sim.bad-program", map[string]string{"program": in.Target}}
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
	case ok && w.conns[in.Conn-1].lost:
		return &InputError{"sim.conn-closed", conn}
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
	return []string{"sim.no-host", "sim.bad-target", "sim.bad-input", "sim.bad-program", "sim.no-conn", "sim.no-terminal", "sim.conn-closed", "sim.past",
		"sim.bad-fault", "sim.no-link", "sim.no-fault", "sim.host-down"}
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

// open dials, and reports it. own is the port that the client chooses for itself, 0 for any.
func (w *World) open(from, to string, port, own int, s daemon.Session) uint32 {
	id := w.net.Dial(w.now, from, to, port)
	nc, _ := w.net.Conn(id)
	c := &conn{person: s == nil, alive: &alive{asked: to, from: own}}
	w.live = append(w.live, id)
	for d := range c.ends {
		c.ends[d].host = -1
	}
	c.ends[trace.ToClient] = end{session: s, host: w.hostIndex(from)}
	_, c.wantTLS = s.(interface{ ImplicitTLS() })
	if d, ok := s.(interface{ Dialed(server string) }); ok {
		d.Dialed(nc.Server)
	}
	w.conns = append(w.conns, c)
	e := trace.Event{Kind: trace.KindOpen, Actor: from, Target: nc.Server, Conn: id, Num: int64(port), Off: int64(own)}
	if h, ok := w.host(nc.Server); ok {
		e.Label = w.listener(h, port).Protocol
	}
	w.Emit(e)
	w.arm(id, trace.ToClient)
	return id
}

func (w *World) host(name string) (int, bool) {
	i, ok := w.index[name]
	if !ok {
		return -1, false
	}
	return i, true
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
	w.event = e // so that no event has to be made anew for the recorder
	w.event.At, w.event.Seq = w.now, w.seq
	w.rec.Record(&w.event)
}

// Told says whether anybody reads the trace.
func (w *World) Told() bool { return !w.unread }

// Chance returns the next bits of the world's seed.
func (w *World) Chance() uint64 { return w.chance.Uint64() }

// NewLetter numbers a message.
func (w *World) NewLetter() uint32 {
	w.letter++
	return w.letter
}

// Dial opens a connection for a daemon.
func (w *World) Dial(from, to string, port int, s daemon.Session) uint32 {
	return w.open(from, to, port, 0, s)
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
	for _, id := range w.live {
		e := w.conns[id-1].ends[trace.ToServer]
		if e.session == nil || w.hosts[e.host] != h || id == by {
			continue
		}
		if s, ok := e.session.(daemon.Server); ok {
			if watched, _ := s.Watching(); watched == "" {
				continue
			}
		}
		e.session.Notify(w.now, address, c)
		w.later = append(w.later, id)
	}
}
