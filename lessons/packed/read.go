package packed

import (
	"encoding/binary"
	"errors"
	"math/bits"
	"reflect"
	"time"
)

// ErrDamaged is the error of what [Append] has not written for this type.
var ErrDamaged = errors.New("packed: what was packed is damaged, or was packed by another build")

// Read makes a value, given as a pointer to a zero one, of what [Append] wrote of its like with the same kinds. The value
// keeps nothing of the octets. The error is [ErrDamaged]; the value is then there in part.
func Read(octets []byte, into any, kinds ...any) error {
	r := reader{rest: octets, kinds: kinds}
	r.value(reflect.ValueOf(into).Elem())
	if r.broken || len(r.rest) > 0 {
		return ErrDamaged
	}
	return nil
}

type reader struct {
	rest   []byte
	kinds  []any
	shared []reflect.Value
	broken bool // nothing is read after that
}

func (r *reader) fail() { r.rest, r.broken = nil, true }

func (r *reader) uint() uint64 { return number(r, binary.Uvarint) }

func (r *reader) int() int64 { return number(r, binary.Varint) }

// number takes a number of one of the two kinds.
func number[T uint64 | int64](r *reader, decode func([]byte) (T, int)) T {
	n, size := decode(r.rest)
	if size <= 0 {
		r.fail()
		return 0
	}
	r.rest = r.rest[size:]
	return n
}

// count reads how many values follow; each has an octet at least.
func (r *reader) count(n uint64) int {
	if n > uint64(len(r.rest)) {
		r.fail()
		return 0
	}
	return int(n)
}

// length reads what [writer.length] wrote; -1 is nil.
func (r *reader) length() int {
	n := r.uint()
	if n == 0 {
		return -1
	}
	return r.count(n - 1)
}

func (r *reader) value(v reflect.Value) {
	switch v.Kind() {
	case reflect.Bool:
		v.SetBool(r.uint() == 1)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		v.SetInt(r.int())
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		v.SetUint(r.uint())
	case reflect.String:
		n := r.count(r.uint())
		v.SetString(string(r.rest[:n]))
		r.rest = r.rest[n:]
	case reflect.Struct:
		r.fields(v)
	case reflect.Array:
		r.items(v)
	case reflect.Slice:
		if n := r.length(); n >= 0 {
			v.Set(reflect.MakeSlice(v.Type(), n, n))
			r.items(v)
		}
	case reflect.Map:
		r.entries(v)
	case reflect.Pointer:
		r.pointer(v)
	case reflect.Interface:
		r.dynamic(v)
	default:
		panic("packed: cannot read " + v.Type().String())
	}
}

func (r *reader) items(v reflect.Value) {
	for i := 0; i < v.Len() && !r.broken; i++ {
		r.value(v.Index(i))
	}
}

// fields reads a struct. Its unexported fields are set by their addresses: what a check of a lesson asks for is nobody's
// business but the checker's, and has to be there all the same.
func (r *reader) fields(v reflect.Value) {
	if v.Type() == timeType {
		seconds := r.int()
		v.Set(reflect.ValueOf(time.Unix(seconds, int64(r.uint())).UTC()))
		return
	}
	set := r.uint()
	if bits.Len64(set) > v.NumField() {
		r.fail()
		return
	}
	for ; set != 0; set &= set - 1 {
		f := v.Field(bits.TrailingZeros64(set))
		if !f.CanSet() {
			f = reflect.NewAt(f.Type(), f.Addr().UnsafePointer()).Elem()
		}
		r.value(f)
	}
}

func (r *reader) entries(v reflect.Value) {
	n := r.length()
	if n < 0 {
		return
	}
	v.Set(reflect.MakeMap(v.Type()))
	for i := 0; i < n && !r.broken; i++ {
		key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		r.value(key)
		r.value(value)
		v.SetMapIndex(key, value)
	}
}

func (r *reader) pointer(v reflect.Value) {
	n := r.uint()
	switch {
	case n == 0:
	case n == uint64(len(r.shared))+1:
		v.Set(reflect.New(v.Type().Elem()))
		r.shared = append(r.shared, v)
		r.value(v.Elem())
	case n > uint64(len(r.shared)) || r.shared[n-1].Type() != v.Type():
		r.fail()
	default:
		v.Set(r.shared[n-1])
	}
}

func (r *reader) dynamic(v reflect.Value) {
	n := r.uint()
	if n == 0 || n > uint64(len(r.kinds)) || !reflect.TypeOf(r.kinds[n-1]).AssignableTo(v.Type()) {
		if n != 0 {
			r.fail()
		}
		return
	}
	value := reflect.New(reflect.TypeOf(r.kinds[n-1])).Elem()
	r.value(value)
	v.Set(value)
}
