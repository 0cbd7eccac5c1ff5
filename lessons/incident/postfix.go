package incident

import (
	"bytes"
	"regexp"
	"strconv"
	"strings"
)

// postfixID is a queue ID of Postfix, short or long (postconf(5), enable_long_queue_ids).
var postfixID = regexp.MustCompile(`^(?:[0-9A-F]{5,20}|[0-9B-DF-HJ-NP-TV-Zb-df-hj-np-tv-z]{10,20}|NOQUEUE): `)

// postfixSays are lines of Postfix about a message that have no fields, and those about no message, by how they begin.
var postfixSays = []struct{ begins, id string }{
	{"removed", "incident.said.removed"}, {"connect from ", "incident.said.connect"}, {"disconnect from ", "incident.said.disconnect"},
	{"lost connection ", "incident.said.lost"}, {"timeout ", "incident.said.timeout"}, {"connect to ", "incident.said.no-connection"},
	{"too many errors ", "incident.said.too-many-errors"}, {"SSL_accept error ", "incident.said.tls-failed"}, {"SSL_connect error ", "incident.said.tls-failed"},
	{"Untrusted TLS connection ", "incident.said.tls-untrusted"}, {"Anonymous TLS connection ", "incident.said.tls"},
	{"Trusted TLS connection ", "incident.said.tls"}, {"Verified TLS connection ", "incident.said.tls-verified"}, {"warning: ", "incident.said.warning"}, {"fatal: ", "incident.said.fatal"},
	{"statistics: ", "incident.said.statistics"}, {"daemon started ", "incident.said.started"}, {"sender non-delivery notification: ", "incident.said.bounce-sent"},
	{"sender delivery status notification: ", "incident.said.report-sent"}, {"sender delay notification: ", "incident.said.delay-sent"},
}

// postfix reads a line of one of Postfix's programs.
func (l *logged) postfix(r *record) bool {
	rest := r.Text[r.body:r.end()]
	id := postfixID.Find(rest)
	if id == nil {
		l.postfixSaid(r, r.body)
		return false
	}
	queue := string(id[:len(id)-2])
	r.span(r.body, r.body+len(queue), "incident.log.queue-id", "")
	at := r.body + len(id)
	if queue == "NOQUEUE" {
		l.postfixReject(r, at)
		return false
	}
	m := l.letter(r, queue)
	switch text := r.Text[at:r.end()]; {
	case bytes.HasPrefix(text, []byte("reject: ")), bytes.HasPrefix(text, []byte("milter-reject: ")), bytes.HasPrefix(text, []byte("discard: ")), bytes.HasPrefix(text, []byte("reject_warning: ")):
		l.postfixReject(r, at)
	case bytes.HasPrefix(text, []byte("host ")): // an attempt at one of several hosts
		r.note("incident.said.host-said")
		r.reply(at, r.end())
	case l.postfixSaid(r, at):
		m.over = m.over || bytes.Equal(text, []byte("removed"))
	default:
		var d *Delivery
		for _, f := range fields(r.Text, at, r.end(), "status") {
			r.name(f)
			if f.key == "to" {
				d = m.delivery(bare(r.value(f)))
				d.Tries++
			} else {
				m.postfixField(r, f, d)
			}
		}
	}
	return true
}

// postfixField takes what a field says of a message, or of its delivery to a recipient.
func (m *Letter) postfixField(r *record, f field, d *Delivery) {
	value := r.value(f)
	switch f.key {
	case "client":
		m.Client = value
		r.note("incident.said.taken", "client", value)
	case "sasl_username":
		m.User = value
	case "message-id":
		m.MessageID = bare(value)
		r.note("incident.said.named")
	case "from":
		m.From, m.Sender = bare(value), true
		r.note("incident.said.queued")
	case "size":
		m.Octets, _ = strconv.Atoi(value)
	case "relay":
		if d != nil {
			d.Relay = relayName(value)
		}
	case "dsn":
		if d != nil {
			d.Status = value
		}
	case "status":
		if d != nil {
			d.status(r, f)
		}
	}
}

// relayName is the host of a relay field, "" where nobody was reached; port and trailing dot are left out.
func relayName(value string) string {
	if value == "none" || value == "[127.0.0.1]" {
		return ""
	}
	name, address, found := strings.Cut(value, "[")
	name = strings.TrimSuffix(strings.TrimSpace(name), ".")
	if address, _, _ = strings.Cut(address, "]"); found && address != name && address != "" {
		return name + " [" + address + "]"
	}
	return name
}

// status takes "sent (250 2.0.0 Ok)", the last field of a line about a delivery.
func (d *Delivery) status(r *record, f field) {
	word, text, _ := strings.Cut(r.value(f), " ")
	d.Reply = strings.TrimSuffix(strings.TrimPrefix(text, "("), ")")
	switch word {
	case "sent", "deferred", "bounced":
		d.Verdict = word
		r.note("incident.said." + word)
	case "expired":
		d.Verdict = "bounced"
		r.note("incident.said.expired")
	}
	r.reply(f.start+len(word), f.end)
}

// postfixReject reads a refusal: "reject: RCPT from host[address]: 550 5.1.1 text; from=<> to=<> proto=ESMTP helo=<name>".
func (l *logged) postfixReject(r *record, at int) {
	text := r.Text[at:r.end()]
	r.note("incident.said.rejected")
	r.refused = true
	said := len(text)
	if i := bytes.LastIndex(text, []byte("; from=")); i >= 0 {
		said = i
		for _, f := range fields(r.Text, at+i+2, r.end(), "") {
			r.name(f)
		}
	}
	r.reply(at, at+said)
}

// postfixSaid notes what a line without fields says.
func (l *logged) postfixSaid(r *record, at int) bool {
	text := r.Text[at:r.end()]
	for _, s := range postfixSays {
		if bytes.HasPrefix(text, []byte(s.begins)) {
			r.note(s.id)
			return true
		}
	}
	return false
}
