package bridge

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// lab is a bridge behind a real HTTP server, with name servers of its own and a count of what was dialled.
type lab struct {
	*Bridge
	t      *testing.T
	server *httptest.Server
	invite string
	dialed atomic.Int32
	log    syncBuffer
}

// syncBuffer is a buffer for several goroutines.
type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *syncBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *syncBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// names are what the test's name servers answer.
var names = map[string][]string{
	"imap.example.org":           {"93.184.216.34"},
	"mail.lab.example":           {"127.0.0.1"},
	"rebind.example.org":         {"127.0.0.1"},
	"private.rebind.example.org": {"10.0.0.5", "192.168.1.1"},
	"meta.example.org":           {"169.254.169.254"},
	"mixed.example.org":          {"::1", "93.184.216.35"},
	"mapped.example.org":         {"::ffff:127.0.0.1"},
	"nat64.example.org":          {"64:ff9b::7f00:1"},
	"multi.example.org":          {"224.0.0.1"},
	"zero.example.org":           {"0.0.0.0"},
	"unique.example.org":         {"fd00::1"},
	"link.example.org":           {"fe80::1"},
	"shared.example.org":         {"100.64.0.1"},
}

const testConfig = `
origins = ["https://mail.example.org"]
[[target]]
protocol = "imap"
hosts = ["imap.example.org", "*.example.org"]
[[target]]
protocol = "smtp"
hosts = ["smtp.example.org"]
recipients = ["example.org"]
[[target]]
protocol = "imap"
hosts = ["mail.lab.example", "127.0.0.1"]
networks = ["127.0.0.1/32"]
ports = [PORT]
[[target]]
protocol = "smtp"
hosts = ["smtp.lab.example"]
networks = ["127.0.0.1/32"]
ports = [PORT]
recipients = ["example.test"]
insecure = true
LIMITS
`

// newLab starts a bridge whose named server listens at the given port of this machine.
func newLab(t *testing.T, port int, limits string) *lab {
	t.Helper()
	text := strings.ReplaceAll(strings.ReplaceAll(testConfig, "PORT", fmt.Sprint(port)), "LIMITS", limits)
	config, err := Parse("bridge.toml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	l := &lab{t: t}
	l.Bridge, err = New(Options{Config: config, Key: bytes.Repeat([]byte("k"), 32), Audit: &l.log,
		LookUp: func(_ context.Context, host string) ([]netip.Addr, error) {
			var list []netip.Addr
			for _, a := range names[host] {
				list = append(list, netip.MustParseAddr(a))
			}
			if host == "smtp.lab.example" {
				list = []netip.Addr{netip.MustParseAddr("127.0.0.1")}
			}
			if list == nil {
				return nil, errors.New("no such host")
			}
			return list, nil
		},
		Dial: func(ctx context.Context, to netip.AddrPort) (net.Conn, error) {
			l.dialed.Add(1)
			if !to.Addr().IsLoopback() { // a test sends nothing to other machines
				return nil, errors.New("not in a test")
			}
			var d net.Dialer
			return d.DialContext(ctx, "tcp", to.String())
		}})
	if err != nil {
		t.Fatal(err)
	}
	l.server = httptest.NewServer(l)
	l.invite = l.Invite("room 7", time.Hour)
	t.Cleanup(func() { l.server.Close(); l.Close() })
	return l
}

// post asks for a ticket and returns status and answer.
func (l *lab) post(origin, invite string) (int, map[string]any) {
	l.t.Helper()
	body, _ := json.Marshal(map[string]string{"invite": invite})
	r, _ := http.NewRequest("POST", l.server.URL+ticketPath, bytes.NewReader(body))
	if origin != "" {
		r.Header.Set("Origin", origin)
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		l.t.Fatal(err)
	}
	defer resp.Body.Close()
	var v map[string]any
	if err := json.NewDecoder(resp.Body).Decode(&v); err != nil {
		l.t.Fatal(err)
	}
	return resp.StatusCode, v
}

// raw opens a socket octet by octet, sends octets behind the handshake, and returns the notice and the code of the closing
// frame that come (RFC 6455 §5.2, §5.5.1), "" and 0 for none.
func (l *lab) raw(t *testing.T, octets string) (notice string, code int) {
	t.Helper()
	c, err := net.Dial("tcp", strings.TrimPrefix(l.server.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(20 * time.Second))
	go func() { // the other side may stop reading in the middle
		_, _ = fmt.Fprintf(c, "GET %s HTTP/1.1\r\nHost: x\r\nOrigin: %s\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"+
			"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: %s\r\n\r\n", connectPath, goodOrigin, subprotocol)
		_, _ = io.WriteString(c, octets)
	}()
	in := bufio.NewReader(c)
	resp, err := http.ReadResponse(in, nil)
	if err != nil || resp.StatusCode != http.StatusSwitchingProtocols {
		t.Fatalf("%v %v", resp, err)
	}
	for {
		var head [4]byte
		if _, err := io.ReadFull(in, head[:2]); err != nil {
			return notice, code
		}
		n := int(head[1])
		if n == 126 {
			if _, err := io.ReadFull(in, head[2:]); err != nil {
				return notice, code
			}
			n = int(head[2])<<8 | int(head[3])
		}
		p := make([]byte, n)
		if _, err := io.ReadFull(in, p); err != nil {
			return notice, code
		}
		switch head[0] & 15 {
		case 1:
			var told struct{ Closed Refusal }
			if err := json.Unmarshal(p, &told); err != nil {
				t.Error(err)
			}
			notice = told.Closed.ID
		case 8:
			if len(p) > 1 {
				code = int(p[0])<<8 | int(p[1])
			}
		}
	}
}

const goodOrigin = "https://mail.example.org"

func (l *lab) ticket() string {
	l.t.Helper()
	_, v := l.post(goodOrigin, l.invite)
	s, _ := v["ticket"].(string)
	if s == "" {
		l.t.Fatalf("no ticket: %v", v)
	}
	return s
}

// connect opens a socket and says hello; what the bridge answers first is returned.
func (l *lab) connect(h hello) (*page, notice) {
	l.t.Helper()
	p, err := l.open(goodOrigin)
	if err != nil {
		l.t.Fatal(err)
	}
	if h.Ticket == "" {
		h.Ticket = l.ticket()
	}
	body, _ := json.Marshal(h)
	p.write(true, body)
	return p, p.notice()
}

func (p *page) write(text bool, body []byte) {
	p.t.Helper()
	if err := p.send(text, body); err != nil {
		p.t.Fatal(err)
	}
}

func (p *page) say(s string) { p.write(false, []byte(s)) }

// notice takes the next notice; octets before it are passed over.
func (p *page) notice() notice {
	p.t.Helper()
	for {
		text, body, err := p.read()
		if err != nil {
			p.t.Fatalf("the socket ended without a notice: %v", err)
		}
		if !text {
			continue
		}
		var n notice
		if err := json.Unmarshal(body, &n); err != nil {
			p.t.Fatal(err)
		}
		return n
	}
}

// hear reads octets until they end with what is waited for.
func (p *page) hear(end string) string {
	p.t.Helper()
	var got []byte
	for !strings.HasSuffix(string(got), end) {
		text, body, err := p.read()
		if err != nil || text {
			p.t.Fatalf("waiting for %q, got %q, then %s %v", end, got, body, err)
		}
		got = append(got, body...)
	}
	return string(got)
}

// tcp listens on this machine and gives each connection to a function.
func tcp(t testing.TB, serve func(net.Conn)) (port int) {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = ln.Close() })
	go func() {
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				_ = c.SetDeadline(time.Now().Add(time.Minute))
				serve(c)
			}()
		}
	}()
	return ln.Addr().(*net.TCPAddr).Port
}

// echo says hello and repeats what it is sent.
func echo(c net.Conn) {
	_, _ = io.WriteString(c, "* OK hello\r\n")
	_, _ = io.Copy(c, c)
}
