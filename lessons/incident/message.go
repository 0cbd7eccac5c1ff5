package incident

import (
	"bytes"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"ehlo/sim/machine"
	"ehlo/sim/message"
)

// mailFields are fields one of which shows that a text is the header of a message; two of the common ones do so too.
var (
	mailFields   = []string{"received", "return-path", "authentication-results", "dkim-signature", "received-spf", "delivered-to"}
	commonFields = []string{"from", "to", "subject", "date", "message-id", "mime-version"}
	statusFields = []string{"reporting-mta", "final-recipient", "diagnostic-code"}
)

// explained are the fields that have a text of their own, with the section that specifies them.
var explained = map[string]string{
	"received": "RFC 5321 §4.4", "return-path": "RFC 5321 §4.4", "delivered-to": "", "x-original-to": "", "envelope-to": "",
	"from": "RFC 5322 §3.6.2", "sender": "RFC 5322 §3.6.2", "reply-to": "RFC 5322 §3.6.2", "to": "RFC 5322 §3.6.3", "cc": "RFC 5322 §3.6.3", "bcc": "RFC 5322 §3.6.3",
	"subject": "RFC 5322 §3.6.5", "date": "RFC 5322 §3.6.1", "message-id": "RFC 5322 §3.6.4", "in-reply-to": "RFC 5322 §3.6.4", "references": "RFC 5322 §3.6.4",
	"mime-version": "RFC 2045 §4", "content-type": "RFC 2045 §5", "content-transfer-encoding": "RFC 2045 §6", "auto-submitted": "RFC 3834 §5",
	"dkim-signature": "RFC 6376 §3.5", "authentication-results": "RFC 8601 §2.2", "received-spf": "RFC 7208 §9.1", "arc-seal": "RFC 8617 §4.1.3",
	"arc-message-signature": "RFC 8617 §4.1.2", "arc-authentication-results": "RFC 8617 §4.1.1",
	"reporting-mta": "RFC 3464 §2.2.2", "received-from-mta": "RFC 3464 §2.2.4", "arrival-date": "RFC 3464 §2.2.5", "original-envelope-id": "RFC 3464 §2.2.1",
	"original-recipient": "RFC 3464 §2.3.1", "final-recipient": "RFC 3464 §2.3.2", "action": "RFC 3464 §2.3.3", "status": "RFC 3464 §2.3.4", "remote-mta": "RFC 3464 §2.3.5",
	"diagnostic-code": "RFC 3464 §2.3.6", "last-attempt-date": "RFC 3464 §2.3.7", "final-log-id": "RFC 3464 §2.3.8", "will-retry-until": "RFC 3464 §2.3.9",
}

// maxFields bounds how many fields of a header are read.
const maxFields = 5000

// messageOf reads a message or its header, and a report as one where it is a report.
func messageOf(lines []source) *Incident {
	for len(lines) > 0 && (len(bytes.TrimSpace(lines[0].text)) == 0 || bytes.HasPrefix(lines[0].text, []byte("From "))) {
		lines = lines[1:]
	}
	header, body := cut(lines)
	if len(header) == 0 || !isField(header[0].text) {
		return nil
	}
	list := entries(header)
	has := func(names []string) (n int) {
		for _, e := range list {
			if slices.Contains(names, e.name) {
				n++
			}
		}
		return n
	}
	switch {
	case has(statusFields) > 0:
		in := &Incident{Kind: Report}
		in.status(lines)
		return in
	case has(mailFields) == 0 && has(commonFields) < 2:
		return nil
	}
	in := &Incident{Kind: Header}
	m := in.header(list, "incident.title.header")
	in.Letters = append(in.Letters, *m)
	if boundary := boundaryOf(list); boundary != "" && in.report(body, boundary) {
		in.Kind = Report
		return in
	}
	if text := bounceOf(body); text != nil {
		in.Kind = Report
		in.Parts = append(in.Parts, text.Parts...)
		in.Letters = text.Letters
		in.Letters[0].addressed(m)
	} else if len(body) > 0 {
		octets := 0
		for _, l := range body {
			octets += len(l.text) + 2
		}
		in.Parts = append(in.Parts, Part{Title: machine.NewNote("incident.title.body"), Summary: []machine.Note{machine.NewNote("incident.body", "octets", strconv.Itoa(octets))}})
	}
	return in
}

// addressed takes from the header of a bounce who made it, and to whom it goes: that is who sent the message.
func (m *Letter) addressed(bounce *Letter) {
	if _, host, ok := strings.Cut(bounce.From, "@"); ok && m.Host == "" {
		m.Host = host
	}
	if len(bounce.To) > 0 {
		m.From, m.Sender = bounce.To[0].To, true
	}
}

// cut cuts lines at the first empty one, which is in neither part.
func cut(lines []source) (before, behind []source) {
	for i, l := range lines {
		if len(bytes.TrimSpace(l.text)) == 0 {
			return lines[:i], lines[i+1:]
		}
	}
	return lines, nil
}

func isField(line []byte) bool {
	name, _, ok := bytes.Cut(line, []byte(":"))
	name = bytes.TrimRight(name, " \t")
	return ok && len(name) > 1 && !bytes.ContainsFunc(name, func(r rune) bool { return r <= ' ' || r >= 0x7F })
}

// headerField is a field as it stands in the text.
type headerField struct {
	Entry
	name  string // in lower case
	value int    // where its value begins
}

// text is the unfolded value.
func (f *headerField) text() string { return message.Unfold(f.Text[f.value:]) }

// entries makes fields of the lines of a header.
func entries(lines []source) []*headerField {
	var list []*headerField
	for _, l := range lines {
		text := l.text[:min(len(l.text), maxLine)]
		if n := len(list); n > 0 && len(text) > 0 && (text[0] == ' ' || text[0] == '\t') {
			if last := list[n-1]; len(last.Text) < maxLine {
				last.Text = append(append(last.Text, '\n'), text...)
			}
			continue
		}
		if len(list) == maxFields {
			break
		}
		f := &headerField{Entry: Entry{At: l.at, Text: bytes.Clone(text)}}
		if isField(text) {
			colon := bytes.IndexByte(text, ':')
			f.name = strings.ToLower(string(bytes.TrimSpace(text[:colon])))
			f.value = colon + 1
			f.span(0, colon, "incident.field.name", "RFC 5322 §2.2")
		}
		list = append(list, f)
	}
	return list
}

// header explains the fields of a message, makes a part of them, and says what it tells of the message.
func (in *Incident) header(list []*headerField, title string) *Letter {
	m := &Letter{}
	p := Part{Title: machine.NewNote(title)}
	h := hopsOf(list)
	for _, f := range list {
		f.explain()
		switch f.name {
		case "return-path":
			m.From, m.Sender = bare(f.text()), true
		case "from":
			if a := message.ParseAddressList(f.text()); len(a) > 0 && !m.Sender {
				m.From, m.Sender = a[0].Mailbox+"@"+a[0].Host, true
			}
		case "message-id":
			m.MessageID = bare(f.text())
		case "to", "delivered-to", "x-original-to", "envelope-to":
			for _, a := range message.ParseAddressList(f.text()) {
				if a.Host != "" {
					m.delivery(a.Mailbox + "@" + a.Host)
				}
			}
		}
	}
	h.explain()
	p.Summary = h.summary()
	for _, f := range list {
		p.Entries = append(p.Entries, f.Entry)
	}
	m.hops = h.list
	in.Parts = append(in.Parts, p)
	return m
}

// explain says what a field is for, and what its parts are.
func (f *headerField) explain() {
	ref, ok := explained[f.name]
	if f.name == "" {
		f.note("incident.field.none")
		return
	}
	if !ok {
		return
	}
	f.note("incident.field." + f.name)
	start := f.value
	for start < len(f.Text) && (f.Text[start] == ' ' || f.Text[start] == '\t') {
		start++
	}
	f.span(start, len(f.Text), "incident.field.value", ref)
	switch f.name {
	case "dkim-signature", "arc-message-signature", "arc-seal":
		f.dkim()
	case "authentication-results", "arc-authentication-results":
		f.results()
	case "received-spf":
		f.spf()
	case "return-path":
		if bare(f.text()) == "" {
			f.note("incident.null-sender")
		}
	case "subject":
		if s := f.text(); message.DecodeWords(s) != s {
			f.note("incident.decoded", "text", message.DecodeWords(s))
		}
	case "status":
		f.reply(start, len(f.Text))
	case "diagnostic-code":
		f.diagnostic(start)
	case "action":
		f.action()
	}
}

var boundaryText = regexp.MustCompile(`(?i)boundary\s*=\s*(?:"([^"]{1,200})"|([^\s;"]{1,200}))`)

// boundaryOf is the boundary of a multipart/report, "" where a message is none (RFC 6522).
func boundaryOf(list []*headerField) string {
	for _, f := range list {
		if f.name == "content-type" && strings.HasPrefix(strings.ToLower(f.text()), "multipart/report") {
			if m := boundaryText.FindStringSubmatch(f.text()); m != nil {
				return m[1] + m[2]
			}
		}
	}
	return ""
}
