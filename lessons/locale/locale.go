// Package locale turns message identifiers into text. The simulation writes no prose: it emits identifiers with
// arguments, and a [Catalogue], read from the files of one language, renders them for page and terminal alike.
//
// A catalogue file is TOML with one text for each identifier. Within a text
//
//	{host}                                is the argument of that name
//	{@want}                               is the text of the identifier that the argument holds
//	{count|one:# message|other:# messages} is chosen by the number in the argument, which # stands for
//	{{ and }}                             are braces
//
// The plural forms are those of the language: one and other in English, Spanish and Italian; one, few and many in
// Russian. docs/locales.md tells translators the same.
package locale

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"ehlo/sim/machine"
	"ehlo/sim/toml"
)

// File is one file of a language; its name is for errors.
type File struct {
	Name string
	Text []byte
}

// Catalogue holds the texts of one language. It is read-only and may be used by many at once.
type Catalogue struct {
	lang     string
	texts    map[string]string // or, where it was packed,
	packed   string
	fallback *Catalogue
}

// Error is a fault in a catalogue file.
type Error struct {
	File string
	Line int
	Key  string // the identifier, or "" where the file is not TOML
	Text string // what is wrong and how to repair it, in English: it is for whoever writes the file
}

// Error gives place and fault.
func (e *Error) Error() string {
	place := e.File + ":" + strconv.Itoa(e.Line) + ": "
	if e.Key != "" {
		place += strconv.Quote(e.Key) + ": "
	}
	return place + e.Text
}

// Load reads the files of a language ("en", "es", "ru", "it"). It fails with an [*Error] on the first text that is no
// string, stands twice, or breaks the syntax.
func Load(lang string, files ...File) (*Catalogue, error) {
	c := &Catalogue{lang: lang, texts: make(map[string]string)}
	for _, f := range files {
		source := toml.NewSource(f.Text)
		root, faults := source.Parse()
		if len(faults) > 0 {
			return nil, &Error{File: f.Name, Line: source.Line(faults[0].At), Key: faults[0].Key, Text: faults[0].Text}
		}
		for _, entry := range root.Entries {
			if fault := c.add(entry); fault != "" {
				return nil, &Error{File: f.Name, Line: source.Line(entry.At), Key: entry.Key, Text: fault}
			}
		}
	}
	return c, nil
}

func (c *Catalogue) add(entry toml.Entry) (fault string) {
	if entry.Value.Kind != toml.String {
		return "a text is expected; write the whole identifier in quotes: \"smtp.verb.MAIL\" = \"…\""
	}
	if c.texts[entry.Key] != "" {
		return "this identifier already has a text; remove one of the two"
	}
	if fault := checkText(c.lang, entry.Value.Text); fault != "" {
		return fault
	}
	c.texts[entry.Key] = entry.Value.Text
	return ""
}

// Or returns the catalogue with another behind it, asked for what the first lacks: English behind a translation.
func (c *Catalogue) Or(fallback *Catalogue) *Catalogue {
	return &Catalogue{lang: c.lang, texts: c.texts, packed: c.packed, fallback: fallback}
}

// Lang returns the language, as in "en".
func (c *Catalogue) Lang() string { return c.lang }

// Has says whether there is a text for an identifier.
func (c *Catalogue) Has(id string) bool {
	_, _, ok := c.find(id)
	return ok
}

// IDs lists the catalogue's own identifiers in alphabetical order.
func (c *Catalogue) IDs() []string {
	ids := slices.Collect(maps.Keys(c.texts))
	unpacked(c.packed, func(id, _ string) { ids = append(ids, id) })
	slices.Sort(ids)
	return ids
}

// Texts returns the texts, with their placeholders, of all identifiers that begin with a prefix, fallback included.
func (c *Catalogue) Texts(prefix string) map[string]string {
	found := make(map[string]string)
	if c.fallback != nil {
		found = c.fallback.Texts(prefix)
	}
	add := func(id, text string) {
		if strings.HasPrefix(id, prefix) {
			found[id] = text
		}
	}
	for id, text := range c.texts {
		add(id, text)
	}
	unpacked(c.packed, add)
	return found
}

// Note renders a note.
func (c *Catalogue) Note(n machine.Note) string { return c.Render(n.ID, n.Args) }

// Render returns the text of an identifier with its arguments put in. An identifier without a text is returned as it
// is, and an argument that is not given as its name in braces, so that what is missing can be seen.
func (c *Catalogue) Render(id string, args machine.Args) string {
	text, lang, ok := c.find(id)
	if !ok {
		return id
	}
	if !strings.ContainsAny(text, "{}") {
		return text
	}
	var out strings.Builder
	scan(text, func(literal string, p *placeholder) {
		switch {
		case p == nil:
			out.WriteString(literal)
		default:
			value, given := args[p.name]
			switch {
			case !given:
				out.WriteString("{" + p.name + "}")
			case p.isID:
				out.WriteString(c.Render(value, args))
			case p.forms != nil:
				out.WriteString(strings.ReplaceAll(p.form(lang, value), "#", value))
			default:
				out.WriteString(value)
			}
		}
	})
	return out.String()
}

func (c *Catalogue) find(id string) (text, lang string, ok bool) {
	for ; c != nil; c = c.fallback {
		if text, ok := c.texts[id]; ok {
			return text, c.lang, true
		}
		if text, ok := lookUp(c.packed, id); ok {
			return text, c.lang, true
		}
	}
	return "", "", false
}
