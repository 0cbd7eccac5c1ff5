package shell

import (
	"bytes"
	"slices"
	"sort"
	"strconv"
	"strings"

	"ehlo/sim/message"
	"ehlo/sim/mua"
	"ehlo/sim/store"
	"ehlo/sim/terminal"
)

// muttEnv is the world around the mail program that speaks with servers: its connections are those of mutt's process.
type muttEnv struct {
	Env
	p *Process
	m *mutt
}

// Connect opens a connection for mutt's process.
func (e muttEnv) Connect(process uint32, host, address string, port int, typed bool) uint32 {
	c := e.Env.Connect(e.p.id, host, address, port, typed)
	e.p.conns = append(e.p.conns, c)
	e.m.conns = append(e.m.conns, muttConn{c, process})
	return c
}

// muttFile is a folder that is a file.
type muttFile struct {
	name     string
	messages [][]byte // nobody changes them
}

// open opens a folder: a server's, or a file.
func (m *mutt) open(p *Process, name string) {
	u, remote := parseMuttURL(name)
	if !remote {
		m.openFile(p, name)
		return
	}
	if _, _, known := p.Env().Find(u.host); !known {
		m.failed(p, "Could not find the host \""+u.host+"\"", "shell.why.name", u.host)
		return
	}
	protocol := strings.TrimSuffix(u.scheme, "s")
	if u.user == "" {
		u.user = m.set.get(protocol + "_user")
	}
	if u.user == "" {
		u.user = p.User()
	}
	if m.set.password = u.password; u.password == "" {
		m.set.password = m.set.get(protocol + "_pass")
	}
	m.file = nil
	m.prog = mua.New(muttEnv{p.Env(), p, m}, p.Host(), p.User())
	if protocol == "pop" {
		protocol = "pop3"
	}
	settings := "settings\nprotocol " + protocol + "\nincoming " + u.host + ":" + u.port + "\nincoming-tls " + m.set.tls(p, u) + "\nuser " + u.user +
		"\nkeep yes\n" + m.outgoing(p)
	m.prog.Type(muttEnv{p.Env(), p, m}, []byte(settings))
	m.next = "folder " + u.folder
	if m.set.password == "" {
		p.Hide(true)
		m.question("password", "Password for "+u.user+"@"+u.host+":")
		return
	}
	m.enter(p)
}

// outgoing are the settings of who sends mail.
func (m *mutt) outgoing(p *Process) string {
	v := m.prog.View().Account
	text := "address " + m.set.address(p, v.Address) + "\n"
	if name := m.set.get("realname"); name != "" {
		text += "name " + name + "\n"
	}
	u, ok := parseMuttURL(m.set.get("smtp_url"))
	if !ok {
		return text
	}
	return text + "outgoing " + u.host + ":" + u.port + "\noutgoing-tls " + m.set.tls(p, u) + "\nlogin " + map[bool]string{true: "yes", false: "no"}[u.user != ""] + "\n"
}

// address is who writes.
func (s *muttSettings) address(p *Process, known string) string {
	switch {
	case s.get("from") != "":
		return s.get("from")
	case known != "":
		return known
	}
	return p.User() + "@" + mailDomain(p)
}

// enter asks the server, now that there is a password.
func (m *mutt) enter(p *Process) {
	a := m.prog.View().Account
	p.Print("Connecting to ", strings.TrimSuffix(a.Incoming, ":"), "...\n")
	m.prog.Type(muttEnv{p.Env(), p, m}, []byte("settings\npassword "+m.set.password+"\n"))
	m.click(p, "check", m.next)
}

// click asks the mail program for something, and does what is next when it has done that.
func (m *mutt) click(p *Process, what, next string) {
	if m.prog.Check([]byte(what)) != nil {
		m.unbound()
		return
	}
	m.busy, m.next = true, next
	m.prog.Type(muttEnv{p.Env(), p, m}, []byte(what))
	m.settle(p)
}

// settle looks whether the mail program has done what it was asked for.
func (m *mutt) settle(p *Process) {
	if p.exited {
		return
	}
	if at, ok := m.prog.Timeout(); ok {
		p.SetTimer(at.Sub(p.Env().Now()), false)
	} else {
		p.StopTimer()
	}
	v := m.prog.View()
	if !m.busy {
		if m.file == nil && m.view == "index" && m.ask == "" && m.child == nil && len(v.Letters) > len(m.letters) {
			m.take(v.Letters)
			m.said = "New mail in this mailbox."
			m.redraw(p)
		}
		return
	}
	p.Read(!v.Busy)
	if v.Busy || m.next == "exit" && v.Online {
		return
	}
	m.busy = false
	p.Read(true)
	m.done(p, &v)
}

// done goes on when the mail program has done what it was asked for.
func (m *mutt) done(p *Process, v *terminal.MailView) {
	next := m.next
	m.next = ""
	if v.Fault != nil && next != "exit" {
		if m.file == nil {
			m.take(v.Letters)
		}
		text, why := muttFault(v.Fault.ID, v.Fault.Args)
		if next == "sent" && m.view == "batch" {
			p.Complain(text + "\n")
			p.Why(why, v.Fault.Args["host"])
			p.Exit(1)
			return
		}
		if next == "sent" {
			m.said, m.view = text, "compose"
			p.Why(why, v.Fault.Args["host"])
			m.redraw(p)
			return
		}
		m.failed(p, text, why, v.Fault.Args["host"])
		return
	}
	if folder, ok := strings.CutPrefix(next, "folder "); ok {
		if folder != "" && !strings.EqualFold(folder, v.Open) {
			m.change(p, folder)
			m.redraw(p)
			return
		}
		next = "index"
	}
	if m.file == nil {
		m.take(v.Letters)
	}
	m.at = max(min(m.at, len(m.letters)-1), 0)
	switch next {
	case "exit":
		p.Exit(0)
		return
	case "quit":
		m.leave(p)
		return
	case "sent":
		if m.view == "batch" {
			p.Exit(0)
			return
		}
		if m.sent(p); m.busy {
			return
		}
	case "purged":
		m.said = strconv.Itoa(len(m.letters)) + " kept."
	case "answered", "index", "":
	case "pager":
		m.view = next
	default:
		m.fetchedNow(p, next)
	}
	m.redraw(p)
}

// redraw shows the screen unless a server is asked, or the editor has the terminal.
func (m *mutt) redraw(p *Process) {
	if !m.typing && !m.busy && !p.exited && m.child == nil {
		m.draw(p)
	}
}

// muttFault is what mutt says of what went wrong, and why.
func muttFault(id string, args map[string]string) (text, why string) {
	host := args["host"]
	switch id {
	case "mua.refused":
		return "Could not connect to " + host + " (Connection refused).", "shell.why.refused"
	case "mua.unreachable":
		return "Could not connect to " + host + " (No route to host).", "shell.why.unreachable"
	case "mua.no-host":
		return "Could not find the host \"" + host + "\"", "shell.why.name"
	case "mua.login":
		return "Login failed.", "shell.why.login"
	case "mua.no-starttls":
		return "Encrypted connection unavailable", "shell.why.starttls"
	case "mua.certificate":
		return "Certificate is not trusted", "shell.why.certificate"
	case "mua.no-tls":
		return "Could not negotiate TLS connection", "shell.why.starttls"
	case "mua.no-login":
		return "No authenticators available", "shell.why.login"
	case "mua.lost":
		return "Error talking to " + host + " (Connection reset by peer)", "shell.why.hangup"
	case "mua.recipient", "mua.said-no":
		return "SMTP session failed: " + args["reply"], "shell.why.mta-refused"
	case "mua.stopped":
		return "Connection to " + host + " closed", ""
	}
	return "Mailbox closed", ""
}

// failed says why there is no folder.
func (m *mutt) failed(p *Process, text, why, about string) {
	m.said = text
	if why != "" {
		p.Why(why, about)
	}
	m.redraw(p)
}

// muttPath is a file as mutt names one: = and + stand for the directory of folders, ~ for home.
func (m *mutt) muttPath(p *Process, name string) string {
	if name != "" && (name[0] == '=' || name[0] == '+') {
		name = m.set.get("folder") + "/" + name[1:]
	}
	if rest, ok := strings.CutPrefix(name, "~"); ok {
		name = p.term.home() + rest
	}
	return p.term.path(name)
}

// openFile opens a file of messages (RFC 4155).
func (m *mutt) openFile(p *Process, name string) {
	path := m.muttPath(p, name)
	text, why := p.term.read(path)
	if why != "" {
		m.said = path + ": " + why + " (errno = 2)"
		p.Why("shell.why.file", path)
		return
	}
	f := &muttFile{name: path}
	for rest := text; len(rest) > 0; {
		if !bytes.HasPrefix(rest, []byte("From ")) {
			m.said = name + " is not a mailbox."
			return
		}
		end := bytes.Index(rest, []byte("\n\nFrom "))
		if end < 0 {
			end = len(rest) - 1
		}
		_, whole, _ := bytes.Cut(rest[:min(end+1, len(rest))], []byte("\n"))
		f.messages = append(f.messages, message.Canonical(string(whole)))
		rest = rest[min(end+2, len(rest)):]
	}
	m.file, m.letters, m.at = f, nil, 0
	var letters []terminal.MailLetter
	for i, whole := range f.messages {
		header, _ := message.Split(whole)
		get := func(name string) string {
			v, _ := message.Get(header, name)
			return message.DecodeWords(v)
		}
		date, _, _ := message.ParseDate(get("Date"))
		about := strings.Fields(get("References") + " " + get("In-Reply-To"))
		if in := strings.Fields(get("In-Reply-To")); len(in) > 0 {
			about = in
		}
		letters = append(letters, terminal.MailLetter{Number: uint32(i + 1), From: get("From"), To: get("To"), Subject: get("Subject"), Date: date,
			Size: int64(len(whole)), Seen: strings.Contains(get("Status"), "R"), Here: true, ID: strings.TrimSpace(get("Message-ID")), About: strings.Join(about[max(len(about)-1, 0):], "")})
	}
	m.take(letters)
	m.at = 0
}

// content is the message in hand, nil where it is not here.
func (m *mutt) content() *terminal.MailMessage {
	if m.file != nil {
		return mua.Shown(m.file.messages[m.letters[m.at].Number-1])
	}
	return m.prog.View().Message
}

// rewrite writes a file without the messages that are marked as deleted; a user's mailbox is the MTA's, who removes them.
func (m *mutt) rewrite(p *Process) (why string) {
	kept := slices.Clone(m.letters) // in the order of the file
	sort.Slice(kept, func(i, j int) bool { return kept[i].Number < kept[j].Number })
	marked := map[uint32]bool{}
	for _, l := range kept {
		marked[l.Number] = l.Deleted
	}
	if owner, ok := strings.CutPrefix(m.file.name, "/var/mail/"); ok {
		a, found := accountOf(p, owner)
		if !found {
			return noSuchFile
		}
		box, _ := a.Store.Mailbox(store.Inbox)
		var gone []store.UID
		i := 0
		for _, k := range box.Snapshot().All() {
			if i++; marked[uint32(i)] {
				gone = append(gone, k.UID)
			}
		}
		if err := p.Env().Machine().Expunge(p.Env(), a.Address, store.Inbox, gone); err != nil {
			return noPermission
		}
	} else {
		var text []byte
		for _, l := range kept {
			if !l.Deleted {
				text = message.AppendMbox(text, senderOf(l.From), l.Date, m.file.messages[l.Number-1])
			}
		}
		if why := p.term.write(m.file.name, text, false); why != "" {
			return why
		}
	}
	keep := m.letters[:0:0]
	f := &muttFile{name: m.file.name}
	for _, l := range kept {
		if !l.Deleted {
			f.messages = append(f.messages, m.file.messages[l.Number-1])
			l.Number = uint32(len(f.messages))
			keep = append(keep, l)
		}
	}
	m.file = f
	m.take(keep)
	return ""
}

// senderOf is the address in a From field.
func senderOf(from string) string {
	for _, a := range message.ParseAddressList(from) {
		return a.Mailbox + "@" + a.Host
	}
	return "MAILER-DAEMON"
}

// nameOfSender is who wrote, as the index shows it.
func nameOfSender(from string) string {
	list := message.ParseAddressList(from)
	switch {
	case len(list) == 0:
		return from
	case list[0].Name != "":
		return list[0].Name
	}
	return list[0].Mailbox + "@" + list[0].Host
}
