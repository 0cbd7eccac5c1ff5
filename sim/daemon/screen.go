package daemon

import (
	"slices"
	"strings"
	"time"

	"ehlo/sim/dns"
	"ehlo/sim/engine"
	"ehlo/sim/message"
	"ehlo/sim/smtp"
	"ehlo/sim/world"
)

// What an MTA says to whom it does not trust, or cannot serve now.
var (
	greylisted  = smtp.ReplyGreylisted.Usual()
	tooFast     = smtp.ReplyTooFast.Usual()
	blocklisted = smtp.ReplyBlocklisted.Usual()
	diskFull    = smtp.ReplyDiskFull.Usual()

	unwantedSender = smtp.Reply{Code: 550, Enhanced: "5.7.1", Text: "This host takes no mail from that sender"}
	unwantedHeader = smtp.Reply{Code: 550, Enhanced: "5.7.1", Text: "This host takes no message with such a header"}
)

// heard is an answer of the DNS for a session.
type heard struct {
	conn   uint32
	answer dns.Answer
}

// stranger is a sender that a greylisting host has heard of: the client's network, who sends, and to whom.
type stranger struct{ network, from, to string }

// visit is a message that a client brought, for rate limits.
type visit struct {
	address string
	at      engine.Time
}

// screening is the part of a server's session that waits for the DNS.
type screening struct {
	held    *smtp.Event // the question that is being answered, or waits for it
	holding bool
	client  *dns.Lookups // what the blocklists say of the client, nil before it was asked
	message *dns.Lookups // what was asked of a message, nil where nothing is
}

func (s *screening) clone() screening {
	c := *s
	if s.held != nil {
		held := *s.held
		c.held = &held
	}
	if s.client != nil {
		c.client = s.client.Clone()
	}
	if s.message != nil {
		c.message = s.message.Clone()
	}
	return c
}

// research asks what is wanted and takes the answers that are there for a session. It says whether there was one; where
// there was none the session has to wait, and is pumped again when one has come.
func (h *Host) research(env Env, l *dns.Lookups, conn uint32) (learnt bool) {
	for _, q := range l.Wanted() {
		h.ask(env, q.Name, q.Type, dns.Waiter{Kind: forSession, ID: conn})
	}
	h.heard = slices.DeleteFunc(h.heard, func(k heard) bool {
		if k.conn != conn {
			return false
		}
		l.Learn(k.answer)
		learnt = true
		return true
	})
	return learnt
}

// screenSender judges a client when it names a sender: nil is yes. With wait true the judgement has to wait for the DNS.
func (h *Host) screenSender(env Env, s *screening, c Client, conn uint32) (reply *smtp.Reply, wait bool) {
	policy := &h.def.MTA
	if h.diskFull {
		return &diskFull, false
	}
	if h.relaysFor(c) {
		return nil, false
	}
	if isUnwanted(policy, s.held.Path) {
		return &unwantedSender, false
	}
	if policy.RateLimit > 0 && !s.holding && h.tooMany(env.Now(), c.Address) {
		return &tooFast, false
	}
	if len(policy.Blocklists) == 0 {
		return nil, false
	}
	reverse, _ := dns.ReverseLabels(c.Address)
	if reverse == "" {
		return nil, false
	}
	if s.client == nil {
		s.client = &dns.Lookups{}
	}
	for {
		listed, known := "", true
		for _, zone := range policy.Blocklists {
			a, ok := s.client.Ask(reverse+"."+zone, dns.A)
			if known = known && ok; listed == "" && len(a.Of()) > 0 {
				listed = a.Name
			}
		}
		switch {
		case !known && h.research(env, s.client, conn):
			continue
		case !known:
			return nil, true
		case listed != "":
			r := blocklisted
			r.About = listed
			return &r, false
		}
		return nil, false
	}
}

// isUnwanted says that the host takes no mail from an address, or from its domain.
func isUnwanted(policy *world.MTA, from smtp.Path) bool {
	if len(policy.Unwanted) == 0 || from.Null {
		return false
	}
	domain := strings.ToLower(from.Domain)
	return slices.Contains(policy.Unwanted, domain) || slices.Contains(policy.Unwanted, strings.ToLower(from.Local)+"@"+domain)
}

// hasUnwanted names the first field of a header in which something is that the host does not take, "" for none.
func hasUnwanted(policy *world.MTA, header []byte) string {
	if len(policy.Headers) == 0 {
		return ""
	}
	for _, f := range message.Fields(header) {
		unfolded := strings.ToLower(strings.ReplaceAll(string(f.Raw[len(f.Name):]), "\r\n", ""))
		for _, rule := range policy.Headers {
			if strings.EqualFold(f.Name, rule.Field) && strings.Contains(unfolded, strings.ToLower(rule.Text)) {
				return f.Name
			}
		}
	}
	return ""
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
func (h *Host) screenRecipient(env Env, c Client, e *smtp.Event) *smtp.Reply {
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

// network is the first three numbers of an address, of IPv6 the first half: a large sender comes again from a neighbour.
func network(address string) string {
	if p, ok := dns.ParseAddress(address); ok && len(p) == 16 {
		return string(p[:8])
	}
	if i := strings.LastIndexByte(address, '.'); i > 0 {
		return address[:i]
	}
	return address
}
