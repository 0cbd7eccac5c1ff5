package lessons

import (
	"slices"

	"ehlo/sim/machine"
)

// overheard asks for a command that somebody on the way could read: it passed a host outside TLS.
type overheard struct {
	where
	by   string // the host that reads along
	step dialogueStep
}

func readOverheard(f *fields) condition {
	o := overheard{where: readWhere(f), by: f.text("by", required)}
	o.step = dialogueStep{verbs: readVerbs(f), arguments: f.texts("argument", optional)}
	return o
}

func (o overheard) judge(f *facts, _ Query, after uint64) verdict {
	for _, s := range f.sessions {
		if !o.holds(s) || !slices.Contains(s.way, o.by) {
			continue
		}
		for i := range s.exchanges {
			x := &s.exchanges[i]
			if x.at > after && !x.sealed && o.step.matches(x) && x.heardBy(f.now) {
				return done(x.at)
			}
		}
	}
	return missing("lessons.missing.overheard", "by", o.by, "verb", o.step.name())
}

func (o overheard) happened() machine.Note {
	return note("lessons.happened.overheard", "by", o.by, "verb", o.step.name())
}
