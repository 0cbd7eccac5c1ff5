package pop3

import (
	"bytes"
	"slices"
	"strconv"
	"strings"

	"ehlo/sim/machine"
	"ehlo/sim/sasl"
	"ehlo/sim/trace"
	"ehlo/sim/wire"
)

func (e *explainer) reply(l machine.Line) {
	text, _ := wire.TrimEnd(l.Data)
	class, start, ok := parseStatus(l.Data)
	verb := Table().VerbNamed(l.Verb)
	defer e.span(len(text), len(l.Data), termEnd)
	if !ok {
		e.span(0, len(text), termText)
		e.note("no-status", nil)
		return
	}
	e.span(0, len(statusOf(class)), termStatus)
	switch {
	case l.Class == trace.ClassGreeting:
		e.greeting(text, start)
	case class == trace.ClassPermanent:
		code := e.code(text, start)
		e.note("refused", nil)
		e.refusal(l.State, verb, code)
	default:
		e.accepted(l, verb, text, start)
	}
}

// greeting shows the timestamp, without which there is no APOP (RFC 1939 §7).
func (e *explainer) greeting(text []byte, start int) {
	a, b, ok := timestampOf(text[start:])
	if !ok {
		e.span(start, len(text), termText)
		e.note("greeting", nil)
		return
	}
	e.span(start, start+a, termText)
	e.span(start+a, start+b, termTimestamp)
	e.span(start+b, len(text), termText)
	e.note("greeting.apop", nil)
}

// code shows the text of a reply, with the response code at its beginning where it has one.
func (e *explainer) code(text []byte, start int) string {
	code := parseCode(text[start:])
	if code != "" {
		end := start + len(code) + 2
		e.span(start, end, termCode)
		start = end
	}
	e.span(start, len(text), termText)
	return code
}

// refusal says why a command with that verb is refused in a state, as far as the reply alone can tell.
func (e *explainer) refusal(state string, verb machine.Verb, code string) {
	for parent := code; parent != ""; parent, _ = cutLast(parent) { // unknown detail is let pass (RFC 2449 §8)
		if slices.Contains(codeNotes[:], parent) {
			e.Why = append(e.Why, machine.Note{ID: "pop3.code." + parent})
			return
		}
	}
	if s, ok := Table().StateNamed(state); ok && !(s == Exchange && verb == verbAUTH) {
		e.order(s, verb)
	}
	if len(e.Why) > 0 {
		return
	}
	args := machine.Args{"verb": ""}
	if verb < verbCancel {
		args["verb"] = commands[verb].keyword
	}
	switch verb {
	case verbPASS, verbAPOP:
		e.why("refused.PASS", args)
	case verbAUTH, verbQUIT, verbSTLS, verbLANG, verbRPOP:
		e.why("refused."+commands[verb].keyword, nil)
	case verbLIST, verbUIDL, verbRETR, verbTOP, verbDELE:
		e.why("refused.message", args)
	default:
		e.why("refused", nil)
	}
}

// cutLast takes the last level off a response code.
func cutLast(code string) (parent string, ok bool) {
	i := strings.LastIndexByte(code, '/')
	return code[:max(i, 0)], i >= 0
}

func (e *explainer) accepted(l machine.Line, verb machine.Verb, text []byte, start int) {
	if e.numbers(verb, text, start) {
		return
	}
	if verb == verbLANG && l.Verb != "" {
		e.language(text, start)
		return
	}
	e.code(text, start)
	switch {
	case verb >= verbCancel, verb == verbSTAT, verb == verbLAST:
		e.note("ok", nil)
	case verb == verbQUIT && l.Next == Table().States[Closed]:
		e.note("ok.QUIT.closed", nil)
	case verb == verbAUTH && l.Next != Table().States[Transaction]:
		e.note("ok.AUTH.list", nil)
	default:
		e.note("ok."+commands[verb].keyword, nil)
	}
}

// numbers explains the replies that say something in their first line; false where this one does not.
func (e *explainer) numbers(verb machine.Verb, text []byte, start int) bool {
	switch verb {
	case verbSTAT, verbLIST:
		a, b, ends, ok := parseNumbers(text[start:])
		if !ok {
			return false
		}
		first, id := termCount, "ok.STAT"
		if verb == verbLIST {
			first, id = termMessage, "ok.LIST.one"
		}
		e.span(start, start+ends[0], first)
		e.span(start+ends[0]+1, start+ends[1], termOctets)
		e.span(start+ends[1]+1, len(text), termText)
		e.note(id, machine.Args{"n": strconv.Itoa(a), "octets": strconv.FormatInt(b, 10)})
	case verbUIDL:
		u, space, ok := parseUniqueID(text[start:])
		if !ok {
			return false
		}
		e.span(start, start+space, termMessage)
		e.span(start+space+1, len(text), termUniqueID)
		e.note("ok.UIDL.one", machine.Args{"n": strconv.Itoa(u.N)})
	case verbLAST:
		n, err := strconv.ParseUint(string(text[start:]), 10, 31)
		if err != nil {
			return false
		}
		e.span(start, len(text), termMessage)
		e.note("ok.LAST", machine.Args{"n": strconv.FormatUint(n, 10)})
	default:
		return false
	}
	return true
}

// language explains the reply to LANG: of one language it begins with its tag (RFC 6856 §3.2).
func (e *explainer) language(text []byte, start int) {
	end := start
	for end < len(text) && text[end] != ' ' {
		end++
	}
	tag := string(text[start:end])
	if !isTag(tag) {
		e.span(start, len(text), termText)
		e.note("ok.LANG.list", nil)
		return
	}
	e.span(start, end, termTag)
	e.span(end+1, len(text), termText)
	e.note("ok.LANG", machine.Args{"tag": tag})
}

// isTag says whether a word can be the tag of a language: in the texts of a list that is hardly one (RFC 5646 §2.1).
func isTag(s string) bool {
	primary, _, _ := strings.Cut(s, "-")
	if len(primary) < 2 || len(primary) > 3 && primary == s {
		return false
	}
	for i := range len(s) {
		if c := s[i] | 0x20; (c < 'a' || c > 'z') && (c < '0' || c > '9') && s[i] != '-' {
			return false
		}
	}
	return true
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
	switch Table().VerbNamed(l.Verb) {
	case verbLIST:
		if n, octets, ends, ok := parseNumbers(text[start:]); ok {
			e.span(start, start+ends[0], termMessage)
			e.span(start+ends[0]+1, start+ends[1], termOctets)
			e.span(start+ends[1]+1, len(text), termText)
			e.note("note.scan", machine.Args{"n": strconv.Itoa(n), "octets": strconv.FormatInt(octets, 10)})
			return
		}
	case verbUIDL:
		if u, space, ok := parseUniqueID(text[start:]); ok {
			e.span(start, start+space, termMessage)
			e.span(start+space+1, len(text), termUniqueID)
			e.note("note.unique-id", machine.Args{"n": strconv.Itoa(u.N)})
			return
		}
	case verbCAPA:
		e.capability(text, start)
		return
	case verbAUTH:
		if m := sasl.Named(string(text[start:])); m != sasl.None {
			e.Spans = append(e.Spans, machine.Span{Start: start, End: len(text), Term: m.Term(), Ref: m.Ref()})
		} else {
			e.span(start, len(text), termMechanism)
		}
		e.note("note.mechanism", machine.Args{"mechanism": string(text[start:])})
		return
	case verbLANG:
		end := start + max(0, bytes.IndexByte(append(text[start:len(text):len(text)], ' '), ' '))
		e.span(start, end, termTag)
		e.span(end+1, len(text), termText)
		e.note("note.language", nil)
		return
	}
	e.span(start, len(text), termListing)
	e.note("note.listing", nil)
}

// capability explains a line of CAPA: the tag, and its parameters (RFC 2449 §3).
func (e *explainer) capability(text []byte, start int) {
	tag, parameters, _ := bytes.Cut(text[start:], []byte(" "))
	name := strings.ToUpper(string(tag))
	e.span(start, start+len(tag), termCapability)
	at := start + len(tag) + 1
	for word := range bytes.SplitSeq(parameters, []byte(" ")) {
		if m := sasl.Named(string(word)); m != sasl.None && name == "SASL" {
			e.Spans = append(e.Spans, machine.Span{Start: at, End: at + len(word), Term: m.Term(), Ref: m.Ref()})
		} else {
			e.span(at, at+len(word), termParameter)
		}
		at += len(word) + 1
	}
	args := machine.Args{"tag": string(tag), "value": string(parameters)}
	if slices.Contains(capabilityNotes[:], name) {
		e.note("capa."+name, args)
		return
	}
	e.note("note.capability", args)
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
