package smtp

import (
	"bytes"
	"strconv"
	"strings"

	"ehlo/sim/machine"
	"ehlo/sim/trace"
)

// Reply is a server's answer.
type Reply struct {
	Code     int    // 200 to 599
	Enhanced string // enhanced status code such as "5.1.1" (RFC 3463 §2), or ""
	Text     string // lines are separated by "\n"

	ID    ReplyID // which of the server's replies it is, so that a persona can word it; 0 where it is none that files name
	About string  // what it is about, where the text does not say it already
}

// Class is the verdict of the reply's first digit (RFC 5321 §4.2.1). What is no reply counts as transient, as a lost
// connection does (RFC 5321 §3.8).
func (r Reply) Class() trace.Class {
	switch r.Code / 100 {
	case 2:
		return trace.ClassOK
	case 3:
		return trace.ClassMore
	case 5:
		return trace.ClassPermanent
	}
	return trace.ClassTransient
}

// Append adds the reply as it crosses the wire, one line for each line of Text (RFC 5321 §4.2).
func (r Reply) Append(dst []byte) []byte {
	code := [...]byte{'0' + byte(r.Code/100%10), '0' + byte(r.Code/10%10), '0' + byte(r.Code%10), ' '}
	for rest, more := r.Text, true; more; {
		text := rest
		i := strings.IndexByte(rest, '\n')
		if more = i >= 0; more {
			text, rest = rest[:i], rest[i+1:]
			code[3] = '-'
		} else {
			code[3] = ' '
		}
		dst = append(dst, code[:]...)
		if r.Enhanced != "" {
			dst = append(append(dst, r.Enhanced...), ' ')
		}
		dst = append(append(dst, strings.TrimSuffix(text, "\r")...), "\r\n"...)
	}
	return dst
}

// String returns the reply on one line, without line end.
func (r Reply) String() string {
	s := strconv.Itoa(r.Code)
	if r.Enhanced != "" {
		s += " " + r.Enhanced
	}
	return s + " " + strings.ReplaceAll(r.Text, "\n", " ")
}

// ReplyID names a reply of the server. [Config] can give each another wording, code or enhanced code.
type ReplyID uint8

// The replies.
const (
	ReplyGreeting ReplyID = iota
	ReplyHelo
	ReplyEhlo // the first line; the extensions follow
	ReplySenderOK
	ReplyRecipientOK
	ReplySendMessage
	ReplyMessageOK
	ReplyResetOK
	ReplyNoopOK
	ReplyGoodbye
	ReplyUnknown
	ReplyNotImplemented
	ReplySyntax
	ReplySenderSyntax
	ReplyRecipientSyntax
	ReplyParameter
	ReplyParameterSyntax
	ReplyLineTooLong
	ReplyBareLineEnd
	ReplyNeedHello
	ReplyNeedMail
	ReplyNeedRcpt
	ReplyNestedMail
	ReplyNoRecipients
	ReplyTooManyRecipients
	ReplyTooBig
	ReplyTextLineTooLong
	ReplyBareText
	ReplyIdle
	ReplyShutdown
	ReplyLocalError
	ReplyNeedEhlo
	ReplyNeedBdat
	ReplyNeedUTF8
	ReplyNeedTLS
	ReplyNeedAuth
	ReplyStartTLS
	ReplyTLSOn
	ReplyAuthOK
	ReplyAuthFailed
	ReplyLoggedIn
	ReplyNoMechanism
	ReplyNoInitial
	ReplyEncryptionRequired
	ReplyCancelled
	ReplyNotBase64
	ReplyExchangeSyntax
	ReplyExchangeTooLong
	ReplyChunkOK
	ReplyUnverified
	ReplyQueueStarted
	ReplyHelp
	ReplyHelpCommand
	ReplyNoHelp
	ReplyTooManyErrors

	// What the surroundings decide.

	ReplyUnknownUser
	ReplyUnknownList
	ReplyRelayDenied
	ReplyMailboxFull
	ReplyNotYours
	ReplyTooManyHops
	ReplyGreylisted
	ReplyTooFast
	ReplyBlocklisted
	ReplyDiskFull
	ReplyVerified // of VRFY: About is the address
	numReplies
)

// Wording is a place for a wording: a reply, to every command or to one.
type Wording struct {
	Reply ReplyID
	Verb  machine.Verb // [machine.NoVerb] is every command
}

// replies is the default wording: that of a server which is strict and says why. A text may hold placeholders.
var replies = [numReplies]struct {
	name           string // how a file names the reply
	code           int
	enhanced, text string
}{
	ReplyGreeting:          {"greeting", 220, "", "{host} ESMTP ready"},
	ReplyHelo:              {"helo", 250, "", "{host}"},
	ReplyEhlo:              {"ehlo", 250, "", "{host} greets {client}"},
	ReplySenderOK:          {"sender-ok", 250, "2.1.0", "Sender accepted"},
	ReplyRecipientOK:       {"recipient-ok", 250, "2.1.5", "Recipient accepted"},
	ReplySendMessage:       {"send-message", 354, "", "Send the message; end it with a line that holds one dot"},
	ReplyMessageOK:         {"message-ok", 250, "2.0.0", "Message accepted"},
	ReplyResetOK:           {"reset-ok", 250, "2.0.0", "Transaction cleared"},
	ReplyNoopOK:            {"noop-ok", 250, "2.0.0", "OK"},
	ReplyGoodbye:           {"goodbye", 221, "2.0.0", "{host} closes the connection"},
	ReplyUnknown:           {"unknown", 500, "5.5.2", "Command not recognized"},
	ReplyNotImplemented:    {"not-implemented", 502, "5.5.1", "Command not implemented"},
	ReplySyntax:            {"syntax", 501, "5.5.4", "Syntax: {usage}"},
	ReplySenderSyntax:      {"sender-syntax", 501, "5.1.7", "Bad sender address; syntax: {usage}"},
	ReplyRecipientSyntax:   {"recipient-syntax", 501, "5.1.3", "Bad recipient address; syntax: {usage}"},
	ReplyParameter:         {"parameter", 555, "5.5.4", "Parameter not recognized"},
	ReplyParameterSyntax:   {"parameter-syntax", 501, "5.5.4", "Bad parameter"},
	ReplyLineTooLong:       {"line-too-long", 500, "5.5.2", "Line too long; the limit is {limit} octets"},
	ReplyBareLineEnd:       {"bare-line-end", 500, "5.5.2", "A line ends with CR LF"},
	ReplyNeedHello:         {"need-hello", 503, "5.5.1", "Send EHLO or HELO first"},
	ReplyNeedMail:          {"need-mail", 503, "5.5.1", "Send MAIL first"},
	ReplyNeedRcpt:          {"need-rcpt", 503, "5.5.1", "Send RCPT first"},
	ReplyNestedMail:        {"nested-mail", 503, "5.5.1", "A transaction is open; RSET ends it"},
	ReplyNoRecipients:      {"no-recipients", 554, "5.5.1", "No valid recipients"},
	ReplyTooManyRecipients: {"too-many-recipients", 452, "4.5.3", "Too many recipients; send the rest in another transaction"},
	ReplyTooBig:            {"too-big", 552, "5.3.4", "Message too big; the limit is {limit} octets"},
	ReplyTextLineTooLong:   {"text-line-too-long", 554, "5.6.0", "The message has a line of more than {limit} octets"},
	ReplyBareText:          {"bare-text", 554, "5.6.0", "The message has a CR or LF that is not part of CR LF"},
	ReplyIdle:              {"idle", 421, "4.4.2", "{host} waited too long and closes the connection"},
	ReplyShutdown:          {"shutdown", 421, "4.3.2", "{host} has no service now and closes the connection"},
	ReplyLocalError:        {"local-error", 451, "4.3.0", "Local error; try again later"},

	ReplyNeedEhlo:           {"need-ehlo", 503, "5.5.1", "Send EHLO first"},
	ReplyNeedBdat:           {"need-bdat", 503, "5.5.1", "The message comes by BDAT; BDAT LAST or RSET ends it"},
	ReplyNeedUTF8:           {"need-utf8", 553, "5.6.7", "An address beyond ASCII needs SMTPUTF8"},
	ReplyNeedTLS:            {"need-tls", 530, "5.7.0", "Send STARTTLS first"},
	ReplyNeedAuth:           {"need-auth", 530, "5.7.0", "Authentication required"},
	ReplyStartTLS:           {"starttls", 220, "2.0.0", "Begin TLS now"},
	ReplyTLSOn:              {"tls-on", 503, "5.5.1", "The session is inside TLS already"},
	ReplyAuthOK:             {"auth-ok", 235, "2.7.0", "Authentication succeeded"},
	ReplyAuthFailed:         {"auth-failed", 535, "5.7.8", "Authentication credentials invalid"},
	ReplyLoggedIn:           {"logged-in", 503, "5.5.1", "You have logged in already"},
	ReplyNoMechanism:        {"no-mechanism", 504, "5.5.4", "Mechanism not offered"},
	ReplyNoInitial:          {"no-initial", 501, "5.7.0", "This mechanism has no initial response"},
	ReplyEncryptionRequired: {"encryption-required", 538, "5.7.11", "This mechanism needs TLS"},
	ReplyCancelled:          {"cancelled", 501, "5.7.0", "Authentication cancelled"},
	ReplyNotBase64:          {"not-base64", 501, "5.5.2", "That is not base64"},
	ReplyExchangeSyntax:     {"exchange-syntax", 501, "5.5.2", "The mechanism has another syntax"},
	ReplyExchangeTooLong:    {"exchange-too-long", 500, "5.5.6", "Authentication exchange line is too long"},
	ReplyChunkOK:            {"chunk-ok", 250, "2.0.0", "{octets} octets received"},
	ReplyUnverified:         {"unverified", 252, "2.0.0", "Send mail and see; nothing is told of names here"},
	ReplyQueueStarted:       {"queue-started", 250, "2.0.0", "Queue started"},
	ReplyHelp: {"help", 214, "2.0.0", "{host} speaks SMTP (RFC 5321). Its commands are\n{commands}\n" +
		"HELP and a command shows its syntax"},
	ReplyHelpCommand:   {"help-command", 214, "2.0.0", "Syntax: {usage}"},
	ReplyNoHelp:        {"no-help", 504, "5.5.4", "No help for that"},
	ReplyTooManyErrors: {"too-many-errors", 421, "4.7.0", "{host} closes the connection after too many errors"},

	ReplyUnknownUser: {"unknown-user", 550, "5.1.1", "No such user here"},
	ReplyUnknownList: {"unknown-list", 550, "5.1.1", "No such list here"},
	ReplyRelayDenied: {"relay-denied", 554, "5.7.1", "Relay access denied"},
	ReplyMailboxFull: {"mailbox-full", 552, "5.2.2", "Mailbox full"},
	ReplyNotYours:    {"not-yours", 550, "5.7.1", "That sender address is not yours"},
	ReplyTooManyHops: {"too-many-hops", 554, "5.4.6", "Too many hops; the message goes round in a circle"},
	ReplyGreylisted:  {"greylisted", 450, "4.7.1", "Greylisted: please try again later"},
	ReplyTooFast:     {"too-fast", 450, "4.7.1", "Too many messages from your address: please try again later"},
	ReplyBlocklisted: {"blocklisted", 554, "5.7.1", "Your address is on a blocklist: {about}"},
	ReplyDiskFull:    {"disk-full", 452, "4.3.1", "Insufficient system storage"},
	ReplyVerified:    {"verified", 250, "2.1.5", "<{about}>"},
}

// String returns the name of the reply, as "too-big".
func (id ReplyID) String() string {
	if id < numReplies {
		return replies[id].name
	}
	return "unknown reply"
}

// ReplyNamed returns the reply with that name, and false where there is none.
func ReplyNamed(name string) (ReplyID, bool) {
	for id := range replies {
		if replies[id].name == name {
			return ReplyID(id), true
		}
	}
	return 0, false
}

// reply is the default wording of a reply.
func (id ReplyID) reply() Reply {
	r := &replies[id]
	return Reply{Code: r.code, Enhanced: r.enhanced, Text: r.text}
}

// wording is how the server says a reply to the command that it answers: as its persona does, or else as ehlo's own.
func (s *Server) wording(id ReplyID) (r Reply, own bool) {
	if len(s.cfg.Replies) > 0 {
		if r, own = s.cfg.Replies[Wording{id, s.verb}]; own {
			return r, true
		}
		if r, own = s.cfg.Replies[Wording{id, machine.NoVerb}]; own {
			return r, true
		}
	}
	return id.reply(), false
}

// reply returns a reply with its text filled; args are names and values in turn.
func (s *Server) reply(id ReplyID, args ...string) Reply {
	r, _ := s.wording(id)
	return s.filled(r, args)
}

// filled returns a reply with values for the placeholders of its text.
func (s *Server) filled(r Reply, args []string) Reply {
	var room [usualReply]byte // on the stack
	text, rest := room[:0], r.Text
	for {
		open := strings.IndexByte(rest, '{')
		if open < 0 {
			break
		}
		text = append(text, rest[:open]...)
		var name string
		name, rest, _ = strings.Cut(rest[open+1:], "}")
		text = append(text, s.value(name, args)...)
	}
	if len(rest) < len(r.Text) { // there was a placeholder
		r.Text = string(append(text, rest...))
	}
	return r
}

// placeholders are the names that stand in curly brackets in the text of a reply.
var placeholders = [...]string{"host", "client", "address", "verb", "line", "word", "keyword", "sender", "recipient", "usage",
	"limit", "octets", "commands", "name", "mechanism", "id", "about", "date", "path"}

// value is what stands in the place of a placeholder; args are names and values in turn.
func (s *Server) value(name string, args []string) string {
	for i := 0; i+1 < len(args); i += 2 {
		if args[i] == name {
			return args[i+1]
		}
	}
	switch p := &s.parser; name {
	case "host":
		return s.cfg.Hostname
	case "client":
		return s.hello
	case "address":
		return s.cfg.Peer
	case "verb":
		return printable(p.line[:wordLen(p.line)])
	case "line":
		return printable(p.line)
	case "word", "keyword":
		if p.err == nil {
			return ""
		}
		word := p.line[min(p.err.Pos, len(p.line)):]
		word = word[:wordLen(word)]
		if i := bytes.IndexAny(word, "=:"); i >= 0 && name == "keyword" {
			word = word[:i]
		}
		return printable(word)
	case "path":
		return printable(p.pathAsTyped())
	case "sender":
		return s.envelope.From.String()
	case "recipient":
		return s.to.Path.String()
	case "name":
		return s.named
	case "about":
		return s.about
	case "usage":
		if s.verb != machine.NoVerb {
			return commands[s.verb].usage
		}
	}
	return ""
}

// printable is what a client sent as it can stand in a reply: a line end or a control character there would be another line.
func printable(line []byte) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7F {
			return '?'
		}
		return r
	}, string(line))
}
