package engine

// ledgerBlock is how many entries of a ledger lie together.
const ledgerBlock = 64

// Ledger is a list that only grows, for what is settled sooner or later: blocks in which nothing changes any more are shared by
// clones, so that a clone costs what is still open, and not what there has ever been. Entries never move. The zero value is empty.
type Ledger[T any] struct {
	blocks []*[ledgerBlock]T
	len    int
}

// Len returns the number of entries.
func (l *Ledger[T]) Len() int { return l.len }

// At returns the i-th entry, counted from 0; it panics where there is none.
func (l *Ledger[T]) At(i int) *T { return &l.blocks[i/ledgerBlock][i%ledgerBlock] }

// Append adds an entry.
func (l *Ledger[T]) Append(v T) *T {
	if l.len == ledgerBlock*len(l.blocks) {
		l.blocks = append(l.blocks, new([ledgerBlock]T))
	}
	l.len++
	e := l.At(l.len - 1)
	*e = v
	return e
}

// Clone returns an independent copy. settled says that an entry never changes again.
func (l *Ledger[T]) Clone(settled func(*T) bool) Ledger[T] {
	c := Ledger[T]{blocks: append([]*[ledgerBlock]T(nil), l.blocks...), len: l.len}
	for b, block := range l.blocks {
		for i := range block {
			if b*ledgerBlock+i >= l.len || !settled(&block[i]) {
				own := *block
				c.blocks[b] = &own
				break
			}
		}
	}
	return c
}
