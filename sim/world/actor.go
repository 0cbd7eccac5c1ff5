package world

import (
	"strconv"
	"strings"

	"ehlo/sim/machine"
	"ehlo/sim/toml"
)

// The kinds of actor.
const (
	Reader  = "reader"  // a mail program that fetches a user's mail now and then
	Writer  = "writer"  // one that sends a message now and then, to one after the other
	Spammer = "spammer" // one that sends a message to all at once
	DialUp  = "dial-up" // a line that is up only now and then
)

var actorKinds = []string{Reader, Writer, Spammer, DialUp}

// actor reads one [[actor]].
func (p *parser) actor(s *toml.Section) {
	var a Actor
	var at toml.Span
	a.Kind, at = p.choice(s, "kind", `kind = "reader"`, "world.bad-actor", true, actorKinds)
	known := at.Exists()
	a.Name, _ = p.words(s, "name", `name = "bob's mail program"`, false)
	a.Host, at = s.Text("host", `host = "desk.example.net"`, true)
	a.Host = strings.ToLower(a.Host)
	p.reference(at, "actor.host", "world.unknown-host", a.Host, p.hosts)
	if a.Every, at = p.duration(s, "every", `every = "10m"`, true); at.Exists() && a.Every < minEvery {
		p.Report(at, "actor.every", "world.bad-every", machine.Args{})
	}
	a.First, at = p.duration(s, "first", `first = "1m"`, false)
	if !at.Exists() {
		a.First = a.Every
	}
	a.Jitter, _ = p.duration(s, "jitter", `jitter = "30s"`, false)
	a.Until, _ = p.duration(s, "until", `until = "2d"`, false)
	switch {
	case a.Kind == Reader:
		a.Protocol, _ = p.choice(s, "protocol", `protocol = "pop3"`, "world.bad-protocol", true, []string{"pop3", "imap"})
		p.server(s, &a, DefaultPort(a.Protocol, "", NoTLS))
		a.User, _ = p.words(s, "user", `user = "bob"`, true)
		a.Password, _ = s.Text("password", `password = "plover"`, true)
		a.Delete, _ = s.Bool("delete", "delete = true", false)
		if a.Protocol == "imap" {
			a.Idle, _ = s.Bool("idle", "idle = true", false)
			a.KeepSent, _ = s.Bool("keep-sent", "keep-sent = true", false)
		}
	case a.Kind == Writer || a.Kind == Spammer:
		p.server(s, &a, 25)
		a.User = p.mailAddress(s, "from", `from = "bob@example.net"`)
		a.To = p.mailAddresses(s, "to", `to = ["alice@example.org"]`)
		a.Subject, _ = p.words(s, "subject", `subject = "News"`, false)
	case a.Kind == DialUp:
		a.Server, at = s.Text("server", `server = "mail.example.net"`, true)
		a.Server = strings.ToLower(a.Server)
		if at.Exists() {
			p.linked = append(p.linked, reference{at: at, key: "actor.server", name: pairOf(a.Host, a.Server)})
		}
		a.For, _ = p.duration(s, "for", `for = "10m"`, true)
		fetch, at := s.Text("fetch", `fetch = "example.net"`, false)
		a.Fetch = strings.ToLower(fetch)
		p.reference(at, "actor.fetch", "world.unknown-domain", a.Fetch, p.domains)
	}
	if known {
		s.Done()
	}
	p.def.Actors = append(p.def.Actors, a)
}

// minEvery keeps an actor from filling a world.
const minEvery = 1e9 // a second

// server reads the host, and where the file says so the port, to which an actor connects.
func (p *parser) server(s *toml.Section, a *Actor, port int) {
	text, at := s.Text("server", `server = "mx.example.net"`, true)
	name, number, found := strings.Cut(strings.ToLower(text), ":")
	if n, err := strconv.Atoi(number); found && (err != nil || n < 1 || n > 65535) {
		p.Report(at, "actor.server", "world.bad-port", machine.Args{"port": toml.Shorten(number)})
	} else if found {
		port = n
	}
	p.reference(at, "actor.server", "world.unknown-host", name, p.hosts)
	a.Server = name + ":" + strconv.Itoa(port)
}

// mailAddress reads a mail address, of this world or not.
func (p *parser) mailAddress(s *toml.Section, name, example string) string {
	text, at := s.Text(name, example, true)
	local, domain, ok := cutAddress(text)
	if at.Exists() && !ok {
		p.Report(at, s.Key(name), "world.bad-mail-address", machine.Args{"address": toml.Shorten(text)})
	}
	return local + "@" + domain
}

func (p *parser) mailAddresses(s *toml.Section, name, example string) []string {
	texts, places := s.Texts(name, example, true)
	for i, text := range texts {
		local, domain, ok := cutAddress(text)
		if texts[i] = local + "@" + domain; !ok {
			p.Report(places[i], s.Key(name), "world.bad-mail-address", machine.Args{"address": toml.Shorten(text)})
		}
	}
	return texts
}
