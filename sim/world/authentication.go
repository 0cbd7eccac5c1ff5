package world

import (
	"strings"

	"ehlo/sim/dkim"
	"ehlo/sim/dmarc"
	"ehlo/sim/machine"
	"ehlo/sim/toml"
)

// authentications are what an MTA can do about where messages come from, in the order of [Authentication] from [Tag] on.
var authentications = []string{"tag", "enforce"}

// suffixes reads the public suffixes.
func (p *parser) suffixes() {
	const example = `public-suffixes = ["co.uk"]`
	names, places := p.Texts("public-suffixes", example, false)
	if p.Table.Get("public-suffixes") == nil {
		return
	}
	p.def.Suffixes = dmarc.Suffixes{}
	for i, name := range names {
		if !isDomain(strings.TrimPrefix(strings.TrimPrefix(name, "!"), "*.")) {
			p.Report(places[i], "public-suffixes", "world.bad-name", machine.Args{"name": toml.Shorten(name), "example": example})
		}
		p.def.Suffixes = append(p.def.Suffixes, strings.ToLower(name))
	}
}

// signers reads for whom a host signs (RFC 6376).
func (p *parser) signers(s *toml.Section, h *Host) {
	for _, sub := range s.Sections("dkim") {
		var d dkim.Signer
		d.Domain, _ = p.hostName(sub, "domain", `domain = "example.org"`)
		const selector = `selector = "s2026"`
		var at toml.Span
		if d.Selector, at = sub.Text("selector", selector, true); at.Exists() && !isDomain(d.Selector+".example.org") {
			p.Report(at, sub.Key("selector"), "world.bad-name", machine.Args{"name": toml.Shorten(d.Selector), "example": selector})
		}
		d.Selector = strings.ToLower(d.Selector)
		key, at := sub.Text("key", `key = "nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A="`, true)
		var ok bool
		if d.Key, ok = dkim.ParsePrivateKey(key); at.Exists() && !ok {
			p.Report(at, sub.Key("key"), "world.bad-dkim-key", nil)
		}
		d.Simple, _ = sub.Bool("simple", "simple = true", false)
		sub.Done()
		h.DKIM = append(h.DKIM, d)
	}
}
