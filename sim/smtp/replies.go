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
	numReplies
)

// replies is the default wording: that of a server which is strict and says why. A text may hold {host}, the server's
// name; {client}, what the client called itself; {usage}, the syntax of the command; {limit}, a number of octets.
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
