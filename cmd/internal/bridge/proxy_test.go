package bridge

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/netip"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"nhooyr.io/websocket"
)

// TestBehindABalancer has two instances with one key behind a web server with TLS, which sends each request to the next.
func TestBehindABalancer(t *testing.T) {
	port := tcp(t, echo)
	var logs [2]syncBuffer
	var backends []*url.URL
	var configs []*Config
	for i := range logs {
		config, err := Parse("bridge.toml", fmt.Appendf(nil, "[[target]]\nprotocol = \"imap\"\nhosts = [\"127.0.0.1\"]\nnetworks = [\"127.0.0.1\"]\nports = [%d]\n", port))
		if err != nil {
			t.Fatal(err)
		}
		b, err := New(Options{Config: config, Key: bytes.Repeat([]byte("k"), 32), Audit: &logs[i], Proxies: []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}})
		if err != nil {
			t.Fatal(err)
		}
		s := httptest.NewServer(b)
		configs = append(configs, config)
		t.Cleanup(func() { s.Close(); b.Close() })
		u, _ := url.Parse(s.URL)
		backends = append(backends, u)
	}
	var turn atomic.Int32
	balancer := httptest.NewTLSServer(&httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(backends[int(turn.Add(1))%len(backends)])
		r.Out.Host = r.In.Host
		r.Out.Header.Set("X-Forwarded-For", "198.51.100.7")
	}})
	t.Cleanup(balancer.Close)
	origin := balancer.URL
	for _, config := range configs {
		config.Origins = []string{origin} // it is known now; nobody has asked yet
	}
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	invite := newSigner(bytes.Repeat([]byte("k"), 32)).make(claims{Kind: kindInvite, Room: "7b"}, time.Hour)
	join := func(ticket string) (*websocket.Conn, notice, string) {
		t.Helper()
		if ticket == "" {
			r, _ := http.NewRequestWithContext(ctx, "POST", balancer.URL+ticketPath, strings.NewReader(fmt.Sprintf("{\"invite\":%q}", invite)))
			r.Header.Set("Origin", origin)
			resp, err := balancer.Client().Do(r)
			if err != nil {
				t.Fatal(err)
			}
			defer resp.Body.Close()
			var pass struct{ Ticket string }
			if err := json.NewDecoder(resp.Body).Decode(&pass); err != nil || pass.Ticket == "" {
				t.Fatalf("no ticket: %v", err)
			}
			ticket = pass.Ticket
		}
		c, _, err := websocket.Dial(ctx, balancer.URL+connectPath, &websocket.DialOptions{HTTPHeader: http.Header{"Origin": {origin}},
			Subprotocols: []string{subprotocol}, HTTPClient: balancer.Client()})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = c.CloseNow() })
		text, _ := json.Marshal(hello{Ticket: ticket, Host: "127.0.0.1", Port: port})
		if err := c.Write(ctx, websocket.MessageText, text); err != nil {
			t.Fatal(err)
		}
		var n notice
		if _, p, err := c.Read(ctx); err != nil || json.Unmarshal(p, &n) != nil {
			t.Fatalf("the bridge says %s, %v", p, err)
		}
		return c, n, ticket
	}
	// The ticket of one instance is good at the other, and once at each.
	c, n, ticket := join("")
	if n.Connected == nil {
		t.Fatalf("a ticket of the other instance: %+v", n.Closed)
	}
	if err := c.Write(ctx, websocket.MessageBinary, []byte("a1 NOOP\r\n")); err != nil {
		t.Fatal(err)
	}
	for got := ""; !strings.HasSuffix(got, "a1 NOOP\r\n"); {
		_, p, err := c.Read(ctx)
		if err != nil {
			t.Fatal(err)
		}
		got += string(p)
	}
	turn.Add(1) // the instance that took it
	if _, n, _ = join(ticket); n.Closed == nil || n.Closed.ID != refused+"token-used" {
		t.Errorf("the ticket once more: %+v", n)
	}
	_ = c.Close(websocket.StatusNormalClosure, "")
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		if text := logs[0].String() + logs[1].String(); strings.Contains(text, `"learner":"198.51.100.7"`) && strings.Contains(text, `"room":"7b"`) {
			break
		} else if time.Now().After(deadline) {
			t.Fatalf("written down is %s", text)
		}
	}
}
