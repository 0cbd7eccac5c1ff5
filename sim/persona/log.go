package persona

import (
	"slices"
	"strings"

	"ehlo/sim/machine"
	"ehlo/sim/toml"
)

// Log is how a server writes its log: in which file, and what it says of what happens. A text may be several lines; each gets
// its stamp.
type Log struct {
	File   string // below /var/log; "" where the persona says nothing of its log
	Stamp  LogStamp
	Header string // the first lines of the file
	Lines  [LogEvents]string
}

// LogEvent is something of which a log tells.
type LogEvent uint8

// The events of a log.
const (
	LogConnect   LogEvent = iota // a client connected
	LogLogin                     // somebody logged in
	LogRefused                   // somebody was not let in
	LogSubmitted                 // a program of this host handed a message over
	LogQueued                    // a client did
	LogDelivered                 // a recipient's message is in the mailbox
	LogRelayed                   // the next host has it
	LogDeferred                  // it has to wait
	LogFailed                    // it cannot go on
	LogDone                      // no recipient waits any more
	LogEvents                    // how many there are
)

// logEvents are the events as files name them.
var logEvents = [LogEvents]string{"connect", "login", "refused", "submitted", "queued", "delivered", "relayed", "deferred", "failed", "done"}

// LogStamp is what stands before each line of a log.
type LogStamp uint8

// The stamps.
const (
	StampSyslog LogStamp = iota // "Jan  2 15:04:05 host "
	StampExim                   // "2006-01-02 15:04:05 "
	StampTAI                    // "@40000000…", the moment in hexadecimal as multilog writes it
	StampISO                    // "2006-01-02T15:04:05.000Z,"
)

var logStamps = [...]string{"syslog", "exim", "tai64n", "iso"}

// logPlaces are the placeholders of lines.
var logPlaces = []string{"host", "here", "client", "address", "protocol", "daemon", "id", "process", "number", "delivery", "from", "to", "user", "size", "priority", "count", "msgid",
	"delay", "clock", "relay", "relay-address", "dsn", "said", "said-joined"}

// The logs of those programs that ehlo's own servers write like.
var (
	PostfixLog = Log{File: "mail.log", Lines: [LogEvents]string{
		LogConnect:   "postfix/smtpd[1201]: connect from {client}[{address}]",
		LogSubmitted: "postfix/pickup[841]: {id}: uid=0 from=<{from}>\npostfix/cleanup[1205]: {id}: message-id=<{msgid}>\n" + postfixActive,
		LogQueued:    "postfix/smtpd[1201]: {id}: client={client}[{address}]\npostfix/cleanup[1205]: {id}: message-id=<{msgid}>\n" + postfixActive,
		LogDelivered: "postfix/local[1207]: {id}: to=<{to}>, relay=local, delay={delay}, dsn={dsn}, status=sent (delivered to mailbox)",
		LogRelayed:   "postfix/smtp[1209]: {id}: to=<{to}>, relay={relay}[{relay-address}]:25, delay={delay}, dsn={dsn}, status=sent (250 2.0.0 Ok)",
		LogDeferred:  "postfix/smtp[1209]: {id}: to=<{to}>, relay={relay}[{relay-address}]:25, delay={delay}, dsn={dsn}, status=deferred ({said})",
		LogFailed:    "postfix/smtp[1209]: {id}: to=<{to}>, relay=none, delay={delay}, dsn={dsn}, status=bounced ({said})",
		LogDone:      "postfix/qmgr[842]: {id}: removed",
	}}
	DovecotLog = Log{File: "mail.log", Lines: [LogEvents]string{
		LogLogin:   "dovecot: {protocol}-login: Login: user=<{user}>, rip={address}, lip={here}",
		LogRefused: "dovecot: {protocol}-login: Disconnected: Connection closed (auth failed): user=<{user}>, rip={address}, lip={here}",
	}}
	SendmailLog = Log{File: "maillog", Lines: [LogEvents]string{
		LogSubmitted: "sendmail[1201]: {id}: from=<{from}>, size={size}, class=0, pri={priority}, nrcpts={count}, msgid=<{msgid}>, relay=root@localhost",
		LogQueued:    "sendmail[1201]: {id}: from=<{from}>, size={size}, class=0, pri={priority}, nrcpts={count}, msgid=<{msgid}>, proto=ESMTP, relay={client} [{address}]",
		LogDelivered: "sendmail[1203]: {id}: to=<{to}>, delay={clock}, xdelay=00:00:00, mailer=local, stat=Sent",
		LogRelayed:   "sendmail[1203]: {id}: to=<{to}>, delay={clock}, xdelay=00:00:00, mailer=esmtp, relay={relay}. [{relay-address}], stat=Sent (Message accepted for delivery)",
		LogDeferred:  "sendmail[1203]: {id}: to=<{to}>, delay={clock}, xdelay=00:00:00, mailer=esmtp, relay={relay}. [{relay-address}], stat=Deferred: {said}",
		LogFailed:    "sendmail[1203]: {id}: to=<{to}>, delay={clock}, xdelay=00:00:00, mailer=esmtp, relay={relay}. [{relay-address}], stat={said}",
	}}
	UWLog = Log{File: "maillog", Lines: [LogEvents]string{
		LogConnect: "{daemon}[1301]: {protocol} service init from {address}",
		LogLogin:   "{daemon}[1301]: Login user={user} host={client} [{address}]",
		LogRefused: "{daemon}[1301]: Login failed user={user} auth={user} host={client} [{address}]",
	}}
)

const postfixActive = "postfix/qmgr[842]: {id}: from=<{from}>, size={size}, nrcpt={count} (queue active)"

// likes are the logs that a file can name.
var likes = []struct {
	name string
	log  *Log
}{{"postfix", &PostfixLog}, {"dovecot", &DovecotLog}, {"sendmail", &SendmailLog}, {"uw", &UWLog}}

// log reads the table of the log, if there is one.
func (p *parser) log() {
	s := p.table(p.Section, "log")
	if s == nil {
		return
	}
	l := &p.persona.Log
	name, like := s.Text("like", `like = "postfix"`, false)
	if like.Exists() {
		var known []string
		for _, other := range likes {
			if known = append(known, other.name); other.name == name {
				*l = *other.log
			}
		}
		if l.File == "" {
			p.ReportNear(like, s.Key("like"), "persona.bad-log", machine.Args{"word": toml.Shorten(name)}, name, toml.Known(known))
		}
	}
	if file, at := s.Text("file", `file = "mail.log"`, !like.Exists()); at.Exists() {
		if l.File = file; file == "" || strings.HasPrefix(file, "/") || strings.Contains(file, "..") || !isOneLine(file) {
			p.Report(at, s.Key("file"), "persona.bad-line", machine.Args{"text": toml.Shorten(file)})
		}
	}
	if stamp, at := s.Text("stamp", `stamp = "syslog"`, false); at.Exists() {
		i := slices.Index(logStamps[:], stamp)
		if l.Stamp = LogStamp(max(i, 0)); i < 0 {
			p.ReportNear(at, s.Key("stamp"), "persona.bad-log", machine.Args{"word": toml.Shorten(stamp)}, stamp, toml.Known(logStamps[:]))
		}
	}
	if header, at := s.Text("header", `header = "#Version: 1"`, false); at.Exists() {
		l.Header = header
	}
	for i, name := range logEvents {
		text, at := s.Text(name, name+` = "postfix/qmgr[842]: {id}: removed"`, false)
		if !at.Exists() {
			continue
		}
		l.Lines[i] = text
		if word, ok := unknownPlace(text); !ok {
			p.Report(at, s.Key(name), "persona.bad-placeholder", machine.Args{"word": toml.Shorten(word)})
		} else if !areLines(text) {
			p.Report(at, s.Key(name), "persona.bad-line", machine.Args{"text": toml.Shorten(text)})
		}
	}
	s.Done()
}

// unknownPlace is the first name in curly brackets that is no placeholder of a log, and true where there is none.
func unknownPlace(text string) (word string, ok bool) {
	for {
		_, rest, found := strings.Cut(text, "{")
		if !found {
			return "", true
		}
		word, text, _ = strings.Cut(rest, "}")
		if !slices.Contains(logPlaces, word) {
			return word, false
		}
	}
}
