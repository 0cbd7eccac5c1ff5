package daemon

import (
	"ehlo/sim/imap"
	"ehlo/sim/store"
)

// copy puts copies of messages of the selected mailbox into another one and, for MOVE, removes the messages, all of it
// or nothing.
func (s *imapd) copy(env Env, h *Host, conn uint32, e imap.Event) imap.Answer {
	from, name, ok := s.selected(h)
	if !ok {
		return imap.Answer{Reason: imap.ReplyServerFault}
	}
	p, ok := s.find(h, e.Mailbox)
	if !ok {
		return imap.Answer{}
	}
	to, ok := p.account.Store.Mailbox(p.name)
	switch {
	case !ok:
		return imap.Answer{}
	case !p.rights.Has(store.RightInsert), e.Move && !s.rights.Has(store.RightExpunge|store.RightDeleteMarked):
		return imap.Answer{Reason: imap.ReplyNoPermission}
	}
	var in, out store.Batch
	now := env.Date(env.Now())
	for _, uid := range e.UIDs {
		seq, _ := from.Snapshot().Seq(uid)
		m, ok := from.Snapshot().At(seq)
		if !ok {
			continue
		}
		content, err := from.Content(uid)
		if err != nil {
			return imap.Answer{Reason: imap.ReplyServerFault}
		}
		flags := m.Flags
		if !p.rights.Has(store.AllRights) {
			flags = allowed(p.rights, flags)
		}
		in.Append = append(in.Append, store.Draft{Content: content, Flags: flags, Date: m.Date, Saved: now, EmailID: m.EmailID})
		out.Expunge = append(out.Expunge, uid)
	}
	results, err := s.transfer(h, p.account, to, from, in, out, e.Move)
	if err != nil {
		return imap.Answer{Reason: imap.Refusal(err)}
	}
	if to != from {
		h.changed(env, p.account.Address, p.name, to.Snapshot(), conn)
	}
	if e.Move || to == from {
		h.changed(env, s.owner, name, from.Snapshot(), conn)
	}
	return imap.Answer{OK: true, Snapshot: from.Snapshot(), Target: results[0].Snapshot, Copied: out.Expunge,
		UIDs: results[0].Appended}
}

// replace puts a message into a mailbox and removes another from the selected one (RFC 8508 §3.4).
func (s *imapd) replace(env Env, h *Host, conn uint32, e imap.Event) imap.Answer {
	from, name, ok := s.selected(h)
	if !ok {
		return imap.Answer{Reason: imap.ReplyServerFault}
	}
	p, to, reason := s.inserts(env, h, e)
	switch {
	case to == nil:
		return imap.Answer{Reason: reason}
	case !s.rights.Has(store.RightExpunge | store.RightDeleteMarked):
		return imap.Answer{Reason: imap.ReplyNoPermission}
	}
	results, err := s.transfer(h, p.account, to, from, store.Batch{Append: e.Drafts}, store.Batch{Expunge: e.UIDs}, true)
	if err != nil {
		return imap.Answer{Reason: imap.Refusal(err)}
	}
	if to != from {
		h.changed(env, p.account.Address, p.name, to.Snapshot(), conn)
	}
	h.changed(env, s.owner, name, from.Snapshot(), conn)
	return imap.Answer{OK: true, Snapshot: from.Snapshot(), Target: results[0].Snapshot, UIDs: results[0].Appended}
}

// transfer commits what a copy puts into one mailbox and what a move takes out of the other: at once within an account,
// else the copies first, so that nothing is lost.
func (s *imapd) transfer(h *Host, target *Account, to, from *store.Memory, in, out store.Batch, move bool) ([]store.Result, error) {
	source, _ := h.account(s.owner)
	batches := []store.BoxBatch{{ID: to.Snapshot().UIDValidity(), Batch: in}}
	removal := store.BoxBatch{ID: from.Snapshot().UIDValidity(), Batch: out}
	if move && source == target {
		batches = append(batches, removal)
	}
	results, err := target.Store.Commit(batches...)
	if err == nil && move && source != target {
		_, err = source.Store.Commit(removal)
	}
	return results, err
}
