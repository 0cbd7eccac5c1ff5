// Package mtasts reads what a domain says about TLS to its mail exchangers (MTA Strict Transport Security, RFC 8461).
package mtasts

import (
	"strconv"
	"strings"
	"time"

	"ehlo/sim/dns"
	"ehlo/sim/message"
)

// Mode is how much a policy counts (RFC 8461 §5).
type Mode string

// The modes.
const (
	None    Mode = "none"
	Testing Mode = "testing"
	Enforce Mode = "enforce"
)

// maxAge is the longest time for which a policy is kept (RFC 8461 §3.2): about a year.
const maxAge = 31557600

// Policy is what a domain wants.
type Policy struct {
	Mode   Mode
	MX     []string // names of mail exchangers; "*.example.net" stands for any one label
	MaxAge time.Duration
}

// Path is where a policy lies on the host [Host] (RFC 8461 §3.2).
const Path = "/.well-known/mta-sts.txt"

// Host is the policy host of a domain.
func Host(domain string) string { return "mta-sts." + domain }

// Record is the name of the TXT record that says there is a policy (RFC 8461 §3.1).
func Record(domain string) string { return "_mta-sts." + domain }

// ParseRecord finds the policy's identifier among TXT records. ok is false where none of them, or several, say that there
// is a policy.
func ParseRecord(records []dns.Record) (id string, ok bool) {
	for _, r := range records {
		tags, right := message.ParseTags(r.Text())
		if !right || tags[0] != (message.Tag{Name: "v", Value: "STSv1"}) {
			continue
		}
		if ok {
			return "", false
		}
		id = tags.Or("id", "")
		ok = id != "" && len(id) <= 32 && strings.IndexFunc(id, func(c rune) bool {
			return (c < '0' || c > '9') && (c|0x20 < 'a' || c|0x20 > 'z')
		}) < 0
	}
	return id, ok
}

// ParsePolicy reads a policy (RFC 8461 §3.2). Of a key that comes twice the first counts, save mx.
func ParsePolicy(text string) (p Policy, ok bool) {
	version, age := "", ""
	for line := range strings.SplitSeq(text, "\n") {
		line = strings.TrimSuffix(line, "\r")
		if line == "" {
			continue
		}
		key, value, found := strings.Cut(line, ":")
		if !found {
			return p, false
		}
		value = strings.Trim(value, " \t")
		first := map[string]*string{"version": &version, "mode": (*string)(&p.Mode), "max_age": &age}[key]
		switch {
		case key == "mx":
			p.MX = append(p.MX, dns.Canonical(value))
		case first != nil && *first == "":
			*first = value
		}
	}
	n, err := strconv.ParseUint(age, 10, 32)
	p.MaxAge = time.Duration(min(n, maxAge)) * time.Second
	return p, version == "STSv1" && err == nil && (p.Mode == None || (p.Mode == Testing || p.Mode == Enforce) && len(p.MX) > 0)
}

// Allows says whether a policy names a mail exchanger (RFC 8461 §4.1).
func (p *Policy) Allows(host string) bool {
	host = dns.Canonical(host)
	for _, name := range p.MX {
		if name == host {
			return true
		}
		if parent, wild := strings.CutPrefix(name, "*."); wild {
			if _, rest, ok := strings.Cut(host, "."); ok && rest == parent {
				return true
			}
		}
	}
	return false
}
