package shell

import (
	"strconv"
	"strings"
	"time"

	"ehlo/sim/files"
)

func ls(p *Process) int {
	opts, names, fault := p.options("la1", "all:a")
	if fault != "" {
		p.misused(fault, p.tryHelp(), 2)
		return 2
	}
	if len(names) == 0 {
		names = []string{"."}
	}
	status := 0
	disk := p.term.disk()
	for i, name := range names {
		f, why := p.term.find(disk, name)
		var found []files.File
		if why == "" && f.Dir {
			if found, _ = disk.List(f.Path); !f.MayRead(p.User()) {
				why = noPermission
			}
		}
		if why != "" {
			verb := map[bool]string{false: "cannot access '", true: "cannot open directory '"}[f.Dir]
			p.Error(verb, name, "': ", why)
			p.Why("shell.why.file", name)
			status = 2
			continue
		}
		if f.Dir && len(names) > 1 {
			p.Print(strings.Repeat("\n", boolToInt(i > 0)), name, ":\n")
		}
		if !f.Dir {
			f.Path = "/" + name // as it was named
			found = []files.File{f}
		}
		p.list(found, opts, !f.Dir)
	}
	return status
}

// list writes what ls has found. Names that begin with a dot are hidden unless all are wanted or they were named.
func (p *Process) list(found []files.File, opts options, named bool) {
	var shown []string
	for i := range found {
		f := &found[i]
		name := f.Name()
		if named {
			name = strings.TrimPrefix(f.Path, "/")
		}
		if strings.HasPrefix(name, ".") && !named && !opts.has("a") {
			continue
		}
		if opts.has("l") {
			links, size := "1", strconv.FormatInt(f.Size(), 10)
			if f.Dir {
				links, size = "2", "4096"
			}
			name = modeText(f) + " " + links + " " + padRight(f.Owner, 8) + " " + padRight(f.Owner, 8) + " " + padLeft(size, 6, ' ') + " " +
				time.Unix(f.Modified, 0).UTC().Format("Jan _2 15:04") + " " + name
		}
		shown = append(shown, name)
	}
	if len(shown) == 0 {
		return
	}
	if opts.has("1") || opts.has("l") || p.out.next || p.out.file != "" {
		p.Print(strings.Join(shown, "\n"), "\n")
		return
	}
	p.columns(shown)
}

// modeText is a mode as ls -l writes it.
func modeText(f *files.File) string {
	text := []byte("-rwxrwxrwx")
	if f.Dir {
		text[0] = 'd'
	}
	for i := range 9 {
		if f.Mode&(1<<(8-i)) == 0 {
			text[i+1] = '-'
		}
	}
	return string(text)
}

func rm(p *Process) int {
	opts, names, fault := p.options("fri", "force:f")
	if fault != "" {
		p.misused(fault, p.tryHelp(), 1)
		return 1
	}
	if len(names) == 0 && !opts.has("f") {
		p.Error("missing operand")
		p.Complain(p.tryHelp())
		return 1
	}
	status := 0
	for _, name := range names {
		path := p.term.path(name)
		disk := p.term.disk()
		_, why := p.term.find(disk, name)
		if why == noSuchFile && opts.has("f") {
			continue
		}
		if why == "" {
			why = p.term.mayChange(disk, path)
		}
		if why != "" {
			p.Error("cannot remove '", name, "': ", why)
			p.Why("shell.why.file", name)
			status = 1
			continue
		}
		p.Env().Machine().RemoveFile(path)
	}
	return status
}

func cp(p *Process) int { return p.copyFiles("cp", false) }

func mv(p *Process) int { return p.copyFiles("mv", true) }

// copyFiles is cp and mv.
func (p *Process) copyFiles(tool string, move bool) int {
	_, names, fault := p.options("fpi")
	if fault != "" {
		p.misused(fault, p.tryHelp(), 1)
		return 1
	}
	if len(names) < 2 {
		if len(names) == 0 {
			p.Error("missing file operand")
		} else {
			p.Error("missing destination file operand after '", names[0], "'")
		}
		p.Complain(p.tryHelp())
		return 1
	}
	to := names[len(names)-1]
	target, why := p.term.find(p.term.disk(), to)
	if intoDir := why == "" && target.Dir; len(names) > 2 && !intoDir {
		p.Error("target '", to, "': ", notDirectory)
		return 1
	}
	status := 0
	for _, name := range names[:len(names)-1] {
		place := to
		if target.Dir {
			place = to + "/" + name[strings.LastIndexByte(name, '/')+1:]
		}
		text, why := p.term.read(name)
		what := "cannot stat '" + name + "': "
		if why == "" && move {
			what, why = "cannot move '"+name+"' to '"+place+"': ", p.term.mayChange(p.term.disk(), p.term.path(name))
		}
		if why == "" {
			what, why = "cannot create regular file '"+place+"': ", p.term.write(place, text, false)
		}
		if why != "" {
			p.Error(what, why)
			p.Why("shell.why.file", name)
			status = 1
			continue
		}
		if move {
			p.Env().Machine().RemoveFile(p.term.path(name))
		}
	}
	return status
}

// chmod changes the mode of files, which is given as an octal number or as letters.
func chmod(p *Process) int {
	if len(p.Args) < 2 {
		p.Error("missing operand")
		p.Complain(p.tryHelp())
		return 1
	}
	status := 0
	for _, name := range p.Args[1:] {
		disk := p.term.disk()
		f, why := p.term.find(disk, name)
		mode, ok := newMode(p.Args[0], f.Mode)
		if !ok {
			p.Error("invalid mode: ‘", p.Args[0], "’")
			p.Complain(p.tryHelp())
			p.Why("shell.why.option", p.Name)
			return 1
		}
		if why == "" {
			why = p.term.mayChange(disk, f.Path)
		}
		if why != "" {
			p.Error("cannot access '", name, "': ", why)
			p.Why("shell.why.file", name)
			status = 1
			continue
		}
		f.Mode = mode
		p.Env().Machine().WriteFile(f)
	}
	return status
}

// newMode reads a mode: 600, u+x, go-rwx, a=r.
func newMode(text string, mode uint16) (uint16, bool) {
	if n, err := strconv.ParseUint(text, 8, 16); err == nil {
		return uint16(n) & 0o777, n <= 0o7777
	}
	at := strings.IndexAny(text, "+-=")
	if at < 0 {
		return 0, false
	}
	var who, bits uint16
	for _, c := range text[:at] {
		k := strings.IndexRune("ugoa", c)
		if k < 0 {
			return 0, false
		}
		who |= []uint16{0o700, 0o070, 0o007, 0o777}[k]
	}
	if at == 0 {
		who = 0o777
	}
	for _, c := range text[at+1:] {
		k := strings.IndexRune("rwx", c)
		if k < 0 {
			return 0, false
		}
		bits |= []uint16{0o444, 0o222, 0o111}[k]
	}
	switch bits &= who; text[at] {
	case '+':
		return mode | bits, true
	case '-':
		return mode &^ bits, true
	}
	return mode&^who | bits, true
}
