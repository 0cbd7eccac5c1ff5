package incident

import (
	"bytes"
	"regexp"
	"slices"
	"strings"

	"ehlo/sim/machine"
)

// report reads the parts of a multipart/report (RFC 6522 §3): the text for people, the status for programs, and the message. It
// says whether there is a status.
func (in *Incident) report(lines []source, boundary string) bool {
	found := false
	var original *Letter
	for _, part := range mimeParts(lines, boundary) {
		header, body := cut(part)
		kind := ""
		for _, f := range entries(header) {
			if f.name == "content-type" {
				kind, _, _ = strings.Cut(strings.ToLower(f.text()), ";")
			}
		}
		switch strings.TrimSpace(kind) {
		case "message/delivery-status", "message/global-delivery-status":
			in.status(body)
			found = true
		case "message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers":
			header, _ := cut(body)
			original = in.header(entries(header), "incident.title.original")
		default:
			in.Parts = append(in.Parts, words(body, &Letter{}))
		}
	}
	if found && original != nil && len(in.Letters) > 0 {
		m := &in.Letters[len(in.Letters)-1]
		m.From, m.Sender, m.MessageID, m.hops = original.From, original.Sender, original.MessageID, original.hops
	}
	return found
}

// maxParts bounds how many parts of a report are read.
const maxParts = 100

// mimeParts cuts lines at a boundary (RFC 2046 §5.1.1).
func mimeParts(lines []source, boundary string) (parts [][]source) {
	open := -1
	for i, l := range lines {
		rest, ok := bytes.CutPrefix(l.text, []byte("--"+boundary))
		if !ok || len(bytes.TrimSpace(rest)) > 0 && !bytes.HasPrefix(rest, []byte("--")) {
			continue
		}
		if open >= 0 {
			parts = append(parts, lines[open:i])
		}
		if open = i + 1; bytes.HasPrefix(rest, []byte("--")) || len(parts) == maxParts {
			return parts
		}
	}
	if open >= 0 {
		parts = append(parts, lines[open:])
	}
	return parts
}

// status reads the fields of a delivery status (RFC 3464 §2): a group about the message, and one for each recipient.
func (in *Incident) status(lines []source) {
	m := Letter{over: true}
	p := Part{Title: machine.NewNote("incident.title.status")}
	for len(lines) > 0 {
		var group []source
		if group, lines = cut(lines); len(group) == 0 {
			continue
		}
		list := entries(group)
		d := Delivery{}
		for _, f := range list {
			f.explain()
			p.Entries = append(p.Entries, f.Entry)
			f.tell(&m, &d)
		}
		if d.To != "" && len(m.To) < maxRecipients {
			d.Verdict = map[string]string{"failed": "bounced", "delayed": "deferred", "delivered": "sent", "relayed": "sent", "expanded": "sent"}[d.Verdict]
			if d.Verdict == "" {
				d.Verdict = "unknown"
			}
			m.To = append(m.To, d)
		}
	}
	for _, d := range m.To {
		p.Summary = append(p.Summary, d.said())
	}
	in.Parts = append(in.Parts, p)
	in.Letters = []Letter{m}
}

// typed is the value of a field behind its type, as in "rfc822; bob@example.net".
func (f *headerField) typed() string {
	kind, value, ok := strings.Cut(f.text(), ";")
	if !ok {
		return strings.TrimSpace(kind)
	}
	return strings.TrimSpace(value)
}

// tell takes what a field of a delivery status says.
func (f *headerField) tell(m *Letter, d *Delivery) {
	switch f.name {
	case "reporting-mta":
		m.Host = f.typed()
	case "final-recipient":
		d.To = bare(f.typed())
	case "original-recipient":
		if d.To == "" {
			d.To = bare(f.typed())
		}
	case "action":
		d.Verdict = strings.ToLower(strings.Fields(f.text() + " x")[0])
	case "status":
		d.Status = strings.Fields(f.text() + " x")[0]
	case "remote-mta":
		d.Relay = f.typed()
	case "diagnostic-code":
		d.Reply = f.typed()
	case "x-postfix-queue-id":
		m.ID = f.text()
	}
}

// diagnostic explains what stands behind the type of a Diagnostic-Code: with "smtp" it is the reply of the next host.
func (f *headerField) diagnostic(start int) {
	semi := bytes.IndexByte(f.Text[start:], ';')
	if semi < 0 {
		return
	}
	f.span(start, start+semi, "incident.diagnostic.type", "RFC 3464 §2.3.6")
	if kind := string(bytes.TrimSpace(f.Text[start : start+semi])); !strings.EqualFold(kind, "smtp") {
		f.note("incident.diagnostic.own")
	}
	f.reply(start+semi+1, len(f.Text))
}

// actions are what a report can say that was done (RFC 3464 §2.3.3).
var actions = []string{"failed", "delayed", "delivered", "relayed", "expanded"}

func (f *headerField) action() {
	if word := strings.ToLower(strings.TrimSpace(f.text())); slices.Contains(actions, word) {
		f.note("incident.action." + word)
	}
}

// signs are what texts of bounces say that no other text says.
var signs = []string{"could not be delivered", "couldn't be delivered", "wasn't delivered", "not be delivered to", "permanent fatal errors", "Transcript of session follows", "qmail-send program",
	"Undelivered Mail", "undeliverable", "Delivery has failed", "delivery failed", "Delivery to the following recipient", "could not deliver", "was not delivered", "unable to deliver", "Mail Delivery S", "following address failed", "following addresses failed", "address(es) failed"}

// programs are those that a text of a bounce names itself by.
var programs = []struct{ says, id string }{
	{"This is the mail system at host", "incident.bounce.postfix"}, {"This is the Postfix program", "incident.bounce.postfix"}, {"qmail-send program", "incident.bounce.qmail"},
	{"created automatically by mail delivery software", "incident.bounce.exim"}, {"Transcript of session follows", "incident.bounce.sendmail"},
	{"The original message was received at", "incident.bounce.sendmail"}, {"Diagnostic information for administrators", "incident.bounce.exchange"}, {"Delivery to the following recipient failed permanently", "incident.bounce.gmail"},
}

var (
	bounceAddress = regexp.MustCompile(`[A-Za-z0-9!#$%&'*+/=?^_{|}~.-]+@(?:[A-Za-z0-9-]+\.)+[A-Za-z0-9-]+`)
	bounceMaker   = regexp.MustCompile(`(?:mail system at host|program at(?: host)?) ([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)`)
	qmailHost     = regexp.MustCompile(`^(?:Connected to )?((?:\d{1,3}\.){3}\d{1,3}) (?:does not like|but |failed)`)
	bounceHost    = regexp.MustCompile(`(?:host |while talking to )([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)`)
)

// bounceOf reads the text of a bounce that is no multipart/report.
func bounceOf(lines []source) *Incident {
	sign, address := false, false
	for i, l := range lines {
		text := l.text[:min(len(l.text), maxLine)]
		if i < 3 && (replyAt.FindIndex(text) != nil || bytes.HasPrefix(text, []byte("+OK"))) {
			return nil // a session begins so
		}
		sign = sign || slices.ContainsFunc(signs, func(s string) bool { return bytes.Contains(text, []byte(s)) })
		address = address || bounceAddress.Match(text)
	}
	if !sign || !address {
		return nil
	}
	m := Letter{over: true}
	in := &Incident{Kind: Report}
	in.Parts = append(in.Parts, words(lines, &m))
	in.Letters = []Letter{m}
	return in
}

// words reads the text for people of a bounce: the addresses it names, and what is said of each.
func words(lines []source, m *Letter) Part {
	p := Part{Title: machine.NewNote("incident.title.words")}
	to, host := "", ""
	for _, l := range lines {
		if len(bytes.TrimSpace(l.text)) == 0 {
			continue
		}
		e := Entry{At: l.at, Text: l.text}
		end := min(len(l.text), maxLine)
		for _, w := range programs {
			if bytes.Contains(l.text[:end], []byte(w.says)) {
				e.note(w.id)
			}
		}
		if bytes.HasPrefix(l.text, []byte("   ----- ")) || bytes.HasPrefix(l.text, []byte("--- Below this line is")) || bytes.HasPrefix(l.text, []byte("------ This is a copy")) {
			e.note("incident.bounce.divider")
		}
		if h := bounceMaker.FindSubmatch(l.text[:end]); h != nil {
			m.Host = strings.TrimSuffix(string(h[1]), ".")
		}
		if h := bounceHost.FindSubmatch(l.text[:end]); h != nil {
			host = string(h[1])
		}
		if h := qmailHost.FindSubmatch(l.text[:end]); h != nil {
			host = string(h[1])
		}
		replied := e.transcript(end)
		if a := bounceAddress.FindIndex(l.text[:end]); a != nil && !replied {
			e.span(a[0], a[1], "incident.bounce.address", "RFC 5321 §4.1.2")
			to = string(l.text[a[0]:a[1]])
		}
		if n := len(e.Spans); !replied && replyAt.FindIndex(l.text[:end]) != nil && e.reply(0, end) {
			replied = len(e.Spans) > n
		}
		if replied && to != "" {
			m.refused(to, host, string(bytes.TrimSpace(l.text[:end])))
		}
		p.Entries = append(p.Entries, e)
	}
	for _, d := range m.To {
		p.Summary = append(p.Summary, d.said())
	}
	return p
}

// transcript reads a line that shows what Sendmail and the next host said to each other, and says whether it is a reply.
func (e *Entry) transcript(end int) bool {
	switch {
	case bytes.HasPrefix(e.Text, []byte(">>> ")):
		e.note("incident.bounce.client")
		return false
	case bytes.HasPrefix(e.Text, []byte("<<< ")):
		e.note("incident.bounce.server")
		return e.reply(4, end)
	}
	return false
}

// refused notes what a text says of a recipient.
func (m *Letter) refused(to, host, reply string) {
	d := m.delivery(to)
	if d.Tries > 0 {
		return // what was said first is the reason
	}
	d.Relay, d.Reply, d.Tries, d.Verdict = host, reply, 1, "bounced"
	if i := replyAt.FindStringSubmatchIndex(reply); i != nil && reply[i[2]] == '4' {
		d.Verdict = "deferred"
	}
	if s := statusAt.FindString(reply); s != "" {
		d.Status = s
	}
}

// said is what became of a message for a recipient.
func (d *Delivery) said() machine.Note {
	id := "incident.letter." + d.Verdict
	if d.Relay != "" {
		id += "-at"
	}
	reply := d.Reply
	if reply == "" {
		reply = d.Status
	}
	return machine.NewNote(id, "to", d.To, "relay", d.Relay, "reply", reply)
}
