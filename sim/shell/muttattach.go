package shell

import (
	"encoding/base64"
	"strconv"
	"strings"

	"ehlo/sim/imap"
	"ehlo/sim/message"
	"ehlo/sim/mua"
)

// muttFileAttached is a file that goes with a message. Nobody changes its octets.
type muttFileAttached struct {
	path string
	data []byte
}

// types of files by how their names end; others are text where they are ASCII.
var muttTypes = map[string]string{"jpg": "image/jpeg", "jpeg": "image/jpeg", "png": "image/png", "gif": "image/gif", "pdf": "application/pdf",
	"html": "text/html", "gz": "application/gzip", "zip": "application/zip", "txt": "text/plain"}

func (a *muttFileAttached) kind() string {
	kind := muttTypes[lower(a.path[strings.LastIndexByte(a.path, '.')+1:])]
	switch {
	case kind != "":
		return kind
	case isText(a.data):
		return "text/plain"
	}
	return "application/octet-stream"
}

func (a *muttFileAttached) encoding() string {
	if isText(a.data) && strings.HasPrefix(a.kind(), "text/") {
		return "7bit"
	}
	return "base64"
}

// isText says whether octets may stand in a message as they are (RFC 5322 §2.1.1).
func isText(data []byte) bool {
	line := 0
	for _, c := range data {
		if line++; c == '\n' {
			line = 0
		}
		if c >= 0x80 || c < ' ' && c != '\n' && c != '\t' && c != '\r' || line > 998 {
			return false
		}
	}
	return true
}

// attach adds a file to the message that is written, and says whether there is one.
func (m *mutt) attach(p *Process, name string) bool {
	data, why := p.term.read(m.muttPath(p, name))
	if why != "" {
		m.said = name + ": unable to attach file"
		p.Why("shell.why.file", name)
		return false
	}
	m.draft.files = append(m.draft.files[:len(m.draft.files):len(m.draft.files)], muttFileAttached{m.muttPath(p, name), data})
	return true
}

// attachmentRow is a line about a part: its number, its name, and in brackets its type, encoding, charset and size.
func attachmentRow(number int, mark, name, kind, encoding, charset string, size int64) string {
	major, minor, _ := strings.Cut(kind, "/")
	about := "[" + fitted(major, 7) + "/" + fitted(minor, 10) + ", " + fitted(encoding, 6) + strings.TrimSuffix(", "+charset, ", ") + ", " + muttSize(size) + "]"
	lead := mark + padLeft(strconv.Itoa(number), 6, ' ') + " "
	room := muttWidth - 3 - len(lead) - len(about)
	return lead + fit(fitted(name, 40), max(room, len(fitted(name, 40))+1)) + about
}

// fitted is the beginning of a text, at most so long.
func fitted(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n])
	}
	return s
}

// drawAttached lists the parts of the message in hand.
func (m *mutt) drawAttached(p *Process) {
	p.Print("q:Exit  s:Save  |:Pipe  ?:Help\n")
	for i, l := range imap.Leaves(m.octets()) {
		octets, _ := message.DecodeTransfer(l.Encoding, l.Body)
		name, mark := message.DecodeWords(l.Name), " I"
		if name == "" {
			name = "<no description>"
		}
		if l.Attached {
			mark = " A"
		}
		charset := ""
		if strings.HasPrefix(l.Type, "TEXT/") {
			charset = lower(l.Charset)
		}
		encoding := lower(l.Encoding)
		if encoding == "" {
			encoding = "7bit"
		}
		p.Print(map[bool]string{true: "->", false: "  "}[i == m.part], attachmentRow(i+1, mark, name, lower(l.Type), encoding, charset, int64(len(octets))), "\n")
	}
	p.Print(bar("-- Mutt: Attachments", ""), "\n")
}

// attachKey does what a key stands for in the list of parts.
func (m *mutt) attachKey(p *Process, key byte) {
	parts := imap.Leaves(m.octets())
	switch key {
	case 'q', 'i':
		m.view = m.from2
	case 'j', 'k':
		by := map[byte]int{'j': 1, 'k': -1}[key]
		switch n := m.part + by; {
		case n < 0:
			m.said = "You are on the first entry."
		case n >= len(parts):
			m.said = "You are on the last entry."
		default:
			m.part = n
		}
	case '\r':
		if !strings.HasPrefix(parts[m.part].Type, "TEXT/") {
			m.said = "No matching mailcap entry found.  Viewing as text."
		}
		m.view, m.top = "part", 0
	case 's':
		name := message.DecodeWords(parts[m.part].Name)
		m.question("save part", "Save to file: "+name[strings.LastIndexByte(name, '/')+1:])
	case '|':
		m.said = "Pipe: this mutt runs no other programs."
	case '?':
		p.Print(muttAttachKeys)
	default:
		m.unbound()
	}
}

const muttAttachKeys = `<Return>    view-attach      view attachment
j, k        next-, previous-entry  move to the next, the previous entry
1-9         jump             jump to an index number
s           save-entry       save message/attachment to a mailbox/file
q           exit             exit this menu
`

// partText are the lines of the part in hand.
func (m *mutt) partText() []string {
	l := imap.Leaves(m.octets())[m.part]
	octets, _ := message.DecodeTransfer(l.Encoding, l.Body)
	text, ok := message.ToUTF8(l.Charset, octets)
	if !ok || !strings.HasPrefix(l.Type, "TEXT/") {
		text = strings.Map(func(r rune) rune {
			if r < ' ' && r != '\n' && r != '\t' || r == 0xfffd || r == 0x7f {
				return '?'
			}
			return r
		}, strings.ToValidUTF8(string(octets), "?"))
	}
	return strings.Split(strings.TrimSuffix(strings.ReplaceAll(text, "\r\n", "\n"), "\n"), "\n")
}

// savePart writes the part in hand into a file; where there is one already it asks.
func (m *mutt) savePart(p *Process, name, how string) {
	l := imap.Leaves(m.octets())[m.part]
	if name == "" {
		name = message.DecodeWords(l.Name)
		name = name[strings.LastIndexByte(name, '/')+1:]
	}
	if name == "" {
		return
	}
	path := m.muttPath(p, name)
	if _, why := p.term.read(path); why == "" && how == "" {
		m.saving = name
		m.question("exists", "File exists, (o)verwrite, (a)ppend, or (c)ancel? ")
		return
	}
	octets, _ := message.DecodeTransfer(l.Encoding, l.Body)
	if strings.HasPrefix(l.Type, "TEXT/") {
		octets = []byte(strings.ReplaceAll(string(octets), "\r\n", "\n"))
	}
	if why := p.term.write(path, octets, how == "a"); why != "" {
		m.said = path + ": " + why
		p.Why("shell.why.file", path)
		return
	}
	m.said = "Attachment saved."
}

// octets is the whole message in hand, nil where it is not here.
func (m *mutt) octets() []byte {
	switch {
	case m.at >= len(m.letters):
		return nil
	case m.file != nil:
		return m.file.messages[m.letters[m.at].Number-1]
	case m.prog.View().Shown != m.letters[m.at].Number:
		return nil
	}
	return m.prog.Part(-1)
}

// fetched does something with the message in hand, which is fetched before where it is not here. next is what that is.
func (m *mutt) fetched(p *Process, next string) {
	if m.octets() == nil {
		m.click(p, "read "+strconv.FormatUint(uint64(m.letters[m.at].Number), 10), next)
		return
	}
	m.fetchedNow(p, next)
}

func (m *mutt) fetchedNow(p *Process, next string) {
	if name, ok := strings.CutPrefix(next, "save "); ok {
		m.saveHere(p, name, true)
	} else if name, ok := strings.CutPrefix(next, "copy "); ok {
		m.saveHere(p, name, false)
	} else if m.octets() != nil {
		m.from2, m.view, m.part = m.view, "attach", 0
	}
}

// composed is what MIME says of the message that is written, and its text with the files that go with it (RFC 2046 §5.1).
func (m *mutt) composed(p *Process) (fields, text string) {
	d := &m.draft
	text = d.text
	if text != "" && !strings.HasSuffix(text, "\n") {
		text += "\n"
	}
	fields = "Content-Type: text/plain; charset=us-ascii\n"
	if !isText([]byte(text)) {
		fields = "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n"
		text = string(mua.Base64Lines(message.Canonical(text)))
	}
	if len(d.files) == 0 {
		return fields, text
	}
	boundary := base64.RawURLEncoding.EncodeToString([]byte(strconv.FormatUint(p.Env().Chance()%1e9+1e9, 10)))
	body := "--" + boundary + "\n" + fields + "Content-Disposition: inline\n\n" + text
	for i := range d.files {
		a := &d.files[i]
		kind := a.kind()
		if strings.HasPrefix(kind, "text/") {
			kind += "; charset=us-ascii"
		}
		body += "\n--" + boundary + "\nContent-Type: " + kind + "\nContent-Disposition: attachment; filename=\"" + a.path[strings.LastIndexByte(a.path, '/')+1:] + "\"\n"
		if a.encoding() == "base64" {
			body += "Content-Transfer-Encoding: base64\n\n" + string(mua.Base64Lines(a.data))
		} else {
			body += "\n" + string(a.data)
		}
	}
	return "Content-Type: multipart/mixed; boundary=\"" + boundary + "\"\nContent-Disposition: inline\n", body + "\n--" + boundary + "--\n"
}

// cutAttached takes the files behind -a out of the arguments: all of them up to two hyphens.
func (p *Process) cutAttached() (names []string) {
	for i, a := range p.Args {
		if a != "-a" {
			continue
		}
		end := i + 1
		for end < len(p.Args) && p.Args[end] != "--" {
			end++
		}
		names = p.Args[i+1 : end]
		p.Args = append(p.Args[:i:i], p.Args[min(end+1, len(p.Args)):]...)
		return names
	}
	return nil
}
