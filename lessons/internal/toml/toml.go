// Package toml reads TOML into a tree that knows the line of everything in it, so that an error in a lesson or in a
// message catalogue can name its place.
package toml

import (
	"bytes"
	"errors"
	"strconv"
	"strings"

	"github.com/pelletier/go-toml/v2/unstable"
)

// Kind is what a value is.
type Kind uint8

// The kinds. Other TOML types (floating point, dates) are [Other]: their text is kept.
const (
	String Kind = iota
	Integer
	Bool
	List
	Map
	Other
)

// String returns the kind's name.
func (k Kind) String() string {
	return [...]string{"string", "integer", "boolean", "array", "table", "other"}[k]
}

// Value is one value of the file.
type Value struct {
	Kind  Kind
	Line  int
	Text  string // of a String, or how the file writes an Integer, a Bool or an Other
	Int   int64
	Bool  bool
	List  []*Value
	Table *Table

	closed bool // written as one value: no header may add to it
}

// Table holds keys with their values, in the order of the file.
type Table struct {
	Line    int
	Entries []Entry

	defined bool           // by a header of its own
	index   map[string]int // of Entries, once there are many
}

// Entry is a key with its value.
type Entry struct {
	Key   string
	Line  int
	Value *Value
}

// Get returns the value of a key, or nil.
func (t *Table) Get(key string) *Value {
	if t.index != nil {
		if i, ok := t.index[key]; ok {
			return t.Entries[i].Value
		}
		return nil
	}
	for i := range t.Entries {
		if t.Entries[i].Key == key {
			return t.Entries[i].Value
		}
	}
	return nil
}

// many is how many entries are faster found by an index than one by one.
const many = 32

func (t *Table) add(e Entry) {
	t.Entries = append(t.Entries, e)
	if t.index == nil && len(t.Entries) > many {
		t.index = make(map[string]int)
		for i := range t.Entries {
			t.index[t.Entries[i].Key] = i
		}
	} else if t.index != nil {
		t.index[e.Key] = len(t.Entries) - 1
	}
}

// SyntaxError is a place where the file is not TOML, or gives one key twice.
type SyntaxError struct {
	Line int
	Key  string // the key that stands there twice, or ""
	Text string // what the parser says
}

// Error gives line and cause.
func (e *SyntaxError) Error() string {
	return "line " + strconv.Itoa(e.Line) + ": " + e.Text
}

// Parse reads a file. line is the number of its first line, 1 for a whole file. The error is a [*SyntaxError].
func Parse(text []byte, line int) (*Table, error) {
	b := builder{text: text, line: line, root: &Table{Line: line}}
	b.at = b.root
	b.p.Reset(text)
	for b.p.NextExpression() {
		if err := b.expression(b.p.Expression()); err != nil {
			return b.root, err
		}
	}
	if err := b.p.Error(); err != nil {
		var pe *unstable.ParserError
		if errors.As(err, &pe) {
			at := line
			if len(pe.Highlight) > 0 {
				at += bytes.Count(text[:b.p.Range(pe.Highlight).Offset], []byte("\n"))
			} else {
				at += bytes.Count(bytes.TrimRight(text, "\n"), []byte("\n"))
			}
			return b.root, &SyntaxError{Line: at, Text: pe.Message}
		}
		return b.root, &SyntaxError{Line: line, Text: err.Error()}
	}
	return b.root, nil
}

type builder struct {
	p    unstable.Parser
	text []byte
	line int // of the octet at offset
	off  int
	root *Table
	at   *Table // where key-value lines go now
}

// lineOf counts lines onwards from the place it was asked for last: the parser's own count begins at the first line each
// time, which makes reading a large file quadratic.
func (b *builder) lineOf(n *unstable.Node) int {
	if n.Raw.Length == 0 {
		return 0
	}
	off, newline := int(n.Raw.Offset), []byte("\n")
	if off >= b.off {
		b.line += bytes.Count(b.text[b.off:off], newline)
	} else {
		b.line -= bytes.Count(b.text[off:b.off], newline)
	}
	b.off = off
	return b.line
}

func (b *builder) expression(n *unstable.Node) error {
	switch n.Kind {
	case unstable.KeyValue:
		return b.keyValue(b.at, n)
	case unstable.Table, unstable.ArrayTable:
		return b.header(n)
	}
	return nil
}

func (b *builder) header(n *unstable.Node) error {
	path, line := b.key(n)
	t := b.root
	for i, name := range path {
		last := i == len(path)-1
		v := t.Get(name)
		switch {
		case v == nil && last && n.Kind == unstable.ArrayTable:
			v = &Value{Kind: List, Line: line}
			t.add(Entry{name, line, v})
		case v == nil:
			v = &Value{Kind: Map, Line: line, Table: &Table{Line: line}}
			t.add(Entry{name, line, v})
		}
		if v.closed || v.Kind != List && v.Kind != Map || last && (v.Kind == List) != (n.Kind == unstable.ArrayTable) {
			return twice(line, name)
		}
		if v.Kind == List {
			if last {
				v.List = append(v.List, &Value{Kind: Map, Line: line, Table: &Table{Line: line}})
			}
			t = v.List[len(v.List)-1].Table
			continue
		}
		t = v.Table
		if last {
			if t.defined {
				return twice(line, name)
			}
			t.defined = true
		}
	}
	b.at = t
	return nil
}

func (b *builder) keyValue(t *Table, n *unstable.Node) error {
	path, line := b.key(n)
	for _, name := range path[:len(path)-1] {
		v := t.Get(name)
		if v == nil {
			v = &Value{Kind: Map, Line: line, Table: &Table{Line: line}}
			t.add(Entry{name, line, v})
		}
		if v.Kind != Map || v.closed {
			return twice(line, name)
		}
		t = v.Table
	}
	name := path[len(path)-1]
	if t.Get(name) != nil {
		return twice(line, name)
	}
	v, err := b.value(n.Value(), line)
	if err != nil {
		return err
	}
	t.add(Entry{name, line, v})
	return nil
}

func (b *builder) key(n *unstable.Node) (path []string, line int) {
	for it := n.Key(); it.Next(); {
		if line == 0 {
			line = b.lineOf(it.Node())
		}
		path = append(path, string(it.Node().Data))
	}
	return path, line
}

func (b *builder) value(n *unstable.Node, line int) (*Value, error) {
	v := &Value{Line: max(b.lineOf(n), line), closed: true}
	switch n.Kind {
	case unstable.String:
		v.Kind, v.Text = String, string(n.Data)
	case unstable.Bool:
		v.Kind, v.Text = Bool, string(n.Data)
		v.Bool = v.Text == "true"
	case unstable.Integer:
		v.Kind, v.Text = Integer, string(n.Data)
		i, err := strconv.ParseInt(strings.ReplaceAll(v.Text, "_", ""), 0, 64)
		if err != nil {
			return nil, &SyntaxError{Line: v.Line, Text: "the number is too large"}
		}
		v.Int = i
	case unstable.Array:
		v.Kind = List
		for it := n.Children(); it.Next(); {
			if it.Node().Kind == unstable.Comment {
				continue
			}
			item, err := b.value(it.Node(), v.Line)
			if err != nil {
				return nil, err
			}
			v.List = append(v.List, item)
		}
	case unstable.InlineTable:
		v.Kind, v.Table = Map, &Table{Line: v.Line, defined: true}
		for it := n.Children(); it.Next(); {
			if it.Node().Kind != unstable.KeyValue {
				continue
			}
			if err := b.keyValue(v.Table, it.Node()); err != nil {
				return nil, err
			}
		}
	default:
		v.Kind, v.Text = Other, string(n.Data)
	}
	return v, nil
}

func twice(line int, key string) error {
	return &SyntaxError{Line: line, Key: key, Text: "the key " + strconv.Quote(key) + " stands here a second time"}
}
