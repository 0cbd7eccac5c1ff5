package daemon

import (
	"bytes"
	"slices"
	"strconv"
	"strings"

	"ehlo/sim/engine"
	"ehlo/sim/message"
	"ehlo/sim/smtp"
	"ehlo/sim/trace"
)

// failure is what a report says of one recipient; it need not be a failure.
type failure struct {
	to     smtp.Recipient
	reply  string    // with its code
	remote string    // the host that said it, "" for this one
	sender smtp.Path // who is told
}

// report is a message about which its sender is told.
type report struct {
	letter   uint32
	envelope smtp.Envelope
	content  []byte
	arrived  engine.Time
	until    engine.Time // how long it is still tried, of a delay
}

func (m *mail) report(now engine.Time) report {
	return report{letter: m.letter, envelope: m.envelope, content: m.content, arrived: now}
}

// action is what has happened to a message (RFC 3464 §2.3.3).
type action string

const (
	actionFailed    action = "failed"
	actionDelayed   action = "delayed"
	actionDelivered action = "delivered"
	actionRelayed   action = "relayed"
	actionExpanded  action = "expanded"
)

// wanted is the word of NOTIFY that asks to be told, and whether a sender who said nothing is (RFC 3461 §4.1).
func (a action) wanted() (word smtp.Notify, otherwise bool) {
	switch a {
	case actionFailed:
		return smtp.NotifyFailure, true
	case actionDelayed:
		return smtp.NotifyDelay, true
	}
	return smtp.NotifySuccess, false
}

// failAll gives up on recipients. A null reverse-path, and a sender who wants to hear nothing, are told nothing
// (RFC 5321 §6.1, RFC 3461 §4.1).
func (h *Host) failAll(env Env, r report, failed []failure) {
	told := failed[:0:0]
	for _, f := range failed {
		env.Emit(trace.Event{Kind: trace.KindFailed, Actor: h.Name, Target: f.to.Path.String(), Letter: r.letter, Data: []byte(f.reply)})
		if f.sender.Null || f.to.Notify != 0 && !f.to.Notify.Has(smtp.NotifyFailure) {
			h.discard(env, r.letter, f.to, f.reply)
			continue
		}
		h.ledger.Bounced++
		told = append(told, f)
	}
	h.notify(env, r, actionFailed, told)
}

// notifyRelayed tells senders that the next host has their message, where that one will not tell them how it goes on, and of
// each step where they want to follow its way: who has set a time and said notify, hears of a host that does not keep to it
// (RFC 2852 §4.1.4.2), and who has said trace of every host (RFC 2852 §4.1.4).
func (h *Host) notifyRelayed(env Env, r report, relayed []failure, offers smtp.Extensions) {
	by := r.envelope.By
	if by.Given && (by.Trace || !by.Return && offers&smtp.ExtDeliverBy == 0) {
		for i := range relayed {
			if to := &relayed[i].to; !to.Notify.Has(smtp.NotifyNever) {
				to.Notify |= smtp.NotifySuccess
			}
		}
	} else if offers&smtp.ExtDSN != 0 {
		return
	}
	h.notify(env, r, actionRelayed, relayed)
}

// hasReport says that a report on a success may be due for a recipient of an envelope.
func hasReport(e *smtp.Envelope) bool {
	return e.By.Given || slices.ContainsFunc(e.To, func(to smtp.Recipient) bool { return to.Notify.Has(smtp.NotifySuccess) })
}

// notify tells senders what has happened, each once for all recipients of which it wants to hear.
func (h *Host) notify(env Env, r report, a action, about []failure) {
	word, otherwise := a.wanted()
	for len(about) > 0 {
		sender := about[0].sender
		var mine, others []failure
		for _, f := range about {
			switch {
			case f.sender.Null || f.to.Notify == 0 && !otherwise || f.to.Notify != 0 && !f.to.Notify.Has(word):
			case f.sender == sender:
				mine = append(mine, f)
			default:
				others = append(others, f)
			}
		}
		about = others
		if len(mine) == 0 {
			continue
		}
		h.ledger.Generated++
		e := smtp.Envelope{From: smtp.Path{Null: true}, To: []smtp.Recipient{{Path: sender}}}
		letter := h.accept(env, e, h.dsn(env, r, a, sender, mine), 0, 0, true)
		for _, f := range mine {
			env.Emit(trace.Event{Kind: trace.KindNotice, Actor: h.Name, Target: f.to.Path.String(), Letter: letter, Num: int64(r.letter),
				Label: string(a)})
		}
	}
}

// words are the subject of a report and its first lines, in English as everywhere on the wire.
var words = map[action][2]string{
	actionFailed:    {"Undelivered Mail Returned to Sender", "Your message could not be delivered to"},
	actionDelayed:   {"Delayed Mail (still being tried)", "Your message could not be delivered yet, and will be tried again, to"},
	actionDelivered: {"Successful Mail Delivery Report", "Your message was delivered to"},
	actionRelayed:   {"Successful Mail Delivery Report", "Your message was handed to the next host, which may send no more reports, for"},
	actionExpanded:  {"Successful Mail Delivery Report", "Your message was sent on to the members of"},
}

// dsn writes a delivery status notification: a text for people, the status for programs, and the message or its header
// (RFC 3464 §2, RFC 6522 §3).
func (h *Host) dsn(env Env, r report, a action, sender smtp.Path, about []failure) []byte {
	now := env.Now()
	h.serial++
	id := strconv.FormatInt(int64(now), 36) + "." + strconv.FormatUint(uint64(h.serial), 36)
	boundary := id + "/" + h.Name
	for bytes.Contains(r.content, []byte(boundary)) {
		boundary = "=" + boundary
	}
	var b bytes.Buffer
	line := func(parts ...string) {
		for _, p := range parts {
			b.WriteString(p)
		}
		b.WriteString("\r\n")
	}
	line("From: Mail Delivery System <MAILER-DAEMON@", h.Name, ">")
	line("To: <", sender.String(), ">")
	line("Subject: ", words[a][0])
	line("Date: ", message.FormatDate(env.Date(now)))
	line("Message-ID: <", id, "@", h.Name, ">")
	line("Auto-Submitted: auto-replied")
	line("MIME-Version: 1.0")
	line("Content-Type: multipart/report; report-type=delivery-status;\r\n\tboundary=\"", boundary, "\"")
	line()
	line("--", boundary)
	line("Content-Type: text/plain; charset=us-ascii")
	line()
	line("This is the mail system of ", h.Name, ".")
	line()
	for _, f := range about {
		line(words[a][1], " <", quotable(f.to.Path.String()), ">.")
		line("The answer was:\r\n\r\n    ", quotable(f.reply), "\r\n")
	}
	if a == actionDelayed {
		line("You need not send it again. It is tried until ", message.FormatDate(env.Date(r.until)), ".")
	}
	line()
	line("--", boundary)
	line("Content-Type: message/delivery-status")
	line()
	h.status(env, &b, r, a, about)
	line()
	line("--", boundary)
	h.returned(&b, r, a)
	line()
	line("--", boundary, "--")
	return b.Bytes()
}

// status writes the fields of a report: those of the message, and those of each recipient (RFC 3464 §2.2, §2.3).
func (h *Host) status(env Env, b *bytes.Buffer, r report, a action, about []failure) {
	field := func(name, value string) {
		if value != "" {
			b.WriteString(name + ": " + value + "\r\n")
		}
	}
	field("Reporting-MTA", "dns; "+h.Name)
	field("Original-Envelope-Id", quotable(r.envelope.EnvelopeID))
	field("Arrival-Date", message.FormatDate(env.Date(r.arrived)))
	if by := r.envelope.By; by.Given { // RFC 2852
		field("Deliver-By-Date", message.FormatDate(env.Date(r.arrived.Add(by.Within))))
	}
	for _, f := range about {
		b.WriteString("\r\n")
		field("Original-Recipient", quotable(f.to.Original))
		field("Final-Recipient", "rfc822; "+quotable(f.to.Path.String()))
		field("Action", string(a))
		field("Status", statusOf(f.reply, a))
		if f.remote != "" {
			field("Remote-MTA", "dns; "+f.remote)
		}
		field("Diagnostic-Code", "smtp; "+quotable(f.reply))
		field("Last-Attempt-Date", message.FormatDate(env.Date(env.Now())))
		if a == actionDelayed {
			field("Will-Retry-Until", message.FormatDate(env.Date(r.until)))
		}
	}
}

// returned writes what comes back of the message: all of it where the sender asked for that and it failed, otherwise its
// header (RFC 3461 §4.3).
func (h *Host) returned(b *bytes.Buffer, r report, a action) {
	content, kind := r.content, "message/rfc822"
	if r.envelope.Return != smtp.ReturnFull || a != actionFailed {
		content, _ = message.Split(r.content)
		kind = "text/rfc822-headers"
	}
	b.WriteString("Content-Type: " + kind + "\r\n")
	if isEightBit(content) {
		b.WriteString("Content-Transfer-Encoding: 8bit\r\n")
	}
	b.WriteString("\r\n")
	b.Write(content)
	if !bytes.HasSuffix(content, []byte("\r\n")) {
		b.WriteString("\r\n")
	}
}

// statusOf is the status of a reply: its enhanced code, or the one that its class has in general; a failure is one even
// where the last reply was "not now" (RFC 3464 §2.3.4, RFC 3463 §2).
func statusOf(reply string, a action) string {
	class := byte('5')
	switch a {
	case actionDelayed:
		class = '4'
	case actionDelivered, actionRelayed, actionExpanded:
		class = '2'
	}
	status := []byte(enhancedOf(reply))
	if len(status) == 0 {
		return string(class) + ".0.0"
	}
	if a != actionFailed || status[0] != '4' { // what was tried until it expired keeps its 4
		status[0] = class
	}
	return string(status)
}

// enhancedOf is the enhanced code behind the code of a reply, "" where there is none (RFC 3463 §2).
func enhancedOf(reply string) string {
	_, rest, _ := strings.Cut(reply, " ")
	word, _, _ := strings.Cut(rest, " ")
	parts := strings.Split(word, ".")
	if len(parts) != 3 || len(parts[0]) != 1 || strings.IndexByte("245", parts[0][0]) < 0 {
		return ""
	}
	for _, p := range parts {
		if p == "" || len(p) > 3 || strings.Trim(p, "0123456789") != "" {
			return ""
		}
	}
	return word
}

// quotable is what another host said in a form that every host takes in a message: a line that is not too long, of visible
// ASCII.
func quotable(reason string) string {
	const limit = 512 // RFC 5321 §4.5.3.1.5
	line := []byte(reason[:min(len(reason), limit)])
	for i, c := range line {
		if c < ' ' || c > '~' {
			line[i] = '?'
		}
	}
	return string(line)
}
