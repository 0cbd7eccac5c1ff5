package lab

import (
	"testing"
	"time"
)

// Goroutines whose sessions are over wait for others, some of them, and serve those.
func TestWorkers(t *testing.T) {
	r := start(t, Options{})
	waiting := func(want int32) {
		t.Helper()
		for deadline := time.Now().Add(20 * time.Second); r.workers.waiting.Load() != want; time.Sleep(time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatalf("%d wait for a session, not %d", r.workers.waiting.Load(), want)
			}
		}
	}
	var all []*peer
	for range mostWaiting + 8 {
		c := r.dial("smtp")
		c.hears("220")
		all = append(all, c)
	}
	waiting(0)
	for _, c := range all {
		c.says("QUIT")
		c.hears("221")
		c.ends()
	}
	waiting(mostWaiting)
	// One that is about to wait is passed over.
	taken := false
	for deadline := time.Now().Add(20 * time.Second); !taken; {
		if time.Now().After(deadline) {
			t.Fatal("no session is served by one that waits")
		}
		c := r.dial("pop3")
		c.hears("+OK")
		taken = r.workers.waiting.Load() == mostWaiting-1
		c.says("QUIT")
		c.hears("+OK")
		c.ends()
		waiting(mostWaiting)
	}
}
