package storetest

import (
	"fmt"
	"iter"
	"maps"
	"slices"

	"ehlo/sim/engine"
	"ehlo/sim/store"
)

// model is a mailbox as a list.
type model struct {
	messages []entry
	next     store.UID
	modSeq   store.ModSeq
	gone     []grave
	content  map[store.UID][]byte // of every message that ever was
	keywords string               // likewise
}

type entry struct {
	uid    store.UID
	modSeq store.ModSeq
	flags  store.Flags
	date   int64
	size   int64
	saved  int64
}

type grave struct {
	uid    store.UID
	modSeq store.ModSeq
}

func entryOf(m store.Message) entry { return entry{m.UID, m.ModSeq, m.Flags, m.Date, m.Size, m.Saved} }

func (m *model) clone() *model {
	return &model{slices.Clone(m.messages), m.next, m.modSeq, slices.Clone(m.gone), maps.Clone(m.content), m.keywords}
}

// find returns where the message with a UID is or belongs.
func (m *model) find(uid store.UID) (int, bool) {
	for i, e := range m.messages {
		if e.uid >= uid {
			return i, e.uid == uid
		}
	}
	return len(m.messages), false
}

func (m *model) commit(b store.Batch) (appended, modified []store.UID) {
	now := m.modSeq + 1
	before := slices.Clone(m.messages)
	for i, old := range before {
		e := &m.messages[i]
		for _, edit := range b.Flags {
			if edit.UID != e.uid {
				continue
			}
			if b.UnchangedSince > 0 && old.modSeq > b.UnchangedSince {
				if len(modified) == 0 || modified[len(modified)-1] != e.uid {
					modified = append(modified, e.uid)
				}
				continue
			}
			switch edit.Op {
			case store.FlagSet:
				e.flags = edit.Flags
			case store.FlagAdd:
				e.flags = e.flags.With(edit.Flags)
			case store.FlagRemove:
				e.flags = e.flags.Without(edit.Flags)
			}
		}
		if e.flags != old.flags {
			e.modSeq, m.modSeq = now, now
			m.learn(e.flags)
		}
	}
	m.messages = slices.DeleteFunc(m.messages, func(e entry) bool {
		if !slices.Contains(b.Expunge, e.uid) {
			return false
		}
		m.gone = append(m.gone, grave{e.uid, now})
		m.modSeq = now
		return true
	})
	for _, d := range b.Append {
		m.learn(d.Flags)
		m.messages = append(m.messages, entry{m.next, now, d.Flags, d.Date, int64(len(d.Content)), d.Saved})
		if m.content == nil {
			m.content = map[store.UID][]byte{}
		}
		m.content[m.next] = d.Content
		appended = append(appended, m.next)
		m.next++
		m.modSeq = now
	}
	return appended, modified
}

func (m *model) learn(f store.Flags) {
	m.keywords = store.Flags{Keywords: m.keywords}.With(f).Keywords
}

func (m *model) count(want func(store.SystemFlags) bool) (n int) {
	for _, e := range m.messages {
		if want(e.flags.System) {
			n++
		}
	}
	return n
}

func (m *model) firstUnseen() int {
	return 1 + slices.IndexFunc(m.messages, func(e entry) bool { return e.flags.System&store.Seen == 0 })
}

func (m *model) size() (n int64) {
	for _, e := range m.messages {
		n += e.size
	}
	return n
}

func (m *model) matching(want func(entry) bool) (lines []string) {
	for i, e := range m.messages {
		if want(e) {
			lines = append(lines, fmt.Sprint(i+1, e))
		}
	}
	return lines
}

func collect(messages iter.Seq2[int, store.Message]) (lines []string) {
	for seq, message := range messages {
		lines = append(lines, fmt.Sprint(seq, entryOf(message)))
	}
	return lines
}

func (m *model) expungedSince(since store.ModSeq) (ranges []store.UIDRange) {
	for uid := range m.next {
		if !slices.ContainsFunc(m.gone, func(g grave) bool { return g.uid == uid && g.modSeq > since }) {
			continue
		}
		if last := len(ranges) - 1; last >= 0 && ranges[last].Last+1 == uid {
			ranges[last].Last = uid
		} else {
			ranges = append(ranges, store.UIDRange{First: uid, Last: uid})
		}
	}
	return ranges
}

// batch makes a batch: mostly small, now and then one that fills or clears whole parts of the tree.
func (m *model) batch(r *engine.Rand) store.Batch {
	var b store.Batch
	if r.N(2) == 0 {
		n := r.N(4)
		if r.N(8) == 0 {
			n = r.N(150)
		}
		for range n {
			text := fmt.Sprintf("Subject: %d\r\n\r\n%0*d\r\n", r.N(1000), 1+r.N(40), 0)
			b.Append = append(b.Append, store.Draft{Content: []byte(text), Flags: flags(r), Date: int64(r.N(2e9)), Saved: int64(r.N(2e9))})
		}
	}
	if r.N(2) == 0 {
		for range r.N(12) {
			b.Flags = append(b.Flags, store.FlagEdit{UID: m.uid(r), Op: store.FlagOp(r.N(3)), Flags: flags(r)})
		}
		if r.N(3) == 0 {
			b.UnchangedSince = store.ModSeq(r.N(uint64(m.modSeq) + 1))
		}
	}
	if r.N(2) == 0 {
		for range r.N(5) {
			b.Expunge = append(b.Expunge, m.uid(r))
		}
		if r.N(8) == 0 {
			from := m.uid(r)
			for uid := range store.UID(r.N(80)) {
				b.Expunge = append(b.Expunge, from+uid)
			}
		}
	}
	return b
}

func (m *model) uid(r *engine.Rand) store.UID { return store.UID(r.N(uint64(m.next) + 2)) }

func flags(r *engine.Rand) store.Flags {
	names := []string{`\Seen`, `\Deleted`, `\Flagged`, `\answered`, `\DRAFT`, "Work", "$Forwarded", "later"}
	var chosen []string
	for range r.N(4) {
		chosen = append(chosen, names[r.N(uint64(len(names)))])
	}
	f, err := store.ParseFlags(chosen)
	if err != nil {
		panic(err)
	}
	return f
}
