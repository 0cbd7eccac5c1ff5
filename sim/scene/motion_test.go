package scene

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"ehlo/sim/engine"
	"ehlo/sim/trace"
)

// story is a whole delivery by hand: submitted, relayed, delivered, fetched.
func story() *tape {
	t := twoDomains()
	id := relay(t)
	t.heard(2)
	next := t.queued(mx, 2)
	t.add(trace.Event{Kind: trace.KindDelivered, Actor: mx, Target: "bob@example.net", Letter: next, Num: 3})
	t.mailbox(mx, "bob@example.net", 3, 2, 0)
	t.say(2, trace.ToClient, ok("DATA", "250", "taken"))
	t.heard(2)
	t.add(trace.Event{Kind: trace.KindRelayed, Actor: mail, Target: mx, Letter: id, Num: 1})
	t.exchange(2, cmd("QUIT", "QUIT"), ok("QUIT", "221", "bye"))
	t.add(trace.Event{Kind: trace.KindClosed, Actor: mail, Target: mx, Conn: 2})
	t.open(3, 110, laptop, mx)
	t.exchange(3, cmd("RETR", "RETR 3"), line{"+OK", "RETR", trace.ClassOK, "+OK\r\n"},
		line{"", "RETR", trace.ClassContent, lunch}, line{".", "RETR", trace.ClassUntagged, ".\r\n"})
	t.exchange(3, cmd("NOOP", "NOOP"), ok("NOOP", "+OK", ""))
	return t
}

// watch shows a tape in steps of virtual time, each event applied at its moment.
func watch(tp *tape, v View, step engine.Time, see func(s *Scene, l *List, now engine.Time)) {
	s := New()
	s.SetWords(words)
	s.Layout(v)
	i := 0
	for now := engine.Time(0); now <= tp.now+ms(50); now += step {
		for ; i < len(tp.events) && tp.events[i].At <= now; i++ {
			s.Apply(&tp.events[i])
		}
		see(s, s.Frame(now), now)
	}
}

// whereabouts says where alice's message is in a picture: on a connection, in a queue, or in a mailbox by its count.
func whereabouts(s *Scene, l *List, before int) []string {
	var at []string
	seen := map[string]bool{}
	for i := l.Still; i < len(l.Items); i++ {
		n := l.Items[i].Node
		if n < 0 || l.Nodes[n].Kind != NodeLetter || !l.shows(&l.Items[i], stampEnvelope) {
			continue
		}
		if key := fmt.Sprint("conn ", l.Nodes[n].Conn); !seen[key] && key != "conn 3" { // what RETR brings is a copy
			seen[key] = true
			at = append(at, key)
		}
	}
	for h := range s.hosts {
		for _, l := range s.hosts[h].letters {
			for k := range l.slots {
				if !s.transit(&l.slots[k]) {
					at = append(at, "queue of "+s.hosts[h].name)
				}
			}
		}
	}
	if b := s.box(s.host(mx), "bob@example.net", "INBOX"); b.counts.Messages > before {
		at = append(at, "mailbox")
	}
	return at
}

// shows says whether an item is a stamp of a kind.
func (l *List) shows(it *Item, kind stampKind) bool {
	return it.Shape == Stamped && l.Stamps[it.From].kind == kind
}

func TestEveryLetterIsAtOnePlace(t *testing.T) {
	tp := story()
	var way []string
	watch(tp, wide, ms(0.5), func(s *Scene, l *List, now engine.Time) {
		if len(s.hosts) == 0 {
			return
		}
		at := whereabouts(s, l, 2)
		if len(at) > 1 {
			t.Fatalf("at %v the message is at %q", now, at)
		}
		if len(at) == 0 {
			if len(way) > 0 {
				t.Fatalf("at %v the message is nowhere; it was at %q", now, way)
			}
			return
		}
		if len(way) == 0 || way[len(way)-1] != at[0] {
			way = append(way, at[0])
		}
	})
	want := "conn 1, queue of mail.example.org, conn 2, mailbox"
	if got := strings.Join(way, ", "); got != want {
		t.Errorf("the message went %s, want %s", got, want)
	}
}

// TestPositionsAreContinuous follows every packet and envelope in small steps of time: nothing may jump.
func TestPositionsAreContinuous(t *testing.T) {
	for name, v := range map[string]View{"wide": wide, "phone": phone, "projector": projector} {
		const step = 0.1
		last := map[uint64]Point{}
		watch(story(), v, ms(step), func(s *Scene, l *List, now engine.Time) {
			here := map[uint64]Point{}
			for i := l.Still; i < len(l.Items); i++ {
				it := &l.Items[i]
				if it.Node < 0 {
					continue
				}
				if n := &l.Nodes[it.Node]; n.Kind == NodeLine && l.shows(it, stampCar) || n.Kind == NodeLetter && l.shows(it, stampEnvelope) {
					here[n.Seq<<1|uint64(n.Kind)&1] = it.At
				}
			}
			for seq, at := range here {
				was, ok := last[seq]
				// The fastest hop of the story is 2 ms; no tube is longer than 1500 pixels.
				if limit := 1500 * step / 2; ok && at.to(was) > limit {
					t.Fatalf("%s: at %v node %d jumps %.0f pixels", name, now, seq, at.to(was))
				}
			}
			last = here
		})
	}
}

func TestFramesTakeNoMemory(t *testing.T) {
	tp := twoDomains()
	relay(tp)
	s := tp.play(wide)
	now := tp.now
	s.Frame(now)
	if n := testing.AllocsPerRun(100, func() { s.Frame(now + ms(1)); s.Frame(now + ms(9)) }); n != 0 {
		t.Errorf("a frame takes memory %v times", n)
	}
}

func TestStillPartStaysWhilePacketsFly(t *testing.T) {
	tp := twoDomains()
	tp.open(1, 25, laptop, mx)
	s := tp.play(wide)
	version := s.Frame(tp.now).Version
	n := len(tp.events)
	tp.exchange(1, cmd("NOOP", "NOOP"), ok("NOOP", "250", "ok"))
	for i := n; i < len(tp.events); i++ {
		s.Apply(&tp.events[i])
	}
	if got := s.Frame(tp.now).Version; got != version {
		t.Errorf("lines made the still part new: version %d, was %d", got, version)
	}
}

func TestSamePictureAfterSeek(t *testing.T) {
	tp := story()
	p := NewPlayer()
	p.Scene.SetWords(words)
	p.Scene.Layout(wide)
	for i := range tp.events {
		p.Record(&tp.events[i])
	}
	for _, total := range []int{len(tp.events), 40, 7, len(tp.events) - 9, 60} {
		p.Show(total)
		now := p.Now() + ms(0.7)
		got := p.Scene.Frame(now).AppendSVG(nil, &Light, nil)
		s := New()
		s.SetWords(words)
		s.Layout(wide)
		for i := range total {
			s.Apply(&tp.events[i])
		}
		if want := s.Frame(now).AppendSVG(nil, &Light, nil); string(got) != string(want) {
			t.Errorf("after a seek to event %d the picture differs from that of a new scene", total)
		}
	}
	p.Keep(30)
	if p.Len() != 30 || p.Applied() > 30 {
		t.Errorf("kept %d events and shows %d, want at most 30", p.Len(), p.Applied())
	}
}

func TestMovingParks(t *testing.T) {
	tp := twoDomains()
	tp.open(1, 25, laptop, mx)
	tp.say(1, trace.ToServer, cmd("NOOP", "NOOP"))
	s := tp.play(wide)
	s.Frame(tp.now)
	if !s.Moving(tp.now + ms(9)) {
		t.Error("a packet is on its way, and nothing moves")
	}
	if s.Moving(tp.now + ms(19)) {
		t.Error("nothing is on its way, and something moves")
	}
	if at := s.NextChange(tp.now + ms(19)); at != engine.Never {
		t.Errorf("the next change is at %v, want never", at)
	}
}

func TestReducedMotionStands(t *testing.T) {
	still := wide
	still.ReducedMotion = true
	tp := twoDomains()
	refusal(tp)
	s := tp.play(still)
	a := s.Frame(tp.now+ms(1)).AppendSVG(nil, &Light, nil)
	b := s.Frame(tp.now+ms(17)).AppendSVG(nil, &Light, nil)
	if string(a) != string(b) {
		t.Error("a packet moves although motion is reduced")
	}
}

func TestHit(t *testing.T) {
	tp := twoDomains()
	refusal(tp)
	s := tp.play(wide)
	now := tp.now + ms(9)
	l := s.Frame(now)
	find := func(kind NodeKind, name string) Point {
		for i := range l.Items {
			it := &l.Items[i]
			if it.Node < 0 || l.Nodes[it.Node].Kind != kind || name != "" && l.Nodes[it.Node].Name != name {
				continue
			}
			switch {
			case it.Shape == Stamped:
				return it.At
			case it.Shape == Rect:
				return Point{it.At.X + it.Size.X/2, it.At.Y + it.Size.Y - 3}
			case it.Shape == Path && it.Fill != Clear:
				sum := Point{}
				for _, p := range l.Path(it) {
					sum = sum.plus(p, 1/float64(it.To-it.From))
				}
				return sum
			case it.Shape == Path && it.To-it.From > 1:
				at, _ := along(l.Path(it), lengthOf(l.Path(it))*0.2)
				return at
			}
		}
		t.Fatalf("no %v %s in the picture", kind, name)
		return Point{}
	}
	for _, want := range []Node{{Kind: NodeHost, Name: desk}, {Kind: NodeLine, Name: "503"}, {Kind: NodeConn, Name: laptop}} {
		i, ok := s.Hit(find(want.Kind, want.Name))
		got := l.Nodes[i]
		if !ok || got.Kind != want.Kind || got.Name != want.Name {
			t.Errorf("hit %v %q, want %v %q", got.Kind, got.Name, want.Kind, want.Name)
		}
	}
	if i, ok := s.Hit(Point{3, 3}); ok {
		t.Errorf("hit %v %q where only the ground is", l.Nodes[i].Kind, l.Nodes[i].Name)
	}
}

// TestCardsStandApart lays out both kinds of world on many surfaces: no card may touch another or leave the surface.
func TestCardsStandApart(t *testing.T) {
	for w := 320.0; w <= 2000; w += 120 {
		for h := 300.0; h <= 1000; h += 100 {
			for name, tp := range map[string]*tape{"two-domains": twoDomains(), "one-host": oneHost()} {
				s := tp.play(View{Width: w, Height: h})
				s.lay()
				for i, a := range s.geo.cards {
					if s.geo.k > 0.5 && (a.x < 0 || a.y < 0 || a.x+a.w > w+0.01 || a.y+a.h > h+0.01) {
						t.Errorf("%s at %v × %v: %s leaves the stage", name, w, h, a.name)
					}
					for _, b := range s.geo.cards[:i] {
						if a.x < b.x+b.w && a.x+a.w > b.x && a.y < b.y+b.h && a.y+a.h > b.y {
							t.Errorf("%s at %v × %v: %s lies on %s", name, w, h, a.name, b.name)
						}
					}
				}
				for i := range s.list.Items {
					if at := s.list.Items[i].At; math.IsNaN(at.X + at.Y) {
						t.Errorf("%s at %v × %v: item %d is nowhere", name, w, h, i)
					}
				}
			}
		}
	}
}

// TestAnyPrefixCanBeDrawn makes a picture after every event, in an order in which some are missing too.
func TestAnyPrefixCanBeDrawn(t *testing.T) {
	tp := story()
	for skip := range 9 {
		s := New()
		s.Layout(phone)
		for i := range tp.events {
			if skip > 0 && i%9 == skip {
				continue
			}
			s.Apply(&tp.events[i])
			s.Frame(tp.events[i].At)
		}
	}
}

// TestConversationWithoutNetwork draws lines of which neither links nor segments are known, as an observer of others has
// them.
func TestConversationWithoutNetwork(t *testing.T) {
	tp := newTape()
	tp.host(laptop, "mua", "", false)
	tp.host(mx, "mta", "", false, "smtp")
	tp.add(trace.Event{Kind: trace.KindOpen, Actor: laptop, Target: mx, Conn: 1, Num: 25})
	tp.add(trace.Event{Kind: trace.KindAccept, Actor: mx, Target: laptop, Conn: 1, Num: 25})
	tp.add(trace.Event{Kind: trace.KindLine, Actor: laptop, Target: mx, Conn: 1, Dir: trace.ToServer, Num: 6, Until: ms(10),
		Label: "NOOP", Verb: "NOOP", Class: trace.ClassCommand, Data: []byte("NOOP\r\n")})
	s := tp.play(wide)
	for _, n := range s.Frame(ms(5)).Nodes {
		if n.Kind == NodeLine && n.Name == "NOOP" {
			return
		}
	}
	t.Error("the packet is not in the picture")
}
