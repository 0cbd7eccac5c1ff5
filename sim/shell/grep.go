package shell

import (
	"bytes"
	"strconv"
	"strings"
)

const grepUsage = "Usage: grep [OPTION]... PATTERNS [FILE]...\n"

// finder is what grep looks for.
type finder struct {
	fixed       []string
	patterns    []expression
	fold        bool // -i
	word, whole bool // -w, -x
	wrong       string
}

func newFinder(opts options, patterns []string) *finder {
	f := &finder{fold: opts.has("i"), word: opts.has("w"), whole: opts.has("x")}
	for _, list := range patterns {
		for _, pattern := range strings.Split(list, "\n") {
			if f.fold {
				pattern = strings.ToLower(pattern)
			}
			if opts.has("F") {
				f.fixed = append(f.fixed, pattern)
			} else {
				e, wrong := parseExpression(pattern, opts.has("E"))
				f.patterns = append(f.patterns, e)
				if wrong != "" {
					f.wrong = wrong
				}
			}
		}
	}
	return f
}

// next is the first match in a line at a place or behind it, and the longest that begins there.
func (f *finder) next(line string, from int) (begin, end int, ok bool) {
	if f.fold {
		line = strings.ToLower(line)
	}
	inWord := func(i int) bool { return i >= 0 && i < len(line) && inList(line[i], "0-9A-Za-z_") }
	for i := from; i <= len(line); i++ {
		var ends []int
		for _, text := range f.fixed {
			if strings.HasPrefix(line[i:], text) {
				ends = append(ends, i+len(text))
			}
		}
		for k := range f.patterns {
			ends = append(ends, f.patterns[k].ends(line, i)...)
		}
		ends = inOrder(ends)
		for k := len(ends) - 1; k >= 0; k-- {
			to := ends[k]
			if f.whole && (i > 0 || to < len(line)) || f.word && (inWord(i-1) || inWord(to)) {
				continue
			}
			return i, to, true
		}
	}
	return 0, 0, false
}

// grep finds lines in which an expression matches.
func grep(p *Process, in []input, ready bool) ([]string, int) {
	opts, rest, fault := p.options("EFiwxcvnHhqolLse:A:B:C:m:", "extended-regexp:E", "fixed-strings:F", "ignore-case:i", "word-regexp:w", "line-regexp:x", "count:c",
		"invert-match:v", "line-number:n", "with-filename:H", "no-filename:h", "quiet:q", "silent:q", "only-matching:o", "files-with-matches:l",
		"files-without-match:L", "no-messages:s", "regexp=e", "after-context=A", "before-context=B", "context=C", "max-count=m")
	var patterns []string
	for _, o := range opts {
		if o.name == "e" {
			patterns = append(patterns, o.value)
		}
	}
	if fault == "" && patterns == nil && len(rest) > 0 {
		patterns, rest = rest[:1], rest[1:]
	}
	if fault != "" || patterns == nil {
		p.misused(fault, grepUsage+p.tryHelp(), 2)
		return nil, 2
	}
	g := grepping{p: p, opts: opts, finder: newFinder(opts, patterns)}
	g.after, g.before, g.most = g.number("A", g.number("C", 0)), g.number("B", g.number("C", 0)), g.number("m", -1)
	if g.wrong != "" {
		p.Error(g.wrong, ": invalid context length argument")
		p.Why("shell.why.option", p.Name)
		return nil, 2
	}
	if g.finder.wrong != "" {
		p.Error(g.finder.wrong)
		p.Why("shell.why.option", p.Name)
		return nil, 2
	}
	if p.patient = opts.has("s"); !ready {
		return rest, -1
	}
	g.named = (len(in) > 1 || opts.has("H")) && !opts.has("h")
	found := false
	for i := range in {
		if in[i].name == "-" {
			in[i].name = "(standard input)"
		}
		found = g.file(&in[i]) > 0 != opts.has("L") || found
	}
	return nil, boolToInt(!found)
}

// grepping is grep at work.
type grepping struct {
	p                   *Process
	opts                options
	finder              *finder
	named               bool // the file stands before each line
	after, before, most int
	wrong               string
	shown               bool // something was written: groups of lines are set apart
}

func (g *grepping) number(name string, usual int) int {
	value, given := g.opts.get(name)
	if !given {
		return usual
	}
	n, err := strconv.Atoi(value)
	if err != nil || n < 0 {
		g.wrong = value
	}
	return n
}

// file looks through a file, and says how many lines it has found.
func (g *grepping) file(f *input) (count int) {
	all := lines(f.text)
	last := -1 // the last line that was written
	until := -1
	quiet := g.opts.has("c") || g.opts.has("q") || g.opts.has("l") || g.opts.has("L")
	for i := range all {
		line := strings.TrimSuffix(string(all[i]), "\n")
		_, _, matches := g.finder.next(strings.TrimSuffix(line, "\r"), 0)
		if matches != g.opts.has("v") && count != g.most {
			if count++; quiet {
				continue
			}
			from := max(i-g.before, last+1)
			if g.shown && g.opts.last("A", "B", "C") != "" && (from > last+1 || last < 0) {
				g.p.Print("--\n")
			}
			for k := from; k < i; k++ {
				g.line(f, k, '-', string(bytes.TrimSuffix(all[k], []byte("\n"))))
			}
			g.match(f, i, line)
			last, until = i, i+g.after
			continue
		}
		if i <= until && !quiet {
			g.line(f, i, '-', line)
			last = i
		}
	}
	switch {
	case g.opts.has("q"):
	case g.opts.has("l") || g.opts.has("L"):
		if count > 0 == g.opts.has("l") {
			g.p.Print(f.name, "\n")
		}
	case g.opts.has("c"):
		if g.named {
			g.p.Print(f.name, ":")
		}
		g.p.Print(strconv.Itoa(count), "\n")
	}
	return count
}

// match writes a line that was found, or with -o what in it.
func (g *grepping) match(f *input, i int, line string) {
	if !g.opts.has("o") {
		g.line(f, i, ':', line)
		return
	}
	for at := 0; at <= len(line); {
		begin, end, ok := g.finder.next(line, at)
		if !ok || g.opts.has("v") {
			return
		}
		if end > begin {
			g.line(f, i, ':', line[begin:end])
		}
		at = max(end, begin+1)
	}
}

// line writes a line with what stands before it.
func (g *grepping) line(f *input, i int, mark byte, text string) {
	g.shown = true
	if g.named {
		g.p.Print(f.name, string(rune(mark)))
	}
	if g.opts.has("n") {
		g.p.Print(strconv.Itoa(i+1), string(rune(mark)))
	}
	g.p.Print(text, "\n")
}
