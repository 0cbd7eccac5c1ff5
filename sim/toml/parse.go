package toml

import (
	"bytes"
	"errors"
	"strconv"

	"github.com/pelletier/go-toml/v2/unstable"
)

// Parse reads the source. What cannot be read becomes faults, in the order in which they stand; after one, reading goes
// on at the next header.
func (s *Source) Parse() (*Table, []Fault) { return s.ParsePart(0, len(s.text)) }

// ParsePart reads the octets of the source from one place up to another.
func (s *Source) ParsePart(from, to int) (*Table, []Fault) {
	b := builder{Source: s, skip: from, end: to, root: &Table{At: Span{from, from}}}
	b.parser.Reset(s.text[from:to])
	current := b.root
	for {
		for b.parser.NextExpression() {
			switch e := b.parser.Expression(); e.Kind {
			case unstable.Table, unstable.ArrayTable:
				current = b.header(e)
			case unstable.KeyValue:
				b.keyValue(current, e)
			}
		}
		if b.parser.Error() == nil || !b.resume() {
			return b.root, b.faults
		}
		current = &Table{}
	}
}

// builder makes the tree of a source.
type builder struct {
	*Source
	parser unstable.Parser
	skip   int // octets before what the parser was given
	end    int // where the part to read ends
	root   *Table
	faults []Fault
}

// resume notes the parser's error and starts it again at the next table header, and says whether there is one.
func (b *builder) resume() bool {
	at := b.skip + len(bytes.TrimRight(b.text[b.skip:b.end], " \t\r\n")) // what is missing at the end is missing behind the last text
	var err *unstable.ParserError
	if errors.As(b.parser.Error(), &err) {
		at = min(at, b.skip+int(b.parser.Range(err.Highlight).Offset))
	}
	message := b.parser.Error().Error()
	near := string(b.text[at:min(b.end, at+3)])
	place := Span{at, min(at+1, b.end)}
	b.faults = append(b.faults, Fault{At: place, Problem: syntaxProblem(message, near), Text: message})
	for _, start := range b.starts[b.Line(place):] {
		if start < b.end && bytes.HasPrefix(bytes.TrimLeft(b.text[start:b.end], " \t"), []byte("[")) {
			b.skip = start
			b.parser.Reset(b.text[start:b.end])
			return true
		}
	}
	return false
}

// span is where a node of the present expression stands.
func (b *builder) span(n *unstable.Node) Span {
	start := b.skip + int(n.Raw.Offset)
	return Span{start, start + int(n.Raw.Length)}
}

// header takes [name] or [[name]] and returns the table that it begins.
func (b *builder) header(e *unstable.Node) *Table {
	in, path, at := b.root, "", Span{}
	for it := e.Key(); it.Next(); {
		name := string(it.Node().Data)
		at = b.span(it.Node())
		path = join(path, name)
		if it.IsLast() {
			return b.begin(in, name, path, at, e.Kind == unstable.ArrayTable)
		}
		if in = b.descend(in, name, path, at, false); in == nil {
			break
		}
	}
	return &Table{At: at} // what stands under a wrong header is read, and forgotten
}

// begin makes the table name of a table.
func (b *builder) begin(in *Table, name, path string, at Span, array bool) *Table {
	v := &Value{Kind: Map, At: at, Table: &Table{At: at}}
	old := in.entry(name)
	switch {
	case old == nil && array:
		in.add(name, at, &Value{Kind: List, At: at, List: []*Value{v}})
	case old == nil:
		in.add(name, at, v)
	case array && old.Value.Kind == List && !old.Value.closed:
		old.Value.List = append(old.Value.List, v)
	case !array && old.Value.Kind == Map && old.Value.Table.open:
		t := old.Value.Table
		t.open, t.At = false, at
		return t
	default:
		b.duplicate(path, at, old.At)
	}
	return v.Table
}

// descend goes into the table name of a table, which it makes where it is missing; of an array of tables that is the
// last one, which a header reaches and a dotted key does not. It returns nil where something else has that name.
func (b *builder) descend(in *Table, name, path string, at Span, dotted bool) *Table {
	old := in.entry(name)
	switch {
	case old == nil:
		t := &Table{At: at, open: !dotted}
		in.add(name, at, &Value{Kind: Map, At: at, Table: t})
		return t
	case old.Value.closed:
	case old.Value.Kind == Map:
		t := old.Value.Table
		t.open = t.open && !dotted
		return t
	case !dotted:
		return old.Value.List[len(old.Value.List)-1].Table
	}
	b.duplicate(path, at, old.At)
	return nil
}

func (b *builder) duplicate(path string, at, first Span) {
	b.faults = append(b.faults, Fault{At: at, Problem: duplicateKey, Key: path, First: first,
		Text: "the key " + strconv.Quote(path) + " stands here a second time"})
}

// keyValue adds "key = value" to a table.
func (b *builder) keyValue(in *Table, e *unstable.Node) {
	path := ""
	for it := e.Key(); it.Next(); {
		name := string(it.Node().Data)
		at := b.span(it.Node())
		path = join(path, name)
		if !it.IsLast() {
			if in = b.descend(in, name, path, at, true); in == nil {
				return
			}
			continue
		}
		if old := in.entry(name); old != nil {
			b.duplicate(path, at, old.At)
			return
		}
		in.add(name, at, b.value(e.Value(), at))
	}
}

// value reads a value; at is its key, whose place it takes where the parser does not give it one.
func (b *builder) value(n *unstable.Node, at Span) *Value {
	if n.Raw.Length > 0 {
		at = b.span(n)
	}
	v := &Value{At: at, Text: string(n.Data), closed: true}
	switch n.Kind {
	case unstable.String:
		v.Kind = String
	case unstable.Integer:
		v.Kind = Integer
	case unstable.Bool:
		v.Kind = Bool
	case unstable.DateTime:
		v.Kind = Time
	case unstable.Array:
		v.Kind = List
		for it := n.Children(); it.Next(); {
			v.List = append(v.List, b.value(it.Node(), at))
		}
	case unstable.InlineTable:
		v.Kind, v.Table = Map, &Table{At: at}
		for it := n.Children(); it.Next(); {
			b.keyValue(v.Table, it.Node())
		}
	default:
		v.Kind = Other
	}
	return v
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}
