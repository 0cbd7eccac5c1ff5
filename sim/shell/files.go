package shell

import (
	"slices"
	"strconv"
	"strings"
)

// What the system says of a file that cannot be had.
const (
	noSuchFile   = "No such file or directory"
	isDirectory  = "Is a directory"
	notDirectory = "Not a directory"
	noPermission = "Permission denied"
	readOnly     = "Read-only file system"
)

// path makes a path absolute and takes "." and ".." out of it.
func (t *Terminal) path(name string) string {
	if !strings.HasPrefix(name, "/") {
		name = t.dir + "/" + name
	}
	var parts []string
	for part := range strings.SplitSeq(name, "/") {
		switch part {
		case "", ".":
		case "..":
			parts = parts[:max(len(parts)-1, 0)]
		default:
			parts = append(parts, part)
		}
	}
	return "/" + strings.Join(parts, "/")
}

// read gives a file's text; why says what the system says where it cannot be had.
func (t *Terminal) read(name string) (text []byte, why string) {
	path := t.path(name)
	if owner, ok := strings.CutPrefix(path, "/var/mail/"); ok {
		for _, a := range t.env.Machine().Accounts() {
			if a.Name != owner {
				continue
			}
			if t.user != owner && t.user != "root" {
				return nil, noPermission
			}
			_, text, _ = t.env.Machine().MailFile(a.Address)
			return text, ""
		}
	}
	for _, f := range t.system() {
		if f.path == path {
			return []byte(f.text), ""
		}
	}
	if len(t.under(path)) > 0 || path == t.home() {
		return nil, isDirectory
	}
	return nil, noSuchFile
}

// write puts text into a file; why says what the system says where it cannot.
func (t *Terminal) write(name string, text []byte, add bool) (why string) {
	if t.path(name) == "/dev/null" {
		return ""
	}
	return readOnly
}

// under lists what a directory holds, in order; a directory among it ends in a slash.
func (t *Terminal) under(dir string) (names []string) {
	dir = strings.TrimSuffix(dir, "/") + "/"
	paths := []string{t.home() + "/"}
	for _, f := range t.system() {
		paths = append(paths, f.path)
	}
	for _, a := range t.env.Machine().Accounts() {
		paths = append(paths, "/var/mail/"+a.Name)
	}
	for _, p := range paths {
		rest, ok := strings.CutPrefix(p, dir)
		if !ok || rest == "" {
			continue
		}
		if i := strings.IndexByte(rest, '/'); i >= 0 {
			rest = rest[:i+1]
		}
		names = append(names, rest)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

type file struct{ path, text string }

// system makes the files that follow from what the host is.
func (t *Terminal) system() []file {
	_, address, _ := t.env.Find(t.host)
	hosts := "127.0.0.1\tlocalhost\n" + address + "\t" + t.host + " " + shortName(t.host) + "\n"
	passwd := "root:x:0:0:root:/root:/bin/sh\n"
	id := 1000
	user := func(name string) {
		if name != "" && !strings.Contains(passwd, "\n"+name+":") {
			n := strconv.Itoa(id)
			passwd += name + ":x:" + n + ":" + n + "::/home/" + name + ":/bin/sh\n"
			id++
		}
	}
	for _, h := range t.env.Definition().Hosts {
		if h.Name == t.host {
			user(h.Person)
			continue
		}
		hosts += h.Address + "\t" + h.Name + "\n"
	}
	for _, a := range t.env.Machine().Accounts() {
		if a.Password != "" {
			user(a.Name)
		}
	}
	server := t.env.Machine().Nameserver()
	if _, address, _ = t.env.Find(server); server == t.host {
		address = "127.0.0.1"
	}
	_, domain, _ := strings.Cut(t.host, ".")
	services := ""
	for _, s := range ports {
		services += s.name + "\t\t" + strconv.Itoa(s.port) + "/tcp"
		if s.alias != "" {
			services += "\t\t" + s.alias
		}
		services += "\n"
	}
	return []file{{"/etc/hostname", shortName(t.host) + "\n"}, {"/etc/hosts", hosts}, {"/etc/passwd", passwd},
		{"/etc/resolv.conf", "search " + domain + "\nnameserver " + address + "\n"}, {"/etc/services", services}}
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
