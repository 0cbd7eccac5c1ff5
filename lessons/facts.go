package lessons

import (
	"bytes"
	"slices"
	"strings"

	"ehlo/sim/engine"
	"ehlo/sim/trace"
	"ehlo/sim/wire"
)

// facts is what the checks ask of a trace: its connections as conversations, and what became of its messages.
type facts struct {
	now        engine.Time // replies that arrive later are not heard yet
	sessions   []*session  // in the order in which they were opened
	letters    []letter
	deliveries []delivery
	passings   []passing
	lookups    []lookup
	runs       []*run
	moments    moments // of all events, where a check asks for them
}

// session is one connection.
type session struct {
	conn           uint32
	client, server string
	port           int64
	protocol       string // "" where nothing known listens
	opened         uint64 // when, as an event's Seq
	outcome        trace.Kind
	settled        engine.Time // when the client learned the outcome
	settledAt      uint64
	exchanges      []exchange
	logins         []login
	fetches        []fetch
	selected       string   // IMAP: the mailbox that is selected
	way            []string // the hosts that its octets have reached
	sealed         bool     // the client's latest line passed inside TLS
	relays         bool     // an MTA hands a message on: what the learner does in the server's place, or nothing of the lesson's
	inLiteral      bool     // IMAP: the line after a literal belongs to the command before it
}

// exchange is a command with what answered it.
type exchange struct {
	verb, line string // the line without its end
	answered   bool
	at         uint64 // when it was answered, the lone dot included
	class      trace.Class
	reply      string // the last line, without its end
	heard      engine.Time
	lines      []string // that came with the reply, without their ends: of a list, or untagged
	sealed     bool     // the command passed inside TLS
	content    []byte   // of a POP3 RETR or TOP, as it crossed the wire
	whole      bool     // the lone dot was sent
}

type login struct {
	user     string
	sealed   bool // inside TLS
	class    trace.Class
	seq      uint64
	answered bool // the reply is sent
	heard    engine.Time
}

// letter is a message in the hands of an MTA.
type letter struct {
	id       uint32
	host     string
	envelope trace.Envelope
	subject  string
	failed   string // the reply that ended it
}

type delivery struct {
	letter uint32
	to     string
	uid    int64
	seq    uint64
}

func (f *facts) feed(e *trace.Event) {
	switch e.Kind {
	case trace.KindOpen:
		f.sessions = append(f.sessions, &session{conn: e.Conn, client: e.Actor, server: e.Target, port: e.Num, protocol: e.Label,
			opened: e.Seq})
	case trace.KindUnreachable:
		f.sessions = append(f.sessions, &session{conn: e.Conn, client: e.Actor, server: e.Target, port: e.Num, opened: e.Seq,
			outcome: e.Kind, settled: e.At, settledAt: e.Seq})
	case trace.KindEstablished, trace.KindRefused:
		if s := f.session(e.Conn); s != nil {
			s.outcome, s.settled, s.settledAt = e.Kind, e.At, e.Seq
		}
	case trace.KindAttempt:
		if s := f.session(e.Conn); s != nil {
			s.relays = true
		}
	case trace.KindLine:
		if s := f.session(e.Conn); s != nil {
			s.feed(e)
		}
	case trace.KindLogin:
		if s := f.session(e.Conn); s != nil {
			s.logins = append(s.logins, login{user: e.Target, sealed: s.sealed, class: e.Class, seq: e.Seq})
		}
	case trace.KindQueued:
		f.letters = append(f.letters, letter{id: e.Letter, host: e.Actor, envelope: trace.ParseEnvelope(e.Data), subject: e.Label})
	case trace.KindSegment:
		if s := f.session(e.Conn); s != nil {
			s.passes(e.Actor)
			s.passes(e.Target)
		}
	case trace.KindRelayed:
		f.passings = append(f.passings, passing{"taken", e.Actor, e.Target, e.Letter, e.Seq})
	case trace.KindDeferred:
		f.passings = append(f.passings, passing{"deferred", e.Actor, e.Target, e.Letter, e.Seq})
	case trace.KindCommand, trace.KindTerminal, trace.KindExit:
		f.terminal(e)
	case trace.KindLookup:
		f.lookups = append(f.lookups, lookup{e.Actor, e.Label, e.Verb, e.Seq})
	case trace.KindFailed:
		f.passings = append(f.passings, passing{"returned", e.Actor, e.Target, e.Letter, e.Seq})
		for i := range f.letters {
			if f.letters[i].id == e.Letter {
				f.letters[i].failed = string(e.Data)
			}
		}
	case trace.KindDelivered:
		f.deliveries = append(f.deliveries, delivery{e.Letter, e.Target, e.Num, e.Seq})
	}
}

// session returns the latest connection of that number.
func (f *facts) session(conn uint32) *session {
	for i := len(f.sessions) - 1; i >= 0; i-- {
		if f.sessions[i].conn == conn {
			return f.sessions[i]
		}
	}
	return nil
}

// envelope returns the envelope under which a letter came to the MTA that delivered it.
func (f *facts) envelope(id uint32) (trace.Envelope, bool) {
	for _, l := range f.letters {
		if l.id == id {
			return l.envelope, true
		}
	}
	return trace.Envelope{}, false
}

// subject returns the Subject of a letter, "" where it has none.
func (f *facts) subject(id uint32) string {
	for _, l := range f.letters {
		if l.id == id {
			return l.subject
		}
	}
	return ""
}

// passes notes a host that octets of the connection have reached.
func (s *session) passes(host string) {
	if !slices.Contains(s.way, host) {
		s.way = append(s.way, host)
	}
}

func (s *session) feed(e *trace.Event) {
	if e.Dir == trace.ToServer {
		s.sealed = e.Sealed
		s.command(e)
		return
	}
	switch e.Class {
	case trace.ClassOK, trace.ClassTransient, trace.ClassPermanent:
		s.answer(e)
	case trace.ClassMore:
		if s.protocol == "smtp" && e.Verb != "AUTH" { // 354 is the answer to DATA; a challenge or continuation request answers nothing
			s.answer(e)
		}
	case trace.ClassContent:
		if x := s.retrieving(); x != nil {
			x.content = append(x.content, e.Data...)
		}
	case trace.ClassUntagged:
		if x := s.retrieving(); x != nil && string(bytes.TrimRight(e.Data, "\r\n")) == "." {
			x.whole, x.heard, x.at = true, e.Until, e.Seq
		}
		if s.protocol == "imap" {
			s.untagged(e)
		}
		if x := s.answering(); x != nil {
			text, _ := wire.TrimEnd(e.Data)
			x.lines = append(x.lines, string(text))
		}
	}
}

// cancel is the line with which a client gives a login up (RFC 4954 §4): what answers it answers AUTH.
const cancel = "*"

// command takes what a client sends. In IMAP a command that ends with the announcement of a literal goes on with the
// literal and the next line. What a client says to a challenge belongs to the command with which the login began.
func (s *session) command(e *trace.Event) {
	text, _ := wire.TrimEnd(e.Data)
	if n := len(s.exchanges); n > 0 && (e.Verb == "AUTH" || e.Verb == "AUTHENTICATE") {
		if x := &s.exchanges[n-1]; !x.answered && x.verb == e.Verb {
			return
		}
	}
	if n := len(s.exchanges); s.protocol == "imap" && n > 0 {
		if x := &s.exchanges[n-1]; !x.answered && announcesLiteral(x.line) || s.inLiteral {
			s.inLiteral = e.Class == trace.ClassContent
			x.line += " " + string(text)
			return
		}
	}
	verb := e.Verb
	if verb == "" { // IMAP: a word that is no command of it, or one that stands where the tag should
		verb = e.Label
		if words := argumentsOf(string(text)); len(words) == 1 {
			verb = strings.ToUpper(words[0])
		}
	}
	if e.Class == trace.ClassCommand && verb != "" && verb != cancel {
		s.exchanges = append(s.exchanges, exchange{verb: verb, line: string(text), sealed: e.Sealed})
	}
}

// answer gives a reply to the earliest command that waits for one of its verb.
func (s *session) answer(e *trace.Event) {
	for i := range s.logins {
		if l := &s.logins[i]; !l.answered {
			l.answered, l.heard = true, e.Until
		}
	}
	text, _ := wire.TrimEnd(e.Data)
	for i := range s.exchanges {
		x := &s.exchanges[i]
		unknown := e.Verb == "" && (s.protocol == "imap" || s.protocol == "kpop") // its tag tells what it answers; before the ticket nothing is a command
		cancelled := e.Verb == cancel && x.verb == "AUTH"
		if x.answered || x.verb != e.Verb && !unknown && !cancelled {
			continue
		}
		if tag, _, _ := strings.Cut(x.line, " "); s.protocol == "imap" && !strings.HasPrefix(string(text), tag+" ") {
			continue
		}
		x.answered, x.at, x.class, x.reply, x.heard = true, e.Seq, e.Class, string(text), e.Until
		if words := argumentsOf(x.line); len(words) > 2 && e.Class == trace.ClassOK && (x.verb == "SELECT" || x.verb == "EXAMINE") {
			s.selected = mailboxName(words[2:])
		}
		return
	}
}

// answering returns the exchange to whose reply a line belongs: in POP3 the lines of a list follow the reply, otherwise
// they come before it.
func (s *session) answering() *exchange {
	if s.protocol == "pop3" {
		return s.retrieving()
	}
	i := slices.IndexFunc(s.exchanges, func(x exchange) bool { return !x.answered })
	if i < 0 {
		return nil
	}
	return &s.exchanges[i]
}

// announcesLiteral says whether a line ends with {n} or {n+} (RFC 3501 §4.3, RFC 7888 §3).
func announcesLiteral(line string) bool {
	i := strings.LastIndexByte(line, '{')
	if i < 0 || !strings.HasSuffix(line, "}") {
		return false
	}
	n := strings.TrimSuffix(line[i+1:len(line)-1], "+")
	return n != "" && strings.Trim(n, "0123456789") == ""
}

// mailboxName is the first word of a command's arguments, or the one behind the announcement of a literal.
func mailboxName(words []string) string {
	if len(words) > 1 && strings.HasPrefix(words[0], "{") {
		return words[1]
	}
	return words[0]
}

// retrieving returns the exchange whose lines a POP3 server is sending: the last one that it has answered.
func (s *session) retrieving() *exchange {
	if s.protocol != "pop3" {
		return nil
	}
	for i := len(s.exchanges) - 1; i >= 0; i-- {
		if x := &s.exchanges[i]; x.answered {
			return x
		}
	}
	return nil
}

// argumentsOf cuts a command line into its words: what stands between spaces, colons, quotes, brackets and parentheses.
func argumentsOf(line string) []string {
	return strings.FieldsFunc(line, func(c rune) bool { return strings.ContainsRune(" \t:<>\"()[]", c) })
}
