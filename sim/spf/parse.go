package spf

import (
	"strconv"
	"strings"

	"ehlo/sim/dns"
)

// policy is a record that was read.
type policy struct {
	terms             []term
	redirect, explain string // domain-specs, "" for none
}

// term is a directive: a mechanism with its qualifier (RFC 7208 §4.6.1).
type term struct {
	text   string
	result Result // where it matches
	name   string // in lower case
	spec   string // the domain-spec, "" for the domain itself
	addr   []byte // of ip4 and ip6
	bits4  int    // of the address that must be equal
	bits6  int
}

var qualifiers = map[byte]Result{'+': Pass, '-': Fail, '~': SoftFail, '?': Neutral}

// parse reads all terms before any of them is evaluated (RFC 7208 §4.6). wrong is the first that is none.
func parse(text string) (p policy, wrong string) {
	for word := range strings.FieldsSeq(text) {
		name, value, isModifier := strings.Cut(word, "=")
		if isModifier && isModifierName(name) {
			if !p.modifier(strings.ToLower(name), value) {
				return p, word
			}
			continue
		}
		t, ok := parseTerm(word)
		if !ok {
			return p, word
		}
		p.terms = append(p.terms, t)
	}
	return p, ""
}

func isModifierName(name string) bool {
	for i, c := range []byte(name) {
		letter := c|0x20 >= 'a' && c|0x20 <= 'z'
		if !letter && (i == 0 || (c < '0' || c > '9') && c != '-' && c != '_' && c != '.') {
			return false
		}
	}
	return name != ""
}

// modifier takes a modifier; those that nobody knows mean nothing (RFC 7208 §6).
func (p *policy) modifier(name, value string) bool {
	known := map[string]*string{"redirect": &p.redirect, "exp": &p.explain}[name]
	switch {
	case known == nil:
		return validMacros(value, false)
	case *known != "" || value == "" || !validMacros(value, false) || !endsDomain(value):
		return false
	}
	*known = value
	return true
}

func parseTerm(word string) (t term, ok bool) {
	t = term{text: word, result: Pass, bits4: 32, bits6: 128}
	rest := word
	if r, found := qualifiers[rest[0]]; found {
		t.result, rest = r, rest[1:]
	}
	end := strings.IndexAny(rest, ":/")
	if end < 0 {
		end = len(rest)
	}
	t.name, rest = strings.ToLower(rest[:end]), rest[end:]
	spec, given := strings.CutPrefix(rest, ":")
	switch t.name {
	case "all":
		return t, rest == ""
	case "include", "exists":
		t.spec = spec
		return t, given && spec != "" && validMacros(spec, false) && endsDomain(spec)
	case "ptr":
		t.spec = spec
		return t, rest == "" || given && spec != "" && validMacros(spec, false) && endsDomain(spec)
	case "a", "mx":
		if !given {
			spec = rest
		}
		return t, t.dual(spec, given)
	case "ip4", "ip6":
		return t, given && t.network(spec)
	}
	return t, false
}

// dual reads a domain-spec and the lengths of prefixes behind it, as in "example.com/24//64" (RFC 7208 §5.6).
func (t *term) dual(spec string, given bool) bool {
	var long, short string
	var has4, has6 bool
	if spec, long, has6 = strings.Cut(spec, "//"); has6 && !length(long, 128, &t.bits6) {
		return false
	}
	if i := strings.LastIndexByte(spec, '/'); i >= 0 && !strings.Contains(spec[i:], "}") { // macros may have one, too
		spec, short, has4 = spec[:i], spec[i+1:], true
	}
	if has4 && !length(short, 32, &t.bits4) {
		return false
	}
	t.spec = spec
	return !given && spec == "" || spec != "" && validMacros(spec, false) && endsDomain(spec)
}

func length(text string, most int, bits *int) bool {
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 || n > most || text[0] == '+' || len(text) > 1 && text[0] == '0' {
		return false
	}
	*bits = n
	return true
}

// network reads an address with the length of a prefix.
func (t *term) network(text string) (ok bool) {
	addr, prefix, given := strings.Cut(text, "/")
	if t.name == "ip4" {
		if t.addr, ok = dns.ParseIPv4(addr); !ok {
			return false
		}
		return !given || length(prefix, 32, &t.bits4)
	}
	if t.addr, ok = dns.ParseAddress(addr); !ok || len(t.addr) != 16 {
		return false
	}
	return !given || length(prefix, 128, &t.bits6)
}

// endsDomain says whether a domain-spec ends with a label or a macro (RFC 7208 §7.1).
func endsDomain(spec string) bool {
	if strings.HasSuffix(spec, "}") || strings.HasSuffix(spec, "%%") || strings.HasSuffix(spec, "%_") || strings.HasSuffix(spec, "%-") {
		return true
	}
	spec = strings.TrimSuffix(spec, ".")
	dot := strings.LastIndexByte(spec, '.')
	label := spec[dot+1:]
	if dot < 0 || label == "" || label[0] == '-' || label[len(label)-1] == '-' {
		return false
	}
	digits := true
	for _, c := range []byte(label) {
		letter := c|0x20 >= 'a' && c|0x20 <= 'z'
		if !letter && c != '-' && (c < '0' || c > '9') {
			return false
		}
		digits = digits && c >= '0' && c <= '9'
	}
	return !digits
}
