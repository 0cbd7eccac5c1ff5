// Package recorded plays sessions that were recorded at real servers with simulated ones that have their personas, and says
// where those answer differently. Tests and `make judge` share it.
package recorded

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"ehlo/sim"
	"ehlo/sim/persona"
	"ehlo/sim/personas"
	"ehlo/sim/script"
	"ehlo/sim/trace"
	"ehlo/sim/world"
)

// host is a world with one server: it knows bob, who has one message, and relays for nobody.
const host = `grammar = 1
title = "A server"
start = 2026-11-26T04:23:20Z
domain = [{ name = "example.net", mx = "mx.example.net" }]
link = [{ between = ["laptop.example.org", "mx.example.net"], latency = "1ms" }]
[[user]]
address = "bob@example.net"
password = "plover"
[[letter]]
to = "bob@example.net"
text = '''
From: Rosa <rosa@example.org>
To: bob@example.net
Subject: hi
Date: Thu, 26 Nov 2026 04:00:00 +0000

Hello
.A dot
'''
[[host]]
name = "laptop.example.org"
address = "192.0.2.1"
role = "mua"
you = true
[[host]]
name = "mx.example.net"
address = "192.0.2.2"
role = "mta"
  [[host.service]]
  protocol = %q
  persona = %q
`

// ports are where the services are.
var ports = map[string]int{"smtp": 25, "pop3": 110, "imap": 143}

// Session is a recorded session.
type Session struct {
	Path    string
	Persona string   // whose it is
	Package string   // the package, and its version, of the server at which it was recorded
	TLS     bool     // the server can start TLS, as "# tls: starttls" says; what starts it goes on inside
	Auth    []string // the mechanisms that it offers, as "# auth: PLAIN LOGIN" says; nil is what the persona suggests
	Text    string   // remarks, what the client says (C:) and the server answers (S:), line by line

	protocol string
}

// After one of these remarks the client connects anew: the server has closed the connection, or the client closes it.
const (
	closed = "# closed\n"
	anew   = "# anew\n"
)

var remarkOf = regexp.MustCompile(`(?m)^# (persona|package|tls|auth): (.+)$`)

// Port is where the service is.
func (s Session) Port() int { return ports[s.protocol] }

// Read reads the sessions whose files match a pattern, in the order of their names.
func Read(pattern string) ([]Session, error) {
	paths, err := filepath.Glob(pattern)
	if err != nil {
		return nil, err
	}
	all := personas.All()
	sessions := make([]Session, 0, len(paths))
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		s := Session{Path: path, Text: string(text)}
		for _, m := range remarkOf.FindAllStringSubmatch(s.Text, -1) {
			switch value := m[2]; m[1] {
			case "persona":
				s.Persona = value
			case "package":
				s.Package = value
			case "tls":
				s.TLS = value == "starttls"
			case "auth":
				s.Auth = strings.Fields(value)
			}
		}
		i := slices.IndexFunc(all, func(p *persona.Persona) bool { return p.Name == s.Persona })
		if i < 0 {
			return nil, fmt.Errorf("%s: there is no persona %q", path, s.Persona)
		}
		s.protocol = all[i].Protocol
		sessions = append(sessions, s)
	}
	return sessions, nil
}

// world is the world file of the session.
func (s Session) world() []byte {
	text := fmt.Appendf(nil, host, s.protocol, s.Persona)
	if s.TLS {
		text = append(text, "  tls = \"starttls\"\n"...)
	}
	if s.Auth != nil {
		text = fmt.Appendf(text, "  auth = [\"%s\"]\n", strings.Join(s.Auth, `", "`))
	}
	return text
}

// Play is the session as the simulated server makes it: what the client says, and the remarks, stay.
func (s Session) Play() (string, error) {
	def, err := world.Parse("recorded", s.world(), personas.All()...)
	if err != nil {
		return "", err
	}
	tl, err := sim.NewTimeline(def)
	if err != nil {
		return "", err
	}
	p := &player{Player: script.NewPlayer("recorded", tl), timeline: tl, port: s.Port()}
	if err := p.connect(); err != nil {
		return "", err
	}
	for line := range strings.Lines(s.Text) {
		said, isClient := strings.CutPrefix(line, "C: ")
		switch {
		case isClient:
			p.hear()
			p.out.WriteString(line)
			if !p.ended() {
				err = p.do("> " + said)
			}
		case line == closed, line == anew:
			p.hear()
			p.out.WriteString(line)
			err = p.connect()
		case !strings.HasPrefix(line, "S: "):
			p.out.WriteString(line)
		}
		if err != nil {
			return "", err
		}
	}
	p.hear()
	return p.out.String(), nil
}

// player is a client at the simulated server.
type player struct {
	*script.Player
	timeline *sim.Timeline
	port     int
	conn     uint32
	heard    int // octets of the server in this connection that are written
	out      strings.Builder
}

// do plays one command of a script.
func (p *player) do(text string) error {
	s, err := script.Parse("recorded", []byte(text))
	if err != nil {
		return err
	}
	for _, step := range s.Steps {
		if err := p.Do(step); err != nil {
			return err
		}
	}
	return nil
}

// connect opens the next connection.
func (p *player) connect() error {
	p.conn++
	p.heard = 0
	return p.do(fmt.Sprintf("telnet mx.example.net %d\n", p.port))
}

// ended says that the server has closed the connection: nobody hears what the client says.
func (p *player) ended() bool {
	for _, e := range p.timeline.Trace().Events(0, p.timeline.Seen()) {
		if (e.Kind == trace.KindClosed || e.Kind == trace.KindFin && e.Dir == trace.ToClient) && e.Conn == p.conn {
			return true
		}
	}
	return false
}

// hear writes what the server has said since.
func (p *player) hear() {
	var all []byte
	for _, e := range p.timeline.Trace().Events(0, p.timeline.Seen()) {
		if e.Kind == trace.KindLine && e.Conn == p.conn && e.Dir == trace.ToClient {
			all = append(all, e.Data...)
		}
	}
	for line := range strings.Lines(string(all[p.heard:])) {
		p.out.WriteString("S: " + strings.TrimSuffix(line, "\r\n") + "\n")
	}
	p.heard = len(all)
}

// Write writes a session that a server, of a package and version, has answered anew into its file. What differs from one session to
// the next only stays as it is.
func (s Session) Write(version string) error {
	before, err := os.ReadFile(s.Path)
	if err != nil {
		return err
	}
	text := packageOf.ReplaceAllString(s.Text, "# package: "+version)
	if maskedAll(string(before)) == maskedAll(text) {
		return nil
	}
	return os.WriteFile(s.Path, []byte(text), 0o644)
}

var packageOf = regexp.MustCompile(`(?m)^# package: .*$`)
