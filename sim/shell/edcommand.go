package shell

import (
	"slices"
	"strconv"
	"strings"
)

func isGlobal(line string) bool {
	line = strings.TrimLeft(line, "0123456789.,;$%+- \t")
	return line != "" && (line[0] == 'g' || line[0] == 'v')
}

// command does a command; what it returns is what is wrong with it, "" for nothing.
func (d *ed) command(p *Process, line string) (fault string) {
	c, fault := d.parseCall(line)
	if fault != "" {
		return fault
	}
	if c.verb == 0 { // a line alone
		if c.given == 0 {
			c.to = d.dot + 1
		}
		if c.to < 1 || c.to > len(d.lines) {
			return edAddress
		}
		d.show(p, c.to, c.to, "")
		return ""
	}
	switch {
	case strings.IndexByte("efEwWrq", c.verb) >= 0 || c.verb == 'Q':
		return d.fileCommand(p, &c)
	case strings.IndexByte("hHPQu", c.verb) >= 0:
		return d.modeCommand(p, &c)
	}
	suffix := ""
	if strings.IndexByte("acdijkmtpnl=zxy", c.verb) >= 0 {
		rest := c.rest
		if strings.IndexByte("dcjkmtpnly", c.verb) >= 0 && (c.from < 1 || c.to < 1) || c.verb == 'z' && c.given == 0 && d.dot >= len(d.lines) {
			return edAddress
		}
		switch c.verb {
		case 'k':
			rest = rest[min(1, len(rest)):]
		case 'm', 't':
			n, after, given, fault := d.address(strings.TrimLeft(rest, " \t"))
			if fault != "" {
				return fault
			}
			if rest = after; !given || n < 0 || n > len(d.lines) {
				return "Invalid destination"
			}
			c.rest = strconv.Itoa(n)
		case 'z':
			rest = strings.TrimLeft(rest, "0123456789")
		}
		if suffix = rest; strings.Trim(suffix, "pnl") != "" {
			return edSuffix
		}
	}
	fault = d.edit(p, &c)
	if fault == "" && suffix != "" && d.dot > 0 && strings.IndexByte("pnlz=", c.verb) < 0 {
		d.show(p, d.dot, d.dot, suffix)
	}
	return fault
}

// edit does what changes or shows lines.
func (d *ed) edit(p *Process, c *edCall) string {
	switch c.verb {
	case 'a', 'i', 'c':
		d.at = c.to
		if c.verb == 'i' {
			d.at = max(c.to-1, 0)
		}
		if c.verb == 'c' {
			d.cut = d.lines[c.from-1 : c.to]
			d.change(slices.Concat(d.lines[:c.from-1], d.lines[c.to:]), min(c.from, len(d.lines)-(c.to-c.from+1)))
			d.at = c.from - 1
		}
		d.input = true
		return ""
	case '=':
		if c.given == 0 {
			c.to = len(d.lines)
		}
		p.Print(strconv.Itoa(c.to), "\n")
		return ""
	case 'z':
		return d.scroll(p, c)
	case 's':
		return d.substitute(p, c)
	case 'g', 'v':
		return d.global(p, c)
	case '!':
		p.Why("shell.why.ed-shell", "!"+c.rest)
		return "Shell access restricted"
	case '#':
		return ""
	case 'x':
		if len(d.cut) == 0 {
			return "Nothing to put"
		}
		d.change(slices.Concat(d.lines[:c.to], copied(d.cut), d.lines[c.to:]), c.to+len(d.cut))
		return ""
	case 'p', 'n', 'l', 'd', 'j', 'k', 'm', 't', 'y':
	default:
		return edUnknown
	}
	target, _ := strconv.Atoi(c.rest)
	switch c.verb {
	case 'p', 'n', 'l':
		d.show(p, c.from, c.to, string(c.verb)+c.rest)
	case 'y':
		d.cut = d.lines[c.from-1 : c.to]
	case 'd':
		d.cut = d.lines[c.from-1 : c.to]
		d.change(slices.Concat(d.lines[:c.from-1], d.lines[c.to:]), min(c.from, len(d.lines)-(c.to-c.from+1)))
	case 'j':
		if c.given == 0 {
			c.to++
		}
		if c.to > len(d.lines) {
			return edAddress
		}
		if c.from != c.to {
			d.cut = d.lines[c.from-1 : c.to]
			joined := text(d.lines[c.from-1:c.to], "")
			d.change(slices.Concat(d.lines[:c.from-1], made(joined), d.lines[c.to:]), c.from)
		}
	case 'k':
		if c.rest == "" || c.rest[0] < 'a' || c.rest[0] > 'z' {
			return "Invalid mark character"
		}
		d.marks[c.rest[0]-'a'] = d.lines[c.to-1]
	case 't':
		d.change(slices.Concat(d.lines[:target], copied(d.lines[c.from-1:c.to]), d.lines[target:]), target+c.to-c.from+1)
	case 'm':
		if target >= c.from && target < c.to {
			return "Invalid destination"
		}
		d.move(c.from, c.to, target)
	}
	return ""
}

// copied are lines like others.
func copied(lines []*string) (out []*string) {
	for _, l := range lines {
		out = append(out, made(*l)...)
	}
	return out
}

// move puts lines behind another.
func (d *ed) move(from, to, target int) {
	part := d.lines[from-1 : to]
	if target < from {
		d.change(slices.Concat(d.lines[:target], part, d.lines[target:from-1], d.lines[to:]), target+len(part))
		return
	}
	d.change(slices.Concat(d.lines[:from-1], d.lines[to:target], part, d.lines[target:]), target)
}

// scroll shows a screen of lines.
func (d *ed) scroll(p *Process, c *edCall) string {
	if c.given == 0 {
		c.to = d.dot + 1
	}
	n, _ := number(c.rest)
	if n == 0 {
		n = screen - 1
	}
	if c.to < 1 || c.to > len(d.lines) {
		return edAddress
	}
	d.show(p, c.to, min(c.to+n-1, len(d.lines)), strings.TrimLeft(c.rest, "0123456789"))
	return ""
}

// substitute is s: replace what matches in lines.
func (d *ed) substitute(p *Process, c *edCall) string {
	e, flags := d.sub, c.rest
	if c.rest != "" && strings.IndexByte("gpnl0123456789", c.rest[0]) < 0 {
		mark := c.rest[0]
		if mark == ' ' {
			return "Invalid pattern delimiter"
		}
		pattern, rest, ok := cutUnescaped(c.rest[1:], mark)
		if !ok {
			return "Missing pattern delimiter"
		}
		by, after, closed := cutUnescaped(rest, mark)
		e = edit{pattern: pattern, by: by}
		if flags = after; !closed { // the last line is shown where nothing closes
			flags += "p"
		}
		if e.pattern == "" {
			e.pattern = d.pattern
		}
	}
	if e.pattern == "" {
		return "No previous substitution"
	}
	nth := 0
	if flags != "" && flags[0] >= '1' && flags[0] <= '9' {
		nth, flags = number(flags)
	}
	e.all = strings.Contains(flags, "g")
	if strings.Trim(flags, "gpnl") != "" {
		return edSuffix
	}
	if c.from < 1 {
		return edAddress
	}
	d.sub, d.pattern = e, e.pattern
	lines, last := slices.Clone(d.lines), 0
	for i := c.from; i <= c.to; i++ {
		if line, ok := substituteNth(&e, *lines[i-1], nth); ok {
			lines[i-1], last = &line, i
		}
	}
	if last == 0 {
		if d.nested {
			return ""
		}
		return edNoMatch
	}
	d.change(lines, last)
	if how := strings.Trim(flags, "g"); how != "" {
		d.show(p, last, last, how)
	}
	return ""
}

// substituteNth replaces the first match, all, or the one with a number.
func substituteNth(e *edit, line string, nth int) (string, bool) {
	if nth <= 1 {
		return e.substitute(line)
	}
	for i := 0; i < len(line); i++ {
		n, ok := matchLength(line[i:], strings.TrimPrefix(e.pattern, "^"))
		if !ok || n == 0 {
			continue
		}
		if nth--; nth == 0 {
			out, changed := e.substitute(line[i:])
			return line[:i] + out, changed
		}
		i += n - 1
	}
	return line, false
}

// global is g and v: commands for all lines that match, or that do not.
func (d *ed) global(p *Process, c *edCall) string {
	if d.nested {
		return "Cannot nest global commands"
	}
	if c.given == 0 {
		c.from, c.to = min(1, len(d.lines)), len(d.lines)
	}
	if c.rest == "" || c.rest[0] == ' ' {
		return "Invalid pattern delimiter"
	}
	pattern, commands, _ := cutUnescaped(c.rest[1:], c.rest[0])
	if pattern == "" {
		pattern = d.pattern
	}
	if d.pattern = pattern; pattern == "" {
		return "No previous pattern"
	}
	if commands == "" {
		commands = "p"
	}
	before := d.edState
	d.nested = true
	defer func() { d.nested = false }()
	var chosen []*string
	for i := max(c.from, 1); i <= c.to; i++ {
		if matchExpression(*d.lines[i-1], pattern) == (c.verb == 'g') {
			chosen = append(chosen, d.lines[i-1])
		}
	}
	for _, line := range chosen {
		if d.dot = d.place(line); d.dot < 1 { // another command has removed it
			d.dot = before.dot
			continue
		}
		for _, command := range strings.Split(commands, "\n") {
			if fault := d.within(p, command); fault != "" {
				return fault
			}
		}
		if d.input {
			d.insert()
		}
	}
	if !slices.Equal(before.lines, d.lines) {
		d.undone = before
	}
	return ""
}

// within does one command of g, or takes a line of text.
func (d *ed) within(p *Process, line string) string {
	switch {
	case d.input && line == ".":
		d.insert()
	case d.input:
		d.added = append(slices.Clone(d.added), line)
	default:
		return d.command(p, line)
	}
	return ""
}
