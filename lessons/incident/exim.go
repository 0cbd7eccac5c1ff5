package incident

import (
	"bytes"
	"regexp"
	"strconv"
	"strings"
)

// eximField finds the fields of a line of Exim: a key of capitals or "id", then a value that may be quoted, and for a host its
// name, the name it gave in parentheses, and its address in brackets.
var eximField = regexp.MustCompile(`(?:^| )(F|H|P|X|CV|A|S|R|T|C|DT|QT|id|from|for)=("[^"]*"|<[^>]*>|(?:\([^)]*\)|[^\s\[(]\S*)?(?: \([^)]*\))?(?: \[[^\]]*\](?::\d+)?)?)`)

// eximMarks are what stands behind a message ID, and what it says.
var eximMarks = []struct{ mark, id, verdict string }{
	{"<= ", "incident.said.exim.in", ""}, {"=> ", "incident.said.sent", "sent"}, {"-> ", "incident.said.sent", "sent"}, {"*> ", "incident.said.exim.dry", "sent"},
	{">> ", "incident.said.sent", "sent"}, {"== ", "incident.said.deferred", "deferred"}, {"** ", "incident.said.bounced", "bounced"}, {"Completed", "incident.said.removed", ""},
	{"Frozen", "incident.said.exim.frozen", ""}, {"Unfrozen", "incident.said.exim.thawed", ""},
}

// eximFull finds the whole address behind what was left of it for a local mailbox: "bob <bob@example.net>".
var eximFull = regexp.MustCompile(`^[^@\s]+ <([^\s>]+@[^\s>]+)>`)

// exim reads a line of Exim's main log.
func (l *logged) exim(r *record) bool {
	id := eximID.Find(r.Text[r.body:r.end()])
	if id == nil {
		r.eximNames(r.body)
		if i := bytes.Index(r.Text[r.body:r.end()], []byte(" rejected ")); i >= 0 {
			r.refused = true
			r.note("incident.said.rejected")
			r.reply(r.body+i, r.end())
		}
		return false
	}
	r.span(r.body, r.body+len(id)-1, "incident.log.queue-id", "")
	m := l.letter(r, string(id[:len(id)-1]))
	at := r.body + len(id)
	for _, mark := range eximMarks {
		if bytes.HasPrefix(r.Text[at:r.end()], []byte(mark.mark)) {
			r.span(at, at+len(strings.TrimSpace(mark.mark)), "incident.log.mark", "")
			r.note(mark.id)
			l.eximMarked(r, m, at+len(mark.mark), mark.mark, mark.verdict)
			return true
		}
	}
	r.eximNames(at)
	r.reply(at, r.end())
	return true
}

// eximNames marks the fields of a line from a place on, and returns their values by key.
func (r *record) eximNames(at int) map[string]string {
	values := map[string]string{}
	for _, m := range eximField.FindAllSubmatchIndex(r.Text[at:r.end()], -1) {
		f := field{key: string(r.Text[at+m[2] : at+m[3]]), keyStart: at + m[2], start: at + m[4], end: at + m[5]}
		r.name(f)
		values[f.key] = strings.Trim(r.value(f), `"<>`)
	}
	return values
}

// eximMarked takes what a line with a mark says of a message.
func (l *logged) eximMarked(r *record, m *Letter, at int, mark, verdict string) {
	values := r.eximNames(at)
	text := r.Text[at:r.end()]
	address, _, _ := bytes.Cut(text, []byte(" "))
	switch {
	case mark == "<= ":
		r.span(at, at+len(address), "incident.log.from", "RFC 5321 §4.1.1.2")
		if m.From, m.Sender = bare(string(address)), true; m.From == "<>" {
			m.From = ""
		}
		m.Client, m.MessageID = values["H"], values["id"]
		m.Octets, _ = strconv.Atoi(values["S"])
		if _, user, ok := strings.Cut(values["A"], ":"); ok {
			m.User = user
		}
	case verdict != "":
		r.span(at, at+len(address), "incident.log.to", "RFC 5321 §4.1.1.3")
		to := strings.TrimSuffix(bare(string(address)), ":")
		if full := eximFull.FindSubmatch(text); full != nil {
			to = string(full[1])
		}
		d := m.delivery(to)
		d.Tries++
		d.Verdict, d.Relay, d.Reply = verdict, relayName(values["H"]), values["C"]
		if i := bytes.LastIndex(text, []byte(": ")); i >= 0 && verdict != "sent" {
			d.Reply = string(text[i+2:])
		} else if i := bytes.Index(text, []byte(" defer (")); i >= 0 {
			d.Reply = string(text[i+1:])
		}
		r.reply(at+len(address), r.end())
	case mark == "Completed":
		m.over = true
	}
}
