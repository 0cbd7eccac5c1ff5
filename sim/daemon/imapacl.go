package daemon

import (
	"slices"
	"strings"

	"ehlo/sim/imap"
	"ehlo/sim/store"
)

// quota answers what an account may hold, and changes it: of the user's own account, and to look at of those whose
// mailboxes the user may read.
func (s *imapd) quota(h *Host, e imap.Event) imap.Answer {
	name := store.Inbox
	switch {
	case e.Mailbox != "":
		name = e.Mailbox
	case e.Root != "":
		name = e.Root + string(store.Delimiter) + store.Inbox
	}
	p, ok := s.find(h, name)
	if !ok {
		return imap.Answer{}
	}
	if _, there := p.account.Store.Mailbox(p.name); !there {
		return imap.Answer{Reason: imap.ReplyNoMailbox}
	}
	own := p.account.Address == s.account
	if !own && !p.rights.Has(store.RightRead) || e.Kind == imap.AskSetQuota && !own {
		return imap.Answer{Reason: imap.ReplyNoPermission}
	}
	if e.Kind == imap.AskSetQuota {
		if err := p.account.Store.SetQuota(e.Quota); err != nil {
			return done(err)
		}
	}
	root := ""
	if !own {
		root = others + h.identifier(p.account.Address)
	}
	return imap.Answer{OK: true, Root: root, Quota: p.account.Store.Quota(), Usage: p.account.Store.Usage()}
}

// identifier is how an address is written in an access control list: as the login name where that says who is meant.
func (h *Host) identifier(address string) string {
	local := localPart(address)
	if a, ok := h.named(local); ok && a.Address == address {
		return local
	}
	return address
}

// acl answers who may do what with a mailbox, and changes it (RFC 4314 §4).
func (s *imapd) acl(h *Host, e imap.Event) imap.Answer {
	p, ok := s.find(h, e.Mailbox)
	if !ok {
		return imap.Answer{}
	}
	if _, there := p.account.Store.Mailbox(p.name); !there {
		return imap.Answer{Reason: imap.ReplyNoMailbox}
	}
	if e.Kind == imap.AskRights {
		return imap.Answer{OK: true, Rights: p.rights}
	}
	if !p.rights.Has(store.RightAdmin) {
		return imap.Answer{Reason: imap.ReplyNoPermission}
	}
	if e.Kind == imap.AskACL {
		list := []store.Grant{{Who: h.identifier(p.account.Address), Rights: store.AllRights}}
		for _, g := range p.account.Store.Grants(p.name) {
			if g.Who != store.Anyone {
				g.Who = h.identifier(g.Who)
			}
			list = append(list, g)
		}
		return imap.Answer{OK: true, Grants: list}
	}
	who := strings.ToLower(e.User)
	if who != store.Anyone {
		a, known := h.named(e.User)
		if !known {
			return imap.Answer{Reason: imap.ReplyIdentifier}
		}
		who = a.Address
	}
	owner := who == p.account.Address
	switch {
	case e.Kind == imap.AskListRights && owner:
		return imap.Answer{OK: true, Rights: store.AllRights}
	case e.Kind == imap.AskListRights:
		return imap.Answer{OK: true}
	case owner:
		return imap.Answer{OK: true} // the owner has every right, whatever anybody asks for
	}
	rights := e.Rights
	grants := p.account.Store.Grants(p.name)
	if i := slices.IndexFunc(grants, func(g store.Grant) bool { return g.Who == who }); i >= 0 {
		switch e.Op {
		case store.FlagAdd:
			rights |= grants[i].Rights
		case store.FlagRemove:
			rights = grants[i].Rights &^ rights
		}
	} else if e.Op == store.FlagRemove {
		rights = 0
	}
	return done(p.account.Store.SetRights(p.name, who, rights))
}
