package lab

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// trusting is the configuration of a client that trusts the lab's authority.
func (r *running) trusting(name string) *tls.Config {
	r.Helper()
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(r.Authority()) {
		r.Fatal("the authority's certificate cannot be read")
	}
	return &tls.Config{RootCAs: pool, ServerName: name}
}

// dialTLS connects to a service that speaks TLS from the first octet.
func (r *running) dialTLS(service, name string) *peer {
	r.Helper()
	p := r.dial(service)
	c := tls.Client(p.Conn, r.trusting(name))
	if err := c.Handshake(); err != nil {
		r.Fatal(service, err)
	}
	return &peer{r.T, c, bufio.NewReader(c)}
}

func TestImplicitTLS(t *testing.T) {
	r := start(t, Options{})
	r.mail("eve@example.org", "bob@example.test", "Secret")
	pop := r.dialTLS("pop3s", "mail.example.test")
	pop.hears("+OK")
	pop.says("USER bob", "PASS plover", "RETR 1", "QUIT")
	if got := pop.until("."); !strings.Contains(got, "Subject: Secret\r\n") {
		t.Errorf("POP3 says %q", got)
	}
	pop.hears("+OK")
	pop.ends()
	imap := r.dialTLS("imaps", "localhost")
	imap.hears("* OK")
	imap.says("a LOGIN bob plover", "b LOGOUT")
	imap.until("a OK")
	imap.until("b OK")
	imap.ends()
	smtp := r.dialTLS("smtps", "127.0.0.1")
	smtp.hears("220 ")
	smtp.says("EHLO x", "QUIT")
	smtp.until("221 ")
	smtp.ends()

	var list struct{ Sessions []sessionJSON }
	r.get("/sessions?service=pop3s&transcript=true", &list)
	s := list.Sessions[0]
	if s.Protocol != "pop3" || s.TLS == nil || s.TLS.Version != "TLS 1.3" || s.TLS.ServerName != "mail.example.test" {
		t.Fatalf("the session is %+v, TLS %+v", s, s.TLS)
	}
	lines := *s.Lines
	if first := lines[0]; first.TLS == nil || first.Dir != "" || first.Label != "TLS" || !strings.HasPrefix(first.TLS.Cipher, "TLS_") {
		t.Errorf("the transcript begins with %+v", first)
	}
	if lines[1].Class != "greeting" || lines[2].Text != "USER bob\r\n" {
		t.Errorf("the transcript goes on with %+v", lines[1:3])
	}
}

func TestAuthority(t *testing.T) {
	r := start(t, Options{Domains: []string{"example.test", "example.com"}})
	block, _ := pem.Decode(r.Authority())
	ca, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	p := r.dial("imaps")
	c := tls.Client(p.Conn, r.trusting("example.com"))
	if err := c.Handshake(); err != nil {
		t.Fatal(err)
	}
	leaf := c.ConnectionState().PeerCertificates[0]
	for _, name := range []string{"mail.example.test", "example.test", "example.com", "localhost", "127.0.0.1", "::1"} {
		if err := leaf.VerifyHostname(name); err != nil {
			t.Error(err)
		}
	}
	if leaf.IsCA || !ca.IsCA || leaf.CheckSignatureFrom(ca) != nil {
		t.Error("the certificate is not the authority's")
	}
	c.Close()
}

// TestHandshakeThatFails looks at clients who do not trust the lab, speak no TLS, or say nothing.
func TestHandshakeThatFails(t *testing.T) {
	const limit = 2 * time.Second // the others need less, however busy the machine is
	r := start(t, Options{Limits: Limits{Handshake: limit}})
	strict := r.dial("imaps")
	if err := tls.Client(strict.Conn, &tls.Config{ServerName: "localhost"}).Handshake(); err == nil {
		t.Error("a client trusts anybody")
	}
	clear := r.dial("pop3s")
	clear.says("USER bob")
	silent := r.dial("smtps")
	began := time.Now()
	if _, err := silent.in.ReadByte(); err == nil {
		t.Error("the lab speaks before the handshake")
	}
	if d := time.Since(began); d < limit/2 || d > time.Minute {
		t.Errorf("a handshake may take %v", d)
	}
	r.works()
	for service, want := range map[string]string{"imaps": "remote error: tls: ", "pop3s": "first record does not look like a TLS handshake",
		"smtps": "did not finish the handshake within 2s"} {
		var list struct{ Sessions []sessionJSON }
		for len(list.Sessions) == 0 {
			r.get("/sessions?open=false&service="+service, &list)
		}
		if s := list.Sessions[0]; s.Reason != overTLS || !strings.Contains(s.Detail, want) {
			t.Errorf("%s: %+v, want %s", service, s, want)
		}
	}
}

// TestGoodbyeInHandshake closes a lab while a client is in its handshake.
func TestGoodbyeInHandshake(t *testing.T) {
	r := start(t, Options{Limits: Limits{Handshake: time.Minute, Grace: 10 * time.Second}})
	p := r.dial("imaps")
	for len(r.records()) == 0 {
		time.Sleep(time.Millisecond)
	}
	began := time.Now()
	r.Close()
	if d := time.Since(began); d > 5*time.Second {
		t.Errorf("closing took %v", d)
	}
	if _, err := p.in.ReadByte(); err == nil {
		t.Error("the connection is still open")
	}
	if s := r.records()[0].describe(r.post, false); s.Reason != overShutdown {
		t.Errorf("the session is %+v", s)
	}
}

func TestOwnCertificate(t *testing.T) {
	dir := t.TempDir()
	pair := func(name string) KeyPair {
		a, err := newAuthority(time.Now())
		if err != nil {
			t.Fatal(err)
		}
		cert, err := a.sign([]string{name}, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		key, err := x509.MarshalPKCS8PrivateKey(cert.PrivateKey)
		if err != nil {
			t.Fatal(err)
		}
		k := KeyPair{filepath.Join(dir, name+".crt"), filepath.Join(dir, name+".key")}
		for file, block := range map[string]*pem.Block{k.Certificate: {Type: "CERTIFICATE", Bytes: cert.Certificate[0]},
			k.Key: {Type: "PRIVATE KEY", Bytes: key}} {
			if err := os.WriteFile(file, pem.EncodeToMemory(block), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		return k
	}
	one, two := pair("one.example.test"), pair("two.example.test")
	r := start(t, Options{Certificates: []KeyPair{one, two}})
	if r.Authority() != nil {
		t.Error("there is an authority besides")
	}
	for _, name := range []string{"one.example.test", "two.example.test"} {
		p := r.dial("pop3s")
		c := tls.Client(p.Conn, &tls.Config{ServerName: name, InsecureSkipVerify: true})
		if err := c.Handshake(); err != nil {
			t.Fatal(err)
		}
		if err := c.ConnectionState().PeerCertificates[0].VerifyHostname(name); err != nil {
			t.Error("the wrong certificate for the server name:", err)
		}
		c.Close()
	}
	for want, pair := range map[string]KeyPair{
		"there is no file " + dir + "/none.key": {one.Certificate, filepath.Join(dir, "none.key")},
		"the key that of the certificate":       {one.Certificate, two.Key},
	} {
		_, err := Start(Options{Services: []Service{{"smtp", "127.0.0.1:0"}}, Certificates: []KeyPair{pair}})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

// TestTurnAwayInTLS has one client too many at a door that speaks TLS first: there is nothing to say to it.
func TestTurnAwayInTLS(t *testing.T) {
	r := start(t, Options{Limits: Limits{Connections: 1}})
	p := r.dial("smtp")
	p.hears("220")
	c, err := net.Dial("tcp", r.address("imaps"))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := c.Read(make([]byte, 1)); err == nil {
		t.Error("the lab says something")
	}
}

// startTLS is what a client says to go on inside TLS, in each protocol that offers it, and what comes before and behind.
var startTLS = map[string]struct{ before, ask, yes, after, again string }{
	"pop3":       {"", "STLS", "+OK", "NOOP", "-ERR"},
	"smtp":       {"EHLO x", "STARTTLS", "220 ", "NOOP", "50"},
	"submission": {"EHLO x", "STARTTLS", "220 ", "NOOP", "50"},
}

// upgraded goes on inside TLS.
func (r *running) upgraded(service string) *peer {
	r.Helper()
	p := r.dial(service)
	p.in.ReadString('\n')
	s := startTLS[service]
	if s.before != "" {
		p.says(s.before)
		p.until("250 ")
	}
	p.says(s.ask)
	p.until(s.yes)
	c := tls.Client(p.Conn, r.trusting("localhost"))
	if err := c.Handshake(); err != nil {
		r.Fatal(service, err)
	}
	return &peer{r.T, c, bufio.NewReader(c)}
}

func TestStartTLS(t *testing.T) {
	for service := range startTLS {
		t.Run(service, func(t *testing.T) { testStartTLS(t, service) })
	}
}

func testStartTLS(t *testing.T, service string) {
	r := start(t, Options{Limits: Limits{Handshake: 300 * time.Millisecond}})
	s := startTLS[service]
	p := r.upgraded(service)
	p.says(s.ask) // a second time
	p.hears(s.again)
	p.Close()
	var list struct{ Sessions []sessionJSON }
	r.get("/sessions?transcript=true&service="+service, &list)
	lines := *list.Sessions[len(list.Sessions)-1].Lines
	i := slices.IndexFunc(lines, func(l lineJSON) bool { return l.TLS != nil })
	if i < 0 || lines[i-1].Dir != "S" || !strings.HasPrefix(lines[i+1].Text, s.ask) {
		t.Errorf("%s: the transcript is %+v", service, lines)
	}

	// What comes in the same breath as the command must not count as said inside TLS (RFC 3207 §6).
	p = r.dial(service)
	p.in.ReadString('\n')
	if s.before != "" {
		p.says(s.before)
		p.until("250 ")
	}
	p.says(s.ask, s.after)
	p.hears(s.yes)
	c := tls.Client(p.Conn, r.trusting("localhost"))
	if err := c.Handshake(); err != nil {
		t.Fatal(service, err)
	}
	inside := &peer{t, c, bufio.NewReader(c)}
	_ = c.SetReadDeadline(time.Now().Add(100 * time.Millisecond))
	if line, err := inside.in.ReadString('\n'); err == nil {
		t.Errorf("%s answers what was injected: %q", service, line)
	}
	c.Close()

	// A handshake that does not come, or is none.
	for _, what := range []string{"", "NOOP\r\n"} {
		p = r.dial(service)
		p.in.ReadString('\n')
		if s.before != "" {
			p.says(s.before)
			p.until("250 ")
		}
		p.says(s.ask)
		p.hears(s.yes)
		if _, err := io.WriteString(p, what); err != nil {
			t.Fatal(err)
		}
		if _, err := io.ReadAll(p.in); err != nil {
			t.Errorf("%s: %v", service, err)
		}
	}
	for deadline := time.Now().Add(10 * time.Second); len(list.Sessions) < 4; time.Sleep(time.Millisecond) {
		if r.get("/sessions?open=false&service="+service, &list); time.Now().After(deadline) {
			t.Fatalf("%s: sessions do not end: %+v", service, list)
		}
	}
	failed := 0
	for _, s := range list.Sessions {
		if s.Service == service && s.Reason == overTLS {
			failed++
		}
	}
	if failed < 2 {
		t.Errorf("%s: %d handshakes have failed: %+v", service, failed, list.Sessions)
	}
	r.works()
}
