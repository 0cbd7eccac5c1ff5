package mtasts

import (
	"testing"
	"time"

	"ehlo/sim/dns"
)

func TestRecords(t *testing.T) {
	for _, c := range []struct {
		texts []string
		want  string
	}{
		{[]string{"v=STSv1; id=20160831085700Z;"}, "20160831085700Z"}, // RFC 8461 §3.1
		{[]string{"something else", "v=STSv1; id=1"}, "1"},
		{[]string{"v=STSv1; id=1", "v=STSv1; id=2"}, ""},
		{[]string{"v=STSv1"}, ""},
		{[]string{"v=STSv1; id=a-b"}, ""},
		{[]string{"id=1; v=STSv1"}, ""},
		{nil, ""},
	} {
		var records []dns.Record
		for _, text := range c.texts {
			records = append(records, dns.Record{Type: dns.TXT, Texts: []string{text}})
		}
		if id, ok := ParseRecord(records); ok != (c.want != "") || ok && id != c.want {
			t.Errorf("%q: %q, %v", c.texts, id, ok)
		}
	}
}

// The example of RFC 8461 §3.2.
func TestPolicy(t *testing.T) {
	p, ok := ParsePolicy("version: STSv1\r\nmode: enforce\r\nmx: mail.example.com\r\nmx: *.example.net\r\nmx: backupmx.example.com\r\nmax_age: 604800\r\n")
	if !ok || p.Mode != Enforce || len(p.MX) != 3 || p.MaxAge != 7*24*time.Hour {
		t.Fatalf("%+v, %v", p, ok)
	}
	for host, want := range map[string]bool{"mail.example.com": true, "MAIL.example.com.": true, "a.example.net": true, "a.b.example.net": false, "example.net": false, "mail.example.org": false} {
		if p.Allows(host) != want {
			t.Errorf("%s: %v", host, !want)
		}
	}
	for text, want := range map[string]bool{
		"version: STSv1\nmode: none\nmax_age: 1\n":                             true,
		"version: STSv1\nmode: testing\nmax_age: 1\nmx: a.example\nnew: x\n":   true,
		"version: STSv1\nmode: enforce\nmode: none\nmax_age: 1\nmx: a.example": true,
		"version: STSv1\nmode: enforce\nmax_age: 1\n":                          false,
		"version: STSv2\nmode: none\nmax_age: 1\n":                             false,
		"mode: none\nmax_age: 1\n":                                             false,
		"version: STSv1\nmode: maybe\nmax_age: 1\nmx: a.example\n":             false,
		"version: STSv1\nmode: none\n":                                         false,
		"version: STSv1\nmode: none\nmax_age: soon\n":                          false,
		"<html>": false,
		"":       false,
	} {
		if _, ok := ParsePolicy(text); ok != want {
			t.Errorf("%q: %v", text, ok)
		}
	}
}
