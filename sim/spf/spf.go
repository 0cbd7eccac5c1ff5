// Package spf finds out whether a host may send mail in the name of a domain (Sender Policy Framework, RFC 7208). It does
// no I/O: what it wants to know of the DNS it asks a [dns.Lookups].
package spf

import (
	"bytes"
	"strings"

	"ehlo/sim/dns"
)

// Result is what came of the check (RFC 7208 §2.6).
type Result string

// The results.
const (
	None      Result = "none"
	Neutral   Result = "neutral"
	Pass      Result = "pass"
	Fail      Result = "fail"
	SoftFail  Result = "softfail"
	TempError Result = "temperror"
	PermError Result = "permerror"
)

// Limits of one check (RFC 7208 §4.6.4).
const (
	MaxLookups     = 10 // terms that ask the DNS
	MaxVoidLookups = 2  // of their answers that may be empty
	maxNames       = 10 // names of one "mx" or "ptr" that are looked up
)

// Query is who wants to send, and for whom.
type Query struct {
	Address  []byte // of the client, 4 or 16 octets
	Local    string // of the reverse-path; "" is postmaster
	Domain   string // of the reverse-path, or what HELO said where that is null
	Hello    string // what HELO said
	Receiver string // who asks
}

// Verdict is the result and where it comes from.
type Verdict struct {
	Result      Result
	Domain      string // whose policy it is
	Term        string // of the policy, that decided: "ip4:192.0.2.0/24", "-all"; "" where none did
	Problem     string // of an error: what is wrong, one of the constants below
	Explanation string // what the domain wants to be said to whom it refuses; "" for nothing
	Lookups     int    // terms that asked the DNS
}

// What can be wrong with a policy.
const (
	ProblemSeveral = "several-records" // more than one policy (RFC 7208 §4.5)
	ProblemSyntax  = "syntax"          // a term that is none
	ProblemLookups = "lookups"         // more than [MaxLookups]
	ProblemVoid    = "void-lookups"    // more than [MaxVoidLookups]
	ProblemMX      = "mx"              // more than ten mail exchangers
	ProblemInclude = "include"         // it leads to a domain without a policy (RFC 7208 §5.2, §6.1)
	ProblemNames   = "names"           // the name servers do not answer
)

// Check evaluates the policy of a domain (RFC 7208 §4). done is false where answers are missing.
func Check(l *dns.Lookups, q Query) (v Verdict, done bool) {
	q.Domain, q.Hello = dns.Canonical(q.Domain), dns.Canonical(q.Hello)
	if q.Local == "" {
		q.Local = "postmaster" // RFC 7208 §4.3
	}
	if len(q.Address) == 16 && bytes.HasPrefix(q.Address, []byte{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff}) {
		q.Address = q.Address[12:] // RFC 7208 §5
	}
	c := check{l: l, q: q}
	v = c.host(q.Domain, true)
	v.Lookups = c.lookups
	return v, !c.waits
}

// check is one evaluation.
type check struct {
	l       *dns.Lookups
	q       Query
	lookups int
	void    int
	waits   bool // an answer is missing: nothing that comes of this evaluation counts
}

func wrong(result Result, domain, problem string) Verdict {
	return Verdict{Result: result, Domain: domain, Problem: problem}
}

// ask asks the DNS; ok is false where the evaluation ends here, with the verdict or to wait.
func (c *check) ask(domain, name string, t dns.Type) (a dns.Answer, v Verdict, ok bool) {
	a, known := c.l.Ask(name, t)
	switch {
	case !known:
		c.waits = true
		return a, v, false
	case a.Failed():
		return a, wrong(TempError, domain, ProblemNames), false
	}
	return a, v, true
}

// empty counts an answer without records, and says whether it is one too many.
func (c *check) empty(a *dns.Answer) bool {
	if len(a.Of()) == 0 {
		c.void++
	}
	return c.void > MaxVoidLookups
}

// host is check_host() of RFC 7208 §4: the policy of a domain for the client. top is the policy that is asked for, not
// one that it includes.
func (c *check) host(domain string, top bool) Verdict {
	if !isDomain(domain) {
		return Verdict{Result: None, Domain: domain}
	}
	a, v, ok := c.ask(domain, domain, dns.TXT)
	if !ok {
		return v
	}
	policy := ""
	for _, r := range a.Of() {
		if text := r.Text(); strings.EqualFold(text, "v=spf1") || len(text) > 6 && strings.EqualFold(text[:7], "v=spf1 ") {
			if policy != "" {
				return wrong(PermError, domain, ProblemSeveral)
			}
			policy = text
		}
	}
	if policy == "" {
		return Verdict{Result: None, Domain: domain}
	}
	p, problem := parse(policy[len("v=spf1"):])
	if problem != "" {
		return Verdict{Result: PermError, Domain: domain, Problem: ProblemSyntax, Term: problem}
	}
	for _, t := range p.terms {
		matched, v, ok := c.matches(domain, t)
		if !ok {
			if v.Term == "" {
				v.Term = t.text
			}
			return v
		}
		if matched {
			v = Verdict{Result: t.result, Domain: domain, Term: t.text}
			if t.result == Fail && top && p.explain != "" {
				v.Explanation = c.explanation(domain, p.explain)
			}
			return v
		}
	}
	if p.redirect != "" {
		return c.redirect(domain, p.redirect, top)
	}
	return Verdict{Result: Neutral, Domain: domain}
}

// redirect goes on with the policy of another domain (RFC 7208 §6.1).
func (c *check) redirect(domain, to string, top bool) Verdict {
	text := "redirect=" + to
	if c.lookups++; c.lookups > MaxLookups {
		return Verdict{Result: PermError, Domain: domain, Term: text, Problem: ProblemLookups}
	}
	name, ok := c.expand(to, domain, false)
	if !ok {
		return Verdict{}
	}
	v := c.host(name, top)
	if v.Result == None {
		return Verdict{Result: PermError, Domain: domain, Term: text, Problem: ProblemInclude}
	}
	return v
}

// explanation is what a domain wants to be said to whom it refuses (RFC 7208 §6.2). Where that cannot be had there is none.
func (c *check) explanation(domain, spec string) string {
	name, ok := c.expand(spec, domain, false)
	if !ok {
		return ""
	}
	a, known := c.l.Ask(name, dns.TXT)
	if !known {
		c.waits = true
		return ""
	}
	records := a.Of()
	if a.Code != dns.NoError || len(records) != 1 || !validMacros(records[0].Text(), true) {
		return ""
	}
	text, _ := c.expand(records[0].Text(), domain, true)
	for _, b := range []byte(text) {
		if b < ' ' || b > '~' {
			return ""
		}
	}
	return text
}

// isDomain says whether a name has the form of a domain with more than one label (RFC 7208 §4.3).
func isDomain(name string) bool {
	if len(name) == 0 || len(name) > 253 || !strings.Contains(name, ".") {
		return false
	}
	for label := range strings.SplitSeq(name, ".") {
		if len(label) == 0 || len(label) > 63 {
			return false
		}
	}
	return true
}
