package store

import (
	"errors"
	"slices"
	"strings"
)

// SystemFlags is a set of the flags that RFC 3501 §2.3.2 defines. \Recent is not among them: it belongs to a session.
type SystemFlags uint8

// The system flags. DraftFlag is \Draft.
const (
	Seen SystemFlags = 1 << iota
	Answered
	Flagged
	Deleted
	DraftFlag
)

var systemNames = [...]string{`\Seen`, `\Answered`, `\Flagged`, `\Deleted`, `\Draft`}

// Flags is the set of a message's flags. Two sets that [ParseFlags] and the methods here made are equal with == where
// they hold the same flags in the same spelling.
type Flags struct {
	System   SystemFlags
	Keywords string // in alphabetical order without regard to case, one space between them
}

// ErrFlag is what [ParseFlags] says of a name that is no flag a message can have.
var ErrFlag = errors.New("not a flag")

// ParseFlags reads names as they stand in STORE and APPEND, in any case (RFC 3501 §9, flag). It refuses \Recent, which
// no client may set, system flags that RFC 3501 does not define, and keywords that are no atoms.
func ParseFlags(names []string) (Flags, error) {
	var f Flags
	for _, name := range names {
		if strings.HasPrefix(name, `\`) {
			i := slices.IndexFunc(systemNames[:], func(s string) bool { return strings.EqualFold(s, name) })
			if i < 0 {
				return Flags{}, ErrFlag
			}
			f.System |= 1 << i
			continue
		}
		if !isAtom(name) {
			return Flags{}, ErrFlag
		}
		f.Keywords = union(f.Keywords, name)
	}
	return f, nil
}

// Has says whether every flag of g is in f.
func (f Flags) Has(g Flags) bool {
	return f.System&g.System == g.System && without(g.Keywords, f.Keywords) == ""
}

// With returns the flags that are in f or in g; a keyword that is in both keeps its spelling in f.
func (f Flags) With(g Flags) Flags {
	return Flags{f.System | g.System, union(f.Keywords, g.Keywords)}
}

// Without returns the flags that are in f and not in g.
func (f Flags) Without(g Flags) Flags {
	return Flags{f.System &^ g.System, without(f.Keywords, g.Keywords)}
}

// Append adds the flags to dst as they stand in a flag list, one space between them and no parentheses.
func (f Flags) Append(dst []byte) []byte {
	space := false
	for i, name := range systemNames {
		if f.System&(1<<i) != 0 {
			if space {
				dst = append(dst, ' ')
			}
			dst = append(dst, name...)
			space = true
		}
	}
	if f.Keywords == "" {
		return dst
	}
	if space {
		dst = append(dst, ' ')
	}
	return append(dst, f.Keywords...)
}

// Strings returns the names of the flags, system flags first.
func (f Flags) Strings() []string { return strings.Fields(string(f.Append(nil))) }

// union joins two keyword lists. Keywords are the same in any case (RFC 3501 §9).
func union(a, b string) string {
	switch {
	case a == "" && !strings.Contains(b, " "):
		return b
	case b == "" || a == b:
		return a
	}
	words := strings.Fields(a)
	for _, w := range strings.Fields(b) {
		i, found := slices.BinarySearchFunc(words, w, compareFold)
		if !found {
			words = slices.Insert(words, i, w)
		}
	}
	return strings.Join(words, " ")
}

// without returns the keywords of a that are not in b.
func without(a, b string) string {
	if a == "" || b == "" {
		return a
	}
	gone := strings.Fields(b)
	words := slices.DeleteFunc(strings.Fields(a), func(w string) bool {
		return slices.ContainsFunc(gone, func(g string) bool { return strings.EqualFold(g, w) })
	})
	return strings.Join(words, " ")
}

func compareFold(a, b string) int { return strings.Compare(strings.ToLower(a), strings.ToLower(b)) }

// isAtom says whether a keyword is an atom (RFC 3501 §9, ATOM-CHAR).
func isAtom(s string) bool {
	for i := range len(s) {
		if c := s[i]; c <= ' ' || c >= 0x7f || strings.IndexByte(`(){%*"\]`, c) >= 0 {
			return false
		}
	}
	return s != ""
}
