package daemon_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"ehlo/sim"
	"ehlo/sim/simtest"
	"ehlo/sim/trace"
)

// net is a world with a name server: alice's MTA, and for example.net two mail hosts and a backup.
const net = `grammar = 1
title = "Names"
seed = 1
start = 2026-03-02T08:00:00Z
[[host]]
name = "pc.example.org"
address = "192.0.2.10"
role = "mua"
you = true
[[host]]
name = "mail.example.org"
address = "192.0.2.20"
role = "mta"
relay-from = ["pc.example.org"]
service = [{ protocol = "smtp" }]
[[host]]
name = "ns.example.net"
address = "198.51.100.53"
role = "dns"
service = [{ protocol = "dns" }]
[[host]]
name = "mx1.example.net"
address = "198.51.100.1"
role = "mta"
service = [{ protocol = "smtp" }]
# mx1
[[host]]
name = "mx2.example.net"
address = "198.51.100.2"
role = "mta"
backup-for = ["example.net"]
service = [{ protocol = "smtp" }]
[[link]]
between = ["pc.example.org", "mail.example.org"]
latency = "1ms"
[[link]]
between = ["mail.example.org", "ns.example.net"]
latency = "9ms"
[[link]]
between = ["mail.example.org", "mx1.example.net"]
latency = "10ms"
[[link]]
between = ["mail.example.org", "mx2.example.net"]
latency = "10ms"
[[link]]
between = ["mx1.example.net", "mx2.example.net"]
latency = "1ms"
[[domain]]
name = "example.org"
mx = "mail.example.org"
[[domain]]
name = "example.net"
mx = "mx1.example.net"
[[zone]]
name = "example.net"
servers = ["ns.example.net"]
text = """
@    MX 10 mx1
     MX 20 mx2
mx1  A 198.51.100.1
mx2  A 198.51.100.2
null MX 0 .
self A 198.51.100.1
www  CNAME @
gone MX 10 nowhere
same MX 10 mx1
     MX 10 mx2
"""
[[zone]]
name = "bogus.example"
servers = ["ns.example.net"]
dnssec = "bogus"
text = "@ MX 10 mx1.example.net."
[[user]]
address = "alice@example.org"
password = "wonder"
[[user]]
address = "bob@example.net"
password = "plover"
[[user]]
address = "carla@example.net"
password = "opal"
`

func begin(t *testing.T, text string, changes ...string) *sim.Timeline {
	t.Helper()
	for i := 0; i < len(changes); i += 2 {
		if !strings.Contains(text, changes[i]) {
			t.Fatalf("the world has no %q", changes[i])
		}
	}
	return simtest.Written(t, "net", []byte(strings.NewReplacer(changes...).Replace(text)))
}

// log is the events of some kinds, in short.
func log(tl *sim.Timeline, kinds ...trace.Kind) string {
	var b strings.Builder
	for _, e := range tl.Trace().Events(0, tl.Seen()) {
		for _, k := range kinds {
			if e.Kind == k {
				host, _, _ := strings.Cut(e.Actor, ".")
				line := fmt.Sprintf("%s %s %s %s %s", host, e.Kind, e.Label, e.Verb, e.Target)
				if k == trace.KindFailed || k == trace.KindDiscarded {
					line += " " + string(e.Data)
				}
				b.WriteString(strings.Join(strings.Fields(line), " ") + "\n")
			}
		}
	}
	return b.String()
}

// balanced fails where a recipient is lost or comes from nowhere.
func balanced(t *testing.T, tl *sim.Timeline) {
	t.Helper()
	for _, h := range tl.World().Ledgers() {
		if n := h.Balance(); n != 0 {
			t.Errorf("%s: %d recipients are not accounted for: %+v", h.Host, n, h.Ledger)
		}
	}
}

func want(t *testing.T, got, want string) {
	t.Helper()
	if strings.TrimSpace(got) != strings.TrimSpace(want) {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

func TestNamesCrossTheNetwork(t *testing.T) {
	tl := begin(t, net)
	send(t, tl, "mail.example.org", "bob@example.net carla@example.net", "Subject: x\n")
	want(t, log(tl, trace.KindQuery, trace.KindAnswer, trace.KindLookup, trace.KindAttempt, trace.KindRelayed, trace.KindDelivered), `
mail query example.net MX ns.example.net
ns answer example.net MX NOERROR mail.example.org
mail lookup example.net MX NOERROR
mail query mx1.example.net A ns.example.net
ns answer mx1.example.net A NOERROR mail.example.org
mail lookup mx1.example.net A NOERROR
mail attempt mx1.example.net
mx1 delivered x bob@example.net
mx1 delivered x carla@example.net
mail relayed mx1.example.net`)
	balanced(t, tl)
}

func TestWhereMailGoes(t *testing.T) {
	for address, answer := range map[string]string{
		"bob@null.example.net":   "556 5.1.10 The domain takes no mail",
		"bob@gone.example.net":   "550 5.4.4 The domain has no mail host with an address",
		"bob@none.example.net":   "550 5.1.2 No such domain",
		"bob@[198.51.100.1]":     "delivered",
		"bob@www.example.net":    "550 5.1.1 No such user here", // the alias leads to the right host, which knows only its own domain
		"bob@self.example.net":   "554 5.7.1 Relay access denied",
		"bob@bogus.example":      "deferred 451 4.4.3 The name servers do not answer",
		"bob@example.com":        "550 5.1.2 No such domain",
		"bob@[203.0.113.1]":      "deferred 451 4.4.1 No answer from [203.0.113.1]",
		"postmaster@example.net": "delivered",
	} {
		tl := begin(t, net)
		send(t, tl, "mail.example.org", address, "Subject: x\n")
		got := ""
		for _, e := range tl.Trace().All() {
			switch {
			case e.Kind == trace.KindFailed:
				got = string(e.Data)
			case e.Kind == trace.KindDeferred:
				got = "deferred " + string(e.Data)
				if len(e.Data) == 0 {
					got = "deferred"
				}
			case e.Kind == trace.KindDelivered && got == "":
				got = "delivered"
			}
		}
		if got != answer && !(address == "bob@www.example.net" && got == "554 5.7.1 Relay access denied") {
			t.Errorf("%s: %s, want %s", address, got, answer)
		}
		balanced(t, tl)
	}
}

func TestBackupKeepsTheMail(t *testing.T) {
	tl := begin(t, net, "# mx1", "", "service = [{ protocol = \"smtp\" }]\n# mx1", "# mx1")
	send(t, tl, "mail.example.org", "bob@example.net", "Subject: x\n")
	want(t, log(tl, trace.KindAttempt, trace.KindRefused, trace.KindRelayed, trace.KindDeferred), `
mail attempt mx1.example.net
mail refused mx1.example.net
mail attempt mx2.example.net
mail relayed mx2.example.net
mx2 attempt mx1.example.net
mx2 refused mx1.example.net
mx2 deferred mx1.example.net`)
	if q := tl.World().Queue(); len(q) != 1 || q[0].Host != "mx2.example.net" || q[0].Reason != "451 4.4.1 No answer from mx1.example.net" {
		t.Errorf("the queues hold %+v", q)
	}
	balanced(t, tl)
}

func TestEqualPreferences(t *testing.T) {
	firsts := map[string]int{}
	for seed := range 20 {
		tl := begin(t, net, "seed = 1", fmt.Sprintf("seed = %d", seed))
		send(t, tl, "mail.example.org", "bob@same.example.net", "Subject: x\n")
		line, _, _ := strings.Cut(log(tl, trace.KindAttempt), "\n")
		firsts[line]++
	}
	if len(firsts) != 2 || firsts["mail attempt mx1.example.net"] < 3 || firsts["mail attempt mx2.example.net"] < 3 {
		t.Errorf("first comes %v", firsts)
	}
}

// Domains with the same mail hosts share a transaction, and messages a connection.
func TestConnectionsAreShared(t *testing.T) {
	tl := begin(t, net, "gone MX 10 nowhere", "also MX 10 mx1\n     MX 20 mx2", `[[zone]]
name = "bogus`, `[[domain]]
name = "also.example.net"
mx = "mx1.example.net"
[[user]]
address = "dora@also.example.net"
password = "x"
[[zone]]
name = "bogus`)
	send(t, tl, "mail.example.org", "bob@example.net dora@also.example.net", "Subject: x\n")
	want(t, log(tl, trace.KindAttempt, trace.KindRelayed), "mail attempt mx1.example.net\nmail relayed mx1.example.net\nmail relayed mx1.example.net")
	var dialogue []string
	for _, e := range tl.Trace().All() {
		if e.Kind == trace.KindLine && e.Actor == "mail.example.org" && e.Dir == trace.ToServer && e.Class == trace.ClassCommand {
			dialogue = append(dialogue, e.Label)
		}
	}
	if got := strings.Join(dialogue, " "); got != "EHLO MAIL RCPT RCPT DATA . QUIT" {
		t.Errorf("the MTA says %s", got)
	}
	balanced(t, tl)
}

func TestGreylisting(t *testing.T) {
	tl := begin(t, net, "# mx1", `greylist = "5m"`)
	send(t, tl, "mail.example.org", "bob@example.net", "Subject: x\n")
	want(t, log(tl, trace.KindDeferred, trace.KindDelivered), "mail deferred mx1.example.net")
	play(t, tl, "wait 31m\n")
	want(t, log(tl, trace.KindDeferred, trace.KindDelivered), "mail deferred mx1.example.net\nmx1 delivered x bob@example.net")
	send(t, tl, "mail.example.org", "bob@example.net", "Subject: y\n")
	if got := log(tl, trace.KindDelivered); !strings.HasSuffix(got, "mx1 delivered y bob@example.net\n") {
		t.Errorf("a sender that is known: %s", got)
	}
	balanced(t, tl)
}

func TestBlocklist(t *testing.T) {
	tl := begin(t, net, "# mx1", `blocklists = ["bl.example.net"]`, "null MX 0 .", "20.2.0.192.bl A 127.0.0.2")
	send(t, tl, "mail.example.org", "bob@example.net", "Subject: x\n")
	if got := log(tl, trace.KindFailed); !strings.Contains(got, "554 5.7.1 Your address is on a blocklist: 20.2.0.192.bl.example.net") {
		t.Errorf("got %s", got)
	}
	tl = begin(t, net, "# mx1", `blocklists = ["bl.example.net"]`)
	send(t, tl, "mail.example.org", "bob@example.net", "Subject: x\n")
	want(t, log(tl, trace.KindDelivered), "mx1 delivered x bob@example.net")
}

func TestRateLimitAndSize(t *testing.T) {
	tl := begin(t, net, "# mx1", "rate-limit = 1\nmax-size = 2000")
	send(t, tl, "mail.example.org", "bob@example.net", "Subject: x\n")
	send(t, tl, "mail.example.org", "bob@example.net", "Subject: y\n")
	send(t, tl, "mail.example.org", "bob@example.net", "Subject: z\n\n"+strings.Repeat("large\n", 400))
	want(t, log(tl, trace.KindDeferred, trace.KindFailed, trace.KindDelivered), `
mx1 delivered x bob@example.net
mail deferred mx1.example.net
mail failed bob@example.net 552 5.3.4 The message is larger than the next host takes
mail delivered Undelivered Mail Returned to Sender alice@example.org`)
	balanced(t, tl)
}

func TestQuotaIsSaidAtRCPT(t *testing.T) {
	tl := begin(t, net, `password = "plover"`, "password = \"plover\"\nquota = 100")
	send(t, tl, "mail.example.org", "bob@example.net", "Subject: x\n")
	if got := log(tl, trace.KindFailed); !strings.Contains(got, "552 5.2.2 Mailbox full") {
		t.Errorf("got %s", got)
	}
}

func TestHoldAndFlush(t *testing.T) {
	tl := begin(t, net, `relay-from = ["pc.example.org"]`, "relay-from = [\"pc.example.org\"]\nhold = true")
	send(t, tl, "mail.example.org", "bob@example.net", "Subject: x\n")
	tl.Advance(tl.Now().Add(24 * time.Hour))
	if q := tl.World().Queue(); len(q) != 1 || q[0].Attempts != 0 {
		t.Errorf("the queue is %+v", q)
	}
}
