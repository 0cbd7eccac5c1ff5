package lessons

import (
	"iter"
	"strings"

	"ehlo/sim/trace"
)

// Goal is what a session has led to, for a lesson that asks for the same.
type Goal struct {
	Protocol, Host string
	Port           int64
	Served         bool // the learner has answered in the server's place
	Steps          []GoalStep
}

// GoalStep is a command with what was said to it.
type GoalStep struct{ Verb, Argument, Reply string }

// Arrival is a message that has come into a mailbox.
type Arrival struct{ To, From, Subject string }

// Goals computes from a trace what the learner has done: the commands of each connection with their verdicts, and the messages
// that arrived because of them. Commands that lead to nothing, as NOOP, are left out.
func Goals(events iter.Seq[trace.Event], served func(conn uint32) bool, mine func(conn uint32) bool) (goals []Goal, arrived []Arrival) {
	var f facts
	letters := map[uint32]bool{}
	for e := range events {
		f.feed(&e)
		if e.Kind == trace.KindQueued && mine(e.Conn) {
			letters[e.Letter] = true
		}
	}
	for _, s := range f.sessions {
		if !mine(s.conn) && !served(s.conn) || s.outcome != trace.KindEstablished {
			continue
		}
		g := Goal{Protocol: s.protocol, Host: s.server, Port: s.port, Served: served(s.conn)}
		for i := range s.exchanges {
			if step, ok := s.exchanges[i].goal(); ok {
				g.Steps = append(g.Steps, step)
			}
		}
		if len(g.Steps) > 0 {
			goals = append(goals, g)
		}
	}
	for _, d := range f.deliveries {
		if e, ok := f.envelope(d.letter); ok && letters[d.letter] {
			arrived = append(arrived, Arrival{d.to, "<" + e.From + ">", f.subject(d.letter)})
		}
	}
	return goals, arrived
}

// goal is the step that asks for this command and its verdict; ok is false where nothing comes of it.
func (x *exchange) goal() (s GoalStep, ok bool) {
	reply := map[trace.Class]string{trace.ClassOK: "accepted", trace.ClassMore: "accepted", trace.ClassPermanent: "refused", trace.ClassTransient: "not-now"}[x.class]
	if !x.answered || reply == "" || !IsVerb(x.verb) || strings.Contains(" NOOP HELP CAPABILITY CAPA ", " "+x.verb+" ") {
		return s, false
	}
	s = GoalStep{Verb: x.verb, Reply: reply}
	for _, word := range argumentsOf(x.line) {
		if strings.Contains(word, "@") {
			s.Argument = word
		}
	}
	return s, true
}
