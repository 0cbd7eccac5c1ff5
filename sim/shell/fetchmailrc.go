package shell

import (
	"strconv"
	"strings"
)

// fetchServer is a poll entry of a .fetchmailrc file, for one of its users.
type fetchServer struct {
	name     string // behind poll
	via      string // the host in its place, "" for none
	skip     bool   // only where it is named
	proto    string // in capitals, "AUTO" where it is not said
	port     int    // 0 for the protocol's own
	interval int    // only every so many polls
	uidl     bool
	user     string
	password string
	local    string // who gets the mail here
	keep     bool
	fetchAll bool
	flush    bool
	limit    int // octets of the largest message that is fetched, 0 for any
	smtpHost string
	timeout  int
}

// host is where the server is.
func (s *fetchServer) host() string {
	if s.via != "" {
		return s.via
	}
	return s.name
}

// fetchConfig is a .fetchmailrc file.
type fetchConfig struct {
	servers    []fetchServer
	postmaster string
	daemon     int // seconds between polls
	bounce     bool
	properties string
}

// rcReader reads a .fetchmailrc file.
type rcReader struct {
	tokens []rcToken
	fault  string // what is wrong, "" for nothing
	c      fetchConfig
	home   string // who runs fetchmail
}

type rcToken struct {
	text   string
	line   int
	quoted bool
}

// noise are words that fetchmail passes over.
const noise = " and with has wants options here "

// parseFetchmailrc reads a .fetchmailrc file; fault is what fetchmail says where it cannot.
func parseFetchmailrc(path, text, user string) (c fetchConfig, fault string) {
	r := &rcReader{home: user, c: fetchConfig{bounce: true, postmaster: user}}
	r.scan(text)
	for len(r.tokens) > 0 && r.fault == "" {
		switch word := r.take().text; word {
		case "set":
			r.set()
		case "poll", "server", "skip", "defaults":
			r.server(word)
		default:
			r.wrong(word)
		}
	}
	if r.fault != "" {
		return c, "fetchmail:" + path + ":" + r.fault
	}
	return r.c, ""
}

// scan takes words, strings and comments apart.
func (r *rcReader) scan(text string) {
	for n, line := range strings.Split(text, "\n") {
		for line != "" {
			switch c := line[0]; {
			case c == '#':
				line = ""
			case strings.IndexByte(" \t,;:\r", c) >= 0:
				line = line[1:]
			case c == '"':
				s, rest, _ := strings.Cut(line[1:], `"`)
				r.tokens = append(r.tokens, rcToken{s, n + 1, true})
				line = rest
			case c == '=':
				r.tokens = append(r.tokens, rcToken{"=", n + 1, false})
				line = line[1:]
			default:
				end := strings.IndexAny(line, " \t,;:=\"\r")
				if end < 0 {
					end = len(line)
				}
				if word := line[:end]; !strings.Contains(noise, " "+word+" ") {
					r.tokens = append(r.tokens, rcToken{word, n + 1, false})
				}
				line = line[end:]
			}
		}
	}
}

func (r *rcReader) take() rcToken {
	if len(r.tokens) == 0 {
		return rcToken{}
	}
	t := r.tokens[0]
	r.tokens = r.tokens[1:]
	return t
}

func (r *rcReader) peek() rcToken {
	if len(r.tokens) == 0 {
		return rcToken{}
	}
	return r.tokens[0]
}

// value takes what follows a word, an equals sign between them or not.
func (r *rcReader) value() string {
	if r.peek().text == "=" && !r.peek().quoted {
		r.take()
	}
	if len(r.tokens) == 0 {
		r.fault = "1: syntax error at end of input"
		return ""
	}
	return r.take().text
}

func (r *rcReader) number() int {
	line := r.peek().line
	n, err := strconv.Atoi(r.value())
	if err != nil && r.fault == "" {
		r.fault = strconv.Itoa(line) + ": syntax error at a number"
	}
	return n
}

func (r *rcReader) wrong(word string) {
	r.fault = strconv.Itoa(max(r.peek().line, 1)) + ": syntax error at " + word
}

// set reads a global option.
func (r *rcReader) set() {
	word := r.take().text
	if word == "no" {
		word += r.take().text
	}
	switch word {
	case "postmaster":
		r.c.postmaster = r.value()
	case "daemon":
		r.c.daemon = r.number()
	case "bouncemail":
		r.c.bounce = true
	case "nobouncemail":
		r.c.bounce = false
	case "properties":
		r.c.properties = r.value()
	case "syslog", "nosyslog", "invisible", "spambounce", "nospambounce":
	case "logfile", "idfile", "pidfile":
		r.value()
	default:
		r.wrong(word)
	}
}

// server reads a server entry with its users.
func (r *rcReader) server(word string) {
	s := fetchServer{proto: "AUTO", skip: word == "skip", local: r.home, smtpHost: "localhost"}
	if word != "defaults" {
		s.name = r.value()
	}
	users := 0
	add := func() {
		if word != "defaults" {
			r.c.servers = append(r.c.servers, s)
		}
	}
	for r.fault == "" && len(r.tokens) > 0 {
		switch t := r.peek(); {
		case !t.quoted && (t.text == "poll" || t.text == "skip" || t.text == "set" || t.text == "server" || t.text == "defaults"):
			add()
			return
		case !t.quoted && (t.text == "user" || t.text == "username"):
			r.take()
			if users > 0 {
				add()
			}
			users++
			s.user, s.password, s.local, s.keep, s.fetchAll, s.flush = r.value(), "", r.home, false, false, false
		default:
			r.option(&s)
		}
	}
	add()
}

// option reads one option of a server or user.
func (r *rcReader) option(s *fetchServer) {
	word := r.take().text
	if word == "no" {
		word += r.take().text
	}
	switch word {
	case "via":
		s.via = r.value()
	case "proto", "protocol":
		s.proto = strings.ToUpper(r.value())
	case "port", "service":
		port, ok := portOf(r.value())
		if s.port = port; !ok {
			r.wrong("port")
		}
	case "interval":
		s.interval = r.number()
	case "timeout":
		s.timeout = r.number()
	case "uidl":
		s.uidl = true
	case "nouidl":
		s.uidl = false
	case "there":
	case "pass", "password":
		s.password = r.value()
	case "is", "to":
		s.local = r.value()
	case "keep", "nokeep":
		s.keep = word == "keep"
	case "fetchall", "nofetchall":
		s.fetchAll = word == "fetchall"
	case "flush", "noflush":
		s.flush = word == "flush"
	case "limit":
		s.limit = r.number()
	case "smtphost", "smtp":
		s.smtpHost = r.value()
	case "dns", "nodns", "rewrite", "norewrite", "stripcr", "nostripcr", "mimedecode", "nomimedecode":
	default:
		r.wrong(word)
	}
}
