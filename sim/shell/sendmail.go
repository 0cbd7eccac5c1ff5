package shell

import (
	"bytes"
	"slices"
	"strings"

	"ehlo/sim/message"
	"ehlo/sim/persona"
	"ehlo/sim/smtp"
)

// sendmail is the program by which every Unix program hands a message to the mail system, and its keeper looks after the
// queue.
type sendmail struct {
	to     []string
	dots   bool // a line with one dot does not end the message
	header bool // -t: the recipients stand in the message
	from   string
	text   []byte
	probe  *probe // it asks for addresses; nil otherwise
}

const sendmailUsage = "sendmail: usage: sendmail [-bp] [-q] [-t] [-i] [-f sender] [address ...]\n"

// Handle does what sendmail does.
func (s *sendmail) Handle(p *Process, e Event) {
	if s.probe != nil {
		s.probe.Handle(p, e)
		return
	}
	switch e.Kind {
	case Start:
		if p.system() == persona.QueueExchange {
			p.Exit(p.none())
			return
		}
		opts, to, fault := p.options("b:qtif:o:")
		mode, given := opts.get("b")
		if fault == "" && mode == "v" && p.verifies() && len(to) > 0 {
			p.Exit(verifyAddresses(p, to))
			return
		}
		if fault == "" && mode == "v" && p.system() == persona.QueuePostfix && len(to) > 0 {
			s.probe = &probe{}
			s.probe.start(p, to)
			return
		}
		if fault != "" || given && mode != "p" {
			p.misused(fault, sendmailUsage, 64)
			return
		}
		if given {
			p.Exit(mailq(p))
			return
		}
		if opts.has("q") {
			p.Env().Machine().Flush(p.Env())
			p.Exit(0)
			return
		}
		s.to, s.dots, s.header, s.from = to, opts.has("i"), opts.has("t"), p.User()
		for _, o := range opts {
			switch o.name {
			case "o":
				s.dots = s.dots || o.value == "i"
			case "f":
				s.from = o.value
			}
		}
		if len(to) == 0 && !s.header {
			p.Error("fatal: Recipient addresses must be specified on the command line or via the -t option")
			p.Why("shell.why.recipients", "sendmail")
			p.Exit(64)
			return
		}
		p.Read(true)
	case Input:
		for line := range bytes.Lines(e.Data) {
			if string(line) == ".\n" && !s.dots {
				s.send(p)
				return
			}
			s.text = append(append(s.text, bytes.TrimRight(line, "\r\n")...), "\r\n"...)
		}
	case EOF:
		s.send(p)
	case Interrupt:
		p.Exit(130)
	}
}

// send hands the message to the MTA, with the fields that it lacks.
func (s *sendmail) send(p *Process) {
	header, _ := message.Split(s.text)
	if s.header {
		for _, name := range []string{"To", "Cc", "Bcc"} {
			list, _ := message.Get(header, name)
			for _, a := range message.ParseAddressList(list) {
				s.to = append(s.to, a.Mailbox+"@"+a.Host)
			}
		}
	}
	var e smtp.Envelope
	var ok bool
	if e.From, ok = pathOf(p, s.from); !ok && s.from != "<>" && s.from != "" {
		p.Error("fatal: bad sender address: ", s.from)
		p.Why("shell.why.mail-address", s.from)
		p.Exit(64)
		return
	}
	e.From.Null = !ok
	for _, a := range s.to {
		path, ok := pathOf(p, a)
		if !ok {
			p.Error("fatal: bad address: ", a)
			p.Why("shell.why.mail-address", a)
			p.Exit(64)
			return
		}
		e.To = append(e.To, smtp.Recipient{Path: path})
	}
	env := p.Env()
	var added []byte
	writer := e
	if e.From.Null {
		writer.From, _ = pathOf(p, "MAILER-DAEMON")
	}
	composed, _ := message.Split(env.Machine().Compose(env, writer, ""))
	for _, name := range []string{"From", "Date", "Message-ID"} {
		if _, there := message.Get(header, name); !there {
			value, _ := message.Get(composed, name)
			added = append(added, name+": "+value+"\r\n"...)
		}
	}
	if first, _, _ := bytes.Cut(s.text, []byte("\r\n")); len(first) > 0 && !isField(string(first)) {
		added = append(added, "\r\n"...) // the text has no header
	}
	env.Machine().Accept(env, e, append(added, s.text...))
	p.Exit(0)
}

// isField says whether a line begins a header field (RFC 5322 §2.2).
func isField(line string) bool {
	name, _, ok := strings.Cut(line, ":")
	return ok && name != "" && strings.IndexFunc(name, func(r rune) bool { return r <= ' ' || r >= 0x7f }) < 0
}

// Copy returns an independent copy.
func (s *sendmail) Copy() Tool {
	c := *s
	c.text = bytes.Clone(s.text)
	c.to = slices.Clone(s.to)
	c.probe = s.probe.copy()
	return &c
}

// verifies says whether the host's sendmail says what would become of addresses: Postfix sends a report instead.
func (p *Process) verifies() bool {
	s := p.system()
	return s == persona.QueueSendmail8 || s == persona.QueueSendmail || s == persona.QueueExim
}

// postqueue is Postfix's program for the queue.
func postqueue(p *Process) int {
	if p.lacks() {
		return 127
	}
	opts, rest, fault := p.options("pfi:")
	if fault != "" || len(rest) > 0 || len(opts) != 1 {
		p.misused(fault, "postqueue: fatal: usage: postqueue -f | postqueue -i queueid | postqueue -p\n", 69)
		return 69
	}
	if opts.has("p") {
		return mailq(p)
	}
	if id, given := opts.get("i"); given {
		q, found := queued(p, id)
		if !found {
			p.Error("fatal: ", id, ": No such file or directory")
			p.Why("shell.why.queue-id", id)
			return 69
		}
		if !q.Held {
			p.Env().Machine().Retry(p.Env(), q.Letter)
		}
		return 0
	}
	p.Env().Machine().Flush(p.Env())
	return 0
}
