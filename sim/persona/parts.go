package persona

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"ehlo/sim/machine"
	"ehlo/sim/sasl"
	"ehlo/sim/toml"
)

// These parts of a persona are the same for every protocol.

// duration reads a length of time.
func (p *parser) duration(name string) time.Duration {
	text, at := p.Text(name, name+` = "10m"`, false)
	d, err := time.ParseDuration(text)
	if at.Exists() && (err != nil || d < 0 || d > 30*24*time.Hour) {
		p.Report(at, name, "persona.bad-duration", machine.Args{"text": toml.Shorten(text), "key": name})
	}
	return d
}

// count reads a whole number from 0.
func (p *parser) count(name string) int {
	n, at := p.Number(name, name+" = 20", false)
	if at.Exists() && (n < 0 || n > math.MaxInt32) {
		p.Report(at, name, "persona.bad-count", machine.Args{"number": strconv.FormatInt(n, 10), "key": name})
		return 0
	}
	return int(n)
}

// words reads a list of words of which each is one that is known; problem is what one that is not is reported as. given is
// false where the file has no such list.
func (p *parser) words(name, example, problem string, known []string) (words []string, given bool) {
	texts, places := p.Texts(name, example, false)
	for i, text := range texts {
		if !slices.Contains(known, text) {
			p.ReportNear(places[i], name, problem, machine.Args{"word": toml.Shorten(text)}, text, toml.Known(known))
			continue
		}
		words = append(words, text)
	}
	return words, p.Table.Get(name) != nil
}

// mechanisms reads the SASL mechanisms that the server offers. Without such a list it offers all.
func (p *parser) mechanisms() sasl.Set {
	var known []string
	for _, m := range sasl.All.Mechanisms() {
		known = append(known, m.String())
	}
	names, given := p.words("mechanisms", `mechanisms = ["LOGIN"]`, "persona.bad-mechanism", known)
	if !given {
		return sasl.All
	}
	return sasl.Offered(names)
}

// prompts reads the two prompts of the mechanism LOGIN.
func (p *parser) prompts() (prompts [2]string) {
	const example = `prompts = ["Username:", "Password:"]`
	texts, _ := p.Texts("prompts", example, false)
	if v := p.Table.Get("prompts"); v != nil && v.Kind == toml.List && len(v.List) != 2 {
		p.Report(v.At, "prompts", "persona.bad-prompts", machine.Args{"example": example})
	}
	copy(prompts[:], texts)
	return prompts
}

// table returns a table within another, nil where there is none.
func (p *parser) table(s *toml.Section, name string) *toml.Section {
	v := s.Get(name)
	switch {
	case v == nil:
		return nil
	case v.Kind != toml.Map:
		p.Report(v.At, s.Key(name), "persona.want-table", machine.Args{"key": s.Key(name)})
		return nil
	}
	return &toml.Section{Reader: s.Reader, Keys: toml.Keys{Table: v.Table, Path: s.Key(name)}}
}

// saying is a wording of a persona: of a reply, to one command or, with "", to all.
type saying struct {
	reply, command, text string
	at                   toml.Span // of the text
}

// replies reads the wordings: `name = "text"` for all commands, and in a table named after a command for that one.
// names are those of the replies, commands those of the commands.
func (p *parser) replies(names, commands []string) []saying {
	s := p.table(p.Section, "replies")
	if s == nil {
		return nil
	}
	said := p.sayings(s, "", names)
	for _, c := range commands {
		if sub := p.table(s, c); sub != nil {
			said = append(said, p.sayings(sub, c, names)...)
			sub.Done()
		}
	}
	s.Done()
	return said
}

func (p *parser) sayings(s *toml.Section, command string, names []string) []saying {
	var said []saying
	for _, name := range names {
		if text, at := s.Text(name, name+` = "…"`, false); at.Exists() {
			said = append(said, saying{name, command, text, at})
		}
	}
	return said
}

// isOneLine says whether a text can be a line of a protocol: printable, without a line end.
func isOneLine(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7F })
}
