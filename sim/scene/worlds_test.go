package scene

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"ehlo/sim/engine"
	"ehlo/sim/simtest"
	"ehlo/sim/trace"
	"ehlo/sim/worlds"
)

// tour plays what can be done in a world: a message to everybody at every MTA, a mailbox opened by each protocol, several
// connections at once, and an hour of waiting.
func tour(t *testing.T, name string) *trace.Log {
	t.Helper()
	tl := simtest.World(t, name)
	def := tl.Definition()
	conn := uint32(0)
	put := func(kind trace.InputKind, target, data string) {
		if conn == 0 && kind == trace.InputType {
			return
		}
		if err := tl.Input(trace.Input{Kind: kind, Actor: def.You(), Target: target, Conn: conn, Data: []byte(data)}); err != nil {
			conn = 0 // the server has hung up: the next step dials again
		}
	}
	say := func(lines ...string) {
		for _, l := range lines {
			put(trace.InputType, "", l+"\r\n")
			tl.Run()
		}
	}
	dial := func(host string, port int) {
		conn = 0
		put(trace.InputOpen, fmt.Sprintf("%s:%d", host, port), "")
		conn = uint32(len(tl.World().Conns()))
	}
	for i := range def.Hosts {
		h := &def.Hosts[i]
		for _, s := range h.Services {
			dial(h.Name, int(s.Port))
			tl.Run()
			switch s.Protocol {
			case "smtp":
				say("RCPT TO:<nobody@example.org>", "EHLO "+def.You(), "MAIL FROM:<"+def.Users[0].Name+"@"+def.Users[0].Domain+">")
				for _, u := range def.Users {
					say("RCPT TO:<" + u.Name + "@" + u.Domain + ">")
				}
				say("DATA", "Subject: A picture of everything that is new", "", "Look.", ".")
				put(trace.InputType, "", "NOOP\r\nRSET\r\nVRFY x\r\n") // at once
			case "pop3":
				say("USER bob", "PASS plover", "RETR 1")
			case "imap":
				say("a1 LOGIN bob plover", "a2 SELECT INBOX", "a3 FETCH 1:* BODY[]", "a4 NONSENSE")
			}
		}
		dial(h.Name, 7) // where nobody listens, while the rest is still on its way
	}
	tl.Run()
	tl.Advance(tl.Now().Add(time.Hour))
	return tl.Trace()
}

// slow shows a log in steps so small that each hop takes n of them, and jumps where nothing is on its way.
func slow(log *trace.Log, v View, n engine.Time, see func(s *Scene, l *List, now engine.Time)) {
	p := NewPlayer()
	p.Scene.SetWords(words)
	p.Scene.Layout(v)
	for _, e := range log.All() {
		p.Record(&e)
	}
	now := engine.Time(0)
	for {
		total := p.Applied()
		for total < p.Len() && p.log.At(total).At <= now {
			total++
		}
		p.Show(total)
		see(p.Scene, p.Scene.Frame(now), now)
		hop, flying := p.Scene.Hop(now)
		if flying {
			next := now + max(hop/n, 1)
			if total < p.Len() {
				next = min(next, p.log.At(total).At)
			}
			now = next
		} else if total < p.Len() {
			now = p.log.At(total).At
		} else {
			return
		}
	}
}

// textBox is what a text covers, by the width it has at most.
func textBox(it *Item, off Point) card {
	w := textWidth(it.Text, it.Face, it.Height)
	x := it.At.X + off.X
	switch it.Anchor {
	case Middle:
		x -= w / 2
	case End:
		x -= w
	}
	return card{x: x, y: it.At.Y + off.Y - it.Height*0.72, w: w, h: it.Height * 0.9}
}

// texts lists what is written in a picture, with the boxes.
func (l *List) texts() (said []string, boxes []card) {
	add := func(it *Item, off Point) {
		if it.Shape == Text && it.Text != "" {
			said, boxes = append(said, it.Text), append(boxes, textBox(it, off))
		}
	}
	for i := range l.Items {
		add(&l.Items[i], Point{})
		if it := &l.Items[i]; it.Shape == Stamped {
			k := &l.Stamps[it.From]
			for j := range k.Items {
				add(&k.Items[j], it.At)
			}
		}
	}
	return said, boxes
}

var surfaces = map[string]View{"wide": wide, "projector": projector, "small": {Width: 320, Height: 480}, "4K": {Width: 2600, Height: 900}}

func TestNoLabelLiesOnAnother(t *testing.T) {
	for _, name := range worlds.Names() {
		log := tour(t, name)
		for surface, v := range surfaces {
			bad := 0
			slow(log, v, 4, func(s *Scene, l *List, now engine.Time) {
				said, boxes := l.texts()
				for i := range boxes {
					for j := range i {
						if bad < 3 && boxes[i].touches(boxes[j]) {
							bad++
							t.Errorf("%s, %s, at %v: %q lies on %q", name, surface, now, said[i], said[j])
						}
					}
				}
			})
		}
	}
}

// TestEveryLetterOfEveryWorld follows each message that an MTA is responsible for: it waits in the queue, or it is on the
// connection that carries it, and never on both or neither.
func TestEveryLetterOfEveryWorld(t *testing.T) {
	for _, name := range worlds.Names() {
		seen := 0
		slow(tour(t, name), wide, 5, func(s *Scene, l *List, now engine.Time) {
			flying := map[uint32]int{}
			for i := range l.Items {
				if n := l.Items[i].Node; n >= 0 && l.shows(&l.Items[i], stampEnvelope) {
					flying[l.Nodes[n].Conn]++
				}
			}
			for h := range s.hosts {
				for _, letter := range s.hosts[h].letters {
					for k := range letter.slots {
						sl := &letter.slots[k]
						want := 0
						if s.transit(sl) && !sl.handed {
							want = 1
						}
						if got := flying[sl.conn]; sl.conn != 0 && got != want {
							t.Fatalf("%s, at %v: letter %d of %s is %d times on connection %d, want %d", name, now, letter.id, s.hosts[h].name, got, sl.conn, want)
						}
						seen += want
					}
				}
			}
		})
		if name == "two-domains" && seen == 0 {
			t.Errorf("%s: no message was seen on its way", name)
		}
	}
}

// TestNothingJumpsInAnyWorld follows everything that moves in small steps.
func TestNothingJumpsInAnyWorld(t *testing.T) {
	const steps = 25
	for _, name := range worlds.Names() {
		log := tour(t, name)
		for surface, v := range map[string]View{"wide": wide, "phone": phone} {
			last := map[string]Point{}
			before := 0
			slow(log, v, steps, func(s *Scene, l *List, now engine.Time) {
				here := map[string]Point{}
				longest := 0.0
				for i := range s.tubes {
					longest = max(longest, s.tubes[i].length)
				}
				for i := range s.placed {
					o := &s.placed[i]
					here[fmt.Sprint(o.c.id, " ", o.said, " ", o.seq, " ", o.k != nil)] = o.at
				}
				for id, at := range here {
					// Beside its way along the tube it may step aside while something passes.
					if was, ok := last[id]; ok && before == len(here) && at.to(was) > 4*longest/steps+2 {
						t.Fatalf("%s, %s: at %v %s jumps %.0f pixels", name, surface, now, id, at.to(was))
					}
				}
				last, before = here, len(here)
			})
		}
	}
}

// TestCornerIsClear sees that no host of any world stands below the page's buttons, on surfaces as the page has them.
func TestCornerIsClear(t *testing.T) {
	for _, name := range worlds.Names() {
		tl := simtest.World(t, name)
		for _, v := range []View{{Width: 752, Height: 284}, {Width: 1024, Height: 276}, {Width: 1108, Height: 347}, {Width: 1440, Height: 340}} {
			v.Base, v.Corner = 16, Point{248, 56}
			s := New()
			s.SetWords(words)
			s.Layout(v)
			for _, e := range tl.Trace().All() {
				s.Apply(&e)
			}
			s.lay()
			for i, c := range s.geo.cards {
				if c.x+c.w > v.Width-v.Corner.X && c.y < v.Corner.Y {
					t.Errorf("%s, %.0f × %.0f: the buttons cover %s, at %.0f, %.0f", name, v.Width, v.Height, s.hosts[i].name, c.x, c.y)
				}
			}
		}
	}
}

// TestLongPorts: the numbers of ports with five digits, as worlds of incidents and a lab on free ports have them, lie beside the mailboxes,
// on either wall.
func TestLongPorts(t *testing.T) {
	text, _ := worlds.Text("two-domains")
	long := strings.ReplaceAll(string(text), `protocol = "imap"`, "protocol = \"imap\"\n  port = 24263")
	tl := simtest.Written(t, "long-ports", []byte(long))
	for _, v := range []View{wide, {Width: 320, Height: 480}} {
		slow(tl.Trace(), v, 1, func(_ *Scene, l *List, _ engine.Time) {
			said, boxes := l.texts()
			for i := range l.Items {
				it := &l.Items[i]
				if it.Shape != Path || it.Node < 0 || l.Nodes[it.Node].Kind != NodeMailbox {
					continue
				}
				for _, p := range l.Path(it) {
					for k, port := range boxes {
						if said[k] == "24263" && p.X > port.x-1 && p.X < port.x+port.w+1 {
							t.Errorf("a mailbox stands at %.0f, and the port from %.0f to %.0f", p.X, port.x, port.x+port.w)
						}
					}
				}
			}
		})
	}
}
