package netsim

import "ehlo/sim/engine"

// SendDatagram sends one datagram from a host to another, by name or address; label names its protocol. It arrives whole
// or not at all, and where there is no such host it is gone.
func (n *Net) SendDatagram(now engine.Time, from, to, label string, p []byte) {
	src, dst := n.topo.index[from], -1
	if i, ok := n.topo.index[to]; ok && (i == src || n.topo.way(src, i) >= 0) {
		dst = i
	}
	if dst < 0 {
		return
	}
	n.launch(now, flight{kind: Datagram, at: int32(src), src: int32(src), dst: int32(dst), label: label, data: n.keep(p), link: -1})
}
