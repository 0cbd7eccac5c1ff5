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
	marks   int  // Received fields seen
	body    bool // the header is over
	ended   bool // a line that is not content has followed
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
	shown        int64       // the second that text was made for
	text         string
}

// heard keeps what the lines of a session say about its message.
func (s *Scene) heard(c *conn, t *train, e *trace.Event) {
	d := &c.drafts[e.Dir]
	if d.active && e.Class != trace.ClassContent {
		d.ended = true
	}
	if e.Dir == trace.ToClient {
		switch e.Class {
		case trace.ClassOK, trace.ClassTransient, trace.ClassPermanent:
			c.drafts[trace.ToServer].active = false
		}
		return
	}
	c.drafts[trace.ToClient].active = false
	switch e.Verb {
	case "MAIL":
		path := angle(e.Data)
		c.from, c.to, c.null = localPart(path), "", path == ""
	case "RCPT":
		if c.to != "" {
			c.to += ", "
		}
		c.to += localPart(angle(e.Data))
	case "RSET", "EHLO", "HELO":
		c.from, c.to, c.null = "", "", false
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
	}
	d.octets += e.Num
	d.read(e.Data)
	s.describe(c, d, e.Dir)
	if n := len(t.cars); n == 0 || t.cars[n-1].look < lookSheet {
		t.cars = append(t.cars, car{look: look, seq: e.Seq, lines: 1, octets: e.Num})
	}
	t.couple()
}

// describe makes the lines of text that go with a draft.
func (s *Scene) describe(c *conn, d *draft, dir trace.Dir) {
	d.caption = ""
	if dir == trace.ToServer {
		if l, _ := s.carried(c.id); l != nil {
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

func (s *Scene) letter(host int, id uint32) *letter {
	for i := range s.letters {
		if l := &s.letters[i]; l.host == host && l.id == id {
			return l
		}
	}
	return nil
}

// carried is the letter that an MTA is sending over a connection, with its slot.
func (s *Scene) carried(conn uint32) (*letter, *slot) {
	for i := range s.letters {
		for k := range s.letters[i].slots {
			if sl := &s.letters[i].slots[k]; sl.conn == conn {
				return &s.letters[i], sl
			}
		}
	}
	return nil, nil
}

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
		if _, sl := s.carried(e.Conn); sl != nil {
			sl.handed = true
		}
	}
	env := trace.ParseEnvelope(e.Data)
	l := letter{host: h, id: e.Letter, seq: e.Seq, subject: e.Label, null: env.From == "", octets: e.Num, left: len(env.To)}
	l.who = localPart(env.From) + " → "
	if l.null {
		l.who = "<> → "
	}
	for i, to := range env.To {
		if i > 0 {
			l.who += ", "
		}
		l.who += localPart(to)
	}
	s.letters = append(s.letters, l)
}

func (s *Scene) attempt(e *trace.Event) {
	if l := s.letter(s.host(e.Actor), e.Letter); l != nil {
		sl := l.slot(e.Target)
		sl.conn, sl.handed, sl.since, sl.until = e.Conn, false, 0, 0
	}
}

func (s *Scene) deferred(e *trace.Event) {
	if l := s.letter(s.host(e.Actor), e.Letter); l != nil {
		sl := l.slot(e.Target)
		*sl = slot{next: sl.next, since: e.At, until: e.Until, shown: -1}
	}
}

// settled is a recipient, or some, for whom the letter is no longer in the queue.
func (s *Scene) settled(e *trace.Event) {
	h := s.host(e.Actor)
	l := s.letter(h, e.Letter)
	if l == nil {
		return
	}
	n := 1
	if e.Kind == trace.KindRelayed {
		n = int(e.Num)
		for i := range l.slots {
			if l.slots[i].next == e.Target {
				l.slots = append(l.slots[:i], l.slots[i+1:]...)
				break
			}
		}
	}
	if l.left -= n; l.left > 0 {
		return
	}
	for i := range s.letters {
		if &s.letters[i] == l {
			s.letters = append(s.letters[:i], s.letters[i+1:]...)
			return
		}
	}
}

// transit says that a letter's octets are on their way to the next host of a slot, or already there.
func (s *Scene) transit(sl *slot) bool {
	if sl.handed {
		return true
	}
	c := s.conn(sl.conn)
	return c != nil && c.drafts[trace.ToServer].active
}
