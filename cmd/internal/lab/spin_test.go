package lab

import (
	"bufio"
	"crypto/tls"
	"io"
	"strings"
	"testing"
	"time"
)

// A session looks for what its client says next when that has come soon several times, goes on looking when it once did not,
// and ceases where that happens often.
func TestPace(t *testing.T) {
	before := fast.Load()
	var p pace
	short := func(n int) {
		for range n {
			p.waited(time.Microsecond)
		}
	}
	short(spinAfter - 1)
	if p.fast || fast.Load() != before {
		t.Errorf("after %d short waits: %+v", spinAfter-1, p)
	}
	short(2)
	if !p.fast || fast.Load() != before+1 {
		t.Errorf("after %d short waits: %+v, %d are fast", spinAfter+1, p, fast.Load())
	}
	short(spinMost)
	p.waited(time.Second)
	if p.fast || fast.Load() != before {
		t.Errorf("while the client pauses: %+v, %d are fast", p, fast.Load())
	}
	short(1)
	if !p.fast || fast.Load() != before+1 {
		t.Errorf("after one pause among many short waits: %+v, %d are fast", p, fast.Load())
	}
	for range spinMost {
		p.waited(time.Second)
	}
	short(spinMost)
	if p.fast || fast.Load() != before {
		t.Errorf("after many pauses: %+v, %d are fast", p, fast.Load())
	}
	short(spinAfter)
	if !p.fast {
		t.Errorf("when the pauses are long ago: %+v", p)
	}
	p.rest()
	if fast.Load() != before {
		t.Errorf("at its end %d are fast", fast.Load())
	}
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
