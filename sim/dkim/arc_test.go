package dkim

import (
	"strings"
	"testing"

	"ehlo/sim/dns"
)

func (k keys) chain(t *testing.T, msg string) Chain {
	t.Helper()
	l := &dns.Lookups{}
	VerifyChain(l, []byte(msg))
	for _, q := range l.Wanted() {
		a := dns.Answer{Question: q, Code: dns.NXDomain}
		if text, ok := k[q.Name]; ok {
			a.Code, a.Records = dns.NoError, []dns.Record{{Name: q.Name, Type: dns.TXT, Texts: []string{text}}}
			if text == "" {
				a.Code, a.Records = dns.ServFail, nil
			}
		}
		l.Learn(a)
	}
	c, done := VerifyChain(l, []byte(msg))
	if !done {
		t.Fatal("it wants more")
	}
	return c
}

// Three hosts seal one after the other; what happens to the message between them is seen.
func TestChain(t *testing.T) {
	ed, _ := ParsePrivateKey(edSeed)
	_, rsaKey := testRSA(t)
	signers := []Signer{{Domain: "list.example", Selector: "a", Key: ed}, {Domain: "forward.example", Selector: "b", Key: rsaKey}, {Domain: "last.example", Selector: "c", Key: ed}}
	k := keys{}
	msg := string(crlf(dinner))
	if c := k.chain(t, msg); c.Result != None {
		t.Errorf("%+v", c)
	}
	for i := range signers {
		s := &signers[i]
		k[s.Record()] = s.Key.Record()
		before := k.chain(t, msg)
		set := s.Seal([]byte(msg), before, s.Domain+"; spf=pass smtp.mailfrom=x@example.org", 1000)
		msg = "Received: from somewhere\r\n\tby " + s.Domain + "; x\r\n" + string(set) + msg
		c := k.chain(t, msg)
		if c.Result != Pass || c.Sets != i+1 || c.Sealer != s.Domain || strings.TrimSpace(c.Says) != s.Domain+"; spf=pass smtp.mailfrom=x@example.org" {
			t.Fatalf("%+v\n%s", c, msg)
		}
	}
	for _, c := range []struct {
		from, to, problem string
		want              Result
	}{
		{"hungry", "thirsty", ProblemBody, Fail},
		{"Is dinner", "Was dinner", ProblemSignature, Fail},
		{"spf=pass", "spf=fail", ProblemSignature, Fail},
		{"cv=none", "cv=fail", ProblemChain, Fail},
		{"i=1; ", "i=2; ", ProblemChain, Fail},
		{"cv=pass", "cv=none", ProblemChain, Fail},
		{"s=b;", "s=z;", ProblemNoKey, Fail},
	} {
		changed := strings.Replace(msg, c.from, c.to, 1)
		if got := k.chain(t, changed); got.Result != c.want || got.Problem != c.problem {
			t.Errorf("%q for %q: %+v", c.to, c.from, got)
		}
	}
	k["b._domainkey.forward.example"] = ""
	if c := k.chain(t, msg); c.Result != TempError {
		t.Errorf("%+v", c)
	}
	if set := signers[0].Seal([]byte(msg), Chain{Result: Fail}, "x; none", 1); set != nil {
		t.Errorf("a broken chain goes on: %s", set)
	}
}
