package daemon

import (
	"ehlo/sim/smtp"
	"ehlo/sim/srs"
)

// rewritten is the sender of a message that goes on to another host: an address of this one, where the host does that, so
// that SPF is asked about a domain which this host may send for. Senders of its own domains, and none, stay.
func (h *Host) rewritten(env Env, from smtp.Path) smtp.Path {
	if h.def.MTA.SRS == "" || from.Null || h.isLocal(from.Domain) {
		return from
	}
	return smtp.Path{Local: srs.Forward(h.def.MTA.SRS, from.Local, from.Domain, env.Date(env.Now())), Domain: h.srsDomain()}
}

// srsDomain is the domain of rewritten senders: the first whose mail ends here.
func (h *Host) srsDomain() string {
	if len(h.local) > 0 {
		return h.local[0]
	}
	return h.Name
}

// unrewritten is the address for which a rewritten one stands, to which reports go on.
func (h *Host) unrewritten(env Env, to smtp.Path) (smtp.Path, bool) {
	if h.def.MTA.SRS == "" || to.Domain == "" || !h.isLocal(to.Domain) {
		return to, false
	}
	local, domain, ok := srs.Back(h.def.MTA.SRS, to.Local, env.Date(env.Now()))
	return smtp.Path{Local: local, Domain: domain}, ok
}
