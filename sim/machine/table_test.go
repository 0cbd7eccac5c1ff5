package machine_test

import (
	"fmt"
	"testing"

	"ehlo/sim/machine"
	"ehlo/sim/trace"
)

func door() machine.Table {
	return machine.Table{Protocol: "door", States: []string{"closed", "open"}, Verbs: []string{"OPEN", "CLOSE", "KNOCK"},
		Rules: []machine.Rule{{From: 0, Verb: 0, On: trace.ClassOK, To: 1}, {From: 1, Verb: 1, On: trace.ClassOK, To: 0},
			{From: 0, Verb: 2, On: trace.ClassOK, To: 0}}}
}

func TestTable(t *testing.T) {
	d := door().Build()
	if got := fmt.Sprint(d.Legal(0), d.Legal(1)); got != "[OPEN KNOCK] [CLOSE]" {
		t.Errorf("legal are %s", got)
	}
	if d.Next(0, 0, trace.ClassOK) != 1 || d.Next(0, 0, trace.ClassPermanent) != 0 || d.Next(1, 0, trace.ClassOK) != 1 {
		t.Error("a reply leads to where no rule says")
	}
	if s, ok := d.StateNamed("open"); !ok || s != 1 {
		t.Error("the state open is not found")
	}
	if _, ok := d.StateNamed("ajar"); ok || d.VerbNamed("close") != 1 || d.VerbNamed("kick") != machine.NoVerb {
		t.Error("names are found that are not there, or not found")
	}
}

func TestPendingRules(t *testing.T) {
	d := door()
	d.States, d.Verbs = append(d.States, "asked"), append(d.Verbs, "WHO")
	d.Rules = append(d.Rules, machine.Rule{From: 0, Verb: 2, On: trace.ClassMore, To: 2},
		machine.Rule{From: 2, Verb: 2, On: trace.ClassOK, To: 1, Pending: true}, machine.Rule{From: 2, Verb: 3, On: trace.ClassOK, To: 0})
	b := d.Build()
	if got := fmt.Sprint(b.Legal(2)); got != "[WHO]" || b.Next(2, 2, trace.ClassOK) != 1 {
		t.Errorf("legal are %s, and the reply to what came before leads to %d", got, b.Next(2, 2, trace.ClassOK))
	}
}

func TestBuildRefusesContradictions(t *testing.T) {
	for name, spoil := range map[string]func(*machine.Table){
		"two ways": func(t *machine.Table) {
			t.Rules = append(t.Rules, machine.Rule{From: 0, Verb: 0, On: trace.ClassOK, To: 0})
		},
		"no state":   func(t *machine.Table) { t.Rules[0].To = 7 },
		"no verb":    func(t *machine.Table) { t.Rules[0].Verb = 7 },
		"from where": func(t *machine.Table) { t.Rules[0].From = 7 },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: the table is built", name)
				}
			}()
			d := door()
			spoil(&d)
			d.Build()
		}()
	}
}
