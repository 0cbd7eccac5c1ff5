// Package json is as much of JSON as the page's calls need: it writes and reads structs by their "json" tags as
// encoding/json does, at a fifth of its size in a browser. Structs, slices, maps with texts as keys, pointers,
// interfaces, texts, numbers and truths can be written; interfaces cannot be read.
package json

import (
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"
)

// Raw is JSON already: it is written as it is.
type Raw []byte

var rawType = reflect.TypeFor[Raw]()

// Append adds a value to dst. Octets that are no UTF-8 become U+FFFD. It panics on a value that it cannot write (a
// channel, a function), which is a mistake of the program.
func Append(dst []byte, value any) []byte {
	if value == nil {
		return append(dst, "null"...)
	}
	return appendValue(dst, reflect.ValueOf(value))
}

func appendValue(dst []byte, v reflect.Value) []byte {
	switch v.Kind() {
	case reflect.Struct:
		return appendStruct(dst, v)
	case reflect.Map:
		return appendMap(dst, v)
	case reflect.Slice:
		return appendSlice(dst, v)
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			return append(dst, "null"...)
		}
		return appendValue(dst, v.Elem())
	case reflect.String:
		return AppendText(dst, v.String())
	case reflect.Bool:
		return strconv.AppendBool(dst, v.Bool())
	case reflect.Int, reflect.Int32, reflect.Int64:
		return strconv.AppendInt(dst, v.Int(), 10)
	case reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return strconv.AppendUint(dst, v.Uint(), 10)
	}
	panic("json: cannot write " + v.Type().String())
}

func appendStruct(dst []byte, v reflect.Value) []byte {
	dst = append(dst, '{')
	first := true
	for _, f := range fieldsOf(v.Type()) {
		value := v.Field(f.index)
		if f.omitEmpty && isEmpty(value) {
			continue
		}
		dst = appendName(dst, f.name, first)
		dst = appendValue(dst, value)
		first = false
	}
	return append(dst, '}')
}

// field is a field of a struct that has a name in JSON.
type field struct {
	index     int
	name      string
	omitEmpty bool
}

// known is the fields of each struct that was met: to read tags takes longer than to write what they name.
var known sync.Map // of []field, by reflect.Type

func fieldsOf(t reflect.Type) []field {
	if all, ok := known.Load(t); ok {
		return all.([]field)
	}
	var all []field
	for i := range t.NumField() {
		// As [reflect.StructTag.Get] reads it, for a tag that is nothing but this.
		tag, _ := strings.CutPrefix(string(t.Field(i).Tag), `json:"`)
		if name, option, _ := strings.Cut(strings.TrimSuffix(tag, `"`), ","); name != "" {
			all = append(all, field{i, name, option == "omitempty"})
		}
	}
	known.Store(t, all)
	return all
}

func isEmpty(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Map, reflect.Slice, reflect.String:
		return v.Len() == 0
	}
	return v.IsZero()
}

func appendName(dst []byte, name string, first bool) []byte {
	if !first {
		dst = append(dst, ',')
	}
	return append(AppendText(dst, name), ':')
}

// appendMap writes the keys in alphabetical order.
func appendMap(dst []byte, v reflect.Value) []byte {
	if v.IsNil() {
		return append(dst, "null"...)
	}
	names := make([]string, 0, v.Len())
	for _, key := range v.MapKeys() {
		names = append(names, key.String())
	}
	slices.Sort(names)
	dst = append(dst, '{')
	for i, name := range names {
		dst = appendName(dst, name, i == 0)
		dst = appendValue(dst, v.MapIndex(reflect.ValueOf(name)))
	}
	return append(dst, '}')
}

func appendSlice(dst []byte, v reflect.Value) []byte {
	if v.Type() == rawType && v.Len() > 0 {
		return append(dst, v.Bytes()...)
	}
	if v.IsNil() {
		return append(dst, "null"...)
	}
	dst = append(dst, '[')
	for i := range v.Len() {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendValue(dst, v.Index(i))
	}
	return append(dst, ']')
}

// AppendText adds a text as a JSON string.
func AppendText(dst []byte, s string) []byte {
	const hex = "0123456789abcdef"
	dst = append(dst, '"')
	plain := 0 // where what is written as it is begins
	for i := 0; i < len(s); {
		c := s[i]
		if c >= ' ' && c < utf8.RuneSelf && c != '"' && c != '\\' {
			i++
			continue
		}
		dst = append(dst, s[plain:i]...)
		n := 1
		switch {
		case c == '"' || c == '\\':
			dst = append(dst, '\\', c)
		case c == '\n':
			dst = append(dst, `\n`...)
		case c == '\r':
			dst = append(dst, `\r`...)
		case c < ' ':
			dst = append(dst, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		default:
			var r rune
			r, n = utf8.DecodeRuneInString(s[i:])
			dst = utf8.AppendRune(dst, r)
		}
		i += n
		plain = i
	}
	dst = append(dst, s[plain:]...)
	return append(dst, '"')
}
