package bridge

import (
	"crypto/x509"
	_ "embed" // for the texts
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"ehlo/lessons/locale"
	"ehlo/sim/machine"
	"ehlo/sim/toml"
)

// Config is what a bridge may do. [Parse] makes one.
type Config struct {
	Origins []string // pages that may use it, as "https://mail.example.org"
	Targets []Target
	Limits  Limits
}

// Target is servers that can be reached.
type Target struct {
	Hosts      []string // names, addresses, or patterns as "*.example.org"
	Ports      []int
	Protocol   string         // "smtp", "pop3" or "imap"
	Networks   []netip.Prefix // ranges that are refused otherwise: private, loopback, link-local
	Recipients []string       // of SMTP: the domains to which mail may go; "*" is any
	CA         string         // file of the certificates that may sign for it, "" for whom this machine trusts
	Insecure   bool           // certificates are shown and not judged
	roots      *x509.CertPool
	implicit   []int // ports where TLS begins with the first octet
}

// Limits bound what learners can use up. Zero is the default that [Limits.withDefaults] gives.
type Limits struct {
	Connections int           // at a time, in all; 300
	PerLearner  int           // at a time; 4
	PerMinute   int           // new connections of a learner in a minute; 20
	Octets      int64         // of one connection, both directions together; 16 MiB
	Rate        int64         // octets a second of one connection, averaged over a few seconds; 1 MiB
	Duration    time.Duration // of one connection; 1 hour
	Idle        time.Duration // silence of both sides; 10 minutes
}

func (l Limits) withDefaults() Limits {
	or := func(n *int, d int) {
		if *n <= 0 {
			*n = d
		}
	}
	or64 := func(n *int64, d int64) {
		if *n <= 0 {
			*n = d
		}
	}
	or(&l.Connections, 300)
	or(&l.PerLearner, 4)
	or(&l.PerMinute, 20)
	or64(&l.Octets, 16<<20)
	or64(&l.Rate, 1<<20)
	or64((*int64)(&l.Duration), int64(time.Hour))
	or64((*int64)(&l.Idle), int64(10*time.Minute))
	return l
}

// protocols are those that a target can have, with the ports on which they are spoken (RFC 8314 §7, RFC 6409 §3.1).
var protocols = map[string][]int{"smtp": {25, 465, 587}, "pop3": {110, 995}, "imap": {143, 993}}

// problems are the identifiers of what can be wrong in a configuration besides what the reader of TOML reports itself;
// the repair of each is the same identifier with ".repair".
var problems = []string{
	"bridge.bad-origin", "bridge.bad-host", "bridge.bad-pattern", "bridge.bad-port", "bridge.bad-protocol", "bridge.bad-network",
	"bridge.bad-duration", "bridge.bad-limit", "bridge.bad-recipient", "bridge.no-targets", "bridge.no-hosts", "bridge.open-pattern",
	"bridge.open-network", "bridge.open-recipients", "bridge.recipients-not-smtp", "bridge.port-elsewhere", "bridge.host-not-named",
}

//go:embed texts.toml
var texts []byte

// Texts returns the texts for errors of a configuration; what files of this kind have in common is in fallback.
func Texts(fallback *locale.Catalogue) (*locale.Catalogue, error) {
	c, err := locale.Load("en", locale.File{Name: "texts.toml", Text: texts})
	if err != nil {
		return nil, err
	}
	return c.Or(fallback), nil
}

// Parse reads a configuration (docs/bridge.md). The error is of type [toml.Errors] and holds everything that is wrong,
// among it what would make the bridge an open proxy.
func Parse(file string, text []byte) (*Config, error) {
	r := toml.NewReader("world", file, text) // whose texts for what is no TOML serve here too
	s := r.Read()
	c := &Config{}
	origins, places := s.Texts("origins", `origins = ["https://mail.example.org"]`, false)
	for i, o := range origins {
		if !isOrigin(o) {
			s.Report(places[i], "origins", "bridge.bad-origin", machine.Args{"origin": toml.Shorten(o)})
		}
		c.Origins = append(c.Origins, strings.ToLower(o))
	}
	for _, sub := range s.Sections("target") {
		c.Targets = append(c.Targets, readTarget(sub))
	}
	if len(c.Targets) == 0 && !s.Broken {
		s.Report(toml.Span{}, "target", "bridge.no-targets", nil)
	}
	c.Limits = readLimits(s)
	s.Done()
	if err := r.Err(); err != nil {
		return nil, err
	}
	c.Limits = c.Limits.withDefaults()
	return c, nil
}

// isOrigin says whether a text is an origin as browsers send it: scheme, host and a port that is not the usual one
// (RFC 6454 §6.2).
func isOrigin(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" && u.User == nil && s == u.Scheme+"://"+u.Host
}

func readTarget(s *toml.Section) Target {
	var t Target
	var at toml.Span
	t.Protocol, at = s.Text("protocol", `protocol = "imap"`, true)
	if _, ok := protocols[t.Protocol]; at.Exists() && !ok {
		names := []string{"imap", "pop3", "smtp"}
		s.ReportNear(at, s.Key("protocol"), "bridge.bad-protocol", machine.Args{"protocol": toml.Shorten(t.Protocol)}, t.Protocol, toml.Known(names))
	}
	t.readNetworks(s)
	t.readHosts(s)
	t.readPorts(s)
	t.readRecipients(s)
	t.CA, _ = s.Text("ca", `ca = "lab-ca.pem"`, false)
	t.Insecure, _ = s.Bool("insecure", "insecure = true", false)
	s.Done()
	return t
}

// readNetworks reads the ranges of addresses that are refused unless they are named.
func (t *Target) readNetworks(s *toml.Section) {
	texts, places := s.Texts("networks", `networks = ["192.168.7.0/24"]`, false)
	for i, text := range texts {
		n, err := netip.ParsePrefix(text)
		if a, aErr := netip.ParseAddr(text); err != nil && aErr == nil && a.Zone() == "" {
			n, err = netip.PrefixFrom(a, a.BitLen()), nil
		}
		args := machine.Args{"network": toml.Shorten(text)}
		switch {
		case err != nil || n.Addr().Is4In6():
			s.Report(places[i], s.Key("networks"), "bridge.bad-network", args)
		case n.Addr().Is4() && n.Bits() < 8, n.Addr().Is6() && n.Bits() < 32, n.Addr().IsMulticast(), n.Addr().IsUnspecified():
			s.Report(places[i], s.Key("networks"), "bridge.open-network", args)
		default:
			t.Networks = append(t.Networks, n.Masked())
		}
	}
}

func (t *Target) readHosts(s *toml.Section) {
	const example = `hosts = ["mail.example.org"]`
	texts, places := s.Texts("hosts", example, true)
	for i, text := range texts {
		args := machine.Args{"host": toml.Shorten(text)}
		name := strings.ToLower(text)
		switch rest, pattern := strings.CutPrefix(name, "*."); {
		case pattern && !strings.Contains(rest, "."): // *.org, or *.lan: everything below a registry
			s.Report(places[i], s.Key("hosts"), "bridge.open-pattern", args)
		case pattern && isName(rest), isName(name):
			t.Hosts = append(t.Hosts, name)
		case strings.Contains(name, "*"):
			s.Report(places[i], s.Key("hosts"), "bridge.bad-pattern", args)
		default:
			a, ok := parseAddress(name)
			if !ok {
				s.Report(places[i], s.Key("hosts"), "bridge.bad-host", args)
			} else if special(a) && !t.names(a) {
				s.Report(places[i], s.Key("hosts"), "bridge.host-not-named", args)
			} else {
				t.Hosts = append(t.Hosts, name)
			}
		}
	}
	if len(texts) == 0 && !s.Broken {
		s.Report(s.Table.At, s.Key("hosts"), "bridge.no-hosts", machine.Args{"example": example})
	}
}

// readPorts reads the ports; the usual ones of the protocol where there are none. Others are for test servers in named
// networks only.
func (t *Target) readPorts(s *toml.Section) {
	v := s.Get("ports")
	if v == nil {
		t.Ports = protocols[t.Protocol]
		return
	}
	if v.Kind != toml.List {
		s.Report(v.At, s.Key("ports"), "bridge.bad-port", machine.Args{"port": s.Excerpt(v.At)})
	}
	for _, item := range v.List {
		n, ok := item.Int()
		args := machine.Args{"port": toml.Shorten(item.Text), "protocol": t.Protocol}
		switch {
		case item.Kind != toml.Integer || !ok || n < 1 || n > 65535:
			s.Report(item.At, s.Key("ports"), "bridge.bad-port", args)
		case !slices.Contains(protocols[t.Protocol], int(n)) && (len(t.Networks) == 0 || n < 1024):
			s.Report(item.At, s.Key("ports"), "bridge.port-elsewhere", args)
		default:
			t.Ports = append(t.Ports, int(n))
		}
	}
}

// readRecipients reads to whom mail may go. A target of SMTP has to say it, so that nobody opens a way for spam by
// forgetting it.
func (t *Target) readRecipients(s *toml.Section) {
	texts, places := s.Texts("recipients", `recipients = ["example.org"]`, false)
	for i, text := range texts {
		if text != "*" && !isName(strings.ToLower(text)) {
			s.Report(places[i], s.Key("recipients"), "bridge.bad-recipient", machine.Args{"domain": toml.Shorten(text)})
		}
		t.Recipients = append(t.Recipients, strings.ToLower(text))
	}
	switch {
	case t.Protocol != "smtp" && len(texts) > 0:
		s.Report(places[0], s.Key("recipients"), "bridge.recipients-not-smtp", machine.Args{"protocol": t.Protocol})
	case t.Protocol == "smtp" && len(texts) == 0:
		s.Report(s.Table.At, s.Key("recipients"), "bridge.open-recipients", nil)
	}
}

func readLimits(s *toml.Section) Limits {
	var l Limits
	sections := s.Table.Get("limits")
	s.Asked = append(s.Asked, "limits")
	if sections == nil {
		return l
	}
	if sections.Kind != toml.Map {
		s.Report(sections.At, "limits", "bridge.bad-limit", machine.Args{"key": "limits", "text": s.Excerpt(sections.At)})
		return l
	}
	sub := &toml.Section{Reader: s.Reader, Keys: toml.Keys{Table: sections.Table, Path: "limits"}}
	number := func(name string, most int64) int64 {
		n, at := sub.Number(name, name+" = 10", false)
		if at.Exists() && (n < 1 || n > most) {
			sub.Report(at, sub.Key(name), "bridge.bad-limit", machine.Args{"key": name, "text": strconv.FormatInt(n, 10)})
		}
		return n
	}
	duration := func(name string) time.Duration {
		text, at := sub.Text(name, name+` = "10m"`, false)
		if !at.Exists() {
			return 0
		}
		d, err := time.ParseDuration(text)
		if err != nil || d <= 0 || d > 24*time.Hour {
			sub.Report(at, sub.Key(name), "bridge.bad-duration", machine.Args{"key": name, "text": toml.Shorten(text)})
		}
		return d
	}
	l.Connections, l.PerLearner = int(number("connections", 10000)), int(number("per-learner", 100))
	l.PerMinute = int(number("per-minute", 1000))
	l.Octets, l.Rate = number("octets", 1<<30), number("rate", 1<<30)
	l.Duration, l.Idle = duration("duration"), duration("idle")
	sub.Done()
	return l
}
