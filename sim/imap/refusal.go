package imap

import (
	"errors"

	"ehlo/sim/store"
)

// Refusal is the reply that says why an account did not do what it was asked; [ReplyDefault] where there is no error.
func Refusal(err error) ReplyID {
	for _, r := range [...]struct {
		err   error
		reply ReplyID
	}{
		{store.ErrOverQuota, ReplyOverQuota}, {store.ErrExists, ReplyExists}, {store.ErrName, ReplyBadName},
		{store.ErrNoMailbox, ReplyNoMailbox}, {store.ErrInbox, ReplyInbox}, {store.ErrChildren, ReplyChildren},
		{store.ErrUse, ReplyUse}, {store.ErrLimit, ReplyLimit},
	} {
		if errors.Is(err, r.err) {
			return r.reply
		}
	}
	if err != nil {
		return ReplyServerFault
	}
	return ReplyDefault
}
