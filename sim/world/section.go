package world

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"ehlo/sim/machine"
)

// section is one table of the file while it is checked. It remembers which keys the grammar asked for; what else stands
// in the table is unknown.
type section struct {
	*document
	table *table
	name  string // "host", or "" for the file itself
	known []string
}

func (s *section) key(name string) string { return join(s.name, name) }

// find returns what stands behind a key, and reports where a required one is missing. example is a line that shows how
// the key is written.
func (s *section) find(name, example string, required bool) *value {
	s.known = append(s.known, name)
	v, _ := s.table.get(name)
	if v == nil && required && !s.broken {
		s.report(s.table.at, s.key(name), "world.missing-key", machine.Args{"key": name, "example": example})
	}
	return v
}

// want reports that a value is not of the type it should be.
func (s *section) want(name, example string, v *value, id string) {
	s.report(v.at, s.key(name), id, machine.Args{"key": name, "example": example, "text": s.excerpt(s.line(v.at.start))})
}

// text returns a text and its place, which is nowhere where there is none.
func (s *section) text(name, example string, required bool) (string, span) {
	v := s.find(name, example, required)
	switch {
	case v == nil:
		return "", span{}
	case v.kind != kindText:
		s.want(name, example, v, "world.want-text")
		return "", span{}
	}
	return v.text, v.at
}

// number returns a whole number and its place, which is nowhere where there is none.
func (s *section) number(name, example string, required bool) (int64, span) {
	v := s.find(name, example, required)
	if v == nil {
		return 0, span{}
	}
	n, err := strconv.ParseInt(strings.TrimPrefix(v.text, "+"), 0, 64)
	if v.kind != kindNumber || err != nil {
		s.want(name, example, v, "world.want-number")
		return 0, span{}
	}
	return n, v.at
}

// bool returns a truth and its place, which is nowhere where there is none.
func (s *section) bool(name, example string) (bool, span) {
	v := s.find(name, example, false)
	switch {
	case v == nil:
		return false, span{}
	case v.kind != kindBool:
		s.want(name, example, v, "world.want-bool")
		return false, span{}
	}
	return v.text == "true", v.at
}

// time returns a moment with its zone, in UTC, and ifMissing where there is none.
func (s *section) time(name, example string, ifMissing time.Time) time.Time {
	v := s.find(name, example, false)
	if v == nil {
		return ifMissing
	}
	if v.kind != kindTime {
		s.want(name, example, v, "world.want-time")
		return ifMissing
	}
	t, err := time.Parse(time.RFC3339, strings.Replace(strings.ToUpper(v.text), " ", "T", 1))
	if err != nil || t.Year() < 1970 || t.Year() > 9999 {
		s.report(v.at, s.key(name), "world.bad-time", machine.Args{"text": shorten(v.text), "example": example})
		return ifMissing
	}
	return t.UTC()
}

// texts returns a list of texts, each with its place.
func (s *section) texts(name, example string, required bool) (texts []string, places []span) {
	v := s.find(name, example, required)
	if v == nil {
		return nil, nil
	}
	if v.kind != kindList {
		s.want(name, example, v, "world.want-list")
		return nil, nil
	}
	for _, item := range v.list {
		if item.kind != kindText {
			s.want(name, example, item, "world.want-list")
			continue
		}
		texts, places = append(texts, item.text), append(places, item.at)
	}
	return texts, places
}

// sections returns the tables written as [[name]].
func (s *section) sections(name string) []*section {
	header := "[[" + s.key(name) + "]]"
	v := s.find(name, header, false)
	if v == nil {
		return nil
	}
	if v.kind != kindList {
		s.want(name, header, v, "world.want-tables")
		return nil
	}
	sections := make([]*section, 0, len(v.list))
	for _, item := range v.list {
		if item.kind != kindTable {
			s.want(name, header, item, "world.want-tables")
			continue
		}
		sections = append(sections, &section{document: s.document, table: item.table, name: s.key(name)})
	}
	return sections
}

// done reports the keys that the grammar does not know.
func (s *section) done() {
	for _, e := range s.table.entries {
		if slices.Contains(s.known, e.name) {
			continue
		}
		s.reportNear(e.at, shorten(s.key(e.name)), "world.unknown-key",
			machine.Args{"key": shorten(e.name)}, e.name, known(s.known))
	}
}
