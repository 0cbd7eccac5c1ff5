package engine

import "slices"

// Queue holds future events in the order (time, sequence): of two events at one moment the one pushed first comes
// first. The zero value is an empty queue.
//
// What is moved about to keep that order is small and holds no pointer; the events themselves stay where they were put.
type Queue[T any] struct {
	heap  []place
	items []T     // by slot
	free  []int32 // slots that hold no event
	seq   uint64
}

// place is where an event stands in the order, and the slot in which it lies.
type place struct {
	at   Time
	seq  uint64
	slot int32
}

func (p *place) before(q *place) bool { return p.at < q.at || p.at == q.at && p.seq < q.seq }

// Len returns the number of events that wait.
func (q *Queue[T]) Len() int { return len(q.heap) }

// Push adds an event at the given moment.
func (q *Queue[T]) Push(at Time, v T) {
	q.seq++
	p := place{at: at, seq: q.seq}
	if last := len(q.free) - 1; last >= 0 {
		p.slot, q.free = q.free[last], q.free[:last]
		q.items[p.slot] = v
	} else {
		p.slot = int32(len(q.items))
		q.items = append(q.items, v)
	}
	q.heap = append(q.heap, p)
	q.rise(p)
}

// rise puts p in its place, from the last one on upwards.
func (q *Queue[T]) rise(p place) {
	h := q.heap
	i := len(h) - 1
	for i > 0 {
		parent := (i - 1) / 2
		if !p.before(&h[parent]) {
			break
		}
		h[i] = h[parent]
		i = parent
	}
	h[i] = p
}

// Next returns the moment of the earliest event, and false where none waits.
func (q *Queue[T]) Next() (Time, bool) {
	if len(q.heap) == 0 {
		return Never, false
	}
	return q.heap[0].at, true
}

// Peek returns the earliest event without taking it; it must not be called on an empty queue.
func (q *Queue[T]) Peek() T { return q.items[q.heap[0].slot] }

// First is the earliest event where it lies, until the queue changes; it must not be called on an empty queue.
func (q *Queue[T]) First() *T { return &q.items[q.heap[0].slot] }

// Postpone moves the earliest event to a later moment, as if it were taken and pushed again; it must not be called on an empty
// queue.
func (q *Queue[T]) Postpone(at Time) {
	q.seq++
	q.sink(place{at: at, seq: q.seq, slot: q.heap[0].slot})
}

// Pop takes the earliest event; it must not be called on an empty queue.
func (q *Queue[T]) Pop() (Time, T) {
	top := q.heap[0]
	last := len(q.heap) - 1
	p := q.heap[last]
	q.heap = q.heap[:last]
	if last > 0 {
		q.sink(p)
	}
	v := q.items[top.slot]
	var none T
	q.items[top.slot] = none
	q.free = append(q.free, top.slot)
	return top.at, v
}

// sink puts p in its place, from the first one on downwards.
func (q *Queue[T]) sink(p place) {
	h := q.heap
	i := 0
	for {
		least := 2*i + 1
		if least >= len(h) {
			break
		}
		if r := least + 1; r < len(h) && h[r].before(&h[least]) {
			least = r
		}
		if !h[least].before(&p) {
			break
		}
		h[i] = h[least]
		i = least
	}
	h[i] = p
}

// Clone returns an independent copy. The events themselves are copied by assignment.
func (q *Queue[T]) Clone() Queue[T] {
	return Queue[T]{slices.Clone(q.heap), slices.Clone(q.items), slices.Clone(q.free), q.seq}
}

// Each calls f for every waiting event, in no useful order.
func (q *Queue[T]) Each(f func(Time, T)) {
	for i := range q.heap {
		f(q.heap[i].at, q.items[q.heap[i].slot])
	}
}
