package mua

import (
	"strings"

	"ehlo/sim/imap"
	"ehlo/sim/message"
	"ehlo/sim/terminal"
)

// View is what the program shows.
func (p *Program) View() terminal.MailView {
	v := terminal.MailView{Host: p.host, User: p.user, Account: p.account.view(), Offline: p.offline, Busy: p.busy(), Online: p.in != nil,
		Fault: p.fault, Open: p.open, Shown: p.shown, Sent: p.sent, Folders: []terminal.MailFolder{}, Letters: []terminal.MailLetter{}, Conns: append([]uint32{}, p.conns...)}
	for i := range p.folders {
		f := &p.folders[i]
		folder := terminal.MailFolder{Name: f.name, Local: f.local, Messages: len(f.messages)}
		for _, l := range f.messages {
			if !l.seen {
				folder.Unseen++
			}
		}
		v.Folders = append(v.Folders, folder)
	}
	open := p.folder(p.open)
	for i := range open.messages {
		l := &open.messages[i]
		v.Letters = append(v.Letters, terminal.MailLetter{Number: l.number, From: l.from, To: l.to, Subject: l.subject, Date: l.date, Size: l.size,
			Seen: l.seen, Answered: l.answered, Flagged: l.flagged, Deleted: l.deleted, Here: l.content != nil, Reason: l.reason, ID: l.id, About: l.about})
	}
	if l := open.letter(p.shown); l != nil && l.content != nil {
		v.Message = Shown(l.content)
	}
	return v
}

// Shown takes a message apart for a reader.
func Shown(content []byte) *terminal.MailMessage {
	header, _ := message.Split(content)
	m := &terminal.MailMessage{Fields: []terminal.MailField{}, Parts: []terminal.MailPart{}}
	for _, f := range message.Fields(header) {
		m.Fields = append(m.Fields, terminal.MailField{Name: f.Name, Value: message.DecodeWords(f.Value)})
	}
	for _, p := range imap.Leaves(content) {
		octets, _ := message.DecodeTransfer(p.Encoding, p.Body)
		part := terminal.MailPart{Type: strings.ToLower(p.Type), Name: message.DecodeWords(p.Name), Size: int64(len(octets)), Attached: p.Attached || !strings.HasPrefix(p.Type, "TEXT/")}
		if !part.Attached {
			var ok bool
			if part.Text, ok = message.ToUTF8(p.Charset, octets); !ok {
				part.Text = strings.ToValidUTF8(string(octets), "\uFFFD")
			}
		}
		m.Parts = append(m.Parts, part)
	}
	return m
}

// Part gives the octets of a part of the message that is shown, by its place in the view, and nil where there is none.
func (p *Program) Part(index int) []byte {
	l := p.folder(p.open).letter(p.shown)
	if l == nil || l.content == nil {
		return nil
	}
	if index < 0 {
		return l.content
	}
	parts := imap.Leaves(l.content)
	if index >= len(parts) {
		return nil
	}
	octets, _ := message.DecodeTransfer(parts[index].Encoding, parts[index].Body)
	return octets
}
