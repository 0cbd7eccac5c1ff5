package shell

import (
	"strings"

	"ehlo/sim/machine"
	"ehlo/sim/trace"
)

// settle does all that can be done at this moment: processes read what there is, what has ended is cleared away, the next
// pipeline begins, and the next line that was typed is run.
func (t *Terminal) settle() {
	for t.feed() || t.clear() || t.advance() {
	}
}

// feed hands processes what waits at their standard inputs, and says whether there was anything.
func (t *Terminal) feed() bool {
	for i, p := range t.procs {
		if p.exited || !p.reading {
			continue
		}
		if p.stdin && len(p.inbox) == 0 && len(t.ahead) > 0 {
			p.inbox = append([]byte(t.ahead[0]), '\n')
			t.ahead = t.ahead[1:]
		}
		if i > 0 && t.procs[i-1].exited {
			p.noMore = true
		}
		switch {
		case len(p.inbox) > 0:
			in := p.inbox
			p.inbox = nil
			p.tool.Handle(p, Event{Kind: Input, Data: in})
			return true
		case p.noMore && !p.told:
			p.told = true
			p.tool.Handle(p, Event{Kind: EOF})
			return true
		}
	}
	return false
}

// clear ends a pipeline whose processes have all ended.
func (t *Terminal) clear() bool {
	if len(t.procs) == 0 {
		return false
	}
	for _, p := range t.procs {
		if !p.exited {
			return false
		}
	}
	procs := t.procs
	for _, p := range procs {
		p.store()
	}
	t.flush()
	for _, p := range procs {
		t.emit(trace.Event{Kind: trace.KindExit, Label: p.Name, Off: int64(p.status), Next: p.why.id, State: p.why.about})
		t.status = p.status
	}
	t.procs = nil
	t.follow()
	return true
}

// follow drops the pipelines that the one before does not let run, and asks for a command where none is left.
func (t *Terminal) follow() {
	for len(t.list) > 0 && (t.list[0].after == "&&" && t.status != 0 || t.list[0].after == "||" && t.status == 0) {
		t.list = t.list[1:]
	}
	if len(t.list) == 0 {
		t.prompt()
	}
}

// advance begins the next pipeline, of this line or of the next one that was typed.
func (t *Terminal) advance() bool {
	if len(t.procs) > 0 {
		return false
	}
	if len(t.list) > 0 {
		next := t.list[0]
		t.list = t.list[1:]
		t.start(next)
		return true
	}
	if len(t.ahead) == 0 {
		return false
	}
	line := t.ahead[0]
	t.ahead = t.ahead[1:]
	t.run(line)
	return true
}

// run takes a command line.
func (t *Terminal) run(line string) {
	if trimmed := strings.TrimSpace(line); trimmed != "" {
		t.history = append(t.history, trimmed)
		if len(t.history) > historySize {
			t.history = t.history[1:]
		}
	}
	list, bad := parse(line, t.variable)
	if bad != "" {
		t.show("", []byte("-bash: syntax error near unexpected token `"+bad+"'\n"))
		t.status = 2
		t.prompt()
		return
	}
	if t.list = list; len(list) == 0 {
		t.prompt()
	}
}

// start lets the tools of a pipeline begin.
func (t *Terminal) start(pl pipeline) {
	for i, c := range pl.commands {
		p := &Process{term: t, id: t.next + 1, stdin: i == 0, merged: c.merged}
		t.next++
		p.out = sink{next: i < len(pl.commands)-1, file: c.out, append: c.append}
		if p.out.file != "" {
			p.out.next = false
		}
		t.procs = append(t.procs, p)
		p.Name, p.Args = c.words[0], c.words[1:]
		if make, ok := tools[p.Name]; ok {
			p.tool = make()
		} else {
			p.tool = notFound{}
		}
		if c.in != "" {
			p.stdin, p.noMore = false, true
			text, why := t.read(c.in)
			if why != "" {
				p.tool = cannotOpen{c.in, why}
			}
			p.inbox = text
		}
	}
	for i, p := range t.procs {
		t.flush()
		t.emit(trace.Event{Kind: trace.KindCommand, Verb: t.user, Label: p.Name, Data: []byte(pl.commands[i].text())})
		p.tool.Handle(p, Event{Kind: Start})
	}
}

// after is the process that reads what p writes.
func (t *Terminal) after(p *Process) *Process {
	for i, q := range t.procs {
		if q == p && i+1 < len(t.procs) {
			return t.procs[i+1]
		}
	}
	return nil
}

// store writes the file to which the output went.
func (p *Process) store() {
	if p.out.file == "" {
		return
	}
	if why := p.term.write(p.out.file, p.out.text, p.out.append); why != "" {
		p.term.show("", []byte("-bash: "+p.out.file+": "+why+"\n"))
		p.status = 1
	}
}

// notFound is what runs where no tool has the name.
type notFound struct{}

func (notFound) Handle(p *Process, e Event) {
	if e.Kind != Start {
		return
	}
	if strings.Contains(p.Name, "/") {
		_, why := p.term.read(p.Name)
		if why == "" {
			why = noPermission
		}
		p.Complain("-bash: " + p.Name + ": " + why + "\n")
		p.Why("shell.why.program", p.Name)
		p.Exit(126)
		return
	}
	p.Complain("-bash: " + p.Name + ": command not found\n")
	if p.Why("shell.why.command", p.Name); nearest(p.Name) != "" {
		p.Why("shell.why.near", nearest(p.Name))
	}
	p.Exit(127)
}

func (n notFound) Copy() Tool { return n }

// nearest is the tool whose name is like one that does not exist, "" for none.
func nearest(name string) string {
	best, distance := "", 3
	for _, tool := range Tools() {
		if d := machine.Distance(name, tool); d < distance && d < len(tool) {
			best, distance = tool, d
		}
	}
	return best
}

// cannotOpen is what runs where the standard input cannot be had.
type cannotOpen struct{ file, reason string }

func (c cannotOpen) Handle(p *Process, e Event) {
	if e.Kind == Start {
		p.Complain("-bash: " + c.file + ": " + c.reason + "\n")
		p.Why("shell.why.file", c.file)
		p.Exit(1)
	}
}

func (c cannotOpen) Copy() Tool { return c }
