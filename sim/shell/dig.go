package shell

import (
	"encoding/binary"
	"strconv"
	"strings"
	"time"

	"ehlo/sim/dns"
	"ehlo/sim/engine"
)

// How long dig and host wait for an answer, and how often they ask.
const (
	digTimeout = 5 * time.Second
	digTries   = 3
)

const digUsage = "Usage:  dig [@global-server] [domain] [q-type] [q-class] {q-opt}\n            {global-d-opt} host [@local-server] {local-d-opt}\n" +
	"            [ host [@local-server] {local-d-opt} [...]]\n\nUse \"dig -h\" (or \"dig -h | more\") for complete list of options\n"

const digHelp = `Where:  domain	  is in the Domain Name System
        q-type   is one of (a,aaaa,cname,mx,ns,ptr,soa,srv,tlsa,txt) [default:a]
        q-opt    is one of:
                 -4                  (use IPv4 query transport only)
                 -6                  (use IPv6 query transport only)
                 -q name             (specify query name)
                 -t type             (specify query type)
                 -x dot-notation     (shortcut for reverse lookups)
        d-opt    is of the form +keyword, where keyword is:
                 +[no]all            (Set or clear all display flags)
                 +[no]answer         (Control display of answer section)
                 +[no]authority      (Control display of authority section)
                 +[no]cmd            (Control display of command line)
                 +[no]comments       (Control display of packet header)
                 +[no]question       (Control display of question section)
                 +[no]recurse        (Recursive mode (+[no]rdflag))
                 +[no]short          (Display nothing except short form of answers)
                 +[no]stats          (Control display of statistics)
        -h                           (print help and exit)
        -v                           (print version and exit)
`

// dig is BIND's dig.
type dig struct {
	server  string // host that is asked
	address string // as it is shown
	named   string // as it was given
	chosen  bool   // it was given
	q       dns.Question
	show    shown
	recurse bool
	short   bool
	tries   int
	sent    engine.Time
}

// shown is which parts of an answer dig writes.
type shown struct{ cmd, comments, question, answer, authority, stats bool }

// Handle asks and writes what comes.
func (d *dig) Handle(p *Process, e Event) {
	switch e.Kind {
	case Start:
		d.start(p)
	case Resolved:
		d.server, d.address = e.Host, e.Address
		d.ask(p)
	case Unresolved:
		p.Error("couldn't get address for '", d.named, "': not found")
		p.Why("shell.why.name", d.named)
		p.Exit(10)
	case Answer:
		d.answer(p, e)
	case Timer:
		d.timeout(p)
	case Interrupt:
		p.Exit(130)
	}
}

func (d *dig) start(p *Process) {
	d.q = dns.Question{Type: dns.NS}
	d.show, d.recurse = shown{true, true, true, true, true, true}, true
	typed, named := false, false
	for i := 0; i < len(p.Args); i++ {
		switch a := p.Args[i]; {
		case a[:min(1, len(a))] == "@":
			d.named, d.chosen = a[1:], true
		case strings.HasPrefix(a, "+"):
			if !d.plus(strings.TrimPrefix(a, "+")) {
				p.Complain("Invalid option: " + a + "\n" + digUsage)
				p.Why("shell.why.option", "dig")
				p.Exit(1)
				return
			}
		case a == "-4":
			p.family = dns.A
		case a == "-6":
			p.family = dns.AAAA
		case a == "-v":
			p.Print("DiG 9.18\n")
			p.Exit(0)
			return
		case a == "-h":
			usage, _, _ := strings.Cut(digUsage, "\nUse")
			p.Print(usage, digHelp)
			p.Exit(0)
			return
		case a == "-x" && i+1 < len(p.Args):
			i++
			d.q, typed = dns.Question{Name: dns.Reverse(p.Args[i]), Type: dns.PTR}, true
			if d.q.Name == "" {
				p.Complain("Invalid IP address " + p.Args[i] + "\n")
				p.Why("shell.why.address", p.Args[i])
				p.Exit(1)
				return
			}
		case (a == "-t" || a == "-q") && i+1 < len(p.Args):
			i++
			if a == "-q" {
				d.q.Name = dns.Canonical(p.Args[i])
				named = true
				continue
			}
			t, ok := dns.TypeNamed(p.Args[i])
			if !ok {
				p.Complain(";; Warning, ignoring invalid type " + p.Args[i] + "\n")
				p.Why("shell.why.type", p.Args[i])
				continue
			}
			d.q.Type, typed = t, true
		case strings.HasPrefix(a, "-"):
			p.Complain("Invalid option: " + a + "\n" + digUsage)
			p.Why("shell.why.option", "dig")
			p.Exit(1)
			return
		default:
			if t, ok := dns.TypeNamed(a); ok {
				d.q.Type, typed = t, true
			} else if !strings.EqualFold(a, "IN") {
				d.q.Name, named = dns.Canonical(a), true
			}
		}
	}
	if named && !typed {
		d.q.Type = dns.A
	}
	if d.named != "" {
		p.Resolve(d.named)
		return
	}
	d.server, d.address = p.Nameserver()
	d.named = d.address
	d.ask(p)
}

// plus reads a query option, without its sign.
func (d *dig) plus(name string) bool {
	name, off := strings.CutPrefix(name, "no")
	on := !off
	switch name {
	case "short":
		d.short = on
	case "all":
		d.show = shown{on, on, on, on, on, on}
	case "cmd":
		d.show.cmd = on
	case "comments":
		d.show.comments = on
	case "question":
		d.show.question = on
	case "answer":
		d.show.answer = on
	case "authority":
		d.show.authority = on
	case "additional", "edns", "cookie":
	case "stats":
		d.show.stats = on
	case "recurse", "rec", "rdflag":
		d.recurse = on
	default:
		return false
	}
	return true
}

func (d *dig) ask(p *Process) {
	d.tries++
	d.sent = p.Env().Now()
	p.Ask(d.server, d.q, d.recurse)
	p.SetTimer(digTimeout, true)
}

func (d *dig) timeout(p *Process) {
	p.Print(";; communications error to ", d.address, "#53: timed out\n")
	p.queries = nil
	if d.tries < digTries {
		d.ask(p)
		return
	}
	d.banner(p)
	p.Print(";; no servers could be reached\n")
	p.Why("shell.why.no-answer", d.named)
	p.Exit(9)
}

func (d *dig) banner(p *Process) {
	if d.show.cmd && !d.short {
		p.Print("\n; <<>> DiG 9.18 <<>> ", strings.Join(p.Args, " "), "\n", strings.Repeat("; (1 server found)\n", boolToInt(d.chosen)), ";; global options: +cmd\n")
	}
}

func (d *dig) answer(p *Process, e Event) {
	p.StopTimer()
	m, _ := dns.Parse(e.Data)
	if d.short {
		for i := range m.Answers {
			p.Print(rdata(&m.Answers[i]), "\n")
		}
		p.Exit(0)
		return
	}
	d.banner(p)
	if d.show.comments {
		p.Print(";; Got answer:\n;; ->>HEADER<<- opcode: QUERY, status: ", m.Code.String(), ", id: ", strconv.Itoa(int(m.ID)), "\n;; flags:", flags(e.Data),
			"; QUERY: 1, ANSWER: ", strconv.Itoa(len(m.Answers)), ", AUTHORITY: ", strconv.Itoa(len(m.Authority)), ", ADDITIONAL: 0\n\n")
	}
	if d.show.question {
		d.section(p, "QUESTION")
		p.Print(";", columns([]string{m.Question.Name + ".", "", "IN", m.Question.Type.String()}), "\n\n")
	}
	d.records(p, "ANSWER", d.show.answer, m.Answers)
	d.records(p, "AUTHORITY", d.show.authority, m.Authority)
	if d.show.stats {
		took := p.Env().Now().Sub(d.sent)
		p.Print(";; Query time: ", strconv.FormatInt(took.Milliseconds(), 10), " msec\n;; SERVER: ", d.address, "#53(", d.named, ") (UDP)\n;; WHEN: ",
			p.Date().Format("Mon Jan 02 15:04:05 UTC 2006"), "\n;; MSG SIZE  rcvd: ", strconv.Itoa(len(e.Data)), "\n\n")
	}
	p.Exit(0)
}

func (d *dig) section(p *Process, name string) {
	if d.show.comments {
		p.Print(";; ", name, " SECTION:\n")
	}
}

func (d *dig) records(p *Process, name string, show bool, records []dns.Record) {
	if !show || len(records) == 0 {
		return
	}
	d.section(p, name)
	for i := range records {
		r := &records[i]
		p.Print(columns([]string{r.Name + ".", strconv.FormatUint(uint64(r.TTL), 10), "IN", r.Type.String(), rdata(r)}), "\n")
	}
	if d.show.comments {
		p.Print("\n")
	}
}

// flags names the flags of a message's header (RFC 1035 §4.1.1).
func flags(message []byte) string {
	text := ""
	bits := binary.BigEndian.Uint16(message[2:])
	for _, f := range []struct {
		bit  uint16
		name string
	}{{1 << 15, "qr"}, {1 << 10, "aa"}, {1 << 9, "tc"}, {1 << 8, "rd"}, {1 << 7, "ra"}, {1 << 5, "ad"}} {
		if bits&f.bit != 0 {
			text += " " + f.name
		}
	}
	return text
}

// columns puts parts at columns 0, 24, 32, 40 and 48 with tabs, as BIND does; a part that is "" is skipped.
func columns(parts []string) string {
	var b strings.Builder
	at := 0
	for i, part := range parts {
		if part == "" {
			continue
		}
		if i > 0 {
			to := max(16+8*i, at+1)
			tabs := to/8 - at/8
			b.WriteString(strings.Repeat("\t", tabs))
			if tabs > 0 {
				at = to / 8 * 8
			}
			b.WriteString(strings.Repeat(" ", to-at))
			at = to
		}
		b.WriteString(part)
		at += len(part)
	}
	return b.String()
}

// rdata is what stands behind a record's type.
func rdata(r *dns.Record) string {
	line := r.String()
	_, data, _ := strings.Cut(line, " IN "+r.Type.String()+" ")
	return data
}

// Copy returns an independent copy.
func (d *dig) Copy() Tool {
	c := *d
	return &c
}

// seconds is a number of seconds as a duration.
func seconds(n int) time.Duration { return time.Duration(n) * time.Second }
