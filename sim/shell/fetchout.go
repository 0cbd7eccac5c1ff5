package shell

import (
	"bytes"
	"slices"
	"strconv"
	"strings"

	"ehlo/sim/message"
)

// fetchOut is fetchmail's session with the MTA that takes what it has fetched.
type fetchOut struct {
	resolving bool
	conn      uint32
	state     outState
	buffer    []byte
	to        []string // recipients of the message in hand that are still to be named
	taken     int      // of those that were named
	last      bool     // the postmaster is named, since nobody else gets it
	size      bool     // the MTA wants to know how large a message is
}

func (o *fetchOut) copy() fetchOut {
	c := *o
	c.buffer, c.to = bytes.Clone(o.buffer), slices.Clone(o.to)
	return c
}

// end leaves the MTA. Its goodbye ends the poll.
func (o *fetchOut) end(p *Process, f *fetchmail) {
	if f.conn == 0 && f.over {
		f.smtp(p, outQuit, "QUIT")
		return
	}
	p.Env().Finish(o.conn)
	f.out = fetchOut{}
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
	outQuit
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
	f.out.to, f.out.taken, f.out.last = f.recipients(p), 0, false
	from := ""
	if path, ok := message.Get(header, "Return-Path"); ok {
		from = strings.Trim(strings.TrimSpace(path), "<>")
	} else if list, ok := message.Get(header, "From"); ok {
		for _, a := range message.ParseAddressList(list) {
			from = a.Mailbox + "@" + a.Host
			break
		}
	}
	command := "MAIL FROM:<" + from + ">"
	if f.out.size {
		command += " SIZE=" + strconv.Itoa(len(f.message))
	}
	f.smtp(p, outFrom, command)
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
			f.out.size = f.out.size || len(line) > 4 && strings.HasPrefix(string(line[4:]), "SIZE")
			if len(line) < 4 || line[3] != '-' {
				f.replied(p, string(line))
			}
		}
	case Connected:
		if !f.old {
			f.say(p, "connected.\n")
		}
	case Refused, Unreachable:
		f.out.conn = 0
		p.Complain("\n")
		p.Error("SMTP connect to ", f.s.smtpHost, " failed: ", map[EventKind]string{Refused: "Connection refused", Unreachable: "No route to host"}[e.Kind])
		p.Why("shell.why.no-mta", f.s.smtpHost)
		f.failed(p, fetchRefused)
	case Hangup, Over:
		if f.out = (fetchOut{}); f.over && f.conn == 0 {
			f.completed(p)
		}
	}
}

// replied takes the last line of a reply of the MTA.
func (f *fetchmail) replied(p *Process, line string) {
	good := line != "" && (line[0] == '2' || line[0] == '3')
	switch state := f.out.state; {
	case state == outQuit:
		p.Env().Finish(f.out.conn)
	case !good && state == outHello:
		f.smtp(p, outHello, "HELO "+p.Host())
	case state == outRset:
		f.out.state = outIdle
		f.chosen(p)
	case state == outTo:
		f.answeredTo(p, good, line)
	case !good:
		f.refused(p, line)
	case state == outGreeting:
		f.smtp(p, outHello, "EHLO "+p.Host())
	case state == outHello:
		f.letter(p)
	case state == outFrom:
		f.recipient(p)
	case state == outData:
		f.out.state = outEnd
		f.say(p, "#"+strings.Repeat("*", boolToInt(!f.old))+"\n")
		p.Env().Write(f.out.conn, stuffed(f.message))
		f.say(p, "fetchmail: SMTP>. (EOM)\n")
	case state == outEnd:
		f.out.state = outIdle
		f.done(p)
	}
}

// refused keeps a message at the server that the MTA does not take.
func (f *fetchmail) refused(p *Process, line string) {
	p.Complain("\n")
	p.Error("SMTP error: ", line)
	p.Why("shell.why.mta-refused", f.s.user)
	f.tell(p, " not flushed\n")
	f.worst = fetchRefused
	f.smtp(p, outRset, "RSET")
}

// recipient names the next recipient.
func (f *fetchmail) recipient(p *Process) {
	to := f.out.to[0]
	f.out.to = f.out.to[1:]
	f.smtp(p, outTo, "RCPT TO:<"+to+">")
}

// answeredTo takes what the MTA says of a recipient. A mailbox for several users gives the postmaster what none of them gets.
func (f *fetchmail) answeredTo(p *Process, good bool, line string) {
	if good {
		f.out.taken++
	}
	switch {
	case len(f.out.to) > 0:
		f.recipient(p)
	case f.out.taken > 0:
		f.smtp(p, outData, "DATA")
	case f.s.multidrop() && !f.out.last:
		f.say(p, "fetchmail: no address matches; forwarding to "+f.config.postmaster+".\n")
		f.out.to, f.out.last = []string{f.account(p, f.config.postmaster)}, true
		f.recipient(p)
	default:
		f.refused(p, line)
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
