package lab

import (
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
	p.vain = 2
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
	closed := make(chan struct{})
	go func() {
		r.Close()
		close(closed)
	}()
	c.until("* BYE")
	c.ends()
	<-closed
}
