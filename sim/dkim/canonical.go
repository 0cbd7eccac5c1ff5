package dkim

import (
	"bytes"
	"crypto/sha256"
	"slices"
	"strings"

	"ehlo/sim/message"
)

// canonicalField is a header field in the form that is signed (RFC 6376 §3.4.1, §3.4.2), with its line end.
func canonicalField(raw []byte, relaxed bool) []byte {
	if !relaxed {
		return raw
	}
	name, value, _ := bytes.Cut(raw, []byte(":"))
	field := append(bytes.ToLower(bytes.TrimRight(name, " \t")), ':')
	return append(append(field, strings.Join(strings.FieldsFunc(message.Unfold(value), isBlank), " ")...), "\r\n"...)
}

func isBlank(r rune) bool { return r == ' ' || r == '\t' }

// canonicalBody is a body in the form that is signed (RFC 6376 §3.4.3, §3.4.4).
func canonicalBody(body []byte, relaxed bool) []byte {
	if relaxed {
		out := make([]byte, 0, len(body)+2)
		for len(body) > 0 {
			line, rest, _ := bytes.Cut(body, []byte("\r\n"))
			body = rest
			gap := false
			for _, c := range bytes.TrimRight(line, " \t") {
				if c == ' ' || c == '\t' {
					gap = true
					continue
				}
				if gap {
					out = append(out, ' ')
				}
				gap = false
				out = append(out, c)
			}
			out = append(out, "\r\n"...)
		}
		body = out
	}
	for bytes.HasSuffix(body, []byte("\r\n")) {
		body = body[:len(body)-2]
	}
	if len(body) == 0 && relaxed {
		return nil
	}
	return append(slices.Clip(body), "\r\n"...)
}

// picker finds the fields of a header that a list of names means: of those of one name the last one that was not yet
// meant, and nothing where none is left (RFC 6376 §5.4.2).
type picker struct {
	fields []message.Field
	used   []bool
}

func newPicker(fields []message.Field) *picker { return &picker{fields, make([]bool, len(fields))} }

func (p *picker) pick(name string) []byte {
	for i, f := range slices.Backward(p.fields) {
		if !p.used[i] && strings.EqualFold(f.Name, name) {
			p.used[i] = true
			return f.Raw
		}
	}
	return nil
}

// withoutSignature is the raw field of a signature with an empty "b" tag and without its line end (RFC 6376 §3.7).
func withoutSignature(raw []byte) []byte {
	colon := bytes.IndexByte(raw, ':') + 1
	out := slices.Clone(raw[:colon])
	for i, part := range bytes.Split(raw[colon:], []byte(";")) {
		if i > 0 {
			out = append(out, ';')
		}
		name, _, found := bytes.Cut(part, []byte("="))
		if found && string(bytes.TrimSpace(name)) == "b" {
			part = append(slices.Clip(name), '=')
		}
		out = append(out, part...)
	}
	return bytes.TrimRight(out, "\r\n")
}

// digestFields is the digest over fields and, at the end, the signature's own field (RFC 6376 §3.7).
func digestFields(fields [][]byte, own []byte, relaxed bool) []byte {
	h := sha256.New()
	for _, raw := range fields {
		h.Write(canonicalField(raw, relaxed))
	}
	h.Write(bytes.TrimRight(canonicalField(withoutSignature(own), relaxed), "\r\n"))
	return h.Sum(nil)
}
