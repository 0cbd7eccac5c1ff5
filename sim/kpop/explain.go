package kpop

import (
	"ehlo/sim/machine"
	"ehlo/sim/pop3"
	"ehlo/sim/trace"
)

// Explain says what a line consists of and what it does.
func Explain(l machine.Line) machine.Explanation {
	if l.Verb == Verb && l.Class == trace.ClassCommand {
		return explainRequest(l)
	}
	e := pop3.Explain(l)
	switch {
	case l.Verb == "PASS" && l.Class == trace.ClassCommand:
		e.Notes = []machine.Note{{ID: "kpop.does.PASS"}}
		for i := range e.Spans {
			if s := &e.Spans[i]; s.Term == "pop3.password" {
				s.Term, s.Ref = "kpop.word", ""
			}
		}
	case l.Verb == "" && l.Class == trace.ClassPermanent:
		e.Why = append(e.Why, machine.Note{ID: "kpop.why.refused"})
	}
	return e
}

// parts are the parts of a request, in their order.
var parts = [...]string{"sendauth", "application", "length", "header", "realm", "sizes", "ticket", "authenticator"}

// MessageIDs lists the locale identifiers of what [Explain] says besides POP3's.
func MessageIDs() []string {
	ids := []string{"kpop.does.SENDAUTH", "kpop.does.PASS", "kpop.why.refused", "kpop.word", "kpop.word.meaning"}
	for _, p := range parts {
		ids = append(ids, "kpop."+p, "kpop."+p+".meaning")
	}
	return ids
}

func explainRequest(l machine.Line) machine.Explanation {
	e := machine.Explanation{Notes: []machine.Note{{ID: "kpop.does.SENDAUTH"}}}
	r, ok := parseBody(l.Data[min(requestAt, len(l.Data)):])
	sizes := [...]int{len(sendauth), len(application), requestAt - lengthAt, 3, len(r.Realm) + 1, 2, len(r.Ticket), len(r.Authenticator)}
	at := 0
	for i, n := range sizes {
		if !ok && i > 2 || at+n > len(l.Data) {
			break
		}
		e.Spans = append(e.Spans, machine.Span{Start: at, End: at + n, Term: "kpop." + parts[i]})
		at += n
	}
	return e
}
