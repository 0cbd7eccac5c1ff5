package sasl

// String is the short name of a step, as in "client-first", which an observer shows of a line; "" for none.
func (s Step) String() string { return does[s%numSteps] }

// StepNamed returns the step with that name, or [StepNone].
func StepNamed(name string) Step {
	for s := StepGo; s < numSteps; s++ {
		if does[s] == name {
			return s
		}
	}
	return StepNone
}
