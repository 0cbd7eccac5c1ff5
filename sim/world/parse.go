package world

import (
	"cmp"
	"crypto/sha256"
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
	r := &reporter{file: name + ".toml"}
	if len(text) > maxFile {
		r.report(1, "", "world.too-large", machine.Args{"octets": strconv.Itoa(len(text)), "limit": strconv.Itoa(maxFile)})
		return nil, r.errs
	}
	p := &parser{
		section: &section{document: readDocument(r, text)},
		def:     &Definition{Name: name, Digest: sha256.Sum256(text)},
		hosts:   make(map[string]int), addresses: make(map[string]int),
		links: make(map[string]int), domains: make(map[string]int), users: make(map[string]int),
	}
	p.table = p.root
	if p.grammar() {
		p.read()
		p.done()
	}
	if len(r.errs) > 0 {
		slices.SortStableFunc(r.errs, func(a, b *Error) int { return cmp.Compare(a.Line, b.Line) })
		return nil, r.errs
	}
	return p.def, nil
}

// parser checks a document against the grammar and makes the definition.
type parser struct {
	*section // the file itself
	def      *Definition

	// What was named, with the line at which it was.
	hosts, addresses, links, domains, users map[string]int
	youLine                                 int // of the host that is the learner's; 0 for none
	named                                   []reference
}

// reference is the name of something that may stand further down in the file.
type reference struct {
	line    int
	key     string
	problem string
	name    string
	in      map[string]int
}

// grammar checks the version, and says whether it is one that can be read on.
func (p *parser) grammar() bool {
	const example = "grammar = 1"
	p.known = append(p.known, "grammar")
	v, _ := p.table.get("grammar")
	if v == nil {
		if !p.broken {
			p.report(1, "grammar", "world.grammar-missing", machine.Args{"example": example})
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
		p.report(v.line, "grammar", "world.grammar-newer", args)
		return false
	}
	p.report(v.line, "grammar", "world.grammar-unknown", args)
	return true
}

func (p *parser) read() {
	p.def.Title, _ = p.words(p.section, "title", `title = "Two domains"`, true)
	if seed, line := p.number("seed", "seed = 1", false); line > 0 {
		p.def.Seed = uint64(seed)
		if seed < 0 {
			p.report(line, "seed", "world.bad-seed", machine.Args{"seed": strconv.FormatInt(seed, 10)})
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
	if p.broken {
		return
	}
	if len(p.hosts) == 0 && len(p.errs) == 0 {
		p.report(1, "host", "world.missing-host", nil)
	}
	for _, n := range p.named {
		if _, ok := n.in[n.name]; !ok {
			kind := strings.TrimPrefix(n.problem, "world.unknown-")
			p.reportNearLine(n.line, n.key, n.problem, machine.Args{kind: shorten(n.name)}, n.name, n.in)
		}
	}
}

// words returns a text for people: of one line and not empty.
func (p *parser) words(s *section, name, example string, required bool) (string, int) {
	text, line := s.text(name, example, required)
	if line > 0 && !isWords(text) {
		p.report(line, s.key(name), "world.bad-text", machine.Args{"key": name, "example": example})
	}
	return text, line
}

// reference notes the name of something, which is looked up when the whole file is read.
func (p *parser) reference(line int, key, problem, name string, in map[string]int) {
	if line > 0 {
		p.named = append(p.named, reference{line, key, problem, name, in})
	}
}

// unique notes that something is named here, and reports where it was named before. problem is the identifier of that;
// its argument is the part after "duplicate-".
func (p *parser) unique(line int, key, problem, name string, in map[string]int) {
	if line == 0 {
		return
	}
	if first, ok := in[name]; ok {
		p.report(line, key, problem, machine.Args{
			strings.TrimPrefix(problem, "world.duplicate-"): shorten(name), "first": strconv.Itoa(first)})
		return
	}
	in[name] = line
}
