package sasl

import "strings"

// Mechanism is one of the mechanisms, or None. A greater one is stronger: it tells less to whoever reads the exchange.
type Mechanism uint8

// The mechanisms.
const (
	None        Mechanism = iota
	Login                 // the password as it is, after two questions
	Plain                 // the password as it is, in one message
	CRAMMD5               // a digest of the password and a challenge
	SCRAMSHA256           // proofs on both sides that each knows the password, made slow to guess
	numMechanisms
)

// mechanisms gives each mechanism its name, the place where it is specified, and its messages in their order. An initial
// response takes the place of the first message.
var mechanisms = [numMechanisms]struct {
	name, ref string
	steps     []Step
}{
	Login:   {"LOGIN", "draft-murchison-sasl-login-00 §2", []Step{StepUserPrompt, StepUser, StepPasswordPrompt, StepPassword}},
	Plain:   {"PLAIN", "RFC 4616 §2", []Step{StepGo, StepPlain}},
	CRAMMD5: {"CRAM-MD5", "RFC 2195 §2", []Step{StepTimestamp, StepDigest}},
	SCRAMSHA256: {"SCRAM-SHA-256", "RFC 7677 §3",
		[]Step{StepGo, StepClientFirst, StepServerFirst, StepClientFinal, StepServerFinal, StepEnd}},
}

// Named returns the mechanism with that name, or None. RFC 4422 §3.1 writes names in capitals; other letters are taken
// too, as servers do.
func Named(name string) Mechanism {
	for m := Login; m < numMechanisms; m++ {
		if strings.EqualFold(mechanisms[m].name, name) {
			return m
		}
	}
	return None
}

// String is the mechanism's name (RFC 4422 §3.1), "" for None.
func (m Mechanism) String() string { return mechanisms[m].name }

// Ref is where the mechanism is specified.
func (m Mechanism) Ref() string { return mechanisms[m].ref }

// Term is the locale identifier of the mechanism's name, for the span that it has in a command line.
func (m Mechanism) Term() string {
	if m == None {
		return "sasl.mechanism"
	}
	return "sasl.mechanism." + m.String()
}

// ClientFirst says whether the client speaks first, which is what an initial response is for (RFC 4422 §5). RFC 4954 §4
// has a server refuse an initial response where it is false.
func (m Mechanism) ClientFirst() bool { return m == Plain || m == SCRAMSHA256 }

// TakesInitial says whether [Server.Start] takes an initial response: where the client speaks first, and for LOGIN,
// where servers take the user name so.
func (m Mechanism) TakesInitial() bool { return m.ClientFirst() || m == Login }

// Clear says whether the exchange tells the password to whoever reads it: use it behind TLS only.
func (m Mechanism) Clear() bool { return m == Plain || m == Login }

// Set is a set of mechanisms. The zero value is empty.
type Set uint8

// All is every mechanism.
const All = Set(1<<numMechanisms - 2)

// SetOf returns the set of some mechanisms.
func SetOf(ms ...Mechanism) Set {
	var s Set
	for _, m := range ms {
		s |= 1 << m
	}
	return s & All
}

// Has says whether a mechanism is in the set. None never is.
func (s Set) Has(m Mechanism) bool { return s&All>>m&1 != 0 }

// Mechanisms lists the set, strongest first, which is the order in which servers offer them.
func (s Set) Mechanisms() []Mechanism {
	var ms []Mechanism
	for m := numMechanisms - 1; m > None; m-- {
		if s.Has(m) {
			ms = append(ms, m)
		}
	}
	return ms
}

// WithoutClear is the set without the mechanisms that tell the password, for connections that others can read.
func (s Set) WithoutClear() Set { return s &^ SetOf(Plain, Login) }

// Strongest is the mechanism that a client chooses from an offer, or None.
func (s Set) Strongest() Mechanism {
	for m := numMechanisms - 1; m > None; m-- {
		if s.Has(m) {
			return m
		}
	}
	return None
}

// AppendNames appends the names of the set, strongest first, with a separator before each.
func (s Set) AppendNames(dst []byte, separator string) []byte {
	for _, m := range s.Mechanisms() {
		dst = append(append(dst, separator...), m.String()...)
	}
	return dst
}

// Offered returns the set of the mechanisms that a server names in an offer; names that are not known here are left out.
func Offered(names []string) Set {
	var s Set
	for _, name := range names {
		s |= SetOf(Named(name))
	}
	return s
}

// Step is one message of a mechanism.
type Step uint8

// The steps. Each is a message of the server or of the client.
const (
	StepNone           Step = iota // the exchange is over
	StepGo                         // the server's empty challenge to a client that speaks first
	StepPlain                      // authorization identity, name and password
	StepUserPrompt                 // the server asks for the name
	StepUser                       // the name
	StepPasswordPrompt             // the server asks for the password
	StepPassword                   // the password
	StepTimestamp                  // the server's challenge of CRAM-MD5
	StepDigest                     // the name and the digest
	StepClientFirst                // client-first-message
	StepServerFirst                // server-first-message
	StepClientFinal                // client-final-message
	StepServerFinal                // server-final-message
	StepEnd                        // the client's empty response to it
	numSteps
)

// FromServer says whether the server sends the message.
func (s Step) FromServer() bool {
	switch s {
	case StepGo, StepUserPrompt, StepPasswordPrompt, StepTimestamp, StepServerFirst, StepServerFinal:
		return true
	}
	return false
}

// Exchange is how far two parties are in a mechanism: what an observer of both keeps, and what a server and a client keep
// of each other. It is a plain value.
type Exchange struct {
	mechanism Mechanism
	done      uint8 // messages that have passed, or were left out
}

// Begin is the beginning of an exchange. With an initial response the first message, the server's, is left out.
func Begin(m Mechanism, initial bool) Exchange {
	if initial {
		return Exchange{m, 1}
	}
	return Exchange{mechanism: m}
}

// Mechanism is the mechanism of the exchange.
func (x Exchange) Mechanism() Mechanism { return x.mechanism }

// Step is the message that comes next, StepNone where all have passed.
func (x Exchange) Step() Step {
	if steps := mechanisms[x.mechanism].steps; int(x.done) < len(steps) {
		return steps[x.done]
	}
	return StepNone
}

// Advance says that the message has passed.
func (x *Exchange) Advance() {
	if x.Step() != StepNone {
		x.done++
	}
}
