package scene

import "ehlo/sim/engine"

// ReelHop is how long a hop takes to look at in a reel, in nanoseconds, and reelHold how long a picture stands after which
// nothing is on its way for a while.
const (
	ReelHop  = 800e6
	reelHold = 500e6
)

// Reel is a run of a world in single pictures, as it is seen at the pace that shows each hop: waiting is skipped. Use
// [Player.Reel].
type Reel struct {
	player  *Player
	now     engine.Time
	end     engine.Time
	total   int
	step    float64 // real time between two pictures
	held    float64 // how long the picture in view has stood while nothing is on its way
	started bool
	over    bool
}

// Reel makes the pictures, so many a second, of the events from place first to place total, up to a moment at which those
// have happened. The player itself keeps showing what it shows; the reel's scene has the same view, words and pins.
func (p *Player) Reel(first, total int, end engine.Time, fps int) *Reel {
	total = max(min(total, p.log.Len()), 0)
	first = max(min(first, total), 0)
	q := NewPlayer()
	for i := range total {
		e := p.log.At(i)
		q.log.Record(&e)
	}
	q.Scene.words = p.Scene.words
	for host, at := range p.Scene.pins {
		q.Scene.pins[host] = at
	}
	q.Scene.Layout(p.Scene.view)
	q.Show(first)
	return &Reel{player: q, now: q.Now(), end: max(end, q.Now()), total: total, step: 1e9 / float64(max(fps, 1))}
}

// Scene is the scene of the pictures, for its view.
func (r *Reel) Scene() *Scene { return r.player.Scene }

// Next is the next picture and its moment, and false where the run is over. The list is the reel's and changes with the
// next call.
func (r *Reel) Next() (l *List, now engine.Time, ok bool) {
	if r.over {
		return nil, 0, false
	}
	if r.started {
		r.advance()
	}
	r.started = true
	return r.Frame(), r.now, true
}

// Frame is the picture in view again.
func (r *Reel) Frame() *List { return r.player.Scene.Frame(r.now) }

// advance lets the virtual time pass that belongs to one picture.
func (r *Reel) advance() {
	p := r.player
	for left := r.step; left > 0; {
		hop, flying := p.Scene.Hop(r.now)
		next, more := r.end, p.applied < r.total
		if more {
			next = p.log.At(p.applied).At
		}
		if !flying {
			if r.held += left; r.held < reelHold && (!more || next > r.now) {
				return
			}
			if !more {
				r.over = r.now >= r.end || r.held >= reelHold
				r.now = r.end
				return
			}
			r.reach(next)
			continue
		}
		r.held = 0
		ahead := engine.Time(left * float64(hop) / ReelHop)
		if r.now+ahead < next || !more {
			r.now += max(ahead, 1)
			return
		}
		left -= float64(next-r.now) * ReelHop / float64(max(hop, 1))
		r.reach(next)
	}
}

// reach goes to a moment and lets everything happen that happens then.
func (r *Reel) reach(at engine.Time) {
	p := r.player
	n := p.applied
	for n < r.total && p.log.At(n).At <= at {
		n++
	}
	p.Show(n)
	r.now = max(r.now, at)
}

// Hop is how long the quickest of what is on its way, or waits for its link, needs for that, and false where nothing is.
func (s *Scene) Hop(now engine.Time) (time engine.Time, ok bool) {
	time = engine.Never
	see := func(from, until engine.Time) {
		if now < until {
			time = min(time, until-from)
		}
	}
	for _, c := range s.conns {
		if !c.stands {
			see(c.asked, c.reaches)
		}
		for i := range c.trains {
			for _, l := range c.trains[i].legs {
				see(l.from, l.until)
			}
		}
	}
	for i := range s.slips {
		for _, l := range s.slips[i].legs {
			see(l.from, l.until)
		}
	}
	return time, time < engine.Never
}
