package bridge

import (
	"context"
	"sync"
	"time"
)

// learners counts who is connected, and how often they connected lately.
type learners struct {
	limits Limits
	now    func() time.Time

	mu    sync.Mutex
	total int
	of    map[string]*learner
}

type learner struct {
	open   int
	starts []time.Time // of the last minute
}

func newLearners(l Limits) *learners {
	return &learners{limits: l, now: time.Now, of: map[string]*learner{}}
}

// enter counts a new connection of a learner, or says why there is no room for it. leave must follow.
func (l *learners) enter(who string) *Refusal {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	e := l.of[who]
	if e == nil {
		if len(l.of) >= 4*l.limits.Connections { // those who left a while ago need not be remembered
			for name, k := range l.of {
				if k.open == 0 && (len(k.starts) == 0 || now.Sub(k.starts[len(k.starts)-1]) > time.Minute) {
					delete(l.of, name)
				}
			}
			if len(l.of) >= 4*l.limits.Connections {
				return refuse("full")
			}
		}
		e = &learner{}
		l.of[who] = e
	}
	for len(e.starts) > 0 && now.Sub(e.starts[0]) > time.Minute {
		e.starts = e.starts[1:]
	}
	switch {
	case l.total >= l.limits.Connections:
		return refuse("full")
	case e.open >= l.limits.PerLearner:
		return refuse("learner-full")
	case len(e.starts) >= l.limits.PerMinute:
		return refuse("too-fast")
	}
	e.open++
	l.total++
	e.starts = append(e.starts, now)
	return nil
}

func (l *learners) leave(who string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.total--
	if e := l.of[who]; e != nil {
		if e.open--; e.open == 0 && len(e.starts) == 0 {
			delete(l.of, who)
		}
	}
}

// meter slows a connection down to its rate and ends it at its limit of octets.
type meter struct {
	rate  int64
	most  int64
	mu    sync.Mutex
	total int64
	debt  int64 // octets ahead of the rate
	at    time.Time
}

// burst is how many seconds of its rate a connection may use at once.
const burst = 4

// pass counts n octets, waits until the rate allows them, and says no where they are too many.
func (m *meter) pass(ctx context.Context, n int) *Refusal {
	m.mu.Lock()
	now := time.Now()
	m.debt = max(m.debt-int64(now.Sub(m.at).Seconds()*float64(m.rate)), 0) + int64(n)
	m.at = now
	m.total += int64(n)
	over, wait := m.total > m.most, time.Duration(0)
	if ahead := m.debt - burst*m.rate; ahead > 0 {
		wait = time.Duration(float64(ahead) / float64(m.rate) * float64(time.Second))
	}
	m.mu.Unlock()
	if over {
		return refuse("octets")
	}
	if wait > 0 {
		select {
		case <-ctx.Done():
		case <-time.After(wait):
		}
	}
	return nil
}
