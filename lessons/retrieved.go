package lessons

import (
	"ehlo/sim/machine"
	"ehlo/sim/trace"
)

// retrieved asks for a message that a POP3 client has got whole, up to the lone dot.
type retrieved struct {
	where
	content contentWant
}

func readRetrieved(f *fields) condition {
	return retrieved{where{protocol: "pop3", host: f.text("host", optional)}, readContent(f)}
}

func (r retrieved) judge(f *facts, _ Query, after uint64) verdict {
	none := missing("lessons.missing.retrieved", "host", r.host)
	for _, s := range f.sessions {
		if !r.holds(s) {
			continue
		}
		for i := range s.exchanges {
			x := &s.exchanges[i]
			if x.verb != "RETR" || x.at <= after || !x.answered {
				continue
			}
			switch n, ok := r.content.lacks(unstuffed(x.content)); {
			case x.class != trace.ClassOK:
				none = missing("lessons.missing.accepted", "verb", x.verb, "host", s.server, "reply", x.reply)
			case !x.whole || x.heard > f.now:
				none = missing("lessons.missing.whole")
			case ok:
				return done(x.at)
			default:
				none = missing("lessons.missing.other-message", "subject", r.content.describe())
				if r.content.describe() == "" {
					none = verdict{missing: n}
				}
			}
		}
	}
	return none
}

func (r retrieved) happened() machine.Note { return note("lessons.happened.retrieved") }
