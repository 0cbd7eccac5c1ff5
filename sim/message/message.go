// Package message reads and writes mail messages with their exact octets: header fields, addresses, encoded words, trace
// fields, and the mbox file (RFC 5322, RFC 2047, RFC 5321 §4.4, RFC 4155).
package message

import (
	"bytes"
	"strings"
)

// Split cuts a message at the empty line that ends its header; the empty line is in neither part. A message without one
// is all header (RFC 5322 §2.1).
func Split(msg []byte) (header, body []byte) {
	for i := 0; i < len(msg); {
		end := lineEnd(msg, i)
		if isEmpty(msg[i:end]) {
			return msg[:i], msg[end:]
		}
		i = end
	}
	return msg, nil
}

// lineEnd returns where the line that begins at i ends, behind its LF.
func lineEnd(msg []byte, i int) int {
	if n := bytes.IndexByte(msg[i:], '\n'); n >= 0 {
		return i + n + 1
	}
	return len(msg)
}

func isEmpty(line []byte) bool { return string(line) == "\r\n" || string(line) == "\n" }

// Field is one header field.
type Field struct {
	Name       string
	Value      string // unfolded (RFC 5322 §2.2.3), without white space at its ends
	Raw        []byte // its octets, folds and line end included
	Start, End int    // where Raw is in the header
}

// Fields returns the fields of a header in their order. A line that is neither a field nor the continuation of one is
// passed over.
func Fields(header []byte) []Field {
	var fields []Field
	for i := 0; i < len(header); {
		start, end := i, FieldEnd(header, i)
		if isEmpty(header[start:lineEnd(header, start)]) {
			break
		}
		i = end
		raw := header[start:end]
		colon := bytes.IndexByte(raw, ':')
		if colon < 0 || !isFieldName(bytes.TrimRight(raw[:colon], " \t")) {
			continue
		}
		fields = append(fields, Field{
			Name:  string(bytes.TrimRight(raw[:colon], " \t")),
			Value: Unfold(raw[colon+1:]),
			Raw:   raw, Start: start, End: end,
		})
	}
	return fields
}

// Without is a message without the fields that are meant; the message itself where it has none of them.
func Without(msg []byte, meant func(Field) bool) []byte {
	header, _ := Split(msg)
	var kept []byte
	from := 0
	for _, f := range Fields(header) {
		if meant(f) {
			kept = append(kept, msg[from:f.Start]...)
			from = f.End
		}
	}
	if from == 0 {
		return msg
	}
	return append(kept, msg[from:]...)
}

// WithoutBcc is a message as others may see it: to whom it went besides them is nobody's business (RFC 5322 §3.6.3).
func WithoutBcc(msg []byte) []byte {
	return Without(msg, func(f Field) bool { return strings.EqualFold(f.Name, "Bcc") })
}

// BeginsWithField says whether the first line of a header is that of a field.
func BeginsWithField(header []byte) bool {
	i := 0
	for i < len(header) && isNameOctet(header[i]) {
		i++
	}
	return i > 0 && bytes.HasPrefix(bytes.TrimLeft(header[i:], " \t"), []byte(":"))
}

// Get returns the unfolded value of the first field with a name, in any case, and false where there is none.
func Get(header []byte, name string) (string, bool) {
	for i := 0; i < len(header); {
		end := lineEnd(header, i)
		if isEmpty(header[i:end]) {
			break
		}
		named := len(header)-i > len(name) && strings.EqualFold(string(header[i:i+len(name)]), name)
		if named {
			colon := i + len(name)
			for colon < len(header) && (header[colon] == ' ' || header[colon] == '\t') {
				colon++
			}
			if colon < len(header) && header[colon] == ':' {
				return Unfold(header[colon+1 : FieldEnd(header, i)]), true
			}
		}
		i = FieldEnd(header, i)
	}
	return "", false
}

// Count says how many fields of a header have a name, in any case.
func Count(header []byte, name string) (n int) {
	for i := 0; i < len(header); {
		end := lineEnd(header, i)
		line := header[i:end]
		if isEmpty(line) {
			break
		}
		if len(line) > len(name) && line[0]|0x20 == name[0]|0x20 && strings.EqualFold(string(line[:len(name)]), name) &&
			bytes.HasPrefix(bytes.TrimLeft(line[len(name):], " \t"), []byte(":")) {
			n++
		}
		i = continued(header, end)
	}
	return n
}

// FieldEnd returns where the field that begins at i ends, behind its line end and those of its continuation lines (RFC
// 5322 §2.2.3).
func FieldEnd(header []byte, i int) int {
	return continued(header, lineEnd(header, i))
}

// continued returns where a field ends whose first line ends at end.
func continued(header []byte, end int) int {
	for end < len(header) && (header[end] == ' ' || header[end] == '\t') {
		end = lineEnd(header, end)
	}
	return end
}

// Subject returns the subject of a message for a person to read: unfolded, encoded words decoded, valid UTF-8; "" where
// there is none.
func Subject(msg []byte) string {
	header, _ := Split(msg)
	value, _ := Get(header, "Subject")
	return DecodeWords(value)
}

// Canonical returns text with each bare LF made CR LF.
func Canonical(text string) []byte {
	msg := make([]byte, 0, len(text)+strings.Count(text, "\n"))
	for i := range len(text) {
		if text[i] == '\n' && (i == 0 || text[i-1] != '\r') {
			msg = append(msg, '\r')
		}
		msg = append(msg, text[i])
	}
	return msg
}

// Unfold returns a field's raw value without its folds and without white space at its ends (RFC 5322 §2.2.3).
func Unfold(raw []byte) string {
	value := make([]byte, 0, len(raw))
	for _, c := range raw {
		if c != '\r' && c != '\n' {
			value = append(value, c)
		}
	}
	return string(bytes.Trim(value, " \t"))
}

// isFieldName says whether a field may be called so (RFC 5322 §2.2).
func isFieldName(name []byte) bool {
	for _, c := range name {
		if !isNameOctet(c) {
			return false
		}
	}
	return len(name) > 0
}

// isNameOctet is RFC 5322's ftext.
func isNameOctet(c byte) bool { return c > ' ' && c < 0x7f && c != ':' }
