package scene

import (
	"ehlo/sim/engine"
	"ehlo/sim/trace"
)

// Player keeps a trace and shows a scene at any moment of it, backwards too. Use [NewPlayer].
type Player struct {
	Scene   *Scene
	log     trace.Log
	applied int
}

// NewPlayer returns a player of an empty trace.
func NewPlayer() *Player { return &Player{Scene: New()} }

// Len returns the number of events kept.
func (p *Player) Len() int { return p.log.Len() }

// Applied returns how many events the scene shows.
func (p *Player) Applied() int { return p.applied }

// Keep drops the events from place n on; what follows is appended with [Player.Record].
func (p *Player) Keep(n int) {
	p.log.Truncate(n)
	if p.applied > p.log.Len() {
		p.rewind()
	}
}

// Record keeps a copy of the next event.
func (p *Player) Record(e *trace.Event) { p.log.Record(e) }

// Show brings the scene to the first total events and reports whether that changed it. More events than there are count
// as all.
func (p *Player) Show(total int) bool {
	total = max(min(total, p.log.Len()), 0)
	if total == p.applied {
		return false
	}
	if total < p.applied {
		p.rewind()
	}
	for ; p.applied < total; p.applied++ {
		e := p.log.At(p.applied)
		p.Scene.Apply(&e)
	}
	return true
}

// Now is the moment of the last event shown: the earliest for which [Scene.Frame] may be asked.
func (p *Player) Now() engine.Time {
	if p.applied == 0 {
		return 0
	}
	return p.log.At(p.applied - 1).At
}

func (p *Player) rewind() {
	p.Scene.Reset()
	p.applied = 0
}
