package bridge

import (
	"bufio"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"ehlo/lessons/locale"
	"ehlo/sim/toml"
)

func TestASession(t *testing.T) {
	port := tcp(t, echo)
	l := newLab(t, port, "")
	p, n := l.connect(hello{Host: "mail.lab.example", Port: port})
	if n.Connected == nil || n.Connected.Address != fmt.Sprintf("127.0.0.1:%d", port) || n.Connected.Protocol != "imap" {
		t.Fatalf("%+v %+v", n.Connected, n.Closed)
	}
	if got := p.hear("hello\r\n"); got != "* OK hello\r\n" {
		t.Errorf("%q", got)
	}
	p.say("a1 NOOP\r\n\x00\xff")
	p.hear("a1 NOOP\r\n\x00\xff")
	p.close()
	for i := 0; l.log.String() == "" && i < 500; i++ {
		time.Sleep(10 * time.Millisecond)
	}
	var e entry
	if err := json.Unmarshal([]byte(l.log.String()), &e); err != nil {
		t.Fatal(err)
	}
	if e.Room != "room 7" || e.Host != "mail.lab.example" || e.Port != port || e.Up != 11 || e.Down != 23 || e.End != "closed-by-page" || e.Learner == "" {
		t.Errorf("the audit log says %+v", e)
	}
	if strings.Contains(l.log.String(), "NOOP") {
		t.Error("the audit log holds what was said")
	}
}

// TestHalfClose closes the page's direction, in the clear and inside TLS: the server hears the end, and its last words arrive.
func TestHalfClose(t *testing.T) {
	count := func(c net.Conn) {
		n, err := io.Copy(io.Discard, c)
		_, _ = fmt.Fprintf(c, "* BYE %d octets, then %v\r\n", n, err)
	}
	cert := certificate(t, "smtp.lab.example")
	for name, serve := range map[string]func(net.Conn){
		"plain": count,
		"TLS": func(c net.Conn) {
			sealed := tls.Server(c, &tls.Config{Certificates: []tls.Certificate{cert}})
			count(sealed)
			_ = sealed.Close()
		},
	} {
		t.Run(name, func(t *testing.T) {
			port := tcp(t, serve)
			l := newLab(t, port, "")
			p, n := l.connect(hello{Host: "smtp.lab.example", Port: port, TLS: name == "TLS"})
			if n.Connected == nil {
				t.Fatalf("%+v", n)
			}
			p.say("NOOP\r\n")
			p.write(true, []byte(`{"finish":true}`))
			p.hear("* BYE 6 octets, then <nil>\r\n")
			if n := p.notice(); n.Closed == nil || n.Closed.ID != "bridge.refused.closed-by-server" {
				t.Errorf("%+v", n.Closed)
			}
		})
	}
	for _, more := range []struct {
		text bool
		what string
	}{{false, "NOOP\r\n"}, {true, `{"finish":true}`}, {true, `{"startTLS":true}`}} {
		port := tcp(t, func(c net.Conn) {
			_, _ = io.Copy(io.Discard, c)
			_, _ = c.Read(make([]byte, 1)) // until the bridge hangs up
			time.Sleep(5 * time.Second)
		})
		l := newLab(t, port, "")
		p, _ := l.connect(hello{Host: "mail.lab.example", Port: port})
		p.write(true, []byte(`{"finish":true}`))
		p.write(more.text, []byte(more.what))
		if n := p.notice(); n.Closed == nil || n.Closed.ID != "bridge.refused.request" {
			t.Errorf("%s behind the end: %+v", more.what, n.Closed)
		}
	}
}

// TestRefused is the table of attacks: each gets its reason, and nothing is dialled.
func TestRefused(t *testing.T) {
	l := newLab(t, 2143, "")
	hosts := map[string][]string{
		"host": {
			"2130706433", "0x7f000001", "0177.0.0.1", "127.1", "127.0.1", "0x7f.0.0.1", "127.0.0.01", "017700000001", // IPv4 in other notations
			"::ffff:127.0.0.1", "[::1]", "::1%lo", "fe80::1%eth0", "0:0:0:0:0:0:0:1", "::ffff:7f00:1", "::127.0.0.1x", // IPv6
			"imap.example.org.", ".imap.example.org", "imap..example.org", "imap.example.org:25", "imap.example.org/", "imap.example.org#",
			"IMAP.example.org", "imap_1.example.org", "-imap.example.org", "imap-.example.org",
			"user@imap.example.org", "user:pass@imap.example.org", "imap.example.org@evil.example", "imap.example.org?x", "imap.example.org\\evil",
			"imap.example.org\r\nRCPT", "imap.example.org\n", "imap.example.org\x00.evil", " imap.example.org", "imap.example.org ", "imap%2eexample.org",
			"іmap.example.org", "imap.exаmple.org", "imap。example.org", "ımap.example.org", // look-alikes
			"", "localhost.localdomain.", "com", "intranet", "1.2.3.4.5", "256.0.0.1", "1e3.1.1.1", strings.Repeat("a", 64) + ".example.org",
			strings.Repeat("a.", 130) + "example.org", "*.example.org", "http://imap.example.org", "2130706433.", "example.org.0x7f",
		},
		"not-named": {"evil.example", "example.org.evil.example", "evilexample.org", "example.org", "localhost", "127.0.0.2", "::1", "10.0.0.1",
			"169.254.169.254", "93.184.216.34", "metadata.google.internal", "xn--example-9uf.org", "imap.example.com"},
		"address": {"rebind.example.org", "private.rebind.example.org", "meta.example.org", "mapped.example.org", "nat64.example.org", "multi.example.org",
			"zero.example.org", "unique.example.org", "link.example.org", "shared.example.org"},
		"unknown-host": {"nowhere.example.org"},
	}
	count := 0
	for reason, list := range hosts {
		for _, host := range list {
			count++
			l.learners.of = map[string]*learner{} // each attack by itself
			_, n := l.connect(hello{Host: host, Port: 143})
			if n.Closed == nil || n.Closed.ID != "bridge.refused."+reason {
				t.Errorf("%q: %+v, want %s", host, n.Closed, reason)
			}
		}
	}
	for _, c := range []struct {
		port   int
		reason string
	}{{0, "port"}, {-1, "port"}, {65536, "port"}, {22, "port-not-named"}, {25, "port-not-named"}, {80, "port-not-named"}, {6379, "port-not-named"}} {
		count++
		if _, n := l.connect(hello{Host: "imap.example.org", Port: c.port}); n.Closed == nil || n.Closed.ID != "bridge.refused."+c.reason {
			t.Errorf("port %d: %+v, want %s", c.port, n.Closed, c.reason)
		}
	}
	if n := l.dialed.Load(); n != 0 {
		t.Errorf("%d connections were opened", n)
	}
	if count < 60 {
		t.Errorf("only %d attacks", count)
	}
}

// TestTheAddressThatWasCheckedIsDialled takes the allowed one of several addresses.
func TestTheAddressThatWasCheckedIsDialled(t *testing.T) {
	l := newLab(t, 2143, "")
	_, n := l.connect(hello{Host: "mixed.example.org", Port: 993})
	if n.Closed == nil || n.Closed.ID != "bridge.refused.no-answer" || n.Closed.Args["address"] != "93.184.216.35:993" {
		t.Errorf("%+v", n.Closed)
	}
}

func TestTokens(t *testing.T) {
	port := tcp(t, echo)
	l := newLab(t, port, "")
	other := newSigner([]byte("another key, and just as long as it must be"))
	ticket := l.signer.make(claims{Kind: kindTicket, Room: "r", Learner: "x", Origin: goodOrigin}, time.Minute)
	for _, c := range []struct{ name, token, reason string }{
		{"forged", other.make(claims{Kind: kindTicket, Origin: goodOrigin}, time.Minute), "token-forged"},
		{"an invitation", l.invite, "token-forged"},
		{"changed", "x" + ticket, "token-forged"},
		{"cut", ticket[:len(ticket)-1], "token-forged"},
		{"no signature", strings.Split(ticket, ".")[0] + ".", "token-forged"},
		{"expired", l.signer.make(claims{Kind: kindTicket, Origin: goodOrigin}, -time.Second), "token-expired"},
		{"of another page", l.signer.make(claims{Kind: kindTicket, Origin: "https://evil.example"}, time.Minute), "token-origin"},
		{"huge", strings.Repeat("x", 2000), "token-forged"},
	} {
		if _, n := l.connect(hello{Ticket: c.token, Host: "mail.lab.example", Port: port}); n.Closed == nil || n.Closed.ID != "bridge.refused."+c.reason {
			t.Errorf("%s: %+v, want %s", c.name, n.Closed, c.reason)
		}
	}
	if l.dialed.Load() != 0 {
		t.Error("something was dialled")
	}
	if _, n := l.connect(hello{Ticket: ticket, Host: "mail.lab.example", Port: port}); n.Connected == nil {
		t.Errorf("a good ticket is refused: %+v", n.Closed)
	}
	if _, n := l.connect(hello{Ticket: ticket, Host: "mail.lab.example", Port: port}); n.Closed == nil || n.Closed.ID != "bridge.refused.token-used" {
		t.Errorf("a ticket is good twice: %+v", n.Closed)
	}
	for _, c := range []struct {
		origin, invite string
		status         int
		reason         string
	}{
		{"", l.invite, 403, "origin"}, {"null", l.invite, 403, "origin"}, {"https://evil.example", l.invite, 403, "origin"},
		{"https://mail.example.org.evil.example", l.invite, 403, "origin"}, {"http://mail.example.org", l.invite, 403, "origin"},
		{"https://mail.example.org:8443", l.invite, 403, "origin"},
		{goodOrigin, "", 401, "token-missing"}, {goodOrigin, "x.y", 401, "token-forged"}, {goodOrigin, ticket, 401, "token-forged"},
		{goodOrigin, l.signer.make(claims{Kind: kindInvite}, -time.Second), 401, "token-expired"},
	} {
		status, v := l.post(c.origin, c.invite)
		if status != c.status || v["id"] != "bridge.refused."+c.reason {
			t.Errorf("%s: %d %v, want %d %s", c.origin, status, v, c.status, c.reason)
		}
	}
	if _, err := l.open("https://evil.example"); err == nil {
		t.Error("a page of another origin got a socket")
	}
	if status, _ := l.post(l.server.URL, l.invite); status != http.StatusOK {
		t.Errorf("the page of this program got %d", status)
	}
}

// TestTheFirstMessage is about pages that say nothing, or nonsense.
func TestTheFirstMessage(t *testing.T) {
	l := newLab(t, 2143, "")
	for _, c := range []struct {
		kind   bool // text
		text   string
		reason string
	}{
		{false, "{}", "request"}, {true, "hello", "request"},
		{true, `{"ticket":5}`, "request"}, {true, "{}", "token-missing"},
		{true, `{"ticket":"` + strings.Repeat("x", 5000) + `"}`, "request"},
	} {
		p, err := l.open(goodOrigin)
		if err != nil {
			t.Fatal(err)
		}
		p.write(c.kind, []byte(c.text))
		if n := p.notice(); n.Closed == nil || n.Closed.ID != "bridge.refused."+c.reason {
			t.Errorf("%.30q: %+v, want %s", c.text, n.Closed, c.reason)
		}
	}
	if l.dialed.Load() != 0 {
		t.Error("something was dialled")
	}
}

// TestFrames is about pages that break the rules of WebSockets (RFC 6455), or take their time: each hears why, and nothing is
// dialled.
func TestFrames(t *testing.T) {
	l := newLab(t, 2143, "")
	const slow, tooBig, request, broken = "bridge.refused.slow", "bridge.refused.frame", "bridge.refused.request", 1002
	for _, c := range []struct {
		name, frame string
		notice      string // the reason
		code        int    // of the closing frame; 0 for any
	}{
		{"silence", "", slow, 0},
		{"a frame that never ends", "\x81\x85\x00\x00\x00\x00{", slow, 0},
		{"a message that never ends", "\x01\x81\x00\x00\x00\x00{", slow, 0},
		{"pings and nothing else", "\x89\x80\x00\x00\x00\x00", slow, 0},
		{"one octet too many", "\x81\xff\x00\x00\x00\x00\x00\x01\x00\x01\x00\x00\x00\x00" + strings.Repeat("x", maxFrame+1), tooBig, 0},
		{"a terabyte", "\x81\xff\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00" + strings.Repeat("x", maxFrame+1), tooBig, 0},
		{"many parts of one message", "\x01\xfe\x80\x00\x00\x00\x00\x00" + strings.Repeat("x", 1<<15) + strings.Repeat("\x00\xfe\x80\x00\x00\x00\x00\x00"+strings.Repeat("x", 1<<15), 2), tooBig, 0},
		{"no mask", "\x81\x02{}", request, broken},
		{"an unknown opcode", "\x83\x80\x00\x00\x00\x00", request, broken},
		{"reserved bits", "\xf1\x80\x00\x00\x00\x00", request, broken},
		{"a part of nothing", "\x80\x80\x00\x00\x00\x00", request, broken},
		{"a long ping", "\x89\xfe\x00\x7e\x00\x00\x00\x00" + strings.Repeat("x", 126), request, broken},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			begin := time.Now()
			notice, code := l.raw(t, c.frame)
			if notice != c.notice || c.code != 0 && code != c.code {
				t.Errorf("the page hears %q and %d, want %q and %d", notice, code, c.notice, c.code)
			}
			if took := time.Since(begin); took > helloTime+8*time.Second {
				t.Errorf("it keeps its socket for %v", took)
			}
		})
	}
	t.Run("more sockets than may wait", func(t *testing.T) {
		l := newLab(t, 2143, "")
		for range maxWaiting {
			if _, err := l.open(goodOrigin); err != nil {
				t.Fatal(err)
			}
		}
		r, _ := http.NewRequest("GET", l.server.URL+connectPath, nil)
		r.Header = http.Header{"Origin": {goodOrigin}, "Connection": {"Upgrade"}, "Upgrade": {"websocket"}, "Sec-Websocket-Version": {"13"}, "Sec-Websocket-Key": {"dGhlIHNhbXBsZSBub25jZQ=="}}
		resp, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		var v Refusal
		if err := json.NewDecoder(resp.Body).Decode(&v); err != nil || resp.StatusCode != http.StatusServiceUnavailable || v.ID != "bridge.refused.full" {
			t.Errorf("one more gets %s %+v %v", resp.Status, v, err)
		}
		if l.dialed.Load() != 0 {
			t.Error("something was dialled")
		}
	})
	t.Cleanup(func() { // when the parallel ones are done
		if l.dialed.Load() != 0 {
			t.Error("something was dialled")
		}
	})
}

func TestLimits(t *testing.T) {
	port := tcp(t, echo)
	target := hello{Host: "mail.lab.example", Port: port}
	t.Run("connections of a learner", func(t *testing.T) {
		l := newLab(t, port, "[limits]\nper-learner = 2")
		l.connect(target)
		l.connect(target)
		if _, n := l.connect(target); n.Closed == nil || n.Closed.ID != "bridge.refused.learner-full" {
			t.Errorf("%+v", n.Closed)
		}
	})
	t.Run("connections in all", func(t *testing.T) {
		l := newLab(t, port, "[limits]\nconnections = 1")
		p, _ := l.connect(target)
		if _, n := l.connect(target); n.Closed == nil || n.Closed.ID != "bridge.refused.full" {
			t.Errorf("%+v", n.Closed)
		}
		p.close()
		for i := 0; ; i++ { // its place is free again
			if _, n := l.connect(target); n.Connected != nil {
				break
			} else if i == 50 {
				t.Fatalf("%+v", n.Closed)
			}
			time.Sleep(20 * time.Millisecond)
		}
	})
	t.Run("connections in a minute", func(t *testing.T) {
		l := newLab(t, port, "[limits]\nper-minute = 3")
		for range 3 {
			p, n := l.connect(target)
			if n.Connected == nil {
				t.Fatalf("%+v", n.Closed)
			}
			p.close()
		}
		if _, n := l.connect(target); n.Closed == nil || n.Closed.ID != "bridge.refused.too-fast" {
			t.Errorf("%+v", n.Closed)
		}
	})
	t.Run("octets", func(t *testing.T) {
		l := newLab(t, port, "[limits]\noctets = 1000")
		p, _ := l.connect(target)
		p.hear("hello\r\n")
		p.say(strings.Repeat("x", 2000))
		if n := p.notice(); n.Closed == nil || n.Closed.ID != "bridge.refused.octets" {
			t.Errorf("%+v", n.Closed)
		}
	})
	t.Run("a message", func(t *testing.T) {
		l := newLab(t, port, "")
		p, _ := l.connect(target)
		p.hear("hello\r\n")
		p.say(strings.Repeat("x", maxFrame))
		p.hear(strings.Repeat("x", maxFrame))
		_ = p.send(false, []byte(strings.Repeat("x", maxFrame+1))) // it may be cut off already
		if n := p.notice(); n.Closed == nil || n.Closed.ID != "bridge.refused.frame" {
			t.Errorf("%+v", n.Closed)
		}
	})
	for limit, reason := range map[string]string{`idle = "300ms"`: "idle", `duration = "300ms"`: "duration"} {
		t.Run(reason, func(t *testing.T) {
			l := newLab(t, port, "[limits]\n"+limit)
			p, _ := l.connect(target)
			if n := p.notice(); n.Closed == nil || n.Closed.ID != "bridge.refused."+reason {
				t.Errorf("%+v", n.Closed)
			}
		})
	}
	t.Run("rate", func(t *testing.T) {
		l := newLab(t, port, "[limits]\nrate = 1000")
		p, _ := l.connect(target)
		p.hear("hello\r\n")
		begin := time.Now()
		p.say(strings.Repeat("x", 2700)) // each octet passes twice; 4000 are free
		p.hear(strings.Repeat("x", 2700))
		if took := time.Since(begin); took < 500*time.Millisecond {
			t.Errorf("1400 octets beyond the burst took %v at 1000 a second", took)
		}
	})
}

// smtpServer answers every line as a lenient SMTP server does, and records the recipients it was given.
func smtpServer(got chan<- string) func(net.Conn) {
	return func(c net.Conn) {
		_, _ = io.WriteString(c, "220 test\r\n")
		lines, data := bufio.NewReader(c), false
		for {
			line, err := lines.ReadString('\n')
			if err != nil {
				return
			}
			word := strings.ToUpper(strings.TrimSpace(line))
			reply := "250 ok\r\n"
			switch {
			case data:
				if data = word != "."; data {
					continue
				}
			case strings.HasPrefix(word, "RCPT"):
				got <- strings.TrimSpace(line)
			case word == "DATA":
				data, reply = true, "354 go\r\n"
			}
			_, _ = io.WriteString(c, reply)
		}
	}
}

func TestRecipients(t *testing.T) {
	for _, c := range []struct {
		name, say, reason string
		want              []string // recipients that the server saw
	}{
		{"a named domain", "MAIL FROM:<a@b.example>\r\nRCPT TO:<bob@example.test>\r\nRCPT TO:<\"x y\"@EXAMPLE.test>\r\nQUIT\r\n", "",
			[]string{"RCPT TO:<bob@example.test>", "RCPT TO:<\"x y\"@EXAMPLE.test>"}},
		{"another domain", "RCPT TO:<bob@evil.example>\r\n", "recipient", nil},
		{"in small letters", "rcpt to:<bob@evil.example>\r\n", "recipient", nil},
		{"a source route", "RCPT TO:<@example.test:bob@evil.example>\r\n", "recipient", nil},
		{"a space that a lenient server takes", "RCPT TO: <bob@evil.example>\r\n", "recipient", nil},
		{"without brackets", "RCPT TO:bob@example.test\r\n", "recipient", nil},
		{"a tab", "RCPT\tTO:<bob@evil.example>\r\n", "recipient", nil},
		{"a space before it", " RCPT TO:<bob@evil.example>\r\n", "recipient", nil},
		{"line ends that are none", "NOOP\nRCPT TO:<bob@evil.example>\r\n", "bare-line-end", nil},
		{"a bare CR", "NOOP\rRCPT TO:<bob@evil.example>\r\n", "bare-line-end", nil},
		{"a chunk", "BDAT 40\r\nRCPT TO:<bob@evil.example>\r\n", "chunking", nil},
		{"smuggled in a message", "EHLO x.example\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<bob@example.test>\r\nDATA\r\n", "",
			[]string{"RCPT TO:<bob@example.test>"}},
		{"no end", strings.Repeat("x", maxGated+1), "line-too-long", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := make(chan string, 10)
			port := tcp(t, smtpServer(got))
			l := newLab(t, port, "")
			p, n := l.connect(hello{Host: "smtp.lab.example", Port: port})
			if n.Connected == nil {
				t.Fatalf("%+v", n.Closed)
			}
			p.hear("220 test\r\n")
			p.say(c.say)
			if strings.HasSuffix(c.say, "DATA\r\n") {
				p.hear("354 go\r\n")
				p.say("RCPT TO:<this@is.text>\r\n") // a message may say anything
				p.say("\n.\nRCPT TO:<bob@evil.example>\r\n")
				c.reason = "bare-line-end"
			}
			if c.reason != "" {
				if n := p.notice(); n.Closed == nil || n.Closed.ID != "bridge.refused."+c.reason {
					t.Errorf("%+v, want %s", n.Closed, c.reason)
				}
			}
			for _, want := range c.want {
				select {
				case r := <-got:
					if r != want {
						t.Errorf("%q, want %q", r, want)
					}
				case <-time.After(5 * time.Second):
					t.Fatalf("%q does not come", want)
				}
			}
			select {
			case r := <-got:
				t.Errorf("the server was given %q", r)
			default:
			}
		})
	}
}

func TestStartTLS(t *testing.T) {
	cert := certificate(t, "smtp.lab.example")
	port := tcp(t, func(c net.Conn) {
		_, _ = io.WriteString(c, "220 test\r\n")
		lines := bufio.NewReader(c)
		for {
			line, err := lines.ReadString('\n')
			if err != nil {
				return
			}
			if line == "STARTTLS\r\n" {
				_, _ = io.WriteString(c, "220 go on\r\n")
				c = tls.Server(c, &tls.Config{Certificates: []tls.Certificate{cert}})
				lines.Reset(c)
				continue
			}
			_, _ = io.WriteString(c, "250 "+line)
		}
	})
	l := newLab(t, port, "")
	p, n := l.connect(hello{Host: "smtp.lab.example", Port: port})
	if n.Connected == nil {
		t.Fatalf("%+v", n.Closed)
	}
	p.hear("220 test\r\n")
	p.say("STARTTLS\r\n")
	p.hear("220 go on\r\n")
	p.write(true, []byte(`{"startTLS":true}`))
	n = p.notice()
	if n.TLS == nil || n.TLS.Version != "TLS 1.3" || len(n.TLS.Chain) != 1 || n.TLS.Problem == "" {
		t.Fatalf("%+v", n.TLS)
	}
	p.say("EHLO inside\r\n")
	p.hear("250 EHLO inside\r\n")
	p.say("RCPT TO:<bob@evil.example>\r\n") // the gate still stands inside TLS
	if n := p.notice(); n.Closed == nil || n.Closed.ID != "bridge.refused.recipient" {
		t.Errorf("%+v", n.Closed)
	}
}

func TestACertificateThatIsNotTrusted(t *testing.T) {
	cert := certificate(t, "mail.lab.example")
	port := tcp(t, func(c net.Conn) {
		_ = tls.Server(c, &tls.Config{Certificates: []tls.Certificate{cert}}).Handshake()
	})
	l := newLab(t, port, "")
	p, n := l.connect(hello{Host: "mail.lab.example", Port: port, TLS: true})
	if n.TLS == nil || n.TLS.Problem == "" || len(n.TLS.Chain) != 1 {
		t.Fatalf("%+v", n)
	}
	if n := p.notice(); n.Closed == nil || n.Closed.ID != "bridge.refused.certificate" {
		t.Errorf("%+v", n.Closed)
	}
}

// certificate makes one for a name, signed by itself.
func certificate(t *testing.T, name string) tls.Certificate {
	t.Helper()
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, DNSNames: []string{name}, NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, &template, &template, public, private)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: private}
}

// TestServersThatMisbehave: one that floods a page that does not read, and one that hangs up.
func TestServersThatMisbehave(t *testing.T) {
	port := tcp(t, func(c net.Conn) { _, _ = io.WriteString(c, "* BYE\r\n") })
	l := newLab(t, port, "")
	p, _ := l.connect(hello{Host: "mail.lab.example", Port: port})
	if n := p.notice(); n.Closed == nil || n.Closed.ID != "bridge.refused.closed-by-server" {
		t.Errorf("%+v", n.Closed)
	}
	flood := tcp(t, func(c net.Conn) {
		for {
			if _, err := c.Write(make([]byte, 64<<10)); err != nil {
				return
			}
		}
	})
	l = newLab(t, flood, "[limits]\noctets = 200000")
	p, _ = l.connect(hello{Host: "mail.lab.example", Port: flood})
	if n := p.notice(); n.Closed == nil || n.Closed.ID != "bridge.refused.octets" {
		t.Errorf("%+v", n.Closed)
	}
}

// TestConfigurations are those that are refused, each for its reason.
func TestConfigurations(t *testing.T) {
	const imap = "[[target]]\nprotocol = \"imap\"\n"
	for _, c := range []struct{ text, id string }{
		{"", "bridge.no-targets"},
		{imap, "world.missing-key"},
		{imap + `hosts = []`, "bridge.no-hosts"},
		{imap + `hosts = ["*"]`, "bridge.bad-pattern"},
		{imap + `hosts = ["*.org"]`, "bridge.open-pattern"},
		{imap + `hosts = ["m*.example.org"]`, "bridge.bad-pattern"},
		{imap + `hosts = ["imap.example.org."]`, "bridge.bad-host"},
		{imap + `hosts = ["127.0.0.1"]`, "bridge.host-not-named"},
		{imap + `hosts = ["169.254.169.254"]`, "bridge.host-not-named"},
		{imap + "hosts = [\"a.example\"]\nnetworks = [\"0.0.0.0/0\"]", "bridge.open-network"},
		{imap + "hosts = [\"a.example\"]\nnetworks = [\"::/0\"]", "bridge.open-network"},
		{imap + "hosts = [\"a.example\"]\nnetworks = [\"home\"]", "bridge.bad-network"},
		{imap + "hosts = [\"a.example\"]\nports = [80]", "bridge.port-elsewhere"},
		{imap + "hosts = [\"a.example\"]\nnetworks = [\"10.0.0.0/8\"]\nports = [22]", "bridge.port-elsewhere"},
		{imap + "hosts = [\"a.example\"]\nports = [70000]", "bridge.bad-port"},
		{imap + "hosts = [\"a.example\"]\nrecipients = [\"example.org\"]", "bridge.recipients-not-smtp"},
		{"[[target]]\nprotocol = \"smtp\"\nhosts = [\"mx.example.org\"]", "bridge.open-recipients"},
		{"[[target]]\nprotocol = \"nntp\"\nhosts = [\"mx.example.org\"]", "bridge.bad-protocol"},
		{imap + "hosts = [\"a.example\"]\n[limits]\nidle = \"never\"", "bridge.bad-duration"},
		{imap + "hosts = [\"a.example\"]\n[limits]\nconnections = 0", "bridge.bad-limit"},
		{"origins = [\"*\"]\n" + imap + "hosts = [\"a.example\"]", "bridge.bad-origin"},
		{"orgins = []\n" + imap + "hosts = [\"a.example\"]", "world.unknown-key"},
	} {
		_, err := Parse("bridge.toml", []byte(c.text))
		var errs toml.Errors
		if !errors.As(err, &errs) || errs[0].Note.ID != c.id {
			t.Errorf("%q: %v, want %s", c.text, err, c.id)
		}
	}
}

// TestTexts: every fault has a text and a repair, and no text is left over.
func TestTexts(t *testing.T) {
	none, err := locale.Load("en")
	if err != nil {
		t.Fatal(err)
	}
	c, err := Texts(none)
	if err != nil {
		t.Fatal(err)
	}
	own, err := locale.Load("en", locale.File{Name: "texts.toml", Text: texts})
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range problems {
		if !c.Has(id) || !c.Has(id+".repair") {
			t.Errorf("%s has no text or no repair", id)
		}
	}
	if n := len(own.IDs()); n != 2*len(problems) {
		t.Errorf("%d texts for %d faults", n, len(problems))
	}
}
