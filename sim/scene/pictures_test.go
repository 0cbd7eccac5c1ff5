package scene

import (
	"fmt"
	"time"

	"ehlo/sim/engine"
	"ehlo/sim/trace"
)

// More moments of [pictures]: what a network and its machines do besides plain conversations.
func init() {
	for name, make := range map[string]func() (*Scene, engine.Time, *Palette){
		"tls": func() (*Scene, engine.Time, *Palette) {
			t := shaken()
			t.say(1, trace.ToServer, line{"EHLO", "EHLO", trace.ClassCommand, "EHLO laptop.example.org and some more octets\r\n"})
			t.seal()
			return t.play(wide), t.now + ms(5), &Light
		},
		"tls-letter": func() (*Scene, engine.Time, *Palette) {
			t := shaken()
			t.exchange(1, cmd("MAIL", "MAIL FROM:<alice@example.org>"), ok("MAIL", "250", "ok"))
			t.exchange(1, cmd("RCPT", "RCPT TO:<bob@example.net>"), ok("RCPT", "250", "ok"))
			t.say(1, trace.ToServer, text(lunch))
			t.seal()
			return t.play(wide), t.now + ms(5), &Dark
		},
		"handshake": func() (*Scene, engine.Time, *Palette) {
			t := twoDomains()
			t.open(1, 25, laptop, mx)
			t.say(1, trace.ToServer, line{"", "", trace.ClassNone, "0123456789"})
			t.add(trace.Event{Kind: trace.KindRecord, Actor: laptop, Target: mx, Conn: 1, Dir: trace.ToServer, Off: 0, Num: 10, Label: "ClientHello"})
			return t.play(wide), t.now + ms(9), &Light
		},
		"dns": func() (*Scene, engine.Time, *Palette) {
			t := twoDomains()
			t.host("ns1.example.net", "dns", "", false)
			t.link(mail, "ns1.example.net", 2*time.Millisecond)
			t.add(trace.Event{Kind: trace.KindQuery, Actor: mail, Target: "ns1.example.net", Num: 7, Label: "example.net MX"})
			t.add(trace.Event{Kind: trace.KindDatagram, Actor: mail, Target: "ns1.example.net", Label: "dns", Num: 29, From: t.now, Until: t.now + ms(2), Data: []byte{1}})
			return t.play(wide), t.now + ms(1), &Light
		},
		"dns-no": func() (*Scene, engine.Time, *Palette) {
			t := twoDomains()
			t.host("ns1.example.net", "dns", "", false)
			t.link(mail, "ns1.example.net", 2*time.Millisecond)
			t.add(trace.Event{Kind: trace.KindAnswer, Actor: "ns1.example.net", Target: mail, Num: 7, Label: "example.nte MX", Verb: "NXDOMAIN", Class: trace.ClassPermanent})
			t.add(trace.Event{Kind: trace.KindDatagram, Actor: "ns1.example.net", Target: mail, Label: "dns", Num: 29, From: t.now, Until: t.now + ms(2), Data: []byte{1}})
			return t.play(wide), t.now + ms(1), &Dark
		},
		"stack": func() (*Scene, engine.Time, *Palette) {
			t := twoDomains()
			for i := range 12 {
				id := t.queued(mail, 0)
				next := mx
				if i%3 == 0 {
					next = "mx.example.com"
				}
				t.add(trace.Event{Kind: trace.KindAttempt, Actor: mail, Target: next, Letter: id, Conn: uint32(90 + i)})
				t.add(trace.Event{Kind: trace.KindDeferred, Actor: mail, Target: next, Letter: id, Until: t.now + engine.Time(time.Duration(30+i)*time.Minute)})
			}
			return t.play(wide), t.now + engine.Time(12*time.Minute), &Light
		},
		"split": func() (*Scene, engine.Time, *Palette) {
			t := twoDomains()
			t.open(1, 25, laptop, mail)
			t.exchange(1, cmd("MAIL", "MAIL FROM:<alice@example.org>"), ok("MAIL", "250", "ok"))
			t.exchange(1, cmd("RCPT", "RCPT TO:<bob@example.net>"), ok("RCPT", "250", "ok"))
			t.exchange(1, cmd("RCPT", "RCPT TO:<carla@example.net>"), ok("RCPT", "250", "ok"))
			t.say(1, trace.ToServer, text(lunch))
			return t.play(wide), t.now + ms(2), &Light
		},
		"stream": func() (*Scene, engine.Time, *Palette) {
			t := twoDomains()
			relay(t)
			v := wide
			v.Rate = 60
			return t.play(v), t.now + ms(9), &Light
		},
		"calm": func() (*Scene, engine.Time, *Palette) {
			t := twoDomains()
			relay(t)
			v := wide
			v.Rate = 1000
			return t.play(v), t.now + ms(9), &Light
		},
		"passing": func() (*Scene, engine.Time, *Palette) {
			t := twoDomains()
			t.open(1, 25, laptop, mx)
			t.say(1, trace.ToServer, cmd("NOOP", "NOOP"))
			t.say(1, trace.ToClient, refused("EHLO", "503", "first"))
			return t.play(wide), t.now + ms(9), &Light
		},
		"busy-link": func() (*Scene, engine.Time, *Palette) {
			t := twoDomains()
			t.open(1, 25, laptop, mx)
			for i := range t.events {
				if e := &t.events[i]; e.Kind == trace.KindLink {
					e.Num = 100_000
				}
			}
			t.say(1, trace.ToServer, text(fmt.Sprintf("Subject: Large\r\n\r\n%0100d\r\n", 0)))
			t.add(trace.Event{Kind: trace.KindSegment, Actor: laptop, Target: mx, Conn: 1, Dir: trace.ToServer, Off: 121, Num: 90, From: t.now + ms(10), Until: t.now + ms(36)})
			return t.play(wide), t.now + ms(5), &Light
		},
		"down": func() (*Scene, engine.Time, *Palette) {
			t := twoDomains()
			t.add(trace.Event{Kind: trace.KindTrouble, Actor: mail, Target: mx, Label: "link-down", Num: 1})
			t.add(trace.Event{Kind: trace.KindTrouble, Actor: desk, Label: "crash", Num: 1})
			t.add(trace.Event{Kind: trace.KindTrouble, Actor: mx, Label: "disk-full", Num: 1})
			t.add(trace.Event{Kind: trace.KindTrouble, Actor: mail, Target: laptop, Label: "link-slow", Verb: "20", Num: 1})
			return t.play(wide), t.now, &Light
		},
		"lost": func() (*Scene, engine.Time, *Palette) {
			t := twoDomains()
			t.open(1, 25, laptop, mx)
			t.say(1, trace.ToServer, cmd("NOOP", "NOOP"))
			for i := range t.events {
				if e := &t.events[i]; e.Kind == trace.KindSegment {
					e.Kind = trace.KindLost
				}
			}
			return t.play(wide), t.now + ms(12), &Light
		},
		"pinned": func() (*Scene, engine.Time, *Palette) {
			t := twoDomains()
			relay(t)
			s := t.play(wide)
			s.Pin(laptop, 0.3, 0.82)
			s.Pin(desk, 0.1, 0.2)
			return s, t.now + ms(7), &Light
		},
		"zoomed": func() (*Scene, engine.Time, *Palette) {
			t := twoDomains()
			relay(t)
			v := wide
			v.Zoom, v.X, v.Y, v.Note = 2, 300, 20, "00:00.123"
			return t.play(v), t.now + ms(7), &Light
		},
		"followed": func() (*Scene, engine.Time, *Palette) {
			t := twoDomains()
			relay(t)
			s := t.play(wide)
			s.Follow(2)
			return s, t.now + ms(7), &Light
		},
		"corner": func() (*Scene, engine.Time, *Palette) {
			t := twoDomains()
			v := wide
			v.Corner = Point{220, 52}
			return t.play(v), t.now, &Light
		},
	} {
		pictures[name] = make
	}
}

// shaken is a connection in which both ends have agreed to TLS.
func shaken() *tape {
	t := twoDomains()
	t.open(1, 25, laptop, mx)
	for dir := trace.ToServer; dir <= trace.ToClient; dir++ {
		t.add(trace.Event{Kind: trace.KindTLS, Actor: laptop, Target: mx, Conn: 1, Dir: dir, Label: "TLS 1.3", Class: trace.ClassOK})
	}
	return t
}

// seal puts the lines said last inside TLS.
func (t *tape) seal() {
	for i := len(t.events) - 1; i >= 0 && t.events[i].At == t.now; i-- {
		t.events[i].Sealed = t.events[i].Kind == trace.KindLine
	}
}
