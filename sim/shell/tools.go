package shell

import (
	"bytes"
	"maps"
	"slices"
	"strings"

	"ehlo/sim/terminal"
)

// tools are the programs of every host by their names. It is filled by init, since some of them list it.
var tools map[string]func() Tool

func init() {
	tools = map[string]func() Tool{
		"base64":        func() Tool { return &filter{work: base64Tool} },
		"cat":           func() Tool { return &cat{} },
		"chmod":         func() Tool { return plain{chmod} },
		"cp":            func() Tool { return plain{cp} },
		"cd":            func() Tool { return plain{cd} },
		"date":          func() Tool { return plain{date} },
		"dig":           func() Tool { return &dig{} },
		"echo":          func() Tool { return plain{echo} },
		"exit":          func() Tool { return plain{exit} },
		"ed":            func() Tool { return &ed{} },
		"exim":          func() Tool { return plain{exim} },
		"export":        func() Tool { return plain{export} },
		"false":         func() Tool { return plain{falseTool} },
		"fetchmail":     func() Tool { return &fetchmail{} },
		"grep":          func() Tool { return &filter{work: grep} },
		"head":          func() Tool { return &filter{work: head} },
		"help":          func() Tool { return plain{help} },
		"history":       func() Tool { return plain{history} },
		"less":          func() Tool { return &less{} },
		"newaliases":    func() Tool { return plain{newaliases} },
		"postcat":       func() Tool { return plain{postcat} },
		"postconf":      func() Tool { return plain{postconf} },
		"postsuper":     func() Tool { return plain{postsuper} },
		"stunnel":       func() Tool { return plain{stunnel} },
		"su":            func() Tool { return &su{} },
		"inetd":         func() Tool { return plain{inetd} },
		"fetchmailconf": func() Tool { return &fetchmailconf{} },
		"ping":          func() Tool { return &ping{} },
		"ss":            func() Tool { return plain{ss} },
		"killall":       func() Tool { return plain{killall} },
		"popauth":       func() Tool { return &popauth{} },
		"host":          func() Tool { return &hostTool{} },
		"hostname":      func() Tool { return plain{hostname} },
		"logout":        func() Tool { return plain{exit} },
		"ls":            func() Tool { return plain{ls} },
		"mail":          func() Tool { return &mail{} },
		"mailq":         func() Tool { return plain{mailq} },
		"man":           func() Tool { return plain{man} },
		"md5sum":        func() Tool { return &filter{work: md5sum} },
		"mutt":          func() Tool { return &mutt{} },
		"mv":            func() Tool { return plain{mv} },
		"nc":            func() Tool { return &netcat{} },
		"openssl":       func() Tool { return &openssl{} },
		"qmail-qread":   func() Tool { return plain{qmailRead} },
		"qmail-qstat":   func() Tool { return plain{qmailStat} },
		"postqueue":     func() Tool { return plain{postqueue} },
		"pwd":           func() Tool { return plain{pwd} },
		"rm":            func() Tool { return plain{rm} },
		"sendmail":      func() Tool { return &sendmail{} },
		"sleep":         func() Tool { return sleeper{} },
		"sed":           func() Tool { return &filter{work: sed} },
		"tail":          func() Tool { return &tailer{filter: filter{work: tail}} },
		"tcpdump":       func() Tool { return &tcpdump{} },
		"telnet":        func() Tool { return &telnet{} },
		"true":          func() Tool { return plain{trueTool} },
		"wc":            func() Tool { return &filter{work: wc} },
		"whoami":        func() Tool { return plain{whoami} },
	}
}

// Tools lists the names of all tools, in order.
func Tools() []string { return slices.Sorted(maps.Keys(tools)) }

// plain is a tool that does all it does at once. run returns the exit status.
type plain struct{ run func(p *Process) int }

// Handle runs it.
func (t plain) Handle(p *Process, e Event) {
	if e.Kind == Start {
		p.Exit(t.run(p))
	}
}

// Copy returns the same: it has no state.
func (t plain) Copy() Tool { return t }

// input is a file that a filter reads, or the standard input under the name "-".
type input struct {
	name string
	text []byte
}

// filter is a tool that works on files, or on its standard input once all of it is there. work is called at the start with
// what was asked for: it returns the operands that are files, and after that once more with their texts.
type filter struct {
	work  func(p *Process, in []input, ready bool) (files []string, status int)
	files []string
	text  []byte
	stay  bool // it does not end when it has worked
}

// Handle reads and works.
func (f *filter) Handle(p *Process, e Event) {
	switch e.Kind {
	case Start:
		files, status := f.work(p, nil, false)
		if status >= 0 {
			p.Exit(status)
			return
		}
		if f.files = files; len(files) == 0 || slices.Contains(files, "-") {
			p.Read(true)
			return
		}
		f.finish(p)
	case Input:
		f.text = append(f.text, e.Data...)
	case EOF:
		f.finish(p)
	case Interrupt:
		p.Exit(130)
	}
}

func (f *filter) finish(p *Process) {
	var in []input
	failed := false
	if len(f.files) == 0 {
		in = append(in, input{"-", f.text})
	}
	for _, name := range f.files {
		if name == "-" {
			in = append(in, input{"-", f.text})
			continue
		}
		text, why := p.term.read(name)
		if why != "" {
			if !p.patient {
				p.fileError(name, why)
			}
			failed = true
			continue
		}
		in = append(in, input{name, text})
	}
	_, status := f.work(p, in, true)
	if f.stay {
		return
	}
	if failed && p.Name == "grep" {
		status = 2
	} else if failed && status == 0 {
		status = 1
	}
	p.Exit(max(status, 0))
}

// Copy returns an independent copy.
func (f *filter) Copy() Tool {
	c := *f
	c.text = bytes.Clone(f.text)
	return &c
}

// fileError says that a file cannot be had.
func (p *Process) fileError(name, why string) {
	switch p.Name {
	case "head", "tail":
		p.Error("cannot open '", name, "' for reading: ", why)
	case "sed":
		p.Error("can't read ", name, ": ", why)
	default:
		p.Error(name, ": ", why)
	}
	p.Why("shell.why.file", name)
}

// Complete lists what the last word of a line could become, in order: tools where it is the first one of a command, and
// otherwise hosts and files.
func (t *Terminal) Complete(env Env, line string) (words []string) {
	t.env = env
	begin := strings.LastIndexAny(line, " \t|;&<>") + 1
	word, before := line[begin:], strings.TrimSpace(line[:begin])
	if before == "" || strings.ContainsRune("|;&", rune(before[len(before)-1])) {
		for _, name := range Tools() {
			if strings.HasPrefix(name, word) {
				words = append(words, name)
			}
		}
		return words
	}
	if slash := strings.LastIndexByte(word, '/'); slash >= 0 || strings.HasPrefix(word, ".") {
		for _, name := range t.under(t.path(word[:slash+1])) {
			if whole := word[:slash+1] + name; strings.HasPrefix(whole, word) {
				words = append(words, whole)
			}
		}
		return words
	}
	words = terminal.Hosts(env.Definition(), word)
	for _, name := range t.under(t.dir) {
		if strings.HasPrefix(name, word) {
			words = append(words, name)
		}
	}
	slices.Sort(words)
	return slices.Compact(words)
}
