package shell

import (
	"strconv"
	"strings"
	"time"

	"ehlo/sim/imap"
	"ehlo/sim/message"
	"ehlo/sim/terminal"
)

const (
	muttWidth = 80
	muttRows  = 20 // of the index
	muttPage  = 18 // lines of a message at once
)

// draw writes the screen that is in view, and what is said below it.
func (m *mutt) draw(p *Process) {
	if m.ask != "" { // only the question is new
		p.Print(m.said)
		return
	}
	if m.over(p) {
		return
	}
	switch m.view {
	case "pager":
		m.drawPager(p)
	case "compose":
		m.drawCompose(p)
	case "attach":
		m.drawAttached(p)
	case "part":
		m.drawPage(p, m.partText(), bar("---Attachment: "+message.DecodeWords(imap.Leaves(m.octets())[m.part].Name), ""))
	default:
		m.drawIndex(p)
	}
	if m.said != "" {
		p.Print(m.said, "\n")
	}
}

// bar is a line of dashes around a text.
func bar(text, end string) string {
	room := muttWidth - len(end)
	return strings.ReplaceAll(fit(text+strings.Repeat("-", room), room), "\n", " ") + end
}

func (m *mutt) drawIndex(p *Process) {
	p.Print("q:Quit  d:Del  u:Undel  s:Save  m:Mail  r:Reply  g:Group  ?:Help\n")
	first := m.at / muttRows * muttRows
	for i := first; i < min(first+muttRows, len(m.letters)); i++ {
		p.Print(map[bool]string{true: "->", false: "  "}[i == m.at], m.row(p, i), "\n")
	}
	var fresh, deleted, flagged int
	var size int64
	for _, l := range m.letters {
		fresh, deleted, flagged = fresh+boolToInt(!l.Seen), deleted+boolToInt(l.Deleted), flagged+boolToInt(l.Flagged)
		size += l.Size
	}
	counts := "Msgs:" + strconv.Itoa(len(m.letters))
	for _, c := range []struct {
		name string
		n    int
	}{{"New", fresh}, {"Flag", flagged}, {"Del", deleted}} {
		if c.n > 0 {
			counts += " " + c.name + ":" + strconv.Itoa(c.n)
		}
	}
	if size > 0 {
		counts += " " + muttSize(size)
	}
	mark := "---"
	if deleted > 0 {
		mark = "-*-"
	}
	if m.readOnly {
		mark = "-%-"
	}
	text := mark + "Mutt: " + m.folderName() + " [" + counts + "]"
	if len(text) < muttWidth-26 {
		text += "---(" + m.set.get("sort") + "/date)"
	}
	p.Print(bar(text, "(all)---"), "\n")
}

// folderName is what the folder in view is called.
func (m *mutt) folderName() string {
	switch {
	case m.file != nil:
		return m.file.name
	case m.prog != nil:
		v := m.prog.View()
		scheme := map[string]string{"imap": "imap", "pop3": "pop"}[v.Account.Protocol]
		if v.Account.IncomingTLS == "tls" {
			scheme += "s"
		}
		host, _, _ := strings.Cut(v.Account.Incoming, ":")
		return scheme + "://" + v.Account.User + "@" + host + "/" + v.Open
	}
	return "(no mailbox)"
}

// muttSize is a number of octets as mutt writes one.
func muttSize(n int64) string {
	switch {
	case n < 10189: // 9.95K
		tenths := max((n*10+512)/1024, 1)
		return strconv.FormatInt(tenths/10, 10) + "." + strconv.FormatInt(tenths%10, 10) + "K"
	case n < 1023949:
		return strconv.FormatInt((n+512)/1024, 10) + "K"
	}
	tenths := (n*10 + 1<<19) >> 20
	return strconv.FormatInt(tenths/10, 10) + "." + strconv.FormatInt(tenths%10, 10) + "M"
}

// row is a message in the index.
func (m *mutt) row(p *Process, i int) string {
	l := &m.letters[i]
	state := " "
	switch {
	case l.Deleted && l.Seen:
		state = "D"
	case l.Answered:
		state = "r"
	case !l.Seen:
		state = "N"
	}
	second := " "
	if l.Deleted && state != "D" {
		second = "D"
	}
	if l.Flagged {
		second = "!"
	}
	subject := l.Subject
	if i < len(m.lines) {
		subject = m.lines[i]
	}
	return padLeft(strconv.Itoa(i+1), 4, ' ') + " " + state + second + m.toWhom(p, l) + " " + time.Unix(l.Date, 0).UTC().Format("Jan 02") + " " +
		fit(nameOfSender(l.From), 15) + " (" + padLeft(muttSize(l.Size), 4, ' ') + ") " + subject
}

// toWhom says whether a message is to the reader alone, among others, or from the reader.
func (m *mutt) toWhom(p *Process, l *terminal.MailLetter) string {
	known := ""
	if m.prog != nil {
		known = m.prog.View().Account.Address
	}
	me := m.set.address(p, known)
	if strings.EqualFold(senderOf(l.From), me) {
		return "F"
	}
	list := message.ParseAddressList(l.To)
	for _, a := range list {
		if strings.EqualFold(a.Mailbox+"@"+a.Host, me) {
			return map[bool]string{true: "+", false: "T"}[len(list) == 1]
		}
	}
	return " "
}

// fit makes a text so many characters long.
func fit(s string, n int) string {
	r := []rune(s)
	if len(r) > n {
		return string(r[:n])
	}
	return s + strings.Repeat(" ", n-len(r))
}

// pages are the lines of the message in hand.
func (m *mutt) pages() (lines []string) {
	c := m.content()
	if c == nil {
		return nil
	}
	for _, f := range c.Fields {
		if m.whole || strings.Contains(" date from to cc subject ", " "+strings.ToLower(f.Name)+" ") {
			lines = append(lines, f.Name+": "+f.Value)
		}
	}
	lines = append(lines, "")
	for i, part := range c.Parts {
		if len(c.Parts) > 1 {
			lines = append(lines, "[-- Attachment #"+strconv.Itoa(i+1)+strings.TrimRight(": "+part.Name, ": ")+" --]",
				"[-- Type: "+part.Type+", Size: "+muttSize(part.Size)+" --]", "")
		}
		if part.Attached {
			lines = append(lines, "[-- "+part.Type+" is unsupported (use 'v' to view this part) --]", "")
			continue
		}
		lines = append(lines, strings.Split(strings.TrimSuffix(strings.ReplaceAll(part.Text, "\r\n", "\n"), "\n"), "\n")...)
	}
	return lines
}

// drawPage shows a page of a part, and a bar below.
func (m *mutt) drawPage(p *Process, lines []string, below string) {
	if m.top >= len(lines) {
		m.top = 0
	}
	p.Print("q:Exit  -:PrevPg  <Space>:NextPg  ?:Help\n")
	for _, l := range lines[m.top:min(m.top+muttPage, len(lines))] {
		p.Print(l, "\n")
	}
	p.Print(below, "\n")
}

func (m *mutt) drawPager(p *Process) {
	lines := m.pages()
	if m.top >= len(lines) {
		m.top = 0
	}
	end := min(m.top+muttPage, len(lines))
	p.Print("i:Exit  -:PrevPg  <Space>:NextPg  d:Del  r:Reply  j:Next  ?:Help\n")
	for _, l := range lines[m.top:end] {
		p.Print(l, "\n")
	}
	l := &m.letters[m.at]
	state := "- "
	if l.Deleted {
		state = "-D"
	}
	where := "all"
	if end < len(lines) || m.top > 0 {
		where = strconv.Itoa(end*100/max(len(lines), 1)) + "%"
	}
	text := state + m.toWhom(p, l) + "- " + strconv.Itoa(m.at+1) + "/" + strconv.Itoa(len(m.letters)) + ": " + fit(nameOfSender(l.From), 22) + " " + l.Subject
	p.Print(fit(text, muttWidth-9), " -- (", where, ")\n")
}
