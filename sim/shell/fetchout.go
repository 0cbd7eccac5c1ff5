package shell

import (
	"bytes"
	"strings"

	"ehlo/sim/message"
)

// fetchOut is fetchmail's session with the MTA that takes what it has fetched.
type fetchOut struct {
	resolving bool
	conn      uint32
	state     outState
	buffer    []byte
}

// outState is which reply of that MTA is awaited.
type outState uint8

const (
	outGreeting outState = iota
	outHello
	outIdle // nothing: the next message may come
	outFrom
	outTo
	outData
	outEnd
	outRset
)

// hand gives the message to the MTA, to which it connects for the first one.
func (f *fetchmail) hand(p *Process) {
	if f.out.conn == 0 {
		f.out = fetchOut{resolving: true}
		p.Resolve(f.s.smtpHost)
		return
	}
	f.letter(p)
}

// letter begins the transaction for the message in hand.
func (f *fetchmail) letter(p *Process) {
	header, _ := message.Split(f.message)
	from := ""
	if path, ok := message.Get(header, "Return-Path"); ok {
		from = strings.Trim(strings.TrimSpace(path), "<>")
	} else if list, ok := message.Get(header, "From"); ok {
		for _, a := range message.ParseAddressList(list) {
			from = a.Mailbox + "@" + a.Host
			break
		}
	}
	f.smtp(p, outFrom, "MAIL FROM:<"+from+">")
}

func (f *fetchmail) smtp(p *Process, state outState, text string) {
	f.say(p, "fetchmail: SMTP> "+text+"\n")
	f.out.state = state
	p.Env().Write(f.out.conn, []byte(text+"\r\n"))
}

// deliver takes what happens to the connection with the MTA.
func (f *fetchmail) deliver(p *Process, e Event) {
	switch e.Kind {
	case Received:
		f.out.buffer = append(f.out.buffer, e.Data...)
		for f.out.conn != 0 && !p.exited {
			line, rest, ok := bytes.Cut(f.out.buffer, []byte("\r\n"))
			if !ok {
				return
			}
			f.out.buffer = rest
			f.say(p, "fetchmail: SMTP< "+string(line)+"\n")
			if len(line) < 4 || line[3] != '-' {
				f.replied(p, string(line))
			}
		}
	case Refused, Unreachable:
		f.out.conn = 0
		p.Complain("\n")
		p.Error("SMTP connect to ", f.s.smtpHost, " failed: ", map[EventKind]string{Refused: "Connection refused", Unreachable: "No route to host"}[e.Kind])
		p.Why("shell.why.no-mta", f.s.smtpHost)
		f.failed(p, fetchRefused)
	case Hangup, Over:
		f.out.conn = 0
	}
}

// replied takes the last line of a reply of the MTA.
func (f *fetchmail) replied(p *Process, line string) {
	good := line != "" && (line[0] == '2' || line[0] == '3')
	switch state := f.out.state; {
	case !good && state == outHello:
		f.smtp(p, outHello, "HELO "+p.Host())
	case state == outRset:
		f.out.state = outIdle
		f.chosen(p)
	case !good:
		p.Complain("\n")
		p.Error("SMTP error: ", line)
		p.Why("shell.why.mta-refused", f.s.local)
		f.tell(p, " not flushed\n")
		f.worst = fetchRefused
		f.smtp(p, outRset, "RSET")
	case state == outGreeting:
		f.smtp(p, outHello, "EHLO "+p.Host())
	case state == outHello:
		f.letter(p)
	case state == outFrom:
		to := f.s.local
		if !strings.Contains(to, "@") {
			to += "@" + mailDomain(p)
		}
		f.smtp(p, outTo, "RCPT TO:<"+to+">")
	case state == outTo:
		f.smtp(p, outData, "DATA")
	case state == outData:
		f.out.state = outEnd
		f.say(p, strings.Repeat("#", min(1+len(f.message)/1024, 60))+"\n")
		p.Env().Write(f.out.conn, stuffed(f.message))
		f.say(p, "fetchmail: SMTP>. (EOM)\n")
	case state == outEnd:
		f.out.state = outIdle
		f.done(p)
	}
}

// mailDomain is the domain of a host's own users: the first whose mail ends there, or its name.
func mailDomain(p *Process) string {
	for _, d := range p.Env().Definition().Domains {
		if d.MX == p.Host() {
			return d.Name
		}
	}
	return p.Host()
}

// stuffed is a message as DATA carries it, with its dots doubled and the last one behind it (RFC 5321 §4.5.2).
func stuffed(text []byte) []byte {
	var out []byte
	for line := range bytes.Lines(text) {
		if line[0] == '.' {
			out = append(out, '.')
		}
		out = append(out, line...)
	}
	return append(out, ".\r\n"...)
}
