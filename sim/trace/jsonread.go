package trace

import (
	"bytes"
	"encoding/base64"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// jsonReader reads the JSON that this package writes: objects of strings, whole numbers and arrays. After the first
// error it reads nothing more.
type jsonReader struct {
	text  []byte
	line  int // for errors
	i     int
	field string
	err   error
}

func (r *jsonReader) fail(at int, id string, args ...string) {
	if r.err != nil {
		return
	}
	named := make(map[string]string, len(args)/2+1)
	for i := 0; i < len(args); i += 2 {
		named[args[i]] = args[i+1]
	}
	r.err = &FormatError{Line: r.line, Offset: at, ID: id, Args: named}
}

func (r *jsonReader) syntax() { r.fail(r.i, "trace.json.syntax", "octet", strconv.Itoa(r.i)) }

func (r *jsonReader) space() {
	for r.i < len(r.text) && strings.IndexByte(" \t\r\n", r.text[r.i]) >= 0 {
		r.i++
	}
}

// take reads one character behind white space, and says whether it was there.
func (r *jsonReader) take(c byte) bool {
	if r.space(); r.err == nil && r.i < len(r.text) && r.text[r.i] == c {
		r.i++
		return true
	}
	return false
}

func (r *jsonReader) expect(c byte) {
	if !r.take(c) {
		r.syntax()
	}
}

// end says that nothing may follow.
func (r *jsonReader) end() {
	if r.space(); r.i < len(r.text) {
		r.syntax()
	}
}

// object reads an object, hands each field's name to read, which reads the value or says that there is no such field,
// and returns the names.
func (r *jsonReader) object(read func(name string) bool) (seen []string) {
	r.expect('{')
	for first := true; r.err == nil && !r.take('}'); first = false {
		if !first {
			r.expect(',')
		}
		r.space()
		at := r.i
		name := r.string()
		r.expect(':')
		r.space()
		if r.err != nil {
			break
		}
		if slices.Contains(seen, name) {
			r.fail(at, "trace.json.field-twice", "field", name)
			break
		}
		r.field = name
		if seen = append(seen, name); !read(name) {
			r.fail(at, "trace.json.field-unknown", "field", name)
		}
	}
	return seen
}

// array reads an array, and calls read for each element.
func (r *jsonReader) array(read func()) {
	r.expect('[')
	for first := true; r.err == nil && !r.take(']'); first = false {
		if !first {
			r.expect(',')
		}
		read()
	}
}

// need reports the first of the fields that was not there.
func (r *jsonReader) need(seen []string, names ...string) {
	for _, name := range names {
		r.filled(name, slices.Contains(seen, name))
	}
}

// filled reports a field that was not there, or was there and empty where it must not be.
func (r *jsonReader) filled(name string, ok bool) {
	if !ok {
		r.fail(0, "trace.json.field-missing", "field", name)
	}
}

// value reports that the field's value, which began at a place, is not what it should be.
func (r *jsonReader) value(at int) {
	const longest = 40
	text := strings.ToValidUTF8(string(r.text[at:min(max(r.i, at+1), len(r.text), at+longest)]), "\uFFFD")
	r.fail(at, "trace.json.field-value", "field", r.field, "text", text)
}

// literalTrue reads true, the only truth that is written.
func (r *jsonReader) literalTrue() bool {
	r.space()
	const word = "true"
	if r.err == nil && bytes.HasPrefix(r.text[r.i:], []byte(word)) {
		r.i += len(word)
		return true
	}
	r.value(r.i)
	return false
}

func (r *jsonReader) digits() (text string, at int) {
	r.space()
	at = r.i
	for r.i < len(r.text) && (r.text[r.i] == '-' && r.i == at || '0' <= r.text[r.i] && r.text[r.i] <= '9') {
		r.i++
	}
	text = string(r.text[at:r.i])
	if plain := strings.TrimPrefix(text, "-"); len(plain) > 1 && plain[0] == '0' || text == "-0" {
		r.value(at)
	}
	return text, at
}

func (r *jsonReader) int() int64 {
	text, at := r.digits()
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		r.value(at)
	}
	return n
}

func (r *jsonReader) uint(bits int) uint64 {
	text, at := r.digits()
	n, err := strconv.ParseUint(text, 10, bits)
	if err != nil {
		r.value(at)
	}
	return n
}

// oneOf reads a string that is one of some, and returns which.
func (r *jsonReader) oneOf(names []string) int {
	at := r.i
	i := slices.Index(names, r.string())
	if i < 0 {
		r.value(at)
		return 0
	}
	return i
}

// data reads octets, as "data" or as "b64".
func (r *jsonReader) data(name string) []byte {
	at := r.i
	s := r.string()
	if name == "data" {
		return []byte(s)
	}
	p, err := base64.StdEncoding.Strict().DecodeString(s)
	if err != nil {
		r.value(at)
	}
	return p
}

func (r *jsonReader) string() string {
	r.space()
	start := r.i
	if r.expect('"'); r.err != nil {
		return ""
	}
	end := bytes.IndexAny(r.text[r.i:], "\"\\")
	if end >= 0 && r.text[r.i+end] == '"' && plain(r.text[r.i:r.i+end]) {
		s := string(r.text[r.i : r.i+end])
		r.i += end + 1
		return s
	}
	var out []byte
	for r.i < len(r.text) {
		c := r.text[r.i]
		switch {
		case c == '"':
			r.i++
			return string(out)
		case c == '\\':
			if out = r.escape(out); r.err != nil {
				return ""
			}
		case c < ' ':
			r.syntax()
			return ""
		default:
			_, n := utf8.DecodeRune(r.text[r.i:])
			if n == 1 && c >= utf8.RuneSelf {
				r.syntax()
				return ""
			}
			out = append(out, r.text[r.i:r.i+n]...)
			r.i += n
		}
	}
	r.i = start
	r.syntax()
	return ""
}

// plain says whether octets need no look at each.
func plain(p []byte) bool {
	for _, c := range p {
		if c < ' ' || c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// escape reads one escape sequence and adds what it means.
func (r *jsonReader) escape(out []byte) []byte {
	if r.i+1 >= len(r.text) {
		r.syntax()
		return out
	}
	c := r.text[r.i+1]
	if i := strings.IndexByte(`"\/bfnrt`, c); i >= 0 {
		r.i += 2
		return append(out, "\"\\/\b\f\n\r\t"[i])
	}
	u, ok := r.unicode(r.i)
	if !ok {
		r.syntax()
		return out
	}
	r.i += 6
	switch {
	case u >= 0xdc80 && u <= 0xdcff: // an octet that is no UTF-8, see AppendString
		return append(out, byte(u))
	case utf16.IsSurrogate(u):
		low, ok := r.unicode(r.i)
		if u = utf16.DecodeRune(u, low); !ok || u == utf8.RuneError {
			r.syntax()
			return out
		}
		r.i += 6
	}
	return utf8.AppendRune(out, u)
}

// unicode reads \uXXXX at a place.
func (r *jsonReader) unicode(at int) (rune, bool) {
	if at+6 > len(r.text) || r.text[at] != '\\' || r.text[at+1] != 'u' {
		return 0, false
	}
	n, err := strconv.ParseUint(string(r.text[at+2:at+6]), 16, 16)
	return rune(n), err == nil
}
