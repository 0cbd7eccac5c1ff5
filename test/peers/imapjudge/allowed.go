package main

import (
	"slices"
	"strings"
)

// allowed is why the RFCs allow that the answers to a command differ, or "". Each difference must have a reason.
func allowed(command string, ours, theirs []string) string {
	var reasons []string
	for _, a := range allowances {
		var applied bool
		if ours, theirs, applied = a.apply(command, ours, theirs); applied {
			reasons = append(reasons, a.reason)
		}
	}
	if len(ours)+len(theirs) > 0 {
		return ""
	}
	return strings.Join(reasons, "; ")
}

// allowance is a difference that is right on both sides: facts that hold one of the texts, in the answers to commands
// that hold one of others. No texts are any.
type allowance struct {
	reason       string
	commands     []string
	ours, theirs []string
}

// apply takes away the facts that it allows, and says whether there were some.
func (a allowance) apply(command string, ours, theirs []string) (left, right []string, applied bool) {
	if len(a.commands) > 0 && !holdsOne(command, a.commands) {
		return ours, theirs, false
	}
	take := func(facts, texts []string) []string {
		return slices.DeleteFunc(slices.Clone(facts), func(f string) bool { return holdsOne(f, texts) })
	}
	left, right = take(ours, a.ours), take(theirs, a.theirs)
	return left, right, len(left)+len(right) < len(ours)+len(theirs)
}

func holdsOne(text string, parts []string) bool {
	return slices.ContainsFunc(parts, func(p string) bool { return strings.Contains(text, p) })
}

var allowances = []allowance{
	{reason: "a body part that is not there is NIL here and an empty string there; RFC 3501 §9 allows both",
		commands: []string{" BODY.PEEK[", " BINARY.PEEK["}, ours: []string{"] NIL"}, theirs: []string{`] ""`}},
	{reason: "a part that holds no others has no part 1 (RFC 3501 §6.4.5); Dovecot gives the part itself",
		commands: []string{"PEEK[1.1]", "PEEK[2.1]", "PEEK[3.1]"}, theirs: []string{"BODY[1 1]", "BODY[2 1]", "BODY[3 1]"}},
	{reason: "the line end before a boundary belongs to the boundary (RFC 2046 §5.1.1); Dovecot adds it to a multipart in a multipart",
		commands: []string{" BODY.PEEK[1]", " BODY.PEEK[3]"}, ours: []string{"--inner--\"", "--b 2--\""}, theirs: []string{`--inner--\r\n"`, `--b 2--\r\n"`}},
	{reason: "BINARY of a part that holds others gives it as it is; Dovecot decodes what is in it (RFC 3516 §4.2 is about parts that hold none)",
		commands: []string{" BINARY.PEEK["}, ours: []string{"--inner--", "--deep--"}, theirs: []string{"--inner--", "--deep--"}},
	{reason: "Dovecot cannot tell the decoded size of a part where another part of the message has an unknown encoding",
		commands: []string{" BINARY.SIZE["}, ours: []string{"BINARY.SIZE", "ends OK"}, theirs: []string{"UID", "[UNKNOWN-CTE]"}},
	{reason: "an address without a domain, one that is none, and a second Subject are read as each server likes: RFC 5322 has no such",
		commands: []string{" ENVELOPE", " FULL"}, ours: []string{`"dora" ""`}, theirs: []string{"MISSING_DOMAIN"}},
	{reason: "parameters stand as they are written, and a type that is none is text/plain (RFC 2045 §5.2); Dovecot joins pieces of a parameter and adds the default charset",
		commands: []string{" BODY"}, ours: []string{`"x-uuencode"`, `"name*0"`}, theirs: []string{`"x-uuencode"`, `"name*"`}},
	{reason: "messages without a Date field are sent at no time that could be compared; Dovecot takes the day when they came",
		commands: []string{"SENTBEFORE"}, ours: []string{"SEARCH"}, theirs: []string{"SEARCH"}},
	{reason: "Dovecot repeats PERMANENTFLAGS for a new keyword, which \\* has covered (RFC 3501 §7.1)",
		commands: []string{"STORE"}, theirs: []string{"PERMANENTFLAGS"}},
	{reason: "RECENT may be told whenever it changes (RFC 3501 §7.3.2); RFC 9051 has it no more",
		commands: []string{"EXPUNGE", "MOVE", "COPY"}, ours: []string{"RECENT"}, theirs: []string{"RECENT"}},
	{reason: "a name may be subscribed to that no mailbox has (RFC 3501 §6.3.6); Dovecot checks that there is one",
		commands: []string{"SUBSCRIBE Nowhere", "LSUB", "LIST (SUBSCRIBED)"}, ours: []string{"ends OK", "Nowhere"}, theirs: []string{"ends NO"}},
	{reason: "other users' mailboxes are under user/ here; that Dovecot has none",
		commands: []string{"NAMESPACE"}, ours: []string{"NAMESPACE"}, theirs: []string{"NAMESPACE"}},
	{reason: "what follows a complete command is an error here (RFC 3501 §9); Dovecot passes over it",
		commands: []string{"NOOP now"}, ours: []string{"ends BAD"}, theirs: []string{"ends OK"}},
	{reason: "part 0, half a partial range, no octets at all and a STORE without flags are not in the grammar (RFC 3501 §9); Dovecot takes them",
		commands: []string{"BODY[0]", "BODY[]<5>", "<0.0>", "STORE 1 FLAGS"}, ours: []string{"ends BAD"},
		theirs: []string{"ends OK", "no IMAP", "BODY[]0[]<", `FLAGS \Recent`, "FLAGS \\Seen"}},
	{reason: "NOTIFY need not tell how many are unread (RFC 5465 §3.1); Dovecot does",
		commands: []string{"NOTIFY SET STATUS"}, ours: []string{"* STATUS Work (MESSAGES 1 UIDNEXT 2 UIDVALIDITY"}, theirs: []string{" UNSEEN 1"}},
	{reason: "an event that a server does not know is refused with NO (RFC 5465 §3.1); Dovecot says BAD",
		commands: []string{"(Sunshine)"}, ours: []string{"ends NO [BADEVENT]"}, theirs: []string{"ends BAD"}},
	{reason: "a mailbox that is open to read only refuses changes (RFC 3501 §6.3.2); Dovecot says OK and changes nothing",
		commands: []string{"STORE 9 ", "UID EXPUNGE 9"}, ours: []string{"ends NO"}, theirs: []string{"ends OK"}},
}
