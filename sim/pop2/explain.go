package pop2

import (
	"strconv"

	"ehlo/sim/machine"
	"ehlo/sim/trace"
	"ehlo/sim/wire"
)

// reference is where everything here is specified; RFC 937 has no numbered sections.
const reference = "RFC 937"

// term is a part of the grammar: what a span is called, and what an error says it wanted.
type term uint8

const (
	termKeyword term = iota
	termUser
	termPassword
	termMailbox
	termMessage
	termPrintable
	termEnd
	termSign
	termCount
	termOctets
	termText
	termContent
	numTerms
)

var terms = [numTerms]string{termKeyword: "keyword", termUser: "user", termPassword: "password", termMailbox: "mailbox",
	termMessage: "message", termPrintable: "printable", termEnd: "crlf", termSign: "sign", termCount: "count",
	termOctets: "octets", termText: "text", termContent: "content"}

func (t term) id() string { return "pop2." + terms[t] }

// notes is every identifier of a note, behind "pop2.".
var notes = [...]string{"does.HELO", "does.FOLD", "does.READ", "does.READ.one", "does.RETR", "does.ACKS", "does.ACKD", "does.NACK",
	"does.QUIT", "greeting", "goodbye", "note.count", "size", "size.none", "note.content", "refused", "no-reply", "why.empty", "why.unknown",
	"why.missing", "why.number", "why.extra", "why.octet", "why.line-end", "why.login", "why.logged-in", "why.read", "why.ack",
	"why.no-ack", "why.over", "why.refused", "why.refused.HELO"}

// MessageIDs lists the locale identifiers of everything that [Explain] can say. Each part of a line has two: its name, and
// with ".meaning" behind it what it is.
func MessageIDs() []string {
	var ids []string
	for t := range numTerms {
		ids = append(ids, t.id(), t.id()+".meaning")
	}
	for _, c := range commands {
		ids = append(ids, "pop2.verb."+c.keyword, "pop2.verb."+c.keyword+".meaning")
	}
	for _, n := range notes {
		ids = append(ids, "pop2."+n)
	}
	return ids
}

// Explain says what a line consists of, what it does, and why it is refused where it is.
func Explain(l machine.Line) machine.Explanation {
	var e explainer
	switch l.Class {
	case trace.ClassCommand:
		e.command(l)
	case trace.ClassContent:
		e.span(0, len(l.Data), termContent)
		e.note("note.content", nil)
	default:
		e.reply(l)
	}
	next, _ := Table().StateNamed(l.Next)
	e.Legal = Table().Legal(next)
	return e.Explanation
}

type explainer struct{ machine.Explanation }

func (e *explainer) note(id string, args machine.Args) {
	e.Notes = append(e.Notes, machine.Note{ID: "pop2." + id, Args: args})
}

func (e *explainer) why(id string, args machine.Args) {
	e.Why = append(e.Why, machine.Note{ID: "pop2.why." + id, Args: args})
}

func (e *explainer) span(start, end int, t term) {
	if start < end {
		e.Spans = append(e.Spans, machine.Span{Start: start, End: end, Term: t.id(), Ref: reference})
	}
}

func (e *explainer) command(l machine.Line) {
	c, p := parse(l.Data)
	e.Spans = p.spans
	switch {
	case p.verb == verbREAD && c.N > 0:
		e.note("does.READ.one", machine.Args{"n": strconv.Itoa(c.N)})
	case p.verb != machine.NoVerb:
		e.note("does."+c.Keyword, nil)
	}
	state, _ := Table().StateNamed(l.State)
	if p.verb != machine.NoVerb && !Table().Allows(state, p.verb) {
		e.why(order(state, p.verb), machine.Args{"verb": c.Keyword})
	}
	if p.err != nil {
		e.why(p.err.id, machine.Args{"verb": c.Keyword, "want": p.err.Want, "pos": strconv.Itoa(p.err.Pos + 1)})
		e.Repair = repair(c, p)
	}
}

// order says why a command does not belong where it stands.
func order(state machine.State, verb machine.Verb) string {
	switch {
	case state == Authorization:
		return "login"
	case state == Done:
		return "over"
	case verb == verbHELO:
		return "logged-in"
	case state == Next:
		return "ack"
	case verb == verbRETR:
		return "read"
	}
	return "no-ack"
}

// repair is the line without what is too much or with its line end right, where that is all.
func repair(c Command, p parser) string {
	if p.err.id != "extra" && p.err.id != "line-end" {
		return ""
	}
	fixed := string(c.append(nil))
	if _, again := parse([]byte(fixed + "\r\n")); again.err != nil {
		return ""
	}
	return fixed
}

func (e *explainer) reply(l machine.Line) {
	text, _ := wire.TrimEnd(l.Data)
	defer e.span(len(text), len(l.Data), termEnd)
	sign, n, end, counts := parseCount(text)
	switch {
	case counts:
		e.span(0, 1, termSign)
		e.span(1, end, map[byte]term{'#': termCount, '=': termOctets}[sign])
		e.span(min(end+1, len(text)), len(text), termText)
		id := "note.count"
		if sign == '=' {
			if id = "size"; n == 0 {
				id = "size.none"
			}
		}
		e.note(id, machine.Args{"n": strconv.FormatInt(n, 10)})
	case l.Class == trace.ClassNone:
		e.span(0, len(text), termText)
		e.note("no-reply", nil)
	default:
		e.span(0, 1, termSign)
		e.span(min(2, len(text)), len(text), termText)
		e.sign(l)
	}
}

func (e *explainer) sign(l machine.Line) {
	switch {
	case l.Class == trace.ClassGreeting:
		e.note("greeting", nil)
	case l.Class == trace.ClassOK:
		e.note("goodbye", nil)
	default:
		e.note("refused", nil)
		state, _ := Table().StateNamed(l.State)
		verb := Table().VerbNamed(l.Verb)
		switch {
		case verb != machine.NoVerb && !Table().Allows(state, verb):
			e.why(order(state, verb), machine.Args{"verb": l.Verb})
		case verb == verbHELO:
			e.why("refused.HELO", nil)
		default:
			e.why("refused", nil)
		}
	}
}
