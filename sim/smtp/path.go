package smtp

import "strings"

// Path is a reverse-path or forward-path without its source route (RFC 5321 §4.1.2).
type Path struct {
	Local  string // local part, without the quotes of a quoted string
	Domain string // domain as it was written, or an address literal with its brackets; "" in <Postmaster>
	Null   bool   // the null reverse-path <>
}

// String returns the mailbox without angle brackets, with quotes around the local part where it needs them, and "" for
// the null reverse-path.
func (p Path) String() string {
	if p.Null {
		return ""
	}
	local := p.Local
	if !isDotString(local) {
		local = quote(local)
	}
	if p.Domain == "" {
		return local
	}
	return local + "@" + p.Domain
}

// IsPostmaster says whether the path is a domain's postmaster in any case of letters (RFC 5321 §4.5.1).
func (p Path) IsPostmaster() bool { return strings.EqualFold(p.Local, "postmaster") }

// ParsePath reads a mailbox without angle brackets, as [Path.String] writes it: "" is the null reverse-path, and a
// local part alone is allowed for postmaster. ok is false where the text is neither.
func ParsePath(text string) (path Path, ok bool) {
	if text == "" {
		return Path{Null: true}, true
	}
	if strings.EqualFold(text, "postmaster") {
		return Path{Local: text}, true
	}
	p := parser{line: []byte(text)}
	path, ok = p.mailbox()
	return path, ok && p.pos == len(p.line)
}

// quote writes a local part as a quoted string.
func quote(local string) string {
	var b strings.Builder
	b.WriteByte('"')
	for i := range len(local) {
		if local[i] == '"' || local[i] == '\\' {
			b.WriteByte('\\')
		}
		b.WriteByte(local[i])
	}
	b.WriteByte('"')
	return b.String()
}

func isDotString(s string) bool {
	for atom := range strings.SplitSeq(s, ".") {
		if atom == "" {
			return false
		}
		for i := range len(atom) {
			if !isAtext(atom[i]) {
				return false
			}
		}
	}
	return true
}
