package lab

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/smtp"
	"strings"
	"sync"
	"testing"
	"time"

	"ehlo/sim/daemon"
	"ehlo/sim/persona"
	"ehlo/sim/personas"
	machine "ehlo/sim/smtp"
	"ehlo/sim/world"
	"ehlo/sim/worlds"
)

func TestMailIsThereAtOnce(t *testing.T) {
	r := start(t, Options{})
	imap := r.login("imap", "bob", "plover")
	imap.says("s SELECT inbox")
	imap.until("s OK")

	r.mail("eve@example.org", "bob@example.test,alice@example.test", "One")
	imap.says("n NOOP")
	if got := imap.until("n OK"); !strings.Contains(got, "* 1 EXISTS\r\n") {
		t.Errorf("IMAP hears %q", got)
	}
	for user, password := range map[string]string{"bob": "plover", "alice@example.test": "wonder"} {
		pop := r.login("pop3", user, password)
		pop.hears("+OK")
		pop.says("RETR 1")
		if got := pop.until("."); !strings.Contains(got, "\r\nSubject: One\r\n") || !strings.Contains(got, "Return-Path: <eve@example.org>\r\n") {
			t.Errorf("%s has %q", user, got)
		}
		pop.says("DELE 1", "QUIT")
		pop.hears("+OK")
		pop.hears("+OK")
		pop.ends()
	}
	imap.says("n NOOP", "x LOGOUT")
	if got := imap.until("n OK"); !strings.Contains(got, "* 1 EXPUNGE\r\n") {
		t.Errorf("IMAP hears %q", got)
	}
	imap.until("x OK")
	imap.ends()
}

func TestWhoMaySendWhat(t *testing.T) {
	r := start(t, Options{Domains: []string{"example.test", "example.com"}, Users: []User{{Name: "bob", Password: "x"}},
		RelayFrom: []netip.Prefix{netip.MustParsePrefix("127.0.0.2/32")}})
	for to, want := range map[string]string{
		"bob@example.test":        "",
		"BOB@EXAMPLE.TEST":        "",
		"postmaster@example.com":  "",
		"carla@example.test":      "550 5.1.1",
		"bob@example.com":         "550 5.1.1",
		"bob@example.org":         "554 5.7.1",
		"bob@mail.example.test":   "", // the host itself
		"bob%example.org@example": "554 5.7.1",
	} {
		err := r.send("eve@example.org", to, "Subject: x\r\n\r\nx\r\n")
		if want == "" && err != nil || want != "" && (err == nil || !strings.HasPrefix(err.Error(), want)) {
			t.Errorf("to %s: got %v, want %q", to, err, want)
		}
	}
	p := r.dial("smtp")
	p.hears("220 mail.example.test ")
	p.says("EHLO x", "MAIL FROM:<eve@example.org>", "RCPT TO:<Postmaster>")
	p.until("250 2.1.5")

	// Who logs in sends anywhere at this port too, and passwords have to be inside TLS.
	u := r.dial("smtp")
	u.says("EHLO x", "AUTH PLAIN "+base64.StdEncoding.EncodeToString([]byte("\x00bob\x00x")))
	u.until("538 5.7.11")
	a, err := smtp.Dial(r.address("smtp"))
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	for _, err := range []error{a.StartTLS(r.trusting("mail.example.test")), a.Auth(smtp.PlainAuth("", "bob", "x", "127.0.0.1")),
		a.Mail("bob@example.test"), a.Rcpt("c@example.org")} {
		if err != nil {
			t.Error(err)
		}
	}

	// From a client on the relay list, mail for elsewhere is kept, once.
	d := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, 2)}}
	conn, err := d.Dial("tcp", r.address("smtp"))
	if err != nil {
		t.Skip("no address 127.0.0.2:", err)
	}
	c, err := smtp.NewClient(conn, "x")
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	for _, err := range []error{c.Mail("bob@example.test"), c.Rcpt("a@example.org"), c.Rcpt("b@example.net")} {
		if err != nil {
			t.Fatal(err)
		}
	}
	w, err := c.Data()
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprint(w, "Subject: away\r\n\r\nx\r\n")
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	var list struct {
		Messages []messageJSON
		Total    int
	}
	if r.get("/messages?to=b@example.net", &list); list.Total != 1 || list.Messages[0].Address != "catch-all@example.test" || len(list.Messages[0].To) != 2 {
		t.Errorf("kept: %+v", list)
	}
	if len(r.host.Queue()) > 0 {
		t.Error("something is queued to leave")
	}
}

func TestWorld(t *testing.T) {
	text, _ := worlds.Text("two-domains")
	def, err := world.Parse("two-domains", text)
	if err != nil {
		t.Fatal(err)
	}
	r := start(t, Options{World: def, Users: []User{{Name: "dora", Domain: "example.net", Password: "d"}}})
	r.mail("eve@example.com", "alice@example.org,carla@example.net,dora@example.net", "All")
	pop := r.login("pop3", "bob", "plover")
	pop.hears("+OK")
	pop.says("STAT")
	pop.hears("+OK 2 ")
	p := r.dial("smtp")
	p.hears("220 mail.example.org ")
}

func TestLimits(t *testing.T) {
	r := start(t, Options{Limits: Limits{Connections: 4, PerAddress: 3, Mailboxes: 2000}})
	var open []*peer
	for range 3 {
		p := r.dial("smtp")
		p.hears("220")
		open = append(open, p)
	}
	for service, want := range map[string]string{"smtp": "421 4.3.2", "pop3": "-ERR", "imap": "* BYE"} {
		p := r.dial(service)
		p.hears(want)
		p.ends()
	}
	open[0].says("QUIT")
	open[0].hears("221")
	open[0].ends()
	for {
		p := r.dial("smtp")
		if line, _ := p.in.ReadString('\n'); strings.HasPrefix(line, "220") {
			break
		}
	}
	p := open[1]
	p.says("HELO x", "MAIL FROM:<a@example.org>", "RCPT TO:<bob@example.test>", "DATA")
	p.until("354")
	p.says(strings.Repeat(strings.Repeat("x", 98)+"\r\n", 30) + ".")
	p.hears("452 4.3.1")
}

func TestGoodbye(t *testing.T) {
	r := start(t, Options{Limits: Limits{Grace: 5 * time.Second}})
	smtp, pop, imap := r.dial("smtp"), r.dial("pop3"), r.dial("imap")
	smtp.hears("220")
	smtp.says("HELO x", "MAIL FROM:<a@example.org>", "RCPT TO:<bob@example.test>", "DATA", "half a message")
	smtp.until("354")
	pop.hears("+OK")
	imap.hears("* OK")
	imap.says("a LOGIN {3}")
	imap.hears("+ ")
	awaits := make(chan int)
	go func() {
		resp, err := http.Get("http://" + r.address("http") + "/api/v1/messages/await?timeout=5m")
		if err != nil {
			awaits <- 0
			return
		}
		resp.Body.Close()
		awaits <- resp.StatusCode
	}()
	time.Sleep(50 * time.Millisecond)
	began := time.Now()
	done := make(chan struct{})
	go func() { r.Close(); close(done) }()
	smtp.hears("421 4.3.2 mail.example.test ")
	smtp.ends()
	pop.hears("-ERR ")
	pop.ends()
	imap.hears("* BYE ")
	imap.ends()
	if code := <-awaits; code != http.StatusServiceUnavailable {
		t.Errorf("who awaits gets %d", code)
	}
	<-done
	if d := time.Since(began); d > 3*time.Second {
		t.Errorf("closing took %v", d)
	}
	if c, err := net.Dial("tcp", r.address("smtp")); err == nil {
		c.Close()
		t.Error("the door is still open")
	}
}

// breaks panics for one recipient, and slows down for none.
type breaks struct{}

func (breaks) Judge(c daemon.Client, e *machine.Event) (*machine.Reply, bool) {
	switch e.Path.Local {
	case "panic":
		panic("as the test wants")
	case "later":
		return &machine.Reply{Code: 451, Enhanced: "4.7.1", Text: "Later"}, true
	}
	return nil, false
}

func TestPolicyAndPanic(t *testing.T) {
	r := start(t, Options{Policy: breaks{}})
	other := r.dial("smtp")
	other.hears("220")
	p := r.dial("smtp")
	p.hears("220")
	p.says("HELO x")
	p.hears("250")
	p.says("MAIL FROM:<a@example.org>", "RCPT TO:<later@example.test>", "RCPT TO:<panic@example.test>")
	p.hears("250")
	p.hears("451 4.7.1")
	p.hears("421 4.3.2")
	p.ends()
	other.says("HELO x")
	other.hears("250")
	log := r.logged()
	if len(log) != 1 || !strings.Contains(log[0], "as the test wants") || !strings.Contains(log[0], "breaks.Judge") || strings.Contains(log[0], "\n") {
		t.Errorf("log: %q", log)
	}
	var s sessionJSON
	for s.Reason == "" {
		r.get("/sessions/2", &s)
	}
	if s.Reason != overFault {
		t.Errorf("session: %+v", s)
	}
}

func TestStart(t *testing.T) {
	busy, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer busy.Close()
	at := func(a string) []Service { return []Service{{"smtp", a}} }
	for _, c := range []struct {
		o    Options
		want string
	}{
		{Options{Services: at("0.0.0.0:2525")}, "-smtp 0.0.0.0:2525 can be reached from other machines: write -smtp 127.0.0.1:2525, or add -allow-lan"},
		{Options{Services: at(":2525")}, "add -allow-lan"},
		{Options{Services: at("[::]:2525")}, "add -allow-lan"},
		{Options{Services: at("2525")}, "is no HOST:PORT"},
		{Options{Services: at("127.0.0.1:smtp")}, "is no HOST:PORT"},
		{Options{Services: at("mail.example.org:2525"), AllowLAN: true}, "the host is to be an address"},
		{Options{}, "every service is turned off"},
		{Options{Domains: []string{"ex ample"}, Services: at("127.0.0.1:0")}, "is no domain"},
		{Options{Domains: []string{"[192.0.2.1]"}, Services: at("127.0.0.1:0")}, "is no domain"},
		{Options{Users: []User{{Name: "bob"}}, Services: at("127.0.0.1:0")}, "has no password"},
		{Options{Users: []User{{Name: "b ob", Password: "x"}}, Services: at("127.0.0.1:0")}, "is no mail address"},
		{Options{Users: []User{{Name: "bob", Domain: "example.org", Password: "x"}}, Services: at("127.0.0.1:0")}, "add -domain example.org"},
		{Options{Services: at(busy.Addr().String())}, "is in use by another program"},
		{Options{Services: at("192.0.2.77:0"), AllowLAN: true}, "is not an address of this machine"},
	} {
		l, err := Start(c.o)
		if err == nil {
			l.Close()
		}
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("got %v, want %s", err, c.want)
		}
	}
}

func TestConcurrentUse(t *testing.T) {
	r := start(t, Options{})
	var all sync.WaitGroup
	for i := range 8 {
		all.Add(2)
		go func() {
			defer all.Done()
			for range 10 {
				if err := r.send("eve@example.org", "bob@example.test", "Subject: x\r\n\r\n"+strings.Repeat("y\r\n", 100)); err != nil {
					t.Error(err)
				}
			}
		}()
		go func() {
			defer all.Done()
			c, err := net.Dial("tcp", r.address("imap"))
			if err != nil {
				t.Error(err)
				return
			}
			defer c.Close()
			var script bytes.Buffer
			script.WriteString("l LOGIN bob plover\r\ns SELECT INBOX\r\n")
			for k := range 20 {
				fmt.Fprintf(&script, "f%d UID FETCH 1:* (FLAGS BODY[])\r\nd%d UID STORE %d +FLAGS (\\Deleted)\r\ne%d EXPUNGE\r\nn NOOP\r\n", k, k, i*20+k+1, k)
			}
			script.WriteString("x LOGOUT\r\n")
			go func() { _, _ = c.Write(script.Bytes()) }()
			got, err := io.ReadAll(c)
			if err != nil || !bytes.Contains(got, []byte("\r\nx OK")) || bytes.Contains(got, []byte(" BAD ")) {
				t.Errorf("%v: %.300q … %q", err, got[max(0, bytes.Index(got, []byte(" BAD "))-100):], got[max(0, len(got)-300):])
			}
		}()
	}
	all.Wait()
	if log := r.logged(); len(log) > 0 {
		t.Errorf("log: %q", log)
	}
}

func TestPersona(t *testing.T) {
	var who []*persona.Persona
	for _, p := range personas.All() {
		if p.Name == "uw-ipop3d-6.50" {
			who = append(who, p)
		}
	}
	r := start(t, Options{Personas: who})
	p := r.dial("pop3")
	if line := p.hears("+OK "); !strings.Contains(line, "v6.50") {
		t.Errorf("it greets with %q", line)
	}
}
