package shell

import (
	"strconv"

	"ehlo/sim/files"
)

// What the system says of a file that cannot be had.
const (
	noSuchFile   = "No such file or directory"
	isDirectory  = "Is a directory"
	notDirectory = "Not a directory"
	noPermission = "Permission denied"
	readOnly     = "Read-only file system"
)

// path makes a path absolute.
func (t *Terminal) path(name string) string { return files.Clean(t.dir, name) }

// disk is what lies on the host's disk.
func (t *Terminal) disk() files.FS {
	services := ""
	for _, s := range ports {
		services += s.name + "\t\t" + strconv.Itoa(s.port) + "/tcp"
		if s.alias != "" {
			services += "\t\t" + s.alias
		}
		services += "\n"
	}
	home := files.File{Path: t.home(), Dir: true, Owner: t.user, Mode: files.Closed}
	more := t.logFiles()
	return t.env.Machine().Files().With(more...).With(home, files.File{Path: "/etc/services", Mode: files.Public, Modified: t.env.Date(0), Content: files.Text(services)})
}

// find looks a file or a directory up; why says what the system says where it cannot be had.
func (t *Terminal) find(disk files.FS, name string) (f files.File, why string) {
	path := t.path(name)
	for dir := files.Parent(path); dir != "/"; dir = files.Parent(dir) {
		if d, ok := disk.Stat(dir); ok && !d.Dir {
			return f, notDirectory
		} else if ok && !d.MayRead(t.user) {
			return f, noPermission
		}
	}
	f, ok := disk.Stat(path)
	if !ok {
		return f, noSuchFile
	}
	return f, ""
}

// read gives a file's text; why says what the system says where it cannot be had.
func (t *Terminal) read(name string) (text []byte, why string) {
	f, why := t.find(t.disk(), name)
	switch {
	case why != "":
		return nil, why
	case f.Dir:
		return nil, isDirectory
	case !f.MayRead(t.user):
		return nil, noPermission
	case f.Content == nil:
		return nil, ""
	}
	return f.Content.Bytes(), ""
}

// mayChange says what the system says where the user cannot write or remove a file, and "" where that is possible. Files
// that the host itself keeps are read-only: the world is their owner.
func (t *Terminal) mayChange(disk files.FS, path string) (why string) {
	dir, ok := disk.Stat(files.Parent(path))
	f, there := disk.Stat(path)
	switch {
	case !ok:
		return noSuchFile
	case !dir.Dir:
		return notDirectory
	case there && f.Dir:
		return isDirectory
	case t.user != "root" && dir.Owner != t.user && dir.Mode&0o002 == 0, there && t.user != "root" && f.Owner != t.user:
		return noPermission
	case there && !t.env.Machine().Wrote(path) && !t.env.Machine().Configures(path):
		return readOnly
	}
	return ""
}

// write puts text into a file; why says what the system says where it cannot.
func (t *Terminal) write(name string, text []byte, add bool) (why string) {
	path := t.path(name)
	if path == "/dev/null" {
		return ""
	}
	disk := t.disk()
	if why := t.mayChange(disk, path); why != "" {
		return why
	}
	f, there := disk.Stat(path)
	if !there {
		f = files.File{Path: path, Owner: t.user, Mode: files.Public}
	}
	if add && f.Content != nil {
		text = append(f.Content.Bytes(), text...)
	}
	f.Modified, f.Content = t.env.Date(t.env.Now()), files.Text(text)
	t.env.Machine().WriteFile(f)
	return ""
}

// under lists what a directory holds, in order; a directory among it ends in a slash.
func (t *Terminal) under(dir string) (names []string) {
	list, _ := t.disk().List(dir)
	for i := range list {
		name := list[i].Name()
		if list[i].Dir {
			name += "/"
		}
		names = append(names, name)
	}
	return names
}

// ports are the services of /etc/services that have to do with mail.
var ports = []struct {
	name  string
	port  int
	alias string
}{{"telnet", 23, ""}, {"smtp", 25, "mail"}, {"domain", 53, ""}, {"http", 80, "www"}, {"pop2", 109, "pop-2"}, {"pop3", 110, "pop-3"},
	{"imap2", 143, "imap"}, {"submissions", 465, "smtps"}, {"submission", 587, ""}, {"imaps", 993, ""}, {"pop3s", 995, ""}}

// portOf reads a port as programs do: a number, or the name of a service.
func portOf(s string) (port int, ok bool) {
	for _, p := range ports {
		if p.name == s || p.alias == s && s != "" {
			return p.port, true
		}
	}
	n, err := strconv.Atoi(s)
	return n, err == nil && n > 0 && n < 65536
}
