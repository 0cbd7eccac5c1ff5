package shell

import "strings"

// etrnLine goes on with a session in which the server is asked to send what waits for this host (RFC 1985).
func (f *fetchmail) etrnLine(p *Process, line string) {
	if len(line) > 3 && line[3] == '-' {
		f.etrnOffered = f.etrnOffered || strings.EqualFold(strings.TrimSpace(line[4:]), "ETRN")
		return
	}
	switch f.etrn {
	case etrnGreeting:
		f.etrnSay(p, etrnHello, "EHLO "+p.Host())
	case etrnHello:
		f.etrnOffered = f.etrnOffered || len(line) > 3 && strings.EqualFold(strings.TrimSpace(line[4:]), "ETRN")
		if !f.etrnOffered {
			p.Error(f.s.host(), "'s SMTP listener does not support ETRN")
			p.Why("shell.why.no-etrn", f.s.host())
			f.status = fetchProtocol
			f.etrnSay(p, etrnQuit, "QUIT")
			return
		}
		f.etrnAsk(p)
	case etrnAsked:
		f.etrnAnswered(p, line)
	case etrnQuit:
		f.over = true
	}
}

// etrnState is which reply of the server is awaited.
type etrnState uint8

const (
	etrnGreeting etrnState = iota
	etrnHello
	etrnAsked
	etrnQuit
)

func (f *fetchmail) etrnSay(p *Process, state etrnState, text string) {
	f.etrn = state
	f.said(p, []byte(text+"\r\n"))
}

// etrnNode is the domain whose mail is asked for: those of fetchdomains, or this host's own.
func (f *fetchmail) etrnNode(p *Process) string {
	if len(f.s.fetchDomains) > 0 {
		return f.s.fetchDomains[f.number]
	}
	return mailDomain(p)
}

func (f *fetchmail) etrnAsk(p *Process) {
	if !f.old {
		f.tap.name = "ETRN"
	}
	f.etrnSay(p, etrnAsked, "ETRN "+f.etrnNode(p))
}

// etrnAnswered says what the answer means, and asks for the next domain.
func (f *fetchmail) etrnAnswered(p *Process, line string) {
	node, code := f.etrnNode(p), line
	if len(line) > 3 {
		code = line[:3]
	}
	status := fetchOK
	switch code {
	case "250":
		f.tell(p, "fetchmail: Queuing for "+node+" started\n")
	case "251":
		f.tell(p, "fetchmail: No messages waiting for "+node+"\n")
		status = fetchNoMail
	case "252", "253":
		f.tell(p, "fetchmail: Pending messages for "+node+" started\n")
	case "458":
		p.Error("Unable to queue messages for node ", node)
		status = fetchProtocol
	case "459":
		p.Error("Node ", node, " not allowed: ", line)
		status = fetchAuth
	case "500":
		p.Error("ETRN syntax error")
		status = fetchProtocol
	case "501":
		p.Error("ETRN syntax error in parameters")
		status = fetchProtocol
	default:
		p.Error("Unknown ETRN error ", code)
		status = fetchProtocol
	}
	if status == fetchProtocol || status == fetchAuth {
		p.Why("shell.why.etrn", node)
		f.status = status
	} else if f.worst == fetchNoMail {
		f.worst = status
	}
	if f.number++; f.number < len(f.s.fetchDomains) {
		f.etrnAsk(p)
		return
	}
	f.etrnSay(p, etrnQuit, "QUIT")
}
