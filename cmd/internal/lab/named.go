package lab

import (
	"strconv"
	"strings"
	"time"

	"ehlo/sim/smtp"
)

// Recipients whose local part asks for an error, in any domain of the lab:
//
//	tempfail-451@   451, or another 4xx code, in the place of RCPT's reply
//	reject-550@     550, or another 5xx code
//	slow-10s@       the reply comes late
//	cut@ cut-5@     the connection is cut, after so many octets of the reply
//
// With -data behind it the reply to the message is meant, not that to RCPT: reject-554-data@. Where such a recipient is
// taken, the mail goes to the catch-all.
const onMessage = "-data"

// named reads what a local part asks for; false where it is an ordinary one. after says that it is about the message.
func named(local string) (f Fault, after, ok bool) {
	local, after = strings.CutSuffix(strings.ToLower(local), onMessage)
	verb, value, given := strings.Cut(local, "-")
	switch verb {
	case "tempfail":
		f.Reply, ok = namedReply(value, given, 451, "4.3.0", "Come back later, as the recipient's name asks")
	case "reject":
		f.Reply, ok = namedReply(value, given, 550, "5.7.1", "Refused, as the recipient's name asks")
	case "slow":
		d, err := time.ParseDuration(value)
		f.Delay, ok = d, err == nil && d > 0 && d <= longestDelay
	case "cut":
		f.Cut, ok = true, !given
		if given {
			n, err := strconv.ParseUint(value, 10, 31)
			f.CutAt, ok = int(n), err == nil
		}
	}
	return f, after, ok
}

// namedReply makes a reply with a code of the same class as the usual one.
func namedReply(value string, given bool, code int, enhanced, text string) (string, bool) {
	if given {
		n, err := strconv.Atoi(value)
		if err != nil || n/100 != code/100 {
			return "", false
		}
		code = n
	}
	return strconv.Itoa(code) + " " + enhanced + " " + text, true
}

// namedIn is the first fault that a recipient of an envelope asks for on the message.
func namedIn(e smtp.Envelope) (Fault, bool) {
	for _, to := range e.To {
		if f, after, ok := named(to.Local); ok && after {
			return f, true
		}
	}
	return Fault{}, false
}

// replyOf takes a reply of SMTP apart.
func replyOf(text string) *smtp.Reply {
	code, rest, _ := strings.Cut(text, " ")
	n, _ := strconv.Atoi(code) // it was checked
	r := &smtp.Reply{Code: n, Text: rest}
	if word, text, _ := strings.Cut(rest, " "); isEnhanced(word) {
		r.Enhanced, r.Text = word, text
	}
	return r
}

// isEnhanced says whether a word is an enhanced status code (RFC 3463 §2).
func isEnhanced(word string) bool {
	parts := strings.Split(word, ".")
	for _, p := range parts {
		if n, err := strconv.Atoi(p); err != nil || n < 0 || n > 999 {
			return false
		}
	}
	return len(parts) == 3
}
