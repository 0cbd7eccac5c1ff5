package world

import (
	"crypto/sha256"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"ehlo/sim/machine"
	"ehlo/sim/persona"
	"ehlo/sim/toml"
)

// maxFile is the longest world file in octets. A world can come in a link from anybody.
const maxFile = 1 << 20

// start is the calendar moment of virtual time 0 where the file does not say it.
var start = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// Parse reads a world file (docs/world-files.md), whose services can have the personas that are given. The name is the
// world's name; an error is of type [Errors] and holds everything that is wrong, each with the file as name + ".toml".
func Parse(name string, text []byte, personas ...*persona.Persona) (*Definition, error) {
	r := toml.NewReader(prefix, name+".toml", text)
	if len(text) > maxFile {
		r.Report(toml.Span{}, "", "world.too-large", machine.Args{"octets": strconv.Itoa(len(text)), "limit": strconv.Itoa(maxFile)})
		return nil, r.Err()
	}
	p := &parser{
		Section: r.Read(), personas: personas,
		def:   &Definition{Name: name, Digest: sha256.Sum256(text)},
		hosts: make(map[string]toml.Span), addresses: make(map[string]toml.Span), zones: make(map[string]toml.Span),
		links: make(map[string]toml.Span), domains: make(map[string]toml.Span), users: make(map[string]toml.Span),
	}
	if p.grammar() {
		p.read()
	}
	if err := r.Err(); err != nil {
		return nil, err
	}
	return p.def, nil
}

// parser checks a document against the grammar and makes the definition.
type parser struct {
	*toml.Section // the file itself
	def           *Definition
	personas      []*persona.Persona

	// What was named, with the place where it was.
	hosts, addresses, links, domains, users, zones map[string]toml.Span
	you                                            toml.Span   // of the host that is the learner's
	named, linked                                  []reference // hosts and so on; links
}

// reference is the name of something that may stand further down in the file.
type reference struct {
	at      toml.Span
	key     string
	problem string
	name    string
	in      map[string]toml.Span
}

// grammar checks the version, and says whether it is one that can be read on.
func (p *parser) grammar() bool {
	const example = "grammar = 1"
	v := p.Get("grammar")
	if v == nil {
		if !p.Broken {
			p.Report(toml.Span{}, "grammar", "world.grammar-missing", machine.Args{"example": example})
		}
		return true
	}
	n, ok := v.Int()
	args := machine.Args{"grammar": toml.Shorten(v.Text), "known": strconv.Itoa(Grammar), "example": example}
	switch {
	case v.Kind == toml.Integer && ok && n == Grammar:
		return true
	case v.Kind == toml.Integer && ok && n > Grammar:
		p.Errors = nil // what looks wrong may be right in the newer grammar
		p.Report(v.At, "grammar", "world.grammar-newer", args)
		return false
	}
	p.Report(v.At, "grammar", "world.grammar-unknown", args)
	return true
}

func (p *parser) read() {
	p.def.Title, _ = p.words(p.Section, "title", `title = "Two domains"`, true)
	if seed, at := p.Number("seed", "seed = 1", false); at.Exists() {
		p.def.Seed = uint64(seed)
		if seed < 0 {
			p.Report(at, "seed", "world.bad-seed", machine.Args{"seed": strconv.FormatInt(seed, 10)})
		}
	}
	p.def.Start = start
	if moment, at := p.Time("start", "start = 2026-03-02T08:00:00Z", false); at.Exists() {
		p.def.Start = moment
	}
	p.ownPersonas()
	p.suffixes()
	for _, s := range p.Sections("host") {
		p.host(s)
	}
	for _, s := range p.Sections("link") {
		p.link(s)
	}
	for _, s := range p.Sections("domain") {
		p.domain(s)
	}
	for _, s := range p.Sections("zone") {
		p.zone(s)
	}
	for _, s := range p.Sections("user") {
		p.user(s)
	}
	for _, s := range p.Sections("letter") {
		p.letter(s)
	}
	for _, s := range p.Sections("actor") {
		p.actor(s)
	}
	for _, s := range p.Sections("fault") {
		p.fault(s)
	}
	p.misplaced()
	p.Done()
	if p.Broken {
		return
	}
	for _, l := range p.linked {
		if _, ok := p.links[l.name]; !ok && len(p.Errors) == 0 {
			p.Report(l.at, l.key, "world.unknown-link", machine.Args{"link": l.name})
		}
	}
	if len(p.hosts) == 0 && len(p.Errors) == 0 {
		p.Report(toml.Span{}, "host", "world.missing-host", nil)
	}
	p.lookUp()
}

// misplaced reports tables that belong to a host and stand by themselves.
func (p *parser) misplaced() {
	for _, name := range []string{"service", "certificate", "dkim"} {
		if v := p.Get(name); v != nil {
			p.Report(v.At, name, "world.misplaced-table", machine.Args{"table": "[[" + name + "]]", "meant": "[[host." + name + "]]"})
		}
	}
}

// addressed is the host that has an address, "" for none.
func (p *parser) addressed(address string) string {
	for _, h := range p.def.Hosts {
		if address != "" && (h.Address == address || h.IPv6 == address) {
			return h.Name
		}
	}
	return ""
}

// lookUp reports names of nothing. Where a definition could not be read, a name may well be the one it was to define:
// then only a name that is nearly another one is reported.
func (p *parser) lookUp() {
	unsure := make(map[string]bool)
	for _, e := range p.Errors {
		switch key, id := e.Key, e.Note.ID; {
		case id == "world.unknown-key" && !strings.Contains(key, "."):
			unsure["host"], unsure["domain"], unsure["user"] = true, true, true
		case key == "host" || key == "domain" || key == "user":
			unsure[key] = true
		case key == "host.name" || key == "domain.name" || key == "user.address":
			kind, _, _ := strings.Cut(key, ".")
			unsure[kind] = true
		}
	}
	for _, n := range p.named {
		if _, ok := n.in[n.name]; ok {
			continue
		}
		kind := strings.TrimPrefix(n.problem, "world.unknown-")
		if host := p.addressed(n.name); kind == "host" && host != "" {
			p.ReportInstead(n.at, n.key, machine.Note{ID: n.problem, Args: machine.Args{kind: n.name}}, host)
			continue
		}
		if _, near := toml.Nearest(n.name, slices.Sorted(maps.Keys(n.in))); near || !unsure[kind] {
			p.ReportNear(n.at, n.key, n.problem, machine.Args{kind: toml.Shorten(n.name)}, n.name, n.in)
		}
	}
}

// words returns a text for people: of one line and not empty.
func (p *parser) words(s *toml.Section, name, example string, required bool) (string, toml.Span) {
	text, at := s.Text(name, example, required)
	if at.Exists() && !isWords(text) {
		p.Report(at, s.Key(name), "world.bad-text", machine.Args{"key": name, "example": example})
	}
	return text, at
}

// reference notes the name of something, which is looked up when the whole file is read.
func (p *parser) reference(at toml.Span, key, problem, name string, in map[string]toml.Span) {
	if at.Exists() {
		p.named = append(p.named, reference{at, key, problem, name, in})
	}
}

// unique notes that something is named here, and reports where it was named before. problem is the identifier of that;
// its argument is the part after "duplicate-".
func (p *parser) unique(at toml.Span, key, problem, name string, in map[string]toml.Span) {
	if !at.Exists() {
		return
	}
	if first, ok := in[name]; ok {
		p.Report(at, key, problem, machine.Args{
			strings.TrimPrefix(problem, "world.duplicate-"): toml.Shorten(name), "first": p.LineNumber(first)})
		return
	}
	in[name] = at
}
