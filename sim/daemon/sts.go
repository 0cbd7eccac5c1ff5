package daemon

import (
	"slices"
	"strings"

	"ehlo/sim/dns"
	"ehlo/sim/engine"
	"ehlo/sim/http"
	"ehlo/sim/mtasts"
	"ehlo/sim/smtp"
	"ehlo/sim/trace"
	"ehlo/sim/world"
)

// What an MTA finds out about the TLS of the next host before it talks to it.
var (
	notInPolicy = smtp.Reply{Code: 451, Enhanced: "4.7.5", Text: "The domain's MTA-STS policy names none of its mail hosts"}
	noTLSA      = smtp.Reply{Code: 451, Enhanced: "4.7.5", Text: "Nobody can say which certificate the next host should have"}
)

// keptPolicy is a domain's MTA-STS policy that was fetched.
type keptPolicy struct {
	domain, id string
	policy     mtasts.Policy
	until      engine.Time
}

func (h *Host) keptPolicy(env Env, domain string) (keptPolicy, bool) {
	i := slices.IndexFunc(h.policies, func(k keptPolicy) bool { return k.domain == domain && k.until > env.Now() })
	if i < 0 {
		return keptPolicy{}, false
	}
	return h.policies[i], true
}

// policyNamed takes the answer to whether a domain has a policy (RFC 8461 §3.1): one that is kept already need not be
// fetched again while its identifier is the same.
func (h *Host) policyNamed(env Env, e dns.Event) {
	i, ok := h.searchOf(e.Waiter.ID)
	if !ok {
		return
	}
	a := dns.Answer{Question: e.Question, Code: e.Code, Records: e.Records}
	id, named := mtasts.ParseRecord(a.Of())
	kept, is := h.keptPolicy(env, h.searches[i].domain)
	if !named || is && kept.id == id {
		h.settlePolicy(env, e.Waiter.ID, "", "")
		return
	}
	h.searches[i].policy = id
	h.askAddress(env, mtasts.Host(h.searches[i].domain), dns.Waiter{Kind: forPolicyHost, ID: e.Waiter.ID})
}

// policyHostKnown takes the address of the host where a policy lies, and fetches it.
func (h *Host) policyHostKnown(env Env, e dns.Event) {
	i, ok := h.searchOf(e.Waiter.ID)
	if !ok {
		return
	}
	for k := range e.Records {
		if address := e.Records[k].Address(); address != "" {
			host := mtasts.Host(h.searches[i].domain)
			env.Dial(h.Name, address, 443, &fetcher{Client: http.NewClient(host, mtasts.Path, env.Now()), host: host, search: e.Waiter.ID})
			return
		}
	}
	if !h.askIPv4(env, e) {
		h.settlePolicy(env, e.Waiter.ID, "", "host")
	}
}

// settlePolicy ends the search for a policy: with the text that was fetched, or "" and why it was not. A policy that is kept
// goes on to count where a new one cannot be had (RFC 8461 §3.3).
func (h *Host) settlePolicy(env Env, id uint32, text, problem string) {
	i, ok := h.searchOf(id)
	if !ok {
		return
	}
	s := h.searches[i]
	h.endSearch(id)
	p, right := mtasts.ParsePolicy(text)
	switch {
	case right:
		h.policies = slices.DeleteFunc(h.policies, func(k keptPolicy) bool { return k.domain == s.domain })
		h.policies = append(h.policies, keptPolicy{s.domain, s.policy, p, env.Now().Add(p.MaxAge)})
	case text != "" && problem == "":
		problem = "syntax"
	}
	if kept, is := h.keptPolicy(env, s.domain); is {
		p = kept.policy
	} else {
		p = mtasts.Policy{Mode: mtasts.None}
	}
	e := trace.Event{Kind: trace.KindAuth, Actor: h.Name, Target: s.domain, Label: "mta-sts", Verb: string(p.Mode), Next: problem, Data: []byte(strings.Join(p.MX, "\n"))}
	if p.Mode == mtasts.Enforce {
		e.Class = trace.ClassOK
	}
	if problem != "" {
		e.Class = trace.ClassTransient
	}
	env.Emit(e)
	if p.Mode == mtasts.Enforce {
		s.need.verified = true
		s.hosts = slices.DeleteFunc(s.hosts, func(x exchanger) bool { return !p.Allows(x.name) })
	}
	if len(s.hosts) == 0 {
		for _, entry := range s.entries {
			h.giveBack(env, entry, verdict{notInPolicy.Class(), notInPolicy.String()}, "")
		}
		return
	}
	h.dispatch(env, s.hosts, s.need, s.entries...)
}

// fetcher is the session that fetches a policy.
type fetcher struct {
	*http.Client
	noMailbox
	host   string
	search uint32
	told   bool
}

// ServerName is the name for which the certificate must stand.
func (f *fetcher) ServerName() string { return f.host }

// ImplicitTLS says that it begins with TLS.
func (f *fetcher) ImplicitTLS() {}

// Demands is a certificate that is right (RFC 8461 §3.3).
func (f *fetcher) Demands() (verified bool, tlsa [][]byte) { return true, nil }

// Pump tells what came once all is there.
func (f *fetcher) Pump(env Env, h *Host, conn uint32) {
	if f.Done() {
		f.End(env, h, conn)
	}
}

// End tells what came.
func (f *fetcher) End(env Env, h *Host, _ uint32) {
	if f.told {
		return
	}
	f.told = true
	switch status, text := f.Result(); status {
	case 200:
		h.settlePolicy(env, f.search, string(text), "")
	case 0:
		h.settlePolicy(env, f.search, "", "no-answer")
	default:
		h.settlePolicy(env, f.search, "", "status")
	}
}

// Copy returns an independent copy.
func (f *fetcher) Copy() Session {
	c := *f
	c.Client = f.Client.Clone()
	return &c
}

// tlsaKnown takes what DNSSEC says of a host's certificate (RFC 7672 §2.2). Where nobody can say it, the host is passed over:
// an attacker may be why.
func (h *Host) tlsaKnown(env Env, e dns.Event) {
	r, ok := h.routeOf(e.Waiter.ID)
	if !ok {
		return
	}
	tell := func(result string, class trace.Class) {
		env.Emit(trace.Event{Kind: trace.KindAuth, Actor: h.Name, Target: r.hosts[r.at].name, Label: "dane", Verb: result, Class: class})
	}
	a := dns.Answer{Question: e.Question, Code: e.Code, Records: e.Records}
	if a.Failed() {
		r.reason = noTLSA.String()
		tell("temperror", trace.ClassTransient)
		h.nextExchanger(env, r)
		return
	}
	if e.Authentic {
		for _, record := range a.Of() {
			if len(record.Octets) > 3 && (record.Octets[0] == 2 || record.Octets[0] == 3) { // RFC 7672 §3.1.3
				r.tlsa = append(r.tlsa, record.Octets)
			}
		}
	}
	if len(r.tlsa) > 0 {
		tell("required", trace.ClassNone)
	}
	h.dial(env, r)
}

// httpd serves the policies of the world's domains.
type httpd struct {
	*http.Server
	noMailbox
	noHold
}

// Pump answers what is asked.
func (s *httpd) Pump(env Env, h *Host, conn uint32) {
	for s.Step(env, h, conn) {
	}
}

// Step answers the request.
func (s *httpd) Step(_ Env, h *Host, _ uint32) bool {
	r, ok := s.Next()
	if !ok {
		return false
	}
	name, _, _ := strings.Cut(strings.ToLower(r.Host), ":")
	domain, isPolicy := strings.CutPrefix(name, mtasts.Host(""))
	i := slices.IndexFunc(h.world.Domains, func(d world.Domain) bool { return d.Name == domain && d.STSPolicy != "" })
	switch {
	case r.Method != "GET":
		s.Answer(405, nil)
	case !isPolicy || r.Path != mtasts.Path || i < 0:
		s.Answer(404, nil)
	default:
		s.Answer(200, []byte(h.world.Domains[i].STSPolicy))
	}
	return true
}

// Copy returns an independent copy.
func (s *httpd) Copy() Session {
	c := *s
	c.Server = s.Server.Clone()
	return &c
}
