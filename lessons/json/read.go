package json

import (
	"reflect"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// Error is a place at which a text is not the JSON that was expected. It is for programmers, since programs write JSON.
type Error struct {
	Octet int // from 0
	Want  string
}

// Error says what was expected, and where.
func (e *Error) Error() string { return "octet " + strconv.Itoa(e.Octet) + ": " + e.Want + " expected" }

// deepest bounds how deep values may lie in one another.
const deepest = 100

// Read reads a text into a value, which is given as a pointer. Fields that the text does not name stay as they are, names
// that the value has no field for are passed over, and null changes nothing. The error is an [*Error].
func Read(text []byte, into any) error {
	r := reader{text: text}
	r.value(reflect.ValueOf(into).Elem())
	if r.space(); r.err == nil && r.i < len(text) {
		r.fail("the end")
	}
	if r.err != nil {
		return r.err
	}
	return nil
}

type reader struct {
	text  []byte
	i     int
	depth int
	err   *Error // the first one; nothing is read after it
}

func (r *reader) fail(want string) {
	if r.err == nil {
		r.err = &Error{r.i, want}
	}
	r.i = len(r.text)
}

func (r *reader) space() {
	for r.i < len(r.text) && (r.text[r.i] == ' ' || r.text[r.i] == '\n' || r.text[r.i] == '\r' || r.text[r.i] == '\t') {
		r.i++
	}
}

// peek is the next character behind white space, 0 at the end.
func (r *reader) peek() byte {
	if r.space(); r.i < len(r.text) {
		return r.text[r.i]
	}
	return 0
}

// take reads one character behind white space and says whether it was there.
func (r *reader) take(c byte) bool {
	if r.peek() == c && r.i < len(r.text) {
		r.i++
		return true
	}
	return false
}

// word reads a word if it is there.
func (r *reader) word(w string) bool {
	r.space()
	if rest := r.text[r.i:]; len(rest) >= len(w) && string(rest[:len(w)]) == w {
		r.i += len(w)
		return true
	}
	return false
}

func (r *reader) value(v reflect.Value) {
	if r.depth++; r.depth > deepest {
		r.fail("a shallower value")
	}
	defer func() { r.depth-- }()
	if r.word("null") {
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		r.value(v.Elem())
	case reflect.Struct:
		r.object(func(name string) { r.field(v, name) })
	case reflect.Map:
		r.intoMap(v)
	case reflect.Slice:
		r.intoSlice(v)
	case reflect.String:
		v.SetString(r.string())
	case reflect.Bool:
		if yes := r.word("true"); yes || r.word("false") {
			v.SetBool(yes)
		} else {
			r.fail("true or false")
		}
	default:
		r.number(v)
	}
}

// object reads an object and calls read for the value behind each name.
func (r *reader) object(read func(name string)) {
	if !r.take('{') {
		r.fail("an object")
	}
	for more := !r.take('}'); more && r.err == nil; {
		name := r.string()
		if !r.take(':') {
			r.fail("a colon")
		}
		read(name)
		if more = r.take(','); !more && !r.take('}') {
			r.fail("a comma or a closing brace")
		}
	}
}

func (r *reader) array(read func()) {
	if !r.take('[') {
		r.fail("an array")
	}
	for more := !r.take(']'); more && r.err == nil; {
		read()
		if more = r.take(','); !more && !r.take(']') {
			r.fail("a comma or a closing bracket")
		}
	}
}

func (r *reader) field(v reflect.Value, name string) {
	for _, f := range fieldsOf(v.Type()) {
		if f.name == name {
			r.value(v.Field(f.index))
			return
		}
	}
	r.skip()
}

func (r *reader) intoMap(v reflect.Value) {
	if v.IsNil() {
		v.Set(reflect.MakeMap(v.Type()))
	}
	r.object(func(name string) {
		value := reflect.New(v.Type().Elem()).Elem()
		r.value(value)
		v.SetMapIndex(reflect.ValueOf(name), value)
	})
}

func (r *reader) intoSlice(v reflect.Value) {
	list := reflect.MakeSlice(v.Type(), 0, 0)
	r.array(func() {
		value := reflect.New(v.Type().Elem()).Elem()
		r.value(value)
		list = reflect.Append(list, value)
	})
	v.Set(list)
}

// skip reads a value that nobody wants.
func (r *reader) skip() {
	if r.depth++; r.depth > deepest {
		r.fail("a shallower value")
	}
	defer func() { r.depth-- }()
	switch r.peek() {
	case '{':
		r.object(func(string) { r.skip() })
	case '[':
		r.array(r.skip)
	case '"':
		r.string()
	default:
		if !r.word("true") && !r.word("false") && !r.word("null") {
			r.digits()
		}
	}
}

// digits reads the characters of a number.
func (r *reader) digits() string {
	r.space()
	start := r.i
	for r.i < len(r.text) {
		if c := r.text[r.i]; (c < '0' || c > '9') && c != '-' && c != '+' && c != '.' && c != 'e' && c != 'E' {
			break
		}
		r.i++
	}
	if start == r.i {
		r.fail("a value")
	}
	return string(r.text[start:r.i])
}

func (r *reader) number(v reflect.Value) {
	start := r.i
	digits := r.digits()
	var err error
	switch kind := v.Kind(); kind {
	case reflect.Int, reflect.Int64:
		var n int64
		n, err = strconv.ParseInt(digits, 10, v.Type().Bits())
		v.SetInt(n)
	case reflect.Uint32, reflect.Uint64:
		var n uint64
		n, err = strconv.ParseUint(digits, 10, v.Type().Bits())
		v.SetUint(n)
	case reflect.Float64:
		var n float64
		n, err = strconv.ParseFloat(digits, 64)
		v.SetFloat(n)
	default:
		panic("json: cannot read " + v.Type().String())
	}
	if err != nil && r.err == nil {
		r.i = start
		r.fail("another number")
	}
}

func (r *reader) string() string {
	if !r.take('"') {
		r.fail("a string")
		return ""
	}
	start := r.i
	for r.i < len(r.text) && r.text[r.i] != '"' && r.text[r.i] != '\\' {
		r.i++
	}
	if r.take('"') && r.text[r.i-1] == '"' {
		return valid(r.text[start : r.i-1])
	}
	out := append([]byte(nil), r.text[start:r.i]...)
	for r.i < len(r.text) {
		switch c := r.text[r.i]; c {
		case '"':
			r.i++
			return valid(out)
		case '\\':
			out = r.escape(out)
		default:
			out = append(out, c)
			r.i++
		}
	}
	r.fail("a closing quote")
	return ""
}

// valid is octets as text, with U+FFFD where they are no UTF-8.
func valid(p []byte) string {
	if utf8.Valid(p) {
		return string(p)
	}
	return string([]rune(string(p)))
}

// escape reads one escape sequence and adds what it means. Half a surrogate pair is U+FFFD.
func (r *reader) escape(out []byte) []byte {
	if r.i+1 >= len(r.text) {
		r.fail("an escape sequence")
		return out
	}
	switch c := r.text[r.i+1]; c {
	case '"', '\\', '/':
		out = append(out, c)
	case 'b':
		out = append(out, '\b')
	case 'f':
		out = append(out, '\f')
	case 'n':
		out = append(out, '\n')
	case 'r':
		out = append(out, '\r')
	case 't':
		out = append(out, '\t')
	case 'u':
		u := r.unicode(r.i)
		if utf16.IsSurrogate(u) {
			if pair := utf16.DecodeRune(u, r.unicode(r.i+6)); pair != utf8.RuneError {
				u = pair
				r.i += 6
			}
		}
		if u < 0 {
			r.fail("four hexadecimal digits")
			return out
		}
		r.i += 4
		out = utf8.AppendRune(out, u)
	default:
		r.fail("an escape sequence")
		return out
	}
	r.i += 2
	return out
}

// unicode reads \uXXXX at a place; -1 where there is none.
func (r *reader) unicode(at int) rune {
	if at+6 > len(r.text) || r.text[at] != '\\' || r.text[at+1] != 'u' {
		return -1
	}
	n, err := strconv.ParseUint(string(r.text[at+2:at+6]), 16, 16)
	if err != nil {
		return -1
	}
	return rune(n)
}
