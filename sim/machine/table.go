package machine

import (
	"fmt"
	"slices"
	"strings"

	"ehlo/sim/trace"
)

// State is a session's state: an index into its table's States.
type State uint8

// Verb is a command: an index into its table's Verbs.
type Verb uint8

// NoVerb is what is no command of the table.
const NoVerb Verb = 255

// Table is a protocol's transition table, the same for server, client and observer: it says which verbs a state allows
// and where a reply to them leads.
type Table struct {
	Protocol string
	States   []string // names; the first is where a session begins
	Verbs    []string // as they appear on the wire, in upper case
	Rules    []Rule

	next map[[3]uint8]State
}

// Rule is one line of a table: in state From, Verb is allowed, and a reply of class On leads to To. A verb that is
// allowed but whose reply has no rule leaves the state as it is.
type Rule struct {
	From State
	Verb Verb
	On   trace.Class
	To   State

	// Pending says that From does not allow Verb: the command was given in an earlier state and is answered in this one,
	// as AUTH is at the end of its exchange.
	Pending bool
}

// Build checks a table and makes it fast to ask. It panics on a rule that contradicts another or names what is not
// there: a table is source code.
func (t Table) Build() *Table {
	t.next = make(map[[3]uint8]State, len(t.Rules))
	for _, r := range t.Rules {
		if int(r.From) >= len(t.States) || int(r.To) >= len(t.States) || int(r.Verb) >= len(t.Verbs) {
			panic(fmt.Sprintf("%s: rule %v names a state or verb that the table lacks", t.Protocol, r))
		}
		key := [3]uint8{uint8(r.From), uint8(r.Verb), uint8(r.On)}
		if to, ok := t.next[key]; ok && to != r.To {
			panic(fmt.Sprintf("%s: two rules for %s in %s", t.Protocol, t.Verbs[r.Verb], t.States[r.From]))
		}
		t.next[key] = r.To
	}
	return &t
}

// Allows says whether a verb is legal in a state.
func (t *Table) Allows(s State, v Verb) bool {
	return slices.ContainsFunc(t.Rules, func(r Rule) bool { return r.From == s && r.Verb == v && !r.Pending })
}

// Next is the state that a reply of class c to verb v leads to from state s.
func (t *Table) Next(s State, v Verb, c trace.Class) State {
	if to, ok := t.next[[3]uint8{uint8(s), uint8(v), uint8(c)}]; ok {
		return to
	}
	return s
}

// Legal lists the verbs that a state allows, in the table's order.
func (t *Table) Legal(s State) []string {
	var verbs []string
	for v, name := range t.Verbs {
		if t.Allows(s, Verb(v)) {
			verbs = append(verbs, name)
		}
	}
	return verbs
}

// StateNamed returns the state with that name, and false where there is none.
func (t *Table) StateNamed(name string) (State, bool) {
	i := slices.Index(t.States, name)
	return State(max(i, 0)), i >= 0
}

// VerbNamed returns the verb with that name, in any case, or [NoVerb].
func (t *Table) VerbNamed(name string) Verb {
	for v, n := range t.Verbs {
		if strings.EqualFold(n, name) {
			return Verb(v)
		}
	}
	return NoVerb
}
