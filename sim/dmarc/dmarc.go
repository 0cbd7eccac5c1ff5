// Package dmarc finds out whether a message comes from the domain that its From field names, and what that domain wants
// to happen where it does not (Domain-based Message Authentication, Reporting, and Conformance, RFC 7489). It does no I/O.
package dmarc

import (
	"slices"
	"strconv"
	"strings"

	"ehlo/sim/dns"
	"ehlo/sim/message"
)

// Result is what came of the check (RFC 7489 §11.2).
type Result string

// The results.
const (
	None      Result = "none" // the domain has no policy
	Pass      Result = "pass"
	Fail      Result = "fail"
	TempError Result = "temperror"
	PermError Result = "permerror" // From names no domain, or several
)

// Policy is what a domain wants to be done with a message that fails (RFC 7489 §6.3).
type Policy string

// The policies.
const (
	NoPolicy   Policy = "none"
	Quarantine Policy = "quarantine"
	Reject     Policy = "reject"
)

// Evidence is what was found out about a message before.
type Evidence struct {
	From []string // the domains that the From field names
	SPF  string   // the domain for which SPF passes, "" for none
	DKIM []string // the domains whose signatures are right
}

// Verdict is the result and what it rests on.
type Verdict struct {
	Result   Result
	From     string
	Domain   string // whose record it is, "" where there is none
	Policy   Policy // that the domain wants to be applied where the result is [Fail]
	Percent  int    // of such messages (RFC 7489 §6.6.4)
	SPF      bool   // the domain that SPF passes for is aligned with From
	DKIM     bool   // that of a signature is
	Reports  string // where aggregate reports should go, as the record has it
	Strict   bool   // both alignments are strict
	Inherits bool   // the record is that of the organizational domain
}

// Check looks the policy up and applies it (RFC 7489 §6.6). Without suffixes those that are [WellKnown] count. done is false where answers are missing.
func Check(l *dns.Lookups, suffixes Suffixes, e Evidence) (v Verdict, done bool) {
	if len(e.From) != 1 || e.From[0] == "" { // RFC 7489 §6.6.1
		return Verdict{Result: PermError}, true
	}
	if suffixes == nil {
		suffixes = WellKnown
	}
	v = Verdict{From: dns.Canonical(e.From[0]), Result: None, Percent: 100}
	organization := suffixes.Organizational(v.From)
	tags, failed, done := record(l, v.From)
	switch v.Domain = v.From; {
	case !done:
		return v, false
	case tags == nil && !failed && organization != v.From:
		if tags, failed, done = record(l, organization); !done {
			return v, false
		}
		v.Domain, v.Inherits = organization, true
	}
	switch {
	case failed:
		v.Result, v.Domain = TempError, ""
		return v, true
	case tags == nil:
		v.Domain, v.Inherits = "", false
		return v, true
	}
	v.apply(tags, suffixes, &e)
	return v, true
}

// record finds a domain's policy: nil where it has none, or more than one (RFC 7489 §6.6.3).
func record(l *dns.Lookups, domain string) (tags message.Tags, failed, done bool) {
	a, known := l.Ask("_dmarc."+domain, dns.TXT)
	if !known {
		return nil, false, false
	}
	for _, r := range a.Of() {
		t, ok := message.ParseTags(r.Text())
		if !ok || t[0] != (message.Tag{Name: "v", Value: "DMARC1"}) {
			continue
		}
		if tags != nil {
			return nil, false, true
		}
		tags = t
	}
	return tags, a.Failed(), true
}

// apply reads a record and compares (RFC 7489 §6.3, §6.6.2).
func (v *Verdict) apply(tags message.Tags, suffixes Suffixes, e *Evidence) {
	v.Reports = tags.Or("rua", "")
	p := Policy(strings.ToLower(tags.Or("p", "")))
	if sub, given := tags.Get("sp"); given && v.Inherits {
		p = Policy(strings.ToLower(sub))
	}
	if p != NoPolicy && p != Quarantine && p != Reject { // RFC 7489 §6.6.3
		if v.Reports == "" {
			v.Domain = ""
			return
		}
		p = NoPolicy
	}
	v.Policy = p
	if n, err := strconv.Atoi(tags.Or("pct", "100")); err == nil && n >= 0 && n <= 100 {
		v.Percent = n
	}
	strictSPF, strictDKIM := strings.EqualFold(tags.Or("aspf", "r"), "s"), strings.EqualFold(tags.Or("adkim", "r"), "s")
	v.Strict = strictSPF && strictDKIM
	v.SPF = e.SPF != "" && suffixes.aligned(e.SPF, v.From, strictSPF)
	v.DKIM = slices.ContainsFunc(e.DKIM, func(d string) bool { return suffixes.aligned(d, v.From, strictDKIM) })
	if v.Result = Fail; v.SPF || v.DKIM {
		v.Result = Pass
	}
}

// Lenient is the policy for a message that the percentage spares (RFC 7489 §6.6.4).
func (p Policy) Lenient() Policy {
	if p == Reject {
		return Quarantine
	}
	return NoPolicy
}

// Suffixes are the domains directly below which organizations have theirs, besides all those of one label: "co.uk". Those
// that begin with "*." stand for any label, those with "!" are no suffix although such a one says so.
type Suffixes []string

// WellKnown are some of those that everybody has met.
var WellKnown = Suffixes{"ac.uk", "co.uk", "org.uk", "com.au", "org.au", "co.jp", "ac.jp", "co.nz", "com.br", "co.za"}

// Organizational is the domain of the organization to which a domain belongs (RFC 7489 §3.2).
func (s Suffixes) Organizational(domain string) string {
	labels := strings.Split(domain, ".")
	for i := 1; i < len(labels); i++ {
		if s.has(strings.Join(labels[i:], ".")) {
			return strings.Join(labels[i-1:], ".")
		}
	}
	return domain
}

func (s Suffixes) has(domain string) bool {
	if slices.Contains(s, "!"+domain) {
		return false
	}
	_, above, found := strings.Cut(domain, ".")
	return !found || slices.Contains(s, domain) || slices.Contains(s, "*."+above)
}

// aligned says whether a domain vouches for another one (RFC 7489 §3.1).
func (s Suffixes) aligned(a, b string, strict bool) bool {
	a, b = dns.Canonical(a), dns.Canonical(b)
	return a == b || !strict && s.Organizational(a) == s.Organizational(b)
}
