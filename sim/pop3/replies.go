package pop3

import "ehlo/sim/trace"

// ReplyID names a reply of the server. Those of -ERR can be the Reason of an [Answer].
type ReplyID uint8

// The replies.
const (
	replyDefault      ReplyID = iota
	ReplyLoginRefused         // the name or the password is wrong; never say which
	ReplyLocked               // another session has the maildrop (RFC 1939 §4, RFC 2449 §8.1.2)
	ReplyLoginDelay           // the user has logged in a short while ago (RFC 2449 §8.1.1)
	ReplyTemporary            // something in the server's surroundings broke, and may work later (RFC 3206 §4)
	ReplyServerFault          // something in the server's surroundings broke, and somebody has to mend it (RFC 3206 §4)
	ReplyUnreadable           // the message cannot be read, or went meanwhile
	ReplyNotRemoved           // messages that were marked are still there (RFC 1939 §6)
	ReplyGreeting             // without a timestamp
	ReplyGreetingAPOP         // with one
	ReplyUser
	ReplyLogin
	ReplyStat
	ReplyList
	ReplyScan // LIST of one message
	ReplyUidl
	ReplyUniqueID // UIDL of one message
	ReplyRetr
	ReplyTop
	ReplyDele
	ReplyLast
	ReplyNoop
	ReplyRset
	ReplyQuit    // before a login
	ReplyUpdated // after one
	ReplyCapa
	ReplyMechanisms // AUTH without an argument
	ReplyStls
	ReplyUtf8
	ReplyLangs // LANG without an argument
	ReplyLang
	ReplyNoMessage
	ReplyMarked
	ReplyEmpty
	ReplyUnknown
	ReplyElsewhere // the command is one of POP3, and not offered
	ReplyState
	ReplyMissing
	ReplyMissingLines // TOP with a message-number alone
	ReplyExtra
	ReplySpace
	ReplyNumber
	ReplyLines
	ReplyDigest
	ReplyOctet
	ReplyLineEnd
	ReplyTooLong
	ReplyNeedTLS
	ReplyTLSActive
	ReplyTLSLate // STLS after UTF8 (RFC 6856 §2.1)
	ReplyNeedUTF8
	ReplyMechanism
	ReplyInitial // an initial response where the server speaks first
	ReplyBase64
	ReplyResponse // a response that the mechanism cannot read
	ReplyCancelled
	ReplyNoLanguage
	ReplyTooManyErrors
	ReplyTooManyLogins
	ReplyIdle
	ReplyShutdown
	numReplies
)

// Reply is the wording of a reply's first line. In Text, {host} is the server's name, {timestamp} that of the greeting,
// {user} the name that the client gave last, {verb} the command, {state} the session's state and {phase} that of RFC 1939
// §3 in capitals, {n} the message-number, {octets} the message's size, {uid} its unique-id, {lines} those that TOP asked
// for, {last} what LAST answers, {count} and {size} the messages of the maildrop that are not marked and their octets,
// {s} the plural of {count}, {marked} those that are, {tag} the language, {mechanism} that of AUTH, {limit} the longest line in octets.
type Reply struct {
	OK   bool // +OK or -ERR (RFC 1939 §3)
	Text string
}

// Wording is the place of a reply in a [Config]: what it says to one command, given in capitals, or with "" to all.
type Wording struct {
	Reply   ReplyID
	Keyword string
}

// replies is how a file names each reply, and its default wording: that of a server which is strict and says why.
var replies = [numReplies]struct {
	name string
	Reply
}{
	ReplyLoginRefused:  {"login-refused", Reply{false, "[AUTH] Wrong user name or password"}},
	ReplyLocked:        {"locked", Reply{false, "[IN-USE] Another session has locked the maildrop"}},
	ReplyLoginDelay:    {"login-delay", Reply{false, "[LOGIN-DELAY] Too soon after the last login"}},
	ReplyTemporary:     {"temporary", Reply{false, "[SYS/TEMP] Something went wrong in the server; try again later"}},
	ReplyServerFault:   {"server-fault", Reply{false, "[SYS/PERM] Something went wrong in the server"}},
	ReplyUnreadable:    {"unreadable", Reply{false, "[SYS/TEMP] Message {n} cannot be read"}},
	ReplyNotRemoved:    {"not-removed", Reply{false, "[SYS/TEMP] Some deleted messages were not removed"}},
	ReplyGreeting:      {"greeting", Reply{true, "{host} POP3 server ready"}},
	ReplyGreetingAPOP:  {"greeting-apop", Reply{true, "{host} POP3 server ready {timestamp}"}},
	ReplyUser:          {"user", Reply{true, "Send the password with PASS"}},
	ReplyLogin:         {"login", Reply{true, "Maildrop locked, messages: {count}, octets: {size}"}},
	ReplyStat:          {"stat", Reply{true, "{count} {size}"}},
	ReplyList:          {"list", Reply{true, "Messages: {count}, octets: {size}"}},
	ReplyScan:          {"scan", Reply{true, "{n} {octets}"}},
	ReplyUidl:          {"uidl", Reply{true, "Messages: {count}"}},
	ReplyUniqueID:      {"unique-id", Reply{true, "{n} {uid}"}},
	ReplyRetr:          {"retr", Reply{true, "{octets} octets"}},
	ReplyTop:           {"top", Reply{true, "The top of message {n}"}},
	ReplyDele:          {"dele", Reply{true, "Message {n} is marked as deleted"}},
	ReplyLast:          {"last", Reply{true, "{last}"}},
	ReplyNoop:          {"noop", Reply{true, ""}},
	ReplyRset:          {"rset", Reply{true, "Messages: {count}, octets: {size}"}},
	ReplyQuit:          {"quit", Reply{true, "{host} closes the connection"}},
	ReplyUpdated:       {"updated", Reply{true, "{host} closes the connection, messages left: {count}"}},
	ReplyCapa:          {"capa", Reply{true, "Capabilities follow"}},
	ReplyMechanisms:    {"mechanisms", Reply{true, "Mechanisms follow"}},
	ReplyStls:          {"stls", Reply{true, "Begin the TLS handshake"}},
	ReplyUtf8:          {"utf8", Reply{true, "UTF-8 from now on"}},
	ReplyLangs:         {"langs", Reply{true, "Languages follow"}},
	ReplyLang:          {"lang", Reply{true, "{tag} The server speaks English"}},
	ReplyNoMessage:     {"no-message", Reply{false, "No such message, messages in the maildrop: {count}"}},
	ReplyMarked:        {"marked", Reply{false, "Message {n} is marked as deleted"}},
	ReplyEmpty:         {"empty", Reply{false, "The line begins with no command"}},
	ReplyUnknown:       {"unknown", Reply{false, "Unknown command"}},
	ReplyElsewhere:     {"elsewhere", Reply{false, "{verb} is not offered here"}},
	ReplyState:         {"state", Reply{false, "{verb} is not allowed in the {state} state"}},
	ReplyMissing:       {"missing", Reply{false, "{verb} needs an argument"}},
	ReplyMissingLines:  {"missing-lines", Reply{false, "{verb} needs a number of lines too"}},
	ReplyExtra:         {"extra", Reply{false, "Too many arguments for {verb}"}},
	ReplySpace:         {"space", Reply{false, "One space stands between command and argument, none at the end"}},
	ReplyNumber:        {"number", Reply{false, "A message-number is digits, from 1"}},
	ReplyLines:         {"lines", Reply{false, "A number of lines is digits"}},
	ReplyDigest:        {"digest", Reply{false, "A digest is 32 digits and letters from a to f"}},
	ReplyOctet:         {"octet", Reply{false, "Only printable ASCII is allowed"}},
	ReplyLineEnd:       {"line-end", Reply{false, "A line ends with CR LF"}},
	ReplyTooLong:       {"too-long", Reply{false, "The line is longer than {limit} octets"}},
	ReplyNeedTLS:       {"need-tls", Reply{false, "A password needs TLS; send STLS first"}},
	ReplyTLSActive:     {"tls-active", Reply{false, "TLS is active already"}},
	ReplyTLSLate:       {"tls-late", Reply{false, "STLS comes before UTF8"}},
	ReplyNeedUTF8:      {"need-utf8", Reply{false, "[UTF8] Message {n} needs the UTF8 command before the login"}},
	ReplyMechanism:     {"mechanism", Reply{false, "No such mechanism; AUTH alone lists them"}},
	ReplyInitial:       {"initial", Reply{false, "{mechanism} takes no initial response"}},
	ReplyBase64:        {"base64", Reply{false, "A response is base64"}},
	ReplyResponse:      {"response", Reply{false, "A response that {mechanism} does not know"}},
	ReplyCancelled:     {"cancelled", Reply{false, "AUTH cancelled"}},
	ReplyNoLanguage:    {"no-language", Reply{false, "The server does not speak this language"}},
	ReplyTooManyErrors: {"too-many-errors", Reply{false, "Too many errors; {host} closes the connection"}},
	ReplyTooManyLogins: {"too-many-logins", Reply{false, "[AUTH] Wrong user name or password; {host} closes the connection"}},
	ReplyIdle:          {"idle", Reply{false, ""}}, // not sent unless it has a wording: RFC 1939 §3 wants silence
	ReplyShutdown:      {"shutdown", Reply{false, "[SYS/TEMP] {host} has no service now and closes the connection"}},
}

// String returns the name of the reply in files, as "login-refused".
func (id ReplyID) String() string {
	if id > replyDefault && id < numReplies {
		return replies[id].name
	}
	return "unknown reply"
}

// ReplyNamed returns the reply with that name, and false where there is none.
func ReplyNamed(name string) (ReplyID, bool) {
	for id := replyDefault + 1; id < numReplies; id++ {
		if replies[id].name == name {
			return id, true
		}
	}
	return 0, false
}

// ReplyNames lists the names of all replies.
func ReplyNames() []string {
	names := make([]string, 0, numReplies)
	for id := replyDefault + 1; id < numReplies; id++ {
		names = append(names, replies[id].name)
	}
	return names
}

// Usual is the default wording of the reply.
func (id ReplyID) Usual() Reply { return replies[id].Reply }

// ParseReply reads a wording as a file has it, with its status indicator: "-ERR No such message".
func ParseReply(line string) (Reply, bool) {
	class, start, ok := parseStatus([]byte(line))
	return Reply{OK: class == trace.ClassOK, Text: line[min(start, len(line)):]}, ok
}
