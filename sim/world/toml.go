package world

import (
	"bytes"
	"errors"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2/unstable"

	"ehlo/sim/machine"
)

// A document is read into this tree first, in which everything has its line, and checked against the grammar after
// that: so a file with several mistakes gets all of them said at once.

type kind uint8

const (
	kindText kind = iota
	kindNumber
	kindBool
	kindTime
	kindOther // a TOML value that the grammar has no use for: floats, dates and times without a zone
	kindList
	kindTable
)

// value is what stands behind a key.
type value struct {
	kind  kind
	at    span
	text  string // of a text its content, of other plain values what the file says
	list  []*value
	table *table
}

type table struct {
	at      span
	entries []entry
	places  map[string]int // in entries, by name
	open    bool           // made on the way to another table, so its own header may still come
	headed  bool           // an element of [[name]], or the table of [name]
}

type entry struct {
	name  string
	at    span
	value *value
}

func (t *table) get(name string) (*value, span) {
	i, ok := t.places[name]
	if !ok {
		return nil, span{}
	}
	return t.entries[i].value, t.entries[i].at
}

func (t *table) add(name string, at span, v *value) {
	if t.places == nil {
		t.places = make(map[string]int)
	}
	t.places[name] = len(t.entries)
	t.entries = append(t.entries, entry{name, at, v})
}

// document reads TOML.
type document struct {
	*reporter
	parser unstable.Parser
	skip   int // octets before what the parser was given
	root   *table
	broken bool // something could not be read, so what seems to be missing may be there
}

func readDocument(r *reporter) *document {
	d := &document{reporter: r, root: &table{}}
	d.parser.Reset(r.text)
	current := d.root
	for {
		for d.parser.NextExpression() {
			switch e := d.parser.Expression(); e.Kind {
			case unstable.Table, unstable.ArrayTable:
				current = d.header(e)
			case unstable.KeyValue:
				d.keyValue(current, e)
			}
		}
		if d.parser.Error() == nil || !d.resume() {
			return d
		}
		current = &table{}
	}
}

// resume reports the parser's error and starts it again at the next table header, and says whether there is one.
func (d *document) resume() bool {
	d.broken = true
	at, near := len(d.text), ""
	var err *unstable.ParserError
	message := d.parser.Error().Error()
	if errors.As(d.parser.Error(), &err) {
		at = d.skip + int(d.parser.Range(err.Highlight).Offset)
		near = string(d.text[at:min(len(d.text), at+3)])
	}
	line := d.line(at)
	d.report(span{at, min(at+1, len(d.text))}, "", syntaxProblem(message, near), machine.Args{"text": d.excerpt(line)})
	for _, start := range d.starts[line:] {
		if bytes.HasPrefix(bytes.TrimLeft(d.text[start:], " \t"), []byte("[")) {
			d.skip = start
			d.parser.Reset(d.text[start:])
			return true
		}
	}
	return false
}

// syntaxProblem says which problem the parser's message means; near is the text at its place.
func syntaxProblem(message, near string) string {
	if near == "“" || near == "”" || near == "„" || near == "‘" || near == "’" {
		return "world.syntax.curly-quotes"
	}
	has := func(words ...string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(message, w) })
	}
	switch {
	case has("UTF-8"):
		return "world.syntax.utf8"
	case has("expected '='"):
		return "world.syntax.equals"
	case has("escape", "hexadecimal", "unicode"):
		return "world.syntax.escape"
	case has("strings cannot", "unterminated", "not terminated", "too many quotes"):
		return "world.syntax.string-end"
	case has("close table", "close array table"):
		return "world.syntax.header"
	case has("array", "inline table"):
		return "world.syntax.array"
	case has("strings must be quoted", "at start of value", "expected keyword", "expected value"):
		return "world.syntax.quotes"
	case has("number", "digit", "leading zero", "decimal"):
		return "world.syntax.number"
	case has("expected newline"):
		return "world.syntax.line-end"
	}
	return "world.syntax"
}

// span is where a node of the present expression stands.
func (d *document) span(n *unstable.Node) span {
	start := d.skip + int(n.Raw.Offset)
	return span{start, start + int(n.Raw.Length)}
}

// excerpt is a line without its ends, cut to a length that can be shown.
func (d *document) excerpt(line int) string {
	text := d.text[d.starts[line-1]:]
	if i := bytes.IndexByte(text, '\n'); i >= 0 {
		text = text[:i]
	}
	return shorten(strings.ToValidUTF8(string(bytes.TrimSpace(text)), "\uFFFD"))
}

func shorten(s string) string {
	const longest = 60
	if r := []rune(s); len(r) > longest {
		return string(r[:longest-1]) + "…"
	}
	return s
}

// header takes [name] or [[name]] and returns the table that it begins.
func (d *document) header(e *unstable.Node) *table {
	in, path, at := d.root, "", span{}
	for it := e.Key(); it.Next(); {
		name := string(it.Node().Data)
		at = d.span(it.Node())
		path = join(path, name)
		if it.IsLast() {
			return d.begin(in, name, path, at, e.Kind == unstable.ArrayTable)
		}
		if in = d.descend(in, name, path, at); in == nil {
			break
		}
	}
	return &table{at: at} // what stands under a wrong header is read, and forgotten
}

// begin makes the table name of a table.
func (d *document) begin(in *table, name, path string, at span, array bool) *table {
	t := &table{at: at, headed: true}
	old, first := in.get(name)
	switch {
	case old == nil && array:
		in.add(name, at, &value{kind: kindList, at: at, list: []*value{{kind: kindTable, at: at, table: t}}})
	case old == nil:
		in.add(name, at, &value{kind: kindTable, at: at, table: t})
	case array && old.kind == kindList && len(old.list) > 0 && old.list[0].table != nil && old.list[0].table.headed:
		old.list = append(old.list, &value{kind: kindTable, at: at, table: t})
	case !array && old.kind == kindTable && old.table.open:
		old.table.open, old.table.at = false, at
		return old.table
	default:
		d.duplicate(path, at, first)
	}
	return t
}

// descend goes into the table name of a table, which it makes where it is missing; of an array of tables that is the
// last one. It returns nil where something else has that name.
func (d *document) descend(in *table, name, path string, at span) *table {
	v, first := in.get(name)
	switch {
	case v == nil:
		t := &table{at: at, open: true}
		in.add(name, at, &value{kind: kindTable, at: at, table: t})
		return t
	case v.kind == kindTable:
		return v.table
	case v.kind == kindList && len(v.list) > 0 && v.list[len(v.list)-1].table != nil:
		return v.list[len(v.list)-1].table
	}
	d.duplicate(path, at, first)
	return nil
}

func (d *document) duplicate(path string, at, first span) {
	d.report(at, shorten(path), "world.duplicate-key", machine.Args{"key": shorten(path), "first": d.first(first)})
}

// keyValue adds "key = value" to a table.
func (d *document) keyValue(in *table, e *unstable.Node) {
	path := ""
	for it := e.Key(); it.Next(); {
		name := string(it.Node().Data)
		at := d.span(it.Node())
		path = join(path, name)
		if !it.IsLast() {
			if in = d.descend(in, name, path, at); in == nil {
				return
			}
			in.open = false
			continue
		}
		if old, first := in.get(name); old != nil {
			d.duplicate(path, at, first)
			return
		}
		in.add(name, at, d.value(e.Value(), at))
	}
}

// value reads a value; at is its key, whose place it takes where the parser does not give it one.
func (d *document) value(n *unstable.Node, at span) *value {
	if n.Raw.Length > 0 {
		at = d.span(n)
	}
	v := &value{at: at, text: string(n.Data)}
	switch n.Kind {
	case unstable.String:
		v.kind = kindText
	case unstable.Integer:
		v.kind = kindNumber
	case unstable.Bool:
		v.kind = kindBool
	case unstable.DateTime:
		v.kind = kindTime
	case unstable.Array:
		v.kind = kindList
		for it := n.Children(); it.Next(); {
			v.list = append(v.list, d.value(it.Node(), at))
		}
	case unstable.InlineTable:
		v.kind = kindTable
		v.table = &table{at: at}
		for it := n.Children(); it.Next(); {
			d.keyValue(v.table, it.Node())
		}
	default:
		v.kind = kindOther
	}
	return v
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}
