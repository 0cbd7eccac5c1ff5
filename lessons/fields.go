package lessons

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"ehlo/sim/machine"
	"ehlo/sim/toml"
)

// reader collects the faults of one file.
type reader struct {
	*toml.Source
	file   string
	errors Errors
}

// fault adds a fault whose repair is the identifier's own.
func (r *reader) fault(line int, key, id string, args machine.Args) {
	r.errors = append(r.errors, &Error{File: r.file, Line: line, Key: key,
		Note: machine.Note{ID: id, Args: args}, Repair: machine.Note{ID: id + ".repair", Args: args}})
}

// faultNear adds a fault about a word that is none of those known. Where one of them is similar, the repair names it.
func (r *reader) faultNear(line int, key, id, word string, known []string) {
	r.fault(line, key, id, machine.Args{"text": word, "all": strings.Join(known, ", ")})
	if near, ok := toml.Nearest(word, known); ok {
		r.errors[len(r.errors)-1].Repair = note(didYouMean, "name", near)
	}
}

// need says whether a key may be absent.
type need bool

const (
	required need = true
	optional need = false
)

// fields reads the keys of one table.
type fields struct {
	toml.Keys
	r     *reader
	lacks []string // required, and not there
}

func (r *reader) fields(t *toml.Table, path string) *fields {
	return &fields{Keys: toml.Keys{Table: t, Path: path}, r: r}
}

// line returns where a key stands, or where its table begins.
func (f *fields) line(name string) int {
	if v := f.Table.Get(name); v != nil {
		return f.r.Line(v.At)
	}
	return f.r.Line(f.Table.At)
}

func (f *fields) fault(name, id string, args machine.Args) {
	f.r.fault(f.line(name), f.Key(name), id, args)
}

// get returns the value of a key if it is there and of one of the kinds.
func (f *fields) get(name string, n need, kinds ...toml.Kind) *toml.Value {
	v := f.Get(name)
	switch {
	case v == nil && n == required:
		f.lacks = append(f.lacks, name)
	case v != nil && !slices.Contains(kinds, v.Kind):
		f.wrongKind(name, v, kinds[0])
		return nil
	}
	return v
}

func (f *fields) wrongKind(name string, v *toml.Value, want toml.Kind) {
	f.r.fault(f.r.Line(v.At), f.Key(name), "lessons.error.value-kind", machine.Args{"key": name, "want": "lessons.value." + want.String()})
}

func (f *fields) text(name string, n need) string {
	v := f.get(name, n, toml.String)
	if v == nil {
		return ""
	}
	if text := strings.TrimSpace(v.Text); text != "" {
		return text
	}
	f.fault(name, "lessons.error.empty", machine.Args{"key": name})
	return ""
}

// inline reads a required paragraph of Markdown.
func (f *fields) inline(name string) Text {
	return Text{Markdown: f.text(name, required), Line: f.line(name), Key: f.Key(name), Paragraph: true}
}

// id reads a required name of lower-case letters, digits and hyphens.
func (f *fields) id(name string) string {
	text := f.text(name, required)
	if strings.Trim(text, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
		f.fault(name, "lessons.error.id", machine.Args{"text": text})
	}
	return text
}

// choice reads a text that must be one of a few.
func (f *fields) choice(name string, n need, of ...string) string {
	text := f.text(name, n)
	f.oneOf(name, text, of)
	return text
}

func (f *fields) oneOf(name, text string, of []string) {
	if text != "" && !slices.Contains(of, text) {
		f.r.faultNear(f.line(name), f.Key(name), "lessons.error.choice", text, of)
	}
}

// items returns what stands in a list, which must not be empty; what is not of a kind is a fault.
func (f *fields) items(name string, list *toml.Value, of toml.Kind) []*toml.Value {
	var items []*toml.Value
	for _, item := range list.List {
		if item.Kind != of {
			f.wrongKind(name, item, of)
			continue
		}
		items = append(items, item)
	}
	if len(list.List) == 0 {
		f.fault(name, "lessons.error.empty", machine.Args{"key": name})
	}
	return items
}

// texts reads an array of strings, or a single one.
func (f *fields) texts(name string, n need) []string {
	v := f.get(name, n, toml.List, toml.String)
	if v == nil {
		return nil
	}
	if v.Kind == toml.String {
		return []string{v.Text}
	}
	var texts []string
	for _, item := range f.items(name, v, toml.String) {
		texts = append(texts, item.Text)
	}
	return texts
}

func (f *fields) number(name string, least, most int64, n need) int64 {
	v := f.get(name, n, toml.Integer)
	if v == nil {
		return 0
	}
	i, ok := v.Int()
	if !ok || i < least || i > most {
		f.fault(name, "lessons.error.range", machine.Args{"key": name, "least": strconv.FormatInt(least, 10), "most": strconv.FormatInt(most, 10)})
	}
	return i
}

// numbers reads an array of whole numbers that may be missing.
func (f *fields) numbers(name string, least, most int64) (numbers []int64) {
	v := f.get(name, optional, toml.List)
	if v == nil {
		return nil
	}
	for _, item := range f.items(name, v, toml.Integer) {
		if i, ok := item.Int(); ok && i >= least && i <= most {
			numbers = append(numbers, i)
			continue
		}
		f.fault(name, "lessons.error.range", machine.Args{"key": name, "least": strconv.FormatInt(least, 10), "most": strconv.FormatInt(most, 10)})
	}
	return numbers
}

// duration reads an optional time above zero, as in "90s" or "4h".
func (f *fields) duration(name string) time.Duration {
	text := f.text(name, optional)
	if text == "" {
		return 0
	}
	d, err := time.ParseDuration(text)
	if err != nil || d <= 0 {
		f.fault(name, "lessons.error.duration", machine.Args{"text": text})
		return 0
	}
	return d
}

func (f *fields) flag(name string) bool {
	v := f.get(name, optional, toml.Bool)
	return v != nil && v.True()
}

func (f *fields) tables(name string, n need) []*toml.Table {
	v := f.get(name, n, toml.List)
	if v == nil {
		return nil
	}
	var tables []*toml.Table
	for _, item := range f.items(name, v, toml.Map) {
		tables = append(tables, item.Table)
	}
	return tables
}

// headers reads a table of header fields, in the order of the file: field name = what its value has to contain.
func (f *fields) headers(name string) []headerWant {
	v := f.get(name, optional, toml.Map)
	if v == nil {
		return nil
	}
	var wants []headerWant
	for _, e := range v.Table.Entries {
		if e.Value.Kind != toml.String {
			f.wrongKind(name, e.Value, toml.String)
			continue
		}
		wants = append(wants, headerWant{e.Key, e.Value.Text})
	}
	return wants
}

// end names the keys that nothing asked for and those that are missing, unless one is the other misspelt.
func (f *fields) end() {
	for _, e := range f.Unknown() {
		f.r.faultNear(f.r.Line(e.At), f.Key(e.Key), "lessons.error.key-unknown", e.Key, f.Asked)
		meant, _ := toml.Nearest(e.Key, f.Asked)
		f.lacks = slices.DeleteFunc(f.lacks, func(key string) bool { return key == meant })
	}
	for _, key := range f.lacks {
		f.fault(key, "lessons.error.key-missing", machine.Args{"key": key})
	}
}
