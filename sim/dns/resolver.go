package dns

import (
	"maps"
	"slices"
	"time"

	"ehlo/sim/engine"
)

// How a resolver asks: after a while without an answer it asks again, in the end the question has failed.
const (
	retryAfter = 5 * time.Second
	attempts   = 3
)

// Resolver is what a host knows and asks of the DNS. A host that serves zones is one too: it answers queries from its
// zones, and from others' by asking further.
type Resolver struct {
	host     string
	zones    *Zones
	upstream string // where all questions go, "" where it asks the servers of each zone itself
	refusing bool   // it answers every query with SERVFAIL
	forged   *Zone  // one name with another address, nil for none
	nextID   uint16
	cache    map[Question]cached
	pending  []pending
	out      []Datagram
	events   []Event
}

// Datagram is a message to or from another host.
type Datagram struct {
	Peer string // the other host
	Data []byte
}

// Waiter names who asked a question: whatever whoever uses the resolver wants to find again.
type Waiter struct {
	Kind uint8
	ID   uint32
}

// EventKind says what a resolver reports.
type EventKind uint8

// The kinds of event.
const (
	Asked    EventKind = iota // a query goes to Peer
	Answered                  // an answer goes to Peer
	Learned                   // a question that Waiter asked has its answer
)

// Event is something that a resolver reports.
type Event struct {
	Kind      EventKind
	Peer      string
	ID        uint16
	Question  Question
	Code      RCode
	Records   []Record
	Cached    bool
	Authentic bool
	Waiter    Waiter
}

type cached struct {
	code      RCode
	records   []Record
	denial    []Record // the SOA record of the zone that has no such name or type (RFC 2308 §3), nil in other answers
	authentic bool
	since     engine.Time // when it came into the cache
	until     engine.Time
}

// aged is an answer from the cache as it is told to others: what it may be kept is less by what it was kept (RFC 1035 §6.1.3).
func (c cached) aged(now engine.Time) cached {
	by := uint32(now.Sub(c.since) / time.Second)
	older := func(records []Record) []Record {
		if records = slices.Clone(records); by > 0 {
			for i := range records {
				records[i].TTL -= min(by, records[i].TTL)
			}
		}
		return records
	}
	c.records, c.denial = older(c.records), older(c.denial)
	return c
}

// rootSOA is the record by which the root of the DNS denies a domain.
var rootSOA = []Record{{Type: SOA, TTL: 86400, Target: "a.root-servers.net", Mbox: "nstld.verisign-grs.com", Numbers: []uint32{1, 1800, 900, 604800, 86400}}}

// pending is a question that was sent on.
type pending struct {
	id       uint16
	question Question // as it was asked at first
	now      Question // as it is asked at present: an alias may have led elsewhere
	aliases  []Record // that led there
	server   int      // of the servers of the zone
	tries    int
	until    engine.Time
	waiters  []waiting
}

// waiting is who waits for a pending question: somebody on this host, or another host.
type waiting struct {
	waiter Waiter
	peer   string // "" for somebody on this host
	id     uint16 // of the peer's query
}

// NewResolver returns the resolver of a host. With an upstream it asks that host everything and keeps no cache, as the
// library of a Unix host does; otherwise it asks the servers of each zone and keeps what it hears. chance begins the
// numbers of its queries.
func NewResolver(host string, zones *Zones, upstream string, chance uint64) *Resolver {
	return &Resolver{host: host, zones: zones, upstream: upstream, nextID: uint16(chance)}
}

// Upstream is the host that is asked everything, "" where the resolver asks the servers of each zone itself.
func (r *Resolver) Upstream() string { return r.upstream }

// Clone returns an independent copy.
func (r *Resolver) Clone() *Resolver {
	c := *r
	c.cache = maps.Clone(r.cache)
	c.pending = slices.Clone(r.pending)
	for i := range c.pending {
		c.pending[i].waiters = slices.Clone(c.pending[i].waiters)
		c.pending[i].aliases = slices.Clone(c.pending[i].aliases)
	}
	c.out = slices.Clone(r.out)
	c.events = slices.Clone(r.events)
	return &c
}

// Ask asks a question. Its answer is a [Learned] event, at once or when it has come.
func (r *Resolver) Ask(now engine.Time, q Question, w Waiter) {
	r.ask(now, q, waiting{waiter: w})
}

// Next takes the next event, and false where none waits.
func (r *Resolver) Next() (Event, bool) {
	if len(r.events) == 0 {
		return Event{}, false
	}
	e := r.events[0]
	if len(r.events) > 1 {
		r.events = r.events[1:]
	} else { // its memory is used again
		r.events[0] = Event{}
		r.events = r.events[:0]
	}
	return e, true
}

// Output takes the next datagram to send, and false where none waits.
func (r *Resolver) Output() (Datagram, bool) {
	if len(r.out) == 0 {
		return Datagram{}, false
	}
	d := r.out[0]
	r.out = r.out[1:]
	return d, true
}

// Timeout is the next moment at which it wants [Resolver.HandleTimeout], and false where it wants none.
func (r *Resolver) Timeout() (engine.Time, bool) {
	next := engine.Never
	for i := range r.pending {
		next = min(next, r.pending[i].until)
	}
	return next, next < engine.Never
}

// HandleTimeout asks again where no answer has come, or gives up.
func (r *Resolver) HandleTimeout(now engine.Time) {
	for i := 0; i < len(r.pending); {
		p := &r.pending[i]
		switch {
		case p.until > now:
			i++
		case p.tries >= attempts:
			r.finish(now, i, cached{code: Timeout, records: p.aliases})
		default:
			p.server++
			r.send(now, p)
			i++
		}
	}
}

// Reset forgets everything, as a host does that starts anew.
func (r *Resolver) Reset() { r.cache, r.pending, r.out, r.events = nil, nil, nil, nil }

// Refuse lets the resolver answer every query of others with SERVFAIL from now on, or no longer.
func (r *Resolver) Refuse(on bool) { r.refusing = on }

// Forge lets the resolver give a name another address, to itself and to whom it answers; an empty name ends that.
func (r *Resolver) Forge(name, address string) {
	r.forged = nil
	if octets, ok := ParseAddress(address); ok && name != "" {
		name = Canonical(name)
		kind := A
		if len(octets) == 16 {
			kind = AAAA
		}
		r.forged = NewZone(name, nil, Insecure, []Record{{Name: name, Type: kind, TTL: 60, Octets: octets}})
	}
}

// forgery is the forged answer to a question.
func (r *Resolver) forgery(q Question) (c cached, ok bool) {
	if r.forged == nil || q.Name != r.forged.Name || q.Type != A && q.Type != AAAA {
		return cached{}, false
	}
	c.code, c.records, c.denial = r.forged.Find(q)
	return c, true
}

func (r *Resolver) ask(now engine.Time, q Question, w waiting) {
	p := pending{question: q, now: q}
	if known, fromCache, ok := r.know(now, &p, w.peer != ""); ok {
		r.tell(q, known, fromCache, w)
		return
	}
	for i := range r.pending {
		if r.pending[i].question == q {
			r.pending[i].waiters = append(r.pending[i].waiters, w)
			return
		}
	}
	r.nextID++
	p.id, p.waiters = r.nextID, []waiting{w}
	r.pending = append(r.pending, p)
	r.send(now, &r.pending[len(r.pending)-1])
}

// know answers what can be answered without asking: from the cache, from the zones that this host serves or that
// everybody knows, and that there is no such zone. Aliases are followed as far as that goes. With aged the answer is for
// somebody who may keep it.
func (r *Resolver) know(now engine.Time, p *pending, aged bool) (c cached, fromCache, ok bool) {
	if c, ok = r.forgery(p.now); ok {
		return c, false, true
	}
	if r.upstream != "" {
		return c, false, false
	}
	for range maxAliases {
		if c, ok = r.cache[p.now]; ok && c.until > now {
			if fromCache = true; aged {
				c = c.aged(now)
			}
		} else if c, ok = r.local(p.now); !ok {
			return c, false, false
		}
		if len(p.aliases) > 0 {
			c.records = append(slices.Clip(p.aliases), c.records...)
		}
		next, more := leads(p.now, c)
		if !more {
			return c, fromCache, true
		}
		p.aliases, p.now.Name = c.records, next
	}
	return cached{code: ServFail}, false, true
}

// leads is the name to which the aliases of an answer lead, where the answer ends there.
func leads(q Question, c cached) (name string, more bool) {
	if c.code != NoError || q.Type == CNAME || len(c.records) == 0 {
		return "", false
	}
	if last := c.records[len(c.records)-1]; last.Type == CNAME && last.Target != q.Name {
		return last.Target, true
	}
	return "", false
}

// local answers from the zones.
func (r *Resolver) local(q Question) (c cached, ok bool) {
	z, ok := r.zones.Of(q.Name)
	if !ok {
		return cached{code: NXDomain, denial: rootSOA}, true
	}
	if len(z.Servers) > 0 && !slices.Contains(z.Servers, r.host) {
		return cached{}, false
	}
	c.code, c.records, c.denial = z.Find(q)
	if c.authentic = z.Security == Secure; z.Security == Bogus {
		c = cached{code: ServFail}
	}
	return c, true
}

// send asks the server whose turn it is.
func (r *Resolver) send(now engine.Time, p *pending) {
	p.tries++
	p.until = now.Add(retryAfter)
	m := Message{ID: p.id, Recursion: r.upstream != "", Question: p.now}
	r.out = append(r.out, Datagram{r.serverOf(p), m.Append(nil)})
	r.events = append(r.events, Event{Kind: Asked, Peer: r.serverOf(p), ID: p.id, Question: p.now})
}

func (r *Resolver) serverOf(p *pending) string {
	if r.upstream != "" {
		return r.upstream
	}
	z, ok := r.zones.Of(p.now.Name)
	if !ok || len(z.Servers) == 0 {
		return "" // know has answered such a question
	}
	return z.Servers[p.server%len(z.Servers)]
}

// Receive takes a datagram from another host. What is no message, or no answer to a question that was asked there, is
// dropped.
func (r *Resolver) Receive(now engine.Time, from string, data []byte) {
	m, ok := Parse(data)
	switch {
	case !ok:
	case !m.Response:
		r.serve(now, from, m)
	default:
		i := slices.IndexFunc(r.pending, func(p pending) bool { return p.id == m.ID && p.now == m.Question && r.serverOf(&p) == from })
		if i >= 0 {
			r.heard(now, i, m)
		}
	}
}

// serve answers a query of another host.
func (r *Resolver) serve(now engine.Time, from string, m Message) {
	w := waiting{peer: from, id: m.ID}
	z, ok := r.zones.Of(m.Question.Name)
	forged, lies := r.forgery(m.Question)
	switch {
	case lies:
		r.reply(m.Question, forged, m.Recursion, w)
	case r.refusing:
		r.reply(m.Question, cached{code: ServFail}, false, w)
	case ok && slices.Contains(z.Servers, r.host) && !m.Recursion:
		code, records, authority := z.Find(m.Question)
		answer := Message{ID: m.ID, Response: true, Authoritative: true, Code: code, Question: m.Question, Answers: records, Authority: authority}
		r.post(from, answer)
	case !m.Recursion:
		r.reply(m.Question, cached{code: Refused}, false, w)
	default:
		r.ask(now, m.Question, w)
	}
}

// heard takes the answer to a pending question.
func (r *Resolver) heard(now engine.Time, i int, m Message) {
	p := &r.pending[i]
	if m.Code == ServFail && r.upstream == "" && p.tries < attempts { // another server may know
		if z, ok := r.zones.Of(p.now.Name); ok && len(z.Servers) > 1 {
			p.server++
			r.send(now, p)
			return
		}
	}
	c := cached{code: m.Code, records: m.Answers, denial: m.Authority, authentic: m.Authentic}
	if r.upstream == "" {
		c = r.validate(p.now, c)
		r.keep(now, p.now, c)
	}
	c.records = append(slices.Clip(p.aliases), c.records...)
	if next, more := leads(p.now, c); more && r.upstream == "" && len(p.aliases) < maxAliases {
		p.aliases, p.now.Name, p.tries, p.server = c.records, next, 0, 0
		known, _, ok := r.know(now, p, true)
		if !ok {
			r.send(now, p)
			return
		}
		c = known
	}
	r.finish(now, i, c)
}

// validate is DNSSEC in short: a zone is signed well, badly, or not at all (RFC 4035 §4.3).
func (r *Resolver) validate(q Question, c cached) cached {
	z, ok := r.zones.Of(q.Name)
	if ok && z.Security == Bogus {
		return cached{code: ServFail}
	}
	c.authentic = ok && z.Security == Secure
	return c
}

// keep puts an answer into the cache for as long as its records live, and that there are none for as long as the SOA
// record says (RFC 2308 §5). Failures are not kept.
func (r *Resolver) keep(now engine.Time, q Question, c cached) {
	ttl := uint32(1 << 31)
	for _, rr := range c.records {
		ttl = min(ttl, rr.TTL)
	}
	for _, rr := range c.denial {
		if rr.Type == SOA && len(rr.Numbers) == 5 {
			ttl = min(ttl, rr.TTL)
		}
	}
	if len(c.records)+len(c.denial) == 0 {
		ttl = 0
	}
	if c.code != NoError && c.code != NXDomain || ttl == 0 {
		return
	}
	if r.cache == nil {
		r.cache = make(map[Question]cached)
	}
	const large = 4096
	if len(r.cache) >= large {
		maps.DeleteFunc(r.cache, func(_ Question, c cached) bool { return c.until <= now })
	}
	if len(r.cache) < 4*large {
		c.since, c.until = now, now.Add(time.Duration(ttl)*time.Second)
		r.cache[q] = c
	}
}

// finish tells all who wait for a pending question what came of it.
func (r *Resolver) finish(now engine.Time, i int, c cached) {
	p := r.pending[i]
	r.pending = slices.Delete(r.pending, i, i+1)
	for _, w := range p.waiters {
		r.tell(p.question, c, false, w)
	}
}

// tell hands an answer to who asked.
func (r *Resolver) tell(q Question, c cached, fromCache bool, w waiting) {
	if w.peer != "" {
		r.reply(q, c, true, w)
		return
	}
	r.events = append(r.events, Event{Kind: Learned, Question: q, Code: c.code, Records: c.records, Cached: fromCache,
		Authentic: c.authentic, Waiter: w.waiter})
}

// reply answers another host's query.
func (r *Resolver) reply(q Question, c cached, recursion bool, w waiting) {
	code := c.code
	if code == Timeout {
		code = ServFail
	}
	r.post(w.peer, Message{ID: w.id, Response: true, Recursion: recursion, Authentic: c.authentic, Code: code, Question: q, Answers: c.records, Authority: c.denial})
}

func (r *Resolver) post(to string, m Message) {
	r.out = append(r.out, Datagram{to, m.Append(nil)})
	r.events = append(r.events, Event{Kind: Answered, Peer: to, ID: m.ID, Question: m.Question, Code: m.Code, Records: m.Answers, Authentic: m.Authentic})
}
