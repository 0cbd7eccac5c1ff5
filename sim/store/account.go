package store

import (
	"slices"
	"strings"
)

// Inbox is the name of the mailbox that every account has; in any case it means the same (RFC 3501 §5.1).
const Inbox = "INBOX"

// Account is one user's mailboxes by name, and the lock of the maildrop. INBOX is always there.
type Account struct {
	boxes       []named // by name, INBOX first
	uidValidity uint32  // of the mailbox that was made last
	lock        uint32  // who holds the maildrop; 0 is nobody
}

type named struct {
	name string
	box  *Memory
}

// NewAccount returns an account with an empty INBOX of the given UIDVALIDITY; mailboxes made later get higher ones.
func NewAccount(uidValidity uint32) *Account {
	return &Account{boxes: []named{{Inbox, NewMemory(uidValidity)}}, uidValidity: uidValidity}
}

// Names returns the names of the mailboxes: INBOX, then the others in the order of their octets.
func (a *Account) Names() []string {
	names := make([]string, len(a.boxes))
	for i, b := range a.boxes {
		names[i] = b.name
	}
	return names
}

// Mailbox returns the mailbox with a name, and false where there is none.
func (a *Account) Mailbox(name string) (*Memory, bool) {
	i, found := a.find(name)
	if !found {
		return nil, false
	}
	return a.boxes[i].box, true
}

// Create makes an empty mailbox: [ErrExists] where there is one of that name, [ErrName] where the name is empty.
func (a *Account) Create(name string) error {
	if name == "" {
		return ErrName
	}
	i, found := a.find(name)
	if found {
		return ErrExists
	}
	a.uidValidity++
	a.boxes = slices.Insert(a.boxes, i, named{name, NewMemory(a.uidValidity)})
	return nil
}

// find returns where the mailbox with a name is or belongs.
func (a *Account) find(name string) (int, bool) {
	if strings.EqualFold(name, Inbox) {
		return 0, true
	}
	i, found := slices.BinarySearchFunc(a.boxes[1:], name, func(b named, name string) int {
		return strings.Compare(b.name, name)
	})
	return i + 1, found
}

// TryLock takes the exclusive access that a POP3 session needs, for an owner that is not 0; false where another holds it
// (RFC 1939 §4). IMAP sessions and delivery go on beside it.
func (a *Account) TryLock(owner uint32) bool {
	if a.lock != 0 && a.lock != owner {
		return false
	}
	a.lock = owner
	return true
}

// Unlock gives up what owner took; from anybody else it does nothing.
func (a *Account) Unlock(owner uint32) {
	if a.lock == owner {
		a.lock = 0
	}
}

// Clone returns an independent copy. It copies the list of mailboxes and no message.
func (a *Account) Clone() *Account {
	c := *a
	c.boxes = slices.Clone(a.boxes)
	for i := range c.boxes {
		c.boxes[i].box = c.boxes[i].box.Clone()
	}
	return &c
}
