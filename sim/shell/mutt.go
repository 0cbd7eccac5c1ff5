package shell

import (
	"slices"
	"strconv"
	"strings"

	"ehlo/sim/imap"
	"ehlo/sim/terminal"
)

// mutt is a mail program for terminals. Its folders are those of a server of IMAP or POP3, by way of the machines of package
// mua, or files. It is told what to do by lines: the keys of mutt, of which several may stand in a line, and answers to what
// it asks.
type mutt struct {
	set      muttSettings
	prog     terminal.MailProgram // that speaks with servers, nil where only files are read
	conns    []muttConn
	file     *muttFile // the folder in view, where it is a file
	letters  []terminal.MailLetter
	at       int      // the message in hand
	top      int      // of the pager: its first line
	lines    []string // of the index: subjects where they are in threads, nil where they are not
	part     int      // of the message in hand, in the list of its parts
	from2    string   // the screen from which that list was asked for
	saving   string   // the file for which it was asked whether to write over it
	view     string   // what is on the screen: "index", "pager", "attach", "part", "compose"
	whole    bool     // all header fields are shown
	ask      string   // what was asked
	said     string   // below the screen
	busy     bool     // a server is asked
	next     string   // what is to be done then
	draft    muttDraft
	child    *Process // the editor
	readOnly bool
	once     bool // it was called to write one message
	searched string
	typing   bool // a line is being worked on: the screen is written behind it
}

// muttConn is a connection with its number in the mail program.
type muttConn struct {
	conn    uint32
	process uint32
}

const muttUsage = "usage: mutt [-R] [-F <file>] [-f <file>]\n       mutt [-F <file>] [-s <subj>] [-c <addr>] [-b <addr>] [-a <file> [...] --] <addr> [...]\n       mutt -v\n"

// muttVersion is which mutt it is, as the world's time has it.
func muttVersion(p *Process) string {
	if p.old() {
		return "1.0i (1999-10-22)"
	}
	return "2.2.12 (2023-09-09)"
}

// Handle reads keys, and what servers say.
func (m *mutt) Handle(p *Process, e Event) {
	if m.child != nil {
		m.child.term = p.term
	}
	switch e.Kind {
	case Start:
		m.start(p)
	case Input:
		for line := range strings.Lines(string(e.Data)) {
			if !p.exited {
				m.line(p, strings.TrimRight(line, "\r\n"))
			}
		}
	case EOF:
		m.end(p)
	case Interrupt:
		m.interrupt(p)
	case Timer:
		m.prog.HandleTimeout(muttEnv{p.Env(), p, m})
		m.settle(p)
	case Connected, Refused, Unreachable, Received, Secured, Hangup, Over:
		if i := slices.IndexFunc(m.conns, func(c muttConn) bool { return c.conn == e.Conn }); i >= 0 && m.prog != nil {
			m.prog.Happened(muttEnv{p.Env(), p, m}, m.conns[i].process, e)
			m.settle(p)
		}
	}
}

// end is the end of what is typed: of a message that was piped in, of the text in the editor, or of mutt.
func (m *mutt) end(p *Process) {
	switch {
	case m.view == "batch":
		m.send(p)
	case m.child != nil:
		m.child.tool.Handle(m.child, Event{Kind: EOF})
		m.edited(p)
	default:
		p.Exit(0)
	}
}

func (m *mutt) interrupt(p *Process) {
	switch {
	case m.child != nil:
		m.child.tool.Handle(m.child, Event{Kind: Interrupt})
	case m.busy && m.prog.Check([]byte("stop")) == nil:
		m.click(p, "stop", "index")
	case m.ask != "":
		m.ask = ""
		m.draw(p)
	default:
		p.Exit(1)
	}
}

func (m *mutt) start(p *Process) {
	attached := p.cutAttached()
	opts, to, fault := p.options("f:F:s:c:b:Rv")
	if fault != "" {
		p.misused(fault, "Mutt "+muttVersion(p)+"\n"+muttUsage, 1)
		return
	}
	if opts.has("v") {
		p.Print("Mutt ", muttVersion(p), "\n")
		p.Exit(0)
		return
	}
	rc, given := opts.get("F")
	if !m.set.read(p, rc, given) {
		return
	}
	m.readOnly = opts.has("R")
	subject, hasSubject := opts.get("s")
	m.draft.subject = subject
	m.draft.cc, _ = opts.get("c")
	m.draft.bcc, _ = opts.get("b")
	m.draft.to = strings.Join(to, ", ")
	for _, name := range attached {
		if !m.attach(p, name) {
			p.Complain(m.said + "\n")
			p.Exit(1)
			return
		}
	}
	folder, named := opts.get("f")
	if !named {
		folder = m.set.spool(p)
	}
	switch {
	case !p.Typed() && len(to) == 0:
		p.Complain("No recipients were specified.\n")
		p.Why("shell.why.recipients", p.Name)
		p.Exit(1)
	case !p.Typed():
		m.view = "batch"
		p.Read(true)
	case len(to) > 0 || hasSubject && !named:
		m.view, m.once = "index", true
		p.Read(true)
		m.compose(p)
		m.redraw(p)
	default:
		m.view, m.typing = "index", true
		p.Read(true)
		m.open(p, folder)
		m.typing = false
		m.redraw(p)
	}
}

// line takes a line that was typed.
func (m *mutt) line(p *Process, line string) {
	switch {
	case m.view == "batch":
		m.draft.text += line + "\n"
		return
	case m.child != nil:
		m.child.tool.Handle(m.child, Event{Kind: Input, Data: []byte(line + "\n")})
		m.edited(p)
		return
	}
	m.said, m.typing = "", true
	switch {
	case m.ask != "":
		m.answer(p, line)
	case line == "":
		m.key(p, '\r', "")
	case strings.Trim(line, "0123456789") == "" && (m.view == "index" || m.view == "attach"):
		m.jump(line)
	default:
		for i := 0; i < len(line) && !p.exited && !m.busy && m.child == nil; i++ {
			if m.ask != "" { // the rest answers
				m.answer(p, line[i:])
				break
			}
			m.key(p, line[i], line[i+1:])
		}
	}
	m.typing = false
	m.redraw(p)
}

func (m *mutt) jump(number string) {
	n, _ := strconv.Atoi(number)
	if m.view == "attach" {
		if n < 1 || n > len(imap.Leaves(m.octets())) {
			m.said = "Invalid index number."
			return
		}
		m.part = n - 1
		return
	}
	if n < 1 || n > len(m.letters) {
		m.said = "Invalid message number."
		return
	}
	m.at = n - 1
}

// question asks for a line: its words are the prompt, kind what is done with the answer.
func (m *mutt) question(kind, words string) { m.ask, m.said = kind, strings.TrimRight(words, " ")+" " }

// yes reads the answer to a question for which one of both is usual.
func yes(answer string, usual bool) bool {
	switch strings.ToLower(strings.TrimSpace(answer)) {
	case "y", "yes":
		return true
	case "n", "no":
		return false
	}
	return usual
}

// key does what a key stands for on the screen in view.
func (m *mutt) key(p *Process, key byte, rest string) {
	switch {
	case m.view == "compose":
		m.composeKey(p, key)
		return
	case m.view == "attach":
		m.attachKey(p, key)
		return
	case m.view == "part" && strings.IndexByte("q-\r ", key) < 0:
		m.view = "attach"
		if key != 'i' {
			m.attachKey(p, key)
		}
		return
	}
	if strings.IndexByte("ijkdurgfshFNvC=*\t/-\r ", key) >= 0 && len(m.letters) == 0 {
		m.said = "There are no messages."
		return
	}
	switch key {
	case 'q', 'i':
		if m.view == "part" {
			m.view = "attach"
			return
		}
		if m.view == "pager" {
			m.view = "index"
			return
		}
		if key == 'i' {
			m.unbound()
			return
		}
		m.quit(p)
	case 'x':
		m.leave(p)
	case '\r', ' ':
		m.forwards(p)
	case '-':
		m.top = max(m.top-muttPage, 0)
	case 'j', 'k':
		m.step(p, key)
	case 'd', 'u':
		m.flag(p, "deleted", key == 'd')
		if !m.busy && key == 'd' {
			m.step(p, 'j')
			m.said = strings.Replace(m.said, "You are on the last message.", "", 1)
		}
	case 'F':
		m.flag(p, "flagged", !m.letters[m.at].Flagged)
	case 'N':
		m.flag(p, "seen", !m.letters[m.at].Seen)
	case '$':
		m.purge(p, "index")
	case 'G':
		m.fetch(p)
	case 'c':
		m.question("folder", "Open mailbox ('?' for list): ")
	case 's':
		m.question("save", "Save to mailbox ('?' for list): =saved")
	case 'C':
		m.question("copy", "Copy to mailbox ('?' for list): =saved")
	case 'v':
		m.fetched(p, "attach")
	case 'o':
		m.question("sort", muttSortKeys)
	case 'O':
		m.question("sort reverse-", "Rev-"+muttSortKeys)
	case '=', '*', '\t':
		m.hop(p, key)
	case '/':
		m.question("search", "Search for: ")
	case 'h':
		m.whole = !m.whole
	case 'm':
		m.draft = muttDraft{}
		m.compose(p)
	case 'r', 'g', 'f':
		m.reply(p, key)
	case '?':
		p.Print(muttKeys)
	default:
		m.unbound()
	}
}

func (m *mutt) unbound() { m.said = "Key is not bound.  Press '?' for help." }

// muttKeys is the help of mutt, for what is built.
const muttKeys = `<Return>    display-message      display a message
<Space>     next-page            move to the next page, or message
-           previous-page        move to the previous page
j, k        next-, previous-undeleted  move to the next, the previous message
1-9         jump                 jump to an index number
d, u        delete-, undelete-message  delete, undelete the current entry
F           flag-message         toggle a message's 'important' flag
N           toggle-new           toggle a message's 'new' flag
=, *        first-, last-entry   move to the first, the last entry
<Tab>       next-new-then-unread jump to the next new or unread message
s           save-message         save message/attachment to a mailbox/file
C           copy-message         copy a message to a file/mailbox
v           view-attachments     show MIME attachments
o, O        sort-mailbox         sort messages, in reverse order
m           mail                 compose a new mail message
r, g        reply, group-reply   reply to a message, to all recipients
f           forward-message      forward a message with comments
c           change-folder        open a different folder
G           fetch-mail           retrieve mail from POP server
/           search               search for a pattern
h           display-toggle-weed  display message and toggle header weeding
$           sync-mailbox         save changes to mailbox
q, x        quit, exit           save changes and quit, quit without saving
`

// answer takes the answer to a question.
func (m *mutt) answer(p *Process, line string) {
	kind := m.ask
	m.ask, m.said = "", ""
	switch kind {
	case "folder":
		if line != "" {
			m.change(p, strings.TrimSpace(line))
		}
	case "save":
		m.save(p, line, "save ")
	case "copy":
		m.save(p, line, "copy ")
	case "sort", "sort reverse-":
		m.sortBy(line, strings.TrimSpace(strings.TrimPrefix(kind, "sort")))
	case "save part":
		m.savePart(p, strings.TrimSpace(line), "")
	case "exists":
		if how := lower(strings.TrimSpace(line)); how == "o" || how == "a" {
			m.savePart(p, m.saving, how)
		}
	case "search":
		m.search(line)
	case "purge index", "purge quit":
		m.purged(p, yes(line, true), strings.TrimPrefix(kind, "purge "))
	case "password":
		p.Hide(false)
		m.set.password = line
		m.enter(p)
	case "smtp password":
		p.Hide(false)
		m.set.password = line
		m.submit(p)
	default:
		m.drafted(p, kind, line)
	}
}

// Copy returns an independent copy.
func (m *mutt) Copy() Tool {
	c := *m
	if m.prog != nil {
		c.prog = m.prog.Clone().(terminal.MailProgram)
	}
	c.conns, c.letters = slices.Clone(m.conns), slices.Clone(m.letters)
	if m.file != nil {
		f := *m.file
		c.file = &f
	}
	if m.child != nil {
		c.child = m.child.copy(m.child.term)
	}
	return &c
}
