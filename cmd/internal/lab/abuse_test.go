package lab

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"ehlo/sim/daemon"
)

// heap is how many octets are in use after a collection.
func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// works checks that another client is served.
func (r *running) works() {
	r.Helper()
	began := time.Now()
	r.mail("eve@example.org", "bob@example.test", "It works")
	p := r.login("pop3", "alice", "wonder")
	p.says("QUIT")
	p.hears("+OK")
	p.hears("+OK")
	if d := time.Since(began); d > 2*time.Second {
		r.Errorf("another client waits %v", d)
	}
}

func TestThousandIdle(t *testing.T) {
	r := start(t, Options{})
	before := heap()
	const n = 1000
	for i := range n {
		c, err := net.Dial("tcp", r.address([]string{"smtp", "pop3", "imap"}[i%3]))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { c.Close() })
		if _, err := c.Read(make([]byte, 100)); err != nil {
			t.Fatal(err)
		}
	}
	r.works()
	if each := (heap() - before) / n; each > 24<<10 {
		t.Errorf("an idle connection takes %d octets", each)
	}
}

func TestEndlessLine(t *testing.T) {
	size := 100 << 20
	if testing.Short() {
		size = 32 << 20
	}
	r := start(t, Options{})
	for service, want := range map[string]string{"smtp": "500 ", "pop3": "-ERR ", "imap": "* BAD "} {
		p := r.dial(service)
		p.in.ReadString('\n')
		chunk := bytes.Repeat([]byte("x"), 1<<20)
		before := heap()
		for range size / len(chunk) {
			if _, err := p.Write(chunk); err != nil {
				t.Fatal(service, err)
			}
		}
		if grown := heap() - before; grown > int64(size/4) {
			t.Errorf("%s keeps %d octets of a line without end", service, grown)
		}
		r.works()
		p.says("", "NOOP")
		if line, err := p.in.ReadString('\n'); err != nil || !strings.HasPrefix(line, want) && !strings.HasPrefix(line, "xxx") {
			t.Errorf("%s answers %.80q, %v", service, line, err)
		}
	}
	p := r.dial("smtp")
	p.hears("220")
	p.says("HELO x", "MAIL FROM:<a@example.org>", "RCPT TO:<bob@example.test>", "DATA")
	p.until("354")
	for range size / (1 << 20) {
		if _, err := p.Write(bytes.Repeat([]byte("x"), 1<<20)); err != nil {
			t.Fatal(err)
		}
	}
	p.says("", ".")
	p.hears("554 5.6.0")
	p.says("QUIT")
	p.hears("221")
}

func TestClientThatNeverReads(t *testing.T) {
	r := start(t, Options{Limits: Limits{WriteTimeout: time.Second}})
	line := strings.Repeat("x", 98) + "\r\n"
	if err := r.send("eve@example.org", "bob@example.test", "Subject: big\r\n\r\n"+strings.Repeat(line, 90000)); err != nil {
		t.Fatal(err)
	}
	before := heap()
	for service, ask := range map[string]string{"pop3": "RETR 1\r\n", "imap": "f FETCH 1:* BODY[]\r\n", "smtp": "NOOP\r\n"} {
		var p *peer
		if service == "smtp" {
			p = r.dial(service)
		} else {
			p = r.login(service, "bob", "plover")
		}
		if service == "imap" {
			p.says("s SELECT INBOX")
			p.until("s OK")
		}
		if err := p.Conn.(*net.TCPConn).SetReadBuffer(4096); err != nil {
			t.Fatal(err)
		}
		questions := []byte(strings.Repeat(ask, 100000/len(ask)))
		var err error
		for err == nil { // until the lab has enough
			_, err = p.Write(questions)
		}
	}
	if grown := heap() - before; grown > 40<<20 {
		t.Errorf("%d octets wait for clients that do not read", grown)
	}
	r.works()
	stalled := func() (n int) {
		var list struct{ Sessions []sessionJSON }
		r.get("/sessions?open=false", &list)
		for _, s := range list.Sessions {
			if s.Reason == overStalled {
				n++
			}
		}
		return n
	}
	for began := time.Now(); stalled() < 3; time.Sleep(10 * time.Millisecond) { // a client can know before the lab has put it down
		if time.Since(began) > 30*time.Second {
			t.Fatalf("%d sessions have stalled", stalled())
		}
	}
}

func TestMemoryLimit(t *testing.T) {
	r := start(t, Options{Limits: Limits{Memory: 6 << 20}})
	line := strings.Repeat("x", 98) + "\r\n"
	var open []*peer
	for range 2 {
		p := r.dial("smtp")
		p.hears("220")
		p.says("HELO x", "MAIL FROM:<a@example.org>", "RCPT TO:<bob@example.test>", "DATA")
		p.until("354")
		open = append(open, p)
	}
	open[0].says(strings.Repeat(line, 4<<20/len(line)))
	for r.held.Load() < 4<<20-4096 {
		time.Sleep(time.Millisecond)
	}
	go func() { _, _ = io.WriteString(open[1], strings.Repeat(line, 4<<20/len(line))) }()
	open[1].hears("421 4.3.2")
	r.works()
	open[0].says(".")
	open[0].hears("250 2.0.0")
}

func TestSlowSender(t *testing.T) {
	r := start(t, Options{})
	p := r.dial("smtp")
	p.hears("220")
	for _, c := range "EHLO slow.example.org\r" {
		fmt.Fprintf(p, "%c", c)
		time.Sleep(2 * time.Millisecond)
	}
	r.works()
	fmt.Fprint(p, "\n")
	p.until("250 ")
}

// TestCutEverywhere cuts a connection behind each octet of a session: a message is there if and only if its end got
// through, and everything else goes on.
func TestCutEverywhere(t *testing.T) {
	r := start(t, Options{})
	sessions := map[string]string{
		"smtp": "EHLO x\r\nMAIL FROM:<a@example.org>\r\nRCPT TO:<bob@example.test>\r\nDATA\r\nSubject: x\r\n\r\nx\r\n.\r\nQUIT\r\n",
		"pop3": "USER alice\r\nPASS wonder\r\nSTAT\r\nRETR 1\r\nDELE 1\r\nQUIT\r\n",
		"imap": "a LOGIN {5}\r\nalice wonder\r\nb SELECT INBOX\r\nc FETCH 1 BODY[]\r\nd STORE 1 +FLAGS (\\Deleted)\r\ne LOGOUT\r\n",
	}
	r.mail("eve@example.org", "alice@example.test", "Stays")
	for service, text := range sessions {
		for n := range len(text) {
			c, err := net.Dial("tcp", r.address(service))
			if err != nil {
				t.Fatal(err)
			}
			if _, err := io.WriteString(c, text[:n]); err != nil {
				t.Fatal(err)
			}
			switch {
			case n%2 == 0: // a reset
				if err := c.(*net.TCPConn).SetLinger(0); err != nil {
					t.Fatal(err)
				}
			default: // an end, and the replies are read
				if err := c.(*net.TCPConn).CloseWrite(); err != nil {
					t.Fatal(err)
				}
				if _, err := io.ReadAll(c); err != nil {
					t.Fatalf("%s, %d octets: %v", service, n, err)
				}
			}
			c.Close()
		}
	}
	end := strings.Index(sessions["smtp"], "\r\n.\r\n") + len("\r\n.\r\n")
	var list struct{ Total int }
	r.get("/messages?to=bob@example.test", &list)
	if least, most := (len(sessions["smtp"])-end)/2, len(sessions["smtp"])-end; list.Total < least || list.Total > most {
		t.Errorf("%d messages came, want %d to %d", list.Total, least, most)
	}
	if r.get("/messages?to=alice@example.test", &list); list.Total != 1 {
		t.Errorf("alice has %d messages: a session that was cut deletes nothing", list.Total)
	}
	p := r.login("pop3", "alice", "wonder") // nobody holds the lock any more
	p.hears("+OK")
	if log := r.logged(); len(log) > 0 {
		t.Errorf("log: %q", log)
	}
}

func TestFloodOfErrors(t *testing.T) {
	r := start(t, Options{})
	for service, want := range map[string]string{"smtp": "500 ", "pop3": "-ERR ", "imap": "* BAD "} {
		p := r.dial(service)
		p.in.ReadString('\n')
		const n = 5000
		go func() { _, _ = io.WriteString(p, strings.Repeat("\x00\xff\r\n", n)) }()
		for i := range n {
			line, err := p.in.ReadString('\n')
			if strings.HasPrefix(line, "421 4.7.0 ") && i == daemon.MaxErrors { // SMTP has heard enough
				break
			}
			if err != nil || !strings.HasPrefix(line, want) {
				t.Fatal(service, line, err, want)
			}
		}
	}
	for _, rec := range r.records() {
		rec.mu.Lock()
		rec.transcript() // reads what nobody has looked at
		size := rec.size
		rec.mu.Unlock()
		if size == 0 || size > keptTranscript {
			t.Errorf("a transcript of %d octets", size)
		}
	}
}

// TestIdleTimeout runs in a bubble in which time passes as soon as everybody waits.
func TestIdleTimeout(t *testing.T) {
	for service, want := range map[string]struct {
		after time.Duration
		last  string
	}{
		"smtp": {daemon.SMTPIdle, "421 4.4.2 "},
		"pop3": {daemon.POP3Idle, ""},
		"imap": {daemon.IMAPIdle, "* BYE "},
	} {
		synctest.Test(t, func(t *testing.T) {
			l, err := open(Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer l.Close()
			client, server := net.Pipe()
			d, _ := doorOf(service)
			l.admit(d, server)
			in := bufio.NewReader(client)
			if _, err := in.ReadString('\n'); err != nil {
				t.Fatal(err)
			}
			time.Sleep(want.after - time.Second)
			if _, err := io.WriteString(client, "x NOOP\r\n"); err != nil {
				t.Fatal(service, "is over too early:", err)
			}
			if _, err := in.ReadString('\n'); err != nil {
				t.Fatal(err)
			}
			began := time.Now()
			last, err := io.ReadAll(in)
			if d := time.Since(began); err != nil || d != want.after || !strings.HasPrefix(string(last), want.last) {
				t.Errorf("%s: %q and %v after %v", service, last, err, d)
			}
		})
	}
}

// TestStalledHandshakes has many clients that connect where TLS comes first and then say nothing, or half a handshake.
func TestStalledHandshakes(t *testing.T) {
	r := start(t, Options{Limits: Limits{Handshake: 500 * time.Millisecond}})
	before := heap()
	const n = 400
	var open []net.Conn
	for i := range n {
		c, err := net.Dial("tcp", r.address([]string{"smtps", "pop3s", "imaps"}[i%3]))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { c.Close() })
		if i%2 == 0 {
			if _, err := c.Write([]byte{22, 3, 1, 2, 0, 1, 0, 1, 252, 3, 3}); err != nil { // a ClientHello that does not go on
				t.Fatal(err)
			}
		}
		open = append(open, c)
	}
	if each := (heap() - before) / n; each > 32<<10 {
		t.Errorf("a stalled handshake takes %d octets", each)
	}
	r.works()
	for _, c := range open {
		_ = c.SetReadDeadline(time.Now().Add(10 * time.Second))
		if _, err := io.ReadAll(c); err != nil {
			t.Fatalf("it is not ended: %v", err)
		}
	}
	r.works()
}
