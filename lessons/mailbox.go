package lessons

import (
	"slices"
	"strconv"

	"ehlo/sim/machine"
	"ehlo/sim/store"
)

// mailboxWant asks for messages that a mailbox holds in the end, with their flags.
type mailboxWant struct {
	address, name string
	content       contentWant
	flags, none   store.Flags // set, and not set
	count         int64       // how many such messages; 0 is at least one
}

func readMailbox(f *fields) condition {
	m := mailboxWant{address: f.text("address", required), name: f.text("name", optional), content: readContent(f),
		flags: readFlags(f, "flags"), none: readFlags(f, "without-flags"), count: f.number("count", 1, 1000, optional)}
	if m.name == "" {
		m.name = "INBOX"
	}
	return m
}

func readFlags(f *fields, key string) store.Flags {
	names := f.texts(key, optional)
	flags, err := store.ParseFlags(names)
	if err != nil {
		f.fault(key, "lessons.error.flag", nil)
	}
	return flags
}

func (m mailboxWant) judge(f *facts, q Query, after uint64) verdict {
	box, found := q.Mailbox(m.address, m.name)
	if !found {
		return missing("lessons.missing.mailbox", "address", m.address, "name", m.name)
	}
	n := int64(0)
	subject := m.content.describe()
	none := missing("lessons.missing.any-message", "address", m.address, "name", m.name)
	if subject != "" {
		none = missing("lessons.missing.message", "address", m.address, "name", m.name, "subject", subject)
	}
	for _, x := range box.Snapshot().All() {
		content, err := box.Content(x.UID)
		if err != nil {
			continue
		}
		if _, ok := m.content.lacks(content); !ok {
			continue
		}
		set, lacksSet := first(m.flags.Without(x.Flags))
		unset, hasUnset := first(m.none.Without(m.none.Without(x.Flags)))
		switch {
		case !lacksSet && !hasUnset:
			n++
		case subject == "":
		case lacksSet:
			none = missing("lessons.missing.flag", "flag", set, "subject", subject)
		default:
			none = missing("lessons.missing.unflagged", "flag", unset, "subject", subject)
		}
	}
	switch {
	case m.count == 0 && n > 0, m.count > 0 && n == m.count:
		return done(after) // a state has no moment of its own
	case m.count > 0 && n > 0:
		return missing("lessons.missing.count", "address", m.address, "name", m.name, "count", strconv.FormatInt(n, 10), "want", strconv.FormatInt(m.count, 10))
	}
	return none
}

// first returns the first flag of a set, and false where it is empty.
func first(flags store.Flags) (string, bool) {
	names := slices.Sorted(slices.Values(flags.Strings()))
	if len(names) == 0 {
		return "", false
	}
	return names[0], true
}

func (m mailboxWant) happened() machine.Note {
	return note("lessons.happened.mailbox", "address", m.address, "name", m.name)
}
