package recorded

import (
	"slices"
	"strings"
)

// otherOrder is why answers differ that have the same lines and words.
const otherOrder = "the same in another order, which the RFCs leave to a server"

// reason is why it is right that a persona says other lines than its original.
type reason struct {
	text         string
	personas     []string // how their names begin; none are all
	commands     []string // how they begin, without a tag; none are all
	ours, theirs []string // what the lines hold
}

// isAbout says that the reason can be one for a difference.
func (r *reason) isAbout(d *Difference) bool {
	_, behind, _ := strings.Cut(d.Command, " ")
	begins := func(text string) func(string) bool {
		return func(start string) bool { return strings.HasPrefix(text, start) }
	}
	return (len(r.personas) == 0 || slices.ContainsFunc(r.personas, begins(d.Session.Persona))) &&
		(len(r.commands) == 0 || slices.ContainsFunc(r.commands, begins(d.Command)) || slices.ContainsFunc(r.commands, begins(behind)))
}

// Reasons lists every reason that a [Difference] can have.
func Reasons() []string {
	texts := make([]string, len(reasons))
	for i := range reasons {
		texts[i] = reasons[i].text
	}
	return texts
}

var reasons = slices.Concat(smtpReasons, []reason{
	{text: "a persona offers only what ehlo can do",
		ours: []string{"CAPABILITY"}, theirs: []string{"LOGIN-REFERRALS", "ACL2=UNION", "ANNOTATE-EXPERIMENT-1", "250-VERB"}},
	{text: "ehlo has a slash between levels and one namespace of a user's own; which one there is belongs to a mailbox, not to words",
		personas: []string{"dovecot-imap", "courier-imap", "cyrus-imap"}, commands: []string{"LSUB", "LIST", "NAMESPACE"},
		ours: []string{"* LSUB ", "* LIST ", "* NAMESPACE "}, theirs: []string{"* LSUB ", "* LIST ", "* NAMESPACE "}},
	{text: "a set with a message number that is not there is refused (RFC 3501 §9, seq-number); they pass over it",
		personas: []string{"courier-imap", "cyrus-imap"}, commands: []string{"FETCH 1:9"},
		ours: []string{" NO ", " BAD "}, theirs: []string{"* 1 FETCH", "* NO Invalid message sequence number", " OK "}},
	{text: "what of a mailbox is told unasked belongs to its extensions, which ehlo does not have",
		personas: []string{"courier-imap", "cyrus-imap"}, commands: []string{"SELECT", "EXAMINE"},
		ours: []string{"* FLAGS"}, theirs: []string{"* FLAGS", "MYRIGHTS", "URLMECH", "ANNOTATIONS"}},
	{text: "RECENT and EXISTS may be told whenever they change (RFC 3501 §7.3); \\Recent is a session's",
		personas: []string{"dovecot-imap", "courier-imap"}, commands: []string{"EXPUNGE", "EXAMINE"},
		ours: []string{"RECENT"}, theirs: []string{"RECENT", "EXISTS"}},
	{text: "the modification sequence after EXPUNGE is told to who has asked for one (RFC 7162 §3.2.5)",
		personas: []string{"cyrus-imap"}, commands: []string{"EXPUNGE"}, ours: []string{"OK Completed"}, theirs: []string{"HIGHESTMODSEQ"}},
	{text: "a mailbox name stands in quotes or not (RFC 3501 §9, astring)",
		personas: []string{"courier-imap"}, commands: []string{"STATUS"}, ours: []string{"* STATUS INBOX"}, theirs: []string{"* STATUS \"INBOX\""}},
	{text: "a mailbox that is not there cannot be renamed (RFC 3501 §6.3.5); Courier says that it was",
		personas: []string{"courier-imap"}, commands: []string{"RENAME"}, ours: []string{"NO "}, theirs: []string{"OK Folder renamed."}},
	{text: "{4+} is a literal here; Courier without LITERAL+ takes what follows for a command besides",
		personas: []string{"courier-imap"}, commands: []string{"abcd"}, theirs: []string{"abcd NO"}},
	{text: "before the login another program of the original speaks, or another part; a persona has one wording for both",
		personas: []string{"dovecot-imap", "cyrus-imap", "courier-pop3"}, commands: []string{"CAPABILITY", "NOOP", "UID FOO", "PASS"},
		ours:   []string{"Capability completed", "NOOP completed (", "received by server", "Please login first", "USER/PASS required"},
		theirs: []string{"Pre-login capabilities listed", "NOOP completed.", "Unknown command", "Missing required argument to Uid", "Invalid command."}},
	{text: "the capabilities come in the reply to LOGIN, or in a response before it (RFC 3501 §7.1)",
		personas: []string{"dovecot-imap"}, commands: []string{"LOGIN"}, theirs: []string{"OK Logged in", "* CAPABILITY"}},
	{text: "ID tells the machine's own versions there",
		personas: []string{"cyrus-imap"}, commands: []string{"ID"}, ours: []string{"* ID"}, theirs: []string{"* ID"}},
	{text: "a tag alone: a persona has one wording for all that is no command",
		personas: []string{"cyrus-imap", "dovecot-imap"}, commands: []string{"f7"}, ours: []string{"f7 BAD"}, theirs: []string{"* BAD", "f7 BAD"}},
	{text: "the mailbox that is open is refused as such first",
		personas: []string{"dovecot-imap"}, commands: []string{"DELETE INBOX"}, ours: []string{"Mailbox is in use"}, theirs: []string{"INBOX can't be deleted"}},
	{text: "STATUS of the mailbox that is open is allowed (RFC 3501 §6.3.10, SHOULD NOT); Dovecot chides",
		personas: []string{"dovecot-imap"}, commands: []string{"STATUS INBOX"}, ours: []string{"OK Status completed"}, theirs: []string{"[CLIENTBUG]"}},
	{text: "a mailbox that is open to read only refuses changes (RFC 3501 §6.3.2); Dovecot says OK and changes nothing",
		personas: []string{"dovecot-imap"}, commands: []string{"STORE"}, ours: []string{"NO [READ-ONLY]"}, theirs: []string{"OK Store ignored"}},
	{text: "what follows a complete command is an error (RFC 3501 §9, RFC 1939 §3); Dovecot passes over it",
		personas: []string{"dovecot"}, commands: []string{"NOOP now"}, ours: []string{" BAD ", "Noise after"}, theirs: []string{"OK NOOP completed", "+OK"}},
	{text: "a number of lines is digits (RFC 1939 §7); Courier reads what is none as 0",
		personas: []string{"courier-pop3"}, commands: []string{"TOP 1 x"}, ours: []string{"-ERR"},
		theirs: []string{"+OK headers follow.", "From: ", "To: ", "Subject: ", "Date: ", "", "."}},
	{text: "there is a timestamp where APOP works, which needs the password itself on the server",
		personas: []string{"cyrus-pop3"}, ours: []string{"server ready"}, theirs: []string{"server ready <"}},
	{text: "0 is no message-number here (RFC 1939 §3); they look for it",
		personas: []string{"cyrus-pop3", "dovecot-pop3"}, commands: []string{"RETR 0"}, ours: []string{"Not a number", "Invalid message number"}, theirs: []string{"No such message", "no message 0"}},
	{text: "USER needs a name (RFC 1939 §7); Dovecot says so when the password has come",
		personas: []string{"dovecot-pop3"}, commands: []string{"USER"}, ours: []string{"-ERR"}, theirs: []string{"+OK"}},
	{text: "a reply of a persona does not name the mailbox or the word that it is about",
		personas: []string{"dovecot", "courier-imap", "cyrus-imap"},
		ours:     []string{"Mailbox doesn't exist (", "OK created.", "Invalid arguments (", "Missing required argument to Fetch", "Missing required argument to SEARCH", "Missing required argument to Search", "Cannot create this folder.", "Invalid message number.", "Noise after message number.", "Invalid size."},
		theirs:   []string{"Mailbox doesn't exist: ", "\"INBOX.Work\" created.", "Unknown parameter: ", "Unknown argument ", "Missing search parameters", "Invalid Fetch attribute", "Invalid Search criteria", "INBOX already exists!", "Invalid message number: ", "Noise after message number: ", "Invalid size: "}},
})
