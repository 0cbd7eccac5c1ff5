package shell

import (
	"ehlo/sim/imap"
	"ehlo/sim/sasl"
	"ehlo/sim/store"
)

// imapEvent goes on with a session by IMAP after a reply.
func (f *fetchmail) imapEvent(p *Process, e imap.ClientEvent) {
	now := p.Env().Now()
	if e.Kind == imap.EventGreeting && f.imap.Knows() {
		f.imapOffered(p)
		return
	}
	if e.Kind == imap.EventGreeting {
		f.imap.Do(now, imap.Capability{})
		return
	}
	if e.Kind != imap.EventReply {
		return
	}
	ok := e.Response.Status == imap.OK
	switch c := e.Command.(type) {
	case imap.Capability:
		f.imapOffered(p)
	case imap.StartTLS:
		if !ok {
			f.authFailed(p, e.Response.Text)
		}
	case imap.Login:
		f.imapIn(p, ok, e.Response.Text)
	case imap.Authenticate:
		if !ok && f.s.auth == "" { // the digest was refused: the password itself is tried
			f.imap.Do(now, imap.Login{User: f.s.user, Password: f.s.password})
			return
		}
		f.imapIn(p, ok, e.Response.Text)
	case imap.Select:
		f.imapSelected(p, ok, e.Response.Text)
	case imap.Search:
		f.imapSearched(p, e.Untagged)
	case imap.Fetch:
		f.imapFetched(p, c, e.Untagged)
	case imap.Store:
		if c.Flags.System&store.Deleted == 0 {
			f.chosen(p)
			return
		}
		f.imap.Do(now, imap.Expunge{})
	case imap.Expunge:
		if f.number == 0 {
			f.imapSwept(p)
			return
		}
		f.gone++
		f.chosen(p)
	case imap.Logout:
		f.over = true
	}
}

// imapOffered begins TLS, or logs in by the best way that keeps the password secret, or else by LOGIN.
func (f *fetchmail) imapOffered(p *Process) {
	now := p.Env().Now()
	switch {
	case f.upgrades(p, f.imap.Offers("STARTTLS"), "STARTTLS"):
		f.imap.Do(now, imap.StartTLS{})
	case f.imap.Mechanisms().Has(sasl.CRAMMD5) && f.s.auth != "password":
		f.imap.Do(now, imap.Authenticate{Mechanism: sasl.CRAMMD5.String(), Credentials: sasl.Credentials{User: f.s.user, Password: f.s.password}})
	case f.imap.Offers("LOGINDISABLED"):
		f.authFailed(p, "LOGIN is disabled")
	default:
		f.imap.Do(now, imap.Login{User: f.s.user, Password: f.s.password})
	}
}

func (f *fetchmail) imapIn(p *Process, ok bool, text string) {
	if !ok {
		f.authFailed(p, text)
		return
	}
	f.openFolder(p)
}

// openFolder selects the next folder; without any it is the INBOX.
func (f *fetchmail) openFolder(p *Process) {
	f.folder = store.Inbox
	if len(f.s.folders) > 0 {
		f.folder = f.s.folders[f.folders]
	}
	f.folders++
	f.imap.Do(p.Env().Now(), imap.Select{Mailbox: f.folder, ReadOnly: f.checkOnly})
}

func (f *fetchmail) imapSelected(p *Process, ok bool, text string) {
	if !ok {
		p.Error("mailbox selection failed")
		p.Why("shell.why.folder", f.folder)
		f.failed(p, fetchProtocol)
		return
	}
	f.count, f.octets, f.gone, f.number = int(f.imap.Mailbox().Exists), 0, 0, 0
	f.box = make([]fetchMessage, f.count)
	for i := range f.box {
		f.box[i].old = true
	}
	if f.count == 0 {
		f.counted(p)
		return
	}
	if !f.checkOnly && !f.s.keep { // what others have deleted is not counted
		f.imap.Do(p.Env().Now(), imap.Expunge{})
		return
	}
	f.imapSearch(p)
}

func (f *fetchmail) imapSearch(p *Process) {
	f.imap.Do(p.Env().Now(), imap.Search{Keys: []imap.SearchKey{{Name: imap.UnseenKey}}})
}

// imapSwept counts what is left.
func (f *fetchmail) imapSwept(p *Process) {
	f.count = min(f.count, int(f.imap.Mailbox().Exists))
	if f.box = f.box[:f.count]; f.count == 0 {
		f.counted(p)
		return
	}
	f.imapSearch(p)
}

// imapSearched notes which messages nobody has read.
func (f *fetchmail) imapSearched(p *Process, untagged []imap.Response) {
	for i := range untagged {
		for _, r := range untagged[i].Search.All {
			for n := min(r.From, r.To); n <= max(r.From, r.To) && n >= 1 && int(n) <= f.count; n++ {
				f.box[n-1].old = false
			}
		}
	}
	if f.checkOnly && !f.old { // how large they are is of no interest
		f.counted(p)
		return
	}
	f.imap.Do(p.Env().Now(), imap.Fetch{Set: imap.SequenceSet{{From: 1, To: uint32(f.count)}}, Bare: true, Items: []imap.FetchItem{{Att: imap.SizeItem}}})
}

// imapFetched takes the sizes of all messages, the header of one, or its text.
func (f *fetchmail) imapFetched(p *Process, c imap.Fetch, untagged []imap.Response) {
	switch c.Items[0].Att {
	case imap.SizeItem:
		for i := range untagged {
			for _, d := range untagged[i].Items {
				if n, ok := d.Value.Number(); ok && d.Name == "RFC822.SIZE" && int(untagged[i].Number) <= f.count && untagged[i].Number > 0 {
					f.box[untagged[i].Number-1].size = n
				}
			}
		}
		f.counted(p)
	case imap.RFC822HeaderItem:
		f.message = f.message[:0]
		f.imapContent(untagged)
		f.imap.Do(p.Env().Now(), imap.Fetch{Set: c.Set, Bare: true, Items: []imap.FetchItem{{Att: imap.BodyPeekItem, Section: imap.Section{Text: imap.BodyText}}}})
	default:
		f.imapContent(untagged)
		f.hand(p)
	}
}

func (f *fetchmail) imapContent(untagged []imap.Response) {
	for i := range untagged {
		if text, ok := untagged[i].Content(); ok {
			f.message = append(f.message, text...)
		}
	}
}

// imapNumber is the number of the message in hand now, since those before it that were expunged are gone.
func (f *fetchmail) imapNumber() imap.SequenceSet { return imap.One(uint32(f.number - f.gone)) }

// imapMark marks the message in hand as read, and as deleted where it goes.
func (f *fetchmail) imapMark(p *Process, remove bool) {
	flags := store.Flags{System: store.Seen}
	if remove {
		flags.System |= store.Deleted
	}
	f.imap.Do(p.Env().Now(), imap.Store{Set: f.imapNumber(), Op: store.FlagAdd, Flags: flags})
}
