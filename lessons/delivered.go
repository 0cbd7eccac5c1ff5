package lessons

import (
	"slices"
	"strings"

	"ehlo/sim/machine"
	"ehlo/sim/store"
)

// delivered asks for a message that reached a mailbox, with a reverse-path and a content.
type delivered struct {
	to      string
	from    string // the reverse-path, "<>" for the null one, or ""
	content contentWant
}

func readDelivered(f *fields) condition {
	return delivered{to: f.text("to", required), from: f.text("from", optional), content: readContent(f)}
}

func (d delivered) judge(f *facts, q Query, after uint64) verdict {
	none, best := d.underway(f), -1
	for _, x := range f.deliveries {
		if x.seq <= after || !strings.EqualFold(x.to, d.to) {
			continue
		}
		n, near, ok := d.lacks(f, q, x)
		if ok {
			return done(x.seq)
		}
		if near >= best { // the one that is nearest to what is asked for, or else the latest
			none, best = n, near
		}
	}
	return verdict{missing: none}
}

// lacks says what a delivered message lacks, and how many of the fields that are asked for it has; ok where it lacks nothing.
func (d delivered) lacks(f *facts, q Query, x delivery) (n machine.Note, near int, ok bool) {
	if e, known := f.envelope(x.letter); known && d.from != "" && !strings.EqualFold(strings.Trim(d.from, "<>"), e.From) {
		return note("lessons.missing.reverse-path", "from", "<"+e.From+">", "want", "<"+strings.Trim(d.from, "<>")+">"), 0, false
	}
	box, found := q.Mailbox(d.to, "INBOX")
	if !found {
		return note("lessons.missing.gone", "to", d.to), 0, false
	}
	content, err := box.Content(store.UID(x.uid))
	if err != nil {
		return note("lessons.missing.gone", "to", d.to), 0, false
	}
	n, ok = d.content.lacks(content)
	return n, d.content.fieldsOf(content), ok
}

// underway says where a message for the mailbox is that has not come yet.
func (d delivered) underway(f *facts) machine.Note {
	for _, l := range slices.Backward(f.letters) {
		switch {
		case !slices.ContainsFunc(l.envelope.To, func(to string) bool { return strings.EqualFold(to, d.to) }):
		case l.failed != "":
			return note("lessons.missing.returned", "to", d.to, "host", l.host, "reply", l.failed)
		default:
			return note("lessons.missing.underway", "to", d.to, "host", l.host)
		}
	}
	return note("lessons.missing.delivered", "to", d.to)
}

func (d delivered) happened() machine.Note { return note("lessons.happened.delivered", "to", d.to) }
