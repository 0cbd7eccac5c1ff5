package sim_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"ehlo/sim"
	"ehlo/sim/script"
	"ehlo/sim/trace"
	"ehlo/sim/world"
	"ehlo/sim/worlds"
)

// sendCut plays two messages from alice to bob over her own server, in a world in which the first connection to a host is
// cut once so many octets reached it, and lets an hour pass.
func sendCut(t *testing.T, host string, octets int) *sim.Timeline {
	t.Helper()
	text, _ := worlds.Text("two-domains")
	def, err := world.Parse("two-domains", fmt.Appendf(text, "\n[[fault]]\nkind = \"cut-at\"\nhost = %q\nat = \"0s\"\nvalue = \"%d\"\n", host, octets), nil)
	if err != nil {
		t.Fatal(err)
	}
	tl, err := sim.NewTimeline(def)
	if err != nil {
		t.Fatal(err)
	}
	s, err := script.Parse("cut", []byte(`telnet mail.example.org 25
raw "EHLO laptop.example.org\r\nMAIL FROM:<alice@example.org>\r\nRCPT TO:<bob@example.net>\r\nDATA\r\n"
raw "Subject: first\r\n\r\nOne.\r\n.\r\nMAIL FROM:<alice@example.org>\r\nRCPT TO:<bob@example.net>\r\n"
raw "BDAT 25 LAST\r\nSubject: second\r\n\r\nTwo.\r\n"
`))
	if err != nil {
		t.Fatal(err)
	}
	_ = s.Play(tl) // what was cut takes no more input
	tl.Advance(tl.Now().Add(time.Hour))
	return tl
}

// reached counts bob's messages with a subject.
func reached(t *testing.T, tl *sim.Timeline, subject string) (n int) {
	t.Helper()
	box, _ := tl.World().Mailbox("bob@example.net", "INBOX")
	for _, m := range box.Snapshot().All() {
		text, err := box.Content(m.UID)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(text), "Subject: "+subject+"\r\n") {
			n++
		}
	}
	return n
}

// A session that is cut at any octet loses no message that the server has said it takes, and a message that it has not said
// so of may have arrived all the same (RFC 5321 §4.2.5).
func TestCutLosesNothing(t *testing.T) {
	most := 0
	for octets := 1; most < 2; octets++ {
		tl := sendCut(t, "mail.example.org", octets)
		heard := strings.Count(said(tl, 1), "250 2.0.0 Message accepted")
		got := reached(t, tl, "first") + reached(t, tl, "second")
		if got < heard || got > heard+1 || reached(t, tl, "first") > 1 || reached(t, tl, "second") > 1 {
			t.Errorf("cut at octet %d: %d messages were acknowledged, %d arrived", octets, heard, got)
		}
		if most = max(most, heard); octets > 1000 {
			t.Fatal("the session is never over")
		}
	}
}

// A message arrives twice only where the reply to its end was lost and its sender could not know: the next host has taken
// it, and the queue has kept it (RFC 5321 §6.1). The trace has both.
func TestCutBetweenServers(t *testing.T) {
	twice, whole := 0, false
	for octets := 1; !whole; octets++ {
		tl := sendCut(t, "mx.example.net", octets)
		var taken []uint32 // the connections that brought the message
		deferred := map[uint32]bool{}
		cut := uint32(0)
		for _, e := range tl.Trace().Events(0, tl.Seen()) {
			switch {
			case e.Kind == trace.KindQueued && e.Actor == "mx.example.net" && e.Label == "first":
				taken = append(taken, e.Conn)
			case e.Kind == trace.KindCut:
				cut = e.Conn
			case e.Kind == trace.KindDeferred && e.Actor == "mail.example.org":
				deferred[e.Letter] = true
			}
		}
		got := reached(t, tl, "first")
		if got != len(taken) || got < 1 || got > 2 || reached(t, tl, "second") < 1 {
			t.Errorf("cut at octet %d: mx has taken the first message %d times, bob has %d and %d", octets, len(taken), got, reached(t, tl, "second"))
		}
		if got == 2 {
			twice++
			if taken[0] != cut || len(deferred) == 0 {
				t.Errorf("cut at octet %d: the message arrived twice over connections %v; %d was cut, deferred are %v", octets, taken, cut, deferred)
			}
		}
		if whole = cut == 0; octets > 2000 {
			t.Fatal("the session is never over")
		}
	}
	if twice == 0 {
		t.Error("no reply was ever lost")
	}
	if q := sendCut(t, "mx.example.net", 10).World().Queue(); len(q) != 0 {
		t.Errorf("still waiting: %+v", q)
	}
}
