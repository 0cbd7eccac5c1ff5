package dns

import "slices"

// Answer is what came of a question.
type Answer struct {
	Question
	Code      RCode
	Records   []Record // those of aliases on the way among them
	Authentic bool     // the zone is signed and the answer validated
}

// Failed says that nobody knows whether there are such records: the servers do not answer, or answer with a failure.
func (a *Answer) Failed() bool { return a.Code != NoError && a.Code != NXDomain }

// Of is the records of the type that was asked for.
func (a *Answer) Of() []Record {
	var found []Record
	for _, r := range a.Records {
		if r.Type == a.Type {
			found = append(found, r)
		}
	}
	return found
}

// Lookups is what a procedure that does no I/O has learnt from the DNS, and what it still wants to know. The procedure
// runs from its beginning each time something was learnt, and stops where an answer is missing: nothing of it has to be
// kept meanwhile, and whoever holds the Lookups can be cloned.
type Lookups struct {
	known  []Answer
	wanted []Question // not yet taken by Wanted
	asked  []Question // taken, without an answer
}

// Ask returns the answer to a question, and false where it is not there yet: then it is wanted.
func (l *Lookups) Ask(name string, t Type) (Answer, bool) {
	q := Question{Canonical(name), t}
	for _, a := range l.known {
		if a.Question == q {
			return a, true
		}
	}
	if !slices.Contains(l.wanted, q) && !slices.Contains(l.asked, q) {
		l.wanted = append(l.wanted, q)
	}
	return Answer{Question: q}, false
}

// Wanted takes the questions that nobody has asked yet.
func (l *Lookups) Wanted() []Question {
	w := l.wanted
	l.asked = append(l.asked, w...)
	l.wanted = nil
	return w
}

// Waiting says whether answers are still to come.
func (l *Lookups) Waiting() bool { return len(l.wanted)+len(l.asked) > 0 }

// Learn takes an answer.
func (l *Lookups) Learn(a Answer) {
	l.asked = slices.DeleteFunc(l.asked, func(q Question) bool { return q == a.Question })
	if !slices.ContainsFunc(l.known, func(k Answer) bool { return k.Question == a.Question }) {
		l.known = append(l.known, a)
	}
}

// Clone returns an independent copy.
func (l *Lookups) Clone() *Lookups {
	return &Lookups{slices.Clone(l.known), slices.Clone(l.wanted), slices.Clone(l.asked)}
}
