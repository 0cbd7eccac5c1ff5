package shell

import (
	"bytes"
	"strings"
)

// less shows a text a screen at a time. It is told what to do by lines: an empty one goes on.
type less struct {
	filter
	all   []string
	name  string
	at    int // the first line of the screen
	asked bool
}

// screen is how many lines it shows at once.
const screen = 23

// Handle shows and obeys.
func (l *less) Handle(p *Process, e Event) {
	switch {
	case e.Kind == Interrupt:
		p.Exit(0)
	case l.asked && e.Kind == EOF:
		p.Exit(0)
	case l.asked && e.Kind == Input:
		l.obey(p, strings.TrimRight(string(e.Data), "\r\n"))
	case e.Kind == Start:
		l.start(p)
	case e.Kind == Input:
		l.text = append(l.text, e.Data...)
	case e.Kind == EOF:
		l.begin(p, "", l.text)
	}
}

func (l *less) start(p *Process) {
	_, files, fault := p.options("NSRFXie")
	switch {
	case fault != "":
		p.misused(fault, "", 1)
	case len(files) == 0 && p.Typed():
		p.Complain("Missing filename (\"less --help\" for help)\n")
		p.Why("shell.why.option", p.Name)
		p.Exit(1)
	case len(files) == 0:
		p.Read(true)
	default:
		text, why := p.term.read(files[0])
		if why != "" {
			p.Complain(files[0] + ": " + why + "\n")
			p.Why("shell.why.file", files[0])
			p.Exit(1)
			return
		}
		l.begin(p, files[0], text)
	}
}

// begin shows the first screen. A text that fits, or goes on into a pipe, is shown whole.
func (l *less) begin(p *Process, name string, text []byte) {
	l.name, l.all = name, strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
	if len(l.all) <= screen || !p.Typed() || p.out.next || p.out.file != "" {
		p.Write(text)
		p.Exit(0)
		return
	}
	l.asked = true
	p.Read(true)
	l.show(p)
}

// show writes the screen and asks what next.
func (l *less) show(p *Process) {
	l.at = max(min(l.at, len(l.all)-screen), 0)
	end := min(l.at+screen, len(l.all))
	p.Print(strings.Join(l.all[l.at:end], "\n"), "\n")
	if end == len(l.all) {
		p.Print("(END) ")
		return
	}
	p.Print(":")
}

// obey does what was typed.
func (l *less) obey(p *Process, line string) {
	switch {
	case line == "q" || line == "Q" || line == ":q":
		p.Exit(0)
		return
	case line == "" && l.at+screen >= len(l.all):
		p.Print("(END) ")
		return
	case line == "" || line == " " || line == "f":
		l.at += screen
	case line == "b":
		l.at -= screen
	case line == "g" || line == "<":
		l.at = 0
	case line == "G" || line == ">":
		l.at = len(l.all)
	case line[0] == '/':
		if !l.find(line[1:]) {
			p.Print("Pattern not found  (press RETURN)")
			return
		}
	default:
		p.Print(":")
		return
	}
	l.show(p)
}

// find goes to the next line below the first one that matches.
func (l *less) find(pattern string) bool {
	for i := l.at + 1; i < len(l.all); i++ {
		if matchExpression(l.all[i], pattern) {
			l.at = i
			return true
		}
	}
	return false
}

// Copy returns an independent copy.
func (l *less) Copy() Tool {
	c := *l
	c.text = bytes.Clone(l.text)
	return &c
}
