package lab

import (
	"bufio"
	"crypto/tls"
	"io"
	"strings"
	"testing"
	"time"
)

// A session looks for what its client says next when that has come soon several times, and looks less often where that was
// in vain.
func TestPace(t *testing.T) {
	before := fast.Load()
	var p pace
	for i := range spinAfter {
		if p.isFast() {
			t.Fatalf("after %d waits", i)
		}
		p.waited(time.Microsecond)
	}
	p.waited(time.Microsecond)
	if !p.isFast() || fast.Load() != before+1 {
		t.Errorf("after %d short waits: %+v, %d are fast", spinAfter, p, fast.Load())
	}
	p.waited(time.Second)
	if p.isFast() || fast.Load() != before {
		t.Errorf("after a long wait: %+v, %d are fast", p, fast.Load())
	}
	p.vain()
	for range spinAfter {
		p.waited(time.Microsecond)
	}
	if p.isFast() {
		t.Errorf("after looking in vain: %+v", p)
	}
	p.slow()
}

// A client that says one command after the other gets each reply, also from a session that looks for the next one, and is
// sent away when the lab closes.
func TestFastClient(t *testing.T) {
	r := start(t, Options{})
	c := r.login("imap", "bob", "plover")
	for range 10 * spinAfter {
		c.says("n NOOP")
		c.hears("n OK")
	}
	for _, wait := range []time.Duration{spinFor / 2, 10 * spinFor, time.Second / 10} { // it has ceased to look, or is about to
		for range 10 * spinAfter {
			c.says("n NOOP")
			c.hears("n OK")
		}
		time.Sleep(wait)
		c.says("n NOOP")
		c.hears("n OK")
	}
	closed := make(chan struct{})
	go func() {
		r.Close()
		close(closed)
	}()
	c.until("* BYE")
	c.ends()
	<-closed
}

// A session that looks for its client's next command hears what comes inside TLS or DEFLATE as well as another.
func TestFastClientGoesOn(t *testing.T) {
	r := start(t, Options{})
	c := r.dial("imap")
	c.hears("* OK")
	for range 10 * spinAfter {
		c.says("n NOOP")
		c.hears("n OK")
	}
	c.says("s STARTTLS")
	c.hears("s OK")
	secure := tls.Client(c.Conn, r.trusting("mail.example.test"))
	if _, err := io.WriteString(secure, "a NOOP\r\n"); err != nil {
		t.Fatal(err)
	}
	if text, err := bufio.NewReader(secure).ReadString('\n'); err != nil || !strings.HasPrefix(text, "a OK") {
		t.Errorf("inside TLS it says %q, %v", text, err)
	}
	c = r.login("imap", "bob", "plover")
	for range 10 * spinAfter {
		c.says("n NOOP")
		c.hears("n OK")
	}
	d := r.compress(c)
	d.says(t, "b NOOP")
	d.until(t, "b OK")
}
