package tutor

import (
	"slices"
	"strings"
	"time"

	"ehlo/sim"
	"ehlo/sim/engine"
	"ehlo/sim/trace"
)

// tape is a trace that comes from elsewhere, from servers that real programs speak with: nothing in it can be changed, and
// it is shown as it comes.
type tape struct {
	log   trace.Log
	now   engine.Time // what is shown
	end   engine.Time // when all that is recorded has happened and arrived
	hosts []hostView
	conns []sim.ConnInfo
	boxes []mailboxView
}

// What a tape shows that falls behind: it leaps to so long before its end.
const tapeLag = 2 * time.Second

// followArgs bring more of a tape: events in the JSON encoding, one a line. With Begin it is a new tape.
type followArgs struct {
	Begin  bool   `json:"begin"`
	Events string `json:"events"`
}

// follow shows a tape in the place of a world, or what has come of it since.
func (s *Session) follow(a followArgs) (any, error) {
	if s.texts == nil {
		if err := s.loadTexts(""); err != nil {
			return nil, err
		}
	}
	var events []trace.Event
	for line := range strings.Lines(a.Events) {
		e, err := trace.ParseJSON([]byte(line))
		if err != nil {
			return nil, refuse("tutor.bad-log", "detail", s.describe(err))
		}
		events = append(events, e)
	}
	if a.Begin || s.tape == nil {
		if s.tl != nil {
			s.epoch += 1 + first(s.tl.Epoch())
		} else {
			s.epoch++
		}
		s.tl, s.lesson, s.tape, s.playing = nil, nil, &tape{}, true
		s.diverged = nil
	}
	for i := range events {
		s.tape.record(&events[i])
	}
	if a.Begin {
		s.tape.now = s.tape.end
	}
	s.moving = true
	return s.state(none{})
}

// record takes an event in. Its moment is at or after that of the one before.
func (t *tape) record(e *trace.Event) {
	e.Seq = uint64(t.log.Len() + 1)
	if n := t.log.Len(); n > 0 {
		e.At = max(e.At, t.log.At(n-1).At)
	}
	t.end = max(t.end, e.At, min(e.Until, e.At.Add(time.Second)))
	t.log.Record(e)
	switch e.Kind {
	case trace.KindHost:
		t.hosts = append(t.hosts, hostView{Name: e.Actor, Address: e.Target, Role: e.Label, Person: e.Verb, Services: []serviceView{}})
	case trace.KindListen:
		if i := slices.IndexFunc(t.hosts, func(h hostView) bool { return h.Name == e.Actor }); i >= 0 {
			t.hosts[i].Services = append(t.hosts[i].Services, serviceView{e.Label, int(e.Num)})
		}
	case trace.KindMailbox:
		t.mailbox(e)
	default:
		t.conn(e)
	}
}

// conn follows a connection.
func (t *tape) conn(e *trace.Event) {
	i := slices.IndexFunc(t.conns, func(c sim.ConnInfo) bool { return c.ID == e.Conn })
	if e.Kind == trace.KindOpen && i < 0 {
		t.conns = append(t.conns, sim.ConnInfo{ID: e.Conn, From: e.Actor, To: e.Target, Port: int(e.Num), Protocol: e.Label, Typed: true, Open: true})
	}
	if i < 0 {
		return
	}
	switch c := &t.conns[i]; e.Kind {
	case trace.KindLine:
		c.State = e.Next
	case trace.KindClosed, trace.KindCut:
		c.Open, c.Over = false, true
	}
}

// mailbox notes a mailbox's state; what lies in it is for others to ask.
func (t *tape) mailbox(e *trace.Event) {
	i := slices.IndexFunc(t.boxes, func(b mailboxView) bool { return b.Address == e.Target && b.Mailbox == e.Label })
	if i < 0 {
		user, _, _ := strings.Cut(e.Target, "@")
		i = len(t.boxes)
		t.boxes = append(t.boxes, mailboxView{Address: e.Target, User: user, Host: e.Actor, Mailbox: e.Label, Messages: []messageView{}})
	}
	c := trace.ParseCounts(e.Data)
	t.boxes[i].Counts = countsView{c.Messages, c.Unseen, c.Deleted}
}

// play moves what is shown on.
func (t *tape) play(d time.Duration) (more bool) {
	t.now = min(max(t.now.Add(d), t.end.Add(-tapeLag)), t.end)
	return t.now < t.end
}

// What a view reads is of the world, or of the tape.

func (s *Session) trace() *trace.Log {
	if s.tape != nil {
		return &s.tape.log
	}
	return s.tl.Trace()
}

// seen is how many events have happened by the moment that is shown.
func (s *Session) seen() int {
	if s.tape != nil {
		return s.tape.log.SearchTime(s.tape.now)
	}
	return s.tl.Seen()
}

func (s *Session) now() engine.Time {
	if s.tape != nil {
		return s.tape.now
	}
	return s.tl.Now()
}

func (s *Session) conn(id uint32) (sim.ConnInfo, bool) {
	if s.tape == nil {
		return s.tl.World().Conn(id)
	}
	i := slices.IndexFunc(s.tape.conns, func(c sim.ConnInfo) bool { return c.ID == id })
	if i < 0 {
		return sim.ConnInfo{}, false
	}
	return s.tape.conns[i], true
}

// tapeState describes the moment of a tape that is shown.
func (s *Session) tapeState() stateView {
	t := s.tape
	v := stateView{Now: int64(t.now), End: int64(t.end), Playing: s.playing, Pace: "1", Quiet: !s.moving, Total: s.seen(), Horizon: t.log.Len(),
		Epoch: s.epoch, Conns: []connView{}, World: worldView{Name: "live", Title: s.render("tutor.live.title", nil), Hosts: slices.Clone(t.hosts)}}
	if len(t.hosts) == 0 {
		v.World.Hosts = []hostView{}
	}
	for _, c := range t.conns {
		v.Conns = append(v.Conns, connView{c.ID, c.From, c.To, c.Port, c.Protocol, c.State, c.Open, c.Over, c.Typed})
	}
	return v
}
