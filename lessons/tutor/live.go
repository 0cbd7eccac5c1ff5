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
	real  bool // of servers elsewhere, with whom the learner speaks
}

// What a tape shows that falls behind: it leaps to so long before its end.
const tapeLag = 2 * time.Second

// followArgs bring more of a tape: events in the JSON encoding, one a line. With Begin it is a new tape. With Real it is
// the one of real servers, which waits beside the world until place shows it.
type followArgs struct {
	Begin  bool   `json:"begin"`
	Real   bool   `json:"real"`
	Events string `json:"events"`
}

// follow shows a tape in the place of a world, or what has come of it since.
func (s *Session) follow(a followArgs) (any, error) {
	if err := s.needTexts(); err != nil {
		return nil, err
	}
	var events []trace.Event
	for line := range strings.Lines(a.Events) {
		e, err := trace.ParseJSON([]byte(line))
		if err != nil {
			return nil, refuse("tutor.bad-log", "detail", s.describe(err))
		}
		events = append(events, e)
	}
	if a.Real {
		return s.followReal(a.Begin, events)
	}
	if a.Begin || s.tape == nil {
		s.leave()
		s.tl, s.lesson, s.tape, s.playing = nil, nil, &tape{}, true
		s.live, s.diverged = s.tape, nil
	}
	s.tape.follow(events)
	if a.Begin {
		s.tape.now = s.tape.end
	}
	s.moving = true
	return s.state(none{})
}

// followReal records what passes between the learner and real servers. What is shown goes along at once.
func (s *Session) followReal(begin bool, events []trace.Event) (any, error) {
	t := s.real
	if begin || t == nil {
		t = &tape{real: true}
		if s.tape == s.real && s.tape != nil {
			s.leave()
			s.tape = t
		}
		s.real = t
	}
	if len(events) > 0 {
		t.now = max(t.now, events[0].At)
	}
	if t.follow(events); begin {
		t.now = t.end
	}
	s.moving = true
	return s.state(none{})
}

// placeArgs say what to show: with Real the tape of real servers.
type placeArgs struct {
	Real bool `json:"real"`
}

// place shows the tape of real servers, or what was there before. Time stands still where nobody looks.
func (s *Session) place(a placeArgs) (any, error) {
	to := s.live
	if a.Real {
		if to = s.real; to == nil {
			return nil, refuse("tutor.no-world")
		}
	}
	if to != s.tape {
		s.leave()
		if s.tape = to; a.Real {
			s.paused, s.playing = !s.playing, true
		} else {
			s.playing = !s.paused
		}
		s.moving = true
	}
	return s.state(none{})
}

// leave begins another epoch: of what was shown, nothing holds in what is shown next.
func (s *Session) leave() {
	s.epoch++
	if s.entered = 0; s.tl != nil {
		s.entered = first(s.tl.Epoch())
		s.epoch += s.entered
	}
}

func (t *tape) follow(events []trace.Event) {
	for i := range events {
		t.record(&events[i])
	}
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
	case trace.KindAccept:
		c.Takes = e.State
	case trace.KindLine:
		c.State = e.Next
	case trace.KindFin:
		c.Open = c.Open && e.Dir != trace.ToServer
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
	if t.real {
		v.Real, v.World.Name, v.World.Title = true, "real", ""
	}
	if len(t.hosts) == 0 {
		v.World.Hosts = []hostView{}
	}
	for _, c := range t.conns {
		v.Conns = append(v.Conns, connView{c.ID, c.From, c.To, c.Port, c.Protocol, c.State, c.Open, c.Over, c.Typed, false})
	}
	return v
}
