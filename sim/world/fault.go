package world

import (
	"slices"
	"strconv"
	"strings"

	"ehlo/sim/dns"
	"ehlo/sim/machine"
	"ehlo/sim/toml"
)

// The kinds of fault.
const (
	LinkDown           = "link-down"           // nothing crosses the link
	LinkLoss           = "link-loss"           // Value is how much of what crosses it is lost: "10%"
	NoIPv6             = "no-ipv6"             // nothing crosses the link by IPv6, as where a router knows no way
	LinkSlow           = "link-slow"           // Value is how many times as long everything takes: "20"
	Crash              = "crash"               // the host stops; it starts again when the fault ends
	DiskFull           = "disk-full"           // the host takes no mail
	NamesFail          = "names-fail"          // the name server answers every question with SERVFAIL
	NamesForged        = "names-forged"        // it gives a name another address: "mx.example.net 192.0.2.66"
	CertificateExpired = "certificate-expired" // the certificates of the host are of the past
	Impersonation      = "impersonation"       // somebody answers for the host, with a certificate that nobody trusts
	StripTLS           = "strip-tls"           // somebody on the way takes the offer of TLS out of the host's replies
	CutAt              = "cut-at"              // the next connection to the host is cut once so many octets reached it: "1000"
	ReplyReplaced      = "reply-replaced"      // the host's next reply that begins so becomes another: "250 => 451 4.3.0 Not now"
)

// faultKind is where a fault happens and what it needs.
type faultKind struct {
	name  string
	link  bool
	value func(string) bool // nil for none
	shape string            // what its value looks like
}

var faultKinds = []faultKind{
	{LinkDown, true, nil, ""}, {LinkLoss, true, isPercent, "10%"}, {LinkSlow, true, isFactor, "20"}, {NoIPv6, true, nil, ""},
	{Crash, false, nil, ""}, {DiskFull, false, nil, ""}, {NamesFail, false, nil, ""},
	{NamesForged, false, isNameAddress, "mx.example.net 192.0.2.66"}, {CertificateExpired, false, nil, ""},
	{Impersonation, false, nil, ""}, {StripTLS, false, nil, ""}, {CutAt, false, isFactor, "1000"},
	{ReplyReplaced, false, isReplacement, "250 => 451 4.3.0 Not now"},
}

// FaultKinds lists the kinds of fault, those of links first.
func FaultKinds() []string {
	names := make([]string, len(faultKinds))
	for i, k := range faultKinds {
		names[i] = k.name
	}
	return names
}

// FaultForm says what a kind of fault needs: whether it happens to a link, and what its value looks like, "" where it has
// none.
func FaultForm(kind string) (link bool, value string) {
	for _, k := range faultKinds {
		if k.name == kind {
			return k.link, k.shape
		}
	}
	return false, ""
}

// IsLinkFault says whether a kind of fault happens to a link.
func IsLinkFault(kind string) bool {
	return slices.ContainsFunc(faultKinds, func(k faultKind) bool { return k.name == kind && k.link })
}

// FaultOf makes a fault of an input: its kind, where it happens, and its arguments, which for a link begin with the other
// end. ok is false where that is no fault.
func FaultOf(kind, host, args string) (f Fault, ok bool) {
	i := slices.IndexFunc(faultKinds, func(k faultKind) bool { return k.name == kind })
	if i < 0 {
		return Fault{}, false
	}
	f = Fault{Kind: kind, Host: host, Value: strings.TrimSpace(args)}
	if faultKinds[i].link {
		f.Other, f.Value, _ = strings.Cut(f.Value, " ")
		f.Value = strings.TrimSpace(f.Value)
	}
	return f, faultKinds[i].takes(f.Value) && (f.Other != "") == faultKinds[i].link
}

// Args is the arguments of the fault as an input has them.
func (f *Fault) Args() string { return strings.TrimSpace(f.Other + " " + f.Value) }

func (k *faultKind) takes(value string) bool {
	if k.value == nil {
		return value == ""
	}
	return k.value(value)
}

// ParsePercent reads a part such as "0.5%" and returns millionths.
func ParsePercent(s string) (ppm uint32, ok bool) {
	text, found := strings.CutSuffix(strings.TrimSpace(s), "%")
	n, rest, isNumber := number(text)
	if !found || !isNumber || strings.TrimSpace(rest) != "" {
		return 0, false
	}
	v, ok := n.times(10_000)
	return uint32(v), ok && v <= 1_000_000
}

func isPercent(s string) bool {
	_, ok := ParsePercent(s)
	return ok
}

func isFactor(s string) bool {
	n, err := strconv.ParseUint(s, 10, 31)
	return err == nil && n > 0
}

func isNameAddress(s string) bool {
	f := strings.Fields(s)
	if len(f) != 2 || !isDomain(f[0]) {
		return false
	}
	_, ok := dns.ParseAddress(f[1])
	return ok
}

func isReplacement(s string) bool {
	begins, reply, found := strings.Cut(s, " => ")
	return found && begins != "" && isWords(reply)
}

// fault reads one [[fault]].
func (p *parser) fault(s *toml.Section) {
	var f Fault
	kind, _ := p.choice(s, "kind", `kind = "link-down"`, "world.bad-fault", true, FaultKinds())
	f.Kind = kind
	f.At, _ = p.duration(s, "at", `at = "2h"`, true)
	f.For, _ = p.duration(s, "for", `for = "30m"`, false)
	i := slices.IndexFunc(faultKinds, func(k faultKind) bool { return k.name == kind })
	if i < 0 { // what else it needs depends on that
		s.Get("between")
		s.Get("host")
		s.Get("value")
		s.Done()
		return
	}
	if k := &faultKinds[i]; k.link {
		const between = `between = ["laptop.example.org", "mail.example.org"]`
		ends, places := s.Texts("between", between, true)
		if len(ends) == 2 {
			f.Host, f.Other = strings.ToLower(ends[0]), strings.ToLower(ends[1])
			p.linked = append(p.linked, reference{at: places[0], key: "fault.between", name: pairOf(f.Host, f.Other)})
		} else if len(ends) > 0 {
			p.Report(places[0], "fault.between", "world.link-ends", machine.Args{"count": strconv.Itoa(len(ends)), "example": between})
		}
	} else {
		var at toml.Span
		f.Host, at = s.Text("host", `host = "mx.example.net"`, true)
		f.Host = strings.ToLower(f.Host)
		p.reference(at, "fault.host", "world.unknown-host", f.Host, p.hosts)
	}
	if k := &faultKinds[i]; k.value != nil {
		value, at := s.Text("value", `value = "`+k.shape+`"`, true)
		if f.Value = value; at.Exists() && !k.takes(value) {
			p.Report(at, "fault.value", "world.bad-fault-value", machine.Args{"kind": kind, "value": toml.Shorten(value), "example": k.shape})
		}
	}
	s.Done()
	p.def.Faults = append(p.def.Faults, f)
}

// pairOf is the name of a link.
func pairOf(a, b string) string { return min(a, b) + " – " + max(a, b) }
