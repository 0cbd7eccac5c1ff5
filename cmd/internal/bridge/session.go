package bridge

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/netip"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"ehlo/cmd/internal/peer"
)

// Times of a session.
const (
	helloTime  = 5 * time.Second  // for the page to say where it wants to go
	lookUpTime = 5 * time.Second  // for the name servers
	dialTime   = 10 * time.Second // for the server to answer
	tlsTime    = 10 * time.Second // for a handshake
	stallTime  = 30 * time.Second // for the page to take what it is sent, and for the server
	bufferSize = 16 << 10         // octets that are read from a server at once
	maxHello   = 4 << 10
)

// hello is the page's first message.
type hello struct {
	Ticket string `json:"ticket"`
	Host   string `json:"host"`
	Port   int    `json:"port"`
	TLS    bool   `json:"tls"` // from the first octet
}

// control is a later message of the page that is not octets for the server: one of its fields is set.
type control struct {
	StartTLS bool `json:"startTLS"`
	Finish   bool `json:"finish"` // close the page's direction, and go on listening
}

// notice is what the bridge tells the page besides the server's octets; one field is set, or Connected with TLS.
type notice struct {
	Connected *connected `json:"connected,omitempty"`
	TLS       *peer.Info `json:"tls,omitempty"`
	Closed    *Refusal   `json:"closed,omitempty"`
}

type connected struct {
	Host     string `json:"host"`
	Address  string `json:"address"`
	Protocol string `json:"protocol"`
}

// session is one connection of a learner.
type session struct {
	bridge *Bridge
	socket socket
	entry  entry // for the audit log
	target *Target
	host   string
	gate   *gate // nil where recipients are free
	meter  meter
	idle   *time.Timer
	ended  bool // the page's direction is closed; known to upward alone

	running sync.WaitGroup // upward and downward

	mu      sync.Mutex // guards what follows and writes to the socket
	conn    net.Conn
	upgrade chan struct{} // closed when the handshake that the page asked for is over; nil for none
	up      atomic.Int64
	down    atomic.Int64
}

// serve carries one connection from the page's first message to its end. The caller has checked the origin.
func (s *session) serve(ctx context.Context, origin string) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	reason := s.open(ctx, origin)
	if reason == nil {
		reason = s.relay(ctx)
	}
	// The last word comes before anything is closed: the library closes a socket whose reading is cancelled.
	late, done := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	_ = s.tell(late, notice{Closed: reason}) // a page that is gone hears nothing
	done()
	if conn := s.connection(); conn != nil {
		_ = conn.Close()
	}
	if reason.ID == refused+"shutdown" || reason.ID == refused+"stalled" {
		s.socket.cut()
	} else {
		s.socket.close()
	}
	cancel()
	s.running.Wait()
	s.entry.Up, s.entry.Down, s.entry.End = s.up.Load(), s.down.Load(), reason.ID[len(refused):]
	s.bridge.audit.write(&s.entry)
}

// open checks the page's wish and connects. Nothing is sent anywhere before all of it is found to be allowed.
func (s *session) open(ctx context.Context, origin string) *Refusal {
	h, refusal := s.hello(ctx)
	<-s.bridge.waiting
	if refusal != nil {
		return refusal
	}
	c, refusal := s.bridge.signer.spend(h.Ticket, origin)
	if refusal != nil {
		return refusal
	}
	s.entry.Room, s.entry.Learner, s.entry.Host, s.entry.Port, s.entry.TLS = c.Room, c.Learner, printable(h.Host), h.Port, h.TLS
	if refusal := s.choose(h); refusal != nil {
		return refusal
	}
	if refusal := s.bridge.learners.enter(c.Learner); refusal != nil {
		return refusal
	}
	s.entry.counted = c.Learner
	address, refusal := s.bridge.resolve(ctx, s.target, h.Host, h.Port)
	if refusal != nil {
		return refusal
	}
	s.entry.Address = address.String()
	dialing, cancel := context.WithTimeout(ctx, dialTime)
	defer cancel()
	conn, err := s.bridge.dial(dialing, address)
	if err != nil {
		return refuse("no-answer", "host", h.Host, "address", address.String())
	}
	s.conn = conn
	var info *peer.Info
	if h.TLS {
		i, refusal := s.handshake(ctx)
		if info = &i; refusal != nil {
			_ = s.tell(ctx, notice{TLS: info})
			return refusal
		}
	}
	if s.tell(ctx, notice{Connected: &connected{h.Host, address.String(), s.target.Protocol}, TLS: info}) != nil {
		return refuse("stalled")
	}
	return nil
}

// hello waits for the page's first message.
func (s *session) hello(ctx context.Context) (hello, *Refusal) {
	type message struct {
		text bool
		p    []byte
		err  error
	}
	var h hello
	said := make(chan message, 1)
	s.running.Add(1)
	go func() { // a reading that is cancelled would close the socket before the page is told why
		defer s.running.Done()
		text, p, err := s.socket.read(ctx)
		said <- message{text, p, err}
	}()
	late := time.NewTimer(helloTime)
	defer late.Stop()
	select {
	case <-late.C:
		return h, refuse("slow")
	case <-ctx.Done():
		return h, refuse("shutdown")
	case m := <-said:
		switch {
		case errors.Is(m.err, errTooLong):
			return h, refuse("frame")
		case m.err != nil || !m.text || len(m.p) > maxHello || json.Unmarshal(m.p, &h) != nil:
			return h, refuse("request")
		}
	}
	return h, nil
}

// choose finds the target, or says why there is none.
func (s *session) choose(h hello) *Refusal {
	if h.Port < 1 || h.Port > 65535 {
		return refuse("port", "port", strconv.Itoa(h.Port))
	}
	if _, ok := parseAddress(h.Host); !ok && !isName(h.Host) {
		return refuse("host", "host", printable(h.Host))
	}
	t, named := s.bridge.config.find(h.Host, h.Port)
	switch {
	case t == nil && !named:
		return refuse("not-named", "host", h.Host)
	case t == nil:
		return refuse("port-not-named", "host", h.Host, "port", strconv.Itoa(h.Port))
	}
	s.target, s.host = t, h.Host
	if t.Protocol == "smtp" && t.Recipients[0] != "*" {
		s.gate = newGate(t.Recipients)
	}
	return nil
}

// handshake begins TLS on the connection.
func (s *session) handshake(ctx context.Context) (peer.Info, *Refusal) {
	ctx, cancel := context.WithTimeout(ctx, tlsTime)
	defer cancel()
	conn, info, err := peer.Handshake(ctx, s.conn, peer.Options{Name: s.host, Roots: s.target.roots, Insecure: s.target.Insecure})
	if errors.Is(err, peer.ErrCertificate) {
		return info, refuse("certificate", "host", s.host, "problem", info.Problem)
	} else if err != nil {
		return info, refuse("handshake", "host", s.host)
	}
	s.mu.Lock()
	s.conn = conn
	s.mu.Unlock()
	s.entry.TLS = true
	return info, nil
}

// relay carries octets in both directions until one side ends or a limit is reached.
func (s *session) relay(ctx context.Context) *Refusal {
	l := s.bridge.config.Limits
	s.meter = meter{rate: l.Rate, most: l.Octets, at: time.Now()}
	ends := make(chan *Refusal, 6) // the first one counts
	s.idle = time.AfterFunc(l.Idle, func() { ends <- refuse("idle") })
	defer s.idle.Stop()
	over := time.AfterFunc(l.Duration, func() { ends <- refuse("duration") })
	defer over.Stop()
	s.running.Add(2)
	go func() { defer s.running.Done(); ends <- s.upward(ctx) }()
	go func() { defer s.running.Done(); ends <- s.downward(ctx) }()
	select {
	case reason := <-ends:
		return reason
	case <-ctx.Done():
		return refuse("shutdown")
	}
}

// upward carries the page's octets to the server.
func (s *session) upward(ctx context.Context) *Refusal {
	for {
		text, p, err := s.socket.read(ctx)
		if errors.Is(err, errTooLong) {
			return refuse("frame")
		} else if err != nil {
			return refuse("closed-by-page")
		}
		s.idle.Reset(s.bridge.config.Limits.Idle)
		if text {
			if refusal := s.obey(ctx, p); refusal != nil {
				return refusal
			}
			continue
		}
		if s.ended {
			return refuse("request")
		}
		if refusal := s.meter.pass(ctx, len(p)); refusal != nil {
			return refusal
		}
		var stop *Refusal
		if s.gate != nil {
			s.mu.Lock()
			p, stop = s.gate.pass(p)
			s.mu.Unlock()
		}
		conn := s.connection()
		if conn.SetWriteDeadline(time.Now().Add(stallTime)) != nil {
			return refuse("closed-by-server")
		}
		n, err := conn.Write(p)
		s.up.Add(int64(n))
		if stop != nil {
			return stop
		}
		if err != nil {
			return refuse("cut-by-server")
		}
	}
}

// obey does what a control message asks for.
func (s *session) obey(ctx context.Context, p []byte) *Refusal {
	var c control
	switch err := json.Unmarshal(p, &c); {
	case err != nil || c.StartTLS == c.Finish || s.ended:
		return refuse("request")
	case c.StartTLS:
		return s.startTLS(ctx)
	}
	s.ended = true
	half, ok := s.connection().(interface{ CloseWrite() error }) // of TCP and of TLS
	if !ok || half.CloseWrite() != nil {
		return refuse("cut-by-server")
	}
	return nil
}

func (s *session) connection() net.Conn {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.conn
}

// startTLS asks downward, which reads the connection, to begin the handshake, and waits for its end.
func (s *session) startTLS(ctx context.Context) *Refusal {
	if s.entry.TLS {
		return refuse("tls-twice")
	}
	done := make(chan struct{})
	s.mu.Lock()
	s.upgrade = done
	err := s.conn.SetReadDeadline(time.Now()) // wakes it up
	s.mu.Unlock()
	if err != nil {
		return refuse("closed-by-server")
	}
	select {
	case <-done:
	case <-ctx.Done():
	}
	return nil
}

// downward carries the server's octets to the page, and begins TLS where the page asked for it.
func (s *session) downward(ctx context.Context) *Refusal {
	p := make([]byte, bufferSize)
	for {
		n, err := s.connection().Read(p)
		if n > 0 {
			s.down.Add(int64(n))
			s.idle.Reset(s.bridge.config.Limits.Idle)
			if refusal := s.meter.pass(ctx, n); refusal != nil {
				return refusal
			}
			if s.send(ctx, p[:n]) != nil {
				return refuse("stalled")
			}
		}
		s.mu.Lock()
		upgrade := s.upgrade
		s.upgrade = nil
		s.mu.Unlock()
		switch {
		case upgrade != nil:
			if refusal := s.secure(ctx, upgrade); refusal != nil {
				return refusal
			}
		case errors.Is(err, io.EOF):
			return refuse("closed-by-server")
		case err != nil:
			return refuse("cut-by-server")
		}
	}
}

// secure does the handshake that upward waits for.
func (s *session) secure(ctx context.Context, done chan struct{}) *Refusal {
	defer close(done)
	if s.conn.SetReadDeadline(time.Time{}) != nil {
		return refuse("closed-by-server")
	}
	info, refusal := s.handshake(ctx)
	if s.tell(ctx, notice{TLS: &info}) != nil && refusal == nil {
		return refuse("stalled")
	}
	if s.gate != nil {
		s.mu.Lock()
		s.gate.reset()
		s.mu.Unlock()
	}
	return refusal
}

// send passes the server's octets on.
func (s *session) send(ctx context.Context, p []byte) error {
	if s.gate != nil {
		s.mu.Lock()
		s.gate.heard(p)
		s.mu.Unlock()
	}
	ctx, cancel := context.WithTimeout(ctx, stallTime)
	defer cancel()
	return s.socket.write(ctx, false, p)
}

// tell sends a notice to the page.
func (s *session) tell(ctx context.Context, n notice) error {
	p, err := json.Marshal(n)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, stallTime)
	defer cancel()
	return s.socket.write(ctx, true, p)
}

// resolve finds the address to dial: the first that the target may be at, of those that the name has now. It is the
// address that is dialled, so that another answer later leads nowhere.
func (b *Bridge) resolve(ctx context.Context, t *Target, host string, port int) (netip.AddrPort, *Refusal) {
	list := []netip.Addr{}
	if a, ok := parseAddress(host); ok {
		list = append(list, a)
	} else {
		ctx, cancel := context.WithTimeout(ctx, lookUpTime)
		defer cancel()
		found, err := b.lookUp(ctx, host)
		if err != nil || len(found) == 0 {
			return netip.AddrPort{}, refuse("unknown-host", "host", host)
		}
		list = found
	}
	for _, a := range list {
		a = a.Unmap()
		if t.allows(a) && (t.usual(port) || t.names(a)) {
			return netip.AddrPortFrom(a, uint16(port)), nil
		}
	}
	return netip.AddrPort{}, refuse("address", "host", host, "address", list[0].String())
}
