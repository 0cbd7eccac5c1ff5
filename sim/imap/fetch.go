package imap

import (
	"slices"
	"strconv"

	"ehlo/sim/store"
)

// Fetch asks for data of messages (RFC 3501 §6.4.5); UID says that Set holds UIDs (§6.4.8).
type Fetch struct {
	Set   SequenceSet
	UID   bool
	Items []FetchItem
}

// Name is the command on the wire.
func (c Fetch) Name() string {
	if c.UID {
		return "UID FETCH"
	}
	return "FETCH"
}

func (c Fetch) append(e *encoder) {
	e.text(" ")
	e.buf = c.Set.Append(e.buf)
	e.text(" (")
	for i := range c.Items {
		if i > 0 {
			e.text(" ")
		}
		c.Items[i].append(e)
	}
	e.text(")")
}

func parseFetch(s *scanner) Command    { return s.fetch(false) }
func parseUIDFetch(s *scanner) Command { return s.fetch(true) }

func (s *scanner) fetch(uid bool) Command {
	c := Fetch{UID: uid}
	s.space(setTerm(uid))
	c.Set = s.sequenceSet(setTerm(uid))
	s.space(termFetchAtt)
	c.Items = s.fetchItems()
	return c
}

func (c Fetch) serve(s *Server) {
	target, ok := s.box.target(c.Set, c.UID)
	if !ok {
		s.badSet()
		return
	}
	t := &fetchTask{items: c.Items, uid: c.UID, target: target, before: s.box.latest, data: s.box.latest}
	if c.UID && !hasItem(c.Items, UIDItem) { // RFC 3501 §6.4.8
		t.items = slices.Insert(slices.Clone(c.Items), 0, FetchItem{Att: UIDItem})
	}
	seen := false
	for _, item := range c.Items {
		a := &fetchAtts[item.Att]
		t.content = t.content || a.content
		seen = seen || a.seen
	}
	if t.flags = hasItem(c.Items, FlagsItem); t.flags {
		s.flags(t.data)
	}
	if len(target) > 0 {
		t.next = s.box.from(store.UID(target[0].from))
	}
	if seen && !s.box.readOnly {
		if b := t.unseen(s); len(b.Flags) > 0 {
			t.marking = true
			s.ask(Event{Kind: AskStore, Batch: b}, t)
			return
		}
	}
	t.run(s)
}

func hasItem(items []FetchItem, a FetchAtt) bool {
	return slices.ContainsFunc(items, func(i FetchItem) bool { return i.Att == a })
}

// fetchTask is a FETCH on its way: one message after the other, in ascending order.
type fetchTask struct {
	items   []FetchItem
	uid     bool
	content bool // an item needs octets
	flags   bool // FLAGS is an item
	marking bool // the open question is about \Seen
	target  []span
	part    int            // the index in target
	next    int            // the sequence number that comes next
	before  store.Snapshot // the mailbox when the command came
	data    store.Snapshot // the mailbox after \Seen was set: where flags are read
	told    []span         // the messages whose flags the client was told
	lastSeq int            // the last of them
	gone    bool           // a message that was named is no longer there
}

func (t *fetchTask) clone() task {
	c := *t
	c.told = slices.Clone(t.told)
	return &c
}

func (t *fetchTask) answer(s *Server, a Answer) {
	if t.marking {
		t.marking = false
		if a.OK {
			s.box.hear(a.Snapshot)
			s.flags(a.Snapshot)
			t.data = a.Snapshot
		}
	} else {
		if a.OK {
			t.write(s, a.Content)
		} else {
			t.gone = true
		}
		t.next++
	}
	t.run(s)
}

// run goes on up to the next question or the end.
func (t *fetchTask) run(s *Server) {
	for t.part < len(t.target) {
		r := t.target[t.part]
		if t.next > s.box.len() {
			break
		}
		m := s.box.at(t.next)
		switch {
		case uint32(m.UID) > r.to:
			if t.part++; t.part < len(t.target) {
				t.next = s.box.from(store.UID(t.target[t.part].from))
			}
		case t.content:
			s.ask(Event{Kind: AskContent, UID: m.UID}, t)
			return
		default:
			t.write(s, nil)
			t.next++
		}
	}
	s.update(t.uid, t.uid, believed{target: t.told, told: t.data})
	if t.gone {
		s.finish(ReplyExpungeIssued)
		return
	}
	s.finish(ReplyCompleted)
}

// write writes the response for one message.
func (t *fetchTask) write(s *Server, content []byte) {
	m := fetched{Message: s.box.at(t.next), content: content}
	m.recent = m.UID >= s.box.recent
	flags := t.flags
	if t.data != s.box.told {
		if now, ok := lookup(t.data, m.UID); ok {
			was, _ := lookup(t.before, m.UID)
			flags = flags || t.data != t.before && was.Flags != now.Flags
			m.Message = now
		}
	}
	s.out = strconv.AppendInt(append(s.out, "* "...), int64(t.next), 10)
	s.out = append(s.out, " FETCH ("...)
	for i := range t.items {
		if i > 0 {
			s.out = append(s.out, ' ')
		}
		item := &t.items[i]
		s.out = fetchAtts[item.Att].write(s.out, item, &m)
	}
	if flags && !t.flags {
		s.out = writeFlags(append(s.out, ' '), nil, &m)
	}
	s.out = append(s.out, ")\r\n"...)
	if flags {
		t.tell(m.UID)
	}
}

// tell records that the client was told the flags of the message that comes next.
func (t *fetchTask) tell(uid store.UID) {
	if n := len(t.told); n > 0 && t.lastSeq == t.next-1 {
		t.told[n-1].to = uint32(uid)
	} else {
		t.told = append(t.told, span{uint32(uid), uint32(uid)})
	}
	t.lastSeq = t.next
}

// fetchFlags writes a FETCH response that nobody asked for, or that answers a STORE.
func (s *Server) fetchFlags(seq int, m store.Message, uid bool) {
	f := fetched{Message: m, recent: m.UID >= s.box.recent}
	s.out = strconv.AppendInt(append(s.out, "* "...), int64(seq), 10)
	s.out = writeFlags(append(s.out, " FETCH ("...), nil, &f)
	if uid {
		s.out = writeUID(append(s.out, ' '), nil, &f)
	}
	s.out = append(s.out, ")\r\n"...)
}

// unseen is what sets \Seen on the messages that lack it.
func (t *fetchTask) unseen(s *Server) (b store.Batch) {
	seen := store.Flags{System: store.Seen}
	for _, r := range t.target {
		for seq := s.box.from(store.UID(r.from)); seq <= s.box.len(); seq++ {
			uid := s.box.at(seq).UID
			if uint32(uid) > r.to {
				break
			}
			if m, ok := lookup(t.data, uid); ok && !m.Flags.Has(seen) {
				b.Flags = append(b.Flags, store.FlagEdit{UID: uid, Op: store.FlagAdd, Flags: seen})
			}
		}
	}
	return b
}
