package shell

import (
	"strconv"
	"strings"
	"time"

	"ehlo/sim/trace"
)

func cd(p *Process) int {
	t := p.term
	to := t.home()
	if len(p.Args) > 0 {
		to = t.path(p.Args[0])
	}
	if _, why := t.read(to); why != isDirectory {
		if why == "" {
			why = notDirectory
		}
		p.Complain("-bash: cd: " + p.Args[0] + ": " + why + "\n")
		p.Why("shell.why.file", p.Args[0])
		return 1
	}
	t.dir = to
	return 0
}

func pwd(p *Process) int {
	p.Print(p.term.dir, "\n")
	return 0
}

func exit(p *Process) int {
	status := p.term.status
	if len(p.Args) > 0 {
		status, _ = strconv.Atoi(p.Args[0])
	}
	p.Complain("logout\n")
	p.term.list = nil
	p.term.leave()
	return status & 255
}

func export(p *Process) int {
	for _, a := range p.Args {
		if name, value, ok := strings.Cut(a, "="); ok {
			p.term.vars[name] = value
		}
	}
	return 0
}

func trueTool(*Process) int { return 0 }

func falseTool(*Process) int { return 1 }

func history(p *Process) int {
	for i, line := range p.term.history {
		n := strconv.Itoa(i + 1)
		p.Print(strings.Repeat(" ", max(5-len(n), 0)), n, "  ", line, "\n")
	}
	return 0
}

// help lists the tools in columns, as ls does: each has a manual page.
func help(p *Process) int {
	p.columns(Tools())
	return 0
}

// columns writes words in columns of a terminal that is 80 characters wide, down and then across.
func (p *Process) columns(words []string) {
	width := 0
	for _, w := range words {
		width = max(width, len(w)+2)
	}
	across := max(78/max(width, 1), 1)
	rows := (len(words) + across - 1) / across
	for r := range rows {
		for i := r; i < len(words); i += rows {
			p.Print(words[i])
			if i+rows < len(words) {
				p.Print(strings.Repeat(" ", width-len(words[i])))
			}
		}
		p.Print("\n")
	}
}

// man asks for manual pages: they are files of whoever shows the terminal, in the language of who reads.
func man(p *Process) int {
	if len(p.Args) == 0 {
		p.Complain("What manual page do you want?\nFor example, try 'man man'.\n")
		return 1
	}
	status := 0
	for _, name := range p.Args {
		if _, ok := tools[name]; !ok {
			p.Complain("No manual entry for " + name + "\n")
			p.Why("shell.why.manual", name)
			status = 16
			continue
		}
		p.term.flush()
		p.term.emit(trace.Event{Kind: trace.KindTerminal, Label: "man", Verb: name})
	}
	return status
}

func echo(p *Process) int {
	args, end, escapes := p.Args, "\n", false
	for len(args) > 0 && len(args[0]) > 1 && args[0][0] == '-' && strings.Trim(args[0][1:], "neE") == "" {
		for _, c := range args[0][1:] {
			switch c {
			case 'n':
				end = ""
			case 'e':
				escapes = true
			case 'E':
				escapes = false
			}
		}
		args = args[1:]
	}
	text := strings.Join(args, " ")
	if escapes {
		text = unescape(text)
	}
	p.Print(text, end)
	return 0
}

// unescape reads the escapes of echo -e.
func unescape(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' || i+1 == len(s) {
			b.WriteByte(s[i])
			continue
		}
		i++
		switch at := strings.IndexByte("abefnrtv\\0x", s[i]); {
		case at < 0:
			b.WriteByte('\\')
			b.WriteByte(s[i])
		case s[i] == '0' || s[i] == 'x':
			base, most := 8, 3
			if s[i] == 'x' {
				base, most = 16, 2
			}
			n := 0
			for n < most && i+1+n < len(s) {
				if _, err := strconv.ParseUint(s[i+1:i+2+n], base, 16); err != nil {
					break
				}
				n++
			}
			v, _ := strconv.ParseUint(s[i+1:i+1+n], base, 16)
			b.WriteByte(byte(v))
			i += n
		default:
			b.WriteByte("\a\b\x1b\f\n\r\t\v\\"[at])
		}
	}
	return b.String()
}

func whoami(p *Process) int {
	p.Print(p.User(), "\n")
	return 0
}

func hostname(p *Process) int {
	opts, rest, fault := p.options("fsdiI", "fqdn:f", "long:f", "short:s", "domain:d", "ip-address:i")
	if fault != "" {
		p.misused(fault, "Usage: hostname [-f|-s|-d|-i]\n", 4)
		return 4
	}
	if len(rest) > 0 {
		p.Error("you must be root to change the host name")
		p.Why("shell.why.root", "hostname")
		return 1
	}
	name, domain, _ := strings.Cut(p.Host(), ".")
	switch {
	case opts.has("f"):
		name = p.Host()
	case opts.has("d"):
		name = domain
	case opts.has("i") || opts.has("I"):
		_, addresses, _ := p.Env().Find(p.Host())
		name = ""
		for _, a := range addresses { // IPv4 first
			name = strings.TrimSpace(a + " " + name)
		}
	}
	p.Print(name, "\n")
	return 0
}

// date writes the calendar time of the world, which is UTC.
func date(p *Process) int {
	opts, rest, fault := p.options("uR", "utc:u", "universal:u", "rfc-email:R")
	if fault != "" {
		p.misused(fault, p.tryHelp(), 1)
		return 1
	}
	now, layout := p.Date(), "Mon Jan _2 15:04:05 UTC 2006"
	if opts.has("R") {
		layout = "Mon, 02 Jan 2006 15:04:05 -0700"
	}
	if len(rest) > 0 {
		format, ok := strings.CutPrefix(rest[0], "+")
		if !ok {
			p.Error("cannot set date: Operation not permitted")
			p.Why("shell.why.root", "date")
			return 1
		}
		p.Print(strftime(now, format), "\n")
		return 0
	}
	p.Print(now.Format(layout), "\n")
	return 0
}

// strftime writes a moment as a format of date says.
func strftime(t time.Time, format string) string {
	layouts := map[byte]string{'Y': "2006", 'm': "01", 'd': "02", 'H': "15", 'M': "04", 'S': "05", 'y': "06", 'a': "Mon", 'A': "Monday",
		'b': "Jan", 'B': "January", 'e': "_2", 'F': "2006-01-02", 'T': "15:04:05", 'R': "15:04", 'Z': "UTC", 'z': "-0700", 'j': "002", 'D': "01/02/06",
		'c': "Mon Jan _2 15:04:05 2006"}
	var b strings.Builder
	for i := 0; i < len(format); i++ {
		if format[i] != '%' || i+1 == len(format) {
			b.WriteByte(format[i])
			continue
		}
		i++
		switch layout, ok := layouts[format[i]]; {
		case ok:
			b.WriteString(t.Format(layout))
		case format[i] == 's':
			b.WriteString(strconv.FormatInt(t.Unix(), 10))
		case format[i] == '%':
			b.WriteByte('%')
		default:
			b.WriteString(format[i-1 : i+1])
		}
	}
	return b.String()
}

// sleeper is sleep.
type sleeper struct{}

// Handle waits as long as it is asked to.
func (s sleeper) Handle(p *Process, e Event) {
	switch e.Kind {
	case Start:
		if len(p.Args) == 0 {
			p.Error("missing operand")
			p.Complain(p.tryHelp())
			p.Exit(1)
			return
		}
		var sum time.Duration
		for _, a := range p.Args {
			d, err := time.ParseDuration(a)
			if err != nil {
				d, err = time.ParseDuration(a + "s")
			}
			if err != nil || d < 0 {
				p.Error("invalid time interval ‘", a, "’")
				p.Complain(p.tryHelp())
				p.Why("shell.why.option", p.Name)
				p.Exit(1)
				return
			}
			sum += d
		}
		p.SetTimer(sum, false)
	case Timer:
		p.Exit(0)
	case Interrupt:
		p.Exit(130)
	}
}

// Copy returns the same: it has no state.
func (s sleeper) Copy() Tool { return s }
