package shell

import (
	"encoding/binary"
	"strconv"
	"strings"
	"time"

	"ehlo/sim/dns"
	"ehlo/sim/engine"
)

// ping sends ICMP echo requests to a host and waits for the replies (RFC 792).
type ping struct {
	name, host, address string
	count               int // how many, 0 for no end
	every               time.Duration
	sent, heard         int
	began               engine.Time
	left                []engine.Time // when each request left
	fastest, slowest    time.Duration
	total               time.Duration
}

// headerOf is how many octets IP puts before a message to an address.
func headerOf(address string) int {
	if dns.IsIPv6(address) {
		return 40 // RFC 8200 §3
	}
	return 20
}

// pingData is how many octets a request carries.
const pingData = 56

// Handle does what ping does.
func (g *ping) Handle(p *Process, e Event) {
	switch e.Kind {
	case Start:
		opts, names, fault := p.options("46c:i:n")
		p.family = opts.family()
		count, _ := opts.get("c")
		every, given := opts.get("i")
		g.count, _ = strconv.Atoi(count)
		g.every = time.Second
		if n, err := strconv.Atoi(every); given && err == nil && n > 0 {
			g.every = seconds(n)
		}
		if fault != "" || len(names) != 1 {
			p.misused(fault, "ping: usage error: Destination address required\n", 2)
			return
		}
		g.name = names[0]
		p.Resolve(g.name)
	case Unresolved:
		p.Error(g.name, ": Name or service not known")
		p.Why("shell.why.name", g.name)
		p.Exit(2)
	case Resolved:
		g.host, g.address, g.began = e.Host, e.Address, p.Env().Now()
		p.Print("PING ", g.name, " (", g.address, ") ", strconv.Itoa(pingData), "(", strconv.Itoa(pingData+8+headerOf(g.address)), ") bytes of data.\n")
		g.send(p)
	case Answer:
		g.reply(p, e.Data)
	case Timer:
		if g.count > 0 && g.sent == g.count { // no more comes
			g.end(p)
			return
		}
		g.send(p)
	case Interrupt:
		p.Print("\n")
		g.end(p)
	}
}

func (g *ping) send(p *Process) {
	g.sent++
	g.left = append(g.left, p.Env().Now())
	data := make([]byte, 8+pingData)
	data[0] = 8 // echo request
	binary.BigEndian.PutUint16(data[6:], uint16(g.sent))
	p.Env().Ping(p.id, g.address, data)
	wait := g.every
	if g.count > 0 && g.sent == g.count {
		wait = 10 * time.Second
	}
	p.SetTimer(wait, g.count > 0)
}

func (g *ping) reply(p *Process, data []byte) {
	if len(data) < 8 {
		return
	}
	n := int(binary.BigEndian.Uint16(data[6:]))
	if n < 1 || n > len(g.left) {
		return
	}
	took := p.Env().Now().Sub(g.left[n-1])
	if g.heard++; g.heard == 1 || took < g.fastest {
		g.fastest = took
	}
	g.slowest, g.total = max(g.slowest, took), g.total+took
	p.Print(strconv.Itoa(len(data)), " bytes from ", g.address, ": icmp_seq=", strconv.Itoa(n), " ttl=64 time=", millis(took), " ms\n")
	if g.count > 0 && g.heard == g.count {
		g.end(p)
	}
}

// millis is a duration in milliseconds, with three digits in all as ping writes them.
func millis(d time.Duration) string {
	micro := int64(d / time.Microsecond)
	whole, rest := strconv.FormatInt(micro/1000, 10), padLeft(strconv.FormatInt(micro%1000, 10), 3, '0')
	if n := 3 - len(whole); n > 0 && micro >= 1000 {
		return whole + "." + rest[:n]
	} else if micro >= 1000 {
		return whole
	}
	return "0." + rest
}

// end writes what came of it.
func (g *ping) end(p *Process) {
	lost := (g.sent - g.heard) * 100 / max(g.sent, 1)
	p.Print("\n--- ", g.name, " ping statistics ---\n", strconv.Itoa(g.sent), " packets transmitted, ", strconv.Itoa(g.heard), " received, ",
		strconv.Itoa(lost), "% packet loss, time ", strconv.FormatInt(int64(p.Env().Now().Sub(g.began)/time.Millisecond), 10), "ms\n")
	if g.heard == 0 {
		p.Why("shell.why.unreachable", g.name)
		p.Exit(1)
		return
	}
	exact := func(d time.Duration) string {
		micro := int64(d / time.Microsecond)
		return strconv.FormatInt(micro/1000, 10) + "." + padLeft(strconv.FormatInt(micro%1000, 10), 3, '0')
	}
	p.Print("rtt min/avg/max = ", strings.Join([]string{exact(g.fastest), exact(g.total / time.Duration(g.heard)), exact(g.slowest)}, "/"), " ms\n")
	p.Exit(0)
}

// Copy returns an independent copy.
func (g *ping) Copy() Tool {
	c := *g
	c.left = append([]engine.Time(nil), g.left...)
	return &c
}
