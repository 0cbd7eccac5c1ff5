// Package scene is the picture of a world: where its hosts stand, what crosses the links between them, and where each
// message is at a moment, as a list of flat fills, strokes and texts that any painter can paint.
//
// A scene reads trace events and nothing else, and nothing reads it back, so it alone may compute with floating point.
// It is a function of the events applied, the view and the moment: a seek backwards is [Scene.Reset] and applying again.
//
//	s := scene.New()
//	for each event that has happened { s.Apply(&event) }
//	s.Layout(scene.View{Width: 1096, Height: 348})
//	list := s.Frame(now)
//
// A packet or a message is where its octets are: it leaves with their departure and moves in step with virtual time
// along each link of its way. Nothing is eased and nothing moves on its own.
package scene

import (
	"ehlo/sim/engine"
	"ehlo/sim/trace"
)

// Scene is what the events applied so far have made of a world. Use [New].
type Scene struct {
	hosts   []host
	links   []link
	conns   []conn
	trains  []train
	letters []letter
	crosses []cross
	index   map[string]int // hosts by name

	view    View
	words   map[string]string
	geo     geometry
	laid    bool   // geo fits hosts, links and view
	version uint64 // counts what changes the still part of the picture
	drawn   uint64 // the version whose still part list holds
	still   mark
	list    List
}

// View is the surface to lay a world out on. Lengths are CSS pixels.
type View struct {
	Width, Height float64
	// Base is the type size that the theme gives to body text: 16, or 20 where the back row has to read it. 0 is 16.
	Base float64
	// Stroke is the thickness of the theme's main lines. 0 is 1.5.
	Stroke float64
	// ReducedMotion lets a packet stand in the middle of its link for as long as it flies.
	ReducedMotion bool
}

type host struct {
	name, address, role, person string
	you                         bool
	doors                       []door
	boxes                       []box
}

type door struct {
	port     int64
	protocol string
	tubes    int // connections that end at it
}

type box struct {
	address, name string // "bob@example.net", "INBOX"
	label         string // what the picture calls it
	counts        trace.Counts
	total, unseen string // the counts as text
	gone          string
}

type link struct {
	a, b    int
	latency engine.Time
	label   string
}

// cross marks a place where something was refused or cut, until the host it happened to goes on.
type cross struct {
	seq          uint64
	client, host int   // the card at whose wall it stands; host is -1 where none has the name
	port         int64 // of a door that nobody opened; 0 for a connection that broke
}

// New returns a scene without a world.
func New() *Scene { return &Scene{index: map[string]int{}, version: 1} }

// Reset forgets all events, and keeps view and words.
func (s *Scene) Reset() {
	s.hosts, s.links, s.conns, s.trains = s.hosts[:0], s.links[:0], s.conns[:0], s.trains[:0]
	s.letters, s.crosses = s.letters[:0], s.crosses[:0]
	clear(s.index)
	s.laid = false
	s.version++
}

// Layout chooses the surface. The same world on the same surface always gets the same picture.
func (s *Scene) Layout(v View) {
	if v.Base <= 0 {
		v.Base = 16
	}
	if v.Stroke <= 0 {
		v.Stroke = 1.5
	}
	if v != s.view {
		s.view, s.laid = v, false
		s.version++
	}
}

// SetWords gives the few words of the picture, by the identifiers that [MessageIDs] lists. Where one is missing the
// picture does without.
func (s *Scene) SetWords(words map[string]string) {
	s.words, s.laid = words, false
	s.version++
	for h := range s.hosts {
		for b := range s.hosts[h].boxes {
			s.count(&s.hosts[h].boxes[b])
		}
	}
	for i := range s.conns {
		c := &s.conns[i]
		s.describe(c, &c.drafts[trace.ToServer], trace.ToServer)
		s.describe(c, &c.drafts[trace.ToClient], trace.ToClient)
	}
}

// Apply lets an event happen. Events must come in the order of the trace; the event is the caller's again afterwards.
func (s *Scene) Apply(e *trace.Event) {
	s.retire(e.At)
	switch e.Kind {
	case trace.KindSegment:
		s.segment(e)
	case trace.KindLine:
		s.line(e)
	case trace.KindQueued:
		s.queued(e)
	case trace.KindAttempt:
		s.attempt(e)
	case trace.KindDeferred:
		s.deferred(e)
	case trace.KindRelayed, trace.KindDelivered, trace.KindFailed:
		s.settled(e)
	default:
		s.change(e)
	}
}

// change is an event that changes the still part of the picture.
func (s *Scene) change(e *trace.Event) {
	switch e.Kind {
	case trace.KindWorld:
		s.Reset()
	case trace.KindHost:
		s.index[e.Actor] = len(s.hosts)
		s.hosts = append(s.hosts, host{name: e.Actor, address: e.Target, role: e.Label, person: e.Verb, you: e.Num == 1})
		s.laid = false
	case trace.KindListen:
		if h := s.host(e.Actor); h >= 0 {
			s.hosts[h].doors = append(s.hosts[h].doors, door{port: e.Num, protocol: e.Label})
			s.laid = false
		}
	case trace.KindLink:
		if a, b := s.host(e.Actor), s.host(e.Target); a >= 0 && b >= 0 {
			s.links = append(s.links, link{a, b, e.Until, latency(e.Until)})
			s.laid = false
		}
	case trace.KindOpen:
		s.open(e)
	case trace.KindAccept, trace.KindEstablished:
		s.stand(e)
	case trace.KindRefused, trace.KindUnreachable:
		s.refuse(e)
	case trace.KindClosed:
		s.close(e.Conn)
	case trace.KindCut:
		s.cut(e)
	case trace.KindMailbox:
		s.mailbox(e)
	default:
		return
	}
	s.version++
}

// host is the index of the host with that name, or -1.
func (s *Scene) host(name string) int {
	if i, ok := s.index[name]; ok {
		return i
	}
	return -1
}

func (s *Scene) mailbox(e *trace.Event) {
	h := s.host(e.Actor)
	if h < 0 {
		return
	}
	b := s.box(h, e.Target, e.Label)
	b.counts = trace.ParseCounts(e.Data)
	s.count(b)
}

// count writes the counts of a mailbox.
func (s *Scene) count(b *box) {
	b.total, b.unseen, b.gone = number(b.counts.Messages), "", ""
	if b.counts.Messages == 0 {
		b.total = s.word("page.stage.empty", "0")
	}
	if b.counts.Unseen > 0 {
		b.unseen = s.counted("page.stage.new", b.counts.Unseen)
	}
	if b.counts.Deleted > 0 {
		b.gone = s.counted("page.stage.deleted", b.counts.Deleted)
	}
}

// box finds or makes the mailbox of an owner at a host. An INBOX is called after its owner.
func (s *Scene) box(h int, address, name string) *box {
	boxes := s.hosts[h].boxes
	for i := range boxes {
		if boxes[i].address == address && boxes[i].name == name {
			return &boxes[i]
		}
	}
	label := localPart(address)
	if name != "" && name != "INBOX" {
		label += " " + name
	}
	s.hosts[h].boxes = append(boxes, box{address: address, name: name, label: label})
	return &s.hosts[h].boxes[len(boxes)]
}
