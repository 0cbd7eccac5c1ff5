package engine

import (
	"slices"
	"testing"
	"time"
)

func TestQueueOrder(t *testing.T) {
	r := NewRand(7)
	var q Queue[int]
	type pushed struct {
		at Time
		n  int
	}
	var want []pushed
	for n := range 2000 {
		at := Time(r.N(50))
		q.Push(at, n)
		want = append(want, pushed{at, n})
	}
	c := q.Clone()
	slices.SortStableFunc(want, func(a, b pushed) int { return int(a.at - b.at) })
	for _, q := range []*Queue[int]{&q, &c} {
		for i, w := range want {
			if at, n := q.Pop(); at != w.at || n != w.n {
				t.Fatalf("event %d is %v/%d, want %v/%d", i, at, n, w.at, w.n)
			}
		}
		if _, ok := q.Next(); ok || q.Len() != 0 {
			t.Fatal("the queue is not empty at its end")
		}
	}
}

func TestRandIsAValue(t *testing.T) {
	a := NewRand(1)
	a.Uint64()
	b := a
	for range 10 {
		if x, y := a.Uint64(), b.Uint64(); x != y {
			t.Fatalf("a copy went on with %d, the original with %d", y, x)
		}
	}
	if x, y := a.Stream("loss"), a.Stream("nonce"); x == y {
		t.Error("two streams are alike")
	}
	for range 1000 {
		if n := a.N(6); n > 5 {
			t.Fatalf("N(6) is %d", n)
		}
	}
	// The values are part of every recorded trace: they may never change.
	c := NewRand(1)
	if got := c.Uint64(); got != 0x910a2dec89025cc1 {
		t.Errorf("the first value of seed 1 is %#x", got)
	}
}

func TestTimeString(t *testing.T) {
	for at, want := range map[Time]string{
		0:                              "00:00.000",
		Time(12480 * time.Millisecond): "00:12.480",
		Time(90 * time.Minute):         "1:30:00.000",
		Time(4*24*time.Hour + 1):       "4d 00:00:00.000",
		Time(-1500 * time.Millisecond): "-00:01.500",
		Never:                          "never",
	} {
		if got := at.String(); got != want {
			t.Errorf("%d is %q, want %q", int64(at), got, want)
		}
	}
}

// TestLedger: a clone and what it was made of go their own ways, and share only what is settled.
func TestLedger(t *testing.T) {
	type entry struct {
		n    int
		done bool
	}
	var a Ledger[entry]
	for n := range 3*ledgerBlock + 10 {
		a.Append(entry{n, n != ledgerBlock+7}) // one entry of the second block goes on
	}
	b := a.Clone(func(e *entry) bool { return e.done })
	for block, shared := range []bool{true, false, true, false} {
		if at := block * ledgerBlock; (a.At(at) == b.At(at)) != shared {
			t.Errorf("block %d is shared: %v, want %v", block, !shared, shared)
		}
	}
	b.At(ledgerBlock + 7).n = -1
	b.Append(entry{n: -2})
	a.Append(entry{n: -3})
	if a.Len() != b.Len() || a.At(ledgerBlock+7).n != ledgerBlock+7 || a.At(a.Len()-1).n != -3 || b.At(b.Len()-1).n != -2 {
		t.Error("a change of one is seen in the other")
	}
	for n := range 3 * ledgerBlock {
		if n != ledgerBlock+7 && b.At(n).n != n {
			t.Fatalf("entry %d of the clone is %d", n, b.At(n).n)
		}
	}
}
