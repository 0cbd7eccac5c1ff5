package sim_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"ehlo/sim"
	"ehlo/sim/trace"
	"ehlo/sim/world"
)

const letter = "telnet mail.example.org 25\n> EHLO laptop.example.org\n> MAIL FROM:<alice@example.org>\n> RCPT TO:<bob@example.net>\n" +
	"> DATA\n> Subject: Through trouble\n>\n> .\n> QUIT\n"

func fault(t *testing.T, tl *sim.Timeline, host, kind, args string) {
	t.Helper()
	if err := tl.Input(trace.Input{Kind: trace.InputFault, Actor: host, Target: kind, Data: []byte(args)}); err != nil {
		t.Fatal(err)
	}
}

func repair(t *testing.T, tl *sim.Timeline, host, kind, args string) {
	t.Helper()
	if err := tl.Input(trace.Input{Kind: trace.InputRepair, Actor: host, Target: kind, Data: []byte(args)}); err != nil {
		t.Fatal(err)
	}
}

// arrived counts the copies of the letter in bob's mailbox.
func arrived(t *testing.T, tl *sim.Timeline) int {
	t.Helper()
	n := 0
	for _, e := range tl.Trace().Events(0, tl.Seen()) {
		if e.Kind == trace.KindDelivered && e.Label == "Through trouble" && e.Target == "bob@example.net" {
			n++
		}
	}
	for _, l := range tl.World().Ledgers() {
		if l.Balance() != 0 {
			t.Errorf("%s does not balance: %+v", l.Host, l.Ledger)
		}
	}
	return n
}

// Whatever breaks, the letter is there once, or twice where the RFC says that it may be.
func TestTroubles(t *testing.T) {
	for _, x := range []struct {
		name       string
		host, kind string
		args       string
		repaired   bool // by hand, after an hour
		copies     int
		sees       trace.Kind
	}{
		{"link down", "mail.example.org", world.LinkDown, "mx.example.net", true, 1, trace.KindLost},
		{"loss", "mx.example.net", world.LinkLoss, "mail.example.org 30%", false, 1, trace.KindLost},
		{"slow", "mail.example.org", world.LinkSlow, "mx.example.net 500", false, 1, trace.KindRelayed},
		{"crash", "mx.example.net", world.Crash, "", true, 1, trace.KindDeferred},
		{"disk full", "mx.example.net", world.DiskFull, "", true, 1, trace.KindDeferred},
		{"cut in the message", "mx.example.net", world.CutAt, "160", false, 1, trace.KindCut},
		{"cut at the greeting", "mx.example.net", world.CutAt, "3", false, 1, trace.KindCut},
		{"a reply replaced", "mx.example.net", world.ReplyReplaced, "250 => 451 4.3.0 Not now", false, 1, trace.KindDeferred},
		{"the last reply replaced", "mx.example.net", world.ReplyReplaced, "250 2.0.0 => 451 4.3.0 Not now", false, 2, trace.KindDeferred},
		{"a forged name", "mail.example.org", world.NamesForged, "mx.example.net 192.0.2.10", true, 1, trace.KindRefused},
	} {
		t.Run(x.name, func(t *testing.T) {
			tl := start(t, "two-domains")
			fault(t, tl, x.host, x.kind, x.args)
			play(t, tl, letter)
			tl.Advance(tl.Now().Add(time.Hour))
			if x.repaired {
				repair(t, tl, x.host, x.kind, x.args)
			}
			tl.Advance(tl.Now().Add(24 * time.Hour))
			tl.Run()
			if n := arrived(t, tl); n != x.copies {
				t.Errorf("%d copies arrived", n)
			}
			if len(kinds(tl, x.sees)) == 0 {
				t.Errorf("nobody saw %s", x.sees)
			}
			log := tl.InputLog("test")
			text := log.Marshal()
			again, err := trace.ParseInputLog(text)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := sim.Replay(tl.Definition(), *again); err != nil {
				t.Errorf("a replay differs: %v", err)
			}
		})
	}
}

func TestFaultsOfTheFile(t *testing.T) {
	tl := startChanged(t, "two-domains", "[[domain]]\nname = \"example.org\"", "[[fault]]\nkind = \"crash\"\nhost = \"mx.example.net\"\nat = \"1s\"\nfor = \"1h\"\n"+
		"[[fault]]\nkind = \"link-down\"\nbetween = [\"laptop.example.org\", \"mail.example.org\"]\nat = \"2h\"\n[[domain]]\nname = \"example.org\"")
	tl.Advance(tl.Now().Add(2 * time.Second))
	play(t, tl, letter)
	if q := tl.World().Queue(); len(q) != 1 || len(tl.World().Troubles()) != 1 {
		t.Errorf("the queue holds %+v, broken are %v", q, tl.World().Troubles())
	}
	tl.Advance(tl.Now().Add(3 * time.Hour))
	if n := arrived(t, tl); n != 1 {
		t.Errorf("%d copies arrived", n)
	}
	if f := tl.World().Troubles(); len(f) != 1 || f[0].Kind != world.LinkDown {
		t.Errorf("broken are %v", f)
	}
	var told []string
	for _, e := range kinds(tl, trace.KindTrouble) {
		told = append(told, e.Label+" "+e.Actor+" "+map[int64]string{0: "ends", 1: "begins"}[e.Num])
	}
	if got := strings.Join(told, "; "); got != "crash mx.example.net begins; crash mx.example.net ends; link-down laptop.example.org begins" {
		t.Errorf("told is %s", got)
	}
	repair(t, tl, "mail.example.org", world.LinkDown, "laptop.example.org") // by hand, and from its other end
	if f := tl.World().Troubles(); len(f) != 0 {
		t.Errorf("still broken are %v", f)
	}
}

func TestWhoTypesAtAHostThatCrashes(t *testing.T) {
	tl := start(t, "two-domains")
	play(t, tl, "telnet mx.example.net 25\n> EHLO laptop.example.org\n")
	fault(t, tl, "laptop.example.org", world.Crash, "")
	var refused *sim.InputError
	for _, in := range []trace.Input{{Kind: trace.InputType, Actor: "laptop.example.org", Conn: 1, Data: []byte("NOOP\r\n")},
		{Kind: trace.InputOpen, Actor: "laptop.example.org", Target: "mx.example.net:25"},
		{Kind: trace.InputFault, Actor: "mx.example.net", Target: "earthquake"},
		{Kind: trace.InputFault, Actor: "mx.example.net", Target: world.LinkDown, Data: []byte("nowhere")},
		{Kind: trace.InputRepair, Actor: "mx.example.net", Target: world.Crash}} {
		if err := tl.Input(in); !errors.As(err, &refused) {
			t.Errorf("%v is taken", in)
		}
	}
	repair(t, tl, "laptop.example.org", world.Crash, "")
	tl.Advance(tl.Now().Add(time.Hour)) // the server hangs up, and hears that nobody knows the connection
	if c, _ := tl.World().Conn(1); !c.Over {
		t.Error("the connection is still there")
	}
	play(t, tl, letter)
	if arrived(t, tl) != 1 {
		t.Error("afterwards nothing works")
	}
}

func TestStrippedAndExpired(t *testing.T) {
	tls := []string{pop3Service, pop3Service + "  tls = \"starttls\"\n"}
	tl := startChanged(t, "two-domains", tls...)
	fault(t, tl, "mx.example.net", world.StripTLS, "")
	play(t, tl, "telnet mx.example.net 110\n> CAPA\n")
	if w := wire(tl, 1); !strings.Contains(w, "XXXX\r\n") || strings.Contains(w, "STLS") {
		t.Errorf("on the wire is\n%s", w)
	}
	for kind, want := range map[string]string{world.CertificateExpired: "expired", world.Impersonation: "issuer"} {
		tl := startChanged(t, "two-domains", tls...)
		fault(t, tl, "mx.example.net", kind, "")
		play(t, tl, "telnet mx.example.net 110\n> STLS\n> STAT\n")
		v := kinds(tl, trace.KindTLS)
		if len(v) != 2 || v[0].Next != want || !bytes.Contains(v[0].Data, []byte("names: mx.example.net\n")) {
			t.Errorf("%s: %v", kind, v)
		}
	}
}
