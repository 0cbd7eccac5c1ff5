package incident

import (
	"bytes"
	"regexp"
	"strconv"
	"strings"
)

// sendmailID is a queue ID of Sendmail: 8 characters of time, a counter, a process number.
var sendmailID = regexp.MustCompile(`^(?:[a-zA-Z0-9]{12,16}|[A-Z]{3}\d{5}|NOQUEUE): `)

// sendmail reads a line of Sendmail.
func (l *logged) sendmail(r *record) bool {
	rest := r.Text[r.body:r.end()]
	id := sendmailID.Find(rest)
	if id == nil {
		if bytes.HasPrefix(rest, []byte("STARTTLS=")) {
			r.note("incident.said.tls")
		}
		r.names(r.body)
		return false
	}
	queue := string(id[:len(id)-2])
	r.span(r.body, r.body+len(queue), "incident.log.queue-id", "")
	at := r.body + len(id)
	text := r.Text[at:r.end()]
	if bytes.HasPrefix(text, []byte("ruleset=")) {
		return l.sendmailReject(r, at, queue)
	}
	if queue == "NOQUEUE" {
		r.names(at)
		r.reply(at, r.end())
		return false
	}
	m := l.letter(r, queue)
	list := fields(r.Text, at, r.end(), "stat")
	var d *Delivery
	for _, f := range list {
		r.name(f)
		if f.key == "to" {
			d = m.delivery(firstOf(r.value(f)))
			d.Tries++
		} else {
			m.sendmailField(r, f, d)
		}
	}
	l.sendmailSaid(r, at, len(list))
	return true
}

// firstOf is the first address of a to field, which may name several that share a delivery.
func firstOf(value string) string {
	first, _, _ := strings.Cut(value, ",")
	return bare(first)
}

func (r *record) names(at int) {
	for _, f := range fields(r.Text, at, r.end(), "stat") {
		r.name(f)
	}
}

// sendmailField takes what a field says of a message, or of its delivery to a recipient.
func (m *Letter) sendmailField(r *record, f field, d *Delivery) {
	value := r.value(f)
	switch f.key {
	case "from":
		m.From, m.Sender = bare(value), true
		if bytes.Contains(r.Text, []byte(", nrcpts=0")) {
			r.note("incident.said.not-taken")
		} else {
			r.note("incident.said.queued")
		}
	case "size":
		m.Octets, _ = strconv.Atoi(value)
	case "msgid":
		m.MessageID = bare(value)
	case "relay":
		if d == nil {
			m.Client = relayName(value)
		} else {
			d.Relay = relayName(value)
		}
	case "dsn":
		if d != nil {
			d.Status = value
		}
	case "stat":
		if d != nil {
			d.Reply = value
			d.Verdict = sendmailVerdict(value, d.Status)
			r.note("incident.said." + d.Verdict)
			m.settle()
		}
		r.reply(f.start, f.end)
	}
}

// sendmailVerdict is what a stat field says. Sendmail writes why, and the class of the status says for how long.
func sendmailVerdict(stat, status string) string {
	switch {
	case strings.HasPrefix(stat, "Sent"), strings.HasPrefix(stat, "queued"):
		return "sent"
	case strings.HasPrefix(stat, "Deferred"), strings.HasPrefix(status, "4"):
		return "deferred"
	}
	return "bounced"
}

// settle notes that nothing more happens to a message when each recipient has a last word.
func (m *Letter) settle() {
	m.over = true
	for _, d := range m.To {
		m.over = m.over && (d.Verdict == "sent" || d.Verdict == "bounced")
	}
}

// sendmailSaid notes what a line says behind the queue ID where it has no fields.
func (l *logged) sendmailSaid(r *record, at, found int) {
	text := r.Text[at:r.end()]
	switch {
	case bytes.Contains(text, []byte(": DSN: ")), bytes.Contains(text, []byte(": return to sender: ")):
		r.note("incident.said.bounce-sent")
		id, _, _ := bytes.Cut(text, []byte(":"))
		l.reports[r.host+"\x00"+string(id)] = true
	case bytes.Contains(text, []byte(": sender notify: ")):
		r.note("incident.said.delay-sent")
	case bytes.Contains(text, []byte("lost input channel")):
		r.note("incident.said.lost")
	case bytes.Contains(text, []byte("did not issue ")):
		r.note("incident.said.no-mail")
	case found == 0:
		r.reply(at, r.end())
	}
}

// sendmailReject reads a refusal: "ruleset=check_rcpt, arg1=<eve@example.com>, relay=host [address], reject=550 5.7.1 text".
func (l *logged) sendmailReject(r *record, at int, queue string) bool {
	r.note("incident.said.rejected")
	r.refused = true
	for _, f := range fields(r.Text, at, r.end(), "reject") {
		r.name(f)
		if f.key == "reject" {
			r.reply(f.start, f.end)
		}
	}
	if queue != "NOQUEUE" {
		l.letter(r, queue)
	}
	return queue != "NOQUEUE"
}
