package pop3

import (
	"ehlo/sim/machine"
	"ehlo/sim/trace"
)

// The states of a session (RFC 1939 §3). UserGiven and Exchange are parts of the AUTHORIZATION state: between USER and
// PASS, and within an AUTH whose lines are not commands. Update is where a session ends that may remove messages, Closed
// where one ends that may not.
const (
	Authorization machine.State = iota
	UserGiven
	Exchange
	Transaction
	Update
	Closed
)

// phases gives each state the name of RFC 1939 §3.
var phases = [...]string{"AUTHORIZATION", "AUTHORIZATION", "AUTHORIZATION", "TRANSACTION", "UPDATE", "UPDATE"}

// The commands. Their order is the order of the commands table. verbCancel is what gives an exchange up; it is no command.
const (
	verbUSER machine.Verb = iota
	verbPASS
	verbRPOP
	verbAPOP
	verbAUTH
	verbSTLS
	verbCAPA
	verbUTF8
	verbLANG
	verbSTAT
	verbLIST
	verbUIDL
	verbRETR
	verbTOP
	verbDELE
	verbLAST
	verbNOOP
	verbRSET
	verbQUIT
	verbCancel
)

// commands is every command of this package: its keyword, where it is specified, and its grammar.
var commands = [verbCancel]struct {
	keyword string
	ref     string
	parse   func(*scanner) request
}{
	verbUSER: {"USER", "RFC 1939 §7", parseUser},
	verbPASS: {"PASS", "RFC 1939 §7", parsePass},
	verbRPOP: {"RPOP", "RFC 1225", parseRpop},
	verbAPOP: {"APOP", "RFC 1939 §7", parseApop},
	verbAUTH: {"AUTH", "RFC 5034", parseAuth},
	verbSTLS: {"STLS", "RFC 2595 §4", parseStls},
	verbCAPA: {"CAPA", "RFC 2449 §5", parseCapa},
	verbUTF8: {"UTF8", "RFC 6856 §2.1", parseUtf8},
	verbLANG: {"LANG", "RFC 6856 §3.2", parseLang},
	verbSTAT: {"STAT", "RFC 1939 §5", parseStat},
	verbLIST: {"LIST", "RFC 1939 §5", parseList},
	verbUIDL: {"UIDL", "RFC 1939 §7", parseUidl},
	verbRETR: {"RETR", "RFC 1939 §5", parseRetr},
	verbTOP:  {"TOP", "RFC 1939 §7", parseTop},
	verbDELE: {"DELE", "RFC 1939 §5", parseDele},
	verbLAST: {"LAST", "RFC 1225", parseLast},
	verbNOOP: {"NOOP", "RFC 1939 §5", parseNoop},
	verbRSET: {"RSET", "RFC 1939 §5", parseRset},
	verbQUIT: {"QUIT", "RFC 1939 §6", parseQuit},
}

// Table is the transition table of POP3. A negative reply to USER, PASS, APOP or AUTH leads back to the start (RFC 1939
// §7, RFC 5034), and one to QUIT still ends the session (RFC 1939 §6). USER may come again before PASS, with another
// name: RFC 1939 §7 allows it after a PASS that was refused, which one without a password is too. APOP may not (RFC 1939
// §7). An AUTH that asks for the list of mechanisms leads nowhere; nor does the reply to a line that leaves the grammar,
// which is no command.
func Table() *machine.Table { return table.Get(buildTable) }

var table machine.Later[machine.Table]

func buildTable() *machine.Table { return rules.Build() }

var rules = machine.Table{
	Protocol: "pop3",
	States:   []string{"authorization", "user given", "exchange", "transaction", "update", "closed"},
	Verbs: []string{"USER", "PASS", "RPOP", "APOP", "AUTH", "STLS", "CAPA", "UTF8", "LANG", "STAT", "LIST", "UIDL", "RETR", "TOP", "DELE",
		"LAST", "NOOP", "RSET", "QUIT", "*"},
	Rules: []machine.Rule{
		{From: Authorization, Verb: verbUSER, On: trace.ClassOK, To: UserGiven},
		{From: Authorization, Verb: verbUSER, On: trace.ClassPermanent, To: Authorization},
		{From: Authorization, Verb: verbPASS, On: trace.ClassOK, To: Transaction, Pending: true}, // some servers keep the name
		{From: Authorization, Verb: verbAPOP, On: trace.ClassOK, To: Transaction},
		{From: Authorization, Verb: verbAUTH, On: trace.ClassMore, To: Exchange},
		{From: Authorization, Verb: verbAUTH, On: trace.ClassOK, To: Transaction},
		{From: Authorization, Verb: verbSTLS, On: trace.ClassOK, To: Authorization},
		{From: Authorization, Verb: verbCAPA, On: trace.ClassOK, To: Authorization},
		{From: Authorization, Verb: verbUTF8, On: trace.ClassOK, To: Authorization},
		{From: Authorization, Verb: verbLANG, On: trace.ClassOK, To: Authorization},
		{From: Authorization, Verb: verbQUIT, On: trace.ClassOK, To: Closed},

		{From: UserGiven, Verb: verbUSER, On: trace.ClassOK, To: UserGiven},
		{From: UserGiven, Verb: verbUSER, On: trace.ClassPermanent, To: Authorization},
		{From: UserGiven, Verb: verbPASS, On: trace.ClassOK, To: Transaction},
		{From: UserGiven, Verb: verbPASS, On: trace.ClassPermanent, To: Authorization},
		{From: UserGiven, Verb: verbRPOP, On: trace.ClassOK, To: Transaction},
		{From: UserGiven, Verb: verbRPOP, On: trace.ClassPermanent, To: Authorization},
		{From: UserGiven, Verb: verbAUTH, On: trace.ClassMore, To: Exchange},
		{From: UserGiven, Verb: verbAUTH, On: trace.ClassOK, To: Transaction},
		{From: UserGiven, Verb: verbAUTH, On: trace.ClassPermanent, To: Authorization},
		{From: UserGiven, Verb: verbSTLS, On: trace.ClassOK, To: Authorization},
		{From: UserGiven, Verb: verbCAPA, On: trace.ClassOK, To: UserGiven},
		{From: UserGiven, Verb: verbUTF8, On: trace.ClassOK, To: UserGiven},
		{From: UserGiven, Verb: verbLANG, On: trace.ClassOK, To: UserGiven},
		{From: UserGiven, Verb: verbQUIT, On: trace.ClassOK, To: Closed},

		{From: Exchange, Verb: verbAUTH, On: trace.ClassMore, To: Exchange, Pending: true},
		{From: Exchange, Verb: verbAUTH, On: trace.ClassOK, To: Transaction, Pending: true},
		{From: Exchange, Verb: verbAUTH, On: trace.ClassPermanent, To: Authorization, Pending: true},
		{From: Exchange, Verb: verbCancel, On: trace.ClassPermanent, To: Authorization},

		{From: Transaction, Verb: verbCAPA, On: trace.ClassOK, To: Transaction},
		{From: Transaction, Verb: verbLANG, On: trace.ClassOK, To: Transaction},
		{From: Transaction, Verb: verbSTAT, On: trace.ClassOK, To: Transaction},
		{From: Transaction, Verb: verbLIST, On: trace.ClassOK, To: Transaction},
		{From: Transaction, Verb: verbUIDL, On: trace.ClassOK, To: Transaction},
		{From: Transaction, Verb: verbRETR, On: trace.ClassOK, To: Transaction},
		{From: Transaction, Verb: verbTOP, On: trace.ClassOK, To: Transaction},
		{From: Transaction, Verb: verbDELE, On: trace.ClassOK, To: Transaction},
		{From: Transaction, Verb: verbLAST, On: trace.ClassOK, To: Transaction},
		{From: Transaction, Verb: verbNOOP, On: trace.ClassOK, To: Transaction},
		{From: Transaction, Verb: verbRSET, On: trace.ClassOK, To: Transaction},
		{From: Transaction, Verb: verbQUIT, On: trace.ClassOK, To: Update},
		{From: Transaction, Verb: verbQUIT, On: trace.ClassPermanent, To: Update},
	},
}

// follows is what comes behind the first line of a positive reply.
type follows uint8

const (
	followsNothing follows = iota
	followsListing         // lines of its own kind, up to a lone dot
	followsContent         // a message or a part of one, up to a lone dot
)

// elsewhere is the commands that other servers have: what Berkeley's added.
var elsewhere = []string{"XTND"}

// Keywords lists the commands of this package.
func Keywords() []string { return Table().Verbs[:verbCancel] }

// OtherKeywords lists commands that other servers have; a persona can answer them in words of its own.
func OtherKeywords() []string { return elsewhere }
