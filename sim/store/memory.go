package store

// Memory is a mailbox without a disk. It is for one goroutine at a time; its snapshots are for any number.
type Memory struct {
	snapshot Snapshot
	room     room     // for what comes next
	account  *Account // through which it changes; nil for a mailbox that stands alone
}

// NewMemory returns an empty mailbox that stands alone. Whoever makes a mailbox anew under a name that was in use before
// gives it a higher UIDVALIDITY (RFC 3501 §2.3.1.1).
func NewMemory(uidValidity uint32) *Memory {
	s := nothing
	s.uidValidity = uidValidity
	return &Memory{snapshot: Snapshot{&s}}
}

// Snapshot returns the state after the last commit.
func (m *Memory) Snapshot() Snapshot { return m.snapshot }

// Commit does all of a batch, or nothing of it: [ErrOverQuota] where its drafts do not fit into the account beside what
// is there and stays, [ErrUIDs] where the UIDs are used up, or why the account's [Journal] could not write it down.
func (m *Memory) Commit(b Batch) (Result, error) {
	if m.account != nil {
		results, err := m.account.Commit(BoxBatch{m.snapshot.UIDValidity(), b})
		if err != nil {
			return Result{}, err
		}
		return results[0], nil
	}
	r, err := m.snapshot.apply(b, &m.room)
	if err != nil {
		return Result{}, err
	}
	m.snapshot = r.Snapshot
	return r, nil
}

// Content returns a message's octets, which nobody may change, [ErrNoMessage], or why its [Source] has them not.
func (m *Memory) Content(uid UID) ([]byte, error) {
	found, _ := m.snapshot.get().messages.find(uid)
	if found == nil {
		return nil, ErrNoMessage
	}
	return found.content.get()
}

// Clone returns an independent copy that stands alone. It copies no message.
func (m *Memory) Clone() *Memory { return &Memory{snapshot: m.snapshot} }
