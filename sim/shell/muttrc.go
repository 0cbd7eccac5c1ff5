package shell

import (
	"strconv"
	"strings"
)

// muttSettings are the variables of mutt that are known here.
type muttSettings struct {
	vars     map[string]string
	password string // that was asked for
}

// muttVariables are those that can be set, with their values where nothing is set.
var muttVariables = map[string]string{"realname": "", "from": "", "spoolfile": "", "folder": "~/Mail", "imap_user": "", "imap_pass": "",
	"pop_user": "", "pop_pass": "", "smtp_url": "", "smtp_pass": "", "ssl_force_tls": "yes", "editor": "ed", "sort": "date",
}

// get is the value of a variable.
func (s *muttSettings) get(name string) string {
	if v, ok := s.vars[name]; ok {
		return v
	}
	return muttVariables[name]
}

// read reads a muttrc: ~/.muttrc where none is named. It says what is wrong, and then ends mutt.
func (s *muttSettings) read(p *Process, name string, named bool) bool {
	s.vars = map[string]string{}
	if !named {
		name = p.term.home() + "/.muttrc"
	}
	text, why := p.term.read(name)
	if why != "" {
		if named {
			p.Complain(name + ": " + why + " (errno = 2)\n")
			p.Why("shell.why.file", name)
			p.Exit(1)
			return false
		}
		return true
	}
	bad := ""
	for n, line := range strings.Split(string(text), "\n") {
		if fault := s.command(line); fault != "" {
			bad += "Error in " + name + ", line " + strconv.Itoa(n+1) + ": " + fault + "\n"
		}
	}
	if bad != "" {
		p.Complain(bad + "source: errors in " + name + "\n")
		p.Why("shell.why.muttrc", name)
		p.Exit(1)
	}
	return bad == ""
}

// command does a line of a muttrc.
func (s *muttSettings) command(line string) (fault string) {
	line = strings.TrimSpace(line)
	if line == "" || line[0] == '#' {
		return ""
	}
	word, rest, _ := strings.Cut(line, " ")
	switch word {
	case "set", "unset":
	case "mailboxes", "ignore", "unignore", "hdr_order", "color", "bind", "alias", "subscribe", "lists", "auto_view":
		return ""
	default:
		return word + ": unknown command"
	}
	for rest = strings.TrimSpace(rest); rest != "" && rest[0] != '#'; rest = strings.TrimSpace(rest) {
		n := strings.IndexAny(rest, "= \t")
		name, value := rest, "yes"
		if n >= 0 {
			name, rest = rest[:n], strings.TrimLeft(rest[n:], " \t")
		} else {
			rest = ""
		}
		if after, ok := strings.CutPrefix(rest, "="); ok {
			value, rest = muttValue(strings.TrimLeft(after, " \t"))
		}
		if _, known := muttVariables[name]; !known {
			if off := strings.TrimPrefix(name, "no"); off != name && muttVariables[off] != "" {
				name, value = off, "no"
			} else {
				return name + ": unknown variable"
			}
		}
		if word == "unset" {
			value = "no"
		}
		if name == "sort" && !sortKnown(value) {
			return value + ": unknown sorting method"
		}
		s.vars[name] = value
	}
	return ""
}

// muttValue reads a value, perhaps in quotes.
func muttValue(s string) (value, rest string) {
	if s != "" && (s[0] == '"' || s[0] == '\'') {
		value, rest, _ = strings.Cut(s[1:], s[:1])
		return value, rest
	}
	value, rest, _ = strings.Cut(s, " ")
	return value, rest
}

// spool is the folder that is opened where none is named.
func (s *muttSettings) spool(p *Process) string {
	if f := s.get("spoolfile"); f != "" {
		return f
	}
	return "/var/mail/" + p.User()
}

// muttURL is a server as mutt names one: imaps://user:pass@host:port/folder.
type muttURL struct {
	scheme, user, password, host, port, folder string
}

// parseMuttURL reads one; ok is false where a text is none.
func parseMuttURL(text string) (u muttURL, ok bool) {
	scheme, rest, ok := strings.Cut(text, "://")
	port, known := map[string]string{"imap": "143", "imaps": "993", "pop": "110", "pops": "995", "smtp": "25", "smtps": "465"}[scheme]
	if !ok || !known {
		return u, false
	}
	u = muttURL{scheme: scheme, port: port}
	rest, u.folder, _ = strings.Cut(rest, "/")
	if at := strings.LastIndexByte(rest, '@'); at >= 0 {
		u.user, u.password, _ = strings.Cut(rest[:at], ":")
		rest = rest[at+1:]
	}
	host, given, hasPort := strings.Cut(rest, ":")
	if u.host = host; hasPort {
		u.port = given
	}
	return u, u.host != ""
}

// tls is when a connection to the server is inside TLS.
func (s *muttSettings) tls(p *Process, u muttURL) string {
	switch {
	case strings.HasSuffix(u.scheme, "s"):
		return "tls"
	case !p.old() && s.get("ssl_force_tls") == "yes" && u.host != "localhost":
		return "starttls"
	}
	return "none"
}
