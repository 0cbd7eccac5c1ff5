// Package packed writes definitions (worlds, personas, lessons) in the form in which a page loads them, and reads them back
// as they were. What people write is read and checked where that may take its time: when ehlo is built, and in the page's
// reader. The core of the page, for which a learner waits, then holds no TOML parser and none of the grammars.
//
// The form follows the Go types, field by field: it is for one build of ehlo, which writes and reads it, and is kept
// nowhere. Whole numbers are varints, texts and lists have their length before them, nil is not the empty list, and what
// several pointers share is written once.
package packed

import (
	"encoding/binary"
	"reflect"
	"sort"
	"time"
)

var timeType = reflect.TypeFor[time.Time]()

// Append adds a value to dst. The kinds are the types that interfaces within it may hold, given by a value of each; [Read]
// needs the same in the same order. It panics on a type that it cannot write, which is a mistake of the program.
func Append(dst []byte, value any, kinds ...any) []byte {
	w := writer{out: dst, kinds: kinds, shared: map[pointer]int{}}
	w.value(reflect.ValueOf(value))
	return w.out
}

// pointer is what a pointer leads to: a struct and its first field lie at one address.
type pointer struct {
	to reflect.Type
	at uintptr
}

type writer struct {
	out    []byte
	kinds  []any
	shared map[pointer]int // numbered from 1
}

func (w *writer) uint(n uint64) { w.out = binary.AppendUvarint(w.out, n) }

func (w *writer) value(v reflect.Value) {
	switch v.Kind() {
	case reflect.Bool:
		w.uint(map[bool]uint64{true: 1}[v.Bool()])
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		w.out = binary.AppendVarint(w.out, v.Int())
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		w.uint(v.Uint())
	case reflect.String:
		w.uint(uint64(v.Len()))
		w.out = append(w.out, v.String()...)
	case reflect.Struct:
		w.fields(v)
	case reflect.Array:
		w.items(v)
	case reflect.Slice:
		if w.length(v) {
			w.items(v)
		}
	case reflect.Map:
		if w.length(v) {
			w.entries(v)
		}
	case reflect.Pointer:
		w.pointer(v)
	case reflect.Interface:
		w.dynamic(v)
	default:
		panic("packed: cannot write " + v.Type().String())
	}
}

// length writes how many values follow, and says whether any list is there.
func (w *writer) length(v reflect.Value) bool {
	if v.IsNil() {
		w.uint(0)
		return false
	}
	w.uint(uint64(v.Len()) + 1)
	return true
}

func (w *writer) items(v reflect.Value) {
	for i := range v.Len() {
		w.value(v.Index(i))
	}
}

func (w *writer) fields(v reflect.Value) {
	if v.Type() == timeType {
		t := v.Interface().(time.Time)
		w.out = binary.AppendVarint(w.out, t.Unix())
		w.uint(uint64(t.Nanosecond()))
		return
	}
	// Most fields of a definition are zero: which are not stands before them, a bit for each.
	if v.NumField() > 64 {
		panic("packed: too many fields in " + v.Type().String())
	}
	var set uint64
	for i := range v.NumField() {
		if !v.Field(i).IsZero() {
			set |= 1 << i
		}
	}
	w.uint(set)
	for i := range v.NumField() {
		if set&(1<<i) != 0 {
			w.value(v.Field(i))
		}
	}
}

// entries writes a map in the order of its packed keys.
func (w *writer) entries(v reflect.Value) {
	byKey := make(map[string]reflect.Value, v.Len())
	keys := make([]string, 0, v.Len())
	for _, key := range v.MapKeys() {
		k := writer{}
		k.value(key)
		keys = append(keys, string(k.out))
		byKey[string(k.out)] = v.MapIndex(key)
	}
	sort.Strings(keys)
	for _, key := range keys {
		w.out = append(w.out, key...)
		w.value(byKey[key])
	}
}

// pointer writes 0 for nil, the number of one that was there before, or the next number and what it leads to.
func (w *writer) pointer(v reflect.Value) {
	if v.IsNil() {
		w.uint(0)
		return
	}
	p := pointer{v.Type(), v.Pointer()}
	n, known := w.shared[p]
	if !known {
		n = len(w.shared) + 1
		w.shared[p] = n
	}
	if w.uint(uint64(n)); !known {
		w.value(v.Elem())
	}
}

// dynamic writes which of the kinds an interface holds, from 1, and the value.
func (w *writer) dynamic(v reflect.Value) {
	if v.IsNil() {
		w.uint(0)
		return
	}
	for i, kind := range w.kinds {
		if reflect.TypeOf(kind) == v.Elem().Type() {
			w.uint(uint64(i) + 1)
			w.value(v.Elem())
			return
		}
	}
	panic("packed: none of the kinds is " + v.Elem().Type().String())
}
