package pop3

import "ehlo/sim/machine"

// Login is a client's USER and, where that is accepted, PASS. Its reply is that of the last of the two.
type Login struct{ User, Password string }

// Verb is PASS.
func (Login) Verb() machine.Verb { return verbPASS }

func (c Login) append(dst []byte) []byte { return User{c.User}.append(dst) }

func (Login) follows() follows { return followsNothing }
