package shell

import (
	"strconv"
	"time"

	"ehlo/sim/dns"
)

// hostTool is BIND's host.
type hostTool struct {
	asked  string // as it was given
	name   string
	server string
	shown  string // the server as it was named, "" for the usual one
	types  []dns.Type
	all    bool // no type was named
	tries  int
	most   int           // how often it asks
	wait   time.Duration // for an answer
}

const hostUsage = "Usage: host [-46] [-t type] [-W time] [-R number] hostname [server]\n"

// Handle asks for one type after the other.
func (h *hostTool) Handle(p *Process, e Event) {
	switch e.Kind {
	case Start:
		h.start(p)
	case Resolved:
		h.server = e.Host
		p.Print("Using domain server:\nName: ", h.shown, "\nAddress: ", e.Address, "#53\nAliases: \n\n")
		h.ask(p)
	case Unresolved:
		p.Error("couldn't get address for '", h.shown, "': not found")
		p.Why("shell.why.name", h.shown)
		p.Exit(1)
	case Answer:
		h.answer(p, e)
	case Timer:
		p.queries = nil
		if h.tries < h.most {
			h.ask(p)
			return
		}
		p.Print(";; connection timed out; no servers could be reached\n")
		p.Why("shell.why.no-answer", h.server)
		p.Exit(1)
	case Interrupt:
		p.Exit(130)
	}
}

func (h *hostTool) start(p *Process) {
	opts, rest, fault := p.options("46t:W:R:")
	if fault != "" || len(rest) < 1 || len(rest) > 2 {
		p.misused(fault, hostUsage, 1)
		return
	}
	h.asked, h.name = rest[0], dns.Canonical(rest[0])
	h.types, h.all = []dns.Type{dns.A, dns.AAAA, dns.MX}, true
	p.family, h.most, h.wait = opts.family(), digTries, digTimeout
	if n, err := strconv.Atoi(opts.value("R")); err == nil {
		h.most = max(n, 1)
	}
	if n, err := strconv.Atoi(opts.value("W")); err == nil {
		h.wait = seconds(max(n, 1))
	}
	if name, ok := opts.get("t"); ok {
		t, known := dns.TypeNamed(name)
		if !known {
			p.Error("invalid type: ", name)
			p.Why("shell.why.type", name)
			p.Exit(1)
			return
		}
		h.types, h.all = []dns.Type{t}, false
	}
	if isAddress(h.asked) {
		h.name, h.types = dns.Reverse(h.asked), []dns.Type{dns.PTR}
	}
	if len(rest) == 2 {
		h.shown = rest[1]
		p.Resolve(h.shown)
		return
	}
	h.server, _ = p.Nameserver()
	h.ask(p)
}

func (h *hostTool) ask(p *Process) {
	h.tries++
	p.Ask(h.server, dns.Question{Name: h.name, Type: h.types[0]}, true)
	p.SetTimer(h.wait, true)
}

func (h *hostTool) answer(p *Process, e Event) {
	p.StopTimer()
	m, _ := dns.Parse(e.Data)
	if m.Code != dns.NoError {
		p.Print("Host ", h.asked, " not found: ", strconv.Itoa(int(m.Code)), "(", m.Code.String(), ")\n")
		p.Why("shell.why.no-name", h.asked)
		p.Exit(1)
		return
	}
	for i := range m.Answers {
		r := &m.Answers[i]
		what := r.Type.String() + " record " + rdata(r)
		switch r.Type {
		case dns.A:
			what = "has address " + r.Address()
		case dns.AAAA:
			what = "has IPv6 address " + r.Address()
		case dns.MX:
			what = "mail is handled by " + rdata(r)
		case dns.CNAME:
			what = "is an alias for " + rdata(r)
		case dns.PTR:
			what = "domain name pointer " + rdata(r)
		case dns.NS:
			what = "name server " + rdata(r)
		case dns.TXT:
			what = "descriptive text " + rdata(r)
		case dns.SOA, dns.SRV, dns.TLSA:
			what = "has " + what
		}
		p.Print(dotless(r.Name), " ", what, "\n")
	}
	if len(m.Answers) == 0 && !h.all {
		p.Print(h.asked, " has no ", h.types[0].String(), " record\n")
	}
	h.types, h.tries = h.types[1:], 0
	if len(h.types) == 0 {
		p.Exit(0)
		return
	}
	h.ask(p)
}

func dotless(name string) string {
	if name == "" {
		return "."
	}
	return name
}

// Copy returns an independent copy.
func (h *hostTool) Copy() Tool {
	c := *h
	return &c
}
