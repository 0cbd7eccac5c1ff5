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
	spinFor   = 400 * time.Microsecond // how long it looks: about twice as long as a thread takes to wake and a client to answer
	spinAfter = 8                      // the credit from which it looks: a wait that was short gives one
	spinPrice = 16                     // and a wait that was not takes so much
	spinMost  = 64                     // the most and the least that it comes to, so that what was long ago is forgotten
)

// fast is how many sessions have such a client.
var fast atomic.Int32

// pace is how fast a client is. Its zero value is that of a client who has said nothing.
type pace struct {
	credit int
	fast   bool
}

// waited notes how long the client has let the session wait.
func (p *pace) waited(d time.Duration) {
	if d > spinFor {
		p.rest()
		p.credit = max(p.credit-spinPrice, -spinMost)
		return
	}
	p.credit = min(p.credit+1, spinMost)
	if p.credit >= spinAfter && !p.fast {
		p.fast = true
		fast.Add(1)
	}
}

// rest notes that the client says nothing for now, or is gone.
func (p *pace) rest() {
	if p.fast {
		p.fast = false
		fast.Add(-1)
	}
}

// await reads what the client says within a moment from when the session began to wait, and nothing where it says nothing,
// where it is not fast, or where the connection has to be waited for, an error included.
func (s *session) await(buf []byte, began time.Time) (n int) {
	if s.pace.fast && fast.Load() == 1 && s.conn == s.raw && runtime.GOMAXPROCS(0) > 1 && s.socket.begin() {
		for ; ; yield() {
			n, ok := s.socket.look(buf)
			if n > 0 {
				return n
			}
			if !ok || time.Since(began) > spinFor {
				break
			}
		}
		s.pace.rest()
	}
	s.socket.end()
	return 0
}
