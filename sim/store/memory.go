package store

// Memory is a mailbox without a disk. It is for one goroutine at a time; its snapshots are for any number.
type Memory struct {
	snapshot Snapshot
	quota    Quota
}

// Quota limits what a mailbox holds; 0 is no limit.
type Quota struct {
	Messages int
	Octets   int64
}

// NewMemory returns an empty mailbox without limits. Whoever makes a mailbox anew under a name that was in use before
// gives it a higher UIDVALIDITY (RFC 3501 §2.3.1.1).
func NewMemory(uidValidity uint32) *Memory {
	s := nothing
	s.uidValidity = uidValidity
	return &Memory{snapshot: Snapshot{&s}}
}

// SetQuota limits the mailbox from now on. What is over the limit already stays.
func (m *Memory) SetQuota(q Quota) { m.quota = q }

// Snapshot returns the state after the last commit.
func (m *Memory) Snapshot() Snapshot { return m.snapshot }

// Commit does all of a batch, or nothing of it: [ErrOverQuota] where its drafts do not fit beside what is there and
// stays, [ErrUIDs] where the UIDs are used up.
func (m *Memory) Commit(b Batch) (Result, error) {
	r, err := m.snapshot.apply(b)
	if err != nil {
		return Result{}, err
	}
	if len(b.Append) > 0 {
		over := m.quota.Messages > 0 && r.Snapshot.Len() > m.quota.Messages ||
			m.quota.Octets > 0 && r.Snapshot.Size() > m.quota.Octets
		if over {
			return Result{}, ErrOverQuota
		}
	}
	m.snapshot = r.Snapshot
	return r, nil
}

// Content returns a message's octets, which nobody may change, or [ErrNoMessage].
func (m *Memory) Content(uid UID) ([]byte, error) {
	found, _ := m.snapshot.get().messages.find(uid)
	if found == nil {
		return nil, ErrNoMessage
	}
	return found.content.octets, nil
}

// Clone returns an independent copy. It copies no message.
func (m *Memory) Clone() *Memory {
	c := *m
	return &c
}
