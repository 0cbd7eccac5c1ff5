package shell

import (
	"strconv"
	"strings"
)

// fetchServer is a poll entry of a .fetchmailrc file, for one of its users.
type fetchServer struct {
	name         string // behind poll
	via          string // the host in its place, "" for none
	skip         bool   // only where it is named
	proto        string // in capitals, "AUTO" where it is not said
	port         int    // 0 for the protocol's own
	interval     int    // only every so many polls
	timeout      int    // seconds, 0 for the usual ones
	uidl         bool
	envelope     string // the header field that holds a message's recipient, "" for none
	envelopeSkip int    // how many of these fields are passed over
	qvirtual     string // a prefix of the recipients that is not theirs
	aka          []string
	domains      []string // whose mail the mailbox holds
	auth         string   // "" for any

	user           string
	password       string
	names          []fetchName // who gets the mail here
	anybody        bool        // and whoever else it is for
	ssl            bool
	sslProto       string // "" begins no TLS where the server offers it
	anyCertificate bool
	keep           bool
	fetchAll       bool
	flush          bool
	limit          int // octets of the largest message that is fetched, 0 for any
	fetchLimit     int // messages of one poll, 0 for all
	folders        []string
	smtpHost       string
	smtpAddress    string // the domain of recipients here, "" for the host's own
	fetchDomains   []string
}

func newFetchServer(name string) fetchServer {
	return fetchServer{name: name, proto: "AUTO", smtpHost: "localhost", sslProto: "auto"}
}

// host is where the server is.
func (s *fetchServer) host() string {
	if s.via != "" {
		return s.via
	}
	return s.name
}

// known says whether all users of a mailbox are named, so that the addresses of a message do.
func (s *fetchServer) known() bool { return !s.anybody }

// option applies an option of the command line.
func (s *fetchServer) option(o option) {
	n, _ := strconv.Atoi(o.value)
	switch o.name {
	case "a":
		s.fetchAll = true
	case "k", "K":
		s.keep = o.name == "k"
	case "F":
		s.flush = true
	case "U":
		s.uidl = true
	case "u":
		s.user = o.value
	case "p":
		s.proto = strings.ToUpper(o.value)
	case "P":
		s.port, _ = portOf(o.value)
	case "t":
		s.timeout = n
	case "r":
		s.folders = strings.Split(o.value, ",")
	case "l":
		s.limit = n
	case "B":
		s.fetchLimit = n
	case "S":
		s.smtpHost = o.value
	case "D":
		s.smtpAddress = o.value
	case "E":
		s.envelope = o.value
	case "Q":
		s.qvirtual = o.value
	case "ssl":
		s.ssl = true
	case "sslproto":
		s.sslProto = o.value
	case "sslcertck", "nosslcertck":
		s.anyCertificate = o.name == "nosslcertck"
	case "auth":
		s.auth = authOf(o.value)
	case "fetchdomains":
		s.fetchDomains = strings.Split(o.value, ",")
	}
}

// authOf is a way of logging in by its name in a file, "" for any.
func authOf(name string) string {
	if name == "any" {
		return ""
	}
	return name
}

// fetchConfig is a .fetchmailrc file.
type fetchConfig struct {
	servers    []fetchServer
	postmaster string
	daemon     int // seconds between polls
	bounce     bool
	properties string
	idFile     string
}

// option applies an option of the command line that is about no server.
func (c *fetchConfig) option(o option) {
	switch o.name {
	case "d":
		c.daemon, _ = strconv.Atoi(o.value)
	case "i":
		c.idFile = o.value
	case "postmaster":
		c.postmaster = o.value
	case "bouncemail", "nobouncemail":
		c.bounce = o.name == "bouncemail"
	}
}
