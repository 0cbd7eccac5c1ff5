package smtp

import (
	"strings"

	"ehlo/sim/machine"
	"ehlo/sim/sasl"
	"ehlo/sim/trace"
	"ehlo/sim/wire"
)

// login is an exchange of AUTH.
type login struct {
	exchange sasl.Exchange
	awaited  bool // the client's next line is a response
}

// beginLogin notes that the client has said AUTH.
func (o *Observer) beginLogin(a Auth) {
	o.login = login{exchange: sasl.Begin(a.Mechanism, a.given)}
	if a.given {
		o.login.exchange.Advance()
	}
}

// response reads a line of the client in an exchange. The label names the message, and never says what is in it.
func (o *Observer) response(line machine.Line) {
	x := &o.login
	x.awaited = false
	line.Class, line.State, line.Next = trace.ClassCommand, stateNames[Exchange], stateNames[Exchange]
	c := pending{verb: AUTH, name: commands[AUTH].name}
	if text, _ := wire.TrimEnd(line.Data); sasl.IsCancel(text) {
		c = pending{verb: Cancel, name: commands[Cancel].name}
	}
	line.Verb, line.Label = c.name, c.name
	if step := x.exchange.Step(); c.verb == AUTH && step != sasl.StepNone {
		line.Label = step.String()
	}
	x.exchange.Advance()
	o.await(c)
	o.lines.Add(line)
}

// challenge reads a 334 of the server.
func (o *Observer) challenge(l *machine.Line) {
	x := &o.login
	if step := x.exchange.Step(); step != sasl.StepNone {
		l.Label += " " + step.String()
	}
	x.exchange.Advance()
	x.awaited = true
}

// challengeOf is the message that the label of a 334 names, [sasl.StepNone] where it names none.
func challengeOf(label string) sasl.Step {
	_, name, _ := strings.Cut(label, " ")
	return sasl.StepNamed(name)
}
