package daemon

import (
	"ehlo/sim/smtp"
	"ehlo/sim/store"
)

// Client is who is at the other end of a server's session.
type Client struct {
	Host    string // its name, "" where nobody knows it
	Address string
	Port    int // its end of the connection, 0 where nobody knows it

	Compress bool // the driver can compress the connection for it (RFC 4978)
}

// Policy lets a driver decide what an SMTP server answers before the host's own rules do.
type Policy interface {
	// Judge decides on a question. With decided false the host's own rules go on; otherwise the reply stands, and nil
	// says yes in the server's own wording. It is asked of every sender, recipient and message.
	Judge(c Client, e *smtp.Event) (reply *smtp.Reply, decided bool)
}

// Room is a [Policy] that also decides how much all mailboxes may hold.
type Room interface {
	// Room says whether there is room for so many octets more.
	Room(octets int64) bool
}

// SetPolicy puts a policy before the host's own rules. Clones of the host share it.
func (h *Host) SetPolicy(p Policy) { h.policy = p }

// CatchAll lets mail for other domains end in the INBOX of an account of this host, once for each message, instead of
// being sent on, and mail for recipients of this host's domains whom a policy takes though nobody has that name. The
// rules on who may send such mail stay as they are.
func (h *Host) CatchAll(address string) { h.catchAll = address }

// Destination finds the account in which mail for a forward-path ends, and false where it ends in none here.
func (h *Host) Destination(to smtp.Path) (*Account, bool) {
	if h.isLocal(to.Domain) {
		if a, ok := h.recipient(to); ok {
			return a, true
		}
	}
	return h.account(h.catchAll)
}

// IsLocal says that mail for a domain ends at this host.
func (h *Host) IsLocal(domain string) bool { return h.isLocal(domain) }

// Expunge removes messages from a mailbox without anybody being logged in, and tells the sessions that have it open.
func (h *Host) Expunge(env Env, address, mailbox string, uids []store.UID) error {
	a, ok := h.account(address)
	if !ok {
		return store.ErrName
	}
	box, ok := a.Store.Mailbox(mailbox)
	if !ok {
		return store.ErrName
	}
	before := box.Snapshot().HighestModSeq()
	r, err := box.Commit(store.Batch{Expunge: uids})
	if err == nil && r.Snapshot.HighestModSeq() != before {
		h.changed(env, a.Address, mailbox, r.Snapshot, 0)
	}
	return err
}
