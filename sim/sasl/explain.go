package sasl

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"ehlo/sim/machine"
)

// notes is every identifier of what a message does, behind "sasl.does.".
var notes = [...]string{"go", "plain", "plain.as", "user-prompt", "user", "password-prompt", "password", "timestamp", "digest",
	"client-first", "client-first.as", "server-first", "client-final", "server-final", "server-error", "end", "cancel"}

// does names what the message of a step does.
var does = [numSteps]string{StepGo: "go", StepPlain: "plain", StepUserPrompt: "user-prompt", StepUser: "user",
	StepPasswordPrompt: "password-prompt", StepPassword: "password", StepTimestamp: "timestamp", StepDigest: "digest",
	StepClientFirst: "client-first", StepServerFirst: "server-first", StepClientFinal: "client-final",
	StepServerFinal: "server-final", StepEnd: "end"}

// Explain says what the message of a step consists of, in octets as they are without base64, what it does, and why it
// cannot be right where it cannot. It sees one message: whether a password, a proof or a nonce is the right one is not
// in it. Legal and Repair are left empty.
func Explain(step Step, octets []byte) machine.Explanation {
	p := parse(step, octets, true)
	e := machine.Explanation{Spans: p.spans}
	if p.err != nil {
		e.Why = append(e.Why, p.err.Note())
		return e
	}
	if id := does[step]; id != "" {
		switch {
		case p.m.authzid != "" && p.m.authzid != p.m.authcid:
			id += ".as"
		case p.m.fault != "":
			id = "server-error"
		}
		e.Notes = append(e.Notes, machine.Note{ID: "sasl.does." + id, Args: args(step, &p.m)})
	}
	if r := unfit(step, &p.m); r != ReasonNone {
		e.Why = append(e.Why, r.Note())
	}
	return e
}

// args are what the note about a message tells of it.
func args(step Step, m *message) machine.Args {
	a := machine.Args{}
	for _, x := range [...]struct{ name, value string }{
		{"user", m.authcid}, {"as", m.authzid}, {"password", m.password}, {"text", m.text}, {"error", m.fault},
	} {
		if x.value != "" {
			a[x.name] = readable(x.value)
		}
	}
	if step == StepServerFirst {
		a["iterations"] = strconv.Itoa(m.iterations)
	}
	return a
}

func syntaxArgs(e *SyntaxError) machine.Args {
	return machine.Args{"pos": strconv.Itoa(e.Pos + 1), "want": e.Want}
}

// readable is text from the wire as people can be shown it: what is no character, or one that is not seen, is a mark.
func readable(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r >= 0x7F && r < 0xA0 || r == utf8.RuneError {
			return utf8.RuneError
		}
		return r
	}, strings.TrimRight(s, "\x00"))
}

// unfit is why a message that the grammar allows is refused for what is in it alone.
func unfit(step Step, m *message) Reason {
	prepared := prepareOr
	switch step {
	case StepClientFirst:
		if m.flag == 'p' {
			return ReasonBinding
		}
		prepared = Prepare
	case StepServerFirst:
		if m.iterations < MinIterations || m.iterations > MaxIterations {
			return ReasonIterations
		}
	}
	if m.extension {
		return ReasonExtension
	}
	for _, s := range [...]string{m.authcid, m.password} {
		if s == "" || step == StepPassword {
			continue
		}
		if _, err := prepared(s); err == ErrUnsupported {
			return ReasonUnsupported
		} else if err != nil {
			return ReasonProhibited
		}
	}
	return ReasonNone
}

// ExplainText explains a message as it stands on a line in base64, without what is before it and without the line end.
// The text begins at octet off of the line, to which the spans are moved; initial says that it is an initial response.
// Of a client's message that is not right, Repair is the text that should stand there, where that can be known.
func ExplainText(step Step, text []byte, initial bool, off int) machine.Explanation {
	span := func(start, end int, t term) machine.Span {
		return machine.Span{Start: off + start, End: off + end, Term: t.id(), Ref: t.ref()}
	}
	switch {
	case !step.FromServer() && !initial && IsCancel(text):
		return machine.Explanation{Spans: []machine.Span{span(0, 1, termCancel)}, Notes: []machine.Note{{ID: "sasl.does.cancel"}}}
	case initial && string(text) == "=":
		e := Explain(step, nil)
		e.Spans = []machine.Span{span(0, 1, termNoOctets)}
		return e
	}
	octets, err := Decode(text)
	if e, ok := err.(*Base64Error); ok {
		x := machine.Explanation{Why: []machine.Note{e.Note()}}
		if e.Pos > 0 {
			x.Spans = []machine.Span{span(0, e.Pos, termBase64)}
		}
		if !step.FromServer() {
			x.Repair = repair(step, text)
		}
		return x
	}
	e := Explain(step, octets)
	e.Spans = OnText(e.Spans, off)
	if n := len(strings.TrimRight(string(text), "=")); n < len(text) {
		e.Spans = append(e.Spans, span(n, len(text), termPadding))
	}
	return e
}

// repair is the text that was meant by one that is not base64: the same with its padding, or the text itself, which
// still has to be encoded.
func repair(step Step, text []byte) string {
	padded := strings.TrimRight(string(text), "=")
	padded += "==="[:(4-len(padded)%4)%4]
	if octets, err := Decode([]byte(padded)); err == nil && isSensible(step, octets) {
		return padded
	}
	if !isSensible(step, text) {
		return ""
	}
	return string(Append(nil, text))
}

// isSensible says whether octets can be the message of a step, and are what a person types.
func isSensible(step Step, octets []byte) bool {
	p := parse(step, octets, false)
	return p.err == nil && unfit(step, &p.m) == ReasonNone &&
		!strings.ContainsRune(readable(p.m.authcid+p.m.password), utf8.RuneError)
}
