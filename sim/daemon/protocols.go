package daemon

import (
	"ehlo/sim/http"
	"ehlo/sim/imap"
	"ehlo/sim/kpop"
	"ehlo/sim/machine"
	"ehlo/sim/pop2"
	"ehlo/sim/pop3"
	"ehlo/sim/smtp"
	"ehlo/sim/world"
)

// Serve returns a session of one of the host's services with a client. The protocol must be one that a world file can
// name. info is of the TLS that the connection began with, and zero for none.
func (h *Host) Serve(env Env, s world.Service, client Client, info machine.TLSInfo) Server {
	switch s.Protocol {
	case "smtp":
		return newSMTPD(env, h, s, client, info)
	case "pop3":
		return newPOP3D(env, h, s, client, info)
	case "pop2":
		return newPOP2D(env, h)
	case "kpop":
		return newKPOPD(env, h, s, client)
	case "imap":
		return newIMAPD(env, h, s, client, info)
	case "https":
		return &httpd{Server: http.NewServer(env.Now())}
	}
	panic("no protocol " + s.Protocol)
}

// NewObserver returns an observer of a protocol, or nil where there is none of that name.
func NewObserver(protocol string) machine.Observer {
	switch protocol {
	case "smtp":
		return smtp.NewObserver()
	case "pop3":
		return pop3.NewObserver()
	case "pop2":
		return pop2.NewObserver()
	case "kpop":
		return kpop.NewObserver()
	case "imap":
		return imap.NewObserver()
	case "https":
		return http.NewObserver()
	}
	return nil
}

// NewObserverOf is NewObserver for a service that is known: it reads as the service does.
func NewObserverOf(s world.Service) machine.Observer {
	if s.Protocol == "smtp" && s.Persona != nil {
		return smtp.NewObserverOf(s.Persona.SMTP.Lenient)
	}
	return NewObserver(s.Protocol)
}

// Takes is the names of the forms that a service takes though the grammar forbids them, with blanks between.
func Takes(s world.Service) string {
	if s.Protocol != "smtp" || s.Persona == nil {
		return ""
	}
	return s.Persona.SMTP.Lenient.String()
}

// Explain takes a line of a protocol apart.
func Explain(protocol string, l machine.Line) machine.Explanation {
	switch protocol {
	case "smtp":
		return smtp.Explain(l)
	case "pop3":
		return pop3.Explain(l)
	case "pop2":
		return pop2.Explain(l)
	case "kpop":
		return kpop.Explain(l)
	case "imap":
		return imap.Explain(l)
	}
	return machine.Explanation{}
}

// Table returns a protocol's transition table, or nil where there is none of that name.
func Table(protocol string) *machine.Table {
	switch protocol {
	case "smtp":
		return smtp.Table()
	case "pop3", "kpop":
		return pop3.Table()
	case "pop2":
		return pop2.Table()
	case "imap":
		return imap.Table()
	}
	return nil
}
