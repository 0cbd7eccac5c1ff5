package lab

import (
	"cmp"
	"slices"
	"strings"

	"ehlo/sim/daemon"
	"ehlo/sim/message"
	"ehlo/sim/store"
	"ehlo/sim/trace"
)

// index numbers the messages of all mailboxes in the order in which they came, and knows by which envelope. It follows
// what the host reports, so that it is right whoever adds or removes a message.
type index struct {
	entries []*entry // by number
	at      map[place]*entry
	boxes   map[place]store.Snapshot // the newest state of each mailbox; the UID is 0
	last    uint64
	octets  int64         // of all messages
	disk    *disk         // keeps the entries, or nil
	more    chan struct{} // closed when a message has come; nil where nobody waits for one

	// Until the post office's mutex is free again: the envelopes of messages that were taken, and which of them went where.
	letters map[uint32]letter
	brought map[place]uint32
}

// place is where a message lies.
type place struct {
	address, mailbox string
	uid              store.UID
}

// letter is a message that was taken, before it is in any mailbox.
type letter struct {
	envelope trace.Envelope
	conn     uint32
	subject  string
}

// entry is a message in a mailbox.
type entry struct {
	id uint64
	place
	letter
	known bool // there is an envelope
	size  int64
	date  int64 // Unix seconds
}

// newIndex makes the index of what is in a host's mailboxes. What a disk knows of a message holds on: its number, and by
// which envelope it came.
func newIndex(h *daemon.Host, d *disk) (*index, error) {
	x := &index{at: map[place]*entry{}, boxes: map[place]store.Snapshot{},
		letters: map[uint32]letter{}, brought: map[place]uint32{}, disk: d}
	known, err := x.known()
	if err != nil {
		return nil, err
	}
	for _, a := range h.Accounts() {
		for _, name := range a.Store.Names() {
			box, ok := a.Store.Mailbox(name)
			if !ok {
				continue
			}
			s := box.Snapshot()
			x.boxes[place{address: a.Address, mailbox: name}] = s
			for _, m := range s.All() {
				at := place{a.Address, name, m.UID}
				if r := known[kept{strings.ToLower(a.Address), s.UIDValidity(), m.UID}]; r != nil {
					x.put(&entry{id: r.ID, place: at, known: r.Known, size: m.Size, date: m.Date,
						letter: letter{envelope: trace.Envelope{From: r.From, To: r.To}, subject: string(r.Subject)}})
				} else {
					x.add(h, at, m)
				}
			}
		}
	}
	slices.SortFunc(x.entries, func(a, b *entry) int { return cmp.Compare(a.id, b.id) })
	return x, nil
}

// kept is where the disk says that a message lies.
type kept struct {
	address     string
	uidValidity uint32
	uid         store.UID
}

// known is what the disk knows of messages.
func (x *index) known() (map[kept]*entryRecord, error) {
	if x.disk == nil {
		return nil, nil
	}
	list, last, err := x.disk.db.index()
	known := make(map[kept]*entryRecord, len(list))
	for i := range list {
		r := &list[i]
		known[kept{strings.ToLower(r.Address), r.UIDValidity, r.UID}] = r
		last = max(last, r.ID)
	}
	x.last = last
	return known, err
}

// note remembers what an event tells of a message's way.
func (x *index) note(e *trace.Event) {
	switch e.Kind {
	case trace.KindQueued:
		x.letters[e.Letter] = letter{trace.ParseEnvelope(e.Data), e.Conn, e.Label}
	case trace.KindDelivered:
		x.brought[place{e.Target, store.Inbox, store.UID(e.Num)}] = e.Letter
	}
}

// settle forgets the ways of messages that have arrived.
func (x *index) settle() {
	clear(x.letters)
	clear(x.brought)
}

// changed takes in a mailbox's new state.
func (x *index) changed(h *daemon.Host, address string, c store.Change) {
	if c.Snapshot == (store.Snapshot{}) { // it is about no mailbox
		return
	}
	box := place{address: address, mailbox: c.Mailbox}
	if c.Was != "" {
		x.rename(place{address: address, mailbox: c.Was}, c.Mailbox)
	}
	if c.Gone {
		all := []store.UIDRange{{First: 1, Last: c.Snapshot.UIDNext()}}
		x.remove(box, x.boxes[box], all)
		delete(x.boxes, box)
		return
	}
	was := x.boxes[box]
	x.boxes[box] = c.Snapshot
	x.remove(box, was, c.Snapshot.ExpungedSince(was.HighestModSeq()))
	first := was.UIDNext()
	for seq := c.Snapshot.From(first); ; seq++ {
		m, ok := c.Snapshot.At(seq)
		if !ok {
			break
		}
		x.add(h, place{address, c.Mailbox, m.UID}, m)
	}
	if c.Snapshot.UIDNext() != first && x.more != nil {
		close(x.more)
		x.more = nil
	}
}

func (x *index) add(h *daemon.Host, at place, m store.Message) {
	x.last++
	e := &entry{id: x.last, place: at, size: m.Size, date: m.Date}
	e.letter, e.known = x.letters[x.brought[at]]
	if e.known { // the host has looked for the Subject already
	} else if content, ok := contentOf(h, at); ok {
		e.subject = message.Subject(content)
	}
	x.put(e)
	x.disk.note(e, x.boxes[place{address: at.address, mailbox: at.mailbox}].UIDValidity())
}

func (x *index) put(e *entry) {
	x.entries = append(x.entries, e)
	x.octets += e.size
	x.at[e.place] = e
}

// rename follows a mailbox to its new name.
func (x *index) rename(box place, to string) {
	snapshot, ok := x.boxes[box]
	if !ok {
		return
	}
	delete(x.boxes, box)
	x.boxes[place{address: box.address, mailbox: to}] = snapshot
	for _, m := range snapshot.All() {
		box.uid = m.UID
		if e := x.at[box]; e != nil {
			delete(x.at, box)
			e.mailbox = to
			x.at[e.place] = e
		}
	}
}

// remove drops what a mailbox has lost.
func (x *index) remove(box place, was store.Snapshot, lost []store.UIDRange) {
	if len(lost) == 0 {
		return
	}
	gone := map[*entry]bool{}
	for _, r := range lost {
		for seq := was.From(r.First); ; seq++ {
			m, ok := was.At(seq)
			if !ok || m.UID > r.Last {
				break
			}
			box.uid = m.UID
			if e := x.at[box]; e != nil {
				gone[e] = true
				x.octets -= e.size
				delete(x.at, box)
			}
		}
	}
	if len(gone) > 0 {
		ids := make([]uint64, 0, len(gone))
		for e := range gone {
			ids = append(ids, e.id)
		}
		x.disk.forget(ids)
		x.entries = slices.DeleteFunc(x.entries, func(e *entry) bool { return gone[e] })
	}
}

// coming is closed when a message has come.
func (x *index) coming() <-chan struct{} {
	if x.more == nil {
		x.more = make(chan struct{})
	}
	return x.more
}

// find is the message with a number, or nil.
func (x *index) find(id uint64) *entry {
	i, ok := slices.BinarySearchFunc(x.entries, id, func(e *entry, id uint64) int { return cmp.Compare(e.id, id) })
	if !ok {
		return nil
	}
	return x.entries[i]
}

// message is what the mailbox knows of an entry's message.
func (x *index) message(e *entry) store.Message {
	s := x.boxes[place{address: e.address, mailbox: e.mailbox}]
	seq, _ := s.Seq(e.uid)
	m, _ := s.At(seq)
	return m
}

func contentOf(h *daemon.Host, at place) ([]byte, bool) {
	a, ok := h.Account(at.address)
	if !ok {
		return nil, false
	}
	box, ok := a.Store.Mailbox(at.mailbox)
	if !ok {
		return nil, false
	}
	content, err := box.Content(at.uid)
	return content, err == nil
}

// filter chooses messages; what is "" or 0 does not matter.
type filter struct {
	to      string // a recipient of the envelope, or the mailbox's address
	from    string // the envelope's sender
	subject string // part of the Subject
	mailbox string // the mailbox's name
	after   uint64 // number
}

func (f filter) matches(e *entry) bool {
	same := func(a string) bool { return strings.EqualFold(a, f.to) }
	return e.id > f.after &&
		(f.to == "" || same(e.address) || slices.ContainsFunc(e.envelope.To, same)) &&
		(f.from == "" || strings.EqualFold(f.from, e.envelope.From)) &&
		(f.mailbox == "" || f.mailbox == e.mailbox || strings.EqualFold(f.mailbox, store.Inbox) && e.mailbox == store.Inbox) &&
		strings.Contains(strings.ToLower(e.subject), strings.ToLower(f.subject))
}

// first is the first message that a filter chooses, or nil.
func (x *index) first(f filter) *entry {
	from, _ := slices.BinarySearchFunc(x.entries, f.after, func(e *entry, id uint64) int { return cmp.Compare(e.id, id) })
	for _, e := range x.entries[from:] {
		if f.matches(e) {
			return e
		}
	}
	return nil
}
