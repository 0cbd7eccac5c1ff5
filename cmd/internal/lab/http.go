package lab

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"ehlo/cmd/internal/bridge"
	"ehlo/sim/world"
)

//go:embed openapi.json
var openAPI []byte

// route is one operation of the interface for test suites, as openapi.json describes it.
type route struct {
	method, path string
	serve        func(*Lab, http.ResponseWriter, *http.Request) error
}

func routes() []route {
	return []route{
		{"GET", "/api/v1/openapi.json", (*Lab).getDescription},
		{"GET", "/api/v1/ca.pem", (*Lab).getAuthority},
		{"GET", "/api/v1/lab", (*Lab).getLab},
		{"GET", "/api/v1/live", (*Lab).getLive},
		{"GET", "/api/v1/messages", (*Lab).listMessages},
		{"DELETE", "/api/v1/messages", (*Lab).deleteMessages},
		{"GET", "/api/v1/messages/await", (*Lab).awaitMessage},
		{"GET", "/api/v1/messages/{id}", (*Lab).getMessage},
		{"DELETE", "/api/v1/messages/{id}", (*Lab).deleteMessage},
		{"GET", "/api/v1/messages/{id}/raw", (*Lab).getRawMessage},
		{"GET", "/api/v1/sessions", (*Lab).listSessions},
		{"DELETE", "/api/v1/sessions", (*Lab).deleteSessions},
		{"GET", "/api/v1/sessions/await", (*Lab).awaitSession},
		{"GET", "/api/v1/sessions/{id}", (*Lab).getSession},
		{"DELETE", "/api/v1/sessions/{id}", (*Lab).deleteSession},
		{"GET", "/api/v1/faults", (*Lab).listFaults},
		{"POST", "/api/v1/faults", (*Lab).addFault},
		{"DELETE", "/api/v1/faults", (*Lab).deleteFaults},
		{"DELETE", "/api/v1/faults/{id}", (*Lab).deleteFault},
	}
}

// How long a client of the interface may take for an answer, once there is one, and for a body. There is no limit on the
// whole request: it would end a long wait for a message.
const (
	httpWrite = time.Minute
	httpBody  = 10 * time.Second
)

// handler is the interface for test suites.
func (l *Lab) handler(allowLAN bool) http.Handler {
	mux := http.NewServeMux()
	for _, r := range routes() {
		mux.HandleFunc(r.method+" "+r.path, func(w http.ResponseWriter, req *http.Request) {
			defer l.survive(w, req)
			var p *problem
			var full errDisk
			err := r.serve(l, w, req)
			if errors.As(err, &full) {
				err = fault(http.StatusInsufficientStorage, "It cannot be kept: "+full.Error()+".")
			}
			if errors.As(err, &p) {
				p.write(w)
			} else if err != nil && req.Context().Err() == nil {
				l.logf("http: %s %s: %v", req.Method, req.URL.Path, err)
			}
		})
	}
	if l.bridge != nil {
		mux.Handle("GET "+bridge.Path, l.bridge)
		mux.Handle("POST "+bridge.Path, l.bridge)
	}
	if l.page != nil {
		mux.Handle("GET /", l.page)
		mux.HandleFunc("GET /{$}", l.getPage)
	}
	return guard(mux, allowLAN)
}

// getPage shows the live view to whoever asks for nothing else.
func (l *Lab) getPage(w http.ResponseWriter, r *http.Request) {
	if r.URL.RawQuery == "" {
		http.Redirect(w, r, "/?live", http.StatusFound)
		return
	}
	l.page.ServeHTTP(w, r)
}

// survive keeps a defect to the request that meets it.
func (l *Lab) survive(w http.ResponseWriter, r *http.Request) {
	if v := recover(); v != nil {
		l.logf("http: %s %s broke: %v (%s)", r.Method, r.URL.Path, v, culprit())
		(&problem{http.StatusInternalServerError, "Internal Server Error", "The lab has a defect; its log says where."}).write(w)
	}
}

// problem is an answer that something cannot be done (RFC 9457).
type problem struct {
	Status int    `json:"status"`
	Title  string `json:"title"`
	Detail string `json:"detail"`
}

func (p *problem) Error() string { return p.Detail }

func fault(status int, detail string) error {
	return &problem{status, http.StatusText(status), detail}
}

func (p *problem) write(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(p) // a client that is gone reads nothing
}

func writeJSON(w http.ResponseWriter, v any) error { return writeStatus(w, http.StatusOK, v) }

func writeStatus(w http.ResponseWriter, status int, v any) error {
	limit(w)
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

// limit lets the client take its time for an answer, and no longer.
func limit(w http.ResponseWriter) {
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(httpWrite)) // recorders in tests have no deadlines
}

func (l *Lab) getDescription(w http.ResponseWriter, _ *http.Request) error {
	limit(w)
	w.Header().Set("Content-Type", "application/json")
	_, err := w.Write(openAPI)
	return err
}

// serviceJSON is a service of the lab.
type serviceJSON struct {
	Name     string `json:"name"`
	Protocol string `json:"protocol"`
	Address  string `json:"address"`
	TLS      string `json:"tls"`
	About    string `json:"about"`
}

// getLab tells what the lab is and where it listens.
func (l *Lab) getLab(w http.ResponseWriter, _ *http.Request) error {
	answer := struct {
		Host     string        `json:"host"`
		Users    []string      `json:"users"`
		Services []serviceJSON `json:"services"`
		Bridge   string        `json:"bridge,omitempty"`
	}{Host: l.Host(), Users: l.Addresses(), Services: []serviceJSON{}}
	if l.bridge != nil {
		answer.Bridge = l.bridge.Invite("lab", bridgeLife)
	}
	for _, s := range l.services {
		d, _ := doorOf(s.Name)
		tls := map[world.TLSMode]string{world.NoTLS: "none", world.StartTLS: "starttls", world.ImplicitTLS: "implicit"}[d.service.TLS]
		answer.Services = append(answer.Services, serviceJSON{s.Name, d.Protocol, s.Address, tls, d.About})
	}
	return writeJSON(w, answer)
}

// bridgeLife is how long an invitation to the lab's bridge is good. The page that shows it asks for another.
const bridgeLife = 8 * time.Hour

// openBridge lets the page talk to the lab's doors, and to nothing else.
func (l *Lab) openBridge() error {
	var doors []bridge.Door
	for _, s := range l.services {
		if d, _ := doorOf(s.Name); s.Name != "http" {
			doors = append(doors, bridge.Door{Protocol: d.Protocol, Address: s.Address, TLS: d.service.TLS == world.ImplicitTLS})
		}
	}
	b, err := bridge.Local(doors, l.identity.authority)
	l.bridge = b
	return err
}

// getAuthority gives what a client has to trust.
func (l *Lab) getAuthority(w http.ResponseWriter, _ *http.Request) error {
	if l.identity.authority == nil {
		return fault(http.StatusNotFound, "The lab shows certificates of your own: -cert names them.")
	}
	limit(w)
	w.Header().Set("Content-Type", "application/x-pem-file")
	_, err := w.Write(l.identity.authority)
	return err
}

// guard keeps other sites' pages out: a browser that was led to the lab by a name that is none of its own (DNS
// rebinding), and scripts of another origin.
func guard(next http.Handler, allowLAN bool) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Cache-Control", "no-store")
		h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		var p *problem
		switch {
		case !ownName(r.Host, allowLAN):
			p = &problem{http.StatusMisdirectedRequest, "Misdirected Request",
				"The lab answers to localhost and to addresses, not to " + r.Host + ": use http://127.0.0.1 with its port."}
		case foreign(r):
			p = &problem{http.StatusForbidden, "Forbidden", "Pages of another origin may not use the lab."}
		}
		if p != nil {
			p.write(w)
			return
		}
		if r.ContentLength != 0 { // a body that never comes must not hold the connection
			_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(httpBody))
		}
		next.ServeHTTP(w, r)
	})
}

// ownName says whether a Host field names the lab: nobody can make a foreign name of localhost or of an address.
func ownName(host string, allowLAN bool) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	host = strings.ToLower(host)
	if host == "localhost" {
		return true
	}
	a, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return err == nil && (allowLAN || a.Unmap().IsLoopback())
}

// foreign says that a browser sends the request for a page of another origin.
func foreign(r *http.Request) bool {
	switch r.Header.Get("Sec-Fetch-Site") {
	case "", "none", "same-origin":
	default:
		return true
	}
	origin := r.Header.Get("Origin")
	if origin == "" {
		return false
	}
	u, err := url.Parse(origin)
	return err != nil || u.Scheme != "http" || !strings.EqualFold(u.Host, r.Host)
}

// serveHTTP begins to serve the interface.
func (l *Lab) serveHTTP(ln net.Listener, allowLAN bool) {
	ctx, cancel := context.WithCancel(context.Background())
	server := &http.Server{Handler: l.handler(allowLAN), ReadHeaderTimeout: 10 * time.Second,
		IdleTimeout: time.Minute, MaxHeaderBytes: 16 << 10, BaseContext: func(net.Listener) context.Context { return ctx }}
	server.RegisterOnShutdown(cancel)
	l.web = server
	l.running.Add(1)
	go func() {
		defer l.running.Done()
		_ = server.Serve(&bounded{Listener: ln, most: int64(l.limits.HTTP)}) // it ends when the lab closes
	}()
}

func (l *Lab) closeHTTP() {
	if l.bridge != nil {
		l.bridge.Close()
	}
	if l.web == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), l.limits.Grace)
	defer cancel()
	if l.web.Shutdown(ctx) != nil {
		_ = l.web.Close() // whoever has not finished by now is cut off
	}
}

// bounded is a listener that closes the connections that are too many.
type bounded struct {
	net.Listener
	open atomic.Int64
	most int64
}

// Accept waits for the next connection that is not too many.
func (b *bounded) Accept() (net.Conn, error) {
	for {
		c, err := b.Listener.Accept()
		if err != nil {
			return nil, err
		}
		if b.open.Add(1) <= b.most {
			return &counted{Conn: c, open: &b.open}, nil
		}
		b.open.Add(-1)
		_ = c.Close()
	}
}

type counted struct {
	net.Conn
	open *atomic.Int64
	gone atomic.Bool
}

// Close gives the place to another connection.
func (c *counted) Close() error {
	if !c.gone.Swap(true) {
		c.open.Add(-1)
	}
	return c.Conn.Close()
}
