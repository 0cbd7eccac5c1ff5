package lab

import (
	"net/netip"
	"slices"

	"ehlo/sim/daemon"
	"ehlo/sim/smtp"
)

// policy is what the lab adds to its host's rules: whose mail for elsewhere it takes, and how much its mailboxes hold. The
// host itself refuses unknown users and relaying. It is asked with the post office's mutex held.
type policy struct {
	host    *daemon.Host
	faults  *faults
	journal *journal
	session *session // whose question it is
	index   *index
	first   daemon.Policy // decides before
	relays  []netip.Prefix
	room    int64 // octets of all mailboxes together
}

// full is what the lab answers when its mailboxes hold all they may (RFC 3463 §3.4).
var full = smtp.Reply{Code: 452, Enhanced: "4.3.1", Text: "The lab is full; delete some messages"}

// noDisk is what it answers while nothing can be written.
var noDisk = smtp.Reply{Code: 452, Enhanced: "4.3.1", Text: "The disk takes no mail"}

// Judge decides on a question of an SMTP session.
func (p *policy) Judge(c daemon.Client, e *smtp.Event) (reply *smtp.Reply, decided bool) {
	if p.first != nil {
		if reply, decided = p.first.Judge(c, e); decided {
			return reply, true
		}
	}
	if f, ok := p.demanded(e); ok {
		p.session.demand.order(f)
		if f.Reply != "" {
			return replyOf(f.Reply), true
		}
	}
	if e.Kind != smtp.AskSender && p.journal.failing() {
		return &noDisk, true
	}
	switch e.Kind {
	case smtp.AskRecipient:
		if p.index.octets+e.Envelope.Size > p.room {
			return &full, true
		}
		return nil, p.isNamed(e.Path) || !p.host.IsLocal(e.Path.Domain) && p.relaysFrom(c.Address)
	case smtp.AskMessage:
		if p.index.octets+int64(len(e.Message))*int64(len(e.Envelope.To)) > p.room {
			return &full, true
		}
	}
	return nil, false
}

// demanded is the fault on demand that is to happen: one that a recipient's name asks for, or one on messages.
func (p *policy) demanded(e *smtp.Event) (Fault, bool) {
	switch e.Kind {
	case smtp.AskRecipient:
		if f, after, ok := named(e.Path.Local); ok && !after && p.isNamed(e.Path) {
			return f, true
		}
	case smtp.AskMessage:
		if p.faults.some.Load() {
			text := e.Envelope.From.String()
			for _, to := range e.Envelope.To {
				text += " " + to.String()
			}
			if f, ok := p.faults.choose(p.session.door, atMessage, text); ok {
				return f, true
			}
		}
		return namedIn(e.Envelope)
	}
	return Fault{}, false
}

// isNamed says whether a recipient exists only by the fault that its name asks for.
func (p *policy) isNamed(to smtp.Path) bool {
	if !p.host.IsLocal(to.Domain) {
		return false
	}
	_, _, ok := named(to.Local)
	return ok
}

// Room says whether the mailboxes have room for a message that a client puts there itself.
func (p *policy) Room(octets int64) bool { return p.index.octets+octets <= p.room }

func (p *policy) relaysFrom(address string) bool {
	a, err := netip.ParseAddr(address)
	return err == nil && slices.ContainsFunc(p.relays, func(r netip.Prefix) bool { return r.Contains(a) })
}
