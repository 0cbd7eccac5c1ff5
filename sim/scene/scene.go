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
	"slices"

	"ehlo/sim/engine"
	"ehlo/sim/trace"
)

// Scene is what the events applied so far have made of a world. Use [New].
type Scene struct {
	hosts   []host
	links   []link
	conns   []*conn // in the order in which they were asked for
	tubes   []tube
	slips   []slip
	crosses []cross

	index    map[string]int // hosts by name
	byID     map[uint32]*conn
	byLetter map[letterKey]*letter
	carried  map[uint32]*letter // letters by the connection of the attempt under way
	routes   map[[2]int][]int
	spare    []*conn     // connections that are over
	flying   int         // trains on their way
	soonest  engine.Time // nothing that is on its way is at its end before
	stacked  bool        // the stacks of the queues show the letters
	pins     map[string]Point
	follow   uint32

	view    View
	words   map[string]string
	geo     geometry
	laid    bool   // geo fits hosts, links and view
	version uint64 // counts what changes the still part of the picture
	drawn   uint64 // the version whose still part list holds
	still   mark
	list    List
	frame   uint64   // counts the pictures
	placed  []placed // what crosses connections in the picture being made
	fixed   []card   // where labels of the still part are, outside cards
	taken   []card   // where labels and what moves are, in the picture being made
}

// View is the surface to lay a world out on. Lengths are CSS pixels.
type View struct {
	Width, Height float64
	// Base is the type size that the theme gives to body text: 16, or 20 where the back row has to read it. 0 is 16.
	Base float64
	// Stroke is the thickness of the theme's main lines. 0 is 1.5.
	Stroke float64
	// Corner is the extent of the page's buttons in the upper right corner, which hosts and labels keep clear of.
	Corner Point
	// ReducedMotion lets a packet stand in the middle of its link for as long as it flies.
	ReducedMotion bool
	// Rate is the pace of virtual time, in times real time, where that is fixed; 0 is a pace that shows each hop, or none.
	// Above [streamRate] packets are a counted stream, above [calmRate] only messages, queues and mailboxes move.
	Rate float64
	// Plain leaves decoration out, for a device that is slow.
	Plain bool
	// Zoom, X and Y choose what is seen: the place X, Y in the upper left corner, Zoom times as large. Zoom 0 is all of it.
	Zoom, X, Y float64
	// Note is a text for a corner of pictures that stand alone.
	Note string
}

type host struct {
	name, address, role, person string
	you                         bool
	down                        bool
	faults                      []string
	doors                       []door
	boxes                       []box
	letters                     []*letter
	stacks                      []stack
	left                        int // letters in the queue for which the card has no room
	leftText                    string
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
	bits    int64 // a second; 0 is no limit
	label   string
	down    bool
	bursts  []burst
	traffic traffic
}

// cross marks a place where something was refused or cut, until the host it happened to goes on.
type cross struct {
	seq          uint64
	client, host int   // the card at whose wall it stands; host is -1 where none has the name
	port         int64 // of a door that nobody opened; 0 for a connection that broke
}

// New returns a scene without a world.
func New() *Scene {
	return &Scene{version: 1, soonest: engine.Never, index: map[string]int{}, byID: map[uint32]*conn{}, byLetter: map[letterKey]*letter{},
		carried: map[uint32]*letter{}, routes: map[[2]int][]int{}, pins: map[string]Point{}, list: List{known: map[stampKey]int32{}}}
}

// Reset forgets all events, and keeps view, words and pins.
func (s *Scene) Reset() {
	s.hosts, s.links, s.tubes, s.slips, s.crosses = s.hosts[:0], s.links[:0], s.tubes[:0], s.slips[:0], s.crosses[:0]
	s.spare = append(s.spare, s.conns...)
	s.conns = s.conns[:0]
	clear(s.index)
	clear(s.byID)
	clear(s.byLetter)
	clear(s.carried)
	clear(s.routes)
	s.flying, s.soonest, s.stacked = 0, engine.Never, false
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
	was := s.view
	s.view = v
	if v.Width != was.Width || v.Height != was.Height || v.Corner != was.Corner || v.Base != was.Base || v.Stroke != was.Stroke {
		s.laid = false
		s.version++
	} else if v.mode() != was.mode() || v.Plain != was.Plain {
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
			s.countBox(&s.hosts[h].boxes[b])
		}
	}
	for _, c := range s.conns {
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
	case trace.KindLost:
		if e.Conn != 0 {
			s.segment(e)
		} else {
			s.datagram(e)
		}
	case trace.KindRecord:
		s.record(e)
	case trace.KindDatagram:
		s.datagram(e)
	case trace.KindQuery, trace.KindAnswer:
		s.asked(e)
	case trace.KindLine:
		s.line(e)
	case trace.KindQueued:
		s.queued(e)
	case trace.KindAttempt:
		s.attempt(e)
	case trace.KindDeferred:
		s.deferred(e)
	case trace.KindExpanded:
		s.expanded(e)
	case trace.KindRelayed, trace.KindDelivered, trace.KindFailed, trace.KindDiscarded:
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
			s.links = append(s.links, link{a: a, b: b, latency: e.Until, bits: e.Num, label: latency(e.Until)})
			s.laid = false
			clear(s.routes)
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
	case trace.KindTLS:
		s.secure(e)
	case trace.KindTrouble:
		s.trouble(e)
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

// trouble is a fault that begins or ends: what is broken is drawn as broken, another fault marks its host or link.
func (s *Scene) trouble(e *trace.Event) {
	a, b := s.host(e.Actor), s.host(e.Target)
	if a < 0 {
		return
	}
	begins := e.Num == 1
	if b < 0 {
		h := &s.hosts[a]
		if e.Label == "crash" {
			h.down = begins
			return
		}
		if i := slices.Index(h.faults, e.Label); i >= 0 && !begins {
			h.faults = slices.Delete(slices.Clone(h.faults), i, i+1)
		} else if i < 0 && begins {
			h.faults = append(h.faults, e.Label)
		}
		return
	}
	for i := range s.links {
		k := &s.links[i]
		if (k.a != a || k.b != b) && (k.a != b || k.b != a) {
			continue
		}
		if e.Label == "link-down" {
			k.down = begins
			continue
		}
		k.label = latency(k.latency)
		if begins && e.Label == "link-slow" {
			k.label += " ×" + e.Verb
		} else if begins && e.Label == "no-ipv6" {
			k.label += " −IPv6"
		} else if begins {
			k.label += " −" + e.Verb
		}
	}
}

func (s *Scene) mailbox(e *trace.Event) {
	h := s.host(e.Actor)
	if h < 0 {
		return
	}
	b := s.box(h, e.Target, e.Label)
	b.counts = trace.ParseCounts(e.Data)
	s.countBox(b)
}

// countBox writes the counts of a mailbox.
func (s *Scene) countBox(b *box) {
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
