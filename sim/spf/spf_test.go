package spf

import (
	"fmt"
	"strings"
	"testing"

	"ehlo/sim/dns"
)

// samples is the zone of RFC 7208, Appendix A, and what the tests need besides.
const samples = `
example.com. MX 10 mail-a.example.com.
example.com. MX 20 mail-b.example.com.
example.com. A 192.0.2.10
example.com. A 192.0.2.11
example.com. AAAA 2001:db8::10
amy.example.com. A 192.0.2.65
bob.example.com. A 192.0.2.66
mail-a.example.com. A 192.0.2.129
mail-b.example.com. A 192.0.2.130
www.example.com. CNAME example.com.
example.org. MX 10 mail-c.example.org.
mail-c.example.org. A 192.0.2.140
10.2.0.192.in-addr.arpa. PTR example.com.
11.2.0.192.in-addr.arpa. PTR example.com.
65.2.0.192.in-addr.arpa. PTR amy.example.com.
66.2.0.192.in-addr.arpa. PTR bob.example.com.
140.2.0.192.in-addr.arpa. PTR mail-c.example.org.
4.0.0.10.in-addr.arpa. PTR bob.example.com.
mary.mobile-users._spf.example.com. A 127.0.0.2
why.example.com. TXT "%{i} is not one of %{d}'s mail servers; see http://%{d}/why?s=%{S}&r=%{r}"
pass.example.com. TXT "v=spf1 +all"
fail.example.com. TXT "v=spf1 -all"
soft.example.com. TXT "v=spf1 ~all"
two.example.com. TXT "v=spf1 -all"
two.example.com. TXT "v=spf1 +all"
bad.example.com. TXT "v=spf1 a::b -all"
text.example.com. TXT "v=spf10 -all"
loop.example.com. TXT "v=spf1 include:loop.example.com -all"
mobile.example.com. TXT "v=spf1 exists:%{l1r+}.mobile-users._spf.example.com -all"
`

// world answers from the samples, with policies put in; names below "broken." fail.
func world(t *testing.T, policies map[string]string) func(dns.Question) dns.Answer {
	t.Helper()
	text := samples
	for domain, policy := range policies {
		text += domain + ". TXT \"" + policy + "\"\n"
	}
	records, err := dns.ParseZone("", text)
	if err != nil {
		t.Fatal(err)
	}
	zone := dns.NewZone("", nil, dns.Insecure, records)
	return func(q dns.Question) dns.Answer {
		a := dns.Answer{Question: q}
		a.Code, a.Records, _ = zone.Find(q)
		if strings.HasSuffix(q.Name, "broken.example.com") {
			a = dns.Answer{Question: q, Code: dns.ServFail}
		}
		return a
	}
}

// run asks until the verdict is there, and checks that a verdict without all answers is never done.
func run(t *testing.T, answer func(dns.Question) dns.Answer, q Query) Verdict {
	t.Helper()
	l := &dns.Lookups{}
	for range 100 {
		v, done := Check(l, q)
		wanted := l.Wanted()
		if done != (len(wanted) == 0) {
			t.Fatalf("done is %v, and %v are wanted", done, wanted)
		}
		if done {
			return v
		}
		for _, w := range wanted {
			l.Learn(answer(w))
		}
	}
	t.Fatal("it never ends")
	return Verdict{}
}

func address(t *testing.T, text string) []byte {
	t.Helper()
	a, ok := dns.ParseAddress(text)
	if !ok {
		t.Fatal(text)
	}
	return a
}

// RFC 7208, Appendix A.1 and A.2, and each mechanism and modifier.
func TestPolicies(t *testing.T) {
	for _, c := range []struct{ policy, address, want string }{
		{"v=spf1 +all", "203.0.113.1", "pass +all"},
		{"v=spf1 a -all", "192.0.2.10", "pass a"},
		{"v=spf1 a -all", "192.0.2.12", "fail -all"},
		{"v=spf1 a -all", "2001:db8::10", "pass a"},
		{"v=spf1 a:example.org -all", "192.0.2.140", "fail -all"},
		{"v=spf1 a:www.example.com -all", "192.0.2.11", "pass a:www.example.com"},
		{"v=spf1 mx -all", "192.0.2.130", "pass mx"},
		{"v=spf1 mx:example.org -all", "192.0.2.140", "pass mx:example.org"},
		{"v=spf1 mx mx:example.org -all", "192.0.2.140", "pass mx:example.org"},
		{"v=spf1 mx/30 mx:example.org/30 -all", "192.0.2.131", "pass mx/30"},
		{"v=spf1 mx/30 mx:example.org/30 -all", "192.0.2.143", "pass mx:example.org/30"},
		{"v=spf1 mx/30 mx:example.org/30 -all", "192.0.2.144", "fail -all"},
		{"v=spf1 ptr -all", "192.0.2.65", "pass ptr"},
		{"v=spf1 ptr -all", "192.0.2.140", "fail -all"},
		{"v=spf1 ptr -all", "10.0.0.4", "fail -all"},
		{"v=spf1 ip4:192.0.2.128/28 -all", "192.0.2.129", "pass ip4:192.0.2.128/28"},
		{"v=spf1 ip4:192.0.2.128/28 -all", "192.0.2.65", "fail -all"},
		{"v=spf1 ip6:2001:db8::/32 -all", "2001:db8::1", "pass ip6:2001:db8::/32"},
		{"v=spf1 ip6:2001:db8::/32 -all", "192.0.2.1", "fail -all"},
		{"v=spf1 ip4:192.0.2.1 ~all", "::ffff:192.0.2.1", ""},
		{"v=spf1 include:fail.example.com include:pass.example.com -all", "192.0.2.1", "pass include:pass.example.com"},
		{"v=spf1 include:soft.example.com -all", "192.0.2.1", "fail -all"},
		{"v=spf1 redirect=fail.example.com", "192.0.2.1", "fail -all"},
		{"v=spf1 a redirect=fail.example.com", "192.0.2.10", "pass a"},
		{"v=spf1 -all redirect=pass.example.com", "192.0.2.1", "fail -all"},
		{"v=spf1 ?all", "192.0.2.1", "neutral ?all"},
		{"v=spf1", "192.0.2.1", "neutral "},
		{"V=SPF1 MX -ALL", "192.0.2.129", "pass MX"},
		{"v=spf1 unknown=x moo.cow=far -all", "192.0.2.1", "fail -all"},
		{"v=spf2 -all", "192.0.2.1", "none "},
		{"v=spf1 include:broken.example.com -all", "192.0.2.1", "temperror include:broken.example.com names"},
		{"v=spf1 ip4:192.0.2.1 include:broken.example.com", "192.0.2.1", "pass ip4:192.0.2.1"},
		{"v=spf1 include:text.example.com -all", "192.0.2.1", "permerror include:text.example.com include"},
		{"v=spf1 redirect=text.example.com", "192.0.2.1", "permerror redirect=text.example.com include"},
		{"v=spf1 include:two.example.com -all", "192.0.2.1", "permerror include:two.example.com several-records"},
		{"v=spf1 include:bad.example.com -all", "192.0.2.1", "permerror a::b syntax"},
		{"v=spf1 include:loop.example.com -all", "192.0.2.1", "permerror include:loop.example.com lookups"},
		{"v=spf1 foo -all", "192.0.2.1", "permerror foo syntax"},
		{"v=spf1 ip4:192.0.2 -all", "192.0.2.1", "permerror ip4:192.0.2 syntax"},
		{"v=spf1 ip4:192.0.2.1/33 -all", "192.0.2.1", "permerror ip4:192.0.2.1/33 syntax"},
		{"v=spf1 a:example.com/08 -all", "192.0.2.1", "permerror a:example.com/08 syntax"},
		{"v=spf1 exists:%{x} -all", "192.0.2.1", "permerror exists:%{x} syntax"},
		{"v=spf1 include: -all", "192.0.2.1", "permerror include: syntax"},
		{"v=spf1 all:x -all", "192.0.2.1", "permerror all:x syntax"},
		{"v=spf1 redirect=a.example redirect=b.example", "192.0.2.1", "permerror redirect=b.example syntax"},
		{"v=spf1 a:n1.example.com a:n2.example.com -all", "192.0.2.1", "fail -all"},
		{"v=spf1 a:n1.example.com a:n2.example.com mx:n3.example.com -all", "192.0.2.1", "permerror mx:n3.example.com void-lookups"},
		{"v=spf1 a:example.com" + strings.Repeat(" a:example.com", 9) + " -all", "192.0.2.1", "fail -all"},
		{"v=spf1 a:example.com" + strings.Repeat(" a:example.com", 10) + " -all", "192.0.2.1", "permerror a:example.com lookups"},
		{"v=spf1" + strings.Repeat(" ip4:192.0.2.9", 12) + " -all", "192.0.2.1", "fail -all"},
	} {
		if c.want == "" {
			continue
		}
		answer := world(t, map[string]string{"policy.example.com": c.policy})
		if strings.Contains(c.policy, "ptr") || strings.Contains(c.policy, " a ") || strings.Contains(c.policy, " mx ") ||
			strings.Contains(c.policy, "mx/") || strings.Contains(c.policy, "MX") {
			answer = world(t, map[string]string{"example.com": c.policy})
		}
		domain := "policy.example.com"
		if a := answer(dns.Question{Name: "example.com", Type: dns.TXT}); len(a.Of()) > 0 {
			domain = "example.com"
		}
		v := run(t, answer, Query{Address: address(t, c.address), Local: "x", Domain: domain, Hello: "mx.example.net"})
		if got := strings.TrimRight(fmt.Sprintf("%s %s %s", v.Result, v.Term, v.Problem), " "); got != strings.TrimRight(c.want, " ") {
			t.Errorf("%s for %s: %s, want %s", c.policy, c.address, got, c.want)
		}
	}
}

func TestMappedAddressIsIPv4(t *testing.T) {
	a := append([]byte{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff}, 192, 0, 2, 1)
	v := run(t, world(t, map[string]string{"p.example.com": "v=spf1 ip4:192.0.2.1 -all"}), Query{Address: a, Domain: "p.example.com"})
	if v.Result != Pass {
		t.Error(v)
	}
}

func TestDomainsWithoutPolicy(t *testing.T) {
	answer := world(t, nil)
	for _, domain := range []string{"nowhere.example.com", "localhost", "a..example.com", strings.Repeat("x", 64) + ".example.com", ""} {
		if v := run(t, answer, Query{Address: address(t, "192.0.2.1"), Domain: domain}); v.Result != None {
			t.Errorf("%q: %v", domain, v)
		}
	}
	if v := run(t, answer, Query{Address: address(t, "192.0.2.1"), Domain: "broken.example.com"}); v.Result != TempError {
		t.Error(v)
	}
}

// RFC 7208, Appendix A.3: the policy names the user.
func TestUserPolicy(t *testing.T) {
	answer := world(t, nil)
	for local, want := range map[string]Result{"mary": Pass, "x+mary": Fail, "mary+lists": Pass, "fred": Fail} {
		if v := run(t, answer, Query{Address: address(t, "192.0.2.1"), Local: local, Domain: "mobile.example.com"}); v.Result != want {
			t.Errorf("%s: %v", local, v)
		}
	}
}

// RFC 7208 §7.4.
func TestMacros(t *testing.T) {
	c := check{l: &dns.Lookups{}, q: Query{Address: address(t, "192.0.2.3"), Local: "strong-bad", Domain: "email.example.com", Hello: "mx.example.org"}}
	six := c
	six.q.Address = address(t, "2001:db8::cb01")
	for _, k := range []struct {
		c          *check
		text, want string
	}{
		{&c, "%{s}", "strong-bad@email.example.com"},
		{&c, "%{o}", "email.example.com"},
		{&c, "%{d}", "email.example.com"},
		{&c, "%{d4}", "email.example.com"},
		{&c, "%{d3}", "email.example.com"},
		{&c, "%{d2}", "example.com"},
		{&c, "%{d1}", "com"},
		{&c, "%{dr}", "com.example.email"},
		{&c, "%{d2r}", "example.email"},
		{&c, "%{l}", "strong-bad"},
		{&c, "%{l-}", "strong.bad"},
		{&c, "%{lr}", "strong-bad"},
		{&c, "%{lr-}", "bad.strong"},
		{&c, "%{l1r-}", "strong"},
		{&c, "%{ir}.%{v}._spf.%{d2}", "3.2.0.192.in-addr._spf.example.com"},
		{&c, "%{lr-}.lp._spf.%{d2}", "bad.strong.lp._spf.example.com"},
		{&c, "%{lr-}.lp.%{ir}.%{v}._spf.%{d2}", "bad.strong.lp.3.2.0.192.in-addr._spf.example.com"},
		{&c, "%{ir}.%{v}.%{l1r-}.lp._spf.%{d2}", "3.2.0.192.in-addr.strong.lp._spf.example.com"},
		{&c, "%{d2}.trusted-domains.example.net", "example.com.trusted-domains.example.net"},
		{&six, "%{ir}.%{v}._spf.%{d2}", "1.0.b.c.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6._spf.example.com"},
		{&c, "%{h} %{S} %%%_%-", "mx.example.org strong-bad%40email.example.com % %20"},
	} {
		if got, ok := k.c.expand(k.text, "email.example.com", true); !ok || got != k.want {
			t.Errorf("%s is %s, want %s", k.text, got, k.want)
		}
	}
	long, _ := c.expand(strings.Repeat("abcdefghi.", 30)+"%{d2}", "email.example.com", false)
	if len(long) > 253 || !strings.HasSuffix(long, "abcdefghi.example.com") {
		t.Errorf("a name that is too long became %s", long)
	}
}

func TestExplanation(t *testing.T) {
	answer := world(t, map[string]string{"p.example.com": "v=spf1 -all exp=why.example.com", "i.example.com": "v=spf1 include:p.example.com -all"})
	q := Query{Address: address(t, "192.0.2.1"), Local: "joe", Domain: "p.example.com", Receiver: "mx.example.net"}
	const want = "192.0.2.1 is not one of p.example.com's mail servers; see http://p.example.com/why?s=joe%40p.example.com&r=mx.example.net"
	if v := run(t, answer, q); v.Explanation != want {
		t.Error(v.Explanation)
	}
	q.Domain = "i.example.com"
	if v := run(t, answer, q); v.Explanation != "" {
		t.Errorf("that of an included policy: %s", v.Explanation)
	}
}

// FuzzCheck: no policy, and no answer, breaks it.
func FuzzCheck(f *testing.F) {
	f.Add("v=spf1 a:%{l1r+}.%{d} mx/24//64 exists:%{ir}.%{v} ptr redirect=%{o}", "x", "192.0.2.1")
	f.Add("v=spf1 ip6:2001:db8::/32 exp=%{p}.%{h}", "strong-bad", "2001:db8::1")
	f.Fuzz(func(t *testing.T, policy, local, addr string) {
		a, ok := dns.ParseAddress(addr)
		if !ok {
			return
		}
		l := &dns.Lookups{}
		for range 200 {
			if _, done := Check(l, Query{Address: a, Local: local, Domain: "d.example"}); done {
				return
			}
			for _, q := range l.Wanted() {
				l.Learn(dns.Answer{Question: q, Records: []dns.Record{{Name: q.Name, Type: q.Type, Texts: []string{policy}, Target: "d.example", Octets: []byte{1, 2, 3, 4}}}})
			}
		}
		t.Error("it never ends")
	})
}
