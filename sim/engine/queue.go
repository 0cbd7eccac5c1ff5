package engine

import "slices"

// Queue holds future events in the order (time, sequence): of two events at one moment the one pushed first comes
// first. The zero value is an empty queue.
type Queue[T any] struct {
	heap []item[T]
	seq  uint64
}

type item[T any] struct {
	at  Time
	seq uint64
	v   T
}

// Len returns the number of events that wait.
func (q *Queue[T]) Len() int { return len(q.heap) }

// Push adds an event at the given moment.
func (q *Queue[T]) Push(at Time, v T) {
	q.seq++
	q.heap = append(q.heap, item[T]{at, q.seq, v})
	for i := len(q.heap) - 1; i > 0; {
		parent := (i - 1) / 2
		if !q.less(i, parent) {
			break
		}
		q.heap[i], q.heap[parent] = q.heap[parent], q.heap[i]
		i = parent
	}
}

// Next returns the moment of the earliest event, and false where none waits.
func (q *Queue[T]) Next() (Time, bool) {
	if len(q.heap) == 0 {
		return Never, false
	}
	return q.heap[0].at, true
}

// Peek returns the earliest event without taking it; it must not be called on an empty queue.
func (q *Queue[T]) Peek() T { return q.heap[0].v }

// Pop takes the earliest event; it must not be called on an empty queue.
func (q *Queue[T]) Pop() (Time, T) {
	top := q.heap[0]
	last := len(q.heap) - 1
	q.heap[0] = q.heap[last]
	q.heap[last] = item[T]{}
	q.heap = q.heap[:last]
	for i := 0; ; {
		least := i
		if l := 2*i + 1; l < last && q.less(l, least) {
			least = l
		}
		if r := 2*i + 2; r < last && q.less(r, least) {
			least = r
		}
		if least == i {
			break
		}
		q.heap[i], q.heap[least] = q.heap[least], q.heap[i]
		i = least
	}
	return top.at, top.v
}

// Clone returns an independent copy. The events themselves are copied by assignment.
func (q *Queue[T]) Clone() Queue[T] { return Queue[T]{slices.Clone(q.heap), q.seq} }

// Each calls f for every waiting event, in no useful order.
func (q *Queue[T]) Each(f func(Time, T)) {
	for i := range q.heap {
		f(q.heap[i].at, q.heap[i].v)
	}
}

func (q *Queue[T]) less(i, j int) bool {
	a, b := &q.heap[i], &q.heap[j]
	return a.at < b.at || a.at == b.at && a.seq < b.seq
}
