// Package toml reads the files that people write for ehlo: world files, the front matter of lessons, catalogues of
// texts. A file is parsed into a tree in which everything has its place, and checked against its grammar after that, so
// that a file with several mistakes gets all of them said at once, each with its place and its repair.
//
// [Source] gives the tree and what is no TOML. [Reader] and [Section] read the tree by the keys of a grammar and report
// what is wrong as [Errors], whose sentences the locales make; [Keys] is for a grammar with reports of its own.
package toml

import "strconv"

// Span is a part of a text: the octets from Start up to and without End. The zero Span is nowhere.
type Span struct{ Start, End int }

// Exists says whether a span is somewhere.
func (s Span) Exists() bool { return s.End > 0 }

// Kind is what a value is.
type Kind uint8

// The kinds of values.
const (
	String Kind = iota
	Integer
	Bool
	Time // a moment with its zone
	List
	Map
	Other // what no grammar has a use for: floating point, dates and times without a zone
)

// String returns the kind's name in TOML.
func (k Kind) String() string {
	return [...]string{"string", "integer", "boolean", "datetime", "array", "table", "other"}[k]
}

// Value is what stands behind a key or in a list.
type Value struct {
	Kind  Kind
	At    Span
	Text  string   // of a String its content; what the file says of an Integer, a Bool, a Time and an Other
	List  []*Value // of a List
	Table *Table   // of a Map

	closed bool // written as one value: no header and no dotted key may add to it
}

// Int returns the number of an Integer, and false where it does not fit into 64 bits.
func (v *Value) Int() (int64, bool) {
	n, err := strconv.ParseInt(v.Text, 0, 64)
	return n, err == nil
}

// True says whether a Bool is true.
func (v *Value) True() bool { return v.Text == "true" }

// Table holds keys with their values, in the order of the file.
type Table struct {
	At      Span // of its header, or of the key it stands behind
	Entries []Entry

	open  bool           // made on the way to another table, so its own header may still come
	index map[string]int // of Entries by key, once there are many
}

// Entry is a key with its value. At is where the key stands.
type Entry struct {
	Key   string
	At    Span
	Value *Value
}

// Get returns the value of a key, or nil.
func (t *Table) Get(key string) *Value {
	if e := t.entry(key); e != nil {
		return e.Value
	}
	return nil
}

func (t *Table) entry(key string) *Entry {
	if t.index != nil {
		if i, ok := t.index[key]; ok {
			return &t.Entries[i]
		}
		return nil
	}
	for i := range t.Entries {
		if t.Entries[i].Key == key {
			return &t.Entries[i]
		}
	}
	return nil
}

// many is how many entries are faster found by an index than one by one.
const many = 32

func (t *Table) add(key string, at Span, v *Value) {
	t.Entries = append(t.Entries, Entry{key, at, v})
	if t.index == nil && len(t.Entries) > many {
		t.index = make(map[string]int)
		for i := range t.Entries {
			t.index[t.Entries[i].Key] = i
		}
	} else if t.index != nil {
		t.index[key] = len(t.Entries) - 1
	}
}
