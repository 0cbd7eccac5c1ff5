package scene_test

import (
	"testing"

	"ehlo/sim/scene"
	"ehlo/sim/script"
	"ehlo/sim/simtest"
)

// session is a script that sends a message and fetches it by both protocols, with a refusal, a cut and a wrong port.
const session = `
at laptop.example.org
telnet mail.example.org 25
> RCPT TO:<bob@example.net>
> EHLO laptop.example.org
> MAIL FROM:<alice@example.org>
> RCPT TO:<bob@example.net>
> DATA
> Subject: Lunch on Friday?
>
> At noon, by the gate?
> .
> QUIT
telnet mx.example.net 110
> USER bob
> PASS plover
> RETR 3
> DELE 1
telnet mx.example.net 143
> a1 LOGIN bob plover
> a2 SELECT INBOX
> a3 FETCH 1:* BODY[]
raw "a4 NO"
cut
telnet mx.example.net 99
at desk.example.net
telnet mail.example.org 25
> EHLO desk.example.net
`

// TestRealWorld draws every moment of a real world's trace on the way forward, and some on the way back.
func TestRealWorld(t *testing.T) {
	tl := simtest.World(t, "two-domains")
	s, err := script.Parse("session", []byte(session))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Play(tl); err != nil {
		t.Fatal(err)
	}
	p := scene.NewPlayer()
	p.Scene.Layout(scene.View{Width: 1096, Height: 348})
	for _, e := range tl.Trace().All() {
		p.Record(&e)
	}
	packets, letters := 0, 0
	draw := func(total int) {
		p.Show(total)
		l := p.Scene.Frame(p.Now())
		for i := range l.Nodes {
			switch l.Nodes[i].Kind {
			case scene.NodeLine:
				packets++
			case scene.NodeLetter:
				letters++
			}
		}
	}
	for total := range p.Len() + 1 {
		draw(total)
	}
	for total := p.Len(); total > 0; total -= 37 {
		draw(total)
	}
	if packets == 0 || letters == 0 {
		t.Errorf("%d packets and %d messages were seen, want some of both", packets, letters)
	}
}
