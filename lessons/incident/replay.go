package incident

import (
	"bytes"
	"encoding/base64"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"ehlo/lessons/overhear"
	"ehlo/sim/machine"
	"ehlo/sim/paste"
	"ehlo/sim/sasl"
	"ehlo/sim/trace"
	"ehlo/sim/world"
)

// Replay is a world in which the incident happens again.
type Replay struct {
	World   string         // a world file
	Script  string         // an input script: what the clients said
	Assumed []machine.Note // what is not in the incident, and what stands in its place
}

// World makes a world of the incident. It is made to be shared: no password of the incident is in it. The error is a
// [*paste.Error]: what there is is not enough.
func (in *Incident) World() (Replay, error) {
	for _, voiced := range []bool{true, false} {
		b := &builder{gone: map[string]bool{}}
		switch in.Kind {
		case Session, Capture:
			b.sessions(in, voiced)
		case Header:
			b.chain(in)
		default:
			b.mail(in)
		}
		if b.script.Len() == 0 {
			return Replay{}, &paste.Error{ID: "incident.no-world." + string(in.Kind)}
		}
		if b.script.Len() > maxScript {
			return Replay{}, &paste.Error{ID: "incident.world-too-large", Args: machine.Args{"limit": strconv.Itoa(maxScript)}}
		}
		b.assume("passwords")
		if !voiced {
			b.assume("words")
		}
		script := []byte(b.script.String())
		maskLoose(script)
		for i := range b.letters {
			text := []byte(b.letters[i].text)
			maskLoose(text)
			b.letters[i].text = string(text)
		}
		file := b.world("Replay of an incident")
		if _, err := world.Parse("incident", []byte(file)); err == nil {
			return Replay{file, string(script), b.assumed}, nil
		} else if !voiced || in.Kind != Session && in.Kind != Capture {
			return Replay{}, &paste.Error{ID: "incident.no-world." + string(in.Kind)}
		}
	}
	return Replay{}, &paste.Error{ID: "incident.no-world." + string(in.Kind)}
}

// maxSessions is how many conversations a world replays.
const maxSessions = 20

// sessions replays conversations: each with the host that opened it and the host that answered. With voiced the server says what it
// said, in its own words.
func (b *builder) sessions(in *Incident, voiced bool) {
	servers := map[string]bool{}
	for i := range in.Parts {
		if c := in.Parts[i].Conversation; c != nil {
			servers[serverName(c)] = true
		}
	}
	for _, relayed := range []bool{true, false} {
		b.some(in, voiced, relayed, servers)
	}
}

// some replays the conversations that a server opened to hand a message on, or the others. Of the first it takes what stands at the other end
// only: the world's own server says the rest.
func (b *builder) some(in *Incident, voiced, relayed bool, servers map[string]bool) {
	done := 0
	for i := range in.Parts {
		c := in.Parts[i].Conversation
		if c == nil || relayed != (clientName(c) != "" && servers[clientName(c)]) || !slices.ContainsFunc(c.Lines, func(l paste.Line) bool { return l.Dir == trace.ToServer }) {
			continue
		}
		if done++; done > maxSessions {
			b.assume("more-sessions", "n", strconv.Itoa(maxSessions))
			return
		}
		f := flow{}
		if in.Kind == Capture {
			if f = in.flows[i]; !f.whole {
				b.assume("incomplete")
			}
		}
		if len(in.Parts[i].Entries) > 0 {
			b.assume("sealed")
		}
		b.session(c, f, voiced, relayed)
	}
}

// session is one conversation as it becomes part of a world.
type session struct {
	*paste.Conversation
	client, server *place
	logins         []user
	in             bool // somebody logged in
}

func (b *builder) session(c *paste.Conversation, f flow, voiced, relayed bool) {
	s := session{Conversation: c, logins: usersOf(c.Protocol, c.Lines)}
	s.in = slices.ContainsFunc(s.logins, func(u user) bool { return u.ok })
	role := "mta"
	if c.Protocol != "smtp" {
		role = "mailbox"
	}
	s.server = b.host(first(serverName(c), nameOnly(f.server)), f.serverAddress, role)
	name := first(clientName(c), nameOnly(f.client))
	if s.server != nil && strings.EqualFold(name, s.server.name) {
		name = ""
	}
	kind := "mua"
	if relayed {
		kind = "mta"
	}
	if s.client = b.host(name, f.clientAddress, kind); s.client == nil || s.server == nil || s.client == s.server {
		b.assume("more-hosts")
		return
	}
	if !relayed && !slices.ContainsFunc(b.places, func(p *place) bool { return p.you }) {
		s.client.you = true
	}
	b.link(s.client.name, s.server.name)
	v := s.service(f)
	if voiced {
		v.persona = b.voice(&s)
	}
	s.server.listens(v)
	if relayed && v.port != 25 { // where the world's servers look for each other
		v.port = 25
		s.server.listens(v)
	}
	b.mailboxes(&s)
	if relayed {
		return
	}
	b.line("at ", s.client.name)
	b.line("telnet ", s.server.name, " ", strconv.Itoa(v.port))
	b.replayed(&s)
}

// first is the first text that is not empty.
func first(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}

// nameOnly is a name, "" where it is an address.
func nameOnly(s string) string {
	if isDomain(s) {
		return s
	}
	return ""
}

var dotted = regexp.MustCompile(`(?:[A-Za-z0-9][A-Za-z0-9-]*\.)+[A-Za-z][A-Za-z0-9-]*`)

// serverName is what a server calls itself when it greets, or in its answer to EHLO.
func serverName(s *paste.Conversation) string {
	for _, l := range s.Lines[:min(len(s.Lines), 6)] {
		if l.Dir != trace.ToClient || l.Class != trace.ClassGreeting && l.Verb != "EHLO" && l.Verb != "HELO" {
			continue
		}
		text := l.Data[len(coded.Find(l.Data)):]
		if name := dotted.Find(text); name != nil && isDomain(string(name)) {
			return string(name)
		}
	}
	return ""
}

// clientName is what a client calls itself.
func clientName(c *paste.Conversation) string {
	for _, l := range c.Lines {
		if l.Dir == trace.ToServer && (l.Verb == "EHLO" || l.Verb == "HELO") {
			if words := strings.Fields(string(l.Data)); len(words) > 1 && isDomain(words[1]) && strings.Contains(words[1], ".") {
				return words[1]
			}
		}
	}
	return ""
}

// service is what listened: its port, and whether it began TLS and took logins.
func (s *session) service(f flow) service {
	v := service{protocol: s.Protocol, port: f.port}
	tls := false
	for _, l := range s.Lines {
		tls = tls || l.Dir == trace.ToClient && (l.Verb == "STARTTLS" || l.Verb == "STLS") && l.Class == trace.ClassOK
		if l.Dir == trace.ToClient {
			v.offers(l.Data)
		}
	}
	if tls { // a server that only offers it would take no password outside of it
		v.tls = "starttls"
	}
	if v.port == 0 {
		v.port = map[string]int{"smtp": 25, "pop3": 110, "imap": 143}[s.Protocol]
		if s.Protocol == "smtp" && s.in {
			v.port = 587
		}
	}
	if s.Protocol == "smtp" && s.in {
		v.role = "submission"
	}
	if len(s.logins) > 0 && s.Protocol == "smtp" || len(v.auth) > 0 {
		for _, m := range []string{"PLAIN", "LOGIN"} {
			if !slices.Contains(v.auth, m) {
				v.auth = append(v.auth, m)
			}
		}
	}
	return v
}

// offers notes the mechanisms that a line of a server offers, of those that are known here.
func (v *service) offers(line []byte) {
	text := strings.ToUpper(string(line))
	if !strings.Contains(text, "AUTH") && !strings.HasPrefix(text, "SASL ") {
		return
	}
	for _, m := range sasl.All.Mechanisms() {
		name := m.String()
		if i := strings.Index(text, name); i > 0 && (text[i-1] == ' ' || text[i-1] == '=') && !slices.Contains(v.auth, name) {
			v.auth = append(v.auth, name)
		}
	}
}

// voice drafts a persona of what the server said, and returns its name.
func (b *builder) voice(s *session) string {
	var events []trace.Event
	lines, _ := maskedLines(s.Conversation)
	for _, l := range lines {
		events = append(events, trace.Event{Kind: trace.KindLine, Dir: l.Dir, Data: l.Data, Label: l.Label, Verb: l.Verb, Class: l.Class, State: l.State, Next: l.Next})
	}
	name := "recorded-" + strconv.Itoa(len(b.voices)+1)
	var table strings.Builder
	table.WriteString("[persona." + name + "]\n")
	for line := range strings.Lines(overhear.Draft(s.server.name, s.Protocol, events)) {
		switch {
		case strings.HasPrefix(line, "#"):
		case strings.HasPrefix(line, "[replies"):
			table.WriteString("[persona." + name + "." + line[1:])
		default:
			table.WriteString(line)
		}
	}
	b.voices = append(b.voices, table.String())
	return name
}

// replayed writes what the client said. Passwords are others, and a login that answers a challenge becomes one with a password.
func (b *builder) replayed(s *session) {
	logins := s.logins
	login := false // its responses are written already
	lines, _ := maskedLines(s.Conversation)
	for _, l := range lines {
		if l.Dir == trace.ToClient {
			if l.Class == trace.ClassOK || l.Class == trace.ClassTransient || l.Class == trace.ClassPermanent {
				login = false
			}
			continue
		}
		if b.script.Len() > maxScript {
			return
		}
		command := l.Class == trace.ClassCommand
		switch {
		case command && (l.Verb == "AUTH" || l.Verb == "AUTHENTICATE" || l.Verb == "APOP" || l.Verb == "LOGIN" && s.Protocol == "imap" || l.Verb == "PASS") && len(logins) > 0:
			b.login(s, l, logins[0])
			login = l.Verb == "AUTH" || l.Verb == "AUTHENTICATE" || l.Verb == "LOGIN"
			logins = logins[1:]
		case login:
		default:
			for row := range bytes.Lines(l.Data) {
				b.says(row)
			}
		}
	}
}

// login writes a login with a password that is filled.
func (b *builder) login(s *session, l paste.Line, u user) {
	tag, _, _ := strings.Cut(string(l.Data), " ")
	password := filled
	if !u.ok {
		password = refused
		b.assume("refused-login")
	}
	encode := func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }
	plain := encode("\x00" + u.name + "\x00" + password)
	words := strings.Fields(strings.ToUpper(string(l.Data)))
	switch {
	case l.Verb == "PASS":
		b.line("> PASS ", password)
	case l.Verb == "APOP":
		b.assume("challenge")
		b.line("> USER ", u.name)
		b.line("> PASS ", password)
	case l.Verb == "LOGIN":
		b.line("> ", tag, " LOGIN ", atom(u.name), " ", password)
	default:
		command := "> AUTH "
		if l.Verb == "AUTHENTICATE" {
			command = "> " + tag + " AUTHENTICATE "
		}
		if slices.Contains(words, "LOGIN") {
			b.line(command, "LOGIN")
			b.line("> ", encode(u.name))
			b.line("> ", encode(password))
			return
		}
		if !slices.Contains(words, "PLAIN") {
			b.assume("challenge")
		}
		b.line(command, "PLAIN")
		b.line("> ", plain)
	}
}

// atom is a name as IMAP takes it, between quotes where it is more than letters, digits and dots.
func atom(s string) string {
	if strings.ContainsFunc(s, func(r rune) bool { return r > 0x7E || !isKey(byte(r)) && r != '.' && r != '@' }) {
		return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
	}
	return s
}

// What stands in the place of a password that the server took, and of one that it refused.
const filled, refused = "xxxxxxxx", "yyyyyyyy"
