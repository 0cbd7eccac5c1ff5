package scene

import (
	"ehlo/sim/engine"
	"ehlo/sim/trace"
)

// burst is octets that leave for a link, and arrive.
type burst struct {
	octets      int64
	from, until engine.Time
}

// load notes octets on a link.
func (l *link) load(e *trace.Event) {
	if l.bits <= 0 || l.latency <= 0 {
		return
	}
	if n := len(l.bursts); n == cap(l.bursts) {
		kept := l.bursts[:0]
		for _, b := range l.bursts {
			if b.until > e.At {
				kept = append(kept, b)
			}
		}
		l.bursts = kept
	}
	l.bursts = append(l.bursts, burst{e.Num, max(e.From, e.At), e.Until})
}

// use is how much of what a link can hold is on it, and how much as a part of the same waits for it: 1 is full.
func (l *link) use(now engine.Time) (flies, waits float64) {
	if len(l.bursts) == 0 {
		return 0, 0
	}
	var on, behind int64
	for i := range l.bursts {
		switch b := &l.bursts[i]; {
		case b.until <= now:
		case b.from <= now:
			on += b.octets
		default:
			behind += b.octets
		}
	}
	full := float64(l.bits) / 8 * float64(l.latency) / 1e9
	if full <= 0 {
		return 0, 0
	}
	return min(float64(on)/full, 1), min(float64(behind)/full, 1)
}

// drawLinks writes how long each link takes and how full it is, where nothing that moves covers that.
func (s *Scene) drawLinks(p pen, now engine.Time) {
	for i := range s.links {
		l, w := &s.links[i], &s.geo.wires[i]
		if w.half == 0 || s.covered(card{x: w.label.X - w.half*p.k, y: w.label.Y - 8*p.k, w: 2 * w.half * p.k, h: 18 * p.k}) {
			continue
		}
		p.begin(Node{Kind: NodeLink, Name: s.hosts[l.a].name, Peer: s.hosts[l.b].name})
		q := p.moved(w.label)
		if w.gap {
			q.rect(-w.half, -8, 2*w.half, 16, 0, Paper, Clear, 0)
		}
		q.text(0, 4, l.label, UI, subText, Middle, Ink2).Stroke = Paper
		s.place(w.label, w.half, 9)
		flies, waits := l.use(now)
		if flies+waits < 0.01 {
			continue
		}
		const wide = 36
		q.rect(-wide/2, 9, wide, 3, 0, Rule, Clear, 0)
		q.rect(-wide/2, 9, wide*max(flies, 0.03), 3, 0, Ink2, Clear, 0)
		if waits > 0 {
			q.rect(-wide/2, 13, wide*max(waits, 0.03), 3, 0, Queue, Clear, 0)
		}
	}
}
