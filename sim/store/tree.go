package store

import (
	"slices"
	"sort"
)

// A mailbox's messages are the leaves of a B+ tree in the order of their UIDs. Nodes never change once they are made: a
// batch copies the path to what it touches and shares the rest. Beside the pointer to each node stands a summary of what
// is below it, so that questions by sequence number, by UID, by flag and by modification sequence walk down one path.
//
// UIDs only ascend, so that messages come at the right edge alone; nodes there are filled to the brim. Where messages
// went, neighbours within a branch that fit into one node are joined. All leaves are at the same depth.

const (
	leafSize   = 32 // messages in a leaf
	branchSize = 8  // nodes below a node: an append copies one at each level
)

// node is a leaf or a branch; the other slice is nil.
type node struct {
	messages []Message
	kids     []tree
}

// tree is a node and its summary. The zero value is the empty tree.
type tree struct {
	*node
	summary
}

// summary is what a tree holds, added up.
type summary struct {
	count, unseen, deleted int
	size                   int64
	modSeq                 ModSeq      // the highest
	first                  UID         // the lowest
	some, every            SystemFlags // that at least one message has, and that each has
	dates, sizes           Bounds      // the lowest and the highest
}

func leaf(messages []Message) tree {
	if len(messages) == 0 {
		return tree{}
	}
	m := &messages[0]
	s := summary{first: m.UID, every: m.Flags.System, dates: Bounds{m.Date, m.Date},
		sizes: Bounds{m.Size, m.Size}}
	for i := range messages {
		s = s.with(&messages[i])
	}
	return tree{&node{messages: messages}, s}
}

// with is the summary with one more message, the last.
func (s summary) with(m *Message) summary {
	s.count++
	s.size += m.Size
	s.some |= m.Flags.System
	s.every &= m.Flags.System
	s.dates = s.dates.with(Bounds{m.Date, m.Date})
	s.sizes = s.sizes.with(Bounds{m.Size, m.Size})
	s.modSeq = max(s.modSeq, m.ModSeq)
	if m.Flags.System&Seen == 0 {
		s.unseen++
	}
	if m.Flags.System&Deleted != 0 {
		s.deleted++
	}
	return s
}

func branch(kids []tree) tree {
	if len(kids) == 0 {
		return tree{}
	}
	k := &kids[0]
	s := summary{first: k.first, every: k.every, dates: k.dates, sizes: k.sizes}
	for i := range kids {
		k = &kids[i]
		s.some |= k.some
		s.every &= k.every
		s.dates = s.dates.with(k.dates)
		s.sizes = s.sizes.with(k.sizes)
		s.count += k.count
		s.unseen += k.unseen
		s.deleted += k.deleted
		s.size += k.size
		s.modSeq = max(s.modSeq, k.modSeq)
	}
	return tree{&node{kids: kids}, s}
}

// room is the array of a mailbox's last leaf, which has places behind those that any snapshot knows of: a message that comes is
// put there, and nothing is copied. A mailbox alone has its room. The zero value is none.
type room struct{ used []Message }

// with returns the messages with one more behind them, in the room where they are what fills it.
func (r *room) with(messages []Message, m *Message) []Message {
	n := len(messages)
	if n == 0 || n != len(r.used) || n == cap(r.used) || &messages[0] != &r.used[0] {
		r.used = append(make([]Message, 0, min(max(2*n, 2), leafSize)), messages...)
	}
	r.used = append(r.used, *m)
	return r.used[: n+1 : n+1]
}

// grow returns the tree with messages added behind its last.
func (t tree) grow(messages []Message, r *room) tree {
	switch len(messages) {
	case 0:
		return t
	case 1:
		grown, more := t.add(&messages[0], r)
		if more.node != nil {
			grown = branch([]tree{grown, more})
		}
		return grown
	}
	level := t.grown(messages)
	for len(level) > 1 {
		level = pack(level, branchSize, branch)
	}
	return level[0]
}

// add returns what [tree.grow] makes of a single message, as most come: a tree of t's height, and another one beside it
// where that is full.
func (t tree) add(m *Message, r *room) (grown, more tree) {
	switch {
	case t.node == nil:
		return leaf(r.with(nil, m)), tree{}
	case t.kids != nil:
		last := len(t.kids) - 1
		kid, more := t.kids[last].add(m, r)
		switch {
		case more.node == nil:
			kids := concat(t.kids, nil)
			kids[last] = kid
			return tree{&node{kids: kids}, t.with(m)}, tree{}
		case len(t.kids) < branchSize:
			return tree{&node{kids: concat(t.kids, []tree{more})}, t.with(m)}, tree{}
		}
		return t, branch([]tree{more})
	case len(t.messages) < leafSize:
		return tree{&node{messages: r.with(t.messages, m)}, t.with(m)}, tree{}
	}
	return t, leaf(r.with(nil, m))
}

// grown returns the trees of t's height that hold what t holds and the messages behind it.
func (t tree) grown(messages []Message) []tree {
	if t.node == nil {
		return pack(messages, leafSize, leaf)
	}
	if t.kids == nil {
		return packed(t.messages, messages, leafSize, leaf)
	}
	last := len(t.kids) - 1
	return packed(t.kids[:last], t.kids[last].grown(messages), branchSize, branch)
}

// packed is [pack] of a and b together, without a copy more where one node holds them.
func packed[T any](a, b []T, size int, build func([]T) tree) []tree {
	items := concat(a, b)
	if len(items) <= size {
		return []tree{build(items)}
	}
	return pack(items, size, build)
}

// pack cuts items into nodes of the given size; only the last may hold fewer. The nodes hold copies.
func pack[T any](items []T, size int, build func([]T) tree) []tree {
	var level []tree
	for len(items) > 0 {
		n := min(size, len(items))
		level = append(level, build(concat(items[:n], nil)))
		items = items[n:]
	}
	return level
}

// concat returns a new slice without spare room: nodes are many and live long.
func concat[T any](a, b []T) []T {
	c := make([]T, len(a)+len(b))
	copy(c[copy(c, a):], b)
	return c
}

// change is what becomes of one message that the tree holds.
type change struct {
	message Message // by its UID
	gone    bool
}

// replace returns the tree with the changes made, which are in the order of their UIDs.
func (t tree) replace(changes []change) tree {
	if len(changes) == 0 {
		return t
	}
	t = t.replaced(changes)
	for t.node != nil && len(t.kids) == 1 {
		t = t.kids[0]
	}
	return t
}

func (t tree) replaced(changes []change) tree {
	if t.kids == nil {
		messages := make([]Message, 0, len(t.messages))
		for _, m := range t.messages {
			if len(changes) == 0 || changes[0].message.UID != m.UID {
				messages = append(messages, m)
				continue
			}
			if !changes[0].gone {
				messages = append(messages, changes[0].message)
			}
			changes = changes[1:]
		}
		return leaf(messages)
	}
	kids := make([]tree, 0, len(t.kids))
	for i, kid := range t.kids {
		n := len(changes)
		if i+1 < len(t.kids) {
			end := t.kids[i+1].first
			n = sort.Search(n, func(j int) bool { return changes[j].message.UID >= end })
		}
		if n > 0 {
			kid, changes = kid.replaced(changes[:n]), changes[n:]
		}
		if kid.node == nil {
			continue
		}
		if last := len(kids) - 1; last >= 0 && fits(kids[last].node, kid.node) {
			kids[last] = join(kids[last].node, kid.node)
		} else {
			kids = append(kids, kid)
		}
	}
	return branch(kids)
}

// fits says whether two neighbours of one height go into one node.
func fits(a, b *node) bool {
	if a.kids == nil {
		return len(a.messages)+len(b.messages) <= leafSize
	}
	return len(a.kids)+len(b.kids) <= branchSize
}

// join returns the node that holds what two neighbours hold. Where they meet, nodes below them become neighbours too.
func join(a, b *node) tree {
	if a.kids == nil {
		return leaf(concat(a.messages, b.messages))
	}
	kids := concat(a.kids, b.kids)
	if left := len(a.kids) - 1; fits(kids[left].node, kids[left+1].node) {
		kids[left] = join(kids[left].node, kids[left+1].node)
		kids = slices.Delete(kids, left+1, left+2)
	}
	return branch(kids)
}

// at returns the message with sequence number seq, which is from 1 to t.count.
func (t tree) at(seq int) Message {
	for t.kids != nil {
		i := 0
		for seq > t.kids[i].count {
			seq -= t.kids[i].count
			i++
		}
		t = t.kids[i]
	}
	return t.messages[seq-1]
}

// around returns the leaf that holds the message with sequence number seq, and the number of its first message.
func (t tree) around(seq int) (messages []Message, first int) {
	first = 1
	for t.kids != nil {
		i := 0
		for seq >= first+t.kids[i].count {
			first += t.kids[i].count
			i++
		}
		t = t.kids[i]
	}
	return t.messages, first
}

// find returns the message with a UID, or nil, and the sequence number that it has or would have.
func (t tree) find(uid UID) (*Message, int) {
	if t.node == nil {
		return nil, 1
	}
	seq := 1
	for t.kids != nil {
		i := 0
		for i+1 < len(t.kids) && t.kids[i+1].first <= uid {
			seq += t.kids[i].count
			i++
		}
		t = t.kids[i]
	}
	i := sort.Search(len(t.messages), func(i int) bool { return t.messages[i].UID >= uid })
	if i == len(t.messages) || t.messages[i].UID != uid {
		return nil, seq + i
	}
	return &t.messages[i], seq + i
}
