package shell

import (
	"slices"
	"sort"
	"strconv"
	"strings"
	"time"

	"ehlo/sim/files"
)

func ls(p *Process) int {
	opts, names, fault := p.options("laA1dhrtS", "all:a", "almost-all:A", "directory:d", "human-readable:h", "reverse:r")
	if fault != "" {
		p.misused(fault, p.tryHelp(), 2)
		return 2
	}
	if len(names) == 0 {
		names = []string{"."}
	}
	status := 0
	disk := p.term.disk()
	var plain, dirs []files.File
	var called []string // as the directories were named
	for _, name := range names {
		f, why := p.term.find(disk, name)
		if why == "" && f.Dir && !opts.has("d") && !f.MayRead(p.User()) {
			why = noPermission
		}
		switch {
		case why != "":
			verb := map[bool]string{false: "cannot access '", true: "cannot open directory '"}[f.Dir]
			p.Error(verb, name, "': ", why)
			p.Why("shell.why.file", name)
			status = 2
		case f.Dir && !opts.has("d"):
			dirs, called = append(dirs, f), append(called, name)
		default:
			f.Path = "/" + name // as it was named
			plain = append(plain, f)
		}
	}
	if len(plain) > 0 {
		p.list(plain, opts, true)
	}
	for i := range dirs {
		if len(names) > 1 {
			p.Print(strings.Repeat("\n", boolToInt(i > 0 || len(plain) > 0)), called[i], ":\n")
		}
		found, _ := disk.List(dirs[i].Path)
		if opts.has("a") {
			for _, dots := range []string{".", ".."} {
				if d, why := p.term.find(disk, dirs[i].Path+"/"+dots); why == "" {
					d.Path = "/" + dots
					found = append(found, d)
				}
			}
		}
		p.list(found, opts, false)
	}
	return status
}

// list writes what ls has found. Names that begin with a dot are hidden unless all are wanted or they were named.
func (p *Process) list(found []files.File, opts options, named bool) {
	found = slices.DeleteFunc(slices.Clone(found), func(f files.File) bool {
		return strings.HasPrefix(f.Name(), ".") && !named && !opts.has("a") && !opts.has("A")
	})
	name := func(f *files.File) string {
		if named {
			return strings.TrimPrefix(f.Path, "/")
		}
		return f.Name()
	}
	sort.SliceStable(found, func(i, j int) bool {
		a, b := &found[i], &found[j]
		if opts.has("r") {
			a, b = b, a
		}
		switch {
		case opts.has("t") && a.Modified != b.Modified:
			return a.Modified > b.Modified
		case opts.has("S") && a.Size() != b.Size():
			return a.Size() > b.Size()
		}
		return name(a) < name(b)
	})
	var shown []string
	if opts.has("l") {
		shown = p.longList(found, opts, named)
	}
	for i := range found {
		if opts.has("l") {
			shown[i] += name(&found[i])
		} else {
			shown = append(shown, name(&found[i]))
		}
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

// longList is what ls -l writes before the names; in 1999 the columns were as wide for every list. Of a directory it says how
// many kilobytes its files take up.
func (p *Process) longList(found []files.File, opts options, named bool) (rows []string) {
	columns := [][]string{}
	blocks := 0
	for i := range found {
		f := &found[i]
		links, size := "1", f.Size()
		if f.Dir {
			links, size = "2", 4096
		}
		blocks += int(size+4095) / 4096 * 4
		moment := time.Unix(f.Modified, 0).UTC()
		if f.Modified == 0 { // it was there before the world began
			moment = p.Env().Definition().Start.UTC()
		}
		stamp := moment.Format("Jan _2 15:04")
		if age := p.Date().Sub(moment); age > 182*24*time.Hour || age < 0 {
			stamp = moment.Format("Jan _2  2006")
		}
		text := strconv.FormatInt(size, 10)
		if opts.has("h") {
			text = humanSize(size)
		}
		columns = append(columns, []string{modeText(f), links, f.Owner, f.Owner, text, stamp})
	}
	widths := make([]int, 6)
	if p.old() {
		widths = []int{0, 3, 8, 8, 8, 0}
	}
	for _, row := range columns {
		for k, cell := range row {
			widths[k] = max(widths[k], len(cell))
		}
	}
	if !named {
		total := strconv.Itoa(blocks)
		if opts.has("h") {
			total = humanSize(int64(blocks) * 1024)
		}
		p.Print("total ", total, "\n")
	}
	for _, row := range columns {
		text := ""
		for k, cell := range row {
			if k == 1 || k == 4 {
				cell = padLeft(cell, widths[k], ' ')
			} else {
				cell = padRight(cell, widths[k])
			}
			text += cell + " "
		}
		rows = append(rows, text)
	}
	return rows
}

// humanSize is a number of octets as ls -h writes one.
func humanSize(n int64) string {
	for _, unit := range []string{"", "K", "M", "G"} {
		switch {
		case n < 1024 && unit == "":
			return strconv.FormatInt(n, 10)
		case unit != "" && n < 10*1024:
			tenths := (n*10 + 1023) / 1024 // upwards, as GNU rounds
			if tenths < 100 {
				return strconv.FormatInt(tenths/10, 10) + "." + strconv.FormatInt(tenths%10, 10) + unit
			}
			return strconv.FormatInt((n+1023)/1024, 10) + unit
		case unit != "" && n < 1024*1024:
			return strconv.FormatInt((n+1023)/1024, 10) + unit
		case unit != "":
			n = (n + 1023) / 1024
		}
	}
	return strconv.FormatInt(n, 10) + "T"
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
	opts, names, fault := p.options("fr", "force:f", "recursive:r")
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
	_, names, fault := p.options("f", "force:f")
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
		source, _ := p.term.find(p.term.disk(), name)
		_, fresh := p.term.find(p.term.disk(), place)
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
		if copied, why := p.term.find(p.term.disk(), place); why == "" && (move || fresh != "") && copied.Mode != source.Mode && source.Mode != 0 {
			copied.Mode = source.Mode
			p.Env().Machine().WriteFile(copied)
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
