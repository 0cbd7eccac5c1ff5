package daemon

import (
	"slices"
	"strings"
	"time"

	"ehlo/sim/dns"
	"ehlo/sim/engine"
	"ehlo/sim/smtp"
)

// What an MTA says to whom it does not trust, or cannot serve now.
var (
	greylisted  = smtp.Reply{Code: 450, Enhanced: "4.7.1", Text: "Greylisted: please try again later"}
	tooFast     = smtp.Reply{Code: 450, Enhanced: "4.7.1", Text: "Too many messages from your address: please try again later"}
	blocklisted = smtp.Reply{Code: 554, Enhanced: "5.7.1", Text: "Your address is on a blocklist"}
	diskFull    = smtp.Reply{Code: 452, Enhanced: "4.3.1", Text: "Insufficient system storage"}
)

// listing is an answer of a blocklist for a session.
type listing struct {
	conn   uint32
	name   string
	listed bool
}

// stranger is a sender that a greylisting host has heard of: the client's network, who sends, and to whom.
type stranger struct{ network, from, to string }

// visit is a message that a client brought, for rate limits.
type visit struct {
	address string
	at      engine.Time
}

// screening is the part of a server's session that waits for the blocklists.
type screening struct {
	held    smtp.Event // the question that waits for them
	holding bool
	asked   bool
	open    int // answers that have not come
	listed  string
}

// screenSender judges a client when it names a sender: nil is yes. With wait true the judgement has to wait for the DNS,
// and the session is pumped again when it is there.
func (h *Host) screenSender(env Env, s *screening, c Client, conn uint32) (reply *smtp.Reply, wait bool) {
	policy := &h.def.MTA
	if h.diskFull {
		return &diskFull, false
	}
	if h.relaysFor(c) {
		return nil, false
	}
	if policy.RateLimit > 0 && h.tooMany(env.Now(), c.Address) {
		return &tooFast, false
	}
	if reverse := dns.Reverse(c.Address); !s.asked && reverse != "" {
		s.asked = true
		for _, zone := range policy.Blocklists {
			s.open++
			name := strings.TrimSuffix(reverse, ".in-addr.arpa") + "." + zone
			h.ask(env, name, dns.A, dns.Waiter{Kind: forSession, ID: conn})
		}
	}
	h.hear(s, conn)
	switch {
	case s.open > 0:
		return nil, true
	case s.listed != "":
		r := blocklisted
		r.Text += ": " + s.listed
		return &r, false
	}
	return nil, false
}

// hear takes the blocklists' answers for a session.
func (h *Host) hear(s *screening, conn uint32) {
	h.listings = slices.DeleteFunc(h.listings, func(l listing) bool {
		if l.conn != conn {
			return false
		}
		s.open--
		if l.listed {
			s.listed = l.name
		}
		return true
	})
}

// tooMany counts a message of a client and says whether it is one too many within a minute.
func (h *Host) tooMany(now engine.Time, address string) bool {
	h.visits = slices.DeleteFunc(h.visits, func(v visit) bool { return now.Sub(v.at) >= time.Minute })
	n := 0
	for _, v := range h.visits {
		if v.address == address {
			n++
		}
	}
	if n >= h.def.MTA.RateLimit {
		return true
	}
	h.visits = append(h.visits, visit{address, now})
	return false
}

// screenRecipient judges a recipient of this host: a sender that nobody knows has to come again, and a message that does
// not fit into the mailbox is refused before it is sent.
func (h *Host) screenRecipient(env Env, c Client, e smtp.Event) *smtp.Reply {
	if a, ok := h.recipient(e.Path); ok && a.Store.Quota().Octets > 0 && a.Store.Usage().Octets+e.Envelope.Size > a.Store.Quota().Octets {
		return &mailboxFull
	}
	wait := h.def.MTA.Greylist
	if wait <= 0 || h.relaysFor(c) {
		return nil
	}
	key := stranger{network(c.Address), strings.ToLower(e.Envelope.From.String()), strings.ToLower(e.Path.String())}
	first, known := h.strangers[key]
	if !known {
		if h.strangers == nil {
			h.strangers = make(map[stranger]engine.Time)
		}
		h.strangers[key] = env.Now()
		return &greylisted
	}
	if env.Now().Sub(first) < wait {
		return &greylisted
	}
	return nil
}

// network is the first three numbers of an address: a large sender comes again from a neighbour.
func network(address string) string {
	if i := strings.LastIndexByte(address, '.'); i > 0 {
		return address[:i]
	}
	return address
}
