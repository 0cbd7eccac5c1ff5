package message

import (
	"reflect"
	"strings"
	"testing"
)

func TestAuthResults(t *testing.T) {
	results := []AuthResult{
		{Method: "spf", Result: "pass", Props: []Tag{{"smtp.mailfrom", "example.org"}}},
		{Method: "dkim", Result: "fail", Reason: `the "body" changed`, Props: []Tag{{"header.d", "example.org"}, {"header.i", "a b@example.org"}}},
	}
	text := string(AppendAuthResults(nil, "mx.example.net", results))
	const want = "mx.example.net;\r\n\tspf=pass smtp.mailfrom=example.org;\r\n\t" +
		`dkim=fail reason="the \"body\" changed" header.d=example.org header.i="a b@example.org"` + "\r\n"
	if text != want {
		t.Errorf("%q", text)
	}
	host, again, ok := ParseAuthResults(Unfold([]byte(text)))
	if !ok || host != "mx.example.net" || !reflect.DeepEqual(again, results) {
		t.Errorf("%s %+v", host, again)
	}
	if text := string(AppendAuthResults(nil, "mx.example.net", nil)); text != "mx.example.net; none\r\n" {
		t.Errorf("%q", text)
	}
}

// The examples of RFC 8601, Appendix B.
func TestReadAuthResults(t *testing.T) {
	for value, want := range map[string]string{
		"example.org 1; none":                             "example.org",
		"example.com; spf=pass smtp.mailfrom=example.net": "example.com spf=pass smtp.mailfrom=example.net",
		"example.com; sender-id=fail header.from=example.com; dkim=pass (good signature) header.d=example.com": "example.com sender-id=fail " +
			"header.from=example.com dkim=pass header.d=example.com",
		"spf=pass": "no",
		"":         "no",
		"example.com; dmarc = fail header.from = example.org": "example.com dmarc=fail header.from=example.org",
	} {
		host, results, ok := ParseAuthResults(value)
		got := []string{host}
		for _, r := range results {
			got = append(got, r.Method+"="+r.Result)
			for _, p := range r.Props {
				got = append(got, p.Name+"="+p.Value)
			}
		}
		if !ok {
			got = []string{"no"}
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: %s", value, got)
		}
	}
}

func TestTags(t *testing.T) {
	tags, ok := ParseTags(" v=1; a = rsa-sha256 ;b=a b\tc;")
	if !ok || tags.Or("a", "") != "rsa-sha256" || tags.Or("x", "none") != "none" || Squeeze(tags.Or("b", "")) != "abc" {
		t.Error(tags, ok)
	}
	for _, text := range []string{"", ";", "a", "=1", "a=1;a=2", "a b=1"} {
		if tags, ok := ParseTags(text); ok {
			t.Errorf("%q is read as %v", text, tags)
		}
	}
}
