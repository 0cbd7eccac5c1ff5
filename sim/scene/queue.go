package scene

import (
	"math"

	"ehlo/sim/engine"
)

// stack is what waits at an MTA for the same next host: one letter, or several one on the other.
type stack struct {
	next         string
	first        *letter
	count        int
	away         int // how many of them are on their way
	since, until engine.Time
	conn         uint32
	null         bool

	shown  int64 // the second that text was made for
	text   string
	number string
}

// restack gathers the letters of every queue, where something has changed.
func (s *Scene) restack() {
	if s.stacked {
		return
	}
	s.stacked = true
	for h := range s.hosts {
		q := &s.hosts[h]
		q.stacks = q.stacks[:0]
		for _, l := range q.letters {
			for i := range l.slots {
				q.pile(s, l, &l.slots[i])
			}
		}
		for i := range q.stacks {
			k := &q.stacks[i]
			k.shown, k.number = -1, ""
			if k.count > 1 {
				k.number = "×" + number(k.count)
			}
		}
	}
}

// pile puts a letter's place in the queue on the stack of its next host. The ring shows the earliest next try.
func (h *host) pile(s *Scene, l *letter, sl *slot) {
	var k *stack
	for i := range h.stacks {
		if h.stacks[i].next == sl.next {
			k = &h.stacks[i]
			break
		}
	}
	if k == nil {
		h.stacks = append(h.stacks, stack{next: sl.next, first: l, null: true})
		k = &h.stacks[len(h.stacks)-1]
	}
	k.count++
	k.null = k.null && l.null
	if sl.conn != 0 {
		k.conn = sl.conn
	}
	if s.transit(sl) {
		k.away++
	}
	if sl.until > 0 && (k.until == 0 || sl.until < k.until) {
		k.since, k.until = sl.since, sl.until
	}
}

// drawQueues paints what waits at each MTA: a ring that closes until the next attempt.
func (s *Scene) drawQueues(p pen, now engine.Time) {
	s.restack()
	for h := range s.hosts {
		if len(s.hosts[h].stacks) == 0 {
			continue
		}
		d := &s.geo.cards[h]
		x, end := s.body(h)
		q := p.moved(Point{d.x, d.y})
		y := d.h/p.k - 24
		left := 0
		for i := range s.hosts[h].stacks {
			k := &s.hosts[h].stacks[i]
			need := 34.0
			if k.until > now || k.count > 1 {
				need = 72
			}
			if x+need > end {
				left += k.count
				continue
			}
			r := q.moved(q.pt(x+17, y))
			s.drawStack(&r, h, k, now)
			x += need + 8
		}
		if left > 0 {
			q.node = -1
			if left != s.hosts[h].left {
				s.hosts[h].left, s.hosts[h].leftText = left, "+"+number(left)
			}
			q.text(end-2, y+17, s.hosts[h].leftText, UIStrong, subText, End, Ink2)
		}
	}
}

func (s *Scene) drawStack(p *pen, h int, k *stack, now engine.Time) {
	l := k.first
	p.begin(Node{Kind: NodeLetter, Name: l.subject, Peer: s.hosts[h].name, Seq: l.seq, Conn: k.conn, Num: l.octets, Letter: l.id})
	p.stamp(p.at, stampKey{kind: stampQueued, many: uint8(min(k.count, 3)), bad: k.null, sealed: k.away == k.count})
	if k.until > now && k.until > k.since {
		drawArc(p, 17, float64(now-k.since)/float64(k.until-k.since))
		if left := (int64(k.until-now) + 999_999_999) / 1e9; left != k.shown {
			var buf [24]byte
			k.shown, k.text = left, string(wait(buf[:0], k.until-now))
		}
		y := 4.0
		if k.number != "" {
			y = 11
		}
		p.text(23, y, k.text, MonoStrong, packetText, Start, Ink)
	}
	if k.number != "" {
		y := 4.0
		if k.until > now {
			y = -4
		}
		p.text(23, y, k.number, MonoStrong, packetText, Start, Queue)
	}
}

// drawQueued paints a place in a queue with its middle at the pen: a ring, and as many letters as lie on each other, up
// to three. They are dashed while all are on their way.
func drawQueued(p *pen, many int, null, away bool) {
	p.circle(0, 0, 17, Sheet, Rule, 3)
	paper, ink := LetterPaper, LetterInk
	if away {
		paper, ink = Clear, RuleStrong
	} else if null {
		ink = LetterReturn
	}
	for i := many - 1; i >= 0; i-- {
		off := 2.6*float64(i) - 1.3*float64(many-1)
		q := p.moved(p.pt(off*0.8, -off))
		sheet := q.rect(-10, -6.5, 20, 13, 1, paper, ink, p.line)
		if away {
			sheet.Dash = [2]float64{3 * p.k, 3 * p.k}
		}
		if i == 0 {
			q.path(false, Clear, ink, 1, -9.5, -6, 0, 1.5, 9.5, -6)
		}
	}
}

// drawArc is the part f of a circle, clockwise from the top.
func drawArc(p *pen, r, f float64) {
	n := len(p.l.Points)
	steps := max(int(f*48), 1)
	for i := range steps + 1 {
		sin, cos := math.Sincos(2 * math.Pi * f * float64(i) / float64(steps))
		p.l.Points = append(p.l.Points, p.pt(r*sin, -r*cos))
	}
	p.add(Item{Shape: Path, Stroke: Queue, Round: true, Width: 3 * p.k, From: int32(n), To: int32(len(p.l.Points))})
}
