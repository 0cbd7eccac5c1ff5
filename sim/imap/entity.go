package imap

import (
	"bytes"
	"strings"

	"ehlo/sim/message"
)

// entity is a message or one of its body parts, as MIME cuts it (RFC 2045 §2.4). Its slices are parts of the message.
type entity struct {
	header    []byte // with the empty line that ends it
	body      []byte
	fields    [numMIMEFields][]byte // raw values of the first field of each name; nil where there is none
	mediaType string                // in upper case
	subtype   string
	params    []param
	parts     []entity // of a multipart
	message   *entity  // of a message/rfc822 or a message/global
}

type param struct{ name, value string }

// The fields that say what a part is (RFC 2045 §3, RFC 2183).
const (
	mimeType = iota
	mimeID
	mimeDescription
	mimeEncoding
	mimeMD5
	mimeDisposition
	mimeLanguage
	mimeLocation
	numMIMEFields
)

// mimeFields are their names behind "Content-".
var mimeFields = [numMIMEFields]string{"TYPE", "ID", "DESCRIPTION", "TRANSFER-ENCODING", "MD5", "DISPOSITION", "LANGUAGE",
	"LOCATION"}

// readFields takes the fields from the header.
func (e *entity) readFields() {
	const prefix = "CONTENT-"
	for head := e.header; len(head) > 0; {
		end := message.FieldEnd(head, 0)
		if field := head[:end]; len(field) > len(prefix) && equalFold(field[:len(prefix)], prefix) {
			if colon := bytes.IndexByte(field, ':'); colon > 0 {
				name := bytes.TrimRight(field[len(prefix):max(colon, len(prefix))], " \t")
				for i := range mimeFields {
					if e.fields[i] == nil && equalFold(name, mimeFields[i]) {
						e.fields[i] = field[colon+1:]
					}
				}
			}
		}
		head = head[end:]
	}
}

// field is a field's value, unfolded, and "" where there is none.
func (e *entity) field(i int) string { return string(unfolded(e.fields[i])) }

// maxDepth is how deep parts may lie in each other; what lies deeper is taken as text.
const maxDepth = 32

func parseEntity(octets []byte) *entity {
	e := newEntity(octets, "TEXT", "PLAIN", 0)
	return &e
}

// newEntity reads a part, whose type is the given one where it says none (RFC 2046 §5.1.5).
func newEntity(octets []byte, mediaType, subtype string, depth int) entity {
	head := header(octets)
	e := entity{header: head, body: octets[len(head):]}
	e.readFields()
	e.mediaType, e.subtype, e.params = contentType(e.field(mimeType))
	if e.mediaType == "" {
		e.mediaType, e.subtype, e.params = mediaType, subtype, nil
		if mediaType == "TEXT" {
			e.params = []param{{"CHARSET", "us-ascii"}}
		}
	}
	if depth == maxDepth && (e.mediaType == "MULTIPART" || e.isMessage()) {
		e.mediaType, e.subtype, e.params = "TEXT", "PLAIN", nil
	}
	switch {
	case e.mediaType == "MULTIPART":
		inner := [2]string{"TEXT", "PLAIN"}
		if e.subtype == "DIGEST" {
			inner = [2]string{"MESSAGE", "RFC822"}
		}
		for _, p := range cut(e.body, e.param("BOUNDARY")) {
			e.parts = append(e.parts, newEntity(p, inner[0], inner[1], depth+1))
		}
		if len(e.parts) == 0 { // the grammar wants at least one (RFC 3501 §9, body-type-mpart)
			e.parts = []entity{newEntity(nil, inner[0], inner[1], maxDepth)}
		}
	case e.isMessage():
		m := newEntity(e.body, "TEXT", "PLAIN", depth+1)
		e.message = &m
	}
	return e
}

// isMessage says that a part is a message, of RFC 5322 or of RFC 6532; one of the latter may be encoded, and is then taken
// as it is.
func (e *entity) isMessage() bool {
	if e.mediaType != "MESSAGE" {
		return false
	}
	switch strings.ToUpper(e.encoding()) {
	case "BASE64", "QUOTED-PRINTABLE":
		return e.subtype == "RFC822"
	}
	return e.subtype == "RFC822" || e.subtype == "GLOBAL"
}

func (e *entity) param(name string) string {
	for _, p := range e.params {
		if p.name == name {
			return p.value
		}
	}
	return ""
}

// part finds a part by its numbers, nil where there is none. A message that is no multipart has itself as part 1.
func (e *entity) part(numbers []uint32) *entity {
	for i, n := range numbers {
		if i > 0 {
			if e.message == nil && e.parts == nil {
				return nil
			}
			if e.message != nil {
				e = e.message
			}
		}
		switch {
		case e.parts != nil && uint64(n) <= uint64(len(e.parts)):
			e = &e.parts[n-1]
		case e.parts != nil || n != 1:
			return nil
		case i+1 < len(numbers): // the only part of a message: nothing is inside it
			if e.message == nil {
				return nil
			}
		}
	}
	return e
}

// of is the octets that the section names in a message; ok is false where there is no such part.
func (sec *Section) of(m *fetched) (octets []byte, ok bool) {
	head, body := []byte(nil), []byte(nil)
	if len(sec.Part) == 0 {
		if sec.Text == WholeSection {
			return m.content, true
		}
		head = header(m.content)
		body = m.content[len(head):]
	} else {
		e := m.root().part(sec.Part)
		switch {
		case e == nil:
			return nil, false
		case sec.Text == WholeSection:
			return e.body, true
		case sec.Text == MIMEHeader:
			return e.header, true
		case e.message == nil:
			return nil, false
		}
		head, body = e.message.header, e.message.body
	}
	switch sec.Text {
	case Header:
		return head, true
	case HeaderFields, HeaderFieldsNot:
		m.room = selectFields(m.room[:0], head, sec.Fields, sec.Text == HeaderFieldsNot)
		return m.room, true
	}
	return body, true
}

// cut returns the parts of a multipart body: what stands between the lines with its boundary, without the line end
// before each (RFC 2046 §5.1.1).
func cut(body []byte, boundary string) [][]byte {
	var parts [][]byte
	if boundary == "" {
		return nil
	}
	from := -1
	for i := 0; i < len(body); {
		end := i + bytes.IndexByte(body[i:], '\n') + 1
		if end == i {
			end = len(body)
		}
		if rest, ok := bytes.CutPrefix(body[i:end], []byte("--"+boundary)); ok {
			rest, last := bytes.CutPrefix(rest, []byte("--"))
			if len(bytes.TrimSpace(rest)) == 0 {
				if from >= 0 {
					parts = append(parts, trimLineEnd(body[from:max(from, i)]))
				}
				from = end
				if last {
					return parts
				}
			}
		}
		i = end
	}
	if from >= 0 {
		parts = append(parts, body[from:])
	}
	return parts
}

func trimLineEnd(p []byte) []byte {
	return bytes.TrimSuffix(bytes.TrimSuffix(p, []byte("\n")), []byte("\r"))
}

// contentType reads a Content-Type: the media type in upper case, or "" where the value is none (RFC 2045 §5.1).
func contentType(value string) (mediaType, subtype string, params []param) {
	first, params := parameters(value)
	mediaType, subtype, ok := strings.Cut(strings.ToUpper(first), "/")
	mediaType, subtype = strings.TrimSpace(mediaType), strings.TrimSpace(subtype)
	if !ok || mediaType == "" || subtype == "" || !all(mediaType, charAtom) || !all(subtype, charAtom) {
		return "", "", nil
	}
	return mediaType, subtype, params
}

// parameters reads the value of Content-Type and its like: a first word, and parameters with their names in upper case.
func parameters(value string) (first string, params []param) {
	first, rest := token(value, ";")
	for strings.HasPrefix(rest, ";") {
		var name, v string
		name, rest = token(rest[1:], ";=")
		if strings.HasPrefix(rest, "=") {
			v, rest = token(rest[1:], ";")
		}
		if name != "" && isVisible(name) {
			params = append(params, param{strings.ToUpper(name), v})
		}
	}
	return first, params
}

// isVisible says that a word is of visible ASCII. The name of a parameter may have "*" and "%" (RFC 2045 §5.1), and has
// them where its value is encoded or in pieces (RFC 2231 §3, §4).
func isVisible(word string) bool {
	for i := range len(word) {
		if word[i] <= ' ' || word[i] > '~' {
			return false
		}
	}
	return true
}

// token reads up to one of the stops: quotes and comments are taken away, and white space at both ends.
func token(s, stops string) (t, rest string) {
	var out []byte
	i, quoted := 0, false
	for depth := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c == '\\' && (quoted || depth > 0) && i+1 < len(s):
			i++
			if depth == 0 {
				out = append(out, s[i])
			}
		case quoted && c == '"', !quoted && depth == 0 && c == '"':
			quoted = !quoted
		case quoted:
			out = append(out, c)
		case c == '(':
			depth++
		case c == ')' && depth > 0:
			depth--
		case depth > 0:
		case strings.IndexByte(stops, c) >= 0:
			return strings.TrimSpace(string(out)), s[i:]
		default:
			out = append(out, c)
		}
	}
	return strings.TrimSpace(string(out)), ""
}
