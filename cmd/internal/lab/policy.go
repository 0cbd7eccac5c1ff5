package lab

import (
	"net/netip"
	"slices"

	"ehlo/sim/daemon"
	"ehlo/sim/smtp"
)

// policy is what the lab adds to its host's rules: whose mail for elsewhere it takes, and how much a mailbox holds. The
// host itself refuses unknown users and relaying. It is asked with the post office's mutex held.
type policy struct {
	host   *daemon.Host
	first  daemon.Policy // decides before
	relays []netip.Prefix
	quota  int64 // octets of a mailbox
}

var mailboxFull = smtp.Reply{Code: 452, Enhanced: "4.2.2", Text: "The mailbox is full"}

// Judge decides on a question of an SMTP session.
func (p *policy) Judge(c daemon.Client, e smtp.Event) (reply *smtp.Reply, decided bool) {
	if p.first != nil {
		if reply, decided = p.first.Judge(c, e); decided {
			return reply, true
		}
	}
	switch e.Kind {
	case smtp.AskRecipient:
		if p.full(e.Path, e.Envelope.Size) {
			return &mailboxFull, true
		}
		return nil, !p.host.IsLocal(e.Path.Domain) && p.relaysFrom(c.Address)
	case smtp.AskMessage:
		for _, to := range e.Envelope.To {
			if p.full(to, int64(len(e.Message))) {
				return &mailboxFull, true
			}
		}
	}
	return nil, false
}

func (p *policy) relaysFrom(address string) bool {
	a, err := netip.ParseAddr(address)
	return err == nil && slices.ContainsFunc(p.relays, func(r netip.Prefix) bool { return r.Contains(a) })
}

// full says that a message of that many octets has no room where it would end.
func (p *policy) full(to smtp.Path, octets int64) bool {
	a, ok := p.host.Destination(to)
	if !ok {
		return false
	}
	box, ok := a.Store.Mailbox("INBOX")
	return ok && box.Snapshot().Size()+octets > p.quota
}
