package shell

import (
	"strconv"
	"strings"

	"ehlo/sim/daemon"
)

// stunnelConf is the configuration of stunnel from version 4 on; before it was told by options.
const stunnelConf = "/etc/stunnel/stunnel.conf"

// stunnel puts TLS around plain services: of its host, or, as a client, of others.
func stunnel(p *Process) int {
	opts, files, fault := p.options("cd:r:p:", "version")
	switch {
	case fault != "":
		p.misused(fault, "stunnel [<filename>] | stunnel [-c] -d [host:]port -r [host:]port [-p pemfile] | stunnel --version\n", 1)
		return 1
	case opts.has("version"):
		p.Complain("stunnel " + stunnelVersion(p) + "\n")
		return 0
	}
	var tunnels []daemon.Tunnel
	ok := false
	if listen, given := opts.get("d"); given {
		remote, _ := opts.get("r")
		tunnels, ok = stunnelService{listen, listen, remote, opts.has("c")}.open(p, tunnels)
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
		p.Complain("[!] Invalid configuration file name \"" + name + "\"\n[!] realpath: " + why + " (2)\n")
		p.Why("shell.why.file", name)
		return nil, false
	}
	var all, now stunnelService // what stands before the first service holds for all
	ok = true
	end := func() {
		if now.name != "" && ok {
			tunnels, ok = now.open(p, tunnels)
		}
	}
	for n, line := range strings.Split(string(text), "\n") {
		line = strings.TrimSpace(line)
		key, value, found := strings.Cut(line, "=")
		key, value = strings.TrimSpace(key), strings.TrimSpace(value)
		switch {
		case line == "" || line[0] == '#' || line[0] == ';':
		case line[0] == '[' && strings.HasSuffix(line, "]"):
			end()
			now = all
			now.name = line[1 : len(line)-1]
		case key == "accept" && found && now.name != "":
			now.accept = value
		case key == "connect" && found && now.name != "":
			now.connect = value
		case key == "client" && (value == "yes" || value == "no"):
			now.client = value == "yes"
			if now.name == "" {
				all.client = now.client
			}
		case found && (key == "cert" || key == "key" || key == "pid" || key == "debug" || key == "output" || key == "setuid" || key == "setgid"):
		default:
			p.Complain("[!] " + name + ":" + strconv.Itoa(n+1) + ": \"" + line + "\": Specified option name is not valid here\n[!] Configuration failed\n")
			p.Why("shell.why.stunnel", key)
			return nil, false
		}
	}
	end()
	if ok && len(tunnels) == 0 {
		p.Complain("[!] Inetd mode: TLS server needs a certificate\n[!] Configuration failed\n")
		p.Why("shell.why.stunnel", name)
		return nil, false
	}
	return tunnels, ok
}

// stunnelService is a service of stunnel as its configuration has it.
type stunnelService struct {
	name, accept, connect string
	client                bool
}

// open adds the tunnel of a service, unless its port is taken or there is none.
func (s stunnelService) open(p *Process, all []daemon.Tunnel) ([]daemon.Tunnel, bool) {
	t := daemon.Tunnel{User: p.User()}
	host, at, ok := tunnelEnd(p, s.accept)
	if t.Accept = at; !ok || host != p.Host() {
		return s.wrong(p)
	}
	if host, t.Connect, ok = tunnelEnd(p, s.connect); !ok {
		return s.wrong(p)
	}
	if s.client {
		t.Host = host
	} else if host != p.Host() {
		return s.wrong(p)
	}
	port := strconv.Itoa(t.Accept)
	if t.Accept < 1024 && p.User() != "root" {
		p.Complain("[.] Binding service [" + s.name + "] to 0.0.0.0:" + port + ": " + noPermission + " (13)\n[!] Binding service [" + s.name + "] failed\n")
		p.Why("shell.why.superuser", p.Name)
		return nil, false
	}
	machine := p.Env().Machine()
	taken := false
	for i, d := range machine.Definition().Services {
		taken = taken || d.Port == t.Accept && machine.Serves(i)
	}
	for _, other := range append(machine.Tunnels(), all...) {
		taken = taken || other.Accept == t.Accept
	}
	if taken {
		p.Complain("[.] Binding service [" + s.name + "] to 0.0.0.0:" + port + ": Address already in use (98)\n[!] Binding service [" + s.name + "] failed\n")
		p.Why("shell.why.port-taken", port)
		return nil, false
	}
	if s.client {
		p.Complain("[:] Service [" + s.name + "] needs authentication to prevent MITM attacks\n")
	}
	return append(all, t), true
}

// wrong says that a service is not complete.
func (s stunnelService) wrong(p *Process) ([]daemon.Tunnel, bool) {
	p.Complain("[!] Service [" + s.name + "]: Each service must define two endpoints\n[!] Configuration failed\n")
	p.Why("shell.why.stunnel", s.name)
	return nil, false
}

// tunnelEnd reads a port, perhaps behind the name of a host; without it is this one.
func tunnelEnd(p *Process, text string) (host string, port int, ok bool) {
	host = p.Host()
	if name, rest, given := strings.Cut(text, ":"); given {
		found, _, there := p.local(name)
		if !there && name != "0.0.0.0" {
			return "", 0, false
		}
		if there {
			host = found
		}
		text = rest
	}
	port, ok = portOf(text)
	return host, port, ok
}
