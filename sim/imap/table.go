package imap

import (
	"ehlo/sim/machine"
	"ehlo/sim/trace"
)

// The states of a session (RFC 3501 §3).
const (
	NotAuthenticated machine.State = iota
	Authenticated
	Selected
	LoggedOut
)

var stateNames = []string{"not authenticated", "authenticated", "selected", "logout"}

// stateSet is a set of states, a bit for each.
type stateSet uint8

const (
	inNotAuthenticated = stateSet(1 << NotAuthenticated)
	inAuthenticated    = stateSet(1 << Authenticated)
	inSelected         = stateSet(1 << Selected)

	afterLogin = inAuthenticated | inSelected
	inAny      = inNotAuthenticated | afterLogin
)

// leads is where a reply takes the session, whatever its state was.
type leads struct {
	on trace.Class
	to machine.State
}

// row is one command: its name on the wire, the states that allow it, the states it leads to, and its grammar.
type row struct {
	name  string
	ref   string
	in    stateSet
	leads []leads
	parse func(*scanner) Command
}

// commands is every command of this package. A NO counts as [trace.ClassPermanent]; a BAD never changes the state,
// whatever the command.
var commands = [...]row{
	{"CAPABILITY", "RFC 3501 §6.1.1", inAny, nil, parseCapability},
	{"NOOP", "RFC 3501 §6.1.2", inAny, nil, parseNoop},
	{"LOGOUT", "RFC 3501 §6.1.3", inAny, []leads{{trace.ClassOK, LoggedOut}}, parseLogout},
	{"ID", "RFC 2971 §3.1", inAny, nil, parseID},
	{"STARTTLS", "RFC 3501 §6.2.1", inNotAuthenticated, nil, parseStartTLS},
	{"AUTHENTICATE", "RFC 3501 §6.2.2", inNotAuthenticated, []leads{{trace.ClassOK, Authenticated}}, parseAuthenticate},
	{"LOGIN", "RFC 3501 §6.2.3", inNotAuthenticated, []leads{{trace.ClassOK, Authenticated}}, parseLogin},
	// One that is refused leaves no mailbox selected (RFC 3501 §6.3.1).
	{"SELECT", "RFC 3501 §6.3.1", afterLogin, []leads{{trace.ClassOK, Selected}, {trace.ClassPermanent, Authenticated}}, parseSelect},
	{"EXAMINE", "RFC 3501 §6.3.2", afterLogin, []leads{{trace.ClassOK, Selected}, {trace.ClassPermanent, Authenticated}}, parseExamine},
	{"CREATE", "RFC 3501 §6.3.3", afterLogin, nil, parseCreate},
	{"DELETE", "RFC 3501 §6.3.4", afterLogin, nil, parseDelete},
	{"RENAME", "RFC 3501 §6.3.5", afterLogin, nil, parseRename},
	{"SUBSCRIBE", "RFC 3501 §6.3.6", afterLogin, nil, parseSubscribe},
	{"UNSUBSCRIBE", "RFC 3501 §6.3.7", afterLogin, nil, parseUnsubscribe},
	{"LIST", "RFC 3501 §6.3.8", afterLogin, nil, parseList},
	{"LSUB", "RFC 3501 §6.3.9", afterLogin, nil, parseLsub},
	{"NAMESPACE", "RFC 2342 §5", afterLogin, nil, parseNamespace},
	{"STATUS", "RFC 3501 §6.3.10", afterLogin, nil, parseStatus},
	{"APPEND", "RFC 3501 §6.3.11", afterLogin, nil, parseAppend},
	{"ENABLE", "RFC 5161 §3.1", afterLogin, nil, parseEnable},
	{"GETQUOTA", "RFC 9208 §4.1.1", afterLogin, nil, parseGetQuota},
	{"GETQUOTAROOT", "RFC 9208 §4.1.2", afterLogin, nil, parseGetQuotaRoot},
	{"SETQUOTA", "RFC 9208 §4.1.3", afterLogin, nil, parseSetQuota},
	{"SETACL", "RFC 4314 §3.1", afterLogin, nil, parseSetACL},
	{"DELETEACL", "RFC 4314 §3.2", afterLogin, nil, parseDeleteACL},
	{"GETACL", "RFC 4314 §3.3", afterLogin, nil, parseGetACL},
	{"LISTRIGHTS", "RFC 4314 §3.4", afterLogin, nil, parseListRights},
	{"MYRIGHTS", "RFC 4314 §3.5", afterLogin, nil, parseMyRights},
	{"GETMETADATA", "RFC 5464 §4.2", afterLogin, nil, parseGetMetadata},
	{"SETMETADATA", "RFC 5464 §4.3", afterLogin, nil, parseSetMetadata},
	{"COMPRESS", "RFC 4978 §3", afterLogin, nil, parseCompress},
	{"IDLE", "RFC 2177", afterLogin, nil, parseIdle},
	{"NOTIFY", "RFC 5465 §3.1", afterLogin, nil, parseNotify},
	{"CHECK", "RFC 3501 §6.4.1", inSelected, nil, parseCheck},
	{"CLOSE", "RFC 3501 §6.4.2", inSelected, []leads{{trace.ClassOK, Authenticated}}, parseClose},
	{"COPY", "RFC 3501 §6.4.7", inSelected, nil, parseCopy},
	{"UNSELECT", "RFC 3691 §2", inSelected, []leads{{trace.ClassOK, Authenticated}}, parseUnselect},
	{"EXPUNGE", "RFC 3501 §6.4.3", inSelected, nil, parseExpunge},
	{"FETCH", "RFC 3501 §6.4.5", inSelected, nil, parseFetch},
	{"MOVE", "RFC 6851 §3.1", inSelected, nil, parseMove},
	{"REPLACE", "RFC 8508 §3.2", inSelected, nil, parseReplace},
	{"SEARCH", "RFC 3501 §6.4.4", inSelected, nil, parseSearch},
	{"SORT", "RFC 5256 §3", inSelected, nil, parseSort},
	{"STORE", "RFC 3501 §6.4.6", inSelected, nil, parseStore},
	{"THREAD", "RFC 5256 §3", inSelected, nil, parseThread},
	{"UID COPY", "RFC 3501 §6.4.8", inSelected, nil, parseUIDCopy},
	{"UID EXPUNGE", "RFC 4315 §2.1", inSelected, nil, parseUIDExpunge},
	{"UID FETCH", "RFC 3501 §6.4.8", inSelected, nil, parseUIDFetch},
	{"UID MOVE", "RFC 6851 §3.2", inSelected, nil, parseUIDMove},
	{"UID REPLACE", "RFC 8508 §3.3", inSelected, nil, parseUIDReplace},
	{"UID SEARCH", "RFC 3501 §6.4.8", inSelected, nil, parseUIDSearch},
	{"UID SORT", "RFC 5256 §3", inSelected, nil, parseUIDSort},
	{"UID STORE", "RFC 3501 §6.4.8", inSelected, nil, parseUIDStore},
	{"UID THREAD", "RFC 5256 §3", inSelected, nil, parseUIDThread},
}

// elsewhere is commands of RFC 3501 and its extensions that this server knows by name only.
var elsewhere = [...]string{"UNAUTHENTICATE", "LANGUAGE", "COMPARATOR", "GENURLAUTH", "CANCELUPDATE"}

// Table says which commands a state allows and where a reply to them leads (RFC 3501 §3). A rule for
// [trace.ClassPermanent] is about NO.
func Table() *machine.Table { return table.Get(buildTable) }

var table machine.Later[machine.Table]

func buildTable() *machine.Table {
	t := machine.Table{Protocol: "imap", States: stateNames}
	for v := range commands {
		c := &commands[v]
		t.Verbs = append(t.Verbs, c.name)
		for s := NotAuthenticated; s < LoggedOut; s++ {
			if c.in&(1<<s) == 0 {
				continue
			}
			if len(c.leads) == 0 {
				t.Rules = append(t.Rules, machine.Rule{From: s, Verb: machine.Verb(v), On: trace.ClassOK, To: s})
			}
			for _, l := range c.leads {
				t.Rules = append(t.Rules, machine.Rule{From: s, Verb: machine.Verb(v), On: l.on, To: l.to})
			}
		}
	}
	return t.Build()
}
