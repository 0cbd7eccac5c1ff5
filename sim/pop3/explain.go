package pop3

import (
	"bytes"
	"strconv"
	"strings"

	"ehlo/sim/machine"
	"ehlo/sim/trace"
	"ehlo/sim/wire"
)

// Explain says what a line consists of, what it does, and why it is refused where it is.
func Explain(l machine.Line) machine.Explanation {
	var e explainer
	next, _ := Table.StateNamed(l.Next)
	e.Legal = Table.Legal(next)
	switch l.Class {
	case trace.ClassCommand:
		e.command(l)
	case trace.ClassContent:
		e.content(l)
	case trace.ClassUntagged:
		e.listing(l)
	default:
		e.reply(l)
	}
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
	s := scanner{explain: true}
	c, err := s.command(l.Data)
	e.Spans = s.spans
	if list, ok := c.(List); ok && err == nil && list.N > 0 {
		e.note("does.LIST.one", machine.Args{"n": strconv.Itoa(list.N)})
	} else if s.verb != machine.NoVerb {
		e.note("does."+s.keyword, nil)
	}
	if len(l.Data) > maxLine {
		e.why("length", machine.Args{"octets": strconv.Itoa(len(l.Data)), "limit": strconv.Itoa(maxLine)})
	}
	state, _ := Table.StateNamed(l.State)
	e.order(state, s.verb)
	if err != nil {
		e.why(syntaxWhy(err), machine.Args{"verb": err.keyword, "want": err.Want, "pos": strconv.Itoa(err.Pos + 1)})
		e.Repair = repair(l.Data)
	}
}

// order says why a command does not belong where it stands.
func (e *explainer) order(state machine.State, verb machine.Verb) {
	if verb == machine.NoVerb || Table.Allows(state, verb) {
		return
	}
	id := "over"
	switch state {
	case Authorization:
		if id = "login"; verb == verbPASS {
			id = "user"
		}
	case UserGiven:
		id = "password"
	case Transaction:
		id = "logged-in"
	}
	e.why(id, machine.Args{"verb": commands[verb].keyword})
}

// syntaxWhy names the reason behind a syntax error.
func syntaxWhy(err *SyntaxError) string {
	switch err.reply {
	case replyEmpty:
		return "empty"
	case replyUnknown:
		return "unknown"
	case replyElsewhere:
		return "elsewhere"
	case replyMissing:
		return "missing"
	case replySpace:
		return "space"
	case replyNumber:
		return "number"
	case replyOctet:
		return "octet"
	case replyLineEnd:
		return "line-end"
	}
	return "extra"
}

func (e *explainer) reply(l machine.Line) {
	text, _ := wire.TrimEnd(l.Data)
	class, start, ok := parseStatus(l.Data)
	verb := Table.VerbNamed(l.Verb)
	defer e.span(len(text), len(l.Data), termEnd)
	if !ok {
		e.span(0, len(text), termText)
		e.note("no-status", nil)
		return
	}
	e.span(0, len(statusOf(class)), termStatus)
	switch {
	case l.Class == trace.ClassGreeting:
		e.span(start, len(text), termText)
		e.note("greeting", nil)
	case class == trace.ClassPermanent:
		e.span(start, len(text), termText)
		e.note("refused", nil)
		e.refusal(l.State, verb)
	default:
		e.accepted(l, verb, text, start)
	}
}

// refusal says why a command with that verb is refused in a state, as far as the reply alone can tell.
func (e *explainer) refusal(state string, verb machine.Verb) {
	if s, ok := Table.StateNamed(state); ok {
		e.order(s, verb)
	}
	if len(e.Why) > 0 {
		return
	}
	switch verb {
	case verbPASS, verbQUIT:
		e.why("refused."+commands[verb].keyword, nil)
	case verbLIST, verbRETR, verbDELE:
		e.why("refused.message", machine.Args{"verb": commands[verb].keyword})
	default:
		e.why("refused", nil)
	}
}

func (e *explainer) accepted(l machine.Line, verb machine.Verb, text []byte, start int) {
	a, b, ends, numbers := parseNumbers(text[start:])
	numbers = numbers && (verb == verbSTAT || verb == verbLIST)
	if !numbers {
		e.span(start, len(text), termText)
	} else {
		first := termCount
		if verb == verbLIST {
			first = termMessage
		}
		e.span(start, start+ends[0], first)
		e.span(start+ends[0]+1, start+ends[1], termOctets)
		e.span(start+ends[1]+1, len(text), termText)
	}
	args := machine.Args{"n": strconv.Itoa(a), "octets": strconv.FormatInt(b, 10)}
	switch {
	case verb == machine.NoVerb:
		e.note("ok", nil)
	case verb == verbSTAT && !numbers:
		e.note("ok", nil)
	case verb == verbSTAT:
		e.note("ok.STAT", args)
	case verb == verbLIST && numbers:
		e.note("ok.LIST.one", args)
	case verb == verbQUIT && l.Next == Table.States[Closed]:
		e.note("ok.QUIT.closed", nil)
	default:
		e.note("ok."+commands[verb].keyword, nil)
	}
}

// listing explains the lines behind the first of a multi-line reply, but for the octets of a message.
func (e *explainer) listing(l machine.Line) {
	text, _ := wire.TrimEnd(l.Data)
	defer e.span(len(text), len(l.Data), termEnd)
	if _, end := wire.Unstuff(l.Data); end {
		e.span(0, 1, termTermination)
		e.note("note.end", nil)
		return
	}
	start := 0
	if len(text) > 0 && text[0] == '.' {
		start = 1
		e.span(0, 1, termStuffed)
	}
	n, octets, ends, ok := parseNumbers(text[start:])
	if !ok || Table.VerbNamed(l.Verb) != verbLIST {
		e.span(start, len(text), termListing)
		e.note("note.listing", nil)
		return
	}
	e.span(start, start+ends[0], termMessage)
	e.span(start+ends[0]+1, start+ends[1], termOctets)
	e.span(start+ends[1]+1, len(text), termText)
	e.note("note.scan", machine.Args{"n": strconv.Itoa(n), "octets": strconv.FormatInt(octets, 10)})
}

// content explains octets of a message. A dot at their beginning is left: they may begin within a line.
func (e *explainer) content(l machine.Line) {
	start := 0
	e.note("note.content", nil)
	for {
		i := bytes.Index(l.Data[start:], []byte("\n."))
		if i < 0 {
			break
		}
		dot := start + i + 1
		e.span(start, dot, termContent)
		e.span(dot, dot+1, termStuffed)
		start = dot + 1
	}
	if start > 0 {
		e.note("note.stuffed", nil)
	}
	e.span(start, len(l.Data), termContent)
}

// otherNames is what people type who know other protocols or tools.
var otherNames = map[string]string{
	"LOGIN": "USER", "PASSWORD": "PASS", "STATUS": "STAT", "FETCH": "RETR", "GET": "RETR", "RETRIEVE": "RETR",
	"DELETE": "DELE", "DEL": "DELE", "RESET": "RSET", "LOGOUT": "QUIT", "CLOSE": "QUIT", "EXIT": "QUIT", "BYE": "QUIT",
}

// repair returns the smallest change that makes a wrong line right, or "".
func repair(line []byte) string {
	text, _ := wire.TrimEnd(line)
	words := strings.Fields(string(text))
	if len(words) == 0 {
		return ""
	}
	verb, glued := nearest(strings.ToUpper(words[0]))
	if verb == machine.NoVerb {
		return ""
	}
	args := words[1:]
	if glued != "" {
		args = append([]string{glued}, args...)
	}
	keyword := commands[verb].keyword
	if strings.EqualFold(words[0], keyword) {
		keyword = words[0]
	}
	fixed := keyword
	switch verb {
	case verbUSER:
		if len(args) > 0 {
			fixed += " " + args[0]
		}
	case verbPASS:
		if len(args) > 0 { // spaces may belong to the password
			rest := string(text)
			fixed += " " + rest[strings.Index(rest, args[0]):]
		}
	case verbLIST, verbRETR, verbDELE:
		if len(args) > 0 {
			fixed += " " + strings.Trim(args[0], "#<>()[]{}\"'.,;:")
		}
	}
	var s scanner
	if _, err := s.command([]byte(fixed + "\r\n")); err != nil {
		return ""
	}
	return fixed
}

// nearest finds the command that a word is meant to be: another name for it, one slip of the hand away, or with the
// argument stuck to it.
func nearest(word string) (verb machine.Verb, glued string) {
	if name, ok := otherNames[word]; ok {
		word = name
	}
	verb = machine.NoVerb
	for v := range commands {
		keyword := commands[v].keyword
		if word == keyword {
			return machine.Verb(v), ""
		}
		if rest, ok := strings.CutPrefix(word, keyword); ok && strings.Trim(rest, "0123456789") == "" {
			return machine.Verb(v), rest
		}
		if isSlip(word, keyword) {
			if verb != machine.NoVerb {
				return machine.NoVerb, ""
			}
			verb = machine.Verb(v)
		}
	}
	return verb, ""
}

// isSlip says whether two words differ by one character that is wrong, missing or too many, or by two that are swapped.
func isSlip(a, b string) bool {
	for len(a) > 0 && len(b) > 0 && a[0] == b[0] {
		a, b = a[1:], b[1:]
	}
	for len(a) > 0 && len(b) > 0 && a[len(a)-1] == b[len(b)-1] {
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	return len(a) <= 1 && len(b) <= 1 || len(a) == 2 && len(b) == 2 && a[0] == b[1] && a[1] == b[0]
}
