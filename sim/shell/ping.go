package shell

import (
	"encoding/binary"
	"strconv"
	"time"

	"ehlo/sim/dns"
	"ehlo/sim/engine"
)

// ping sends ICMP echo requests to a host and waits for the replies (RFC 792).
type ping struct {
	name, host, address string
	shown               string        // who answers, as it is written
	count               int           // how many, 0 for no end
	size                int           // octets that a request carries
	every, wait         time.Duration // between requests, and for the last reply
	quiet, old          bool
	sent, heard         int
	left                []engine.Time // when each request left
	fastest, slowest    time.Duration
	total               time.Duration
	squares             int64 // of the microseconds that the replies took
}

// headerOf is how many octets IP puts before a message to an address.
func headerOf(address string) int {
	if dns.IsIPv6(address) {
		return 40 // RFC 8200 §3
	}
	return 20
}

// pingData is how many octets a request carries where nobody says otherwise, pingMost how many it can.
const (
	pingData = 56
	pingMost = 1400
)

const pingUsage = `
Usage
  ping [options] <destination>

Options:
  <destination>      dns name or ip address
  -4                 use IPv4
  -6                 use IPv6
  -c <count>         stop after <count> replies
  -h                 print help and exit
  -i <interval>      seconds between sending each packet
  -n                 no dns name resolution
  -q                 quiet output
  -s <size>          use <size> as number of data bytes to be sent
  -V                 print version and exit
  -W <timeout>       time to wait for response

For more details see ping(8).
`

// Handle does what ping does.
func (g *ping) Handle(p *Process, e Event) {
	switch e.Kind {
	case Start:
		g.start(p)
	case Unresolved:
		if g.old {
			p.Error("unknown host ", g.name)
		} else {
			p.Error(g.name, ": Name or service not known")
		}
		p.Why("shell.why.name", g.name)
		p.Exit(2)
	case Resolved:
		g.resolved(p, e)
	case Answer:
		g.reply(p, e.Data)
	case Timer:
		if g.count > 0 && g.sent == g.count { // no more comes
			g.end(p, "\n")
			return
		}
		g.send(p)
	case Interrupt:
		if g.sent == 0 { // its address is not known yet
			p.Exit(130)
			return
		}
		g.end(p, "")
	}
}

func (g *ping) start(p *Process) {
	opts, names, fault := p.options("46c:i:nqs:VhW:")
	p.family, g.quiet, g.old = opts.family(), opts.has("q"), p.old()
	switch {
	case fault != "" && g.old, opts.has("h") && g.old, opts.has("V") && g.old:
		p.misused(fault, "usage: ping [-nq] [-c count] [-i wait] [-s packetsize] host\n", 2)
		return
	case fault != "":
		p.misused(fault, pingUsage, 2)
		return
	case opts.has("h"):
		p.misused("", pingUsage, 2)
		return
	case opts.has("V"):
		p.Print("ping from iputils 20221126\n")
		p.Exit(0)
		return
	}
	number := func(name string, usual, least, most int) int {
		value, given := opts.get(name)
		n, err := strconv.Atoi(value)
		switch {
		case !given:
			return usual
		case err != nil:
			fault = "invalid argument: '" + value + "'"
		case n < least || n > most:
			fault = "invalid argument: '" + value + "': out of range: " + strconv.Itoa(least) + " <= value <= " + strconv.Itoa(most)
		}
		return n
	}
	const many = 1<<31 - 1
	g.count, g.size = number("c", 0, 1, many), number("s", pingData, 0, pingMost)
	g.every, g.wait = seconds(number("i", 1, 1, many/1000)), seconds(number("W", 10, 1, many/1000))
	if fault != "" {
		p.misused(fault, "", 2)
		return
	}
	if len(names) != 1 {
		p.Complain("ping: usage error: Destination address required\n")
		p.Exit(2)
		return
	}
	g.name, g.shown = names[0], ""
	if !opts.has("n") && !isAddress(g.name) {
		g.shown = g.name
	}
	p.Resolve(g.name)
}

// resolved begins, now that the address is known.
func (g *ping) resolved(p *Process, e Event) {
	g.host, g.address = e.Host, e.Address
	switch known, _, ok := p.Env().Find(g.address); {
	case g.shown == "" || g.old:
		g.shown = g.address
	case g.address == "127.0.0.1":
		g.shown = "localhost (" + g.address + ")"
	case ok:
		g.shown = known + " (" + g.address + ")"
	default:
		g.shown += " (" + g.address + ")"
	}
	octets := strconv.Itoa(g.size)
	if g.old {
		p.Print("PING ", g.name, " (", g.address, "): ", octets, " data bytes\n")
	} else {
		p.Print("PING ", g.name, " (", g.address, ") ", octets, "(", strconv.Itoa(g.size+8+headerOf(g.address)), ") bytes of data.\n")
	}
	g.send(p)
}

func (g *ping) send(p *Process) {
	g.sent++
	g.left = append(g.left, p.Env().Now())
	data := make([]byte, 8+g.size)
	data[0] = 8 // echo request
	binary.BigEndian.PutUint16(data[6:], uint16(g.sent))
	p.Env().Ping(p.id, g.address, data)
	wait := g.every
	if g.count > 0 && g.sent == g.count {
		wait = g.wait
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
	micro := int64(took / time.Microsecond)
	g.squares += micro * micro
	lead := strconv.Itoa(len(data)) + " bytes from " + g.shown + ": icmp_seq="
	switch {
	case g.quiet:
	case g.old:
		p.Print(lead, strconv.Itoa(n-1), " ttl=64 time=", tenthMillis(took), " ms\n")
	default:
		p.Print(lead, strconv.Itoa(n), " ttl=64 time=", millis(took), " ms\n")
	}
	if g.count > 0 && g.heard == g.count {
		g.end(p, "\n")
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

// tenthMillis is a duration in milliseconds as ping wrote it in 1999.
func tenthMillis(d time.Duration) string {
	n := int64(d / (100 * time.Microsecond))
	return strconv.FormatInt(n/10, 10) + "." + strconv.FormatInt(n%10, 10)
}

// thousandths is a number of microseconds as milliseconds.
func thousandths(micro int64) string {
	return strconv.FormatInt(micro/1000, 10) + "." + padLeft(strconv.FormatInt(micro%1000, 10), 3, '0')
}

// end writes what came of it, behind what goes before.
func (g *ping) end(p *Process, before string) {
	lost := (g.sent - g.heard) * 100 / max(g.sent, 1)
	p.Print(before, "--- ", g.name, " ping statistics ---\n", strconv.Itoa(g.sent), " packets transmitted, ", strconv.Itoa(g.heard))
	if g.old {
		p.Print(" packets received, ", strconv.Itoa(lost), "% packet loss\n")
	} else {
		took := g.left[len(g.left)-1].Sub(g.left[0])
		p.Print(" received, ", strconv.Itoa(lost), "% packet loss, time ", strconv.FormatInt(int64(took/time.Millisecond), 10), "ms\n")
	}
	if g.heard == 0 {
		if !g.old {
			p.Print("\n")
		}
		p.Why("shell.why.unreachable", g.name)
		p.Exit(1)
		return
	}
	average := g.total / time.Duration(g.heard)
	if g.old {
		p.Print("round-trip min/avg/max = ", tenthMillis(g.fastest), "/", tenthMillis(average), "/", tenthMillis(g.slowest), " ms\n")
	} else {
		mean := int64(g.total/time.Microsecond) / int64(g.heard)
		deviation := root(g.squares/int64(g.heard) - mean*mean)
		p.Print("rtt min/avg/max/mdev = ", thousandths(int64(g.fastest/time.Microsecond)), "/", thousandths(mean), "/",
			thousandths(int64(g.slowest/time.Microsecond)), "/", thousandths(deviation), " ms\n")
	}
	p.Exit(0)
}

// root is the square root of a number, without what stands behind the point.
func root(n int64) (r int64) {
	for bit := int64(1) << 31; bit > 0; bit >>= 1 {
		if x := r | bit; x*x <= n {
			r = x
		}
	}
	return r
}

// Copy returns an independent copy.
func (g *ping) Copy() Tool {
	c := *g
	c.left = append([]engine.Time(nil), g.left...)
	return &c
}
