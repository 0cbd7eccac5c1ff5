package bridge

import (
	"bytes"
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
	invite := newSigner(bytes.Repeat([]byte("k"), 32)).make(claims{Kind: kindInvite, Room: "7b"}, time.Hour)
	join := func(ticket string) (*page, notice, string) {
		t.Helper()
		if ticket == "" {
			r, _ := http.NewRequest("POST", balancer.URL+ticketPath, strings.NewReader(fmt.Sprintf("{\"invite\":%q}", invite)))
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
		p, err := openPage(t, balancer.Client(), balancer.URL, http.Header{"Origin": {origin}})
		if err != nil {
			t.Fatal(err)
		}
		text, _ := json.Marshal(hello{Ticket: ticket, Host: "127.0.0.1", Port: port})
		p.write(true, text)
		return p, p.notice(), ticket
	}
	// The ticket of one instance is good at the other, and once at each.
	p, n, ticket := join("")
	if n.Connected == nil {
		t.Fatalf("a ticket of the other instance: %+v", n.Closed)
	}
	p.say("a1 NOOP\r\n")
	p.hear("a1 NOOP\r\n")
	turn.Add(1) // the instance that took it
	if _, n, _ = join(ticket); n.Closed == nil || n.Closed.ID != refused+"token-used" {
		t.Errorf("the ticket once more: %+v", n)
	}
	p.close()
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		if text := logs[0].String() + logs[1].String(); strings.Contains(text, `"learner":"198.51.100.7"`) && strings.Contains(text, `"room":"7b"`) {
			break
		} else if time.Now().After(deadline) {
			t.Fatalf("written down is %s", text)
		}
	}
}
