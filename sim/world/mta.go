package world

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"ehlo/sim/machine"
	"ehlo/sim/toml"
)

// duration reads a length of time; where the key is missing it is 0 and the place is nowhere.
func (p *parser) duration(s *toml.Section, name, example string, required bool) (time.Duration, toml.Span) {
	text, at := s.Text(name, example, required)
	if !at.Exists() {
		return 0, at
	}
	d, ok := parseDuration(text)
	if !ok {
		p.Report(at, s.Key(name), "world.bad-duration", machine.Args{"text": toml.Shorten(text)})
		return 0, toml.Span{}
	}
	return d, at
}

// count reads a whole number from 1 up; where the key is missing it is 0.
func (p *parser) count(s *toml.Section, name, example string) int64 {
	n, at := s.Number(name, example, false)
	if at.Exists() && (n < 1 || n > 1<<40) {
		p.Report(at, s.Key(name), "world.bad-count", machine.Args{"key": name, "number": strconv.FormatInt(n, 10), "example": example})
		return 0
	}
	return n
}

// mta reads how a host deals with mail.
func (p *parser) mta(s *toml.Section, h *Host) {
	m := &h.MTA
	p.aliases(s, m)
	var at toml.Span
	if m.CatchAll, at = s.Text("catch-all", `catch-all = "bob@example.net"`, false); at.Exists() {
		local, domain, _ := cutAddress(m.CatchAll)
		m.CatchAll = local + "@" + domain
		p.reference(at, s.Key("catch-all"), "world.unknown-user", m.CatchAll, p.users)
	}
	domains, places := s.Texts("backup-for", `backup-for = ["example.net"]`, false)
	for i, name := range domains {
		m.Backup = append(m.Backup, strings.ToLower(name))
		p.reference(places[i], s.Key("backup-for"), "world.unknown-domain", m.Backup[i], p.domains)
	}
	const masquerade = `masquerade = "example.org"`
	if m.Masquerade, at = s.Text("masquerade", masquerade, false); at.Exists() && !isDomain(m.Masquerade) {
		p.Report(at, s.Key("masquerade"), "world.bad-name", machine.Args{"name": toml.Shorten(m.Masquerade), "example": masquerade})
	}
	m.DeliveredTo, _ = s.Bool("delivered-to", "delivered-to = true", false)
	m.DeliverBy, _ = s.Bool("deliver-by", "deliver-by = true", false)
	m.Pipelining, _ = s.Bool("pipelining", "pipelining = true", false)
	m.Chunking, _ = s.Bool("chunking", "chunking = true", false)
	m.OwnSenders, _ = s.Bool("own-senders", "own-senders = true", false)
	m.MaxHops = int(p.count(s, "max-hops", "max-hops = 25"))
	m.MaxSize = p.count(s, "max-size", "max-size = 1000000")
	m.RateLimit = int(p.count(s, "rate-limit", "rate-limit = 10"))
	m.Greylist, _ = p.duration(s, "greylist", `greylist = "5m"`, false)
	const blocklists = `blocklists = ["bl.example.org"]`
	m.Blocklists, places = s.Texts("blocklists", blocklists, false)
	for i, name := range m.Blocklists {
		if m.Blocklists[i] = strings.ToLower(name); !isDomain(name) {
			p.Report(places[i], s.Key("blocklists"), "world.bad-name", machine.Args{"name": toml.Shorten(name), "example": blocklists})
		}
	}
	p.unwanted(s, m)
	waits, places := s.Texts("retry", `retry = ["15m", "1h", "4h"]`, false)
	for i, text := range waits {
		d, ok := parseDuration(text)
		if !ok || d <= 0 {
			p.Report(places[i], s.Key("retry"), "world.bad-duration", machine.Args{"text": toml.Shorten(text)})
		}
		m.Retry = append(m.Retry, d)
	}
	m.WarnAfter, _ = p.duration(s, "warn-after", `warn-after = "4h"`, false)
	m.GiveUpAfter, _ = p.duration(s, "give-up-after", `give-up-after = "5d"`, false)
	m.Hold, _ = s.Bool("hold", "hold = true", false)
	m.SRS, _ = s.Text("srs", `srs = "a secret of this host"`, false)
	m.STS, _ = s.Bool("mta-sts", "mta-sts = true", false)
	m.DANE, _ = s.Bool("dane", "dane = true", false)
	m.ARC, _ = s.Bool("arc", "arc = true", false)
	const sealers = `trusted-sealers = ["example.edu"]`
	m.Sealers, places = s.Texts("trusted-sealers", sealers, false)
	for i, name := range m.Sealers {
		if m.Sealers[i] = strings.ToLower(name); !isDomain(name) {
			p.Report(places[i], s.Key("trusted-sealers"), "world.bad-name", machine.Args{"name": toml.Shorten(name), "example": sealers})
		}
	}
	kept, _ := p.choice(s, "mail-store", `mail-store = "maildir"`, "world.bad-mail-store", false, mailStores)
	m.Store = MailStore(max(slices.Index(mailStores, kept), 0))
	auth, _ := p.choice(s, "authentication", `authentication = "enforce"`, "world.bad-authentication", false, authentications)
	m.Auth = Authentication(slices.Index(authentications, auth) + 1)
	security, _ := p.choice(s, "tls", `tls = "verified"`, "world.bad-client-tls", false, clientTLS)
	switch security {
	case "never":
		m.TLS = NeverTLS
	case "verified":
		m.TLS = VerifiedTLS
	}
}

// unwanted reads whose mail a host does not take, and what must not be in a header.
func (p *parser) unwanted(s *toml.Section, m *MTA) {
	const senders, headers = `refuse-senders = ["example.com", "mallory@example.org"]`, `refuse-headers = ["Subject: MAKE MONEY FAST"]`
	var places []toml.Span
	m.Unwanted, places = s.Texts("refuse-senders", senders, false)
	for i, sender := range m.Unwanted {
		m.Unwanted[i] = strings.ToLower(sender)
		if _, _, ok := cutAddress(sender); !ok && !isDomain(sender) {
			p.Report(places[i], s.Key("refuse-senders"), "world.bad-sender", machine.Args{"sender": toml.Shorten(sender), "example": senders})
		}
	}
	rules, places := s.Texts("refuse-headers", headers, false)
	for i, rule := range rules {
		field, text, _ := strings.Cut(rule, ":")
		text = strings.TrimSpace(text)
		if !isMessage(rule) || text == "" {
			p.Report(places[i], s.Key("refuse-headers"), "world.bad-header-rule", machine.Args{"rule": toml.Shorten(rule), "example": headers})
		}
		m.Headers = append(m.Headers, HeaderRule{field, text})
	}
}

// mailStores are the names of the ways to keep mail, by [MailStore].
var mailStores = []string{"mbox", "maildir", "mh"}

// clientTLS are what a client can want of TLS.
var clientTLS = []string{"opportunistic", "never", "verified"}

// aliases reads an alias file.
func (p *parser) aliases(s *toml.Section, m *MTA) {
	text, at := s.Text("aliases", `aliases = "postmaster: alice"`, false)
	if !at.Exists() {
		return
	}
	aliases, wrong := ParseAliases(text)
	if wrong != "" {
		p.Report(at, s.Key("aliases"), "world.bad-alias", machine.Args{"text": toml.Shorten(wrong)})
		return
	}
	m.Aliases = aliases
}

// ParseAliases reads an alias file as Sendmail has it: a name, a colon, and addresses with commas between them, on this line
// and those that begin with white space. # begins a comment. wrong is the first line that is none of this, "" where all
// is right. Programs and files other than /dev/null are wrong: no world has them.
func ParseAliases(text string) (aliases []Alias, wrong string) {
	for line := range strings.SplitSeq(text, "\n") {
		line = strings.TrimSuffix(line, "\r")
		if trimmed := strings.TrimSpace(line); trimmed == "" || trimmed[0] == '#' {
			continue
		}
		if line[0] == ' ' || line[0] == '\t' {
			to, ok := ParseForward(line)
			if !ok || len(aliases) == 0 {
				return nil, line
			}
			last := &aliases[len(aliases)-1]
			last.To = append(last.To, to...)
			continue
		}
		name, list, found := strings.Cut(line, ":")
		name = strings.ToLower(strings.Trim(strings.TrimSpace(name), `"`))
		to, ok := ParseForward(list)
		if !found || !ok || name == "" || strings.ContainsAny(name, " @|/") {
			return nil, line
		}
		aliases = append(aliases, Alias{Name: name, To: to})
	}
	for _, a := range aliases {
		if len(a.To) == 0 {
			return nil, a.Name + ":"
		}
	}
	return aliases, ""
}

// ParseForward reads the addresses of a .forward file, with commas or line ends between them. ok is false where one of
// them is no address of the kinds that a world has.
func ParseForward(text string) (to []string, ok bool) {
	for part := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == ',' || r == '\n' }) {
		part = strings.TrimSpace(part)
		if part == "" || part[0] == '#' {
			continue
		}
		plain := strings.TrimPrefix(part, `\`)
		if plain == "" {
			return nil, false
		}
		local, _, found := strings.Cut(plain, "@")
		if !found {
			local += "@local" // the rest of what makes an address
		} else {
			local = plain
		}
		if _, _, ok := cutAddress(local); (!ok || plain[0] == '|' || plain[0] == '/') && plain != "/dev/null" {
			return nil, false
		}
		to = append(to, part)
	}
	return to, true
}

// certificates reads what a host shows when TLS begins.
func (p *parser) certificates(s *toml.Section, h *Host) {
	for _, sub := range s.Sections("certificate") {
		c := Certificate{Issuer: Authority, From: p.def.Start.AddDate(0, -1, 0), To: p.def.Start.AddDate(1, 0, 0)}
		const names = `names = ["mx.example.net"]`
		var places []toml.Span
		c.Names, places = sub.Texts("names", names, true)
		for i, name := range c.Names {
			if !isDomain(strings.TrimPrefix(name, "*.")) {
				p.Report(places[i], sub.Key("names"), "world.bad-name", machine.Args{"name": toml.Shorten(name), "example": names})
			}
		}
		if issuer, at := p.words(sub, "issuer", `issuer = "Example Root CA"`, false); at.Exists() {
			c.Issuer = issuer
		}
		if from, at := sub.Time("from", "from = 2026-01-01T00:00:00Z", false); at.Exists() {
			c.From = from
		}
		if to, at := sub.Time("to", "to = 2026-12-31T00:00:00Z", false); at.Exists() {
			c.To = to
		}
		sub.Done()
		if len(c.Names) > 0 {
			h.Certificates = append(h.Certificates, c)
		}
	}
}
