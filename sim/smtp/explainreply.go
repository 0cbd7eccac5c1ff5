package smtp

import (
	"slices"
	"strconv"
	"strings"

	"ehlo/sim/machine"
	"ehlo/sim/sasl"
	"ehlo/sim/trace"
)

// codes are the reply codes that have a text of their own (RFC 5321 §4.2.3), each with a blank behind it.
const codes = "211 214 220 221 235 250 251 252 253 334 354 421 432 450 451 452 454 455 458 459 500 501 502 503 504 521 530 534 535 " +
	"538 550 551 552 553 554 555 556 "

// codeName is a reply code as text; those of codes need no memory of their own.
func codeName(code []byte) string {
	for i := 0; i < len(codes); i += 4 {
		if codes[i:i+3] == string(code) {
			return codes[i : i+3]
		}
	}
	return string(code)
}

// enhancedCodes are the enhanced status codes, without their class, that have a text of their own (RFC 3463 §3).
var enhancedCodes = []string{"0.0", "1.0", "1.1", "1.2", "1.3", "1.5", "1.6", "1.7", "1.8", "1.10", "2.0", "2.1", "2.2", "2.3", "3.0",
	"3.1", "3.2", "3.3", "3.4", "4.0", "4.1", "4.2", "4.3", "4.4", "4.6", "4.7", "5.0", "5.1", "5.2", "5.3", "5.4", "5.6", "6.0",
	"6.3", "6.6", "6.7", "6.9", "7.0", "7.1", "7.5", "7.8", "7.9", "7.10", "7.11", "7.12", "7.30"}

// whyEnhanced are the reasons that an enhanced code tells, without its class.
var whyEnhanced = []struct{ code, id string }{
	{"1.1", "smtp.why.no-such-mailbox"},
	{"1.3", "smtp.why.recipient-syntax"},
	{"1.7", "smtp.why.sender-syntax"},
	{"2.1", "smtp.why.mailbox-busy"},
	{"2.2", "smtp.why.mailbox-full"},
	{"3.4", "smtp.why.too-big"},
	{"4.2", "smtp.why.idle"},
	{"5.3", "smtp.why.too-many-recipients"},
	{"6.0", "smtp.why.message-form"},
	{"5.6", "smtp.why.exchange-too-long"},
	{"6.3", "smtp.why.conversion"},
	{"6.7", "smtp.why.utf8"},
	{"7.1", "smtp.why.policy"},
	{"7.8", "smtp.why.credentials"},
	{"7.10", "smtp.why.encryption"},
	{"7.11", "smtp.why.clear-password"},
	{"7.30", "smtp.why.require-tls"},
}

// whyCode are the reasons that a reply code tells where no enhanced code says more.
var whyCode = []struct {
	code int
	id   string
}{
	{421, "smtp.why.closing"},
	{450, "smtp.why.mailbox-busy"},
	{451, "smtp.why.local-error"},
	{452, "smtp.why.no-room"},
	{454, "smtp.why.login-not-now"},
	{458, "smtp.why.queue"},
	{459, "smtp.why.queue"},
	{500, "smtp.why.not-understood"},
	{501, "smtp.why.syntax"},
	{502, "smtp.why.not-implemented"},
	{504, "smtp.why.mechanism"},
	{530, "smtp.why.need-login"},
	{535, "smtp.why.credentials"},
	{538, "smtp.why.clear-password"},
	{550, "smtp.why.no-such-mailbox"},
	{552, "smtp.why.too-big"},
	{553, "smtp.why.mailbox-name"},
	{554, "smtp.why.failed"},
	{555, "smtp.why.parameter-refused"},
}

// reply explains a line of a server.
func (e *explainer) reply(l machine.Line, text []byte) {
	code, more, _, ok := parseReplyLine(l.Data)
	if !ok {
		e.span(0, len(text), "smtp.unexpected", "RFC 5321 §4.2")
		e.why("smtp.why.no-reply")
		return
	}
	e.span(0, 3, codeTerm(code), "RFC 5321 §4.2.3")
	if more {
		e.span(3, 4, "smtp.hyphen", "RFC 5321 §4.2.1")
	}
	at := min(4, len(text))
	enhanced := ""
	if n := enhancedLen(text[at:]); n > 0 && l.Class != trace.ClassGreeting && code != 334 {
		enhanced = string(text[at+2 : at+n])
		e.span(at, at+n, enhancedTerm(enhanced), "RFC 3463 §3")
		for at += n; at < len(text) && text[at] == ' '; at++ {
		}
	}
	if code == 334 {
		e.challenge(l, text, at)
		return
	}
	e.replyText(l, code, text, at)
	e.verdict(l, code)
	if l.Class == trace.ClassTransient || l.Class == trace.ClassPermanent {
		e.reason(l, code, enhanced)
	}
}

// challenge explains the server's side of an exchange.
func (e *explainer) challenge(l machine.Line, text []byte, at int) {
	step := challengeOf(l.Label)
	if step == sasl.StepNone {
		e.span(at, len(text), "smtp.challenge", "RFC 4954 §4")
		e.note("smtp.note.challenge")
		return
	}
	e.sasl(sasl.ExplainText(step, text[at:], false, at), text)
}

func codeTerm(code int) string {
	if name := strconv.Itoa(code); strings.Contains(codes, name+" ") {
		return "smtp.reply-code." + name
	}
	return "smtp.reply-code." + strconv.Itoa(code/100)
}

func enhancedTerm(code string) string {
	if slices.Contains(enhancedCodes, code) {
		return "smtp.enhanced." + code
	}
	return "smtp.enhanced"
}

// replyText names what stands behind the codes: words for people, but for a name or an extension that programs read.
func (e *explainer) replyText(l machine.Line, code int, text []byte, at int) {
	word := at + wordLen(text[at:])
	first := string(text[at:word])
	switch {
	case l.Verb == "EHLO" && code == 250 && !strings.Contains(first, "."):
		for i := range offers {
			if strings.EqualFold(offers[i].keyword, first) {
				e.span(at, len(text), "smtp.extension."+offers[i].keyword, offers[i].ref)
				return
			}
		}
		e.span(at, len(text), "smtp.extension", "RFC 5321 §4.1.1.1")
	case code == 220 || code == 221 || code == 421 || code == 250 && (l.Verb == "EHLO" || l.Verb == "HELO"):
		e.span(at, word, "smtp.server-name", "RFC 5321 §4.3.1")
		e.span(min(word+1, len(text)), len(text), "smtp.reply-text", "RFC 5321 §4.2")
	default:
		e.span(at, len(text), "smtp.reply-text", "RFC 5321 §4.2")
	}
}

// verdict notes what the reply means for the session.
func (e *explainer) verdict(l machine.Line, code int) {
	verb := Table().VerbNamed(l.Verb)
	switch {
	case l.Class == trace.ClassUntagged:
		e.note("smtp.note.more-lines")
	case l.Class == trace.ClassGreeting:
		e.note("smtp.note.greeting")
	case code == 421:
		e.note("smtp.note.closing")
	case l.Class == trace.ClassTransient && verb == EndOfData:
		e.note("smtp.note.message-not-now")
	case l.Class == trace.ClassPermanent && verb == EndOfData:
		e.note("smtp.note.message-refused")
	case l.Class == trace.ClassTransient:
		e.note("smtp.note.not-now")
	case l.Class == trace.ClassPermanent:
		e.note("smtp.note.not-like-this")
	case code == 252:
		e.note("smtp.note.unverified")
	case verb != machine.NoVerb && verb != Cancel && (l.Class == trace.ClassMore) == (verb == DATA):
		e.note("smtp.note.reply." + noteName(verb))
	}
}

// noteName is how the identifiers of notes name a command.
func noteName(v machine.Verb) string {
	switch v {
	case EndOfData:
		return "end-of-data"
	case Cancel:
		return "cancel"
	case LastChunk:
		return "BDAT.last"
	}
	return commands[v].name
}

// reason says why a command was refused, as far as the reply and the state tell.
func (e *explainer) reason(l machine.Line, code int, enhanced string) {
	state, _ := Table().StateNamed(l.State)
	verb := Table().VerbNamed(l.Verb)
	known := verb != machine.NoVerb
	if code == 503 || code == 554 && (verb == DATA || verb == BDAT || verb == LastChunk) && enhanced == "5.1" {
		if known && !commands[verb].in.has(state) {
			e.outOfOrder(outOfOrder(state, verb, code == 554), commands[verb].name)
		} else {
			e.why("smtp.why.sequence", "verb", l.Verb)
		}
		return
	}
	for _, w := range whyEnhanced {
		if w.code == enhanced {
			e.why(w.id)
			return
		}
	}
	id, usage := "smtp.why.failed", ""
	for _, w := range whyCode {
		if w.code == code {
			id = w.id
		}
	}
	if known {
		usage = commands[verb].usage
	}
	if code == 504 && verb == HELP {
		id = "smtp.why.help"
	}
	e.why(id, "verb", l.Verb, "usage", usage)
}
