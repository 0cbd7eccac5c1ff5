package scene

import "math"

// drawStill paints what depends on the events alone: ground, links, tubes, cards, doors, mailboxes.
func (s *Scene) drawStill() {
	v := s.view
	s.list.reset(mark{})
	s.list.Width, s.list.Height, s.list.Version = v.Width, v.Height, s.version
	p := pen{l: &s.list, k: s.geo.k, line: v.Stroke, node: -1}
	p.add(Item{Shape: Rect, Size: Point{v.Width, v.Height}, Fill: Paper})
	if v.Base <= 16 && !v.Plain { // a projector shows dots as dirt
		p.add(Item{Shape: Dots, At: Point{8, 8}, Size: Point{v.Width, v.Height}, Radius: 1.2, Width: 16, Fill: Grid})
	}
	s.list.Ground = len(s.list.Items)
	s.fixed = s.fixed[:0]
	calm := v.mode() == modeCalm
	for i := range s.conns {
		s.layTube(&s.tubes[s.conns[i].tube])
	}
	for i := range s.links {
		s.drawWire(&p, i, calm)
	}
	if !calm {
		s.drawTubes(&p)
	}
	for i := range s.hosts {
		s.drawCard(p, i)
	}
	for i := range s.crosses {
		s.drawCross(p, &s.crosses[i])
	}
	s.list.Still = len(s.list.Items)
	s.still = s.list.mark()
	s.drawn = s.version
}

func (s *Scene) drawWire(p *pen, i int, calm bool) {
	l, w := &s.links[i], &s.geo.wires[i]
	busy := false
	for _, c := range s.conns {
		for _, r := range c.route {
			busy = busy || r == i && c.stands && !calm
		}
	}
	p.begin(Node{Kind: NodeLink, Name: s.hosts[l.a].name, Peer: s.hosts[l.b].name})
	w.half = textWidth(l.label, UI, subText)/2 + 4
	w.label, w.gap = w.middle, !busy && !l.down
	if !busy {
		wire := p.polyline(w.path, Wire, p.line)
		if l.down {
			wire.Dash = [2]float64{5 * p.k, 5 * p.k}
		}
	}
	if busy || l.down || s.broken(i) {
		w.label = s.beside(w, w.half)
		w.gap = false
		k := p.k
		if s.onCard(card{x: w.label.X - w.half*k, y: w.label.Y - 8*k, w: 2 * w.half * k, h: 16 * k}) {
			w.half = 0 // there is no room for it
		}
	}
	if l.down {
		drawBump(p.moved(w.middle))
	}
	p.node = -1
}

// broken says whether the cross of a connection that broke stands on a link.
func (s *Scene) broken(link int) bool {
	for i := range s.crosses {
		if x := &s.crosses[i]; x.port == 0 && x.host >= 0 {
			if r := s.route(x.client, x.host); len(r) > 0 && r[0] == link {
				return true
			}
		}
	}
	return false
}

// beside is where the label of a link stands while something lies on it: on the side where it covers less.
func (s *Scene) beside(w *wire, half float64) Point {
	n, k := w.normal, s.geo.k
	if n.Y > 0 || n.Y == 0 && n.X < 0 {
		n = Point{-n.X, -n.Y}
	}
	far := 13 + 11*math.Abs(n.Y) + half*math.Abs(n.X)
	best, least := w.middle, -1
	for _, f := range [2]float64{far, -far} {
		at := w.middle.plus(n, f*k)
		sum := s.price(card{x: at.X - half*k, y: at.Y - 8*k, w: 2 * half * k, h: 16 * k})
		if least < 0 || sum < least {
			best, least = at, sum
		}
	}
	return best
}

func (s *Scene) drawCard(p pen, i int) {
	h, d := &s.hosts[i], &s.geo.cards[i]
	p.at = Point{d.x, d.y}
	p.begin(Node{Kind: NodeHost, Name: h.name, Peer: h.address})
	w, height := d.w/p.k, d.h/p.k
	switch {
	case h.down:
		p.rect(0, 0, w, height, 4, Paper, RuleStrong, p.line).Dash = [2]float64{5 * p.k, 4 * p.k}
	case h.you:
		p.rect(0, 0, w, height, 4, Sheet, Ink, p.line+1)
	default:
		p.rect(0, 0, w, height, 4, Sheet, Outline, p.line)
	}
	role, ic := MTA, iconArrows
	switch h.role {
	case "mua":
		role, ic = MUA, iconScreen
	case "dns":
		role, ic = DNS, iconSigns
	case "mailbox":
		role, ic = MailboxInk, iconTray
	case "eve":
		role, ic = Eve, iconEye
	}
	ink := Ink
	if h.down {
		role, ink = RuleStrong, Ink2
	}
	e := p.line / 2
	p.path(true, role, Clear, 0, e, 4, 1.4+e, 1.4+e, 4, e, 34, e, 34, 34, e, 34)
	ic.draw(&p, 8, 8, 18, OnInk)
	p.text(43, 17, d.name, MonoStrong, nameText, Start, ink)
	p.text(43, 32, d.sub, UI, subText, Start, Ink2)
	if len(h.faults) > 0 && !h.down {
		p.begin(Node{Kind: NodeFault, Name: h.faults[0], Peer: h.name})
		p.path(true, TransientFill, OnTransient, 1.4, w-16, 9, w-7, 25, w-25, 25)
		p.path(false, Clear, OnTransient, 2, w-16, 14, w-16, 19)
		p.circle(w-16, 22, 1.2, OnTransient, Clear, 0)
		p.node = int32(len(p.l.Nodes)) - 2
	}
	if height > headHeight+10 {
		p.path(false, Clear, Rule, 1, e, headHeight, w-e, headHeight)
	}
	s.drawCalls(&p, i, w)
	s.drawBoxes(p, i)
	for k := range h.doors {
		s.drawDoor(p, i, d.doors[k], h.doors[k].port, h.doors[k].tubes > 0)
	}
}

// drawCalls writes which connections a client's card has opened.
func (s *Scene) drawCalls(p *pen, i int, w float64) {
	if s.keeps(&s.hosts[i]) {
		return
	}
	text := ""
	for c := range s.conns {
		if s.conns[c].client == i {
			if text != "" {
				text += "  "
			}
			text += s.conns[c].label
		}
	}
	if text != "" {
		p.text(12, 61, fit(text, UI, subText, w-24), UI, subText, Start, Ink2)
	}
}

// body is where a card's content begins and ends between walls with doors, in units.
func (s *Scene) body(i int) (from, to float64) {
	d := &s.geo.cards[i]
	from, to = 14, d.w/s.geo.k-10
	wide := 0.0 // of the numbers of its ports
	for k := range s.hosts[i].doors {
		digits := 0.0
		for port := s.hosts[i].doors[k].port; port > 0; port /= 10 {
			digits++
		}
		wide = max(wide, digits*monoWidth*packetText)
	}
	if len(d.doors) > 0 && d.side == left {
		from = max(46, wide+18)
	} else if len(d.doors) > 0 {
		to -= max(34, wide+6)
	}
	return from, to
}

const mostLeaves = 6

// extent is how wide a mailbox's shelf is, and how wide the mailbox with its texts.
func (b *box) extent(roomy bool) (shelf, all float64) {
	least, space := 21.0, 9.0
	if !roomy {
		least, space = 10, 6
	}
	shelf = max(float64(min(b.counts.Messages, mostLeaves))*9-2, least)
	line := textWidth(b.total, UI, subText)
	for _, t := range [2]string{b.unseen, b.gone} {
		if t != "" {
			line += 6 + textWidth(t, UIStrong, subText)
		}
	}
	return shelf, shelf + space + max(line, textWidth(b.label, UIStrong, subText))
}

func (s *Scene) drawBoxes(p pen, i int) {
	h := &s.hosts[i]
	x, end := s.body(i)
	host := p.node
	roomy := true
	last := x
	for k := range h.boxes {
		_, need := h.boxes[k].extent(true)
		last += need + 16
	}
	gap := 16.0
	if last-16 > end {
		roomy, gap = false, 10
		last = x
		for k := range h.boxes {
			_, need := h.boxes[k].extent(false)
			last += need + gap
		}
	}
	for k := range h.boxes {
		b := &h.boxes[k]
		leaves := min(b.counts.Messages, mostLeaves)
		shelf, need := b.extent(roomy)
		room := end
		if k < len(h.boxes)-1 {
			room -= 22 // for the number of those that have none
		}
		if x+need > room && last-gap > end {
			p.text(max(x-gap+6, 12), 73, "+"+number(len(h.boxes)-k), UIStrong, subText, Start, Ink2)
			return
		}
		label := x + shelf + 9
		if !roomy {
			label -= 3
		}
		count := label + textWidth(b.total, UI, subText)
		p.begin(Node{Kind: NodeMailbox, Name: b.address, Peer: h.name, Num: int64(b.counts.Messages)})
		q := p.moved(p.pt(x, 50))
		b.drawLeaves(&q, leaves)
		q.path(false, Clear, MailboxInk, 2, -3, 25.5, shelf+3, 25.5)
		p.text(label, 59, b.label, UIStrong, subText, Start, Ink)
		p.text(label, 74, b.total, UI, subText, Start, Ink2)
		if b.unseen != "" {
			p.text(count+6, 74, b.unseen, UIStrong, subText, Start, MailboxInk)
			count += 6 + textWidth(b.unseen, UIStrong, subText)
		}
		if b.gone != "" {
			p.text(count+6, 74, b.gone, UI, subText, Start, Ink2)
		}
		p.node = host
		x += need + gap
	}
}

// drawLeaves paints the newest messages of a mailbox: struck ones are marked \Deleted, filled ones are unread.
func (b *box) drawLeaves(p *pen, leaves int) {
	gone := min(b.counts.Deleted, leaves)
	fresh := leaves - min(b.counts.Unseen, leaves)
	for n := range leaves {
		x := float64(n) * 9
		switch {
		case n < gone:
			p.rect(x, 0, 7, 22, 0, Clear, MailboxInk, 1.2).Dash = [2]float64{2 * p.k, 2 * p.k}
			p.path(false, Clear, MailboxInk, 1.2, x-2, 17, x+9, 5)
		case n >= fresh:
			p.rect(x, 0, 7, 22, 0, MailboxInk, MailboxInk, 1.2)
		default:
			p.rect(x, 0, 7, 22, 0, MailboxWash, MailboxInk, 1.2)
		}
	}
}

// drawDoor paints a listening port in a card's wall: its leaf in the wall, or swung out where a tube ends.
func (s *Scene) drawDoor(p pen, i int, at Point, port int64, open bool) {
	p.at = at
	out := s.geo.cards[i].side.normal().X
	p.begin(Node{Kind: NodeDoor, Name: s.hosts[i].name, Num: port})
	gapWidth := p.line + 1.5
	if s.hosts[i].you {
		gapWidth++
	}
	p.path(false, Clear, Sheet, gapWidth, 0, -10, 0, 10)
	p.path(false, Clear, Outline, p.line, out*4, -10, -out*3, -10)
	p.path(false, Clear, Outline, p.line, out*4, 10, -out*3, 10)
	if open {
		p.path(false, Clear, Ink, p.line+0.8, out*2, -10, out*15, -21)
	} else {
		p.path(false, Clear, Ink, p.line+0.8, 0, -10, 0, 10)
	}
	anchor := Start
	if out > 0 {
		anchor = End
	}
	label := number(int(port))
	p.text(-out*8, 4.2, label, MonoStrong, packetText, anchor, Ink)
	half := textWidth(label, MonoStrong, packetText) / 2
	s.fix(p.pt(-out*(8+half), 0), half, 8)
}

// drawCross marks where a connection was refused, broke, or had nowhere to go.
func (s *Scene) drawCross(p pen, x *cross) {
	g := &s.geo
	name := s.hosts[x.client].name
	if x.host < 0 {
		d := &g.cards[x.client]
		w := right
		if d.narrow || d.x > s.view.Width/2 {
			w = bottom
		}
		p.begin(Node{Kind: NodeConn, Name: name, Seq: x.seq})
		drawBump(p.moved(d.wall(w, 0).plus(w.normal(), 18*g.k)))
		return
	}
	p.begin(Node{Kind: NodeConn, Name: name, Peer: s.hosts[x.host].name, Seq: x.seq, Num: x.port})
	if x.port == 0 { // it broke on its way
		if r := s.route(x.client, x.host); len(r) > 0 {
			drawBump(p.moved(g.wires[r[0]].middle))
		} else {
			drawBump(p.moved(g.cards[x.client].wall(top, 0)))
		}
		return
	}
	at, out := g.doorOf(s, x.host, x.port)
	q := p.moved(at)
	q.path(false, Clear, Outline, p.line, out.X*4, -10, -out.X*3, -10)
	q.path(false, Clear, Outline, p.line, out.X*4, 10, -out.X*3, 10)
	anchor := End
	if out.X > 0 {
		anchor = Start
	}
	label := number(int(x.port))
	q.text(out.X*24, 4.2, label, MonoStrong, packetText, anchor, Ink).Stroke = Paper
	half := textWidth(label, MonoStrong, packetText) / 2
	s.fix(q.pt(out.X*(24+half), 0), half, 8)
	q.at = at.plus(out, 13*g.k)
	q.path(false, Clear, Permanent, 2.4, -5, -5, 5, 5).Round = true
	q.path(false, Clear, Permanent, 2.4, 5, -5, -5, 5).Round = true
}

// drawBump is the cross in a circle.
func drawBump(p pen) {
	p.circle(0, 0, 10, PermanentFill, Paper, 2)
	p.path(false, Clear, OnPermanent, 2, -3.5, -3.5, 3.5, 3.5).Round = true
	p.path(false, Clear, OnPermanent, 2, 3.5, -3.5, -3.5, 3.5).Round = true
}
