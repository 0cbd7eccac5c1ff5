package store

import (
	"errors"
	"slices"
	"strings"
)

// Source is where the octets of a message lie that are not in memory.
type Source interface {
	// Octets returns them; nobody may change what it returns.
	Octets() ([]byte, error)
}

// AccountState is all of an account, so that it can be written down and made again.
type AccountState struct {
	UIDValidity uint32 // of the mailbox that was made last
	Boxes       []BoxState
	Subscribed  []string
	Quota       Quota
	Annotations []Annotation
}

// BoxState is all of a mailbox but the octets of its messages.
type BoxState struct {
	Name        string
	UIDValidity uint32
	UIDNext     UID
	ModSeq      ModSeq
	Keywords    string
	Use         Uses
	Grants      []Grant
	Annotations []Annotation
	Expunged    []Expunge // the newest first
	Messages    []Message
}

// Expunge is one batch that removed messages.
type Expunge struct {
	ModSeq ModSeq
	UIDs   []UIDRange
}

// State returns all of the account.
func (a *Account) State() AccountState {
	s := AccountState{UIDValidity: a.uidValidity, Subscribed: a.subscribed, Quota: a.quota, Annotations: a.annotations}
	for _, b := range a.boxes {
		box := b.box.snapshot.get()
		state := BoxState{Name: b.name, UIDValidity: box.uidValidity, UIDNext: box.uidNext, ModSeq: box.modSeq, Keywords: box.keywords,
			Use: b.use, Grants: b.grants, Annotations: b.annotations}
		for e := box.expunged; e != nil; e = e.before {
			state.Expunged = append(state.Expunged, Expunge{e.modSeq, e.uids})
		}
		for _, m := range b.box.snapshot.All() {
			state.Messages = append(state.Messages, m)
		}
		s.Boxes = append(s.Boxes, state)
	}
	return s
}

// ErrState is a state that no account can have had.
var ErrState = errors.New("not the state of an account")

// Restore makes an account from its state: [ErrState] where it contradicts itself. source says where the octets of a
// message lie.
func Restore(s AccountState, source func(Message) Source) (*Account, error) {
	a := &Account{uidValidity: s.UIDValidity, subscribed: s.Subscribed, quota: s.Quota, annotations: s.Annotations}
	for i, b := range s.Boxes {
		if (i == 0) != (b.Name == Inbox) || i > 1 && strings.Compare(s.Boxes[i-1].Name, b.Name) >= 0 || b.UIDValidity > s.UIDValidity {
			return nil, ErrState
		}
		box, err := b.restore(source)
		if err != nil {
			return nil, err
		}
		box.account = a
		a.boxes = append(a.boxes, named{name: b.Name, box: box, use: b.Use, grants: b.Grants, annotations: b.Annotations})
	}
	if len(a.boxes) == 0 {
		return nil, ErrState
	}
	return a, nil
}

func (b *BoxState) restore(source func(Message) Source) (*Memory, error) {
	s := &state{uidValidity: b.UIDValidity, uidNext: b.UIDNext, modSeq: b.ModSeq, keywords: b.Keywords}
	for _, e := range slices.Backward(b.Expunged) {
		if e.ModSeq > b.ModSeq || s.expunged != nil && e.ModSeq <= s.expunged.modSeq {
			return nil, ErrState
		}
		s.expunged = &expunged{e.ModSeq, e.UIDs, s.expunged}
	}
	messages := slices.Clone(b.Messages)
	for i := range messages {
		m := &messages[i]
		if m.UID >= b.UIDNext || m.ModSeq > b.ModSeq || i > 0 && m.UID <= messages[i-1].UID {
			return nil, ErrState
		}
		m.content = &content{source: source(*m)}
	}
	m := &Memory{snapshot: Snapshot{s}}
	s.messages = s.messages.grow(messages, &m.room)
	return m, nil
}

// Release lets go of a message's octets, which source has from now on. It does nothing where there is no such message.
// It changes what all snapshots have in common, and not what any of them says: it is for one goroutine at a time, as a
// commit is.
func (m *Memory) Release(uid UID, source Source) {
	if found, _ := m.snapshot.get().messages.find(uid); found != nil {
		*found.content = content{source: source}
	}
}
