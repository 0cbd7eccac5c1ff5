package sim

import "ehlo/sim/daemon"

// newAlive is what a connection has while it lasts, in the memory of one that is over where there is any.
func (w *World) newAlive() *alive {
	last := len(w.idle) - 1
	if last < 0 {
		return new(alive)
	}
	a := w.idle[last]
	w.idle = w.idle[:last]
	return a
}

// reuse makes the memory of what is over new again. It is done between steps, when nobody is busy with any of it.
func (w *World) reuse() {
	for _, a := range w.spent {
		for _, e := range a.ends {
			w.spare.Keep(e.session)
		}
		*a = alive{}
		w.idle = append(w.idle, a)
	}
	w.spent = w.spent[:0]
}

// Spare is the memory of sessions that are over.
func (w *World) Spare() *daemon.Spare { return &w.spare }
