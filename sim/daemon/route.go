package daemon

import (
	"slices"
	"sort"
	"strings"

	"ehlo/sim/dns"
	"ehlo/sim/mtasts"
	"ehlo/sim/smtp"
	"ehlo/sim/trace"
	"ehlo/sim/world"
)

// search is a domain whose mail exchangers are being looked up, with the entries of the queue that wait for them.
type search struct {
	id      uint32
	domain  string
	entries []uint32

	hosts  []exchanger // once they are known: then its policy is looked up
	need   need
	policy string // the identifier of the policy that is being fetched
}

// need is what a route demands of the hosts' TLS, besides what its host always wants.
type need struct {
	verified bool // the domain's MTA-STS policy says so
	signed   bool // DNSSEC vouches for the hosts' names, so that DANE may (RFC 7672 §2.2.1)
}

// exchanger is a host that takes mail for a domain (RFC 5321 §5.1).
type exchanger struct {
	name string // or an address literal
	pref uint16
}

// route is mail on its way to the hosts of a list, which are tried one after the other. All entries whose domains have
// the same hosts share it, and so its connection.
type route struct {
	id        uint32
	key       string // the names of the hosts, and the need
	need      need
	tlsa      [][]byte // what the TLSA records of the host that is tried say, nil for none
	hosts     []exchanger
	at        int      // the host that is tried
	addresses []string // of that host, in the order in which they are tried: IPv6 first
	doubtful  bool     // DNSSEC does not vouch for all of them
	next      int      // which of them is tried next
	conn      uint32   // of the session that is under way, 0 for none
	entries   []uint32 // that wait for a session to take them, in the order of the queue
	reason    string   // why the last host was given up
}

// What the DNS can answer to mail (RFC 3463 §3.2, §3.5, RFC 7505 §4.2).
var (
	noSuchDomain = smtp.Reply{Code: 550, Enhanced: "5.1.2", Text: "No such domain"}
	noAddress    = smtp.Reply{Code: 550, Enhanced: "5.4.4", Text: "The domain has no mail host with an address"}
	takesNoMail  = smtp.Reply{Code: 556, Enhanced: "5.1.10", Text: "The domain takes no mail"}
	noNames      = smtp.Reply{Code: 451, Enhanced: "4.4.3", Text: "The name servers do not answer"}
	backToMe     = smtp.Reply{Code: 554, Enhanced: "5.4.6", Text: "The mail for this domain comes back to this host"}
)

// begin starts an attempt for an entry: it finds out where the entry's domain takes its mail.
func (h *Host) begin(env Env, q *Entry) {
	q.Active = true
	q.Attempts++
	switch {
	case h.def.Smarthost != "":
		h.dispatch(env, []exchanger{{name: h.def.Smarthost}}, need{signed: true}, q.ID)
		return
	case strings.HasPrefix(q.Domain, "["):
		h.dispatch(env, []exchanger{{name: q.Domain}}, need{}, q.ID)
		return
	}
	for i := range h.searches {
		if h.searches[i].domain == q.Domain {
			h.searches[i].entries = append(h.searches[i].entries, q.ID)
			return
		}
	}
	h.serial++
	h.searches = append(h.searches, search{id: h.serial, domain: q.Domain, entries: []uint32{q.ID}})
	h.ask(env, q.Domain, dns.MX, dns.Waiter{Kind: forDomain, ID: h.serial})
}

// mxKnown takes the answer to the question for a domain's mail exchangers.
func (h *Host) mxKnown(env Env, e dns.Event) {
	i, ok := h.searchOf(e.Waiter.ID)
	if !ok {
		return
	}
	s := h.searches[i]
	hosts, refusal := h.exchangers(env, s.domain, e)
	switch {
	case refusal != nil:
		h.endSearch(s.id)
		for _, id := range s.entries {
			h.giveBack(env, id, verdict{refusal.Class(), refusal.String()}, "")
		}
	case h.def.MTA.STS:
		h.searches[i].hosts, h.searches[i].need.signed = hosts, e.Authentic
		h.ask(env, mtasts.Record(s.domain), dns.TXT, dns.Waiter{Kind: forPolicy, ID: s.id})
	default:
		h.endSearch(s.id)
		h.dispatch(env, hosts, need{signed: e.Authentic}, s.entries...)
	}
}

func (h *Host) searchOf(id uint32) (i int, ok bool) {
	i = slices.IndexFunc(h.searches, func(s search) bool { return s.id == id })
	return i, i >= 0
}

// endSearch takes a search off the list.
func (h *Host) endSearch(id uint32) {
	h.searches = slices.DeleteFunc(h.searches, func(s search) bool { return s.id == id })
}

// exchangers lists the hosts that take a domain's mail in the order in which they are tried: by preference, those of one
// preference in an order of chance, and without those that are no nearer than this host is itself (RFC 5321 §5.1).
func (h *Host) exchangers(env Env, domain string, e dns.Event) ([]exchanger, *smtp.Reply) {
	switch e.Code {
	case dns.NoError:
	case dns.NXDomain:
		return nil, &noSuchDomain
	default:
		return nil, &noNames
	}
	var hosts []exchanger
	own := -1
	for _, r := range e.Records {
		switch {
		case r.Type == dns.CNAME:
			domain = r.Target
		case r.Type != dns.MX:
		case r.Target == "": // RFC 7505 §3
			return nil, &takesNoMail
		default:
			hosts = append(hosts, exchanger{r.Target, r.Pref})
			if strings.EqualFold(r.Target, h.Name) && (own < 0 || int(r.Pref) < own) {
				own = int(r.Pref)
			}
		}
	}
	if len(hosts) == 0 {
		return []exchanger{{name: domain}}, nil // the domain is its own mail host
	}
	if own >= 0 {
		hosts = slices.DeleteFunc(hosts, func(x exchanger) bool { return int(x.pref) >= own })
		if len(hosts) == 0 {
			return nil, &backToMe
		}
	}
	if len(hosts) == 1 {
		return hosts, nil
	}
	sort.SliceStable(hosts, func(i, j int) bool { return hosts[i].pref < hosts[j].pref })
	for i := len(hosts) - 1; i > 0; i-- { // those of one preference change places
		first := slices.IndexFunc(hosts, func(x exchanger) bool { return x.pref == hosts[i].pref })
		if n := i - first; n > 0 {
			k := first + int(env.Chance()%uint64(n+1))
			hosts[i], hosts[k] = hosts[k], hosts[i]
		}
	}
	return hosts, nil
}

// dispatch puts entries on the way to a list of hosts: with a session that is under way to them, or with a new one.
func (h *Host) dispatch(env Env, hosts []exchanger, n need, entries ...uint32) {
	key := hosts[0].name
	if len(hosts) > 1 {
		names := make([]string, len(hosts))
		for i, x := range hosts {
			names[i] = x.name
		}
		slices.Sort(names)
		key = strings.Join(names, " ")
	}
	if n.verified {
		key += " verified"
	}
	for i := range h.routes {
		if r := h.routes[i]; r.key == key {
			r.entries = append(r.entries, entries...)
			h.show(r, entries)
			return
		}
	}
	h.serial++
	r := &route{id: h.serial, key: key, need: n, hosts: hosts, entries: entries, at: -1}
	h.routes = append(h.routes, r)
	h.nextExchanger(env, r)
}

// show lets the queue say to which host entries are on their way.
func (h *Host) show(r *route, entries []uint32) {
	for _, id := range entries {
		if q, ok := h.entry(id); ok {
			q.NextHost = h.hostNamed(r.hosts[max(r.at, 0)].name)
		}
	}
}

// nextExchanger goes on to the next host of a route. Where there is none the entries wait for their next attempt.
func (h *Host) nextExchanger(env Env, r *route) {
	r.at++
	r.addresses, r.doubtful, r.tlsa, r.next, r.conn = nil, false, nil, 0, 0
	if r.at >= len(r.hosts) {
		h.endRoute(r)
		for _, id := range r.entries {
			h.giveBack(env, id, verdict{classOfText(r.reason), r.reason}, "")
		}
		return
	}
	h.show(r, r.entries)
	host := r.hosts[r.at].name
	if strings.HasPrefix(host, "[") {
		r.addresses = []string{literalOr(host)}
		h.dial(env, r)
		return
	}
	h.askAddress(env, host, dns.Waiter{Kind: forAddress, ID: r.id})
}

// literalOr is the address that an address literal stands for, or another host's name.
func literalOr(host string) string {
	if address, ok := dns.LiteralAddress(host); ok {
		return address
	}
	return strings.Trim(host, "[]")
}

// endRoute takes a route off the list.
func (h *Host) endRoute(r *route) {
	h.routes = slices.DeleteFunc(h.routes, func(x *route) bool { return x == r })
}

func (h *Host) routeOf(id uint32) (*route, bool) {
	for _, r := range h.routes {
		if r.id == id {
			return r, true
		}
	}
	return nil, false
}

// addressKnown takes the answer to the question for a host's addresses of one kind: either will do (RFC 5321 §5.1).
func (h *Host) addressKnown(env Env, e dns.Event) {
	r, ok := h.routeOf(e.Waiter.ID)
	if !ok {
		return
	}
	for i := range e.Records {
		if a := e.Records[i].Address(); a != "" {
			r.addresses = append(r.addresses, a)
			r.doubtful = r.doubtful || !e.Authentic
		}
	}
	if h.askIPv4(env, e) {
		return
	}
	switch {
	case len(r.addresses) > 0 && h.def.MTA.DANE && r.need.signed && !r.doubtful:
		h.ask(env, "_25._tcp."+r.hosts[r.at].name, dns.TLSA, dns.Waiter{Kind: forTLSA, ID: r.id})
		return
	case len(r.addresses) > 0:
		h.dial(env, r)
		return
	}
	if e.Code == dns.NoError || e.Code == dns.NXDomain {
		if r.reason == "" {
			r.reason = noAddress.String()
		}
	} else {
		r.reason = noNames.String()
	}
	h.nextExchanger(env, r)
}

// dial opens a connection to the next address of the host that is tried.
func (h *Host) dial(env Env, r *route) {
	if len(r.entries) == 0 {
		h.endRoute(r)
		return
	}
	address := r.addresses[r.next]
	r.next++
	target := r.hosts[r.at].name
	s := newRelay(env, r.id, literalOr(target))
	s.tlsa = r.tlsa
	s.verified = h.def.MTA.TLS == world.VerifiedTLS || r.need.verified && len(r.tlsa) == 0 // RFC 8461 §2: DANE has the last word
	r.conn = env.Dial(h.Name, address, 25, s)
	if q, ok := h.entry(r.entries[0]); ok {
		s.announced = q.Letter
		env.Emit(trace.Event{Kind: trace.KindAttempt, Actor: h.Name, Target: h.hostNamed(target), Letter: q.Letter, Conn: r.conn})
	}
}

// hostNamed is the host of the world that a name or an address literal of the DNS means, or the name.
func (h *Host) hostNamed(name string) string {
	if host, ok := h.known.hosts[literalOr(name)]; ok {
		return host
	}
	return name
}

// sessionOver is told by a session that has ended; reason is what went wrong, "" where nothing did. What it has not
// taken goes to the next address.
func (h *Host) sessionOver(env Env, id uint32, reason string) {
	r, ok := h.routeOf(id)
	if !ok {
		return
	}
	r.conn = 0
	if len(r.entries) == 0 {
		h.endRoute(r)
		return
	}
	if reason != "" {
		r.reason = reason
	} else {
		r.reason = "451 4.4.1 No answer from " + h.hostNamed(r.hosts[r.at].name)
	}
	if r.next < len(r.addresses) {
		h.dial(env, r)
		return
	}
	h.nextExchanger(env, r)
}

// redial opens another connection for a route whose host takes no more in the one that there was.
func (h *Host) redial(env Env, id uint32) {
	if r, ok := h.routeOf(id); ok {
		r.next--
		h.dial(env, r)
	}
}

// batch takes the entries of one message that wait for a route's session.
func (h *Host) batch(id uint32) (batch []*Entry) {
	r, ok := h.routeOf(id)
	if !ok {
		return nil
	}
	rest := r.entries[:0:0]
	for _, e := range r.entries {
		q, ok := h.entry(e)
		switch {
		case !ok:
		case len(batch) == 0 || q.Letter == batch[0].Letter && q.From == batch[0].From:
			batch = append(batch, q)
		default:
			rest = append(rest, e)
		}
	}
	if r.entries = rest; len(batch) == 0 {
		h.endRoute(r)
	}
	return batch
}

// hasMore says that entries wait for a route's session.
func (h *Host) hasMore(id uint32) bool {
	r, ok := h.routeOf(id)
	return ok && len(r.entries) > 0
}
