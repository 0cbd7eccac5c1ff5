package shell

import (
	"slices"
	"strconv"
	"strings"
)

// rcReader reads a .fetchmailrc file.
type rcReader struct {
	tokens   []rcToken
	line     int    // of the last token that was taken
	fault    string // what is wrong, "" for nothing
	c        fetchConfig
	defaults fetchServer
}

type rcToken struct {
	text   string
	line   int
	quoted bool
}

// noise are words that fetchmail passes over.
const noise = " and with has wants options here there "

// parseFetchmailrc reads a .fetchmailrc file; fault is what fetchmail says where it cannot.
func parseFetchmailrc(path, text string, c fetchConfig) (read fetchConfig, fault string) {
	r := &rcReader{c: c, defaults: newFetchServer("")}
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
			case c == '"' || c == '\'':
				s, rest, _ := strings.Cut(line[1:], line[:1])
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
	r.tokens, r.line = r.tokens[1:], t.line
	return t
}

func (r *rcReader) peek() rcToken {
	if len(r.tokens) == 0 {
		return rcToken{}
	}
	return r.tokens[0]
}

// word takes the next word, with "no" the one behind it.
func (r *rcReader) word() string {
	word := r.take().text
	if word == "no" {
		word += r.take().text
	}
	return word
}

// value takes what follows a word, an equals sign between them or not.
func (r *rcReader) value() string {
	if r.peek().text == "=" && !r.peek().quoted {
		r.take()
	}
	if len(r.tokens) == 0 {
		r.fault = strconv.Itoa(max(r.line, 1)) + ": syntax error at end of input"
		return ""
	}
	return r.take().text
}

func (r *rcReader) number() int {
	text := r.value()
	n, err := strconv.Atoi(text)
	if err != nil && r.fault == "" {
		r.wrong(text)
	}
	return n
}

func (r *rcReader) wrong(word string) {
	r.fault = strconv.Itoa(max(r.line, 1)) + ": syntax error at " + word
}

// set reads a global option.
func (r *rcReader) set() {
	switch word := r.word(); word {
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
	case "idfile":
		r.c.idFile = r.value()
	case "syslog", "nosyslog", "invisible", "spambounce", "nospambounce", "softbounce", "nosoftbounce":
	case "logfile", "pidfile":
		r.value()
	default:
		r.wrong(word)
	}
}

// begins are the words that begin another entry.
var begins = []string{"poll", "server", "skip", "set", "defaults"}

// server reads a server entry with its users.
func (r *rcReader) server(word string) {
	s := r.defaults
	s.skip = word == "skip"
	if word != "defaults" {
		s.name = strings.ToLower(r.value())
	}
	bare := s // without a user
	users := 0
	for r.fault == "" && len(r.tokens) > 0 {
		t := r.peek()
		if !t.quoted && slices.Contains(begins, t.text) {
			break
		}
		if !t.quoted && (t.text == "user" || t.text == "username") {
			r.take()
			if users++; users > 1 {
				r.c.servers = append(r.c.servers, s)
				s = bare
			}
			s.user = r.value()
			continue
		}
		r.option(&s)
		if users == 0 {
			bare = s
		}
	}
	if word == "defaults" {
		r.defaults = s
		return
	}
	r.c.servers = append(r.c.servers, s)
}

// option reads one option of a server or user.
func (r *rcReader) option(s *fetchServer) {
	switch word := r.word(); word {
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
	case "uidl", "nouidl":
		s.uidl = word == "uidl"
	case "envelope":
		text := r.value()
		if n, err := strconv.Atoi(text); err == nil {
			s.envelopeSkip, text = n, r.value()
		}
		s.envelope = text
	case "noenvelope":
		s.envelope = ""
	case "qvirtual":
		s.qvirtual = r.value()
	case "aka":
		s.aka = r.list()
	case "localdomains":
		s.domains = r.list()
	case "auth", "authenticate":
		s.auth = authOf(r.value())
	case "dns", "nodns", "checkalias", "nocheckalias", "tracepolls", "notracepolls":
	default:
		r.userOption(s, word)
	}
}

// userOption reads one option of a user.
func (r *rcReader) userOption(s *fetchServer, word string) {
	switch word {
	case "pass", "password":
		s.password = r.value()
	case "is", "to":
		r.names(s)
	case "keep", "nokeep":
		s.keep = word == "keep"
	case "fetchall", "nofetchall":
		s.fetchAll = word == "fetchall"
	case "flush", "noflush":
		s.flush = word == "flush"
	case "limit":
		s.limit = r.number()
	case "fetchlimit":
		s.fetchLimit = r.number()
	case "folder", "folders":
		s.folders = r.list()
	case "ssl", "nossl":
		s.ssl = word == "ssl"
	case "sslproto":
		s.sslProto = r.value()
	case "sslcertck", "nosslcertck":
		s.anyCertificate = word == "nosslcertck"
	case "smtphost", "smtp":
		s.smtpHost = r.list()[0]
	case "smtpaddress":
		s.smtpAddress = r.value()
	case "fetchdomains":
		s.fetchDomains = r.list()
	case "rewrite", "norewrite", "stripcr", "nostripcr", "forcecr", "noforcecr", "pass8bits", "nopass8bits", "mimedecode", "nomimedecode",
		"dropstatus", "nodropstatus", "idle", "noidle":
	case "expunge", "batchlimit", "warnings":
		r.number()
	default:
		r.wrong(word)
	}
}

// reserved are the words of the language that end a list of names.
var reserved = []string{"user", "username", "pass", "password", "is", "to", "keep", "nokeep", "fetchall", "nofetchall", "flush", "noflush", "limit", "fetchlimit",
	"folder", "folders", "ssl", "nossl", "sslproto", "sslcertck", "nosslcertck", "smtphost", "smtp", "smtpaddress", "fetchdomains", "rewrite", "norewrite", "stripcr",
	"nostripcr", "mimedecode", "nomimedecode", "via", "proto", "protocol", "port", "service", "interval", "timeout", "uidl", "nouidl", "envelope", "noenvelope",
	"qvirtual", "aka", "localdomains", "auth", "authenticate", "dns", "nodns", "no", "expunge", "batchlimit", "warnings", "idle", "noidle", "dropstatus", "nodropstatus"}

// more says whether a list of names goes on.
func (r *rcReader) more() bool {
	t := r.peek()
	return len(r.tokens) > 0 && (t.quoted || t.text != "=" && !slices.Contains(reserved, t.text) && !slices.Contains(begins, t.text))
}

// list takes one value or several.
func (r *rcReader) list() (values []string) {
	values = append(values, r.value())
	for r.more() {
		values = append(values, r.take().text)
	}
	return values
}

// names reads who gets the mail: names here, names there and here with an equals sign between them, and * for whoever else.
func (r *rcReader) names(s *fetchServer) {
	s.names, s.anybody = nil, false
	for first := true; first || r.more(); first = false {
		name := r.value()
		switch {
		case name == "*":
			s.anybody = true
		case r.peek().text == "=" && !r.peek().quoted:
			s.names = append(s.names, fetchName{name, r.value()})
		case r.fault == "":
			s.names = append(s.names, fetchName{name, name})
		}
	}
}
