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

var statusNames = [...]string{"OK", "NO", "BAD", "BYE", "PREAUTH"}

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
	ReplyStartTLS
	ReplyTLSActive
	ReplyNeedTLS   // a password may not cross the connection as it is
	ReplyMechanism // AUTHENTICATE does not know it
	ReplyBase64    // a response, or the initial one, is no base64
	ReplyCancelled
	ReplyInitial  // an initial response of a mechanism in which the server speaks first
	ReplyResponse // a response that the mechanism does not allow
	ReplyIdentity // the user may not act as the other one
	numReplies
)

// Reply is the wording of a reply. Code is the response code without its brackets, or "". In Code and Text these stand
// for what they name: {host} the server, {capabilities} what it offers, {command} the running command, {state} the
// session's state, {flags} the flags that the selected mailbox has, {permanent} those that the user may change for good, {pos} the octet, from 1, at which a line leaves the grammar, {want} what the grammar wants there, and
// {number} and {text} what the reply is about: a limit in octets, a message number, a UID or the UIDVALIDITY; a set of
// messages or a name; {copied} what COPY has copied.
type Reply struct {
	Status Status
	Code   string
	Text   string
}

// replies is the default wording.
var replies = [numReplies]Reply{
	ReplyGreeting:         {OK, "CAPABILITY {capabilities}", "{host} IMAP server ready"},
	ReplyContinue:         {OK, "", "Ready for the literal"},
	ReplyCompleted:        {OK, "", "{command} completed"},
	ReplyLogin:            {OK, "CAPABILITY {capabilities}", "{command} completed"},
	ReplyUnseen:           {OK, "UNSEEN {number}", "First unseen message"},
	ReplyUIDValidity:      {OK, "UIDVALIDITY {number}", "UIDs are valid"},
	ReplyUIDNext:          {OK, "UIDNEXT {number}", "Predicted next UID"},
	ReplyPermanentFlags:   {OK, `PERMANENTFLAGS ({permanent})`, "Flags that last"},
	ReplyNoPermanentFlags: {OK, "PERMANENTFLAGS ()", "No flags can be changed"},
	ReplySelected:         {OK, "READ-WRITE", "{command} completed"},
	ReplyExamined:         {OK, "READ-ONLY", "{command} completed"},
	ReplyLoginRefused:     {NO, "AUTHENTICATIONFAILED", "User name or password is wrong"},
	ReplyNoMailbox:        {NO, "NONEXISTENT", "There is no such mailbox"},
	ReplyReadOnly:         {NO, "", "The mailbox is read-only"},
	ReplyOverQuota:        {NO, "OVERQUOTA", "The mailbox is full"},
	ReplyInUse:            {NO, "INUSE", "The mailbox is in use"},
	ReplyServerFault:      {NO, "SERVERBUG", "Something went wrong in the server"},
	ReplyHighestModSeq:    {OK, "HIGHESTMODSEQ {number}", "Highest modification sequence"},
	ReplyCopied:           {OK, "COPYUID {copied}", "{command} completed"},
	ReplyMoved:            {OK, "COPYUID {copied}", "Moved"},
	ReplyTryCreate:        {NO, "TRYCREATE", "There is no such mailbox; it can be created"},
	ReplyModified:         {OK, "MODIFIED {text}", "{command} left out what has changed since"},
	ReplyNotEnabled:       {BAD, "", "ENABLE {text} comes first"},
	ReplyBadCharset:       {NO, "BADCHARSET ({text})", "The text cannot be read in that charset"},
	ReplyUnknownCTE:       {NO, "UNKNOWN-CTE", "A part has an unknown transfer encoding"},
	ReplyExpungeIssued:    {NO, "EXPUNGEISSUED", "Some of the messages no longer exist"},
	ReplyBye:              {BYE, "", "{host} closes the connection"},
	ReplyIdle:             {BYE, "", "Nothing came for too long"},
	ReplyShutdown:         {BYE, "", "{host} has no service now and closes the connection"},
	ReplySyntax:           {BAD, "", "Expected {want} at octet {pos}"},
	ReplyNoTag:            {BAD, "", "A command begins with a tag"},
	ReplyEmpty:            {BAD, "", "The line is empty"},
	ReplyUnknown:          {BAD, "", "Unknown command at octet {pos}"},
	ReplyElsewhere:        {BAD, "", "{command} is not offered here"},
	ReplyState:            {BAD, "", "{command} is not allowed in the {state} state"},
	ReplyLineTooLong:      {BAD, "", "The line is longer than {number} octets"},
	ReplyLineEnd:          {BAD, "", "A line ends with CR LF"},
	ReplyLiteralTooLong:   {BAD, "", "A command takes {number} octets of literals, not more"},
	ReplyQuoteOpen:        {BAD, "", "A quoted string is open at the end of the line, octet {pos}"},
	ReplySetTooLarge:      {BAD, "", "The last message number is {number}"},
	ReplyNoLiteral:        {BAD, "", "A message comes as a literal: see octet {pos}"},
	ReplyTooBig:           {NO, "TOOBIG", "A message may have {number} octets, not more"},
	ReplyAppended:         {OK, "APPENDUID {number} {text}", "{command} completed"},
	ReplyCreated:          {OK, "MAILBOXID ({text})", "{command} completed"},
	ReplyMailboxName:      {BAD, "", "The mailbox name at octet {pos} is not written in modified UTF-7"},
	ReplyBadName:          {NO, "CANNOT", "No mailbox can have that name"},
	ReplyExists:           {NO, "ALREADYEXISTS", "There is such a mailbox already"},
	ReplyInbox:            {NO, "CANNOT", "INBOX cannot be deleted"},
	ReplyChildren:         {NO, "HASCHILDREN", "There are mailboxes below that name"},
	ReplySelf:             {NO, "INUSE", "The mailbox is open here; CLOSE or UNSELECT comes first"},
	ReplyUse:              {NO, "USEATTR", "No mailbox can be made for that use"},
	ReplyLimit:            {NO, "LIMIT", "There are as many mailboxes as there may be"},
	ReplyLongEntries:      {OK, "METADATA LONGENTRIES {number}", "{command} completed"},
	ReplyLongValue:        {NO, "METADATA MAXSIZE {number}", "A value may have {number} octets, not more"},
	ReplyTooManyNotes:     {NO, "METADATA TOOMANY", "There are as many annotations as there may be"},
	ReplyNoPrivate:        {NO, "METADATA NOPRIVATE", "Private annotations are kept for the owner of a mailbox only"},
	ReplyNoQuota:          {NO, "NONEXISTENT", "There is no such quota root"},
	ReplyIdentifier:       {NO, "", "Nobody has that name"},
	ReplyClosed:           {OK, "CLOSED", "The mailbox that was open is closed"},
	ReplyMailboxID:        {OK, "MAILBOXID ({text})", "Its name for ever"},
	ReplyExpunged:         {OK, "HIGHESTMODSEQ {number}", "{command} completed"},
	ReplyNoPermission:     {NO, "NOPERM", "You may not do that with this mailbox"},
	ReplyGone:             {BYE, "", "The mailbox was deleted by another session"},
	ReplyIdling:           {OK, "", "Idling; DONE ends it"},
	ReplyDone:             {BAD, "", "Only DONE ends IDLE"},
	ReplyStartTLS:         {OK, "", "Begin the TLS handshake now"},
	ReplyTLSActive:        {BAD, "", "TLS is active already"},
	ReplyNeedTLS:          {NO, "PRIVACYREQUIRED", "A password is taken inside TLS only"},
	ReplyMechanism:        {NO, "CANNOT", "That mechanism is not offered"},
	ReplyBase64:           {BAD, "", "That is not base64"},
	ReplyCancelled:        {BAD, "", "{command} was cancelled"},
	ReplyInitial:          {BAD, "", "This mechanism takes no initial response"},
	ReplyResponse:         {BAD, "", "The mechanism does not allow that response"},
	ReplyIdentity:         {NO, "AUTHORIZATIONFAILED", "That user may not act as the other"},
}
