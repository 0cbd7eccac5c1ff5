package scene

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"

	"ehlo/sim/engine"
	"ehlo/sim/trace"
)

var rewrite = flag.Bool("rewrite", false, "write the golden pictures instead of comparing with them")

var (
	wide      = View{Width: 1096, Height: 348}
	phone     = View{Width: 360, Height: 584}
	projector = View{Width: 1440, Height: 480, Base: 20, Stroke: 2.5}
)

func ms(n float64) engine.Time { return engine.Time(n * 1e6) }

// pictures are moments with everything that can be seen in them; each is compared with testdata/<name>.svg, made again
// by `go test ./sim/scene -rewrite`.
var pictures = map[string]func() (*Scene, engine.Time, *Palette){
	"two-domains": func() (*Scene, engine.Time, *Palette) {
		t := twoDomains()
		return t.play(wide), t.now, &Light
	},
	"refused": func() (*Scene, engine.Time, *Palette) {
		t := twoDomains()
		refusal(t)
		return t.play(wide), t.now + ms(9), &Light
	},
	"refused-dark": func() (*Scene, engine.Time, *Palette) {
		t := twoDomains()
		refusal(t)
		return t.play(wide), t.now + ms(1), &Dark
	},
	"relay": func() (*Scene, engine.Time, *Palette) {
		t := twoDomains()
		relay(t)
		return t.play(wide), t.now + ms(7), &Light
	},
	"relay-phone": func() (*Scene, engine.Time, *Palette) {
		t := twoDomains()
		relay(t)
		return t.play(phone), t.now + ms(7), &Light
	},
	"relay-projector": func() (*Scene, engine.Time, *Palette) {
		t := twoDomains()
		relay(t)
		return t.play(projector), t.now + ms(7), &Projector
	},
	"retry": func() (*Scene, engine.Time, *Palette) {
		t := twoDomains()
		t.queued(mail, 0)
		t.add(trace.Event{Kind: trace.KindAttempt, Actor: mail, Target: mx, Letter: 1, Conn: 9})
		t.add(trace.Event{Kind: trace.KindDeferred, Actor: mail, Target: mx, Letter: 1, Until: t.now + engine.Time(30*time.Minute)})
		t.mailbox(mx, "bob@example.net", 5, 1, 2)
		return t.play(wide), t.now + engine.Time(12*time.Minute), &Light
	},
	"fetch": func() (*Scene, engine.Time, *Palette) {
		t := twoDomains()
		fetch(t)
		return t.play(wide), t.now + ms(11), &Light
	},
	"no-door": func() (*Scene, engine.Time, *Palette) {
		t := twoDomains()
		t.add(trace.Event{Kind: trace.KindOpen, Actor: laptop, Target: mx, Conn: 1, Num: 80})
		t.now += ms(36)
		t.add(trace.Event{Kind: trace.KindRefused, Actor: laptop, Target: mx, Conn: 1, Num: 80})
		return t.play(wide), t.now, &Light
	},
	"asking": func() (*Scene, engine.Time, *Palette) {
		t := twoDomains()
		t.add(trace.Event{Kind: trace.KindOpen, Actor: laptop, Target: mx, Conn: 1, Num: 25})
		return t.play(wide), t.now + ms(9), &Light
	},
	"far": func() (*Scene, engine.Time, *Palette) {
		t := twoDomains()
		t.open(1, 25, desk, mx, mail)
		t.say(1, trace.ToServer, cmd("EHLO", "EHLO desk"))
		return t.play(wide), t.now + ms(6), &Light
	},
	"many": func() (*Scene, engine.Time, *Palette) {
		t := twoDomains()
		for i, port := range []int64{143, 25, 110, 25} {
			t.open(uint32(i+1), port, laptop, mx)
		}
		t.open(5, 25, laptop, mail)
		t.open(6, 143, laptop, mail)
		t.open(7, 25, mail, mx)
		t.open(8, 110, desk, mx)
		t.say(1, trace.ToClient, line{"* 3 FETCH", "FETCH", trace.ClassUntagged, "* 3\r\n"}, line{"", "FETCH", trace.ClassContent, lunch},
			line{"a1 OK", "FETCH", trace.ClassOK, "a1 OK\r\n"})
		return t.play(wide), t.now + ms(9), &Light
	},
	"many-phone": func() (*Scene, engine.Time, *Palette) {
		t := twoDomains()
		t.open(1, 25, laptop, mx)
		t.open(2, 110, laptop, mx)
		t.open(3, 143, laptop, mail)
		t.say(2, trace.ToClient, line{"", "RETR", trace.ClassContent, lunch})
		return t.play(phone), t.now + ms(9), &Light
	},
	"many-one-host": func() (*Scene, engine.Time, *Palette) {
		t := oneHost()
		for i, port := range []int64{143, 25, 110} {
			t.open(uint32(i+1), port, unix)
		}
		t.say(1, trace.ToServer, cmd("LOGIN", "a1 LOGIN bob"))
		return t.play(wide), t.now + ms(0.02), &Light
	},
	"unreachable": func() (*Scene, engine.Time, *Palette) {
		t := twoDomains()
		t.add(trace.Event{Kind: trace.KindOpen, Actor: laptop, Target: "mx.example.nte", Conn: 1, Num: 25})
		t.add(trace.Event{Kind: trace.KindUnreachable, Actor: laptop, Target: "mx.example.nte", Conn: 1, Num: 25})
		return t.play(wide), t.now, &Light
	},
	"cut": func() (*Scene, engine.Time, *Palette) {
		t := twoDomains()
		t.open(1, 25, laptop, mx)
		t.add(trace.Event{Kind: trace.KindCut, Actor: laptop, Target: mx, Conn: 1, Dir: trace.ToServer})
		return t.play(wide), t.now, &Light
	},
	"not-now": func() (*Scene, engine.Time, *Palette) {
		t := twoDomains()
		t.open(1, 25, laptop, mx)
		t.open(2, 143, desk, mx)
		t.say(1, trace.ToClient, line{"451", "MAIL", trace.ClassTransient, "451 later\r\n"})
		t.now -= ms(20)
		t.say(2, trace.ToServer, line{"", "", trace.ClassNone, "a1 NO"})
		t.now += ms(20)
		s := t.play(wide)
		return s, t.now + ms(9), &Light
	},
	"bounce": func() (*Scene, engine.Time, *Palette) {
		t := twoDomains()
		t.open(1, 25, mx, mail)
		t.exchange(1, cmd("MAIL", "MAIL FROM:<>"), ok("MAIL", "250", "ok"))
		t.exchange(1, cmd("RCPT", "RCPT TO:<alice@example.org>"), ok("RCPT", "250", "ok"))
		t.say(1, trace.ToServer, text("Received: x\r\nSubject: Undelivered Mail\r\n\r\n"))
		return t.play(wide), t.now + ms(9), &Dark
	},
	"one-host": func() (*Scene, engine.Time, *Palette) {
		t := oneHost()
		t.open(1, 25, unix)
		t.submit(1)
		return t.play(wide), t.now + ms(0.025), &Light
	},
	"one-host-phone": func() (*Scene, engine.Time, *Palette) {
		t := oneHost()
		t.open(1, 25, unix)
		t.say(1, trace.ToServer, cmd("EHLO", "EHLO unix"))
		return t.play(phone), t.now + ms(0.02), &Dark
	},
}

// refusal leaves a 503 on its way back.
func refusal(t *tape) {
	t.open(1, 25, laptop, mx)
	t.say(1, trace.ToClient, line{"220", "", trace.ClassGreeting, "220 hello\r\n"})
	t.heard(1)
	t.say(1, trace.ToServer, cmd("RCPT", "RCPT TO:<bob@example.net>"))
	t.heard(1)
	t.say(1, trace.ToClient, refused("RCPT", "503", "5.5.1 MAIL first"))
}

// relay leaves alice's message on its way from her MTA to bob's.
func relay(t *tape) uint32 {
	t.open(1, 25, laptop, mail)
	t.submit(1)
	t.heard(1)
	id := t.queued(mail, 1)
	t.add(trace.Event{Kind: trace.KindAttempt, Actor: mail, Target: mx, Letter: id, Conn: 2})
	t.say(1, trace.ToClient, ok("DATA", "250", "taken"))
	t.open(2, 25, mail, mx)
	t.submit(2)
	return id
}

// fetch leaves bob's message on its way to the laptop.
func fetch(t *tape) {
	t.open(1, 110, laptop, mx)
	t.say(1, trace.ToClient, line{"+OK", "", trace.ClassGreeting, "+OK hello\r\n"})
	t.heard(1)
	t.say(1, trace.ToServer, cmd("RETR", "RETR 1"))
	t.heard(1)
	t.say(1, trace.ToClient, line{"+OK", "RETR", trace.ClassOK, "+OK\r\n"}, line{"", "RETR", trace.ClassContent, lunch},
		line{".", "RETR", trace.ClassUntagged, ".\r\n"})
}

func TestPictures(t *testing.T) {
	for name, make := range pictures {
		s, now, palette := make()
		got := s.Frame(now).AppendSVG(nil, palette, nil)
		file := filepath.Join("testdata", name+".svg")
		if *rewrite {
			if err := os.WriteFile(file, got, 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			os.WriteFile(file+".got", got, 0o644)
			t.Errorf("%s: the picture differs; see %s.got, and write it anew with -rewrite if it is right", name, file)
		}
	}
}
