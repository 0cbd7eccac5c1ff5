// Package rules gives the transition tables of protocols as the page draws them.
package rules

import "ehlo/sim/machine"

// Rule is a step of a session from one state to another, in the names of its table.
type Rule struct {
	From string `json:"from"`
	Verb string `json:"verb"`
	On   string `json:"on"`
	To   string `json:"to"`
}

// Of lists the rules of a table, an empty list where it has none.
func Of(t *machine.Table) []Rule {
	list := []Rule{}
	for _, r := range t.Rules {
		list = append(list, Rule{t.States[r.From], t.Verbs[r.Verb], r.On.String(), t.States[r.To]})
	}
	return list
}
