package store

import (
	"iter"
	"math"
)

// Filter says which messages a walk through a mailbox visits. It costs no more than what it lets through, and the path
// there: branches of the tree whose summary shows that they hold no such message are passed by.
type Filter struct {
	Since         ModSeq      // those that came or changed later
	With, Without SystemFlags // those that have all of the first and none of the second
	Dates, Sizes  Bounds      // those that lie within; the zero value is no limit
}

// Bounds are the lowest and the highest number that is meant. The zero value is no limit.
type Bounds struct{ Min, Max int64 }

// Below returns the bounds of the numbers under n.
func Below(n int64) Bounds { return Bounds{math.MinInt64, n - 1} }

// AtLeast returns the bounds of the numbers from n on.
func AtLeast(n int64) Bounds { return Bounds{n, math.MaxInt64} }

// Narrow returns bounds that hold what lies within both, and may hold a little more.
func (b Bounds) Narrow(c Bounds) Bounds {
	switch {
	case b == Bounds{}:
		return c
	case c == Bounds{}:
		return b
	}
	b = Bounds{max(b.Min, c.Min), min(b.Max, c.Max)}
	if b == (Bounds{}) { // 0 alone, which would look like no limit
		b.Min--
	}
	return b
}

// with returns bounds that hold both.
func (b Bounds) with(c Bounds) Bounds { return Bounds{min(b.Min, c.Min), max(b.Max, c.Max)} }

// meets says whether a number may lie within both.
func (b Bounds) meets(c Bounds) bool { return b == (Bounds{}) || b.Min <= c.Max && c.Min <= b.Max }

func (f *Filter) below(s *summary) bool {
	return s.modSeq > f.Since && s.some&f.With == f.With && s.every&f.Without == 0 && f.Dates.meets(s.dates) &&
		f.Sizes.meets(s.sizes)
}

// Matches says whether the filter lets a message through.
func (f *Filter) Matches(m *Message) bool {
	return m.ModSeq > f.Since && m.Flags.System&f.With == f.With && m.Flags.System&f.Without == 0 &&
		f.Dates.meets(Bounds{m.Date, m.Date}) && f.Sizes.meets(Bounds{m.Size, m.Size})
}

// Next returns the first message with a sequence number of at least seq that the filter lets through, and false where
// there is none.
func (s Snapshot) Next(seq int, f Filter) (int, Message, bool) {
	return s.get().messages.next(1, seq, &f)
}

// Last returns the last message with a sequence number of at most seq that the filter lets through, and false where
// there is none.
func (s Snapshot) Last(seq int, f Filter) (int, Message, bool) {
	return s.get().messages.last(1, seq, &f)
}

// Matching yields the messages with a sequence number of at least seq that the filter lets through, in ascending order.
func (s Snapshot) Matching(seq int, f Filter) iter.Seq2[int, Message] {
	return func(yield func(int, Message) bool) { s.get().messages.walk(1, seq, &f, yield) }
}

// next is [Snapshot.Next]; first is the sequence number of the tree's first message.
func (t tree) next(first, seq int, f *Filter) (int, Message, bool) {
	if t.node == nil || first+t.count <= seq || !f.below(&t.summary) {
		return 0, Message{}, false
	}
	for i := max(0, seq-first); i < len(t.messages); i++ {
		if m := &t.messages[i]; f.Matches(m) {
			return first + i, *m, true
		}
	}
	for _, kid := range t.kids {
		if n, m, ok := kid.next(first, seq, f); ok {
			return n, m, true
		}
		first += kid.count
	}
	return 0, Message{}, false
}

// last is [Snapshot.Last]; first is the sequence number of the tree's first message.
func (t tree) last(first, seq int, f *Filter) (int, Message, bool) {
	if t.node == nil || first > seq || !f.below(&t.summary) {
		return 0, Message{}, false
	}
	for i := min(len(t.messages)-1, seq-first); i >= 0; i-- {
		if m := &t.messages[i]; f.Matches(m) {
			return first + i, *m, true
		}
	}
	behind := first + t.count
	for i := len(t.kids) - 1; i >= 0; i-- {
		behind -= t.kids[i].count
		if n, m, ok := t.kids[i].last(behind, seq, f); ok {
			return n, m, true
		}
	}
	return 0, Message{}, false
}

// walk is [Snapshot.Matching]; first is the sequence number of the tree's first message. It returns false where the
// receiver wants no more.
func (t tree) walk(first, seq int, f *Filter, yield func(int, Message) bool) bool {
	if t.node == nil || first+t.count <= seq || !f.below(&t.summary) {
		return true
	}
	for i := max(0, seq-first); i < len(t.messages); i++ {
		if m := &t.messages[i]; f.Matches(m) && !yield(first+i, *m) {
			return false
		}
	}
	for _, kid := range t.kids {
		if !kid.walk(first, seq, f, yield) {
			return false
		}
		first += kid.count
	}
	return true
}
