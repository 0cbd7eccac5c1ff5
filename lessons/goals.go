package lessons

import (
	"iter"
	"slices"
	"strings"

	"ehlo/sim/trace"
)

// Outcome is what a session has led to, for a lesson that asks for the same.
type Outcome struct {
	Goals    []Goal
	Arrivals []Arrival
	Runs     []Run
}

// Goal is what was said in one connection.
type Goal struct {
	Protocol, Host string
	Port           int64
	Served         bool // the learner has answered in the server's place
	Steps          []GoalStep
}

// GoalStep is a command with what was said to it.
type GoalStep struct {
	Verb, Argument, Reply string
	TLS                   bool // it has passed inside TLS
}

// Arrival is a message that has come into a mailbox, with what its writer has put into it.
type Arrival struct {
	To, From string
	Header   [][2]string // fields with their bodies
	Lines    []string    // of the text, without those that are empty
}

// Run is a tool that has run at a terminal.
type Run struct {
	Host, Tool, Words string
	Failed            bool
}

// Doer is whose session it is: the connections that a person has typed into, those in which they have answered in a server's place,
// and the hosts at which they have sat.
type Doer struct {
	Mine, Served func(conn uint32) bool
	Hosts        []string
}

// Goals computes from a trace what somebody has done: the commands of each connection with their verdicts, the messages that
// arrived because of them, and the tools. Commands that lead to nothing, as NOOP, are left out.
func Goals(events iter.Seq[trace.Event], who Doer) (o Outcome) {
	var f facts
	letters, typing := map[uint32]Arrival{}, map[uint32]*writing{}
	handing := map[uint32]uint32{} // by connections of MTAs, the letter that passes: the next MTA has another number for it
	for e := range events {
		f.feed(&e)
		switch {
		case e.Kind == trace.KindLine && e.Dir == trace.ToServer:
			w := typing[e.Conn]
			if w == nil {
				w = &writing{}
				typing[e.Conn] = w
			}
			w.feed(&e)
		case e.Kind == trace.KindAttempt:
			handing[e.Conn] = e.Letter
		case e.Kind == trace.KindQueued && who.wrote(&f, &e):
			letters[e.Letter] = typing[e.Conn].arrival(e.Label, who.Mine(e.Conn))
		case e.Kind == trace.KindQueued:
			if a, wrote := letters[handing[e.Conn]]; wrote {
				letters[e.Letter] = a
			}
		}
	}
	for _, s := range f.sessions {
		if !who.Mine(s.conn) && !who.Served(s.conn) || s.outcome != trace.KindEstablished {
			continue
		}
		g := Goal{Protocol: s.protocol, Host: s.server, Port: s.port, Served: who.Served(s.conn)}
		for i := range s.exchanges {
			if step, ok := s.exchanges[i].goal(); ok {
				g.Steps = append(g.Steps, step)
			}
		}
		if len(g.Steps) > 0 {
			o.Goals = append(o.Goals, g)
		}
	}
	for _, d := range f.deliveries {
		e, ok := f.envelope(d.letter)
		if a, wrote := letters[d.letter]; ok && wrote {
			a.To, a.From = d.to, "<"+e.From+">"
			o.Arrivals = append(o.Arrivals, a)
		}
	}
	for _, r := range f.runs {
		if run := (Run{r.host, r.tool, r.words, r.status != 0}); slices.Contains(who.Hosts, r.host) && !slices.Contains(o.Runs, run) {
			o.Runs = append(o.Runs, run)
		}
	}
	return o
}

// wrote says whether the person has written a message that an MTA takes: in a connection of theirs, or by a program at their host.
func (who Doer) wrote(f *facts, e *trace.Event) bool {
	s := f.session(e.Conn)
	switch {
	case who.Mine(e.Conn):
		return true
	case s == nil:
		return slices.Contains(who.Hosts, e.Actor)
	default:
		return !s.relays && slices.Contains(who.Hosts, s.client)
	}
}

// goal is the step that asks for this command and its verdict; ok is false where nothing comes of it.
func (x *exchange) goal() (s GoalStep, ok bool) {
	reply := map[trace.Class]string{trace.ClassOK: "accepted", trace.ClassMore: "accepted", trace.ClassPermanent: "refused", trace.ClassTransient: "not-now"}[x.class]
	if !x.answered || reply == "" || !IsVerb(x.verb) || strings.Contains(" NOOP HELP CAPABILITY CAPA ", " "+x.verb+" ") {
		return s, false
	}
	s = GoalStep{Verb: x.verb, Reply: reply, TLS: x.sealed}
	for _, word := range argumentsOf(x.line) {
		if strings.Contains(word, "@") {
			s.Argument = word
		}
	}
	return s, true
}

// writing is the message that somebody types into a connection.
type writing struct {
	lines   []string
	chunked bool // by BDAT, in which no dot is doubled (RFC 3030 §3)
}

func (w *writing) feed(e *trace.Event) {
	switch {
	case e.Verb == "DATA" || e.Verb == "MAIL":
		*w = writing{}
	case e.Verb == "BDAT":
		w.chunked = true
	}
	if e.Class != trace.ClassContent {
		return
	}
	for line := range strings.Lines(string(e.Data)) {
		if !w.chunked { // RFC 5321 §4.5.2
			line = strings.TrimPrefix(line, ".")
		}
		w.lines = append(w.lines, strings.TrimRight(line, "\r\n"))
	}
}

// The most that a lesson asks for of a message: of a longer one its Subject is enough.
const (
	mostFields = 8
	mostLines  = 12
)

// arrival is what is worth asking for in a message. A program writes fields by itself; a person writes each on purpose.
func (w *writing) arrival(subject string, typed bool) (a Arrival) {
	if subject != "" {
		a.Header = [][2]string{{"Subject", subject}}
	}
	if w == nil {
		return a
	}
	var all Arrival
	rest := w.lines
	for ; len(rest) > 0 && rest[0] != ""; rest = rest[1:] {
		name, body, isField := strings.Cut(rest[0], ":")
		if !isField || strings.Trim(strings.ToLower(name), "abcdefghijklmnopqrstuvwxyz-") != "" {
			return a // no header, or one that goes on in the next line
		}
		name, body = strings.ToLower(name), strings.TrimSpace(body)
		if strings.HasPrefix(name, "content-") {
			return a
		}
		if body != "" && (typed || name == "subject" || name == "to") {
			all.Header = append(all.Header, [2]string{strings.ToUpper(name[:1]) + name[1:], body})
		}
	}
	for _, line := range rest {
		if line != "" {
			all.Lines = append(all.Lines, line)
		}
	}
	if len(all.Header) > mostFields || len(all.Lines) > mostLines {
		return a
	}
	return all
}
