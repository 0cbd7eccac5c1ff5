package sim

import (
	"slices"

	"ehlo/sim/daemon"
	"ehlo/sim/engine"
	"ehlo/sim/machine"
	"ehlo/sim/netsim"
	"ehlo/sim/store"
	"ehlo/sim/terminal"
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
		for _, c := range w.net.Crossings() {
			w.overhear(c)
		}
		if d, ok := w.net.Next(); ok {
			w.deliver(d)
		} else if len(w.later) > 0 {
			id := w.later[0]
			w.later = w.later[1:]
			w.pump(id, trace.ToServer)
		} else if !w.look() {
			return
		}
	}
}

// deliver handles one thing that reached an end.
func (w *World) deliver(d netsim.Delivery) {
	if d.Kind == netsim.Datagram && d.Label == "icmp" {
		w.echo(d)
		return
	}
	if d.Kind == netsim.Datagram {
		if i, ok := w.host(d.To); ok && !w.answers(i, d.From, d.Data) {
			w.hosts[i].ReceiveDatagram(w, d.From, d.Data)
		}
		return
	}
	nc, _ := w.net.Conn(d.Conn)
	c := w.conn(d.Conn)
	if c.closed {
		return
	}
	switch d.Kind {
	case netsim.Arrived:
		w.arrived(d.Conn, nc)
	case netsim.Established:
		w.tellClient(nc, trace.KindEstablished, family(nc))
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
		w.inform(c.tool, terminal.Event{Kind: terminal.Connected, Conn: d.Conn})
	case netsim.Refused:
		w.tellClient(nc, trace.KindRefused, "")
		w.inform(c.tool, terminal.Event{Kind: terminal.Refused, Conn: d.Conn})
		w.over(d.Conn)
	case netsim.Unreachable:
		w.tellClient(nc, trace.KindUnreachable, "")
		w.inform(c.tool, terminal.Event{Kind: terminal.Unreachable, Conn: d.Conn})
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
		w.tellClient(nc, trace.KindClosed, "")
		w.over(d.Conn)
	}
}

// tellClient puts into the trace what has become of a connection, as its client sees it.
func (w *World) tellClient(nc *netsim.Conn, kind trace.Kind, verb string) {
	w.Emit(trace.Event{Kind: kind, Actor: nc.Client, Target: nc.Server, Conn: nc.ID, Num: int64(nc.Port), Verb: verb})
}

// hand gives octets to what speaks at the end to which dir leads.
func (w *World) hand(id uint32, dir trace.Dir, p []byte) {
	if c := w.conn(id); dir == trace.ToClient && c.tool.seat > 0 {
		w.inform(c.tool, terminal.Event{Kind: terminal.Received, Conn: id, Data: p})
		return
	}
	if s := w.conn(id).ends[dir].session; s != nil {
		s.Receive(w.now, p)
		w.pump(id, dir)
	}
}

// ended says to what speaks at the end to which dir leads that the other side will say nothing more.
func (w *World) ended(id uint32, dir trace.Dir) {
	c := w.conn(id)
	if s := c.ends[dir].session; s != nil {
		s.ReceiveEOF(w.now)
		w.pump(id, dir)
	}
	if dir == trace.ToClient {
		w.inform(c.tool, terminal.Event{Kind: terminal.Hangup, Conn: id})
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
	c := w.conn(id)
	if c.person && !c.closed && c.ends[trace.ToClient].tls == nil && c.upgradeAt > 0 && c.heard >= c.upgradeAt {
		w.startTLS(id, trace.ToClient)
	}
}

// arrived lets a request for a connection find who listens.
func (w *World) arrived(id uint32, nc *netsim.Conn) {
	c := w.conn(id)
	_, h := nc.Hosts()
	service := w.listener(h, nc.Port)
	c.protocol = service.Protocol
	if c.protocol == "" || c.protocol == "dns" {
		c.protocol = ""
		w.net.Refuse(w.now, id)
		return
	}
	w.net.Accept(w.now, id)
	w.Emit(trace.Event{Kind: trace.KindAccept, Actor: nc.Server, Target: nc.Client, Conn: id, Num: int64(nc.Port), State: daemon.Takes(service), Verb: family(nc)})
	peer, _ := w.net.Ends(nc)
	if !w.unread {
		c.observer = daemon.NewObserverOf(service)
	}
	c.cutAt = w.cutting(nc.Server)
	c.ends[trace.ToServer] = end{host: h}
	if service.TLS == world.ImplicitTLS {
		w.startTLS(id, trace.ToServer) // and the session begins when the handshake is over
		return
	}
	if service.ByHand {
		c.served = true
		return
	}
	if t, ok := w.tunnel(h, nc.Port); ok {
		w.relay(id, h, t)
		return
	}
	c.ends[trace.ToServer].session = w.hosts[h].Serve(w, service, daemon.Client{Host: nc.Client, Address: peer, Port: c.from}, machine.TLSInfo{})
	w.pump(id, trace.ToServer)
}

// listener is the service at a port of a host, the zero value for none.
func (w *World) listener(host, port int) world.Service {
	for i, s := range w.def.Hosts[host].Services {
		if s.Port == port && w.hosts[host].Serves(i) {
			return s
		}
	}
	for _, t := range w.hosts[host].Tunnels() {
		if t.Accept == port && t.Host != "" {
			s := world.Service{Protocol: tunnelled, Port: port}
			if far, ok := w.host(t.Host); ok {
				for _, known := range w.def.Hosts[far].Services {
					if known.Port == t.Connect {
						s.Protocol = known.Protocol
					}
				}
			}
			return s
		}
		if t.Accept == port && t.Connect != port {
			s := w.listener(host, t.Connect)
			s.TLS, s.Port = world.ImplicitTLS, port
			return s
		}
	}
	return world.Service{}
}

// tunnelled is the protocol of a tunnel that leads to nobody knows what.
const tunnelled = "tunnel"

// tunnel is the one that takes connections at a port of a host to lead them on.
func (w *World) tunnel(host, port int) (daemon.Tunnel, bool) {
	for _, t := range w.hosts[host].Tunnels() {
		if t.Accept == port && t.Host != "" {
			return t, true
		}
	}
	return daemon.Tunnel{}, false
}

// pump lets the session at the end to which dir leads do all it can, and sends what it says.
func (w *World) pump(id uint32, dir trace.Dir) {
	if w.conn(id).closed || w.conn(id).ends[dir].session == nil {
		return
	}
	e := w.conn(id).ends[dir]
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
	c := w.conn(id)
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
	if s := w.conn(id).ends[dir.Reverse()].tls; s != nil {
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
	c := w.conn(id)
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
	if s := w.conn(id).ends[dir.Reverse()].tls; s != nil {
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
	if nc, _ := w.net.Conn(id); !nc.Open && !w.conn(id).closed {
		w.Emit(trace.Event{Kind: trace.KindClosed, Actor: nc.Client, Target: nc.Server, Conn: id})
		w.over(id)
	}
}

// over ends the sessions of a connection.
func (w *World) over(id uint32) {
	c := w.conn(id)
	if c.closed {
		return
	}
	c.closed = true
	if c.observer != nil {
		c.state = c.observer.State()
	}
	ends := c.ends
	w.spent = append(w.spent, c.alive)
	c.alive = nil
	if i, ok := slices.BinarySearch(w.live, id); ok {
		w.live = slices.Delete(w.live, i, i+1)
	}
	w.inform(c.tool, terminal.Event{Kind: terminal.Over, Conn: id})
	for _, e := range ends {
		if e.session != nil {
			e.session.End(w, w.hosts[e.host], id)
		}
	}
}

// open dials, and reports it. own is the port that the client chooses for itself, 0 for any.
func (w *World) open(from, to string, port, own int, s daemon.Session) uint32 {
	id := w.net.Dial(w.now, from, to, port)
	nc, _ := w.net.Conn(id)
	c := w.conns.Append(conn{person: s == nil, alive: w.newAlive()})
	c.asked, c.from = to, own
	w.live = append(w.live, id)
	for d := range c.ends {
		c.ends[d].host = -1
	}
	client, server := nc.Hosts()
	c.ends[trace.ToClient] = end{session: s, host: client}
	_, c.wantTLS = s.(interface{ ImplicitTLS() })
	if d, ok := s.(interface{ Dialed(server string) }); ok {
		d.Dialed(nc.Server)
	}
	e := trace.Event{Kind: trace.KindOpen, Actor: from, Target: nc.Server, Conn: id, Num: int64(port), Off: int64(own), Verb: family(nc)}
	if server < 0 { // there may be such a host all the same
		server, _ = w.host(nc.Server)
	}
	if h := server; h >= 0 {
		e.Label = w.listener(h, port).Protocol
	}
	w.Emit(e)
	w.arm(id, trace.ToClient)
	return id
}

// family is how a connection crosses the network, for the trace: "" is IPv4.
func family(c *netsim.Conn) string {
	if c.IPv6 {
		return "IPv6"
	}
	return ""
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
	if w.unheard {
		return
	}
	w.event = e // so that no event has to be made anew for the recorder
	w.event.At, w.event.Seq = w.now, w.seq
	w.rec.Record(&w.event)
	if w.unread {
		return
	}
	if i, ok := w.index[e.Actor]; ok && i < len(w.hosts) {
		w.hosts[i].Note(&w.event)
	}
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

// Changed tells the sessions of a host that a mailbox has a new state, or an account, save the one that changed it.
func (w *World) Changed(h *daemon.Host, address string, c store.Change, by uint32) {
	for _, id := range w.live {
		e := w.conn(id).ends[trace.ToServer]
		if e.session == nil || w.hosts[e.host] != h || id == by {
			continue
		}
		if s, ok := e.session.(daemon.Server); ok {
			if watched, _ := s.Watching(); watched == "" && !s.Listens() {
				continue
			}
		}
		e.session.Notify(w.now, address, c)
		w.later = append(w.later, id)
	}
}
