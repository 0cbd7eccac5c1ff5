package store

import (
	"fmt"
	"runtime"
	"slices"
	"testing"

	"ehlo/sim/engine"
)

// TestTreeShape commits random batches and looks at the tree itself: the summaries are right, no node is empty or over
// its size, neighbours that fit into one node are joined where they were touched, all leaves are at one depth.
func TestTreeShape(t *testing.T) {
	for seed := range uint64(8) {
		r := engine.NewRand(seed)
		box := NewMemory(1)
		for range 60 {
			var b Batch
			for range r.N(200) {
				b.Append = append(b.Append, Draft{Content: make([]byte, r.N(9))})
			}
			next := uint64(box.Snapshot().UIDNext())
			from := r.N(next)
			for i := range r.N(300) {
				if uid := UID(from + i); r.N(10) > 0 {
					b.Expunge = append(b.Expunge, uid)
				}
			}
			for range r.N(20) {
				b.Flags = append(b.Flags, FlagEdit{UID: UID(r.N(next)), Flags: Flags{System: SystemFlags(r.N(32))}})
			}
			if _, err := box.Commit(b); err != nil {
				t.Fatal(err)
			}
			if err := check(box.snapshot.get().messages); err != nil {
				t.Fatalf("seed %d: %v", seed, err)
			}
		}
	}
}

// check compares a tree's summary with what is below it.
func check(t tree) error {
	if t.node == nil {
		if t.summary != (summary{}) {
			return fmt.Errorf("the empty tree has the summary %+v", t.summary)
		}
		return nil
	}
	if len(t.kids) == 1 {
		return fmt.Errorf("the root has one node below it")
	}
	_, err := checkNode(t)
	return err
}

func checkNode(t tree) (height int, err error) {
	if t.kids == nil {
		if n := len(t.messages); n == 0 || n > leafSize {
			return 0, fmt.Errorf("a leaf has %d messages", n)
		}
		if want := leaf(t.messages).summary; t.summary != want {
			return 0, fmt.Errorf("a leaf has the summary %+v, want %+v", t.summary, want)
		}
		for i := 1; i < len(t.messages); i++ {
			if t.messages[i-1].UID >= t.messages[i].UID {
				return 0, fmt.Errorf("message %d comes before %d", t.messages[i-1].UID, t.messages[i].UID)
			}
		}
		return 0, nil
	}
	if n := len(t.kids); n > branchSize {
		return 0, fmt.Errorf("a branch has %d nodes", n)
	}
	if want := branch(t.kids).summary; t.summary != want {
		return 0, fmt.Errorf("a branch has the summary %+v, want %+v", t.summary, want)
	}
	for i, kid := range t.kids {
		h, err := checkNode(kid)
		if err != nil {
			return 0, err
		}
		if i > 0 && (h != height || fits(t.kids[i-1].node, kid.node)) {
			return 0, fmt.Errorf("two nodes of height %d and %d, the second %d of %d, should be one", height, h, i, len(t.kids))
		}
		height = h
	}
	return height + 1, nil
}

// filled returns a mailbox of n messages.
func filled(n int) *Memory {
	box := NewMemory(1)
	drafts := make([]Draft, n)
	for i := range drafts {
		drafts[i].Flags.System = Seen
	}
	if _, err := box.Commit(Batch{Append: drafts}); err != nil {
		panic(err)
	}
	return box
}

// TestLargeMailbox does what sessions do in a mailbox of 200,000 messages, often enough that a scan for each question
// would be felt.
func TestLargeMailbox(t *testing.T) {
	const n = 200_000
	box := filled(n)
	for i := range 2000 {
		uid := UID(1 + i*97)
		before := box.Snapshot()
		clone := box.Clone()
		if _, err := clone.Commit(Batch{Flags: []FlagEdit{{UID: uid, Op: FlagRemove, Flags: Flags{System: Seen}}}}); err != nil {
			t.Fatal(err)
		}
		s := clone.Snapshot()
		seq, ok := s.Seq(uid)
		if m, there := s.At(seq); !ok || !there || m.UID != uid || s.FirstUnseen() != seq || s.Unseen() != 1 {
			t.Fatalf("message %d is %d with UID %d, the first unseen %d of %d", uid, seq, m.UID, s.FirstUnseen(), s.Unseen())
		}
		for got, m := range s.ChangedSince(before.HighestModSeq()) {
			if got != seq || m.UID != uid {
				t.Fatalf("changed: %d with UID %d", got, m.UID)
			}
		}
		if before.Unseen() != 0 || box.Snapshot() != before {
			t.Fatal("the clone's change is in the original")
		}
	}
}

func TestQuota(t *testing.T) {
	a := NewAccount(7)
	limit := func(q Quota) {
		if err := a.SetQuota(q); err != nil {
			t.Fatal(err)
		}
	}
	limit(Quota{Messages: 2, Octets: 10})
	box, _ := a.Mailbox(Inbox)
	commit := func(b Batch, want error) {
		t.Helper()
		before := box.Snapshot()
		if _, err := box.Commit(b); err != want || err != nil && box.Snapshot() != before {
			t.Errorf("%+v: error %v, want %v", b, err, want)
		}
	}
	commit(Batch{Append: []Draft{{Content: make([]byte, 11)}}}, ErrOverQuota)
	commit(Batch{Append: []Draft{{Content: make([]byte, 10)}}}, nil)
	commit(Batch{Append: []Draft{{Content: make([]byte, 1)}}}, ErrOverQuota)
	commit(Batch{Append: []Draft{{Content: make([]byte, 5)}}, Expunge: []UID{1}}, nil)
	commit(Batch{Append: []Draft{{}}}, nil)
	commit(Batch{Append: []Draft{{}}}, ErrOverQuota)
	limit(Quota{Messages: 1})
	commit(Batch{Flags: []FlagEdit{{UID: 2, Flags: Flags{System: Seen}}}}, nil)
	if s := box.Snapshot(); s.Len() != 2 || s.UIDNext() != 4 || s.UIDValidity() != 7 {
		t.Errorf("%d messages, UIDNEXT %d, UIDVALIDITY %d", s.Len(), s.UIDNext(), s.UIDValidity())
	}
}

func TestNoUIDsLeft(t *testing.T) {
	s := nothing
	s.uidNext = 1<<32 - 2
	box := &Memory{snapshot: Snapshot{&s}}
	if _, err := box.Commit(Batch{Append: make([]Draft, 2)}); err != ErrUIDs {
		t.Errorf("two drafts for the last UID: error %v", err)
	}
	if r, err := box.Commit(Batch{Append: make([]Draft, 1)}); err != nil || r.Appended[0] != 1<<32-2 {
		t.Errorf("the last UID: %v, error %v", r.Appended, err)
	}
}

func TestZeroSnapshot(t *testing.T) {
	var s Snapshot
	if _, ok := s.At(1); ok || s.Len() != 0 || s.From(1) != 1 || s.UIDNext() != 1 || s.FirstUnseen() != 0 || s.ExpungedSince(0) != nil {
		t.Error("the zero value is not an empty mailbox")
	}
}

func BenchmarkSnapshot(b *testing.B) {
	box := filled(200_000)
	b.ReportAllocs()
	for b.Loop() {
		s := box.Snapshot()
		if s.Len()+s.Unseen()+s.FirstUnseen()+int(s.UIDNext()) == 0 {
			b.Fatal()
		}
	}
}

func BenchmarkAt(b *testing.B) {
	for _, n := range []int{1000, 1_000_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			s := filled(n).Snapshot()
			r := engine.NewRand(1)
			b.ReportAllocs()
			for b.Loop() {
				if _, ok := s.At(1 + int(r.N(uint64(n)))); !ok {
					b.Fatal()
				}
			}
		})
	}
}

func BenchmarkSeq(b *testing.B) {
	for _, n := range []int{1000, 1_000_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			s := filled(n).Snapshot()
			r := engine.NewRand(1)
			b.ReportAllocs()
			for b.Loop() {
				if _, ok := s.Seq(UID(1 + r.N(uint64(n)))); !ok {
					b.Fatal()
				}
			}
		})
	}
}

func BenchmarkCommitFlags(b *testing.B) {
	box := filled(200_000)
	r := engine.NewRand(1)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		edit := FlagEdit{UID: UID(1 + r.N(200_000)), Flags: Flags{System: SystemFlags(i % 32)}}
		if _, err := box.Commit(Batch{Flags: []FlagEdit{edit}}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkAppend(b *testing.B) {
	box := filled(200_000)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := box.Commit(Batch{Append: make([]Draft, 1)}); err != nil {
			b.Fatal(err)
		}
	}
}

// A message keeps its identifier wherever a copy of it goes, and no two messages of an account share one.
func TestEmailID(t *testing.T) {
	a := NewAccount(7)
	if err := a.Create("Kept"); err != nil {
		t.Fatal(err)
	}
	inbox, _ := a.Mailbox(Inbox)
	kept, _ := a.Mailbox("Kept")
	if _, err := inbox.Commit(Batch{Append: []Draft{{Content: []byte("1")}, {Content: []byte("1")}}}); err != nil {
		t.Fatal(err)
	}
	first, _ := inbox.Snapshot().At(1)
	second, _ := inbox.Snapshot().At(2)
	if _, err := kept.Commit(Batch{Append: []Draft{{Content: []byte("1"), EmailID: second.EmailID}, {Content: []byte("2")}}}); err != nil {
		t.Fatal(err)
	}
	copied, _ := kept.Snapshot().At(1)
	other, _ := kept.Snapshot().At(2)
	if first.EmailID == second.EmailID || copied.EmailID != second.EmailID || other.EmailID == first.EmailID || other.EmailID == second.EmailID {
		t.Errorf("identifiers %d, %d; the copy of the second %d; another %d", first.EmailID, second.EmailID, copied.EmailID, other.EmailID)
	}
	if err := a.Rename(Inbox, "Old"); err != nil {
		t.Fatal(err)
	}
	old, _ := a.Mailbox("Old")
	if m, _ := old.Snapshot().At(1); m.EmailID != first.EmailID {
		t.Errorf("renamed, the message is %d, and was %d", m.EmailID, first.EmailID)
	}
}

// What a message costs besides its octets.
func BenchmarkMessageMemory(b *testing.B) {
	const n = 100_000
	content := []byte("Subject: x\r\n\r\nx\r\n")
	drafts := make([]Draft, n)
	for i := range drafts {
		drafts[i] = Draft{Content: content, Date: int64(i)}
	}
	var before, after runtime.MemStats
	for b.Loop() {
		runtime.GC()
		runtime.ReadMemStats(&before)
		box := NewMemory(1)
		if _, err := box.Commit(Batch{Append: drafts}); err != nil {
			b.Fatal(err)
		}
		runtime.GC()
		runtime.ReadMemStats(&after)
		runtime.KeepAlive(box)
	}
	b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/n, "B/message")
}

// A message that comes behind others is put where no snapshot sees it: what was there before, clones that go another way, and
// what a refused commit left behind all stay what they are.
func TestRoom(t *testing.T) {
	a := NewAccount(1)
	box, _ := a.Mailbox(Inbox)
	draft := func(size int) Batch { return Batch{Append: []Draft{{Content: make([]byte, size)}}} }
	sizes := func(s Snapshot) (list []int64) {
		for _, m := range s.All() {
			list = append(list, m.Size)
		}
		return list
	}
	type kept struct {
		snapshot Snapshot
		sizes    []int64
	}
	var all []kept
	var want []int64
	add := func(box *Memory, size int, before []int64) []int64 {
		if _, err := box.Commit(draft(size)); err != nil {
			t.Fatal(err)
		}
		now := append(slices.Clone(before), int64(size))
		all = append(all, kept{box.Snapshot(), now})
		return now
	}
	for i := range 3 * leafSize {
		limited := a.SetQuota(Quota{Octets: 1})
		_, err := box.Commit(draft(9000))
		if unlimited := a.SetQuota(Quota{}); limited != nil || unlimited != nil || err != ErrOverQuota {
			t.Fatalf("message %d: %v %v, error %v", i, limited, unlimited, err)
		}
		clone := a.Clone()
		want = add(box, 1000+i, want)
		other, _ := clone.Mailbox(Inbox)
		add(other, 3000+i, add(other, 2000+i, want[:i]))
	}
	for i, k := range all {
		if got := sizes(k.snapshot); !slices.Equal(got, k.sizes) {
			t.Fatalf("snapshot %d became %v, was %v", i, got, k.sizes)
		}
		if _, err := checkNode(k.snapshot.get().messages); err != nil {
			t.Fatal(err)
		}
	}
}
