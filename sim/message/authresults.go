package message

import "strings"

// AuthResult is one result of an Authentication-Results field (RFC 8601 §2.2).
type AuthResult struct {
	Method string // "spf"
	Result string // "pass"
	Reason string // for people, "" for none
	Props  []Tag  // as in smtp.mailfrom=example.org
}

// AppendAuthResults adds the value of the field: who says so, and each result on a line of its own, with the line end.
func AppendAuthResults(dst []byte, host string, results []AuthResult) []byte {
	dst = append(dst, host...)
	if len(results) == 0 {
		dst = append(dst, "; none"...)
	}
	for _, r := range results {
		dst = append(append(append(append(dst, ";\r\n\t"...), r.Method...), '='), r.Result...)
		if r.Reason != "" {
			dst = appendValue(append(dst, " reason="...), r.Reason, true)
		}
		for _, p := range r.Props {
			dst = appendValue(append(append(append(dst, ' '), p.Name...), '='), p.Value, false)
		}
	}
	return append(dst, "\r\n"...)
}

// appendValue writes a value, between quotes where it needs them (RFC 8601 §2.2, pvalue).
func appendValue(dst []byte, value string, quoted bool) []byte {
	if !quoted && value != "" && strings.IndexFunc(value, func(r rune) bool { return r <= ' ' || r > '~' || strings.ContainsRune(`"\;()<>,:`, r) }) < 0 {
		return append(dst, value...)
	}
	dst = append(dst, '"')
	for i := range len(value) {
		if c := value[i]; c == '"' || c == '\\' {
			dst = append(dst, '\\')
		} else if c < ' ' {
			continue
		}
		dst = append(dst, value[i])
	}
	return append(dst, '"')
}

// ParseAuthResults reads the unfolded value of an Authentication-Results field. ok is false where it names nobody who says
// so; a result that cannot be read is passed over.
func ParseAuthResults(value string) (host string, results []AuthResult, ok bool) {
	parts := splitResults(value)
	if len(parts) == 0 || len(parts[0]) == 0 || strings.Contains(parts[0][0], "=") {
		return "", nil, false
	}
	for _, words := range parts[1:] {
		var r AuthResult
		for i, w := range words {
			name, text, found := strings.Cut(w, "=")
			switch {
			case !found:
			case i == 0:
				method, _, _ := strings.Cut(name, "/") // with the method's version
				r.Method, r.Result = strings.ToLower(method), strings.ToLower(text)
			case name == "reason":
				r.Reason = text
			default:
				r.Props = append(r.Props, Tag{name, text})
			}
		}
		if r.Method != "" {
			results = append(results, r)
		}
	}
	return parts[0][0], results, true
}

// splitResults cuts a value at its semicolons, and the parts into words; quotes are taken off, comments left out, and no
// space stands around "=".
func splitResults(value string) (parts [][]string) {
	var words []string
	var word []byte
	glued := false // the next word goes on with this one
	end := func() {
		if len(word) > 0 && !glued {
			words, word = append(words, string(word)), nil
		}
	}
	p := addressParser{rest: value}
	for p.rest != "" {
		switch c := p.rest[0]; c {
		case ' ', '\t', '\r', '\n':
			p.take()
			if next := strings.TrimLeft(p.rest, " \t\r\n"); !strings.HasPrefix(next, "=") {
				end()
			}
		case '(':
			p.commentText()
		case '"':
			word, glued = append(word, p.quoted()...), false
		case ';':
			p.take()
			glued = false
			end()
			parts, words = append(parts, words), nil
		case '=':
			word, glued = append(word, p.take()), true
		default:
			word, glued = append(word, p.take()), false
		}
	}
	glued = false
	end()
	return append(parts, words)
}
