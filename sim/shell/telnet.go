package shell

import (
	"bytes"
	"strconv"
	"strings"
)

// telnetEscape is Ctrl-], which leads to telnet's own prompt.
const telnetEscape = 0x1d

// telnet is telnet as Unix hosts have it: lines go out with CR LF.
type telnet struct {
	host    string // as it was named
	service string // port as it was named
	port    int
	conn    uint32
	up      bool
	asking  bool // its own prompt is shown
}

// Handle does what telnet does.
func (t *telnet) Handle(p *Process, e Event) {
	switch e.Kind {
	case Start:
		t.start(p)
	case Input:
		t.input(p, e.Data)
	case EOF, Interrupt:
		t.stop(p, e.Kind)
	case Resolved:
		if e.Tried != "" {
			p.Error("connect to address ", e.Tried, ": ", refusal(e.Fault))
		}
		p.Print("Trying ", e.Address, "...\n")
		t.conn = p.Connect(e.Host, t.port, true)
	case Unresolved:
		p.Error("could not resolve ", t.host, "/", t.service, ": Name or service not known")
		p.Why("shell.why.name", t.host)
		t.failed(p)
	case Refused, Unreachable:
		p.Error("Unable to connect to remote host: ", refusal(e.Kind))
		p.Why(whyRefused(e.Kind), t.host)
		t.failed(p)
	case Connected:
		t.up = true
		p.Print("Connected to ", t.host, ".\nEscape character is '^]'.\n")
		p.Read(true)
	case Received:
		p.Write(bytes.ReplaceAll(e.Data, []byte("\r"), nil))
	case Hangup, Over:
		if t.conn == e.Conn && t.conn != 0 {
			p.Print("Connection closed by foreign host.\n")
			p.Exit(1)
		}
	}
}

func (t *telnet) start(p *Process) {
	opts, rest, fault := p.options("46a")
	if fault != "" || len(rest) > 2 {
		p.misused(fault, "Usage: telnet [-4] [-6] [-a] [host-name [port]]\n", 1)
		return
	}
	p.family = opts.family()
	if len(rest) == 0 {
		t.ask(p)
		p.Read(true)
		return
	}
	t.open(p, rest)
}

// open begins to connect to a host and port.
func (t *telnet) open(p *Process, args []string) {
	t.host, t.service = args[0], "telnet"
	if len(args) > 1 {
		t.service = args[1]
	}
	var ok bool
	if t.port, ok = portOf(t.service); !ok {
		p.Error("could not resolve ", t.host, "/", t.service, ": Servname not supported for ai_socktype")
		p.Why("shell.why.port", t.service)
		t.failed(p)
		return
	}
	p.Resolve(t.host)
}

// refusal is how the system calls what has become of a connection.
func refusal(kind EventKind) string {
	return map[EventKind]string{Refused: "Connection refused", Unreachable: "No route to host", Timer: "Connection timed out"}[kind]
}

// whyRefused is the identifier of why that is so.
func whyRefused(kind EventKind) string {
	if kind == Refused {
		return "shell.why.refused"
	}
	return "shell.why.unreachable"
}

// failed goes on without a connection: at its own prompt if it came from there.
func (t *telnet) failed(p *Process) {
	if t.conn = 0; t.asking {
		t.ask(p)
		return
	}
	p.Exit(1)
}

func (t *telnet) ask(p *Process) {
	t.asking = true
	p.Print("telnet> ")
}

// input takes a line that was typed.
func (t *telnet) input(p *Process, line []byte) {
	text := strings.TrimSuffix(string(line), "\n")
	switch {
	case t.asking:
		t.command(p, strings.Fields(text))
	case strings.HasPrefix(text, string(rune(telnetEscape))):
		p.Print("\n")
		if rest := text[1:]; rest != "" {
			t.asking = true
			t.command(p, strings.Fields(rest))
			return
		}
		t.ask(p)
	case t.up:
		p.Env().Write(t.conn, bytes.ReplaceAll(line, []byte("\n"), []byte("\r\n")))
	}
}

// command is one at telnet's own prompt.
func (t *telnet) command(p *Process, words []string) {
	if len(words) == 0 {
		if t.up {
			t.asking = false
			return
		}
		t.ask(p)
		return
	}
	switch word := words[0]; {
	case strings.HasPrefix("quit", word):
		p.Print(strings.Repeat("Connection closed.\n", boolToInt(t.up)))
		t.up, t.conn = false, 0
		p.Exit(0)
	case strings.HasPrefix("close", word) && len(word) > 0 && t.up:
		p.Print("Connection closed.\n")
		p.Env().Finish(t.conn)
		t.up, t.conn = false, 0
		t.ask(p)
	case strings.HasPrefix("open", word) && len(words) > 1 && !t.up:
		t.open(p, words[1:])
		if t.conn != 0 || !p.exited {
			t.asking = t.conn == 0 && len(p.queries) == 0
		}
	case strings.HasPrefix("open", word):
		p.Print(map[bool]string{false: "usage: open host-name [port]\n", true: "?Already connected to " + t.host + "\n"}[t.up])
		t.ask(p)
	case strings.HasPrefix("status", word):
		if t.up {
			p.Print("Connected to ", t.host, ".\nOperating in line-by-line mode\nCatching signals locally\nRemote character echo\nEscape character is '^]'.\n")
			t.asking = false
			return
		}
		p.Print("No connection.\nEscape character is '^]'.\n")
		t.ask(p)
	case word == "?" || strings.HasPrefix("help", word):
		p.Print("Commands may be abbreviated.  Commands are:\n\nclose\tclose current connection\nopen\tconnect to a site\nquit\texit telnet\nstatus\tprint status information\n?\tprint help information\n")
		t.ask(p)
	default:
		p.Print("?Invalid command\n")
		t.ask(p)
	}
}

// stop ends it: at the end of the input the other side hears of that, Ctrl-C breaks off.
func (t *telnet) stop(p *Process, kind EventKind) {
	if t.conn == 0 {
		p.Exit(boolToInt(kind == Interrupt))
		return
	}
	conn := t.conn
	t.conn = 0
	if kind == EOF && t.up {
		p.Print("Connection closed by foreign host.\n")
		p.Exit(1)
		return
	}
	p.Env().Break(conn)
	p.Exit(130)
}

// Copy returns an independent copy.
func (t *telnet) Copy() Tool {
	c := *t
	return &c
}

// netcat is nc as OpenBSD and Debian have it.
type netcat struct {
	host, service string
	ports         []int
	address       string
	conn          uint32
	verbose       bool
	scan          bool // -z
	crlf          bool // -C
	shut          bool // -N
	found         bool
	up            bool
	wait          int // -w
}

const ncUsage = "usage: nc [-46CNnvz] [-w timeout] [destination] [port]\n"

// Handle does what nc does.
func (n *netcat) Handle(p *Process, e Event) {
	switch e.Kind {
	case Start:
		n.start(p)
	case Resolved:
		if e.Tried != "" {
			n.failed(p, e.Tried, e.Fault)
		}
		n.host, n.address = e.Host, e.Address
		n.next(p)
	case Unresolved:
		p.Error("getaddrinfo for host \"", n.host, "\" port ", n.service, ": Name or service not known")
		p.Why("shell.why.name", n.host)
		p.Exit(1)
	case Refused, Unreachable, Timer:
		n.refused(p, e.Kind)
	case Connected:
		n.connected(p)
	case Input:
		if n.crlf {
			e.Data = bytes.ReplaceAll(bytes.ReplaceAll(e.Data, []byte("\r\n"), []byte("\n")), []byte("\n"), []byte("\r\n"))
		}
		p.Env().Write(n.conn, e.Data)
	case EOF:
		if n.shut {
			p.Env().Finish(n.conn)
		}
	case Received:
		if n.up { // with -z nobody listens
			p.Write(e.Data)
		}
	case Interrupt:
		p.Exit(130)
	case Hangup, Over:
		if e.Conn == n.conn && n.up {
			p.Exit(0)
		}
	}
}

func (n *netcat) start(p *Process) {
	opts, rest, fault := p.options("46CNnvzw:")
	if fault != "" || len(rest) != 2 {
		p.misused(fault, ncUsage, 1)
		return
	}
	n.host, n.service, p.family = rest[0], rest[1], opts.family()
	n.verbose, n.scan, n.crlf, n.shut = opts.has("v"), opts.has("z"), opts.has("C"), opts.has("N")
	if w, ok := opts.get("w"); ok {
		seconds, err := strconv.Atoi(w)
		if err != nil || seconds < 1 {
			p.Error("timeout too small: ", w)
			p.Why("shell.why.option", "nc")
			p.Exit(1)
			return
		}
		n.wait = seconds
	}
	first, last, ranged := strings.Cut(n.service, "-")
	from, ok := portOf(first)
	to, okTo := from, true
	if ranged {
		to, okTo = portOf(last)
	}
	if !ok || !okTo {
		p.Error("port number invalid: ", n.service)
		p.Why("shell.why.port", n.service)
		p.Exit(1)
		return
	}
	for port := min(from, to); port <= max(from, to) && len(n.ports) < 1024; port++ {
		n.ports = append(n.ports, port)
	}
	p.Resolve(n.host)
}

// next tries the next port.
func (n *netcat) next(p *Process) {
	if len(n.ports) == 0 {
		p.Exit(boolToInt(!n.found))
		return
	}
	n.conn = p.Connect(n.host, n.ports[0], !n.scan)
	if n.wait > 0 {
		p.SetTimer(seconds(n.wait), true)
	}
}

func (n *netcat) refused(p *Process, kind EventKind) {
	p.StopTimer()
	n.failed(p, n.address, kind)
	p.Why(whyRefused(kind), n.host)
	n.ports = n.ports[1:]
	n.next(p)
}

// failed tells of an address where nobody has answered.
func (n *netcat) failed(p *Process, address string, kind EventKind) {
	if n.verbose {
		where := n.host
		if where != address {
			where += " (" + address + ")"
		}
		p.Error("connect to ", where, " port ", strconv.Itoa(n.ports[0]), " (tcp) failed: ", refusal(kind))
	}
}

func (n *netcat) connected(p *Process) {
	p.StopTimer()
	port := n.ports[0]
	if n.verbose {
		name := "*"
		for _, s := range ports {
			if s.port == port {
				name = s.name
			}
		}
		p.Complain("Connection to " + n.host + " (" + n.address + ") " + strconv.Itoa(port) + " port [tcp/" + name + "] succeeded!\n")
	}
	if n.found = true; n.scan {
		p.Env().Finish(n.conn)
		n.ports = n.ports[1:]
		n.next(p)
		return
	}
	n.up = true
	p.Read(true)
}

// Copy returns an independent copy.
func (n *netcat) Copy() Tool {
	c := *n
	return &c
}
