package lessons

import (
	"slices"
	"strings"

	"ehlo/sim/engine"
	"ehlo/sim/machine"
	"ehlo/sim/trace"
)

// dialogue asks for one connection in which commands were answered in an order; others may stand between them.
type dialogue struct {
	where
	steps []dialogueStep
}

type dialogueStep struct {
	verbs     []string // any of them
	arguments []string // words of the command line, in any case
	reply     string   // one of replies
	code      string   // what the reply begins with, or ""
	line      string   // part of a line that came with the reply, or ""
	tls       bool     // the command has to pass inside TLS
}

// The replies that a step may ask for.
var replies = []string{"accepted", "refused", "not-now"}

func readDialogue(f *fields) condition {
	d := dialogue{where: readWhere(f)}
	d.served = f.flag("served")
	tables := f.tables("steps", optional)
	if tables == nil { // a single step may stand in the check itself
		d.steps = []dialogueStep{readStep(f)}
		return d
	}
	for _, t := range tables {
		step := f.r.fields(t, f.Key("steps"))
		d.steps = append(d.steps, readStep(step))
		step.end()
	}
	return d
}

func readStep(f *fields) dialogueStep {
	s := dialogueStep{
		verbs:     readVerbs(f),
		arguments: f.texts("argument", optional),
		reply:     f.choice("reply", optional, replies...),
		code:      f.text("code", optional),
		line:      f.text("line", optional),
		tls:       f.flag("tls"),
	}
	if s.reply == "" {
		s.reply = replies[0]
	}
	return s
}

// readVerbs reads one command or several of which any will do.
func readVerbs(f *fields) []string {
	list := f.texts("verb", required)
	for i, v := range list {
		list[i] = strings.ToUpper(v)
		if !IsVerb(v) {
			f.r.faultNear(f.line("verb"), f.Key("verb"), "lessons.error.verb", v, strings.Fields(verbs))
		}
	}
	return list
}

func (d dialogue) judge(f *facts, _ Query, after uint64) verdict {
	best := -1
	var in *session
	for _, s := range f.sessions {
		if !d.holds(s) || s.outcome != trace.KindEstablished || s.settled > f.now {
			continue
		}
		steps, last := d.progress(s, f.now, after)
		if steps == len(d.steps) {
			return done(s.exchanges[last].at)
		}
		if steps >= best {
			best, in = steps, s
		}
	}
	if in == nil {
		host, port := d.args()
		if d.served {
			return missing("lessons.missing.served", "host", host, "port", port)
		}
		return missing("lessons.missing.session", "host", host, "port", port)
	}
	return verdict{missing: d.explain(in, f.now, after)}
}

// progress counts the steps that a connection has done, and returns the index of the exchange that did the last, or -1.
func (d dialogue) progress(s *session, now engine.Time, after uint64) (steps, last int) {
	last = -1
	for i := range s.exchanges {
		x := &s.exchanges[i]
		if steps < len(d.steps) && x.at > after && d.steps[steps].matches(x) && x.heardBy(now) && d.steps[steps].verdict(x) {
			steps, last = steps+1, i
		}
	}
	return steps, last
}

// explain says why the first step that is not done in a connection is not.
func (d dialogue) explain(s *session, now engine.Time, after uint64) machine.Note {
	steps, from := d.progress(s, now, after)
	step := d.steps[steps]
	args := []string{"verb", step.name(), "host", s.server, "argument", strings.Join(step.arguments, " ")}
	var last *exchange
	early := false
	for i := range s.exchanges {
		x := &s.exchanges[i]
		switch {
		case !step.names(x):
		case i > from && (x.at > after || !x.heardBy(now)):
			last = x
		case step.matches(x) && step.verdict(x):
			early = true
		}
	}
	switch {
	case last == nil && early && steps > 0:
		return note("lessons.missing.order", append(args, "earlier", d.steps[steps-1].name())...)
	case last == nil && len(step.arguments) > 0:
		return note("lessons.missing.verb-argument", args...)
	case last == nil:
		return note("lessons.missing.verb", args...)
	case !last.heardBy(now):
		return note("lessons.missing.reply", append(args, "verb", last.verb)...)
	case !step.verdict(last):
		return step.unwanted(last, args)
	case step.tls && !last.sealed:
		return note("lessons.missing.tls", append(args, "verb", last.verb)...)
	case !step.accompanied(last):
		return note("lessons.missing.line", append(args, "verb", last.verb, "line", step.line)...)
	}
	return note("lessons.missing.argument", append(args, "verb", last.verb)...)
}

// unwanted says that a command was answered otherwise than the step asks.
func (s dialogueStep) unwanted(x *exchange, args []string) machine.Note {
	args = append(args, "verb", x.verb, "reply", x.reply, "code", s.code)
	switch {
	case s.reply != replies[0]:
		return note("lessons.missing."+s.reply, args...)
	case x.class == trace.ClassTransient:
		return note("lessons.missing.turned-away", args...)
	case x.class == trace.ClassPermanent:
		return note("lessons.missing.accepted", args...)
	}
	return note("lessons.missing.code", args...)
}

// name is the command as a note names it: HELO/EHLO where either will do.
func (s dialogueStep) name() string { return strings.Join(s.verbs, "/") }

// names says whether a command is one of the step's. FETCH is UID FETCH too, and BDAT is BDAT LAST.
func (s dialogueStep) names(x *exchange) bool {
	return slices.Contains(s.verbs, x.verb) || slices.Contains(s.verbs, strings.TrimSuffix(strings.TrimPrefix(x.verb, "UID "), " LAST"))
}

func (s dialogueStep) matches(x *exchange) bool {
	if !s.names(x) || s.tls && !x.sealed || !s.accompanied(x) {
		return false
	}
	words := argumentsOf(x.line)
	return !slices.ContainsFunc(s.arguments, func(want string) bool {
		return !slices.ContainsFunc(words, func(w string) bool { return strings.EqualFold(w, want) })
	})
}

// accompanied says whether the line that the step asks for came with the reply.
func (s dialogueStep) accompanied(x *exchange) bool {
	return s.line == "" || slices.ContainsFunc(append(x.lines, x.reply), func(line string) bool { return containsFold(line, s.line) })
}

// verdict says whether an answered command was answered as the step asks.
func (s dialogueStep) verdict(x *exchange) bool {
	ok := false
	switch x.class {
	case trace.ClassOK, trace.ClassMore:
		ok = s.reply == "accepted"
	case trace.ClassPermanent:
		ok = s.reply == "refused"
	case trace.ClassTransient:
		ok = s.reply == "not-now"
	}
	return ok && (s.code == "" || strings.HasPrefix(x.reply, s.code))
}

func (x *exchange) heardBy(now engine.Time) bool { return x.answered && x.heard <= now }

func (d dialogue) happened() machine.Note {
	return note("lessons.happened.dialogue", "verb", d.steps[len(d.steps)-1].name())
}

// verbs are the commands of the three protocols and their extensions, for checks and for the look of a code span.
const verbs = " HELO EHLO MAIL RCPT DATA . BDAT RSET NOOP QUIT VRFY EXPN HELP ETRN STARTTLS AUTH TURN SEND SOML SAML" +
	" USER PASS APOP RPOP READ FOLD ACKS ACKD NACK STAT LIST RETR DELE TOP UIDL LAST CAPA STLS" +
	" CAPABILITY LOGIN AUTHENTICATE LOGOUT SELECT EXAMINE CREATE DELETE RENAME SUBSCRIBE UNSUBSCRIBE LSUB STATUS APPEND CHECK" +
	" CLOSE UNSELECT EXPUNGE SEARCH FETCH STORE COPY MOVE REPLACE UID IDLE NAMESPACE ID ENABLE SORT THREAD GETQUOTA GETQUOTAROOT" +
	" SETQUOTA GETACL SETACL DELETEACL LISTRIGHTS MYRIGHTS "

// IsVerb says whether a word is a command of one of the three protocols, in capitals; "UID FETCH" is one, too.
func IsVerb(word string) bool {
	word = strings.TrimPrefix(word, "UID ")
	return word != "" && !strings.Contains(word, " ") && strings.Contains(verbs, " "+word+" ")
}
