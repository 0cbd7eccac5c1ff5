package scene

import (
	"strings"

	"ehlo/sim/engine"
	"ehlo/sim/trace"
)

// slip is a datagram on its way: a question to a name server, or its answer.
type slip struct {
	from, to int // hosts
	at       engine.Time
	seq      uint64
	label    string // "MX?", "MX", "NXDOMAIN"; "" until it is known
	name     string // the question: "example.net MX"
	answer   bool
	bad      bool // the answer is no
	lost     bool
	legs     []slipLeg
}

// slipLeg is the crossing of one link, forward where it leads from the link's first end to its second.
type slipLeg struct {
	link        int
	forward     bool
	from, until engine.Time
}

// asked is a question or an answer that sets out: the slip of its datagram, which comes before or after it.
func (s *Scene) asked(e *trace.Event) {
	from, to := s.host(e.Actor), s.host(e.Target)
	if from < 0 || to < 0 || from == to {
		return
	}
	var t *slip
	for i := len(s.slips) - 1; i >= 0; i-- {
		if k := &s.slips[i]; k.label == "" && k.from == from && k.at == e.At {
			t = k
			break
		}
	}
	if t == nil {
		s.slips = append(s.slips, slip{from: from, to: to, at: e.At})
		t = &s.slips[len(s.slips)-1]
	}
	t.to, t.seq, t.name = to, e.Seq, e.Label
	_, kind, _ := strings.Cut(e.Label, " ")
	if kind == "" {
		kind = "DNS"
	}
	t.label = kind + "?"
	if e.Kind == trace.KindAnswer {
		t.answer, t.label = true, kind
		if e.Class != trace.ClassOK || e.Verb != "" && e.Verb != "NOERROR" {
			t.bad, t.label = true, e.Verb
		}
	}
}

// datagram puts a slip on a link.
func (s *Scene) datagram(e *trace.Event) {
	a, b := s.host(e.Actor), s.host(e.Target)
	link := -1
	for i := range s.links {
		if k := &s.links[i]; k.a == a && k.b == b || k.a == b && k.b == a {
			link = i
			break
		}
	}
	if link < 0 {
		return
	}
	from := max(e.From, e.At)
	l := slipLeg{link, s.links[link].a == a, from, max(e.Until, from)}
	s.links[link].load(e)
	s.soonest = min(s.soonest, l.until)
	var t *slip
	for i := range s.slips {
		k := &s.slips[i]
		if n := len(k.legs); n == 0 && k.from == a && k.at == e.At && len(e.Data) > 0 || n > 0 && k.end(s) == a && k.legs[n-1].until <= e.At && len(e.Data) == 0 {
			t = k
			break
		}
	}
	if t == nil {
		s.slips = append(s.slips, slip{from: a, to: b, at: e.At, seq: e.Seq})
		t = &s.slips[len(s.slips)-1]
	}
	t.legs = append(t.legs, l)
	t.lost = e.Kind == trace.KindLost
}

// end is the host to which the last link leads.
func (t *slip) end(s *Scene) int {
	l := &t.legs[len(t.legs)-1]
	if l.forward {
		return s.links[l.link].b
	}
	return s.links[l.link].a
}

// retireSlips takes away the slips that have arrived before a moment.
func (s *Scene) retireSlips(now engine.Time) {
	kept := s.slips[:0]
	for _, t := range s.slips {
		if n := len(t.legs); n == 0 && t.at < now || n > 0 && t.legs[n-1].until < now && (t.lost || t.end(s) == t.to) ||
			n > 0 && t.legs[n-1].until+engine.Time(1e9) < now {
			continue
		}
		if n := len(t.legs); n > 0 {
			s.soonest = min(s.soonest, max(t.legs[n-1].until+1, now+1))
		}
		kept = append(kept, t)
	}
	s.slips = kept
}

// drawSlips paints the questions and answers on their links.
func (s *Scene) drawSlips(p pen, now engine.Time) {
	for i := range s.slips {
		t := &s.slips[i]
		n := len(t.legs)
		for n > 1 && t.legs[n-1].from > now {
			n--
		}
		if n == 0 || t.legs[n-1].from > now {
			continue
		}
		l := &t.legs[n-1]
		w := &s.geo.wires[l.link]
		f := 0.5
		if !s.view.ReducedMotion {
			f = part1(now, l.from, l.until)
		}
		label := t.label
		if label == "" {
			label = "DNS"
		}
		half := (textWidth(label, MonoStrong, packetText) + 16) / 2
		all := lengthOf(w.path)
		reach := min(half*p.k, all/2)
		d := reach + (all-2*reach)*f
		if t.lost {
			d = reach + (all-2*reach)*min(f, 0.5)
		}
		if !l.forward {
			d = all - d
		}
		at, _ := along(w.path, d)
		p.begin(Node{Kind: NodeSlip, Name: t.name, Peer: s.hosts[t.to].name, Seq: t.seq})
		if t.lost && f >= 0.5 {
			p.stamp(at, stampKey{kind: stampBump})
			continue
		}
		k := p.k
		if r := (card{x: at.X - half*k, y: at.Y - 11*k, w: 2 * half * k, h: 22 * k}); s.covered(r) || s.onCard(r) {
			label = "" // another one's label is there
		} else {
			s.taken = append(s.taken, r)
		}
		p.stamp(at, stampKey{kind: stampSlip, label: label, answer: t.answer, bad: t.bad})
	}
}

// part1 is how much of the time between two moments has passed, from 0 to 1.
func part1(now, from, until engine.Time) float64 {
	if now >= until {
		return 1
	}
	return max(float64(now-from)/float64(until-from), 0)
}

// drawSlip paints a slip with its middle at the pen: paper with a corner cut off.
func drawSlip(p *pen, label string, answer, bad bool) {
	half := (textWidth(label, MonoStrong, packetText) + 16) / 2
	fill, ink := DNSWash, DNS
	if answer {
		fill = Sheet
	}
	if bad {
		fill, ink = PermanentFill, OnPermanent
	}
	stroke := DNS
	if bad {
		stroke = PermanentFill
	}
	p.path(true, fill, stroke, p.line+0.2, -half, -11, half-7, -11, half, -4, half, 11, -half, 11)
	p.text(0, 4.2, label, MonoStrong, packetText, Middle, ink)
}
