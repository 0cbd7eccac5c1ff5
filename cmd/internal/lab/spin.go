package lab

import (
	"runtime"
	"sync/atomic"
	"time"
)

// A client that sends one command after the other, each as soon as it has the reply to the last, waits mostly for the
// server's thread to be woken: on a machine whose processor sleeps in between, much longer than for its reply. The session of
// such a client therefore looks for the next command for a moment before it sleeps. Sessions of people and of clients that
// are far away never do, and where several clients are that fast nobody does: then the processors have other work. Between two
// looks it lets others have the processor, so that looking in vain takes time mostly from nobody.
const (
	spinFor   = 200 * time.Microsecond // how long it looks: a wait of that length would have been worth it
	spinAfter = 8                      // so many waits like that in a row,
	spinLast  = 8 << 4                 // and up to so many where looking was in vain
)

// fast is how many sessions have such a client.
var fast atomic.Int32

// pace is how fast a client is.
type pace struct {
	quick int // waits in a row that were short
	shift int // spinAfter, shifted so often, is how many there must be
}

func (p *pace) isFast() bool { return p.quick >= spinAfter<<p.shift }

// waited notes how long the client has let the session wait.
func (p *pace) waited(d time.Duration) {
	if d > spinFor {
		p.slow()
	} else if !p.isFast() {
		if p.quick++; p.isFast() {
			fast.Add(1)
		}
	}
}

// slow notes that the client is not fast, or is gone.
func (p *pace) slow() {
	if p.isFast() {
		fast.Add(-1)
	}
	p.quick = 0
}

// vain notes that the client was looked for in vain, or that looking took too long.
func (p *pace) vain() {
	p.slow()
	if spinAfter<<p.shift < spinLast {
		p.shift += 2
	}
}

// await reads what the client says within a moment, and nothing where it says nothing, where it is not fast, or where the
// connection has to be waited for, an error included.
func (s *session) await(buf []byte) (n int) {
	if s.pace.isFast() && fast.Load() == 1 && s.conn == s.raw && runtime.GOMAXPROCS(0) > 1 && s.socket.begin() {
		for start := time.Now(); ; yield() {
			n, ok := s.socket.look(buf)
			if time.Since(start) > spinFor {
				s.pace.vain() // even where there is something now: others had the processor
				ok = false
			}
			if n > 0 {
				return n
			}
			if !ok {
				break
			}
		}
	}
	s.socket.end()
	return 0
}
