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
func (p *parser) hostName(s *section, name, example string) (string, int) {
	text, line := s.text(name, example, true)
	if line > 0 && !isDomain(text) {
		p.report(line, s.key(name), "world.bad-name", machine.Args{"name": shorten(text), "example": example})
	}
	return strings.ToLower(text), line
}

// host reads one [[host]].
func (p *parser) host(s *section) {
	var h Host
	var line int
	h.Name, line = p.hostName(s, "name", `name = "mx.example.net"`)
	p.unique(line, "host.name", "world.duplicate-host", h.Name, p.hosts)

	h.Address, line = s.text("address", `address = "192.0.2.1"`, true)
	if line > 0 && !isIPv4(h.Address) {
		p.report(line, "host.address", "world.bad-ip-address", machine.Args{"address": shorten(h.Address)})
	}
	p.unique(line, "host.address", "world.duplicate-address", h.Address, p.addresses)

	h.Role, line = s.text("role", `role = "mta"`, true)
	if line > 0 && !slices.Contains(roles, h.Role) {
		p.reportNear(line, "host.role", "world.bad-role",
			machine.Args{"role": shorten(h.Role), "known": strings.Join(roles, ", ")}, h.Role, roles)
	}
	h.Person, _ = p.words(s, "person", `person = "alice"`, false)
	if h.You, line = s.bool("you", "you = true"); h.You {
		p.you(line)
	}
	from, lines := s.texts("relay-from", `relay-from = ["laptop.example.org"]`, false)
	for i, name := range from {
		h.RelayFrom = append(h.RelayFrom, strings.ToLower(name))
		p.reference(lines[i], "host.relay-from", "world.unknown-host", h.RelayFrom[i], p.hosts)
	}
	h.Smarthost, line = s.text("smarthost", `smarthost = "mail.example.org"`, false)
	h.Smarthost = strings.ToLower(h.Smarthost)
	if line > 0 && h.Smarthost == h.Name {
		p.report(line, "host.smarthost", "world.smarthost-itself", machine.Args{"host": shorten(h.Name)})
	} else {
		p.reference(line, "host.smarthost", "world.unknown-host", h.Smarthost, p.hosts)
	}
	open := make(map[string]int)
	for _, sub := range s.sections("service") {
		h.Services = append(h.Services, p.service(sub, open))
	}
	s.done()
	p.def.Hosts = append(p.def.Hosts, h)
}

// you reports where a second host is the learner's.
func (p *parser) you(line int) {
	if p.youLine > 0 {
		p.report(line, "host.you", "world.duplicate-you", machine.Args{"first": strconv.Itoa(p.youLine)})
		return
	}
	p.youLine = line
}

// service reads one [[host.service]]; open are the ports that the host already listens on.
func (p *parser) service(s *section, open map[string]int) Service {
	var v Service
	var line int
	v.Protocol, line = s.text("protocol", `protocol = "smtp"`, true)
	i := slices.Index(protocols, v.Protocol)
	if line > 0 && i < 0 {
		p.reportNear(line, "host.service.protocol", "world.bad-protocol",
			machine.Args{"protocol": shorten(v.Protocol), "known": strings.Join(protocols, ", ")}, v.Protocol, protocols)
	}
	port, portLine := s.number("port", "port = 25", false)
	switch {
	case portLine == 0 && i >= 0:
		v.Port, portLine = ports[i], s.table.line
	case portLine > 0 && (port < 1 || port > 65535):
		p.report(portLine, "host.service.port", "world.bad-port", machine.Args{"port": strconv.FormatInt(port, 10)})
		portLine = 0
	default:
		v.Port = int(port)
	}
	p.unique(portLine, "host.service.port", "world.duplicate-port", strconv.Itoa(v.Port), open)
	s.done()
	return v
}

// link reads one [[link]].
func (p *parser) link(s *section) {
	const between = `between = ["laptop.example.org", "mail.example.org"]`
	var l Link
	ends, lines := s.texts("between", between, true)
	for i := range ends {
		ends[i] = strings.ToLower(ends[i])
		p.reference(lines[i], "link.between", "world.unknown-host", ends[i], p.hosts)
	}
	switch v, _ := s.table.get("between"); {
	case len(ends) == 2 && ends[0] == ends[1]:
		p.report(lines[0], "link.between", "world.link-itself", machine.Args{"host": shorten(ends[0])})
	case len(ends) == 2:
		l.A, l.B = ends[0], ends[1]
		pair := min(l.A, l.B) + " – " + max(l.A, l.B)
		p.unique(lines[0], "link.between", "world.duplicate-link", pair, p.links)
	case v != nil && v.kind == kindList && len(v.list) == len(ends):
		p.report(v.line, "link.between", "world.link-ends", machine.Args{"count": strconv.Itoa(len(ends)), "example": between})
	}
	text, line := s.text("latency", `latency = "18ms"`, true)
	var ok bool
	if l.Latency, ok = parseDuration(text); line > 0 && !ok {
		p.report(line, "link.latency", "world.bad-duration", machine.Args{"text": shorten(text)})
	}
	text, line = s.text("bandwidth", `bandwidth = "8Mbit/s"`, false)
	if l.Bandwidth, ok = parseBandwidth(text); line > 0 && !ok {
		p.badBandwidth(line, text)
	}
	s.done()
	p.def.Links = append(p.def.Links, l)
}

func (p *parser) badBandwidth(line int, text string) {
	args := machine.Args{"text": shorten(text)}
	meant, ok := suggestBandwidth(text)
	if !ok {
		p.report(line, "link.bandwidth", "world.bad-bandwidth", args)
		return
	}
	p.add(&Error{Line: line, Key: "link.bandwidth", Note: machine.Note{ID: "world.bad-bandwidth", Args: args},
		Repair: machine.Note{ID: didYouMean, Args: machine.Args{"name": meant}}})
}

// domain reads one [[domain]].
func (p *parser) domain(s *section) {
	var d Domain
	var line int
	d.Name, line = p.hostName(s, "name", `name = "example.net"`)
	p.unique(line, "domain.name", "world.duplicate-domain", d.Name, p.domains)
	d.MX, line = s.text("mx", `mx = "mx.example.net"`, true)
	d.MX = strings.ToLower(d.MX)
	p.reference(line, "domain.mx", "world.unknown-host", d.MX, p.hosts)
	s.done()
	p.def.Domains = append(p.def.Domains, d)
}

// user reads one [[user]].
func (p *parser) user(s *section) {
	var u User
	address, line := s.text("address", `address = "bob@example.net"`, true)
	local, domain, ok := cutAddress(address)
	if u.Name, u.Domain = local, domain; line > 0 && !ok {
		p.report(line, "user.address", "world.bad-mail-address", machine.Args{"address": shorten(address)})
	} else {
		p.reference(line, "user.address", "world.unknown-domain", domain, p.domains)
		p.unique(line, "user.address", "world.duplicate-user", local+"@"+domain, p.users)
	}
	u.Password, line = s.text("password", `password = "plover"`, true)
	if line > 0 && !isPassword(u.Password) {
		p.report(line, "user.password", "world.bad-password", nil)
	}
	u.Host, line = s.text("host", `host = "mx.example.net"`, false)
	u.Host = strings.ToLower(u.Host)
	p.reference(line, "user.host", "world.unknown-host", u.Host, p.hosts)
	if line == 0 {
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
	to, line := s.text("to", `to = "bob@example.net"`, true)
	local, domain, ok := cutAddress(to)
	if l.To = local + "@" + domain; line > 0 && !ok {
		p.report(line, "letter.to", "world.bad-mail-address", machine.Args{"address": shorten(to)})
	} else {
		p.reference(line, "letter.to", "world.unknown-user", l.To, p.users)
	}
	if name, line := p.words(s, "mailbox", `mailbox = "INBOX"`, false); line > 0 && !strings.EqualFold(name, "INBOX") {
		l.Mailbox = name
	}
	names, lines := s.texts("flags", `flags = ['\Seen']`, false)
	for i, name := range names {
		if !isFlag(name) {
			p.reportNear(lines[i], "letter.flags", "world.bad-flag",
				machine.Args{"flag": shorten(name), "known": strings.Join(flags, ", ")}, name, flags)
		}
	}
	l.Flags = names
	l.Date = s.time("date", "date = 2026-03-01T16:20:00Z", p.def.Start)
	text, line := s.text("text", `text = """…"""`, true)
	if l.Text = canonical(text); line > 0 && !isMessage(l.Text) {
		p.report(line, "letter.text", "world.bad-letter", nil)
	}
	s.done()
	p.def.Letters = append(p.def.Letters, l)
}
