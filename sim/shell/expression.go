package shell

import (
	"slices"
	"strconv"
	"strings"
)

// expression is a regular expression of POSIX (9.3, 9.4), or a part of one: what it is made of, and how often it stands there.
type expression struct {
	kind  byte         // 'c' an octet, '|' alternatives, '&' one after the other, '*' repeated, '^', '$' the ends
	atom  string       // of an octet: a character, ".", a list in brackets, a character behind a backslash
	of    []expression // parts
	least int          // of what is repeated: how often at least, and at most
	most  int          // -1 for no end
}

// parseExpression reads a basic regular expression, with what GNU adds to it, or an extended one. wrong is what grep says of
// one that cannot be read; what of it can be read is there nevertheless.
func parseExpression(pattern string, extended bool) (e expression, wrong string) {
	r := expressionReader{rest: pattern, extended: extended}
	e = r.alternatives(0)
	return e, r.wrong
}

type expressionReader struct {
	rest     string
	extended bool
	wrong    string
}

// operator takes an operator of extended expressions, which in a basic one has a backslash before it.
func (r *expressionReader) operator(name string) bool {
	if !r.extended {
		name = `\` + name
	}
	rest, ok := strings.CutPrefix(r.rest, name)
	if ok {
		r.rest = rest
	}
	return ok
}

func (r *expressionReader) alternatives(depth int) expression {
	e := expression{kind: '|'}
	for {
		e.of = append(e.of, r.sequence(depth))
		if !r.operator("|") {
			return e
		}
	}
}

func (r *expressionReader) sequence(depth int) expression {
	e := expression{kind: '&'}
	for r.rest != "" {
		before := r.rest
		if r.operator("|") || depth > 0 && r.operator(")") {
			r.rest = before
			break
		}
		e.of = append(e.of, r.repeated(depth, len(e.of) == 0))
	}
	return e
}

func (r *expressionReader) repeated(depth int, first bool) expression {
	e := r.one(depth, first)
	for r.rest != "" && e.kind != '^' {
		least, most := 0, -1
		switch {
		case r.rest[0] == '*':
			r.rest = r.rest[1:]
		case r.operator("+"):
			least = 1
		case r.operator("?"):
			most = 1
		case r.bounds(&least, &most):
		default:
			return e
		}
		e = expression{kind: '*', of: []expression{e}, least: least, most: most}
	}
	return e
}

// bounds takes how often something stands, as in {2,3}.
func (r *expressionReader) bounds(least, most *int) bool {
	before := r.rest
	if !r.operator("{") {
		return false
	}
	end := "}"
	if !r.extended {
		end = `\}`
	}
	text, rest, ok := strings.Cut(r.rest, end)
	low, high, ranges := strings.Cut(text, ",")
	n, err := strconv.Atoi(low)
	m, err2 := strconv.Atoi(high)
	if !ok || err != nil || ranges && high != "" && err2 != nil {
		r.rest = before
		return false
	}
	if *least, *most = n, n; ranges {
		if *most = m; high == "" {
			*most = -1
		}
	}
	r.rest = rest
	return true
}

func (r *expressionReader) one(depth int, first bool) expression {
	const deepest = 20
	switch {
	case depth < deepest && r.operator("("):
		e := r.alternatives(depth + 1)
		if !r.operator(")") {
			r.wrong = `Unmatched ( or \(`
		}
		return e
	case !r.extended && strings.HasPrefix(r.rest, `\)`):
		r.wrong = `Unmatched ) or \)`
	case r.rest[0] == '^' && (first || r.extended):
		r.rest = r.rest[1:]
		return expression{kind: '^'}
	case r.rest[0] == '$' && (r.extended || len(r.rest) == 1 || strings.HasPrefix(r.rest[1:], `\|`) || strings.HasPrefix(r.rest[1:], `\)`)):
		r.rest = r.rest[1:]
		return expression{kind: '$'}
	}
	n := atomLen(r.rest)
	if n == 1 && r.rest[0] == '[' {
		r.wrong = "Unmatched [, [^, [:, [., or [="
	}
	e := expression{kind: 'c', atom: r.rest[:n]}
	r.rest = r.rest[n:]
	return e
}

// ends are the places at which the expression can end where it begins at a place of a line, in order.
func (e *expression) ends(line string, at int) []int {
	switch e.kind {
	case 'c':
		if at < len(line) && matchAtom(line[at], e.atom) {
			return []int{at + 1}
		}
	case '^':
		if at == 0 {
			return []int{at}
		}
	case '$':
		if at == len(line) {
			return []int{at}
		}
	case '|':
		var all []int
		for i := range e.of {
			all = append(all, e.of[i].ends(line, at)...)
		}
		return inOrder(all)
	case '&':
		now := []int{at}
		for i := range e.of {
			now = after(&e.of[i], line, now)
		}
		return now
	case '*':
		return e.often(line, at)
	}
	return nil
}

// often are the ends of what is repeated.
func (e *expression) often(line string, at int) []int {
	now := []int{at}
	var all []int
	for n := 0; len(now) > 0 && (e.most < 0 || n <= e.most); n++ {
		known := len(all)
		if n >= e.least {
			if all = inOrder(append(all, now...)); len(all) == known && known > 0 {
				break // nothing new comes
			}
		}
		now = after(&e.of[0], line, now)
	}
	return all
}

// after are the ends of an expression that begins at one of some places.
func after(e *expression, line string, places []int) (all []int) {
	for _, at := range places {
		all = append(all, e.ends(line, at)...)
	}
	return inOrder(all)
}

func inOrder(places []int) []int {
	slices.Sort(places)
	return slices.Compact(places)
}

// matchExpression says whether a basic regular expression matches somewhere in a line.
func matchExpression(line, pattern string) bool {
	e, _ := parseExpression(pattern, false)
	for i := 0; i <= len(line); i++ {
		if len(e.ends(line, i)) > 0 {
			return true
		}
	}
	return false
}

// matchLength is how many octets at the beginning of a line match a basic regular expression: as many as can.
func matchLength(line, pattern string) (n int, ok bool) {
	e, _ := parseExpression(pattern, false)
	ends := e.ends(line, 0)
	if len(ends) == 0 {
		return 0, false
	}
	return ends[len(ends)-1], true
}

// atomLen is how much of a pattern stands for one octet.
func atomLen(pattern string) int {
	switch {
	case pattern[0] == '\\' && len(pattern) > 1:
		return 2
	case pattern[0] == '[':
		from := 1
		if strings.HasPrefix(pattern[from:], "^") {
			from++
		}
		for at := from; at < len(pattern); at++ {
			switch {
			case pattern[at] == ']' && at > from:
				return at + 1
			case strings.HasPrefix(pattern[at:], "[:"):
				if end := strings.Index(pattern[at:], ":]"); end > 0 {
					at += end + 1
				}
			}
		}
	}
	return 1
}

func matchAtom(c byte, atom string) bool {
	switch {
	case atom == ".":
		return true
	case len(atom) == 2 && atom[0] == '\\':
		return c == atom[1]
	case len(atom) > 2 && atom[0] == '[':
		list, not := strings.CutPrefix(atom[1:len(atom)-1], "^")
		return inList(c, list) != not
	}
	return c == atom[0]
}

// classes are the classes of characters that a list can name.
var classes = map[string]string{"digit": "0-9", "alpha": "A-Za-z", "alnum": "0-9A-Za-z", "upper": "A-Z", "lower": "a-z", "space": " \t\r\v\f", "blank": " \t", "xdigit": "0-9A-Fa-f",
	"punct": "!-/:-@[-`{-~"}

func inList(c byte, list string) bool {
	for i := 0; i < len(list); i++ {
		if strings.HasPrefix(list[i:], "[:") {
			if name, _, ok := strings.Cut(list[i+2:], ":]"); ok {
				if inList(c, classes[name]) {
					return true
				}
				i += len(name) + 3
				continue
			}
		}
		if i+2 < len(list) && list[i+1] == '-' {
			if c >= list[i] && c <= list[i+2] {
				return true
			}
			i += 2
			continue
		}
		if c == list[i] {
			return true
		}
	}
	return false
}
