package store

import (
	"slices"
	"strings"
)

// Account is one user's mailboxes by name, what is said of each, the names that the user subscribes to, and the lock of
// the maildrop. INBOX is always there.
//
// A name may have levels, with [Delimiter] between them. A level above a mailbox need not be a mailbox itself: it is there
// as long as there is something below it.
//
// Whatever changes an account is an [Op] and passes through [Account.Apply], so that one place can write all of it down.
type Account struct {
	boxes       []named // by name, INBOX first
	uidValidity uint32  // of the mailbox that was made last
	subscribed  []string
	quota       Quota
	annotations []Annotation // of the account itself
	journal     Journal      // nil where nobody writes down what happens
	lock        uint32       // who holds the maildrop; 0 is nobody
}

// named is a mailbox with what its name stands for.
type named struct {
	name        string
	box         *Memory
	use         Uses
	grants      []Grant      // by identifier
	annotations []Annotation // by name
}

// NewAccount returns an account with an empty INBOX of the given UIDVALIDITY; mailboxes made later get higher ones.
func NewAccount(uidValidity uint32) *Account {
	a := &Account{uidValidity: uidValidity}
	a.boxes = []named{{name: Inbox, box: a.newBox(uidValidity)}}
	return a
}

func (a *Account) newBox(uidValidity uint32) *Memory {
	box := NewMemory(uidValidity)
	box.account = a
	return box
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

// ByID returns the mailbox with a UIDVALIDITY, under whatever name it is now. An account never gives two mailboxes the
// same one.
func (a *Account) ByID(uidValidity uint32) (box *Memory, name string, ok bool) {
	i := slices.IndexFunc(a.boxes, func(b named) bool { return b.box.Snapshot().UIDValidity() == uidValidity })
	if i < 0 {
		return nil, "", false
	}
	return a.boxes[i].box, a.boxes[i].name, true
}

// Subscribed returns the names that the user subscribes to, in the order of their octets. There need not be mailboxes of
// these names (RFC 3501 §6.3.6).
func (a *Account) Subscribed() []string { return a.subscribed }

// Use returns what a mailbox is for (RFC 6154 §2).
func (a *Account) Use(name string) Uses {
	if i, found := a.find(name); found {
		return a.boxes[i].use
	}
	return 0
}

// Quota returns the limits of the account.
func (a *Account) Quota() Quota { return a.quota }

// Usage returns what all mailboxes hold together.
func (a *Account) Usage() Usage {
	u := Usage{Mailboxes: len(a.boxes)}
	for i := range a.boxes {
		s := a.boxes[i].box.Snapshot()
		u.Messages += s.Len()
		u.Octets += s.Size()
	}
	return u
}

// find returns where the mailbox with a name is or belongs.
func (a *Account) find(name string) (int, bool) {
	name = CanonicalName(name)
	if name == Inbox {
		return 0, true
	}
	i, found := slices.BinarySearchFunc(a.boxes[1:], name, func(b named, name string) int {
		return strings.Compare(b.name, name)
	})
	return i + 1, found
}

// below returns from where to where the mailboxes below a name are.
func (a *Account) below(name string) (from, to int) {
	prefix := CanonicalName(name) + string(Delimiter)
	from, _ = a.find(prefix)
	for to = from; to < len(a.boxes) && strings.HasPrefix(a.boxes[to].name, prefix); to++ {
	}
	return from, to
}

// HasChildren says whether there are mailboxes below a name.
func (a *Account) HasChildren(name string) bool {
	from, to := a.below(name)
	return from < to
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

// Locked says whether somebody has the exclusive access.
func (a *Account) Locked() bool { return a.lock != 0 }

// Unlock gives up what owner took; from anybody else it does nothing.
func (a *Account) Unlock(owner uint32) {
	if a.lock == owner {
		a.lock = 0
	}
}

// Clone returns an independent copy, which nobody writes down. It copies the list of mailboxes and no message.
func (a *Account) Clone() *Account {
	c := *a
	c.journal = nil
	c.boxes = slices.Clone(a.boxes)
	for i := range c.boxes {
		c.boxes[i].box = c.boxes[i].box.Clone()
		c.boxes[i].box.account = &c
	}
	return &c
}
