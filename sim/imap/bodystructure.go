package imap

import (
	"bytes"
	"strconv"
	"strings"
)

func writeBody(dst []byte, _ *FetchItem, m *fetched) []byte {
	return m.root().append(append(dst, "BODY "...), form{rev2: m.rev2})
}

func writeBodyStructure(dst []byte, _ *FetchItem, m *fetched) []byte {
	return m.root().append(append(dst, "BODYSTRUCTURE "...), form{extended: true, rev2: m.rev2})
}

// form is how a structure is written.
type form struct {
	extended bool // with the extension data
	rev2     bool // message/global is a message too (RFC 9051 §7.5.2), which RFC 3501 does not know
}

// append writes the structure of a part and of all that is in it, in the given form (RFC 3501 §7.4.2).
func (e *entity) append(dst []byte, f form) []byte {
	dst = append(dst, '(')
	if e.parts != nil {
		for i := range e.parts {
			dst = e.parts[i].append(dst, f)
		}
		dst = appendString(append(dst, ' '), e.subtype)
		if f.extended {
			dst = appendParams(append(dst, ' '), e.params)
			dst = e.appendExtension(append(dst, ' '))
		}
		return append(dst, ')')
	}
	dst = appendString(dst, e.mediaType)
	dst = appendString(append(dst, ' '), e.subtype)
	dst = appendParams(append(dst, ' '), e.params)
	dst = e.appendField(append(dst, ' '), mimeID)
	dst = e.appendField(append(dst, ' '), mimeDescription)
	encoding := e.encoding()
	if encoding == "" {
		encoding = "7BIT"
	}
	dst = appendString(append(dst, ' '), strings.ToUpper(encoding))
	dst = strconv.AppendInt(append(dst, ' '), int64(len(e.body)), 10)
	message := e.message != nil && (f.rev2 || e.subtype == "RFC822")
	if message {
		dst = appendEnvelope(append(dst, ' '), e.message.header)
		dst = e.message.append(append(dst, ' '), f)
	}
	if message || e.mediaType == "TEXT" {
		dst = strconv.AppendInt(append(dst, ' '), int64(lines(e.body)), 10)
	}
	if f.extended {
		dst = e.appendField(append(dst, ' '), mimeMD5)
		dst = e.appendExtension(append(dst, ' '))
	}
	return append(dst, ')')
}

// appendExtension writes disposition, language and location.
func (e *entity) appendExtension(dst []byte) []byte {
	if disposition, params := parameters(e.field(mimeDisposition)); disposition != "" {
		dst = appendString(append(dst, '('), disposition)
		dst = append(appendParams(append(dst, ' '), params), ')')
	} else {
		dst = append(dst, "NIL"...)
	}
	dst = append(dst, ' ')
	if language, _ := parameters(e.field(mimeLanguage)); language == "" {
		dst = append(dst, "NIL"...)
	} else {
		open := byte('(')
		for tag := range strings.SplitSeq(language, ",") {
			dst = appendString(append(dst, open), strings.TrimSpace(tag))
			open = ' '
		}
		dst = append(dst, ')')
	}
	return e.appendField(append(dst, ' '), mimeLocation)
}

func (e *entity) appendField(dst []byte, i int) []byte {
	return appendNString(dst, unfolded(e.fields[i]), e.fields[i] != nil)
}

func appendParams(dst []byte, params []param) []byte {
	if len(params) == 0 {
		return append(dst, "NIL"...)
	}
	open := byte('(')
	for _, p := range params {
		dst = appendString(append(dst, open), p.name)
		dst = appendString(append(dst, ' '), p.value)
		open = ' '
	}
	return append(dst, ')')
}

// lines counts the line ends of a text: a last line that nothing ends is none, for this server as for others.
func lines(body []byte) int { return bytes.Count(body, []byte("\n")) }
