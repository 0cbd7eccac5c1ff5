package daemon

import (
	"slices"
	"strings"

	"ehlo/sim/imap"
	"ehlo/sim/store"
)

// metadata answers what is kept with a mailbox, or with the user's account, and changes it (RFC 5464). Entries below
// /private are the owner's; those below /shared are for all who may read the mailbox, and for those who may write in it
// to change.
func (s *imapd) metadata(h *Host, e imap.Event) imap.Answer {
	own, ok := h.account(s.account)
	p := place{own, "", store.AllRights}
	if e.Mailbox != "" {
		p, ok = s.find(h, e.Mailbox)
	}
	if !ok {
		return imap.Answer{}
	}
	notes, there := p.account.Store.Annotations(p.name)
	foreign := p.account != own
	switch {
	case !there:
		return imap.Answer{}
	case !p.rights.Has(store.RightRead), e.Kind == imap.AskSetMetadata && !p.rights.Has(store.RightWrite):
		return imap.Answer{Reason: imap.ReplyNoPermission}
	case e.Kind == imap.AskMetadata && foreign:
		return imap.Answer{OK: true, Annotations: shared(notes)}
	case e.Kind == imap.AskMetadata:
		return imap.Answer{OK: true, Annotations: notes}
	case foreign && slices.ContainsFunc(e.Annotations, private):
		return imap.Answer{Reason: imap.ReplyNoPrivate}
	case len(notes)+len(e.Annotations) > imap.MaxAnnotations:
		return imap.Answer{Reason: imap.ReplyTooManyNotes}
	}
	for _, n := range e.Annotations {
		if err := p.account.Store.Annotate(p.name, n); err != nil {
			return done(err)
		}
	}
	for _, name := range e.Forget {
		if foreign && private(store.Annotation{Name: name}) {
			continue
		}
		if err := p.account.Store.Forget(p.name, name); err != nil {
			return done(err)
		}
	}
	return imap.Answer{OK: true}
}

func private(n store.Annotation) bool { return strings.HasPrefix(n.Name, "/private/") }

// shared is the annotations that others may see.
func shared(notes []store.Annotation) []store.Annotation {
	return slices.DeleteFunc(slices.Clone(notes), private)
}
