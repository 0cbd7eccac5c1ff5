package incident

import (
	"regexp"
	"slices"
	"strings"

	"ehlo/sim/message"
)

var tagAt = regexp.MustCompile(`(?:^|;)\s*([a-z]{1,4})\s*=\s*([^;]*)`)

// dkimTags are the tags of a DKIM signature and of ARC's fields that have a text.
var dkimTags = []string{"v", "a", "b", "bh", "c", "d", "h", "i", "l", "q", "s", "t", "x", "z", "cv"}

// dkim names the tags of a signature, and says who signs what.
func (f *headerField) dkim() {
	value := f.Text[f.value:]
	for _, m := range tagAt.FindAllSubmatchIndex(value, -1) {
		if tag := string(value[m[2]:m[3]]); slices.Contains(dkimTags, tag) {
			f.span(f.value+m[2], f.value+m[5], "incident.dkim."+tag, "RFC 6376 §3.5")
		}
	}
	tags, ok := message.ParseTags(f.text())
	if !ok {
		f.note("incident.dkim.bad")
		return
	}
	if d, s := tags.Or("d", ""), tags.Or("s", ""); d != "" && s != "" {
		f.note("incident.dkim.signer", "domain", d, "record", s+"._domainkey."+d)
	}
	if tags.Or("l", "") != "" {
		f.note("incident.dkim.length")
	}
}

var resultAt = regexp.MustCompile(`(?i)\b(spf|dkim|dmarc|arc|auth|iprev|bimi|dnswl|x-[a-z-]+)\s*=\s*([a-z]+)`)

// verdicts are the results that have a text (RFC 8601 §2.7).
var verdicts = []string{"pass", "fail", "softfail", "neutral", "none", "temperror", "permerror", "policy"}

// results reads what a host found out about where a message comes from.
func (f *headerField) results() {
	for _, m := range resultAt.FindAllSubmatchIndex(f.Text, -1) {
		if m[0] >= f.value {
			f.span(m[0], m[1], "incident.auth.result", "RFC 8601 §2.7")
		}
	}
	text := f.text()
	if f.name == "arc-authentication-results" { // RFC 8617 §4.1.1: an instance stands before it
		_, text, _ = strings.Cut(text, ";")
	}
	host, results, ok := message.ParseAuthResults(strings.TrimSpace(text))
	if !ok {
		return
	}
	f.note("incident.auth.host", "host", host)
	for _, r := range results {
		if result := strings.ToLower(r.Result); slices.Contains(verdicts, result) {
			about := ""
			if len(r.Props) > 0 {
				about = r.Props[0].Name + "=" + r.Props[0].Value
			}
			f.note("incident.auth."+result, "method", strings.ToUpper(r.Method), "about", about)
		}
	}
}

// spf reads a Received-SPF field: its first word is the result (RFC 7208 §9.1).
func (f *headerField) spf() {
	words := strings.Fields(f.text())
	if len(words) == 0 {
		return
	}
	word := strings.ToLower(words[0])
	if !slices.Contains(verdicts, word) {
		return
	}
	start := f.value
	for start < len(f.Text) && f.Text[start] <= ' ' {
		start++
	}
	f.span(start, min(start+len(word), len(f.Text)), "incident.auth.result", "RFC 7208 §2.6")
	f.note("incident.auth."+word, "method", "SPF", "about", "")
}
