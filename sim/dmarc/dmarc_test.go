package dmarc

import (
	"strings"
	"testing"

	"ehlo/sim/dns"
)

func check(t *testing.T, records map[string]string, e Evidence) Verdict {
	t.Helper()
	l := &dns.Lookups{}
	for range 5 {
		v, done := Check(l, Suffixes{"co.uk", "*.ck", "!www.ck"}, e)
		if done {
			return v
		}
		for _, q := range l.Wanted() {
			a := dns.Answer{Question: q, Code: dns.NXDomain}
			for text := range strings.SplitSeq(records[q.Name], "|") {
				switch text {
				case "":
				case "fail":
					a.Code = dns.ServFail
				default:
					a.Code, a.Records = dns.NoError, append(a.Records, dns.Record{Name: q.Name, Type: dns.TXT, Texts: []string{text}})
				}
			}
			l.Learn(a)
		}
	}
	t.Fatal("it never ends")
	return Verdict{}
}

func TestVerdicts(t *testing.T) {
	for _, c := range []struct {
		record, from, spf, dkim string
		want                    Result
		policy                  Policy
	}{
		// RFC 7489, Appendix B.1 and B.2: identifiers in and out of alignment.
		{"v=DMARC1; p=reject", "example.com", "example.com", "", Pass, Reject},
		{"v=DMARC1; p=reject", "example.com", "child.example.com", "", Pass, Reject},
		{"v=DMARC1; p=reject", "child.example.com", "example.com", "", Pass, Reject},
		{"v=DMARC1; p=reject", "example.com", "sample.net", "", Fail, Reject},
		{"v=DMARC1; p=reject", "example.com", "", "example.com", Pass, Reject},
		{"v=DMARC1; p=reject", "example.com", "", "sample.net", Fail, Reject},
		{"v=DMARC1; p=reject", "example.com", "sample.net", "sample.net mail.example.com", Pass, Reject},
		{"v=DMARC1; p=quarantine; aspf=s", "example.com", "child.example.com", "", Fail, Quarantine},
		{"v=DMARC1; p=quarantine; adkim=s", "example.com", "", "child.example.com", Fail, Quarantine},
		{"v=DMARC1; p=quarantine; adkim=s; aspf=s", "example.com", "", "EXAMPLE.com", Pass, Quarantine},
		{"v=DMARC1; p=reject; sp=none", "child.example.com", "", "", Fail, NoPolicy},
		{"v=DMARC1; p=reject; sp=none", "example.com", "", "", Fail, Reject},
		{"v=DMARC1; p=reject; unknown=1; pct=10", "example.com", "", "", Fail, Reject},
		{"v=DMARC1; p=none", "example.com", "", "", Fail, NoPolicy},
		{"v=DMARC1; p=refuse; rua=mailto:a@example.com", "example.com", "", "", Fail, NoPolicy},
		{"v=DMARC1; p=refuse", "example.com", "", "", None, ""},
		{"v=DMARC1", "example.com", "", "", None, ""},
		{"p=reject; v=DMARC1", "example.com", "", "", None, ""},
		{"v=DMARC2; p=reject", "example.com", "", "", None, ""},
		{"v=DMARC1; p=reject|v=DMARC1; p=none", "example.com", "", "", None, ""},
		{"some text|v=DMARC1; p=reject", "example.com", "", "", Fail, Reject},
		{"fail", "example.com", "example.com", "", TempError, ""},
		{"", "example.com", "example.com", "", None, ""},
		{"v=DMARC1; p=reject", "", "", "", PermError, ""},
		{"v=DMARC1; p=reject", "example.com example.org", "", "", PermError, ""},
	} {
		v := check(t, map[string]string{"_dmarc.example.com": c.record},
			Evidence{From: strings.Split(c.from, " "), SPF: c.spf, DKIM: strings.Fields(c.dkim)})
		if v.Result != c.want || v.Policy != c.policy {
			t.Errorf("%+v: %+v", c, v)
		}
	}
}

func TestOwnRecordComesFirst(t *testing.T) {
	v := check(t, map[string]string{"_dmarc.example.com": "v=DMARC1; p=reject; sp=quarantine", "_dmarc.a.example.com": "v=DMARC1; p=none; pct=20"},
		Evidence{From: []string{"a.example.com"}})
	if v.Domain != "a.example.com" || v.Policy != NoPolicy || v.Percent != 20 || v.Inherits {
		t.Errorf("%+v", v)
	}
	v = check(t, map[string]string{"_dmarc.example.com": "v=DMARC1; p=reject; sp=quarantine"}, Evidence{From: []string{"b.a.example.com"}})
	if v.Domain != "example.com" || v.Policy != Quarantine || !v.Inherits || v.Policy.Lenient() != NoPolicy || Reject.Lenient() != Quarantine {
		t.Errorf("%+v", v)
	}
}

func TestOrganizationalDomains(t *testing.T) {
	s := Suffixes{"co.uk", "*.ck", "!www.ck"}
	for domain, want := range map[string]string{"example.com": "example.com", "a.b.example.com": "example.com", "com": "com",
		"a.example.co.uk": "example.co.uk", "co.uk": "co.uk", "a.b.c.ck": "b.c.ck", "a.www.ck": "www.ck"} {
		if got := s.Organizational(domain); got != want {
			t.Errorf("%s belongs to %s, want %s", domain, got, want)
		}
	}
}
