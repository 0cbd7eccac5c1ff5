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
	var room [96]byte // on the stack
	return string(p.append(room[:0]))
}

// append adds the mailbox as [Path.String] writes it.
func (p Path) append(dst []byte) []byte {
	if p.Null {
		return dst
	}
	if isDotString(p.Local) {
		dst = append(dst, p.Local...)
	} else {
		dst = appendQuoted(dst, p.Local)
	}
	if p.Domain == "" {
		return dst
	}
	return append(append(dst, '@'), p.Domain...)
}

// IsASCII says whether the path can be named to a server that does not offer SMTPUTF8 (RFC 6531 §3.2).
func (p Path) IsASCII() bool {
	for i := range len(p.Local) {
		if p.Local[i] > '~' {
			return false
		}
	}
	for i := range len(p.Domain) {
		if p.Domain[i] > '~' {
			return false
		}
	}
	return true
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
	p := parser{line: []byte(text), offered: allExtensions}
	local, domain, ok := p.mailboxParts()
	if !ok {
		return Path{}, false
	}
	path = Path{Local: text[:domain-1], Domain: text[domain:p.pos]} // no memory of their own
	if text[0] == '"' {
		path.Local = string(local)
	}
	return path, p.end()
}

// appendQuoted adds a local part as a quoted string.
func appendQuoted(dst []byte, local string) []byte {
	dst = append(dst, '"')
	for i := range len(local) {
		if local[i] == '"' || local[i] == '\\' {
			dst = append(dst, '\\')
		}
		dst = append(dst, local[i])
	}
	return append(dst, '"')
}

func isDotString(s string) bool {
	begun := false // the atom
	for i := range len(s) {
		switch c := s[i]; {
		case c == '.' && begun:
			begun = false
		case isAtext(c) || c > '~':
			begun = true
		default:
			return false
		}
	}
	return begun
}
