package pop3

import (
	"ehlo/sim/machine"
	"ehlo/sim/trace"
)

// The states of a session (RFC 1939 §3). UserGiven is the part of the AUTHORIZATION state between USER and PASS; Update
// is where a session ends that may remove messages, Closed where one ends that may not.
const (
	Authorization machine.State = iota
	UserGiven
	Transaction
	Update
	Closed
)

// The commands. Their order is the order of the commands table.
const (
	verbUSER machine.Verb = iota
	verbPASS
	verbSTAT
	verbLIST
	verbRETR
	verbDELE
	verbNOOP
	verbRSET
	verbQUIT
)

// commands is every command of this package: its keyword, where it is specified, and its grammar.
var commands = [...]struct {
	keyword string
	ref     string
	parse   func(*scanner) request
}{
	verbUSER: {"USER", "RFC 1939 §7", parseUser},
	verbPASS: {"PASS", "RFC 1939 §7", parsePass},
	verbSTAT: {"STAT", "RFC 1939 §5", parseStat},
	verbLIST: {"LIST", "RFC 1939 §5", parseList},
	verbRETR: {"RETR", "RFC 1939 §5", parseRetr},
	verbDELE: {"DELE", "RFC 1939 §5", parseDele},
	verbNOOP: {"NOOP", "RFC 1939 §5", parseNoop},
	verbRSET: {"RSET", "RFC 1939 §5", parseRset},
	verbQUIT: {"QUIT", "RFC 1939 §6", parseQuit},
}

// Table is the transition table of POP3. A negative reply to USER or PASS leads back to the start (RFC 1939 §7), and one
// to QUIT still ends the session (RFC 1939 §6). USER may come again before PASS, with another name: RFC 1939 §7 allows it
// after a PASS that was refused, which one without a password is too. A line that leaves the grammar is no command: the reply that refuses it
// leads nowhere.
var Table = machine.Table{
	Protocol: "pop3",
	States:   []string{"authorization", "user given", "transaction", "update", "closed"},
	Verbs:    []string{"USER", "PASS", "STAT", "LIST", "RETR", "DELE", "NOOP", "RSET", "QUIT"},
	Rules: []machine.Rule{
		{From: Authorization, Verb: verbUSER, On: trace.ClassOK, To: UserGiven},
		{From: Authorization, Verb: verbUSER, On: trace.ClassPermanent, To: Authorization},
		{From: Authorization, Verb: verbQUIT, On: trace.ClassOK, To: Closed},

		{From: UserGiven, Verb: verbUSER, On: trace.ClassOK, To: UserGiven},
		{From: UserGiven, Verb: verbUSER, On: trace.ClassPermanent, To: Authorization},
		{From: UserGiven, Verb: verbPASS, On: trace.ClassOK, To: Transaction},
		{From: UserGiven, Verb: verbPASS, On: trace.ClassPermanent, To: Authorization},
		{From: UserGiven, Verb: verbQUIT, On: trace.ClassOK, To: Closed},

		{From: Transaction, Verb: verbSTAT, On: trace.ClassOK, To: Transaction},
		{From: Transaction, Verb: verbLIST, On: trace.ClassOK, To: Transaction},
		{From: Transaction, Verb: verbRETR, On: trace.ClassOK, To: Transaction},
		{From: Transaction, Verb: verbDELE, On: trace.ClassOK, To: Transaction},
		{From: Transaction, Verb: verbNOOP, On: trace.ClassOK, To: Transaction},
		{From: Transaction, Verb: verbRSET, On: trace.ClassOK, To: Transaction},
		{From: Transaction, Verb: verbQUIT, On: trace.ClassOK, To: Update},
		{From: Transaction, Verb: verbQUIT, On: trace.ClassPermanent, To: Update},
	},
}.Build()

// follows is what comes behind the first line of a positive reply.
type follows uint8

const (
	followsNothing  follows = iota
	followsListing          // lines of its own kind, up to a lone dot
	followsArgument         // a listing, unless the command names one message
	followsContent          // a message or a part of one, up to a lone dot
)

// elsewhere is the commands that other servers have, and what they answer with.
var elsewhere = map[string]follows{
	"APOP": followsNothing,  // RFC 1939 §7
	"TOP":  followsContent,  // RFC 1939 §7
	"UIDL": followsArgument, // RFC 1939 §7
	"CAPA": followsListing,  // RFC 2449 §5
	"STLS": followsNothing,  // RFC 2595 §4
	"AUTH": followsNothing,  // RFC 5034
	"UTF8": followsNothing,  // RFC 6856 §2
	"LANG": followsArgument, // RFC 6856 §3
}
