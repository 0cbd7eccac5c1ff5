package incident

import (
	"slices"
	"sort"
	"strconv"
	"strings"
	"unicode/utf8"

	"ehlo/sim/machine"
	"ehlo/sim/toml"
)

// builder puts a world file and an input script together.
type builder struct {
	places  []*place
	links   [][2]string
	domains [][2]string // name and host
	users   []account
	letters []kept
	gone    map[string]bool // addresses that have no mailbox, as their own host says
	senders [][2]string     // addresses and the hosts that tell of their messages
	faults  []string        // hosts that do not answer
	voices  []string        // persona tables
	script  strings.Builder
	assumed []machine.Note
}

// place is a host.
type place struct {
	name, address, role string
	you                 bool
	relayFrom           []string
	smarthost           string
	services            []service
}

type service struct {
	protocol, role, tls, persona string
	port                         int
	auth                         []string
}

type account struct{ address, password string }

type kept struct{ to, text string }

// The bounds of a world that is made: what is more is left out, and said.
const (
	maxPlaces  = 60
	maxUsers   = 200
	maxLetters = 50
	maxScript  = 512 << 10
)

// assume says once what was not known.
func (b *builder) assume(id string, args ...string) {
	n := machine.NewNote("incident.assume."+id, args...)
	for _, a := range b.assumed {
		if a.ID == n.ID && a.Args["host"] == n.Args["host"] {
			return
		}
	}
	b.assumed = append(b.assumed, n)
}

// host finds or adds a host. A name that no host can have becomes one that is for examples, and so does an address.
func (b *builder) host(name, address, role string) *place {
	name = strings.ToLower(strings.TrimSuffix(name, "."))
	if !isDomain(name) || name == "localhost" || len(name) > 200 {
		invented := "host-" + strconv.Itoa(len(b.places)+1) + ".example.net"
		if name == "" && role == "mua" {
			invented = "laptop.example.org"
		} else if name == "" {
			invented = "mail.example.net"
		} else {
			for _, p := range b.places {
				if p.address == name && isIPv4(name) {
					return p
				}
			}
			if isIPv4(name) && address == "" {
				address = name
			}
		}
		name = invented
		b.assume("host", "host", name)
	}
	for _, p := range b.places {
		if p.name == name {
			return p
		}
	}
	if len(b.places) >= maxPlaces {
		return nil
	}
	p := &place{name: name, address: b.free(address), role: role}
	if p.address != address {
		b.assume("addresses")
	}
	b.places = append(b.places, p)
	return p
}

// free is an address that no host has: the one that is wanted where it can be, else one of those for documentation (RFC 5737).
func (b *builder) free(address string) string {
	taken := func(a string) bool {
		return slices.ContainsFunc(b.places, func(p *place) bool { return p.address == a })
	}
	if isIPv4(address) && !strings.HasPrefix(address, "0.") && !strings.HasPrefix(address, "127.") && !strings.HasPrefix(address, "255.") && !taken(address) {
		return address
	}
	for i := 10; ; i++ {
		if a := "192.0.2." + strconv.Itoa(i); !taken(a) {
			return a
		}
	}
}

func (b *builder) link(from, to string) {
	for _, l := range b.links {
		if l == [2]string{from, to} || l == [2]string{to, from} {
			return
		}
	}
	if from != to {
		b.links = append(b.links, [2]string{from, to})
		b.assume("latency")
	}
}

// domain makes a host responsible for a domain, where none is, and says whose it is.
func (b *builder) domain(name, host string) string {
	name = strings.ToLower(name)
	for _, d := range b.domains {
		if d[0] == name {
			return d[1]
		}
	}
	if isDomain(name) {
		b.domains = append(b.domains, [2]string{name, host})
	}
	return host
}

// user adds a mailbox, once.
func (b *builder) user(address, password string) bool {
	local, domain, _ := strings.Cut(address, "@")
	if b.gone[strings.ToLower(address)] || !isLocal(local) || !slices.ContainsFunc(b.domains, func(d [2]string) bool { return strings.EqualFold(d[0], domain) }) {
		return false
	}
	for i := range b.users {
		if strings.EqualFold(b.users[i].address, address) {
			if b.users[i].password == "" {
				b.users[i].password = password
			}
			return true
		}
	}
	if len(b.users) < maxUsers {
		b.users = append(b.users, account{address, password})
	}
	return len(b.users) < maxUsers
}

// listens adds a service of a host, once.
func (p *place) listens(s service) {
	for i := range p.services {
		if old := &p.services[i]; old.protocol == s.protocol && (old.port == s.port || p.role != "mta") {
			return
		}
	}
	p.services = append(p.services, s)
}

func (b *builder) line(words ...string) {
	b.script.WriteString(strings.Join(words, "") + "\n")
}

// says types a row of the client: as text where the script can hold it, else as octets.
func (b *builder) says(row []byte) {
	text, ended := strings.CutSuffix(string(row), "\r\n")
	if ended && utf8.ValidString(text) && !strings.ContainsFunc(text, func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7F }) {
		b.line("> ", text)
		return
	}
	b.line("raw ", strconv.QuoteToASCII(string(row)))
}

// world writes the world file.
func (b *builder) world(title string) string {
	var w strings.Builder
	set := func(key, value string) { w.WriteString(key + " = " + value + "\n") }
	text := func(key, value string) {
		if value != "" {
			set(key, toml.Quote(value))
		}
	}
	set("grammar", "1")
	text("title", title)
	set("seed", "1")
	set("start", "2026-03-02T08:00:00Z")
	sort.SliceStable(b.places, func(i, j int) bool { return b.places[i].you && !b.places[j].you })
	for _, p := range b.places {
		w.WriteString("\n[[host]]\n")
		text("name", p.name)
		text("address", p.address)
		text("role", p.role)
		if p.you {
			set("you", "true")
		}
		if len(p.relayFrom) > 0 {
			set("relay-from", toml.QuoteAll(p.relayFrom))
		}
		text("smarthost", p.smarthost)
		for _, s := range p.services {
			w.WriteString("\n  [[host.service]]\n")
			text("protocol", s.protocol)
			if s.port > 0 {
				set("port", strconv.Itoa(s.port))
			}
			text("role", s.role)
			text("tls", s.tls)
			text("persona", s.persona)
			if s.auth != nil {
				set("auth", toml.QuoteAll(s.auth))
			}
		}
	}
	for _, l := range b.links {
		w.WriteString("\n[[link]]\n")
		set("between", toml.QuoteAll(l[:]))
		text("latency", "10ms")
	}
	for _, d := range b.domains {
		w.WriteString("\n[[domain]]\n")
		text("name", d[0])
		text("mx", d[1])
	}
	for _, u := range b.users {
		w.WriteString("\n[[user]]\n")
		text("address", u.address)
		if u.password == "" {
			u.password = "secret"
		}
		text("password", u.password)
	}
	for _, l := range b.letters {
		w.WriteString("\n[[letter]]\n")
		text("to", l.to)
		text("text", l.text)
	}
	for _, h := range b.faults {
		w.WriteString("\n[[fault]]\n")
		text("kind", "crash")
		text("host", h)
		text("at", "0s")
	}
	for _, v := range b.voices {
		w.WriteString("\n" + v)
	}
	return w.String()
}

// isDomain says whether a host can have a name (RFC 5321 §2.3.5).
func isDomain(s string) bool {
	if len(s) > 253 || isIPv4(s) {
		return false
	}
	for label := range strings.SplitSeq(s, ".") {
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' {
			return false
		}
		for i := range len(label) {
			if !isKey(label[i]) || label[i] == '_' {
				return false
			}
		}
	}
	return true
}

// isLocal says whether a text is a Dot-string (RFC 5321 §4.1.2), as the mailboxes of a world have them.
func isLocal(s string) bool {
	if len(s) > 64 {
		return false
	}
	for atom := range strings.SplitSeq(s, ".") {
		if atom == "" {
			return false
		}
		for i := range len(atom) {
			if !isKey(atom[i]) && !strings.ContainsRune("!#$%&'*+/=?^`{|}~", rune(atom[i])) {
				return false
			}
		}
	}
	return true
}
