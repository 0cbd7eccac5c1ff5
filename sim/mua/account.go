package mua

import (
	"strconv"
	"strings"

	"ehlo/sim/terminal"
	"ehlo/sim/world"
)

// The protocols of an account.
const (
	pop3Protocol = "pop3"
	imapProtocol = "imap"
)

// When the connections to a server are inside TLS.
const (
	noTLS       = "none"
	startTLS    = "starttls" // as soon as the server agrees
	implicitTLS = "tls"      // from the first octet
)

// account is how a person's mail is fetched and sent.
type account struct {
	name, address  string // of the person
	protocol       string
	incoming       string // "host:port" of the server that has the mail
	incomingTLS    string
	user, password string
	keep           bool // POP3: what was fetched stays on the server
	outgoing       string
	outgoingTLS    string
	login          bool // log in to send, with the same name and password
}

// suggested is the account that fits a person in a world: the one with their name, best in their host's own domain.
func suggested(def *world.Definition, host, person string) account {
	a := account{protocol: pop3Protocol, incomingTLS: noTLS, outgoingTLS: noTLS, keep: true, user: person}
	var mine *world.User
	for i := range def.Users {
		u := &def.Users[i]
		if u.Name == person && (mine == nil || strings.HasSuffix(host, "."+u.Domain)) {
			mine = u
		}
	}
	if mine == nil {
		return a
	}
	a.address, a.password = mine.Name+"@"+mine.Domain, mine.Password
	a.name = strings.ToUpper(person[:1]) + person[1:]
	for i := range def.Hosts {
		h := &def.Hosts[i]
		if h.Name != mine.Host {
			continue
		}
		for _, s := range h.Services {
			target := h.Name + ":" + strconv.Itoa(s.Port)
			switch {
			case s.IsOff():
			case s.Protocol == imapProtocol || s.Protocol == pop3Protocol && a.protocol != imapProtocol:
				if a.incoming == "" || a.protocol != s.Protocol {
					a.protocol, a.incoming, a.incomingTLS = s.Protocol, target, modeOf(s.TLS)
				}
			case s.Protocol == "smtp" && (a.outgoing == "" || s.Role == world.Submission && !a.login):
				a.outgoing, a.outgoingTLS, a.login = target, modeOf(s.TLS), s.Role == world.Submission
			}
		}
	}
	return a
}

func modeOf(m world.TLSMode) string {
	switch m {
	case world.StartTLS:
		return startTLS
	case world.ImplicitTLS:
		return implicitTLS
	}
	return noTLS
}

// set takes settings from lines of a name and a value; false where one is not known or makes no sense.
func (a *account) set(text string) bool {
	for line := range strings.Lines(text) {
		key, value, _ := strings.Cut(strings.TrimRight(line, "\r\n"), " ")
		value = strings.TrimSpace(value)
		choice := func(into *string, of ...string) bool {
			for _, o := range of {
				if o == value {
					*into = value
					return true
				}
			}
			return false
		}
		yes := value == "yes"
		ok := true
		switch key {
		case "":
		case "name":
			a.name = value
		case "address":
			a.address = value
		case "protocol":
			ok = choice(&a.protocol, pop3Protocol, imapProtocol)
		case "incoming":
			a.incoming, ok = value, isTarget(value)
		case "incoming-tls":
			ok = choice(&a.incomingTLS, noTLS, startTLS, implicitTLS)
		case "user":
			a.user = value
		case "password":
			a.password = value
		case "keep":
			a.keep, ok = yes, yes || value == "no"
		case "outgoing":
			a.outgoing, ok = value, isTarget(value)
		case "outgoing-tls":
			ok = choice(&a.outgoingTLS, noTLS, startTLS, implicitTLS)
		case "login":
			a.login, ok = yes, yes || value == "no"
		default:
			ok = false
		}
		if !ok {
			return false
		}
	}
	return true
}

// isTarget says whether a text is a host and a port.
func isTarget(s string) bool {
	host, port := split(s)
	n, err := strconv.Atoi(port)
	return host != "" && !strings.ContainsAny(host, " \t") && err == nil && n > 0 && n < 65536
}

// view is the account as the page shows it.
func (a *account) view() terminal.MailAccount {
	return terminal.MailAccount{Name: a.name, Address: a.address, Protocol: a.protocol, Incoming: a.incoming, IncomingTLS: a.incomingTLS,
		User: a.user, Password: a.password, Keep: a.keep, Outgoing: a.outgoing, OutgoingTLS: a.outgoingTLS, Login: a.login}
}

// security is what an account says of a session's TLS.
func (p *Program) security(l line) string {
	if _, ok := l.(*sender); ok {
		return p.account.outgoingTLS
	}
	return p.account.incomingTLS
}
