package shell

import (
	"bytes"
	"maps"
	"slices"
	"strconv"

	"ehlo/sim/dns"
	"ehlo/sim/engine"
	"ehlo/sim/netsim"
	"ehlo/sim/terminal"
	"ehlo/sim/trace"
)

// Control characters that a terminal heeds.
const (
	ctrlC = 3
	ctrlD = 4
)

// historySize is how many lines a terminal remembers.
const historySize = 500

// Terminal is a terminal of a host with the shell that runs there, and what the shell runs.
type Terminal struct {
	host   string
	number int
	user   string
	login  string     // the user at its beginning
	before []identity // of su, the first one first
	dir    string
	vars   map[string]string

	begun   bool
	typed   []byte     // a line that is not complete
	ahead   []string   // lines that nobody has read
	list    []pipeline // what is still to be run of the line
	procs   []*Process // that run
	status  int
	history []string
	next    uint32 // the number of the next process

	env   Env    // of the call that is under way
	out   []byte // that is not in the trace
	label string // by which tool
}

// New returns the terminal with a number, from 1, at a host, where a user has logged in.
func New(host string, number int, user string) *Terminal {
	t := &Terminal{host: host, number: number, user: user, login: user, vars: map[string]string{}}
	t.dir = t.home()
	return t
}

// Clone returns an independent copy.
func (t *Terminal) Clone() terminal.Shell {
	c := *t
	c.vars = maps.Clone(t.vars)
	c.before = slices.Clone(t.before)
	c.typed = bytes.Clone(t.typed)
	c.ahead = slices.Clone(t.ahead)
	c.list = slices.Clone(t.list)
	c.history = slices.Clone(t.history)
	c.procs = slices.Clone(t.procs)
	for i, p := range c.procs {
		c.procs[i] = p.copy(&c)
	}
	return &c
}

// Host is the name of the terminal's host.
func (t *Terminal) Host() string { return t.host }

// Number tells the terminals of a host apart, from 1.
func (t *Terminal) Number() int { return t.number }

// User is who is logged in.
func (t *Terminal) User() string { return t.user }

// Running is the name of the tool that has the terminal, "" while the shell waits for a command.
func (t *Terminal) Running() string {
	if len(t.procs) == 0 {
		return ""
	}
	return t.procs[0].Name
}

// Hidden says that what is typed is not shown.
func (t *Terminal) Hidden() bool { return len(t.procs) > 0 && t.procs[0].quiet }

// History lists the lines that were typed, oldest first. It must not be changed.
func (t *Terminal) History() []string { return t.history }

// Prompt is what the shell writes when it waits for a command.
func (t *Terminal) Prompt() string { return terminal.Prompt(t.user, t.host, t.dir) }

func (t *Terminal) home() string { return terminal.Home(t.user) }

// Type takes octets that somebody typed: whole lines, with CR or LF at their ends, or the control characters Ctrl-C and
// Ctrl-D.
func (t *Terminal) Type(env Env, p []byte) {
	defer t.enter(env)()
	if !t.begun {
		t.begun = true
		t.prompt()
	}
	for i, c := range p {
		switch {
		case c == ctrlC:
			t.interrupt()
		case c == ctrlD:
			t.end()
		case c == '\r' && i+1 < len(p) && p[i+1] == '\n':
		case c == '\n' || c == '\r':
			t.line()
		default:
			t.typed = append(t.typed, c)
		}
	}
}

// line takes the line that was typed.
func (t *Terminal) line() {
	line := string(t.typed)
	t.typed = t.typed[:0]
	shown := caret(line)
	if t.Hidden() {
		shown = nil
	}
	t.flush()
	t.emit(trace.Event{Kind: trace.KindTerminal, Class: trace.ClassCommand, Data: append(shown, '\n')})
	t.ahead = append(t.ahead, line)
	t.settle()
}

// caret writes control characters as a terminal echoes them: Ctrl-] is ^].
func caret(typed string) []byte {
	shown := make([]byte, 0, len(typed))
	for _, c := range []byte(typed) {
		if c < ' ' && c != '\t' {
			shown = append(shown, '^', c+'@')
			continue
		}
		shown = append(shown, c)
	}
	return shown
}

// interrupt is Ctrl-C: it ends what runs, or drops the line.
func (t *Terminal) interrupt() {
	t.show("", append(bytes.Clone(t.typed), "^C\n"...))
	t.typed, t.ahead, t.list = t.typed[:0], nil, nil
	if len(t.procs) == 0 {
		t.status = 130
		t.prompt()
		return
	}
	for _, p := range t.procs {
		if !p.exited {
			p.tool.Handle(p, Event{Kind: Interrupt})
		}
	}
	t.settle()
}

// end is Ctrl-D: the end of what is typed, or of a line without Enter.
func (t *Terminal) end() {
	if len(t.procs) > 0 && t.procs[0].stdin {
		p := t.procs[0]
		if len(t.typed) > 0 {
			p.inbox = append(p.inbox, t.typed...)
			t.show("", t.typed)
			t.typed = t.typed[:0]
		} else {
			p.noMore = true
		}
		t.settle()
		return
	}
	if len(t.procs) == 0 && len(t.typed) == 0 {
		t.show("", []byte("logout\n"))
		t.leave()
		t.prompt()
	}
}

// leave ends the login, or what su began: somebody logs in again at once.
func (t *Terminal) leave() {
	if n := len(t.before); n > 0 {
		t.user, t.dir = t.before[n-1].user, t.before[n-1].dir
		t.before = t.before[:n-1]
		return
	}
	t.user = t.login
	t.dir = t.home()
	t.vars = map[string]string{}
}

// Happened tells a process what has become of one of its connections.
func (t *Terminal) Happened(env Env, process uint32, e Event) {
	defer t.enter(env)()
	for _, p := range t.procs {
		if p.id == process && !p.exited && !p.another(e) {
			p.tool.Handle(p, e)
		}
	}
	t.settle()
}

// Datagram takes a datagram of the DNS that reached the host, and says whether one of its processes has waited for it.
func (t *Terminal) Datagram(env Env, from string, data []byte) bool {
	m, ok := dns.Parse(data)
	if !ok || !m.Response {
		return false
	}
	defer t.enter(env)()
	for _, p := range t.procs {
		if !p.exited && p.answered(from, &m, data) {
			t.settle()
			return true
		}
	}
	return false
}

// Timeout is when the terminal wants [Terminal.HandleTimeout], and false where it wants none.
func (t *Terminal) Timeout() (engine.Time, bool) {
	next := engine.Never
	for _, p := range t.procs {
		if p.timer > 0 {
			next = min(next, p.timer)
		}
	}
	return next, next < engine.Never
}

// HandleTimeout lets a moment have come.
func (t *Terminal) HandleTimeout(env Env) {
	defer t.enter(env)()
	for _, p := range t.procs {
		if p.timer > 0 && p.timer <= env.Now() {
			p.tick()
		}
	}
	t.settle()
}

// Hesitates says that a tool is about to do something by itself.
func (t *Terminal) Hesitates() bool {
	return slices.ContainsFunc(t.procs, func(p *Process) bool { return p.hesitates })
}

// Follows says that a tool waits for something to happen at the host.
func (t *Terminal) Follows() bool {
	return slices.ContainsFunc(t.procs, func(p *Process) bool { return p.follows })
}

// Look lets the tools that wait for that look at what is there now.
func (t *Terminal) Look(env Env) {
	defer t.enter(env)()
	for _, p := range t.procs {
		if p.follows {
			p.tool.Handle(p, Event{Kind: Looked})
		}
	}
	t.settle()
}

// Overhear tells the tools that look at the host's links of what crosses one.
func (t *Terminal) Overhear(env Env, c netsim.Crossing) {
	defer t.enter(env)()
	for _, p := range t.procs {
		if p.taps {
			p.tool.Handle(p, Event{Kind: Crossed, Crossing: &c})
		}
	}
	t.settle()
}

// Crash ends all that runs: the host has stopped. The terminal begins anew when somebody types again.
func (t *Terminal) Crash() {
	fresh := New(t.host, t.number, t.login)
	fresh.next = t.next
	*t = *fresh
}

// Echo shows at the terminal what somebody types into a connection of one of its processes by another way.
func (t *Terminal) Echo(env Env, process uint32, p []byte) {
	defer t.enter(env)()
	for _, q := range t.procs {
		if q.id == process {
			t.show("", bytes.ReplaceAll(p, []byte("\r\n"), []byte("\n")))
		}
	}
}

// enter begins a call; what it returns ends it.
func (t *Terminal) enter(env Env) (leave func()) {
	t.env = env
	return t.done
}

func (t *Terminal) done() {
	t.flush()
	t.env = nil
}

// show writes to the terminal for a tool.
func (t *Terminal) show(tool string, text []byte) {
	if tool != t.label {
		t.flush()
		t.label = tool
	}
	t.out = append(t.out, text...)
}

// flush puts what was written into the trace.
func (t *Terminal) flush() {
	if len(t.out) > 0 {
		t.emit(trace.Event{Kind: trace.KindTerminal, Label: t.label, Data: t.out})
		t.out = nil
	}
}

func (t *Terminal) emit(e trace.Event) {
	e.Actor, e.Num = t.host, int64(t.number)
	t.env.Emit(e)
}

func (t *Terminal) prompt() { t.show("", []byte(t.Prompt())) }

// variable is the value of a shell variable.
func (t *Terminal) variable(name string) string {
	switch name {
	case "?":
		return strconv.Itoa(t.status)
	case "USER", "LOGNAME":
		return t.user
	case "HOME":
		return t.home()
	case "HOSTNAME":
		return t.host
	case "PWD":
		return t.dir
	case "SHELL":
		return "/bin/sh"
	}
	return t.vars[name]
}
