package sim

import (
	"time"

	"ehlo/sim/engine"
	"ehlo/sim/world"
)

// plan is something that the world file has arranged for a moment.
type plan struct {
	kind  planKind
	index int // of the fault or the actor
}

type planKind uint8

const (
	planFault  planKind = iota // a fault of the file begins
	planRepair                 // and ends
	planAct                    // an actor does something
	planHangUp                 // a dial-up line goes down
	planAges                   // hosts remove what is too old
)

// agesEvery is how often hosts look for messages that are too old.
const agesEvery = 24 * time.Hour

// arrange plans all that the definition names.
func (w *World) arrange() {
	for i, f := range w.def.Faults {
		w.plans.Push(engine.Time(f.At), plan{planFault, i})
		if f.For > 0 {
			w.plans.Push(engine.Time(f.At+f.For), plan{planRepair, i})
		}
	}
	w.actors = make([]actor, len(w.def.Actors))
	for i, a := range w.def.Actors {
		w.plans.Push(engine.Time(a.First), plan{planAct, i})
		if a.Kind == world.DialUp {
			w.begin(world.Fault{Kind: world.LinkDown, Host: a.Host, Other: a.Server}, engine.Time(a.First))
		}
	}
	for _, u := range w.def.Users {
		if u.MaxAge > 0 {
			w.plans.Push(engine.Time(agesEvery), plan{planAges, 0})
			break
		}
	}
}

// carryOut does what was planned for now.
func (w *World) carryOut() {
	_, p := w.plans.Pop()
	switch p.kind {
	case planFault:
		f := w.def.Faults[p.index]
		until := engine.Time(0)
		if f.For > 0 {
			until = engine.Time(f.At + f.For)
		}
		w.begin(f, until)
	case planRepair:
		w.end(w.def.Faults[p.index])
	case planAct:
		w.act(p.index)
	case planHangUp:
		a := w.def.Actors[p.index]
		w.begin(world.Fault{Kind: world.LinkDown, Host: a.Host, Other: a.Server}, w.nextAct(p.index))
	case planAges:
		for _, h := range w.hosts {
			h.RemoveOld(w)
		}
		w.plans.Push(w.now.Add(agesEvery), p)
	}
}
