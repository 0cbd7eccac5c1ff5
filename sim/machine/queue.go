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

// Make puts a zero one at the end, for the caller to fill before the queue is used again.
func (q *Queue[T]) Make() *T {
	n := len(q.items)
	if n == cap(q.items) {
		q.items = append(make([]T, 0, fewWait+2*n), q.items...)
	}
	q.items = q.items[:n+1]
	item := &q.items[n]
	*item = *new(T)
	return item
}

// fewWait is room for what mostly waits at once: the replies to what was sent together.
const fewWait = 3

// Next takes the first, and false where none waits.
func (q *Queue[T]) Next() (item T, ok bool) {
	if q.Len() == 0 {
		return item, false
	}
	item, q.items[q.taken] = q.items[q.taken], item
	if q.taken++; q.Len() == 0 {
		q.items, q.taken = q.items[:0], 0
	}
	return item, true
}

// Take takes the first where it lies, and false where none waits. It is valid until the next Add or Make.
func (q *Queue[T]) Take() (*T, bool) {
	if q.Len() == 0 {
		return nil, false
	}
	first := &q.items[q.taken]
	if q.taken++; q.Len() == 0 {
		q.items, q.taken = q.items[:0], 0
	}
	return first, true
}

// Empty drops all that wait.
func (q *Queue[T]) Empty() { q.items, q.taken = q.items[:0], 0 }

// Clone returns an independent queue of the same items.
func (q *Queue[T]) Clone() Queue[T] { return Queue[T]{items: slices.Clone(q.items[q.taken:])} }
