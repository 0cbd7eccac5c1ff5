package shell

import (
	"strconv"
	"strings"

	"ehlo/sim/dns"
)

const ssUsage = `Usage: ss [ OPTIONS ]
       ss [ OPTIONS ] [ FILTER ]
   -h, --help          this message
   -H, --no-header     Suppress header line
   -n, --numeric       don't resolve service names
   -l, --listening     display listening sockets
   -a, --all           display all sockets
   -t, --tcp           display only TCP sockets
`

// ss lists the sockets of the host: which ports it listens at, and its connections.
func ss(p *Process) int {
	opts, rest, fault := p.options("tlanHh", "tcp:t", "listening:l", "all:a", "numeric:n", "no-header:H", "help:h")
	switch {
	case fault != "":
		p.misused(fault, ssUsage, 255)
		return 255
	case opts.has("h"):
		p.Print(ssUsage)
		return 0
	case len(rest) > 0:
		p.Complain("Error: an inet prefix is expected rather than \"" + rest[0] + "\".\nCannot parse dst/src address.\n")
		p.Why("shell.why.option", p.Name)
		return 255
	}
	service := func(port int) string {
		for _, s := range ports {
			if s.port == port && !opts.has("n") {
				return s.name
			}
		}
		return strconv.Itoa(port)
	}
	host := func(address string) string {
		if dns.IsIPv6(address) {
			return "[" + address + "]"
		}
		return address
	}
	rows := [][6]string{{"State", "Send-Q", "Local Address", "Port", "Peer Address", "Port"}}
	for _, s := range p.Env().Sockets() {
		if s.Peer == "" && (opts.has("l") || opts.has("a")) {
			rows = append(rows, [6]string{"LISTEN", "100", "0.0.0.0", service(s.Port), "0.0.0.0", "*"})
		} else if s.Peer != "" && (!opts.has("l") || opts.has("a")) {
			rows = append(rows, [6]string{"ESTAB", "0", host(s.Address), service(s.Port), host(s.Peer), service(s.PeerPort)})
		}
	}
	var widths [6]int
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], len(cell))
		}
	}
	for i, row := range rows {
		if i == 0 && opts.has("H") {
			continue
		}
		queue, process := "0", ""
		if i == 0 {
			queue, process = "Recv-Q", "Process"
		}
		line := padRight(row[0], 6) + " " + padRight(queue, 6) + " " + padRight(row[1], 6) + " " + padLeft(row[2], widths[2], ' ') + ":" + padRight(row[3], widths[3]) + " " +
			padLeft(row[4], widths[4], ' ') + ":" + padRight(row[5], widths[5]) + process
		p.Print(strings.TrimRight(line, " "), "\n")
	}
	return 0
}
