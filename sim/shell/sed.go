package shell

import (
	"bytes"
	"strconv"
	"strings"
)

// edit is a command of sed, or of ed, for the lines that its addresses name.
type edit struct {
	from, to address
	verb     byte // s, d, p or q
	pattern  string
	by       string
	all      bool // s///g
	prints   bool // s///p
}

// address names a line: by its number, as the last one, or as one that matches.
type address struct {
	given   bool
	line    int // 0 for none
	last    bool
	pattern string
}

// sed edits text that flows through it: s, d, p and q, each for all lines or for those that an address names.
func sed(p *Process, in []input, ready bool) ([]string, int) {
	opts, files, fault := p.options("ne:i", "quiet:n", "silent:n", "expression=e", "in-place:i")
	script, given := "", opts.has("e")
	for _, o := range opts {
		if o.name == "e" {
			script += o.value + "\n"
		}
	}
	switch {
	case fault != "":
		p.misused(fault, "Usage: sed [OPTION]... {script-only-if-no-other-script} [input-file]...\n", 1)
		return nil, 1
	case !given && len(files) == 0:
		p.misused("", "Usage: sed [OPTION]... {script-only-if-no-other-script} [input-file]...\n", 1)
		return nil, 1
	case !given:
		script, files = files[0], files[1:]
	}
	if !ready {
		return files, -1
	}
	edits, why := parseEdits(script)
	if why != "" {
		p.Error("-e expression #1, char ", strconv.Itoa(len(script)), ": ", why)
		p.Why("shell.why.option", p.Name)
		return nil, 1
	}
	status := 0
	for _, f := range in {
		out := runEdits(edits, f.text, opts.has("n"))
		if !opts.has("i") || f.name == "-" {
			p.Write(out)
			continue
		}
		if why := p.term.write(f.name, out, false); why != "" {
			p.Error("couldn't open file ", f.name, ": ", why)
			p.Why("shell.why.file", f.name)
			status = 4
		}
	}
	return nil, status
}

// parseEdits reads a script; why says what sed says where it cannot.
func parseEdits(script string) (edits []edit, why string) {
	for script = strings.TrimLeft(script, " ;\n"); script != ""; script = strings.TrimLeft(script, " ;\n") {
		var e edit
		e.from, script = parseAddress(script)
		e.to = e.from
		if rest, ok := strings.CutPrefix(script, ","); ok {
			e.to, script = parseAddress(rest)
		}
		if script == "" {
			return nil, "missing command"
		}
		e.verb, script = script[0], script[1:]
		switch e.verb {
		case 's':
			if script, why = e.substitution(script); why != "" {
				return nil, why
			}
		case 'd', 'p', 'q':
		default:
			return nil, "unknown command: `" + string(e.verb) + "'"
		}
		edits = append(edits, e)
	}
	return edits, ""
}

func parseAddress(s string) (a address, rest string) {
	switch {
	case strings.HasPrefix(s, "$"):
		return address{given: true, last: true}, s[1:]
	case strings.HasPrefix(s, "/"):
		pattern, rest, _ := cutUnescaped(s[1:], '/')
		return address{given: true, pattern: pattern}, rest
	}
	n := len(s) - len(strings.TrimLeft(s, "0123456789"))
	a.line, _ = strconv.Atoi(s[:n])
	a.given = n > 0
	return a, s[n:]
}

// substitution reads what follows s.
func (e *edit) substitution(s string) (rest, why string) {
	if s == "" {
		return "", "unterminated `s' command"
	}
	mark := s[0]
	pattern, s, ok := cutUnescaped(s[1:], mark)
	by, s, ok2 := cutUnescaped(s, mark)
	if !ok || !ok2 {
		return "", "unterminated `s' command"
	}
	e.pattern, e.by = pattern, by
	for s != "" && (s[0] == 'g' || s[0] == 'p') {
		e.all, e.prints = e.all || s[0] == 'g', e.prints || s[0] == 'p'
		s = s[1:]
	}
	return s, ""
}

// cutUnescaped cuts at the first mark that has no backslash before it; backslashes before others go.
func cutUnescaped(s string, mark byte) (before, after string, ok bool) {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '\\' && i+1 < len(s) && s[i+1] == mark:
			i++
		case s[i] == '\\' && i+1 < len(s):
			b.WriteByte(s[i])
			i++
		case s[i] == mark:
			return b.String(), s[i+1:], true
		}
		b.WriteByte(s[i])
	}
	return b.String(), "", false
}

// runEdits runs a script over a text.
func runEdits(edits []edit, text []byte, quiet bool) (out []byte) {
	all := lines(text)
	within := make([]bool, len(edits))
	for i, l := range all {
		line, ended := strings.CutSuffix(string(l), "\n")
		gone, last := false, false
		for k := range edits {
			e := &edits[k]
			if !e.covers(i+1, len(all), line, &within[k]) {
				continue
			}
			changed := false
			switch e.verb {
			case 's':
				line, changed = e.substitute(line)
			case 'd':
				gone = true
			case 'q':
				last = true
			}
			if e.verb == 'p' || changed && e.prints {
				out = append(append(out, line...), '\n')
			}
			if gone || last {
				break
			}
		}
		if !gone && !quiet {
			out = append(out, line...)
			if ended || i < len(all)-1 {
				out = append(out, '\n')
			}
		}
		if last {
			break
		}
	}
	return out
}

// covers says whether an edit is for a line; within says whether its range has begun.
func (e *edit) covers(n, of int, line string, within *bool) bool {
	if !e.from.given {
		return true
	}
	if *within {
		*within = !e.to.is(n, of, line) && (e.to.line == 0 || n < e.to.line)
		return true
	}
	if !e.from.is(n, of, line) {
		return false
	}
	*within = e.to != e.from && (e.to.line == 0 || n < e.to.line)
	return true
}

func (a *address) is(n, of int, line string) bool {
	switch {
	case a.last:
		return n == of
	case a.line > 0:
		return n == a.line
	}
	return matchExpression(line, a.pattern)
}

// substitute replaces what matches. & stands for that.
func (e *edit) substitute(line string) (out string, changed bool) {
	pattern, anchored := strings.CutPrefix(e.pattern, "^")
	var b bytes.Buffer
	i, end := 0, -1
	for i <= len(line) {
		n, ok := matchLength(line[i:], pattern)
		if !ok || n == 0 && i == end { // nothing matches once more where something has just ended
			if i == len(line) || anchored {
				break
			}
			b.WriteByte(line[i])
			i++
			continue
		}
		for k := 0; k < len(e.by); k++ {
			switch {
			case e.by[k] == '\\' && k+1 < len(e.by):
				k++
				b.WriteByte(e.by[k])
			case e.by[k] == '&':
				b.WriteString(line[i : i+n])
			default:
				b.WriteByte(e.by[k])
			}
		}
		changed = true
		i += n
		end = i
		if !e.all || anchored {
			break
		}
	}
	if !changed {
		return line, false
	}
	if i < len(line) {
		b.WriteString(line[i:])
	}
	return b.String(), true
}
