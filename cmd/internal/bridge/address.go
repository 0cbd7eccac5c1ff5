package bridge

import (
	"net/netip"
	"slices"
	"strings"
)

// isName says whether a text is a host name in lower case, in the one form that is allowed: labels of letters, digits
// and hyphens (RFC 1123 §2.1), two at least unless it is localhost, the last one not a number. So no address in any
// notation passes as a name, nor a trailing dot, a user before @, or a letter that only looks like another.
func isName(s string) bool {
	if s == "" || len(s) > 253 {
		return false
	}
	labels := strings.Split(s, ".")
	for _, l := range labels {
		if l == "" || len(l) > 63 || l[0] == '-' || l[len(l)-1] == '-' {
			return false
		}
		for i := range len(l) {
			if c := l[i]; (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' {
				return false
			}
		}
	}
	last := labels[len(labels)-1]
	return (len(labels) > 1 || s == "localhost") && (last[0] < '0' || last[0] > '9')
}

// parseAddress reads an address in the one form that is allowed: four decimal numbers, or IPv6 as RFC 5952 writes it,
// without zone and not wrapped around an IPv4 address.
func parseAddress(s string) (netip.Addr, bool) {
	a, err := netip.ParseAddr(s)
	return a, err == nil && a.Zone() == "" && !a.Is4In6() && a.String() == s
}

// specialRanges are addresses of no public host besides those that netip tells (RFC 6890 §2.2.2).
var specialRanges = func() []netip.Prefix {
	var list []netip.Prefix
	for _, s := range []string{"0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15",
		"198.51.100.0/24", "203.0.113.0/24", "240.0.0.0/4", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32",
		"2002::/16", "fec0::/10", "3fff::/20", "5f00::/16"} {
		list = append(list, netip.MustParsePrefix(s))
	}
	return list
}()

// special says whether an address is one that only a configuration that names it may reach: private, loopback,
// link-local (the metadata services of clouds among them), multicast, or reserved.
func special(a netip.Addr) bool {
	return !a.IsGlobalUnicast() || a.IsPrivate() || a.IsLoopback() || a.IsLinkLocalUnicast() ||
		slices.ContainsFunc(specialRanges, func(p netip.Prefix) bool { return p.Contains(a) })
}

// names says whether the target names an address outright.
func (t *Target) names(a netip.Addr) bool {
	return slices.ContainsFunc(t.Networks, func(p netip.Prefix) bool { return p.Contains(a) })
}

// allows says whether the target's server may be at an address.
func (t *Target) allows(a netip.Addr) bool {
	if a.IsMulticast() || a.IsUnspecified() || a.Is4In6() || a.Zone() != "" {
		return false
	}
	return !special(a) || t.names(a)
}

// usual says whether a port is one of the protocol's own. Another one is for named networks only.
func (t *Target) usual(port int) bool { return slices.Contains(protocols[t.Protocol], port) }

// find returns the target that a host and a port belong to.
func (c *Config) find(host string, port int) (*Target, bool) {
	named := false
	for i := range c.Targets {
		t := &c.Targets[i]
		if !slices.ContainsFunc(t.Hosts, func(p string) bool { return matches(p, host) }) {
			continue
		}
		if named = true; slices.Contains(t.Ports, port) {
			return t, true
		}
	}
	return nil, named
}

// matches says whether a host is what a pattern means; a star stands for one label or more.
func matches(pattern, host string) bool {
	if suffix, ok := strings.CutPrefix(pattern, "*"); ok {
		return strings.HasSuffix(host, suffix) && len(host) > len(suffix)
	}
	return pattern == host
}
