package locale

import (
	"strings"
)

// escapes keep a text on one line of a packed catalogue.
var (
	escapes   = strings.NewReplacer(`\`, `\\`, "\n", `\n`, "\t", `\t`)
	unescapes = strings.NewReplacer(`\\`, `\`, `\n`, "\n", `\t`, "\t")
)

// Pack returns the catalogue's own texts in the form that a page loads: an identifier, a tab and the text on each line,
// in alphabetical order. Reading it costs a browser a fraction of what TOML does, and nothing in it needs checking: what
// is packed was read by [Load].
func (c *Catalogue) Pack() []byte {
	var b strings.Builder
	for _, id := range c.IDs() {
		b.WriteString(id)
		b.WriteByte('\t')
		_, _ = escapes.WriteString(&b, c.texts[id])
		b.WriteByte('\n')
	}
	return []byte(b.String())
}

// Unpack reads what [Catalogue.Pack] wrote. A line without a tab is passed over.
func Unpack(lang string, packed []byte) *Catalogue {
	text := string(packed)
	c := &Catalogue{lang: lang, texts: make(map[string]string, strings.Count(text, "\n"))}
	for line := range strings.Lines(text) {
		id, text, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		if !ok {
			continue
		}
		if strings.Contains(text, `\`) {
			text = unescapes.Replace(text)
		}
		c.texts[id] = text
	}
	return c
}

// Packed is the name of a language's packed catalogue, in a folder of the language's own.
const Packed = "texts.txt"
