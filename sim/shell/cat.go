package shell

import (
	"strconv"
	"strings"
)

// cat is cat: it copies its standard input as it comes, and files one after the other.
type cat struct {
	left   []string
	opts   options
	number int  // of the last line that got one
	inside bool // a line
}

// Handle copies.
func (c *cat) Handle(p *Process, e Event) {
	switch e.Kind {
	case Start:
		opts, files, fault := p.options("nbvETAetu", "number:n", "number-nonblank:b", "show-nonprinting:v", "show-ends:E", "show-tabs:T", "show-all:A")
		if fault != "" {
			p.misused(fault, p.tryHelp(), 1)
			return
		}
		c.opts = opts
		if c.left = files; len(files) == 0 {
			c.left = []string{"-"}
		}
		c.next(p)
	case Input:
		c.copy(p, e.Data)
	case EOF:
		p.Read(false)
		c.next(p)
	case Interrupt:
		p.Exit(130)
	}
}

func (c *cat) next(p *Process) {
	for len(c.left) > 0 {
		name := c.left[0]
		c.left = c.left[1:]
		if name == "-" {
			p.Read(true)
			return
		}
		text, why := p.term.read(name)
		if why != "" {
			p.fileError(name, why)
			p.status = 1
			continue
		}
		c.copy(p, text)
	}
	p.Exit(p.status)
}

// copy writes a text as the options want it.
func (c *cat) copy(p *Process, text []byte) {
	if len(c.opts) == 0 {
		p.Write(text)
		return
	}
	has := func(letters string) bool {
		for _, l := range letters {
			if c.opts.has(string(l)) {
				return true
			}
		}
		return false
	}
	ends, tabs, odd := has("EAe"), has("TAt"), has("vAet")
	var out []byte
	for line := range strings.Lines(string(text)) {
		body, whole := strings.CutSuffix(line, "\n")
		if blank := !c.inside && body == ""; has("b") && !blank || has("n") && !has("b") && !c.inside {
			if !c.inside {
				c.number++
				out = append(out, padLeft(strconv.Itoa(c.number), 6, ' ')+"\t"...)
			}
		}
		if rest, cr := strings.CutSuffix(body, "\r"); cr && whole && ends && !odd {
			out = append(out, rest...)
			out, body = append(out, "^M"...), ""
		}
		for i := range len(body) {
			out = append(out, shownOctet(body[i], tabs, odd)...)
		}
		if c.inside = !whole; whole {
			out = append(out, map[bool]string{true: "$\n", false: "\n"}[ends]...)
		}
	}
	p.Write(out)
}

// shownOctet is how cat -v shows an octet.
func shownOctet(b byte, tabs, odd bool) string {
	switch {
	case b == '\t' && tabs:
		return "^I"
	case b == '\t' || !odd:
		return string([]byte{b})
	case b >= 0x80:
		return "M-" + shownOctet(b-0x80, true, true)
	case b < ' ':
		return "^" + string(rune(b+'@'))
	case b == 0x7f:
		return "^?"
	}
	return string([]byte{b})
}

// Copy returns an independent copy.
func (c *cat) Copy() Tool {
	d := *c
	return &d
}
