package daemon

import (
	"ehlo/sim/imap"
	"ehlo/sim/machine"
	"ehlo/sim/pop3"
	"ehlo/sim/smtp"
)

// Serve returns a session that speaks a protocol as a server of the host, with the client on the named host at the given
// address. The protocol must be one that a world file can name.
func (h *Host) Serve(env Env, protocol, client, address string) Server {
	switch protocol {
	case "smtp":
		return newSMTPD(env, h, client, address)
	case "pop3":
		return newPOP3D(env, h)
	case "imap":
		return newIMAPD(env, h)
	}
	panic("no protocol " + protocol)
}

// NewObserver returns an observer of a protocol, or nil where there is none of that name.
func NewObserver(protocol string) machine.Observer {
	switch protocol {
	case "smtp":
		return smtp.NewObserver()
	case "pop3":
		return pop3.NewObserver()
	case "imap":
		return imap.NewObserver()
	}
	return nil
}

// Explain takes a line of a protocol apart.
func Explain(protocol string, l machine.Line) machine.Explanation {
	switch protocol {
	case "smtp":
		return smtp.Explain(l)
	case "pop3":
		return pop3.Explain(l)
	case "imap":
		return imap.Explain(l)
	}
	return machine.Explanation{}
}

// Table returns a protocol's transition table, or nil where there is none of that name.
func Table(protocol string) *machine.Table {
	switch protocol {
	case "smtp":
		return smtp.Table
	case "pop3":
		return pop3.Table
	case "imap":
		return imap.Table
	}
	return nil
}
