package shell

import (
	"bytes"
	"strings"
	"time"

	"ehlo/sim/dns"
	"ehlo/sim/engine"
	"ehlo/sim/trace"
)

// Tool is a program that runs at a terminal. It does all it can for each event and says by the process what that is. Once
// it has called [Process.Exit] it hears nothing more.
type Tool interface {
	Handle(p *Process, e Event)
	// Copy returns an independent copy.
	Copy() Tool
}

// Process is a tool that runs, with its place in the world. Its methods are for the tool, during [Tool.Handle].
type Process struct {
	Name string   // by which it was called
	Args []string // without the name

	id        uint32
	term      *Terminal
	tool      Tool
	stdin     bool // its standard input is the terminal
	reading   bool // it wants its standard input
	inbox     []byte
	noMore    bool // nothing will be added to the inbox
	told      bool // the tool knows of that
	out       sink
	merged    bool // standard error goes where standard output goes
	quiet     bool // what is typed is not shown
	timer     engine.Time
	hesitates bool
	follows   bool // it hears of whatever happens at the host
	patient   bool // it says nothing of files that are not there
	taps      bool // it hears of what crosses the host's links
	conns     []uint32
	queries   []query
	family    dns.Type // of the addresses that the tool takes: A or AAAA, 0 for both
	found     found
	exited    bool
	status    int
	why       why
}

// sink is where a process's output goes: the terminal, the next process, or a file.
type sink struct {
	next   bool
	file   string // "" for none
	text   []byte // for the file
	append bool
}

// found is the host that Resolve has found, and its addresses: those that are still to be tried.
type found struct {
	host      string
	conn      uint32 // to the first of them
	addresses []string
}

// query is a question that waits for its answer.
type query struct {
	id      uint16
	server  string
	name    string // for Resolve: the name as the tool gave it
	tried   string // and as it was asked
	kind    dns.Type
	resolve bool
}

// why is the reason of a failure, for the tutor to tell: a message identifier and what it is about.
type why struct{ id, about string }

// Print writes to the standard output.
func (p *Process) Print(parts ...string) {
	for _, s := range parts {
		p.Write([]byte(s))
	}
}

// Write writes octets to the standard output.
func (p *Process) Write(text []byte) {
	switch {
	case p.out.next:
		next := p.term.after(p)
		if next != nil && !next.exited {
			next.inbox = append(next.inbox, text...)
		}
	case p.out.file != "":
		p.out.text = append(p.out.text, text...)
	default:
		p.term.show(p.Name, text)
	}
}

// Error writes a line to the standard error, the tool's name before it, as most programs do.
func (p *Process) Error(parts ...string) {
	p.Complain(p.Name + ": " + strings.Join(parts, "") + "\n")
}

// Complain writes to the standard error.
func (p *Process) Complain(text string) {
	if p.merged {
		p.Write([]byte(text))
		return
	}
	p.term.show(p.Name, []byte(text))
}

// Exit ends the process. Connections that it has not closed are closed.
func (p *Process) Exit(status int) {
	if p.exited {
		return
	}
	p.exited, p.status, p.timer, p.hesitates, p.follows, p.taps = true, status, 0, false, false, false
	for _, c := range p.conns {
		p.term.env.Finish(c)
	}
	p.queries = nil
}

// Why names the reason of a failure that the tutor tells beside what the tool has said.
func (p *Process) Why(id, about string) { p.why = why{id, about} }

// Read says whether the process wants its standard input.
func (p *Process) Read(on bool) { p.reading = on }

// Typed says that somebody types the standard input.
func (p *Process) Typed() bool { return p.stdin }

// Hide lets what is typed not be shown, as for a password.
func (p *Process) Hide(on bool) { p.quiet = on }

// SetTimer asks for a [Timer] event after a while. Of several the last one holds. short says that the tool is about to do
// something by itself: the world is not at rest before.
func (p *Process) SetTimer(d time.Duration, short bool) {
	p.timer, p.hesitates = p.Env().Now().Add(d), short
}

// StopTimer lets no [Timer] event come.
func (p *Process) StopTimer() { p.timer, p.hesitates = 0, false }

// Env is the world around the process.
func (p *Process) Env() Env { return p.term.env }

// User is who has started the process.
func (p *Process) User() string { return p.term.user }

// Host is the name of the host at which it runs.
func (p *Process) Host() string { return p.term.host }

// Date is the calendar time of the moment, in UTC.
func (p *Process) Date() time.Time { return time.Unix(p.Env().Date(p.Env().Now()), 0).UTC() }

// Connect opens a connection to a host or an address: to the address that Resolve told last where it is the host's. Where nobody
// answers there and the host has another one, the tool is told that with [Resolved], as if it had just found out.
func (p *Process) Connect(to string, port int, typed bool) uint32 {
	address := to
	if to == p.found.host && len(p.found.addresses) > 0 {
		address = p.found.addresses[0]
	}
	c := p.Env().Connect(p.id, to, address, port, typed)
	if to == p.found.host {
		p.found.conn = c
	}
	p.conns = append(p.conns, c)
	return c
}

// Nameserver is the host that this one asks for names, and how its address stands in /etc/resolv.conf.
func (p *Process) Nameserver() (host, address string) {
	host = p.Env().Machine().Nameserver()
	if host == p.Host() {
		return host, "127.0.0.1"
	}
	_, addresses, _ := p.Env().Find(host)
	return host, addresses[len(addresses)-1]
}

// Ask sends a query to a host. Its answer is an [Answer] event; where none comes there is none.
func (p *Process) Ask(server string, q dns.Question, recursive bool) (id uint16) {
	return p.ask(query{server: server}, q, recursive)
}

func (p *Process) ask(w query, q dns.Question, recursive bool) uint16 {
	env := p.Env()
	w.id, w.kind = uint16(env.Chance()), q.Type
	p.queries = append(p.queries, w)
	m := dns.Message{ID: w.id, Recursion: recursive, Question: q}
	env.Emit(trace.Event{Kind: trace.KindQuery, Actor: p.Host(), Target: w.server, Num: int64(w.id), Label: q.String()})
	env.Query(w.server, m.Append(nil))
	return w.id
}

// Resolve finds the host with a name or address, as the library does for every program: in /etc/hosts, which names all
// hosts of the world, and then by the DNS, with the host's own domain behind a name without a dot. [Resolved] or
// [Unresolved] tells what came of it, perhaps at once.
func (p *Process) Resolve(name string) {
	if host, addresses, ok := p.local(name); ok {
		p.find(host, addresses...)
		return
	}
	if address, ok := dns.CanonicalAddress(name); ok {
		p.find(address, address)
		return
	}
	asked := name
	if _, domain, ok := strings.Cut(p.Host(), "."); ok && !strings.Contains(name, ".") {
		asked = name + "." + domain
	}
	server, _ := p.Nameserver()
	kind := p.family
	if kind == 0 && p.Env().Machine().IPv6() != "" {
		kind = dns.AAAA // and then the other
	}
	if kind == 0 {
		kind = dns.A
	}
	p.found = found{}
	p.resolve(query{server: server, name: name, tried: asked, resolve: true}, kind)
}

// resolve asks for the addresses of a name that are of one kind.
func (p *Process) resolve(q query, kind dns.Type) {
	p.ask(q, dns.Question{Name: dns.Canonical(q.tried), Type: kind}, true)
	p.SetTimer(nameTimeout, true)
}

// find tells the tool which addresses a host has, as far as it takes them.
func (p *Process) find(host string, addresses ...string) {
	p.found = found{host: host}
	for _, a := range addresses {
		if kind := dns.A; p.family == 0 || (p.family == kind) != dns.IsIPv6(a) {
			p.found.addresses = append(p.found.addresses, a)
		}
	}
	if len(p.found.addresses) == 0 {
		p.tool.Handle(p, Event{Kind: Unresolved})
		return
	}
	p.tool.Handle(p, Event{Kind: Resolved, Host: host, Address: p.found.addresses[0]})
}

// another goes on to the next address of the host where nobody has answered at the one before, and says whether there is one.
func (p *Process) another(e Event) bool {
	if e.Kind != Refused && e.Kind != Unreachable || e.Conn != p.found.conn || len(p.found.addresses) < 2 {
		return false
	}
	tried := p.found.addresses[0]
	p.found.addresses = p.found.addresses[1:]
	p.tool.Handle(p, Event{Kind: Resolved, Host: p.found.host, Address: p.found.addresses[0], Tried: tried, Fault: e.Kind})
	return true
}

// nameTimeout is how long the library waits for a name (resolv.conf: timeout and attempts).
const nameTimeout = 10 * time.Second

// local finds a host without asking anybody.
func (p *Process) local(name string) (host string, addresses []string, ok bool) {
	switch name = dns.Canonical(name); {
	case name == "localhost" || strings.HasPrefix(name, "127."):
		return p.Host(), []string{"127.0.0.1"}, true
	case name == "::1":
		return p.Host(), []string{name}, true
	case name == shortName(p.Host()):
		name = p.Host()
	}
	if address, ok := dns.CanonicalAddress(name); ok {
		name = address
	}
	return p.Env().Find(name)
}

// shortName is a host's name up to the first dot.
func shortName(host string) string {
	name, _, _ := strings.Cut(host, ".")
	return name
}

func isAddress(s string) bool {
	_, ok := dns.ParseAddress(s)
	return ok
}

// answered takes a datagram that came for the process, and says whether it was for it.
func (p *Process) answered(from string, m *dns.Message, data []byte) bool {
	for i, q := range p.queries {
		if q.id != m.ID || q.server != from {
			continue
		}
		p.queries = append(p.queries[:i:i], p.queries[i+1:]...)
		if !q.resolve {
			p.tool.Handle(p, Event{Kind: Answer, Host: from, Data: data})
			return true
		}
		p.StopTimer()
		p.resolved(q, m)
		return true
	}
	return false
}

// resolved takes the answer to a question for a name. After the addresses of one kind it asks for the other.
func (p *Process) resolved(q query, m *dns.Message) {
	for i := range m.Answers {
		if address := m.Answers[i].Address(); address != "" {
			p.found.addresses = append(p.found.addresses, address)
		}
	}
	if q.kind == dns.AAAA && p.family == 0 {
		p.resolve(q, dns.A)
		return
	}
	p.foundAll()
}

// foundAll tells the tool what came of its question for a name.
func (p *Process) foundAll() {
	host := ""
	for _, address := range p.found.addresses {
		known, _, ok := p.Env().Find(address)
		if host == "" && ok {
			host = known
		}
	}
	if host == "" && len(p.found.addresses) > 0 {
		host = p.found.addresses[0]
	}
	p.find(host, p.found.addresses...)
}

// tick hands the process its timer: a name that nobody told in time is nobody's.
func (p *Process) tick() {
	p.StopTimer()
	for i, q := range p.queries {
		if q.resolve {
			p.queries = append(p.queries[:i:i], p.queries[i+1:]...)
			p.foundAll()
			return
		}
	}
	p.tool.Handle(p, Event{Kind: Timer})
}

// copy returns an independent copy for another terminal.
func (p *Process) copy(t *Terminal) *Process {
	c := *p
	c.term, c.tool = t, p.tool.Copy()
	c.inbox = bytes.Clone(p.inbox)
	c.out.text = bytes.Clone(p.out.text)
	c.conns = append([]uint32(nil), p.conns...)
	c.queries = append([]query(nil), p.queries...)
	c.found.addresses = append([]string(nil), p.found.addresses...)
	return &c
}
