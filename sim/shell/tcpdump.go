package shell

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
	"time"

	"ehlo/sim/engine"
	"ehlo/sim/terminal"
	"ehlo/sim/world"
)

// tcpdump shows the packets that cross the links of its host.
type tcpdump struct {
	iface  string // "any" for all of them
	look   dumpLook
	filter *condition // nil for everything
	count  int        // of packets after which it ends, 0 for no end
	file   string     // into which they are written, "" for none
	out    []byte     // of the file
	taken  int
	before time.Time // when the packet before was there
	wire   tapWire
	bases  []seqBase
}

// dumpLook is how a packet is shown.
type dumpLook struct {
	numeric  bool // -n: addresses and ports, no names
	ascii    bool // -A
	hex      bool // -X
	plainHex bool // -x
	whole    bool // -xx, -XX: with the header of the link
	frame    bool // -e
	verbose  bool // -v
	quick    bool // -q
	absolute bool // -S: numbers of octets as they are on the wire
	numbered bool // -#
	times    int  // how many -t
	old      bool // the form of before 2001
	any      bool // the name of the interface before each packet
}

const dumpUsage = "Usage: tcpdump [-ADehlnpqStUvxX#] [ -c count ] [ -i interface ] [ -r file ]\n\t\t[ -s snaplen ] [ -w file ] [ expression ]\n"

// dumpVersion is which tcpdump it is, as the world's time has it.
func dumpVersion(p *Process) string {
	if p.old() {
		return "tcpdump version 3.4\nlibpcap version 0.4\n"
	}
	return "tcpdump version 4.99.3\nlibpcap version 1.10.3 (with TPACKET_V3)\n"
}

// snapshot is how many octets of a packet are taken.
const snapshot = 262144

// Handle begins, and shows what there is to see.
func (d *tcpdump) Handle(p *Process, e Event) {
	switch e.Kind {
	case Start:
		d.start(p)
	case Crossed:
		d.wire.crossed(p, e.Crossing)
		d.show(p)
	case Timer:
		d.show(p)
	case Interrupt:
		d.end(p)
	}
}

func (d *tcpdump) start(p *Process) {
	opts, words, fault := p.options("ADehlnpqStUvxX#c:i:r:s:w:", "help:h", "version", "number:#", "interface=i", "snapshot-length=s", "list-interfaces:D", "no-promiscuous-mode:p", "packet-buffered:U", "absolute-tcp-sequence-numbers:S")
	if fault != "" {
		p.misused(fault, dumpVersion(p)+dumpUsage, 1)
		return
	}
	if opts.has("h") || opts.has("version") {
		p.Print(dumpVersion(p))
		if opts.has("h") {
			p.Print(dumpUsage)
		}
		p.Exit(0)
		return
	}
	d.look = dumpLook{numeric: opts.has("n"), ascii: opts.has("A"), hex: opts.has("X"), plainHex: opts.has("x"), frame: opts.has("e"), verbose: opts.has("v"),
		quick: opts.has("q"), absolute: opts.has("S"), numbered: opts.has("#"), old: p.old()}
	digits := 0
	for _, o := range opts {
		d.look.times += boolToInt(o.name == "t")
		digits += boolToInt(o.name == "x" || o.name == "X")
	}
	d.look.whole = digits > 1
	if count, given := opts.get("c"); given {
		n, err := strconv.Atoi(count)
		if d.count = n; err != nil || n < 1 {
			d.fail(p, "invalid packet count "+count, "shell.why.option", p.Name)
			return
		}
	}
	if opts.has("D") {
		for i, name := range interfacesOf(p) {
			p.Print(strconv.Itoa(i+1), ".", name, " [Up, Running", map[bool]string{name == "lo": ", Loopback", name[0] == 'e': ", Connected"}[true], "]\n")
		}
		p.Exit(0)
		return
	}
	filter, wrong := parseFilter(p, words)
	if wrong != "" {
		d.fail(p, wrong, "shell.why.filter", strings.Join(words, " "))
		return
	}
	d.filter = filter
	d.file, _ = opts.get("w")
	if name, given := opts.get("r"); given {
		d.reread(p, name)
		return
	}
	name, given := opts.get("i")
	d.listen(p, name, given)
}

// listen begins to look at an interface.
func (d *tcpdump) listen(p *Process, name string, given bool) {
	all := interfacesOf(p)
	if !given {
		name = all[0]
	}
	h := p.Env().Machine().Definition()
	switch {
	case !slices.Contains(all, name):
		d.fail(p, name+": No such device exists\n(No such device exists)", "shell.why.interface", name)
		return
	case p.User() != "root" && p.User() != terminal.User(h):
		d.fail(p, name+": You don't have permission to perform this capture on that device\n(socket: Operation not permitted)", "shell.why.superuser", p.Name)
		return
	}
	d.iface, d.look.any = name, name == "any" && d.file == "" // in a file all packets are in frames of Ethernet
	kind := "EN10MB (Ethernet)"
	if d.look.any {
		kind = "LINUX_SLL2 (Linux cooked v2)"
		p.Complain("tcpdump: data link type LINUX_SLL2\n")
	}
	lead := "tcpdump: "
	if !d.look.verbose && d.file == "" && !d.look.old {
		p.Complain("tcpdump: verbose output suppressed, use -v[v]... for full protocol decode\n")
		lead = ""
	}
	line := lead + "listening on " + name
	if !d.look.old {
		line += ", link-type " + kind + ", snapshot length " + strconv.Itoa(snapshot) + " bytes"
	}
	p.Complain(line + "\n")
	p.taps = true
	p.Env().Tap()
}

// fail says why nothing can be seen.
func (d *tcpdump) fail(p *Process, text, why, about string) {
	p.Error(text)
	p.Why(why, about)
	p.Exit(1)
}

// interfacesOf names those of the host: one for each of its links, in their order in the world.
func interfacesOf(p *Process) (names []string) {
	for range linksOf(p.Env().Definition(), p.Host()) {
		names = append(names, "eth"+strconv.Itoa(len(names)))
	}
	return append(names, "any", "lo")
}

// linksOf names the hosts at the other ends of a host's links.
func linksOf(def *world.Definition, host string) (others []string) {
	for _, l := range def.Links {
		switch host {
		case l.A:
			others = append(others, l.B)
		case l.B:
			others = append(others, l.A)
		}
	}
	return others
}

// show takes the packets whose moment is there.
func (d *tcpdump) show(p *Process) {
	now := p.Env().Now()
	for !p.exited {
		k, ok := d.wire.next(now)
		if !ok {
			break
		}
		if d.iface == "any" || k.iface == d.iface {
			d.take(p, k)
		}
	}
	if at, ok := d.wire.until(); ok && !p.exited {
		p.SetTimer(at.Sub(now), true)
	}
}

// take shows a packet, or puts it into the file, if it is one that is wanted.
func (d *tcpdump) take(p *Process, k passing) {
	if !d.filter.holds(k.raw) {
		return
	}
	d.taken++
	at := p.Env().Definition().Start.Add(time.Duration(k.at)).UTC()
	if d.file != "" {
		if d.out == nil {
			d.out = captureHeader()
		}
		d.out = appendCaptured(d.out, at, k.raw)
	} else {
		p.Print(d.line(p, at, k))
	}
	if d.taken == d.count {
		d.end(p)
	}
}

// end writes what was taken in all.
func (d *tcpdump) end(p *Process) {
	if d.file != "" {
		if d.out == nil {
			d.out = captureHeader()
		}
		if d.file == "-" {
			p.Write(d.out)
		} else if why := p.term.write(d.file, d.out, false); why != "" {
			d.fail(p, d.file+": "+why, "shell.why.file", d.file)
			return
		}
	}
	if d.iface != "" {
		packets := func(what string) string {
			return strconv.Itoa(d.taken) + " packet" + strings.Repeat("s", boolToInt(d.taken != 1)) + " " + what + "\n"
		}
		text := packets("captured") + packets("received by filter")
		if d.look.old {
			text = strconv.Itoa(d.taken) + " packets received by filter\n"
		}
		p.Complain(text + "0 packets dropped by kernel\n")
	}
	p.Exit(0)
}

// reread shows the packets of a file.
func (d *tcpdump) reread(p *Process, name string) {
	text, why := p.term.read(name)
	if why != "" {
		d.fail(p, name+": "+why, "shell.why.file", name)
		return
	}
	packets, fault := readCapture(text, p.Env().Definition().Start)
	if fault != "" {
		d.fail(p, fault, "shell.why.capture", name)
		return
	}
	if !d.look.old {
		p.Complain("reading from file " + name + ", link-type EN10MB (Ethernet), snapshot length " + strconv.Itoa(snapshot) + "\n")
	}
	for _, k := range packets {
		if !p.exited {
			d.take(p, k)
		}
	}
	if !p.exited {
		d.end(p)
	}
}

// Copy returns an independent copy.
func (d *tcpdump) Copy() Tool {
	c := *d
	c.out, c.bases = bytes.Clone(d.out), slices.Clone(d.bases)
	c.wire = d.wire.copy()
	return &c
}

// passing is a packet at an interface of the host.
type passing struct {
	at    engine.Time
	iface string
	sent  bool // by the host
	raw   []byte
	ack   *pureAck // that it is, nil for others
}
