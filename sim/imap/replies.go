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
	replyDefault ReplyID = iota // in an [Answer]: what the question's refusal is by default
	replyGreeting
	replyContinue
	replyCompleted
	replyLogin
	ReplyLoginRefused // user name or password is wrong
	ReplyNoMailbox    // the account has no such mailbox
	ReplyReadOnly     // the mailbox, or the account, cannot be changed
	ReplyOverQuota    // the change would need more room than there is
	ReplyInUse        // another session holds what this one needs
	ReplyServerFault  // something in the server's surroundings broke
	replySelected
	replyExamined
	replyExpungeIssued
	replyBye
	replyIdle
	replySyntax
	replyNoTag
	replyEmpty
	replyUnknown
	replyElsewhere
	replyState
	replyLineTooLong
	replyLineEnd
	replyLiteralTooLong
	replyLiteralPlus
	replySetTooLarge
	numReplies
)

// Reply is the wording of a reply. Code is the response code without its brackets, or "". In Code and Text, {host} is
// the server's name, {command} the command's, {state} the session's state, {pos} the octet, from 1, at which a line
// leaves the grammar, {want} what the grammar wants there, and {limit} a limit in octets.
type Reply struct {
	Status Status
	Code   string
	Text   string
}

// replies is the default wording.
var replies = [numReplies]Reply{
	replyGreeting:       {OK, "CAPABILITY IMAP4rev1", "{host} IMAP server ready"},
	replyContinue:       {OK, "", "Ready for the literal"},
	replyCompleted:      {OK, "", "{command} completed"},
	replyLogin:          {OK, "CAPABILITY IMAP4rev1", "LOGIN completed"},
	ReplyLoginRefused:   {NO, "AUTHENTICATIONFAILED", "User name or password is wrong"},
	ReplyNoMailbox:      {NO, "NONEXISTENT", "There is no such mailbox"},
	ReplyReadOnly:       {NO, "", "The mailbox is read-only"},
	ReplyOverQuota:      {NO, "OVERQUOTA", "The mailbox is full"},
	ReplyInUse:          {NO, "INUSE", "The mailbox is in use"},
	ReplyServerFault:    {NO, "SERVERBUG", "Something went wrong in the server"},
	replySelected:       {OK, "READ-WRITE", "SELECT completed"},
	replyExamined:       {OK, "READ-ONLY", "EXAMINE completed"},
	replyExpungeIssued:  {NO, "EXPUNGEISSUED", "Some of the messages no longer exist"},
	replyBye:            {BYE, "", "{host} closes the connection"},
	replyIdle:           {BYE, "", "Nothing came for too long"},
	replySyntax:         {BAD, "", "Expected {want} at octet {pos}"},
	replyNoTag:          {BAD, "", "A command begins with a tag"},
	replyEmpty:          {BAD, "", "The line is empty"},
	replyUnknown:        {BAD, "", "Unknown command at octet {pos}"},
	replyElsewhere:      {BAD, "", "{command} is not offered here"},
	replyState:          {BAD, "", "{command} is not allowed in the {state} state"},
	replyLineTooLong:    {BAD, "", "The line is longer than {limit} octets"},
	replyLineEnd:        {BAD, "", "A line ends with CR LF"},
	replyLiteralTooLong: {BAD, "", "The literal is longer than {limit} octets"},
	replyLiteralPlus:    {BAD, "", "Only a literal that waits for + is offered, see octet {pos}"},
	replySetTooLarge:    {BAD, "", "The last message number is {limit}"},
}
