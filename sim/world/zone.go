package world

import (
	"errors"
	"strconv"
	"strings"

	"ehlo/sim/dns"
	"ehlo/sim/machine"
	"ehlo/sim/toml"
)

var dnssec = []string{dns.Insecure: "insecure", dns.Secure: "secure", dns.Bogus: "bogus"}

// zone reads one [[zone]].
func (p *parser) zone(s *toml.Section) {
	var z Zone
	var at toml.Span
	z.Name, at = p.hostName(s, "name", `name = "example.net"`)
	p.unique(at, "zone.name", "world.duplicate-zone", z.Name, p.zones)
	servers, places := s.Texts("servers", `servers = ["ns.example.net"]`, true)
	for i, name := range servers {
		z.Servers = append(z.Servers, strings.ToLower(name))
		p.reference(places[i], "zone.servers", "world.unknown-host", z.Servers[i], p.hosts)
	}
	if security, at := p.choice(s, "dnssec", `dnssec = "secure"`, "world.bad-dnssec", false, dnssec); at.Exists() {
		for i, name := range dnssec {
			if name == security {
				z.DNSSEC = dns.Security(i)
			}
		}
	}
	text, at := s.Text("text", `text = """…"""`, true)
	if at.Exists() {
		records, err := dns.ParseZone(z.Name, text)
		var wrong *dns.ZoneError
		if errors.As(err, &wrong) {
			p.Report(at, "zone.text", "world.bad-zone."+strings.TrimPrefix(wrong.ID, "dns."),
				machine.Args{"line": strconv.Itoa(wrong.Line), "text": toml.Shorten(wrong.What)})
		}
		z.Records = records
	}
	s.Done()
	p.def.Zones = append(p.def.Zones, z)
}
