package pop3

// ReplyID names a reply of the server. The exported ones are reasons that an [Answer] can give.
type ReplyID uint8

// The replies.
const (
	replyDefault      ReplyID = iota
	ReplyLoginRefused         // the name or the password is wrong; never say which
	ReplyLocked               // another session has the maildrop (RFC 1939 §4)
	ReplyUnreadable           // the message cannot be read, or went meanwhile
	ReplyNotRemoved           // messages that were marked are still there (RFC 1939 §6)
	ReplyServerFault          // something in the server's surroundings broke
	replyGreeting
	replyUser
	replyLogin
	replyStat
	replyList
	replyScan
	replyRetr
	replyDele
	replyNoop
	replyRset
	replyQuit
	replyUpdated
	replyNoMessage
	replyMarked
	replyEmpty
	replyUnknown
	replyElsewhere
	replyState
	replyMissing
	replyExtra
	replySpace
	replyNumber
	replyOctet
	replyLineEnd
	replyTooLong
	replyShutdown
	numReplies
)

// Reply is the wording of a reply's first line. In Text, {host} is the server's name, {user} the name that USER gave,
// {verb} the command, {state} the session's state, {n} the message-number, {octets} the message's size, {count} and
// {size} the messages of the maildrop that are not marked and their octets, {marked} those that are, {limit} the longest
// line in octets.
type Reply struct {
	OK   bool // +OK or -ERR (RFC 1939 §3)
	Text string
}

// replies is the default wording.
var replies = [numReplies]Reply{
	ReplyLoginRefused: {false, "Wrong user name or password"},
	ReplyLocked:       {false, "Another session has locked the maildrop"},
	ReplyUnreadable:   {false, "Message {n} cannot be read"},
	ReplyNotRemoved:   {false, "Some deleted messages were not removed"},
	ReplyServerFault:  {false, "Something went wrong in the server"},
	replyGreeting:     {true, "{host} POP3 server ready"},
	replyUser:         {true, "Send the password with PASS"},
	replyLogin:        {true, "Maildrop locked, messages: {count}, octets: {size}"},
	replyStat:         {true, "{count} {size}"},
	replyList:         {true, "Messages: {count}, octets: {size}"},
	replyScan:         {true, "{n} {octets}"},
	replyRetr:         {true, "{octets} octets"},
	replyDele:         {true, "Message {n} is marked as deleted"},
	replyNoop:         {true, ""},
	replyRset:         {true, "Messages: {count}, octets: {size}"},
	replyQuit:         {true, "{host} closes the connection"},
	replyUpdated:      {true, "{host} closes the connection, messages left: {count}"},
	replyNoMessage:    {false, "No such message, messages in the maildrop: {count}"},
	replyMarked:       {false, "Message {n} is marked as deleted"},
	replyEmpty:        {false, "The line begins with no command"},
	replyUnknown:      {false, "Unknown command"},
	replyElsewhere:    {false, "{verb} is not offered here"},
	replyState:        {false, "{verb} is not allowed in the {state} state"},
	replyMissing:      {false, "{verb} needs an argument"},
	replyExtra:        {false, "Too many arguments for {verb}"},
	replySpace:        {false, "One space stands between command and argument, none at the end"},
	replyNumber:       {false, "A message-number is digits, from 1"},
	replyOctet:        {false, "Only printable ASCII is allowed"},
	replyLineEnd:      {false, "A line ends with CR LF"},
	replyTooLong:      {false, "The line is longer than {limit} octets"},
	replyShutdown:     {false, "{host} has no service now and closes the connection"},
}
