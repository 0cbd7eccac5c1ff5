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
	Persona string // whose it is
	Text    string // remarks, what the client says (C:) and the server answers (S:), line by line; after "# closed" the client connects anew
}

var personaOf = regexp.MustCompile(`(?m)^# persona: (\S+)$`)

// Read reads the sessions whose files match a pattern, in the order of their names.
func Read(pattern string) ([]Session, error) {
	paths, err := filepath.Glob(pattern)
	if err != nil {
		return nil, err
	}
	sessions := make([]Session, 0, len(paths))
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		name := personaOf.FindSubmatch(text)
		if name == nil {
			return nil, fmt.Errorf("%s names no persona", path)
		}
		sessions = append(sessions, Session{path, string(name[1]), string(text)})
	}
	return sessions, nil
}

// Play is the session as the simulated server makes it: what the client says, and the remarks, stay.
func (s Session) Play() (string, error) {
	all := personas.All()
	i := slices.IndexFunc(all, func(p *persona.Persona) bool { return p.Name == s.Persona })
	if i < 0 {
		return "", fmt.Errorf("%s: there is no persona %s", s.Path, s.Persona)
	}
	def, err := world.Parse("recorded", fmt.Appendf(nil, host, all[i].Protocol, s.Persona), all...)
	if err != nil {
		return "", err
	}
	tl, err := sim.NewTimeline(def)
	if err != nil {
		return "", err
	}
	p := &player{Player: script.NewPlayer("recorded", tl), timeline: tl, port: ports[all[i].Protocol]}
	if err := p.connect(); err != nil {
		return "", err
	}
	for line := range strings.Lines(s.Text) {
		said, isClient := strings.CutPrefix(line, "C: ")
		switch {
		case isClient:
			p.hear()
			p.out.WriteString(line)
			err = p.do("> " + said)
		case line == "# closed\n":
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

// hear writes what the server has said since.
func (p *player) hear() {
	var all []byte
	for _, e := range p.timeline.Trace().Events(0, p.timeline.Seen()) {
		if e.Kind == trace.KindSegment && e.Conn == p.conn && e.Dir == trace.ToClient {
			all = append(all, e.Data...)
		}
	}
	for line := range strings.Lines(string(all[p.heard:])) {
		p.out.WriteString("S: " + strings.TrimSuffix(line, "\r\n") + "\n")
	}
	p.heard = len(all)
}
