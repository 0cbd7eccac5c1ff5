package toml

import (
	"slices"
	"strings"
	"time"

	"ehlo/sim/machine"
)

// Keys are the keys of one table while it is read. They remember which of them the grammar asked for; what else stands
// in the table is unknown.
type Keys struct {
	Table *Table
	Path  string   // "host.service", or "" for the file itself
	Asked []string // in the order of asking
}

// Key returns the whole name of a key: "host.name".
func (k *Keys) Key(name string) string { return join(k.Path, name) }

// Get asks for a key and returns its value, or nil.
func (k *Keys) Get(name string) *Value {
	k.Asked = append(k.Asked, name)
	return k.Table.Get(name)
}

// Unknown returns what stands in the table and was not asked for.
func (k *Keys) Unknown() []Entry {
	var unknown []Entry
	for _, e := range k.Table.Entries {
		if !slices.Contains(k.Asked, e.Key) {
			unknown = append(unknown, e)
		}
	}
	return unknown
}

// Section is one table of a file that a [Reader] reads. Its methods return the value of a key with its place, which is
// nowhere where the key is missing or its value is of another kind; they report both. example is a line that shows how
// the key is written.
type Section struct {
	*Reader
	Keys
}

// find returns what stands behind a key, and reports where a required one is missing.
func (s *Section) find(name, example string, required bool) *Value {
	v := s.Get(name)
	if v == nil && required && !s.Broken {
		s.Report(s.Table.At, s.Key(name), s.prefix+".missing-key", machine.Args{"key": name, "example": example})
	}
	return v
}

// is says whether a value is of a kind, and reports where it is not; problem is what it should be: "want-text".
func (s *Section) is(kind Kind, v *Value, name, example, problem string) bool {
	if v.Kind != kind {
		s.want(v, name, example, problem)
	}
	return v.Kind == kind
}

func (s *Section) want(v *Value, name, example, problem string) {
	s.Report(v.At, s.Key(name), s.prefix+"."+problem, machine.Args{"key": name, "example": example, "text": s.Excerpt(v.At)})
}

// Text returns a text.
func (s *Section) Text(name, example string, required bool) (string, Span) {
	v := s.find(name, example, required)
	if v == nil || !s.is(String, v, name, example, "want-text") {
		return "", Span{}
	}
	return v.Text, v.At
}

// Number returns a whole number.
func (s *Section) Number(name, example string, required bool) (int64, Span) {
	v := s.find(name, example, required)
	if v == nil {
		return 0, Span{}
	}
	n, ok := v.Int()
	if v.Kind != Integer || !ok {
		s.want(v, name, example, "want-number")
		return 0, Span{}
	}
	return n, v.At
}

// Bool returns a truth.
func (s *Section) Bool(name, example string, required bool) (bool, Span) {
	v := s.find(name, example, required)
	if v == nil || !s.is(Bool, v, name, example, "want-bool") {
		return false, Span{}
	}
	return v.True(), v.At
}

// Time returns a moment between 1970 and 9999, in UTC.
func (s *Section) Time(name, example string, required bool) (time.Time, Span) {
	v := s.find(name, example, required)
	if v == nil || !s.is(Time, v, name, example, "want-time") {
		return time.Time{}, Span{}
	}
	t, err := time.Parse(time.RFC3339, strings.Replace(strings.ToUpper(v.Text), " ", "T", 1))
	if err != nil || t.Year() < 1970 || t.Year() > 9999 {
		s.Report(v.At, s.Key(name), s.prefix+".bad-time", machine.Args{"text": Shorten(v.Text), "example": example})
		return time.Time{}, Span{}
	}
	return t.UTC(), v.At
}

// list returns the values of a list that are of a kind, and reports the others.
func (s *Section) list(of Kind, name, example, problem string, required bool) []*Value {
	v := s.find(name, example, required)
	if v == nil || !s.is(List, v, name, example, problem) {
		return nil
	}
	items := make([]*Value, 0, len(v.List))
	for _, item := range v.List {
		if s.is(of, item, name, example, problem) {
			items = append(items, item)
		}
	}
	return items
}

// Texts returns a list of texts, each with its place.
func (s *Section) Texts(name, example string, required bool) (texts []string, places []Span) {
	for _, item := range s.list(String, name, example, "want-list", required) {
		texts, places = append(texts, item.Text), append(places, item.At)
	}
	return texts, places
}

// Sections returns the tables written as [[name]].
func (s *Section) Sections(name string) []*Section {
	var sections []*Section
	for _, item := range s.list(Map, name, "[["+s.Key(name)+"]]", "want-tables", false) {
		sections = append(sections, &Section{Reader: s.Reader, Keys: Keys{Table: item.Table, Path: s.Key(name)}})
	}
	return sections
}

// Done reports the keys that the grammar does not know.
func (s *Section) Done() {
	for _, e := range s.Unknown() {
		s.ReportNear(e.At, Shorten(s.Key(e.Key)), s.prefix+".unknown-key", machine.Args{"key": Shorten(e.Key)}, e.Key, Known(s.Asked))
	}
}
