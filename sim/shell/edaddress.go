package shell

import (
	"slices"
	"strconv"
	"strings"
)

// edCall is a command of ed with its addresses.
type edCall struct {
	from, to int
	given    int // how many addresses there were
	verb     byte
	rest     string
}

// parseCall reads the addresses of a command (POSIX ed, "Addresses in ed").
func (d *ed) parseCall(line string) (c edCall, fault string) {
	line = strings.TrimLeft(line, " \t")
	c.from, c.to = d.dot, d.dot
	for {
		n, rest, given, fault := d.address(line)
		if fault != "" {
			return c, fault
		}
		line = strings.TrimLeft(rest, " \t")
		if given {
			c.from, c.to, c.given = c.to, n, min(c.given+1, 2)
			if c.given == 1 {
				c.from = n
			}
		}
		if line == "" || strings.IndexByte(",;%", line[0]) < 0 {
			break
		}
		sign := line[0]
		line = line[1:]
		if !given && c.given == 0 { // , is 1,$ and ; is .,$
			c.from, c.to, c.given = 1, len(d.lines), 2
			if sign == ';' {
				c.from = d.dot
			}
			c.from = min(c.from, c.to)
			if next, rest, more, _ := d.address(line); more {
				c.to, line = next, rest
			}
			break
		}
		if sign == ';' {
			d.dot = c.to
		}
		if _, _, more, _ := d.address(line); !more { // 3, is 3,3
			c.from, c.given = c.to, 2
			break
		}
	}
	if c.from < 0 || c.to > len(d.lines) || c.from > len(d.lines) || c.given == 2 && c.from > c.to {
		return c, edAddress
	}
	line = strings.TrimLeft(line, " \t")
	if line != "" {
		c.verb, c.rest = line[0], line[1:]
	}
	return c, ""
}

// address reads one address.
func (d *ed) address(s string) (n int, rest string, given bool, fault string) {
	n = d.dot
	switch {
	case s == "":
		return n, s, false, ""
	case s[0] == '.':
		s, given = s[1:], true
	case s[0] == '$':
		n, s, given = len(d.lines), s[1:], true
	case s[0] == '\'':
		if len(s) == 1 || s[1] < 'a' || s[1] > 'z' {
			return n, s, false, "Invalid mark character"
		}
		n, s, given = d.place(d.marks[s[1]-'a']), s[2:], true
		if n == 0 {
			return n, s, false, edAddress
		}
	case s[0] == '/' || s[0] == '?':
		pattern, after, _ := cutUnescaped(s[1:], s[0])
		if n, fault = d.search(pattern, s[0] == '/'); fault != "" {
			return n, s, false, fault
		}
		s, given = after, true
	case s[0] >= '0' && s[0] <= '9':
		n, s = number(s)
		given = true
	}
	for s = strings.TrimLeft(s, " \t"); s != ""; s = strings.TrimLeft(s, " \t") {
		by, sign := 1, 1
		switch {
		case s[0] == '+' || s[0] == '-':
			if sign = 1; s[0] == '-' {
				sign = -1
			}
			if s = s[1:]; s != "" && s[0] >= '0' && s[0] <= '9' {
				by, s = number(s)
			}
		case given && s[0] >= '0' && s[0] <= '9':
			by, s = number(s)
		default:
			return n, s, given, ""
		}
		n, given = n+sign*by, true
	}
	return n, s, given, ""
}

// place is where a line stands, 0 for nowhere.
func (d *ed) place(line *string) int { return slices.Index(d.lines, line) + 1 }

// number reads digits.
func number(s string) (n int, rest string) {
	digits := len(s) - len(strings.TrimLeft(s, "0123456789"))
	n, _ = strconv.Atoi(s[:digits])
	return n, s[digits:]
}

// search finds the next line, or the one before, that matches; an empty pattern is the last one.
func (d *ed) search(pattern string, on bool) (n int, fault string) {
	if pattern == "" {
		pattern = d.pattern
	}
	if d.pattern = pattern; pattern == "" {
		return 0, "No previous pattern"
	}
	all := len(d.lines)
	for i := 1; i <= all; i++ {
		n = (d.dot-1+i+all)%all + 1
		if !on {
			n = (d.dot-1-i+2*all)%all + 1
		}
		if matchExpression(*d.lines[n-1], pattern) {
			return n, ""
		}
	}
	return 0, edNoMatch
}
