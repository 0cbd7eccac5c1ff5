package machine

import "slices"

// Queue is what waits for its turn in a machine: events that nobody has taken yet, commands that are still to be sent.
// The zero Queue is empty.
type Queue[T any] struct {
	items []T
	taken int // of items, from the front
}

// Len is how many wait.
func (q *Queue[T]) Len() int { return len(q.items) - q.taken }

// Add puts one at the end.
func (q *Queue[T]) Add(item T) { q.items = append(q.items, item) }

// Next takes the first, and false where none waits.
func (q *Queue[T]) Next() (T, bool) {
	var item T
	if q.Len() == 0 {
		return item, false
	}
	item, q.items[q.taken] = q.items[q.taken], item
	if q.taken++; q.Len() == 0 {
		q.items, q.taken = q.items[:0], 0
	}
	return item, true
}

// Clone returns an independent queue of the same items.
func (q *Queue[T]) Clone() Queue[T] { return Queue[T]{items: slices.Clone(q.items[q.taken:])} }
