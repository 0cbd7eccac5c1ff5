package lessons

import (
	"bytes"
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
	selected       string // IMAP: the mailbox last asked for
}

// exchange is a command with what answered it.
type exchange struct {
	verb, line string // the line without its end
	answered   bool
	at         uint64 // when it was answered, the lone dot included
	class      trace.Class
	reply      string // the last line, without its end
	heard      engine.Time
	content    []byte // of a POP3 RETR or TOP, as it crossed the wire
	whole      bool   // the lone dot was sent
}

type login struct {
	user     string
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
	case trace.KindLine:
		if s := f.session(e.Conn); s != nil {
			s.feed(e)
		}
	case trace.KindLogin:
		if s := f.session(e.Conn); s != nil {
			s.logins = append(s.logins, login{user: e.Target, class: e.Class, seq: e.Seq})
		}
	case trace.KindQueued:
		f.letters = append(f.letters, letter{id: e.Letter, host: e.Actor, envelope: trace.ParseEnvelope(e.Data)})
	case trace.KindFailed:
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

func (s *session) feed(e *trace.Event) {
	if e.Dir == trace.ToServer {
		if e.Class == trace.ClassCommand && e.Verb != "" {
			line, _ := wire.TrimEnd(e.Data)
			s.exchanges = append(s.exchanges, exchange{verb: e.Verb, line: string(line)})
			if e.Verb == "SELECT" || e.Verb == "EXAMINE" {
				s.selected = lastWord(string(line))
			}
		}
		return
	}
	switch e.Class {
	case trace.ClassOK, trace.ClassTransient, trace.ClassPermanent:
		s.answer(e)
	case trace.ClassMore:
		if s.protocol == "smtp" { // 354 is the answer to DATA; a continuation request answers nothing
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
		if x.answered || x.verb != e.Verb {
			continue
		}
		if tag, _, _ := strings.Cut(x.line, " "); s.protocol == "imap" && !strings.HasPrefix(e.Label, tag+" ") {
			continue
		}
		x.answered, x.at, x.class, x.reply, x.heard = true, e.Seq, e.Class, string(text), e.Until
		return
	}
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

func lastWord(line string) string {
	words := argumentsOf(line)
	if len(words) == 0 {
		return ""
	}
	return words[len(words)-1]
}

// argumentsOf cuts a command line into its words: what stands between spaces, colons, quotes, brackets and parentheses.
func argumentsOf(line string) []string {
	return strings.FieldsFunc(line, func(c rune) bool { return strings.ContainsRune(" \t:<>\"()[]", c) })
}
