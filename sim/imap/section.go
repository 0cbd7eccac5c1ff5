package imap

import (
	"bytes"
	"strconv"

	"ehlo/sim/message"
)

// SectionText is the part of a message or body part that a [Section] names (RFC 3501 §6.4.5).
type SectionText uint8

// The parts of a message.
const (
	WholeSection    SectionText = iota // all of it
	Header                             // HEADER
	HeaderFields                       // HEADER.FIELDS
	HeaderFieldsNot                    // HEADER.FIELDS.NOT
	BodyText                           // TEXT
	MIMEHeader                         // MIME
)

var sectionTexts = [...]string{"", "HEADER", "HEADER.FIELDS", "HEADER.FIELDS.NOT", "TEXT", "MIME"}

// Section is what stands in the brackets of BODY[…]: the numbers of a body part, and what of it.
type Section struct {
	Part   []uint32
	Text   SectionText
	Fields []string // of HeaderFields and HeaderFieldsNot
}

// sectionPart reads the number of a part or nothing, and the closing bracket (RFC 3516 §7, section-binary).
func (s *scanner) sectionPart() Section {
	start := s.pos
	sec := s.section()
	if !s.bad && sec.Text != WholeSection {
		s.failAt(start, termSectionPart, ReplySyntax)
	}
	return sec
}

// section reads what stands between the brackets, and the closing one.
func (s *scanner) section() Section {
	var sec Section
	start := s.pos
	for c := s.peek(); c >= '0' && c <= '9'; c = s.peek() {
		n, ok := s.digits()
		if !ok || c == '0' {
			s.fail(termSectionPart)
		}
		sec.Part = append(sec.Part, uint32(n))
		if s.peek() != '.' {
			s.mark(start, termSectionPart)
			s.expect(']', termSectionEnd)
			return sec
		}
		s.pos++
	}
	if len(sec.Part) == 0 && s.accept(']') {
		return sec
	}
	if len(sec.Part) > 0 {
		s.pos--
		s.mark(start, termSectionPart)
		s.pos++
	}
	start = s.pos
	name := s.run(charAtom, termSection)
	for t := Header; t <= MIMEHeader; t++ {
		if equalFold(name, sectionTexts[t]) {
			sec.Text = t
		}
	}
	if sec.Text == WholeSection || sec.Text == MIMEHeader && len(sec.Part) == 0 {
		s.failAt(start, termSection, ReplySyntax)
		return sec
	}
	s.mark(start, termSection)
	if sec.Text == HeaderFields || sec.Text == HeaderFieldsNot {
		s.space(termOpen)
		s.expect('(', termOpen)
		for {
			sec.Fields = append(sec.Fields, s.astring(termHeaderName))
			if s.bad || !s.accept(' ') {
				break
			}
		}
		s.expect(')', termClose)
	}
	s.expect(']', termSectionEnd)
	return sec
}

// append writes the section with its brackets.
func (sec *Section) append(dst []byte, str func([]byte, string) []byte) []byte {
	dst = append(dst, '[')
	for i, n := range sec.Part {
		if i > 0 {
			dst = append(dst, '.')
		}
		dst = strconv.AppendUint(dst, uint64(n), 10)
	}
	if sec.Text != WholeSection {
		if len(sec.Part) > 0 {
			dst = append(dst, '.')
		}
		dst = append(dst, sectionTexts[sec.Text]...)
	}
	if len(sec.Fields) > 0 {
		dst = append(dst, " ("...)
		for i, f := range sec.Fields {
			if i > 0 {
				dst = append(dst, ' ')
			}
			dst = str(dst, f)
		}
		dst = append(dst, ')')
	}
	return append(dst, ']')
}

// header is the header of a message with the empty line that ends it.
func header(msg []byte) []byte {
	_, body := message.Split(msg)
	return msg[:len(msg)-len(body)]
}

// selectFields adds to out the header fields with one of the names, or without any of them, and the empty line that ends a
// header (RFC 3501 §6.4.5).
func selectFields(out, head []byte, names []string, not bool) []byte {
	for len(head) > 0 && !bytes.HasPrefix(head, crlf) {
		n := fieldLen(head)
		if named(head[:n], names) != not {
			out = append(out, head[:n]...)
		}
		head = head[n:]
	}
	return append(out, head...)
}

// fieldLen is the length of the first header field with its continuation lines.
func fieldLen(head []byte) int {
	for n := 0; ; {
		i := bytes.IndexByte(head[n:], '\n')
		if i < 0 {
			return len(head)
		}
		n += i + 1
		if n == len(head) || head[n] != ' ' && head[n] != '\t' {
			return n
		}
	}
}

// named says whether a field has one of the names, in any case.
func named(field []byte, names []string) bool {
	i := bytes.IndexByte(field, ':')
	if i < 0 {
		return false
	}
	name := bytes.TrimRight(field[:i], " \t")
	for _, n := range names {
		if bytes.EqualFold(name, []byte(n)) {
			return true
		}
	}
	return false
}
