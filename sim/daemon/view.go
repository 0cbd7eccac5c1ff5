package daemon

import "ehlo/sim/store"

// View is a mailbox as a session sees it.
type View struct {
	Address  string // of the mailbox's owner
	Mailbox  string
	ReadOnly bool
	Untold   int // messages that have come and that the session's client does not know of
	Messages []store.Numbered
}

// Viewer is a session that can look at a mailbox.
type Viewer interface {
	// View is what it sees of it, with so many of the last messages at most, and false where it looks at none.
	View(limit int) (View, bool)
}

// View is the selected mailbox.
func (s *imapd) View(limit int) (v View, ok bool) {
	v = View{Address: s.owner, Mailbox: s.Mailbox()}
	v.Messages, v.Untold, v.ReadOnly, ok = s.Numbered(limit)
	return v, ok
}

// View is the maildrop.
func (s *pop3d) View(limit int) (v View, ok bool) {
	v = View{Address: s.account, Mailbox: store.Inbox}
	v.Messages, ok = s.Numbered(limit)
	return v, ok
}
