package lab

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"ehlo/sim/engine"
	"ehlo/sim/trace"
	"ehlo/sim/world"
)

// TestTranscriptIsReadLate sees that a session's lines do not depend on when somebody wants to see them.
func TestTranscriptIsReadLate(t *testing.T) {
	made := func(look func(int, *record)) *record {
		r := newRecord(1, "smtp", world.Service{Protocol: "smtp"}, "127.0.0.1:1", 0, &faults{})
		n := 0
		pass := func(dir trace.Dir, text string) {
			r.observe(engine.Time(n), dir, []byte(text))
			r.settle(false)
			n++
			look(n, r)
		}
		pass(trace.ToClient, "220 mx.example.test\r\n")
		for i := range 600 {
			pass(trace.ToServer, fmt.Sprintf("MAIL FROM:<%d@example.org>\r\nRCPT TO", i))
			pass(trace.ToServer, ":<bob@example.test>\r\nDATA\r\n")
			pass(trace.ToClient, "250 OK\r\n250 OK\r\n354 Go on\r\n")
			pass(trace.ToServer, strings.Repeat("x", i*7)+"\r\n.\r\n")
			pass(trace.ToClient, "250 OK\r\n")
		}
		r.close(engine.Time(n), overQuit, "")
		return r
	}
	late := made(func(int, *record) {})
	for name, look := range map[string]func(int, *record){
		"each time": func(_ int, r *record) { r.mu.Lock(); r.transcript(); r.mu.Unlock() },
		"at times": func(n int, r *record) {
			if n%37 == 0 {
				r.mu.Lock()
				r.transcript()
				r.mu.Unlock()
			}
		},
	} {
		soon := made(look)
		if a, b := soon.transcript(), late.transcript(); !reflect.DeepEqual(a, b) || soon.dropped != late.dropped || soon.state != late.state {
			t.Errorf("%s: %d lines behind %d in state %s, and late %d lines behind %d in state %s", name, len(a), soon.dropped, soon.state, len(b), late.dropped, late.state)
		}
	}
	if late.dropped == 0 || len(late.transcript()) < 10 || late.octets[trace.ToServer] == 0 {
		t.Errorf("%d lines behind %d", len(late.transcript()), late.dropped)
	}
}

// TestTranscriptThatNobodyReads sees that a session whose older lines are dropped unread has the same last ones.
func TestTranscriptThatNobodyReads(t *testing.T) {
	for _, transactions := range []int{10, 300, 1000, 2000} {
		made := func(look func(*record)) *record {
			r := newRecord(1, "smtp", world.Service{Protocol: "smtp"}, "127.0.0.1:1", 0, &faults{})
			n := 0
			pass := func(dir trace.Dir, text string, idle bool) {
				r.observe(engine.Time(n), dir, []byte(text))
				r.settle(idle)
				n++
			}
			pass(trace.ToClient, "220 mx.example.test\r\n", false)
			pass(trace.ToServer, "EHLO a\r\n", false)
			pass(trace.ToClient, "250 mx.example.test\r\n", true)
			for i := range transactions {
				pass(trace.ToServer, fmt.Sprintf("MAIL FROM:<%d@example.org>\r\nRCPT TO:<bob@example.test>\r\nDATA\r\n", i), false)
				pass(trace.ToClient, "250 OK\r\n250 OK\r\n354 Go on\r\n", false)
				pass(trace.ToServer, strings.Repeat("x", i%700)+"\r\n.\r\n", false)
				pass(trace.ToClient, "250 OK\r\n", true)
				look(r)
			}
			return r
		}
		read := made(func(r *record) { r.mu.Lock(); r.transcript(); r.mu.Unlock() })
		n := 0
		for name, r := range map[string]*record{"nobody": made(func(*record) {}), "somebody at times": made(func(r *record) {
			if n++; n%401 == 0 {
				r.mu.Lock()
				r.transcript()
				r.mu.Unlock()
			}
		})} {
			if a, b := read.transcript(), r.transcript(); !reflect.DeepEqual(a, b) || read.state != r.state || (r.dropped > 0) != (read.dropped > 0) {
				t.Errorf("%d transactions, read by %s: %d lines behind %d, want %d behind %d", transactions, name, len(b), r.dropped, len(a), read.dropped)
			}
		}
	}
}
