package shell

import (
	"slices"
	"strconv"
	"strings"
)

// ed is the editor that every Unix has: it shows nothing that nobody asks for, and edits lines by commands (POSIX ed).
type ed struct {
	edState
	undone  edState // before the last change
	name    string  // of the file, "" for none
	dirty   bool    // there are changes that are not in the file
	warned  bool    // of those
	fault   string  // what was wrong last
	told    bool    // H: say what is wrong
	silent  bool    // -s
	prompt  string
	prompts bool // P
	status  int
	input   bool        // lines are text
	added   []string    // of the text so far
	at      int         // behind which line it goes
	list    string      // of commands of g that go on with the next line
	pattern string      // the last one
	cut     []*string   // what was removed last, or taken by y
	sub     edit        // the last substitution
	marks   [26]*string // lines with names
	nested  bool        // g is under way
}

// edState is a text with the line in hand. Nobody changes lines in place: a line that was changed is another one.
type edState struct {
	lines []*string
	dot   int // from 1, 0 before the first line
}

// What ed says with h.
const (
	edAddress  = "Invalid address"
	edUnknown  = "Unknown command"
	edSuffix   = "Invalid command suffix"
	edNoMatch  = "No match"
	edModified = "Warning: buffer modified"
	edNoName   = "No current filename"
	edNoInput  = "Cannot open input file"
	edNoOutput = "Cannot open output file"
)

// Handle edits.
func (d *ed) Handle(p *Process, e Event) {
	switch e.Kind {
	case Start:
		d.start(p)
	case Input:
		for line := range strings.Lines(string(e.Data)) {
			if !p.exited {
				d.line(p, strings.TrimSuffix(line, "\n"))
				d.ask(p)
			}
		}
	case EOF:
		if d.dirty && !d.warned && p.Typed() {
			d.wrong(p, edModified)
		}
		p.Exit(d.status)
	case Interrupt:
		d.input, d.list, d.added = false, "", nil
		d.wrong(p, "Interrupt")
		d.ask(p)
	}
}

func (d *ed) start(p *Process) {
	opts, names, fault := p.options("p:svq", "prompt=p", "silent:s", "quiet:s", "script:s", "verbose:v")
	if fault != "" {
		p.misused(fault, p.tryHelp(), 1)
		return
	}
	d.silent, d.told = opts.has("s"), opts.has("v")
	d.prompt, d.prompts = opts.get("p")
	if d.prompt == "" {
		d.prompt = "*"
	}
	p.Read(true)
	if len(names) > 0 {
		d.name = names[0]
		text, ok := d.load(p, d.name)
		if ok {
			d.lines, d.dot = text, len(text)
		}
	}
	d.ask(p)
}

func (d *ed) ask(p *Process) {
	if d.prompts && !d.input && d.list == "" && !p.exited {
		p.Print(d.prompt)
	}
}

// wrong says that a command cannot be done.
func (d *ed) wrong(p *Process, what string) {
	d.fault, d.status = what, 1
	p.Complain("?\n")
	if d.told {
		p.Complain(what + "\n")
	}
	d.warned = what == edModified
}

// line takes a line: text, or a command.
func (d *ed) line(p *Process, line string) {
	switch {
	case d.input && line == ".":
		d.insert()
	case d.input:
		d.added = append(slices.Clone(d.added), line)
	case strings.HasSuffix(line, "\\") && (d.list != "" || isGlobal(line)):
		d.list += line[:len(line)-1] + "\n"
	default:
		line, d.list = d.list+line, ""
		warned := d.warned
		if what := d.command(p, line); what != "" {
			d.wrong(p, what)
		} else if warned {
			d.warned = false
		}
	}
}

// insert ends the text that was typed.
func (d *ed) insert() {
	if d.input = false; len(d.added) > 0 {
		d.change(slices.Concat(d.lines[:d.at], made(d.added...), d.lines[d.at:]), d.at+len(d.added))
	}
	d.added = nil
}

// change makes another text of it.
func (d *ed) change(lines []*string, dot int) {
	if !d.nested {
		d.undone = d.edState
	}
	d.edState = edState{lines, dot}
	d.dirty, d.warned = true, false
}

// load reads a file and says how large it is.
func (d *ed) load(p *Process, name string) (text []*string, ok bool) {
	content, why := p.term.read(name)
	if why != "" {
		p.Complain(name + ": " + why + "\n")
		if why != noSuchFile { // that one is what somebody may want to write
			p.Why("shell.why.file", name)
		}
		d.fault, d.status = edNoInput, 1
		return nil, false
	}
	text = splitLines(content)
	if size := len(content); !d.silent {
		if size > 0 && content[size-1] != '\n' {
			p.Complain("Newline appended\n")
			size++
		}
		p.Print(strconv.Itoa(size), "\n")
	}
	return text, true
}

func splitLines(content []byte) []*string {
	if len(content) == 0 {
		return nil
	}
	return made(strings.Split(strings.TrimSuffix(string(content), "\n"), "\n")...)
}

// made makes lines of texts.
func made(texts ...string) (lines []*string) {
	for _, t := range texts {
		lines = append(lines, &t)
	}
	return lines
}

// text is lines as they stand in a file.
func text(lines []*string, end string) string {
	var b strings.Builder
	for _, l := range lines {
		b.WriteString(*l + end)
	}
	return b.String()
}

// save writes lines into a file.
func (d *ed) save(p *Process, name string, from, to int, add bool) string {
	if name == "" {
		return edNoName
	}
	content := ""
	if len(d.lines) > 0 {
		content = text(d.lines[from-1:to], "\n")
	}
	if why := p.term.write(name, []byte(content), add); why != "" {
		p.Complain(name + ": " + why + "\n")
		p.Why("shell.why.file", name)
		return edNoOutput
	}
	if !d.silent {
		p.Print(strconv.Itoa(len(content)), "\n")
	}
	if from <= 1 && to == len(d.lines) {
		d.dirty = false
	}
	return ""
}

// show writes lines: with numbers for n, and unmistakably for l.
func (d *ed) show(p *Process, from, to int, how string) {
	for i := from; i <= to; i++ {
		line := *d.lines[i-1]
		if strings.Contains(how, "n") {
			p.Print(strconv.Itoa(i), "\t")
		}
		if strings.Contains(how, "l") {
			line = listed(line)
		}
		p.Print(line, "\n")
	}
	d.dot = to
}

// listed is a line in which nothing can be mistaken, with $ at its end.
func listed(line string) string {
	var b strings.Builder
	for _, c := range []byte(line) {
		switch at := strings.IndexByte("\a\b\f\n\r\t\v\\", c); {
		case at >= 0:
			b.WriteString("\\" + string("abfnrtv\\"[at]))
		case c == '$':
			b.WriteString("\\$")
		case c < ' ' || c > '~':
			b.WriteString("\\" + padLeft(strconv.FormatUint(uint64(c), 8), 3, '0'))
		default:
			b.WriteByte(c)
		}
	}
	return b.String() + "$"
}

// Copy returns an independent copy: what its slices hold never changes.
func (d *ed) Copy() Tool {
	c := *d
	return &c
}
