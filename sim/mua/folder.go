package mua

import (
	"slices"
	"sort"

	"ehlo/sim/imap"
	"ehlo/sim/message"
)

// folder is a mailbox as the program knows it.
type folder struct {
	name     string
	local    bool     // it is on this disk and nowhere else
	validity uint32   // of an IMAP mailbox: UIDVALIDITY
	messages []letter // by number
}

// letter is a message as far as the program has it.
type letter struct {
	number   uint32 // in an IMAP mailbox its UID
	uid      string // POP3: what UIDL calls it
	size     int64
	from, to string
	subject  string
	date     int64  // seconds since 1970-01-01 UTC
	id       string // its Message-ID
	about    string // the Message-ID of what it answers, as In-Reply-To says
	seen     bool
	answered bool
	flagged  bool
	deleted  bool
	content  []byte // nobody changes it; nil where only the header is here
	reason   string // in the outbox: why a server has not taken it
}

// read takes what a message itself says.
func (l *letter) read(content []byte) {
	l.content, l.size = content, int64(len(content))
	header, _ := message.Split(content)
	get := func(name string) string {
		value, _ := message.Get(header, name)
		return message.DecodeWords(value)
	}
	l.from, l.to, l.subject = get("From"), get("To"), get("Subject")
	l.id, l.about = get("Message-ID"), get("In-Reply-To")
	if value, ok := message.Get(header, "Date"); ok {
		l.date, _, _ = message.ParseDate(value)
	}
}

// flags takes what a server says of a message.
func (l *letter) flags(list []string) {
	l.seen, l.answered = slices.Contains(list, `\Seen`), slices.Contains(list, `\Answered`)
	l.flagged, l.deleted = slices.Contains(list, `\Flagged`), slices.Contains(list, `\Deleted`)
}

// folder finds a folder by its name, nil where there is none.
func (p *Program) folder(name string) *folder {
	for i := range p.folders {
		if p.folders[i].name == name {
			return &p.folders[i]
		}
	}
	return nil
}

// letter finds a message by its number, nil where there is none.
func (f *folder) letter(number uint32) *letter {
	if f == nil {
		return nil
	}
	i, ok := f.find(number)
	if !ok {
		return nil
	}
	return &f.messages[i]
}

func (f *folder) find(number uint32) (int, bool) {
	i := sort.Search(len(f.messages), func(i int) bool { return f.messages[i].number >= number })
	return i, i < len(f.messages) && f.messages[i].number == number
}

// put adds a message, or finds the one with that number.
func (f *folder) put(number uint32) *letter {
	i, ok := f.find(number)
	if !ok {
		f.messages = slices.Insert(f.messages, i, letter{number: number})
	}
	return &f.messages[i]
}

// store puts a whole message into a local folder.
func (p *Program) store(name string, content []byte) *letter {
	p.number++
	l := p.folder(name).put(p.number)
	l.read(content)
	return l
}

// learn takes what a FETCH response says of a message.
func (f *folder) learn(r *imap.Response) {
	var l *letter
	switch uid := uint32(r.UID()); {
	case uid != 0:
		l = f.put(uid)
	case r.Number > 0 && int(r.Number) <= len(f.messages):
		l = &f.messages[r.Number-1]
	default:
		return
	}
	if flags, ok := r.Flags(); ok {
		l.flags(flags)
	}
	for _, d := range r.Items {
		switch d.Name {
		case "RFC822.SIZE":
			l.size, _ = d.Value.Number()
		case "ENVELOPE":
			if e, ok := d.Value.Envelope(); ok {
				l.from, l.to, l.subject = addresses(e.From), addresses(e.To), message.DecodeWords(e.Subject)
				l.date, _, _ = message.ParseDate(e.Date)
				l.id, l.about = e.MessageID, e.InReplyTo
			}
		case "BODY":
			if d.Body {
				l.content = []byte(d.Value.Text)
			}
		}
	}
}

// addresses writes a list as people read it.
func addresses(list []message.Address) string {
	text := ""
	for _, a := range list {
		if a.Host == "" {
			continue
		}
		if text != "" {
			text += ", "
		}
		if a.Name != "" {
			text += message.DecodeWords(a.Name) + " <" + a.Mailbox + "@" + a.Host + ">"
		} else {
			text += a.Mailbox + "@" + a.Host
		}
	}
	return text
}
