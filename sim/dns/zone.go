package dns

import (
	"slices"
	"strings"
)

// Security is what DNSSEC says of a zone (RFC 4033 §5).
type Security uint8

// What a zone can be.
const (
	Insecure Security = iota // not signed
	Secure                   // signed, and validated by every resolver
	Bogus                    // signed wrongly: resolvers refuse its answers
)

// Zone is the records of a domain with the hosts that serve it. It never changes.
type Zone struct {
	Name     string
	Servers  []string // hosts; none: every resolver knows the zone by itself, as from a hosts file
	Security Security
	records  map[string][]Record // by name, in the order of the file
	soa      Record              // as it stands in a denial
}

// NewZone makes a zone of records. Where none is an SOA, negative answers are kept for five minutes.
func NewZone(name string, servers []string, security Security, records []Record) *Zone {
	z := &Zone{Name: Canonical(name), Servers: servers, Security: security, records: make(map[string][]Record)}
	z.soa = Record{Name: z.Name, Type: SOA, TTL: 300, Target: z.Name, Mbox: join("hostmaster", z.Name), Numbers: []uint32{1, 7200, 3600, 604800, 300}}
	if len(servers) > 0 {
		z.soa.Target = servers[0]
	}
	for _, r := range records {
		z.records[r.Name] = append(z.records[r.Name], r)
		if r.Type == SOA {
			z.soa = r
		}
	}
	if len(z.soa.Numbers) == 5 {
		z.soa.TTL = min(z.soa.TTL, z.soa.Numbers[4]) // RFC 2308 §3
	}
	return z
}

// Records returns what stands at a name. It must not be changed.
func (z *Zone) Records(name string) []Record { return z.records[name] }

// maxAliases is how many CNAME records an answer follows.
const maxAliases = 8

// Find answers a question from the zone (RFC 1034 §4.3.2): records, those of the aliases on the way to them before them,
// or the SOA record with NoError where the name has none of the type and NXDomain where there is no such name. An alias
// that leads out of the zone ends the answer.
func (z *Zone) Find(q Question) (code RCode, answers, authority []Record) {
	name := q.Name
	for range maxAliases {
		at, ok := z.at(name)
		if !ok {
			return NXDomain, answers, []Record{z.soa}
		}
		if len(at) == 1 && at[0].Type == q.Type && answers == nil {
			return NoError, at[:1:1], nil
		}
		found := false
		for _, r := range at {
			if r.Type == q.Type {
				answers, found = append(answers, r), true
			}
		}
		if found {
			return NoError, answers, nil
		}
		alias := slices.IndexFunc(at, func(r Record) bool { return r.Type == CNAME })
		if alias < 0 || q.Type == CNAME {
			return NoError, answers, []Record{z.soa}
		}
		answers = append(answers, at[alias])
		if name = at[alias].Target; !within(name, z.Name) {
			return NoError, answers, nil
		}
	}
	return ServFail, nil, nil // the aliases go round in a circle
}

// at is the records of a name, those of a wildcard where the name has none and no name lies below it (RFC 4592 §3.3.1).
func (z *Zone) at(name string) ([]Record, bool) {
	if at, ok := z.records[name]; ok {
		return at, true
	}
	if name == z.Name || z.isAbove(name) {
		return nil, true
	}
	for above := name; above != z.Name; {
		_, rest, ok := strings.Cut(above, ".")
		if !ok && z.Name != "" {
			break
		}
		above = rest
		if wild, ok := z.records[join("*", above)]; ok {
			at := slices.Clone(wild)
			for i := range at {
				at[i].Name = name
			}
			return at, true
		}
		if _, ok := z.records[above]; ok || above == "" {
			break
		}
	}
	return nil, false
}

// isAbove says that there are names below a name.
func (z *Zone) isAbove(name string) bool {
	for n := range z.records {
		if strings.HasSuffix(n, "."+name) {
			return true
		}
	}
	return false
}

// Zones is all zones of a world. It never changes.
type Zones struct{ byName map[string]*Zone }

// NewZones gathers zones.
func NewZones(zones []*Zone) *Zones {
	z := &Zones{make(map[string]*Zone, len(zones))}
	for _, zone := range zones {
		z.byName[zone.Name] = zone
	}
	return z
}

// Of returns the zone in which a name lies, the lowest one that contains it, and false where none does.
func (z *Zones) Of(name string) (*Zone, bool) {
	for {
		if zone, ok := z.byName[name]; ok {
			return zone, true
		}
		_, above, ok := strings.Cut(name, ".")
		if !ok {
			return nil, false
		}
		name = above
	}
}

// join puts a label before a name.
func join(label, name string) string {
	if name == "" {
		return label
	}
	return label + "." + name
}
