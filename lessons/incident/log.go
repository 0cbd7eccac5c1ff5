package incident

import (
	"bytes"
	"regexp"
	"strconv"

	"ehlo/sim/machine"
)

// Letter is a message as a log, a report or a header tells of it: what its host knows of it.
type Letter struct {
	Host      string // whose log it is, "" where that is not said
	ID        string // of its queue
	From      string // reverse-path, "" where it is null or unknown
	Sender    bool   // the reverse-path is known
	Client    string // who brought it: a name, an address or both
	User      string // who had logged in
	Octets    int    // 0 where it is not known
	MessageID string
	To        []Delivery
	hops      []hop // hosts that it passed, the first one first
	over      bool  // nothing more happens to it
	lines     []int // entries, by their place in the log
}

// Delivery is what became of a message for one recipient, the latest word of it.
type Delivery struct {
	To      string
	Relay   string // the host it went to, with its address in brackets where that is known; "" where there is none
	Verdict string // "sent", "deferred", "bounced" or "unknown"
	Status  string // RFC 3463
	Reply   string // in the words of the log
	Tries   int    // lines that tell of it
}

// record is a line of a log: its entry, and where its own text begins.
type record struct {
	Entry
	host, program string
	body          int
	refused       bool
}

// The heads of log lines: syslog's with both kinds of stamps, and that of Exim's own files.
var (
	syslogHead = regexp.MustCompile(`^(?:<\d{1,3}>)?((?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [ \d]\d \d\d:\d\d:\d\d|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:?\d\d)) (\S{1,255}) ([\w./-]{1,64})(?:\[(\d+)\])?: `)
	eximHead   = regexp.MustCompile(`^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{1,6})?(?: [+-]\d{4})?) (?:\[(\d+)\] )?`)
	eximID     = regexp.MustCompile(`^(?:\w{6}-\w{6}-\w{2}|\w{6}-\w{11}-\w{4}) `)
	eximMark   = regexp.MustCompile(`^(?:<=|=>|->|\*>|==|\*\*|Completed|H=|Start queue|End queue|exim |SMTP |no (?:host|IP)|TLS |Unfrozen|Frozen)`)
)

// parser reads the lines of one kind of log into letters. It says whether it understood the line.
type parser func(l *logged, r *record) bool

// logged is a log that is being read.
type logged struct {
	entries []Entry
	letters []*Letter
	byID    map[string]*Letter // by host and queue ID
	reports map[string]bool    // of those, the ones that the host itself wrote to a sender
	loose   []int              // lines that are of no message
	refused int
}

// logOf reads lines of a mail log. Text is one where most of its lines are.
func logOf(lines []source) *Incident {
	l := &logged{byID: map[string]*Letter{}, reports: map[string]bool{}}
	known, all := 0, 0
	for _, s := range lines {
		if len(bytes.TrimSpace(s.text)) == 0 {
			continue
		}
		all++
		r, read := head(s)
		if read == nil {
			if l.entries = append(l.entries, Entry{At: s.at, Text: s.text}); len(l.entries) > 1 {
				l.loose = append(l.loose, len(l.entries)-1)
			}
			continue
		}
		known++
		l.add(r, read)
	}
	if known == 0 || 2*known < all {
		return nil
	}
	return l.incident()
}

// head reads what stands before the text of a line, and says who reads that.
func head(s source) (*record, parser) {
	r := &record{Entry: Entry{At: s.at, Text: s.text}}
	line := s.text[:min(len(s.text), maxLine)]
	if m := syslogHead.FindSubmatchIndex(line); m != nil {
		r.host, r.program, r.body = string(line[m[4]:m[5]]), string(line[m[6]:m[7]]), m[1]
		r.span(m[2], m[3], "incident.log.time", "")
		r.span(m[4], m[5], "incident.log.host", "")
		r.span(m[6], m[7], "incident.log.program", "")
		r.span(m[8], m[9], "incident.log.pid", "")
		return r, parserOf(r.program)
	}
	if m := eximHead.FindSubmatchIndex(line); m != nil {
		if rest := line[m[1]:]; !eximID.Match(rest) && !eximMark.Match(rest) && !bytes.Contains(rest, []byte(" rejected ")) && !bytes.Contains(rest, []byte(" H=")) {
			return r, nil
		}
		r.program, r.body = "exim", m[1]
		r.span(m[2], m[3], "incident.log.time", "")
		r.span(m[4], m[5], "incident.log.pid", "")
		return r, (*logged).exim
	}
	return r, nil
}

func parserOf(program string) parser {
	switch {
	case program == "exim" || program == "exim4":
		return (*logged).exim
	case program == "sendmail" || program == "sm-mta" || program == "sm-msp-queue" || program == "sm-que" || program == "mailer":
		return (*logged).sendmail
	case len(program) > 8 && program[:8] == "postfix/" || bytes.HasPrefix([]byte(program), []byte("postfix-")):
		return (*logged).postfix
	}
	return (*logged).other
}

// other reads a line of a program that is not known: only its replies are.
func (l *logged) other(r *record) bool {
	r.reply(r.body, r.end())
	return false
}

// end is up to where a line is taken apart.
func (r *record) end() int { return min(len(r.Text), maxLine) }

// add reads a line. One of a message is of its letter, any other stands by itself.
func (l *logged) add(r *record, read parser) {
	at := len(l.entries)
	loose := len(l.loose)
	known := read(l, r)
	l.entries = append(l.entries, r.Entry)
	if r.refused {
		l.refused++
	}
	if !known && len(l.loose) == loose {
		l.loose = append(l.loose, at)
	}
}

// letter is the message that a line is about: the one of its host with a queue ID. The line is noted as one of its lines.
func (l *logged) letter(r *record, id string) *Letter {
	key := r.host + "\x00" + id
	m := l.byID[key]
	if m == nil || m.over && r.begins() {
		m = &Letter{Host: r.host, ID: id, Sender: l.reports[key]}
		l.byID[key] = m
		l.letters = append(l.letters, m)
	}
	if n := len(m.lines); n == 0 || m.lines[n-1] != len(l.entries) {
		m.lines = append(m.lines, len(l.entries))
	}
	return m
}

// begins says whether a line is the first one of a message: short queue IDs of Postfix come again.
func (r *record) begins() bool {
	rest := r.Text[r.body:r.end()]
	return bytes.Contains(rest, []byte(": client=")) || bytes.Contains(rest, []byte(": uid=")) || bytes.Contains(rest, []byte(" <= "))
}

// delivery is the word of a message for a recipient, which a new word replaces.
func (m *Letter) delivery(to string) *Delivery {
	for i := range m.To {
		if m.To[i].To == to {
			return &m.To[i]
		}
	}
	if len(m.To) == maxRecipients {
		return &m.To[maxRecipients-1]
	}
	m.To = append(m.To, Delivery{To: to, Verdict: "unknown"})
	return &m.To[len(m.To)-1]
}

// maxRecipients bounds how many recipients of one message are told apart.
const maxRecipients = 1000

// incident makes parts of what was read: one for each message, one for all other lines.
func (l *logged) incident() *Incident {
	in := &Incident{Kind: Log}
	for _, m := range l.letters {
		p := Part{Title: machine.NewNote("incident.title.letter", "id", m.ID), Summary: m.summary()}
		for _, at := range m.lines {
			p.Entries = append(p.Entries, l.entries[at])
		}
		in.Parts = append(in.Parts, p)
		in.Letters = append(in.Letters, *m)
	}
	if len(l.loose) > 0 {
		p := Part{Title: machine.NewNote("incident.title.loose"), Summary: []machine.Note{machine.NewNote("incident.loose", "refused", strconv.Itoa(l.refused))}}
		for _, at := range l.loose {
			p.Entries = append(p.Entries, l.entries[at])
		}
		in.Parts = append(in.Parts, p)
	}
	return in
}

// summary follows a message: who brought it, and what became of it for each recipient.
func (m *Letter) summary() []machine.Note {
	var out []machine.Note
	switch from := m.From; {
	case !m.Sender:
		out = append(out, machine.NewNote("incident.letter.sender-unknown"))
	case from == "":
		out = append(out, machine.NewNote("incident.letter.null-sender"))
	case m.Client != "":
		out = append(out, machine.NewNote("incident.letter.from-client", "from", from, "client", m.Client))
	default:
		out = append(out, machine.NewNote("incident.letter.from", "from", from))
	}
	if m.User != "" {
		out = append(out, machine.NewNote("incident.letter.user", "user", m.User))
	}
	for _, d := range m.To {
		out = append(out, d.said())
	}
	if !m.over && len(m.To) > 0 {
		out = append(out, machine.NewNote("incident.letter.open"))
	}
	return out
}
