package shell

import (
	"bytes"
	"strconv"
	"strings"
)

// less shows a text a screen at a time. It is told what to do by lines: an empty one goes on.
type less struct {
	filter
	all                  []string
	name                 string
	at                   int // the first line of the screen
	numbered, fold, ends bool
	sought               string
	asked                bool
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
	opts, files, fault := p.options("NSRFXie", "LINE-NUMBERS:N", "ignore-case:i", "quit-at-eof:e", "quit-if-one-screen:F", "RAW-CONTROL-CHARS:R", "chop-long-lines:S", "no-init:X")
	l.numbered, l.fold, l.ends = opts.has("N"), opts.has("i"), opts.has("e")
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
	if l.numbered && len(l.all) <= screen && p.Typed() {
		l.ends = true
		l.show(p)
		return
	}
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
	for i, line := range l.all[l.at:end] {
		if l.numbered {
			p.Print(padLeft(strconv.Itoa(l.at+i+1), 7, ' '), " ")
		}
		p.Print(line, "\n")
	}
	if end == len(l.all) && l.ends {
		p.Exit(0)
		return
	}
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
	case line == "j" || line == "e":
		l.at++
	case line == "k" || line == "y":
		l.at--
	case line == "d":
		l.at += screen / 2
	case line == "u":
		l.at -= screen / 2
	case strings.Trim(line[:len(line)-1], "0123456789") == "" && len(line) > 1 && strings.HasSuffix(line, "g"):
		n, _ := strconv.Atoi(line[:len(line)-1])
		l.at = n - 1
	case line == "g" || line == "<":
		l.at = 0
	case line == "G" || line == ">":
		l.at = len(l.all)
	case line[0] == '/' || line[0] == '?' || line == "n" || line == "N":
		if line[0] == '/' || line[0] == '?' {
			l.sought = line
		}
		if !l.find(line) {
			p.Print("Pattern not found  (press RETURN)")
			return
		}
	default:
		p.Print(":")
		return
	}
	l.show(p)
}

// find goes to the next line below the first one that matches what is sought, or above it for ? and for N behind /.
func (l *less) find(line string) bool {
	if l.sought == "" {
		return false
	}
	by, pattern := 1, l.sought[1:]
	if (l.sought[0] == '?') != (line == "N") {
		by = -1
	}
	if l.fold {
		pattern = strings.ToLower(pattern)
	}
	for i := l.at + by; i >= 0 && i < len(l.all); i += by {
		text := l.all[i]
		if l.fold {
			text = strings.ToLower(text)
		}
		if matchExpression(text, pattern) {
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
