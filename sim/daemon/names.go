package daemon

import (
	"strings"

	"ehlo/sim/dns"
	"ehlo/sim/trace"
	"ehlo/sim/world"
)

// Zones gathers the zones of a world. Where the file has none for a mail domain or for a host, there is one all the same,
// with the MX and address records that follow from the file: it is served by the first name server, and where there is no name
// server every host knows it.
func Zones(def *world.Definition) *dns.Zones {
	var zones []*dns.Zone
	named := make(map[string]bool)
	for _, z := range def.Zones {
		zones = append(zones, dns.NewZone(z.Name, z.Servers, z.DNSSEC, z.Records))
		named[z.Name] = true
	}
	written := dns.NewZones(zones)
	var servers []string
	if s := nameServer(def); s != "" {
		servers = []string{s}
	}
	implied := make(map[string][]dns.Record)
	var order []string
	add := func(zone string, r dns.Record) {
		if _, ok := implied[zone]; !ok {
			order = append(order, zone)
		}
		r.TTL = 3600
		implied[zone] = append(implied[zone], r)
	}
	domains := make(map[string]bool)
	for _, d := range def.Domains {
		if _, ok := written.Of(d.Name); !ok {
			domains[d.Name] = true
			add(d.Name, dns.Record{Name: d.Name, Type: dns.MX, Pref: 10, Target: d.MX})
		}
	}
	for _, h := range def.Hosts {
		for _, address := range []string{h.Address, h.IPv6} {
			octets, ok := dns.ParseAddress(address)
			if !ok {
				continue
			}
			kind := dns.A
			if dns.IsIPv6(address) {
				kind = dns.AAAA
			}
			if _, ok := written.Of(h.Name); !ok {
				add(zoneAbove(h.Name, domains), dns.Record{Name: h.Name, Type: kind, Octets: octets})
			}
			labels, zone := dns.ReverseLabels(address)
			reverse := labels + "." + zone
			if _, ok := written.Of(reverse); !ok && !named[zone] {
				add(zone, dns.Record{Name: reverse, Type: dns.PTR, Target: h.Name})
			}
		}
	}
	for _, name := range order {
		zones = append(zones, dns.NewZone(name, servers, dns.Insecure, implied[name]))
	}
	return dns.NewZones(zones)
}

// zoneAbove is the mail domain in which a host lies, or its own name.
func zoneAbove(host string, domains map[string]bool) string {
	for name := host; name != ""; {
		if domains[name] {
			return name
		}
		_, name, _ = strings.Cut(name, ".")
	}
	return host
}

// nameServer is the first host with a name service, "" where there is none.
func nameServer(def *world.Definition) string {
	for _, h := range def.Hosts {
		if h.Serves("dns") {
			return h.Name
		}
	}
	return ""
}

// newResolver makes the resolver of a host. A name server, and a host in a world without any, finds out for itself.
func newResolver(def *world.Definition, h *world.Host, zones *dns.Zones, chance uint64) *dns.Resolver {
	upstream := h.Resolver
	if upstream == "" && !h.Serves("dns") {
		upstream = nameServer(def)
	}
	if upstream == h.Name {
		upstream = ""
	}
	return dns.NewResolver(h.Name, zones, upstream, chance)
}

// Nameserver is the host that this one asks for names: itself where it finds out alone.
func (h *Host) Nameserver() string {
	if server := h.names.Upstream(); server != "" {
		return server
	}
	return h.Name
}

// Whom the answer to a question is for.
const (
	forDomain     uint8 = iota // a domain whose MX records are looked up: ID is its search's
	forAddress                 // a host of a route: ID is the route's
	forSession                 // a server's session, on the connection ID
	forPolicy                  // whether a domain has an MTA-STS policy: ID is its search's
	forPolicyHost              // the host where it lies
	forTLSA                    // what a host of a route says of its certificate: ID is the route's
)

// askAddress asks the DNS for the addresses of a host: those of IPv6 first, where this host has one itself. After their answer
// whoever asked has to ask for the others with [Host.askIPv4].
func (h *Host) askAddress(env Env, name string, w dns.Waiter) {
	kind := dns.A
	if h.def.IPv6 != "" {
		kind = dns.AAAA
	}
	h.ask(env, name, kind, w)
}

// askIPv4 asks for the IPv4 addresses of a host where the answer was about the others, and says whether it was.
func (h *Host) askIPv4(env Env, e dns.Event) bool {
	if e.Question.Type != dns.AAAA {
		return false
	}
	h.ask(env, e.Question.Name, dns.A, e.Waiter)
	return true
}

// ask asks the DNS. The answer comes to learned, perhaps at once.
func (h *Host) ask(env Env, name string, t dns.Type, w dns.Waiter) {
	h.names.Ask(env.Now(), dns.Question{Name: dns.Canonical(name), Type: t}, w)
	h.pumpNames(env)
}

// ReceiveDatagram takes a datagram of the DNS that reached the host.
func (h *Host) ReceiveDatagram(env Env, from string, data []byte) {
	h.names.Receive(env.Now(), from, data)
	h.pumpNames(env)
}

// pumpNames reports what the resolver did, sends what it says, and hands answers on.
func (h *Host) pumpNames(env Env) {
	for {
		e, ok := h.names.Next()
		if !ok {
			break
		}
		event := trace.Event{Actor: h.Name, Target: e.Peer, Num: int64(e.ID)}
		if env.Told() {
			event.Label, event.Data = e.Question.String(), []byte(dns.Text(e.Records))
		}
		switch e.Kind {
		case dns.Asked:
			event.Kind, event.Data = trace.KindQuery, nil
			env.Emit(event)
		case dns.Answered:
			event.Kind = trace.KindAnswer
			event.Verb, event.Class = e.Code.String(), classOf(e.Code)
			env.Emit(event)
		case dns.Learned:
			event.Kind, event.Num = trace.KindLookup, 0
			if e.Cached {
				event.Num = 1
			}
			event.Verb, event.Class = e.Code.String(), classOf(e.Code)
			env.Emit(event)
			h.learned(env, e)
		}
	}
	for {
		d, ok := h.names.Output()
		if !ok {
			break
		}
		env.Send(h, d.Peer, d.Data)
	}
	if t, ok := h.names.Timeout(); ok {
		env.Wake(h, t)
	}
}

func classOf(c dns.RCode) trace.Class {
	switch c {
	case dns.NoError:
		return trace.ClassOK
	case dns.NXDomain:
		return trace.ClassPermanent
	}
	return trace.ClassTransient
}

// learned hands an answer to who asked.
func (h *Host) learned(env Env, e dns.Event) {
	switch e.Waiter.Kind {
	case forDomain:
		h.mxKnown(env, e)
	case forAddress:
		h.addressKnown(env, e)
	case forPolicy:
		h.policyNamed(env, e)
	case forPolicyHost:
		h.policyHostKnown(env, e)
	case forTLSA:
		h.tlsaKnown(env, e)
	case forSession:
		h.heard = append(h.heard, heard{e.Waiter.ID, dns.Answer{Question: e.Question, Code: e.Code, Records: e.Records, Authentic: e.Authentic}})
		env.Resume(h, e.Waiter.ID)
	}
}
