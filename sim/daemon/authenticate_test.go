package daemon_test

import (
	"strings"
	"testing"

	"ehlo/sim"
	"ehlo/sim/simtest"
	"ehlo/sim/trace"
)

// signers is a world whose domains say who may send for them. mx.example.net asks, and does as they want.
const signers = `grammar = 1
title = "Who says so"
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
dkim = [{ domain = "example.org", selector = "s1", key = "nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=" }]
# mail
[[host]]
name = "mx.example.edu"
address = "192.0.2.80"
role = "mta"
authentication = "tag"
service = [{ protocol = "smtp" }]
dkim = [{ domain = "example.edu", selector = "s1", key = "nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=" }]
# edu
[[host]]
name = "mallory.example.com"
address = "203.0.113.66"
role = "mua"
[[host]]
name = "ns.example.net"
address = "198.51.100.53"
role = "dns"
service = [{ protocol = "dns" }]
[[host]]
name = "mx.example.net"
address = "198.51.100.1"
role = "mta"
authentication = "enforce"
service = [{ protocol = "smtp" }]
# mx
[[link]]
between = ["pc.example.org", "mail.example.org"]
latency = "1ms"
[[link]]
between = ["mail.example.org", "ns.example.net"]
latency = "9ms"
[[link]]
between = ["mail.example.org", "mx.example.net"]
latency = "10ms"
[[link]]
between = ["mallory.example.com", "mx.example.net"]
latency = "10ms"
[[link]]
between = ["mx.example.net", "ns.example.net"]
latency = "1ms"
[[link]]
between = ["mail.example.org", "mx.example.edu"]
latency = "10ms"
[[link]]
between = ["mx.example.net", "mx.example.edu"]
latency = "10ms"
[[domain]]
name = "example.edu"
mx = "mx.example.edu"
[[domain]]
name = "example.org"
mx = "mail.example.org"
[[domain]]
name = "example.net"
mx = "mx.example.net"
[[zone]]
name = "example.org"
servers = ["ns.example.net"]
text = """
@              MX  10 mail
               TXT "v=spf1 mx -all"
mail           A   192.0.2.20
_dmarc         TXT "v=DMARC1; p=reject; sp=quarantine"
s1._domainkey  TXT "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
"""
[[zone]]
name = "example.edu"
servers = ["ns.example.net"]
text = """
@              MX  10 mx
               TXT "v=spf1 mx -all"
mx             A   192.0.2.80
s1._domainkey  TXT "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
"""
[[zone]]
name = "example.com"
servers = ["ns.example.net"]
text = """
@              TXT "v=spf1 -all"
strict         TXT "v=spf1 -all exp=why.example.com"
why            TXT "%{i} is not ours"
half._dmarc    TXT "v=DMARC1"
_dmarc.quarter TXT "v=DMARC1; p=reject; pct=0"
quarter        TXT "v=spf1 ?all"
"""
[[zone]]
name = "bogus.example"
servers = ["ns.example.net"]
dnssec = "bogus"
text = '@ TXT "v=spf1 +all"'
[[user]]
address = "alice@example.org"
password = "wonder"
[[user]]
address = "bob@example.net"
password = "plover"
[[user]]
address = "carla@example.edu"
password = "opal"
forward = "bob@example.net"
[[user]]
address = "gone@example.edu"
password = "opal"
forward = "nobody@example.net"
`

// bring lets mallory bring a message to mx.example.net, and returns the last reply that is no goodbye.
func bring(t *testing.T, tl *sim.Timeline, from, text string) string {
	t.Helper()
	s := "at mallory.example.com\ntelnet mx.example.net 25\n> EHLO mallory.example.com\n> MAIL FROM:<" + from + ">\n> RCPT TO:<bob@example.net>\n> DATA\n"
	for line := range strings.Lines(text) {
		s += "> " + line
	}
	play(t, tl, s+"> .\n> QUIT\n")
	reply := ""
	for _, e := range tl.Trace().Events(0, tl.Seen()) {
		if e.Kind == trace.KindLine && e.Dir == trace.ToClient && e.Target == "mallory.example.com" && e.Verb != "QUIT" {
			reply = strings.TrimSpace(string(e.Data))
		}
	}
	return reply
}

func TestGenuineMail(t *testing.T) {
	tl := begin(t, signers)
	send(t, tl, "mail.example.org", "bob@example.net", "From: Alice <alice@example.org>\nTo: bob@example.net\nSubject: Lunch\n\nAt one?\n")
	want(t, log(tl, trace.KindAuth, trace.KindDelivered), `
mx auth spf pass example.org
mx auth dkim pass example.org
mx auth dmarc pass example.org
mx delivered Lunch bob@example.net`)
	text := last(t, tl, "bob@example.net")
	wants(t, text, "Authentication-Results: mx.example.net;\r\n\tspf=pass smtp.mailfrom=alice@example.org;\r\n\tdkim=pass header.d=example.org header.s=s1 "+
		"header.a=ed25519-sha256 header.b=", ";\r\n\tdmarc=pass header.from=example.org\r\nReceived: from mail.example.org", "DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed; d=example.org; s=s1;")
	asked := log(tl, trace.KindQuery)
	for _, q := range []string{"mx query example.org TXT ns", "mx query _dmarc.example.org TXT ns", "mx query s1._domainkey.example.org TXT ns", "mx query mail.example.org A ns"} {
		if !strings.Contains(asked, q) {
			t.Errorf("%s did not cross the network:\n%s", q, asked)
		}
	}
	balanced(t, tl)
}

func TestForgedMail(t *testing.T) {
	for _, c := range []struct{ from, author, reply, found string }{
		{"alice@example.org", "alice@example.org", "550 5.7.1 DMARC: the message is not from the domain that it names, which wants it to be refused: example.org",
			"spf fail example.org dkim none dmarc fail example.org"},
		{"m@example.com", "m@example.com", "550 5.7.23 SPF: the domain does not allow your address", "spf fail example.com dkim none dmarc none example.com"},
		{"m@strict.example.com", "m@example.com", "550 5.7.23 SPF: strict.example.com explains: 203.0.113.66 is not ours", "spf fail strict.example.com dkim none dmarc none example.com"},
		{"m@quarter.example.com", "m@quarter.example.com", "250 2.0.0 Message accepted", "spf neutral quarter.example.com dkim none dmarc fail quarter.example.com"},
		{"m@nowhere.example", "m@nowhere.example", "250 2.0.0 Message accepted", "spf none nowhere.example dkim none dmarc none nowhere.example"},
		{"m@bogus.example", "m@bogus.example", "451 4.7.24 SPF and DMARC: the name servers do not answer", "spf temperror bogus.example dkim none dmarc temperror bogus.example"},
		{"", "m@nowhere.example", "250 2.0.0 Message accepted", "spf none mallory.example.com dkim none dmarc none nowhere.example"},
		{"m@nowhere.example", "a@example.org, b@example.com", "250 2.0.0 Message accepted", "spf none nowhere.example dkim none dmarc permerror"},
	} {
		tl := begin(t, signers)
		reply := bring(t, tl, c.from, "From: "+c.author+"\nSubject: x\n\nx\n")
		var found []string
		for line := range strings.Lines(log(tl, trace.KindAuth)) {
			found = append(found, strings.TrimPrefix(strings.TrimSpace(line), "mx auth "))
		}
		if !strings.Contains(strings.Join(found, " "), "dkim") {
			found = append(found[:1], append([]string{"dkim none"}, found[1:]...)...)
		}
		if got := strings.Join(found, " "); reply != c.reply || got != c.found {
			t.Errorf("%s, %s:\n%s\n%s", c.from, c.author, reply, got)
		}
		balanced(t, tl)
	}
}

// What a subdomain's policy wants to be kept apart lies in the mailbox Junk.
func TestQuarantine(t *testing.T) {
	tl := begin(t, signers)
	if reply := bring(t, tl, "x@nowhere.example", "From: boss@sub.example.org\nSubject: Urgent\n\nPay!\n"); !strings.HasPrefix(reply, "250") {
		t.Fatal(reply)
	}
	want(t, log(tl, trace.KindDelivered), "mx delivered Urgent Junk bob@example.net")
	box, ok := tl.World().Mailbox("bob@example.net", "Junk")
	if !ok || box.Snapshot().Len() != 1 {
		t.Error("no message in Junk")
	}
	if n := len(inbox(t, tl, "bob@example.net")); n != 0 {
		t.Errorf("%d messages in the INBOX", n)
	}
}

// An MTA that only writes down what it found out refuses nothing.
func TestTagOnly(t *testing.T) {
	tl := begin(t, signers, `authentication = "enforce"`, `authentication = "tag"`)
	text := "Authentication-Results: mx.example.net; dmarc=pass header.from=example.org\nFrom: alice@example.org\nSubject: x\n\nx\n"
	if reply := bring(t, tl, "alice@example.org", text); !strings.HasPrefix(reply, "250") {
		t.Fatal(reply)
	}
	got := last(t, tl, "bob@example.net")
	wants(t, got, "spf=fail smtp.mailfrom=alice@example.org", "dkim=none", "dmarc=fail header.from=example.org policy.dmarc=reject")
	if strings.Contains(got, "dmarc=pass") {
		t.Errorf("what the sender claims stands there:\n%s", got)
	}
}

// A name server that answers with failures lets the message wait, and it arrives when the server is well.
func TestNameServerFails(t *testing.T) {
	tl := begin(t, signers)
	play(t, tl, "fault ns.example.net names-fail\n")
	if reply := bring(t, tl, "alice@example.org", "From: alice@example.org\n\nx\n"); !strings.HasPrefix(reply, "451 4.7.24") {
		t.Error(reply)
	}
}

// A world that is cloned while an answer is on its way goes on in both copies.
func TestAuthenticationIsReplayed(t *testing.T) {
	tl := begin(t, signers)
	send(t, tl, "mail.example.org", "bob@example.net", "From: alice@example.org\nSubject: x\n\nx\n")
	before := log(tl, trace.KindAuth, trace.KindQuery, trace.KindDelivered)
	steps := tl.World().Steps()
	for n := uint64(1); n < steps; n += 3 { // a checkpoint in each state
		tl.SeekStep(n)
	}
	tl.SeekStep(steps)
	if after := log(tl, trace.KindAuth, trace.KindQuery, trace.KindDelivered); after != before {
		t.Errorf("the second time:\n%s\nthe first time:\n%s", after, before)
	}
}

// In the world of today a message passes all that is asked, and one in another's name does not.
func TestToday(t *testing.T) {
	tl := simtest.World(t, "today")
	const text = "From: Alice <alice@example.org>\nSubject: Lunch\n\nAt one?\n"
	send(t, tl, "mail.example.org", "bob@example.net", text)
	play(t, tl, "wait 10m\n") // it is greylisted first
	got := last(t, tl, "bob@example.net")
	wants(t, got, "spf=pass smtp.mailfrom=alice@example.org", "dkim=pass header.d=example.org header.s=r2026 header.a=rsa-sha256",
		"dkim=pass header.d=example.org header.s=e2026 header.a=ed25519-sha256", "dmarc=pass header.from=example.org")
	forge := "at vps.example.com\ntelnet mx1.example.net 25\n> EHLO vps.example.com\n> MAIL FROM:<alice@example.org>\n> RCPT TO:<bob@example.net>\n"
	play(t, tl, forge+"> QUIT\nwait 2m\n"+forge+"> DATA\n> "+strings.ReplaceAll(text, "\n", "\n> ")+"\n> .\n> QUIT\n")
	if n := len(inbox(t, tl, "bob@example.net")); n != 1 {
		t.Errorf("%d messages came", n)
	}
	send(t, tl, "mx1.example.net", "alice@example.org", "Subject: x\n") // bob's host heeds MTA-STS and DANE
	wants(t, log(tl, trace.KindAuth), "mx1 auth dmarc pass example.org", "mx1 auth spf fail example.org", "mx1 auth dmarc fail example.org")
}

// Who forwards is not who may send: SPF fails, and the signature alone speaks for the message, until the sender is rewritten.
func TestForwardedMail(t *testing.T) {
	const text = "From: alice@example.org\nSubject: Lunch\n\nAt one?\n"
	tl := begin(t, signers)
	send(t, tl, "mail.example.org", "carla@example.edu", text)
	wants(t, last(t, tl, "bob@example.net"), "Return-Path: <alice@example.org>", "Authentication-Results: mx.example.net;", "spf=fail", "dkim=pass", "dmarc=pass",
		"Authentication-Results: mx.example.edu;", "spf=pass")

	tl = begin(t, signers, "# edu", `srs = "plugh"`)
	send(t, tl, "mail.example.org", "carla@example.edu", text)
	wants(t, last(t, tl, "bob@example.net"), "Return-Path: <SRS0=", "=example.org=alice@example.edu>", "mx.example.net;", "spf=pass smtp.mailfrom=SRS0=")
	send(t, tl, "mail.example.org", "gone@example.edu", text) // and the report finds its way back
	wants(t, log(tl, trace.KindExpanded, trace.KindFailed, trace.KindDelivered), "mx failed", "nobody@example.net 550", "mx expanded srs SRS0=", "mail delivered")
	if text := last(t, tl, "alice@example.org"); !strings.Contains(text, "nobody@example.net") {
		t.Errorf("the report is\n%s", text)
	}
	balanced(t, tl)
}

// Who takes a message that was right, and changes it, can say so with a seal; whether that counts is the next host's choice.
func TestSealedMail(t *testing.T) {
	spoilt := []string{"# edu", `arc = true`, "s1._domainkey  TXT \"v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\"\n\"\"\"\n[[zone]]\nname = \"example.edu\"",
		"\"\"\"\n[[zone]]\nname = \"example.edu\""} // without its key alice's signature is worth nothing
	const text = "From: alice@example.org\nSubject: Lunch\n\nAt one?\n"
	tl := begin(t, signers, spoilt...)
	send(t, tl, "mail.example.org", "carla@example.edu", text)
	if n := len(inbox(t, tl, "bob@example.net")); n != 0 {
		t.Errorf("%d messages came by a sealer whom nobody believes", n)
	}
	tl = begin(t, signers, append(spoilt, "# mx\n", "trusted-sealers = [\"example.edu\"]\n")...)
	send(t, tl, "mail.example.org", "carla@example.edu", text)
	wants(t, last(t, tl, "bob@example.net"), "mx.example.net;", "spf=fail", "dkim=permerror reason=\"no-key\"", "arc=pass header.d=example.edu",
		"dmarc=fail reason=\"sealed by example.edu\" header.from=example.org policy.dmarc=none", "ARC-Seal: i=1; a=ed25519-sha256; d=example.edu;", "cv=none")
	balanced(t, tl)
}
