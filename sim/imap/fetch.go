package imap

import (
	"math"
	"slices"
	"strconv"

	"ehlo/sim/store"
)

// Fetch asks for data of messages (RFC 3501 §6.4.5); UID says that Set holds UIDs (§6.4.8). Where ChangedSince is not 0,
// only messages that changed later are meant (RFC 7162 §3.1.4.1), and Vanished asks which UIDs of Set are gone since
// then (RFC 7162 §3.2.6). PartialFrom and PartialTo take a part of the messages that are left (RFC 9394 §3.3).
type Fetch struct {
	Set          SequenceSet
	UID          bool
	Items        []FetchItem
	ChangedSince store.ModSeq
	Vanished     bool
	PartialFrom  int64
	PartialTo    int64
	Bare         bool // a single item stands without parentheses, as some programs write it
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
	open, shut := " (", ")"
	if c.Bare && len(c.Items) == 1 {
		open, shut = " ", ""
	}
	e.text(open)
	for i := range c.Items {
		if i > 0 {
			e.text(" ")
		}
		c.Items[i].append(e)
	}
	e.text(shut)
	if c.ChangedSince == 0 && c.PartialFrom == 0 {
		return
	}
	e.text(" (")
	if c.ChangedSince > 0 {
		e.text("CHANGEDSINCE ")
		e.buf = strconv.AppendUint(e.buf, uint64(c.ChangedSince), 10)
	}
	if c.Vanished {
		e.text(" VANISHED")
	}
	if c.PartialFrom != 0 {
		if c.ChangedSince > 0 {
			e.text(" ")
		}
		e.text("PARTIAL " + partialRange(c.PartialFrom, c.PartialTo))
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
	if s.sees(" (") {
		s.pos++
		s.fetchModifiers(&c)
	}
	return c
}

// fetchModifiers reads what may follow the items (RFC 4466 §2.4, fetch-modifiers).
func (s *scanner) fetchModifiers(c *Fetch) {
	s.expect('(', termOpen)
	vanished := -1
	for {
		start := s.pos
		switch name := s.run(charAtom, termModifier); {
		case equalFold(name, "CHANGEDSINCE") && c.ChangedSince == 0:
			s.mark(start, termModifier)
			s.space(termModSeq)
			c.ChangedSince = s.modSeq(true)
		case equalFold(name, "VANISHED") && c.UID && !c.Vanished:
			s.mark(start, termModifier)
			c.Vanished, vanished = true, start
		case equalFold(name, "PARTIAL") && c.UID && c.PartialFrom == 0:
			s.mark(start, termModifier)
			s.space(termPartialRange)
			c.PartialFrom, c.PartialTo = s.partialRange()
		default:
			s.failAt(start, termModifier, ReplySyntax)
		}
		if s.bad || !s.accept(' ') {
			break
		}
	}
	if c.Vanished && c.ChangedSince == 0 {
		s.failAt(vanished, termModifier, ReplySyntax)
	}
	s.expect(')', termClose)
}

func (c Fetch) serve(s *Server) {
	if c.Vanished && !s.qresync {
		s.reply(s.tag, ReplyNotEnabled, about{text: "QRESYNC"})
		return
	}
	target, ok := s.box.target(c.Set, c.UID)
	if !ok {
		s.badSet()
		return
	}
	t := &fetchTask{items: c.Items, uid: c.UID, target: target, since: c.ChangedSince, before: s.box.latest,
		data: s.box.latest}
	if c.UID && !s.uidOnly && !hasItem(c.Items, UIDItem) { // RFC 3501 §6.4.8
		t.items = append([]FetchItem{{Att: UIDItem}}, t.items...)
	}
	if c.ChangedSince > 0 && !hasItem(c.Items, ModSeqItem) { // RFC 7162 §3.1.4.1
		t.items = append(slices.Clone(t.items), FetchItem{Att: ModSeqItem})
	}
	if hasItem(t.items, ModSeqItem) {
		s.useModSeq()
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
	if c.Vanished {
		if !c.Set.saved() { // where "*" is, expunged messages may have had higher UIDs
			target = c.Set.resolve(uint32(s.box.told.UIDNext()) - 1)
		}
		s.vanishedEarlier(target, c.ChangedSince)
	}
	if c.PartialFrom != 0 {
		t.target = s.box.partial(t.target, t.since, c.PartialFrom, c.PartialTo)
	}
	if len(t.target) > 0 {
		t.next = s.box.from(store.UID(t.target[0].from))
	}
	if seen && !s.box.readOnly {
		if b := t.unseen(s); len(b.Flags) > 0 {
			t.marking = true
			s.ask(&Event{Kind: AskStore, Batch: b}, t)
			return
		}
	}
	t.run(s)
}

// partial is a part of the messages of a target that changed after since, from one position to another.
func (v *view) partial(target []span, since store.ModSeq, from, to int64) []span {
	var numbers []span
	count := int64(0)
	for _, r := range target {
		first, last := v.from(store.UID(r.from)), v.len()
		if r.to < math.MaxUint32 {
			last = v.from(store.UID(r.to)+1) - 1
		}
		if since == 0 && first <= last {
			numbers = append(numbers, span{uint32(first), uint32(last)})
			count += int64(last - first + 1)
		}
		for seq := first; since > 0 && seq <= last; seq++ {
			if m, ok := lookup(v.latest, v.at(seq).UID); ok && m.ModSeq > since {
				numbers = include(numbers, uint32(seq))
				count++
			}
		}
	}
	part := slice(numbers, count, from, to)
	for i, r := range part {
		part[i] = span{uint32(v.at(int(r.from)).UID), uint32(v.at(int(r.to)).UID)}
	}
	return part
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
	since   store.ModSeq   // only messages that changed later
	part    int            // the index in target
	next    int            // the sequence number that comes next
	message store.Message  // with that number, while its octets are asked for
	before  store.Snapshot // the mailbox when the command came
	data    store.Snapshot // the mailbox after \Seen was set: where flags are read
	fetched fetched        // what is being written
	told    []span         // the messages whose flags the client was told
	lastSeq int            // the last of them
	gone    bool           // a message that was named is no longer there
	refused ReplyID        // why an item could not be had of a message, or ReplyDefault
	news    bool           // no command has asked: NOTIFY has
}

func (t *fetchTask) clone() task {
	c := *t
	c.told = slices.Clone(t.told)
	c.fetched = fetched{}
	return &c
}

func (t *fetchTask) answer(s *Server, a *Answer) {
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
	for t.seek(s) {
		if t.content {
			s.ask(&Event{Kind: AskContent, UID: t.message.UID}, t)
			return
		}
		t.write(s, nil)
		t.next++
	}
	if t.news {
		return
	}
	s.update(t.uid, t.uid, believed{target: t.told, told: t.data})
	switch {
	case t.gone:
		s.finish(ReplyExpungeIssued)
	case t.refused != ReplyDefault:
		s.finish(t.refused)
	default:
		s.finish(ReplyCompleted)
	}
}

// seek takes the next message that is wanted, and says whether there is one.
func (t *fetchTask) seek(s *Server) bool {
	v := &s.box
	for t.part < len(t.target) {
		if t.since > 0 && t.next <= v.len() {
			_, m, ok := t.data.Next(t.data.From(v.at(t.next).UID), store.Filter{Since: t.since})
			if !ok || m.UID >= v.told.UIDNext() {
				return false
			}
			t.next = v.from(m.UID)
		}
		if t.next > v.len() {
			return false
		}
		t.message = v.at(t.next)
		if uint32(t.message.UID) <= t.target[t.part].to {
			return true
		}
		for t.part++; t.part < len(t.target) && t.target[t.part].to < uint32(t.message.UID); {
			t.part++
		}
		if t.part < len(t.target) {
			t.next = max(t.next, v.from(store.UID(t.target[t.part].from)))
		}
	}
	return false
}

// write writes the response for the message.
func (t *fetchTask) write(s *Server, content []byte) {
	m := &t.fetched // which keeps its room
	*m = fetched{Message: t.message, content: content, room: m.room}
	m.recent, m.rev2 = s.isRecent(m.UID), s.rev2
	flags := t.flags
	if t.data != s.box.told {
		if now, ok := lookup(t.data, m.UID); ok {
			was, _ := lookup(t.before, m.UID)
			flags = flags || t.data != t.before && was.Flags != now.Flags
			m.Message = now
		}
	}
	from := len(s.out)
	s.fetchHead(t.next, m.UID)
	for i := range t.items {
		if i > 0 {
			s.out = append(s.out, ' ')
		}
		item := &t.items[i]
		s.out = fetchAtts[item.Att].write(s.out, item, m)
	}
	if m.refused != ReplyDefault {
		s.out, t.refused = s.out[:from], m.refused
		return
	}
	if flags && !t.flags {
		s.out = writeFlags(append(s.out, ' '), nil, m)
		if s.condstore && !hasItem(t.items, ModSeqItem) {
			s.out = writeModSeq(append(s.out, ' '), nil, m)
		}
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

// isRecent says that a message has \Recent in this session; RFC 9051 §2.3.2 has the flag no more.
func (s *Server) isRecent(uid store.UID) bool { return uid >= s.box.recent && !s.rev2 }

// fetchHead begins a FETCH response, which with UIDONLY bears the UID in the place of the number, and another name (RFC
// 9586).
func (s *Server) fetchHead(seq int, uid store.UID) {
	s.out = append(s.out, "* "...)
	if s.uidOnly {
		s.out = append(strconv.AppendUint(s.out, uint64(uid), 10), " UIDFETCH ("...)
		return
	}
	s.out = append(strconv.AppendInt(s.out, int64(seq), 10), " FETCH ("...)
}

// tellsUID says that a FETCH response that was not asked for item by item has the UID among its items: behind a UID
// command, and always with QRESYNC (RFC 7162 §3.2.4).
func (s *Server) tellsUID(uid bool) bool { return (uid || s.qresync) && !s.uidOnly }

// fetchFlags writes a FETCH response that nobody asked for, or that answers a STORE.
func (s *Server) fetchFlags(seq int, m store.Message, uid bool) {
	f := fetched{Message: m, recent: s.isRecent(m.UID)}
	s.fetchHead(seq, m.UID)
	s.out = writeFlags(s.out, nil, &f)
	if s.tellsUID(uid) {
		s.out = writeUID(append(s.out, ' '), nil, &f)
	}
	if s.condstore { // RFC 7162 §3.1.4
		s.out = writeModSeq(append(s.out, ' '), nil, &f)
	}
	s.out = append(s.out, ")\r\n"...)
}

// unseen is what sets \Seen on the messages that lack it.
func (t *fetchTask) unseen(s *Server) (b store.Batch) {
	seen := store.Flags{System: store.Seen}
	filter := store.Filter{Without: store.Seen, Since: t.since}
	for _, r := range t.target {
		for seq := t.data.From(store.UID(r.from)); ; seq++ {
			var m store.Message
			var ok bool
			seq, m, ok = t.data.Next(seq, filter)
			if !ok || uint32(m.UID) > r.to || m.UID >= s.box.told.UIDNext() {
				break
			}
			b.Flags = append(b.Flags, store.FlagEdit{UID: m.UID, Op: store.FlagAdd, Flags: seen})
		}
	}
	return b
}
