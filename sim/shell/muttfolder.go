package shell

import (
	"strconv"
	"strings"

	"ehlo/sim/files"
	"ehlo/sim/message"
)

// forwards shows the message in hand, its next page, or the next message.
func (m *mutt) forwards(p *Process) {
	if m.view == "part" {
		if m.top += muttPage; m.top >= len(m.partText()) {
			m.view = "attach"
		}
		return
	}
	if m.view == "pager" {
		if m.top+muttPage < len(m.pages()) {
			m.top += muttPage
			return
		}
		m.step(p, 'j')
		return
	}
	m.display(p)
}

// display shows the message in hand, and fetches its text where that is not here.
func (m *mutt) display(p *Process) {
	m.top, m.view = 0, "pager"
	if m.file != nil {
		m.letters[m.at].Seen = true
		return
	}
	m.click(p, "read "+strconv.FormatUint(uint64(m.letters[m.at].Number), 10), "pager")
}

// step goes to the next message, or to the one before, which are not deleted.
func (m *mutt) step(p *Process, key byte) {
	by := map[byte]int{'j': 1, 'k': -1}[key]
	for i := m.at + by; i >= 0 && i < len(m.letters); i += by {
		if !m.letters[i].Deleted {
			m.at = i
			if m.view == "pager" {
				m.display(p)
			}
			return
		}
	}
	m.said = map[int]string{1: "You are on the last message.", -1: "You are on the first message."}[by]
	if m.view == "pager" && m.letters[m.at].Deleted {
		m.view = "index"
	}
}

// hop goes to the first entry, the last one, or the next one that nobody has read.
func (m *mutt) hop(p *Process, key byte) {
	to := map[byte]int{'=': 0, '*': len(m.letters) - 1, '\t': -1}[key]
	for i := 1; i <= len(m.letters) && to < 0; i++ {
		if k := (m.at + i) % len(m.letters); !m.letters[k].Seen {
			if to = k; k <= m.at {
				m.said = "Search wrapped to top."
			}
		}
	}
	if to < 0 {
		m.said = "No new messages."
		return
	}
	if m.at = to; m.view == "pager" {
		m.display(p)
	}
}

// flag sets a flag of the message in hand.
func (m *mutt) flag(p *Process, name string, on bool) {
	if m.readOnly {
		m.said = "Mailbox is read-only."
		return
	}
	l := &m.letters[m.at]
	if m.file == nil {
		m.click(p, "mark "+strconv.FormatUint(uint64(l.Number), 10)+" "+name+" "+map[bool]string{true: "yes", false: "no"}[on], m.view)
		return
	}
	switch name {
	case "deleted":
		l.Deleted = on
	case "flagged":
		l.Flagged = on
	case "seen":
		l.Seen = on
	}
}

// deleted is how many messages are marked so.
func (m *mutt) deleted() (n int) {
	for _, l := range m.letters {
		n += boolToInt(l.Deleted)
	}
	return n
}

// purge removes what is marked as deleted, if that is wanted.
func (m *mutt) purge(p *Process, next string) {
	n := m.deleted()
	if n == 0 {
		m.said = "Mailbox is unchanged."
		if next == "quit" {
			m.leave(p)
		}
		return
	}
	m.question("purge "+next, "Purge "+strconv.Itoa(n)+" deleted message"+strings.Repeat("s", boolToInt(n != 1))+"? ([yes]/no): ")
}

func (m *mutt) purged(p *Process, really bool, next string) {
	n := m.deleted()
	kept := strconv.Itoa(len(m.letters)-n*boolToInt(really)) + " kept, " + strconv.Itoa(n*boolToInt(really)) + " deleted."
	switch {
	case !really:
	case m.file != nil:
		if why := m.rewrite(p); why != "" {
			m.said = m.file.name + ": " + why
			p.Why("shell.why.file", m.file.name)
			return
		}
		m.at = max(min(m.at, len(m.letters)-1), 0)
	default:
		p.Print(kept, "\n")
		m.click(p, "compact", next)
		if protocol := m.prog.View().Account.Protocol; protocol == "pop3" && !p.exited { // from the server, too
			m.click(p, "check", next)
		}
		return
	}
	if m.said = kept; next == "quit" {
		p.Print(kept, "\n")
		m.leave(p)
	}
}

// quit ends mutt, with the changes that are wanted.
func (m *mutt) quit(p *Process) { m.purge(p, "quit") }

// leave ends mutt, and the session with the server.
func (m *mutt) leave(p *Process) {
	if m.prog != nil && m.prog.View().Online && !m.busy {
		host, _, _ := strings.Cut(m.prog.View().Account.Incoming, ":")
		p.Print("Closing connection to ", host, "...\n")
		m.click(p, "quit", "exit")
		return
	}
	p.Exit(0)
}

// fetch gets new mail by POP3.
func (m *mutt) fetch(p *Process) {
	if m.prog == nil {
		m.said = "POP host is not defined."
		return
	}
	m.click(p, "check", "index")
}

// change opens another folder.
func (m *mutt) change(p *Process, name string) {
	m.view, m.at = "index", 0
	if _, remote := parseMuttURL(name); remote {
		m.open(p, name)
		return
	}
	if m.prog == nil || name[0] == '/' || name[0] == '~' {
		m.openFile(p, name)
		return
	}
	folder := strings.TrimLeft(name, "=+")
	var names []string
	for _, f := range m.prog.View().Folders {
		if strings.EqualFold(f.Name, folder) {
			m.file, m.letters = nil, nil
			m.click(p, "folder "+f.Name, "index")
			return
		}
		names = append(names, f.Name)
	}
	if name == "?" {
		for _, n := range names {
			p.Print("  ", n, "\n")
		}
		return
	}
	if _, why := p.term.read(m.muttPath(p, name)); why == "" {
		m.openFile(p, name)
		return
	}
	m.said = name + " is not a mailbox."
	p.Why("shell.why.folder", folder)
}

// save adds the message in hand to a file; how is "save " or "copy ".
func (m *mutt) save(p *Process, name, how string) {
	if name == "" {
		name = "=saved"
	}
	m.fetched(p, how+name)
}

// saveHere adds the message in hand, which is here, to a file, and marks it as deleted if it is to move there.
func (m *mutt) saveHere(p *Process, name string, move bool) {
	whole := m.octets()
	l := &m.letters[m.at]
	path := m.muttPath(p, name)
	if dir := files.Parent(path); dir == m.muttPath(p, "=") {
		p.Env().Machine().WriteFile(files.File{Path: dir, Dir: true, Owner: p.User(), Mode: files.Closed, Modified: p.Env().Date(p.Env().Now())})
	}
	if why := p.term.write(path, message.AppendMbox(nil, senderOf(l.From), l.Date, whole), true); why != "" {
		m.said = path + ": " + why
		p.Why("shell.why.file", path)
		return
	}
	if move && !m.readOnly {
		m.flag(p, "deleted", true)
	}
	m.said = map[bool]string{true: "1 message saved to ", false: "1 message copied to "}[move] + path + "."
}

// search goes to the next message in whose sender or subject a text stands.
func (m *mutt) search(text string) {
	if text == "" {
		text = m.searched
	}
	m.searched = text
	for i := 1; i <= len(m.letters); i++ {
		k := (m.at + i) % len(m.letters)
		if l := &m.letters[k]; strings.Contains(strings.ToLower(l.From+"\n"+l.Subject), strings.ToLower(text)) {
			if m.at = k; i > len(m.letters)-1 {
				m.said = "Search wrapped to top."
			}
			return
		}
	}
	m.said = "Not found."
}
