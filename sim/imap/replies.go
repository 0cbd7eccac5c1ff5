package imap

import "ehlo/sim/trace"

// Status is the word a status response begins with (RFC 3501 §7.1).
type Status uint8

// The statuses.
const (
	OK Status = iota
	NO
	BAD
	BYE
	PREAUTH
)

var statusNames = []string{"OK", "NO", "BAD", "BYE", "PREAUTH"}

// String is the word on the wire.
func (s Status) String() string { return statusNames[int(s)%len(statusNames)] }

// Class is the status as a verdict: everything but OK and PREAUTH refuses.
func (s Status) Class() trace.Class {
	if s == OK || s == PREAUTH {
		return trace.ClassOK
	}
	return trace.ClassPermanent
}

// ReplyID names a reply of the server, whatever its wording.
type ReplyID uint8

// The replies.
const (
	ReplyDefault ReplyID = iota // in an [Answer]: what the question's refusal is by default
	ReplyGreeting
	ReplyContinue  // + before a literal
	ReplyCompleted // what ends a command that worked and has no reply of its own
	ReplyLogin
	ReplyUnseen // untagged, as part of what SELECT and EXAMINE say, like the four that follow
	ReplyUIDValidity
	ReplyUIDNext
	ReplyPermanentFlags
	ReplyNoPermanentFlags // of a mailbox that is read-only
	ReplySelected
	ReplyExamined
	ReplyLoginRefused  // user name or password is wrong
	ReplyNoMailbox     // the account has no such mailbox
	ReplyReadOnly      // the mailbox, or the account, cannot be changed
	ReplyOverQuota     // the change would need more room than there is
	ReplyInUse         // another session holds what this one needs
	ReplyServerFault   // something in the server's surroundings broke
	ReplyHighestModSeq // untagged: how far the selected mailbox is
	ReplyCopied
	ReplyMoved         // untagged, before what was moved goes
	ReplyTryCreate     // the mailbox to copy to does not exist
	ReplyModified      // some messages changed too late for the condition
	ReplyNotEnabled    // something that ENABLE has to turn on first
	ReplyBadCharset    // a charset that is not known, or a text that is not in it
	ReplyUnknownCTE    // a part's transfer encoding is not known
	ReplyExpungeIssued // messages are gone of which the client was not told
	ReplyBye           // untagged, before LOGOUT ends
	ReplyIdle          // untagged, when the client has said nothing for too long
	ReplyShutdown      // untagged, when the service stops or has no room for the client
	ReplySyntax
	ReplyNoTag
	ReplyEmpty
	ReplyUnknown
	ReplyElsewhere // a command of IMAP that is not offered
	ReplyState     // a command that the state does not allow
	ReplyLineTooLong
	ReplyLineEnd // LF without CR
	ReplyLiteralTooLong
	ReplyQuoteOpen   // a quoted string that the line does not close
	ReplySetTooLarge // a message number that the mailbox does not have
	ReplyNoLiteral   // APPEND without a literal where the message belongs
	ReplyTooBig      // a message that is longer than APPEND takes
	ReplyAppended
	ReplyReplaced // untagged, before what was replaced goes
	ReplyCreated
	ReplyMailboxName  // what stands for a mailbox name is no modified UTF-7, or no UTF-8
	ReplyBadName      // no mailbox may have that name
	ReplyExists       // there is such a mailbox already
	ReplyInbox        // INBOX cannot be deleted
	ReplyChildren     // the name is only a level above other mailboxes
	ReplySelf         // the mailbox that the client has open cannot be deleted
	ReplyUse          // no mailbox can be made for that
	ReplyLimit        // there are as many mailboxes as there may be
	ReplyLongEntries  // an annotation is longer than GETMETADATA wants
	ReplyLongValue    // or than SETMETADATA may make it
	ReplyTooManyNotes // there are as many annotations as there may be
	ReplyNoPrivate    // annotations of one's own on the mailbox of another
	ReplyNoQuota      // there is no such quota root
	ReplyIdentifier   // nobody is called so
	ReplyClosed       // untagged: SELECT has closed the mailbox that was open
	ReplyMailboxID    // untagged, of SELECT
	ReplyExpunged     // how far the mailbox is after messages were removed
	ReplyNoPermission // the user lacks a right on the mailbox
	ReplyGone         // untagged: another session has deleted the mailbox
	ReplyIdling       // + while IDLE lasts
	ReplyDone         // a line other than DONE
	ReplyCompress
	ReplyCompressed // it is compressed already
	ReplyStartTLS
	ReplyTLSActive
	ReplyNeedTLS   // a password may not cross the connection as it is
	ReplyMechanism // AUTHENTICATE does not know it
	ReplyBase64    // a response, or the initial one, is no base64
	ReplyCancelled
	ReplyInitial       // an initial response of a mechanism in which the server speaks first
	ReplyResponse      // a response that the mechanism does not allow
	ReplyIdentity      // the user may not act as the other one
	ReplyBadEvent      // NOTIFY wants events that are not known
	ReplyUIDRequired   // a message number where the client has enabled UIDONLY
	ReplyTooManyErrors // untagged, in the place of the refusal
	numReplies
)

// Reply is the wording of a reply. Code is the response code without its brackets, or "". In Code and Text these stand
// for what they name: {host} the server, {capabilities} what it offers, {command} the running command, {state} the
// session's state, {flags} the flags that the selected mailbox has, {permanent} those that the user may change for good, {pos} the octet, from 1, at which a line leaves the grammar, {want} what the grammar wants there, and
// {number} and {text} what the reply is about: a limit in octets, a message number, a UID or the UIDVALIDITY; a set of
// messages or a name; {copied} what COPY has copied; {user} who is logged in, {date} the moment, as in a Date field.
type Reply struct {
	Status Status
	Code   string
	Text   string
}

// replies is how a file names each reply, and its default wording.
var replies = [numReplies]struct {
	name string
	Reply
}{
	ReplyGreeting:         {"greeting", Reply{OK, "CAPABILITY {capabilities}", "{host} IMAP server ready"}},
	ReplyContinue:         {"continue", Reply{OK, "", "Ready for the literal"}},
	ReplyCompleted:        {"completed", Reply{OK, "", "{command} completed"}},
	ReplyLogin:            {"login", Reply{OK, "CAPABILITY {capabilities}", "{command} completed"}},
	ReplyUnseen:           {"unseen", Reply{OK, "UNSEEN {number}", "First unseen message"}},
	ReplyUIDValidity:      {"uid-validity", Reply{OK, "UIDVALIDITY {number}", "UIDs are valid"}},
	ReplyUIDNext:          {"uid-next", Reply{OK, "UIDNEXT {number}", "Predicted next UID"}},
	ReplyPermanentFlags:   {"permanent-flags", Reply{OK, `PERMANENTFLAGS ({permanent})`, "Flags that last"}},
	ReplyNoPermanentFlags: {"no-permanent-flags", Reply{OK, "PERMANENTFLAGS ()", "No flags can be changed"}},
	ReplySelected:         {"selected", Reply{OK, "READ-WRITE", "{command} completed"}},
	ReplyExamined:         {"examined", Reply{OK, "READ-ONLY", "{command} completed"}},
	ReplyLoginRefused:     {"login-refused", Reply{NO, "AUTHENTICATIONFAILED", "User name or password is wrong"}},
	ReplyNoMailbox:        {"no-mailbox", Reply{NO, "NONEXISTENT", "There is no such mailbox"}},
	ReplyReadOnly:         {"read-only", Reply{NO, "", "The mailbox is read-only"}},
	ReplyOverQuota:        {"over-quota", Reply{NO, "OVERQUOTA", "The mailbox is full"}},
	ReplyInUse:            {"in-use", Reply{NO, "INUSE", "The mailbox is in use"}},
	ReplyServerFault:      {"server-fault", Reply{NO, "SERVERBUG", "Something went wrong in the server"}},
	ReplyHighestModSeq:    {"highest-mod-seq", Reply{OK, "HIGHESTMODSEQ {number}", "Highest modification sequence"}},
	ReplyCopied:           {"copied", Reply{OK, "COPYUID {copied}", "{command} completed"}},
	ReplyMoved:            {"moved", Reply{OK, "COPYUID {copied}", "Moved"}},
	ReplyTryCreate:        {"try-create", Reply{NO, "TRYCREATE", "There is no such mailbox; it can be created"}},
	ReplyModified:         {"modified", Reply{OK, "MODIFIED {text}", "{command} left out what has changed since"}},
	ReplyNotEnabled:       {"not-enabled", Reply{BAD, "", "ENABLE {text} comes first"}},
	ReplyBadCharset:       {"bad-charset", Reply{NO, "BADCHARSET ({text})", "The text cannot be read in that charset"}},
	ReplyUnknownCTE:       {"unknown-cte", Reply{NO, "UNKNOWN-CTE", "A part has an unknown transfer encoding"}},
	ReplyExpungeIssued:    {"expunge-issued", Reply{NO, "EXPUNGEISSUED", "Some of the messages no longer exist"}},
	ReplyBye:              {"bye", Reply{BYE, "", "{host} closes the connection"}},
	ReplyIdle:             {"idle", Reply{BYE, "", "Nothing came for too long"}},
	ReplyShutdown:         {"shutdown", Reply{BYE, "", "{host} has no service now and closes the connection"}},
	ReplySyntax:           {"syntax", Reply{BAD, "", "Expected {want} at octet {pos}"}},
	ReplyNoTag:            {"no-tag", Reply{BAD, "", "A command begins with a tag"}},
	ReplyEmpty:            {"empty", Reply{BAD, "", "The line is empty"}},
	ReplyUnknown:          {"unknown", Reply{BAD, "", "Unknown command at octet {pos}"}},
	ReplyElsewhere:        {"elsewhere", Reply{BAD, "", "{command} is not offered here"}},
	ReplyState:            {"state", Reply{BAD, "", "{command} is not allowed in the {state} state"}},
	ReplyLineTooLong:      {"line-too-long", Reply{BAD, "", "The line is longer than {number} octets"}},
	ReplyLineEnd:          {"line-end", Reply{BAD, "", "A line ends with CR LF"}},
	ReplyLiteralTooLong:   {"literal-too-long", Reply{BAD, "", "A command takes {number} octets of literals, not more"}},
	ReplyQuoteOpen:        {"quote-open", Reply{BAD, "", "A quoted string is open at the end of the line, octet {pos}"}},
	ReplySetTooLarge:      {"set-too-large", Reply{BAD, "", "The last message number is {number}"}},
	ReplyNoLiteral:        {"no-literal", Reply{BAD, "", "A message comes as a literal: see octet {pos}"}},
	ReplyTooBig:           {"too-big", Reply{NO, "TOOBIG", "A message may have {number} octets, not more"}},
	ReplyAppended:         {"appended", Reply{OK, "APPENDUID {number} {text}", "{command} completed"}},
	ReplyReplaced:         {"replaced", Reply{OK, "APPENDUID {number} {text}", "The replacement is there"}},
	ReplyCreated:          {"created", Reply{OK, "MAILBOXID ({text})", "{command} completed"}},
	ReplyMailboxName:      {"mailbox-name", Reply{NO, "", "The mailbox name at octet {pos} is not written in modified UTF-7"}},
	ReplyBadName:          {"bad-name", Reply{NO, "CANNOT", "No mailbox can have that name"}},
	ReplyExists:           {"exists", Reply{NO, "ALREADYEXISTS", "There is such a mailbox already"}},
	ReplyInbox:            {"inbox", Reply{NO, "CANNOT", "INBOX cannot be deleted"}},
	ReplyChildren:         {"children", Reply{NO, "HASCHILDREN", "There are mailboxes below that name"}},
	ReplySelf:             {"self", Reply{NO, "INUSE", "The mailbox is open here; CLOSE or UNSELECT comes first"}},
	ReplyUse:              {"use", Reply{NO, "USEATTR", "No mailbox can be made for that use"}},
	ReplyLimit:            {"limit", Reply{NO, "LIMIT", "There are as many mailboxes as there may be"}},
	ReplyLongEntries:      {"long-entries", Reply{OK, "METADATA LONGENTRIES {number}", "{command} completed"}},
	ReplyLongValue:        {"long-value", Reply{NO, "METADATA MAXSIZE {number}", "A value may have {number} octets, not more"}},
	ReplyTooManyNotes:     {"too-many-notes", Reply{NO, "METADATA TOOMANY", "There are as many annotations as there may be"}},
	ReplyNoPrivate:        {"no-private", Reply{NO, "METADATA NOPRIVATE", "Private annotations are kept for the owner of a mailbox only"}},
	ReplyNoQuota:          {"no-quota", Reply{NO, "NONEXISTENT", "There is no such quota root"}},
	ReplyIdentifier:       {"identifier", Reply{NO, "", "Nobody has that name"}},
	ReplyClosed:           {"closed", Reply{OK, "CLOSED", "The mailbox that was open is closed"}},
	ReplyMailboxID:        {"mailbox-id", Reply{OK, "MAILBOXID ({text})", "Its name for ever"}},
	ReplyExpunged:         {"expunged", Reply{OK, "HIGHESTMODSEQ {number}", "{command} completed"}},
	ReplyNoPermission:     {"no-permission", Reply{NO, "NOPERM", "You may not do that with this mailbox"}},
	ReplyGone:             {"gone", Reply{BYE, "", "The mailbox was deleted by another session"}},
	ReplyIdling:           {"idling", Reply{OK, "", "Idling; DONE ends it"}},
	ReplyDone:             {"done", Reply{BAD, "", "Only DONE ends IDLE"}},
	ReplyCompress:         {"compress", Reply{OK, "", "DEFLATE from the next line on"}},
	ReplyCompressed:       {"compressed", Reply{BAD, "COMPRESSIONACTIVE", "DEFLATE is active already"}},
	ReplyStartTLS:         {"starttls", Reply{OK, "", "Begin the TLS handshake now"}},
	ReplyTLSActive:        {"tls-active", Reply{BAD, "", "TLS is active already"}},
	ReplyNeedTLS:          {"need-tls", Reply{NO, "PRIVACYREQUIRED", "A password is taken inside TLS only"}},
	ReplyMechanism:        {"mechanism", Reply{NO, "CANNOT", "That mechanism is not offered"}},
	ReplyBase64:           {"base64", Reply{BAD, "", "That is not base64"}},
	ReplyCancelled:        {"cancelled", Reply{BAD, "", "{command} was cancelled"}},
	ReplyInitial:          {"initial", Reply{BAD, "", "This mechanism takes no initial response"}},
	ReplyResponse:         {"response", Reply{BAD, "", "The mechanism does not allow that response"}},
	ReplyIdentity:         {"identity", Reply{NO, "AUTHORIZATIONFAILED", "That user may not act as the other"}},
	ReplyBadEvent:         {"bad-event", Reply{NO, "BADEVENT (MessageNew MessageExpunge FlagChange MailboxName SubscriptionChange MailboxMetadataChange ServerMetadataChange)", "There are other events that cannot be told"}},
	ReplyTooManyErrors:    {"too-many-errors", Reply{BYE, "", "Too many errors; {host} closes the connection"}},
	ReplyUIDRequired:      {"uid-required", Reply{BAD, "UIDREQUIRED", "After ENABLE UIDONLY messages are named by UIDs only"}},
}
