package trace

import "iter"

// Recorder takes the events of a world as they happen. It never changes what the world does.
type Recorder interface {
	// Record takes one event. The event is the caller's again when it returns: whoever keeps it copies Data.
	Record(e *Event)
}

// Discard is the recorder that keeps nothing.
type Discard struct{}

// Record drops the event.
func (Discard) Record(*Event) {}

// Counters is the recorder that only counts. The zero value has counted nothing.
type Counters struct {
	Events uint64
	Kinds  [len(kindNames)]uint64  // events of each Kind
	Lines  [len(classNames)]uint64 // events of KindLine by Class
	Octets [3]int64                // octets of KindLine events by Dir
}

// Record counts the event.
func (c *Counters) Record(e *Event) {
	c.Events++
	if int(e.Kind) < len(c.Kinds) {
		c.Kinds[e.Kind]++
	}
	if e.Kind == KindLine {
		c.Lines[int(e.Class)%len(c.Lines)]++
		c.Octets[int(e.Dir)%len(c.Octets)] += e.Num
	}
}

// Ring is the recorder that keeps the last events only. Make one with [NewRing].
type Ring struct {
	events []Event
	next   int
	total  uint64
}

// NewRing returns a ring that keeps the last n events; n below 1 counts as 1.
func NewRing(n int) *Ring { return &Ring{events: make([]Event, 0, max(n, 1))} }

// Record keeps a copy of the event in the place of the oldest one. It reuses that one's memory.
func (r *Ring) Record(e *Event) {
	r.total++
	if len(r.events) < cap(r.events) {
		r.events = append(r.events, Event{})
	}
	slot := &r.events[r.next]
	data := append(slot.Data[:0], e.Data...)
	*slot = *e
	slot.Data = nil
	if len(data) > 0 {
		slot.Data = data
	}
	if r.next++; r.next == cap(r.events) {
		r.next = 0
	}
}

// Len returns the number of events that are kept.
func (r *Ring) Len() int { return len(r.events) }

// Total returns the number of events that were recorded, the lost ones among them.
func (r *Ring) Total() uint64 { return r.total }

// All yields the kept events, the oldest first, with their place among all that were recorded, which counts from 0.
// Data is valid until the next Record.
func (r *Ring) All() iter.Seq2[uint64, Event] {
	return func(yield func(uint64, Event) bool) {
		first := r.total - uint64(len(r.events))
		start := 0
		if len(r.events) == cap(r.events) {
			start = r.next
		}
		for i := range r.events {
			if !yield(first+uint64(i), r.events[(start+i)%len(r.events)]) {
				return
			}
		}
	}
}
