package lab

import "sync/atomic"

// workers are the goroutines that serve sessions, one each at a time. One that is done waits for the next session, since its
// stack has grown already and it need not be made anew: a twentieth of what a session with one message costs.
type workers struct {
	next    chan *session // without room: it is taken by one who waits
	waiting atomic.Int32
}

// mostWaiting is how many may wait for a session, each of which keeps its stack.
const mostWaiting = 32

// stackRoom is about as many octets of stack as a session of SMTP uses.
const stackRoom = 12 << 10

// deepen gives a goroutine at its beginning the stack that it will need. As it grows step by step with all that is on it, each
// step copies it: another twentieth.
//
//go:noinline
func deepen() (all byte) {
	var room [stackRoom]byte
	for i := 0; i < len(room); i += 1 << 10 {
		all |= room[i]
	}
	return all
}

// serve has a session served, until whose end the lab has to go on.
func (w *workers) serve(s *session, stop <-chan struct{}) {
	select {
	case w.next <- s:
	default:
		go w.work(s, stop)
	}
}

// work serves a session and others after it, until the lab closes or many wait for one already.
func (w *workers) work(s *session, stop <-chan struct{}) {
	deepen()
	for {
		s.serve()
		if w.waiting.Add(1) > mostWaiting {
			w.waiting.Add(-1)
			return
		}
		s = nil // nothing is to hold what it held
		select {
		case s = <-w.next:
			w.waiting.Add(-1)
		case <-stop:
			return
		}
	}
}
