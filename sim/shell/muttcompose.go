package shell

import (
	"strconv"
	"strings"
	"time"

	"ehlo/sim/message"
	"ehlo/sim/mua"
	"ehlo/sim/smtp"
)

// muttDraft is a message that is written.
type muttDraft struct {
	to, cc, bcc, subject string
	text                 string
	file                 string // in which it is edited
	fields               string // of its header
	files                []muttFileAttached
	answered             uint32 // the message in hand that it answers, 0 for none
	about                string // the Message-ID of what is answered
	references           string
	answers              bool
	quoted               string // what an answer could quote
}

// compose begins a message: it asks for what is not known.
func (m *mutt) compose(p *Process) {
	if m.draft.to == "" {
		m.question("to", "To: ")
		return
	}
	m.drafted(p, "to", m.draft.to)
}

// reply begins an answer, or passes a message on.
func (m *mutt) reply(p *Process, key byte) {
	c := m.content()
	if c == nil || m.file == nil && m.prog.View().Shown != m.letters[m.at].Number { // its text has to be here
		m.click(p, "read "+strconv.FormatUint(uint64(m.letters[m.at].Number), 10), "pager")
		m.said = "Fetching message..."
		if m.busy || m.content() == nil {
			return
		}
		c = m.content()
	}
	l := &m.letters[m.at]
	get := func(name string) string {
		for _, f := range c.Fields {
			if strings.EqualFold(f.Name, name) {
				return f.Value
			}
		}
		return ""
	}
	text := ""
	for _, part := range c.Parts {
		if !part.Attached {
			text += strings.ReplaceAll(part.Text, "\r\n", "\n")
		}
	}
	d := muttDraft{}
	if key == 'f' {
		d.subject = "[" + senderOf(l.From) + ": " + l.Subject + "]"
		d.text = "----- Forwarded message from " + l.From + " -----\n\nDate: " + get("Date") + "\nFrom: " + l.From + "\nTo: " + get("To") + "\nSubject: " + l.Subject +
			"\n\n" + text + "\n----- End forwarded message -----\n"
		m.draft = d
		m.question("to", "To: ")
		return
	}
	d.answers, d.answered, d.about, d.to = true, l.Number, get("Message-ID"), l.From
	if to := get("Reply-To"); to != "" {
		d.to = to
	}
	if key == 'g' {
		d.cc = strings.Trim(get("To")+", "+get("Cc"), ", ")
	}
	d.references = strings.TrimSpace(get("References") + " " + d.about)
	if d.subject = l.Subject; !strings.HasPrefix(strings.ToLower(d.subject), "re:") {
		d.subject = "Re: " + d.subject
	}
	d.quoted = "On " + time.Unix(l.Date, 0).UTC().Format("Mon, Jan 02, 2006 at 03:04:05PM +0000") + ", " + nameOfSender(l.From) + " wrote:\n"
	for line := range strings.Lines(text) {
		d.quoted += "> " + line
	}
	m.draft = d
	m.question("to", "To: "+d.to+" ")
}

// drafted takes the answer to a question about the message; an empty one leaves what stands there.
func (m *mutt) drafted(p *Process, kind, line string) {
	d := &m.draft
	switch kind {
	case "to":
		if line != "" {
			d.to = line
		}
		if d.to == "" {
			m.said, m.view = "No recipients were specified.", "index"
			return
		}
		if d.subject == "" || d.answers {
			m.question("subject", "Subject: "+d.subject)
			return
		}
		m.edit(p)
	case "subject":
		if line != "" {
			d.subject = line
		}
		if d.subject == "" {
			m.question("no subject", "No subject, abort? ([yes]/no): ")
			return
		}
		m.include(p)
	case "no subject":
		if yes(line, true) {
			m.said, m.view = "No subject, aborting.", "index"
			return
		}
		m.include(p)
	case "include":
		if yes(line, true) {
			d.text += d.quoted
		}
		m.edit(p)
	case "change to":
		d.to = line
	case "change cc":
		d.cc = line
	case "change bcc":
		d.bcc = line
	case "attach":
		if line != "" {
			m.attach(p, strings.TrimSpace(line))
		}
	case "change subject":
		d.subject = line
	}
}

// include asks whether an answer quotes.
func (m *mutt) include(p *Process) {
	if m.draft.answers {
		m.question("include", "Include message in reply? ([yes]/no): ")
		return
	}
	m.edit(p)
}

// edit lets the editor have the text.
func (m *mutt) edit(p *Process) {
	if editor := m.set.get("editor"); editor != "ed" {
		m.said = editor + ": command not found"
		m.view = "compose"
		p.Why("shell.why.editor", editor)
		return
	}
	d := &m.draft
	d.file = "/tmp/mutt-" + shortName(p.Host()) + "-" + strconv.Itoa(int(p.id))
	if why := p.term.write(d.file, []byte(d.text), false); why != "" {
		m.said = d.file + ": " + why
		return
	}
	m.child = &Process{Name: "ed", Args: []string{d.file}, term: p.term, id: p.id, tool: &ed{}, stdin: true, out: p.out}
	m.child.tool.Handle(m.child, Event{Kind: Start})
}

// edited goes on when the editor has ended.
func (m *mutt) edited(p *Process) {
	if !m.child.exited {
		return
	}
	m.child = nil
	d := &m.draft
	text, _ := p.term.read(d.file)
	if before := d.text; string(text) == before && !d.answers && before == "" {
		m.said, m.view = "Aborted unmodified message.", "index"
	} else {
		d.text, m.view = string(text), "compose"
	}
	p.term.env.Machine().RemoveFile(d.file)
	m.redraw(p)
}

func (m *mutt) drawCompose(p *Process) {
	d := &m.draft
	p.Print("y:Send  q:Abort  t:To  c:CC  s:Subj  a:Attach file  ?:Help\n")
	for _, f := range [][2]string{{"From", m.from(p)}, {"To", d.to}, {"Cc", d.cc}, {"Bcc", d.bcc}, {"Subject", d.subject}} {
		p.Print(padLeft(f[0], 8, ' '), ":", strings.TrimRight(" "+f[1], " "), "\n")
	}
	p.Print("\n-- Attachments\n", attachmentRow(1, "- I", d.file, "text/plain", "7bit", "us-ascii", int64(len(d.text))), "\n")
	size := int64(len(d.text))
	for i := range d.files {
		a := &d.files[i]
		charset := ""
		if strings.HasPrefix(a.kind(), "text/") {
			charset = "us-ascii"
		}
		p.Print(attachmentRow(i+2, "- A", a.path, a.kind(), a.encoding(), charset, int64(len(a.data))), "\n")
		size += int64(len(a.data))
	}
	p.Print(bar("-- Mutt: Compose  [Approx. msg size: "+muttSize(size)+"   Atts: "+strconv.Itoa(1+len(d.files))+"]", ""), "\n")
}

// from is who writes.
func (m *mutt) from(p *Process) string {
	known, name := "", m.set.get("realname")
	if m.prog != nil {
		a := m.prog.View().Account
		known = a.Address
		if name == "" {
			name = a.Name
		}
	}
	address := m.set.address(p, known)
	if name == "" {
		return address
	}
	return name + " <" + address + ">"
}

// composeKey does what a key stands for while a message is written.
func (m *mutt) composeKey(p *Process, key byte) {
	d := &m.draft
	switch key {
	case 'y':
		m.send(p)
	case 'q':
		m.said, m.view = "Mail not sent.", "index"
	case 't':
		m.question("change to", "To: "+d.to+" ")
	case 'c':
		m.question("change cc", "Cc: "+d.cc+" ")
	case 'b':
		m.question("change bcc", "Bcc: "+d.bcc+" ")
	case 's':
		m.question("change subject", "Subject: "+d.subject+" ")
	case 'e':
		m.edit(p)
	case 'a':
		m.question("attach", "Attach file: ")
	case 'D':
		if len(d.files) == 0 {
			m.said = "You may not delete the only attachment."
			return
		}
		d.files = d.files[: len(d.files)-1 : len(d.files)-1]
	case '?':
		p.Print("y  send-message   send the message\nq  exit           exit this menu\nt  edit-to        edit the TO list\nc  edit-cc        edit the CC list\n",
			"b  edit-bcc       edit the BCC list\ns  edit-subject   edit the subject of this message\ne  edit-message   edit the message\n",
			"a  attach-file    attach file(s) to this message\nD  detach-file    delete the last attachment\n")
	default:
		m.unbound()
	}
}

// send hands the message to the server that sends, or to the MTA of this host.
func (m *mutt) send(p *Process) {
	d := &m.draft
	fields := "To: " + d.to + "\n"
	for _, f := range [][2]string{{"Cc", d.cc}, {"Bcc", d.bcc}, {"Subject", d.subject}, {"In-Reply-To", d.about}, {"References", d.references}} {
		if f[1] != "" {
			fields += f[0] + ": " + f[1] + "\n"
		}
	}
	d.fields = fields
	if _, ok := parseMuttURL(m.set.get("smtp_url")); ok {
		m.submit(p)
		return
	}
	e := smtp.Envelope{}
	e.From, _ = pathOf(p, m.set.address(p, ""))
	for _, a := range message.ParseAddressList(d.to + "," + d.cc + "," + d.bcc) {
		address := a.Mailbox
		if a.Host != "" {
			address += "@" + a.Host
		}
		if path, ok := pathOf(p, address); ok {
			e.To = append(e.To, smtp.Recipient{Path: path})
		}
	}
	if len(e.To) == 0 {
		m.said = "No recipients were specified."
		if m.view == "batch" {
			p.Complain(m.said + "\n")
			p.Exit(1)
		}
		return
	}
	env := p.Env()
	composed, _ := message.Split(env.Machine().Compose(env, e, d.subject))
	date, _ := message.Get(composed, "Date")
	id, _ := message.Get(composed, "Message-ID")
	mime, text := m.composed(p)
	agent := muttVersion(p)
	if p.old() {
		agent, _, _ = strings.Cut(agent, " ")
	}
	head := "Date:" + date + "\nFrom: " + m.from(p) + "\n" + fields + "Message-ID:" + id + "\nMIME-Version: 1.0\n" + mime + "User-Agent: Mutt/" + agent + "\n\n"
	env.Machine().Accept(env, e, message.WithoutBcc(message.Canonical(head+text)))
	if m.view == "batch" {
		p.Exit(0)
		return
	}
	m.sent(p)
}

// submit lets the mail program hand the message to the server that smtp_url names.
func (m *mutt) submit(p *Process) {
	u, _ := parseMuttURL(m.set.get("smtp_url"))
	if u.password == "" {
		u.password = m.set.get("smtp_pass")
	}
	if u.password == "" {
		u.password = m.set.password
	}
	if u.user != "" && u.password == "" {
		p.Hide(true)
		m.question("smtp password", "Password for "+u.user+"@"+u.host+":")
		return
	}
	if m.prog == nil {
		m.prog = mua.New(muttEnv{p.Env(), p, m}, p.Host(), p.User())
		m.prog.Type(muttEnv{p.Env(), p, m}, []byte("settings\nprotocol pop3\n"+m.outgoing(p)))
	}
	if u.user != "" && m.file != nil || m.once {
		m.prog.Type(muttEnv{p.Env(), p, m}, []byte("settings\nuser "+u.user+"\npassword "+u.password+"\n"))
	}
	mime, text := "", m.draft.text // of which the mail program makes MIME by itself
	if len(m.draft.files) > 0 {
		mime, text = m.composed(p)
	}
	draft := "send\n" + m.draft.fields + mime + "\n" + text
	if m.prog.Check([]byte(draft)) != nil {
		m.said = "No recipients were specified."
		return
	}
	p.Print("Sending message...\n")
	m.click(p, draft, "sent")
}

// sent goes back to the folder, and marks there what was answered.
func (m *mutt) sent(p *Process) {
	m.said, m.view = "Mail sent.", "index"
	for i := range m.letters {
		if l := &m.letters[i]; l.Number == m.draft.answered && m.draft.answered != 0 {
			if m.file == nil && m.prog != nil {
				m.click(p, "mark "+strconv.FormatUint(uint64(l.Number), 10)+" answered yes", "answered")
				return
			}
			l.Answered = true
		}
	}
}

// over ends mutt where it was called for one message only, which is written or given up.
func (m *mutt) over(p *Process) bool {
	if !m.once || m.view != "index" || m.ask != "" || m.child != nil || m.busy {
		return false
	}
	p.Print(m.said, "\n")
	p.Exit(boolToInt(m.said != "Mail sent."))
	return true
}
