package bridge

import (
	"crypto/rand"
	"net"
	"net/netip"
	"slices"
	"strconv"

	"ehlo/cmd/internal/peer"
)

// Door is a service of this program itself.
type Door struct {
	Protocol string // "smtp", "pop3" or "imap"
	Address  string // where it listens, as "127.0.0.1:2525"
	TLS      bool   // from the first octet
}

// Local makes a bridge that leads to services of this program and nowhere else, with the usual limits. authority is the
// certificate, in PEM, of who signed theirs; with nil certificates are shown and not judged.
func Local(doors []Door, authority []byte) (*Bridge, error) {
	c := &Config{Limits: Limits{}.withDefaults()}
	for _, d := range doors {
		host, port, err := net.SplitHostPort(d.Address)
		if err != nil {
			return nil, err
		}
		a, err := netip.ParseAddr(host)
		if err != nil {
			return nil, err
		}
		if a = a.Unmap(); a.IsUnspecified() {
			a = netip.MustParseAddr("127.0.0.1")
		}
		n, err := strconv.Atoi(port)
		if err != nil {
			return nil, err
		}
		i := slices.IndexFunc(c.Targets, func(t Target) bool { return t.Protocol == d.Protocol && t.names(a) })
		if i < 0 {
			i = len(c.Targets)
			t := Target{Protocol: d.Protocol, Hosts: []string{a.String()}, Networks: []netip.Prefix{netip.PrefixFrom(a, a.BitLen())}, Insecure: authority == nil}
			if a.IsLoopback() {
				t.Hosts = []string{"localhost", a.String()}
			}
			if d.Protocol == "smtp" {
				t.Recipients = []string{"*"}
			}
			if authority != nil {
				if t.roots, err = peer.Roots(authority); err != nil {
					return nil, err
				}
			}
			c.Targets = append(c.Targets, t)
		}
		c.Targets[i].Ports = append(c.Targets[i].Ports, n)
		if d.TLS {
			c.Targets[i].implicit = append(c.Targets[i].implicit, n)
		}
	}
	return New(Options{Config: c, Key: []byte(rand.Text() + rand.Text())})
}
