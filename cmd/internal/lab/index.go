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
	entries []*entry       // by number
	boxes   map[place]*box // the UID is 0
	last    uint64
	octets  int64         // of all messages
	disk    *disk         // keeps the entries, or nil
	more    chan struct{} // closed when a message has come; nil where nobody waits for one

	// Until the post office's mutex is free again: the envelopes of messages that were taken, and which of them went where.
	letters []letter
	brought []brought
}

// box is a mailbox.
type box struct {
	store.Snapshot          // its newest state
	entries        []*entry // of its messages, by UID
}

// at is where the entry of a message is or belongs.
func (b *box) at(uid store.UID) (int, bool) {
	return slices.BinarySearchFunc(b.entries, uid, func(e *entry, uid store.UID) int { return cmp.Compare(e.uid, uid) })
}

// place is where a message lies.
type place struct {
	address, mailbox string
	uid              store.UID
}

// letter is a message that was taken, before it is in any mailbox.
type letter struct {
	number  uint32
	said    []byte // the envelope, encoded: few ask for it
	conn    uint32
	subject string
}

func (l *letter) envelope() trace.Envelope {
	if l.said == nil {
		return trace.Envelope{}
	}
	return trace.ParseEnvelope(l.said)
}

// brought is which message came to lie where.
type brought struct {
	place
	letter uint32
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
	x := &index{boxes: map[place]*box{}, disk: d}
	known, err := x.known()
	if err != nil {
		return nil, err
	}
	for _, a := range h.Accounts() {
		for _, name := range a.Store.Names() {
			stored, ok := a.Store.Mailbox(name)
			if !ok {
				continue
			}
			s := stored.Snapshot()
			b := &box{Snapshot: s}
			x.boxes[place{address: a.Address, mailbox: name}] = b
			for _, m := range s.All() {
				at := place{a.Address, name, m.UID}
				if r := known[kept{strings.ToLower(a.Address), s.UIDValidity(), m.UID}]; r != nil {
					e := &entry{id: r.ID, place: at, known: r.Known, size: m.Size, date: m.Date, letter: letter{subject: string(r.Subject)}}
					if r.Known {
						e.said = trace.Envelope{From: r.From, To: r.To}.Append([]byte{})
					}
					x.put(b, e)
				} else {
					x.add(h, b, at, m)
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
		x.letters = append(x.letters, letter{e.Letter, e.Data, e.Conn, e.Label})
	case trace.KindDelivered:
		x.brought = append(x.brought, brought{place{e.Target, store.Inbox, store.UID(e.Num)}, e.Letter})
	}
}

// settle forgets the ways of messages that have arrived.
func (x *index) settle() {
	clear(x.letters)
	clear(x.brought)
	x.letters, x.brought = x.letters[:0], x.brought[:0]
}

// letter is the message that was brought to a place, the newest first: most are asked for as soon as they lie there.
func (x *index) letter(at place) (l letter, known bool) {
	for _, b := range slices.Backward(x.brought) {
		if b.place == at {
			for _, l := range slices.Backward(x.letters) {
				if l.number == b.letter {
					return l, true
				}
			}
		}
	}
	return letter{}, false
}

// changed takes in a mailbox's new state.
func (x *index) changed(h *daemon.Host, address string, c store.Change) {
	if c.Snapshot == (store.Snapshot{}) { // it is about no mailbox
		return
	}
	at := place{address: address, mailbox: c.Mailbox}
	if c.Was != "" {
		x.rename(place{address: address, mailbox: c.Was}, c.Mailbox)
	}
	b := x.boxes[at]
	if b == nil {
		b = &box{}
		x.boxes[at] = b
	}
	if c.Gone {
		x.remove(b, []store.UIDRange{{First: 1, Last: c.Snapshot.UIDNext()}})
		delete(x.boxes, at)
		return
	}
	was := b.Snapshot
	b.Snapshot = c.Snapshot
	x.remove(b, c.Snapshot.ExpungedSince(was.HighestModSeq()))
	first := was.UIDNext()
	for seq := c.Snapshot.From(first); ; seq++ {
		m, ok := c.Snapshot.At(seq)
		if !ok {
			break
		}
		at.uid = m.UID
		x.add(h, b, at, m)
	}
	if c.Snapshot.UIDNext() != first && x.more != nil {
		close(x.more)
		x.more = nil
	}
}

func (x *index) add(h *daemon.Host, b *box, at place, m store.Message) {
	x.last++
	e := &entry{id: x.last, place: at, size: m.Size, date: m.Date}
	e.letter, e.known = x.letter(at)
	if e.known { // the host has looked for the Subject already
	} else if content, ok := contentOf(h, at); ok {
		e.subject = message.Subject(content)
	}
	x.put(b, e)
	x.disk.note(e, b.UIDValidity())
}

// put adds an entry, which is the last of its mailbox.
func (x *index) put(b *box, e *entry) {
	x.entries = append(x.entries, e)
	b.entries = append(b.entries, e)
	x.octets += e.size
}

// rename follows a mailbox to its new name.
func (x *index) rename(from place, to string) {
	b, ok := x.boxes[from]
	if !ok {
		return
	}
	delete(x.boxes, from)
	x.boxes[place{address: from.address, mailbox: to}] = b
	for _, e := range b.entries {
		e.mailbox = to
	}
}

// remove drops what a mailbox has lost.
func (x *index) remove(b *box, lost []store.UIDRange) {
	if len(lost) == 0 {
		return
	}
	gone := map[*entry]bool{}
	for _, r := range lost {
		from, _ := b.at(r.First)
		to := from
		for ; to < len(b.entries) && b.entries[to].uid <= r.Last; to++ {
			gone[b.entries[to]] = true
			x.octets -= b.entries[to].size
		}
		b.entries = slices.Delete(b.entries, from, to)
	}
	if len(gone) == 0 {
		return
	}
	ids := make([]uint64, 0, len(gone))
	for e := range gone {
		ids = append(ids, e.id)
	}
	x.disk.forget(ids)
	x.entries = slices.DeleteFunc(x.entries, func(e *entry) bool { return gone[e] })
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
	b := x.boxes[place{address: e.address, mailbox: e.mailbox}]
	seq, _ := b.Seq(e.uid)
	m, _ := b.At(seq)
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
		(f.to == "" || same(e.address) || slices.ContainsFunc(e.envelope().To, same)) &&
		(f.from == "" || strings.EqualFold(f.from, e.envelope().From)) &&
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
