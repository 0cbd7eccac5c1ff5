package world

import (
	"cmp"
	"crypto/sha256"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"ehlo/sim/machine"
)

// maxFile is the longest world file in octets. A world can come in a link from anybody.
const maxFile = 1 << 20

// start is the calendar moment of virtual time 0 where the file does not say it.
var start = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// Parse reads a world file (docs/world-files.md). The name is the world's name; an error is of type [Errors] and holds
// everything that is wrong, each with the file as name + ".toml".
func Parse(name string, text []byte) (*Definition, error) {
	r := newReporter(name+".toml", text)
	if len(text) > maxFile {
		r.report(span{}, "", "world.too-large", machine.Args{"octets": strconv.Itoa(len(text)), "limit": strconv.Itoa(maxFile)})
		return nil, r.errs
	}
	p := &parser{
		section: &section{document: readDocument(r)},
		def:     &Definition{Name: name, Digest: sha256.Sum256(text)},
		hosts:   make(map[string]span), addresses: make(map[string]span),
		links: make(map[string]span), domains: make(map[string]span), users: make(map[string]span),
	}
	p.table = p.root
	if p.grammar() {
		p.read()
	}
	if len(r.errs) > 0 {
		slices.SortStableFunc(r.errs, func(a, b *Error) int { return cmp.Compare(a.Start, b.Start) })
		return nil, r.errs
	}
	return p.def, nil
}

// parser checks a document against the grammar and makes the definition.
type parser struct {
	*section // the file itself
	def      *Definition

	// What was named, with the place where it was.
	hosts, addresses, links, domains, users map[string]span
	you                                     span // of the host that is the learner's
	named                                   []reference
}

// reference is the name of something that may stand further down in the file.
type reference struct {
	at      span
	key     string
	problem string
	name    string
	in      map[string]span
}

// grammar checks the version, and says whether it is one that can be read on.
func (p *parser) grammar() bool {
	const example = "grammar = 1"
	p.known = append(p.known, "grammar")
	v, _ := p.table.get("grammar")
	if v == nil {
		if !p.broken {
			p.report(span{}, "grammar", "world.grammar-missing", machine.Args{"example": example})
		}
		return true
	}
	n, err := strconv.ParseInt(v.text, 10, 64)
	args := machine.Args{"grammar": shorten(v.text), "known": strconv.Itoa(Grammar), "example": example}
	switch {
	case v.kind == kindNumber && err == nil && n == Grammar:
		return true
	case v.kind == kindNumber && err == nil && n > Grammar:
		p.errs = nil // what looks wrong may be right in the newer grammar
		p.report(v.at, "grammar", "world.grammar-newer", args)
		return false
	}
	p.report(v.at, "grammar", "world.grammar-unknown", args)
	return true
}

func (p *parser) read() {
	p.def.Title, _ = p.words(p.section, "title", `title = "Two domains"`, true)
	if seed, at := p.number("seed", "seed = 1", false); at.exists() {
		p.def.Seed = uint64(seed)
		if seed < 0 {
			p.report(at, "seed", "world.bad-seed", machine.Args{"seed": strconv.FormatInt(seed, 10)})
		}
	}
	p.def.Start = p.time("start", "start = 2026-03-02T08:00:00Z", start)
	for _, s := range p.sections("host") {
		p.host(s)
	}
	for _, s := range p.sections("link") {
		p.link(s)
	}
	for _, s := range p.sections("domain") {
		p.domain(s)
	}
	for _, s := range p.sections("user") {
		p.user(s)
	}
	for _, s := range p.sections("letter") {
		p.letter(s)
	}
	p.done()
	if p.broken {
		return
	}
	if len(p.hosts) == 0 && len(p.errs) == 0 {
		p.report(span{}, "host", "world.missing-host", nil)
	}
	p.lookUp()
}

// lookUp reports names of nothing. Where a definition could not be read, a name may well be the one it was to define:
// then only a name that is nearly another one is reported.
func (p *parser) lookUp() {
	unsure := make(map[string]bool)
	for _, e := range p.errs {
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
		if _, near := nearest(n.name, slices.Sorted(maps.Keys(n.in))); near || !unsure[kind] {
			p.reportNear(n.at, n.key, n.problem, machine.Args{kind: shorten(n.name)}, n.name, n.in)
		}
	}
}

// words returns a text for people: of one line and not empty.
func (p *parser) words(s *section, name, example string, required bool) (string, span) {
	text, at := s.text(name, example, required)
	if at.exists() && !isWords(text) {
		p.report(at, s.key(name), "world.bad-text", machine.Args{"key": name, "example": example})
	}
	return text, at
}

// reference notes the name of something, which is looked up when the whole file is read.
func (p *parser) reference(at span, key, problem, name string, in map[string]span) {
	if at.exists() {
		p.named = append(p.named, reference{at, key, problem, name, in})
	}
}

// unique notes that something is named here, and reports where it was named before. problem is the identifier of that;
// its argument is the part after "duplicate-".
func (p *parser) unique(at span, key, problem, name string, in map[string]span) {
	if !at.exists() {
		return
	}
	if first, ok := in[name]; ok {
		p.report(at, key, problem, machine.Args{
			strings.TrimPrefix(problem, "world.duplicate-"): shorten(name), "first": p.first(first)})
		return
	}
	in[name] = at
}
