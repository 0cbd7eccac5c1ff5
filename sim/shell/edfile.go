package shell

import (
	"slices"
	"strings"
)

// fileCommand is a command about the file, or that ends the editor.
func (d *ed) fileCommand(p *Process, c *edCall) string {
	rest := c.rest
	quit := (c.verb == 'w') && strings.HasPrefix(rest, "q")
	if quit {
		rest = rest[1:]
	}
	if rest != "" && rest[0] != ' ' {
		return "Unexpected command suffix"
	}
	name := strings.TrimLeft(rest, " ")
	if c.given > 0 && strings.IndexByte("efEqQ", c.verb) >= 0 {
		return "Unexpected address"
	}
	if (c.verb == 'q' || c.verb == 'e') && d.dirty && !d.warned {
		return edModified
	}
	switch c.verb {
	case 'q', 'Q':
		if name != "" {
			return "Unexpected command suffix"
		}
		p.Exit(d.status)
		return ""
	case 'f':
		if name != "" {
			d.name = name
		}
		if d.name == "" {
			return edNoName
		}
		p.Print(d.name, "\n")
		return ""
	case 'w', 'W':
		if c.given == 0 {
			c.from, c.to = min(1, len(d.lines)), len(d.lines)
		}
		if c.from < 1 && len(d.lines) > 0 {
			return edAddress
		}
		if name != "" && d.name == "" {
			d.name = name
		} else if name == "" {
			name = d.name
		}
		fault := d.save(p, name, c.from, c.to, c.verb == 'W')
		if fault == "" && quit {
			p.Exit(d.status)
		}
		return fault
	}
	return d.readCommand(p, c, name)
}

// readCommand is e, E and r: they read a file.
func (d *ed) readCommand(p *Process, c *edCall, name string) string {
	if name == "" {
		name = d.name
	} else if c.verb != 'r' || d.name == "" {
		d.name = name
	}
	if name == "" {
		return edNoName
	}
	text, ok := d.load(p, name)
	switch {
	case c.verb != 'r':
		d.edState = edState{text, len(text)}
		d.dirty, d.marks, d.undone = false, [26]*string{}, edState{}
	}
	if !ok {
		return edNoInput
	}
	if c.verb == 'r' {
		if c.given == 0 {
			c.to = len(d.lines)
		}
		d.change(slices.Concat(d.lines[:c.to], text, d.lines[c.to:]), c.to+len(text))
	}
	return ""
}

// modeCommand is a command that changes no line, and u.
func (d *ed) modeCommand(p *Process, c *edCall) string {
	switch {
	case c.given > 0:
		return "Unexpected address"
	case strings.Trim(c.rest, "pnl") != "":
		return edSuffix
	}
	switch c.verb {
	case 'h':
		if d.fault != "" {
			p.Print(d.fault, "\n")
		}
	case 'H':
		if d.told = !d.told; d.told && d.fault != "" {
			p.Print(d.fault, "\n")
		}
	case 'P':
		d.prompts = !d.prompts
	case 'u':
		if d.undone.lines == nil && d.undone.dot == 0 && !d.dirty {
			return "Nothing to undo"
		}
		d.edState, d.undone = d.undone, d.edState
		d.dirty = true
		if c.rest != "" && d.dot > 0 {
			d.show(p, d.dot, d.dot, c.rest)
		}
	}
	return ""
}
