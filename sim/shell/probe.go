package shell

import (
	"bytes"
	"slices"
	"strings"
	"time"

	"ehlo/sim/dns"
	"ehlo/sim/message"
	"ehlo/sim/smtp"
)

// probe is sendmail -bv as Postfix has it: each address is asked for where its mail would go, up to RCPT, and a report is mailed
// to who wants to know. Postfix does that behind the user's back; here the command ends when the report is written.
type probe struct {
	to       []string // what is still to be asked for, the one in hand first
	seen     []string // aliases that have been followed, or are to be
	began    int64
	outcomes []outcome
	exchange probeExchange
}

// outcome is what a report says of an address.
type outcome struct{ address, status, remote, text, diagnostic string }

// probeExchange is how far the question for an address of another host has come.
type probeExchange struct {
	hosts         []string // exchangers that have not been asked, in their order
	host, address string
	conn          uint32
	commands      []string // that are still to be sent
	line          []byte
	fault         string // why the last exchanger could not be asked
}

// probeTimeout is how long an exchanger may take for a reply.
const probeTimeout = 5 * time.Minute

// start begins with the first address.
func (b *probe) start(p *Process, addresses []string) {
	b.began = p.Env().Date(p.Env().Now())
	for _, a := range addresses {
		b.add(p, a)
	}
	p.Print("Mail Delivery Status Report will be mailed to <", p.User(), ">.\n")
	b.next(p)
}

// add puts an address on the list, once.
func (b *probe) add(p *Process, address string) {
	if address = strings.TrimSpace(address); !strings.Contains(address, "@") {
		address += "@" + mailDomain(p)
	}
	if !slices.Contains(b.seen, strings.ToLower(address)) {
		b.seen, b.to = append(b.seen, strings.ToLower(address)), append(b.to, address)
	}
}

// next asks for the address in hand, and mails the report where there is none.
func (b *probe) next(p *Process) {
	for len(b.to) > 0 {
		a := b.to[0]
		local, account, ok := p.Env().Machine().Deliverable(p.Env(), a)
		name, domain, _ := strings.Cut(a, "@")
		switch {
		case !local:
			server, _ := p.Nameserver()
			p.Ask(server, dns.Question{Name: dns.Canonical(domain), Type: dns.MX}, true)
			p.SetTimer(nameTimeout, true)
			return
		case !ok:
			b.settle(outcome{status: "5.1.1", text: "unknown user: \"" + name + "\"", diagnostic: "X-Postfix; unknown user: \"" + name + "\""})
		case strings.ContainsAny(account, ",@"):
			b.to = b.to[1:]
			for _, member := range strings.Split(account, ",") {
				b.add(p, member)
			}
		default:
			b.settle(outcome{status: "2.0.0", text: "delivery via local: delivers to mailbox", diagnostic: "X-Postfix; delivers to mailbox"})
		}
	}
	b.report(p)
	p.Exit(0)
}

// settle ends with the address in hand.
func (b *probe) settle(o outcome) {
	o.address, b.to = b.to[0], b.to[1:]
	b.outcomes, b.exchange = append(b.outcomes, o), probeExchange{}
}

// failed ends with the address in hand: nobody could be asked.
func (b *probe) failed(p *Process, status, text string) {
	b.settle(outcome{status: status, text: text, diagnostic: "X-Postfix; " + text})
	b.next(p)
}

// Handle takes what happens while an address of another host is asked for.
func (b *probe) Handle(p *Process, e Event) {
	x := &b.exchange
	switch e.Kind {
	case Answer:
		p.StopTimer()
		b.exchangers(p, e.Data)
	case Resolved:
		x.host, x.address = e.Host, e.Address
		x.conn = p.Connect(e.Host, 25, false)
		p.SetTimer(probeTimeout, false)
	case Unresolved:
		x.fault = "Host or domain name not found. Name service error for name=" + x.host + " type=A: Host not found"
		b.another(p)
	case Refused, Unreachable:
		x.fault = "connect to " + b.peer() + ":25: " + refusal(e.Kind)
		b.another(p)
	case Timer:
		b.late(p)
	case Received:
		if e.Conn != x.conn {
			return // a goodbye
		}
		x.line = append(x.line, e.Data...)
		for x.conn != 0 && !p.exited {
			line, rest, ok := bytes.Cut(x.line, []byte("\r\n"))
			if !ok {
				return
			}
			if x.line = rest; len(line) < 4 || line[3] != '-' {
				b.replied(p, string(line))
			}
		}
	case Hangup, Over:
		if e.Conn == x.conn && x.conn != 0 {
			x.fault = "lost connection with " + b.peer()
			b.another(p)
		}
	case Interrupt:
		p.Exit(130)
	}
}

// late ends waiting: for the names, or for an exchanger.
func (b *probe) late(p *Process) {
	if x := &b.exchange; x.conn != 0 {
		x.fault = "conversation with " + b.peer() + " timed out"
		p.Env().Finish(x.conn)
		b.another(p)
		return
	}
	p.queries = nil
	b.failed(p, "4.4.3", "Host or domain name not found. Name service error for name="+b.domain()+" type=MX: Host not found, try again")
}

func (b *probe) domain() string {
	_, domain, _ := strings.Cut(b.to[0], "@")
	return domain
}

// peer names the exchanger in hand.
func (b *probe) peer() string { return b.exchange.host + "[" + b.exchange.address + "]" }

// exchangers takes the answer to the question who takes a domain's mail (RFC 5321 §5.1).
func (b *probe) exchangers(p *Process, answer []byte) {
	m, _ := dns.Parse(answer)
	domain := b.domain()
	switch m.Code {
	case dns.NoError:
	case dns.NXDomain:
		b.failed(p, "5.4.4", "Host or domain name not found. Name service error for name="+domain+" type=MX: Host not found")
		return
	default:
		b.failed(p, "4.4.3", "Host or domain name not found. Name service error for name="+domain+" type=MX: Host not found, try again")
		return
	}
	var found []*dns.Record
	for i := range m.Answers {
		if m.Answers[i].Type == dns.MX {
			found = append(found, &m.Answers[i])
		}
	}
	slices.SortStableFunc(found, func(a, c *dns.Record) int { return int(a.Pref) - int(c.Pref) })
	for _, r := range found {
		b.exchange.hosts = append(b.exchange.hosts, dotless(r.Target))
	}
	switch {
	case len(found) == 0:
		b.exchange.hosts = []string{domain}
	case len(found) == 1 && dotless(found[0].Target) == "": // RFC 7505 §3
		b.failed(p, "5.1.10", "Domain "+domain+" does not accept mail (nullMX)")
		return
	}
	b.another(p)
}

// another asks the next exchanger. Where there is none, the address stays undecided for the reason that the last one had.
func (b *probe) another(p *Process) {
	p.StopTimer()
	x := &b.exchange
	if len(x.hosts) == 0 {
		b.failed(p, "4.4.1", x.fault)
		return
	}
	*x = probeExchange{hosts: x.hosts[1:], host: x.hosts[0], fault: x.fault,
		commands: []string{"EHLO " + p.Host(), "MAIL FROM:<double-bounce@" + p.Host() + ">", "RCPT TO:<" + b.to[0] + ">"}}
	p.Resolve(x.host)
}

// replied takes the last line of a reply. What follows RCPT, or the first refusal, is the outcome.
func (b *probe) replied(p *Process, line string) {
	x := &b.exchange
	if good := line != "" && line[0] == '2'; good && len(x.commands) > 0 {
		p.Env().Write(x.conn, []byte(x.commands[0]+"\r\n"))
		x.commands = x.commands[1:]
		return
	}
	p.StopTimer()
	p.Env().Write(x.conn, []byte("QUIT\r\n"))
	p.Env().Finish(x.conn)
	status, _, _ := strings.Cut(line[min(4, len(line)):], " ")
	if strings.Count(status, ".") != 2 {
		status = line[:min(1, len(line))] + ".0.0"
	}
	o := outcome{status: status, remote: x.host, text: "delivery via " + b.peer() + ":25: " + line, diagnostic: "smtp; " + line}
	if line == "" || line[0] != '2' {
		o.text = "host " + b.peer() + " said: " + line + " (in reply to " + []string{"RCPT TO", "MAIL FROM", "EHLO", ""}[min(len(x.commands), 3)] + " command)"
		if len(x.commands) == 3 {
			o.text = "host " + b.peer() + " refused to talk to me: " + line
		}
	}
	b.settle(o)
	b.next(p)
}

// report mails what has come out (RFC 3464).
func (b *probe) report(p *Process) {
	env := p.Env()
	to, _ := pathOf(p, p.User())
	composed, _ := message.Split(env.Machine().Compose(env, smtp.Envelope{From: to}, ""))
	date, _ := message.Get(composed, "Date")
	id, _ := message.Get(composed, "Message-ID")
	boundary := strings.Trim(id, "<>")
	var text strings.Builder
	line := func(parts ...string) { text.WriteString(strings.Join(parts, "") + "\r\n") }
	line("Date: ", date)
	line("From: MAILER-DAEMON@", p.Host(), " (Mail Delivery System)")
	line("Subject: Mail Delivery Status Report")
	line("To: ", to.String())
	line("Auto-Submitted: auto-replied")
	line("MIME-Version: 1.0")
	line("Content-Type: multipart/report; report-type=delivery-status;\r\n\tboundary=\"", boundary, "\"")
	line("Message-ID: ", id)
	line("\r\nThis is a MIME-encapsulated message.\r\n\r\n--", boundary)
	line("Content-Description: Notification\r\nContent-Type: text/plain; charset=us-ascii\r\n")
	line("This is the mail system at host ", p.Host(), ".\r\n\r\nEnclosed is the mail delivery report that you requested.\r\n\r\n                   The mail system")
	for _, o := range b.outcomes {
		line("\r\n<", o.address, ">: ", o.text)
	}
	line("\r\n--", boundary, "\r\nContent-Description: Delivery report\r\nContent-Type: message/delivery-status\r\n")
	line("Reporting-MTA: dns; ", p.Host(), "\r\nX-Postfix-Sender: rfc822; ", to.String(), "\r\nArrival-Date: ", message.FormatDate(b.began))
	for _, o := range b.outcomes {
		line("\r\nFinal-Recipient: rfc822; ", o.address, "\r\nOriginal-Recipient: rfc822;", o.address)
		line("Action: ", map[bool]string{true: "deliverable", false: "undeliverable"}[o.status[0] == '2'], "\r\nStatus: ", o.status)
		if o.remote != "" {
			line("Remote-MTA: dns; ", o.remote)
		}
		line("Diagnostic-Code: ", o.diagnostic)
	}
	line("\r\n--", boundary, "\r\nContent-Description: Message Headers\r\nContent-Type: text/rfc822-headers\r\n\r\nSubject: probe\r\n\r\n--", boundary, "--")
	env.Machine().Accept(env, smtp.Envelope{From: smtp.Path{Null: true}, To: []smtp.Recipient{{Path: to}}}, []byte(text.String()))
}

func (b *probe) copy() *probe {
	if b == nil {
		return nil
	}
	c := *b
	c.to, c.seen, c.outcomes = slices.Clone(b.to), slices.Clone(b.seen), slices.Clone(b.outcomes)
	c.exchange.hosts, c.exchange.commands, c.exchange.line = slices.Clone(b.exchange.hosts), slices.Clone(b.exchange.commands), bytes.Clone(b.exchange.line)
	return &c
}
