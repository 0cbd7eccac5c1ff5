package world

import (
	"slices"
	"strconv"
	"strings"

	"ehlo/sim/machine"
)

var (
	roles     = []string{"mua", "mta", "mailbox"}
	protocols = []string{"smtp", "pop3", "imap"}
	ports     = []int{25, 110, 143} // of protocols
	flags     = []string{`\Seen`, `\Answered`, `\Flagged`, `\Deleted`, `\Draft`}
)

// hostName reads a host or domain name.
func (p *parser) hostName(s *section, name, example string) (string, span) {
	text, at := s.text(name, example, true)
	if at.exists() && !isDomain(text) {
		p.report(at, s.key(name), "world.bad-name", machine.Args{"name": shorten(text), "example": example})
	}
	return strings.ToLower(text), at
}

// host reads one [[host]].
func (p *parser) host(s *section) {
	var h Host
	var at span
	h.Name, at = p.hostName(s, "name", `name = "mx.example.net"`)
	p.unique(at, "host.name", "world.duplicate-host", h.Name, p.hosts)

	h.Address, at = s.text("address", `address = "192.0.2.1"`, true)
	if at.exists() && !isIPv4(h.Address) {
		p.report(at, "host.address", "world.bad-ip-address", machine.Args{"address": shorten(h.Address)})
	}
	p.unique(at, "host.address", "world.duplicate-address", h.Address, p.addresses)

	h.Role, at = s.text("role", `role = "mta"`, true)
	if at.exists() && !slices.Contains(roles, h.Role) {
		p.reportNear(at, "host.role", "world.bad-role",
			machine.Args{"role": shorten(h.Role)}, h.Role, known(roles))
	}
	h.Person, _ = p.words(s, "person", `person = "alice"`, false)
	if h.You, at = s.bool("you", "you = true"); h.You {
		p.learner(at)
	}
	from, places := s.texts("relay-from", `relay-from = ["laptop.example.org"]`, false)
	for i, name := range from {
		h.RelayFrom = append(h.RelayFrom, strings.ToLower(name))
		p.reference(places[i], "host.relay-from", "world.unknown-host", h.RelayFrom[i], p.hosts)
	}
	h.Smarthost, at = s.text("smarthost", `smarthost = "mail.example.org"`, false)
	h.Smarthost = strings.ToLower(h.Smarthost)
	if at.exists() && h.Smarthost == h.Name {
		p.report(at, "host.smarthost", "world.smarthost-itself", machine.Args{"host": shorten(h.Name)})
	} else {
		p.reference(at, "host.smarthost", "world.unknown-host", h.Smarthost, p.hosts)
	}
	open := make(map[string]span)
	for _, sub := range s.sections("service") {
		h.Services = append(h.Services, p.service(sub, open))
	}
	s.done()
	p.def.Hosts = append(p.def.Hosts, h)
}

// learner reports where a second host is the learner's.
func (p *parser) learner(at span) {
	if p.you.exists() {
		p.report(at, "host.you", "world.duplicate-you", machine.Args{"first": p.first(p.you)})
		return
	}
	p.you = at
}

// service reads one [[host.service]]; open are the ports that the host already listens on.
func (p *parser) service(s *section, open map[string]span) Service {
	var v Service
	var at span
	v.Protocol, at = s.text("protocol", `protocol = "smtp"`, true)
	i := slices.Index(protocols, v.Protocol)
	if at.exists() && i < 0 {
		p.reportNear(at, "host.service.protocol", "world.bad-protocol",
			machine.Args{"protocol": shorten(v.Protocol)}, v.Protocol, known(protocols))
	}
	port, portAt := s.number("port", "port = 25", false)
	switch {
	case !portAt.exists() && i >= 0:
		v.Port, portAt = ports[i], s.table.at
	case portAt.exists() && (port < 1 || port > 65535):
		p.report(portAt, "host.service.port", "world.bad-port", machine.Args{"port": strconv.FormatInt(port, 10)})
		portAt = span{}
	default:
		v.Port = int(port)
	}
	p.unique(portAt, "host.service.port", "world.duplicate-port", strconv.Itoa(v.Port), open)
	s.done()
	return v
}

// link reads one [[link]].
func (p *parser) link(s *section) {
	const between = `between = ["laptop.example.org", "mail.example.org"]`
	var l Link
	ends, places := s.texts("between", between, true)
	for i := range ends {
		ends[i] = strings.ToLower(ends[i])
		p.reference(places[i], "link.between", "world.unknown-host", ends[i], p.hosts)
	}
	switch v, _ := s.table.get("between"); {
	case len(ends) == 2 && ends[0] == ends[1]:
		p.report(places[0], "link.between", "world.link-itself", machine.Args{"host": shorten(ends[0])})
	case len(ends) == 2:
		l.A, l.B = ends[0], ends[1]
		pair := min(l.A, l.B) + " – " + max(l.A, l.B)
		p.unique(places[0], "link.between", "world.duplicate-link", pair, p.links)
	case v != nil && v.kind == kindList && len(v.list) == len(ends):
		p.report(v.at, "link.between", "world.link-ends", machine.Args{"count": strconv.Itoa(len(ends)), "example": between})
	}
	text, at := s.text("latency", `latency = "18ms"`, true)
	var ok bool
	if l.Latency, ok = parseDuration(text); at.exists() && !ok {
		p.report(at, "link.latency", "world.bad-duration", machine.Args{"text": shorten(text)})
	}
	text, at = s.text("bandwidth", `bandwidth = "8Mbit/s"`, false)
	if l.Bandwidth, ok = parseBandwidth(text); at.exists() && !ok {
		p.badBandwidth(at, text)
	}
	s.done()
	p.def.Links = append(p.def.Links, l)
}

func (p *parser) badBandwidth(at span, text string) {
	args := machine.Args{"text": shorten(text)}
	meant, ok := suggestBandwidth(text)
	if !ok {
		p.report(at, "link.bandwidth", "world.bad-bandwidth", args)
		return
	}
	p.replace(at, "link.bandwidth", machine.Note{ID: "world.bad-bandwidth", Args: args},
		machine.Note{ID: didYouMean, Args: machine.Args{"name": meant}}, meant)
}

// domain reads one [[domain]].
func (p *parser) domain(s *section) {
	var d Domain
	var at span
	d.Name, at = p.hostName(s, "name", `name = "example.net"`)
	p.unique(at, "domain.name", "world.duplicate-domain", d.Name, p.domains)
	d.MX, at = s.text("mx", `mx = "mx.example.net"`, true)
	d.MX = strings.ToLower(d.MX)
	p.reference(at, "domain.mx", "world.unknown-host", d.MX, p.hosts)
	s.done()
	p.def.Domains = append(p.def.Domains, d)
}

// user reads one [[user]].
func (p *parser) user(s *section) {
	var u User
	address, at := s.text("address", `address = "bob@example.net"`, true)
	local, domain, ok := cutAddress(address)
	if u.Name, u.Domain = local, domain; at.exists() && !ok {
		p.report(at, "user.address", "world.bad-mail-address", machine.Args{"address": shorten(address)})
	} else {
		p.reference(at, "user.address", "world.unknown-domain", domain, p.domains)
		p.unique(at, "user.address", "world.duplicate-user", local+"@"+domain, p.users)
	}
	u.Password, at = s.text("password", `password = "plover"`, true)
	if at.exists() && !isPassword(u.Password) {
		p.report(at, "user.password", "world.bad-password", nil)
	}
	u.Host, at = s.text("host", `host = "mx.example.net"`, false)
	u.Host = strings.ToLower(u.Host)
	p.reference(at, "user.host", "world.unknown-host", u.Host, p.hosts)
	if !at.exists() {
		for _, d := range p.def.Domains {
			if d.Name == u.Domain {
				u.Host = d.MX
			}
		}
	}
	s.done()
	p.def.Users = append(p.def.Users, u)
}

// letter reads one [[letter]].
func (p *parser) letter(s *section) {
	l := Letter{Mailbox: "INBOX"}
	to, at := s.text("to", `to = "bob@example.net"`, true)
	local, domain, ok := cutAddress(to)
	if l.To = local + "@" + domain; at.exists() && !ok {
		p.report(at, "letter.to", "world.bad-mail-address", machine.Args{"address": shorten(to)})
	} else {
		p.reference(at, "letter.to", "world.unknown-user", l.To, p.users)
	}
	if name, at := p.words(s, "mailbox", `mailbox = "INBOX"`, false); at.exists() && !strings.EqualFold(name, "INBOX") {
		l.Mailbox = name
	}
	names, places := s.texts("flags", `flags = ['\Seen']`, false)
	for i, name := range names {
		if !isFlag(name) {
			p.reportNear(places[i], "letter.flags", "world.bad-flag",
				machine.Args{"flag": shorten(name)}, name, known(flags))
		}
	}
	l.Flags = names
	l.Date = s.time("date", "date = 2026-03-01T16:20:00Z", p.def.Start)
	text, at := s.text("text", `text = """…"""`, true)
	if l.Text = canonical(text); at.exists() && !isMessage(l.Text) {
		p.report(at, "letter.text", "world.bad-letter", nil)
	}
	s.done()
	p.def.Letters = append(p.def.Letters, l)
}
