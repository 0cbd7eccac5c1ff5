package incident

import (
	"bytes"
	"regexp"

	"ehlo/sim/machine"
	"ehlo/sim/smtp"
	"ehlo/sim/trace"
)

// replyAt finds a reply of an SMTP server in a text: a code, and behind it an enhanced status code or words.
var replyAt = regexp.MustCompile(`(?:^|[\s;(<"'\]])([245][0-5]\d)[ -](?:[245]\.\d{1,3}\.\d{1,3}(?:[\s:]|$)|\S)`)

// statusAt finds an enhanced status code (RFC 3463 §2).
var statusAt = regexp.MustCompile(`\b[245]\.\d{1,3}\.\d{1,3}\b`)

// verbs are the commands as logs and reports name what a reply answers, and the state in which they are legal.
var verbs = []struct{ words, verb, state string }{
	{"RCPT", "RCPT", "sender"}, {"MAIL", "MAIL", "greeted"}, {"end of DATA", ".", "content"}, {"END-OF-MESSAGE", ".", "content"},
	{"DATA", "DATA", "recipients"}, {"EHLO", "EHLO", "connected"}, {"HELO", "HELO", "connected"}, {"AUTH", "AUTH", "greeted"},
	{"STARTTLS", "STARTTLS", "greeted"}, {"CONNECT", "", "connected"},
}

// asked is the command that a text says a reply answers: RCPT where it says nothing, since most refusals are about a recipient.
func asked(text []byte) (verb, state string) {
	for _, v := range verbs {
		if bytes.Contains(text, []byte(v.words)) {
			return v.verb, v.state
		}
	}
	return "RCPT", "sender"
}

// reply explains the reply of a server that stands at a place of the entry's text, as it is explained in a session. It says whether
// there is one.
func (e *Entry) reply(start, end int) bool {
	m := replyAt.FindSubmatchIndex(e.Text[start:end])
	if m == nil {
		return e.status(start, end)
	}
	start += m[2]
	if i := bytes.Index(e.Text[start:end], []byte(" (in reply to ")); i >= 0 {
		end = start + i
	}
	if said := e.Text[start:end]; bytes.HasSuffix(said, []byte(")")) && bytes.Count(said, []byte("(")) < bytes.Count(said, []byte(")")) {
		end-- // the reply itself is in parentheses
	}
	verb, state := asked(e.Text)
	class := map[byte]trace.Class{'2': trace.ClassOK, '4': trace.ClassTransient, '5': trace.ClassPermanent}[e.Text[start]]
	x := smtp.Explain(machine.Line{Dir: trace.ToClient, Data: append(bytes.Clone(e.Text[start:end]), "\r\n"...), Verb: verb, Class: class, State: state, Next: state})
	for _, s := range x.Spans {
		e.span(start+s.Start, min(start+s.End, end), s.Term, s.Ref)
	}
	if class != trace.ClassOK {
		e.Notes = append(e.Notes, x.Notes...)
		e.Why = append(e.Why, x.Why...)
	}
	return true
}

// status names an enhanced status code that stands at a place of the entry's text without a reply code.
func (e *Entry) status(start, end int) bool {
	m := statusAt.FindIndex(e.Text[start:end])
	if m == nil {
		return false
	}
	code := string(e.Text[start+m[0] : start+m[1]])
	e.span(start+m[0], start+m[1], statusTerm(code), "RFC 3463 §2")
	return true
}

// statusTerm is the name of an enhanced status code: it is asked of the code that explains replies.
func statusTerm(code string) string {
	class := map[byte]trace.Class{'2': trace.ClassOK, '4': trace.ClassTransient, '5': trace.ClassPermanent}[code[0]]
	x := smtp.Explain(machine.Line{Dir: trace.ToClient, Data: []byte(code[:1] + "50 " + code + " x\r\n"), Verb: "RCPT", Class: class, State: "sender", Next: "sender"})
	if len(x.Spans) > 1 {
		return x.Spans[1].Term
	}
	return "smtp.enhanced"
}
