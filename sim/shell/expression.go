package shell

import "strings"

// matchExpression says whether a basic regular expression (POSIX 9.3) matches somewhere in a line: characters, ".", lists in
// brackets, "*", and ^ and $ at the ends.
// What GNU adds is known too: alternatives with \| between them.
func matchExpression(line, pattern string) bool {
	if first, rest, ok := strings.Cut(pattern, `\|`); ok {
		return matchExpression(line, first) || matchExpression(line, rest)
	}
	if rest, ok := strings.CutPrefix(pattern, "^"); ok {
		return matchHere(line, rest)
	}
	for i := 0; ; i++ {
		if matchHere(line[i:], pattern) {
			return true
		}
		if i == len(line) {
			return false
		}
	}
}

func matchHere(line, pattern string) bool {
	_, ok := matchLength(line, pattern)
	return ok
}

// matchLength is how many octets at the beginning of a line match a pattern: as many as can.
func matchLength(line, pattern string) (n int, ok bool) {
	if pattern == "" {
		return 0, true
	}
	if pattern == "$" {
		return 0, line == ""
	}
	n = atomLen(pattern)
	atom, rest := pattern[:n], pattern[n:]
	if after, many := strings.CutPrefix(rest, "*"); many {
		most := 0
		for most < len(line) && matchAtom(line[most], atom) {
			most++
		}
		for ; most >= 0; most-- {
			if n, ok = matchLength(line[most:], after); ok {
				return most + n, true
			}
		}
		return 0, false
	}
	if line == "" || !matchAtom(line[0], atom) {
		return 0, false
	}
	n, ok = matchLength(line[1:], rest)
	return n + 1, ok
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
		if from < len(pattern) {
			if end := strings.IndexByte(pattern[from+1:], ']'); end >= 0 {
				return from + 1 + end + 1
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

func inList(c byte, list string) bool {
	for i := 0; i < len(list); i++ {
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
