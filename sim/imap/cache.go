package imap

import (
	"cmp"
	"slices"
	"sort"

	"ehlo/sim/store"
)

// Cache is what a mail program keeps of a mailbox from one session to the next, so that it can show it without the server
// and has to ask only for what is new (RFC 4549). The zero value knows nothing.
type Cache struct {
	UIDValidity uint32
	UIDNext     store.UID
	ModSeq      store.ModSeq // up to where it knows all changes; 0 where the server tells none
	Messages    []Cached     // by UID
}

// Cached is a message in a [Cache].
type Cached struct {
	UID      store.UID
	Flags    []string // without \Recent, in the server's order
	Size     int64
	Envelope Envelope
	Content  string // as far as it is known: "" where only the header is
	Asked    bool   // the program has begun to fetch it: the server may have marked it as read since
	Fetched  bool   // all of Content is known
}

// Clone returns an independent copy.
func (c *Cache) Clone() Cache {
	d := *c
	d.Messages = slices.Clone(c.Messages)
	return d
}

// find returns where the message with a UID is or belongs.
func (c *Cache) find(uid store.UID) (int, bool) {
	return slices.BinarySearchFunc(c.Messages, uid, func(m Cached, uid store.UID) int { return cmp.Compare(m.UID, uid) })
}

// Resync is what to tell the server of the cache with SELECT.
func (c *Cache) Resync() Resync {
	if c.ModSeq == 0 {
		return Resync{}
	}
	return Resync{UIDValidity: c.UIDValidity, ModSeq: c.ModSeq}
}

// begin takes what SELECT has said. A mailbox with another UIDVALIDITY is another mailbox: what was known is worthless (RFC
// 3501 §2.3.1.1).
func (c *Cache) begin(m Mailbox) {
	if c.UIDValidity != m.UIDValidity {
		*c = Cache{UIDValidity: m.UIDValidity, UIDNext: 1}
	}
}

// learn takes a response that names a message by its UID.
func (c *Cache) learn(r *Response) {
	switch r.Name {
	case "VANISHED":
		for _, set := range r.UIDs {
			c.remove(set)
		}
	case "FETCH":
		if uid := r.UID(); uid != 0 {
			c.fetched(uid, r)
		}
	}
}

func (c *Cache) remove(set SequenceSet) {
	gone := set.resolve(1<<32 - 1)
	c.Messages = slices.DeleteFunc(c.Messages, func(m Cached) bool { return contains(gone, uint32(m.UID)) })
}

// fetched takes what a FETCH response says of a message. One that only tells flags of a message that is not known yet is
// passed over: its header comes with the new messages.
func (c *Cache) fetched(uid store.UID, r *Response) {
	i, known := c.find(uid)
	if !known {
		if !slices.ContainsFunc(r.Items, func(d Datum) bool { return d.Name == "ENVELOPE" }) {
			return
		}
		c.Messages = append(c.Messages, Cached{})
		copy(c.Messages[i+1:], c.Messages[i:])
		c.Messages[i] = Cached{UID: uid}
	}
	m := &c.Messages[i]
	if flags, ok := r.Flags(); ok {
		m.Flags = slices.DeleteFunc(flags, func(f string) bool { return f == `\Recent` })
	}
	for _, d := range r.Items {
		switch d.Name {
		case "BODY":
			if d.Body {
				m.receive(d)
			}
		case "RFC822.SIZE":
			m.Size, _ = d.Value.Number()
		case "ENVELOPE":
			m.Envelope, _ = d.Value.Envelope()
		}
	}
	c.UIDNext = max(c.UIDNext, uid+1)
}

// receive takes the octets of a message: all of them, or a part that goes on where the last one ended.
func (m *Cached) receive(d Datum) {
	switch text := d.Value.Text; {
	case !d.Partial:
		m.Content, m.Fetched = text, true
	case d.Offset == int64(len(m.Content)):
		m.Content += text
		m.Fetched = len(text) < textPart || int64(len(m.Content)) == m.Size
	}
}

// keep drops the messages up to a UID that are not among those the server has named.
func (c *Cache) keep(upTo store.UID, named []store.UID) {
	sort.Slice(named, func(i, j int) bool { return named[i] < named[j] })
	c.Messages = slices.DeleteFunc(c.Messages, func(m Cached) bool {
		_, ok := slices.BinarySearch(named, m.UID)
		return m.UID < upTo && !ok
	})
}
