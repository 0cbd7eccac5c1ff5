package daemon

import (
	"errors"

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
	a, _ := h.account(s.account)
	to, ok := a.Store.Mailbox(e.Mailbox)
	if !ok {
		return imap.Answer{}
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
		in.Append = append(in.Append, store.Draft{Content: content, Flags: m.Flags, Date: m.Date, Saved: now, EmailID: m.EmailID})
		out.Expunge = append(out.Expunge, uid)
	}
	batches := []store.BoxBatch{{ID: to.Snapshot().UIDValidity(), Batch: in}}
	if e.Move {
		batches = append(batches, store.BoxBatch{ID: from.Snapshot().UIDValidity(), Batch: out})
	}
	results, err := a.Store.Commit(batches...)
	switch {
	case errors.Is(err, store.ErrOverQuota):
		return imap.Answer{Reason: imap.ReplyOverQuota}
	case err != nil:
		return imap.Answer{Reason: imap.ReplyServerFault}
	}
	if to != from {
		h.changed(env, s.account, e.Mailbox, to.Snapshot(), conn)
	}
	if e.Move || to == from {
		h.changed(env, s.account, name, from.Snapshot(), conn)
	}
	return imap.Answer{OK: true, Snapshot: from.Snapshot(), Target: results[0].Snapshot, Copied: out.Expunge,
		UIDs: results[0].Appended}
}
