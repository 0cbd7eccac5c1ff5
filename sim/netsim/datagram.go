package netsim

import "ehlo/sim/engine"

// SendDatagram sends one datagram from a host to another, by name or address; label names its protocol. It arrives whole
// or not at all, and where there is no such host it is gone. To an IPv6 address it crosses the network by IPv6, to a name by IPv4.
func (n *Net) SendDatagram(now engine.Time, from, to, label string, p []byte) {
	src, dst := n.topo.index[from], -1
	to = n.topo.loop(src, to)
	if i, ok := n.topo.index[to]; ok && (i == src || n.topo.way(src, i) >= 0) {
		dst = i
	}
	ipv6 := isIPv6(to)
	if dst < 0 || ipv6 && n.topo.hosts[src].IPv6 == "" {
		return
	}
	n.enter(now, flight{kind: Datagram, at: int32(src), src: int32(src), dst: int32(dst), ipv6: ipv6, label: label, data: n.keep(p), link: -1})
}
