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

	next    []State // by state, verb and class: one more than the state, 0 where there is no rule
	allowed []bool  // by state and verb
}

const classes = int(trace.ClassGreeting) + 1

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
	t.next = make([]State, len(t.States)*len(t.Verbs)*classes)
	t.allowed = make([]bool, len(t.States)*len(t.Verbs))
	for _, r := range t.Rules {
		if int(r.From) >= len(t.States) || int(r.To) >= len(t.States) || int(r.Verb) >= len(t.Verbs) {
			panic(fmt.Sprintf("%s: rule %v names a state or verb that the table lacks", t.Protocol, r))
		}
		at := t.at(r.From, r.Verb)
		if to := &t.next[at*classes+int(r.On)]; *to != 0 && *to != r.To+1 {
			panic(fmt.Sprintf("%s: two rules for %s in %s", t.Protocol, t.Verbs[r.Verb], t.States[r.From]))
		} else {
			*to = r.To + 1
		}
		t.allowed[at] = t.allowed[at] || !r.Pending
	}
	return &t
}

// at is the place of a state and a verb, which the table has.
func (t *Table) at(s State, v Verb) int { return int(s)*len(t.Verbs) + int(v) }

// Allows says whether a verb is legal in a state.
func (t *Table) Allows(s State, v Verb) bool {
	return int(v) < len(t.Verbs) && t.allowed[t.at(s, v)]
}

// Next is the state that a reply of class c to verb v leads to from state s.
func (t *Table) Next(s State, v Verb, c trace.Class) State {
	if int(v) < len(t.Verbs) {
		if to := t.next[t.at(s, v)*classes+int(c)]; to != 0 {
			return to - 1
		}
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
