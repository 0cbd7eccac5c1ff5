package bridge

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"ehlo/cmd/internal/peer"
)

// The paths below which a bridge answers.
const (
	Path        = "/bridge/v1/"
	ticketPath  = Path + "ticket"
	connectPath = Path + "connect"
)

// Options are what a bridge is made of.
type Options struct {
	Config  *Config
	Dir     string         // where the files are that the configuration names
	Key     []byte         // signs tokens, 32 octets at least; instances behind one balancer share it
	Proxies []netip.Prefix // whose X-Forwarded-For is believed
	Audit   io.Writer      // nil writes nothing

	// LookUp and Dial are those of this machine unless a test has its own.
	LookUp func(ctx context.Context, host string) ([]netip.Addr, error)
	Dial   func(ctx context.Context, to netip.AddrPort) (net.Conn, error)
}

// Bridge connects pages to servers. It is an [http.Handler] for everything below [Path].
type Bridge struct {
	config   *Config
	proxies  []netip.Prefix
	signer   *signer
	learners *learners
	audit    audit
	lookUp   func(ctx context.Context, host string) ([]netip.Addr, error)
	dial     func(ctx context.Context, to netip.AddrPort) (net.Conn, error)

	ctx     context.Context // ends with Close
	cancel  context.CancelFunc
	running sync.WaitGroup
	waiting chan struct{} // a place for each socket that has not said hello
}

// maxWaiting is how many sockets may be open whose page has not yet shown a ticket.
const maxWaiting = 64

// New makes a bridge.
func New(o Options) (*Bridge, error) {
	if len(o.Key) < 32 {
		return nil, errors.New("the key that signs tokens has fewer than 32 octets")
	}
	for i := range o.Config.Targets {
		t := &o.Config.Targets[i]
		if t.CA == "" {
			continue
		}
		name := t.CA
		if !filepath.IsAbs(name) {
			name = filepath.Join(o.Dir, name)
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("the certificates of a target: %w", err)
		}
		if t.roots, err = peer.Roots(text); err != nil {
			return nil, fmt.Errorf("%s holds %w", name, err)
		}
	}
	b := &Bridge{config: o.Config, proxies: o.Proxies, signer: newSigner(o.Key), learners: newLearners(o.Config.Limits),
		audit: audit{w: o.Audit}, lookUp: o.LookUp, dial: o.Dial, waiting: make(chan struct{}, maxWaiting)}
	if b.lookUp == nil {
		b.lookUp = func(ctx context.Context, host string) ([]netip.Addr, error) {
			return net.DefaultResolver.LookupNetIP(ctx, "ip", host)
		}
	}
	if b.dial == nil {
		b.dial = func(ctx context.Context, to netip.AddrPort) (net.Conn, error) {
			var d net.Dialer
			return d.DialContext(ctx, "tcp", to.String())
		}
	}
	b.ctx, b.cancel = context.WithCancel(context.Background())
	return b, nil
}

// Close ends all connections and waits until they have.
func (b *Bridge) Close() {
	b.cancel()
	b.running.Wait()
}

// Invite makes an invitation to a room, which pages turn into tickets until its life is over, a week at most.
func (b *Bridge) Invite(room string, life time.Duration) string {
	return b.signer.make(claims{Kind: kindInvite, Room: room}, min(life, maxInvite))
}

// InviteURL is the link with which a page at an address takes up an invitation. It is in the fragment, which browsers send
// to nobody.
func InviteURL(page, invite string) string {
	return strings.TrimSuffix(page, "/") + "/#bridge=" + invite
}

// Pages lists the addresses of pages elsewhere that may use the bridge.
func (b *Bridge) Pages() []string {
	pages := make([]string, len(b.config.Origins))
	for i, origin := range b.config.Origins {
		pages[i] = origin + "/"
	}
	return pages
}

// ServeHTTP answers requests below [Path].
func (b *Bridge) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	origin, refusal := b.origin(r)
	switch {
	case refusal != nil:
		answer(w, http.StatusForbidden, refusal)
	case r.URL.Path == ticketPath && r.Method == http.MethodPost:
		b.ticket(w, r, origin)
	case r.URL.Path == connectPath && r.Method == http.MethodGet:
		b.connect(w, r, origin)
	default:
		answer(w, http.StatusNotFound, refuse("request"))
	}
}

func answer(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // a client that is gone hears nothing
}

// origin is the page that asks, where it may. The page that this program serves may, if it was reached by an address or
// as localhost: another name might be one that somebody made lead here.
func (b *Bridge) origin(r *http.Request) (string, *Refusal) {
	origin := strings.ToLower(r.Header.Get("Origin"))
	if len(r.Header.Values("Origin")) != 1 || !isOrigin(origin) {
		return "", refuse("origin", "origin", printable(origin))
	}
	u, err := url.Parse(origin)
	if err == nil && (slices.Contains(b.config.Origins, origin) || u.Host == strings.ToLower(r.Host) && isOwn(u.Hostname())) {
		return origin, nil
	}
	return "", refuse("origin", "origin", printable(origin))
}

// isOwn says whether a host is an address or localhost.
func isOwn(host string) bool {
	_, ok := parseAddress(host)
	return ok || host == "localhost"
}

// ticket gives a page a ticket for one connection, and tells what can be reached.
func (b *Bridge) ticket(w http.ResponseWriter, r *http.Request, origin string) {
	var wish struct {
		Invite string `json:"invite"`
	}
	if json.NewDecoder(http.MaxBytesReader(w, r.Body, maxHello)).Decode(&wish) != nil {
		answer(w, http.StatusBadRequest, refuse("request"))
		return
	}
	c, refusal := b.signer.check(wish.Invite, kindInvite)
	if refusal != nil {
		answer(w, http.StatusUnauthorized, refusal)
		return
	}
	type target struct {
		Hosts      []string `json:"hosts"`
		Ports      []int    `json:"ports"`
		TLS        []int    `json:"tls,omitempty"` // those where TLS begins with the first octet
		Protocol   string   `json:"protocol"`
		Recipients []string `json:"recipients,omitempty"`
	}
	targets := make([]target, len(b.config.Targets))
	for i, t := range b.config.Targets {
		targets[i] = target{t.Hosts, t.Ports, t.implicitPorts(), t.Protocol, t.Recipients}
	}
	learner := claims{Kind: kindTicket, Room: c.Room, Learner: b.client(r).String(), Origin: origin}
	answer(w, http.StatusOK, struct {
		Ticket  string   `json:"ticket"`
		Room    string   `json:"room"`
		Targets []target `json:"targets"`
	}{b.signer.make(learner, ticketLife), c.Room, targets})
}

// implicitPorts are the target's ports where TLS begins with the first octet (RFC 8314 §3).
func (t *Target) implicitPorts() []int {
	ports := t.implicit
	for _, p := range []int{465, 993, 995} {
		if slices.Contains(t.Ports, p) {
			ports = append(ports, p)
		}
	}
	return ports
}

// client is the address of who asks: an IPv6 host by its network of 64 bits, since one host has all of that.
func (b *Bridge) client(r *http.Request) netip.Addr {
	from, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	a := from.Addr().Unmap()
	forwarded := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for slices.ContainsFunc(b.proxies, func(p netip.Prefix) bool { return p.Contains(a) }) && len(forwarded) > 0 {
		last, err := netip.ParseAddr(strings.TrimSpace(forwarded[len(forwarded)-1]))
		if err != nil {
			break
		}
		a, forwarded = last.Unmap(), forwarded[:len(forwarded)-1]
	}
	if a.Is6() {
		if p, err := a.WithZone("").Prefix(64); err == nil {
			return p.Addr()
		}
	}
	return a
}

// connect carries one connection.
func (b *Bridge) connect(w http.ResponseWriter, r *http.Request, origin string) {
	select {
	case b.waiting <- struct{}{}:
	default:
		answer(w, http.StatusServiceUnavailable, refuse("full"))
		return
	}
	client := b.client(r)
	u, _ := url.Parse(origin) // it was parsed before
	socket, err := accept(w, r, u.Host)
	if err != nil {
		<-b.waiting
		return
	}
	b.running.Add(1)
	defer b.running.Done()
	s := &session{bridge: b, socket: socket, entry: entry{Begin: time.Now(), Client: client.String()}}
	s.serve(b.ctx, origin)
	if s.entry.counted != "" {
		b.learners.leave(s.entry.counted)
	}
}
