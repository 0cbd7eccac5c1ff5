package smtp

import (
	"strconv"
	"strings"

	"ehlo/sim/trace"
)

// Reply is a server's answer.
type Reply struct {
	Code     int    // 200 to 599
	Enhanced string // enhanced status code such as "5.1.1" (RFC 3463 §2), or ""
	Text     string // lines are separated by "\n"
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
	for rest, more := r.Text, true; more; {
		var text string
		text, rest, more = strings.Cut(rest, "\n")
		dst = strconv.AppendInt(dst, int64(r.Code), 10)
		if more {
			dst = append(dst, '-')
		} else {
			dst = append(dst, ' ')
		}
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
	numReplies
)

// replies is the default wording: that of a server which is strict and says why. A text may hold {host}, the server's
// name; {client}, what the client called itself; {usage}, the syntax of the command; {limit} and {octets}, numbers of
// octets; {commands}, those that the server performs.
var replies = [numReplies]struct {
	name string // how a file names the reply
	Reply
}{
	ReplyGreeting:          {"greeting", Reply{220, "", "{host} ESMTP ready"}},
	ReplyHelo:              {"helo", Reply{250, "", "{host}"}},
	ReplyEhlo:              {"ehlo", Reply{250, "", "{host} greets {client}"}},
	ReplySenderOK:          {"sender-ok", Reply{250, "2.1.0", "Sender accepted"}},
	ReplyRecipientOK:       {"recipient-ok", Reply{250, "2.1.5", "Recipient accepted"}},
	ReplySendMessage:       {"send-message", Reply{354, "", "Send the message; end it with a line that holds one dot"}},
	ReplyMessageOK:         {"message-ok", Reply{250, "2.0.0", "Message accepted"}},
	ReplyResetOK:           {"reset-ok", Reply{250, "2.0.0", "Transaction cleared"}},
	ReplyNoopOK:            {"noop-ok", Reply{250, "2.0.0", "OK"}},
	ReplyGoodbye:           {"goodbye", Reply{221, "2.0.0", "{host} closes the connection"}},
	ReplyUnknown:           {"unknown", Reply{500, "5.5.2", "Command not recognized"}},
	ReplyNotImplemented:    {"not-implemented", Reply{502, "5.5.1", "Command not implemented"}},
	ReplySyntax:            {"syntax", Reply{501, "5.5.4", "Syntax: {usage}"}},
	ReplySenderSyntax:      {"sender-syntax", Reply{501, "5.1.7", "Bad sender address; syntax: {usage}"}},
	ReplyRecipientSyntax:   {"recipient-syntax", Reply{501, "5.1.3", "Bad recipient address; syntax: {usage}"}},
	ReplyParameter:         {"parameter", Reply{555, "5.5.4", "Parameter not recognized"}},
	ReplyParameterSyntax:   {"parameter-syntax", Reply{501, "5.5.4", "Bad parameter"}},
	ReplyLineTooLong:       {"line-too-long", Reply{500, "5.5.2", "Line too long; the limit is {limit} octets"}},
	ReplyBareLineEnd:       {"bare-line-end", Reply{500, "5.5.2", "A line ends with CR LF"}},
	ReplyNeedHello:         {"need-hello", Reply{503, "5.5.1", "Send EHLO or HELO first"}},
	ReplyNeedMail:          {"need-mail", Reply{503, "5.5.1", "Send MAIL first"}},
	ReplyNeedRcpt:          {"need-rcpt", Reply{503, "5.5.1", "Send RCPT first"}},
	ReplyNestedMail:        {"nested-mail", Reply{503, "5.5.1", "A transaction is open; RSET ends it"}},
	ReplyNoRecipients:      {"no-recipients", Reply{554, "5.5.1", "No valid recipients"}},
	ReplyTooManyRecipients: {"too-many-recipients", Reply{452, "4.5.3", "Too many recipients; send the rest in another transaction"}},
	ReplyTooBig:            {"too-big", Reply{552, "5.3.4", "Message too big; the limit is {limit} octets"}},
	ReplyTextLineTooLong:   {"text-line-too-long", Reply{554, "5.6.0", "The message has a line of more than {limit} octets"}},
	ReplyBareText:          {"bare-text", Reply{554, "5.6.0", "The message has a CR or LF that is not part of CR LF"}},
	ReplyIdle:              {"idle", Reply{421, "4.4.2", "{host} waited too long and closes the connection"}},
	ReplyShutdown:          {"shutdown", Reply{421, "4.3.2", "{host} has no service now and closes the connection"}},
	ReplyLocalError:        {"local-error", Reply{451, "4.3.0", "Local error; try again later"}},

	ReplyNeedEhlo:           {"need-ehlo", Reply{503, "5.5.1", "Send EHLO first"}},
	ReplyNeedBdat:           {"need-bdat", Reply{503, "5.5.1", "The message comes by BDAT; BDAT LAST or RSET ends it"}},
	ReplyNeedUTF8:           {"need-utf8", Reply{553, "5.6.7", "An address beyond ASCII needs SMTPUTF8"}},
	ReplyNeedTLS:            {"need-tls", Reply{530, "5.7.0", "Send STARTTLS first"}},
	ReplyNeedAuth:           {"need-auth", Reply{530, "5.7.0", "Authentication required"}},
	ReplyStartTLS:           {"starttls", Reply{220, "2.0.0", "Begin TLS now"}},
	ReplyTLSOn:              {"tls-on", Reply{503, "5.5.1", "The session is inside TLS already"}},
	ReplyAuthOK:             {"auth-ok", Reply{235, "2.7.0", "Authentication succeeded"}},
	ReplyAuthFailed:         {"auth-failed", Reply{535, "5.7.8", "Authentication credentials invalid"}},
	ReplyLoggedIn:           {"logged-in", Reply{503, "5.5.1", "You have logged in already"}},
	ReplyNoMechanism:        {"no-mechanism", Reply{504, "5.5.4", "Mechanism not offered"}},
	ReplyNoInitial:          {"no-initial", Reply{501, "5.7.0", "This mechanism has no initial response"}},
	ReplyEncryptionRequired: {"encryption-required", Reply{538, "5.7.11", "This mechanism needs TLS"}},
	ReplyCancelled:          {"cancelled", Reply{501, "5.7.0", "Authentication cancelled"}},
	ReplyNotBase64:          {"not-base64", Reply{501, "5.5.2", "That is not base64"}},
	ReplyExchangeSyntax:     {"exchange-syntax", Reply{501, "5.5.2", "The mechanism has another syntax"}},
	ReplyExchangeTooLong:    {"exchange-too-long", Reply{500, "5.5.6", "Authentication exchange line is too long"}},
	ReplyChunkOK:            {"chunk-ok", Reply{250, "2.0.0", "{octets} octets received"}},
	ReplyUnverified:         {"unverified", Reply{252, "2.0.0", "Send mail and see; nothing is told of names here"}},
	ReplyQueueStarted:       {"queue-started", Reply{250, "2.0.0", "Queue started"}},
	ReplyHelp: {"help", Reply{214, "2.0.0", "{host} speaks SMTP (RFC 5321). Its commands are\n{commands}\n" +
		"HELP and a command shows its syntax"}},
	ReplyHelpCommand:   {"help-command", Reply{214, "2.0.0", "Syntax: {usage}"}},
	ReplyNoHelp:        {"no-help", Reply{504, "5.5.4", "No help for that"}},
	ReplyTooManyErrors: {"too-many-errors", Reply{421, "4.7.0", "{host} closes the connection after too many errors"}},
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

// fill puts values into a reply's text; args are names and values in turn.
func fill(text string, args []string) string {
	if !strings.Contains(text, "{") {
		return text
	}
	for i := 0; i+1 < len(args); i += 2 {
		text = strings.ReplaceAll(text, "{"+args[i]+"}", args[i+1])
	}
	return text
}
