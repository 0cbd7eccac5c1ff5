package sim

import (
	"encoding/binary"
	"strings"

	"ehlo/sim/daemon"
	"ehlo/sim/machine"
	"ehlo/sim/terminal"
	"ehlo/sim/tlssim"
	"ehlo/sim/trace"
	"ehlo/sim/world"
)

// secure is the TLS of one end of a connection.
type secure struct {
	conn    *tlssim.Conn
	judged  bool   // its verdict on the handshake is in the trace
	waiting []byte // what the end has to say once the handshake is over
}

func (s *secure) clone() *secure {
	if s == nil {
		return nil
	}
	c := *s
	c.conn = s.conn.Clone()
	c.waiting = append([]byte(nil), s.waiting...)
	return &c
}

// startTLS begins a handshake at the end of a connection to which dir leads.
func (w *World) startTLS(id uint32, dir trace.Dir) {
	c := w.conn(id)
	e := &c.ends[dir]
	nc, _ := w.net.Conn(id)
	if !c.secret.drawn {
		c.secret.drawn = true
		w.draw(c.secret.value[:])
	}
	var chance [96]byte
	w.draw(chance[:])
	if dir == trace.ToServer {
		e.tls = &secure{conn: tlssim.NewServer(w.certificate(nc.Server), c.secret.value, chance)}
		return
	}
	cfg := tlssim.ClientConfig{Name: w.serverName(c), Now: w.Date(w.now), Trusted: world.Authority}
	if s, ok := e.session.(interface{ Demands() (bool, [][]byte) }); ok {
		cfg.Strict, cfg.TLSA = s.Demands()
	} else {
		cfg.Strict = e.session != nil && w.def.Hosts[e.host].MTA.TLS == world.VerifiedTLS
	}
	e.tls = &secure{conn: tlssim.NewClient(cfg, c.secret.value, chance)}
	w.flush(id, dir, nil)
}

// draw fills octets with chance that only TLS uses.
func (w *World) draw(p []byte) {
	for ; len(p) > 0; p = p[min(8, len(p)):] {
		var b [8]byte
		binary.LittleEndian.PutUint64(b[:], w.tlsChance.Uint64())
		copy(p, b[:])
	}
}

// serverName is the name under which the client looked for the server; an address is none (RFC 6066 §3).
func (w *World) serverName(c *conn) string {
	if s, ok := c.ends[trace.ToClient].session.(interface{ ServerName() string }); ok {
		return s.ServerName()
	}
	if a := c.asked; a == "" || strings.IndexByte(a, ':') >= 0 || a[0] >= '0' && a[0] <= '9' && a[len(a)-1] <= '9' {
		return ""
	}
	return c.asked
}

// certificate is what a host shows: its first one, or one for its own name.
func (w *World) certificate(host string) tlssim.Certificate {
	h := &w.def.Hosts[w.hostIndex(host)]
	c := tlssim.Certificate{Names: []string{host}, Issuer: world.Authority, From: w.def.Start.AddDate(0, -1, 0).Unix(), To: w.def.Start.AddDate(1, 0, 0).Unix()}
	if len(h.Certificates) > 0 {
		d := h.Certificates[0]
		c = tlssim.Certificate{Names: d.Names, Issuer: d.Issuer, From: d.From.Unix(), To: d.To.Unix()}
	}
	if w.faulty(world.CertificateExpired, host) {
		c.To = min(c.To, w.def.Start.Unix()-1)
	}
	if w.faulty(world.Impersonation, host) {
		c.Issuer = "Mallory's CA"
	}
	return c
}

// receiveTLS takes records that reached an end, and hands on what they hold.
func (w *World) receiveTLS(id uint32, dir trace.Dir, p []byte) {
	s := w.conn(id).ends[dir].tls
	s.conn.Receive(p)
	w.flush(id, dir, nil)
	w.judge(id, dir)
	if w.conn(id).closed {
		return
	}
	switch plain := s.conn.Plain(); {
	case s.conn.Failed() != "":
		w.breakTLS(id, dir)
	case len(plain) > 0:
		w.hand(id, dir, plain)
	}
	if s.conn.Closed() {
		w.ended(id, dir)
	}
}

// judge reports once what an end makes of the handshake, and lets its session go on inside.
func (w *World) judge(id uint32, dir trace.Dir) {
	c := w.conn(id)
	s := c.ends[dir].tls
	if s.judged || !s.conn.Established() && s.conn.Failed() == "" {
		return
	}
	s.judged = true
	nc, _ := w.net.Conn(id)
	e := trace.Event{Kind: trace.KindTLS, Actor: nc.Client, Target: nc.Server, Conn: id, Dir: dir.Reverse(), Label: tlssim.Version,
		Verb: tlssim.Cipher, State: s.conn.Name(), Class: trace.ClassOK, Next: string(s.conn.Fault()), Data: []byte(s.conn.Certificate().String())}
	if dir == trace.ToServer {
		e.Actor, e.Target = e.Target, e.Actor
	}
	if why := s.conn.Failed(); why != "" {
		e.Class = trace.ClassPermanent
		if e.Next == "" {
			e.Next = why
		}
	}
	w.Emit(e)
	if dir == trace.ToClient {
		w.inform(c.tool, terminal.Event{Kind: terminal.Secured, Conn: id, TLS: &terminal.TLS{Version: tlssim.Version, Cipher: tlssim.Cipher,
			Name: s.conn.Name(), Fault: s.conn.Fault(), Failed: s.conn.Failed(), Certificate: *s.conn.Certificate()}})
	}
	if s.conn.Failed() != "" {
		return
	}
	info := machine.TLSInfo{Version: tlssim.Version, Cipher: tlssim.Cipher, ServerName: s.conn.Name()}
	switch end := &c.ends[dir]; {
	case end.session != nil:
		end.session.Upgraded(w.now, info)
	case dir == trace.ToServer: // TLS from the first octet
		peer, _ := w.net.Ends(nc)
		service := w.listener(end.host, nc.Port)
		end.session = w.hosts[end.host].Serve(w, service, daemon.Client{Host: nc.Client, Address: peer, Port: c.from}, info)
	}
	waiting := s.waiting
	s.waiting = nil
	if len(waiting) > 0 {
		w.send(id, dir.Reverse(), waiting)
	}
	if dir == trace.ToClient && c.person && len(c.typed) > 0 {
		typed := c.typed
		c.typed = nil
		w.send(id, trace.ToServer, typed)
	}
	w.pump(id, dir)
}

// breakTLS ends a connection whose TLS is of no use: the session learns that nothing more will come.
func (w *World) breakTLS(id uint32, dir trace.Dir) {
	if s := w.conn(id).ends[dir].session; s != nil {
		s.ReceiveEOF(w.now)
		s.Pump(w, w.hosts[w.conn(id).ends[dir].host], id)
		s.Output()
	}
	w.finish(id, dir.Reverse())
}

// flush puts the records of an end on their way. lines are what they hold, for the observer; the place of each line is
// reckoned from the end of the last record, so that it is there when all of it is.
func (w *World) flush(id uint32, dir trace.Dir, lines []byte) {
	s := w.conn(id).ends[dir].tls
	out := s.conn.Output()
	if len(out) == 0 {
		return
	}
	way := dir.Reverse()
	off := w.net.Send(w.now, id, way, out)
	nc, _ := w.net.Conn(id)
	from, to := nc.Client, nc.Server
	if way == trace.ToClient {
		from, to = to, from
	}
	until := w.now
	for _, e := range w.net.Events() {
		w.Emit(e)
		until = max(until, e.Until)
	}
	end := off
	for _, r := range s.conn.Records() {
		w.Emit(trace.Event{Kind: trace.KindRecord, Actor: from, Target: to, Conn: id, Dir: way, Off: end, Num: int64(r.Octets),
			Label: r.Label, Verb: r.Type, Sealed: r.Sealed})
		end += int64(r.Octets)
	}
	if len(lines) > 0 {
		w.observe(id, way, lines, until, true, end)
	}
}
