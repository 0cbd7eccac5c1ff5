package shell

import (
	"slices"
	"strings"

	"ehlo/sim/daemon"
)

// inetd starts the super server, which reads /etc/inetd.conf.
func inetd(p *Process) int {
	switch {
	case !p.Env().Machine().HasInetd():
		p.Complain("-bash: inetd: command not found\n")
		p.Why("shell.why.no-inetd", p.Host())
		return 127
	case p.User() != "root":
		p.Error("must be run as root")
		p.Why("shell.why.superuser", p.Name)
		return 1
	}
	p.Env().Machine().ReadInetd()
	return 0
}

// killall sends a signal to the programs of a name. Of what runs here without a terminal, inetd heeds one: SIGHUP lets it
// read its file again, and SIGTERM ends it.
func killall(p *Process) int {
	opts, names, fault := p.options("s:q", "signal=s", "quiet:q")
	signal := "TERM"
	for _, name := range []string{"HUP", "TERM", "1", "15", "SIGHUP", "SIGTERM"} {
		if len(p.Args) > 0 && p.Args[0] == "-"+name { // the old form
			signal, fault = name, ""
			names = p.Args[1:]
		}
	}
	if fault != "" || len(names) == 0 {
		p.misused(fault, "Usage: killall [ -s SIGNAL | -SIGNAL ] NAME...\n", 1)
		return 1
	}
	if value, ok := opts.get("s"); ok {
		signal = value
	}
	hup := map[string]bool{"HUP": true, "1": true}[strings.TrimPrefix(strings.ToUpper(signal), "SIG")]
	status := 0
	for _, name := range names {
		switch machine := p.Env().Machine(); {
		case name == "stunnel" && len(machine.Tunnels()) > 0:
			left := slices.DeleteFunc(slices.Clone(machine.Tunnels()), func(t daemon.Tunnel) bool { return t.User == p.User() || p.User() == "root" })
			if len(left) == len(machine.Tunnels()) {
				p.Complain("stunnel(411): Operation not permitted\nstunnel: no process found\n")
				p.Why("shell.why.superuser", p.Name)
				status = 1
				continue
			}
			machine.SetTunnels(p.Env(), left)
		case name != "inetd" || !machine.HasInetd():
			if !opts.has("q") {
				p.Complain(name + ": no process found\n")
			}
			p.Why("shell.why.no-process", name)
			status = 1
		case p.User() != "root":
			p.Complain(name + "(312): Operation not permitted\n" + name + ": no process found\n")
			p.Why("shell.why.superuser", p.Name)
			status = 1
		case hup:
			machine.ReadInetd()
		default:
			machine.StopInetd()
		}
	}
	return status
}
