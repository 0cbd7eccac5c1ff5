package shell

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
	"time"

	"ehlo/sim/daemon"
	"ehlo/sim/message"
	"ehlo/sim/smtp"
	"ehlo/sim/store"
)

// mail is the mail program of BSD Unix: with addresses it sends what it reads, without them it shows the mailbox.
type mail struct {
	to      []string
	subject string
	asking  bool // for the subject
	text    []byte
	cc, bcc []string
	address string // whose mailbox is read
	uids    []store.UID
	deleted []bool
	at      int // the message in hand, from 1
	reading bool
	shown   bool // a message has been shown
}

const mailUsage = "Usage: mail [-b bcc-addr] [-c cc-addr] [-s subject] to-addr ...\n       mail [-e] [-u user]\n"

// Handle does what mail does.
func (m *mail) Handle(p *Process, e Event) {
	switch e.Kind {
	case Start:
		m.start(p)
	case Input:
		for line := range bytes.Lines(e.Data) {
			if !p.exited {
				m.line(p, strings.TrimSuffix(string(line), "\n"))
			}
		}
	case EOF:
		if m.reading {
			m.quit(p)
			return
		}
		m.send(p)
	case Interrupt:
		if !m.reading {
			p.Complain("(Interrupt -- letter not sent)\n")
		}
		p.Exit(1)
	}
}

func (m *mail) start(p *Process) {
	opts, to, fault := p.options("b:c:es:u:")
	if fault != "" {
		p.misused(fault, mailUsage, 1)
		return
	}
	m.to = to
	if len(to) == 0 {
		user, ok := opts.get("u")
		if !ok {
			user = p.User()
		}
		if opts.has("e") {
			p.Exit(boolToInt(!hasMail(p, user)))
			return
		}
		m.open(p, user)
		return
	}
	split := func(list string) []string {
		return strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' })
	}
	m.cc, m.bcc = split(opts.value("c")), split(opts.value("b"))
	for _, a := range slices.Concat(to, m.cc, m.bcc) {
		if _, ok := pathOf(p, a); !ok {
			p.Error("bad address: ", a)
			p.Why("shell.why.mail-address", a)
			p.Exit(1)
			return
		}
	}
	subject, given := opts.get("s")
	m.subject = subject
	if !given && p.Typed() {
		m.asking = true
		p.Print("Subject: ")
	}
	p.Read(true)
}

// pathOf reads an address; a name alone is a user of this host.
func pathOf(p *Process, address string) (smtp.Path, bool) {
	if !strings.Contains(address, "@") {
		address += "@" + mailDomain(p)
	}
	path, ok := smtp.ParsePath(address)
	return path, ok && !path.Null
}

// line takes a line of the message, or a command.
func (m *mail) line(p *Process, line string) {
	switch {
	case m.reading:
		m.command(p, strings.Fields(line))
	case m.asking:
		m.asking, m.subject = false, line
	case line == "." && p.Typed():
		m.send(p)
	default:
		m.text = append(append(m.text, line...), "\r\n"...)
	}
}

// send gives the message to the MTA of the host.
func (m *mail) send(p *Process) {
	var e smtp.Envelope
	e.From, _ = pathOf(p, p.User())
	for _, a := range m.to {
		path, _ := pathOf(p, a)
		e.To = append(e.To, smtp.Recipient{Path: path})
	}
	env := p.Env()
	text := env.Machine().Compose(env, e, m.subject)
	header, _ := message.Split(text)
	header = bytes.Clone(header)
	if len(m.cc) > 0 {
		header = append(header, "Cc: "+strings.Join(m.cc, ", ")+"\r\n"...)
	}
	for _, a := range slices.Concat(m.cc, m.bcc) {
		path, _ := pathOf(p, a)
		e.To = append(e.To, smtp.Recipient{Path: path})
	}
	env.Machine().Accept(env, e, append(append(header, "\r\n"...), m.text...))
	p.Exit(0)
}

// hasMail says whether there is anything in a user's mailbox.
func hasMail(p *Process, user string) bool {
	a, ok := accountOf(p, user)
	if !ok || user != p.User() && p.User() != "root" {
		return false
	}
	box, ok := a.Store.Mailbox(store.Inbox)
	return ok && box.Snapshot().Len() > 0
}

// open begins to read a mailbox.
func (m *mail) open(p *Process, user string) {
	a, ok := accountOf(p, user)
	if ok && user != p.User() && p.User() != "root" {
		p.Error("/var/mail/", user, ": ", noPermission)
		p.Why("shell.why.file", "/var/mail/"+user)
		p.Exit(1)
		return
	}
	var box *store.Memory
	if ok {
		box, ok = a.Store.Mailbox(store.Inbox)
	}
	if !ok || box.Snapshot().Len() == 0 {
		p.Print("No mail for ", user, "\n")
		p.Exit(1)
		return
	}
	m.address, m.reading = a.Address, true
	for _, k := range box.Snapshot().All() {
		m.uids = append(m.uids, k.UID)
	}
	m.deleted = make([]bool, len(m.uids))
	n := strconv.Itoa(len(m.uids))
	p.Print("\"/var/mail/", user, "\": ", n, " message", strings.Repeat("s", boolToInt(n != "1")), "\n")
	m.at = 1
	m.headers(p)
	p.Print("? ")
	p.Read(true)
}

// accountOf finds a user's account at the host.
func accountOf(p *Process, user string) (a daemon.Account, ok bool) {
	for _, a = range p.Env().Machine().Accounts() {
		if a.Name == user {
			return a, true
		}
	}
	return a, false
}

// content is a message of the mailbox, nil where somebody has removed it.
func (m *mail) content(p *Process, n int) (text []byte, date int64) {
	a, ok := p.Env().Machine().Account(m.address)
	if !ok {
		return nil, 0
	}
	box, _ := a.Store.Mailbox(store.Inbox)
	for _, k := range box.Snapshot().All() {
		if k.UID == m.uids[n-1] {
			text, _ = box.Content(k.UID)
			return bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n")), k.Date
		}
	}
	return nil, 0
}

// headers lists the messages.
func (m *mail) headers(p *Process) {
	for n := 1; n <= len(m.uids); n++ {
		text, date := m.content(p, n)
		if text == nil || m.deleted[n-1] {
			continue
		}
		header, _ := message.Split(text)
		from, _ := message.Get(header, "From")
		for _, a := range message.ParseAddressList(from) {
			from = a.Mailbox + "@" + a.Host
			break
		}
		mark := " "
		if n == m.at {
			mark = ">"
		}
		size := strconv.Itoa(bytes.Count(text, []byte("\n"))) + "/" + strconv.Itoa(len(text))
		p.Print(mark, padLeft(strconv.Itoa(n), 3, ' '), " ", padRight(from[:min(22, len(from))], 22), " ", time.Unix(date, 0).UTC().Format("Mon Jan _2 15:04"), " ",
			padLeft(size, 9, ' '), "  ", message.Subject(text), "\n")
	}
}

// command is one of the mail program's own.
func (m *mail) command(p *Process, words []string) {
	word, n := "", m.at
	if len(words) > 0 {
		word = words[0]
	}
	if number, err := strconv.Atoi(word); err == nil {
		word, n = "p", number
	} else if len(words) > 1 {
		n, _ = strconv.Atoi(words[1])
	}
	if strings.Contains(" p d u n ", " "+word+" ") && word != "n" && (n < 1 || n > len(m.uids)) {
		p.Print(strconv.Itoa(n), ": Invalid message number\n? ")
		return
	}
	switch word {
	case "", "n":
		if m.at++; word == "" && !m.shown { // Enter shows the first message, and then the next
			m.at--
		}
		if m.at > len(m.uids) {
			m.at = len(m.uids)
			p.Print("At EOF\n? ")
			return
		}
		m.show(p, m.at)
	case "p":
		m.show(p, n)
	case "h":
		m.headers(p)
	case "d", "u":
		m.deleted[n-1] = word == "d"
	case "q":
		m.quit(p)
		return
	case "x":
		p.Exit(0)
		return
	case "?":
		p.Print("p N\tprint message N (N alone does too)\nn, Enter\tprint the next message\nd N, u N\tdelete, undelete\nh\tlist the messages\nq\tquit\nx\tquit and delete nothing\n")
	default:
		p.Print("Unknown command: \"", word, "\"\n")
	}
	p.Print("? ")
}

func (m *mail) show(p *Process, n int) {
	m.at, m.shown = n, true
	text, _ := m.content(p, n)
	if text == nil || m.deleted[n-1] {
		p.Print(strconv.Itoa(n), ": Inappropriate message\n")
		return
	}
	p.Print("Message ", strconv.Itoa(n), ":\n")
	p.Write(text)
}

// quit removes what was deleted.
func (m *mail) quit(p *Process) {
	var gone []store.UID
	for i, d := range m.deleted {
		if d {
			gone = append(gone, m.uids[i])
		}
	}
	if len(gone) > 0 {
		_ = p.Env().Machine().Expunge(p.Env(), m.address, store.Inbox, gone) // what is gone already needs no removal
	}
	kept := strconv.Itoa(len(m.uids) - len(gone))
	p.Print("Held ", kept, " message", strings.Repeat("s", boolToInt(kept != "1")), " in /var/mail/", m.address[:strings.LastIndexByte(m.address, '@')], "\n")
	p.Exit(0)
}

// Copy returns an independent copy.
func (m *mail) Copy() Tool {
	c := *m
	c.text = bytes.Clone(m.text)
	c.deleted = append([]bool(nil), m.deleted...)
	return &c
}
