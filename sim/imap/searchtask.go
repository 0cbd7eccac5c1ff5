package imap

import (
	"slices"
	"strconv"

	"ehlo/sim/store"
)

// searchTask looks for messages among those that the client knew when the command began.
type searchTask struct {
	uid       bool
	want      SearchReturn
	modSeq    bool // the highest modification sequence is wanted too
	criterion *criterion
	every     bool // each message that fulfils the criterion is wanted, whatever want says, and its data
	then      searchEnd

	box      store.Snapshot
	filter   store.Filter
	uids     []span // that may be among them, ascending; nil is any
	part     int    // the index in uids
	next     int    // the sequence number in box that comes next
	asked    store.Message
	askedSeq int
	down     bool // from the end to the beginning: for MAX alone
	found    results
}

// searchEnd is a command that looks for messages and makes something of them.
type searchEnd interface {
	found(s *Server, t *searchTask)
}

// results is what was found, or as much of it as is wanted.
type results struct {
	count    int
	numbers  []span // as the client knows them, ascending
	uids     []span // the same as UIDs, where they are to be saved
	min, max uint32
	modSeq   store.ModSeq
	messages []store.Message // where every one is wanted
}

func (t *searchTask) clone() task {
	c := *t
	c.found.numbers, c.found.uids = slices.Clone(t.found.numbers), slices.Clone(t.found.uids)
	c.found.messages = slices.Clone(t.found.messages)
	return &c
}

// prepare decides what has to be looked at.
func (t *searchTask) prepare(s *Server) {
	t.box = s.box.told
	t.filter, t.uids = t.criterion.bounds()
	t.start()
}

// start goes to the first message that has to be looked at, or to the last one.
func (t *searchTask) start() {
	if t.next = 1; t.down {
		t.next = t.box.Len()
	}
	if t.uids == nil {
		return
	}
	if t.down { // not in place: a clone may look at them too
		t.uids = slices.Clone(t.uids)
		slices.Reverse(t.uids)
	}
	t.part = -1
	t.leap()
}

// leap goes to the next range of UIDs.
func (t *searchTask) leap() {
	if t.part++; t.part >= len(t.uids) {
		return
	}
	if r := t.uids[t.part]; t.down {
		t.next = t.box.From(store.UID(r.to)+1) - 1
		if r.to == 1<<32-1 {
			t.next = t.box.Len()
		}
	} else {
		t.next = t.box.From(store.UID(r.from))
	}
}

// run goes on up to the next question or the end.
func (t *searchTask) run(s *Server) {
	if t.whole() && t.uids == nil && !t.criterion.reads() {
		for seq, m := range t.box.Matching(1, t.filter) {
			if t.criterion.judge(candidate{Message: &m}) == yes {
				t.take(s, seq, &m)
			}
		}
		t.then.found(s, t)
		return
	}
	for {
		seq, m, ok := t.step()
		switch {
		case !ok && t.want.Max && !t.down && !t.whole():
			t.down, t.found.max = true, 0
			t.start()
			continue
		case !ok:
			t.then.found(s, t)
			return
		}
		switch t.criterion.judge(candidate{Message: &m}) {
		case yes:
			t.take(s, seq, &m)
		case unknown:
			t.asked, t.askedSeq = m, seq
			s.ask(&Event{Kind: AskContent, UID: m.UID}, t)
			return
		}
	}
}

func (t *searchTask) answer(s *Server, a *Answer) {
	if a.OK { // else it is gone
		if t.criterion.judge(candidate{&t.asked, &fetched{Message: t.asked, content: a.Content}}) == yes {
			t.take(s, t.askedSeq, &t.asked)
		}
	}
	t.run(s)
}

// whole says that every message that fulfils the criterion is wanted, not only the first and the last.
func (t *searchTask) whole() bool {
	return t.every || !t.want.Extended || t.want.All || t.want.Count || t.want.PartialFrom != 0 || !t.want.Min && !t.want.Max
}

// enough says that no more need be found in this direction.
func (t *searchTask) enough() bool {
	if t.whole() {
		return false
	}
	if t.down {
		return t.found.max > 0
	}
	return t.found.min > 0 || !t.want.Min
}

// step takes the next message that may be among those that are looked for.
func (t *searchTask) step() (seq int, m store.Message, ok bool) {
	for !t.enough() {
		if t.down {
			seq, m, ok = t.box.Last(t.next, t.filter)
		} else {
			seq, m, ok = t.box.Next(t.next, t.filter)
		}
		if !ok || t.uids != nil && t.part >= len(t.uids) {
			return seq, m, false
		}
		if t.uids == nil || t.uids[t.part].from <= uint32(m.UID) && uint32(m.UID) <= t.uids[t.part].to {
			if t.next = seq + 1; t.down {
				t.next = seq - 1
			}
			return seq, m, true
		}
		for past := true; past; { // the range ends before the message
			t.leap()
			past = t.part < len(t.uids) && (t.down && t.uids[t.part].from > uint32(m.UID) ||
				!t.down && t.uids[t.part].to < uint32(m.UID))
		}
	}
	return seq, m, false
}

// take notes a message that fulfils the criterion, with its sequence number in box.
func (t *searchTask) take(s *Server, seq int, m *store.Message) {
	f := &t.found
	n := uint32(m.UID)
	if !t.uid {
		n = uint32(seq)
		if len(s.box.ghosts) > 0 {
			n = uint32(s.box.from(m.UID))
		}
	}
	if t.down {
		f.max = n
		if n == f.min { // it is the only one
			return
		}
	} else {
		if f.min == 0 {
			f.min = n
		}
		f.max = n
	}
	if !t.down || !t.want.Min {
		f.count++
	}
	f.modSeq = max(f.modSeq, m.ModSeq)
	if t.every {
		f.messages = append(f.messages, *m)
		return
	}
	f.numbers = include(f.numbers, n)
	if t.want.Save {
		f.uids = include(f.uids, uint32(m.UID))
	}
}

// searchResponse tells the client what was found, in a response of that name or, where it has asked for that, in an
// ESEARCH response (RFC 3501 §7.2.5, RFC 4731 §3.1), and ends the command.
func (s *Server) searchResponse(t *searchTask, name string) {
	if t.want.Save {
		s.box.saved = t.saved()
	}
	if t.want.Extended || s.rev2 && name == "SEARCH" {
		s.esearch(t)
	} else {
		s.out = appendNumbers(append(append(s.out, "* "...), name...), t.found.numbers)
		s.searchModSeq(t, " (MODSEQ ", ")")
		s.out = append(s.out, "\r\n"...)
	}
	s.searched(t)
}

// saved is the UIDs that "$" stands for after the search (RFC 5182 §2.4, RFC 9394 §3.2).
func (t *searchTask) saved() []span {
	uids, want := t.found.uids, t.want
	if n := len(uids); want.PartialFrom != 0 && !want.Count && n > 0 {
		ends := uids
		uids = slice(ends, int64(t.found.count), want.PartialFrom, want.PartialTo)
		if want.Min {
			uids = append(uids, span{ends[0].from, ends[0].from})
		}
		if want.Max {
			uids = append(uids, span{ends[n-1].to, ends[n-1].to})
		}
	}
	return joined(slices.Clone(uids))
}

// searchModSeq tells the highest modification sequence, where the client asked for such and something was found.
func (s *Server) searchModSeq(t *searchTask, before, after string) {
	if t.modSeq && t.found.count > 0 {
		s.out = strconv.AppendUint(append(s.out, before...), uint64(t.found.modSeq), 10)
		s.out = append(s.out, after...)
	}
}

// searched ends a command that has looked for messages.
func (s *Server) searched(t *searchTask) {
	s.update(t.uid, t.uid, believed{})
	s.finish(ReplyCompleted)
}

// esearch writes the ESEARCH response, but for a search that is only to be saved (RFC 5182 §2.4).
func (s *Server) esearch(t *searchTask) {
	f, want := &t.found, t.want
	if want.Save && !want.Min && !want.Max && !want.All && !want.Count && want.PartialFrom == 0 {
		return
	}
	s.out = append(s.out, "* ESEARCH (TAG "...)
	s.out = append(appendString(s.out, s.tag), ')')
	if t.uid {
		s.out = append(s.out, " UID"...)
	}
	if f.count > 0 && want.Min {
		s.out = strconv.AppendUint(append(s.out, " MIN "...), uint64(f.min), 10)
	}
	if f.count > 0 && want.Max {
		s.out = strconv.AppendUint(append(s.out, " MAX "...), uint64(f.max), 10)
	}
	if f.count > 0 && (want.All || !want.Extended) {
		s.out = appendSpans(append(s.out, " ALL "...), f.numbers)
	}
	if want.Count {
		s.out = strconv.AppendInt(append(s.out, " COUNT "...), int64(f.count), 10)
	}
	if want.PartialFrom != 0 {
		s.out = append(append(append(s.out, " PARTIAL ("...), partialRange(want.PartialFrom, want.PartialTo)...), ' ')
		if part := slice(f.numbers, int64(f.count), want.PartialFrom, want.PartialTo); len(part) > 0 {
			s.out = append(appendSpans(s.out, part), ')')
		} else {
			s.out = append(s.out, "NIL)"...)
		}
	}
	s.searchModSeq(t, " MODSEQ ", "")
	s.out = append(s.out, "\r\n"...)
}

// slice is the results from one position to another, in the order that they have from the first one or, with negative
// positions, from the last one (RFC 9394 §3.1).
func slice(numbers []span, count, from, to int64) []span {
	if from < 0 {
		from, to = count+1+from, count+1+to
	}
	from, to = min(from, to), max(from, to)
	var out []span
	at := int64(1) // the position of the range's first
	for _, r := range numbers {
		n := int64(r.to-r.from) + 1
		first, last := max(from, at)-at, min(to, at+n-1)-at
		if first <= last {
			out = append(out, span{r.from + uint32(first), r.from + uint32(last)})
		}
		at += n
	}
	return out
}
