package smtp

import (
	"strconv"
	"strings"

	"ehlo/sim/machine"
)

// spanTerms are the terms of spans that no table holds. Each has two texts: its name, and its meaning.
var spanTerms = []string{"smtp.from", "smtp.to", "smtp.reverse-path", "smtp.null-reverse-path", "smtp.forward-path",
	"smtp.client-domain", "smtp.string", "smtp.argument", "smtp.line", "smtp.bare-line-end", "smtp.unexpected", "smtp.unknown",
	"smtp.unoffered", "smtp.end-of-data", "smtp.response", "smtp.challenge", "smtp.chunk-size", "smtp.last", "smtp.queried",
	"smtp.topic", "smtp.node", "smtp.content", "smtp.hyphen", "smtp.enhanced", "smtp.extension", "smtp.server-name",
	"smtp.reply-text", "smtp.within-limit", "smtp.over-limit"}

// noteTexts are the notes and reasons that no table holds.
var noteTexts = []string{"smtp.note.piece", "smtp.note.long", "smtp.note.content", "smtp.note.stuffed", "smtp.note.source-route",
	"smtp.note.postmaster", "smtp.note.command.MAIL.null", "smtp.note.more-lines", "smtp.note.greeting", "smtp.note.closing",
	"smtp.note.not-now", "smtp.note.not-like-this", "smtp.note.message-not-now", "smtp.note.message-refused",
	"smtp.why.bare-text", "smtp.why.long", "smtp.why.long-rest", "smtp.why.unknown", "smtp.why.foreign", "smtp.why.dot", "smtp.why.code", "smtp.why.field", "smtp.why.layout", "smtp.why.backspace", "smtp.why.help",
	"smtp.why.no-command", "smtp.why.bare-line-end", "smtp.why.parameter",
	"smtp.why.no-reply", "smtp.why.over", "smtp.why.sequence", "smtp.why.need-hello", "smtp.why.need-mail", "smtp.why.need-rcpt",
	"smtp.why.nested-mail", "smtp.why.no-recipients", "smtp.why.need-bdat", "smtp.note.response", "smtp.note.challenge",
	"smtp.note.unverified"}

// MessageIDs lists every message identifier that this package can emit, as spans (with the meaning), notes and reasons.
func MessageIDs() []string {
	ids := append([]string(nil), noteTexts...)
	listed := make(map[string]bool)
	for _, id := range noteTexts {
		listed[id] = true
	}
	add := func(id string) {
		if !listed[id] {
			listed[id] = true
			ids = append(ids, id)
		}
	}
	term := func(id string) { add(id); add(id + ".meaning") }
	for _, id := range spanTerms {
		term(id)
	}
	for _, name := range leniencies {
		add("smtp.note.lenient." + name)
	}
	add("smtp.note.lenient.taken")
	for v, c := range commands {
		if machine.Verb(v) != Cancel { // the mechanism explains it
			add("smtp.note.command." + noteName(machine.Verb(v)))
			add("smtp.note.reply." + noteName(machine.Verb(v)))
		}
		if c.parse != nil {
			term("smtp.verb." + c.name)
		}
	}
	for _, p := range mailParameters {
		term("smtp.parameter." + p.keyword)
	}
	for _, p := range rcptParameters {
		term("smtp.parameter." + p.keyword)
	}
	for i := range offers {
		term("smtp.extension." + offers[i].keyword)
	}
	for _, code := range strings.Fields(codes) {
		term("smtp.reply-code." + code)
	}
	for class := 2; class <= 5; class++ {
		term("smtp.reply-code." + strconv.Itoa(class))
	}
	for _, code := range enhancedCodes {
		term("smtp.enhanced." + code)
	}
	for _, w := range whyEnhanced {
		add(w.id)
	}
	for _, w := range whyCode {
		add(w.id)
	}
	for _, t := range terms {
		if t.want {
			add("smtp.want." + t.id[len("smtp."):])
		}
	}
	return ids
}
