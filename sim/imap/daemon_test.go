package imap_test

import (
	"testing"

	"ehlo/sim/engine"
	"ehlo/sim/imap"
	"ehlo/sim/message"
	"ehlo/sim/store"
)

// host is a server with the surroundings that answer its questions: one account and its mailboxes.
type host struct {
	*imap.Server
	account *store.Account
	recent  map[string]store.UID
	events  []imap.Event
}

const password = "plover"

func newHost(cfg imap.Config, account *store.Account) *host {
	if cfg.Hostname == "" {
		cfg.Hostname = "mx.example.net"
	}
	return &host{Server: imap.NewServer(cfg, 0), account: account, recent: map[string]store.UID{}}
}

func (h *host) Receive(now engine.Time, p []byte) {
	h.Server.Receive(now, p)
	h.settle(now)
}

func (h *host) ReceiveEOF(now engine.Time) {
	h.Server.ReceiveEOF(now)
	h.settle(now)
}

func (h *host) HandleTimeout(now engine.Time) {
	h.Server.HandleTimeout(now)
	h.settle(now)
}

// settle answers what the server asks until it asks nothing more.
func (h *host) settle(now engine.Time) {
	for {
		e, ok := h.Next()
		if !ok {
			return
		}
		h.events = append(h.events, e)
		if e.Kind != imap.EventClosed {
			h.Answer(now, e.ID, h.answer(e))
		}
	}
}

func (h *host) answer(e imap.Event) imap.Answer {
	box, ok := h.account.Mailbox(e.Mailbox)
	if e.Kind != imap.AskSelect {
		box, ok = h.account.Mailbox(h.Mailbox())
	}
	switch e.Kind {
	case imap.AskLogin:
		return imap.Answer{OK: e.User == "bob" && e.Password == password}
	case imap.AskList:
		var list []imap.MailboxInfo
		for _, name := range h.account.Names() {
			list = append(list, imap.MailboxInfo{Name: name, Delimiter: '/'})
		}
		return imap.Answer{OK: true, Mailboxes: list}
	case imap.AskSelect:
		if !ok {
			return imap.Answer{}
		}
		a := imap.Answer{OK: true, Snapshot: box.Snapshot(), FirstRecent: max(1, h.recent[e.Mailbox])}
		if !e.ReadOnly {
			h.recent[e.Mailbox] = box.Snapshot().UIDNext()
		}
		return a
	case imap.AskContent:
		content, err := box.Content(e.UID)
		return imap.Answer{OK: err == nil, Content: content}
	case imap.AskStore:
		r, err := box.Commit(e.Batch)
		return imap.Answer{OK: err == nil, Snapshot: r.Snapshot}
	case imap.AskExpunge:
		r, err := box.Commit(store.Batch{Expunge: e.UIDs})
		return imap.Answer{OK: err == nil, Snapshot: r.Snapshot}
	}
	return imap.Answer{}
}

// letters fills a mailbox; each text is a message with LF for its line ends.
func letters(t testing.TB, box store.Mailbox, texts ...string) {
	t.Helper()
	var b store.Batch
	for i, text := range texts {
		b.Append = append(b.Append, store.Draft{Content: message.Canonical(text), Date: 1790000000 + int64(i)*3600})
	}
	if _, err := box.Commit(b); err != nil {
		t.Fatal(err)
	}
}

const plain = `From: Alice <alice@example.org>
To: bob@example.net
Subject: Supper
Date: Mon, 21 Sep 2026 14:00:00 +0000
Message-ID: <1@example.org>

Bring the lamp.
`

func bobs(t testing.TB) *store.Account {
	a := store.NewAccount(1)
	box, _ := a.Mailbox("INBOX")
	letters(t, box, plain, plain)
	return a
}

func TestSmoke(t *testing.T) {
	h := newHost(imap.Config{}, bobs(t))
	h.Receive(0, []byte("a LOGIN {3}\r\nbob plover\r\nb SELECT inbox\r\nc FETCH 1:* (FLAGS BODY[] ENVELOPE BODYSTRUCTURE)\r\nd STORE 1 +FLAGS (\\Deleted)\r\ne EXPUNGE\r\nf LIST \"\" *\r\ng FETCH 1 (UID\r\ng NOOP\r\nh FETCH 1 full\r\ni logout\r\n"))
	t.Logf("%s", h.Output())
}
