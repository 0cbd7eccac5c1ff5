package lessons

import (
	"slices"
	"strings"

	"ehlo/sim/machine"
)

// passedOn asks for what became of a message that an MTA had to hand on.
type passedOn struct {
	from, to  string // the MTA, and the next host or ""
	recipient string // of the envelope, or ""
	subject   string // a part of the message's Subject, or ""
	result    string // one of results
}

// results are what can become of a message.
var results = []string{"taken", "deferred", "returned"}

// passing is an MTA's word on a message: of one that is returned, to is the recipient.
type passing struct {
	result   string
	from, to string
	letter   uint32
	seq      uint64
}

func readPassedOn(f *fields) condition {
	return passedOn{from: f.text("from", required), to: f.text("to", optional), recipient: f.text("recipient", optional),
		subject: f.text("subject", optional), result: f.choice("result", required, results...)}
}

func (p passedOn) judge(f *facts, _ Query, after uint64) verdict {
	for _, x := range f.passings {
		if x.seq > after && p.fits(f, x) {
			return done(x.seq)
		}
	}
	return missing(map[string]string{"taken": "lessons.missing.taken", "deferred": "lessons.missing.deferred", "returned": "lessons.missing.not-returned"}[p.result], p.args()...)
}

func (p passedOn) fits(f *facts, x passing) bool {
	if x.result != p.result || !strings.EqualFold(x.from, p.from) || !containsFold(f.subject(x.letter), p.subject) {
		return false
	}
	if x.result == "returned" {
		return p.recipient == "" || strings.EqualFold(x.to, p.recipient)
	}
	e, _ := f.envelope(x.letter)
	return (p.to == "" || strings.EqualFold(x.to, p.to)) &&
		(p.recipient == "" || slices.ContainsFunc(e.To, func(to string) bool { return strings.EqualFold(to, p.recipient) }))
}

func (p passedOn) args() []string {
	to := p.to
	if to == "" {
		to = p.recipient
	}
	return []string{"host", p.from, "to", to}
}

func (p passedOn) happened() machine.Note { return note("lessons.happened."+p.result, p.args()...) }
