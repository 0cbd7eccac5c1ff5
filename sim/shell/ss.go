package shell

import (
	"strconv"

	"ehlo/sim/dns"
)

// ss lists the sockets of the host: which ports it listens at, and its connections.
func ss(p *Process) int {
	opts, rest, fault := p.options("tlanH", "tcp:t", "listening:l", "all:a", "numeric:n")
	if fault != "" || len(rest) > 0 {
		p.misused(fault, "Usage: ss [ OPTIONS ]\n", 1)
		return 1
	}
	name := func(address string, port int) string {
		if dns.IsIPv6(address) {
			address = "[" + address + "]"
		}
		if !opts.has("n") {
			for _, s := range ports {
				if s.port == port {
					return address + ":" + s.name
				}
			}
		}
		return address + ":" + strconv.Itoa(port)
	}
	row := func(state, queue, local, peer string) {
		p.Print(padRight(state, 7), padRight("0", 7), padRight(queue, 7), padRight(padLeft(local, 23, ' '), 24), peer, "\n")
	}
	if !opts.has("H") {
		p.Print(padRight("State", 7), padRight("Recv-Q", 7), padRight("Send-Q", 7), padRight(padLeft("Local Address:Port", 23, ' '), 24), "Peer Address:Port\n")
	}
	for _, s := range p.Env().Sockets() {
		if s.Peer == "" && (opts.has("l") || opts.has("a")) {
			row("LISTEN", "100", name("0.0.0.0", s.Port), "0.0.0.0:*")
		} else if s.Peer != "" && (!opts.has("l") || opts.has("a")) {
			row("ESTAB", "0", name(s.Address, s.Port), name(s.Peer, s.PeerPort))
		}
	}
	return 0
}
