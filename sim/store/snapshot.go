package store

import (
	"iter"
	"math"
	"slices"
	"sort"
)

// Snapshot is a mailbox at one moment. It never changes and may be kept for ever. Two snapshots are equal with == where
// nothing happened to their mailbox between them. The zero value is an empty mailbox.
type Snapshot struct{ state *state }

// state is what a snapshot points at; it never changes.
type state struct {
	messages    tree
	uidValidity uint32
	uidNext     UID
	modSeq      ModSeq
	keywords    string // of all messages that there ever were, as in Flags
	expunged    *expunged
}

// expunged is one batch that removed messages, and those before it: whoever asks what went since a modification
// sequence walks back just as far as there is an answer.
type expunged struct {
	modSeq ModSeq
	uids   []UIDRange
	before *expunged
}

const maxKeywords = 4096 // octets

var nothing = state{uidNext: 1, modSeq: 1}

func (s Snapshot) get() *state {
	if s.state == nil {
		return &nothing
	}
	return s.state
}

// Len returns the number of messages.
func (s Snapshot) Len() int { return s.get().messages.count }

// Unseen returns the number of messages without \Seen.
func (s Snapshot) Unseen() int { return s.get().messages.unseen }

// Deleted returns the number of messages with \Deleted.
func (s Snapshot) Deleted() int { return s.get().messages.deleted }

// Size returns the octets of all messages together.
func (s Snapshot) Size() int64 { return s.get().messages.size }

// UIDValidity returns the value that changes when the mailbox's UIDs start again (RFC 3501 §2.3.1.1).
func (s Snapshot) UIDValidity() uint32 { return s.get().uidValidity }

// UIDNext returns the UID that the next message gets (RFC 3501 §2.3.1.1).
func (s Snapshot) UIDNext() UID { return s.get().uidNext }

// HighestModSeq returns the modification sequence of the last batch that changed something, from 1 (RFC 7162 §3.1.2.1).
func (s Snapshot) HighestModSeq() ModSeq { return s.get().modSeq }

// Keywords returns the keywords that the mailbox knows, those of messages that are gone included, in the form that
// [Flags] has. Those that come when the list has 4096 octets are not among them: it only grows, and sessions repeat it.
func (s Snapshot) Keywords() string { return s.get().keywords }

// At returns the message with a sequence number, which begin at 1, and false where there is none.
func (s Snapshot) At(seq int) (Message, bool) {
	t := s.get().messages
	if seq < 1 || seq > t.count {
		return Message{}, false
	}
	return t.at(seq), true
}

// Around returns the message with a sequence number together with some that lie beside it, and the sequence number of the
// first of them; nil where there is none. Nobody may change them.
func (s Snapshot) Around(seq int) (messages []Message, first int) {
	t := s.get().messages
	if seq < 1 || seq > t.count {
		return nil, 0
	}
	return t.around(seq)
}

// Seq returns the sequence number of the message with a UID, and false where there is none.
func (s Snapshot) Seq(uid UID) (int, bool) {
	m, seq := s.get().messages.find(uid)
	if m == nil {
		return 0, false
	}
	return seq, true
}

// From returns the sequence number of the first message whose UID is at least uid; Len()+1 where there is none.
func (s Snapshot) From(uid UID) int {
	_, seq := s.get().messages.find(uid)
	return seq
}

// FirstUnseen returns the sequence number of the first message without \Seen, and 0 where there is none.
func (s Snapshot) FirstUnseen() int {
	first, _, _ := s.Next(1, Filter{Without: Seen})
	return first
}

// All yields every message with its sequence number, in ascending order.
func (s Snapshot) All() iter.Seq2[int, Message] { return s.Matching(1, Filter{}) }

// AllDeleted yields the messages with \Deleted with their sequence numbers, in ascending order.
func (s Snapshot) AllDeleted() iter.Seq2[int, Message] { return s.Matching(1, Filter{With: Deleted}) }

// ChangedSince yields the messages that came or whose flags changed after a modification sequence, with their sequence
// numbers, in ascending order (RFC 7162 §3.1.4.1).
func (s Snapshot) ChangedSince(m ModSeq) iter.Seq2[int, Message] {
	return s.Matching(1, Filter{Since: m})
}

// ExpungedSince returns the UIDs of the messages that went after a modification sequence, ascending (RFC 7162 §3.2.5.1).
func (s Snapshot) ExpungedSince(m ModSeq) []UIDRange {
	var gone []UIDRange
	for e := s.get().expunged; e != nil && e.modSeq > m; e = e.before {
		gone = append(gone, e.uids...)
	}
	if len(gone) == 0 {
		return nil
	}
	sort.Slice(gone, func(i, j int) bool { return gone[i].First < gone[j].First })
	return merge(gone)
}

// merge joins ranges that touch; it reuses the slice.
func merge(ranges []UIDRange) []UIDRange {
	merged := ranges[:0]
	for _, r := range ranges {
		if last := len(merged) - 1; last >= 0 && merged[last].Last+1 == r.First {
			merged[last].Last = r.Last
		} else {
			merged = append(merged, r)
		}
	}
	return merged
}

// apply returns what a batch makes of the snapshot, which is of the mailbox that has the room.
func (s Snapshot) apply(b Batch, r *room) (Result, error) {
	old := s.get()
	if uint64(len(b.Append)) > uint64(math.MaxUint32-old.uidNext) {
		return Result{}, ErrUIDs
	}
	next := *old
	next.modSeq++
	changes, modified := old.changes(b, next.modSeq)
	result := Result{Snapshot: s, Modified: modified}
	if len(changes) == 0 && len(b.Append) == 0 {
		return result, nil
	}
	var gone []UIDRange
	for _, c := range changes {
		if c.gone {
			gone = append(gone, UIDRange{c.message.UID, c.message.UID})
		}
		next.learn(c.message.Flags)
	}
	if len(gone) > 0 {
		next.expunged = &expunged{next.modSeq, slices.Clip(merge(gone)), old.expunged}
	}
	var messages []Message
	for _, d := range b.Append {
		next.learn(d.Flags)
		if d.EmailID == 0 { // no two messages of an account have UIDVALIDITY and UID in common
			d.EmailID = uint64(next.uidValidity)<<32 | uint64(next.uidNext)
		}
		messages = append(messages, Message{UID: next.uidNext, ModSeq: next.modSeq, Flags: d.Flags, Date: d.Date, Saved: d.Saved,
			Size: d.size(), EmailID: d.EmailID, content: &content{d.Content, d.Source}})
		result.Appended = append(result.Appended, next.uidNext)
		next.uidNext++
	}
	next.messages = old.messages.replace(changes).grow(messages, r)
	result.Snapshot = Snapshot{&next}
	return result, nil
}

func (d *Draft) size() int64 {
	if d.Source != nil {
		return d.Size
	}
	return int64(len(d.Content))
}

// learn adds the keywords that are new to the mailbox.
func (s *state) learn(f Flags) {
	if len(s.keywords) < maxKeywords && without(f.Keywords, s.keywords) != "" {
		s.keywords = union(s.keywords, f.Keywords)
	}
}

// changes works out what a batch does to the messages that are there, in the order of their UIDs, and which of them
// UnchangedSince protects.
func (s *state) changes(b Batch, modSeq ModSeq) (changes []change, modified []UID) {
	edits := slices.Clone(b.Flags)
	if len(edits) > 1 {
		sort.SliceStable(edits, func(i, j int) bool { return edits[i].UID < edits[j].UID })
	}
	uids := slices.Clone(b.Expunge)
	if len(uids) > 1 {
		sort.Slice(uids, func(i, j int) bool { return uids[i] < uids[j] })
	}
	for len(edits) > 0 || len(uids) > 0 {
		var uid UID
		if len(uids) == 0 || len(edits) > 0 && edits[0].UID < uids[0] {
			uid = edits[0].UID
		} else {
			uid = uids[0]
		}
		var mine []FlagEdit
		for len(edits) > 0 && edits[0].UID == uid {
			mine, edits = append(mine, edits[0]), edits[1:]
		}
		gone := false
		for len(uids) > 0 && uids[0] == uid {
			gone, uids = true, uids[1:]
		}
		m, _ := s.messages.find(uid)
		if m == nil {
			continue
		}
		c := change{*m, gone}
		if b.UnchangedSince > 0 && len(mine) > 0 && m.ModSeq > b.UnchangedSince {
			modified, mine = append(modified, uid), nil
		}
		for _, e := range mine {
			c.message.Flags = e.apply(c.message.Flags)
		}
		if c.gone || c.message.Flags != m.Flags {
			c.message.ModSeq = modSeq
			changes = append(changes, c)
		}
	}
	return changes, modified
}

func (e FlagEdit) apply(f Flags) Flags {
	switch e.Op {
	case FlagAdd:
		return f.With(e.Flags)
	case FlagRemove:
		return f.Without(e.Flags)
	}
	return e.Flags
}
