package sim

import (
	"math/bits"
	"time"

	"ehlo/sim/engine"
)

// ShowHop is how long one hop takes to look at, at the pace [Show].
const ShowHop = 800 * time.Millisecond

// Pace is how fast virtual time passes while a person looks on, in thousandths of real time; 0 is [Show].
type Pace int64

// Show slows the clock so that a hop takes [ShowHop] while something is on a wire, and waits where only timers remain.
const Show Pace = 0

// Play lets the virtual time pass that belongs to some real time, and says whether more would happen if it were called
// again. real is cut to a second, so that a page that slept does not jump.
func (t *Timeline) Play(p Pace, real time.Duration) bool {
	real = min(max(real, 0), time.Second)
	if p > Show {
		t.Advance(t.w.now.Add(time.Duration(int64(real) / 1000 * int64(p))))
		_, more := t.w.Next()
		return more || t.Past()
	}
	for real > 0 {
		hop, flying := t.Hop()
		next, _ := t.w.net.Timeout()
		if !flying {
			if !t.Past() {
				if t.w.Quiet() || !t.step(engine.Never) {
					return false
				}
				continue // somebody took their time to answer
			}
			if !t.step(t.end) { // the past plays on with what was recorded next
				t.Advance(t.end)
			}
			continue
		}
		if t.applied < len(t.inputs) {
			next = min(next, t.inputs[t.applied].At)
		}
		ahead := scale(int64(real), int64(hop), int64(ShowHop))
		if ahead < next.Sub(t.w.now) {
			t.Advance(t.w.now.Add(ahead))
			return true
		}
		real -= scale(int64(next-t.w.now), int64(ShowHop), int64(max(hop, 1)))
		t.Advance(next)
	}
	return !t.w.Quiet() || t.Past()
}

// scale is a*b/c without overflow on the way.
func scale(a, b, c int64) time.Duration {
	hi, lo := bits.Mul64(uint64(a), uint64(b))
	if hi >= uint64(c) {
		return time.Duration(engine.Never)
	}
	q, _ := bits.Div64(hi, lo, uint64(c))
	return time.Duration(min(q, uint64(engine.Never)))
}
