package shell

import (
	"slices"
	"strconv"
	"strings"

	"ehlo/sim/files"
)

// fetchmailconf writes ~/.fetchmailrc from what somebody answers: which servers, which users of each, and how. It can ask
// a server which protocols it speaks.
type fetchmailconf struct {
	config fetchConfig
	s      fetchServer // that is being described
	at     int         // its place in the file, or behind all
	asks   confAsks
	probe  confProbe
}

// confAsks is what the next line answers.
type confAsks uint8

const (
	askMenu confAsks = iota
	askInterval
	askHost
	askProbe
	askProtocol
	askUser
	askPassword
	askLocal
	askDelete
	askOld
	askSave
)

// confProbe is how far the question which protocols a server offers has come.
type confProbe struct {
	ports   []int
	conn    uint32
	host    string
	heard   string
	offered []string
}

// probed are the ports that are tried, in order.
var probed = []int{143, 110, 109}

// Handle asks and notes the answers.
func (f *fetchmailconf) Handle(p *Process, e Event) {
	switch e.Kind {
	case Start:
		f.start(p)
	case Input:
		p.Hide(false)
		f.answer(p, strings.TrimSpace(string(e.Data)))
	case EOF, Interrupt:
		p.Exit(1)
	case Resolved:
		f.probe.host = e.Host
		f.nextPort(p)
	case Unresolved:
		p.Print("There is no host ", f.s.name, ".\n")
		p.Why("shell.why.name", f.s.name)
		f.ask(p, askProtocol)
	case Received:
		f.probe.heard += string(e.Data)
		if line, _, ok := strings.Cut(f.probe.heard, "\r\n"); ok {
			f.spoken(p, line)
		}
	case Refused, Unreachable, Over, Timer:
		if e.Kind == Timer || e.Conn == f.probe.conn && f.probe.conn != 0 {
			f.spoken(p, "")
		}
	}
}

func (f *fetchmailconf) start(p *Process) {
	path := p.term.home() + "/.fetchmailrc"
	f.config = fetchConfig{bounce: true, postmaster: p.User()}
	if text, why := p.term.read(path); why == "" {
		config, fault := parseFetchmailrc(path, string(text), f.config)
		if fault != "" {
			p.Complain(fault + "\n")
			p.Why("shell.why.fetchmailrc", path)
			p.Exit(1)
			return
		}
		f.config = config
	}
	p.Print("Fetchmail novice configurator\n")
	p.Read(true)
	f.menu(p)
}

// menu shows what there is, and asks what to do.
func (f *fetchmailconf) menu(p *Process) {
	p.Print("\nPoll interval: ", strconv.Itoa(f.config.daemon), "\nHosts to be polled:\n")
	for i := range f.config.servers {
		s := &f.config.servers[i]
		p.Print("  ", strconv.Itoa(i+1), ". ", s.name, " (", s.proto, ", ", s.user, ")\n")
	}
	f.asks = askMenu
	p.Print("n new, e NUMBER edit, d NUMBER delete, i interval, s save, q quit: ")
}

// ask asks for one thing; what stands in brackets is taken where nothing is typed.
func (f *fetchmailconf) ask(p *Process, what confAsks) {
	f.asks = what
	yes := map[bool]string{true: "y", false: "n"}
	local := p.User()
	if len(f.s.names) > 0 {
		local = f.s.names[0].here
	}
	switch what {
	case askInterval:
		p.Print("Poll interval in seconds, 0 for none [", strconv.Itoa(f.config.daemon), "]: ")
	case askHost:
		p.Print("Host to be polled: ")
	case askProbe:
		p.Print("Probe for supported protocols [y]: ")
	case askProtocol:
		p.Print("Protocol: auto, POP3, APOP, IMAP or ETRN [", f.s.proto, "]: ")
	case askUser:
		p.Print("User on ", f.s.name, " [", f.s.user, "]: ")
	case askPassword:
		p.Print("Password: ")
		p.Hide(true)
	case askLocal:
		p.Print("Local name [", local, "]: ")
	case askDelete:
		p.Print("Delete messages from the server after fetching [", yes[!f.s.keep], "]: ")
	case askOld:
		p.Print("Fetch old messages as well as new [", yes[f.s.fetchAll], "]: ")
	case askSave:
		p.Print("Leave without saving [n]: ")
	}
}

// answer takes a line.
func (f *fetchmailconf) answer(p *Process, line string) {
	yes := strings.HasPrefix(strings.ToLower(line), "y")
	switch f.asks {
	case askMenu:
		f.choose(p, line)
	case askInterval:
		if n, err := strconv.Atoi(line); err == nil {
			f.config.daemon = n
		}
		f.menu(p)
	case askHost:
		if line == "" {
			f.menu(p)
			return
		}
		f.s.name = strings.ToLower(line)
		f.ask(p, askProbe)
	case askProbe:
		if line == "" || yes {
			f.begin(p)
			return
		}
		f.ask(p, askProtocol)
	case askProtocol:
		if line = strings.ToUpper(line); slices.Contains([]string{"AUTO", "POP3", "APOP", "IMAP", "ETRN"}, line) {
			f.s.proto = line
		} else if line != "" {
			f.ask(p, askProtocol)
			return
		}
		f.ask(p, askUser)
	case askUser:
		if line != "" {
			f.s.user = line
		}
		f.ask(p, askPassword)
	case askPassword:
		if line != "" {
			f.s.password = line
		}
		f.ask(p, askLocal)
	case askLocal:
		if line != "" || len(f.s.names) == 0 {
			if line == "" {
				line = p.User()
			}
			f.s.names = []fetchName{{line, line}}
		}
		f.ask(p, askDelete)
	case askDelete:
		if line != "" {
			f.s.keep = !yes
		}
		f.ask(p, askOld)
	case askOld:
		if line != "" {
			f.s.fetchAll = yes
		}
		f.s.uidl = f.s.keep && f.s.proto != "IMAP" // what stays is told apart by UIDL
		f.config.servers = append(f.config.servers[:f.at:f.at], append([]fetchServer{f.s}, f.config.servers[min(f.at+1, len(f.config.servers)):]...)...)
		f.menu(p)
	case askSave:
		if yes {
			p.Why("", "") // of a probe before
			p.Exit(0)
			return
		}
		f.menu(p)
	}
}

// choose does what the menu offers.
func (f *fetchmailconf) choose(p *Process, line string) {
	word, rest, _ := strings.Cut(line, " ")
	n, _ := strconv.Atoi(rest)
	there := n >= 1 && n <= len(f.config.servers)
	switch {
	case word == "n":
		f.s, f.at = newFetchServer(""), len(f.config.servers)
		f.s.user = p.User()
		f.ask(p, askHost)
	case word == "e" && there:
		f.s, f.at = f.config.servers[n-1], n-1
		f.ask(p, askProbe)
	case word == "d" && there:
		f.config.servers = slices.Delete(slices.Clone(f.config.servers), n-1, n)
		f.menu(p)
	case word == "i":
		f.ask(p, askInterval)
	case word == "s":
		f.save(p)
	case word == "q":
		f.ask(p, askSave)
	default:
		f.menu(p)
	}
}

// begin asks the server which protocols it speaks.
func (f *fetchmailconf) begin(p *Process) {
	f.probe = confProbe{ports: probed}
	p.Print("Probing ", f.s.name, " ...\n")
	p.Resolve(f.s.host())
}

func (f *fetchmailconf) nextPort(p *Process) {
	f.probe.conn, f.probe.heard = 0, ""
	if len(f.probe.ports) == 0 {
		p.StopTimer()
		if len(f.probe.offered) > 0 {
			f.s.proto = f.probe.offered[0]
		}
		f.ask(p, askProtocol)
		return
	}
	f.probe.conn = p.Connect(f.probe.host, f.probe.ports[0], false)
	p.SetTimer(seconds(30), true)
}

// spoken takes the greeting at a port, "" for none.
func (f *fetchmailconf) spoken(p *Process, greeting string) {
	name := map[int]string{143: "IMAP", 110: "POP3", 109: "POP2"}[f.probe.ports[0]]
	conn := f.probe.conn
	f.probe.ports, f.probe.conn = f.probe.ports[1:], 0
	if greeting == "" {
		p.Print("  ", name, ": no\n")
	} else {
		p.Print("  ", name, ": yes (", greeting, ")\n")
		p.Env().Break(conn)
		if name == "POP3" && strings.Contains(greeting, "<") && strings.Contains(greeting, "@") {
			p.Print("  APOP: yes, the greeting has a timestamp\n")
		}
		if name != "POP2" { // which fetchmail does not speak here
			f.probe.offered = append(f.probe.offered, name)
		}
	}
	f.nextPort(p)
}

// save writes the file, for its owner alone.
func (f *fetchmailconf) save(p *Process) {
	path := p.term.home() + "/.fetchmailrc"
	if why := p.term.write(path, []byte(f.config.text()), false); why != "" {
		p.Error(path, ": ", why)
		p.Why("shell.why.file", path)
		p.Exit(1)
		return
	}
	if file, ok := p.term.disk().Stat(path); ok {
		file.Mode = files.Private
		p.Env().Machine().WriteFile(file)
	}
	p.Print(path, " is written.\n")
	p.Why("", "")
	p.Exit(0)
}

// text is the configuration as a file.
func (c *fetchConfig) text() string {
	var b strings.Builder
	b.WriteString("# Configuration created by fetchmailconf\nset postmaster \"" + c.postmaster + "\"\n")
	if c.bounce {
		b.WriteString("set bouncemail\n")
	} else {
		b.WriteString("set no bouncemail\n")
	}
	b.WriteString("set properties \"" + c.properties + "\"\n")
	if c.daemon > 0 {
		b.WriteString("set daemon " + strconv.Itoa(c.daemon) + "\n")
	}
	for i := range c.servers {
		b.WriteString(c.servers[i].text())
	}
	return b.String()
}

// text is a server as it stands in a file.
func (s *fetchServer) text() string {
	var b strings.Builder
	word := map[bool]string{true: "skip ", false: "poll "}[s.skip]
	b.WriteString(word + s.name)
	if s.via != "" {
		b.WriteString(" via " + s.via)
	}
	b.WriteString(" with proto " + s.proto)
	if s.port > 0 {
		b.WriteString(" port " + strconv.Itoa(s.port))
	}
	if s.uidl {
		b.WriteString(" uidl")
	}
	if s.envelope != "" {
		b.WriteString(" envelope \"" + s.envelope + "\"")
	}
	if len(s.domains) > 0 {
		b.WriteString(" localdomains " + strings.Join(s.domains, " "))
	}
	b.WriteString("\n       user '" + s.user + "' there with password '" + s.password + "' is")
	for _, n := range s.names {
		b.WriteString(" '" + n.there + "'")
		if n.here != n.there {
			b.WriteString("='" + n.here + "'")
		}
	}
	if s.anybody || len(s.names) == 0 {
		b.WriteString(" *")
	}
	b.WriteString(" here")
	for _, o := range []struct {
		on   bool
		word string
	}{{s.keep, "keep"}, {s.fetchAll, "fetchall"}, {s.flush, "flush"}, {s.ssl, "ssl"}} {
		if o.on {
			b.WriteString(" " + o.word)
		}
	}
	b.WriteString("\n")
	return b.String()
}

// Copy returns an independent copy.
func (f *fetchmailconf) Copy() Tool {
	c := *f
	c.config.servers = slices.Clone(f.config.servers)
	c.probe.offered = slices.Clone(f.probe.offered)
	return &c
}
