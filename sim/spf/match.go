package spf

import (
	"slices"
	"strings"

	"ehlo/sim/dns"
)

// matches says whether a mechanism is for the client (RFC 7208 §5). ok is false where the evaluation ends here.
func (c *check) matches(domain string, t term) (matched bool, v Verdict, ok bool) {
	switch t.name {
	case "all":
		return true, v, true
	case "ip4", "ip6":
		return len(t.addr) == len(c.q.Address) && c.within(t.addr, t), v, true
	}
	if c.lookups++; c.lookups > MaxLookups {
		return false, wrong(PermError, domain, ProblemLookups), false
	}
	name := domain
	if t.spec != "" {
		if name, ok = c.expand(t.spec, domain, false); !ok {
			return false, v, false
		}
	}
	switch t.name {
	case "include":
		return c.include(domain, name)
	case "a":
		return c.hasAddress(domain, name, t)
	case "mx":
		return c.mailExchangers(domain, name, t)
	case "ptr":
		names, v, ok := c.names(domain)
		return slices.ContainsFunc(names, func(n string) bool { return n == dns.Canonical(name) || strings.HasSuffix(n, "."+dns.Canonical(name)) }), v, ok
	default: // exists: an A record, whatever the client's address (RFC 7208 §5.7)
		a, v, ok := c.ask(domain, name, dns.A)
		if ok && c.empty(&a) {
			return false, wrong(PermError, domain, ProblemVoid), false
		}
		return ok && len(a.Of()) > 0, v, ok
	}
}

// within says whether the client's address begins as another one does, for as many bits as the term says.
func (c *check) within(addr []byte, t term) bool {
	bits := t.bits4
	if len(addr) == 16 {
		bits = t.bits6
	}
	if len(addr) != len(c.q.Address) {
		return false
	}
	for i := range addr {
		n := min(max(bits-8*i, 0), 8)
		if (addr[i]^c.q.Address[i])>>(8-n) != 0 {
			return false
		}
	}
	return true
}

// include matches where the other domain's policy says pass (RFC 7208 §5.2).
func (c *check) include(domain, name string) (matched bool, v Verdict, ok bool) {
	switch v = c.host(name, false); v.Result {
	case Pass:
		return true, v, true
	case Fail, SoftFail, Neutral:
		return false, v, true
	case None:
		return false, wrong(PermError, domain, ProblemInclude), false
	}
	return false, v, false
}

// addressType is the type of record that an address of the client's kind has.
func (c *check) addressType() dns.Type {
	if len(c.q.Address) == 16 {
		return dns.AAAA
	}
	return dns.A
}

// hasAddress matches where the client's address is one of a name's (RFC 7208 §5.3).
func (c *check) hasAddress(domain, name string, t term) (matched bool, v Verdict, ok bool) {
	a, v, ok := c.ask(domain, name, c.addressType())
	switch {
	case !ok:
		return false, v, false
	case c.empty(&a):
		return false, wrong(PermError, domain, ProblemVoid), false
	}
	return slices.ContainsFunc(a.Of(), func(r dns.Record) bool { return c.within(r.Octets, t) }), v, true
}

// mailExchangers matches where the client is one of a domain's mail exchangers (RFC 7208 §5.4).
func (c *check) mailExchangers(domain, name string, t term) (matched bool, v Verdict, ok bool) {
	a, v, ok := c.ask(domain, name, dns.MX)
	hosts := a.Of()
	switch {
	case !ok:
		return false, v, false
	case c.empty(&a):
		return false, wrong(PermError, domain, ProblemVoid), false
	case len(hosts) > maxNames:
		return false, wrong(PermError, domain, ProblemMX), false
	}
	for _, r := range hosts {
		a, v, ok := c.ask(domain, r.Target, c.addressType())
		if !ok {
			return false, v, false
		}
		if slices.ContainsFunc(a.Of(), func(r dns.Record) bool { return c.within(r.Octets, t) }) {
			return true, v, true
		}
	}
	return false, v, true
}

// names is the client's names by its PTR records that lead back to its address (RFC 7208 §5.5). Failures are no names.
func (c *check) names(domain string) (names []string, v Verdict, ok bool) {
	a, known := c.l.Ask(reverse(c.q.Address), dns.PTR)
	if !known {
		c.waits = true
		return nil, v, false
	}
	if !a.Failed() && c.empty(&a) {
		return nil, wrong(PermError, domain, ProblemVoid), false
	}
	all := true
	for i, r := range a.Of() {
		if i == maxNames {
			break
		}
		back, known := c.l.Ask(r.Target, c.addressType())
		if !known {
			c.waits, all = true, false
			continue
		}
		if slices.ContainsFunc(back.Of(), func(r dns.Record) bool { return c.within(r.Octets, term{bits4: 32, bits6: 128}) }) {
			names = append(names, dns.Canonical(r.Target))
		}
	}
	return names, v, all
}

// reverse is the name of an address's PTR record.
func reverse(addr []byte) string {
	suffix := ".in-addr.arpa"
	if len(addr) == 16 {
		suffix = ".ip6.arpa"
	}
	parts := strings.Split(dotted(addr), ".")
	slices.Reverse(parts)
	return strings.Join(parts, ".") + suffix
}
