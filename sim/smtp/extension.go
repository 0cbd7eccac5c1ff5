package smtp

import (
	"strconv"
	"strings"
)

// Extensions is a set of what a server can do besides the basic commands.
type Extensions uint32

// The extensions. What is not among [Standard] needs surroundings that answer for it, or a [Config] that says how.
const (
	ExtSize Extensions = 1 << iota
	Ext8BitMIME
	ExtSMTPUTF8
	ExtPipelining
	ExtChunking
	ExtEnhancedStatusCodes
	ExtDSN       // the surroundings report on delivery as RFC 3461 §5 asks
	ExtDeliverBy // they keep to the time that BY names (RFC 2852 §4)
	ExtLimits
	ExtStartTLS // announced where Config.StartTLS allows it
	ExtAuth     // announced where Config.Mechanisms allow it
	ExtRequireTLS
	ExtETRN // they answer [AskQueue]
	ExtEXPN // they answer [AskExpand]
	ExtHelp
	ExtVRFY // some servers announce it, though it is no extension

	// Standard is what the server does by itself.
	Standard = ExtSize | Ext8BitMIME | ExtSMTPUTF8 | ExtPipelining | ExtChunking | ExtEnhancedStatusCodes | ExtLimits |
		ExtStartTLS | ExtAuth | ExtHelp

	allExtensions = Extensions(1<<32 - 1)
)

func (e Extensions) has(x Extensions) bool { return e&x == x }

// extension is a keyword of the reply to EHLO, with its parameters.
type extension struct {
	is      Extensions
	keyword string
	ref     string
	// params returns the parameters with which a server announces it in its present state, and false where it does not.
	// nil is none, always.
	params func(s *Server) (params string, ok bool)
}

// offers is every extension in the order in which ehlo's own server announces them: only what it does (RFC 5321 §4.1.1.1).
var offers = [...]extension{
	{ExtSize, "SIZE", "RFC 1870 §3", offerSize},
	{Ext8BitMIME, "8BITMIME", "RFC 6152 §2", nil},
	{ExtSMTPUTF8, "SMTPUTF8", "RFC 6531 §3.1", nil},
	{ExtPipelining, "PIPELINING", "RFC 2920 §3", nil},
	{ExtChunking, "CHUNKING", "RFC 3030 §2", nil},
	{ExtEnhancedStatusCodes, "ENHANCEDSTATUSCODES", "RFC 2034 §3", nil},
	{ExtDSN, "DSN", "RFC 3461 §4", nil},
	{ExtDeliverBy, "DELIVERBY", "RFC 2852 §2", nil},
	{ExtLimits, "LIMITS", "RFC 9422 §3", offerLimits},
	{ExtStartTLS, "STARTTLS", "RFC 3207 §4", offerStartTLS},
	{ExtAuth, "AUTH", "RFC 4954 §3", offerAuth},
	{ExtRequireTLS, "REQUIRETLS", "RFC 8689 §2", offerRequireTLS},
	{ExtETRN, "ETRN", "RFC 1985 §2", nil},
	{ExtEXPN, "EXPN", "RFC 5321 §4.1.1.7", nil},
	{ExtHelp, "HELP", "RFC 5321 §4.1.1.8", nil},
	{ExtVRFY, "VRFY", "RFC 5321 §4.1.1.6", nil},
}

func offerSize(s *Server) (string, bool) {
	if s.cfg.MaxSize <= 0 {
		return "", true
	}
	return strconv.FormatInt(s.cfg.MaxSize, 10), true
}

func offerLimits(s *Server) (string, bool) {
	return "RCPTMAX=" + strconv.Itoa(s.cfg.MaxRecipients), true
}

func offerStartTLS(s *Server) (string, bool) { return "", s.cfg.StartTLS && !s.secure() }

// offerAuth announces the mechanisms that the connection's state allows, and none any more to who has logged in.
func offerAuth(s *Server) (string, bool) {
	set := s.mechanisms()
	if set == 0 || len(set.Mechanisms()) == 0 || s.identity.User != "" {
		return "", false
	}
	return string(set.AppendNames(nil, " ")[1:]), true
}

// offerRequireTLS announces REQUIRETLS inside TLS only (RFC 8689 §2).
func offerRequireTLS(s *Server) (string, bool) { return "", s.secure() }

// extensions is what a server has offered: the lines of its reply to EHLO after the first.
type extensions struct {
	lines  string // with "\n" between them
	known  Extensions
	limits [len(limitNames)]int // what LIMITS says, 0 for nothing
}

// Limits of RFC 9422 §4.
const (
	LimitMail       Limit = iota // transactions in a session
	LimitRecipients              // recipients of a transaction
	LimitDomains                 // their domains
)

// Limit is something that a server limits.
type Limit uint8

var limitNames = [...]string{LimitMail: "MAILMAX", LimitRecipients: "RCPTMAX", LimitDomains: "RCPTDOMAINMAX"}

// readExtensions reads the text of a reply to EHLO. Most servers offer what the one before did, and then nothing is to be read.
func readExtensions(text string, before extensions) (e extensions) {
	_, e.lines, _ = strings.Cut(text, "\n")
	if e.lines == before.lines {
		return before
	}
	for rest := e.lines; rest != ""; {
		var line string
		line, rest, _ = strings.Cut(rest, "\n")
		keyword, params, _ := strings.Cut(line, " ")
		is := ExtensionNamed(keyword)
		if is == ExtLimits && !e.has(is) {
			e.limit(params)
		}
		e.known |= is
	}
	return e
}

// limit reads the parameters of LIMITS. Of a limit that is there twice the first counts that is right.
func (e *extensions) limit(params string) {
	for word := range strings.FieldsSeq(params) {
		key, value, _ := strings.Cut(word, "=")
		for i, name := range limitNames {
			if n, err := strconv.Atoi(value); strings.EqualFold(key, name) && err == nil && n > 0 && e.limits[i] == 0 {
				e.limits[i] = n
			}
		}
	}
}

// find returns the parameters of an extension, whether this package knows it or not.
func (e *extensions) find(keyword string) (params string, ok bool) {
	n := len(keyword)
	for rest := e.lines; rest != ""; {
		var line string
		line, rest, _ = strings.Cut(rest, "\n")
		switch {
		case len(line) < n || len(line) > n && line[n] != ' ' || !strings.EqualFold(line[:n], keyword):
		case len(line) == n:
			return "", true
		default:
			return line[n+1:], true
		}
	}
	return "", false
}

func (e *extensions) has(x Extensions) bool { return e.known.has(x) }
