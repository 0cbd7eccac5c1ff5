package daemon_test

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"testing"

	"ehlo/sim/trace"
)

// strict is a world in which mail.example.org heeds what example.net says of its TLS. A host between them may interfere.
const strict = `grammar = 1
title = "TLS that must be"
seed = 1
start = 2026-03-02T08:00:00Z
[[host]]
name = "mail.example.org"
address = "192.0.2.20"
role = "mta"
relay-from = ["mail.example.org"]
retry = ["1h"]
service = [{ protocol = "smtp" }]
# sender
[[host]]
name = "ns.example.net"
address = "198.51.100.53"
role = "dns"
service = [{ protocol = "dns" }]
[[host]]
name = "mx.example.net"
address = "198.51.100.1"
role = "mta"
service = [{ protocol = "smtp", tls = "starttls" }]
certificate = [{ names = ["mx.example.net"] }]
[[host]]
name = "www.example.net"
address = "198.51.100.2"
role = "mailbox"
service = [{ protocol = "https" }]
certificate = [{ names = ["mta-sts.example.net"] }]
[[link]]
between = ["mail.example.org", "ns.example.net"]
latency = "5ms"
[[link]]
between = ["mail.example.org", "mx.example.net"]
latency = "10ms"
[[link]]
between = ["mail.example.org", "www.example.net"]
latency = "10ms"
[[domain]]
name = "example.org"
mx = "mail.example.org"
[[domain]]
name = "example.net"
mx = "mx.example.net"
sts-policy = """
version: STSv1
mode: enforce
mx: mx.example.net
max_age: 86400
"""
[[zone]]
name = "example.net"
servers = ["ns.example.net"]
# dnssec
text = """
@          MX  10 mx
mx         A   198.51.100.1
mta-sts    A   198.51.100.2
_mta-sts   TXT "v=STSv1; id=1"
"""
[[user]]
address = "alice@example.org"
password = "wonder"
[[user]]
address = "bob@example.net"
password = "plover"
`

const sent = "at mail.example.org\ntelnet mail.example.org 25\n> EHLO x\n> MAIL FROM:<alice@example.org>\n> RCPT TO:<bob@example.net>\n> DATA\n> Subject: x\n>\n> .\n> QUIT\nwait 1m\n"

// became is what came of the policy and of the message.
func became(t *testing.T, faults string, changes ...string) string {
	t.Helper()
	tl := begin(t, strict, changes...)
	play(t, tl, faults+sent)
	balanced(t, tl)
	var parts []string
	for _, e := range tl.Trace().Events(0, tl.Seen()) {
		switch e.Kind {
		case trace.KindAuth:
			parts = append(parts, strings.TrimSpace(e.Label+" "+e.Verb+" "+e.Next))
		case trace.KindDelivered:
			parts = append(parts, "delivered")
		case trace.KindDeferred:
			parts = append(parts, "deferred "+string(e.Data[:9]))
		}
	}
	return strings.Join(parts, ", ")
}

func TestStrictTransport(t *testing.T) {
	const on = "mta-sts = true"
	for _, c := range []struct {
		name, faults string
		changes      []string
		want         string
	}{
		{"without it anybody can take TLS away", "fault mx.example.net strip-tls\n", nil, "delivered"},
		{"all is well", "", []string{"# sender", on}, "mta-sts enforce, delivered"},
		{"TLS taken away", "fault mx.example.net strip-tls\n", []string{"# sender", on}, "mta-sts enforce, deferred 454 4.7.4"},
		{"another certificate", "fault mx.example.net impersonation\n", []string{"# sender", on}, "mta-sts enforce, deferred 454 4.7.5"},
		{"an expired one", "fault mx.example.net certificate-expired\n", []string{"# sender", on}, "mta-sts enforce, deferred 454 4.7.5"},
		{"a host that the policy does not name", "", []string{"# sender", on, "mx: mx.", "mx: mail."}, "mta-sts enforce, deferred 451 4.7.5"},
		{"only testing", "fault mx.example.net strip-tls\n", []string{"# sender", on, "mode: enforce", "mode: testing"}, "mta-sts testing, delivered"},
		{"no record", "fault mx.example.net strip-tls\n", []string{"# sender", on, `_mta-sts   TXT "v=STSv1; id=1"`, ""}, "mta-sts none, delivered"},
		{"policy host impersonated", "fault www.example.net impersonation\nfault mx.example.net strip-tls\n", []string{"# sender", on}, "mta-sts none no-answer, delivered"},
		{"policy host down", "fault www.example.net crash\n", []string{"# sender", on}, "mta-sts none no-answer, delivered"},
		{"policy host for another name", "", []string{"# sender", on, `["mta-sts.example.net"]`, `["www.example.net"]`}, "mta-sts none no-answer, delivered"},
		{"no such host", "", []string{"# sender", on, "mta-sts    A   198.51.100.2\n", ""}, "mta-sts none host, delivered"},
	} {
		if got := became(t, c.faults, c.changes...); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

// A policy is fetched once while its identifier stays, and goes on to count where it cannot be fetched again.
func TestPolicyIsKept(t *testing.T) {
	tl := begin(t, strict, "# sender", "mta-sts = true")
	play(t, tl, sent+sent+"fault www.example.net crash\nfault ns.example.net names-fail\n")
	fetched := 0
	for _, e := range tl.Trace().Events(0, tl.Seen()) {
		if e.Kind == trace.KindOpen && e.Num == 443 {
			fetched++
		}
	}
	if fetched != 1 || strings.Count(log(tl, trace.KindAuth), "mta-sts enforce") != 2 {
		t.Errorf("fetched %d times\n%s", fetched, log(tl, trace.KindAuth))
	}
	said := log(tl, trace.KindLine)
	wants(t, said, "mail line GET GET www.example.net", "www line 200 GET")
	for _, e := range tl.Trace().Events(0, tl.Seen()) {
		if e.Kind == trace.KindLine && e.Verb == "GET" && !e.Sealed {
			t.Error("the request is not sealed")
		}
	}
}

func TestDANE(t *testing.T) {
	sum := sha256.Sum256([]byte("names: mx.example.net\n"))
	ca := sha256.Sum256([]byte("issuer: Example Root CA\n"))
	named := func(text string) []string {
		return []string{"# sender", "dane = true", "# dnssec", `dnssec = "secure"`, `_mta-sts   TXT "v=STSv1; id=1"`, "_25._tcp.mx TLSA " + text}
	}
	host, issuer := named("3 1 1 "+hex.EncodeToString(sum[:])), named("2 0 1 "+hex.EncodeToString(ca[:]))
	for _, c := range []struct {
		name, faults string
		changes      []string
		want         string
	}{
		{"the certificate is named", "", host, "dane required, dane pass, delivered"},
		{"its dates do not matter", "fault mx.example.net certificate-expired\n", host, "dane required, dane pass, delivered"},
		{"TLS taken away", "fault mx.example.net strip-tls\n", host, "dane required, deferred 454 4.7.4"},
		{"the issuer is named", "", issuer, "dane required, dane pass, delivered"},
		{"another issuer", "fault mx.example.net impersonation\n", issuer, "dane required, deferred 454 4.7.5"},
		{"and with the issuer dates do matter", "fault mx.example.net certificate-expired\n", issuer, "dane required, deferred 454 4.7.5"},
		{"another certificate", "", named("3 1 1 00" + hex.EncodeToString(sum[1:])), "dane required, deferred 454 4.7.5"},
		{"usages of the web mean nothing", "fault mx.example.net strip-tls\n", named("1 1 1 " + hex.EncodeToString(sum[:])), "delivered"},
		{"a zone that is not signed", "fault mx.example.net strip-tls\n", append(host[:2:2], host[4:]...), "delivered"},
		{"no records", "fault mx.example.net strip-tls\n", host[:4], "delivered"},
		{"a zone that is signed wrongly", "", append([]string{"# dnssec", `dnssec = "bogus"`}, host[:2]...), "deferred 451 4.4.3"},
	} {
		if got := became(t, c.faults, c.changes...); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}
