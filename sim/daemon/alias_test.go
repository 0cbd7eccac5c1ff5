package daemon_test

import (
	"strings"
	"testing"

	"ehlo/sim/trace"
)

func TestAliases(t *testing.T) {
	tl := begin(t, net, "# mx1", `aliases = """
both: bob, carla
team: bob, carla, alice@example.org, boss
boss: team
owner-list: carla
list: bob, carla, bob@example.net
nobody: /dev/null
me: me
"""`)
	for _, x := range []struct{ to, want string }{
		{"both", "mx1 expanded alias both@example.net; mx1 delivered x bob@example.net; mx1 delivered x carla@example.net"},
		{"nobody", "mx1 expanded alias nobody@example.net; mx1 discarded nobody@example.net /dev/null"},
		{"me", "mx1 expanded alias me@example.net; mx1 failed me@example.net 554 5.4.6 The address comes back to itself"},
		{"list", "mx1 expanded list list@example.net; mx1 delivered x bob@example.net; mx1 delivered x carla@example.net"},
		{"team", "mx1 expanded alias team@example.net; mx1 expanded alias boss@example.net; mx1 delivered x bob@example.net; " +
			"mx1 delivered x carla@example.net; mx1 failed team@example.net 554 5.4.6 The address comes back to itself"},
		{"Both", "mx1 expanded alias Both@example.net; mx1 delivered x bob@example.net; mx1 delivered x carla@example.net"},
	} {
		before := len(log(tl, trace.KindExpanded, trace.KindDelivered, trace.KindFailed, trace.KindDiscarded))
		send(t, tl, "mail.example.org", x.to+"@example.net", "Subject: x\n")
		got := log(tl, trace.KindExpanded, trace.KindDelivered, trace.KindFailed, trace.KindDiscarded)[before:]
		var here []string
		for line := range strings.Lines(got) {
			if strings.HasPrefix(line, "mx1") {
				here = append(here, strings.TrimSpace(line))
			}
		}
		if got := strings.Join(here, "; "); got != x.want {
			t.Errorf("%s:\n got %s\nwant %s", x.to, got, x.want)
		}
	}
	if text := last(t, tl, "bob@example.net"); !strings.HasPrefix(text, "Return-Path: <alice@example.org>\r\n") {
		t.Errorf("an alias keeps the sender:\n%s", text)
	}
	for _, text := range inbox(t, tl, "carla@example.net") {
		if strings.Contains(text, "Return-Path: <owner-list@example.net>") {
			balanced(t, tl)
			return
		}
	}
	t.Error("a list does not send as its owner")
}

func TestForward(t *testing.T) {
	tl := begin(t, net, `password = "plover"`, `password = "plover"
forward = '\bob, alice@example.org'`)
	send(t, tl, "mail.example.org", "bob@example.net", "Subject: x\n")
	want(t, log(tl, trace.KindExpanded, trace.KindDelivered), "mx1 expanded forward bob@example.net\nmx1 delivered x bob@example.net\nmail delivered x alice@example.org")
	balanced(t, tl)
}

// Two who forward to each other: by the hosts that a message has passed, and at once where they mark it.
func TestForwardLoop(t *testing.T) {
	for mark, want := range map[string]string{"max-hops = 10": "554 5.4.6 Too many hops", "delivered-to = true": "554 5.4.6 The address comes back"} {
		tl := begin(t, net, `password = "plover"`, `password = "plover"
forward = "alice@example.org"`, `password = "wonder"`, `password = "wonder"
forward = "bob@example.net"`, "# mx1", mark)
		send(t, tl, "mail.example.org", "postmaster@example.net", "Subject: x\n") // the sender hears of it
		send(t, tl, "mail.example.org", "bob@example.net", "Subject: x\n")
		if got := log(tl, trace.KindFailed, trace.KindDiscarded); !strings.Contains(got, want) {
			t.Errorf("%s: %s", mark, got)
		}
		if q := tl.World().Queue(); len(q) != 0 {
			t.Errorf("%s: the queues hold %+v", mark, q)
		}
		balanced(t, tl)
	}
}

func TestCatchAllAndMasquerade(t *testing.T) {
	tl := begin(t, net, "# mx1", `catch-all = "bob@example.net"`, `relay-from = ["pc.example.org"]`, `relay-from = ["pc.example.org"]
masquerade = "example.org"`)
	play(t, tl, "telnet mail.example.org 25\n> EHLO pc.example.org\n> MAIL FROM:<alice@mail.example.org>\n> RCPT TO:<anybody@example.net>\n"+
		"> DATA\n> From: Alice <alice@mail.example.org>\n> Subject: x\n>\n> alice@mail.example.org\n> .\n> QUIT\n")
	text := last(t, tl, "bob@example.net")
	if !strings.HasPrefix(text, "Return-Path: <alice@example.org>\r\n") || !strings.Contains(text, "\r\nFrom: Alice <alice@example.org>\r\n") ||
		!strings.HasSuffix(text, "\r\n\r\nalice@mail.example.org\r\n") {
		t.Errorf("bob has\n%s", text)
	}
	balanced(t, tl)
}
