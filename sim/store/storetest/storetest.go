// Package storetest is the suite that every [store.Mailbox] has to pass: random batches beside a model so plain that it
// is right by looking at it, every question asked of both after every batch, and old snapshots asked again at the end.
package storetest

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"testing"

	"ehlo/sim/engine"
	"ehlo/sim/store"
)

// Run tests the mailboxes that open returns, each of which is empty and has no quota.
func Run(t *testing.T, open func(t *testing.T) store.Mailbox) {
	t.Run("empty", func(t *testing.T) { testEmpty(t, open(t)) })
	t.Run("atomic", func(t *testing.T) { testNothing(t, open(t)) })
	t.Run("order in a batch", func(t *testing.T) { testOrder(t, open(t)) })
	seeds := uint64(10)
	if testing.Short() {
		seeds = 3
	}
	for seed := range seeds {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) { testRandom(t, open(t), seed) })
	}
}

func testEmpty(t *testing.T, box store.Mailbox) {
	s := box.Snapshot()
	compare(t, s, &model{next: 1, modSeq: s.HighestModSeq()})
	if s.HighestModSeq() < 1 {
		t.Error("HighestModSeq is 0: RFC 7162 §3.1 has it positive")
	}
	if _, err := box.Content(1); !errors.Is(err, store.ErrNoMessage) {
		t.Errorf("Content(1) of an empty mailbox: error %v, want ErrNoMessage", err)
	}
}

// testNothing commits batches that find nothing to change.
func testNothing(t *testing.T, box store.Mailbox) {
	if _, err := box.Commit(store.Batch{Append: []store.Draft{{Content: []byte("A: 1\r\n\r\n"), Flags: store.Flags{System: store.Seen}}}}); err != nil {
		t.Fatal(err)
	}
	before := box.Snapshot()
	for _, b := range []store.Batch{
		{},
		{Expunge: []store.UID{7}},
		{Flags: []store.FlagEdit{{UID: 7, Op: store.FlagSet}}},
		{Flags: []store.FlagEdit{{UID: 1, Op: store.FlagAdd, Flags: store.Flags{System: store.Seen}}}},
		{Flags: []store.FlagEdit{{UID: 1, Op: store.FlagAdd, Flags: store.Flags{System: store.Deleted}},
			{UID: 1, Op: store.FlagRemove, Flags: store.Flags{System: store.Deleted}}}},
	} {
		r, err := box.Commit(b)
		if err != nil || r.Snapshot != before || box.Snapshot() != before {
			t.Errorf("%+v changed the mailbox (error %v)", b, err)
		}
	}
}

// testOrder commits one batch that does everything at once.
func testOrder(t *testing.T, box store.Mailbox) {
	first, err := box.Commit(store.Batch{Append: []store.Draft{{Content: []byte("1")}, {Content: []byte("2")}}})
	if err != nil || !slices.Equal(first.Appended, []store.UID{1, 2}) {
		t.Fatalf("appended %v, error %v", first.Appended, err)
	}
	deleted := store.Flags{System: store.Deleted}
	r, err := box.Commit(store.Batch{
		Append:  []store.Draft{{Content: []byte("3")}},
		Flags:   []store.FlagEdit{{UID: 2, Op: store.FlagAdd, Flags: deleted}, {UID: 1, Op: store.FlagAdd, Flags: deleted}, {UID: 3, Flags: deleted}},
		Expunge: []store.UID{1, 1},
	})
	if err != nil || !slices.Equal(r.Appended, []store.UID{3}) {
		t.Fatalf("appended %v, error %v", r.Appended, err)
	}
	two, _ := r.Snapshot.At(1)
	three, _ := r.Snapshot.At(2)
	if r.Snapshot.Len() != 2 || two.UID != 2 || two.Flags != deleted || three.UID != 3 || three.Flags != (store.Flags{}) {
		t.Errorf("after the batch: %+v, %+v", two, three)
	}
	if two.ModSeq != three.ModSeq || two.ModSeq != r.Snapshot.HighestModSeq() || two.ModSeq <= first.Snapshot.HighestModSeq() {
		t.Errorf("modification sequences %d and %d after %d", two.ModSeq, three.ModSeq, first.Snapshot.HighestModSeq())
	}
	if gone := r.Snapshot.ExpungedSince(first.Snapshot.HighestModSeq()); !slices.Equal(gone, []store.UIDRange{{First: 1, Last: 1}}) {
		t.Errorf("expunged %v, want 1", gone)
	}
}

// testRandom commits batches that chance makes, to the mailbox and to a model.
func testRandom(t *testing.T, box store.Mailbox, seed uint64) {
	defer func() {
		if t.Failed() {
			t.Logf("repeat with: go test -run '^%s$'", t.Name())
		}
	}()
	r := engine.NewRand(seed)
	m := &model{next: 1, modSeq: box.Snapshot().HighestModSeq()}
	type kept struct {
		snapshot store.Snapshot
		model    *model
	}
	var past []kept
	for range 40 {
		b := m.batch(&r)
		got, err := box.Commit(b)
		if err != nil {
			t.Errorf("Commit: %v", err)
			return
		}
		appended, modified := m.commit(b)
		if !slices.Equal(got.Appended, appended) || !slices.Equal(got.Modified, modified) {
			t.Errorf("appended %v, modified %v; want %v, %v", got.Appended, got.Modified, appended, modified)
		}
		if got.Snapshot != box.Snapshot() {
			t.Error("the result's snapshot is not the mailbox's")
		}
		compare(t, got.Snapshot, m)
		if t.Failed() {
			return
		}
		past = append(past, kept{got.Snapshot, m.clone()})
	}
	contents(t, box, m)
	for _, k := range past {
		compare(t, k.snapshot, k.model)
	}
}

func contents(t *testing.T, box store.Mailbox, m *model) {
	t.Helper()
	for uid := range m.next + 1 {
		want := m.content[uid]
		_, there := m.find(uid)
		got, err := box.Content(uid)
		if there && (err != nil || !bytes.Equal(got, want)) {
			t.Errorf("Content(%d) = %q, %v; want %q", uid, got, err, want)
		}
		if !there && !errors.Is(err, store.ErrNoMessage) {
			t.Errorf("Content(%d) of no message: error %v", uid, err)
		}
	}
}

// compare asks a snapshot everything.
func compare(t *testing.T, s store.Snapshot, m *model) {
	t.Helper()
	check := func(what string, got, want any) {
		if g, w := fmt.Sprint(got), fmt.Sprint(want); g != w {
			t.Errorf("%s = %s, want %s", what, g, w)
		}
	}
	check("Len", s.Len(), len(m.messages))
	check("UIDNext", s.UIDNext(), m.next)
	check("HighestModSeq", s.HighestModSeq(), m.modSeq)
	check("Unseen", s.Unseen(), m.count(func(f store.SystemFlags) bool { return f&store.Seen == 0 }))
	check("Keywords", s.Keywords(), m.keywords)
	check("Deleted", s.Deleted(), m.count(func(f store.SystemFlags) bool { return f&store.Deleted != 0 }))
	check("FirstUnseen", s.FirstUnseen(), m.firstUnseen())
	check("Size", s.Size(), m.size())
	check("All", collect(s.All()), m.matching(func(entry) bool { return true }))
	check("AllDeleted", collect(s.AllDeleted()), m.matching(func(e entry) bool { return e.flags.System&store.Deleted != 0 }))
	for seq := range len(m.messages) + 2 {
		got, ok := s.At(seq)
		if there := seq >= 1 && seq <= len(m.messages); ok != there {
			t.Errorf("At(%d) is there: %v, want %v", seq, ok, there)
		} else if there {
			check(fmt.Sprintf("At(%d)", seq), entryOf(got), m.messages[seq-1])
			around, first := s.Around(seq)
			check(fmt.Sprintf("Around(%d)", seq), entryOf(around[seq-first]), m.messages[seq-1])
		}
	}
	for uid := range m.next + 1 {
		i, there := m.find(uid)
		seq, ok := s.Seq(uid)
		if ok != there || ok && seq != i+1 {
			t.Errorf("Seq(%d) = %d, %v; want %d, %v", uid, seq, ok, i+1, there)
		}
		check(fmt.Sprintf("From(%d)", uid), s.From(uid), i+1)
	}
	for since := m.modSeq % 3; since <= m.modSeq; since += 3 {
		check(fmt.Sprintf("ChangedSince(%d)", since), collect(s.ChangedSince(since)),
			m.matching(func(e entry) bool { return e.modSeq > since }))
		check(fmt.Sprintf("ExpungedSince(%d)", since), s.ExpungedSince(since), m.expungedSince(since))
	}
	filters(check, s, m)
	for range s.All() { // a receiver that wants no more
		break
	}
}

// filters asks a snapshot what some filters let through, from either end.
func filters(check func(what string, got, want any), s store.Snapshot, m *model) {
	middle := entry{date: 1e9, size: 20}
	if n := len(m.messages); n > 0 {
		middle = m.messages[n/2]
	}
	for _, f := range []store.Filter{
		{With: store.Seen, Without: store.Deleted},
		{With: store.Flagged | store.Seen},
		{Without: store.Seen | store.Flagged, Dates: store.AtLeast(middle.date)},
		{Dates: store.Below(middle.date).Narrow(store.AtLeast(middle.date / 2)), Sizes: store.AtLeast(middle.size)},
		{Dates: store.AtLeast(middle.date).Narrow(store.Below(middle.date)), Since: middle.modSeq},
		{Sizes: store.Below(middle.size), Since: m.modSeq / 2},
	} {
		want := m.matching(func(e entry) bool {
			return f.Matches(&store.Message{ModSeq: e.modSeq, Flags: e.flags, Date: e.date, Size: e.size})
		})
		check(fmt.Sprintf("Matching(%+v)", f), collect(s.Matching(0, f)), want)
		for seq, message := range s.Matching(s.Len()/2, f) {
			next, _, _ := s.Next(s.Len()/2, f)
			check(fmt.Sprintf("Matching(%d, %+v)", s.Len()/2, f), fmt.Sprint(seq, message.UID > 0), fmt.Sprint(next, true))
			break
		}
		var up, down []string
		for seq, message, ok := s.Next(0, f); ok; seq, message, ok = s.Next(seq+1, f) {
			up = append(up, fmt.Sprint(seq, entryOf(message)))
		}
		for seq, message, ok := s.Last(s.Len()+1, f); ok; seq, message, ok = s.Last(seq-1, f) {
			down = append(down, fmt.Sprint(seq, entryOf(message)))
		}
		slices.Reverse(down)
		check(fmt.Sprintf("Next(%+v)", f), up, want)
		check(fmt.Sprintf("Last(%+v)", f), down, want)
	}
}
