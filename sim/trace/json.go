package trace

import (
	"encoding/base64"
	"strconv"
	"unicode/utf8"

	"ehlo/sim/engine"
)

// AppendJSON adds an event to dst as one JSON object without line end. At, seq and kind are always there, other fields
// where they are not zero; times are nanoseconds. Octets that are text are in "data", others as base64 in "b64".
func AppendJSON(dst []byte, e *Event) []byte { return appendFields(dst, e.Kind.String(), e) }

// appendFields adds the fields of an event, or those of an input, which are some of them.
func appendFields(dst []byte, kind string, e *Event) []byte {
	dst = appendInt(append(dst, '{'), "at", int64(e.At))
	dst = strconv.AppendUint(append(dst, `,"seq":`...), e.Seq, 10)
	dst = appendText(dst, "kind", kind)
	dst = appendText(dst, "actor", e.Actor)
	dst = appendText(dst, "target", e.Target)
	dst = appendInt(dst, "conn", int64(e.Conn))
	dst = appendText(dst, "dir", e.Dir.String())
	dst = appendInt(dst, "letter", int64(e.Letter))
	dst = appendInt(dst, "from", int64(e.From))
	dst = appendInt(dst, "until", int64(e.Until))
	dst = appendInt(dst, "off", e.Off)
	dst = appendInt(dst, "num", e.Num)
	dst = appendText(dst, "label", e.Label)
	dst = appendText(dst, "verb", e.Verb)
	dst = appendText(dst, "class", e.Class.String())
	dst = appendText(dst, "state", e.State)
	dst = appendText(dst, "next", e.Next)
	if e.Sealed {
		dst = append(dst, `,"sealed":true`...)
	}
	return append(appendData(dst, e.Data), '}')
}

// ParseJSON reads what [AppendJSON] wrote. An error is a [*FormatError] of line 1.
func ParseJSON(text []byte) (Event, error) {
	var e Event
	r := jsonReader{text: text, line: 1}
	seen := r.object(func(name string) bool { return r.eventField(&e, name) })
	r.end()
	r.need(seen, "at", "seq", "kind")
	if r.err != nil {
		return Event{}, r.err
	}
	return e, nil
}

func (r *jsonReader) eventField(e *Event, name string) bool {
	switch name {
	case "at":
		e.At = engine.Time(r.int())
	case "seq":
		e.Seq = r.uint(64)
	case "kind":
		e.Kind = Kind(r.oneOf(kindNames[1:]) + 1)
	case "actor":
		e.Actor = r.string()
	case "target":
		e.Target = r.string()
	case "conn":
		e.Conn = uint32(r.uint(32))
	case "dir":
		e.Dir = Dir(r.oneOf([]string{"C", "S"}) + 1)
	case "letter":
		e.Letter = uint32(r.uint(32))
	case "from":
		e.From = engine.Time(r.int())
	case "until":
		e.Until = engine.Time(r.int())
	case "off":
		e.Off = r.int()
	case "num":
		e.Num = r.int()
	case "label":
		e.Label = r.string()
	case "verb":
		e.Verb = r.string()
	case "class":
		e.Class = Class(r.oneOf(classNames[1:]) + 1)
	case "state":
		e.State = r.string()
	case "next":
		e.Next = r.string()
	case "sealed":
		e.Sealed = r.literalTrue()
	case "data", "b64":
		e.Data = r.data(name)
	default:
		return false
	}
	return true
}

// appendInt adds a field that is not 0; the first one of an object is added in any case.
func appendInt(dst []byte, name string, n int64) []byte {
	first := dst[len(dst)-1] == '{'
	if n == 0 && !first {
		return dst
	}
	if !first {
		dst = append(dst, ',')
	}
	dst = append(append(append(dst, '"'), name...), `":`...)
	return strconv.AppendInt(dst, n, 10)
}

// appendText adds a field that is not empty, which is not the first one.
func appendText(dst []byte, name, value string) []byte {
	if value == "" {
		return dst
	}
	dst = append(append(append(dst, `,"`...), name...), `":`...)
	return AppendString(dst, value)
}

func appendData(dst, data []byte) []byte {
	switch {
	case len(data) == 0:
		return dst
	case isText(data):
		return appendText(dst, "data", string(data))
	}
	dst = base64.StdEncoding.AppendEncode(append(dst, `,"b64":"`...), data)
	return append(dst, '"')
}

// isText says whether octets are printable UTF-8 with CR, LF and tabs.
func isText(p []byte) bool {
	for len(p) > 0 {
		r, n := utf8.DecodeRune(p)
		if r == utf8.RuneError && n == 1 || r < ' ' && r != '\r' && r != '\n' && r != '\t' || r >= 0x7f && r < 0xa0 {
			return false
		}
		p = p[n:]
	}
	return true
}

const hexDigits = "0123456789abcdef"

// AppendString adds a JSON string. An octet that is no UTF-8 becomes the lone surrogate DC00 plus its value, so that
// nothing is lost.
func AppendString(dst []byte, s string) []byte {
	dst = append(dst, '"')
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && n == 1:
			dst = append(dst, `\udc`...)
			dst = append(dst, hexDigits[s[i]>>4], hexDigits[s[i]&15])
		case r == '"' || r == '\\':
			dst = append(dst, '\\', s[i])
		case r == '\n':
			dst = append(dst, `\n`...)
		case r == '\r':
			dst = append(dst, `\r`...)
		case r == '\t':
			dst = append(dst, `\t`...)
		case r < ' ' || r == 0x7f:
			dst = append(dst, `\u00`...)
			dst = append(dst, hexDigits[s[i]>>4], hexDigits[s[i]&15])
		default:
			dst = append(dst, s[i:i+n]...)
		}
		i += n
	}
	return append(dst, '"')
}
