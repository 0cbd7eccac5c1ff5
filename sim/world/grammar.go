package world

import (
	"slices"
	"strconv"
	"strings"

	"ehlo/sim/dns"
	"ehlo/sim/machine"
	"ehlo/sim/message"
	"ehlo/sim/mtasts"
	"ehlo/sim/toml"
)

var (
	hostRoles = []string{"mua", "mta", "mailbox", "dns", "eve"}
	flags     = []string{`\Seen`, `\Answered`, `\Flagged`, `\Deleted`, `\Draft`}
)

// hostName reads a host or domain name.
func (p *parser) hostName(s *toml.Section, name, example string) (string, toml.Span) {
	text, at := s.Text(name, example, true)
	if at.Exists() && !isDomain(text) {
		p.Report(at, s.Key(name), "world.bad-name", machine.Args{"name": toml.Shorten(text), "example": example})
	}
	return strings.ToLower(text), at
}

// host reads one [[host]].
func (p *parser) host(s *toml.Section) {
	var h Host
	var at toml.Span
	h.Name, at = p.hostName(s, "name", `name = "mx.example.net"`)
	p.unique(at, "host.name", "world.duplicate-host", h.Name, p.hosts)

	h.Address, at = s.Text("address", `address = "192.0.2.1"`, true)
	if at.Exists() && !isIPv4(h.Address) {
		p.Report(at, "host.address", "world.bad-ip-address", machine.Args{"address": toml.Shorten(h.Address)})
	}
	p.unique(at, "host.address", "world.duplicate-address", h.Address, p.addresses)
	p.ipv6(s, &h)

	h.Role, at = s.Text("role", `role = "mta"`, true)
	if at.Exists() && !slices.Contains(hostRoles, h.Role) {
		p.ReportNear(at, "host.role", "world.bad-role",
			machine.Args{"role": toml.Shorten(h.Role)}, h.Role, toml.Known(hostRoles))
	}
	h.Person, _ = p.words(s, "person", `person = "alice"`, false)
	if h.You, at = s.Bool("you", "you = true", false); h.You {
		p.learner(at)
	}
	p.relayFrom(s, &h)
	h.OpenRelay, _ = s.Bool("open-relay", "open-relay = true", false)
	h.Smarthost, at = s.Text("smarthost", `smarthost = "mail.example.org"`, false)
	h.Smarthost = strings.ToLower(h.Smarthost)
	if at.Exists() && h.Smarthost == h.Name {
		p.Report(at, "host.smarthost", "world.smarthost-itself", machine.Args{"host": toml.Shorten(h.Name)})
	} else {
		p.reference(at, "host.smarthost", "world.unknown-host", h.Smarthost, p.hosts)
	}
	h.Resolver, at = s.Text("resolver", `resolver = "ns.example.net"`, false)
	h.Resolver = strings.ToLower(h.Resolver)
	p.reference(at, "host.resolver", "world.unknown-host", h.Resolver, p.hosts)
	p.mta(s, &h)
	p.certificates(s, &h)
	p.signers(s, &h)
	open := make(map[string]toml.Span)
	for _, sub := range s.Sections("service") {
		h.Services = append(h.Services, p.service(sub, open))
	}
	s.Done()
	p.def.Hosts = append(p.def.Hosts, h)
}

// ipv6 reads a host's IPv6 address.
func (p *parser) ipv6(s *toml.Section, h *Host) {
	text, at := s.Text("ipv6", `ipv6 = "2001:db8::25"`, false)
	if !at.Exists() {
		return
	}
	address, ok := dns.CanonicalAddress(text)
	if !ok || !dns.IsIPv6(address) {
		p.Report(at, "host.ipv6", "world.bad-ipv6-address", machine.Args{"address": toml.Shorten(text)})
		return
	}
	h.IPv6 = address
	p.unique(at, "host.ipv6", "world.duplicate-address", address, p.addresses)
}

// relayFrom reads from where a host takes mail for any domain: hosts and networks.
func (p *parser) relayFrom(s *toml.Section, h *Host) {
	from, places := s.Texts("relay-from", `relay-from = ["laptop.example.org"]`, false)
	for i, name := range from {
		if !strings.Contains(name, "/") {
			name = strings.ToLower(name)
			h.RelayFrom = append(h.RelayFrom, name)
			p.reference(places[i], "host.relay-from", "world.unknown-host", name, p.hosts)
			continue
		}
		n, ok := ParseNetwork(name)
		if !ok {
			p.Report(places[i], "host.relay-from", "world.bad-network", machine.Args{"network": toml.Shorten(name)})
			continue
		}
		h.RelayNetworks = append(h.RelayNetworks, n)
	}
}

// learner reports where a second host is the learner's.
func (p *parser) learner(at toml.Span) {
	if p.you.Exists() {
		p.Report(at, "host.you", "world.duplicate-you", machine.Args{"first": p.LineNumber(p.you)})
		return
	}
	p.you = at
}

// link reads one [[link]].
func (p *parser) link(s *toml.Section) {
	const between = `between = ["laptop.example.org", "mail.example.org"]`
	var l Link
	ends, places := s.Texts("between", between, true)
	for i := range ends {
		ends[i] = strings.ToLower(ends[i])
		p.reference(places[i], "link.between", "world.unknown-host", ends[i], p.hosts)
	}
	switch v := s.Table.Get("between"); {
	case len(ends) == 2 && ends[0] == ends[1]:
		p.Report(places[0], "link.between", "world.link-itself", machine.Args{"host": toml.Shorten(ends[0])})
	case len(ends) == 2:
		l.A, l.B = ends[0], ends[1]
		p.unique(places[0], "link.between", "world.duplicate-link", pairOf(l.A, l.B), p.links)
	case v != nil && v.Kind == toml.List && len(v.List) == len(ends):
		p.Report(v.At, "link.between", "world.link-ends", machine.Args{"count": strconv.Itoa(len(ends)), "example": between})
	}
	l.Latency, _ = p.duration(s, "latency", `latency = "18ms"`, true)
	l.Jitter, _ = p.duration(s, "jitter", `jitter = "5ms"`, false)
	loss, at := s.Text("loss", `loss = "0.5%"`, false)
	var ok bool
	if l.Loss, ok = ParsePercent(loss); at.Exists() && !ok {
		p.Report(at, "link.loss", "world.bad-percent", machine.Args{"text": toml.Shorten(loss)})
	}
	text, at := s.Text("bandwidth", `bandwidth = "8Mbit/s"`, false)
	if l.Bandwidth, ok = parseBandwidth(text); at.Exists() && !ok {
		p.badBandwidth(at, text)
	}
	s.Done()
	p.def.Links = append(p.def.Links, l)
}

func (p *parser) badBandwidth(at toml.Span, text string) {
	args := machine.Args{"text": toml.Shorten(text)}
	if meant, ok := suggestBandwidth(text); ok {
		p.ReportInstead(at, "link.bandwidth", machine.Note{ID: "world.bad-bandwidth", Args: args}, meant)
		return
	}
	p.Report(at, "link.bandwidth", "world.bad-bandwidth", args)
}

// domain reads one [[domain]].
func (p *parser) domain(s *toml.Section) {
	var d Domain
	var at toml.Span
	d.Name, at = p.hostName(s, "name", `name = "example.net"`)
	p.unique(at, "domain.name", "world.duplicate-domain", d.Name, p.domains)
	d.MX, at = s.Text("mx", `mx = "mx.example.net"`, true)
	d.MX = strings.ToLower(d.MX)
	p.reference(at, "domain.mx", "world.unknown-host", d.MX, p.hosts)
	policy, at := s.Text("sts-policy", `sts-policy = """…"""`, false)
	if _, ok := mtasts.ParsePolicy(policy); at.Exists() && !ok {
		p.Report(at, "domain.sts-policy", "world.bad-sts-policy", nil)
	}
	d.STSPolicy = string(message.Canonical(policy))
	s.Done()
	p.def.Domains = append(p.def.Domains, d)
}

// user reads one [[user]].
func (p *parser) user(s *toml.Section) {
	var u User
	address, at := s.Text("address", `address = "bob@example.net"`, true)
	local, domain, ok := cutAddress(address)
	if u.Name, u.Domain = local, domain; at.Exists() && !ok {
		p.Report(at, "user.address", "world.bad-mail-address", machine.Args{"address": toml.Shorten(address)})
	} else {
		p.reference(at, "user.address", "world.unknown-domain", domain, p.domains)
		p.unique(at, "user.address", "world.duplicate-user", local+"@"+domain, p.users)
	}
	u.Password, at = s.Text("password", `password = "plover"`, true)
	if at.Exists() && !isPassword(u.Password) {
		p.Report(at, "user.password", "world.bad-password", nil)
	}
	u.Host, at = s.Text("host", `host = "mx.example.net"`, false)
	u.Host = strings.ToLower(u.Host)
	p.reference(at, "user.host", "world.unknown-host", u.Host, p.hosts)
	if !at.Exists() {
		for _, d := range p.def.Domains {
			if d.Name == u.Domain {
				u.Host = d.MX
			}
		}
	}
	forward, at := s.Text("forward", `forward = "alice@example.org"`, false)
	if u.Forward, ok = ParseForward(forward); at.Exists() && (!ok || len(u.Forward) == 0) {
		p.Report(at, "user.forward", "world.bad-alias", machine.Args{"text": toml.Shorten(forward)})
	}
	u.Quota = p.count(s, "quota", "quota = 1000000")
	u.MaxAge, _ = p.duration(s, "max-age", `max-age = "30d"`, false)
	s.Done()
	p.def.Users = append(p.def.Users, u)
}

// letter reads one [[letter]].
func (p *parser) letter(s *toml.Section) {
	l := Letter{Mailbox: "INBOX"}
	to, at := s.Text("to", `to = "bob@example.net"`, true)
	local, domain, ok := cutAddress(to)
	if l.To = local + "@" + domain; at.Exists() && !ok {
		p.Report(at, "letter.to", "world.bad-mail-address", machine.Args{"address": toml.Shorten(to)})
	} else {
		p.reference(at, "letter.to", "world.unknown-user", l.To, p.users)
	}
	if name, at := p.words(s, "mailbox", `mailbox = "INBOX"`, false); at.Exists() && !strings.EqualFold(name, "INBOX") {
		l.Mailbox = name
	}
	names, places := s.Texts("flags", `flags = ['\Seen']`, false)
	for i, name := range names {
		if !isFlag(name) {
			p.ReportNear(places[i], "letter.flags", "world.bad-flag",
				machine.Args{"flag": toml.Shorten(name)}, name, toml.Known(flags))
		}
	}
	l.Flags = names
	l.Date = p.def.Start
	if date, at := s.Time("date", "date = 2026-03-01T16:20:00Z", false); at.Exists() {
		l.Date = date
	}
	text, at := s.Text("text", `text = """…"""`, true)
	if l.Text = canonical(text); at.Exists() && !isMessage(l.Text) {
		p.Report(at, "letter.text", "world.bad-letter", nil)
	}
	s.Done()
	p.def.Letters = append(p.def.Letters, l)
}
