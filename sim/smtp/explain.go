package smtp

import (
	"bytes"
	"strconv"
	"strings"

	"ehlo/sim/machine"
	"ehlo/sim/sasl"
	"ehlo/sim/trace"
	"ehlo/sim/wire"
)

// minLine is the length in octets that every server takes as a command line (RFC 5321 §4.5.3.1.4).
const minLine = 512

// Explain says what a line consists of, what it does and, where it is refused or will be, why, and how to repair it. It
// reads a command with the parser that a server executes it with.
func Explain(l machine.Line) machine.Explanation {
	var e explainer
	after, _ := Table().StateNamed(l.Next)
	e.Legal = Table().Legal(after)
	text, _ := wire.TrimEnd(l.Data)
	switch {
	case l.Class == trace.ClassNone || l.Label == restOfLine:
		e.piece(l, text)
	case l.Class == trace.ClassContent:
		e.content(l.Data, l.State == stateNames[Chunks], formsNamed(l.Takes))
	case l.Class != trace.ClassCommand:
		e.reply(l, text)
	case l.Verb == "." && l.State == stateNames[Content]:
		e.span(0, len(text), "smtp.end-of-data", "RFC 5321 §4.5.2")
		e.note("smtp.note.command.end-of-data")
	case l.State == stateNames[Exchange]:
		e.response(l, text)
	default:
		e.command(l, text)
	}
	return e.Explanation
}

// explainer collects an explanation.
type explainer struct{ machine.Explanation }

func (e *explainer) span(start, end int, term, ref string) {
	if start < end {
		e.Spans = append(e.Spans, machine.Span{Start: start, End: end, Term: term, Ref: ref})
	}
}

// note adds a note; args are names and values in turn.
func (e *explainer) note(id string, args ...string) {
	e.Notes = append(e.Notes, machine.NewNote(id, args...))
}

// why adds a reason.
func (e *explainer) why(id string, args ...string) {
	e.Why = append(e.Why, machine.NewNote(id, args...))
}

// content explains octets of a message; chunked says that BDAT announced them, takes what the server is known to take.
func (e *explainer) content(data []byte, chunked bool, takes Leniency) {
	ref := "RFC 5321 §4.1.1.4"
	if chunked {
		ref = "RFC 3030 §2"
	}
	e.span(0, len(data), "smtp.content", ref)
	e.note("smtp.note.content", "octets", strconv.Itoa(len(data)))
	if !chunked && (bytes.HasPrefix(data, []byte("..")) || bytes.Contains(data, []byte("\r\n.."))) {
		e.note("smtp.note.stuffed")
	}
	for i, c := range data {
		bareLF := c == '\n' && i > 0 && data[i-1] != '\r'
		bareCR := c == '\r' && i+1 < len(data) && data[i+1] != '\n'
		if bareLF && takes.has(LenientLineEnds) {
			e.taken(LenientLineEnds)
			break
		}
		if bareLF || bareCR && !takes.has(LenientLineEnds) {
			e.why("smtp.why.bare-text")
			break
		}
	}
}

// command explains a command line in the state in which it meets the server.
func (e *explainer) command(l machine.Line, text []byte) {
	state, _ := Table().StateNamed(l.State)
	if len(l.Data) > defaultLine && state != Closed && verbOf(text[:wordLen(text)]) != AUTH {
		e.tooLong(l, text)
		return
	}
	p := parser{note: true, offered: allExtensions, lenient: formsNamed(l.Takes)}
	c := p.command(l.Data)
	e.Spans = p.spans
	if c != nil {
		c.explain(e)
	}
	if state == Closed {
		e.why("smtp.why.over")
		return
	}
	if n := len(l.Data); n > minLine {
		e.note("smtp.note.long", "octets", strconv.Itoa(n), "limit", strconv.Itoa(minLine), "place", strconv.Itoa(minLine+1))
	}
	// A server looks at the order before the grammar, and so does this.
	if v := p.verb; v != machine.NoVerb && !commands[v].in.has(state) {
		e.outOfOrder(outOfOrder(state, v, false), commands[v].name)
	}
	if err := p.err; err != nil {
		e.syntaxError(err, &p, text)
	}
	if p.err == nil && p.used != 0 {
		e.taken(p.used)
	}
	e.leniency(l.Data, p.err)
	if edited, ok := machine.Edited(text); ok {
		e.why("smtp.why.backspace", "place", strconv.Itoa(bytes.IndexAny(text, "\b\x7f")+1))
		text = edited
	}
	if len(e.Why) > 0 && e.Repair == "" && (p.err == nil || p.err.Reply != ReplyNotImplemented) {
		e.Repair = repair(text, state)
	}
}

// tooLong explains a command line, or the first piece of one, that is longer than any command may make it. A server does not look
// what else is wrong with it.
func (e *explainer) tooLong(l machine.Line, text []byte) {
	const ref = "RFC 5321 §4.5.3.1.4"
	e.Spans = nil
	e.span(0, minLine, "smtp.within-limit", ref)
	e.span(minLine, len(text), "smtp.over-limit", ref)
	e.why("smtp.why.long", "octets", strconv.Itoa(len(l.Data)), "limit", strconv.Itoa(minLine), "place", strconv.Itoa(minLine+1),
		"found", found(text, minLine))
}

// piece explains a piece of a line that is too long to be kept whole. AUTH alone may be so long (RFC 4954 §4).
func (e *explainer) piece(l machine.Line, text []byte) {
	e.note("smtp.note.piece")
	switch {
	case l.Verb == "" || l.Verb == commands[AUTH].name:
	case l.Label != restOfLine:
		e.tooLong(l, text)
	default:
		e.span(0, len(text), "smtp.over-limit", "RFC 5321 §4.5.3.1.4")
		e.why("smtp.why.long-rest", "piece", strconv.Itoa(maxObserved), "limit", strconv.Itoa(minLine), "place", strconv.Itoa(minLine+1))
	}
}

// outOfOrder explains a command that its state does not allow.
func (e *explainer) outOfOrder(id ReplyID, verb string) {
	e.why("smtp.why."+id.String(), "verb", verb)
	switch id {
	case ReplyNeedHello:
		e.Repair = "EHLO laptop.example.org"
	case ReplyNeedMail:
		e.Repair = "MAIL FROM:<alice@example.org>"
	case ReplyNeedRcpt, ReplyNoRecipients:
		e.Repair = "RCPT TO:<bob@example.net>"
	case ReplyNestedMail:
		e.Repair = "RSET"
	case ReplyNeedBdat:
		e.Repair = "BDAT 0 LAST"
	}
}

// syntaxError explains a line that is no command.
func (e *explainer) syntaxError(err *SyntaxError, p *parser, text []byte) {
	word := string(p.line[:wordLen(p.line)])
	switch err.Reply {
	case ReplyUnknown:
		if word == "" {
			e.span(0, len(text), "smtp.unexpected", "RFC 5321 §4.1.1")
			e.why("smtp.why.no-command")
			break
		}
		e.span(0, len(word), "smtp.unknown", "RFC 5321 §4.1.1")
		e.unknown(word, string(p.line))
	case ReplyNotImplemented:
		e.span(0, len(word), "smtp.unoffered", "RFC 5321 §4.2.4")
		e.span(len(word), len(text), "smtp.argument", "RFC 5321 §4.1.1")
		e.why("smtp.why.not-implemented", "verb", word)
	case ReplyBareLineEnd:
		// The place may be the line end itself, behind the text.
		e.Spans = nil
		e.span(0, min(err.Pos, len(text)), "smtp.line", "RFC 5321 §2.3.8")
		e.span(err.Pos, max(len(text), err.Pos+1), "smtp.bare-line-end", "RFC 5321 §2.3.8")
		e.why("smtp.why.bare-line-end")
	case ReplyNotBase64:
		e.initialResponse(p)
	case ReplyNeedUTF8:
		e.why("smtp.want.utf8", "place", strconv.Itoa(err.Pos))
		e.Repair = string(p.line) + " SMTPUTF8"
	case ReplyParameter:
		end := err.Pos + wordLen(p.line[err.Pos:])
		e.span(err.Pos, end, "smtp.unexpected", "RFC 5321 §4.1.1.11")
		e.why("smtp.why.parameter", "parameter", string(p.line[err.Pos:end]))
	default:
		e.span(lastEnd(e.Spans, text), len(p.line), "smtp.unexpected", commands[err.Verb].ref)
		e.why("smtp.want."+err.Want[len("smtp."):], "place", strconv.Itoa(err.Pos+1),
			"usage", commands[err.Verb].usage, "found", found(p.line, err.Pos))
	}
}

// unknown explains a word that is no command, by what it is elsewhere.
func (e *explainer) unknown(word, line string) {
	protocol, verb := machine.Foreign("SMTP", line)
	latin, keys := machine.Latin(line)
	switch {
	case protocol != "":
		e.why("smtp.why.foreign", "word", verb, "protocol", protocol)
	case word == ".":
		e.why("smtp.why.dot")
	case len(word) == 3 && strings.Trim(word, "0123456789") == "":
		e.why("smtp.why.code", "word", word)
	case isField(word):
		e.why("smtp.why.field", "word", word)
	case keys && isCommand(latin):
		e.why("smtp.why.layout", "word", word, "verb", latin[:wordLen([]byte(latin))])
		e.Repair = latin
	default:
		e.why("smtp.why.unknown", "word", word)
	}
}

// isField says whether a word begins a line of a message's header.
func isField(word string) bool {
	name, _, ok := strings.Cut(strings.ToUpper(word), ":")
	return ok && strings.Contains(" FROM TO CC BCC SUBJECT DATE REPLY-TO MESSAGE-ID MIME-VERSION CONTENT-TYPE ", " "+name+" ")
}

// leniency names the forms of a line that the grammar forbids and that some servers take.
func (e *explainer) leniency(line []byte, strict *SyntaxError) {
	if strict == nil {
		return
	}
	p := parser{offered: allExtensions, lenient: LenientSpace | LenientBrackets | LenientName | LenientLineEnds}
	if c := p.command(line); c == nil || p.err != nil {
		return
	}
	e.forms(p.used)
}

// forms names forms that the grammar forbids.
func (e *explainer) forms(l Leniency) {
	for i, name := range leniencies {
		if l.has(1 << i) {
			e.note("smtp.note.lenient." + name)
		}
	}
}

// taken names forms that the server takes all the same.
func (e *explainer) taken(l Leniency) {
	e.forms(l)
	e.note("smtp.note.lenient.taken")
}

// initialResponse explains an initial response that is not base64.
func (e *explainer) initialResponse(p *parser) {
	words := bytes.SplitN(p.line, []byte(" "), 3)
	m := sasl.Named(string(words[1]))
	start := len(words[0]) + len(words[1]) + 2
	x := sasl.ExplainText(sasl.Begin(m, true).Step(), p.line[start:], true, start)
	e.Spans, e.Why = append(e.Spans, x.Spans...), append(e.Why, x.Why...)
	e.span(lastEnd(e.Spans, p.line), len(p.line), "smtp.unexpected", "RFC 4954 §4")
	if len(x.Why) == 0 { // nothing stands there
		e.why("smtp.want.base64", "place", strconv.Itoa(p.err.Pos+1), "usage", commands[AUTH].usage)
	}
	if e.Repair = "AUTH " + m.String(); x.Repair != "" {
		e.Repair += " " + x.Repair
	}
}

// response explains a line of the client in an exchange of AUTH.
func (e *explainer) response(l machine.Line, text []byte) {
	step := sasl.StepNamed(l.Label)
	if step == sasl.StepNone && !sasl.IsCancel(text) {
		e.span(0, len(text), "smtp.response", "RFC 4954 §4")
		e.note("smtp.note.response")
		return
	}
	e.sasl(sasl.ExplainText(step, text, false, 0), text)
}

// sasl adds what a mechanism says of its message.
func (e *explainer) sasl(x machine.Explanation, text []byte) {
	e.Spans, e.Notes, e.Why = append(e.Spans, x.Spans...), append(e.Notes, x.Notes...), append(e.Why, x.Why...)
	if len(x.Why) > 0 {
		e.span(lastEnd(e.Spans, text), len(text), "smtp.unexpected", "RFC 4954 §4")
	}
	e.Repair = x.Repair
}

// lastEnd is where the spans end, and the white space behind them.
func lastEnd(spans []machine.Span, text []byte) int {
	end := 0
	if n := len(spans); n > 0 {
		end = spans[n-1].End
	}
	for end < len(text) && text[end] == ' ' {
		end++
	}
	return end
}

// found is what stands at a place, cut where it is long.
func found(line []byte, pos int) string {
	rest := line[min(pos, len(line)):]
	if len(rest) > 20 {
		return string(rest[:20]) + "…"
	}
	return string(rest)
}

// wordLen is the number of octets before the first white space.
func wordLen(text []byte) int {
	n := 0
	for n < len(text) && !isBlank(text[n]) {
		n++
	}
	return n
}
