package shell

import (
	"bytes"
	"strconv"
	"strings"
)

// What fetchmail exits with.
const (
	fetchOK      = 0
	fetchNoMail  = 1
	fetchSocket  = 2
	fetchAuth    = 3
	fetchSyntax  = 5
	fetchRefused = 10 // the local MTA did not take the mail
)

const fetchVersion = "6.4"

// fetchmail fetches mail by POP3 and hands it to the MTA of its host.
type fetchmail struct {
	config             fetchConfig
	left               []fetchServer // still to be polled
	s                  fetchServer   // that is being polled
	verbose, silent    bool
	checkOnly          bool
	poll               int // how many there have been
	worst              int // exit status so far
	conn               uint32
	address            string
	buffer             []byte // of what the server says, up to its last whole line
	state              fetchState
	count, octets      int
	number             int // of the message in hand
	size               int
	seen               int      // messages that LAST says were read
	ids                []string // by UIDL, from 1
	known              []string // that were fetched before: ~/.fetchids
	message            []byte
	out                fetchOut
	waiting            bool // between two polls
	asking             bool // for a password
	over               bool // QUIT was said
	fetched, delivered int
	wanted             options
	named              []string
}

// fetchState is which reply of the POP3 server is awaited.
type fetchState uint8

const (
	popGreeting fetchState = iota
	popCapa
	popUser
	popPass
	popStat
	popUidl
	popLast
	popList
	popRetr
	popDele
	popQuit
)

// Handle does what fetchmail does.
func (f *fetchmail) Handle(p *Process, e Event) {
	if e.Conn != 0 && e.Conn == f.out.conn {
		f.deliver(p, e)
		return
	}
	switch e.Kind {
	case Start:
		f.start(p)
	case Resolved:
		f.resolved(p, e)
	case Unresolved:
		p.Error("getaddrinfo(\"", f.s.host(), "\",\"pop3\") error: Name or service not known")
		p.Why("shell.why.name", f.s.host())
		f.failed(p, fetchSocket)
	case Refused, Unreachable:
		what := map[EventKind]string{Refused: "Connection refused", Unreachable: "No route to host"}[e.Kind]
		p.Error("connection to ", f.s.host(), ":pop3 [", f.address, "/", strconv.Itoa(f.port()), "] failed: ", what, ".")
		p.Why(map[EventKind]string{Refused: "shell.why.refused", Unreachable: "shell.why.unreachable"}[e.Kind], f.s.host())
		f.failed(p, fetchSocket)
	case Connected:
		f.say(p, "connected.\n")
	case Received:
		if e.Conn == f.conn {
			f.received(p, e.Data)
		}
	case Hangup, Over:
		f.hangup(p, e.Conn)
	case Timer:
		f.timer(p)
	case Input:
		f.typed(p, e.Data)
	case Interrupt:
		p.Error("terminated with signal 2")
		p.Exit(fetchSocket)
	}
}

// say writes what only -v shows.
func (f *fetchmail) say(p *Process, text string) {
	if f.verbose {
		p.Print(text)
	}
}

// tell writes what -s hides.
func (f *fetchmail) tell(p *Process, text string) {
	if !f.silent {
		p.Print(text)
	}
}

const fetchUsage = "usage:  fetchmail [options] [server ...]\n  Options are -V -c -s -v -a -k -K -F -U -u name -p protocol -P port -t seconds -d seconds -f file\n"

func (f *fetchmail) start(p *Process) {
	opts, named, fault := p.options("VcsvakKFUu:p:P:t:d:f:", "version:V", "check:c", "silent:s", "verbose:v", "all:a", "fetchall:a", "keep:k", "nokeep:K",
		"flush:F", "uidl:U", "user==u", "username==u", "proto==p", "protocol==p", "service==P", "timeout==t", "daemon==d", "fetchmailrc==f")
	if fault != "" {
		p.misused(fault, fetchUsage, fetchSyntax)
		return
	}
	f.wanted, f.named = opts, named
	f.verbose, f.silent, f.checkOnly = opts.has("v"), opts.has("s"), opts.has("c")
	if opts.has("V") {
		p.Print("This is fetchmail release ", fetchVersion, "+POP3.\n")
	}
	if !f.configure(p) {
		return
	}
	if opts.has("V") {
		f.describe(p)
		return
	}
	f.recall(p)
	if d, ok := opts.get("d"); ok {
		f.config.daemon, _ = strconv.Atoi(d)
	}
	f.round(p)
}

// configure reads the file and applies the switches to it. Where it cannot go on it says so and ends.
func (f *fetchmail) configure(p *Process) bool {
	path, given := f.wanted.get("f")
	if !given {
		path = p.term.home() + "/.fetchmailrc"
	}
	file, why := p.term.find(p.term.disk(), path)
	f.config = fetchConfig{bounce: true, postmaster: p.User()}
	if why == "" && file.Owner == p.User() {
		if file.Mode&0o077 != 0 {
			p.Error("File ", file.Path, " must have no more than -rwx------ (0700) permissions.")
			p.Why("shell.why.fetchmailrc", file.Path)
			p.Exit(fetchSyntax)
			return false
		}
		text, _ := p.term.read(path)
		var fault string
		if f.config, fault = parseFetchmailrc(file.Path, string(text), p.User()); fault != "" {
			p.Complain(fault + "\n")
			p.Why("shell.why.fetchmailrc", file.Path)
			p.Exit(fetchSyntax)
			return false
		}
	}
	f.choose()
	if len(f.config.servers) == 0 {
		p.Error("no mailservers have been specified.")
		p.Why("shell.why.no-servers", file.Path)
		p.Exit(fetchSyntax)
		return false
	}
	return true
}

// choose takes the servers that were named, one that the file does not know among them, and gives all of them the options
// of the command line.
func (f *fetchmail) choose() {
	var chosen []fetchServer
	for _, name := range f.named {
		found := false
		for _, s := range f.config.servers {
			if s.name == name {
				s.skip, found = false, true
				chosen = append(chosen, s)
			}
		}
		if !found {
			chosen = append(chosen, fetchServer{name: name, proto: "AUTO", local: f.config.postmaster, user: f.config.postmaster, smtpHost: "localhost"})
		}
	}
	if len(f.named) > 0 {
		f.config.servers = chosen
	}
	for i := range f.config.servers {
		s := &f.config.servers[i]
		if s.user == "" {
			s.user = f.config.postmaster
		}
		for _, o := range f.wanted {
			switch o.name {
			case "a":
				s.fetchAll = true
			case "k", "K":
				s.keep = o.name == "k"
			case "F":
				s.flush = true
			case "U":
				s.uidl = true
			case "u":
				s.user = o.value
			case "p":
				s.proto = strings.ToUpper(o.value)
			case "P":
				s.port, _ = portOf(o.value)
			case "t":
				s.timeout, _ = strconv.Atoi(o.value)
			}
		}
	}
}

// describe is -V: what fetchmail would do.
func (f *fetchmail) describe(p *Process) {
	p.Print("Taking options from command line and ", p.term.home(), "/.fetchmailrc\n")
	if f.config.daemon > 0 {
		p.Print("Poll interval is ", strconv.Itoa(f.config.daemon), " seconds\n")
	}
	p.Print("Fetchmail will forward misaddressed multidrop messages to ", f.config.postmaster, ".\n")
	if f.config.bounce {
		p.Print("Fetchmail will direct error mail to the sender.\n")
	} else {
		p.Print("Fetchmail will direct error mail to the postmaster.\n")
	}
	for _, s := range f.config.servers {
		p.Print("Options for retrieving from ", s.user, "@", s.name, ":\n  True name of server is ", s.host(), ".\n")
		if s.skip {
			p.Print("  This host will not be queried when no host is specified.\n")
		}
		if s.password == "" {
			p.Print("  Password will be prompted for.\n")
		} else {
			p.Print("  Password = \"", s.password, "\".\n")
		}
		p.Print("  Protocol is ", s.proto, ".\n")
		yes := func(on bool, dash, what, not string) {
			if !on {
				what = not
			}
			p.Print("  ", what, " (", dash, ").\n")
		}
		yes(s.fetchAll, "--all "+onOff(s.fetchAll), "All messages will be retrieved", "Only new messages will be retrieved")
		yes(s.keep, "--keep "+onOff(s.keep), "Fetched messages will be kept on the server", "Fetched messages will not be kept on the server")
		yes(s.flush, "--flush "+onOff(s.flush), "Old messages will be flushed before message retrieval", "Old messages will not be flushed before message retrieval")
		p.Print("  Messages will be SMTP-forwarded to: ", s.smtpHost, "\n  Single-drop mode: 1 local name recognized.\n")
	}
	p.Exit(fetchOK)
}

func onOff(on bool) string {
	if on {
		return "on"
	}
	return "off"
}

// round polls all servers once.
func (f *fetchmail) round(p *Process) {
	f.poll++
	f.waiting, f.worst = false, fetchNoMail
	f.left = nil
	for _, s := range f.config.servers {
		if !s.skip && (s.interval < 2 || f.poll%s.interval == 1) {
			f.left = append(f.left, s)
		}
	}
	f.next(p)
}

// next polls the next server, or ends the round.
func (f *fetchmail) next(p *Process) {
	if len(f.left) == 0 {
		f.store(p)
		if f.config.daemon > 0 {
			f.waiting = true
			f.say(p, "fetchmail: sleeping at "+f.moment(p)+" for "+strconv.Itoa(f.config.daemon)+" seconds\n")
			p.SetTimer(seconds(f.config.daemon), false)
			return
		}
		f.say(p, "fetchmail: normal termination, status "+strconv.Itoa(f.worst)+"\n")
		p.Exit(f.worst)
		return
	}
	f.s = f.left[0]
	f.left = f.left[1:]
	if f.s.password == "" && !f.asking {
		f.asking = true
		p.Print("Enter password for ", f.s.user, "@", f.s.name, ": ")
		p.Hide(true)
		p.Read(true)
		return
	}
	f.asking = false
	f.begin(p)
}

// typed takes the password.
func (f *fetchmail) typed(p *Process, line []byte) {
	if !f.asking {
		return
	}
	p.Hide(false)
	p.Read(false)
	f.asking = false
	f.s.password = strings.TrimSpace(string(line))
	for i := range f.config.servers {
		if s := &f.config.servers[i]; s.name == f.s.name && s.user == f.s.user {
			s.password = f.s.password
		}
	}
	f.begin(p)
}

// begin connects to the server.
func (f *fetchmail) begin(p *Process) {
	switch f.s.proto {
	case "POP3", "AUTO":
	default:
		p.Error(f.s.proto, " support is not configured.")
		p.Why("shell.why.protocol", f.s.proto)
		f.worst = fetchSyntax
		f.next(p)
		return
	}
	f.say(p, "fetchmail: "+fetchVersion+" querying "+f.s.name+" (protocol POP3) at "+f.moment(p)+": poll started\n")
	f.state, f.buffer, f.message, f.ids, f.number, f.over = popGreeting, nil, nil, nil, 0, false
	f.fetched, f.delivered, f.seen = 0, 0, 0
	p.Resolve(f.s.host())
}

func (f *fetchmail) moment(p *Process) string { return p.Date().Format("Mon Jan _2 15:04:05 2006") }

func (f *fetchmail) port() int {
	if f.s.port > 0 {
		return f.s.port
	}
	return 110
}

func (f *fetchmail) resolved(p *Process, e Event) {
	if f.out.resolving {
		f.out.resolving = false
		f.out.conn = p.Connect(e.Host, 25, false)
		return
	}
	f.address = e.Address
	f.say(p, "Trying to connect to "+e.Address+"/"+strconv.Itoa(f.port())+"...")
	f.conn = p.Connect(e.Host, f.port(), false)
	timeout := 300
	if f.s.timeout > 0 {
		timeout = f.s.timeout
	}
	p.SetTimer(seconds(timeout), false)
}

// timer is the end of a pause between polls, or of patience with a server.
func (f *fetchmail) timer(p *Process) {
	if f.waiting {
		f.round(p)
		return
	}
	p.Error("timeout after ", strconv.Itoa(max(f.s.timeout, 300*boolToInt(f.s.timeout == 0))), " seconds waiting for server ", f.s.name, ".")
	p.Why("shell.why.unreachable", f.s.name)
	f.failed(p, fetchSocket)
}

// failed ends the poll of a server.
func (f *fetchmail) failed(p *Process, status int) {
	if f.conn != 0 {
		p.Env().Break(f.conn)
		f.conn = 0
	}
	f.worst = status
	p.StopTimer()
	if f.verbose || status != fetchAuth {
		p.Error("Query status=", strconv.Itoa(status), map[int]string{fetchSocket: " (SOCKET)", fetchAuth: " (AUTHFAIL)", fetchRefused: " (SMTP)"}[status])
	}
	f.next(p)
}

// hangup is the end of a connection: as it should be after QUIT, too early before.
func (f *fetchmail) hangup(p *Process, conn uint32) {
	if conn != f.conn || conn == 0 {
		return
	}
	f.conn = 0
	p.StopTimer()
	if f.over {
		if f.out.conn != 0 {
			f.smtp(p, outIdle, "QUIT")
			f.out = fetchOut{}
		}
		f.say(p, "fetchmail: "+fetchVersion+" querying "+f.s.name+" (protocol POP3) at "+f.moment(p)+": poll completed\n")
		f.next(p)
		return
	}
	p.Error("socket error while fetching from ", f.s.user, "@", f.s.name)
	p.Why("shell.why.hangup", f.s.name)
	f.failed(p, fetchSocket)
}

// received cuts what the server says into lines.
func (f *fetchmail) received(p *Process, data []byte) {
	f.buffer = append(f.buffer, data...)
	for !p.exited && f.conn != 0 {
		line, rest, ok := bytes.Cut(f.buffer, []byte("\r\n"))
		if !ok {
			return
		}
		f.buffer = rest
		f.line(p, string(line))
	}
}

// Copy returns an independent copy.
func (f *fetchmail) Copy() Tool {
	c := *f
	c.buffer, c.message = bytes.Clone(f.buffer), bytes.Clone(f.message)
	c.out.buffer = bytes.Clone(f.out.buffer)
	c.config.servers = append([]fetchServer(nil), f.config.servers...)
	c.ids = append([]string(nil), f.ids...)
	c.known = append([]string(nil), f.known...)
	return &c
}
