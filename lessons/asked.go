package lessons

import (
	"strings"

	"ehlo/sim/machine"
)

// asked asks for a question to the DNS that a host has got an answer to.
type asked struct {
	host, question string // "mail.example.org", "example.net MX"
	answer         string // "NOERROR", or ""
}

// lookup is a host learning what it asked for.
type lookup struct {
	host, question, answer string
	seq                    uint64
}

func readAsked(f *fields) condition {
	return asked{host: f.text("host", required), question: f.text("question", required),
		answer: f.choice("answer", optional, "NOERROR", "NXDOMAIN", "SERVFAIL", "TIMEOUT")}
}

func (a asked) judge(f *facts, _ Query, after uint64) verdict {
	none := missing("lessons.missing.asked", "host", a.host, "question", a.question)
	for _, l := range f.lookups {
		if l.seq <= after || !strings.EqualFold(l.host, a.host) || !strings.EqualFold(l.question, a.question) {
			continue
		}
		if a.answer == "" || l.answer == a.answer {
			return done(l.seq)
		}
		none = missing("lessons.missing.answer", "host", a.host, "question", a.question, "answer", l.answer, "want", a.answer)
	}
	return none
}

func (a asked) happened() machine.Note {
	return note("lessons.happened.asked", "host", a.host, "question", a.question)
}
