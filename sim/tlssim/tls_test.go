package tlssim

import (
	"bytes"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"
)

func chance(n byte) (c [96]byte) {
	for i := range c {
		c[i] = n + byte(i)*7
	}
	return c
}

var good = Certificate{Names: []string{"mx.example.net", "*.example.net"}, Issuer: "CA", From: 100, To: 200}

func pair(strict bool, certificate Certificate) (client, server *Conn) {
	shared := Secret{1, 2, 3}
	cfg := ClientConfig{Name: "mx.example.net", Now: 150, Trusted: "CA", Strict: strict}
	return NewClient(cfg, shared, chance(1)), NewServer(certificate, shared, chance(2))
}

// run carries octets, n at a time, until both are silent, and returns what passed in each direction.
func run(client, server *Conn, n int) (up, down []byte) {
	for {
		a, b := client.Output(), server.Output()
		if len(a)+len(b) == 0 {
			return up, down
		}
		up, down = append(up, a...), append(down, b...)
		for ; len(a) > 0; a = a[min(n, len(a)):] {
			server.Receive(a[:min(n, len(a))])
		}
		for ; len(b) > 0; b = b[min(n, len(b)):] {
			client.Receive(b[:min(n, len(b))])
		}
	}
}

// records describes octets as somebody on the way sees them.
func records(p []byte) string {
	var b strings.Builder
	for len(p) >= 5 {
		n := int(p[3])<<8 | int(p[4])
		fmt.Fprintf(&b, "%s %d.%d %d; ", contentType(p[0]), p[1], p[2], n)
		p = p[5+n:]
	}
	return b.String()
}

func labels(c *Conn) string {
	var b strings.Builder
	for _, r := range c.Records() {
		fmt.Fprintf(&b, "%s/%s/%d/%t; ", r.Label, r.Type, r.Octets, r.Sealed)
	}
	return b.String()
}

func TestHandshake(t *testing.T) {
	for _, n := range []int{1, 7, 1 << 20} {
		client, server := pair(true, good)
		up, down := run(client, server, n)
		if !client.Established() || !server.Established() || client.Fault() != NoFault || server.Name() != "mx.example.net" {
			t.Fatalf("%d at a time: %q %q %q", n, client.Failed(), server.Failed(), client.Fault())
		}
		if got, want := records(up), "handshake 3.1 171; change cipher spec 3.3 1; application data 3.3 53; "; got != want {
			t.Errorf("the client sends %s", got)
		}
		if !bytes.Contains(up, []byte("mx.example.net")) || bytes.Contains(down, []byte("example")) {
			t.Error("the name is in the ClientHello, and the certificate is sealed")
		}
		if got, want := records(down), "handshake 3.3 122; change cipher spec 3.3 1; application data 3.3 23; application data 3.3 95; application data 3.3 89; application data 3.3 53; "; got != want {
			t.Errorf("the server sends %s", got)
		}
		client.Send([]byte("EHLO laptop\r\n"))
		server.Send(bytes.Repeat([]byte("250 "), 5000))
		up, down = run(client, server, n)
		if got, want := records(up)+"/ "+records(down), "application data 3.3 30; / application data 3.3 16401; application data 3.3 3633; "; got != want {
			t.Errorf("then %s", got)
		}
		if bytes.Contains(up, []byte("EHLO")) || string(server.Plain()) != "EHLO laptop\r\n" || len(client.Plain()) != 20000 {
			t.Error("what is said is not heard, or heard by all")
		}
		client.Close()
		run(client, server, n)
		if !server.Closed() || server.Failed() != "" {
			t.Error("the end of the connection is not noticed")
		}
		const said = "ClientHello/handshake/176/false; ChangeCipherSpec/change cipher spec/6/false; Finished/application data/58/true; " +
			"application data/application data/35/true; close_notify/application data/24/true; "
		if got := labels(client); got != said {
			t.Errorf("the client's records are %s", got)
		}
	}
}

// Another implementation reads the ClientHello.
func TestClientHelloIsRight(t *testing.T) {
	client, _ := pair(true, good)
	a, b := net.Pipe()
	go func() {
		a.Write(client.Output())
		a.Close()
	}()
	var hello *tls.ClientHelloInfo
	server := tls.Server(b, &tls.Config{GetConfigForClient: func(h *tls.ClientHelloInfo) (*tls.Config, error) {
		hello = h
		return nil, errors.New("that is all")
	}})
	err := server.Handshake()
	if hello == nil {
		t.Fatal(err)
	}
	if hello.ServerName != "mx.example.net" || fmt.Sprint(hello.SupportedVersions, hello.CipherSuites) != "[772] [4865 4866 4867]" ||
		hello.SupportedCurves[0] != tls.X25519 || hello.SignatureSchemes[0] != tls.Ed25519 {
		t.Errorf("it says %+v", hello)
	}
}

func TestCertificates(t *testing.T) {
	for _, x := range []struct {
		change func(*Certificate)
		want   Fault
	}{
		{func(*Certificate) {}, NoFault},
		{func(c *Certificate) { c.To = 149 }, Expired},
		{func(c *Certificate) { c.From = 151 }, NotYetValid},
		{func(c *Certificate) { c.Names = []string{"mx.example.org", "*.net"} }, WrongName},
		{func(c *Certificate) { c.Names = []string{"*.example.net"} }, NoFault},
		{func(c *Certificate) { c.Issuer = "Mallory" }, WrongIssuer},
	} {
		c := good
		x.change(&c)
		client, server := pair(false, c)
		run(client, server, 100)
		if client.Fault() != x.want || !client.Established() {
			t.Errorf("%v: %q, want %q", c, client.Fault(), x.want)
		}
		client, server = pair(true, c)
		run(client, server, 100)
		if client.Established() != (x.want == NoFault) || server.Failed() != map[bool]string{true: "", false: "alert"}[x.want == NoFault] {
			t.Errorf("%v: a strict client is %q, its server %q", c, client.Failed(), server.Failed())
		}
		if again, ok := ParseCertificate(c.String()); !ok || fmt.Sprint(again) != fmt.Sprint(c) {
			t.Errorf("%v comes back as %v", c, again)
		}
	}
}

func TestTampering(t *testing.T) {
	client, server := pair(true, good)
	run(client, server, 100)
	client.Send([]byte("MAIL"))
	p := client.Output()
	p[7] ^= 1
	server.Receive(p)
	if server.Failed() != "tampered" || len(server.Plain()) != 0 {
		t.Errorf("a changed octet: %q", server.Failed())
	}
	_, server = pair(true, good)
	server.Receive([]byte("EHLO laptop\r\n"))
	if server.Failed() != "not-tls" || records(server.Output()) != "alert 3.3 2; " {
		t.Errorf("clear text: %q", server.Failed())
	}
	// Who does not know the connection's secret reads nothing.
	client, server = pair(true, good)
	server.shared[0]++
	run(client, server, 100)
	if client.Established() || server.Established() {
		t.Error("two who share no secret understand each other")
	}
}

func TestCloneGoesItsOwnWay(t *testing.T) {
	client, server := pair(true, good)
	server.Receive(client.Output()[:20])
	again := server.Clone()
	c, _ := pair(true, good)
	rest := c.Output()[20:]
	server.Receive(rest)
	again.Receive(rest)
	if a, b := server.Output(), again.Output(); len(a) == 0 || !bytes.Equal(a, b) {
		t.Error("a clone goes on differently")
	}
}

func FuzzReceive(f *testing.F) {
	client, server := pair(true, good)
	f.Add(client.Output(), true)
	_, down := run(client, server, 100)
	f.Add(down, false)
	f.Fuzz(func(t *testing.T, p []byte, toServer bool) {
		client, server := pair(true, good)
		c := client
		if toServer {
			c = server
		}
		whole, bytewise := c.Clone(), c.Clone()
		whole.Receive(p)
		for i := range p {
			bytewise.Receive(p[i : i+1])
		}
		if whole.Failed() != bytewise.Failed() || !bytes.Equal(whole.Output(), bytewise.Output()) || !bytes.Equal(whole.Plain(), bytewise.Plain()) {
			t.Error("octet by octet it goes another way")
		}
	})
}
