package sasl

import "testing"

func TestStepNames(t *testing.T) {
	for s := StepGo; s < numSteps; s++ {
		if s.String() == "" || StepNamed(s.String()) != s {
			t.Errorf("step %d is named %q, and that is step %d", s, s, StepNamed(s.String()))
		}
	}
	if StepNone.String() != "" || StepNamed("") != StepNone || StepNamed("nothing") != StepNone {
		t.Error("no step has a name, or a name that is none has a step")
	}
}
