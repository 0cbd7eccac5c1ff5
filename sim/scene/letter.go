package scene

import (
	"bytes"

	"ehlo/sim/engine"
	"ehlo/sim/trace"
)

// draft is a message whose octets cross a connection and that nobody has taken responsibility for: it flies with its
// first octets and then stands at the far end of the tube until the machine there has judged it.
type draft struct {
	active  bool
	seq     uint64
	off     int64 // position of its first octet in the stream
	subject string
	caption string // the line below the subject: "alice → bob · 612 octets"
	octets  int64
	marks   int    // Received fields seen
	body    bool   // the header is over
	ended   bool   // a line that is not content has followed
	flies   uint64 // the frame in which its octets were on a link last
}

type letterKey struct {
	host int
	id   uint32
}

// letter is a message that an MTA is responsible for.
type letter struct {
	host    int
	id      uint32
	seq     uint64
	subject string
	who     string // "alice → bob"
	null    bool   // its reverse-path is null: a bounce
	octets  int64
	left    int // recipients nobody else has taken
	slots   []slot
}

// slot is a letter's place in the queue for one next host.
type slot struct {
	next         string
	since, until engine.Time // of the wait for the next attempt
	conn         uint32      // the attempt under way, 0 for none
	handed       bool        // the next host has it, and the answer is on its way
}

// heard keeps what the lines of a session say about its message.
func (s *Scene) heard(c *conn, e *trace.Event) {
	d := &c.drafts[e.Dir]
	s.stacked = s.stacked && c.carries == nil
	if d.active && e.Class != trace.ClassContent {
		d.ended = true
	}
	if e.Dir == trace.ToClient {
		switch e.Class {
		case trace.ClassOK, trace.ClassTransient, trace.ClassPermanent:
			c.drafts[trace.ToServer].active = false
			if e.Class == trace.ClassOK && e.Verb == "RCPT" {
				c.rcpts++
			}
		}
		return
	}
	c.drafts[trace.ToClient].active = false
	switch e.Verb {
	case "MAIL":
		path := angle(e.Data)
		c.from, c.to, c.null, c.rcpts = localPart(path), "", path == "", 0
	case "RCPT":
		if c.to != "" {
			c.to += ", "
		}
		c.to += localPart(angle(e.Data))
	case "RSET", "EHLO", "HELO":
		c.from, c.to, c.null, c.rcpts = "", "", false, 0
	}
}

// angle is what stands between the angle brackets of a line.
func angle(line []byte) string {
	_, rest, _ := bytes.Cut(line, []byte("<"))
	path, _, ok := bytes.Cut(rest, []byte(">"))
	if !ok {
		return ""
	}
	return string(path)
}

// content puts octets of a message on a train: its first ones are the envelope, later ones are sheets.
func (s *Scene) content(c *conn, t *train, e *trace.Event) {
	d := &c.drafts[e.Dir]
	look := lookSheet
	if !d.active || d.ended {
		*d = draft{active: true, seq: e.Seq, off: e.Off}
		look = lookEnvelope
		s.countMessage(c, e)
	}
	d.octets += e.Num
	d.read(e.Data)
	s.describe(c, d, e.Dir)
	n := len(t.cars)
	if n > 0 && t.cars[n-1].look == lookSealed { // the record that holds it
		n--
		t.cars = t.cars[:n]
	}
	if n == 0 || t.cars[n-1].look < lookSheet {
		t.cars = append(t.cars, car{look: look, seq: e.Seq, lines: 1, octets: e.Num, sealed: e.Sealed})
	}
	t.couple()
}

// describe makes the lines of text that go with a draft.
func (s *Scene) describe(c *conn, d *draft, dir trace.Dir) {
	d.caption = ""
	if dir == trace.ToServer {
		if l := c.carries; l != nil {
			d.subject, d.caption = l.subject, l.who
		} else if c.to != "" {
			from := c.from
			if c.null {
				from = "<>"
			}
			d.caption = from + " → " + c.to
		}
	}
	if octets := s.word("page.stage.octets", ""); octets != "" {
		if d.caption != "" {
			d.caption += " · "
		}
		d.caption += s.counted("page.stage.octets", int(d.octets))
	}
	d.subject = fit(d.subject, UIStrong, packetText, 180)
	d.caption = fit(d.caption, UI, packetText, 190)
}

// read looks for the fields that the picture shows.
func (d *draft) read(p []byte) {
	for !d.body && len(p) > 0 {
		line, rest, _ := bytes.Cut(p, []byte("\n"))
		line = bytes.TrimRight(line, "\r")
		p = rest
		switch {
		case len(line) == 0:
			d.body = true
		case len(line) > 8 && bytes.EqualFold(line[:8], []byte("subject:")):
			d.subject = string(bytes.TrimSpace(line[8:]))
		case len(line) > 9 && bytes.EqualFold(line[:9], []byte("received:")):
			d.marks++
		}
	}
}

func (s *Scene) letter(host int, id uint32) *letter { return s.byLetter[letterKey{host, id}] }

func (l *letter) slot(next string) *slot {
	for i := range l.slots {
		if l.slots[i].next == next {
			return &l.slots[i]
		}
	}
	l.slots = append(l.slots, slot{next: next})
	return &l.slots[len(l.slots)-1]
}

// release ends the attempt over a connection that is over.
func (l *letter) release(conn uint32) {
	for i := range l.slots {
		if l.slots[i].conn == conn {
			l.slots[i].conn, l.slots[i].handed = 0, false
		}
	}
}

func (s *Scene) queued(e *trace.Event) {
	h := s.host(e.Actor)
	if h < 0 {
		return
	}
	if c := s.conn(e.Conn); c != nil {
		c.drafts[trace.ToServer].active = false
		if c.carries != nil {
			if sl := c.carries.over(e.Conn); sl != nil {
				sl.handed = true
			}
		}
	}
	env := trace.ParseEnvelope(e.Data)
	l := &letter{host: h, id: e.Letter, seq: e.Seq, subject: e.Label, null: env.From == "", octets: e.Num, left: len(env.To)}
	l.who = localPart(env.From) + " → "
	if l.null {
		l.who = "<> → "
	}
	if len(env.To) > 3 {
		l.who += s.counted("page.stage.recipients", len(env.To))
	} else {
		for i, to := range env.To {
			if i > 0 {
				l.who += ", "
			}
			l.who += localPart(to)
		}
	}
	s.hosts[h].letters = append(s.hosts[h].letters, l)
	s.byLetter[letterKey{h, e.Letter}] = l
	s.stacked = false
}

func (s *Scene) attempt(e *trace.Event) {
	if l := s.letter(s.host(e.Actor), e.Letter); l != nil {
		sl := l.slot(e.Target)
		sl.conn, sl.handed, sl.since, sl.until = e.Conn, false, 0, 0
		s.carried[e.Conn] = l
		if c := s.conn(e.Conn); c != nil {
			c.carries = l
		}
		s.stacked = false
	}
}

func (s *Scene) deferred(e *trace.Event) {
	if l := s.letter(s.host(e.Actor), e.Letter); l != nil {
		sl := l.slot(e.Target)
		s.release(sl)
		*sl = slot{next: sl.next, since: e.At, until: e.Until}
		s.stacked = false
	}
}

// release lets go of the connection of a slot.
func (s *Scene) release(sl *slot) {
	if sl.conn == 0 {
		return
	}
	delete(s.carried, sl.conn)
	if c := s.conn(sl.conn); c != nil {
		c.carries = nil
	}
}

// expanded is an address of a letter's envelope that stood for several.
func (s *Scene) expanded(e *trace.Event) {
	if l := s.letter(s.host(e.Actor), e.Letter); l != nil {
		l.left += int(e.Num) - 1
	}
}

// settled is a recipient, or some, for whom the letter is no longer in the queue.
func (s *Scene) settled(e *trace.Event) {
	h := s.host(e.Actor)
	l := s.letter(h, e.Letter)
	if l == nil {
		return
	}
	s.stacked = false
	n := 1
	if e.Kind == trace.KindRelayed {
		n = int(e.Num)
		for i := range l.slots {
			if l.slots[i].next == e.Target {
				s.release(&l.slots[i])
				l.slots = append(l.slots[:i], l.slots[i+1:]...)
				break
			}
		}
	}
	if l.left -= n; l.left > 0 {
		return
	}
	for i := range l.slots {
		s.release(&l.slots[i])
	}
	delete(s.byLetter, letterKey{h, e.Letter})
	all := s.hosts[h].letters
	for i := range all {
		if all[i] == l {
			s.hosts[h].letters = append(all[:i], all[i+1:]...)
			return
		}
	}
}

// over is the slot whose attempt uses a connection.
func (l *letter) over(conn uint32) *slot {
	for i := range l.slots {
		if l.slots[i].conn == conn {
			return &l.slots[i]
		}
	}
	return nil
}

// transit says that a letter's octets are on their way to the next host of a slot, or already there.
func (s *Scene) transit(sl *slot) bool {
	if sl.handed {
		return true
	}
	c := s.conn(sl.conn)
	return c != nil && c.drafts[trace.ToServer].active
}
