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
	Chunks                          // the client sends the message by BDAT
	Exchange                        // the client logs in
	Closed                          // the session is over
)

var stateNames = []string{"connected", "greeted", "sender", "recipients", "content", "chunks", "exchange", "closed"}

// The commands. EndOfData is the lone dot, Cancel the lone asterisk: they are answered as commands are. LastChunk is BDAT
// with LAST, whose reply leads elsewhere.
const (
	EHLO machine.Verb = iota
	HELO
	STARTTLS
	AUTH
	Cancel
	MAIL
	RCPT
	DATA
	EndOfData
	BDAT
	LastChunk
	RSET
	VRFY
	EXPN
	ETRN
	HELP
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
	inChunks     = stateSet(1 << Chunks)
	inExchange   = stateSet(1 << Exchange)

	inTransaction = inSender | inRecipients
	inChunking    = inRecipients | inChunks
	afterHello    = inGreeted | inTransaction | inChunks
	inAny         = inConnected | afterHello
)

func (set stateSet) has(s machine.State) bool { return set&(1<<s) != 0 }

// lead is where a reply takes the session from some of the states in which it comes.
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

const minute = time.Minute

// commands is every command that this package speaks (RFC 5321 §4.1.1), with the states that allow it (§4.1.4).
var commands = [...]row{
	EHLO: {"EHLO", "RFC 5321 §4.1.1.1", "EHLO host.example.org", 5 * minute, inAny, helloLeads, parseEhlo},
	HELO: {"HELO", "RFC 5321 §4.1.1.1", "HELO host.example.org", 5 * minute, inAny, helloLeads, parseHelo},
	STARTTLS: {"STARTTLS", "RFC 3207 §4", "STARTTLS", 5 * minute, inGreeted,
		[]lead{{inGreeted, trace.ClassOK, Connected}}, parseStartTLS},
	AUTH: {"AUTH", "RFC 4954 §4", "AUTH mechanism [initial-response]", 5 * minute, inGreeted, []lead{
		{inGreeted, trace.ClassOK, Greeted}, {inGreeted | inExchange, trace.ClassMore, Exchange},
		{inExchange, trace.ClassOK, Greeted}, {inExchange, trace.ClassTransient, Greeted}, {inExchange, trace.ClassPermanent, Greeted},
	}, parseAuth},
	Cancel: {"*", "RFC 4954 §4", "*", 5 * minute, inExchange,
		[]lead{{inExchange, trace.ClassTransient, Greeted}, {inExchange, trace.ClassPermanent, Greeted}}, nil},
	MAIL: {"MAIL", "RFC 5321 §4.1.1.2", "MAIL FROM:<address>", 5 * minute, inGreeted,
		[]lead{{inGreeted, trace.ClassOK, Sender}}, parseMail},
	RCPT: {"RCPT", "RFC 5321 §4.1.1.3", "RCPT TO:<address>", 5 * minute, inTransaction,
		[]lead{{inTransaction, trace.ClassOK, Recipients}}, parseRcpt},
	DATA: {"DATA", "RFC 5321 §4.1.1.4", "DATA", 2 * minute, inRecipients,
		[]lead{{inRecipients, trace.ClassMore, Content}}, parseData},
	EndOfData: {".", "RFC 5321 §4.5.2", ".", 10 * minute, inContent, []lead{
		{inContent, trace.ClassOK, Greeted}, {inContent, trace.ClassTransient, Greeted},
		{inContent, trace.ClassPermanent, Greeted},
	}, nil},
	BDAT: {"BDAT", "RFC 3030 §2", "BDAT octets [LAST]", 10 * minute, inChunking, []lead{
		{inChunking, trace.ClassOK, Chunks}, {inChunking, trace.ClassTransient, Greeted}, {inChunking, trace.ClassPermanent, Greeted},
	}, parseBdat},
	LastChunk: {"BDAT LAST", "RFC 3030 §2", "BDAT octets LAST", 10 * minute, inChunking, []lead{
		{inChunking, trace.ClassOK, Greeted}, {inChunking, trace.ClassTransient, Greeted}, {inChunking, trace.ClassPermanent, Greeted},
	}, nil},
	RSET: {"RSET", "RFC 5321 §4.1.1.5", "RSET", 5 * minute, inAny,
		[]lead{{inTransaction | inChunks, trace.ClassOK, Greeted}}, parseRset},
	VRFY: {"VRFY", "RFC 5321 §4.1.1.6", "VRFY name", 5 * minute, inAny, nil, parseVrfy},
	EXPN: {"EXPN", "RFC 5321 §4.1.1.7", "EXPN list", 5 * minute, inAny, nil, parseExpn},
	ETRN: {"ETRN", "RFC 1985 §5", "ETRN domain", 5 * minute, inGreeted, nil, parseEtrn},
	HELP: {"HELP", "RFC 5321 §4.1.1.8", "HELP [command]", 5 * minute, inAny, nil, parseHelp},
	NOOP: {"NOOP", "RFC 5321 §4.1.1.9", "NOOP", 5 * minute, inAny, nil, parseNoop},
	QUIT: {"QUIT", "RFC 5321 §4.1.1.10", "QUIT", 5 * minute, inAny, []lead{{inAny, trace.ClassOK, Closed}}, parseQuit},
}

var helloLeads = []lead{{inAny, trace.ClassOK, Greeted}}

// obsolete are the commands of RFC 821 that no server needs any more: recognized and not performed (RFC 5321 §4.2.4,
// RFC 5321 §F.1, §F.6).
var obsolete = [...]string{"SEND", "SOML", "SAML", "TURN"}

// Table is the transition table of SMTP. Reply 421 closes a session from every state and has no rules of its own.
func Table() *machine.Table { return table.Get(buildTable) }

var table machine.Later[machine.Table]

func buildTable() *machine.Table {
	t := machine.Table{Protocol: "smtp", States: stateNames}
	for v, c := range commands {
		t.Verbs = append(t.Verbs, c.name)
		for s := range machine.State(len(stateNames)) {
			to := s
			for _, l := range c.leads {
				if l.from.has(s) {
					to = l.to
					// BDAT is legal with and without LAST, and one name is enough.
					pending := !c.in.has(s) || machine.Verb(v) == LastChunk
					t.Rules = append(t.Rules, machine.Rule{From: s, Verb: machine.Verb(v), On: l.on, To: to, Pending: pending})
				}
			}
			if to == s && c.in.has(s) && !hasRule(t.Rules, s, machine.Verb(v)) {
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
