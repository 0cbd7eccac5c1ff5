// Package store is the mailbox of every machine: messages by sequence number and UID, flags, modification sequences and
// what was expunged, in immutable snapshots (RFC 3501 §2.3, RFC 7162 §3).
//
// A mailbox changes only by a [Batch], all of it or nothing. What anybody reads is a [Snapshot]: a value that never
// changes and that shares with its neighbours whatever they have in common, so that a session keeps the state it has
// told its client about, and a world keeps its past, at the cost of the difference. See tree.go for how.
//
// Package storetest holds the suite that every [Mailbox] has to pass.
package store

import "errors"

// UID is a message's unique identifier, from 1 and ascending within a mailbox (RFC 3501 §2.3.1.1).
type UID uint32

// ModSeq is a modification sequence: each batch that changes something gets the next one (RFC 7162 §3.1).
type ModSeq uint64

// UIDRange is the UIDs from First to Last, both included.
type UIDRange struct{ First, Last UID }

// Message is what a mailbox knows of a message without its octets.
type Message struct {
	UID    UID
	ModSeq ModSeq // of the batch that brought it or changed its flags last
	Flags  Flags
	Date   int64 // when it came, in seconds since 1970-01-01 UTC (INTERNALDATE, RFC 3501 §2.3.3)
	Size   int64 // octets with CR LF line ends (RFC822.SIZE, RFC 3501 §2.3.4)
	Saved  int64 // when it came into this mailbox, in seconds since 1970-01-01 UTC; 0 where nobody noted it (RFC 8514 §4)

	EmailID uint64 // the same as long as the octets are, wherever the message is moved or copied to (RFC 8474 §5.1)

	content *content
}

// content is behind a pointer so that a [Message] can be compared and copied cheaply.
type content struct {
	octets []byte
	source Source // where they lie, if not in octets
}

func (c *content) get() ([]byte, error) {
	if c.source != nil {
		return c.source.Octets()
	}
	return c.octets, nil
}

// Draft is a message on its way into a mailbox. The mailbox keeps Content: nobody may change it afterwards.
type Draft struct {
	Content []byte // with CR LF line ends
	Flags   Flags
	Date    int64  // seconds since 1970-01-01 UTC
	Saved   int64  // likewise: now, or 0
	EmailID uint64 // of the message that this is a copy of, or 0 for a new one

	// Source is where the octets lie, instead of in Content, and Size how many they are; nil for a message in memory.
	Source Source
	Size   int64
}

// FlagOp is what a [FlagEdit] does with its flags (RFC 3501 §6.4.6).
type FlagOp uint8

// The ways to change flags.
const (
	FlagSet    FlagOp = iota // have these and no others: STORE FLAGS
	FlagAdd                  // STORE +FLAGS
	FlagRemove               // STORE -FLAGS
)

// FlagEdit changes the flags of one message. A UID that the mailbox does not hold is passed over.
type FlagEdit struct {
	UID   UID
	Op    FlagOp
	Flags Flags
}

// Batch is what happens to a mailbox at once: flags change in the order given, then messages go, then messages come. All
// that changes gets the same new [ModSeq]; a batch that changes nothing leaves the snapshot as it is.
type Batch struct {
	Append  []Draft
	Flags   []FlagEdit
	Expunge []UID // those that the mailbox does not hold are passed over

	// UnchangedSince refuses the flag edits of every message that changed later; 0 refuses none (RFC 7162 §3.1.3).
	UnchangedSince ModSeq
}

// Result is what came of a batch.
type Result struct {
	Snapshot Snapshot
	Appended []UID // of the drafts, in their order
	Modified []UID // refused by UnchangedSince, ascending
}

// Mailbox is one mailbox, in memory or on a disk.
type Mailbox interface {
	// Snapshot returns the state after the last commit.
	Snapshot() Snapshot
	// Commit does all of a batch, or nothing of it where it returns an error. It reads the batch only during the call,
	// but may keep the content of its drafts.
	Commit(Batch) (Result, error)
	// Content returns a message's octets, which nobody may change, or [ErrNoMessage].
	Content(UID) ([]byte, error)
}

// Change is what a mailbox's feed says: its newest state. A session compares it with the state it has told its client.
type Change struct {
	Mailbox  string   // its name now
	Was      string   // its name before, where it was renamed
	Snapshot Snapshot // of which UIDVALIDITY says which mailbox of the account it is, whatever its name was
	Gone     bool     // it was deleted; Snapshot is its last state
}

// Errors of mailboxes and accounts.
var (
	ErrNoMessage = errors.New("no message with this UID")
	ErrOverQuota = errors.New("over quota")
	ErrUIDs      = errors.New("no UIDs left: the mailbox needs a new UIDVALIDITY")
	ErrExists    = errors.New("mailbox exists already")
	ErrName      = errors.New("not a mailbox name")
	ErrNoMailbox = errors.New("no such mailbox")
	ErrInbox     = errors.New("INBOX cannot be deleted")
	ErrChildren  = errors.New("there are mailboxes below the name")
	ErrUse       = errors.New("another mailbox has that use")
	ErrLimit     = errors.New("too many mailboxes")
	ErrOp        = errors.New("no such operation")
)
