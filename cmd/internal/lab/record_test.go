package lab

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"ehlo/sim/engine"
	"ehlo/sim/imap"
	"ehlo/sim/machine"
	"ehlo/sim/smtp"
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
			r.settle(false, 0)
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
				r.settle(idle, smtp.Greeted)
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

// TestIMAPThatNobodyReads is [TestTranscriptThatNobodyReads] for IMAP, whose lines say in which state the session was.
func TestIMAPThatNobodyReads(t *testing.T) {
	made := func(commands int, look func(*record)) *record {
		r := newRecord(1, "imap", world.Service{Protocol: "imap"}, "127.0.0.1:1", 0, &faults{})
		n := 0
		state := imap.NotAuthenticated
		say := func(dir trace.Dir, text string, idle bool) {
			r.observe(engine.Time(n), dir, []byte(text))
			r.settle(idle, state)
			n++
		}
		command := func(text string, then machine.State, replies string) {
			say(trace.ToServer, text, false)
			state = then
			say(trace.ToClient, replies, true)
			look(r)
		}
		say(trace.ToClient, "* OK hello\r\n", true)
		command("a LOGIN bob plover\r\n", imap.Authenticated, "a OK\r\n")
		for i := range commands {
			switch {
			case i%610 == 0:
				command("b SELECT INBOX\r\n", imap.Selected, "* 1 EXISTS\r\nb OK\r\n")
			case i%610 == 305:
				command("f CLOSE\r\n", imap.Authenticated, "f OK\r\n")
			case i%3 > 0:
				command("e APPEND INBOX {12+}\r\nx LOGIN a b\n\r\n", state, "e OK\r\n")
			default:
				command("c NOOP\r\nd STATUS {5+}\r\nINBOX (MESSAGES)\r\n", state, "c OK\r\n* STATUS {5}\r\nINBOX (MESSAGES 1)\r\nd OK\r\n")
			}
		}
		return r
	}
	for _, commands := range []int{50, 320, 630, 640, 660, 950, 1000, 1900} {
		read := made(commands, func(r *record) { r.mu.Lock(); r.transcript(); r.mu.Unlock() })
		n := 0
		for name, r := range map[string]*record{"nobody": made(commands, func(*record) {}), "somebody at times": made(commands, func(r *record) {
			if n++; n%401 == 0 {
				r.mu.Lock()
				r.transcript()
				r.mu.Unlock()
			}
		})} {
			if a, b := read.transcript(), r.transcript(); !reflect.DeepEqual(a, b) || read.state != r.state || (r.dropped > 0) != (read.dropped > 0) {
				t.Errorf("%d commands, read by %s: %d lines behind %d, want %d behind %d", commands, name, len(b), r.dropped, len(a), read.dropped)
			}
		}
	}
}
