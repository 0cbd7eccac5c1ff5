//go:build !first

package daemon

import (
	"ehlo/sim/engine"
	"ehlo/sim/imap"
	"ehlo/sim/kpop"
	"ehlo/sim/machine"
	"ehlo/sim/pop2"
	"ehlo/sim/pop3"
	"ehlo/sim/world"
)

// fetches: the protocols by which mail is fetched are in every program but the one that starts the page.
const fetches = true

func (h *Host) serveFetching(env Env, s world.Service, client Client, info machine.TLSInfo) Server {
	switch s.Protocol {
	case "pop3":
		return newPOP3D(env, h, s, client, info)
	case "pop2":
		return newPOP2D(env, h)
	case "kpop":
		return newKPOPD(env, h, s, client)
	case "imap":
		return newIMAPD(env, h, s, client, info)
	}
	return nil
}

func fetchingObserver(protocol string) machine.Observer {
	switch protocol {
	case "pop3":
		return pop3.NewObserver()
	case "pop2":
		return pop2.NewObserver()
	case "kpop":
		return kpop.NewObserver()
	case "imap":
		return imap.NewObserver()
	}
	return nil
}

func explainFetching(protocol string, l machine.Line) machine.Explanation {
	switch protocol {
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

func fetchingTable(protocol string) *machine.Table {
	switch protocol {
	case "pop3", "kpop":
		return pop3.Table()
	case "pop2":
		return pop2.Table()
	case "imap":
		return imap.Table()
	}
	return nil
}

// NewReader is [NewCollector] for a mail program with habits.
func NewReader(now engine.Time, protocol, user, password string, does Habits) Session {
	switch protocol {
	case "pop3":
		return newPOP3Collector(now, user, password, does.Remove)
	case "kpop":
		return newKPOPCollector(now, user, password, does.Remove)
	case "imap":
		return newIMAPCollector(now, user, password, does)
	}
	return nil
}
