package shell

import (
	"strconv"
	"strings"

	"ehlo/sim/daemon"
)

// stunnelConf is the configuration of stunnel from version 4 on; before it was told by options.
const stunnelConf = "/etc/stunnel/stunnel.conf"

// stunnel puts TLS around plain services of its host.
func stunnel(p *Process) int {
	opts, files, fault := p.options("d:r:l:p:Tf", "version")
	switch {
	case fault != "":
		p.misused(fault, "stunnel [<filename>] | stunnel -d [host:]port -r [host:]port [-p pemfile] | stunnel --version\n", 1)
		return 1
	case opts.has("version"):
		p.Complain("stunnel " + stunnelVersion(p) + "\n")
		return 0
	case p.User() != "root":
		p.Complain("[!] Error binding service: Permission denied (13)\n")
		p.Why("shell.why.superuser", p.Name)
		return 1
	}
	var tunnels []daemon.Tunnel
	ok := false
	if listen, given := opts.get("d"); given {
		remote, _ := opts.get("r")
		tunnels, ok = tunnel(p, tunnels, listen, listen, remote)
	} else {
		name := stunnelConf
		if len(files) > 0 {
			name = files[0]
		}
		tunnels, ok = readStunnel(p, name)
	}
	if !ok {
		return 1
	}
	machine := p.Env().Machine()
	machine.SetTunnels(p.Env(), append(append([]daemon.Tunnel(nil), machine.Tunnels()...), tunnels...))
	return 0
}

func stunnelVersion(p *Process) string {
	if p.Date().Year() < 2002 {
		return "3.4 on i386-pc-linux-gnu with OpenSSL 0.9.4"
	}
	return "5.68 on x86_64-pc-linux-gnu platform"
}

// readStunnel reads a configuration: services in brackets, each with accept and connect.
func readStunnel(p *Process, name string) (tunnels []daemon.Tunnel, ok bool) {
	text, why := p.term.read(name)
	if why != "" {
		p.Complain("[!] Cannot open configuration file\n[!] " + name + ": " + why + "\n")
		p.Why("shell.why.file", name)
		return nil, false
	}
	service, accept, connect := "", "", ""
	ok = true
	end := func() {
		if service != "" && ok {
			tunnels, ok = tunnel(p, tunnels, service, accept, connect)
		}
		service, accept, connect = "", "", ""
	}
	for n, line := range strings.Split(string(text), "\n") {
		line = strings.TrimSpace(line)
		key, value, found := strings.Cut(line, "=")
		key, value = strings.TrimSpace(key), strings.TrimSpace(value)
		switch {
		case line == "" || line[0] == '#' || line[0] == ';':
		case line[0] == '[' && strings.HasSuffix(line, "]"):
			end()
			service = line[1 : len(line)-1]
		case key == "accept" && found:
			accept = value
		case key == "connect" && found:
			connect = value
		case found && (key == "cert" || key == "key" || key == "pid" || key == "debug" || key == "output" || key == "setuid" || key == "setgid" || key == "client" && value == "no"):
		default:
			p.Complain("[!] " + name + ":" + strconv.Itoa(n+1) + ": \"" + line + "\": Specified option name is not valid here\n")
			p.Why("shell.why.stunnel", key)
			return nil, false
		}
	}
	end()
	if ok && len(tunnels) == 0 {
		p.Complain("[!] " + name + ": no service is defined\n")
		p.Why("shell.why.stunnel", name)
		return nil, false
	}
	return tunnels, ok
}

// tunnel adds one, unless its port is taken or there is none.
func tunnel(p *Process, all []daemon.Tunnel, service, accept, connect string) ([]daemon.Tunnel, bool) {
	from, ok := tunnelPort(p, accept)
	to, ok2 := tunnelPort(p, connect)
	if !ok || !ok2 {
		p.Complain("[!] Service [" + service + "]: accept and connect want a port of this host\n")
		p.Why("shell.why.stunnel", service)
		return nil, false
	}
	machine := p.Env().Machine()
	taken := false
	for i, s := range machine.Definition().Services {
		taken = taken || s.Port == from && machine.Serves(i)
	}
	for _, t := range append(machine.Tunnels(), all...) {
		taken = taken || t.Accept == from
	}
	if taken {
		p.Complain("[!] Error binding service [" + service + "] to :::" + strconv.Itoa(from) + ": Address already in use (98)\n")
		p.Why("shell.why.port-taken", strconv.Itoa(from))
		return nil, false
	}
	return append(all, daemon.Tunnel{Accept: from, Connect: to}), true
}

// tunnelPort reads a port, perhaps behind the name of this host.
func tunnelPort(p *Process, text string) (int, bool) {
	if host, port, ok := strings.Cut(text, ":"); ok {
		if name, _, here := p.local(host); !here || name != p.Host() {
			return 0, false
		}
		text = port
	}
	return portOf(text)
}
