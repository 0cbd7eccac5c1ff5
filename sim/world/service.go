package world

import (
	"slices"
	"strconv"
	"strings"

	"ehlo/sim/machine"
	"ehlo/sim/persona"
	"ehlo/sim/sasl"
	"ehlo/sim/toml"
)

// Submission is the role of an SMTP service that takes mail from its users (RFC 6409).
const Submission = "submission"

var (
	protocols = []string{"smtp", "pop2", "pop3", "kpop", "imap", "dns", "https"}
	roles     = []string{Submission}
	tlsModes  = []string{StartTLS: "starttls", ImplicitTLS: "implicit"}
)

// DefaultPort is where a service listens unless the file says otherwise: the protocol's own port, that of message
// submission (RFC 6409 §3.1), or that of TLS from the first octet (RFC 8314 §3.3, which knows none for port 25).
func DefaultPort(protocol, role string, mode TLSMode) int {
	switch {
	case protocol == "smtp" && mode == ImplicitTLS:
		return 465
	case protocol == "smtp" && role == Submission:
		return 587
	case protocol == "smtp":
		return 25
	case protocol == "pop2":
		return 109
	case protocol == "pop3" && mode == ImplicitTLS:
		return 995
	case protocol == "pop3":
		return 110
	case protocol == "kpop":
		return 1109
	case protocol == "imap" && mode == ImplicitTLS:
		return 993
	case protocol == "imap":
		return 143
	case protocol == "dns":
		return 53
	case protocol == "https":
		return 443
	}
	return 0
}

// service reads one [[host.service]]; open are the ports that the host already listens on.
func (p *parser) service(s *toml.Section, open map[string]toml.Span) Service {
	var v Service
	var at toml.Span
	v.Protocol, _ = p.choice(s, "protocol", `protocol = "smtp"`, "world.bad-protocol", true, protocols)
	if v.Role, at = p.choice(s, "role", `role = "submission"`, "world.bad-service-role", false, roles); at.Exists() && v.Protocol != "smtp" {
		p.Report(at, s.Key("role"), "world.role-without-smtp", machine.Args{"role": toml.Shorten(v.Role)})
	}
	if mode, at := p.choice(s, "tls", `tls = "starttls"`, "world.bad-tls", false, tlsModes[StartTLS:]); at.Exists() {
		v.TLS = TLSMode(max(slices.Index(tlsModes, mode), 0))
	}
	if v.Protocol == "https" {
		v.TLS = ImplicitTLS
	}
	v.ByHand, _ = s.Bool("by-hand", "by-hand = true", false)
	v.Persona = p.servicePersona(s, v.Protocol)
	v.Auth = p.mechanisms(s)
	if v.Inetd, at = s.Text("inetd", `inetd = "pop-3 stream tcp nowait root /usr/sbin/tcpd ipop3d"`, false); at.Exists() && !isInetdLine(v.Inetd) {
		p.Report(at, s.Key("inetd"), "world.bad-inetd", machine.Args{"inetd": toml.Shorten(v.Inetd)})
	}
	if v.IsOff() { // its port is another's until that is off
		open = make(map[string]toml.Span)
	}
	v.Port = p.port(s, DefaultPort(v.Protocol, v.Role, v.TLS), open)
	s.Done()
	return v
}

// isInetdLine says whether a text is a line of /etc/inetd.conf for a TCP service: its name, stream, tcp, nowait, a user, a
// program, and its arguments.
func isInetdLine(line string) bool {
	f := strings.Fields(strings.TrimPrefix(line, "#"))
	return len(f) >= 6 && f[1] == "stream" && f[2] == "tcp"
}

// choice reads a text that is one of some words; problem is the identifier of the error where it is not, and its argument
// is named as the key is.
func (p *parser) choice(s *toml.Section, name, example, problem string, required bool, words []string) (string, toml.Span) {
	text, at := s.Text(name, example, required)
	if at.Exists() && !slices.Contains(words, text) {
		p.ReportNear(at, s.Key(name), problem, machine.Args{name: toml.Shorten(text)}, text, toml.Known(words))
		return "", toml.Span{}
	}
	return text, at
}

// port reads the port of a service.
func (p *parser) port(s *toml.Section, standard int, open map[string]toml.Span) int {
	port, at := s.Number("port", "port = 25", false)
	switch {
	case !at.Exists():
		if port = int64(standard); standard > 0 {
			at = s.Table.At
		}
	case port < 1 || port > 65535:
		p.Report(at, s.Key("port"), "world.bad-port", machine.Args{"port": strconv.FormatInt(port, 10)})
		at = toml.Span{}
	}
	p.unique(at, s.Key("port"), "world.duplicate-port", strconv.FormatInt(port, 10), open)
	return int(port)
}

// mechanisms reads the SASL mechanisms of a service; nil is that the file names none, and an empty list that it wants
// none.
func (p *parser) mechanisms(s *toml.Section) []string {
	names, places := s.Texts("auth", `auth = ["PLAIN"]`, false)
	if s.Table.Get("auth") == nil {
		return nil
	}
	known := make(map[string]toml.Span)
	for _, m := range sasl.All.Mechanisms() {
		known[m.String()] = toml.Span{}
	}
	offered := []string{}
	for i, name := range names {
		m := sasl.Named(name)
		if m == sasl.None {
			p.ReportNear(places[i], s.Key("auth"), "world.bad-mechanism", machine.Args{"mechanism": toml.Shorten(name)},
				strings.ToUpper(name), known)
			continue
		}
		offered = append(offered, m.String())
	}
	return offered
}

// ownPersonas reads the personas that the file holds itself, as [persona.NAME]. They come before others of their names.
func (p *parser) ownPersonas() {
	v := p.Get("persona")
	if v == nil {
		return
	}
	if v.Kind != toml.Map {
		p.Report(v.At, "persona", "persona.want-table", machine.Args{"key": "persona"})
		return
	}
	var own []*persona.Persona
	for _, e := range v.Table.Entries {
		if e.Value.Kind != toml.Map {
			p.Report(e.At, "persona."+toml.Shorten(e.Key), "persona.want-table", machine.Args{"key": "persona." + toml.Shorten(e.Key)})
			continue
		}
		own = append(own, persona.Read(e.Key, &toml.Section{Reader: p.Reader, Keys: toml.Keys{Table: e.Value.Table, Path: "persona." + e.Key}}))
	}
	p.personas = append(own, p.personas...)
}

// servicePersona reads whose wording and quirks a service has: one of the personas that are known.
func (p *parser) servicePersona(s *toml.Section, protocol string) *persona.Persona {
	name, at := s.Text("persona", `persona = "uw-ipop3d-7.59"`, false)
	if !at.Exists() {
		return nil
	}
	args := machine.Args{"persona": toml.Shorten(name), "protocol": protocol}
	known := make(map[string]toml.Span)
	for _, persona := range p.personas {
		if persona.Name == name && persona.Protocol != protocol {
			p.Report(at, s.Key("persona"), "world.persona-protocol", args)
			return nil
		}
		if persona.Name == name {
			return persona
		}
		if persona.Protocol == protocol {
			known[persona.Name] = toml.Span{}
		}
	}
	p.ReportNear(at, s.Key("persona"), "world.unknown-persona", args, name, known)
	return nil
}
