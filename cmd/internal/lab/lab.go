package lab

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"ehlo/cmd/internal/bridge"
	"ehlo/sim/daemon"
	"ehlo/sim/machine"
	"ehlo/sim/persona"
	"ehlo/sim/world"
)

// keptSessions is how many sessions that are over can still be read about.
const keptSessions = 200

// Lab is a running lab. Make one with [Start], end it with [Lab.Close].
type Lab struct {
	*post
	limits Limits
	log    func(string)
	held   atomic.Int64 // octets of messages on their way

	identity  *identity
	page      http.Handler
	bridge    *bridge.Bridge              // to the lab's own doors; nil where there is no page
	personas  map[string]*persona.Persona // by protocol
	services  []Service                   // with the addresses they got
	listeners []net.Listener
	web       *http.Server
	running   sync.WaitGroup // accepting and sessions
	workers   workers
	stop      chan struct{} // closed when the lab closes

	mine     sync.Mutex // guards what follows; it is taken last
	closed   bool
	sessions map[uint32]*session
	from     map[netip.Addr]int // connections by their client
	last     uint32
	past     []*record     // sessions that are over, the oldest first
	moved    chan struct{} // see moving; nil where nobody waits for that
}

// Start opens the doors of a lab. An [*OptionError] says which option cannot be; another error, which address cannot be
// had. Nothing is left open then.
func Start(o Options) (*Lab, error) {
	if len(o.Services) == 0 {
		return nil, optionError("every service is turned off: leave at least one its address")
	}
	for _, s := range o.Services {
		if err := checkAddress(s, o.AllowLAN); err != nil {
			return nil, err
		}
	}
	l, err := open(o)
	if err != nil {
		return nil, err
	}
	for _, s := range o.Services {
		ln, err := listen(s)
		if err != nil {
			l.closeListeners()
			return nil, errors.Join(err, l.disk.finish())
		}
		s.Address = ln.Addr().String()
		l.services, l.listeners = append(l.services, s), append(l.listeners, ln)
	}
	if l.page != nil {
		if err := l.openBridge(); err != nil {
			l.closeListeners()
			return nil, errors.Join(err, l.disk.finish())
		}
	}
	for i, s := range l.services {
		if s.Name == "http" {
			l.serveHTTP(l.listeners[i], o.AllowLAN)
			continue
		}
		d, _ := doorOf(s.Name)
		l.running.Add(1)
		go l.accept(d, l.listeners[i])
	}
	return l, nil
}

// open makes a lab without doors.
func open(o Options) (*Lab, error) {
	o.Limits = o.Limits.withDefaults()
	start := time.Now()
	def, err := o.definition(start.UTC())
	if err != nil {
		return nil, err
	}
	p, err := newPost(&o, def, start)
	if err != nil {
		return nil, errors.Join(err, p.disk.finish())
	}
	id, err := newIdentity(&o, def)
	if err != nil {
		return nil, errors.Join(err, p.disk.finish())
	}
	personas := map[string]*persona.Persona{}
	for _, who := range o.Personas {
		personas[who.Protocol] = who
	}
	return &Lab{post: p, personas: personas, identity: id, limits: o.Limits, log: o.Log, page: o.Page, stop: make(chan struct{}),
		workers: workers{next: make(chan *session)}, sessions: map[uint32]*session{}, from: map[netip.Addr]int{}}, nil
}

// Services lists the doors with the addresses at which they are.
func (l *Lab) Services() []Service { return l.services }

// Host is the name that the lab's servers give themselves.
func (l *Lab) Host() string { return l.host.Name }

// Authority is the certificate, in PEM, of the authority that signed the lab's own; clients that trust it trust the lab.
// It is nil where the lab shows certificates that the options name.
func (l *Lab) Authority() []byte { return l.identity.authority }

// Addresses lists the mail addresses of the users who can log in.
func (l *Lab) Addresses() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	var list []string
	for _, a := range l.host.Accounts() {
		if a.Password != "" {
			list = append(list, a.Address)
		}
	}
	return list
}

// Close takes no more clients, lets every session say goodbye, and after the grace time cuts off those that have not.
func (l *Lab) Close() {
	l.mine.Lock()
	if l.closed {
		l.mine.Unlock()
		return
	}
	l.closed = true
	close(l.stop)
	for _, s := range l.sessions {
		s.wake()
	}
	l.mine.Unlock()
	l.closeListeners()
	l.closeHTTP()

	done := make(chan struct{})
	go func() { l.running.Wait(); close(done) }()
	late := time.NewTimer(l.limits.Grace)
	defer late.Stop()
	select {
	case <-done:
	case <-late.C:
		l.mine.Lock()
		for _, s := range l.sessions {
			_ = s.raw.Close() // it ends because of that
		}
		l.mine.Unlock()
		<-done
	}
	if err := errors.Join(l.disk.keepTold(l.host), l.disk.finish()); err != nil {
		l.logf("the mail could not be closed: %v", err)
	}
}

func (l *Lab) closeListeners() {
	for _, ln := range l.listeners {
		_ = ln.Close() // of no use to anybody any more
	}
}

// accept takes the clients of one service until its listener is closed.
func (l *Lab) accept(d Door, ln net.Listener) {
	defer l.running.Done()
	for pause := time.Duration(0); ; {
		conn, err := ln.Accept()
		if err == nil {
			pause = 0
			l.admit(d, conn)
			continue
		}
		// Out of descriptors, as a rule: some come back when sessions end.
		if pause = min(max(2*pause, 5*time.Millisecond), time.Second); pause == time.Second {
			l.logf("%s: no client can be taken for the moment: %v", d.Name, err)
		}
		select {
		case <-l.stop:
			return
		case <-time.After(pause):
		}
	}
}

// admit begins a session, or sends the client away where there are too many.
func (l *Lab) admit(d Door, conn net.Conn) {
	client := clientOf(conn)
	now := l.now()

	l.mine.Lock()
	full := l.closed || len(l.sessions) >= l.limits.Connections || l.from[client.Addr()] >= l.limits.PerAddress
	if full {
		l.mine.Unlock()
		l.turnAway(d, conn)
		return
	}
	l.last++
	s := &session{lab: l, id: l.last, raw: conn, conn: conn, socket: socketOf(conn), door: d, split: d.Protocol != "smtp",
		record: newRecord(l.last, d.Name, l.service(d), client.String(), now, l.faults)}
	if s.socket != nil {
		s.raw, s.conn = s.socket, s.socket
	}
	l.sessions[s.id] = s
	l.from[client.Addr()]++
	l.running.Add(1)
	l.move()
	l.mine.Unlock()
	l.workers.serve(s, l.stop)
}

// server makes the machine of a session. info is of the TLS that the connection began with.
func (l *Lab) server(d Door, conn net.Conn, info machine.TLSInfo) (m daemon.Server) {
	l.do(func(env daemon.Env, h *daemon.Host) {
		m = h.Serve(env, l.service(d), daemon.Client{Address: clientOf(conn).Addr().String(), Port: int(clientOf(conn).Port()), Compress: true}, info)
	})
	return m
}

// service is what a door serves, with the persona of its protocol.
func (l *Lab) service(d Door) world.Service {
	s := d.service
	if p := l.personas[d.Protocol]; p != nil {
		s.Persona = p
	}
	return s
}

// turnAway says in the place of the greeting that there is no service, where that can be said without a handshake. The
// text fits into any socket's buffer.
func (l *Lab) turnAway(d Door, conn net.Conn) {
	if d.service.TLS != world.ImplicitTLS {
		m := l.server(d, conn, machine.TLSInfo{})
		m.Output() // the greeting
		m.Shutdown(l.now())
		_ = conn.SetWriteDeadline(time.Now().Add(100 * time.Millisecond)) // a client that is gone hears nothing
		_, _ = conn.Write(m.Output())
	}
	_ = conn.Close()
}

// over takes a session off the list.
func (l *Lab) over(s *session, reason, detail string) {
	s.record.close(l.now(), reason, detail)
	l.mine.Lock()
	delete(l.sessions, s.id)
	client := clientOf(s.raw).Addr()
	if l.from[client]--; l.from[client] == 0 {
		delete(l.from, client)
	}
	if !s.unwanted {
		l.past = append(l.past, s.record)
	}
	l.move()
	if n := len(l.past) - keptSessions; n > 0 {
		l.past[0] = nil
		l.past = l.past[n:]
	}
	l.mine.Unlock()
	l.running.Done()
}

// move lets those know who await a session; mine is held.
func (l *Lab) move() {
	if l.moved != nil {
		close(l.moved)
		l.moved = nil
	}
}

// moving is closed when a session has begun or is over; mine is held.
func (l *Lab) moving() <-chan struct{} {
	if l.moved == nil {
		l.moved = make(chan struct{})
	}
	return l.moved
}

// clientOf is the address of who is at the other end.
func clientOf(conn net.Conn) netip.AddrPort {
	a, _ := conn.RemoteAddr().(*net.TCPAddr)
	if a == nil {
		return netip.AddrPort{}
	}
	p := a.AddrPort()
	return netip.AddrPortFrom(p.Addr().Unmap(), p.Port())
}

func (l *Lab) logf(format string, args ...any) {
	if l.log != nil {
		l.log(fmt.Sprintf(format, args...))
	}
}
