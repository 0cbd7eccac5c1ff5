// Package pop2 speaks the Post Office Protocol, version 2 (RFC 937, 1985), as a server, as a client, and as an observer of a
// conversation between two others. It is here as history: POP3 took its place in 1988.
//
// Its replies are of four kinds: "+" greets and says goodbye, "#" tells how many messages a mailbox has, "=" how many
// octets the current message has, and "-" says what is wrong and ends the session, whatever it was. A message itself is
// sent without anything around it: both sides count its octets.
package pop2

import (
	"ehlo/sim/machine"
	"ehlo/sim/trace"
)

// The states of a session (RFC 937, "The Server Decision Table"): AUTH, MBOX, ITEM, NEXT and DONE.
const (
	Authorization machine.State = iota // nobody has logged in
	Mailbox                            // a mailbox is open
	Item                               // the size of the current message was told
	Next                               // the message was sent and is to be acknowledged
	Done                               // the session is over
)

// The commands.
const (
	verbHELO machine.Verb = iota
	verbFOLD
	verbREAD
	verbRETR
	verbACKS
	verbACKD
	verbNACK
	verbQUIT
)

// commands is every command: its keyword, and what stands behind it.
var commands = [...]struct {
	keyword string
	takes   arguments
}{
	verbHELO: {"HELO", takesLogin},
	verbFOLD: {"FOLD", takesMailbox},
	verbREAD: {"READ", takesNumber},
	verbRETR: {"RETR", takesNothing},
	verbACKS: {"ACKS", takesNothing},
	verbACKD: {"ACKD", takesNothing},
	verbNACK: {"NACK", takesNothing},
	verbQUIT: {"QUIT", takesNothing},
}

type arguments uint8

const (
	takesNothing arguments = iota
	takesLogin             // a name and a password
	takesMailbox
	takesNumber // a message-number, or nothing
)

// Table is the transition table of POP2. The reply "-" ends the session from every state (RFC 937).
func Table() *machine.Table { return table.Get(buildTable) }

var table machine.Later[machine.Table]

func buildTable() *machine.Table {
	t := machine.Table{Protocol: "pop2", States: []string{"authorization", "mailbox", "item", "next", "done"}, Rules: []machine.Rule{
		{From: Authorization, Verb: verbHELO, On: trace.ClassOK, To: Mailbox},
		{From: Authorization, Verb: verbQUIT, On: trace.ClassOK, To: Done},
		{From: Mailbox, Verb: verbFOLD, On: trace.ClassOK, To: Mailbox},
		{From: Mailbox, Verb: verbREAD, On: trace.ClassOK, To: Item},
		{From: Mailbox, Verb: verbQUIT, On: trace.ClassOK, To: Done},
		{From: Item, Verb: verbFOLD, On: trace.ClassOK, To: Mailbox},
		{From: Item, Verb: verbREAD, On: trace.ClassOK, To: Item},
		{From: Item, Verb: verbRETR, On: trace.ClassOK, To: Next},
		{From: Item, Verb: verbQUIT, On: trace.ClassOK, To: Done},
		{From: Next, Verb: verbACKS, On: trace.ClassOK, To: Item},
		{From: Next, Verb: verbACKD, On: trace.ClassOK, To: Item},
		{From: Next, Verb: verbNACK, On: trace.ClassOK, To: Item},
	}}
	for _, c := range commands {
		t.Verbs = append(t.Verbs, c.keyword)
	}
	for _, r := range t.Rules {
		t.Rules = append(t.Rules, machine.Rule{From: r.From, Verb: r.Verb, On: trace.ClassPermanent, To: Done})
	}
	return t.Build()
}
