package lab

import (
	"cmp"
	"fmt"
	"maps"
	"net"
	"net/http"
	"slices"
	"strconv"
	"time"

	"ehlo/sim/daemon"
	"ehlo/sim/engine"
	"ehlo/sim/trace"
)

// Bounds of the live view.
const (
	mostViewers  = 16
	liveInterval = 100 * time.Millisecond
	liveBeat     = 15 * time.Second // a sign of life where nothing happens
	liveSeats    = 6                // hosts that stand for clients; further ones share them
	livePast     = 20               // sessions that were over when somebody begins to look, and are shown
	liveNews     = 1000             // the last events of the post office that are kept
	liveWay      = 150 * time.Millisecond
	liveStretch  = 3 * time.Second
)

// news keeps the last events of the post office: what came of messages, mailboxes and logins. The post office's mutex
// guards it.
type news struct {
	events []trace.Event
	first  uint64 // number of the first that is kept
}

func (n *news) add(e trace.Event) {
	if n.events = append(n.events, e); len(n.events) >= 2*liveNews {
		n.first += liveNews
		n.events = n.events[:copy(n.events, n.events[liveNews:])]
	}
}

// since returns the events from a number on, and the number of the next.
func (n *news) since(from uint64) ([]trace.Event, uint64) {
	next := n.first + uint64(len(n.events))
	from = max(from, n.first)
	return slices.Clone(n.events[from-n.first:]), next
}

// viewer is somebody who looks at the lab's sessions as they go on. It makes of them the trace of a world: the lab is one
// host, its clients are others. What passes takes a moment on the way, so that an eye can follow.
type viewer struct {
	lab      *Lab
	sessions map[uint32]*viewed
	over     map[uint32]bool
	seats    [liveSeats]int // sessions at each
	shown    int            // seats that were announced
	news     uint64
	waiting  []trace.Event // those whose moment has not come
	last     engine.Time   // of the events that were given
}

// viewed is a session as a viewer knows it.
type viewed struct {
	seat  int
	name  string
	lines int // of the transcript, dropped ones included
	off   [3]int64
	state string
	shown engine.Time // when the last thing happens that was said
	free  engine.Time // when it has arrived
}

// begin announces the lab.
func (v *viewer) begin() []trace.Event {
	l := v.lab
	now := l.now()
	events := []trace.Event{{Kind: trace.KindWorld, Label: "live"}, {Kind: trace.KindHost, Actor: l.host.Name, Target: "127.0.0.1", Label: "mta"}}
	for _, s := range l.services {
		d, _ := doorOf(s.Name)
		if _, port, err := net.SplitHostPort(s.Address); err == nil && s.Name != "http" {
			n, _ := strconv.ParseInt(port, 10, 32)
			events = append(events, trace.Event{Kind: trace.KindListen, Actor: l.host.Name, Num: n, Label: d.Protocol})
		}
	}
	doors := len(events)
	l.mu.Lock()
	_, v.news = l.news.since(0)
	for at, box := range l.index.boxes {
		counts := trace.Counts{Messages: box.Len(), Unseen: box.Unseen(), Deleted: box.Deleted()}
		if counts.Messages > 0 || at.mailbox == "INBOX" {
			events = append(events, trace.Event{Kind: trace.KindMailbox, Actor: l.host.Name, Target: at.address, Label: at.mailbox,
				Num: int64(counts.Messages), Data: counts.Append(nil)})
		}
	}
	l.mu.Unlock()
	slices.SortStableFunc(events[doors:], func(a, b trace.Event) int {
		return cmp.Or(cmp.Compare(a.Target, b.Target), cmp.Compare(a.Label, b.Label))
	})
	for i := range events {
		events[i].At = max(0, now-engine.Time(time.Second))
	}
	past := 0
	for _, r := range slices.Backward(l.records()) {
		if r.isOver() {
			if past++; past > livePast {
				v.over[r.id] = true
			}
		}
	}
	return events
}

// look adds what has happened since the last time, and returns the events whose moment has come.
func (v *viewer) look() []trace.Event {
	records := v.lab.records()
	for _, r := range records {
		if !v.over[r.id] {
			v.session(r)
		}
	}
	v.forget(records)
	v.lab.mu.Lock()
	more, next := v.lab.news.since(v.news)
	v.lab.mu.Unlock()
	v.news = next
	for _, e := range more {
		if s := v.sessions[e.Conn]; s != nil {
			e.At = max(e.At, s.free)
		}
		v.waiting = append(v.waiting, e)
	}
	slices.SortStableFunc(v.waiting, func(a, b trace.Event) int { return cmp.Compare(a.At, b.At) })
	now := v.lab.now()
	n, _ := slices.BinarySearchFunc(v.waiting, now+1, func(e trace.Event, t engine.Time) int { return cmp.Compare(e.At, t) })
	come := slices.Clone(v.waiting[:n])
	v.waiting = slices.Delete(v.waiting, 0, n)
	for i := range come { // what was heard of late happens now
		v.last = max(v.last, come[i].At)
		come[i].At = v.last
	}
	return come
}

// forget ends the sessions that the lab knows no more: so many were over since the last time that these were dropped.
func (v *viewer) forget(records []*record) {
	known := make(map[uint32]bool, len(records))
	for _, r := range records {
		known[r.id] = true
	}
	for id, s := range v.sessions {
		if !known[id] {
			v.add(trace.Event{At: max(v.lab.now(), s.free), Kind: trace.KindClosed, Actor: s.name, Target: v.lab.host.Name, Conn: id})
			v.seats[s.seat]--
			delete(v.sessions, id)
		}
	}
	maps.DeleteFunc(v.over, func(id uint32, _ bool) bool { return !known[id] })
}

// session adds what a session has said since.
func (v *viewer) session(r *record) {
	r.mu.Lock()
	defer r.mu.Unlock()
	s := v.sessions[r.id]
	if s == nil {
		s = v.opened(r)
	}
	lab := v.lab.host.Name
	lines := r.transcript()
	for i := max(0, s.lines-r.dropped); i < len(lines); i++ {
		l := &lines[i]
		at := s.moment(l.at)
		if l.tls != nil {
			v.add(trace.Event{At: at, Kind: trace.KindTLS, Actor: lab, Target: s.name, Conn: r.id, Dir: trace.ToClient, Label: l.tls.Version,
				Verb: l.tls.Cipher, State: l.tls.ServerName, Class: trace.ClassOK})
			continue
		}
		from, to := s.name, lab
		if l.dir == trace.ToClient {
			from, to = lab, s.name
		}
		until := at.Add(liveWay)
		n, off := int64(l.total), s.off[l.dir]
		s.off[l.dir] += n
		v.add(trace.Event{At: at, Kind: trace.KindLine, Actor: from, Target: to, Conn: r.id, Dir: l.dir, Off: off, Num: n, From: at, Until: until,
			Label: l.label, Verb: l.verb, Class: l.class, State: s.state, Next: l.state, Data: l.data})
		v.add(trace.Event{At: at, Kind: trace.KindSegment, Actor: from, Target: to, Conn: r.id, Dir: l.dir, Off: off, Num: n, From: at, Until: until,
			Data: l.data})
		s.state, s.free = l.state, until
	}
	s.lines = r.dropped + len(lines)
	if r.reason == "" {
		return
	}
	kind := trace.KindClosed
	if r.reason != overQuit && r.reason != overShutdown {
		kind = trace.KindCut
	}
	v.add(trace.Event{At: max(r.closed, s.free), Kind: kind, Actor: s.name, Target: lab, Conn: r.id})
	v.seats[s.seat]--
	v.over[r.id] = true
	delete(v.sessions, r.id)
}

// moment is when something is shown: when it happened, or when what was said before has arrived. What is far behind comes
// with what is before it.
func (s *viewed) moment(at engine.Time) engine.Time {
	if s.free > at.Add(liveStretch) {
		s.shown = max(at, s.shown)
	} else {
		s.shown = max(at, s.free)
	}
	return s.shown
}

// opened gives a session a seat and announces it.
func (v *viewer) opened(r *record) *viewed {
	seat := 0
	for i := range v.seats {
		if v.seats[i] < v.seats[seat] {
			seat = i
		}
	}
	v.seats[seat]++
	s := &viewed{seat: seat, name: "client-" + strconv.Itoa(seat+1), state: daemon.NewObserver(r.protocol).State()}
	lab := v.lab.host.Name
	for ; v.shown <= seat; v.shown++ {
		name := "client-" + strconv.Itoa(v.shown+1)
		host, _, _ := net.SplitHostPort(r.client)
		v.add(trace.Event{At: r.opened, Kind: trace.KindHost, Actor: name, Target: host, Label: "mua"})
		v.add(trace.Event{At: r.opened, Kind: trace.KindLink, Actor: name, Target: lab, Until: engine.Time(liveWay)})
	}
	port := int64(0)
	for _, svc := range v.lab.services {
		if _, p, err := net.SplitHostPort(svc.Address); err == nil && svc.Name == r.service {
			port, _ = strconv.ParseInt(p, 10, 32)
		}
	}
	v.add(trace.Event{At: r.opened, Kind: trace.KindOpen, Actor: s.name, Target: lab, Conn: r.id, Num: port, Label: r.protocol})
	v.add(trace.Event{At: r.opened, Kind: trace.KindAccept, Actor: lab, Target: s.name, Conn: r.id, State: r.takes})
	v.add(trace.Event{At: r.opened, Kind: trace.KindEstablished, Actor: s.name, Target: lab, Conn: r.id})
	v.sessions[r.id] = s
	return s
}

func (v *viewer) add(e trace.Event) { v.waiting = append(v.waiting, e) }

// getLive sends the trace of the lab's sessions as server-sent events, from those that are known on, for as long as the
// client listens: "begin" with the first events, then "more".
func (l *Lab) getLive(w http.ResponseWriter, r *http.Request) error {
	if l.viewers.Add(1) > mostViewers {
		l.viewers.Add(-1)
		return fault(http.StatusServiceUnavailable, "Too many look at the lab already.")
	}
	defer l.viewers.Add(-1)
	w.Header().Set("Content-Type", "text/event-stream")
	v := &viewer{lab: l, sessions: map[uint32]*viewed{}, over: map[uint32]bool{}}
	if err := sendEvents(w, "begin", append(v.begin(), v.look()...)); err != nil {
		return err
	}
	ticker := time.NewTicker(liveInterval)
	defer ticker.Stop()
	for quiet := time.Duration(0); ; {
		select {
		case <-ticker.C:
		case <-l.stop:
			return nil
		case <-r.Context().Done():
			return nil
		}
		events := v.look()
		if quiet += liveInterval; len(events) == 0 && quiet < liveBeat {
			continue
		}
		quiet = 0
		if err := sendEvents(w, "more", events); err != nil {
			return err
		}
	}
}

// sendEvents writes one server-sent event: each event of the trace is a line of its data.
func sendEvents(w http.ResponseWriter, name string, events []trace.Event) error {
	text := fmt.Appendf(nil, "event: %s\n", name)
	for i := range events {
		text = append(trace.AppendJSON(append(text, "data: "...), &events[i]), '\n')
	}
	if len(events) == 0 {
		text = append(text, "data:\n"...)
	}
	limit(w)
	if _, err := w.Write(append(text, '\n')); err != nil {
		return err
	}
	return http.NewResponseController(w).Flush()
}
