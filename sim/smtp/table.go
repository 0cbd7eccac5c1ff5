package smtp

import (
	"time"

	"ehlo/sim/machine"
	"ehlo/sim/trace"
)

// The states of a session.
const (
	Connected  machine.State = iota // nobody has said EHLO or HELO
	Greeted                         // no transaction is open
	Sender                          // MAIL was taken, no recipient yet
	Recipients                      // at least one recipient was taken
	Content                         // the client sends the message
	Closed                          // the session is over
)

var stateNames = []string{"connected", "greeted", "sender", "recipients", "content", "closed"}

// The commands. EndOfData is the lone dot, which is answered as a command is.
const (
	EHLO machine.Verb = iota
	HELO
	MAIL
	RCPT
	DATA
	EndOfData
	RSET
	NOOP
	QUIT
)

// stateSet is a set of states, a bit for each.
type stateSet uint8

const (
	inConnected  = stateSet(1 << Connected)
	inGreeted    = stateSet(1 << Greeted)
	inSender     = stateSet(1 << Sender)
	inRecipients = stateSet(1 << Recipients)
	inContent    = stateSet(1 << Content)

	inTransaction = inSender | inRecipients
	afterHello    = inGreeted | inTransaction
	inAny         = inConnected | afterHello
)

func (set stateSet) has(s machine.State) bool { return set&(1<<s) != 0 }

// lead is where a reply takes the session from some of the states that allow a command.
type lead struct {
	from stateSet
	on   trace.Class
	to   machine.State
}

// row is one command.
type row struct {
	name  string // as on the wire
	ref   string
	usage string        // its syntax as a server's reply shows it
	wait  time.Duration // how long a client waits for the reply (RFC 5321 §4.5.3.2)
	in    stateSet      // the states that allow it
	leads []lead        // where replies lead; any other reply leaves the state
	parse func(*parser) Command
}

// commands is every command that this package speaks (RFC 5321 §4.1.1), with the states that allow it (§4.1.4).
var commands = [...]row{
	EHLO: {"EHLO", "RFC 5321 §4.1.1.1", "EHLO host.example.org", 5 * time.Minute, inAny, helloLeads, parseEhlo},
	HELO: {"HELO", "RFC 5321 §4.1.1.1", "HELO host.example.org", 5 * time.Minute, inAny, helloLeads, parseHelo},
	MAIL: {"MAIL", "RFC 5321 §4.1.1.2", "MAIL FROM:<address>", 5 * time.Minute, inGreeted,
		[]lead{{inGreeted, trace.ClassOK, Sender}}, parseMail},
	RCPT: {"RCPT", "RFC 5321 §4.1.1.3", "RCPT TO:<address>", 5 * time.Minute, inTransaction,
		[]lead{{inTransaction, trace.ClassOK, Recipients}}, parseRcpt},
	DATA: {"DATA", "RFC 5321 §4.1.1.4", "DATA", 2 * time.Minute, inRecipients,
		[]lead{{inRecipients, trace.ClassMore, Content}}, parseData},
	EndOfData: {".", "RFC 5321 §4.5.2", ".", 10 * time.Minute, inContent, []lead{
		{inContent, trace.ClassOK, Greeted}, {inContent, trace.ClassTransient, Greeted},
		{inContent, trace.ClassPermanent, Greeted},
	}, nil},
	RSET: {"RSET", "RFC 5321 §4.1.1.5", "RSET", 5 * time.Minute, inAny,
		[]lead{{inTransaction, trace.ClassOK, Greeted}}, parseRset},
	NOOP: {"NOOP", "RFC 5321 §4.1.1.9", "NOOP", 5 * time.Minute, inAny, nil, parseNoop},
	QUIT: {"QUIT", "RFC 5321 §4.1.1.10", "QUIT", 5 * time.Minute, inAny, []lead{{inAny, trace.ClassOK, Closed}}, parseQuit},
}

var helloLeads = []lead{{inAny, trace.ClassOK, Greeted}}

// unoffered are the commands that this package recognizes but does not perform (RFC 5321 §4.2.4): those of RFC 5321,
// those of RFC 821 that are obsolete (RFC 5321 §F.1, §F.6), and those of extensions.
var unoffered = [...]string{"VRFY", "EXPN", "HELP", "SEND", "SOML", "SAML", "TURN", "ETRN", "AUTH", "STARTTLS", "BDAT"}

// Table is the transition table of SMTP. Reply 421 closes a session from every state and has no rules of its own.
var Table = buildTable()

func buildTable() *machine.Table {
	t := machine.Table{Protocol: "smtp", States: stateNames}
	for v, c := range commands {
		t.Verbs = append(t.Verbs, c.name)
		for s := range machine.State(len(stateNames)) {
			if !c.in.has(s) {
				continue
			}
			to := s
			for _, l := range c.leads {
				if l.from.has(s) {
					to = l.to
					t.Rules = append(t.Rules, machine.Rule{From: s, Verb: machine.Verb(v), On: l.on, To: to})
				}
			}
			if to == s && !hasRule(t.Rules, s, machine.Verb(v)) {
				t.Rules = append(t.Rules, machine.Rule{From: s, Verb: machine.Verb(v), On: trace.ClassOK, To: s})
			}
		}
	}
	return t.Build()
}

func hasRule(rules []machine.Rule, s machine.State, v machine.Verb) bool {
	for _, r := range rules {
		if r.From == s && r.Verb == v {
			return true
		}
	}
	return false
}
