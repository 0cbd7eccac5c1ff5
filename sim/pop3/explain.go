package pop3

import (
	"strconv"
	"strings"

	"ehlo/sim/machine"
	"ehlo/sim/sasl"
	"ehlo/sim/trace"
	"ehlo/sim/wire"
)

// Explain says what a line consists of, what it does, and why it is refused where it is.
func Explain(l machine.Line) machine.Explanation {
	var e explainer
	next, _ := Table().StateNamed(l.Next)
	switch l.Class {
	case trace.ClassCommand:
		if step, ok := response(l); ok {
			e.response(l, step)
		} else {
			e.command(l)
		}
	case trace.ClassMore:
		e.challenge(l)
	case trace.ClassContent:
		e.content(l)
	case trace.ClassUntagged:
		e.listing(l)
	default:
		e.reply(l)
	}
	e.Legal = Table().Legal(next)
	return e.Explanation
}

type explainer struct{ machine.Explanation }

func (e *explainer) note(id string, args machine.Args) {
	e.Notes = append(e.Notes, machine.Note{ID: "pop3." + id, Args: args})
}

func (e *explainer) why(id string, args machine.Args) {
	e.Why = append(e.Why, machine.Note{ID: "pop3.why." + id, Args: args})
}

// span keeps a part of the line where it has octets.
func (e *explainer) span(start, end int, t term) {
	if start < end {
		e.Spans = append(e.Spans, machine.Span{Start: start, End: end, Term: t.id(), Ref: t.ref()})
	}
}

func (e *explainer) command(l machine.Line) {
	if n := len(l.Data); n > maxLine { // a server does not look what else is wrong (RFC 2449 §4)
		e.span(0, maxLine, termWithinLimit)
		e.span(maxLine, n, termOverLimit)
		e.why("length", machine.Args{"octets": strconv.Itoa(n), "limit": strconv.Itoa(maxLine), "pos": strconv.Itoa(maxLine + 1)})
		return
	}
	s := scanner{explain: true, utf8: true}
	c, err := s.command(l.Data)
	e.Spans = s.spans
	if s.verb != machine.NoVerb {
		e.does(c, err, s.keyword)
	}
	state, _ := Table().StateNamed(l.State)
	e.order(state, s.verb)
	if err != nil {
		e.wrong(err, l.Data)
	}
}

// wrong says where a line leaves the grammar, and how to mend it.
func (e *explainer) wrong(err *SyntaxError, line []byte) {
	text, _ := wire.TrimEnd(line)
	protocol, word := machine.Foreign("POP3", string(text))
	latin, keys := machine.Latin(string(text))
	switch said := len(e.Why); {
	case err.reply == ReplyUnknown && protocol != "":
		e.why("foreign", machine.Args{"word": word, "protocol": protocol})
	case keys && repair([]byte(latin)) == "" && isRequest(latin):
		e.why("layout", nil)
		e.Repair = latin
		return
	case err.reply == ReplyBase64:
		if e.base64(line); len(e.Why) > said {
			return
		}
		fallthrough
	default:
		e.why(syntaxWhy(err), machine.Args{"verb": err.keyword, "want": err.Want, "pos": strconv.Itoa(err.Pos + 1)})
	}
	if err.reply != ReplyBase64 && (e.Repair == "" || err.reply == ReplyUnknown) {
		if mended := repair(line); mended != "" {
			e.Repair = mended
		}
	}
}

// does says what a command does: those of two forms have a note for each.
func (e *explainer) does(c request, err *SyntaxError, keyword string) {
	if err == nil {
		switch c := c.(type) {
		case List:
			if c.N > 0 {
				e.note("does.LIST.one", machine.Args{"n": strconv.Itoa(c.N)})
				return
			}
		case Uidl:
			if c.N > 0 {
				e.note("does.UIDL.one", machine.Args{"n": strconv.Itoa(c.N)})
				return
			}
		case Top:
			e.note("does.TOP", machine.Args{"n": strconv.Itoa(c.N), "lines": strconv.Itoa(c.Lines)})
			return
		case Lang:
			if c.Range == "" {
				e.note("does.LANG.list", nil)
				return
			}
		case Auth:
			e.auth(c)
			return
		}
	}
	e.note("does."+keyword, nil)
}

// auth says what AUTH does, and what an initial response says.
func (e *explainer) auth(c Auth) {
	if c.Mechanism == "" {
		e.note("does.AUTH.list", nil)
		return
	}
	e.note("does.AUTH", machine.Args{"mechanism": c.Mechanism})
	m := sasl.Named(c.Mechanism)
	switch {
	case c.Initial == "":
	case m.TakesInitial():
		x := sasl.Begin(m, true)
		initial := sasl.ExplainText(x.Step(), []byte(c.Initial), true, 0)
		e.Notes = append(e.Notes, initial.Notes...)
		e.Why = append(e.Why, initial.Why...)
	case m != sasl.None:
		e.Why = append(e.Why, sasl.ReasonInitial.Note())
	}
}

// base64 says what is wrong with an initial response that is no base64, and what is meant.
func (e *explainer) base64(line []byte) {
	text, _ := wire.TrimEnd(line)
	i := strings.LastIndexByte(string(text), ' ')
	words := strings.Fields(string(text))
	if m := sasl.Named(words[1]); i > 0 && m.TakesInitial() {
		x := sasl.Begin(m, true)
		initial := sasl.ExplainText(x.Step(), text[i+1:], true, i+1)
		last := e.Spans[len(e.Spans)-1]
		e.Spans = append(append(e.Spans[:len(e.Spans)-1], initial.Spans...), last)
		e.Why = append(e.Why, initial.Why...)
		if initial.Repair != "" {
			e.Repair = string(text[:i+1]) + initial.Repair
		}
	}
}

// response says whether a line of the client belongs to an exchange, and which message of it is. What a packet shows of
// such a line is in small letters, unlike a keyword.
func response(l machine.Line) (sasl.Step, bool) {
	step := sasl.StepNamed(l.Label)
	return step, step != sasl.StepNone || l.Verb == "*" || l.Verb == "" && l.Label == unknownStep
}

func (e *explainer) response(l machine.Line, step sasl.Step) {
	text, _ := wire.TrimEnd(l.Data)
	e.exchange(step, text, 0)
	if verb, _ := verbOf(text, 0); verb != machine.NoVerb { // somebody has not seen that the server waits
		e.Why = append([]machine.Note{{ID: "pop3.why.exchange", Args: machine.Args{"verb": Table().Verbs[verb]}}}, e.Why...)
		e.Repair = "*"
	}
	e.span(len(text), len(l.Data), termEnd)
}

func (e *explainer) challenge(l machine.Line) {
	text, _ := wire.TrimEnd(l.Data)
	off := min(2, len(text))
	e.span(0, off, termGoOn)
	e.exchange(sasl.StepNamed(l.Label), text[off:], off)
	e.span(len(text), len(l.Data), termEnd)
}

// exchange explains a message of an exchange that stands at octet off of its line.
func (e *explainer) exchange(step sasl.Step, text []byte, off int) {
	if step == sasl.StepNone && !sasl.IsCancel(text) {
		e.span(off, off+len(text), termText)
		e.note("note.base64", nil)
		return
	}
	x := sasl.ExplainText(step, text, false, off)
	e.Spans = append(e.Spans, x.Spans...)
	e.Notes, e.Why, e.Repair = x.Notes, x.Why, x.Repair
}

// order says why a command does not belong where it stands.
func (e *explainer) order(state machine.State, verb machine.Verb) {
	if verb == machine.NoVerb || Table().Allows(state, verb) {
		return
	}
	id := "over"
	switch state {
	case Authorization:
		if id = "login"; verb == verbPASS {
			id = "user"
		}
		e.Repair = "USER bob"
	case UserGiven:
		id = "password"
	case Transaction:
		id = "logged-in"
	}
	e.why(id, machine.Args{"verb": Table().Verbs[verb]})
}

// syntaxWhy names the reason behind a syntax error.
func syntaxWhy(err *SyntaxError) string {
	switch err.reply {
	case ReplyMissingLines:
		return "missing.lines"
	case ReplyEmpty, ReplyUnknown, ReplyElsewhere, ReplyMissing, ReplySpace, ReplyNumber, ReplyLines, ReplyDigest, ReplyOctet,
		ReplyLineEnd:
		return err.reply.String()
	case ReplyBase64:
		return "octet"
	}
	return "extra"
}
