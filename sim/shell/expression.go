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
	if pattern == "" {
		return true
	}
	if pattern == "$" {
		return line == ""
	}
	n := atomLen(pattern)
	atom, rest := pattern[:n], pattern[n:]
	if after, ok := strings.CutPrefix(rest, "*"); ok {
		for i := 0; ; i++ {
			if matchHere(line[i:], after) {
				return true
			}
			if i == len(line) || !matchAtom(line[i], atom) {
				return false
			}
		}
	}
	return line != "" && matchAtom(line[0], atom) && matchHere(line[1:], rest)
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
