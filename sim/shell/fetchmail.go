package shell

import (
	"bytes"
	"slices"
	"strconv"
	"strings"

	"ehlo/sim/imap"
	"ehlo/sim/pop3"
)

// What fetchmail exits with.
const (
	fetchOK       = 0
	fetchNoMail   = 1
	fetchSocket   = 2
	fetchAuth     = 3
	fetchProtocol = 4
	fetchSyntax   = 5
	fetchRefused  = 10 // the local MTA did not take the mail
)

// fetchStatus is how -v names a status.
var fetchStatus = map[int]string{fetchOK: "SUCCESS", fetchNoMail: "NOMAIL", fetchSocket: "SOCKET", fetchAuth: "AUTHFAIL", fetchProtocol: "PROTOCOL",
	fetchSyntax: "SYNTAX", fetchRefused: "SMTP"}

// fetchmail fetches mail by POP3 or IMAP and hands it to the MTA of its host, or asks a server by ETRN to send it.
type fetchmail struct {
	config          fetchConfig
	left            []fetchServer // still to be polled
	s               fetchServer   // that is being polled
	probes          []string      // protocols that are still to be tried where none is named
	year            int           // of the world: each time has its fetchmail
	old             bool          // it is one of before 2000, which says and does less
	verbose, silent bool
	checkOnly       bool
	poll            int // how many there have been
	worst           int // exit status so far
	wanted          options
	named           []string
	waiting         bool // between two polls
	asking          bool // for a password

	conn        uint32
	address     string
	secure      bool // inside TLS
	top         bool // the server offers TOP
	status      int  // of this poll, where it ends in good order but without success
	over        bool // QUIT was said
	tap         fetchTap
	pop         *pop3.Client
	imap        *imap.Client
	etrn        etrnState
	etrnOffered bool

	folder  string // by IMAP, that is selected
	folders int    // that were selected
	gone    int    // messages that were expunged of it
	count   int
	octets  int64
	fetched int // in this poll of the server
	box     []fetchMessage
	number  int // of the message in hand, from 1
	message []byte
	out     fetchOut
	known   []string // that were fetched before: ~/.fetchids
}

// fetchMessage is what is known of a message at the server.
type fetchMessage struct {
	size int64
	old  bool
	id   string // by UIDL
}

// Handle does what fetchmail does.
func (f *fetchmail) Handle(p *Process, e Event) {
	f.handle(p, e)
	f.pump(p)
}

func (f *fetchmail) handle(p *Process, e Event) {
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
		p.Error("getaddrinfo(\"", f.s.host(), "\",\"", f.service(), "\") error: Name or service not known")
		p.Why("shell.why.name", f.s.host())
		f.failed(p, fetchSocket)
	case Refused, Unreachable:
		what := map[EventKind]string{Refused: "Connection refused", Unreachable: "No route to host"}[e.Kind]
		f.say(p, "connection failed.\n")
		p.Error("connection to ", f.s.host(), ":", f.service(), " [", f.address, "/", strconv.Itoa(f.port()), "] failed: ", what, ".")
		p.Why(map[EventKind]string{Refused: "shell.why.refused", Unreachable: "shell.why.unreachable"}[e.Kind], f.s.host())
		f.conn = 0
		f.failed(p, fetchSocket)
	case Connected:
		f.connected(p)
	case Secured:
		f.secured(p, e.TLS)
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

const fetchUsage = "usage:  fetchmail [options] [server ...]\n  Options are -V -c -s -v -a -k -K -F -U -N -q -u name -p protocol -P port -t seconds -d seconds -f file\n" +
	"  -r folder -l octets -B count -e count -S host -D domain -i file -E header -Q prefix --ssl --sslproto name --auth type --postmaster name --bouncemail --nobouncemail\n"

func (f *fetchmail) start(p *Process) {
	opts, named, fault := p.options("VcsvakKFUNqu:p:P:t:d:f:r:l:B:e:S:D:i:E:Q:", "version:V", "check:c", "silent:s", "verbose:v", "all:a", "fetchall:a", "keep:k",
		"nokeep:K", "flush:F", "uidl:U", "nodetach:N", "quit:q", "user=u", "username=u", "proto=p", "protocol=p", "service=P", "port=P", "timeout=t", "daemon=d",
		"fetchmailrc=f", "folder=r", "limit=l", "fetchlimit=B", "expunge=e", "smtphost=S", "smtpaddress=D", "idfile=i", "envelope=E", "qvirtual=Q",
		"ssl", "sslproto=", "sslcertck", "nosslcertck", "auth=", "postmaster=", "bouncemail", "nobouncemail", "invisible", "showdots", "fetchdomains=")
	if fault != "" {
		p.misused(fault, fetchUsage, fetchSyntax)
		return
	}
	f.wanted, f.named, f.year = opts, named, p.Date().Year()
	f.old = f.year < 2000
	f.verbose, f.silent, f.checkOnly = opts.has("v"), opts.has("s"), opts.has("c")
	if opts.has("q") {
		p.Error("no other fetchmail is running")
		p.Exit(fetchNoMail)
		return
	}
	if p.User() == "root" && !f.old {
		p.Error("WARNING: Running as root is discouraged.")
	}
	if opts.has("V") {
		p.Print("This is fetchmail release ", f.release(), f.features(), ".\n")
	}
	if !f.configure(p) {
		return
	}
	if opts.has("V") {
		f.describe(p)
		return
	}
	f.recall(p)
	if f.checkOnly && !f.old {
		f.say(p, "fetchmail: --check mode enabled, not fetching mail\n")
	}
	f.round(p)
}

// release is the version: the one of the world's time.
func (f *fetchmail) release() string {
	switch {
	case f.year < 1999:
		return "4.4.4"
	case f.old:
		return "5.0.7"
	}
	return "6.4.37"
}

func (f *fetchmail) features() string {
	if f.old {
		return ""
	}
	return "+SSL+NLS"
}

// configure reads the file and applies the switches to it. Where it cannot go on it says so and ends.
func (f *fetchmail) configure(p *Process) bool {
	path, given := f.wanted.get("f")
	if !given {
		path = p.term.home() + "/.fetchmailrc"
	}
	file, why := p.term.find(p.term.disk(), path)
	postmaster := p.User()
	if postmaster == "root" && !f.old {
		postmaster = "postmaster"
	}
	f.config = fetchConfig{bounce: true, postmaster: postmaster, idFile: p.term.home() + "/.fetchids"}
	if why == "" && file.Owner == p.User() {
		if file.Mode&0o077 != 0 {
			p.Error("File ", file.Path, " must have no more than -rwx------ (0700) permissions.")
			p.Why("shell.why.fetchmailrc", file.Path)
			p.Exit(fetchSyntax)
			return false
		}
		text, _ := p.term.read(path)
		var fault string
		if f.config, fault = parseFetchmailrc(file.Path, string(text), f.config); fault != "" {
			p.Complain(fault + "\n")
			p.Why("shell.why.fetchmailrc", file.Path)
			p.Exit(fetchSyntax)
			return false
		}
	}
	f.choose(p)
	if len(f.config.servers) == 0 {
		p.Error("no mailservers have been specified.")
		p.Why("shell.why.no-servers", file.Path)
		p.Exit(fetchSyntax)
		return false
	}
	for _, s := range f.config.servers {
		if s.multidrop() && s.proto != "ETRN" && s.envelope == "" && !s.known() {
			p.Error("WARNING: multidrop for ", s.name, " requires envelope option!")
		}
	}
	return true
}

// choose takes the servers that were named, one that the file does not know among them, and gives all of them the options
// of the command line.
func (f *fetchmail) choose(p *Process) {
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
			s := newFetchServer(name)
			chosen = append(chosen, s)
		}
	}
	if len(f.named) > 0 {
		f.config.servers = chosen
	}
	for _, o := range f.wanted {
		f.config.option(o)
	}
	for i := range f.config.servers {
		s := &f.config.servers[i]
		for _, o := range f.wanted {
			s.option(o)
		}
		if s.user == "" {
			s.user = p.User()
		}
	}
}

// Copy returns an independent copy.
func (f *fetchmail) Copy() Tool {
	c := *f
	c.tap.buffer, c.message = bytes.Clone(f.tap.buffer), bytes.Clone(f.message)
	c.out = f.out.copy()
	c.config.servers = slices.Clone(f.config.servers)
	c.box, c.known = slices.Clone(f.box), slices.Clone(f.known)
	if f.pop != nil {
		c.pop = f.pop.Clone()
	}
	if f.imap != nil {
		c.imap = f.imap.Clone()
	}
	return &c
}

// recall reads which messages were fetched before.
func (f *fetchmail) recall(p *Process) {
	text, _ := p.term.read(f.config.idFile)
	for line := range bytes.Lines(text) {
		f.known = append(f.known, strings.TrimSuffix(string(line), "\n"))
	}
}

// store writes it down.
func (f *fetchmail) store(p *Process) {
	if len(f.known) > 0 {
		p.term.write(f.config.idFile, []byte(strings.Join(f.known, "\n")+"\n"), false)
	}
}
