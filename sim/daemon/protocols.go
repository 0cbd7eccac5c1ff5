package daemon

import (
	"slices"

	"ehlo/sim/engine"
	"ehlo/sim/http"
	"ehlo/sim/machine"
	"ehlo/sim/smtp"
	"ehlo/sim/world"
)

// fetching is the protocols by which mail is fetched. They are not in every program: see [Lacks].
var fetching = [...]string{"pop2", "pop3", "kpop", "imap"}

// Lacks says whether a protocol that a world file can name is not in this program. Nothing of what is asked for here in its name can
// be had then.
func Lacks(protocol string) bool { return !fetches && slices.Contains(fetching[:], protocol) }

// LacksAt says whether some host of a world listens at a port with a service whose protocol this program lacks.
func LacksAt(def *world.Definition, port int) bool {
	return slices.ContainsFunc(def.Hosts, func(h world.Host) bool {
		return slices.ContainsFunc(h.Services, func(s world.Service) bool { return s.Port == port && Lacks(s.Protocol) })
	})
}

// Serve returns a session of one of the host's services with a client. The protocol must be one that a world file can
// name, and one that this program does not lack. info is of the TLS that the connection began with, and zero for none.
func (h *Host) Serve(env Env, s world.Service, client Client, info machine.TLSInfo) Server {
	switch s.Protocol {
	case "smtp":
		return newSMTPD(env, h, s, client, info)
	case "https":
		return &httpd{Server: http.NewServer(env.Now())}
	}
	if d := h.serveFetching(env, s, client, info); d != nil {
		return d
	}
	panic("no protocol " + s.Protocol)
}

// NewObserver returns an observer of a protocol, or nil where there is none of that name.
func NewObserver(protocol string) machine.Observer {
	switch protocol {
	case "smtp":
		return smtp.NewObserver()
	case "https":
		return http.NewObserver()
	}
	return fetchingObserver(protocol)
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
	if protocol == "smtp" {
		return smtp.Explain(l)
	}
	return explainFetching(protocol, l)
}

// Table returns a protocol's transition table, or nil where there is none of that name.
func Table(protocol string) *machine.Table {
	if protocol == "smtp" {
		return smtp.Table()
	}
	return fetchingTable(protocol)
}

// Habits are what a mail program does besides.
type Habits struct {
	Remove bool // from the server what it has fetched
	Idle   bool // by IMAP: stay to hear of what comes
	Keep   bool // by IMAP: a copy of what was sent from its host in the mailbox for sent mail, see [Host.Sent]
}

// NewCollector returns a session that fetches a user's mail as a mail program does and leaves it on the server: by POP3 and KPOP
// whole, by IMAP the headers first and then what nobody has read. It is nil for another protocol.
func NewCollector(now engine.Time, protocol, user, password string) Session {
	return NewReader(now, protocol, user, password, Habits{})
}
