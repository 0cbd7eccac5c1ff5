package sim

import "ehlo/sim/engine"

// AdvanceSteps lets time pass up to a moment, but no more than up to that many steps: to where an input of a log takes
// effect.
func (t *Timeline) AdvanceSteps(to engine.Time, steps uint64) {
	t.begin()
	for t.w.steps < steps && t.step(to) {
	}
	t.w.Skip(to)
	t.reached()
}
