// Package persona reads persona files: what a kind of real server says and how it behaves, as data. A world file names
// one for a service (docs/personas.md); a server without one is ehlo's own, the strict one of a protocol's package.
//
// A persona is made for one protocol, whose part of it is the Config of that protocol's server as far as a file can fill
// it in. The files that come with ehlo are in sim/personas.
package persona

import (
	"slices"
	"strconv"
	"strings"

	"ehlo/sim/imap"
	"ehlo/sim/machine"
	"ehlo/sim/pop3"
	"ehlo/sim/smtp"
	"ehlo/sim/toml"
)

// Grammar is the version of the grammar of persona files that this package reads.
const Grammar = 1

// maxFile is the longest persona file in octets: it can come from anybody.
const maxFile = 1 << 18

// Persona is a kind of server. Nothing in it is changed after [Parse]: servers share it.
type Persona struct {
	Name     string // of its file: "uw-ipop3d-7.59"
	Title    string // for people: "UW ipop3d 7.59"
	Protocol string // "pop3", "smtp" or "imap"

	POP3 pop3.Config // of a persona for POP3
	IMAP imap.Config // of a persona for IMAP
	SMTP smtp.Config // of a persona for SMTP

	Program string  // what an MTA calls its program in the trace field, behind the host's name
	Queue   QueueID // how it names the messages that it takes
	Log     Log     // what it writes into its log
}

// parser reads one file.
type parser struct {
	*toml.Section // the file itself
	persona       *Persona
}

// protocols are those that have personas, each with what reads its part of the file.
var protocols = []struct {
	name string
	read func(*parser)
}{
	{"pop3", (*parser).pop3}, {"smtp", (*parser).smtp}, {"imap", (*parser).imap},
}

// Protocols lists the protocols that have personas.
func Protocols() []string {
	names := make([]string, len(protocols))
	for i, p := range protocols {
		names[i] = p.name
	}
	return names
}

// Parse reads a persona file. The name is the persona's name; an error is of type [Errors] and holds everything that is
// wrong, each with the file as name + ".toml".
func Parse(name string, text []byte) (*Persona, error) {
	r := toml.NewReader(prefix, name+".toml", text)
	if len(text) > maxFile {
		r.Report(toml.Span{}, "", "persona.too-large", machine.Args{"octets": strconv.Itoa(len(text)), "limit": strconv.Itoa(maxFile)})
		return nil, r.Err()
	}
	p := &parser{Section: r.Read(), persona: &Persona{Name: name}}
	if p.grammar() {
		p.read()
	}
	if err := r.Err(); err != nil {
		return nil, err
	}
	return p.persona, nil
}

// Read reads a persona that a world file holds itself, from its table. What is wrong is reported to the section's reader.
func Read(name string, s *toml.Section) *Persona {
	p := &parser{Section: s, persona: &Persona{Name: name}}
	if p.grammar() {
		p.read()
	}
	return p.persona
}

// grammar checks the version, and says whether it is one that can be read on.
func (p *parser) grammar() bool {
	n, at := p.Number("grammar", "grammar = 1", true)
	if !at.Exists() || n == Grammar {
		return true
	}
	id := "persona.grammar-unknown"
	if n > Grammar {
		p.Errors = nil // what looks wrong may be right in the newer grammar
		id = "persona.grammar-newer"
	}
	p.Report(at, "grammar", id, machine.Args{"grammar": strconv.FormatInt(n, 10), "known": strconv.Itoa(Grammar)})
	return false
}

func (p *parser) read() {
	var at toml.Span
	if p.persona.Title, at = p.Text("title", `title = "UW ipop3d 7.59"`, true); at.Exists() && strings.TrimSpace(p.persona.Title) == "" {
		p.Report(at, "title", "persona.bad-title", nil)
	}
	p.persona.Protocol, at = p.Text("protocol", `protocol = "pop3"`, true)
	i := slices.Index(Protocols(), p.persona.Protocol)
	switch {
	case i >= 0:
		protocols[i].read(p)
		p.log()
		p.Done()
	case at.Exists():
		p.ReportNear(at, "protocol", "persona.bad-protocol",
			machine.Args{"protocol": toml.Shorten(p.persona.Protocol)}, p.persona.Protocol, toml.Known(Protocols()))
	}
}
